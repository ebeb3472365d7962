/* nn-int8-dot-avx2.h - products of codes and weights with AVX2
 *
 * vpmaddubsw adds two products in int16, where two of 8-bit codes with 8-bit
 * weights do not always fit.  Where they may not, even and odd codes are
 * multiplied apart: one product always fits (255 * 128 < 2^15), so that the
 * sums are exact in any case.  Where four fit, two groups are added in int16.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define NN_AVX2 __attribute__ ((target ("avx2")))

/* Four codes, as often as they find room. */
NN_AVX2 static inline __m256i
nn_avx2_broadcast_codes (const uint8_t *codes)
{
  int32_t four;

  memcpy (&four, codes, sizeof four);
  return _mm256_set1_epi32 (four);
}

/* Adds the products of two neighbours, whose sum fits int16. */
NN_AVX2 static inline __m256i
nn_avx2_add_narrow (__m256i sum,
                    __m256i codes,
                    __m256i weights)
{
  const __m256i pairs = _mm256_maddubs_epi16 (codes, weights);

  return _mm256_add_epi32 (sum, _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1)));
}

/* The same of two groups, where four products fit. */
NN_AVX2 static inline __m256i
nn_avx2_add_two (__m256i sum,
                 __m256i codes,
                 __m256i weights,
                 __m256i next_codes,
                 __m256i next_weights)
{
  const __m256i pairs = _mm256_add_epi16 (_mm256_maddubs_epi16 (codes, weights),
                                          _mm256_maddubs_epi16 (next_codes, next_weights));

  return _mm256_add_epi32 (sum, _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1)));
}

/* One group where two products may not fit. */
NN_AVX2 static inline __m256i
nn_avx2_add_wide (__m256i sum,
                  __m256i codes,
                  __m256i weights)
{
  const __m256i even = _mm256_set1_epi16 (0xff);

  sum = nn_avx2_add_narrow (sum, _mm256_and_si256 (codes, even), weights);
  return nn_avx2_add_narrow (sum, _mm256_andnot_si256 (even, codes), weights);
}
