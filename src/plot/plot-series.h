/* plot-series.h - one curve of a chart: borrowed numbers and their look
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-palette.h"
#include "plot-trace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  PLOT_LINE_SOLID,
  PLOT_LINE_DASHED,
  PLOT_LINE_DOTTED,
  PLOT_LINE_DASH_DOTTED,
  PLOT_LINE_LONG_DASHED,
  PLOT_LINE_NONE,
} PlotLine;

/* Gives `cr` the dashes and caps of `line`. */
void plot_line_set (cairo_t *cr,
                    PlotLine line);

/* Points come either from `trace` or from the arrays.  Everything is borrowed
 * and must live as long as the series is used.  x ascends (equal values are
 * allowed); NaN or infinite y is a gap.  Zero-initialise, then set what is
 * wanted: a solid line without points.
 *
 * A trace with smoothing is drawn twice: the raw points as a pale trace, the
 * smoothed curve on top of it. */
typedef struct
{
  const char      *name;   /* UTF-8, shown in legend, readout and tables      */
  const char      *csv_name; /* in files; NULL: name                          */
  PlotColor        color;
  PlotLine         line;
  double           width;  /* of the line; 0: 1.8                             */
  bool             points; /* a dot on each point (few points)                */
  bool             hidden; /* drawn nowhere, but dimmed in the legend         */

  double           x_scale; /* the chart's x of an x below; 0: 1              */
  const PlotTrace *trace;  /* or NULL                                         */

  const double    *x;      /* (n); NULL: 0, 1, 2 ...                          */
  const double    *y;      /* (n)                                             */
  const double    *lower;  /* (n) interval around y, or NULL                  */
  const double    *upper;  /* (n)                                             */
  size_t           n;
} PlotSeries;

/* Number of points, and point i as drawn on top: the smoothed value if the
 * series is smoothed. */
size_t plot_series_length (const PlotSeries *series);
double plot_series_x      (const PlotSeries *series,
                           size_t            i);
double plot_series_y      (const PlotSeries *series,
                           size_t            i);

/* The first point with x >= `x` (the length if there is none). O(log n). */
size_t plot_series_find (const PlotSeries *series,
                         double            x);

/* The point whose x is nearest to `x` and whose y is finite.  Returns false
 * if the series has none. */
bool plot_series_nearest (const PlotSeries *series,
                          double            x,
                          size_t           *index);

/* The curve at `x`, linear between finite neighbours; NaN outside the curve
 * and in gaps. */
double plot_series_value_at (const PlotSeries *series,
                             double            x);

/* First and last x.  Returns false for an empty series. */
bool plot_series_x_range (const PlotSeries *series,
                          double           *minimum,
                          double           *maximum);

/* The finite extremes of raw values, smoothed curve and interval over points
 * with x in [x_minimum, x_maximum]; only values > 0 if `positive`.  Returns
 * false if there are none. */
bool plot_series_y_range (const PlotSeries *series,
                          double            x_minimum,
                          double            x_maximum,
                          bool              positive,
                          double           *minimum,
                          double           *maximum);

#ifdef __cplusplus
}
#endif
