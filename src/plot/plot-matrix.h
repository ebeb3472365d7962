/* plot-matrix.h - the confusion matrix
 *
 * Rows are true classes, columns what the network said.  A cell's colour is
 * its share of the row, right answers in the accent colour, wrong ones in the
 * sequential palette, so that rare mistakes are not drowned by the diagonal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-palette.h"

#include <cairo.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A plain description; everything is borrowed. */
typedef struct
{
  const double      *counts; /* (n, n), row-major, each >= 0                  */
  const char *const *names;  /* (n) class names                               */
  size_t             n;
  int                row;    /* the selected or hovered cell; -1: none        */
  int                column;
} PlotMatrix;

/* Where the cells lie: a square, at the right and top of the space that the
 * row names leave in `bounds`. */
PlotRect plot_matrix_layout (const PlotMatrix *matrix,
                             const PlotStyle  *style,
                             PlotRect          bounds);

/* Draws the cells into `cells` (see plot_matrix_layout()) with names beside
 * them, and counts in them where they fit. */
void plot_matrix_draw (const PlotMatrix *matrix,
                       const PlotStyle  *style,
                       PlotRect          cells,
                       cairo_t          *cr);

/* The cell under a pixel.  Returns false outside. */
bool plot_matrix_cell_at (const PlotMatrix *matrix,
                          PlotRect          cells,
                          double            pixel_x,
                          double            pixel_y,
                          int              *row,
                          int              *column);

#ifdef __cplusplus
}
#endif
