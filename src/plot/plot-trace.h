/* plot-trace.h - a curve that grows while it is drawn
 *
 * Points are appended in O(1) amortised; a pyramid of block minima and maxima
 * grows with them, so that the extremes of any stretch cost O(log n) and a
 * chart of 10^6 points is drawn in O(pixels) without losing a spike.
 *
 * Smoothing is the exponential average with bias correction (the one of Adam,
 * Kingma & Ba 2014, section 3):
 *
 *     m[t] = w m[t-1] + (1 - w) y[t],   smoothed[t] = m[t] / (1 - w^t)
 *
 * computed as a ratio of two sums, whose limit for w = 1 is the running mean:
 * the strongest smoothing is therefore never a flat line at the first value.
 * Points that are not finite stay gaps and do not enter the average.
 *
 * A trace belongs to one thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PlotTrace PlotTrace;

/* An empty trace without smoothing.  Free with plot_trace_free(). */
PlotTrace *plot_trace_new  (void);
void       plot_trace_free (PlotTrace *trace);

/* Adds a point.  `y` may be NaN: a gap.  Returns false and changes nothing if
 * `x` is not finite or lies before the last point. */
bool plot_trace_append (PlotTrace *trace,
                        double     x,
                        double     y);

/* Drops all points with x > `x`: a run that is resumed from an older
 * checkpoint repeats them.  -INFINITY empties the trace. */
void plot_trace_truncate (PlotTrace *trace,
                          double     x);

/* Sets the smoothing weight, moved into [0, 1]; 0 is none.  O(n) when the
 * weight changes, nothing otherwise. */
void   plot_trace_set_smoothing (PlotTrace *trace,
                                 double     weight);
double plot_trace_smoothing     (const PlotTrace *trace);

/* Number of points. */
size_t plot_trace_length (const PlotTrace *trace);

/* The points: valid until the next append or truncate.  smoothed is y itself
 * while there is no smoothing. */
const double *plot_trace_x        (const PlotTrace *trace);
const double *plot_trace_y        (const PlotTrace *trace);
const double *plot_trace_smoothed (const PlotTrace *trace);

/* The extremes of y (or of the smoothed curve) over points [begin, end),
 * finite values only.  Returns false if there are none. */
bool plot_trace_extremes (const PlotTrace *trace,
                          bool             smoothed,
                          size_t           begin,
                          size_t           end,
                          double          *minimum,
                          double          *maximum);

/* The same average for an array: out[i] for y[i], `n` values; `out` may be
 * `y`. */
void plot_smooth (const double *y,
                  size_t        n,
                  double        weight,
                  double       *out);

#ifdef __cplusplus
}
#endif
