/* plot-decimate.h - a curve as one small record for each column of pixels
 *
 * A column keeps the first, smallest, largest and last value of its points
 * (M4: Jugel et al., VLDB 2014), which is all that a line drawn through them
 * can show: no spike is lost, whatever the number of points.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-pyramid.h"
#include "plot-scale.h"
#include "plot-series.h"

/* The arrays behind a series, raw or smoothed.  A view. */
typedef struct
{
  const double    *x; /* NULL: 0, 1, 2 ...                                    */
  double           x_scale;
  const double    *y;
  size_t           n;
  const PlotTrace *trace; /* for its pyramid; NULL: scan                      */
  bool             smoothed;
} PlotCurve;

PlotCurve plot_curve_of (const PlotSeries *series,
                         bool              smoothed);

/* The x of point `i`. */
double plot_curve_x (const PlotCurve *curve,
                     size_t           i);

/* The first point at or after index `from` with x >= `x`, else n.  O(log d)
 * in the distance d from `from`; NaN finds n. */
size_t plot_curve_find (const PlotCurve *curve,
                        double           x,
                        size_t           from);

/* The extremes of finite y over points [begin, end); only of y > 0 if
 * `positive`. */
PlotExtremes plot_curve_extremes (const PlotCurve *curve,
                                  size_t           begin,
                                  size_t           end,
                                  bool             positive);

/* What a column of pixels shows: no point at all if minimum > maximum. */
typedef struct
{
  double first; /* not finite: the line breaks before this column             */
  double last;  /* not finite: the line breaks after it                       */
  double minimum;
  double maximum;
} PlotColumn;

/* Divides the scale's pixels into `n_columns` columns of equal width and
 * fills `columns` from its minimum to its maximum.  O(n_columns log n) with a
 * pyramid, O(n) without. */
void plot_decimate (const PlotCurve *curve,
                    const PlotScale *x,
                    bool             positive,
                    PlotColumn      *columns,
                    size_t           n_columns);
