/* sal-seeds.h - experiments that were repeated with other seeds
 *
 * Runs whose recipes differ in nothing but the seed repeat one experiment.
 * What they have in common is known with an interval over seeds: Student's t,
 * which is honest about how little two or three repetitions say.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-recipe.h"

G_BEGIN_DECLS

/* Text that two recipes share exactly if they differ at most in the seed and
 * in fields that they do not use. Free the result. */
char *sal_seeds_experiment (const SalRecipe *recipe);

typedef struct
{
  guint  n;       /* values that are not NaN                                  */
  double mean;    /* NaN without any                                          */
  double lower;   /* mean -+ t s / sqrt (n), 95 %, n - 1 degrees of freedom;  */
  double upper;   /* NaN below two values                                     */
} SalSeedsInterval;

/* Of `n` values, one of each seed; NaN where a seed has none. */
SalSeedsInterval sal_seeds_interval (const double *values,
                                     guint         n);

/* The 0.975 quantile of Student's t with `degrees` >= 1 of freedom, to four
 * digits. */
double sal_seeds_t_quantile (guint degrees);

G_END_DECLS
