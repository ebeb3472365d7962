/* plot-stroke.h - one curve onto a cairo context, as cheaply as it allows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-decimate.h"

#include <cairo.h>

typedef struct
{
  PlotColor color;
  double    width;
  PlotLine  line;
} PlotPen;

/* Draws the line through the points of `curve` that the scales show.  Smooth
 * lines are antialiased; a line so noisy that its strokes would cost more
 * than a frame is drawn as vertical spans without antialiasing, which looks
 * the same because it fills whole columns.  The caller clips. */
void plot_stroke_curve (cairo_t         *cr,
                        const PlotCurve *curve,
                        const PlotScale *x,
                        const PlotScale *y,
                        const PlotPen   *pen);

/* Draws a dot with a halo of `halo` on every finite point, as long as there
 * is room for them; beyond that none. */
void plot_stroke_points (cairo_t         *cr,
                         const PlotCurve *curve,
                         const PlotScale *x,
                         const PlotScale *y,
                         const PlotPen   *pen,
                         PlotColor        halo);

/* Fills between the curves `lower` and `upper` over the same x. */
void plot_stroke_band (cairo_t         *cr,
                       const PlotCurve *lower,
                       const PlotCurve *upper,
                       const PlotScale *x,
                       const PlotScale *y,
                       PlotColor        color);
