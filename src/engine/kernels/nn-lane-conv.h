/* nn-lane-conv.h - convolution of any kernel and stride on vector lanes
 *
 * For what Winograd's algorithm cannot do: the convolutions of stride 2 of
 * residual networks.  Pixels have their channels side by side, so that a row
 * of a window is one run of memory and every product a small one without
 * columns of windows:
 *
 *     y row   (W', O)  = sum over ky of  x windows (W', kernel C) W[ky]
 *     dx row  (W, C)  += for each ky, kx: dy row (W', O) W[ky][kx]^T
 *     dW[ky][kx] (O, C) += dy row^T (O, W') x columns (W', C)
 *
 * What is computed for one image does not depend, to the last bit, on the
 * images beside it; weight gradients are summed over the images of a call in
 * order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "nn-im2col.h"

/* A convolution: y (out, height, width) from x of the window's input.  Either
 * side may be stored on lanes (see nn-lane-rows.h), with its gradient. */
typedef struct
{
  NnWindow     window;
  int          out;
  bool         x_on_lanes;
  bool         y_on_lanes;
  bool         adds;  /* to dx, where it is on lanes, instead of writing it   */
  const float *scale; /* (out) of y before the bias, and of dy; NULL: 1       */
} NnLaneConv;

/* Floats that prepared weights take for the forward pass, and again for the
 * backward pass. */
size_t nn_lane_conv_weight_floats (const NnLaneConv *conv);

/* Arranges weight (O, C, kernel, kernel); results are aligned to 64 bytes. */
void nn_lane_conv_prepare_forward  (const NnLaneConv *conv,
                                    const float      *weight,
                                    float            *prepared);
void nn_lane_conv_prepare_backward (const NnLaneConv *conv,
                                    const float      *weight,
                                    float            *prepared);

/* Floats of scratch, aligned to 64 bytes, for any number of images. */
size_t nn_lane_conv_scratch_floats (const NnLaneConv *conv);

/* y (images, O, H', W') from x (images, C, H, W); bias (O) or NULL. */
void nn_lane_conv_forward (const NnLaneConv *conv,
                           size_t            images,
                           const float      *x,
                           const float      *prepared,
                           const float      *bias,
                           float            *y,
                           float            *scratch);

/* From dy (images, O, H', W'): dx (images, C, H, W) is written, or NULL;
 * dweight (O, C, kernel, kernel) is added to, or NULL and x is not read. */
void nn_lane_conv_backward (const NnLaneConv *conv,
                            size_t            images,
                            const float      *x,
                            const float      *dy,
                            const float      *prepared,
                            float            *dx,
                            float            *dweight,
                            float            *scratch);
