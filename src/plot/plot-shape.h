/* plot-shape.h - shapes that several drawings share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-text.h"

/* Adds a rectangle with round corners to the path; the radius shrinks to fit. */
void plot_shape_rounded (cairo_t *cr,
                         PlotRect rect,
                         double   radius);

/* Strokes a line one unit wide, on whole pixels where it is straight. */
void plot_shape_hairline (cairo_t  *cr,
                          PlotColor color,
                          double    x0,
                          double    y0,
                          double    x1,
                          double    y1);

/* A floating card: shadow, fill and outline in the style's colours. */
void plot_shape_card (cairo_t         *cr,
                      const PlotStyle *style,
                      PlotRect         rect);

/* White or black, whichever reads better on `color`. */
PlotColor plot_shape_ink (PlotColor color);

/* A filled label with text in white or black, whichever reads better, whose
 * left edge is at x and whose middle is at y.  Kept inside [low, high]. */
void plot_shape_pill (cairo_t    *cr,
                      PlotText   *text,
                      PlotColor   color,
                      const char *label,
                      double      x,
                      double      y,
                      double      low,
                      double      high);

/* A draggable knob. */
void plot_shape_knob (cairo_t         *cr,
                      const PlotStyle *style,
                      PlotColor        color,
                      double           x,
                      double           y);

/* The radius of a knob, and how far from it a press still grabs it. */
double plot_shape_knob_radius (const PlotStyle *style);
#define PLOT_GRAB_DISTANCE 8.0
