/* nn-integer-grid.c - from the levels of a quantizer to codes
 *
 * Nothing is known of the quantizer but its levels: a row of its table is
 * enough to run on integers if the levels are evenly spaced.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-integer-grid.h"

#include <math.h>
#include <stdlib.h>

/* How far from its place, in steps, a level may lie: float32 levels do at
 * 1e-4. */
#define TOLERANCE 0.01

typedef struct
{
  double step;
  double offset;
} Grid;

static bool
is_even (const float *levels,
         size_t       n,
         double       step)
{
  for (size_t i = 0; i < n; i++)
    if (!(fabs (levels[i] - (levels[0] + (double) i * step)) <= TOLERANCE * step))
      return false;
  return true;
}

/* Whether all levels are integers of int8 times `step`. */
static bool
are_multiples (const float *levels,
               size_t       n,
               double       step)
{
  const double low = levels[0] / step;
  const double high = levels[n - 1] / step;

  return fabs (low - rint (low)) <= TOLERANCE && rint (low) >= INT8_MIN &&
         rint (high) <= INT8_MAX;
}

/* Code = weight / step where zero is a level, or lies between two of them;
 * else codes count from the middle of the levels. */
static Grid
grid_of (const float *levels,
         size_t       n)
{
  const double step = n > 1 ? ((double) levels[n - 1] - levels[0]) / (double) (n - 1) : 0;

  if (!(step > 0))
    return (Grid) { levels[0] != 0 ? fabs ((double) levels[0]) : 1, 0 };
  if (are_multiples (levels, n, step))
    return (Grid) { step, 0 };
  if (are_multiples (levels, n, step / 2))
    return (Grid) { step / 2, 0 };
  return (Grid) { step, levels[0] + step * (double) (n / 2) };
}

bool
nn_weight_codes_row (NnWeightCodes *codes,
                     size_t         row,
                     const float   *levels,
                     size_t         n,
                     const float   *w)
{
  int8_t *out = codes->code + row * codes->length;

  if (n < 1 || n > 256)
    return false;

  const Grid grid = grid_of (levels, n);

  if (!is_even (levels, n, n > 1 ? ((double) levels[n - 1] - levels[0]) / (double) (n - 1) : 0))
    return false;
  for (size_t i = 0; i < codes->length; i++) {
    const double place = ((double) w[i] - grid.offset) / grid.step;
    const double code = rint (place);

    if (!(fabs (place - code) <= TOLERANCE && code >= INT8_MIN && code <= INT8_MAX))
      return false;
    out[i] = (int8_t) code;
    codes->magnitude = abs (out[i]) > codes->magnitude ? abs (out[i]) : codes->magnitude;
  }
  codes->step[row] = (float) grid.step;
  codes->offset[row] = (float) grid.offset;
  codes->has_offset = codes->has_offset || grid.offset != 0;
  return true;
}
