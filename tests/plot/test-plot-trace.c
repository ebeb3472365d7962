/* test-plot-trace.c - growing curves: extremes, smoothing, decimation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-trace.h"

#include "plot/plot-decimate.h"

#include <glib.h>
#include <math.h>

#define MILLION 1000000

/* --- extremes ------------------------------------------------------------ */

static void
test_extremes_of_any_stretch_are_those_of_a_scan (void)
{
  PlotTrace *trace = plot_trace_new ();
  GRand *random = g_rand_new_with_seed (5);

  plot_trace_set_smoothing (trace, 0.7);
  for (int i = 0; i < 5000; i++)
    plot_trace_append (trace, i, i % 97 == 0 ? NAN : g_rand_double_range (random, -1.0, 1.0));

  for (int round = 0; round < 3000; round++) {
    const size_t begin = (size_t) g_rand_int_range (random, 0, 5000);
    const size_t end = begin + (size_t) g_rand_int_range (random, 0, 5001 - (int) begin);
    const bool smoothed = round % 2 == 1;
    const double *values = smoothed ? plot_trace_smoothed (trace) : plot_trace_y (trace);
    double low = INFINITY;
    double high = -INFINITY;
    double minimum;
    double maximum;

    for (size_t i = begin; i < end; i++)
      if (isfinite (values[i])) {
        low = fmin (low, values[i]);
        high = fmax (high, values[i]);
      }
    g_assert_cmpint (plot_trace_extremes (trace, smoothed, begin, end, &minimum, &maximum), ==,
                     low <= high);
    g_assert_cmpfloat (minimum, ==, low);
    g_assert_cmpfloat (maximum, ==, high);
  }
  g_rand_free (random);
  plot_trace_free (trace);
}

static void
test_points_that_go_back_are_refused (void)
{
  PlotTrace *trace = plot_trace_new ();

  g_assert_true (plot_trace_append (trace, 3.0, 1.0));
  g_assert_true (plot_trace_append (trace, 3.0, 2.0));
  g_assert_false (plot_trace_append (trace, 2.0, 3.0));
  g_assert_false (plot_trace_append (trace, NAN, 3.0));
  g_assert_false (plot_trace_append (trace, INFINITY, 3.0));
  g_assert_cmpuint (plot_trace_length (trace), ==, 2);
  plot_trace_free (trace);
}

static void
test_a_truncated_trace_is_as_if_it_had_never_grown (void)
{
  PlotTrace *grown = plot_trace_new ();
  PlotTrace *fresh = plot_trace_new ();
  double a;
  double b;

  plot_trace_set_smoothing (grown, 0.9);
  plot_trace_set_smoothing (fresh, 0.9);
  for (int i = 0; i < 1000; i++)
    plot_trace_append (grown, i, i < 700 ? sin (i) : 50.0);
  plot_trace_truncate (grown, 400.5);
  for (int i = 0; i <= 400; i++)
    plot_trace_append (fresh, i, sin (i));
  for (int i = 401; i < 900; i++) {
    plot_trace_append (grown, i, cos (i));
    plot_trace_append (fresh, i, cos (i));
  }
  g_assert_cmpuint (plot_trace_length (grown), ==, 900);
  for (size_t i = 0; i < 900; i++)
    g_assert_cmpfloat (plot_trace_smoothed (grown)[i], ==, plot_trace_smoothed (fresh)[i]);
  g_assert_true (plot_trace_extremes (grown, false, 0, 900, &a, &b));
  g_assert_cmpfloat (b, <=, 1.0);
  plot_trace_truncate (grown, -INFINITY);
  g_assert_cmpuint (plot_trace_length (grown), ==, 0);
  plot_trace_free (grown);
  plot_trace_free (fresh);
}

/* --- smoothing ----------------------------------------------------------- */

static void
test_smoothing_is_the_bias_corrected_average (void)
{
  const double weight = 0.92;
  double y[300];
  double smoothed[300];

  for (int i = 0; i < 300; i++)
    y[i] = sin (i * 0.7) + 0.01 * i;
  plot_smooth (y, 300, weight, smoothed);
  for (int t = 0; t < 300; t++) {
    double sum = 0.0;

    for (int i = 0; i <= t; i++)
      sum += (1.0 - weight) * pow (weight, t - i) * y[i];
    g_assert_cmpfloat_with_epsilon (smoothed[t], sum / (1.0 - pow (weight, t + 1)), 1e-9);
  }
}

static void
test_strongest_smoothing_is_the_running_mean (void)
{
  const double y[] = { 4.0, 2.0, 0.0, -2.0 };
  const double mean[] = { 4.0, 3.0, 2.0, 1.0 };
  double smoothed[4];

  plot_smooth (y, 4, 1.0, smoothed);
  for (int i = 0; i < 4; i++)
    g_assert_cmpfloat (smoothed[i], ==, mean[i]);
  plot_smooth (y, 4, 17.0, smoothed);
  g_assert_cmpfloat (smoothed[3], ==, 1.0);
  plot_smooth (y, 4, NAN, smoothed);
  g_assert_cmpfloat (smoothed[3], ==, y[3]);
}

static void
test_constant_values_stay_what_they_are (void)
{
  double y[200];

  for (int i = 0; i < 200; i++)
    y[i] = 0.25;
  plot_smooth (y, 200, 0.99, y);
  for (int i = 0; i < 200; i++)
    g_assert_cmpfloat_with_epsilon (y[i], 0.25, 1e-12);
}

static void
test_gaps_stay_gaps_and_do_not_spread (void)
{
  const double y[] = { 1.0, NAN, INFINITY, 1.0 };
  double smoothed[4];

  plot_smooth (y, 4, 0.9, smoothed);
  g_assert_cmpfloat (smoothed[0], ==, 1.0);
  g_assert_true (isnan (smoothed[1]));
  g_assert_true (isnan (smoothed[2]));
  g_assert_cmpfloat_with_epsilon (smoothed[3], 1.0, 1e-12);
}

static void
test_smoothing_can_change_at_any_time (void)
{
  PlotTrace *trace = plot_trace_new ();
  double expected[1000];

  for (int i = 0; i < 600; i++)
    plot_trace_append (trace, i, sin (i));
  g_assert_true (plot_trace_smoothed (trace) == plot_trace_y (trace));
  plot_trace_set_smoothing (trace, 0.5);
  plot_trace_set_smoothing (trace, 0.8);
  for (int i = 600; i < 1000; i++)
    plot_trace_append (trace, i, sin (i));
  plot_smooth (plot_trace_y (trace), 1000, 0.8, expected);
  for (int i = 0; i < 1000; i++)
    g_assert_cmpfloat (plot_trace_smoothed (trace)[i], ==, expected[i]);
  plot_trace_set_smoothing (trace, 0.0);
  g_assert_true (plot_trace_smoothed (trace) == plot_trace_y (trace));
  plot_trace_free (trace);
}

/* --- decimation ---------------------------------------------------------- */

static void
test_one_spike_in_a_million_is_kept (void)
{
  const PlotScale scale = plot_scale_new (0.0, MILLION - 1, 0.0, 800.0, false);
  PlotColumn columns[800];
  PlotTrace *trace = plot_trace_new ();

  for (int i = 0; i < MILLION; i++)
    plot_trace_append (trace, i, i == 654321 ? 1e3 : 0.5);

  const PlotSeries series = { .trace = trace };
  const PlotCurve curve = plot_curve_of (&series, false);
  int spikes = 0;

  plot_decimate (&curve, &scale, false, columns, 800);
  for (int c = 0; c < 800; c++) {
    g_assert_cmpfloat (columns[c].minimum, ==, 0.5);
    if (columns[c].maximum == 1e3) {
      g_assert_cmpint (c, ==, (int) (654321.0 / (MILLION - 1) * 800.0));
      spikes++;
    }
  }
  g_assert_cmpint (spikes, ==, 1);
  plot_trace_free (trace);
}

static void
test_columns_share_all_points_among_them (void)
{
  double x[3000];
  double y[3000];
  PlotColumn columns[97];
  GRand *random = g_rand_new_with_seed (8);

  /* Irregular x, a gap, and one column's worth of nothing. */
  for (int i = 0; i < 3000; i++) {
    x[i] = (i > 0 ? x[i - 1] : 0.0) + g_rand_double (random) + (i == 1500 ? 200.0 : 0.0);
    y[i] = i % 11 == 0 ? NAN : g_rand_double (random);
  }

  const PlotSeries series = { .x = x, .y = y, .n = 3000 };
  const PlotCurve curve = plot_curve_of (&series, false);
  const PlotScale scale = plot_scale_new (x[0], x[2999], 20.0, 990.0, false);
  size_t next = 0;
  int empty = 0;

  plot_decimate (&curve, &scale, false, columns, 97);
  for (int c = 0; c < 97; c++) {
    const double edge = c < 96 ? plot_scale_to_data (&scale, 20.0 + 10.0 * (c + 1)) : INFINITY;
    double low = INFINITY;
    double high = -INFINITY;

    if (next < 3000 && x[next] < edge && !isnan (y[next]))
      g_assert_cmpfloat (columns[c].first, ==, y[next]);
    for (; next < 3000 && x[next] < edge; next++)
      if (!isnan (y[next])) {
        low = fmin (low, y[next]);
        high = fmax (high, y[next]);
      }
    g_assert_cmpfloat (columns[c].minimum, ==, low);
    g_assert_cmpfloat (columns[c].maximum, ==, high);
    empty += low > high;
  }
  g_assert_cmpuint (next, ==, 3000);
  g_assert_cmpint (empty, >, 0);
  g_rand_free (random);
}

static void
test_log_columns_see_positive_values_only (void)
{
  PlotTrace *trace = plot_trace_new ();
  PlotColumn columns[4];
  const PlotScale scale = plot_scale_new (0.0, 999.0, 0.0, 4.0, false);

  for (int i = 0; i < 1000; i++)
    plot_trace_append (trace, i, i < 250 ? -1.0 : i % 2 == 0 ? 0.0 : 0.125);

  const PlotSeries series = { .trace = trace };
  const PlotCurve curve = plot_curve_of (&series, false);

  plot_decimate (&curve, &scale, true, columns, 4);
  g_assert_cmpfloat (columns[0].minimum, >, columns[0].maximum);
  g_assert_cmpfloat (columns[2].minimum, ==, 0.125);
  g_assert_cmpfloat (columns[2].maximum, ==, 0.125);
  plot_trace_free (trace);
}

static void
test_find_is_the_first_point_not_before (void)
{
  const double x[] = { 0.0, 1.0, 1.0, 1.0, 4.0, 9.0 };
  const double y[] = { 0.0, 0.0, 0.0, 0.0, 0.0, 0.0 };
  const PlotSeries series = { .x = x, .y = y, .n = 6 };
  const PlotSeries empty = { 0 };

  g_assert_cmpuint (plot_series_find (&series, -5.0), ==, 0);
  g_assert_cmpuint (plot_series_find (&series, 1.0), ==, 1);
  g_assert_cmpuint (plot_series_find (&series, 1.5), ==, 4);
  g_assert_cmpuint (plot_series_find (&series, 9.0), ==, 5);
  g_assert_cmpuint (plot_series_find (&series, 9.5), ==, 6);
  g_assert_cmpuint (plot_series_find (&series, NAN), ==, 6);
  g_assert_cmpuint (plot_series_find (&empty, 0.0), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace/extremes-of-any-stretch-are-those-of-a-scan",
                   test_extremes_of_any_stretch_are_those_of_a_scan);
  g_test_add_func ("/trace/points-that-go-back-are-refused",
                   test_points_that_go_back_are_refused);
  g_test_add_func ("/trace/a-truncated-trace-is-as-if-it-had-never-grown",
                   test_a_truncated_trace_is_as_if_it_had_never_grown);
  g_test_add_func ("/smoothing/is-the-bias-corrected-average",
                   test_smoothing_is_the_bias_corrected_average);
  g_test_add_func ("/smoothing/strongest-is-the-running-mean",
                   test_strongest_smoothing_is_the_running_mean);
  g_test_add_func ("/smoothing/constant-values-stay-what-they-are",
                   test_constant_values_stay_what_they_are);
  g_test_add_func ("/smoothing/gaps-stay-gaps-and-do-not-spread",
                   test_gaps_stay_gaps_and_do_not_spread);
  g_test_add_func ("/smoothing/can-change-at-any-time", test_smoothing_can_change_at_any_time);
  g_test_add_func ("/decimate/one-spike-in-a-million-is-kept",
                   test_one_spike_in_a_million_is_kept);
  g_test_add_func ("/decimate/columns-share-all-points-among-them",
                   test_columns_share_all_points_among_them);
  g_test_add_func ("/decimate/log-columns-see-positive-values-only",
                   test_log_columns_see_positive_values_only);
  g_test_add_func ("/decimate/find-is-the-first-point-not-before",
                   test_find_is_the_first_point_not_before);
  return g_test_run ();
}
