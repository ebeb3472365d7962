/* nn-quantizer.h - PACT activations and the table of weight quantizers
 *
 * Bit widths: NN_BITS_OFF (0) leaves weights in full precision and makes PACT
 * a plain ReLU; 2 .. 8 quantize; NN_BITS_CLIP (32) makes PACT clip without
 * rounding and leaves weights in full precision.  Rounding is half to even.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/nn-table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NN_BITS_OFF 0
#define NN_BITS_MIN 2
#define NN_BITS_MAX 8
#define NN_BITS_CLIP 32

/* PACT's clipping level starts here (numerics: 8; the paper: 10) and never
 * falls below the minimum. */
#define NN_ALPHA_START 8.0f
#define NN_ALPHA_MINIMUM 1e-3f

/* True for 0, 2 .. 8 and 32. */
bool nn_bits_valid (int bits);

/* PACT (Choi et al. 2018, arXiv 1805.06085), n = 2^bits - 1:
 *     y = rint (clip (x, 0, alpha) * n / alpha) * alpha / n
 * `region` (n; may be NULL) gets 0 where x <= 0, 1 inside, 2 where
 * x >= alpha.  bits: any valid width; OFF is ReLU.  x and y may be the same. */
void nn_pact_forward (const float *x,
                      size_t       n,
                      float        alpha,
                      int          bits,
                      float       *y,
                      uint8_t     *region);

/* dx = g inside (0, alpha), else 0; returns dalpha = sum of g where
 * x >= alpha, in double (within 1e-6).  g and dx may be the same. */
double nn_pact_backward (const float   *g,
                         const uint8_t *region,
                         size_t         n,
                         float         *dx);

/* PACT+, an option: what a value inside (0, alpha) tells of alpha through its
 * rounding, residual = (rint (z) - z) / n with z = x n / alpha; 0 elsewhere
 * and where bits round nothing.  x and residual are (n). */
void nn_pact_residual (const float *x,
                       size_t       n,
                       float        alpha,
                       int          bits,
                       float       *residual);

/* What PACT+ adds to dalpha: the sum of g residual, in double. */
double nn_pact_residual_gradient (const float *g,
                                  const float *residual,
                                  size_t       n);

/* The weights of one layer, as a quantizer sees them. */
typedef struct
{
  const NnParamValues *values; /* of the quantizer's parameters               */
  int                  bits;   /* 2 .. 8                                      */
  const float         *w;      /* (rows, n / rows)                            */
  size_t               n;
  size_t               rows;   /* output channels                             */
  float                step;   /* learned; 0: as it starts.  Read only by
                                  quantizers with `start_step`                */
} NnWeights;

/* A learned step never falls below this. */
#define NN_STEP_MINIMUM 1e-6f

/* One weight quantizer. Rows are const and live for ever. */
typedef struct NnWeightQuantizer NnWeightQuantizer;

struct NnWeightQuantizer
{
  const char    *name;    /* "dorefa"                                         */
  const char    *title;
  const char    *summary;
  const NnParam *params;
  size_t         n_params;

  /* wq (n) = the quantized weights. */
  void (*quantize) (const NnWeights *weights,
                    float           *wq);

  /* dw (n) = gradient to w from g (n), the gradient to wq; dw and g may be the
   * same.  `dstep` (may be NULL) gets the gradient to the step, where there
   * is one to learn. */
  void (*backward) (const NnWeights *weights,
                    const float     *g,
                    float           *dw,
                    float           *dstep);

  /* Writes the levels of the grid of output channel `row` into `levels` (at
   * most 256), ascending, and returns how many. */
  size_t (*levels) (const NnWeights *weights,
                    size_t           row,
                    float           *levels);

  /* Whether each output channel has a grid of its own; NULL: never. */
  bool (*by_channel) (const NnParamValues *values);

  /* Where the step starts, above 0; NULL: there is no step to learn. */
  float (*start_step) (const NnWeights *weights);
};

/* Row `index`, or NULL past the end of the table. */
const NnWeightQuantizer *nn_weight_quantizer (size_t index);

/* The row called `name`, or NULL. */
const NnWeightQuantizer *nn_weight_quantizer_find (const char *name);

#ifdef __cplusplus
}
#endif
