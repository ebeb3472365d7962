/* nn-pact.c - PACT: an activation with a learned clipping level
 *
 * Level q has the value q * (alpha / n) exactly, so that an integer network
 * with this scale computes the same numbers.  NaN passes through: a network
 * that diverged must not look healthy behind its first activation.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-quantizer.h"

#include <assert.h>
#include <math.h>

#include "kernels/nn-kernel.h"

/* clip (x, 0, alpha); comparisons with NaN are false. */
static inline float
clip (float x,
      float alpha)
{
  const float positive = x < 0 ? 0 : x;

  return positive > alpha ? alpha : positive;
}

NN_KERNEL static void
clip_kernel (const float *x,
             size_t       n,
             float        alpha,
             float       *y)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = clip (x[i], alpha);
}

NN_KERNEL static void
round_kernel (const float *x,
              size_t       n,
              float        alpha,
              float        per_step,
              float        step,
              float       *y)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = nn_round_even (clip (x[i], alpha) * per_step) * step;
}

NN_KERNEL static void
region_kernel (const float      *x,
               size_t            n,
               float             alpha,
               uint8_t *restrict region)
{
  for (size_t i = 0; i < n; i++)
    region[i] = (uint8_t) ((x[i] > 0) + (x[i] >= alpha));
}

void
nn_pact_forward (const float *x,
                 size_t       n,
                 float        alpha,
                 int          bits,
                 float       *y,
                 uint8_t     *region)
{
  const float level = bits == NN_BITS_OFF ? INFINITY : alpha;

  assert (nn_bits_valid (bits));
  /* First, because y may be x. */
  if (region != NULL)
    region_kernel (x, n, level, region);

  if (bits == NN_BITS_OFF || bits == NN_BITS_CLIP) {
    clip_kernel (x, n, level, y);
  } else {
    const float steps = (float) ((1 << bits) - 1);

    round_kernel (x, n, alpha, steps / alpha, alpha / steps, y);
  }
}

/* Sums are taken in float over BLOCK_ROWS rows of lanes, then in double: the
 * conversion would cost more than the rest. */
#define BLOCK_ROWS 16
#define BLOCK (BLOCK_ROWS * NN_LANES)

typedef int32_t Words __attribute__ ((vector_size (4 * NN_LANES), aligned (4), may_alias));

/* A block's dx, and the gradients of what was clipped, lane by lane; its n
 * values are whole rows of lanes. */
static inline NN_ALWAYS_INLINE void
backward_block (const float   *g,
                const uint8_t *region,
                size_t         n,
                double        *sums,
                float         *dx)
{
  int32_t places[BLOCK];
  NnLooseLanes clipped = { 0 };

  for (size_t i = 0; i < n; i++)
    places[i] = region[i];
  for (size_t row = 0; row < n; row += NN_LANES) {
    const Words bits = *(const Words *) (g + row);
    const Words place = *(const Words *) (places + row);
    const Words above = bits & (place == 2);

    *(Words *) (dx + row) = bits & (place == 1);
    clipped += (NnLooseLanes) above;
  }
  for (size_t lane = 0; lane < NN_LANES; lane++)
    sums[lane] += (double) clipped[lane];
}

NN_KERNEL static void
backward_kernel (const float   *g,
                 const uint8_t *region,
                 size_t         n,
                 double        *sums,
                 float         *dx)
{
  const size_t blocks = n / BLOCK * BLOCK;
  const size_t whole = n - n % NN_LANES;

  for (size_t first = 0; first < blocks; first += BLOCK)
    backward_block (g + first, region + first, BLOCK, sums, dx + first);
  if (blocks < whole)
    backward_block (g + blocks, region + blocks, whole - blocks, sums, dx + blocks);
  for (size_t i = whole; i < n; i++) {
    const float gradient = g[i];

    sums[i - whole] += (double) nn_keep_if (region[i] == 2, gradient);
    dx[i] = nn_keep_if (region[i] == 1, gradient);
  }
}

double
nn_pact_backward (const float   *g,
                  const uint8_t *region,
                  size_t         n,
                  float         *dx)
{
  double sums[NN_LANES] = { 0 };
  double total = 0;

  backward_kernel (g, region, n, sums, dx);
  for (size_t lane = 0; lane < NN_LANES; lane++)
    total += sums[lane];
  return total;
}

NN_KERNEL static void
residual_kernel (const float    *x,
                 size_t          n,
                 float           alpha,
                 float           steps,
                 float *restrict residual)
{
  for (size_t i = 0; i < n; i++) {
    const float z = clip (x[i], alpha) * (steps / alpha);

    residual[i] = (nn_round_even (z) - z) / steps;
  }
}

void
nn_pact_residual (const float *x,
                  size_t       n,
                  float        alpha,
                  int          bits,
                  float       *residual)
{
  if (bits == NN_BITS_OFF || bits == NN_BITS_CLIP)
    memset (residual, 0, sizeof (float) * n);
  else
    residual_kernel (x, n, alpha, (float) ((1 << bits) - 1), residual);
}

NN_KERNEL static void
product_kernel (const float     *g,
                const float     *residual,
                size_t           n,
                double *restrict sums)
{
  const size_t whole = n - n % NN_LANES;

  for (size_t first = 0; first < whole; first += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++)
      sums[lane] += (double) (g[first + lane] * residual[first + lane]);
  for (size_t i = whole; i < n; i++)
    sums[i - whole] += (double) (g[i] * residual[i]);
}

double
nn_pact_residual_gradient (const float *g,
                           const float *residual,
                           size_t       n)
{
  double sums[NN_LANES] = { 0 };
  double total = 0;

  product_kernel (g, residual, n, sums);
  for (size_t lane = 0; lane < NN_LANES; lane++)
    total += sums[lane];
  return total;
}
