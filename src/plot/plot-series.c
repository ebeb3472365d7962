/* plot-series.c - questions about one curve
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-series.h"

#include "plot-decimate.h"
#include "plot-pyramid.h"

#include <math.h>

/* Lengths on and off; a dot is as long as a line is wide. */
static const struct
{
  double dashes[4];
  int    n;
} patterns[] = {
  [PLOT_LINE_DASHED] = { { 4.0, 3.0 }, 2 },
  [PLOT_LINE_DOTTED] = { { 1.8, 2.6 }, 2 },
  [PLOT_LINE_DASH_DOTTED] = { { 7.0, 2.6, 1.8, 2.6 }, 4 },
  [PLOT_LINE_LONG_DASHED] = { { 11.0, 3.5 }, 2 },
  [PLOT_LINE_NONE] = { { 0 }, 0 },
};

void
plot_line_set (cairo_t *cr,
               PlotLine line)
{
  cairo_set_dash (cr, patterns[line].dashes, patterns[line].n, 0.0);
  cairo_set_line_cap (cr, patterns[line].n > 0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
}

size_t
plot_series_length (const PlotSeries *series)
{
  return plot_curve_of (series, true).n;
}

double
plot_series_x (const PlotSeries *series,
               size_t            i)
{
  const PlotCurve curve = plot_curve_of (series, true);

  return plot_curve_x (&curve, i);
}

double
plot_series_y (const PlotSeries *series,
               size_t            i)
{
  return plot_curve_of (series, true).y[i];
}

size_t
plot_series_find (const PlotSeries *series,
                  double            x)
{
  const PlotCurve curve = plot_curve_of (series, true);

  return plot_curve_find (&curve, x, 0);
}

/* Whether point `i` exists, is finite and beats `best`. */
static bool
is_nearer (const PlotCurve *curve,
           size_t           i,
           double           x,
           double          *best)
{
  const double distance = fabs (plot_curve_x (curve, i) - x);

  if (!isfinite (curve->y[i]) || !(distance < *best))
    return false;
  *best = distance;
  return true;
}

bool
plot_series_nearest (const PlotSeries *series,
                     double            x,
                     size_t           *index)
{
  const PlotCurve curve = plot_curve_of (series, true);
  const size_t middle = plot_curve_find (&curve, x, 0);
  double best = INFINITY;

  /* The first finite point on either side is the nearest there. */
  for (size_t i = middle; i < curve.n; i++)
    if (is_nearer (&curve, i, x, &best)) {
      *index = i;
      break;
    }
  for (size_t i = middle; i-- > 0;) {
    if (fabs (plot_curve_x (&curve, i) - x) >= best)
      break;
    if (is_nearer (&curve, i, x, &best)) {
      *index = i;
      break;
    }
  }
  return isfinite (best);
}

double
plot_series_value_at (const PlotSeries *series,
                      double            x)
{
  const PlotCurve curve = plot_curve_of (series, true);
  const size_t right = plot_curve_find (&curve, x, 0);

  if (right == curve.n || isnan (x))
    return NAN;

  const double x1 = plot_curve_x (&curve, right);

  if (x1 == x)
    return curve.y[right];
  if (right == 0)
    return NAN;

  const double x0 = plot_curve_x (&curve, right - 1);
  const double t = (x - x0) / (x1 - x0);

  return curve.y[right - 1] + (curve.y[right] - curve.y[right - 1]) * t;
}

bool
plot_series_x_range (const PlotSeries *series,
                     double           *minimum,
                     double           *maximum)
{
  const PlotCurve curve = plot_curve_of (series, false);

  if (curve.n == 0)
    return false;
  *minimum = plot_curve_x (&curve, 0);
  *maximum = plot_curve_x (&curve, curve.n - 1);
  return true;
}

/* Widens `extremes` by the part of `curve` with x in the given range. */
static void
add_curve (PlotExtremes    *extremes,
           const PlotCurve *curve,
           double           x_minimum,
           double           x_maximum,
           bool             positive)
{
  const size_t begin = plot_curve_find (curve, x_minimum, 0);
  const size_t end = plot_curve_find (curve, nextafter (x_maximum, INFINITY), begin);
  const PlotExtremes found = plot_curve_extremes (curve, begin, end, positive);

  if (found.minimum > found.maximum)
    return;
  plot_extremes_add (extremes, found.minimum);
  plot_extremes_add (extremes, found.maximum);
}

bool
plot_series_y_range (const PlotSeries *series,
                     double            x_minimum,
                     double            x_maximum,
                     bool              positive,
                     double           *minimum,
                     double           *maximum)
{
  PlotExtremes extremes = plot_extremes_empty ();
  PlotCurve curve = plot_curve_of (series, false);

  add_curve (&extremes, &curve, x_minimum, x_maximum, positive);
  if (series->trace == NULL && series->lower != NULL && series->upper != NULL) {
    curve.y = series->lower;
    add_curve (&extremes, &curve, x_minimum, x_maximum, positive);
    curve.y = series->upper;
    add_curve (&extremes, &curve, x_minimum, x_maximum, positive);
  }
  *minimum = extremes.minimum;
  *maximum = extremes.maximum;
  return extremes.minimum <= extremes.maximum;
}
