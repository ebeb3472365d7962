/* nn-codes-avx512.c - from sums to codes with AVX-512
 *
 * The operations of nn-codes.c in their order, 16 lanes at a time: what the
 * compiler makes of a loop from 32 bits to 8 takes longer than the products
 * before it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-codes.h"

#if defined (__x86_64__)

#include "nn-codes-avx512.h"
#include "nn-kernel.h"

NN_AVX512 static inline __m512
load_codes (const uint8_t *codes,
            size_t         n)
{
  __m128i bytes = _mm_setzero_si128 ();

  if (n == NN_LANES)
    bytes = _mm_loadu_si128 ((const __m128i *) codes);
  else
    memcpy (&bytes, codes, n);
  return _mm512_cvtepi32_ps (_mm512_cvtepu8_epi32 (bytes));
}

/* Lanes [lane, lane + n) of all positions.  The switches are constants.  What
 * is pointed to is read before the loop: for all that the compiler knows, a
 * code that is written might change it. */
NN_AVX512 NN_ALWAYS_INLINE static inline void
codes_of_lanes (const int32_t       *sums,
                const NnFold        *fold,
                const NnResidual    *residual,
                const bool           corrects,
                const bool           adds,
                float                top,
                const NnCodesTarget *target,
                size_t               lane,
                const size_t         n)
{
  const __m512 factor = _mm512_loadu_ps (fold->factor + lane);
  const __m512 summand = _mm512_loadu_ps (fold->summand + lane);
  const __m512 correction = corrects ? _mm512_loadu_ps (fold->correction + lane) : summand;
  const __m512 per_code = _mm512_set1_ps (adds ? residual->factor : 0);
  const __m512 tops = _mm512_set1_ps (top);
  const NnCodesTarget out = *target;
  const NnResidual beside = adds ? *residual : (NnResidual) { 0 };
  const size_t lanes = fold->lanes;
  const size_t codes_lane = fold->codes_lane;

  for (size_t p = 0; p < out.positions; p++, sums += lanes) {
    const __m512 products = _mm512_cvtepi32_ps (_mm512_loadu_si512 (sums + lane));
    __m512 z = _mm512_add_ps (_mm512_mul_ps (products, factor), summand);

    if (corrects) {
      const __m512 total = _mm512_set1_ps ((float) sums[codes_lane]);

      z = _mm512_add_ps (z, _mm512_mul_ps (total, correction));
    }
    if (adds) {
      const __m512 other = load_codes (beside.codes + beside.offsets[p] + lane, n);

      z = _mm512_add_ps (z, _mm512_mul_ps (other, per_code));
    }
    nn_avx512_store_codes (out.codes + out.offsets[p] + lane, nn_avx512_codes (z, tops), n);
  }
}

NN_AVX512 NN_ALWAYS_INLINE static inline void
codes_of_sums (const int32_t       *sums,
               const NnFold        *fold,
               const NnResidual    *residual,
               const bool           corrects,
               const bool           adds,
               float                top,
               const NnCodesTarget *target)
{
  size_t lane = 0;

  for (; lane + NN_LANES <= target->stride; lane += NN_LANES)
    codes_of_lanes (sums, fold, residual, corrects, adds, top, target, lane, NN_LANES);
  if (lane < target->stride)
    codes_of_lanes (sums, fold, residual, corrects, adds, top, target, lane,
                    target->stride - lane);
}

NN_AVX512 void
nn_codes_from_sums_avx512 (const int32_t       *sums,
                           const NnFold        *fold,
                           const NnResidual    *residual,
                           float                top,
                           const NnCodesTarget *target)
{
  if (residual == NULL && fold->correction == NULL)
    codes_of_sums (sums, fold, NULL, false, false, top, target);
  else if (residual == NULL)
    codes_of_sums (sums, fold, NULL, true, false, top, target);
  else
    codes_of_sums (sums, fold, residual, fold->correction != NULL, true, top, target);
}

#else
typedef int nn_codes_avx512_is_for_x86_only;
#endif
