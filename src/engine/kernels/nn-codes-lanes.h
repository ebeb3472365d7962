/* nn-codes-lanes.h - 16 values become codes at once, on every CPU
 *
 * For functions marked NN_KERNEL.  In vectors, because what compilers make of
 * a loop from 32 bits to 8 leaves 16 channels to its slow end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-kernel.h"

#define NN_CODES_LANES 16

typedef float NnCodesFloats __attribute__ ((vector_size (4 * NN_CODES_LANES)));
typedef int32_t NnCodesWords __attribute__ ((vector_size (4 * NN_CODES_LANES)));
typedef uint8_t NnCodesBytes __attribute__ ((vector_size (NN_CODES_LANES)));

/* The first `n` of codes (16) = rint (clip (z, 0, top)), halves to even as
 * nn_round_even(); NaN becomes 0.  Whole vectors at once. */
NN_ALWAYS_INLINE static inline void
nn_codes_store_lanes (uint8_t             *out,
                      const NnCodesFloats *z,
                      float                top,
                      size_t               n)
{
  const NnCodesFloats zero = { 0 };
  const NnCodesFloats tops = zero + top;
  const NnCodesFloats above = (NnCodesFloats) ((NnCodesWords) * z & (NnCodesWords) (*z > zero));
  const NnCodesWords fits = above < tops;
  const NnCodesFloats clipped = (NnCodesFloats) (((NnCodesWords) above & fits) |
                                                 ((NnCodesWords) tops & ~fits));
  const NnCodesFloats rounded = (clipped + 12582912.0f) - 12582912.0f;
  const NnCodesBytes codes = __builtin_convertvector (
    __builtin_convertvector (rounded, NnCodesWords), NnCodesBytes);

  if (n >= NN_CODES_LANES)
    memcpy (out, &codes, NN_CODES_LANES);
  else
    memcpy (out, &codes, n);
}
