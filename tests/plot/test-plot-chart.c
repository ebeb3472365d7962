/* test-plot-chart.c - line charts: what is drawn, fitted and hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-chart.h"

#include "canvas.h"
#include "plot/plot-readout.h"

#define WIDTH 640
#define HEIGHT 320
#define WHITE 0xffffffu

static const PlotRect bounds = { 0.0, 0.0, WIDTH, HEIGHT };

/* --- helpers ------------------------------------------------------------- */

/* Draws `chart` as it is on white; the layout comes back in `layout`. */
static Canvas
draw (const PlotChart *chart,
      PlotLayout      *layout)
{
  const PlotStyle style = plot_style_default (false);
  Canvas canvas = canvas_new (WIDTH, HEIGHT, WHITE);

  plot_chart_layout (chart, &style, bounds, layout);
  plot_chart_draw (chart, &style, layout, canvas.cr);
  return canvas;
}

/* Whether a pixel near (x, y) is of a pure red curve: red and hardly green. */
static bool
is_red_near (const Canvas *canvas,
             double        x,
             double        y)
{
  for (int j = (int) y - 1; j <= (int) y + 1; j++)
    for (int i = (int) x - 1; i <= (int) x + 1; i++) {
      if (i < 0 || j < 0 || i >= WIDTH || j >= HEIGHT)
        continue;

      const uint32_t rgb = surface_rgb (canvas->surface, i, j);

      if ((rgb >> 16 & 0xff) > 200 && (rgb >> 8 & 0xff) < 120 && (rgb & 0xff) < 120)
        return true;
    }
  return false;
}

static bool
is_red_at (const Canvas     *canvas,
           const PlotLayout *layout,
           double            x,
           double            y)
{
  return is_red_near (canvas, plot_scale_to_pixel (&layout->x, x),
                      plot_scale_to_pixel (&layout->y, y));
}

static PlotSeries
red_series (const double *x,
            const double *y,
            size_t        n)
{
  return (PlotSeries) { .name = "red", .color = plot_color_from_rgb (0xff0000),
                        .x = x, .y = y, .n = n };
}

static PlotChart
chart_of (const PlotSeries *series,
          size_t            n)
{
  PlotChart chart = { .series = series, .n_series = n, PLOT_CHART_NO_POINTER };

  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  return chart;
}

/* --- drawing ------------------------------------------------------------- */

static void
test_line_passes_through_its_points (void)
{
  const double x[] = { 0.0, 10.0, 20.0 };
  const double y[] = { 0.0, 4.0, 1.0 };
  const PlotSeries series = red_series (x, y, 3);
  const PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  Canvas canvas = draw (&chart, &layout);

  for (double at = 0.0; at <= 20.0; at += 0.5)
    g_assert_true (is_red_at (&canvas, &layout, at, plot_series_value_at (&series, at)));
  g_assert_false (is_red_at (&canvas, &layout, 10.0, 2.0));
  canvas_free (&canvas);
}

/* How much of a horizontal line is drawn, 0 .. 1. */
static double
drawn_share (PlotLine line)
{
  const double x[] = { 0.0, 100.0 };
  const double y[] = { 1.0, 1.0 };
  PlotSeries series = red_series (x, y, 2);
  int drawn = 0;

  series.line = line;

  const PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  Canvas canvas = draw (&chart, &layout);

  const int left = (int) layout.inner.x + 2;
  const int width = (int) layout.inner.width - 4;
  const int row = (int) plot_scale_to_pixel (&layout.y, 1.0);

  for (int i = 0; i < width; i++)
    drawn += (surface_rgb (canvas.surface, left + i, row) & 0xff) < 0x80;
  canvas_free (&canvas);
  return (double) drawn / width;
}

static void
test_kinds_of_lines_differ (void)
{
  g_assert_cmpfloat (drawn_share (PLOT_LINE_SOLID), >, 0.99);
  g_assert_cmpfloat (drawn_share (PLOT_LINE_LONG_DASHED), <, 0.95);
  g_assert_cmpfloat (drawn_share (PLOT_LINE_LONG_DASHED), >, drawn_share (PLOT_LINE_DASHED) + 0.05);
  g_assert_cmpfloat (drawn_share (PLOT_LINE_DASHED), >, drawn_share (PLOT_LINE_DOTTED) + 0.05);
  g_assert_cmpfloat (drawn_share (PLOT_LINE_DASH_DOTTED), >, drawn_share (PLOT_LINE_DOTTED) + 0.05);
  g_assert_cmpfloat (drawn_share (PLOT_LINE_NONE), ==, 0);
}

static void
test_gaps_are_not_bridged (void)
{
  const double y[] = { 1.0, 1.0, NAN, NAN, 1.0, INFINITY, 1.0, 2.0 };
  const PlotSeries series = red_series (NULL, y, 8);
  const PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  Canvas canvas = draw (&chart, &layout);

  g_assert_true (is_red_at (&canvas, &layout, 0.5, 1.0));
  g_assert_false (is_red_at (&canvas, &layout, 2.5, 1.0));
  /* A point alone between gaps is a dot. */
  g_assert_true (is_red_at (&canvas, &layout, 4.0, 1.0));
  g_assert_false (is_red_at (&canvas, &layout, 5.0, 1.0));
  g_assert_true (is_red_at (&canvas, &layout, 6.5, 1.5));
  canvas_free (&canvas);
}

static void
test_one_spike_in_a_million_is_seen (void)
{
  static const double smoothings[] = { 0.0, 0.9 };

  for (int noisy = 0; noisy < 2; noisy++)
    for (int s = 0; s < 2; s++) {
      PlotTrace *trace = plot_trace_new ();
      GRand *random = g_rand_new_with_seed (2);

      plot_trace_set_smoothing (trace, smoothings[s]);
      for (int i = 0; i < 1000000; i++)
        plot_trace_append (trace, i, i == 700000 ? 10.0 : noisy ? g_rand_double (random) * 3.0
                                                                : 1.0);

      PlotSeries series = red_series (NULL, NULL, 0);

      series.trace = trace;

      PlotChart chart = chart_of (&series, 1);
      PlotLayout layout;

      g_assert_cmpfloat (chart.y.maximum, ==, 10.0);

      Canvas canvas = draw (&chart, &layout);
      const int x = (int) plot_scale_to_pixel (&layout.x, 700000.0);
      const int top = (int) plot_scale_to_pixel (&layout.y, 9.0);
      const int middle = (int) plot_scale_to_pixel (&layout.y, 5.0);
      int colored = 0;

      /* Above all noise there are gridlines (grey) and the spike. */
      for (int j = top; j < middle; j++)
        for (int i = x - 2; i <= x + 2; i++) {
          const uint32_t rgb = surface_rgb (canvas.surface, i, j);

          if ((rgb >> 16 & 0xff) > (rgb & 0xff) + 40) {
            colored++;
            break;
          }
        }
      g_assert_cmpint (colored, ==, middle - top);
      canvas_free (&canvas);
      g_rand_free (random);
      plot_trace_free (trace);
    }
}

static void
test_raw_trace_stays_visible_behind_the_smoothed_curve (void)
{
  PlotTrace *trace = plot_trace_new ();
  PlotSeries series = red_series (NULL, NULL, 0);

  for (int i = 0; i < 100; i++)
    plot_trace_append (trace, i, i % 2 == 0 ? 0.0 : 10.0);
  plot_trace_set_smoothing (trace, 1.0);
  series.trace = trace;

  const PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  Canvas canvas = draw (&chart, &layout);
  const uint32_t pale = surface_rgb (canvas.surface,
                                     (int) plot_scale_to_pixel (&layout.x, 51.0),
                                     (int) plot_scale_to_pixel (&layout.y, 9.0));

  g_assert_true (is_red_at (&canvas, &layout, 70.0, 5.0));
  g_assert_cmpuint (pale >> 16, >, 240);
  g_assert_cmpuint (pale & 0xff, <, 250);
  g_assert_cmpuint (pale & 0xff, >, 120);
  canvas_free (&canvas);
  plot_trace_free (trace);
}

static void
test_log_axis_leaves_out_what_is_not_positive (void)
{
  const double y[] = { 0.01, 0.1, 0.0, -5.0, 10.0, 1.0, NAN, 1.0 };
  const PlotSeries series = red_series (NULL, y, 8);
  PlotChart chart = { .series = &series, .n_series = 1, .y = { .log = true },
                      PLOT_CHART_NO_POINTER };
  PlotLayout layout;

  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  g_assert_cmpfloat_with_epsilon (chart.y.minimum, 0.01, 1e-12);
  g_assert_cmpfloat_with_epsilon (chart.y.maximum, 10.0, 1e-9);

  Canvas canvas = draw (&chart, &layout);

  g_assert_true (is_red_at (&canvas, &layout, 0.5, sqrt (0.01 * 0.1)));
  g_assert_false (is_red_at (&canvas, &layout, 3.0, 0.5));
  g_assert_true (is_red_at (&canvas, &layout, 4.5, sqrt (10.0)));
  canvas_free (&canvas);
}

static void
test_interval_is_shaded_between_its_ends (void)
{
  const double x[] = { 0.0, 10.0 };
  const double y[] = { 5.0, 5.0 };
  const double lower[] = { 2.0, 2.0 };
  const double upper[] = { 8.0, 8.0 };
  PlotSeries series = red_series (x, y, 2);

  series.lower = lower;
  series.upper = upper;

  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;

  g_assert_cmpfloat (chart.y.minimum, ==, 2.0);
  g_assert_cmpfloat (chart.y.maximum, ==, 8.0);
  chart.y.minimum = 0.0;
  chart.y.maximum = 10.0;

  Canvas canvas = draw (&chart, &layout);
  const int middle = (int) plot_scale_to_pixel (&layout.x, 5.0);

  g_assert_cmphex (surface_rgb (canvas.surface, middle,
                                (int) plot_scale_to_pixel (&layout.y, 7.0)), !=, WHITE);
  g_assert_cmphex (surface_rgb (canvas.surface, middle,
                                (int) plot_scale_to_pixel (&layout.y, 9.0)), ==, WHITE);
  g_assert_cmphex (surface_rgb (canvas.surface, middle,
                                (int) plot_scale_to_pixel (&layout.y, 1.0)), ==, WHITE);
  canvas_free (&canvas);
}

static void
test_nothing_is_drawn_far_outside_the_axes (void)
{
  const double x[] = { 0.0, 1.0, 2.0, 3.0 };
  const double y[] = { -1e300, 1e300, -50.0, 50.0 };
  const PlotSeries series = red_series (x, y, 4);
  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;

  chart.x.minimum = 0.5;
  chart.x.maximum = 2.5;
  chart.y.minimum = 0.0;
  chart.y.maximum = 1.0;

  Canvas canvas = draw (&chart, &layout);

  for (int i = 0; i < WIDTH; i++)
    for (int j = 0; j < HEIGHT; j++)
      if (i < layout.inner.x - 2.0 || i > layout.inner.x + layout.inner.width + 2.0
          || j < layout.inner.y - 2.0 || j > layout.inner.y + layout.inner.height + 2.0) {
        const uint32_t rgb = surface_rgb (canvas.surface, i, j);

        g_assert_cmpuint (rgb >> 16, <=, (rgb & 0xff) + 40);
      }
  canvas_free (&canvas);
}

static void
test_empty_charts_say_so (void)
{
  const double hole[] = { NAN, NAN };
  const PlotSeries none[] = { red_series (NULL, NULL, 0), red_series (NULL, hole, 2) };

  for (size_t n = 0; n <= 2; n++) {
    PlotChart chart = chart_of (none, n);
    PlotLayout layout;

    g_assert_cmpfloat (chart.x.minimum, <, chart.x.maximum);
    g_assert_cmpfloat (chart.y.minimum, ==, 0.0);
    g_assert_cmpfloat (chart.y.maximum, ==, 1.0);

    Canvas silent = draw (&chart, &layout);

    chart.empty_text = "No points yet";

    Canvas canvas = draw (&chart, &layout);
    const int x = (int) (layout.inner.x + layout.inner.width / 2.0) - 40;
    const int y = (int) (layout.inner.y + layout.inner.height / 2.0) - 8;

    g_assert_cmpint (canvas_count (&canvas, x, y, 80, 16, WHITE), >,
                     canvas_count (&silent, x, y, 80, 16, WHITE) + 50);
    canvas_free (&canvas);
    canvas_free (&silent);
  }
}

/* Beside the axis, where a text of one line would run over its labels. */
static void
test_long_empty_text_stays_in_the_plot (void)
{
  const PlotSeries none = red_series (NULL, NULL, 0);
  PlotChart chart = chart_of (&none, 1);
  PlotLayout layout;
  Canvas silent = draw (&chart, &layout);

  chart.empty_text = "Words that are many times as wide as this plot is, so that they need several "
                     "lines, which stand in the middle of it, one below the other, and end where "
                     "the plot ends";

  Canvas canvas = draw (&chart, &layout);
  const int left = (int) layout.inner.x - 1;

  g_assert_cmpint (canvas_count (&canvas, 0, 0, left, HEIGHT, WHITE), ==,
                   canvas_count (&silent, 0, 0, left, HEIGHT, WHITE));
  g_assert_cmpint (canvas_count (&canvas, left, 0, WIDTH - left, HEIGHT, WHITE), >,
                   canvas_count (&silent, left, 0, WIDTH - left, HEIGHT, WHITE) + 50);
  canvas_free (&canvas);
  canvas_free (&silent);
}

/* A title is never cut: the plot begins below its last line. */
static void
test_long_title_takes_lines (void)
{
  const double y[] = { 0.0, 1.0 };
  const PlotStyle style = plot_style_default (false);
  PlotSeries series = red_series (NULL, y, 2);
  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;

  series.name = "name";
  chart.legend = true;
  chart.title = "Gradient";
  plot_chart_layout (&chart, &style, bounds, &layout);

  const double one_row = layout.header.height;

  chart.title = "Gradient, with the background as fill, at the bits it was trained at, the most "
                "salient pixels first";
  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_cmpfloat (layout.header.height, >, 2.5 * one_row);
  g_assert_cmpint (plot_chart_legend_at (&chart, &style, &layout, 10.0,
                                         layout.header.height - 8.0), ==, 0);

  Canvas canvas = draw (&chart, &layout);

  g_assert_cmpint (canvas_count (&canvas, 0, (int) one_row + 2, WIDTH, (int) one_row - 2, WHITE),
                   >, 50);
  canvas_free (&canvas);
}

/* Axes from 0 to 1 would look as if something were measured. */
static void
test_nothing_to_show_has_no_axes (void)
{
  PlotChart chart = chart_of (NULL, 0);
  PlotLayout layout;
  Canvas canvas = draw (&chart, &layout);
  const int left = (int) layout.inner.x - 1;

  g_assert_cmpint (canvas_count (&canvas, 0, 0, left, HEIGHT, WHITE), >, 0);
  canvas_free (&canvas);
  chart.empty_text = "Nothing yet";
  canvas = draw (&chart, &layout);
  g_assert_cmpint (canvas_count (&canvas, 0, 0, left, HEIGHT, WHITE), ==, 0);

  /* Words where the plot would be stand in the middle of the chart. */
  int first = WIDTH;
  int last = 0;

  for (int x = 0; x < WIDTH; x++)
    if (canvas_count (&canvas, x, 0, 1, HEIGHT, WHITE) > 0) {
      first = MIN (first, x);
      last = x;
    }
  g_assert_cmpint (ABS (first - (WIDTH - 1 - last)), <=, 2);
  canvas_free (&canvas);
}

static void
test_single_points_and_constants_have_room (void)
{
  const double x[] = { 7.0, 8.0, 9.0 };
  const double y[] = { 0.3, 0.3, 0.3 };

  for (size_t n = 1; n <= 3; n += 2) {
    const PlotSeries series = red_series (x, y, n);
    const PlotChart chart = chart_of (&series, 1);
    PlotLayout layout;
    Canvas canvas = draw (&chart, &layout);

    g_assert_cmpfloat (chart.y.minimum, <, 0.3);
    g_assert_cmpfloat (chart.y.maximum, >, 0.3);
    g_assert_true (is_red_at (&canvas, &layout, 7.0, 0.3));
    canvas_free (&canvas);
  }
}

static void
test_no_size_is_too_small (void)
{
  const double y[] = { 1.0, 2.0 };
  const PlotSeries series = red_series (NULL, y, 2);
  PlotChart chart = chart_of (&series, 1);
  const PlotStyle style = plot_style_default (true);

  chart.title = "Title";
  chart.legend = true;
  chart.x.title = "x";
  chart.y.title = "y";
  chart.crosshair = 0.5;
  chart.handle = 0.5;
  chart.handle_label = "handle";
  for (double size = 0.0; size < 200.0; size += 23.0) {
    Canvas canvas = canvas_new (200, 200, WHITE);
    PlotLayout layout;

    plot_chart_layout (&chart, &style, (PlotRect) { 0.0, 0.0, size, size / 2.0 }, &layout);
    g_assert_cmpfloat (layout.inner.width, >=, 1.0);
    g_assert_cmpfloat (layout.inner.height, >=, 1.0);
    plot_chart_draw (&chart, &style, &layout, canvas.cr);
    canvas_free (&canvas);
  }
}

static void
test_hostile_names_are_drawn (void)
{
  const double y[] = { 1.0, 2.0 };
  PlotSeries series = red_series (NULL, y, 2);
  PlotLayout layout;

  series.name = "\xff\xfe <b>&amp;\n\t%s%n";

  PlotChart chart = chart_of (&series, 1);

  chart.title = "\xc3";
  chart.legend = true;
  chart.crosshair = 0.0;

  Canvas canvas = draw (&chart, &layout);

  canvas_free (&canvas);
}

/* --- pointer ------------------------------------------------------------- */

static void
test_nearest_point_is_found_by_eye (void)
{
  const double x[] = { 0.0, 1.0, 2.0, 3.0 };
  const double low[] = { 1.0, 1.0, 1.0, 1.0 };
  const double high[] = { 9.0, NAN, 9.0, 9.0 };
  PlotSeries series[] = { red_series (x, low, 4), red_series (x, high, 4) };
  const PlotStyle style = plot_style_default (false);
  const PlotChart chart = chart_of (series, 2);
  PlotLayout layout;
  PlotHit hit;

  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_true (plot_chart_nearest (&chart, &layout,
                                     plot_scale_to_pixel (&layout.x, 2.1),
                                     plot_scale_to_pixel (&layout.y, 8.0), &hit));
  g_assert_cmpuint (hit.series, ==, 1);
  g_assert_cmpuint (hit.index, ==, 2);
  g_assert_cmpfloat (hit.y, ==, 9.0);
  series[1].hidden = true;
  g_assert_true (plot_chart_nearest (&chart, &layout,
                                     plot_scale_to_pixel (&layout.x, 2.1),
                                     plot_scale_to_pixel (&layout.y, 8.0), &hit));
  g_assert_cmpuint (hit.series, ==, 0);
  series[0].hidden = true;
  g_assert_false (plot_chart_nearest (&chart, &layout, 100.0, 100.0, &hit));
}

static void
test_nearest_point_among_a_million_is_exact (void)
{
  PlotTrace *trace = plot_trace_new ();

  for (int i = 0; i < 1000000; i++)
    plot_trace_append (trace, i, 1.0);

  const PlotSeries series = { .trace = trace };
  const PlotStyle style = plot_style_default (false);
  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  PlotHit hit;

  chart.x.minimum = 500000.0;
  chart.x.maximum = 500010.0;
  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_true (plot_chart_nearest (&chart, &layout,
                                     plot_scale_to_pixel (&layout.x, 500003.2), 100.0, &hit));
  g_assert_cmpuint (hit.index, ==, 500003);
  plot_trace_free (trace);
}

static void
test_crosshair_moves_to_a_measured_point (void)
{
  const double x[] = { 0.0, 100.0, 200.0 };
  const double y[] = { 1.0, 2.0, NAN };
  const PlotSeries series = red_series (x, y, 3);
  PlotChart chart = chart_of (&series, 1);

  chart.crosshair = 90.0;
  g_assert_cmpfloat (plot_readout_snap (&chart), ==, 100.0);
  chart.crosshair = 190.0;
  g_assert_cmpfloat (plot_readout_snap (&chart), ==, 100.0);
  chart.n_series = 0;
  g_assert_cmpfloat (plot_readout_snap (&chart), ==, 190.0);
}

static void
test_value_between_points_is_the_lines (void)
{
  const double x[] = { 0.0, 10.0, 20.0 };
  const double y[] = { 1.0, 2.0, NAN };
  const PlotSeries series = red_series (x, y, 3);

  g_assert_cmpfloat_with_epsilon (plot_series_value_at (&series, 2.5), 1.25, 1e-12);
  g_assert_cmpfloat (plot_series_value_at (&series, 10.0), ==, 2.0);
  g_assert_true (isnan (plot_series_value_at (&series, 15.0)));
  g_assert_true (isnan (plot_series_value_at (&series, -1.0)));
  g_assert_true (isnan (plot_series_value_at (&series, 21.0)));
  g_assert_true (isnan (plot_series_value_at (&series, NAN)));
}

static void
test_handle_is_grabbed_where_it_is_drawn (void)
{
  const double y[] = { 0.0, 1.0 };
  const PlotSeries series = red_series (NULL, y, 2);
  const PlotStyle style = plot_style_default (false);
  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;

  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_false (plot_chart_on_handle (&chart, &layout, 300.0, 100.0));
  chart.handle = 0.25;

  const double x = plot_scale_to_pixel (&layout.x, 0.25);
  const double bottom = layout.inner.y + layout.inner.height;

  g_assert_true (plot_chart_on_handle (&chart, &layout, x + 6.0, bottom + 5.0));
  g_assert_true (plot_chart_on_handle (&chart, &layout, x - 3.0, layout.inner.y + 20.0));
  g_assert_false (plot_chart_on_handle (&chart, &layout, x + 20.0, bottom));

  Canvas canvas = draw (&chart, &layout);

  g_assert_cmphex (surface_rgb (canvas.surface, (int) x, (int) bottom), ==, 0x3584e4);
  canvas_free (&canvas);
}

static void
test_legend_entries_are_hit_where_they_are_drawn (void)
{
  const double y[] = { 0.0, 1.0 };
  PlotSeries series[12];
  const PlotStyle style = plot_style_default (false);
  PlotLayout layout;
  bool seen[12] = { false };

  for (int i = 0; i < 12; i++) {
    series[i] = red_series (NULL, y, 2);
    series[i].name = "a rather long name";
  }

  PlotChart chart = chart_of (series, 12);

  chart.title = "Loss";
  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_cmpint (plot_chart_legend_at (&chart, &style, &layout, 60.0, 8.0), ==, -1);

  const double one_row = layout.header.height;

  chart.legend = true;
  plot_chart_layout (&chart, &style, bounds, &layout);
  g_assert_cmpfloat (layout.header.height, >, one_row);
  g_assert_cmpint (plot_chart_legend_at (&chart, &style, &layout, 5.0, 8.0), ==, -1);
  for (double py = 2.0; py < layout.header.height; py += 4.0)
    for (double px = 0.0; px < WIDTH; px += 4.0) {
      const int entry = plot_chart_legend_at (&chart, &style, &layout, px, py);

      if (entry >= 0)
        seen[entry] = true;
    }
  for (int i = 0; i < 12; i++)
    g_assert_true (seen[i]);
  g_assert_cmpfloat (layout.inner.y, >=, layout.header.height);
}

static void
test_marks_and_readout_are_drawn (void)
{
  const double y[] = { 0.0, 1.0, 2.0, 3.0, 4.0 };
  const PlotSeries series = red_series (NULL, y, 5);
  const PlotMark marks[] = { { 1.0, "bits changed 8 → 4" }, { 99.0, "outside" } };
  PlotChart chart = chart_of (&series, 1);
  PlotLayout layout;
  Canvas plain = draw (&chart, &layout);

  chart.marks = marks;
  chart.n_marks = 2;
  chart.crosshair = 2.9;

  Canvas canvas = draw (&chart, &layout);
  const int mark = (int) plot_scale_to_pixel (&layout.x, 1.0);
  const int cross = (int) plot_scale_to_pixel (&layout.x, 3.0);
  const int top = (int) layout.inner.y;
  const int height = (int) layout.inner.height;

  g_assert_cmpint (canvas_count (&canvas, mark, top, 1, height, WHITE), >,
                   canvas_count (&plain, mark, top, 1, height, WHITE) + height / 3);
  g_assert_cmpint (canvas_count (&canvas, cross, top, 1, height, WHITE), >,
                   canvas_count (&plain, cross, top, 1, height, WHITE) + height / 4);
  canvas_free (&canvas);
  canvas_free (&plain);
}

/* Steps, shown as epochs of four. */
static void
test_x_is_counted_in_other_units (void)
{
  PlotTrace *trace = plot_trace_new ();
  const PlotSeries series = { .name = "a", .trace = trace, .x_scale = 0.25 };
  PlotChart chart = { .series = &series, .n_series = 1, PLOT_CHART_NO_POINTER };
  double minimum = 0.0;
  double maximum = 0.0;
  size_t index = 0;

  for (int step = 1; step <= 8; step++)
    plot_trace_append (trace, step, step == 6 ? 100.0 : step);
  g_assert_true (plot_series_x_range (&series, &minimum, &maximum));
  g_assert_cmpfloat (minimum, ==, 0.25);
  g_assert_cmpfloat (maximum, ==, 2.0);
  g_assert_true (plot_series_nearest (&series, 1.26, &index));
  g_assert_cmpuint (index, ==, 4);
  g_assert_cmpfloat (plot_series_value_at (&series, 0.5), ==, 2.0);
  g_assert_cmpfloat (plot_series_value_at (&series, 0.625), ==, 2.5);

  /* The spike of step 6 is at 1.5. */
  g_assert_true (plot_series_y_range (&series, 1.4, 1.6, false, &minimum, &maximum));
  g_assert_cmpfloat (maximum, ==, 100.0);
  g_assert_true (plot_series_y_range (&series, 1.6, 2.0, false, &minimum, &maximum));
  g_assert_cmpfloat (maximum, ==, 8.0);
  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  g_assert_cmpfloat (chart.x.maximum, ==, 2.0);
  plot_trace_free (trace);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/line-passes-through-its-points", test_line_passes_through_its_points);
  g_test_add_func ("/chart/kinds of lines can be told apart", test_kinds_of_lines_differ);
  g_test_add_func ("/chart/gaps-are-not-bridged", test_gaps_are_not_bridged);
  g_test_add_func ("/chart/one-spike-in-a-million-is-seen", test_one_spike_in_a_million_is_seen);
  g_test_add_func ("/chart/raw-trace-stays-visible-behind-the-smoothed-curve",
                   test_raw_trace_stays_visible_behind_the_smoothed_curve);
  g_test_add_func ("/chart/log-axis-leaves-out-what-is-not-positive",
                   test_log_axis_leaves_out_what_is_not_positive);
  g_test_add_func ("/chart/interval-is-shaded-between-its-ends",
                   test_interval_is_shaded_between_its_ends);
  g_test_add_func ("/chart/nothing-is-drawn-far-outside-the-axes",
                   test_nothing_is_drawn_far_outside_the_axes);
  g_test_add_func ("/chart/empty-charts-say-so", test_empty_charts_say_so);
  g_test_add_func ("/chart/nothing to show has no axes", test_nothing_to_show_has_no_axes);
  g_test_add_func ("/chart/long empty text stays in the plot",
                   test_long_empty_text_stays_in_the_plot);
  g_test_add_func ("/chart/long-title-takes-lines", test_long_title_takes_lines);
  g_test_add_func ("/chart/single-points-and-constants-have-room",
                   test_single_points_and_constants_have_room);
  g_test_add_func ("/chart/no-size-is-too-small", test_no_size_is_too_small);
  g_test_add_func ("/chart/hostile-names-are-drawn", test_hostile_names_are_drawn);
  g_test_add_func ("/chart/marks-and-readout-are-drawn", test_marks_and_readout_are_drawn);
  g_test_add_func ("/pointer/nearest-point-is-found-by-eye", test_nearest_point_is_found_by_eye);
  g_test_add_func ("/pointer/nearest-point-among-a-million-is-exact",
                   test_nearest_point_among_a_million_is_exact);
  g_test_add_func ("/pointer/crosshair-moves-to-a-measured-point",
                   test_crosshair_moves_to_a_measured_point);
  g_test_add_func ("/pointer/value-between-points-is-the-lines",
                   test_value_between_points_is_the_lines);
  g_test_add_func ("/pointer/handle-is-grabbed-where-it-is-drawn",
                   test_handle_is_grabbed_where_it_is_drawn);
  g_test_add_func ("/pointer/legend-entries-are-hit-where-they-are-drawn",
                   test_legend_entries_are_hit_where_they_are_drawn);
  g_test_add_func ("/chart/counts x in other units", test_x_is_counted_in_other_units);
  return g_test_run ();
}
