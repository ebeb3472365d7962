/* nn-window-avx512.c - windows of floats times weights with AVX-512
 *
 * Eight positions by two blocks of outputs stay in registers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-window.h"

#if defined (__x86_64__)

#include "nn-codes-avx512.h"
#include "nn-kernel.h"

#define POSITIONS 8
#define MAX_BLOCKS 2

/* Positions [position, position + 8) (those past the end are computed and
 * dropped) times `blocks` blocks that start with output `lane`.  The number
 * must be a constant for the sums to be registers. */
NN_AVX512 NN_ALWAYS_INLINE static inline void
window_tile (const NnWindowDot   *dot,
             const NnCodesTarget *target,
             size_t               position,
             size_t               lane,
             const size_t         blocks)
{
  const size_t left = target->positions - position;
  const size_t valid = left < POSITIONS ? left : POSITIONS;
  const __m512 top = _mm512_set1_ps (dot->top);
  const float *weights = dot->weights + lane * dot->n_taps;
  const float *window[POSITIONS];
  __m512 sums[POSITIONS][MAX_BLOCKS];

#pragma GCC unroll 8
  for (size_t p = 0; p < POSITIONS; p++) {
    window[p] = dot->x + dot->offsets[position + (p < valid ? p : 0)];
#pragma GCC unroll 2
    for (size_t b = 0; b < blocks; b++)
      sums[p][b] = _mm512_load_ps (dot->start + lane + b * NN_WINDOW_LANES);
  }
  for (size_t k = 0; k < dot->n_taps; k++) {
    const size_t tap = dot->taps[k];
    __m512 w[MAX_BLOCKS];

#pragma GCC unroll 2
    for (size_t b = 0; b < blocks; b++)
      w[b] = _mm512_load_ps (weights + (b * dot->n_taps + k) * NN_WINDOW_LANES);
#pragma GCC unroll 8
    for (size_t p = 0; p < POSITIONS; p++) {
      const __m512 x = _mm512_set1_ps (window[p][tap]);

#pragma GCC unroll 2
      for (size_t b = 0; b < blocks; b++)
        sums[p][b] = _mm512_add_ps (sums[p][b], _mm512_mul_ps (x, w[b]));
    }
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < POSITIONS; p++)
    if (p < valid) {
      uint8_t *out = target->codes + target->offsets[position + p] + lane;

#pragma GCC unroll 2
      for (size_t b = 0; b < blocks; b++) {
        const size_t bytes = target->stride - lane - b * NN_WINDOW_LANES;

        nn_avx512_store_codes (out + b * NN_WINDOW_LANES, nn_avx512_codes (sums[p][b], top),
                               bytes < NN_WINDOW_LANES ? bytes : NN_WINDOW_LANES);
      }
    }
}

NN_AVX512 static void
two_blocks (const NnWindowDot   *dot,
            const NnCodesTarget *target,
            size_t               position,
            size_t               lane)
{
  window_tile (dot, target, position, lane, 2);
}

NN_AVX512 static void
one_block (const NnWindowDot   *dot,
           const NnCodesTarget *target,
           size_t               position,
           size_t               lane)
{
  window_tile (dot, target, position, lane, 1);
}

void
nn_codes_from_windows_avx512 (const NnWindowDot   *dot,
                              const NnCodesTarget *target)
{
  for (size_t lane = 0; lane < target->stride; lane += 2 * NN_WINDOW_LANES)
    for (size_t position = 0; position < target->positions; position += POSITIONS)
      (target->stride - lane > NN_WINDOW_LANES ? two_blocks : one_block) (dot, target, position,
                                                                         lane);
}

#else
typedef int nn_window_avx512_is_for_x86_only;
#endif
