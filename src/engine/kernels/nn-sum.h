/* nn-sum.h - sums of arrays, value by value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* sum = a + b, all (n); sum may be a or b. */
void nn_sum (const float *a,
             const float *b,
             size_t       n,
             float       *sum);
