/* nn-int8-tiles.c - tiles of integer Winograd in plain C
 *
 * The oracle of the other kernels: the formula, tile by tile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-tiles.h"

/* products[4 j + i][lane] of one tile and one block. */
static void
multiply_tile (const NnInt8Tiles *self,
               const uint8_t     *codes,
               size_t             block,
               int32_t            products[NN_INT8_WINOGRAD_ELEMENTS][NN_INT8_LANES])
{
  const size_t groups = self->groups;

  for (size_t e = 0; e < NN_INT8_WINOGRAD_ELEMENTS; e++)
    for (size_t lane = 0; lane < NN_INT8_LANES; lane++) {
      int32_t sum = self->start[(block * NN_INT8_WINOGRAD_ELEMENTS + e) * NN_INT8_LANES + lane];

      for (size_t g = 0; g < groups; g++) {
        const size_t at = ((block * 4 + e / 4) * groups + g) * 4 + e % 4;
        const int8_t *weights = self->weights + (at * NN_INT8_LANES + lane) * NN_INT8_GROUP;

        for (size_t k = 0; k < NN_INT8_GROUP; k++)
          sum += codes[(e * groups + g) * NN_INT8_GROUP + k] * weights[k];
      }
      products[e][lane] = sum;
    }
}

/* outputs (4) = A^T M A of one lane. */
static void
outputs_of (const int32_t products[NN_INT8_WINOGRAD_ELEMENTS][NN_INT8_LANES],
            size_t        lane,
            int32_t      *outputs)
{
  int32_t upper[4];
  int32_t lower[4];

  for (size_t j = 0; j < 4; j++) {
    upper[j] = products[4 * j][lane] + products[4 * j + 1][lane] + products[4 * j + 2][lane];
    lower[j] = products[4 * j + 1][lane] - products[4 * j + 2][lane] - products[4 * j + 3][lane];
  }
  outputs[0] = upper[0] + upper[1] + upper[2];
  outputs[1] = upper[1] - upper[2] - upper[3];
  outputs[2] = lower[0] + lower[1] + lower[2];
  outputs[3] = lower[1] - lower[2] - lower[3];
}

static int32_t
largest_of (const int32_t *outputs)
{
  int32_t largest = outputs[0];

  for (size_t o = 1; o < 4; o++)
    largest = outputs[o] > largest ? outputs[o] : largest;
  return largest;
}

void
nn_int8_tiles_portable (const NnInt8Tiles *self)
{
  const size_t width = self->blocks * NN_INT8_LANES;
  const size_t stride = NN_INT8_WINOGRAD_ELEMENTS * self->groups * NN_INT8_GROUP;
  int32_t products[NN_INT8_WINOGRAD_ELEMENTS][NN_INT8_LANES];
  int32_t outputs[4];

  for (size_t t = 0; t < self->tiles; t++)
    for (size_t block = 0; block < self->blocks; block++) {
      multiply_tile (self, self->codes + t * stride, block, products);
      for (size_t lane = 0; lane < NN_INT8_LANES; lane++) {
        const size_t at = block * NN_INT8_LANES + lane;

        outputs_of (products, lane, outputs);
        if (self->largest)
          self->sums[t * width + at] = largest_of (outputs);
        else
          for (size_t o = 0; o < 4; o++)
            self->sums[(4 * t + o) * width + at] = outputs[o];
      }
    }
}
