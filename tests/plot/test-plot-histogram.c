/* test-plot-histogram.c - distributions and their clipping level
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-histogram.h"

#include "canvas.h"

#include <math.h>

#define WIDTH 420
#define HEIGHT 180
#define WHITE 0xffffffu

static const double counts[] = { 1.0, 100.0, 0.0, 50.0 };

static PlotHistogram
example (void)
{
  return (PlotHistogram) {
    .color = plot_color_from_rgb (0x0000ff), .counts = counts, .n_bins = 4,
    .minimum = 0.0, .maximum = 4.0, .alpha = NAN, .clipped = NAN,
  };
}

static Canvas
draw (const PlotHistogram *histogram,
      PlotHistogramLayout *layout)
{
  const PlotStyle style = plot_style_default (false);
  Canvas canvas = canvas_new (WIDTH, HEIGHT, WHITE);

  plot_histogram_layout (histogram, &style, (PlotRect) { 0.0, 0.0, WIDTH, HEIGHT }, layout);
  plot_histogram_draw (histogram, &style, layout, canvas.cr);
  return canvas;
}

static uint32_t
color_at (const Canvas              *canvas,
          const PlotHistogramLayout *layout,
          double                     x,
          double                     height)
{
  return surface_rgb (canvas->surface, (int) plot_scale_to_pixel (&layout->x, x),
                      (int) plot_scale_to_pixel (&layout->y, height));
}

static void
test_bars_are_as_high_as_their_counts (void)
{
  const PlotHistogram histogram = example ();
  PlotHistogramLayout layout;
  Canvas canvas = draw (&histogram, &layout);

  g_assert_cmphex (color_at (&canvas, &layout, 1.5, 95.0), !=, WHITE);
  g_assert_cmphex (color_at (&canvas, &layout, 3.5, 45.0), !=, WHITE);
  g_assert_cmphex (color_at (&canvas, &layout, 3.5, 55.0), ==, WHITE);
  g_assert_cmphex (color_at (&canvas, &layout, 2.5, 5.0), ==, WHITE);
  /* One value among many is still a pixel high. */
  g_assert_cmphex (surface_rgb (canvas.surface, (int) plot_scale_to_pixel (&layout.x, 0.5),
                                (int) (layout.inner.y + layout.inner.height) - 1), !=, WHITE);
  canvas_free (&canvas);
}

static void
test_log_heights_lift_what_is_rare (void)
{
  PlotHistogram histogram = example ();
  PlotHistogramLayout layout;

  histogram.log_counts = true;

  Canvas canvas = draw (&histogram, &layout);

  g_assert_cmphex (color_at (&canvas, &layout, 0.5, log1p (1.0) * 0.9), !=, WHITE);
  g_assert_cmphex (color_at (&canvas, &layout, 3.5, log1p (50.0) * 0.97), !=, WHITE);
  canvas_free (&canvas);
}

static void
test_alpha_shades_what_it_clips (void)
{
  PlotHistogram histogram = example ();
  PlotHistogramLayout layout;

  histogram.alpha = 2.2;
  histogram.clipped = 0.331;

  Canvas canvas = draw (&histogram, &layout);

  g_assert_cmphex (color_at (&canvas, &layout, 2.6, 80.0), !=, WHITE);
  g_assert_cmphex (color_at (&canvas, &layout, 0.5, 80.0), ==, WHITE);
  g_assert_true (plot_histogram_on_alpha (&histogram, &layout,
                                          plot_scale_to_pixel (&layout.x, 2.2) + 5.0, 60.0));
  g_assert_false (plot_histogram_on_alpha (&histogram, &layout,
                                           plot_scale_to_pixel (&layout.x, 2.2) + 15.0, 60.0));
  canvas_free (&canvas);

  histogram.alpha = 99.0;
  canvas = draw (&histogram, &layout);
  canvas_free (&canvas);
  histogram.alpha = NAN;
  g_assert_false (plot_histogram_on_alpha (&histogram, &layout, 100.0, 60.0));
}

static void
test_levels_are_lines_over_the_bars (void)
{
  static const double levels[] = { 0.25, 2.5, 40.0, NAN };
  PlotHistogram histogram = example ();
  PlotHistogramLayout layout;

  histogram.levels = levels;
  histogram.n_levels = 4;

  Canvas canvas = draw (&histogram, &layout);
  const int x = (int) plot_scale_to_pixel (&layout.x, 2.5);

  g_assert_cmpint (canvas_count (&canvas, x, (int) layout.inner.y, 1,
                                 (int) layout.inner.height, WHITE), ==,
                   (int) layout.inner.height);
  canvas_free (&canvas);
}

static void
test_empty_histograms_are_drawn (void)
{
  const double broken[] = { NAN, -3.0, INFINITY };
  PlotHistogram histogram = example ();
  PlotHistogramLayout layout;

  histogram.n_bins = 0;

  Canvas canvas = draw (&histogram, &layout);

  g_assert_cmpint (plot_histogram_bin_at (&histogram, &layout, 100.0, 50.0), ==, -1);
  canvas_free (&canvas);
  histogram.counts = broken;
  histogram.n_bins = 3;
  canvas = draw (&histogram, &layout);
  g_assert_cmphex (color_at (&canvas, &layout, 1.0, 0.5), ==, WHITE);
  canvas_free (&canvas);
}

static void
test_pointer_finds_its_bin (void)
{
  const PlotHistogram histogram = example ();
  PlotHistogramLayout layout;
  Canvas canvas = draw (&histogram, &layout);

  for (int b = 0; b < 4; b++)
    g_assert_cmpint (plot_histogram_bin_at (&histogram, &layout,
                                            plot_scale_to_pixel (&layout.x, b + 0.5), 60.0),
                     ==, b);
  g_assert_cmpint (plot_histogram_bin_at (&histogram, &layout, 0.0, 60.0), ==, -1);
  canvas_free (&canvas);
}

static void
test_counting_loses_and_invents_nothing (void)
{
  const float values[] = { 0.0f, 0.1f, 0.49f, 0.5f, 1.0f, 1.5f, -0.1f, NAN, INFINITY };
  double bins[2];

  g_assert_cmpuint (plot_histogram_count (values, 9, 0.0, 1.0, bins, 2), ==, 5);
  g_assert_cmpfloat (bins[0], ==, 3.0);
  g_assert_cmpfloat (bins[1], ==, 2.0);
}

/* Beside the title where there is room, below it where it would be cut. */
static void
test_long_hint_takes_a_line (void)
{
  PlotHistogram histogram = example ();
  PlotHistogramLayout layout;

  histogram.title = "conv2 activations";
  histogram.hint = "drag";
  histogram.clipped = 0.026;

  Canvas canvas = draw (&histogram, &layout);
  const double one_line = layout.inner.y;

  canvas_free (&canvas);
  histogram.hint = "into act2, of which 90 % are zero or less, drag the level";
  canvas = draw (&histogram, &layout);
  g_assert_cmpfloat (layout.inner.y, >, one_line + 8.0);
  g_assert_cmpint (canvas_count (&canvas, 0, (int) one_line, 60, 8, WHITE), >, 20);
  canvas_free (&canvas);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histogram/bars-are-as-high-as-their-counts",
                   test_bars_are_as_high_as_their_counts);
  g_test_add_func ("/histogram/log-heights-lift-what-is-rare", test_log_heights_lift_what_is_rare);
  g_test_add_func ("/histogram/alpha-shades-what-it-clips", test_alpha_shades_what_it_clips);
  g_test_add_func ("/histogram/levels-are-lines-over-the-bars",
                   test_levels_are_lines_over_the_bars);
  g_test_add_func ("/histogram/empty-histograms-are-drawn", test_empty_histograms_are_drawn);
  g_test_add_func ("/histogram/pointer-finds-its-bin", test_pointer_finds_its_bin);
  g_test_add_func ("/histogram/counting-loses-and-invents-nothing",
                   test_counting_loses_and_invents_nothing);
  g_test_add_func ("/histogram/long-hint-takes-a-line", test_long_hint_takes_a_line);
  return g_test_run ();
}
