/* plot-trace.c - a curve that grows while it is drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-trace.h"

#include "plot-pyramid.h"

#include <glib.h>
#include <math.h>

/* The two sums whose ratio is the bias-corrected average. */
typedef struct
{
  double weight;
  double values;  /* sum of w^(t - i) y[i]                                    */
  double weights; /* sum of w^(t - i)                                         */
} Smoother;

struct PlotTrace
{
  double     *x;
  double     *y;
  double     *smoothed; /* NULL while the weight is 0                         */
  size_t      n;
  size_t      room;
  Smoother    smoother; /* after the last point                               */
  PlotPyramid raw_blocks;
  PlotPyramid smoothed_blocks;
};

static double
smoother_add (Smoother *smoother,
              double    y)
{
  if (!isfinite (y))
    return NAN;
  smoother->values = smoother->weight * smoother->values + y;
  smoother->weights = smoother->weight * smoother->weights + 1.0;
  return smoother->values / smoother->weights;
}

static double
clamp_weight (double weight)
{
  return weight > 0.0 ? fmin (weight, 1.0) : 0.0;
}

void
plot_smooth (const double *y,
             size_t        n,
             double        weight,
             double       *out)
{
  Smoother smoother = { .weight = clamp_weight (weight) };

  for (size_t i = 0; i < n; i++)
    out[i] = smoother_add (&smoother, y[i]);
}

PlotTrace *
plot_trace_new (void)
{
  return g_new0 (PlotTrace, 1);
}

void
plot_trace_free (PlotTrace *trace)
{
  if (trace == NULL)
    return;
  plot_pyramid_clear (&trace->raw_blocks);
  plot_pyramid_clear (&trace->smoothed_blocks);
  g_free (trace->x);
  g_free (trace->y);
  g_free (trace->smoothed);
  g_free (trace);
}

static void
make_room (PlotTrace *trace)
{
  if (trace->n < trace->room)
    return;
  trace->room = MAX (256, trace->room * 2);
  trace->x = g_renew (double, trace->x, trace->room);
  trace->y = g_renew (double, trace->y, trace->room);
  if (trace->smoothed != NULL)
    trace->smoothed = g_renew (double, trace->smoothed, trace->room);
}

bool
plot_trace_append (PlotTrace *trace,
                   double     x,
                   double     y)
{
  if (!isfinite (x) || (trace->n > 0 && x < trace->x[trace->n - 1]))
    return false;

  make_room (trace);
  trace->x[trace->n] = x;
  trace->y[trace->n] = y;
  if (trace->smoothed != NULL)
    trace->smoothed[trace->n] = smoother_add (&trace->smoother, y);
  trace->n++;
  if (trace->n % PLOT_PYRAMID_FANOUT == 0) {
    plot_pyramid_grow (&trace->raw_blocks, trace->y, trace->n);
    if (trace->smoothed != NULL)
      plot_pyramid_grow (&trace->smoothed_blocks, trace->smoothed, trace->n);
  }
  return true;
}

/* Computes the smoothed curve anew for all points. */
static void
smooth_again (PlotTrace *trace)
{
  trace->smoother.values = 0.0;
  trace->smoother.weights = 0.0;
  plot_pyramid_truncate (&trace->smoothed_blocks, 0);
  if (trace->smoothed == NULL)
    return;
  for (size_t i = 0; i < trace->n; i++)
    trace->smoothed[i] = smoother_add (&trace->smoother, trace->y[i]);
  plot_pyramid_grow (&trace->smoothed_blocks, trace->smoothed, trace->n);
}

void
plot_trace_truncate (PlotTrace *trace,
                     double     x)
{
  const size_t before = trace->n;

  while (trace->n > 0 && trace->x[trace->n - 1] > x)
    trace->n--;
  if (trace->n == before)
    return;
  plot_pyramid_truncate (&trace->raw_blocks, trace->n);
  smooth_again (trace);
}

void
plot_trace_set_smoothing (PlotTrace *trace,
                          double     weight)
{
  const double clamped = clamp_weight (weight);

  if (clamped == trace->smoother.weight)
    return;
  trace->smoother.weight = clamped;
  g_clear_pointer (&trace->smoothed, g_free);
  if (clamped > 0.0)
    trace->smoothed = g_new (double, MAX (trace->room, 1));
  smooth_again (trace);
}

double
plot_trace_smoothing (const PlotTrace *trace)
{
  return trace->smoother.weight;
}

size_t
plot_trace_length (const PlotTrace *trace)
{
  return trace->n;
}

const double *
plot_trace_x (const PlotTrace *trace)
{
  return trace->x;
}

const double *
plot_trace_y (const PlotTrace *trace)
{
  return trace->y;
}

const double *
plot_trace_smoothed (const PlotTrace *trace)
{
  return trace->smoothed != NULL ? trace->smoothed : trace->y;
}

bool
plot_trace_extremes (const PlotTrace *trace,
                     bool             smoothed,
                     size_t           begin,
                     size_t           end,
                     double          *minimum,
                     double          *maximum)
{
  const bool second = smoothed && trace->smoothed != NULL;
  const PlotExtremes extremes
    = plot_pyramid_extremes (second ? &trace->smoothed_blocks : &trace->raw_blocks,
                             second ? trace->smoothed : trace->y,
                             begin, MIN (end, trace->n));

  *minimum = extremes.minimum;
  *maximum = extremes.maximum;
  return extremes.minimum <= extremes.maximum;
}
