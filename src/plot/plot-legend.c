/* plot-legend.c - the heading of a chart: title, names of series, hint
 *
 * One function places everything; drawing and hit testing both ask it, so
 * that what is clicked is what is seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-legend.h"

#include <glib.h>
#include <math.h>

#define KEY_LENGTH 15.0
#define KEY_GAP 5.0
#define ENTRY_GAP 12.0

/* Where the next thing goes. */
typedef struct
{
  PlotRect bounds;
  double   x;
  double   y;
  double   row;
} Cursor;

static PlotRect
take (Cursor *cursor,
      double  width)
{
  const double right = cursor->bounds.x + cursor->bounds.width;

  if (cursor->x > cursor->bounds.x && cursor->x + width > right) {
    cursor->x = cursor->bounds.x;
    cursor->y += cursor->row;
  }

  const PlotRect rect = { cursor->x, cursor->y, fmin (width, right - cursor->x), cursor->row };

  cursor->x += width + ENTRY_GAP;
  return rect;
}

static double
row_height (PlotText *text)
{
  return plot_text_height (text, PLOT_FONT_TITLE) + 2.0;
}

/* A title that is wider than the chart takes lines of its own. */
static void
take_title (Cursor     *cursor,
            PlotText   *text,
            const char *title)
{
  const double width = plot_text_width (text, PLOT_FONT_TITLE, title, NULL);

  take (cursor, width);
  if (width <= cursor->bounds.width)
    return;
  cursor->y += plot_text_wrapped_height (text, PLOT_FONT_TITLE, title, cursor->bounds.width)
               + 2.0 - cursor->row;
}

double
plot_legend_place (const PlotChart *chart,
                   PlotText        *text,
                   PlotRect         bounds,
                   PlotRect        *entries,
                   PlotRect        *hint)
{
  const bool legend = chart->legend && chart->n_series > 0;
  Cursor cursor = { bounds, bounds.x, bounds.y, row_height (text) };

  cursor.bounds.width -= chart->header_inset;

  if (chart->title == NULL && chart->hint == NULL && !legend)
    return 0.0;
  if (chart->title != NULL)
    take_title (&cursor, text, chart->title);
  for (size_t i = 0; legend && i < chart->n_series; i++) {
    const char *name = chart->series[i].name != NULL ? chart->series[i].name : "";
    const PlotRect rect = take (&cursor, KEY_LENGTH + KEY_GAP
                                + plot_text_width (text, PLOT_FONT_BODY, name, NULL));

    if (entries != NULL)
      entries[i] = rect;
  }
  if (chart->hint != NULL) {
    const PlotRect rect = take (&cursor, plot_text_width (text, PLOT_FONT_SMALL,
                                                          chart->hint, NULL));

    if (hint != NULL)
      *hint = rect;
  }
  return cursor.y + cursor.row - bounds.y;
}

/* The short piece of line, or the dot, in front of a name. */
static void
draw_key (cairo_t          *cr,
          const PlotSeries *series,
          PlotColor         color,
          double            x,
          double            y)
{
  cairo_save (cr);
  plot_color_set (cr, color);
  cairo_set_line_width (cr, 2.6);
  plot_line_set (cr, series->line);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  if (series->line != PLOT_LINE_NONE) {
    cairo_move_to (cr, x, y);
    cairo_line_to (cr, x + KEY_LENGTH, y);
    cairo_stroke (cr);
  }
  if (series->points) {
    cairo_arc (cr, x + KEY_LENGTH / 2.0, y, 3.2, 0.0, 2.0 * G_PI);
    cairo_fill (cr);
  }
  cairo_restore (cr);
}

void
plot_legend_draw (const PlotChart *chart,
                  PlotText        *text,
                  PlotRect         bounds,
                  cairo_t         *cr)
{
  const PlotStyle *style = text->style;
  PlotRect *entries = g_new0 (PlotRect, MAX (chart->n_series, 1));
  PlotRect hint;

  plot_legend_place (chart, text, bounds, entries, &hint);
  if (chart->title != NULL)
    plot_text_draw_wrapped (text, cr, PLOT_FONT_TITLE, style->foreground, chart->title,
                            bounds.x, bounds.y + 1.0, 0.0, 0.0,
                            bounds.width - chart->header_inset);
  for (size_t i = 0; chart->legend && i < chart->n_series; i++) {
    const PlotSeries *series = &chart->series[i];
    const double opacity = series->hidden ? 0.35 : 1.0;
    const double middle = entries[i].y + entries[i].height / 2.0;

    draw_key (cr, series, plot_color_fade (series->color, opacity),
              entries[i].x, floor (middle));
    plot_text_draw_cut (text, cr, PLOT_FONT_BODY, plot_color_fade (style->foreground, opacity),
                        series->name != NULL ? series->name : "",
                        entries[i].x + KEY_LENGTH + KEY_GAP, middle, 0.5,
                        ceil (entries[i].width) - KEY_LENGTH - KEY_GAP);
  }
  if (chart->hint != NULL)
    plot_text_draw (text, cr, PLOT_FONT_SMALL, style->dim, chart->hint,
                    hint.x, hint.y + hint.height / 2.0, 0.0, 0.5);
  g_free (entries);
}
