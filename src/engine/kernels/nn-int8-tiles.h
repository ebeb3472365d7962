/* nn-int8-tiles.h - products and outputs of integer Winograd convolutions
 *
 * What lies between the transforms of nn-int8-winograd.h: of tiles of
 * transformed codes and of transformed weights the products, element by
 * element, summed over the channels, and of those the outputs, A^T M A.  One
 * loop does both, so that the 16 products of a tile need not be stored.
 *
 * Elements lie column by column: element (i, j) of the 4 x 4 is number 4 j + i.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-int8-dot.h"
#include "nn-int8-winograd.h"


/* One call: for each of `tiles` tiles, 4 outputs of `blocks` times 16 sums:
 * four times the outputs (0, 0), (0, 1), (1, 0), (1, 1).
 *
 *     codes      (tiles, 16 elements, groups, 4)
 *     weights    (blocks, 4 columns, groups, 4 rows, 16 outputs, 4)
 *     start      (blocks, 16 elements, 16 outputs): what products start with
 *     sums       (tiles, 4, 16 blocks); where `largest`, of a tile's four
 *                only the largest: (tiles, 16 blocks)
 *
 * All but the codes are 64-byte aligned. */
struct NnInt8Tiles
{
  const uint8_t *codes;
  size_t         tiles;
  size_t         groups;
  const int8_t  *weights;
  size_t         blocks;
  const int32_t *start;
  int32_t       *sums;
  bool           largest;
  int            together; /* see NnInt8Dot                                   */
};

/* By kernel, see NnInt8Kernel. */
void nn_int8_tiles_avx512   (const NnInt8Tiles *self);
void nn_int8_tiles_avx2     (const NnInt8Tiles *self);
void nn_int8_tiles_portable (const NnInt8Tiles *self);
