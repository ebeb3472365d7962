/* plot-axis.h - gridlines, tick labels and axis titles of a rectangle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-scale.h"
#include "plot-text.h"

/* The ticks that suit a scale of its length with labels in this style. */
size_t plot_axis_x_ticks (const PlotStyle *style,
                          const PlotScale *scale,
                          PlotTick         ticks[PLOT_MAX_TICKS]);
size_t plot_axis_y_ticks (const PlotStyle *style,
                          const PlotScale *scale,
                          PlotTick         ticks[PLOT_MAX_TICKS]);

/* The room that the labels of a vertical scale need at its left, and those of
 * a horizontal one below it, gaps included. */
double plot_axis_y_room (PlotText        *text,
                         const PlotScale *scale);
double plot_axis_x_room (PlotText *text);

/* How far the last label of a horizontal scale reaches over its end. */
double plot_axis_x_overhang (PlotText        *text,
                             const PlotScale *scale);

/* Horizontal gridlines across `inner` and their labels at its left. */
void plot_axis_draw_y (cairo_t         *cr,
                       PlotText        *text,
                       const PlotScale *scale,
                       PlotRect         inner);

/* Small marks under `inner` and their labels. */
void plot_axis_draw_x (cairo_t         *cr,
                       PlotText        *text,
                       const PlotScale *scale,
                       PlotRect         inner);
