/* nn-weight-sums.c - what quantizers measure of weights, and their grids
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quant/nn-weight-sums.h"

#include "kernels/nn-kernel.h"

/* Integers, unlike floats, are free to be compared in any order. */
NN_KERNEL float
nn_largest_magnitude (const float *w,
                      size_t       n)
{
  uint32_t bits = 0;
  float largest;

  for (size_t i = 0; i < n; i++) {
    const uint32_t magnitude = nn_magnitude_bits (w[i]);

    bits = magnitude > bits ? magnitude : bits;
  }
  memcpy (&largest, &bits, sizeof largest);
  return largest;
}

static double
sum_lanes (const double *lanes)
{
  double total = 0;

  for (size_t lane = 0; lane < NN_LANES; lane++)
    total += lanes[lane];
  return total;
}

NN_KERNEL static void
magnitudes_kernel (const float     *w,
                   size_t           n,
                   double *restrict sums)
{
  const size_t whole = n - n % NN_LANES;

  for (size_t first = 0; first < whole; first += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++)
      sums[lane] += (double) __builtin_fabsf (w[first + lane]);
  for (size_t i = whole; i < n; i++)
    sums[i - whole] += (double) __builtin_fabsf (w[i]);
}

double
nn_sum_magnitudes (const float *w,
                   size_t       n)
{
  double sums[NN_LANES] = { 0 };

  magnitudes_kernel (w, n, sums);
  return sum_lanes (sums);
}

NN_KERNEL static void
squares_kernel (const float     *w,
                size_t           n,
                double *restrict sums)
{
  const size_t whole = n - n % NN_LANES;

  for (size_t first = 0; first < whole; first += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++)
      sums[lane] += (double) w[first + lane] * (double) w[first + lane];
  for (size_t i = whole; i < n; i++)
    sums[i - whole] += (double) w[i] * (double) w[i];
}

double
nn_sum_squares (const float *w,
                size_t       n)
{
  double sums[NN_LANES] = { 0 };

  squares_kernel (w, n, sums);
  return sum_lanes (sums);
}

size_t
nn_odd_levels (int    bits,
               float  largest,
               float *levels)
{
  const int steps = (1 << bits) - 1;

  if (largest == 0) {
    levels[0] = 0;
    return 1;
  }
  for (int code = 0; code <= steps; code++)
    levels[code] = (float) (2 * code - steps) * (largest / (float) steps);
  return (size_t) steps + 1;
}

size_t
nn_whole_levels (int    low,
                 int    high,
                 float  step,
                 float *levels)
{
  if (step == 0) {
    levels[0] = 0;
    return 1;
  }
  for (int code = low; code <= high; code++)
    levels[code - low] = (float) code * step;
  return (size_t) (high - low + 1);
}
