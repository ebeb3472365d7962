/* nn-int8-dot-avx2.c - integer dot products with AVX2
 *
 * vpmaddubsw adds two products in int16, where two of 8-bit codes with 8-bit
 * weights do not always fit.  Where they may not, even and odd codes are
 * multiplied apart: one product always fits (255 * 128 < 2^15), so that the
 * sums are exact in any case.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-dot.h"

#if defined (__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "nn-kernel.h"

#define TARGET __attribute__ ((target ("avx2")))
#define GROUP_BYTES (NN_INT8_LANES * NN_INT8_GROUP)
#define HALF (NN_INT8_LANES / 2)
#define POSITIONS 4

TARGET static inline __m256i
broadcast_codes (const uint8_t *codes)
{
  int32_t four;

  memcpy (&four, codes, sizeof four);
  return _mm256_set1_epi32 (four);
}

/* Adds the products of two neighbours, whose sum fits int16. */
TARGET static inline __m256i
add_narrow (__m256i sum,
            __m256i codes,
            __m256i weights)
{
  const __m256i pairs = _mm256_maddubs_epi16 (codes, weights);

  return _mm256_add_epi32 (sum, _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1)));
}

TARGET static inline __m256i
add_wide (__m256i sum,
          __m256i codes,
          __m256i weights)
{
  const __m256i even = _mm256_set1_epi16 (0xff);

  sum = add_narrow (sum, _mm256_and_si256 (codes, even), weights);
  return add_narrow (sum, _mm256_andnot_si256 (even, codes), weights);
}

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
 * computed and dropped) times one block. `wide` is a constant. */
TARGET NN_ALWAYS_INLINE static inline void
multiply_tile (const NnInt8Dot *dot,
               size_t           position,
               size_t           block,
               const bool       wide)
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
    for (size_t g = 0; g < dot->groups; g++, weights += GROUP_BYTES) {
      const __m256i w_low = _mm256_load_si256 ((const __m256i *) weights);
      const __m256i w_high = _mm256_load_si256 ((const __m256i *) weights + 1);

#pragma GCC unroll 4
      for (size_t p = 0; p < POSITIONS; p++) {
        const __m256i codes = broadcast_codes (window[p] + g * NN_INT8_GROUP);

        low[p] = wide ? add_wide (low[p], codes, w_low) : add_narrow (low[p], codes, w_low);
        high[p] = wide ? add_wide (high[p], codes, w_high) : add_narrow (high[p], codes, w_high);
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

TARGET static void
narrow_tile (const NnInt8Dot *dot,
             size_t           position,
             size_t           block)
{
  multiply_tile (dot, position, block, false);
}

TARGET static void
wide_tile (const NnInt8Dot *dot,
           size_t           position,
           size_t           block)
{
  multiply_tile (dot, position, block, true);
}

static void
run (const NnInt8Dot *dot)
{
  for (size_t block = 0; block < dot->blocks; block++)
    for (size_t position = 0; position < dot->positions; position += POSITIONS)
      (dot->wide ? wide_tile : narrow_tile) (dot, position, block);
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
};

#else
typedef int nn_int8_avx2_is_for_x86_only;
#endif
