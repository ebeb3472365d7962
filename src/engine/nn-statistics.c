/* nn-statistics.c - intervals, areas and the agreement of two maps
 *
 * Ranks need 4 n words whatever is compared: keys, order and the sort's own
 * scratch, and one array that outlives the sort of the second map.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-statistics.h"

#include <math.h>
#include <stdbool.h>

#include "kernels/nn-kernel.h"
#include "nn-order.h"
#include "nn/nn-mask.h"

/* The 97.5th percentile of the standard normal distribution. */
#define Z 1.959963984540054

void
nn_wilson_interval (size_t  correct,
                    size_t  n,
                    double *lower,
                    double *upper)
{
  *lower = 0;
  *upper = 1;
  if (n == 0)
    return;

  const double count = (double) n;
  const double p = (double) correct / count;
  const double scale = 1 / (1 + Z * Z / count);
  const double centre = scale * (p + Z * Z / (2 * count));
  const double half = scale * Z * sqrt (p * (1 - p) / count + Z * Z / (4 * count * count));

  /* The formula gives exactly 0 and 1 at the ends, rounding does not. */
  if (correct > 0)
    *lower = fmax (centre - half, 0);
  if (correct < n)
    *upper = fmin (centre + half, 1);
}

double
nn_area_under_curve (const double *x,
                     const double *y,
                     size_t        n)
{
  double area = 0;

  for (size_t i = 1; i < n; i++)
    area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
  return area / (x[n - 1] - x[0]);
}

/* Ranks 0 .. n - 1 of `values`, equal values sharing their mean; `words` is
 * (3 n).  `ranks` may be the second third of `words`. */
static void
compute_ranks (const float *values,
               size_t       n,
               uint32_t    *words,
               float       *ranks)
{
  uint32_t *order = words;

  nn_mask_order (values, n, false, order, words + n);
  for (size_t first = 0, next; first < n; first = next) {
    next = first + 1;
    while (next < n && values[order[next]] == values[order[first]])
      next++;
    for (size_t i = first; i < next; i++)
      ranks[order[i]] = (float) (first + next - 1) / 2;
  }
}

double
nn_spearman (const float *a,
             const float *b,
             size_t       n,
             float       *scratch)
{
  uint32_t *words = (uint32_t *) scratch;
  float *ranks_a = scratch + 3 * n;
  float *ranks_b = scratch + n;

  compute_ranks (a, n, words, ranks_a);
  compute_ranks (b, n, words, ranks_b);

  const double mean = ((double) n - 1) / 2;
  double aa = 0, bb = 0, ab = 0;

  for (size_t i = 0; i < n; i++) {
    const double da = ranks_a[i] - mean;
    const double db = ranks_b[i] - mean;

    aa += da * da;
    bb += db * db;
    ab += da * db;
  }
  return aa > 0 && bb > 0 ? ab / sqrt (aa * bb) : NAN;
}

/* Indices by descending |value|; `words` is (3 n), the order its first third. */
static const uint32_t *
order_magnitudes (const float *values,
                  size_t       n,
                  uint32_t    *words)
{
  uint32_t *keys = words + n;

  for (size_t i = 0; i < n; i++)
    keys[i] = ~nn_magnitude_bits (values[i]);
  nn_order_keys (keys, n, words, words + 2 * n);
  return words;
}

double
nn_top_overlap (const float *a,
                const float *b,
                size_t       n,
                double       share,
                float       *scratch)
{
  const size_t count = (size_t) floor (share * (double) n);
  uint32_t *words = (uint32_t *) scratch;
  uint32_t *chosen = words + 3 * n;
  size_t common = 0;

  if (count == 0)
    return NAN;

  const uint32_t *order = order_magnitudes (a, n, words);

  memset (chosen, 0, n * sizeof *chosen);
  for (size_t i = 0; i < count; i++)
    chosen[order[i]] = 1;
  order = order_magnitudes (b, n, words);
  for (size_t i = 0; i < count; i++)
    common += chosen[order[i]];
  return (double) common / (double) count;
}

double
nn_relevance_mass (const float   *map,
                   const uint8_t *truth,
                   int            channels,
                   size_t         plane)
{
  double inside = 0, total = 0;

  for (int c = 0; c < channels; c++) {
    for (size_t p = 0; p < plane; p++) {
      const double magnitude = fabs ((double) map[(size_t) c * plane + p]);

      total += magnitude;
      inside += truth[p] != 0 ? magnitude : 0;
    }
  }
  return total > 0 ? inside / total : NAN;
}

size_t
nn_mean_interval (const double *values,
                  size_t        count,
                  double       *mean,
                  double       *lower,
                  double       *upper)
{
  double sum = 0, squares = 0;
  size_t n = 0;

  for (size_t i = 0; i < count; i++) {
    if (isnan (values[i]))
      continue;
    sum += values[i];
    n++;
  }
  *mean = n > 0 ? sum / (double) n : NAN;
  for (size_t i = 0; i < count; i++)
    if (!isnan (values[i]))
      squares += (values[i] - *mean) * (values[i] - *mean);

  const double half = n > 1 ? 1.959963984540054 * sqrt (squares / (double) (n - 1) / (double) n)
                            : NAN;

  *lower = *mean - half;
  *upper = *mean + half;
  return n;
}
