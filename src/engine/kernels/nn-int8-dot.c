/* nn-int8-dot.c - the table of integer kernels, and the one in plain C
 *
 * The plain one is the oracle of the others: three nested sums and nothing
 * else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-dot.h"

#include <string.h>

#include "nn-int8-tiles.h"

/* One window times one block: sums (16). */
static void
window_times_block (const NnInt8Dot *dot,
                    const uint8_t   *window,
                    const int8_t    *weights,
                    int32_t         *sums)
{
  for (size_t r = 0; r < dot->runs; r++)
    for (size_t g = 0; g < dot->groups; g++) {
      const uint8_t *codes = window + r * dot->run_stride + g * NN_INT8_GROUP;

      for (int lane = 0; lane < NN_INT8_LANES; lane++)
        for (int i = 0; i < NN_INT8_GROUP; i++)
          sums[lane] += codes[i] * weights[lane * NN_INT8_GROUP + i];
      weights += NN_INT8_LANES * NN_INT8_GROUP;
    }
}

static void
run_portable (const NnInt8Dot *dot)
{
  for (size_t p = 0; p < dot->positions; p++)
    for (size_t b = 0; b < dot->blocks; b++) {
      int32_t *sums = dot->sums + (p * dot->blocks + b) * NN_INT8_LANES;

      if (!dot->add && dot->start != NULL)
        memcpy (sums, dot->start + b * NN_INT8_LANES, sizeof *sums * NN_INT8_LANES);
      else if (!dot->add)
        memset (sums, 0, sizeof *sums * NN_INT8_LANES);
      window_times_block (dot, dot->codes + dot->offsets[p],
                          dot->weights + b * dot->weight_stride, sums);
    }
}

static bool
always_available (void)
{
  return true;
}

const NnInt8Kernel nn_int8_portable = {
  .name = "portable",
  .title = "plain C",
  .available = always_available,
  .run = run_portable,
  .run_tiles = nn_int8_tiles_portable,
  .codes_from_sums = nn_codes_from_sums,
  .codes_from_windows = nn_codes_from_windows,
};

static const NnInt8Kernel *const table[] = {
#if defined (__x86_64__)
  &nn_int8_avx512_vnni,
  &nn_int8_avx2,
#endif
  &nn_int8_portable,
};

const NnInt8Kernel *
nn_int8_kernel (size_t index)
{
  return index < sizeof table / sizeof table[0] ? table[index] : NULL;
}

const NnInt8Kernel *
nn_int8_kernel_find (const char *name)
{
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if ((name == NULL || strcmp (table[i]->name, name) == 0) && table[i]->available ())
      return table[i];
  return NULL;
}
