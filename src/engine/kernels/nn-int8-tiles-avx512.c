/* nn-int8-tiles-avx512.c - tiles of integer Winograd with AVX-512 VNNI
 *
 * The products of one column of elements, of six tiles and 16 outputs, stay in
 * 24 registers; summed by rows there, they are half as many when they are
 * stored, and the sums of a tile's four columns are still in the first-level
 * cache when its outputs are made of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-tiles.h"

#if defined (__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "nn-kernel.h"

#define TARGET __attribute__ ((target ("avx512f,avx512bw,avx512vnni")))
#define GROUP_BYTES (NN_INT8_LANES * NN_INT8_GROUP)
#define MAX_TILES 6

/* A column's products summed by rows as A^T does. */
typedef struct
{
  __m512i upper[4][MAX_TILES];
  __m512i lower[4][MAX_TILES];
} Columns;

TARGET static inline __m512i
broadcast_codes (const uint8_t *codes)
{
  int32_t four;

  memcpy (&four, codes, sizeof four);
  return _mm512_set1_epi32 (four);
}

/* Column `j` of `tiles` tiles, whose codes start at `codes`.  The number must
 * be a constant for the products to be registers. */
TARGET NN_ALWAYS_INLINE static inline void
multiply_column (const NnInt8Tiles *self,
                 const uint8_t     *codes,
                 const int8_t      *weights,
                 const int32_t     *start,
                 const size_t       tiles,
                 size_t             j,
                 Columns           *columns)
{
  const size_t stride = self->groups * NN_INT8_GROUP;
  const size_t pitch = NN_INT8_WINOGRAD_ELEMENTS * stride;
  const uint8_t *at[MAX_TILES];
  __m512i products[4][MAX_TILES];

  /* A pointer for each tile: every address is one of them and a row. */
#pragma GCC unroll 6
  for (size_t p = 0; p < tiles; p++)
    at[p] = codes + p * pitch;
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; i++) {
    const __m512i first = _mm512_load_si512 (start + i * NN_INT8_LANES);

#pragma GCC unroll 6
    for (size_t p = 0; p < tiles; p++)
      products[i][p] = first;
  }
  for (size_t g = 0; g < self->groups; g++) {
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++, weights += GROUP_BYTES) {
      const __m512i w = _mm512_load_si512 (weights);

#pragma GCC unroll 6
      for (size_t p = 0; p < tiles; p++)
        products[i][p] = _mm512_dpbusd_epi32 (
          products[i][p], broadcast_codes (at[p] + i * stride), w);
    }
#pragma GCC unroll 6
    for (size_t p = 0; p < tiles; p++)
      at[p] += NN_INT8_GROUP;
  }
#pragma GCC unroll 6
  for (size_t p = 0; p < tiles; p++) {
    const __m512i sum = _mm512_add_epi32 (products[1][p], products[2][p]);
    const __m512i difference = _mm512_sub_epi32 (products[1][p], products[2][p]);

    columns->upper[j][p] = _mm512_add_epi32 (products[0][p], sum);
    columns->lower[j][p] = _mm512_sub_epi32 (difference, products[3][p]);
  }
}

TARGET static inline __m512i
left_output (const __m512i column[4][MAX_TILES],
             size_t        p)
{
  return _mm512_add_epi32 (_mm512_add_epi32 (column[0][p], column[1][p]), column[2][p]);
}

TARGET static inline __m512i
right_output (const __m512i column[4][MAX_TILES],
              size_t        p)
{
  return _mm512_sub_epi32 (_mm512_sub_epi32 (column[1][p], column[2][p]), column[3][p]);
}

/* `sums`: of the tile's first output. */
TARGET static inline void
store_tile (const NnInt8Tiles *self,
            const Columns     *columns,
            size_t             p,
            int32_t           *sums)
{
  const size_t width = self->blocks * NN_INT8_LANES;
  const __m512i outputs[] = { left_output (columns->upper, p), right_output (columns->upper, p),
                              left_output (columns->lower, p), right_output (columns->lower, p) };

  if (self->largest) {
    _mm512_store_si512 (sums, _mm512_max_epi32 (_mm512_max_epi32 (outputs[0], outputs[1]),
                                                _mm512_max_epi32 (outputs[2], outputs[3])));
    return;
  }
#pragma GCC unroll 4
  for (size_t o = 0; o < 4; o++)
    _mm512_store_si512 (sums + o * width, outputs[o]);
}

/* `tiles` tiles from `tile` on times one block. */
TARGET NN_ALWAYS_INLINE static inline void
multiply_tiles (const NnInt8Tiles *self,
                size_t             tile,
                size_t             block,
                const size_t       tiles)
{
  const size_t stride = self->groups * NN_INT8_GROUP;
  const size_t per_tile = (self->largest ? 1 : 4) * self->blocks * NN_INT8_LANES;
  const uint8_t *codes = self->codes + tile * NN_INT8_WINOGRAD_ELEMENTS * stride;
  const int8_t *weights = self->weights
                          + block * NN_INT8_WINOGRAD_ELEMENTS * self->groups * GROUP_BYTES;
  const int32_t *start = self->start + block * NN_INT8_WINOGRAD_ELEMENTS * NN_INT8_LANES;
  int32_t *sums = self->sums + tile * per_tile + block * NN_INT8_LANES;
  Columns columns;

  for (size_t j = 0; j < 4; j++)
    multiply_column (self, codes + 4 * j * stride, weights + 4 * j * self->groups * GROUP_BYTES,
                     start + 4 * j * NN_INT8_LANES, tiles, j, &columns);
  for (size_t p = 0; p < tiles; p++)
    store_tile (self, &columns, p, sums + p * per_tile);
}

TARGET static void
six_tiles (const NnInt8Tiles *self,
           size_t             tile,
           size_t             block)
{
  multiply_tiles (self, tile, block, 6);
}

TARGET static void
four_tiles (const NnInt8Tiles *self,
            size_t             tile,
            size_t             block)
{
  multiply_tiles (self, tile, block, 4);
}

TARGET static void
one_tile (const NnInt8Tiles *self,
          size_t             tile,
          size_t             block)
{
  multiply_tiles (self, tile, block, 1);
}

void
nn_int8_tiles_avx512 (const NnInt8Tiles *self)
{
  for (size_t block = 0; block < self->blocks; block++) {
    size_t tile = 0;

    for (; tile + 6 <= self->tiles; tile += 6)
      six_tiles (self, tile, block);
    for (; tile + 4 <= self->tiles; tile += 4)
      four_tiles (self, tile, block);
    for (; tile < self->tiles; tile++)
      one_tile (self, tile, block);
  }
}

#else
typedef int nn_int8_tiles_avx512_is_for_x86_only;
#endif
