/* plot-decimate.c - a curve as one small record for each column of pixels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-decimate.h"

#include <glib.h>
#include <math.h>

PlotCurve
plot_curve_of (const PlotSeries *series,
               bool              smoothed)
{
  const PlotTrace *trace = series->trace;
  const double x_scale = series->x_scale > 0.0 ? series->x_scale : 1.0;

  if (trace == NULL)
    return (PlotCurve) { .x = series->x, .x_scale = x_scale, .y = series->y, .n = series->n };
  return (PlotCurve) {
    .x = plot_trace_x (trace),
    .x_scale = x_scale,
    .y = smoothed ? plot_trace_smoothed (trace) : plot_trace_y (trace),
    .n = plot_trace_length (trace),
    .trace = trace,
    .smoothed = smoothed,
  };
}

double
plot_curve_x (const PlotCurve *curve,
              size_t           i)
{
  return curve->x_scale * (curve->x != NULL ? curve->x[i] : (double) i);
}

size_t
plot_curve_find (const PlotCurve *curve,
                 double           x,
                 size_t           from)
{
  size_t low = from;
  size_t stride = 1;

  /* Gallop: [low, high) is the bracket in which the answer lies. */
  while (low + stride < curve->n && !(plot_curve_x (curve, low + stride) >= x)) {
    low += stride;
    stride *= 2;
  }

  size_t high = MIN (low + stride, curve->n);

  while (low < high) {
    const size_t middle = low + (high - low) / 2;

    if (plot_curve_x (curve, middle) >= x)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* The same where the answer is likely to be near `guess`, which is not below
 * `from`: columns of even steps have as many points each. */
static size_t
find_near (const PlotCurve *curve,
           double           x,
           size_t           from,
           size_t           guess)
{
  size_t high = MIN (guess, curve->n);
  size_t low = high;
  size_t stride = 1;

  if (high < curve->n && !(plot_curve_x (curve, high) >= x))
    return plot_curve_find (curve, x, high);

  /* Gallop downwards: the answer is not above `high`. */
  while (low > from) {
    low = high - from > stride ? high - stride : from;
    if (!(plot_curve_x (curve, low) >= x))
      break;
    high = low;
    stride *= 2;
  }
  while (low < high) {
    const size_t middle = low + (high - low) / 2;

    if (plot_curve_x (curve, middle) >= x)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

PlotExtremes
plot_curve_extremes (const PlotCurve *curve,
                     size_t           begin,
                     size_t           end,
                     bool             positive)
{
  PlotExtremes extremes = plot_extremes_empty ();

  if (curve->trace != NULL)
    plot_trace_extremes (curve->trace, curve->smoothed, begin, end,
                         &extremes.minimum, &extremes.maximum);
  if (curve->trace != NULL && !(positive && extremes.minimum <= 0.0))
    return extremes;

  extremes = plot_extremes_empty ();
  for (size_t i = begin; i < end; i++)
    if (!positive || curve->y[i] > 0.0)
      plot_extremes_add (&extremes, curve->y[i]);
  return extremes;
}

void
plot_decimate (const PlotCurve *curve,
               const PlotScale *x,
               bool             positive,
               PlotColumn      *columns,
               size_t           n_columns)
{
  const double width = (x->end - x->start) / (double) n_columns;
  size_t begin = plot_curve_find (curve, x->minimum, 0);
  size_t points = 0;

  for (size_t c = 0; c < n_columns; c++) {
    /* The last column is closed on the right: it holds the maximum. */
    const double edge = c + 1 < n_columns
                        ? plot_scale_to_data (x, x->start + width * (double) (c + 1))
                        : nextafter (x->maximum, INFINITY);
    const size_t end = find_near (curve, edge, begin, begin + points);
    const PlotExtremes extremes = plot_curve_extremes (curve, begin, end, positive);

    columns[c].minimum = extremes.minimum;
    columns[c].maximum = extremes.maximum;
    columns[c].first = begin < end ? curve->y[begin] : NAN;
    columns[c].last = begin < end ? curve->y[end - 1] : NAN;
    points = end - begin;
    begin = end;
  }
}
