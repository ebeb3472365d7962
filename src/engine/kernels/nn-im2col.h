/* nn-im2col.h - convolution windows as the columns of a matrix
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-layer.h"

/* The geometry of a square window that slides over one image. */
typedef struct
{
  NnShape input;
  int     kernel;
  int     stride;
  int     padding;
  int     height; /* of the output */
  int     width;
} NnWindow;

/* The columns of output rows [first, first + rows): columns (C kernel kernel,
 * rows width) from x (C, H, W); row (c, i, j) holds x[c][oy stride + i -
 * padding][ox stride + j - padding], 0 outside. */
void nn_im2col (const NnWindow *window,
                int             first,
                int             rows,
                const float    *x,
                float          *columns);

/* The transpose: adds the columns of output rows [first, first + rows) to
 * dx (C, H, W). */
void nn_col2im (const NnWindow *window,
                int             first,
                int             rows,
                const float    *columns,
                float          *dx);
