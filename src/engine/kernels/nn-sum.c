/* nn-sum.c - sums of arrays, value by value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-sum.h"

#include "nn-kernel.h"

NN_KERNEL void
nn_sum (const float *a,
        const float *b,
        size_t       n,
        float       *sum)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    sum[i] = a[i] + b[i];
}
