/* nn-int8-dot-avx2.c - integer dot products with AVX2
 *
 * A tile of four windows and one block of outputs stays in registers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-dot.h"

#if defined (__x86_64__)

#include "nn-int8-dot-avx2.h"
#include "nn-int8-tiles.h"
#include "nn-kernel.h"

#define GROUP_BYTES (NN_INT8_LANES * NN_INT8_GROUP)
#define HALF (NN_INT8_LANES / 2)
#define POSITIONS 4

/* What the sums of block `block`, which lie at `out`, start with; NULL: 0. */
static inline const __m256i *
first_sums (const NnInt8Dot *dot,
            const int32_t   *out,
            size_t           block)
{
  if (dot->add)
    return (const __m256i *) out;
  return dot->start != NULL ? (const __m256i *) (dot->start + block * NN_INT8_LANES) : NULL;
}

/* Four windows from `position` on (those past the end are those of the first,
 * computed and dropped) times one block.  `together` is a constant. */
NN_AVX2 NN_ALWAYS_INLINE static inline void
multiply_tile (const NnInt8Dot *dot,
               size_t           position,
               size_t           block,
               const int        together)
{
  const size_t left = dot->positions - position;
  const size_t valid = left < POSITIONS ? left : POSITIONS;
  const size_t width = dot->blocks * NN_INT8_LANES;
  int32_t *out = dot->sums + position * width + block * NN_INT8_LANES;
  const int8_t *weights = dot->weights + block * dot->weight_stride;
  const uint8_t *window[POSITIONS];
  __m256i low[POSITIONS];
  __m256i high[POSITIONS];

#pragma GCC unroll 4
  for (size_t p = 0; p < POSITIONS; p++) {
    const size_t at = p < valid ? p : 0;
    const __m256i *first = first_sums (dot, out + at * width, block);

    window[p] = dot->codes + dot->offsets[position + at];
    low[p] = first != NULL ? _mm256_load_si256 (first) : _mm256_setzero_si256 ();
    high[p] = first != NULL ? _mm256_load_si256 (first + 1) : _mm256_setzero_si256 ();
  }
  for (size_t r = 0; r < dot->runs; r++) {
    size_t g = 0;

    for (; together == 4 && g + 2 <= dot->groups; g += 2, weights += 2 * GROUP_BYTES) {
      const __m256i *w = (const __m256i *) weights;

#pragma GCC unroll 4
      for (size_t p = 0; p < POSITIONS; p++) {
        const __m256i codes = nn_avx2_broadcast_codes (window[p] + g * NN_INT8_GROUP);
        const __m256i next = nn_avx2_broadcast_codes (window[p] + (g + 1) * NN_INT8_GROUP);

        low[p] = nn_avx2_add_two (low[p], codes, w[0], next, w[2]);
        high[p] = nn_avx2_add_two (high[p], codes, w[1], next, w[3]);
      }
    }
    for (; g < dot->groups; g++, weights += GROUP_BYTES) {
      const __m256i w_low = _mm256_load_si256 ((const __m256i *) weights);
      const __m256i w_high = _mm256_load_si256 ((const __m256i *) weights + 1);

#pragma GCC unroll 4
      for (size_t p = 0; p < POSITIONS; p++) {
        const __m256i codes = nn_avx2_broadcast_codes (window[p] + g * NN_INT8_GROUP);

        low[p] = together == 1 ? nn_avx2_add_wide (low[p], codes, w_low)
                               : nn_avx2_add_narrow (low[p], codes, w_low);
        high[p] = together == 1 ? nn_avx2_add_wide (high[p], codes, w_high)
                                : nn_avx2_add_narrow (high[p], codes, w_high);
      }
    }
#pragma GCC unroll 4
    for (size_t p = 0; p < POSITIONS; p++)
      window[p] += dot->run_stride;
  }
#pragma GCC unroll 4
  for (size_t p = 0; p < POSITIONS; p++)
    if (p < valid) {
      _mm256_store_si256 ((__m256i *) (out + p * width), low[p]);
      _mm256_store_si256 ((__m256i *) (out + p * width + HALF), high[p]);
    }
}

NN_AVX2 static void
tile_of_one (const NnInt8Dot *dot,
             size_t           position,
             size_t           block)
{
  multiply_tile (dot, position, block, 1);
}

NN_AVX2 static void
tile_of_two (const NnInt8Dot *dot,
             size_t           position,
             size_t           block)
{
  multiply_tile (dot, position, block, 2);
}

NN_AVX2 static void
tile_of_four (const NnInt8Dot *dot,
              size_t           position,
              size_t           block)
{
  multiply_tile (dot, position, block, 4);
}

static void
run (const NnInt8Dot *dot)
{
  for (size_t block = 0; block < dot->blocks; block++)
    for (size_t position = 0; position < dot->positions; position += POSITIONS)
      (dot->together == 4 ? tile_of_four : dot->together == 2 ? tile_of_two : tile_of_one)
        (dot, position, block);
}

static bool
available (void)
{
  return __builtin_cpu_supports ("avx2");
}

const NnInt8Kernel nn_int8_avx2 = {
  .name = "avx2",
  .title = "AVX2",
  .available = available,
  .run = run,
  .run_tiles = nn_int8_tiles_avx2,
  .codes_from_sums = nn_codes_from_sums,
  .codes_from_windows = nn_codes_from_windows,
};

#else
typedef int nn_int8_avx2_is_for_x86_only;
#endif
