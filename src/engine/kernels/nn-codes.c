/* nn-codes.c - the elementwise loops of the integer network
 *
 * Loops and vectors that the compiler makes fit each CPU (see nn-kernel.h).
 * NaN becomes code 0: networks whose weights are not finite are refused
 * before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-codes.h"

#include "nn-codes-lanes.h"

/* values (16) of the first `n` of 16 codes; others are 0. */
NN_ALWAYS_INLINE static inline void
load_codes (const uint8_t *from,
            size_t         n,
            NnCodesFloats *values)
{
  uint8_t codes[NN_CODES_LANES] = { 0 };
  int32_t words[NN_CODES_LANES];
  NnCodesWords wide;

  if (n >= NN_CODES_LANES)
    memcpy (codes, from, NN_CODES_LANES);
  else
    memcpy (codes, from, n);
  for (int i = 0; i < NN_CODES_LANES; i++)
    words[i] = codes[i];
  memcpy (&wide, words, sizeof wide);
  *values = __builtin_convertvector (wide, NnCodesFloats);
}

/* One position: codes (n) from sums (n). The two switches are constants. */
NN_ALWAYS_INLINE static inline void
codes_of_sums (const int32_t *sums,
               const NnFold  *fold,
               const bool     corrects,
               const bool     adds,
               const uint8_t *residual,
               float          residual_factor,
               float          top,
               size_t         n,
               uint8_t       *codes)
{
  const float total = corrects ? (float) sums[fold->codes_lane] : 0;

  for (size_t i = 0; i < n; i += NN_CODES_LANES) {
    NnCodesWords products;
    NnCodesFloats factor, z;

    memcpy (&products, sums + i, sizeof products);
    memcpy (&factor, fold->factor + i, sizeof factor);
    memcpy (&z, fold->summand + i, sizeof z);
    z = __builtin_convertvector (products, NnCodesFloats) * factor + z;
    if (corrects) {
      memcpy (&factor, fold->correction + i, sizeof factor);
      z += total * factor;
    }
    if (adds) {
      load_codes (residual + i, n - i, &factor);
      z += factor * residual_factor;
    }
    nn_codes_store_lanes (codes + i, &z, top, n - i);
  }
}

NN_KERNEL static void
codes_from_sums (const int32_t       *sums,
                 const NnFold        *fold,
                 float                top,
                 const NnCodesTarget *target)
{
  for (size_t p = 0; p < target->positions; p++, sums += fold->lanes)
    codes_of_sums (sums, fold, false, false, NULL, 0, top, target->stride,
                   target->codes + target->offsets[p]);
}

NN_KERNEL static void
codes_from_corrected_sums (const int32_t       *sums,
                           const NnFold        *fold,
                           float                top,
                           const NnCodesTarget *target)
{
  for (size_t p = 0; p < target->positions; p++, sums += fold->lanes)
    codes_of_sums (sums, fold, true, false, NULL, 0, top, target->stride,
                   target->codes + target->offsets[p]);
}

NN_KERNEL static void
codes_from_sums_and_residual (const int32_t       *sums,
                              const NnFold        *fold,
                              const NnResidual    *residual,
                              float                top,
                              const NnCodesTarget *target)
{
  for (size_t p = 0; p < target->positions; p++, sums += fold->lanes) {
    const uint8_t *beside = residual->codes + residual->offsets[p];
    uint8_t *codes = target->codes + target->offsets[p];

    if (fold->correction != NULL)
      codes_of_sums (sums, fold, true, true, beside, residual->factor, top, target->stride, codes);
    else
      codes_of_sums (sums, fold, false, true, beside, residual->factor, top, target->stride,
                     codes);
  }
}

void
nn_codes_from_sums (const int32_t       *sums,
                    const NnFold        *fold,
                    const NnResidual    *residual,
                    float                top,
                    const NnCodesTarget *target)
{
  if (residual != NULL)
    codes_from_sums_and_residual (sums, fold, residual, top, target);
  else if (fold->correction != NULL)
    codes_from_corrected_sums (sums, fold, top, target);
  else
    codes_from_sums (sums, fold, top, target);
}

NN_KERNEL void
nn_values_from_sums (const int32_t *sums,
                     const NnFold  *fold,
                     size_t         positions,
                     size_t         channels,
                     size_t         plane,
                     float         *values)
{
  for (size_t c = 0; c < channels; c++) {
    const float correction = fold->correction != NULL ? fold->correction[c] : 0;
    float *restrict out = values + c * plane;

    for (size_t p = 0; p < positions; p++) {
      const int32_t *at = sums + p * fold->lanes;

      out[p] = (float) at[c] * fold->factor[c] + (float) at[fold->codes_lane] * correction
               + fold->summand[c];
    }
  }
}

NN_KERNEL void
nn_codes_from_planes (const float         *values,
                      size_t               channels,
                      float                alpha,
                      float                per_step,
                      const NnCodesTarget *target)
{
  const size_t positions = target->positions;

  for (size_t c = 0; c < channels; c++)
    for (size_t p = 0; p < positions; p++) {
      const float above = values[c * positions + p] > 0 ? values[c * positions + p] : 0;
      const float z = (above < alpha ? above : alpha) * per_step;

      target->codes[target->offsets[p] + c] = (uint8_t) (int32_t) nn_round_even (z);
    }
}

NN_KERNEL void
nn_planes_from_codes (const NnCodesTarget *source,
                      size_t               channels,
                      float                scale,
                      float               *values)
{
  const size_t positions = source->positions;

  for (size_t c = 0; c < channels; c++) {
    float *restrict out = values + c * positions;

    for (size_t p = 0; p < positions; p++)
      out[p] = (float) source->codes[source->offsets[p] + c] * scale;
  }
}

NN_KERNEL void
nn_codes_maximum (uint8_t       *out,
                  const uint8_t *in,
                  size_t         n)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    out[i] = in[i] > out[i] ? in[i] : out[i];
}

NN_KERNEL void
nn_codes_add (uint8_t       *out,
              const uint8_t *in,
              size_t         n)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    out[i] = (uint8_t) (out[i] + in[i]);
}
