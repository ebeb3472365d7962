/* plot-gallery.c - every kind of drawing on one sheet, to look at
 *
 * `plot-gallery DIRECTORY` writes gallery-light.png, gallery-dark.png, the
 * same as SVG and PDF, and prints how long a chart of 10^6 points takes.
 * The numbers are made up by formulas; nothing here is a measurement.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-bars.h"
#include "plot/plot-chart.h"
#include "plot/plot-export.h"
#include "plot/plot-histogram.h"
#include "plot/plot-map.h"
#include "plot/plot-matrix.h"
#include "plot/plot-shape.h"

#include <glib.h>
#include <stdint.h>
#include <stdio.h>

#define SHEET_WIDTH 1240.0
#define SHEET_HEIGHT 1500.0
#define SIDE 28

/* A repeatable number in [0, 1). */
static double
draw_uniform (uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (double) (*state >> 8) / 16777216.0;
}

static double
draw_normal (uint32_t *state)
{
  double sum = -6.0;

  for (int i = 0; i < 12; i++)
    sum += draw_uniform (state);
  return sum;
}

/* A rounded card with the chart's part inside it. */
static PlotRect
card (cairo_t         *cr,
      const PlotStyle *style,
      double           x,
      double           y,
      double           width,
      double           height)
{
  const PlotRect rect = { x + 0.5, y + 0.5, width - 1.0, height - 1.0 };

  plot_shape_rounded (cr, rect, 12.0);
  plot_color_set (cr, style->background);
  cairo_fill_preserve (cr);
  plot_color_set (cr, style->grid);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  return (PlotRect) { x + 14.0, y + 14.0, width - 28.0, height - 28.0 };
}

static void
show_chart (cairo_t         *cr,
            const PlotStyle *style,
            const PlotChart *chart,
            PlotRect         bounds)
{
  PlotLayout layout;

  plot_chart_layout (chart, style, bounds, &layout);
  plot_chart_draw (chart, style, &layout, cr);
}

static void
show_loss (cairo_t         *cr,
           const PlotStyle *style,
           PlotRect         bounds,
           bool             log)
{
  PlotTrace *ce = plot_trace_new ();
  PlotTrace *kl = plot_trace_new ();
  const PlotMark mark = { 180.0, "bits changed 8 → 4" };
  uint32_t state = 7;

  plot_trace_set_smoothing (ce, 0.92);
  plot_trace_set_smoothing (kl, 0.92);
  for (int step = 0; step <= 400; step++) {
    const double noise = fabs (1.0 + 0.35 * draw_normal (&state));

    plot_trace_append (ce, step, 2.2 * exp (-step / 14.0)
                       + (0.12 + 0.5 * exp (-step / 60.0)) * noise);
    plot_trace_append (kl, step, step < 12 ? 0.002 * step
                                           : (0.02 + 0.1 * exp (-step / 30.0)) * noise);
  }

  const PlotSeries series[] = {
    { .name = "cross entropy", .color = plot_run_color (3, style->dark), .trace = ce },
    { .name = "KL", .color = plot_run_color (4, style->dark), .trace = kl },
  };
  PlotChart chart = {
    .title = "Loss", .legend = true, .series = series, .n_series = 2,
    .marks = &mark, .n_marks = 1, .x = { .title = "step" }, .y = { .log = log },
    PLOT_CHART_NO_POINTER,
  };

  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  if (!log)
    chart.crosshair = 262.2;
  show_chart (cr, style, &chart, bounds);
  plot_trace_free (ce);
  plot_trace_free (kl);
}

static void
show_accuracy (cairo_t         *cr,
               const PlotStyle *style,
               PlotRect         bounds)
{
  static const double steps[] = { 100.0, 200.0, 300.0, 400.0 };
  static const double validation[] = { 87.1, 92.4, 94.9, 96.2 };
  PlotTrace *train = plot_trace_new ();
  uint32_t state = 3;

  plot_trace_set_smoothing (train, 0.9);
  for (int step = 0; step <= 400; step++)
    plot_trace_append (train, step, fmin (97.0 - 57.0 * exp (-step / 20.0)
                                          + 3.0 * draw_normal (&state), 100.0));

  const PlotSeries series[] = {
    { .name = "train", .color = plot_run_color (3, style->dark), .trace = train },
    { .name = "validation", .color = plot_run_color (1, style->dark), .points = true,
      .x = steps, .y = validation, .n = 4 },
  };
  PlotChart chart = {
    .title = "Accuracy %", .legend = true, .series = series, .n_series = 2,
    .x = { .title = "step" }, PLOT_CHART_NO_POINTER,
  };

  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  show_chart (cr, style, &chart, bounds);
  plot_trace_free (train);
}

static void
show_masking (cairo_t         *cr,
              const PlotStyle *style,
              PlotRect         bounds)
{
  static const char *const names[] = { "Baseline", "SGT", "PACT 4-bit", "SGT + PACT 4-bit",
                                       "Random order" };
  static const double falls[] = { 9.0, 7.5, 28.0, 22.0, 0.0 };
  double x[10];
  double y[5][10];
  double lower[5][10];
  double upper[5][10];
  PlotSeries series[5] = { 0 };

  for (int s = 0; s < 5; s++) {
    for (int i = 0; i < 10; i++) {
      x[i] = 10.0 * i;
      y[s][i] = s < 4 ? 12.0 + 84.0 * exp (-x[i] / falls[s])
                      : 98.0 - 86.0 / (1.0 + exp ((68.0 - x[i]) / 10.0));
      lower[s][i] = y[s][i] - 1.6;
      upper[s][i] = y[s][i] + 1.6;
    }
    series[s] = (PlotSeries) {
      .name = names[s], .points = true, .x = x, .y = y[s], .n = 10,
      .lower = lower[s], .upper = upper[s],
      .line = s < 4 ? PLOT_LINE_SOLID : PLOT_LINE_DASHED,
      .color = s < 4 ? plot_run_color ((unsigned) s, style->dark)
                     : plot_random_color (style->dark),
    };
  }

  PlotChart chart = {
    .legend = true, .series = series, .n_series = 5,
    .x = { .title = "masked pixels, %", .minimum = 0.0, .maximum = 90.0 },
    .y = { .title = "accuracy, %", .minimum = 0.0, .maximum = 100.0 },
    PLOT_CHART_NO_POINTER,
  };

  chart.handle = 25.0;
  chart.handle_label = "25 %";
  chart.selection_begin = 52.0;
  chart.selection_end = 63.0;
  show_chart (cr, style, &chart, bounds);
}

static void
show_histograms (cairo_t         *cr,
                 const PlotStyle *style,
                 PlotRect         upper,
                 PlotRect         lower)
{
  double weights[61];
  double activations[60];
  double levels[15];

  for (int b = 0; b < 61; b++) {
    const double w = (b - 30) / 30.0;

    weights[b] = 9000.0 * exp (-fabs (w + 0.02) * 7.0) * (1.0 - 0.3 * exp (-w * w * 200.0));
  }
  for (int b = 0; b < 60; b++)
    activations[b] = (b == 1 || b == 7 || b == 9 ? 7000.0 : 500.0) * exp (-b / 20.0);
  for (int i = 0; i < 15; i++)
    levels[i] = -1.0 + 2.0 * (i + 0.5) / 15.0;

  PlotHistogram histogram = {
    .title = "fc1 weights on the 4-bit grid", .color = plot_run_color (1, style->dark),
    .counts = weights, .n_bins = 61, .minimum = -1.0, .maximum = 1.0,
    .levels = levels, .n_levels = 15, .alpha = NAN, .clipped = NAN,
  };
  PlotHistogramLayout layout;

  plot_histogram_layout (&histogram, style, upper, &layout);
  plot_histogram_draw (&histogram, style, &layout, cr);

  histogram = (PlotHistogram) {
    .title = "conv1 activations", .hint = "drag α", .color = plot_run_color (3, style->dark),
    .counts = activations, .n_bins = 60, .minimum = 0.0, .maximum = 3.0,
    .alpha = 2.66, .clipped = 0.026,
  };
  plot_histogram_layout (&histogram, style, lower, &layout);
  plot_histogram_draw (&histogram, style, &layout, cr);
}

/* A ring and a bar, and the gradient of a blurred copy of them. */
static void
make_digit (uint8_t *pixels,
            float   *map)
{
  uint32_t state = 11;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      const double ring = fabs (hypot (x - 13.0, y - 9.5) - 5.5) - 1.2;
      const double stem = fmax (fabs (x - 18.5 + (y - 9.0) * 0.2) - 1.2, fabs (y - 16.0) - 8.0);
      const double distance = fmin (ring, stem);

      pixels[y * SIDE + x] = (uint8_t) (255.0 * fmin (fmax (0.5 - distance, 0.0), 1.0));
      map[y * SIDE + x] = (float) (0.16 * exp (-distance * distance / 6.0)
                                   * sin (distance * 1.3 + 1.6)
                                   * (0.6 + 0.4 * draw_normal (&state)));
    }
}

static void
show_maps (cairo_t         *cr,
           const PlotStyle *style,
           double           x,
           double           y)
{
  static const PlotBar bars[] = {
    { "4", 0.981, false }, { "9", 0.011, false }, { "ankle boot", 0.003, true },
  };
  uint8_t pixels[SIDE * SIDE];
  float map[SIDE * SIDE];
  float magnitude[SIDE * SIDE];
  float zero[SIDE * SIDE] = { 0.0f };
  PlotMapStats stats;
  char words[64];

  make_digit (pixels, map);
  plot_map_reduce (map, 1, SIDE, SIDE, PLOT_REDUCE_MAGNITUDE, magnitude);
  plot_map_stats (map, SIDE * SIDE, &stats);

  cairo_surface_t *surfaces[] = {
    plot_map_image_surface (pixels, 1, SIDE, SIDE),
    plot_map_heat_surface (map, SIDE, SIDE, PLOT_COLORMAP_DIVERGING, stats.robust),
    plot_map_heat_surface (magnitude, SIDE, SIDE, PLOT_COLORMAP_SEQUENTIAL, stats.robust),
    plot_map_overlay_surface (pixels, 1, map, SIDE, SIDE, PLOT_COLORMAP_DIVERGING, stats.robust),
    plot_map_heat_surface (zero, SIDE, SIDE, PLOT_COLORMAP_DIVERGING, 0.0),
  };

  for (int i = 0; i < 5; i++) {
    const PlotRect inner = card (cr, style, x + i * 218.0, y, 208.0, 280.0);
    const PlotMapView view = { 0.0, 0.0, SIDE, SIDE };
    const PlotRect target
      = plot_map_fit ((PlotRect) { inner.x, inner.y, inner.width, inner.width }, view);

    plot_map_draw (cr, surfaces[i], target, view, 6.0);
    plot_map_draw_crosshair (cr, target, view, 12, 9);
    plot_bars_draw (cr, style, (PlotRect) { inner.x, inner.y + inner.width + 10.0,
                                            inner.width, 60.0 }, bars, 3);
    if (i == 4) {
      plot_map_stats (zero, SIDE * SIDE, &stats);
      plot_map_draw_notice (cr, style, target,
                            plot_map_notice (&stats, SIDE * SIDE, words, sizeof words));
    }
    cairo_surface_destroy (surfaces[i]);
  }
  plot_map_draw_colorbar (cr, style, (PlotRect) { x + 1100.0, y + 10.0, 60.0, 200.0 },
                          PLOT_COLORMAP_DIVERGING, 0.1612);
  plot_map_draw_colorbar (cr, style, (PlotRect) { x + 1160.0, y + 10.0, 60.0, 200.0 },
                          PLOT_COLORMAP_SEQUENTIAL, 0.1612);
}

static void
show_matrix (cairo_t         *cr,
             const PlotStyle *style,
             PlotRect         bounds)
{
  static const char *const names[] = { "0", "1", "2", "3", "4", "5", "six", "7", "eight", "9" };
  double counts[100];
  uint32_t state = 21;

  for (int i = 0; i < 100; i++)
    counts[i] = i % 11 == 0 ? floor (900.0 + 100.0 * draw_uniform (&state))
                            : floor (pow (draw_uniform (&state), 8.0) * 120.0);

  const PlotMatrix matrix = { .counts = counts, .names = names, .n = 10, .row = 4, .column = 9 };

  plot_matrix_draw (&matrix, style, plot_matrix_layout (&matrix, style, bounds), cr);
}

static void
draw_sheet (cairo_t *cr,
            double   width,
            double   height,
            void    *data)
{
  const PlotStyle *style = data;

  show_loss (cr, style, card (cr, style, 10.0, 10.0, 800.0, 290.0), false);
  show_accuracy (cr, style, card (cr, style, 820.0, 10.0, 410.0, 220.0));
  show_loss (cr, style, card (cr, style, 820.0, 240.0, 410.0, 220.0), true);
  show_masking (cr, style, card (cr, style, 10.0, 310.0, 800.0, 480.0));
  const PlotRect upper = card (cr, style, 820.0, 470.0, 410.0, 320.0);

  show_histograms (cr, style, (PlotRect) { upper.x, upper.y, upper.width, 140.0 },
                   (PlotRect) { upper.x, upper.y + 150.0, upper.width, upper.height - 150.0 });
  show_maps (cr, style, 10.0, 800.0);
  show_matrix (cr, style, card (cr, style, 10.0, 1090.0, 480.0, 400.0));
}

/* --- speed ---------------------------------------------------------------- */

static void
time_chart (const char *name,
            double      noise,
            double      weight)
{
  const PlotStyle style = plot_style_default (false);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1000, 500);
  cairo_t *cr = cairo_create (surface);
  PlotTrace *trace = plot_trace_new ();
  uint32_t state = 1;
  double best = INFINITY;

  plot_trace_set_smoothing (trace, weight);
  for (int i = 0; i < 1000000; i++)
    plot_trace_append (trace, i, exp (-i / 2e5) + noise * draw_uniform (&state));

  const PlotSeries series = { .name = "loss", .color = plot_run_color (1, false), .trace = trace };
  PlotChart chart = { .title = "Loss", .legend = true, .series = &series, .n_series = 1,
                      PLOT_CHART_NO_POINTER };

  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  for (int i = 0; i < 10; i++) {
    const gint64 start = g_get_monotonic_time ();

    show_chart (cr, &style, &chart, (PlotRect) { 0.0, 0.0, 1000.0, 500.0 });
    best = fmin (best, (double) (g_get_monotonic_time () - start) / 1000.0);
  }
  printf ("10^6 points, %s: %.2f ms\n", name, best);
  plot_trace_free (trace);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int    argc,
      char **argv)
{
  static const char *const extensions[] = { "png", "svg", "pdf" };
  const char *directory = argc > 1 ? argv[1] : ".";

  for (int dark = 0; dark < 2; dark++) {
    PlotStyle style = plot_style_default (dark != 0);
    const PlotColor window = plot_color_from_rgb (dark ? 0x1e1e20 : 0xfafafb);

    for (int e = 0; e < 3; e++) {
      char *path = g_strdup_printf ("%s/gallery-%s.%s", directory, dark ? "dark" : "light",
                                    extensions[e]);
      GError *error = NULL;

      if (!plot_export (path, SHEET_WIDTH, SHEET_HEIGHT, 1.0, &window, "Gallery",
                        "{\"kind\": \"gallery\"}", draw_sheet, &style, &error)) {
        fprintf (stderr, "%s\n", error->message);
        return 1;
      }
      g_free (path);
    }
  }
  time_chart ("noisy with smoothed curve", 0.5, 0.99);
  time_chart ("noisy", 0.5, 0.0);
  time_chart ("smooth", 0.0, 0.0);
  return 0;
}
