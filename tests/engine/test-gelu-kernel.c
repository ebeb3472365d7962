/* test-gelu-kernel.c - GELU and its derivative against the C library's erfc
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>
#include <math.h>

#include "kernels/nn-gelu-kernel.h"

enum { N = 40001 };

/* -20 .. 20 in steps of a thousandth. */
static void
fill_axis (float *x)
{
  for (int i = 0; i < N; i++)
    x[i] = (float) (i - N / 2) / 1000;
}

static double
share_below (double x)
{
  return 0.5 * erfc (-x * M_SQRT1_2);
}

static void
test_values_and_slopes_are_those_of_the_error_function (void)
{
  g_autofree float *x = g_new (float, N);
  g_autofree float *y = g_new (float, N);
  g_autofree float *slope = g_new (float, N);

  fill_axis (x);
  nn_gelu (x, N, y, slope);
  for (int i = 0; i < N; i++) {
    const double at = (double) x[i];
    const double density = exp (-0.5 * at * at) / sqrt (2 * G_PI);

    g_assert_cmpfloat (fabs ((double) y[i] - at * share_below (at)), <=,
                       3e-7 * MAX (1, fabs (at)));
    g_assert_cmpfloat (fabs ((double) slope[i] - share_below (at) - at * density), <=, 6e-7);
  }
}

static void
test_values_do_not_depend_on_slopes_length_or_place (void)
{
  g_autofree float *x = g_new (float, N);
  g_autofree float *y = g_new (float, N);
  g_autofree float *slope = g_new (float, N);

  fill_axis (x);
  nn_gelu (x, N, y, NULL);
  for (int i = 0; i < N; i += 7) {
    float value;

    nn_gelu (&x[i], 1, &value, &slope[i]);
    g_assert_cmpfloat (value, ==, y[i]);
  }
  nn_gelu (x, N, x, slope);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat (x[i], ==, y[i]);
}

static void
test_what_is_infinite_or_no_number_stays_so (void)
{
  const float x[] = { INFINITY, -INFINITY, NAN, 0, 3e38f, -3e38f };
  float y[G_N_ELEMENTS (x)];
  float slope[G_N_ELEMENTS (x)];

  nn_gelu (x, G_N_ELEMENTS (x), y, slope);
  g_assert_true (isinf (y[0]) && y[0] > 0);
  g_assert_cmpfloat (fabsf (y[1]), <, 1e-36f);
  g_assert_true (isnan (y[2]) && isnan (slope[2]));
  g_assert_cmpfloat (y[3], ==, 0);
  g_assert_cmpfloat (slope[3], ==, 0.5f);
  g_assert_cmpfloat (y[4], ==, 3e38f);
  g_assert_cmpfloat (slope[4], ==, 1);
  g_assert_cmpfloat (fabsf (y[5]), <, 1e-36f);
  g_assert_cmpfloat (fabsf (slope[1]), <, 1e-35f);
}

static void
test_backward_multiplies_by_the_slope_also_in_place (void)
{
  const float slope[] = { 0.5f, -0.125f, 1 };
  float dy[] = { 3, 8, -2 };
  float dx[3];

  nn_gelu_backward (dy, slope, 3, dx);
  nn_gelu_backward (dy, slope, 3, dy);
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat (dx[i], ==, dy[i]);
  g_assert_cmpfloat (dx[0], ==, 1.5f);
  g_assert_cmpfloat (dx[1], ==, -1);
  g_assert_cmpfloat (dx[2], ==, -2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gelu/values", test_values_and_slopes_are_those_of_the_error_function);
  g_test_add_func ("/gelu/alone", test_values_do_not_depend_on_slopes_length_or_place);
  g_test_add_func ("/gelu/extremes", test_what_is_infinite_or_no_number_stays_so);
  g_test_add_func ("/gelu/backward", test_backward_multiplies_by_the_slope_also_in_place);
  return g_test_run ();
}
