/* nn-weight-sums.h - what quantizers measure of weights, and their grids
 *
 * Sums are taken in a fixed order, in double.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* The largest |w| of (n); NaN where one is. */
float nn_largest_magnitude (const float *w,
                            size_t       n);

/* The sum of |w| over (n). */
double nn_sum_magnitudes (const float *w,
                          size_t       n);

/* The sum of w^2 over (n). */
double nn_sum_squares (const float *w,
                       size_t       n);

/* The 2^bits odd multiples of largest / (2^bits - 1) from -largest to
 * largest; returns how many, 1 where they coincide. */
size_t nn_odd_levels (int    bits,
                      float  largest,
                      float *levels);

/* The multiples low, low + 1 ... high of `step`; returns how many, 1 where
 * they coincide. */
size_t nn_whole_levels (int    low,
                        int    high,
                        float  step,
                        float *levels);
