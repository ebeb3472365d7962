/* nn-norm-planes.c - batch norm over one plane of one channel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-kernel.h"
#include "nn-norm.h"

NN_KERNEL void
nn_norm_plane_scale (const float *x,
                     size_t       n,
                     const float *factor,
                     const float *summand,
                     float       *y)
{
  const float f = *factor;
  const float s = *summand;

  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] * f + s;
}

/* Vectors that are summed side by side: adding to one would wait for itself. */
#define CHAINS 4

static inline NN_ALWAYS_INLINE double
total_of (const NnLooseLanes *chains)
{
  const NnLooseLanes lanes = (chains[0] + chains[1]) + (chains[2] + chains[3]);
  double sums[NN_LANES];

  for (int i = 0; i < NN_LANES; i++)
    sums[i] = (double) lanes[i];
  for (int half = NN_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++)
      sums[i] += sums[i + half];
  return sums[0];
}

/* The values of a plane behind its last whole vector, others 0. */
static inline NN_ALWAYS_INLINE void
read_rest (const float  *x,
           size_t        n,
           float         centre,
           NnLooseLanes *rest)
{
  float lanes[NN_LANES] = { 0 };

  for (size_t i = 0; i < n; i++)
    lanes[i] = x[i] - centre;
  memcpy (rest, lanes, sizeof *rest);
}

NN_KERNEL void
nn_norm_plane_sums (const float *x,
                    size_t       n,
                    const float *centre,
                    double      *sums)
{
  const size_t vectors = n / NN_LANES;
  const float middle = *centre;
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t v = 0;

  read_rest (x + vectors * NN_LANES, n % NN_LANES, middle, &first[0]);
  second[0] = first[0] * first[0];

  for (; v + CHAINS <= vectors; v += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes d = *(const NnLooseLanes *) (x + (v + chain) * NN_LANES) - middle;

      first[chain] += d;
      second[chain] += d * d;
    }
  for (; v < vectors; v++) {
    const NnLooseLanes d = *(const NnLooseLanes *) (x + v * NN_LANES) - middle;

    first[0] += d;
    second[0] += d * d;
  }
  sums[0] += total_of (first);
  sums[1] += total_of (second);
}

NN_KERNEL void
nn_norm_plane_gradient_sums (const float *x,
                             const float *dy,
                             size_t       n,
                             const float *centre,
                             double      *sums)
{
  const size_t vectors = n / NN_LANES;
  const float middle = *centre;
  const size_t whole = vectors * NN_LANES;
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t v = 0;

  read_rest (dy + whole, n % NN_LANES, 0, &first[0]);
  read_rest (x + whole, n % NN_LANES, middle, &second[0]);
  second[0] *= first[0];

  for (; v + CHAINS <= vectors; v += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes g = *(const NnLooseLanes *) (dy + (v + chain) * NN_LANES);

      first[chain] += g;
      second[chain] += g * (*(const NnLooseLanes *) (x + (v + chain) * NN_LANES) - middle);
    }
  for (; v < vectors; v++) {
    const NnLooseLanes g = *(const NnLooseLanes *) (dy + v * NN_LANES);

    first[0] += g;
    second[0] += g * (*(const NnLooseLanes *) (x + v * NN_LANES) - middle);
  }
  sums[0] += total_of (first);
  sums[1] += total_of (second);
}

NN_KERNEL static void
write_gradient (const float    *x,
                const float    *dy,
                size_t          n,
                const float    *coefficients,
                float *restrict dx)
{
  const float a = coefficients[0];
  const float b = coefficients[1];
  const float c = coefficients[2];

  for (size_t i = 0; i < n; i++)
    dx[i] = a * dy[i] + (b * x[i] + c);
}

NN_KERNEL static void
add_gradient (const float    *x,
              const float    *dy,
              size_t          n,
              const float    *coefficients,
              float *restrict dx)
{
  const float a = coefficients[0];
  const float b = coefficients[1];
  const float c = coefficients[2];

  for (size_t i = 0; i < n; i++)
    dx[i] += a * dy[i] + (b * x[i] + c);
}

NN_KERNEL static void
write_scaled (const float    *dy,
              size_t          n,
              float           factor,
              float *restrict dx)
{
  for (size_t i = 0; i < n; i++)
    dx[i] = factor * dy[i];
}

NN_KERNEL static void
add_scaled (const float    *dy,
            size_t          n,
            float           factor,
            float *restrict dx)
{
  for (size_t i = 0; i < n; i++)
    dx[i] += factor * dy[i];
}

void
nn_norm_plane_input_gradient (const float *x,
                              const float *dy,
                              size_t       n,
                              const float *coefficients,
                              bool         adds,
                              float       *dx)
{
  if (x != NULL)
    (adds ? add_gradient : write_gradient) (x, dy, n, coefficients, dx);
  else
    (adds ? add_scaled : write_scaled) (dy, n, *coefficients, dx);
}
