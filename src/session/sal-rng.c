/* sal-rng.c - small random streams for data: glyphs and splits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-rng.h"

#define GOLDEN_GAMMA G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

/* The finaliser of SplitMix64. */
static guint64
mix (guint64 z)
{
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

SalRng
sal_rng_stream (guint64       seed,
                SalRngPurpose purpose,
                guint64       index)
{
  const guint64 key = mix (mix (seed + GOLDEN_GAMMA) + purpose);

  return (SalRng) { .counter = mix (key + GOLDEN_GAMMA * (index + 1)) };
}

guint64
sal_rng_bits (SalRng *self)
{
  self->counter += GOLDEN_GAMMA;
  return mix (self->counter);
}

double
sal_rng_uniform (SalRng *self,
                 double  low,
                 double  high)
{
  const double unit = (double) (sal_rng_bits (self) >> 11) * 0x1p-53;

  return low + (high - low) * unit;
}

guint32
sal_rng_below (SalRng *self,
               guint32 n)
{
  /* Values of the last, incomplete run of n would favour small results. */
  const guint32 threshold = -n % n;
  guint32 bits;

  do
    bits = (guint32) (sal_rng_bits (self) >> 32);
  while (bits < threshold);

  return bits % n;
}

double
sal_rng_bell (SalRng *self)
{
  double sum = -6.0;

  /* Four uniforms of 16 bits from each 64. */
  for (int i = 0; i < 3; i++) {
    guint64 bits = sal_rng_bits (self);

    for (int j = 0; j < 4; j++, bits >>= 16)
      sum += ((double) (bits & 0xffff) + 0.5) * 0x1p-16;
  }
  return sum;
}

void
sal_rng_shuffle (SalRng  *self,
                 guint32 *values,
                 gsize    n)
{
  for (gsize i = n; i > 1; i--) {
    const gsize j = sal_rng_below (self, (guint32) i);
    const guint32 swap = values[i - 1];

    values[i - 1] = values[j];
    values[j] = swap;
  }
}
