/* plot-chart.c - line charts: ranges, layout and the pointer
 *
 * Nothing here draws (see plot-chart-draw.c): a widget asks these functions
 * on every motion of the pointer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-chart.h"

#include "plot-axis.h"
#include "plot-legend.h"
#include "plot-pyramid.h"
#include "plot-shape.h"

#include <glib.h>

/* Gridlines that a fitted y range begins and ends with. */
#define FIT_TARGET 5

/* How far from the pointer, in pixels, points are compared with it. */
#define SEARCH_REACH 40.0
#define SEARCH_POINTS 2000

/* --- range --------------------------------------------------------------- */

static void
fit_x (PlotChart *chart)
{
  PlotExtremes extremes = plot_extremes_empty ();

  for (size_t i = 0; i < chart->n_series; i++) {
    double low;
    double high;

    if (chart->series[i].hidden || !plot_series_x_range (&chart->series[i], &low, &high))
      continue;
    plot_extremes_add (&extremes, low);
    plot_extremes_add (&extremes, high);
  }
  if (extremes.minimum > extremes.maximum)
    extremes = (PlotExtremes) { 0.0, 1.0 };

  const PlotScale scale = plot_scale_new (extremes.minimum, extremes.maximum,
                                          0.0, 1.0, chart->x.log);

  chart->x.minimum = scale.minimum;
  chart->x.maximum = scale.maximum;
}

static void
fit_y (PlotChart *chart)
{
  PlotExtremes extremes = plot_extremes_empty ();

  for (size_t i = 0; i < chart->n_series; i++) {
    double low;
    double high;

    if (chart->series[i].hidden
        || !plot_series_y_range (&chart->series[i], chart->x.minimum, chart->x.maximum,
                                 chart->y.log, &low, &high))
      continue;
    plot_extremes_add (&extremes, low);
    plot_extremes_add (&extremes, high);
  }
  if (extremes.minimum > extremes.maximum)
    extremes = (PlotExtremes) { chart->y.log ? 0.1 : 0.0, 1.0 };
  chart->y.minimum = extremes.minimum;
  chart->y.maximum = extremes.maximum;
  plot_nice_range (&chart->y.minimum, &chart->y.maximum, FIT_TARGET, chart->y.log);
}

void
plot_chart_fit (PlotChart *chart,
                unsigned   what)
{
  if (what & PLOT_FIT_X)
    fit_x (chart);
  if (what & PLOT_FIT_Y)
    fit_y (chart);
}

/* --- layout -------------------------------------------------------------- */

void
plot_chart_layout (const PlotChart *chart,
                   const PlotStyle *style,
                   PlotRect         bounds,
                   PlotLayout      *layout)
{
  PlotText text = plot_text_begin (style);
  const double small = ceil (plot_text_height (&text, PLOT_FONT_SMALL));
  const double header = ceil (plot_legend_place (chart, &text, bounds, NULL, NULL));
  const double gap = header > 0.0 ? 6.0 : 0.0;
  const double above = chart->y.title != NULL ? small + 6.0 : ceil (small / 2.0);
  const double below = plot_axis_x_room (&text) + (chart->x.title != NULL ? small : 0.0);
  const double top = ceil (bounds.y) + header + gap + above;
  const double bottom = fmax (floor (bounds.y + bounds.height) - below, top + 1.0);

  layout->bounds = bounds;
  layout->header = (PlotRect) { bounds.x, bounds.y, bounds.width, header };
  layout->y = plot_scale_new (chart->y.minimum, chart->y.maximum, bottom, top, chart->y.log);

  const double left = ceil (bounds.x) + plot_axis_y_room (&text, &layout->y);
  const double edge = fmax (floor (bounds.x + bounds.width) - 2.0, left + 1.0);

  layout->x = plot_scale_new (chart->x.minimum, chart->x.maximum, left, edge, chart->x.log);
  layout->x.end = fmax (edge - ceil (plot_axis_x_overhang (&text, &layout->x)), left + 1.0);
  layout->inner = (PlotRect) { left, top, layout->x.end - left, bottom - top };
  plot_text_end (&text);
}

/* --- pointer ------------------------------------------------------------- */

/* Compares the points of one series around the pointer with `hit`. */
static void
search_series (const PlotSeries *series,
               size_t            number,
               const PlotLayout *layout,
               double            pixel_x,
               double            pixel_y,
               PlotHit          *hit)
{
  const double x = plot_scale_to_data (&layout->x, pixel_x);
  const double low = plot_scale_to_data (&layout->x, pixel_x - SEARCH_REACH);
  const double high = plot_scale_to_data (&layout->x, pixel_x + SEARCH_REACH);
  size_t middle;

  if (series->hidden || !plot_series_nearest (series, x, &middle))
    return;

  /* The nearest in x always takes part, however far away it is. */
  size_t begin = MIN (plot_series_find (series, low), middle);
  size_t end = MAX (plot_series_find (series, high), middle + 1);

  begin = MAX (begin, middle - MIN (middle, SEARCH_POINTS));
  end = MIN (end, middle + SEARCH_POINTS);
  for (size_t i = begin; i < end; i++) {
    const double px = plot_scale_to_pixel (&layout->x, plot_series_x (series, i));
    const double py = plot_scale_to_pixel (&layout->y, plot_series_y (series, i));
    const double distance = hypot (px - pixel_x, py - pixel_y);

    if (distance < hit->distance)
      *hit = (PlotHit) { number, i, plot_series_x (series, i), plot_series_y (series, i),
                         distance };
  }
}

bool
plot_chart_nearest (const PlotChart  *chart,
                    const PlotLayout *layout,
                    double            pixel_x,
                    double            pixel_y,
                    PlotHit          *hit)
{
  hit->distance = INFINITY;
  for (size_t i = 0; i < chart->n_series; i++)
    search_series (&chart->series[i], i, layout, pixel_x, pixel_y, hit);
  return isfinite (hit->distance);
}

bool
plot_chart_on_handle (const PlotChart  *chart,
                      const PlotLayout *layout,
                      double            pixel_x,
                      double            pixel_y)
{
  const double x = plot_scale_to_pixel (&layout->x, chart->handle);
  const PlotRect *inner = &layout->inner;

  return fabs (pixel_x - x) <= PLOT_GRAB_DISTANCE
         && pixel_y >= inner->y - PLOT_GRAB_DISTANCE
         && pixel_y <= inner->y + inner->height + 2.0 * PLOT_GRAB_DISTANCE;
}

int
plot_chart_legend_at (const PlotChart  *chart,
                      const PlotStyle  *style,
                      const PlotLayout *layout,
                      double            pixel_x,
                      double            pixel_y)
{
  if (!chart->legend || chart->n_series == 0)
    return -1;

  PlotText text = plot_text_begin (style);
  PlotRect *entries = g_new0 (PlotRect, chart->n_series);
  int found = -1;

  plot_legend_place (chart, &text, layout->bounds, entries, NULL);
  for (size_t i = 0; i < chart->n_series && found < 0; i++)
    if (plot_rect_contains (&entries[i], pixel_x, pixel_y))
      found = (int) i;
  g_free (entries);
  plot_text_end (&text);
  return found;
}
