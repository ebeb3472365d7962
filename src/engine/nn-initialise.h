/* nn-initialise.h - how weights start, a property of a layer in the text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-model-private.h"

/* `init=` of a layer. */
typedef enum
{
  NN_INIT_UNIFORM, /* +-1 / sqrt (fan_in): the default, and all without init= */
  NN_INIT_KAIMING, /* normal, variance 2 / fan_in (arXiv 1502.01852)          */
  NN_INIT_DIRAC,   /* filters that pass input channel 0, 1, 2 ... on; those
                      behind the last channel are uniform                     */
  NN_INIT_WHITEN,  /* uniform until nn_whiten_first_layer()                   */
} NnInit;

/* The names, NULL-terminated, for the layers' tables of parameters. */
extern const char *const nn_init_names[];

NnInit nn_layer_init (const NnLayer *layer);

/* Gives a tensor that is not drawn what it starts with: alpha NN_ALPHA_START,
 * scales and variances 1, all others 0. */
void nn_start_tensor (const NnTensor *tensor);
