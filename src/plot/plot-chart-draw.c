/* plot-chart-draw.c - line charts: the drawing, from back to front
 *
 * Grid, selection, intervals, pale raw traces, lines, points, marks, handle,
 * crosshair, words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-axis.h"
#include "plot-chart.h"
#include "plot-legend.h"
#include "plot-readout.h"
#include "plot-shape.h"
#include "plot-stroke.h"

#include <glib.h>

#define DEFAULT_WIDTH 1.8
#define BAND_OPACITY 0.16
#define RAW_OPACITY 0.30
#define MARK_LANES 3

static PlotPen
pen_of (const PlotSeries *series)
{
  return (PlotPen) {
    .color = series->color,
    .width = series->width > 0.0 ? series->width : DEFAULT_WIDTH,
    .line = series->line,
  };
}

static void
clip_to (cairo_t        *cr,
         const PlotRect *inner,
         double          margin)
{
  cairo_rectangle (cr, inner->x - margin, inner->y - margin,
                   inner->width + 2.0 * margin, inner->height + 2.0 * margin);
  cairo_clip (cr);
}

static void
draw_band (const PlotSeries *series,
           const PlotLayout *layout,
           cairo_t          *cr)
{
  PlotCurve lower = plot_curve_of (series, false);
  PlotCurve upper = lower;

  if (series->trace != NULL || series->lower == NULL || series->upper == NULL)
    return;
  lower.y = series->lower;
  upper.y = series->upper;
  plot_stroke_band (cr, &lower, &upper, &layout->x, &layout->y,
                    plot_color_fade (series->color, BAND_OPACITY));
}

/* The points behind a smoothed curve. */
static void
draw_raw (const PlotSeries *series,
          const PlotLayout *layout,
          cairo_t          *cr)
{
  if (series->trace == NULL || plot_trace_smoothing (series->trace) == 0.0)
    return;

  const PlotCurve curve = plot_curve_of (series, false);
  const PlotPen pen = { plot_color_fade (series->color, RAW_OPACITY), 1.0,
                        PLOT_LINE_SOLID };

  plot_stroke_curve (cr, &curve, &layout->x, &layout->y, &pen);
}

static void
draw_line (const PlotSeries *series,
           const PlotLayout *layout,
           cairo_t          *cr)
{
  const PlotCurve curve = plot_curve_of (series, true);
  const PlotPen pen = pen_of (series);

  if (series->line != PLOT_LINE_NONE)
    plot_stroke_curve (cr, &curve, &layout->x, &layout->y, &pen);
}

static void
draw_series (const PlotChart  *chart,
             const PlotStyle  *style,
             const PlotLayout *layout,
             cairo_t          *cr)
{
  static void (*const passes[]) (const PlotSeries *,
                                 const PlotLayout *,
                                 cairo_t *) = { draw_band, draw_raw, draw_line };

  cairo_save (cr);
  clip_to (cr, &layout->inner, 1.0);
  for (size_t pass = 0; pass < G_N_ELEMENTS (passes); pass++)
    for (size_t i = 0; i < chart->n_series; i++)
      if (!chart->series[i].hidden)
        passes[pass] (&chart->series[i], layout, cr);
  cairo_restore (cr);

  cairo_save (cr);
  clip_to (cr, &layout->inner, 5.0);
  for (size_t i = 0; i < chart->n_series; i++) {
    const PlotCurve curve = plot_curve_of (&chart->series[i], true);
    const PlotPen pen = pen_of (&chart->series[i]);

    if (chart->series[i].points && !chart->series[i].hidden)
      plot_stroke_points (cr, &curve, &layout->x, &layout->y, &pen, style->background);
  }
  cairo_restore (cr);
}

static void
draw_selection (const PlotChart  *chart,
                const PlotStyle  *style,
                const PlotLayout *layout,
                cairo_t          *cr)
{
  const PlotRect *inner = &layout->inner;
  const double a = plot_scale_to_pixel (&layout->x, chart->selection_begin);
  const double b = plot_scale_to_pixel (&layout->x, chart->selection_end);

  if (isnan (a) || isnan (b))
    return;
  cairo_save (cr);
  clip_to (cr, inner, 0.0);
  cairo_rectangle (cr, fmin (a, b), inner->y, fabs (b - a), inner->height);
  plot_color_set (cr, plot_color_fade (style->accent, 0.14));
  cairo_fill (cr);
  plot_shape_hairline (cr, style->accent, a, inner->y, a, inner->y + inner->height);
  plot_shape_hairline (cr, style->accent, b, inner->y, b, inner->y + inner->height);
  cairo_restore (cr);
}

static bool
is_inside (const PlotRect *inner,
           double          x)
{
  return x >= inner->x - 0.5 && x <= inner->x + inner->width + 0.5;
}

/* Labels that would overlap move down a lane; where all lanes are taken the
 * line stands alone. */
static void
draw_marks (const PlotChart  *chart,
            const PlotLayout *layout,
            PlotText         *text,
            cairo_t          *cr)
{
  static const double dashes[] = { 5.0, 3.0 };
  const PlotStyle *style = text->style;
  const PlotRect *inner = &layout->inner;
  const double line = plot_text_height (text, PLOT_FONT_SMALL) + 2.0;
  double taken[MARK_LANES] = { -INFINITY, -INFINITY, -INFINITY };

  for (size_t i = 0; i < chart->n_marks; i++) {
    const PlotMark *mark = &chart->marks[i];
    const double x = plot_scale_to_pixel (&layout->x, mark->x);
    int lane = 0;

    if (!is_inside (inner, x))
      continue;
    cairo_save (cr);
    cairo_set_dash (cr, dashes, 2, 0.0);
    plot_shape_hairline (cr, plot_color_fade (style->alert, 0.7),
                         x, inner->y, x, inner->y + inner->height);
    cairo_restore (cr);
    if (mark->label == NULL)
      continue;

    const double width = plot_text_width (text, PLOT_FONT_SMALL, mark->label, NULL);
    const bool right = x + 5.0 + width <= inner->x + inner->width;
    const double left = right ? x + 5.0 : x - 5.0 - width;

    while (lane < MARK_LANES && taken[lane] > left)
      lane++;
    if (lane == MARK_LANES)
      continue;
    taken[lane] = left + width + 6.0;
    plot_text_draw (text, cr, PLOT_FONT_SMALL, style->alert, mark->label,
                    left, inner->y + 2.0 + line * lane, 0.0, 0.0);
  }
}

static void
draw_handle (const PlotChart  *chart,
             const PlotLayout *layout,
             PlotText         *text,
             cairo_t          *cr)
{
  const PlotStyle *style = text->style;
  const PlotRect *inner = &layout->inner;
  const double x = plot_scale_to_pixel (&layout->x, chart->handle);
  const double bottom = inner->y + inner->height;

  if (!is_inside (inner, x))
    return;
  plot_color_set (cr, style->accent);
  cairo_set_line_width (cr, 2.0);
  cairo_move_to (cr, round (x), inner->y);
  cairo_line_to (cr, round (x), bottom);
  cairo_stroke (cr);
  plot_shape_knob (cr, style, style->accent, round (x), bottom);
  if (chart->handle_label != NULL)
    plot_shape_pill (cr, text, style->accent, chart->handle_label, round (x) + 8.0,
                     inner->y + style->font_size, inner->x, inner->x + inner->width);
}

static void
draw_axes (const PlotChart  *chart,
           const PlotLayout *layout,
           PlotText         *text,
           cairo_t          *cr)
{
  const PlotRect *inner = &layout->inner;
  const PlotColor dim = text->style->dim;

  plot_axis_draw_y (cr, text, &layout->y, *inner);
  plot_axis_draw_x (cr, text, &layout->x, *inner);
  if (chart->y.title != NULL)
    plot_text_draw (text, cr, PLOT_FONT_SMALL, dim, chart->y.title,
                    layout->bounds.x, inner->y - 7.0, 0.0, 1.0);
  if (chart->x.title != NULL)
    plot_text_draw (text, cr, PLOT_FONT_SMALL, dim, chart->x.title,
                    inner->x + inner->width,
                    inner->y + inner->height + plot_axis_x_room (text) - 2.0, 1.0, 0.0);
}

/* Whether any shown series has a finite point at all. */
static bool
has_points (const PlotChart *chart)
{
  for (size_t i = 0; i < chart->n_series; i++) {
    size_t index;

    if (!chart->series[i].hidden && plot_series_nearest (&chart->series[i], 0.0, &index))
      return true;
  }
  return false;
}

/* In the middle of the whole chart where no axes are drawn, of the plot where
 * they are. */
static void
draw_empty_text (const PlotChart  *chart,
                 const PlotLayout *layout,
                 PlotText         *text,
                 cairo_t          *cr)
{
  const PlotRect *inner = &layout->inner;
  const double right = layout->bounds.x + layout->bounds.width;
  const double left = chart->n_series > 0 ? inner->x : layout->bounds.x;
  const double width = (chart->n_series > 0 ? inner->x + inner->width : right) - left;

  plot_text_draw_wrapped (text, cr, PLOT_FONT_BODY, text->style->dim, chart->empty_text,
                          left + width / 2.0, inner->y + inner->height / 2.0, 0.5, 0.5, width);
}

void
plot_chart_draw (const PlotChart  *chart,
                 const PlotStyle  *style,
                 const PlotLayout *layout,
                 cairo_t          *cr)
{
  PlotText text = plot_text_begin (style);

  cairo_save (cr);
  plot_legend_draw (chart, &text, layout->bounds, cr);
  /* Without any series the ends of the axes would mean nothing. */
  if (chart->n_series > 0 || chart->empty_text == NULL)
    draw_axes (chart, layout, &text, cr);
  draw_selection (chart, style, layout, cr);
  draw_series (chart, style, layout, cr);
  draw_marks (chart, layout, &text, cr);
  draw_handle (chart, layout, &text, cr);
  if (!isnan (chart->crosshair))
    plot_readout_draw (chart, layout, &text, cr);
  if (chart->empty_text != NULL && !has_points (chart))
    draw_empty_text (chart, layout, &text, cr);
  cairo_restore (cr);
  plot_text_end (&text);
}
