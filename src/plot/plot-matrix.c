/* plot-matrix.c - the confusion matrix
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-matrix.h"

#include "plot-scale.h"
#include "plot-shape.h"

#include <glib/gi18n.h>
#include <math.h>

#define GAP 8.0

/* Row names may take this share of the width, which is so much of the cells. */
#define NAMES_SHARE 0.3
#define NAMES_OF_CELLS (NAMES_SHARE / (1.0 - NAMES_SHARE))

/* Numbers that would have to be smaller than this are left out. */
#define LEAST_SIZE 0.6

/* A mistake in this share of a row has the darkest colour. */
#define DARKEST_MISTAKE 0.25

PlotRect
plot_matrix_layout (const PlotMatrix *matrix,
                    const PlotStyle  *style,
                    PlotRect          bounds)
{
  PlotText text = plot_text_begin (style);
  const double line = ceil (plot_text_height (&text, PLOT_FONT_SMALL));
  double names = 0.0;

  for (size_t i = 0; i < matrix->n; i++)
    names = fmax (names, plot_text_width (&text, PLOT_FONT_SMALL, matrix->names[i], NULL));
  plot_text_end (&text);
  names = ceil (fmin (names, bounds.width * NAMES_SHARE)) + GAP;

  /* Below: the names of the columns and what rows and columns are. */
  const double side = fmax (floor (fmin (bounds.width - names,
                                         bounds.height - 2.0 * line - GAP)), 1.0);

  return (PlotRect) { ceil (bounds.x + names), ceil (bounds.y), side, side };
}

bool
plot_matrix_cell_at (const PlotMatrix *matrix,
                     PlotRect          cells,
                     double            pixel_x,
                     double            pixel_y,
                     int              *row,
                     int              *column)
{
  if (matrix->n == 0 || !plot_rect_contains (&cells, pixel_x, pixel_y))
    return false;
  *column = (int) ((pixel_x - cells.x) / cells.width * (double) matrix->n);
  *row = (int) ((pixel_y - cells.y) / cells.height * (double) matrix->n);
  return true;
}

/* On whole pixels, so that neighbours touch without a seam. */
static PlotRect
cell_rect (const PlotMatrix *matrix,
           PlotRect          cells,
           size_t            row,
           size_t            column)
{
  const double size = cells.width / (double) matrix->n;
  const double x = round (cells.x + size * (double) column);
  const double y = round (cells.y + size * (double) row);

  return (PlotRect) {
    x,
    y,
    round (cells.x + size * (double) (column + 1)) - x,
    round (cells.y + size * (double) (row + 1)) - y,
  };
}

static double
count_of (const PlotMatrix *matrix,
          size_t            row,
          size_t            column)
{
  const double count = matrix->counts[row * matrix->n + column];

  return count > 0.0 && isfinite (count) ? count : 0.0;
}

/* The colour of a cell that holds `share` of its row. */
static PlotColor
cell_color (const PlotStyle *style,
            double           share,
            bool             right)
{
  if (share == 0.0)
    return style->track;
  if (right)
    return plot_color_mix (style->track, style->accent, share);

  const double t = 0.12 + 0.88 * fmin (share / DARKEST_MISTAKE, 1.0);

  return plot_color_from_rgb (plot_colormap_rgb (PLOT_COLORMAP_SEQUENTIAL, t));
}

static void
draw_row (const PlotMatrix *matrix,
          PlotText         *text,
          PlotRect          cells,
          size_t            row,
          double            widest,
          cairo_t          *cr)
{
  /* All numbers are as small as the longest has to be. */
  const double room = cells.width / (double) matrix->n - 4.0;
  const double size = fmin (1.0, room / widest);
  double total = 0.0;

  for (size_t column = 0; column < matrix->n; column++)
    total += count_of (matrix, row, column);
  for (size_t column = 0; column < matrix->n; column++) {
    const double count = count_of (matrix, row, column);
    const double share = total > 0.0 ? count / total : 0.0;
    const PlotRect cell = cell_rect (matrix, cells, row, column);
    const PlotColor color = cell_color (text->style, share, row == column);
    const double gap = cell.width >= 12.0 ? 1.0 : 0.0;
    char number[PLOT_NUMBER_SIZE];

    cairo_rectangle (cr, cell.x, cell.y, cell.width - gap, cell.height - gap);
    plot_color_set (cr, color);
    cairo_fill (cr);
    if (count == 0.0 || size < LEAST_SIZE)
      continue;
    plot_format_tick (count, 1.0, number);
    cairo_save (cr);
    cairo_translate (cr, cell.x + cell.width / 2.0, cell.y + cell.height / 2.0);
    cairo_scale (cr, size, size);
    plot_text_draw (text, cr, PLOT_FONT_SMALL, plot_shape_ink (color), number, 0.0, 0.0, 0.5, 0.5);
    cairo_restore (cr);
  }
}

/* The width of the longest count. */
static double
widest_count (const PlotMatrix *matrix,
              PlotText         *text)
{
  double largest = 0.0;
  char number[PLOT_NUMBER_SIZE];

  for (size_t i = 0; i < matrix->n * matrix->n; i++)
    largest = fmax (largest, count_of (matrix, i / matrix->n, i % matrix->n));
  plot_format_tick (largest, 1.0, number);
  return plot_text_width (text, PLOT_FONT_SMALL, number, NULL);
}

/* Names stand beside rows and below columns while a line of text fits. */
static void
draw_names (const PlotMatrix *matrix,
            PlotText         *text,
            PlotRect          cells,
            cairo_t          *cr)
{
  const PlotStyle *style = text->style;
  const double size = cells.width / (double) matrix->n;
  const double line = plot_text_height (text, PLOT_FONT_SMALL);
  const double room = cells.width * NAMES_OF_CELLS;

  for (size_t i = 0; i < matrix->n && size >= line; i++) {
    const double middle = ((double) i + 0.5) * size;
    const double width = plot_text_width (text, PLOT_FONT_SMALL, matrix->names[i], NULL);

    const double shown = fmin (width, room);

    plot_text_draw_cut (text, cr, PLOT_FONT_SMALL, style->foreground, matrix->names[i],
                        cells.x - GAP - shown, cells.y + middle, 0.5, shown + 0.5);
    plot_text_draw_cut (text, cr, PLOT_FONT_SMALL, style->foreground, matrix->names[i],
                        cells.x + middle - fmin (width, size - 2.0) / 2.0,
                        cells.y + cells.height + 2.0, 0.0, size - 2.0);
  }
  plot_text_draw (text, cr, PLOT_FONT_SMALL, style->dim, _("rows: true class, columns: predicted"),
                  cells.x + cells.width, cells.y + cells.height + line + 4.0, 1.0, 0.0);
}

void
plot_matrix_draw (const PlotMatrix *matrix,
                  const PlotStyle  *style,
                  PlotRect          cells,
                  cairo_t          *cr)
{
  PlotText text = plot_text_begin (style);
  const double widest = matrix->n > 0 ? widest_count (matrix, &text) : 0.0;
  const int n = (int) matrix->n;

  cairo_save (cr);
  for (size_t row = 0; row < matrix->n; row++)
    draw_row (matrix, &text, cells, row, widest, cr);
  if (matrix->n > 0)
    draw_names (matrix, &text, cells, cr);
  if (matrix->row >= 0 && matrix->row < n && matrix->column >= 0 && matrix->column < n) {
    const PlotRect cell = cell_rect (matrix, cells, (size_t) matrix->row,
                                     (size_t) matrix->column);

    cairo_rectangle (cr, cell.x - 0.5, cell.y - 0.5, cell.width, cell.height);
    plot_color_set (cr, style->foreground);
    cairo_set_line_width (cr, 2.0);
    cairo_stroke (cr);
  }
  cairo_restore (cr);
  plot_text_end (&text);
}
