/* nn-window-avx512.c - windows of floats times weights with AVX-512
 *
 * The sums of eight positions and one block of outputs stay in registers.
 * Products and sums are rounded one by one, as on every CPU.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-window.h"

#if defined (__x86_64__)

#include "nn-codes-avx512.h"
#include "nn-kernel.h"

#define POSITIONS 8

/* `positions` positions from `position` on times the block that starts with
 * output `lane`, `bytes` of whose codes are kept.  The number of positions
 * must be a constant for the sums to be registers. */
NN_AVX512 NN_ALWAYS_INLINE static inline void
window_tile (const NnWindowDot   *dot,
             const NnCodesTarget *target,
             size_t               position,
             size_t               lane,
             const size_t         positions,
             const size_t         bytes)
{
  const __m512 top = _mm512_set1_ps (dot->top);
  const __m512 start = _mm512_load_ps (dot->start + lane);
  const float *weights = dot->weights + lane * dot->n_taps;
  const uint32_t *targets = target->offsets + position;
  uint8_t *const codes = target->codes + lane;
  const float *window[POSITIONS];
  __m512 sums[POSITIONS];

#pragma GCC unroll 8
  for (size_t p = 0; p < positions; p++) {
    window[p] = dot->x + dot->offsets[position + p];
    sums[p] = start;
  }
  for (size_t k = 0; k < dot->n_taps; k++) {
    const __m512 w = _mm512_load_ps (weights + k * NN_WINDOW_LANES);
    const size_t tap = dot->taps[k];

#pragma GCC unroll 8
    for (size_t p = 0; p < positions; p++)
      sums[p] = _mm512_add_ps (sums[p], _mm512_mul_ps (_mm512_set1_ps (window[p][tap]), w));
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < positions; p++)
    nn_avx512_store_codes (codes + targets[p], nn_avx512_codes (sums[p], top), bytes);
}

NN_AVX512 static void
whole_blocks (const NnWindowDot   *dot,
              const NnCodesTarget *target,
              size_t               lane)
{
  size_t position = 0;

  for (; position + POSITIONS <= target->positions; position += POSITIONS)
    window_tile (dot, target, position, lane, POSITIONS, NN_WINDOW_LANES);
  for (; position < target->positions; position++)
    window_tile (dot, target, position, lane, 1, NN_WINDOW_LANES);
}

NN_AVX512 static void
part_of_blocks (const NnWindowDot   *dot,
                const NnCodesTarget *target,
                size_t               lane)
{
  size_t position = 0;

  for (; position + POSITIONS <= target->positions; position += POSITIONS)
    window_tile (dot, target, position, lane, POSITIONS, target->stride - lane);
  for (; position < target->positions; position++)
    window_tile (dot, target, position, lane, 1, target->stride - lane);
}

void
nn_codes_from_windows_avx512 (const NnWindowDot   *dot,
                              const NnCodesTarget *target)
{
  size_t lane = 0;

  for (; lane + NN_WINDOW_LANES <= target->stride; lane += NN_WINDOW_LANES)
    whole_blocks (dot, target, lane);
  if (lane < target->stride)
    part_of_blocks (dot, target, lane);
}

#else
typedef int nn_window_avx512_is_for_x86_only;
#endif
