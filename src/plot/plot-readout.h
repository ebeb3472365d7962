/* plot-readout.h - the crosshair of a chart and its box of values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-chart.h"
#include "plot-text.h"

/* The crosshair's x moved to the nearest x of a point of a shown series; the
 * x itself if there is none. */
double plot_readout_snap (const PlotChart *chart);

/* Draws the line at the snapped crosshair, a dot on every curve and the box
 * with its values in five digits.  A value between two points is the drawn
 * line's and marked with "≈". */
void plot_readout_draw (const PlotChart  *chart,
                        const PlotLayout *layout,
                        PlotText         *text,
                        cairo_t          *cr);
