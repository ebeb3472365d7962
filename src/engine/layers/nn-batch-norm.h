/* nn-batch-norm.h - the sums and passes of batch norm over one image
 *
 * The exec calls these between and inside its chains (nn-exec-norm.c): what is
 * divided by the number of values of a whole batch cannot be a layer's call.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-layer-ops.h"

/* How much of a step's statistics enters the running ones. */
double nn_batch_norm_momentum (const NnLayer *layer);

/* What is added to a variance before the root. */
double nn_batch_norm_epsilon (const NnLayer *layer);

/* Adds to sums (C, 2), for each channel of one image x, the sum of x - centre
 * and that of its square; centre is (C).  Images are (C, H, W), or, here and
 * below, (C / 16, H, W, 16) where `on_lanes`. */
void nn_batch_norm_sums (NnShape      shape,
                         bool         on_lanes,
                         const float *x,
                         const float *centre,
                         double      *sums);

/* The same for the gradient: the sum of dy and that of dy (x - centre). */
void nn_batch_norm_gradient_sums (NnShape      shape,
                                  bool         on_lanes,
                                  const float *x,
                                  const float *dy,
                                  const float *centre,
                                  double      *sums);

/* dx = a dy + b x + c for one image, or dx += ... where `adds`; (a, b, c) of
 * each channel are coefficients (C, 3).  x NULL: dx = a dy, or dx += a dy. */
void nn_batch_norm_input_gradient (NnShape      shape,
                                   bool         on_lanes,
                                   const float *x,
                                   const float *dy,
                                   const float *coefficients,
                                   bool         adds,
                                   float       *dx);
