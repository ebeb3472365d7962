/* nn-gelu-kernel.c - the Gaussian error linear unit over arrays
 *
 * Phi and phi share one exponential, so that the derivative costs next to
 * nothing when it is taken in the forward pass.  No branch and no call of
 * libm: all of it becomes vector code.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-gelu-kernel.h"

#include "kernels/nn-kernel.h"

/* Phi (-13) is below the smallest normal number. */
#define FARTHEST 13.0f

/* exp (-u) for 0 <= u <= 87: 2^-k exp (r) with |r| <= ln 2 / 2, k in the low
 * bits of a number that has no room for a fraction (see nn_round_even()). */
static inline float
exp_of_minus (float u)
{
  const float shifted = u * 1.44269504f + 12582912.0f;
  const float k = shifted - 12582912.0f;
  const float r = (k * 0.693359375f - u) - k * 2.12194440e-4f;
  const float series =
    1 + r * (1 + r * (1.0f / 2 + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 +
                                                                       r * (1.0f / 720))))));
  uint32_t bits;
  float power;

  memcpy (&bits, &shifted, sizeof bits);
  bits = 0x3f800000u - (bits << 23);
  memcpy (&power, &bits, sizeof power);
  return series * power;
}

typedef struct
{
  float value; /* x Phi (x)            */
  float slope; /* Phi (x) + x phi (x)  */
} Gelu;

/* With d = |x|: Phi (-d) by Abramowitz and Stegun 7.1.26, which is within
 * 1.5e-7 for erf; what is right of zero follows by symmetry. */
static inline Gelu
gelu_at (float x)
{
  const float magnitude = x < 0 ? -x : x;
  const float d = magnitude > FARTHEST ? FARTHEST : magnitude;
  const float bell = exp_of_minus (0.5f * d * d);
  const float t = 1 / (1 + 0.231641882f * d);
  const float tail = 0.5f * bell * t *
                     (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t *
                                                               (-1.453152027f +
                                                                t * 1.061405429f))));
  const float tail_slope = tail - d * (bell * 0.398942280f);

  return (Gelu) { x < 0 ? -d * tail : x * (1 - tail), x < 0 ? tail_slope : 1 - tail_slope };
}

NN_KERNEL static void
value_kernel (const float *x,
              size_t       n,
              float       *y)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = gelu_at (x[i]).value;
}

NN_KERNEL static void
value_and_slope_kernel (const float    *x,
                        size_t          n,
                        float          *y,
                        float *restrict slope)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const Gelu gelu = gelu_at (x[i]);

    slope[i] = gelu.slope;
    y[i] = gelu.value;
  }
}

void
nn_gelu (const float *x,
         size_t       n,
         float       *y,
         float       *slope)
{
  if (slope != NULL)
    value_and_slope_kernel (x, n, y, slope);
  else
    value_kernel (x, n, y);
}

NN_KERNEL static void
product_kernel (const float *dy,
                const float *slope,
                size_t       n,
                float       *dx)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    dx[i] = dy[i] * slope[i];
}

void
nn_gelu_backward (const float *dy,
                  const float *slope,
                  size_t       n,
                  float       *dx)
{
  product_kernel (dy, slope, n, dx);
}
