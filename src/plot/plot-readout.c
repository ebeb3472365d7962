/* plot-readout.c - the crosshair of a chart and its box of values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-readout.h"

#include "plot-shape.h"

#include <glib.h>
#include <math.h>

#define PADDING 9.0
#define COLUMN_GAP 14.0
#define KEY_ROOM 13.0
#define DIGITS 5

typedef struct
{
  const PlotSeries *series;
  double            y;
  char              value[PLOT_NUMBER_SIZE + 8];
} Row;

typedef struct
{
  char   heading[160];
  Row   *rows;
  size_t n;
  double name_width;
  double value_width;
  double line;
} Readout;

double
plot_readout_snap (const PlotChart *chart)
{
  double best = INFINITY;
  double x = chart->crosshair;

  for (size_t i = 0; i < chart->n_series; i++) {
    const PlotSeries *series = &chart->series[i];
    size_t index;

    if (series->hidden || !plot_series_nearest (series, chart->crosshair, &index))
      continue;

    const double candidate = plot_series_x (series, index);

    if (fabs (candidate - chart->crosshair) < best) {
      best = fabs (candidate - chart->crosshair);
      x = candidate;
    }
  }
  return x;
}

/* Fills the rows of all shown series that have a value at `x`. */
static void
collect (Readout         *readout,
         const PlotChart *chart,
         double           x,
         PlotText        *text)
{
  for (size_t i = 0; i < chart->n_series; i++) {
    const PlotSeries *series = &chart->series[i];
    const double y = series->hidden ? NAN : plot_series_value_at (series, x);
    Row *row = &readout->rows[readout->n];
    char number[PLOT_NUMBER_SIZE];
    size_t index;

    if (isnan (y))
      continue;

    const bool measured = plot_series_nearest (series, x, &index)
                          && plot_series_x (series, index) == x;

    plot_format_value (y, DIGITS, number);
    g_snprintf (row->value, sizeof row->value, "%s%s", measured ? "" : "≈ ", number);
    row->series = series;
    row->y = y;
    readout->name_width = fmax (readout->name_width,
                                plot_text_width (text, PLOT_FONT_BODY,
                                                 series->name != NULL ? series->name : "",
                                                 NULL));
    readout->value_width = fmax (readout->value_width,
                                 plot_text_width (text, PLOT_FONT_BOLD, row->value, NULL));
    readout->n++;
  }
}

static void
make_heading (Readout         *readout,
              const PlotChart *chart,
              double           x)
{
  const char *name = chart->x_name != NULL ? chart->x_name : chart->x.title;
  char number[PLOT_NUMBER_SIZE];

  plot_format_short (x, 7, number);
  g_snprintf (readout->heading, sizeof readout->heading, "%s%s%s",
              name != NULL ? name : "", name != NULL ? " " : "", number);
}

/* Beside the crosshair, on the side with room, inside the drawing. */
static PlotRect
place_box (const Readout    *readout,
           const PlotLayout *layout,
           PlotText         *text,
           double            x)
{
  const PlotRect *inner = &layout->inner;
  const double heading = plot_text_width (text, PLOT_FONT_BODY, readout->heading, NULL);
  const double rows = readout->n > 0
                      ? KEY_ROOM + readout->name_width + COLUMN_GAP + readout->value_width : 0.0;
  PlotRect box = {
    .y = floor (inner->y + 6.0) + 0.5,
    .width = ceil (fmax (heading, rows) + 2.0 * PADDING),
    .height = ceil ((double) (readout->n + 1) * readout->line + 2.0 * PADDING - 4.0),
  };
  const bool fits_right = x + 10.0 + box.width <= inner->x + inner->width;

  box.x = fits_right ? x + 10.0 : fmax (x - 10.0 - box.width, layout->bounds.x + 1.0);
  box.x = floor (box.x) + 0.5;
  return box;
}

static void
draw_dot (cairo_t  *cr,
          PlotColor color,
          PlotColor halo,
          double    x,
          double    y)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, 3.6, 0.0, 2.0 * G_PI);
  plot_color_set (cr, color);
  cairo_fill_preserve (cr);
  plot_color_set (cr, halo);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke (cr);
}

static void
draw_box (const Readout *readout,
          PlotRect       box,
          PlotText      *text,
          cairo_t       *cr)
{
  const PlotStyle *style = text->style;
  double y = box.y + PADDING - 2.0 + readout->line / 2.0;

  plot_shape_card (cr, style, box);
  plot_text_draw (text, cr, PLOT_FONT_BODY, style->foreground, readout->heading,
                  box.x + PADDING, y, 0.0, 0.5);
  for (size_t i = 0; i < readout->n; i++) {
    const Row *row = &readout->rows[i];

    y += readout->line;
    draw_dot (cr, row->series->color, style->card, box.x + PADDING + 3.5, y);
    plot_text_draw (text, cr, PLOT_FONT_BODY, style->dim,
                    row->series->name != NULL ? row->series->name : "",
                    box.x + PADDING + KEY_ROOM, y, 0.0, 0.5);
    plot_text_draw (text, cr, PLOT_FONT_BOLD, style->foreground, row->value,
                    box.x + box.width - PADDING, y, 1.0, 0.5);
  }
}

static void
draw_line (const PlotLayout *layout,
           PlotColor         color,
           double            x,
           cairo_t          *cr)
{
  static const double dots[] = { 2.0, 2.5 };

  cairo_save (cr);
  cairo_set_dash (cr, dots, 2, 0.0);
  plot_shape_hairline (cr, color, x, layout->inner.y, x,
                       layout->inner.y + layout->inner.height);
  cairo_restore (cr);
}

void
plot_readout_draw (const PlotChart  *chart,
                   const PlotLayout *layout,
                   PlotText         *text,
                   cairo_t          *cr)
{
  const PlotRect *inner = &layout->inner;
  const PlotStyle *style = text->style;
  const double x = plot_readout_snap (chart);
  const double pixel = plot_scale_to_pixel (&layout->x, x);

  if (!(pixel >= inner->x - 0.5 && pixel <= inner->x + inner->width + 0.5))
    return;

  Readout readout = { .rows = g_new0 (Row, MAX (chart->n_series, 1)) };

  readout.line = plot_text_height (text, PLOT_FONT_BODY) + 1.0;
  make_heading (&readout, chart, x);
  collect (&readout, chart, x, text);
  draw_line (layout, style->axis, pixel, cr);
  for (size_t i = 0; i < readout.n; i++) {
    const double y = plot_scale_to_pixel (&layout->y, readout.rows[i].y);

    if (y >= inner->y - 1.0 && y <= inner->y + inner->height + 1.0)
      draw_dot (cr, readout.rows[i].series->color, style->background, pixel, y);
  }
  draw_box (&readout, place_box (&readout, layout, text, pixel), text, cr);
  g_free (readout.rows);
}
