/* sal-rng.h - the engine's random numbers, one after the other, for data
 *
 * A reader over nn_rng_block(): the numbers of (seed, purpose, index) are the
 * same whatever was drawn before, in whatever order and by whichever thread.
 * Integers and exactly rounded operations only, so that they do not depend on
 * the C library either.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a stream is for; apart from the engine's purposes (NnRandomPurpose),
 * which are small numbers. */
typedef enum
{
  SAL_RNG_SPLIT = 0x80,
  SAL_RNG_GLYPH_LABELS,
  SAL_RNG_GLYPH,
  SAL_RNG_IMPORT_TEST,
  SAL_RNG_IMPORT_ORDER,
} SalRngPurpose;

/* The stream's name for the nn_rng functions. `index` < 2^56. */
guint64 sal_rng_stream (SalRngPurpose purpose,
                        guint64       index);

/* Blocks that are computed together. */
#define SAL_RNG_BLOCKS 16

/* A position in a stream. */
typedef struct
{
  guint64 seed;
  guint64 stream;
  guint64 counter;                      /* of the next block        */
  guint   n_left;                       /* words not yet handed out */
  guint32 words[4 * SAL_RNG_BLOCKS];
} SalRng;

/* The start of a stream. */
SalRng sal_rng_start (guint64       seed,
                      SalRngPurpose purpose,
                      guint64       index);

/* 32 uniform bits. */
guint32 sal_rng_word (SalRng *self);

/* Uniform in [low, high), in steps of 2^-32 of the range. */
double sal_rng_uniform (SalRng *self,
                        double  low,
                        double  high);

/* Uniform among 0 ... n - 1, but for a bias below n / 2^32. */
guint32 sal_rng_below (SalRng *self,
                       guint32 n);

/* Bell-shaped with mean 0 and standard deviation 1: a sum of four uniforms,
 * never beyond +-3.5. */
double sal_rng_bell (SalRng *self);

G_END_DECLS
