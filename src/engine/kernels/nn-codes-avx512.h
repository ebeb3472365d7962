/* nn-codes-avx512.h - a vector of values becomes codes with AVX-512
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NN_AVX512 __attribute__ ((target ("avx512f,avx512bw,avx512vl")))

/* code = rint (clip (z, 0, top)), halves to even.  NaN becomes 0, as its
 * comparison with 0 fails. */
NN_AVX512 static inline __m128i
nn_avx512_codes (__m512 z,
                 __m512 top)
{
  const __m512 clipped = _mm512_min_ps (_mm512_max_ps (z, _mm512_setzero_ps ()), top);

  return _mm512_cvtepi32_epi8 (_mm512_cvtps_epi32 (clipped));
}

/* The first `n` <= 16 of the codes; whole vectors at once. */
NN_AVX512 static inline void
nn_avx512_store_codes (uint8_t *out,
                       __m128i  codes,
                       size_t   n)
{
  if (n == sizeof codes)
    _mm_storeu_si128 ((__m128i *) out, codes);
  else
    memcpy (out, &codes, n);
}
