/* test-sal-seeds.c - repetitions are found, and say how sure they are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sal-seeds.h"

static gboolean
repeats (const SalRecipe *a,
         const SalRecipe *b)
{
  g_autofree char *first = sal_seeds_experiment (a);
  g_autofree char *second = sal_seeds_experiment (b);

  return g_str_equal (first, second);
}

static void
test_another_seed_repeats (void)
{
  SalRecipe a;
  SalRecipe b;

  sal_recipe_init (&a);
  b = a;
  b.seed = a.seed + 1;
  g_assert_true (repeats (&a, &b));
  b.learning_rate = a.learning_rate * 2;
  g_assert_false (repeats (&a, &b));
}

static void
test_unused_fields_do_not_count (void)
{
  SalRecipe a;
  SalRecipe b;

  sal_recipe_init (&a);
  a.mode = SAL_MODE_BASELINE;
  b = a;
  b.weight_bits = 2;
  g_assert_true (repeats (&a, &b));
  a.mode = b.mode = SAL_MODE_PACT;
  g_assert_false (repeats (&a, &b));
}

/* Quantiles as tables of Student's t have them. */
static void
test_quantiles (void)
{
  static const struct
  {
    guint  degrees;
    double quantile;
  } known[] = {
    { 1, 12.7062 }, { 2, 4.3027 }, { 4, 2.7764 }, { 9, 2.2622 }, { 10, 2.2281 },
    { 11, 2.2010 }, { 20, 2.0860 }, { 30, 2.0423 }, { 60, 2.0003 }, { 120, 1.9799 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpfloat_with_epsilon (sal_seeds_t_quantile (known[i].degrees), known[i].quantile,
                                    2e-4);
}

/* 98, 99, 100: s = 1, so the interval is 99 -+ 4.3027 / sqrt (3). */
static void
test_interval_of_three_seeds (void)
{
  const double values[] = { 98, NAN, 99, 100 };
  const SalSeedsInterval interval = sal_seeds_interval (values, G_N_ELEMENTS (values));

  g_assert_cmpuint (interval.n, ==, 3);
  g_assert_cmpfloat_with_epsilon (interval.mean, 99, 1e-12);
  g_assert_cmpfloat_with_epsilon (interval.upper - interval.mean, 4.3027 / sqrt (3), 1e-6);
  g_assert_cmpfloat_with_epsilon (interval.mean - interval.lower, 4.3027 / sqrt (3), 1e-6);
}

static void
test_one_seed_has_no_interval (void)
{
  const double value = 98.5;
  const SalSeedsInterval one = sal_seeds_interval (&value, 1);
  const SalSeedsInterval none = sal_seeds_interval (NULL, 0);

  g_assert_cmpfloat (one.mean, ==, 98.5);
  g_assert_true (isnan (one.lower) && isnan (one.upper));
  g_assert_cmpuint (none.n, ==, 0);
  g_assert_true (isnan (none.mean));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seeds/another seed repeats an experiment", test_another_seed_repeats);
  g_test_add_func ("/seeds/unused fields do not count", test_unused_fields_do_not_count);
  g_test_add_func ("/seeds/quantiles are Student's", test_quantiles);
  g_test_add_func ("/seeds/three seeds have an interval", test_interval_of_three_seeds);
  g_test_add_func ("/seeds/one seed has none", test_one_seed_has_no_interval);
  return g_test_run ();
}
