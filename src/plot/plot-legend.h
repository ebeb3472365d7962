/* plot-legend.h - the heading of a chart: title, names of series, hint
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-chart.h"
#include "plot-text.h"

/* Places the title, every series' entry and the hint from left to right,
 * wrapping into further rows where `width` ends.  `entries` (n_series, may be
 * NULL) receives where each entry lies, relative to (x, y).  Returns the
 * height of all rows; 0 if there is nothing to show. */
double plot_legend_place (const PlotChart *chart,
                          PlotText        *text,
                          PlotRect         bounds,
                          PlotRect        *entries,
                          PlotRect        *hint);

/* Draws what plot_legend_place() placed. */
void plot_legend_draw (const PlotChart *chart,
                       PlotText        *text,
                       PlotRect         bounds,
                       cairo_t         *cr);
