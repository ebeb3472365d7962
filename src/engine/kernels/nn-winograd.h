/* nn-winograd.h - 3 x 3 convolution of stride 1 by Winograd's F(4x4, 3x3)
 *
 * A quarter of the multiplications of the definition, forward and backward;
 * see nn-winograd-tile.h for the formulas.  Errors are about twice those of
 * plain summation in float.  What is computed for one image does not depend,
 * to the last bit, on the images beside it; weight gradients are summed over
 * the images of a call in order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "nn/nn-layer.h"

/* A convolution: y (O, H + 2 padding - 2, W + 2 padding - 2) from
 * x (C, H, W).  Either side may be stored on lanes (see nn-lane-rows.h), with
 * its gradient. */
typedef struct
{
  NnShape      input;
  NnShape      output;
  int          padding;
  bool         x_on_lanes;
  bool         y_on_lanes;
  bool         adds;  /* to dx, where it is on lanes, instead of writing it   */
  const float *scale; /* (O) of y before the bias, and of dy; NULL: 1         */
} NnWinograd;

/* Floats that transformed weights take for the forward pass, and again for
 * the backward pass. */
size_t nn_winograd_forward_weight_floats  (const NnWinograd *conv);
size_t nn_winograd_backward_weight_floats (const NnWinograd *conv);

/* Transforms weight (O, C, 3, 3); both results are aligned to 64 bytes. */
void nn_winograd_prepare_forward  (const NnWinograd *conv,
                                   const float      *weight,
                                   float            *prepared);
void nn_winograd_prepare_backward (const NnWinograd *conv,
                                   const float      *weight,
                                   float            *prepared);

/* Floats of scratch, aligned to 64 bytes, for any number of images: for
 * forward and data gradients, and with weight gradients. */
size_t nn_winograd_scratch_floats (const NnWinograd *conv,
                                   bool              weight_gradient);

/* y (images, O, H', W') from x (images, C, H, W); bias (O) or NULL. */
void nn_winograd_forward (const NnWinograd *conv,
                          size_t            images,
                          const float      *x,
                          const float      *prepared,
                          const float      *bias,
                          float            *y,
                          float            *scratch);

/* From dy (images, O, H', W'): dx (images, C, H, W) is written, or NULL;
 * dweight (O, C, 3, 3) is added to, or NULL and x is not read. */
void nn_winograd_backward (const NnWinograd *conv,
                           size_t            images,
                           const float      *x,
                           const float      *dy,
                           const float      *prepared,
                           float            *dx,
                           float            *dweight,
                           float            *scratch);
