/* nn-int8-winograd.h - 3 x 3 convolutions of codes with 4/9 of the products
 *
 * Winograd's F(2 x 2, 3 x 3) (Lavin and Gray 2015, arXiv 1509.09308) in
 * integers: with the matrices
 *
 *     B^T = 1  0 -1  0    2G = 2  0  0    A^T = 1  1  1  0
 *           0  1  1  0         1  1  1          0  1 -1 -1
 *           0 -1  1  0         1 -1  1
 *           0  1  0 -1         0  0  2
 *
 * four times the 2 x 2 outputs of a 4 x 4 tile d and a kernel g are
 * A^T ((2G g 2G^T) . (B^T d B)) A, exactly.  Codes up to `top` become values
 * in -2 top .. 2 top; they are raised by 2 top to be unsigned, but for element
 * (1, 1), which is a sum and has no need of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NN_INT8_WINOGRAD_ELEMENTS 16

/* The largest code whose transforms are unsigned bytes. */
#define NN_INT8_WINOGRAD_MAX_TOP 63

/* What element `element` is raised by. */
int nn_int8_winograd_raise (int element,
                            int top);

/* transformed (4, 4) = 2G g 2G^T of a kernel g (3, 3). */
void nn_int8_winograd_weights (const int8_t *g,
                               int          *transformed);

/* Transforms one 4 x 4 tile of positions of `n` channels: position (i, j) is
 * at tile + i row_stride + j position_stride; element e goes to out + e
 * element_stride. */
void nn_int8_winograd_codes (const uint8_t *tile,
                             size_t         row_stride,
                             size_t         position_stride,
                             size_t         n,
                             int            top,
                             uint8_t       *out,
                             size_t         element_stride);
