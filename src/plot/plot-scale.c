/* plot-scale.c - data to pixels and back, zoom and pan
 *
 * All arithmetic happens in "axis space", which is the data itself or its
 * logarithm, so that linear and log axes share every function.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-scale.h"

#include <math.h>

#define LARGEST 1e300
#define SMALLEST 1e-300

static double
to_axis (const PlotScale *scale,
         double           value)
{
  if (!scale->log)
    return value;
  return value > 0.0 ? log10 (value) : NAN;
}

static double
from_axis (const PlotScale *scale,
           double           place)
{
  return scale->log ? pow (10.0, place) : place;
}

static void
make_positive (double *minimum,
               double *maximum)
{
  if (*maximum <= 0.0) {
    *minimum = 0.1;
    *maximum = 1.0;
  }
  *maximum = fmax (*maximum, SMALLEST * 1e3);
  if (*minimum <= 0.0)
    *minimum = *maximum / 1000.0;
  *minimum = fmax (*minimum, SMALLEST);
}

/* Opens a range of one value so that the value lies in its middle. */
static void
widen (double *minimum,
       double *maximum,
       bool    log)
{
  const double value = *minimum;
  const double half = value != 0.0 ? fabs (value) * 0.1 : 0.5;

  *minimum = log ? value / 2.0 : value - half;
  *maximum = log ? value * 2.0 : value + half;
}

PlotScale
plot_scale_new (double minimum,
                double maximum,
                double start,
                double end,
                bool   log)
{
  if (!isfinite (minimum) || !isfinite (maximum)) {
    minimum = log ? 0.1 : 0.0;
    maximum = 1.0;
  }
  if (minimum > maximum) {
    const double swapped = minimum;

    minimum = maximum;
    maximum = swapped;
  }
  minimum = fmin (fmax (minimum, -LARGEST), LARGEST);
  maximum = fmin (fmax (maximum, -LARGEST), LARGEST);
  if (log)
    make_positive (&minimum, &maximum);
  if (maximum - minimum <= fabs (maximum) * 1e-14)
    widen (&minimum, &maximum, log);
  return (PlotScale) { minimum, maximum, start, end, log };
}

double
plot_scale_to_pixel (const PlotScale *scale,
                     double           value)
{
  const double low = to_axis (scale, scale->minimum);
  const double high = to_axis (scale, scale->maximum);
  const double share = (to_axis (scale, value) - low) / (high - low);

  return isfinite (share) ? scale->start + share * (scale->end - scale->start) : NAN;
}

double
plot_scale_to_data (const PlotScale *scale,
                    double           pixel)
{
  const double low = to_axis (scale, scale->minimum);
  const double high = to_axis (scale, scale->maximum);
  const double share = (pixel - scale->start) / (scale->end - scale->start);

  return from_axis (scale, low + share * (high - low));
}

/* Shows axis space [low, high] if that can be told apart and drawn. */
static void
show (PlotScale *scale,
      double     low,
      double     high)
{
  const double magnitude = fmax (fabs (low), fabs (high));
  const double limit = scale->log ? log10 (LARGEST) : LARGEST;

  if (!(high - low > magnitude * 1e-9) || !(magnitude <= limit))
    return;
  scale->minimum = from_axis (scale, low);
  scale->maximum = from_axis (scale, high);
}

void
plot_scale_zoom (PlotScale *scale,
                 double     pixel,
                 double     factor)
{
  const double low = to_axis (scale, scale->minimum);
  const double high = to_axis (scale, scale->maximum);
  const double share = (pixel - scale->start) / (scale->end - scale->start);
  const double fixed = low + share * (high - low);

  show (scale, fixed + (low - fixed) / factor, fixed + (high - fixed) / factor);
}

void
plot_scale_pan (PlotScale *scale,
                double     pixels)
{
  const double low = to_axis (scale, scale->minimum);
  const double high = to_axis (scale, scale->maximum);
  const double move = pixels / (scale->end - scale->start) * (high - low);

  show (scale, low - move, high - move);
}
