/* test-statistics.c - intervals, areas and agreements with known values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-statistics.h"

#include <glib.h>
#include <math.h>

#include "nn/nn-rng.h"

static void
test_wilson_interval_has_its_textbook_values (void)
{
  double lower, upper;

  nn_wilson_interval (5, 10, &lower, &upper);
  g_assert_cmpfloat_with_epsilon (lower, 0.236593, 1e-6);
  g_assert_cmpfloat_with_epsilon (upper, 0.763407, 1e-6);
  nn_wilson_interval (1, 10, &lower, &upper);
  g_assert_cmpfloat_with_epsilon (lower, 0.017876, 1e-6);
  g_assert_cmpfloat_with_epsilon (upper, 0.404150, 1e-6);
}

static void
test_wilson_interval_stays_within_zero_and_one (void)
{
  double lower, upper;

  nn_wilson_interval (0, 10, &lower, &upper);
  g_assert_cmpfloat (lower, ==, 0);
  g_assert_cmpfloat_with_epsilon (upper, 0.277533, 1e-6);
  nn_wilson_interval (10, 10, &lower, &upper);
  g_assert_cmpfloat_with_epsilon (lower, 1 - 0.277533, 1e-6);
  g_assert_cmpfloat (upper, ==, 1);
  nn_wilson_interval (0, 0, &lower, &upper);
  g_assert_cmpfloat (lower, ==, 0);
  g_assert_cmpfloat (upper, ==, 1);
}

static void
test_area_is_the_mean_height (void)
{
  const double x[] = { 0, 0.1, 0.9 };
  const double flat[] = { 0.7, 0.7, 0.7 };
  const double ramp[] = { 0, 0.1, 0.9 };
  const double step[] = { 1, 0, 0 };

  g_assert_cmpfloat_with_epsilon (nn_area_under_curve (x, flat, 3), 0.7, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_area_under_curve (x, ramp, 3), 0.45, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_area_under_curve (x, step, 3), 0.05 / 0.9, 1e-12);
}

static double
correlate (const float *a,
           const float *b,
           gsize        n)
{
  g_autofree float *scratch = g_new (float, 4 * n);

  return nn_spearman (a, b, n, scratch);
}

static void
test_spearman_sees_order_only (void)
{
  const float a[] = { 1, 2, 3, 4, 5 };
  const float cubed[] = { 1, 8, 27, 64, 125 };
  const float turned[] = { 5, 0, -1, -2, -100 };
  const float mixed[] = { 2, 1, 4, 3, 5 };

  g_assert_cmpfloat_with_epsilon (correlate (a, cubed, 5), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (correlate (a, turned, 5), -1, 1e-12);
  /* 1 - 6 * (1 + 1 + 1 + 1) / (5 * 24) */
  g_assert_cmpfloat_with_epsilon (correlate (a, mixed, 5), 0.8, 1e-12);
}

static void
test_spearman_shares_ranks_among_equals (void)
{
  /* Ranks 0.5, 0.5, 2 and 0, 1.5, 1.5: covariance 0.75, variances 1.5. */
  const float a[] = { 1, 1, 2 };
  const float b[] = { 3, 7, 7 };

  g_assert_cmpfloat_with_epsilon (correlate (a, b, 3), 0.5, 1e-12);
}

static void
test_spearman_of_a_constant_is_not_a_number (void)
{
  const float a[] = { 0, 0.0f, -0.0f };
  const float b[] = { 1, 2, 3 };

  g_assert_true (isnan (correlate (a, b, 3)));
  g_assert_true (isnan (correlate (b, a, 3)));
}

static void
test_spearman_of_independent_noise_is_near_zero (void)
{
  enum { N = 10000 };
  g_autofree float *a = g_new (float, N);
  g_autofree float *b = g_new (float, N);

  nn_rng_normal (1, 1, a, N);
  nn_rng_normal (1, 2, b, N);
  g_assert_cmpfloat_with_epsilon (correlate (a, b, N), 0, 0.05);
  g_assert_cmpfloat_with_epsilon (correlate (a, a, N), 1, 1e-9);
}

static void
test_overlap_counts_the_largest_magnitudes (void)
{
  const float a[] = { 9, -8, 7, 0, 0, 0, 0, 0, 1, 2 };
  const float b[] = { -9, 0, 8, 0, 7, 0, 0, 0, 1, 2 };
  float scratch[40];

  g_assert_cmpfloat_with_epsilon (nn_top_overlap (a, b, 10, 0.3, scratch), 2.0 / 3, 1e-12);
  g_assert_cmpfloat (nn_top_overlap (a, b, 10, 0.19, scratch), ==, 1);
  g_assert_cmpfloat (nn_top_overlap (a, b, 10, 1, scratch), ==, 1);
  g_assert_true (isnan (nn_top_overlap (a, b, 10, 0.05, scratch)));
}

static void
test_relevance_mass_is_the_share_on_the_truth (void)
{
  const float map[] = { 1, -2, 3, 0, /* second channel */ -1, 0, 0, 1 };
  const float zeros[8] = { 0 };
  const uint8_t upper[] = { 1, 1, 0, 0 };
  const uint8_t all[] = { 1, 1, 1, 1 };
  const uint8_t none[] = { 0, 0, 0, 0 };

  g_assert_cmpfloat_with_epsilon (nn_relevance_mass (map, upper, 1, 4), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_relevance_mass (map, upper, 2, 4), 0.5, 1e-12);
  g_assert_cmpfloat (nn_relevance_mass (map, all, 2, 4), ==, 1);
  g_assert_cmpfloat (nn_relevance_mass (map, none, 2, 4), ==, 0);
  g_assert_true (isnan (nn_relevance_mass (zeros, all, 2, 4)));
}

static void
test_mean_interval_leaves_out_what_is_not_a_number (void)
{
  const double values[] = { 1, NAN, 2, 3, 4, NAN };
  /* s of 1 ... 4 is sqrt (5 / 3), and n is 4. */
  const double half = 1.959963984540054 * sqrt (5.0 / 3 / 4);
  double mean, lower, upper;

  g_assert_cmpuint (nn_mean_interval (values, 6, &mean, &lower, &upper), ==, 4);
  g_assert_cmpfloat_with_epsilon (mean, 2.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (lower, 2.5 - half, 1e-12);
  g_assert_cmpfloat_with_epsilon (upper, 2.5 + half, 1e-12);
  g_assert_cmpuint (nn_mean_interval (values, 2, &mean, &lower, &upper), ==, 1);
  g_assert_cmpfloat (mean, ==, 1);
  g_assert_true (isnan (lower) && isnan (upper));
  g_assert_cmpuint (nn_mean_interval (values + 1, 1, &mean, &lower, &upper), ==, 0);
  g_assert_true (isnan (mean));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/wilson-interval-has-its-textbook-values",
                   test_wilson_interval_has_its_textbook_values);
  g_test_add_func ("/statistics/wilson-interval-stays-within-zero-and-one",
                   test_wilson_interval_stays_within_zero_and_one);
  g_test_add_func ("/statistics/area-is-the-mean-height", test_area_is_the_mean_height);
  g_test_add_func ("/statistics/spearman-sees-order-only", test_spearman_sees_order_only);
  g_test_add_func ("/statistics/spearman-shares-ranks-among-equals",
                   test_spearman_shares_ranks_among_equals);
  g_test_add_func ("/statistics/spearman-of-a-constant-is-not-a-number",
                   test_spearman_of_a_constant_is_not_a_number);
  g_test_add_func ("/statistics/spearman-of-independent-noise-is-near-zero",
                   test_spearman_of_independent_noise_is_near_zero);
  g_test_add_func ("/statistics/overlap-counts-the-largest-magnitudes",
                   test_overlap_counts_the_largest_magnitudes);
  g_test_add_func ("/statistics/relevance-mass-is-the-share-on-the-truth",
                   test_relevance_mass_is_the_share_on_the_truth);
  g_test_add_func ("/statistics/mean-interval-leaves-out-what-is-not-a-number",
                   test_mean_interval_leaves_out_what_is_not_a_number);
  return g_test_run ();
}
