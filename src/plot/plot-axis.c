/* plot-axis.c - gridlines, tick labels and axis titles of a rectangle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-axis.h"

#include "plot-shape.h"

#include <math.h>

#define LABEL_GAP 8.0
#define MARK_LENGTH 4.0

/* Between `least` and `most`, one for each `room` pixels. */
static size_t
find_ticks (const PlotScale *scale,
            double           room,
            double           least,
            double           most,
            PlotTick        *ticks)
{
  const double wanted = fabs (scale->end - scale->start) / room;

  return plot_scale_ticks (scale, (int) fmin (fmax (wanted, least), most), ticks);
}

size_t
plot_axis_x_ticks (const PlotStyle *style,
                   const PlotScale *scale,
                   PlotTick         ticks[PLOT_MAX_TICKS])
{
  return find_ticks (scale, style->font_size * 7.0, 2.0, 12.0, ticks);
}

/* A log axis needs its decades, so its labels may stand closer. */
size_t
plot_axis_y_ticks (const PlotStyle *style,
                   const PlotScale *scale,
                   PlotTick         ticks[PLOT_MAX_TICKS])
{
  return find_ticks (scale, style->font_size * (scale->log ? 1.9 : 3.3), 2.0, 6.0, ticks);
}

double
plot_axis_y_room (PlotText        *text,
                  const PlotScale *scale)
{
  PlotTick ticks[PLOT_MAX_TICKS];
  const size_t n = plot_axis_y_ticks (text->style, scale, ticks);
  double widest = 0.0;

  for (size_t i = 0; i < n; i++)
    if (!ticks[i].minor)
      widest = fmax (widest, plot_text_width (text, PLOT_FONT_SMALL, ticks[i].label, NULL));
  return ceil (widest + LABEL_GAP);
}

double
plot_axis_x_room (PlotText *text)
{
  return ceil (plot_text_height (text, PLOT_FONT_SMALL) + MARK_LENGTH + 3.0);
}

double
plot_axis_x_overhang (PlotText        *text,
                      const PlotScale *scale)
{
  PlotTick ticks[PLOT_MAX_TICKS];
  const size_t n = plot_axis_x_ticks (text->style, scale, ticks);

  for (size_t i = n; i-- > 0;) {
    if (ticks[i].minor)
      continue;

    const double half = plot_text_width (text, PLOT_FONT_SMALL, ticks[i].label, NULL) / 2.0;

    return fmax (plot_scale_to_pixel (scale, ticks[i].value) + half - scale->end, 0.0);
  }
  return 0.0;
}

void
plot_axis_draw_y (cairo_t         *cr,
                  PlotText        *text,
                  const PlotScale *scale,
                  PlotRect         inner)
{
  PlotTick ticks[PLOT_MAX_TICKS];
  const PlotStyle *style = text->style;
  const size_t n = plot_axis_y_ticks (style, scale, ticks);
  const PlotColor faint = plot_color_fade (style->grid, 0.5);

  for (size_t i = 0; i < n; i++) {
    const double y = plot_scale_to_pixel (scale, ticks[i].value);

    plot_shape_hairline (cr, ticks[i].minor ? faint : style->grid,
                         inner.x, y, inner.x + inner.width, y);
    if (!ticks[i].minor)
      plot_text_draw (text, cr, PLOT_FONT_SMALL, style->dim, ticks[i].label,
                      inner.x - LABEL_GAP, y, 1.0, 0.5);
  }
}

void
plot_axis_draw_x (cairo_t         *cr,
                  PlotText        *text,
                  const PlotScale *scale,
                  PlotRect         inner)
{
  PlotTick ticks[PLOT_MAX_TICKS];
  const PlotStyle *style = text->style;
  const size_t n = plot_axis_x_ticks (style, scale, ticks);
  const double bottom = floor (inner.y + inner.height) + 1.0;
  const PlotColor mark = plot_color_mix (style->grid, style->dim, 0.3);
  double free_from = -INFINITY;

  for (size_t i = 0; i < n; i++) {
    const double x = plot_scale_to_pixel (scale, ticks[i].value);
    const double length = ticks[i].minor ? MARK_LENGTH / 2.0 : MARK_LENGTH;

    plot_shape_hairline (cr, mark, x, bottom, x, bottom + length);
    if (ticks[i].minor)
      continue;

    const double half = plot_text_width (text, PLOT_FONT_SMALL, ticks[i].label, NULL) / 2.0;

    /* A label that would touch the one before it is left out. */
    if (x - half < free_from)
      continue;
    plot_text_draw (text, cr, PLOT_FONT_SMALL, style->dim, ticks[i].label,
                    x, bottom + MARK_LENGTH + 2.0, 0.5, 0.0);
    free_from = x + half + LABEL_GAP;
  }
}
