/* nn-window.c - windows of floats times weights, for every CPU
 *
 * Vectors of 16 lanes are as many registers as they take on each CPU.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-window.h"

#include "nn-codes-lanes.h"

/* Positions whose sums stay in registers. */
#define POSITIONS 8

/* Positions [position, position + 8) (those past the end are computed and
 * dropped) times the block that starts with output `lane`. */
NN_ALWAYS_INLINE static inline void
window_tile (const NnWindowDot   *dot,
             const NnCodesTarget *target,
             size_t               position,
             size_t               lane)
{
  const size_t left = target->positions - position;
  const size_t valid = left < POSITIONS ? left : POSITIONS;
  const float *weights = dot->weights + lane * dot->n_taps;
  const float *window[POSITIONS];
  NnCodesFloats sums[POSITIONS];

#pragma GCC unroll 8
  for (size_t p = 0; p < POSITIONS; p++) {
    window[p] = dot->x + dot->offsets[position + (p < valid ? p : 0)];
    memcpy (&sums[p], dot->start + lane, sizeof sums[p]);
  }
  for (size_t k = 0; k < dot->n_taps; k++) {
    NnCodesFloats w;

    memcpy (&w, weights + k * NN_WINDOW_LANES, sizeof w);
#pragma GCC unroll 8
    for (size_t p = 0; p < POSITIONS; p++)
      sums[p] += window[p][dot->taps[k]] * w;
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < POSITIONS; p++)
    if (p < valid)
      nn_codes_store_lanes (target->codes + target->offsets[position + p] + lane,
                            &sums[p], dot->top, target->stride - lane);
}

NN_KERNEL void
nn_codes_from_windows (const NnWindowDot   *dot,
                       const NnCodesTarget *target)
{
  for (size_t lane = 0; lane < target->stride; lane += NN_WINDOW_LANES)
    for (size_t position = 0; position < target->positions; position += POSITIONS)
      window_tile (dot, target, position, lane);
}
