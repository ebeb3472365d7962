/* nn-norm-lanes.c - batch norm over pixels of 16 channels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-kernel.h"
#include "nn-norm.h"

/* Vectors that are summed side by side: adding to one would wait for itself. */
#define CHAINS 4

/* The channels of a pixel.  No function, as there is no one way to return a
 * vector on all CPUs. */
#define PIXEL(values, p) (*(const NnLooseLanes *) ((values) + (p) * NN_LANES))
#define OUT_PIXEL(values, p) (*(NnLooseLanes *) ((values) + (p) * NN_LANES))

NN_KERNEL void
nn_norm_lanes_scale (const float *x,
                     size_t       n,
                     const float *factor,
                     const float *summand,
                     float       *y)
{
  const NnLooseLanes f = PIXEL (factor, 0);
  const NnLooseLanes s = PIXEL (summand, 0);

  for (size_t p = 0; p < n; p++)
    OUT_PIXEL (y, p) = PIXEL (x, p) * f + s;
}

/* Adds the sums of the chains to every second of `sums`. */
static inline NN_ALWAYS_INLINE void
add_chains (const NnLooseLanes *chains,
            double             *sums)
{
  const NnLooseLanes lanes = (chains[0] + chains[1]) + (chains[2] + chains[3]);

  for (int c = 0; c < NN_LANES; c++)
    sums[2 * c] += (double) lanes[c];
}

NN_KERNEL void
nn_norm_lanes_sums (const float *x,
                    size_t       n,
                    const float *centre,
                    double      *sums)
{
  const NnLooseLanes middle = PIXEL (centre, 0);
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t p = 0;

  for (; p + CHAINS <= n; p += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes d = PIXEL (x, p + chain) - middle;

      first[chain] += d;
      second[chain] += d * d;
    }
  for (; p < n; p++) {
    const NnLooseLanes d = PIXEL (x, p) - middle;

    first[0] += d;
    second[0] += d * d;
  }
  add_chains (first, sums);
  add_chains (second, sums + 1);
}

NN_KERNEL void
nn_norm_lanes_gradient_sums (const float *x,
                             const float *dy,
                             size_t       n,
                             const float *centre,
                             double      *sums)
{
  const NnLooseLanes middle = PIXEL (centre, 0);
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t p = 0;

  for (; p + CHAINS <= n; p += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes g = PIXEL (dy, p + chain);

      first[chain] += g;
      second[chain] += g * (PIXEL (x, p + chain) - middle);
    }
  for (; p < n; p++) {
    const NnLooseLanes g = PIXEL (dy, p);

    first[0] += g;
    second[0] += g * (PIXEL (x, p) - middle);
  }
  add_chains (first, sums);
  add_chains (second, sums + 1);
}

NN_KERNEL static void
write_gradient (const float        *x,
                const float        *dy,
                size_t              n,
                const NnLooseLanes *factors,
                float              *dx)
{
  const NnLooseLanes a = factors[0];
  const NnLooseLanes b = factors[1];
  const NnLooseLanes c = factors[2];

  for (size_t p = 0; p < n; p++)
    OUT_PIXEL (dx, p) = a * PIXEL (dy, p) + (b * PIXEL (x, p) + c);
}

NN_KERNEL static void
add_gradient (const float        *x,
              const float        *dy,
              size_t              n,
              const NnLooseLanes *factors,
              float              *dx)
{
  const NnLooseLanes a = factors[0];
  const NnLooseLanes b = factors[1];
  const NnLooseLanes c = factors[2];

  for (size_t p = 0; p < n; p++)
    OUT_PIXEL (dx, p) = PIXEL (dx, p) + (a * PIXEL (dy, p) + (b * PIXEL (x, p) + c));
}

NN_KERNEL static void
write_scaled (const float        *dy,
              size_t              n,
              const NnLooseLanes *factors,
              float              *dx)
{
  const NnLooseLanes a = factors[0];

  for (size_t p = 0; p < n; p++)
    OUT_PIXEL (dx, p) = a * PIXEL (dy, p);
}

NN_KERNEL static void
add_scaled (const float        *dy,
            size_t              n,
            const NnLooseLanes *factors,
            float              *dx)
{
  const NnLooseLanes a = factors[0];

  for (size_t p = 0; p < n; p++)
    OUT_PIXEL (dx, p) = PIXEL (dx, p) + a * PIXEL (dy, p);
}

void
nn_norm_lanes_input_gradient (const float *x,
                              const float *dy,
                              size_t       n,
                              const float *coefficients,
                              bool         adds,
                              float       *dx)
{
  NnLooseLanes factors[3];

  for (int c = 0; c < NN_LANES; c++)
    for (int i = 0; i < 3; i++)
      factors[i][c] = coefficients[3 * c + i];
  if (x != NULL)
    (adds ? add_gradient : write_gradient) (x, dy, n, factors, dx);
  else
    (adds ? add_scaled : write_scaled) (dy, n, factors, dx);
}
