/* plot-axis.h - gridlines, tick labels and axis titles of a rectangle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-scale.h"
#include "plot-text.h"

/* How many ticks suit an axis of this many pixels. */
int plot_axis_x_target (const PlotStyle *style,
                        double           width);
int plot_axis_y_target (const PlotStyle *style,
                        double           height);

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
