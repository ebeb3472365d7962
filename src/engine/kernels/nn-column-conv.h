/* nn-column-conv.h - convolution as products with columns of windows
 *
 * What neither Winograd's algorithm nor lanes are made for.  With
 * K = C kernel kernel and P = H' W',
 *
 *     y (out, P)  = W (out, K) columns (K, P) + b
 *     dW (out, K) = dy (out, P) columns^T (P, K)
 *     dcolumns    = W^T (K, out) dy (out, P), summed back to dx
 *
 * image by image, in tiles of output rows whose columns stay in the core's
 * cache; backward makes the columns again instead of keeping them.  A 1 x 1
 * convolution of stride 1 is that product without columns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "nn-im2col.h"

/* A convolution: y (out, height, width) from x of the window's input, which
 * are planes.  y may be stored on lanes (see nn-lane-rows.h), with its
 * gradient, where `out` is whole vectors and the window is not one pixel. */
typedef struct
{
  NnWindow window;
  int      out;
  bool     y_on_lanes;
} NnColumnConv;

/* Whether the columns of an image are the image. */
bool nn_column_conv_is_pointwise (const NnColumnConv *conv);

/* Floats of scratch, aligned to 64 bytes, for any number of images. */
size_t nn_column_conv_scratch_floats (const NnColumnConv *conv);

/* W^T (K, out) of weight (out, K): what `prepared` is. */
void nn_column_conv_prepare (const NnColumnConv *conv,
                             const float        *weight,
                             float              *prepared);

/* y (images, out, H', W') from x (images, C, H, W); bias (out) or NULL.
 * `prepared` is read where y is on lanes, `weight` elsewhere. */
void nn_column_conv_forward (const NnColumnConv *conv,
                             size_t              images,
                             const float        *x,
                             const float        *weight,
                             const float        *prepared,
                             const float        *bias,
                             float              *y,
                             float              *scratch);

/* From dy (images, out, H', W'): dx (images, C, H, W) is written, or NULL;
 * dweight (out, K) is added to, or NULL and x is not read. */
void nn_column_conv_backward (const NnColumnConv *conv,
                              size_t              images,
                              const float        *x,
                              const float        *dy,
                              const float        *weight,
                              float              *dx,
                              float              *dweight,
                              float              *scratch);
