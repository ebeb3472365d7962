/* nn-codes.h - activations as 8-bit codes: making, pooling, leaving them
 *
 * Codes lie position by position with a position's channels side by side
 * ("stride" bytes, the channels padded to a multiple of four), so that a
 * convolution reads a row of its window in one run.  Positions are named by
 * tables of offsets in bytes.  Rounding is half to even; every CPU gives the
 * same codes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Where `positions` times `stride` codes go. */
typedef struct
{
  uint8_t        *codes;
  const uint32_t *offsets; /* (positions), in bytes                           */
  size_t          positions;
  size_t          stride;  /* bytes that are written at each offset           */
} NnCodesTarget;

/* How a sum becomes a value: value = sum factor + summand, by channel, both
 * (lanes), a multiple of 16, with 0 past the last channel.  A grid of weights
 * that does not pass through zero also needs correction (lanes; NULL: none)
 * times the sum of the window's codes, which is lane `codes_lane` of the sums. */
typedef struct
{
  size_t       lanes;
  const float *factor;
  const float *summand;
  const float *correction;
  size_t       codes_lane;
} NnFold;

/* Codes that are added before rounding, times `factor`: what a shortcut brings
 * along. */
typedef struct
{
  const uint8_t  *codes;
  const uint32_t *offsets; /* (positions), in bytes                           */
  float           factor;
} NnResidual;

/* code = rint (clip (sum factor + summand, 0, top)); sums is (positions,
 * lanes), of the window's products.  stride <= lanes.  `residual` may be NULL;
 * its channels are those of the target. */
void nn_codes_from_sums (const int32_t       *sums,
                         const NnFold        *fold,
                         const NnResidual    *residual,
                         float                top,
                         const NnCodesTarget *target);

/* The same codes with AVX-512; see NnInt8Kernel. */
void nn_codes_from_sums_avx512 (const int32_t       *sums,
                                const NnFold        *fold,
                                const NnResidual    *residual,
                                float                top,
                                const NnCodesTarget *target);

/* The values themselves: channel c of position p is values[c plane + p]. */
void nn_values_from_sums (const int32_t *sums,
                          const NnFold  *fold,
                          size_t         positions,
                          size_t         channels,
                          size_t         plane,
                          float         *values);

/* PACT of values (channels, positions) as nn_pact_forward() rounds them: code
 * = rint (clip (value, 0, alpha) per_step). */
void nn_codes_from_planes (const float         *values,
                           size_t               channels,
                           float                alpha,
                           float                per_step,
                           const NnCodesTarget *target);

/* The way back: values (channels, positions) = codes scale; reads where
 * `source` says. */
void nn_planes_from_codes (const NnCodesTarget *source,
                           size_t               channels,
                           float                scale,
                           float               *values);

/* out[i] = max (out[i], in[i]) and out[i] += in[i]; both (n). */
void nn_codes_maximum (uint8_t       *out,
                       const uint8_t *in,
                       size_t         n);
void nn_codes_add (uint8_t       *out,
                   const uint8_t *in,
                   size_t         n);
