/* nn-winograd-tile.h - the transforms of Winograd's convolution F(4x4, 3x3)
 *
 * A convolution of a 6 x 6 tile d with a 3 x 3 kernel g, and its gradients,
 * as 36 products instead of 144 (Lavin and Gray 2016, arXiv 1509.09308):
 *
 *     y  (4 x 4) = A^T [(G g G^T) . (B^T d B)] A
 *     dd (6 x 6) = B [(G g G^T) . (A dy A^T)] B^T
 *     dg (3 x 3) = G^T [(A dy A^T) . (B^T d B)] G
 *
 * The points are 0, 1, -1, 1/2, -2 and infinity, which lose a bit less than
 * the usual 0, +-1, +-2; with 1 among them, the outputs of a tile that is
 * flat, as in an empty background, are equal to the last bit.  Every function
 * works on 16 channels in lanes; matrix element (i, j) of a tile lies at
 * (6 i + j) matrix from its first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Tiles of neighbours start this many pixels apart, and read these many. */
#define NN_WINOGRAD_STEP 4
#define NN_WINOGRAD_TILE 6
#define NN_WINOGRAD_MATRICES 36

/* B^T d B of `tiles` tiles that lie side by side in six rows of
 * (4 tiles + 2, 16) floats; tile t goes to out + t tile.  Of the pixels of the
 * rows only the `width` from `left` on are there, one after the other from
 * rows[i]; the others are 0. */
void nn_winograd_transform_input (const float *const rows[NN_WINOGRAD_TILE],
                                  int                left,
                                  int                width,
                                  int                tiles,
                                  float             *out,
                                  size_t             tile,
                                  size_t             matrix);

/* A^T m A scale (16) + bias (16) of `tiles` tiles to four rows (4 tiles, 16),
 * `row` floats apart. */
void nn_winograd_transform_output (const float *m,
                                   size_t       tile,
                                   size_t       matrix,
                                   int          tiles,
                                   const float *scale,
                                   const float *bias,
                                   float       *rows,
                                   size_t       row);

/* A (dy scale (16)) A^T of `tiles` tiles in four rows (4 tiles, 16), `row`
 * floats apart. */
void nn_winograd_transform_output_gradient (const float *rows,
                                            size_t       row,
                                            int          tiles,
                                            const float *scale,
                                            float       *out,
                                            size_t       tile,
                                            size_t       matrix);

/* Where a row of a data gradient goes: nowhere where `to` is NULL. */
typedef struct
{
  float       *to;
  const float *above; /* what the tiles above gave to it, or NULL             */
  bool         adds;  /* to what is there                                     */
} NnWinogradRow;

/* The sums of B m B^T of `tiles` tiles, each of which overlaps the one before
 * it in two columns, in six rows: of their pixels those that are in the image,
 * as for nn_winograd_transform_input().  Row 0 or 1 may read, `above`, what
 * row 4 or 5 writes. */
void nn_winograd_transform_input_gradient (const float        *m,
                                           size_t              tile,
                                           size_t              matrix,
                                           int                 tiles,
                                           int                 left,
                                           int                 width,
                                           const NnWinogradRow rows[NN_WINOGRAD_TILE]);

/* G g G^T of g (9, 16). */
void nn_winograd_transform_weights (const float *g,
                                    float       *out,
                                    size_t       matrix);

/* G^T m G to dg (9, 16). */
void nn_winograd_transform_weight_gradient (const float *m,
                                            size_t       matrix,
                                            float       *dg);
