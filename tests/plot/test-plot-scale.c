/* test-plot-scale.c - axes: mapping, zoom, ticks and numbers as text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-scale.h"

#include <glib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon (a, b, 1e-9 * fmax (1.0, fabs (b)))

/* --- mapping ------------------------------------------------------------- */

static void
test_pixels_and_data_are_inverse (void)
{
  const PlotScale scales[] = {
    plot_scale_new (-2.0, 6.0, 10.0, 410.0, false),
    plot_scale_new (0.001, 10.0, 300.0, 20.0, true),
  };

  for (int s = 0; s < 2; s++)
    for (double pixel = -50.0; pixel < 500.0; pixel += 37.0)
      assert_near (plot_scale_to_pixel (&scales[s], plot_scale_to_data (&scales[s], pixel)),
                   pixel);
  assert_near (plot_scale_to_pixel (&scales[0], 0.0), 110.0);
  assert_near (plot_scale_to_pixel (&scales[1], 0.1), 160.0);
}

static void
test_log_axis_has_no_place_for_zero (void)
{
  const PlotScale scale = plot_scale_new (0.01, 1.0, 0.0, 100.0, true);

  g_assert_true (isnan (plot_scale_to_pixel (&scale, 0.0)));
  g_assert_true (isnan (plot_scale_to_pixel (&scale, -3.0)));
  g_assert_true (isnan (plot_scale_to_pixel (&scale, NAN)));
  g_assert_true (isnan (plot_scale_to_pixel (&scale, INFINITY)));
}

static void
test_any_range_makes_a_scale (void)
{
  static const double ends[] = { -INFINITY, -1e308, -1.0, -1e-320, 0.0, 1e-320, 1.0, 1e308,
                                 INFINITY, NAN };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (ends); j++)
      for (int log = 0; log < 2; log++) {
        const PlotScale scale = plot_scale_new (ends[i], ends[j], 0.0, 100.0, log != 0);
        PlotTick ticks[PLOT_MAX_TICKS];
        const size_t n = plot_scale_ticks (&scale, 6, ticks);

        g_assert_true (isfinite (scale.minimum) && isfinite (scale.maximum));
        g_assert_cmpfloat (scale.minimum, <, scale.maximum);
        if (log)
          g_assert_cmpfloat (scale.minimum, >, 0.0);
        g_assert_cmpuint (n, <=, PLOT_MAX_TICKS);
        assert_near (plot_scale_to_pixel (&scale, scale.maximum), 100.0);
      }
}

static void
test_one_value_lies_in_the_middle (void)
{
  const PlotScale linear = plot_scale_new (5.0, 5.0, 0.0, 100.0, false);
  const PlotScale log = plot_scale_new (5.0, 5.0, 0.0, 100.0, true);
  const PlotScale zero = plot_scale_new (0.0, 0.0, 0.0, 100.0, false);

  assert_near (plot_scale_to_pixel (&linear, 5.0), 50.0);
  assert_near (plot_scale_to_pixel (&log, 5.0), 50.0);
  assert_near (plot_scale_to_pixel (&zero, 0.0), 50.0);
}

static void
test_zoom_keeps_what_is_under_the_pointer (void)
{
  for (int log = 0; log < 2; log++) {
    PlotScale scale = plot_scale_new (1.0, 1000.0, 50.0, 650.0, log != 0);
    const double under = plot_scale_to_data (&scale, 200.0);

    plot_scale_zoom (&scale, 200.0, 2.5);
    assert_near (plot_scale_to_data (&scale, 200.0), under);
    plot_scale_zoom (&scale, 200.0, 1.0 / 2.5);
    assert_near (scale.minimum, 1.0);
    assert_near (scale.maximum, 1000.0);
  }
}

static void
test_zoom_ends_where_doubles_end (void)
{
  PlotScale scale = plot_scale_new (100.0, 200.0, 0.0, 500.0, false);

  for (int i = 0; i < 2000; i++)
    plot_scale_zoom (&scale, 250.0, 1.5);
  g_assert_cmpfloat (scale.maximum - scale.minimum, >, 1e-8);
  for (int i = 0; i < 5000; i++)
    plot_scale_zoom (&scale, 250.0, 0.5);
  g_assert_true (isfinite (scale.maximum - scale.minimum));
}

static void
test_pan_moves_data_with_the_pointer (void)
{
  for (int log = 0; log < 2; log++) {
    PlotScale scale = plot_scale_new (1.0, 100.0, 400.0, 20.0, log != 0);
    const double grabbed = plot_scale_to_data (&scale, 100.0);

    plot_scale_pan (&scale, 35.0);
    assert_near (plot_scale_to_data (&scale, 135.0), grabbed);
  }
}

/* --- ticks --------------------------------------------------------------- */

/* The labels of all major ticks, separated by blanks. */
static char *
labels_of (double minimum,
           double maximum,
           int    target,
           bool   log)
{
  const PlotScale scale = plot_scale_new (minimum, maximum, 0.0, 100.0, log);
  PlotTick ticks[PLOT_MAX_TICKS];
  const size_t n = plot_scale_ticks (&scale, target, ticks);
  GString *labels = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    if (!ticks[i].minor)
      g_string_append_printf (labels, "%s%s", labels->len > 0 ? " " : "", ticks[i].label);
  return g_string_free (labels, FALSE);
}

static void
assert_labels (double      minimum,
               double      maximum,
               int         target,
               bool        log,
               const char *expected)
{
  char *labels = labels_of (minimum, maximum, target, log);

  g_assert_cmpstr (labels, ==, expected);
  g_free (labels);
}

static void
test_ticks_are_round_numbers (void)
{
  assert_labels (0.0, 400.0, 8, false, "0 50 100 150 200 250 300 350 400");
  assert_labels (0.0, 2.5, 5, false, "0.0 0.5 1.0 1.5 2.0 2.5");
  assert_labels (0.0, 1.0, 10, false, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0");
  assert_labels (-1.0, 1.0, 4, false, "−1.0 −0.5 0.0 0.5 1.0");
  assert_labels (40.0, 100.0, 3, false, "40 60 80 100");
  assert_labels (0.0, 20000.0, 4, false, "0 5,000 10,000 15,000 20,000");
}

static void
test_ticks_of_awkward_ranges (void)
{
  assert_labels (0.1 + 0.2, 0.9, 3, false, "0.4 0.6 0.8");
  assert_labels (2.6599, 2.6604, 5, false, "2.6599 2.6600 2.6601 2.6602 2.6603 2.6604");
  assert_labels (-3e-7, 3e-7, 3, false, "−2×10⁻⁷ 0 2×10⁻⁷");
  assert_labels (0.0, 6e6, 3, false, "0 2×10⁶ 4×10⁶ 6×10⁶");
  assert_labels (999999.0, 1000001.0, 2, false, "999,999 1,000,000 1,000,001");
}

static void
test_log_ticks_are_decades (void)
{
  assert_labels (0.01, 10.0, 6, true, "0.01 0.1 1 10");
  assert_labels (1.0, 100.0, 6, true, "1 2 5 10 20 50 100");
  assert_labels (1e-6, 1.0, 8, true, "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 1");
  assert_labels (1e-12, 1.0, 4, true, "10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 1");
  assert_labels (2.0, 8.0, 4, true, "2 4 6 8");
}

static void
test_ticks_lie_inside_and_ascend (void)
{
  for (double minimum = -7.3; minimum < 10.0; minimum += 0.61)
    for (double range = 1e-7; range < 1e9; range *= 3.7)
      for (int target = 1; target < 15; target += 3) {
        const PlotScale scale = plot_scale_new (minimum, minimum + range, 0.0, 1.0, false);
        PlotTick ticks[PLOT_MAX_TICKS];
        const size_t n = plot_scale_ticks (&scale, target, ticks);

        g_assert_cmpuint (n, <=, 2 * (size_t) target + 2);
        for (size_t i = 0; i < n; i++) {
          g_assert_cmpfloat (ticks[i].value, >=, minimum - range * 1e-6);
          g_assert_cmpfloat (ticks[i].value, <=, minimum + range * (1.0 + 1e-6));
          if (i > 0)
            g_assert_cmpfloat (ticks[i].value, >, ticks[i - 1].value);
        }
      }
}

static void
test_nice_range_ends_on_gridlines (void)
{
  double low = 0.02;
  double high = 2.31;

  plot_nice_range (&low, &high, 5, false);
  g_assert_cmpfloat (low, ==, 0.0);
  g_assert_cmpfloat (high, ==, 2.5);

  low = 0.0123;
  high = 3.0;
  plot_nice_range (&low, &high, 5, true);
  assert_near (low, 0.01);
  assert_near (high, 10.0);

  low = high = 96.5;
  plot_nice_range (&low, &high, 5, false);
  g_assert_cmpfloat (low, <, 96.5);
  g_assert_cmpfloat (high, >, 96.5);
}

/* --- numbers ------------------------------------------------------------- */

typedef void (*FormatFunc) (double value,
                            int    digits,
                            char   text[PLOT_NUMBER_SIZE]);

static void
assert_format (FormatFunc  format,
               double      value,
               int         digits,
               const char *expected)
{
  char text[PLOT_NUMBER_SIZE];

  format (value, digits, text);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_readouts_have_five_digits (void)
{
  assert_format (plot_format_value, 0.1842, 5, "0.18420");
  assert_format (plot_format_value, 0.251337, 5, "0.25134");
  assert_format (plot_format_value, 9.99999, 5, "10.000");
  assert_format (plot_format_value, -96.154, 5, "−96.154");
  assert_format (plot_format_value, 123456.7, 5, "123,457");
  assert_format (plot_format_value, 0.00001842, 5, "1.8420×10⁻⁵");
  assert_format (plot_format_value, 2.5e9, 3, "2.50×10⁹");
  assert_format (plot_format_value, 0.0, 5, "0");
  assert_format (plot_format_value, -0.0, 5, "0");
  assert_format (plot_format_value, 5e-324, 3, "4.94×10⁻³²⁴");
}

static void
test_what_is_not_finite_has_a_sign (void)
{
  assert_format (plot_format_value, NAN, 5, "–");
  assert_format (plot_format_value, INFINITY, 5, "∞");
  assert_format (plot_format_short, -INFINITY, 5, "−∞");
}

static void
test_short_numbers_end_without_zeros (void)
{
  assert_format (plot_format_short, 262.0, 7, "262");
  assert_format (plot_format_short, 2.66, 3, "2.66");
  assert_format (plot_format_short, 0.5, 3, "0.5");
  assert_format (plot_format_short, 100.0, 3, "100");
  assert_format (plot_format_short, 1e-5, 3, "1×10⁻⁵");
  assert_format (plot_format_short, 1.5e-5, 3, "1.5×10⁻⁵");
}

static void
test_tick_labels_carry_no_noise (void)
{
  char text[PLOT_NUMBER_SIZE];

  plot_format_tick (0.1 + 0.2, 0.1, text);
  g_assert_cmpstr (text, ==, "0.3");
  plot_format_tick (-1e-17, 0.25, text);
  g_assert_cmpstr (text, ==, "0.00");
  plot_format_tick (1e308, 1e308, text);
  g_assert_cmpstr (text, ==, "10³⁰⁸");
}

static void
test_numbers_are_written_as_the_locale_writes_them (void)
{
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL) {
    g_test_skip ("there is no locale de_DE.UTF-8");
    return;
  }
  assert_format (plot_format_value, 0.1842, 3, "0,184");
  assert_format (plot_format_value, -12345.678, 7, "−12.345,68");
  assert_format (plot_format_short, 0.5, 5, "0,5");
  assert_format (plot_format_short, 12345.0, 7, "12.345");
  assert_format (plot_format_value, 0.00001842, 5, "1,8420×10⁻⁵");
  setlocale (LC_NUMERIC, "C");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/pixels-and-data-are-inverse", test_pixels_and_data_are_inverse);
  g_test_add_func ("/scale/log-axis-has-no-place-for-zero", test_log_axis_has_no_place_for_zero);
  g_test_add_func ("/scale/any-range-makes-a-scale", test_any_range_makes_a_scale);
  g_test_add_func ("/scale/one-value-lies-in-the-middle", test_one_value_lies_in_the_middle);
  g_test_add_func ("/scale/zoom-keeps-what-is-under-the-pointer",
                   test_zoom_keeps_what_is_under_the_pointer);
  g_test_add_func ("/scale/zoom-ends-where-doubles-end", test_zoom_ends_where_doubles_end);
  g_test_add_func ("/scale/pan-moves-data-with-the-pointer", test_pan_moves_data_with_the_pointer);
  g_test_add_func ("/ticks/are-round-numbers", test_ticks_are_round_numbers);
  g_test_add_func ("/ticks/of-awkward-ranges", test_ticks_of_awkward_ranges);
  g_test_add_func ("/ticks/log-ticks-are-decades", test_log_ticks_are_decades);
  g_test_add_func ("/ticks/lie-inside-and-ascend", test_ticks_lie_inside_and_ascend);
  g_test_add_func ("/ticks/nice-range-ends-on-gridlines", test_nice_range_ends_on_gridlines);
  g_test_add_func ("/number/readouts-have-five-digits", test_readouts_have_five_digits);
  g_test_add_func ("/number/what-is-not-finite-has-a-sign", test_what_is_not_finite_has_a_sign);
  g_test_add_func ("/number/short-numbers-end-without-zeros",
                   test_short_numbers_end_without_zeros);
  g_test_add_func ("/number/they-are-written-as-the-locale-writes-them",
                   test_numbers_are_written_as_the_locale_writes_them);
  g_test_add_func ("/number/tick-labels-carry-no-noise", test_tick_labels_carry_no_noise);
  return g_test_run ();
}
