/* nn-optimizer.h - the table of optimizers
 *
 * An optimizer updates n parameters in place from their gradients, with
 * `n_slots` state arrays of the same length that start at 0.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdint.h>

#include "nn/nn-table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NN_OPTIMIZER_MAX_SLOTS 2

typedef struct NnOptimizer NnOptimizer;

struct NnOptimizer
{
  const char    *name;  /* "sgd", "adam", "adamw", "adadelta"                 */
  const char    *title;
  const char    *summary;
  const NnParam *params;
  size_t         n_params;
  int            n_slots;
  double         learning_rate; /* the usual one, for presets                 */

  /* One update; `step` counts from 1.  w, g and each slot are (n). */
  void (*update) (const NnParamValues *values,
                  double               learning_rate,
                  double               weight_decay,
                  uint64_t             step,
                  size_t               n,
                  float               *w,
                  const float         *g,
                  float *const        *slots);
};

/* Row `index`, or NULL past the end of the table. */
const NnOptimizer *nn_optimizer (size_t index);

/* The row called `name`, or NULL. */
const NnOptimizer *nn_optimizer_find (const char *name);

#ifdef __cplusplus
}
#endif
