/* sal-rng.c - the engine's random numbers, one after the other, for data
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-rng.h"

#include "nn/nn-rng.h"

#define SQRT_3 1.7320508075688772

guint64
sal_rng_stream (SalRngPurpose purpose,
                guint64       index)
{
  return (guint64) purpose << 56 | index;
}

SalRng
sal_rng_start (guint64       seed,
               SalRngPurpose purpose,
               guint64       index)
{
  return (SalRng) { .seed = seed, .stream = sal_rng_stream (purpose, index) };
}

guint32
sal_rng_word (SalRng *self)
{
  if (self->n_left == 0) {
    nn_rng_blocks (self->seed, self->stream, self->counter, self->words, SAL_RNG_BLOCKS);
    self->counter += SAL_RNG_BLOCKS;
    self->n_left = G_N_ELEMENTS (self->words);
  }
  return self->words[G_N_ELEMENTS (self->words) - self->n_left--];
}

double
sal_rng_uniform (SalRng *self,
                 double  low,
                 double  high)
{
  return low + (high - low) * (sal_rng_word (self) * 0x1p-32);
}

guint32
sal_rng_below (SalRng *self,
               guint32 n)
{
  return (guint32) ((guint64) sal_rng_word (self) * n >> 32);
}

double
sal_rng_bell (SalRng *self)
{
  double sum = -2.0;

  /* Two uniforms of 16 bits from each word; each has the variance 1 / 12. */
  for (int i = 0; i < 2; i++) {
    const guint32 word = sal_rng_word (self);

    sum += ((word & 0xffff) + 0.5) * 0x1p-16 + ((word >> 16) + 0.5) * 0x1p-16;
  }
  return SQRT_3 * sum;
}
