/* sal-rng.h - small random streams for data: glyphs and splits
 *
 * Counter-based: the stream named by (seed, purpose, index) is the same
 * whatever was drawn before, in whatever order and by whichever thread.  Only
 * integer and exactly rounded operations are used, so that the numbers do not
 * depend on the C library.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", OOPSLA 2014).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a stream is for. */
typedef enum
{
  SAL_RNG_SPLIT,
  SAL_RNG_GLYPH_LABELS,
  SAL_RNG_GLYPH,
} SalRngPurpose;

typedef struct
{
  guint64 counter;
} SalRng;

/* Starts the stream (seed, purpose, index). */
SalRng sal_rng_stream (guint64       seed,
                       SalRngPurpose purpose,
                       guint64       index);

/* 64 uniform bits. */
guint64 sal_rng_bits (SalRng *self);

/* Uniform in [low, high). */
double sal_rng_uniform (SalRng *self,
                        double  low,
                        double  high);

/* Uniform among 0 ... n - 1, without bias. n > 0. */
guint32 sal_rng_below (SalRng *self,
                       guint32 n);

/* Bell-shaped with mean 0 and standard deviation 1: the sum of 12 uniforms,
 * never beyond +-6. */
double sal_rng_bell (SalRng *self);

/* Shuffles `values` (Fisher-Yates). */
void sal_rng_shuffle (SalRng  *self,
                      guint32 *values,
                      gsize    n);

G_END_DECLS
