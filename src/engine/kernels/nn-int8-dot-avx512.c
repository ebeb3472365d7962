/* nn-int8-dot-avx512.c - integer dot products with AVX-512 VNNI
 *
 * vpdpbusd multiplies 64 codes with 64 weights and adds the products, four
 * by four, to 16 sums, exactly.  A tile of sums stays in registers through a
 * whole window: 8 positions x 48 outputs, 32 or 16.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-dot.h"

#if defined (__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "nn-int8-tiles.h"
#include "nn-kernel.h"

#define TARGET __attribute__ ((target ("avx512f,avx512bw,avx512vnni")))
#define GROUP_BYTES (NN_INT8_LANES * NN_INT8_GROUP)
#define MAX_POSITIONS 8
#define MAX_BLOCKS 3

static const int32_t zeros[NN_INT8_LANES];

TARGET static inline __m512i
broadcast_codes (const uint8_t *codes)
{
  int32_t four;

  memcpy (&four, codes, sizeof four);
  return _mm512_set1_epi32 (four);
}

/* `positions` windows from `position` on (those past the end are those of the
 * first, computed and dropped) times `blocks` blocks from `block` on.  The
 * numbers must be constants for the sums to be registers. */
TARGET NN_ALWAYS_INLINE static inline void
multiply_tile (const NnInt8Dot *dot,
               size_t           position,
               size_t           block,
               const size_t     positions,
               const size_t     blocks)
{
  const size_t left = dot->positions - position;
  const size_t valid = left < positions ? left : positions;
  const size_t width = dot->blocks * NN_INT8_LANES;
  int32_t *out = dot->sums + position * width + block * NN_INT8_LANES;
  const int8_t *weights = dot->weights + block * dot->weight_stride;
  const uint8_t *window[MAX_POSITIONS];
  __m512i sums[MAX_POSITIONS][MAX_BLOCKS];

#pragma GCC unroll 3
  for (size_t b = 0; b < blocks; b++) {
    const int32_t *start = dot->start != NULL ? dot->start + (block + b) * NN_INT8_LANES : zeros;
    const __m512i first = _mm512_loadu_si512 (start);

#pragma GCC unroll 8
    for (size_t p = 0; p < positions; p++)
      sums[p][b] = first;
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < positions; p++)
    window[p] = dot->codes + dot->offsets[position + (p < valid ? p : 0)];
  if (dot->add) {
#pragma GCC unroll 8
    for (size_t p = 0; p < positions; p++) {
#pragma GCC unroll 3
      for (size_t b = 0; b < blocks; b++)
        sums[p][b] = _mm512_load_si512 (out + (p < valid ? p : 0) * width + b * NN_INT8_LANES);
    }
  }
  for (size_t r = 0; r < dot->runs; r++) {
    for (size_t g = 0; g < dot->groups; g++, weights += GROUP_BYTES) {
      __m512i w[MAX_BLOCKS];

#pragma GCC unroll 3
      for (size_t b = 0; b < blocks; b++)
        w[b] = _mm512_load_si512 (weights + b * dot->weight_stride);
#pragma GCC unroll 8
      for (size_t p = 0; p < positions; p++) {
        const __m512i codes = broadcast_codes (window[p] + g * NN_INT8_GROUP);

#pragma GCC unroll 3
        for (size_t b = 0; b < blocks; b++)
          sums[p][b] = _mm512_dpbusd_epi32 (sums[p][b], codes, w[b]);
      }
    }
#pragma GCC unroll 8
    for (size_t p = 0; p < positions; p++)
      window[p] += dot->run_stride;
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < positions; p++)
    if (p < valid) {
#pragma GCC unroll 3
      for (size_t b = 0; b < blocks; b++)
        _mm512_store_si512 (out + p * width + b * NN_INT8_LANES, sums[p][b]);
    }
}

TARGET static void
tile_8_3 (const NnInt8Dot *dot,
          size_t           position,
          size_t           block)
{
  multiply_tile (dot, position, block, 8, 3);
}

TARGET static void
tile_8_2 (const NnInt8Dot *dot,
          size_t           position,
          size_t           block)
{
  multiply_tile (dot, position, block, 8, 2);
}

TARGET static void
tile_8_1 (const NnInt8Dot *dot,
          size_t           position,
          size_t           block)
{
  multiply_tile (dot, position, block, 8, 1);
}

typedef struct
{
  size_t positions;
  size_t blocks;
  void (*run) (const NnInt8Dot *dot,
               size_t           position,
               size_t           block);
} Tile;

/* The widest first. */
static const Tile tiles[] = { { 8, 3, tile_8_3 }, { 8, 2, tile_8_2 }, { 8, 1, tile_8_1 } };

static void
run (const NnInt8Dot *dot)
{
  const Tile *tile = tiles;

  for (size_t block = 0; block < dot->blocks; block += tile->blocks) {
    while (tile->blocks > dot->blocks - block)
      tile++;
    for (size_t position = 0; position < dot->positions; position += tile->positions)
      tile->run (dot, position, block);
  }
}

static bool
available (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
         __builtin_cpu_supports ("avx512vl") && __builtin_cpu_supports ("avx512vnni");
}

const NnInt8Kernel nn_int8_avx512_vnni = {
  .name = "avx512-vnni",
  .title = "AVX-512 VNNI",
  .available = available,
  .run = run,
  .run_tiles = nn_int8_tiles_avx512,
  .codes_from_sums = nn_codes_from_sums_avx512,
  .codes_from_windows = nn_codes_from_windows_avx512,
};

#else
typedef int nn_int8_avx512_is_for_x86_only;
#endif
