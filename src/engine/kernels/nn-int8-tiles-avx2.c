/* nn-int8-tiles-avx2.c - tiles of integer Winograd with AVX2
 *
 * As with AVX-512, by two tiles and 8 outputs, whose products of one column
 * are eight registers.  Products are added in int16 as nn-int8-dot-avx2.h
 * does it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-tiles.h"

#if defined (__x86_64__)

#include "nn-int8-dot-avx2.h"
#include "nn-kernel.h"

#define GROUP_BYTES (NN_INT8_LANES * NN_INT8_GROUP)
#define HALF (NN_INT8_LANES / 2)
#define MAX_TILES 2

/* A column's products summed by rows as A^T does. */
typedef struct
{
  __m256i upper[4][MAX_TILES];
  __m256i lower[4][MAX_TILES];
} Columns;

/* Half a block of one column of `tiles` tiles.  The number and
 * `together` are constants. */
NN_AVX2 NN_ALWAYS_INLINE static inline void
multiply_column (const NnInt8Tiles *self,
                 const uint8_t     *codes,
                 const int8_t      *weights,
                 const int32_t     *start,
                 const size_t       tiles,
                 const int          together,
                 size_t             j,
                 Columns           *columns)
{
  const size_t stride = self->groups * NN_INT8_GROUP;
  const size_t pitch = NN_INT8_WINOGRAD_ELEMENTS * stride;
  const uint8_t *at[MAX_TILES];
  __m256i products[4][MAX_TILES];

#pragma GCC unroll 2
  for (size_t p = 0; p < tiles; p++)
    at[p] = codes + p * pitch;
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; i++)
                                  #pragma GCC unroll 2
    for (size_t p = 0; p < tiles; p++)
      products[i][p] = _mm256_load_si256 ((const __m256i *) (start + i * NN_INT8_LANES));
  size_t g = 0;

  for (; together == 4 && g + 2 <= self->groups; g += 2) {
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++, weights += GROUP_BYTES) {
      const __m256i w = _mm256_load_si256 ((const __m256i *) weights);
      const __m256i next = _mm256_load_si256 ((const __m256i *) (weights + 4 * GROUP_BYTES));

#pragma GCC unroll 2
      for (size_t p = 0; p < tiles; p++) {
        const uint8_t *four = at[p] + i * stride;

        products[i][p] = nn_avx2_add_two (products[i][p], nn_avx2_broadcast_codes (four), w,
                                          nn_avx2_broadcast_codes (four + NN_INT8_GROUP), next);
      }
    }
    weights += 4 * GROUP_BYTES;
#pragma GCC unroll 2
    for (size_t p = 0; p < tiles; p++)
      at[p] += 2 * NN_INT8_GROUP;
  }
  for (; g < self->groups; g++) {
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++, weights += GROUP_BYTES) {
      const __m256i w = _mm256_load_si256 ((const __m256i *) weights);

#pragma GCC unroll 2
      for (size_t p = 0; p < tiles; p++) {
        const __m256i four = nn_avx2_broadcast_codes (at[p] + i * stride);

        products[i][p] = together == 1 ? nn_avx2_add_wide (products[i][p], four, w)
                                       : nn_avx2_add_narrow (products[i][p], four, w);
      }
    }
#pragma GCC unroll 2
    for (size_t p = 0; p < tiles; p++)
      at[p] += NN_INT8_GROUP;
  }
#pragma GCC unroll 2
  for (size_t p = 0; p < tiles; p++) {
    const __m256i sum = _mm256_add_epi32 (products[1][p], products[2][p]);
    const __m256i difference = _mm256_sub_epi32 (products[1][p], products[2][p]);

    columns->upper[j][p] = _mm256_add_epi32 (products[0][p], sum);
    columns->lower[j][p] = _mm256_sub_epi32 (difference, products[3][p]);
  }
}

NN_AVX2 static inline __m256i
left_output (const __m256i column[4][MAX_TILES],
             size_t        p)
{
  return _mm256_add_epi32 (_mm256_add_epi32 (column[0][p], column[1][p]), column[2][p]);
}

NN_AVX2 static inline __m256i
right_output (const __m256i column[4][MAX_TILES],
              size_t        p)
{
  return _mm256_sub_epi32 (_mm256_sub_epi32 (column[1][p], column[2][p]), column[3][p]);
}

/* `sums`: of the tile's first output. */
NN_AVX2 static inline void
store_tile (const NnInt8Tiles *self,
            const Columns     *columns,
            size_t             p,
            int32_t           *sums)
{
  const size_t width = self->blocks * NN_INT8_LANES;
  const __m256i outputs[] = { left_output (columns->upper, p), right_output (columns->upper, p),
                              left_output (columns->lower, p), right_output (columns->lower, p) };

  if (self->largest) {
    _mm256_store_si256 ((__m256i *) sums,
                        _mm256_max_epi32 (_mm256_max_epi32 (outputs[0], outputs[1]),
                                          _mm256_max_epi32 (outputs[2], outputs[3])));
    return;
  }
#pragma GCC unroll 4
  for (size_t o = 0; o < 4; o++)
    _mm256_store_si256 ((__m256i *) (sums + o * width), outputs[o]);
}

/* `tiles` tiles from `tile` on times the half of a block that starts with
 * output `lane`. */
NN_AVX2 NN_ALWAYS_INLINE static inline void
multiply_tiles (const NnInt8Tiles *self,
                size_t             tile,
                size_t             lane,
                const size_t       tiles,
                const int          together)
{
  const size_t block = lane / NN_INT8_LANES;
  const size_t half = lane % NN_INT8_LANES;
  const size_t stride = self->groups * NN_INT8_GROUP;
  const size_t per_tile = (self->largest ? 1 : 4) * self->blocks * NN_INT8_LANES;
  const uint8_t *codes = self->codes + tile * NN_INT8_WINOGRAD_ELEMENTS * stride;
  const int8_t *weights = self->weights + half * NN_INT8_GROUP
                          + block * NN_INT8_WINOGRAD_ELEMENTS * self->groups * GROUP_BYTES;
  const int32_t *start = self->start + half + block * NN_INT8_WINOGRAD_ELEMENTS * NN_INT8_LANES;
  int32_t *sums = self->sums + tile * per_tile + lane;
  Columns columns;

  for (size_t j = 0; j < 4; j++)
    multiply_column (self, codes + 4 * j * stride, weights + 4 * j * self->groups * GROUP_BYTES,
                     start + 4 * j * NN_INT8_LANES, tiles, together, j, &columns);
  for (size_t p = 0; p < tiles; p++)
    store_tile (self, &columns, p, sums + p * per_tile);
}

/* From `tile` on: one tile where products are added one by one, else two. */
NN_AVX2 static void
tiles_of_one (const NnInt8Tiles *self,
              size_t             tile,
              size_t             lane)
{
  multiply_tiles (self, tile, lane, 1, 1);
}

NN_AVX2 static void
tiles_of_two (const NnInt8Tiles *self,
              size_t             tile,
              size_t             lane)
{
  if (tile + 2 <= self->tiles)
    multiply_tiles (self, tile, lane, 2, 2);
  else
    multiply_tiles (self, tile, lane, 1, 2);
}

NN_AVX2 static void
tiles_of_four (const NnInt8Tiles *self,
               size_t             tile,
               size_t             lane)
{
  if (tile + 2 <= self->tiles)
    multiply_tiles (self, tile, lane, 2, 4);
  else
    multiply_tiles (self, tile, lane, 1, 4);
}

void
nn_int8_tiles_avx2 (const NnInt8Tiles *self)
{
  const size_t step = self->together == 1 ? 1 : MAX_TILES;

  for (size_t lane = 0; lane < self->blocks * NN_INT8_LANES; lane += HALF)
    for (size_t tile = 0; tile < self->tiles; tile += step)
      (self->together == 4 ? tiles_of_four : self->together == 2 ? tiles_of_two : tiles_of_one)
        (self, tile, lane);
}

#else
typedef int nn_int8_tiles_avx2_is_for_x86_only;
#endif
