/* plot-ticks.c - where the ticks of an axis lie
 *
 * Tick i is i * m / 10^k with whole i, m and k where the step is below one:
 * the division rounds once, so that 0.3 is 0.3 and not 0.1 + 0.1 + 0.1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-scale.h"

#include "plot-number.h"

#include <math.h>

/* Half a millionth of a step forgives the rounding of the range's ends. */
#define FORGIVEN 5e-7

/* A step of `mantissa` (1, 2, 5) times 10^`exponent`. */
typedef struct
{
  int mantissa;
  int exponent;
} Step;

static Step
choose_step (double range,
             int    target)
{
  const double wanted = range / (target > 1 ? target : 1);
  const int exponent = (int) floor (log10 (wanted));
  const double mantissa = wanted / pow (10.0, exponent);

  /* The borders are geometric means, so that 1, 2 and 5 share evenly. */
  if (mantissa < 1.4142)
    return (Step) { 1, exponent };
  if (mantissa < 3.1623)
    return (Step) { 2, exponent };
  if (mantissa < 7.0711)
    return (Step) { 5, exponent };
  return (Step) { 1, exponent + 1 };
}

static double
multiple (Step   step,
          double i)
{
  if (i == 0.0)
    return 0.0;
  if (step.exponent < 0)
    return i * step.mantissa / pow (10.0, -step.exponent);
  return i * step.mantissa * pow (10.0, step.exponent);
}

double
plot_tick_step (double range,
                int    target)
{
  return multiple (choose_step (range, target), 1.0);
}

static size_t
linear_ticks (const PlotScale *scale,
              int              target,
              PlotTick        *ticks)
{
  const Step step = choose_step (scale->maximum - scale->minimum, target);
  const double width = multiple (step, 1.0);
  const double first = ceil (scale->minimum / width - FORGIVEN);
  const double last = floor (scale->maximum / width + FORGIVEN);
  size_t n = 0;

  for (double i = first; i <= last && n < PLOT_MAX_TICKS; i += 1.0) {
    const double value = multiple (step, i);

    /* Far from zero neighbouring multiples may be the same double. */
    if (n > 0 && value <= ticks[n - 1].value)
      break;
    ticks[n].value = value;
    ticks[n].minor = false;
    plot_format_tick (value, width, ticks[n].label);
    n++;
  }
  return n;
}

/* Adds 10^decade * digit if it lies inside the scale. */
static size_t
add_log_tick (const PlotScale *scale,
              int              decade,
              int              digit,
              bool             labelled,
              bool             powers,
              PlotTick        *ticks,
              size_t           n)
{
  const double value = multiple ((Step) { 1, decade }, digit);

  if (n == PLOT_MAX_TICKS || value < scale->minimum * (1.0 - FORGIVEN)
      || value > scale->maximum * (1.0 + FORGIVEN))
    return n;
  ticks[n].value = value;
  ticks[n].minor = !labelled;
  ticks[n].label[0] = '\0';
  if (labelled && powers)
    plot_format_power (digit, 0, decade, ticks[n].label);
  else if (labelled)
    plot_format_tick (value, value, ticks[n].label);
  return n + 1;
}

static size_t
log_ticks (const PlotScale *scale,
           int              target,
           PlotTick        *ticks)
{
  const int first = (int) floor (log10 (scale->minimum));
  const int last = (int) ceil (log10 (scale->maximum));
  const double decades = log10 (scale->maximum) - log10 (scale->minimum);
  const int every = (int) fmax (1.0, ceil (decades / (target > 1 ? target : 1)));
  const bool powers = first < -4 || last > 6;
  const bool with_minor = every == 1 && decades * 9.0 < PLOT_MAX_TICKS - 10;
  size_t n = 0;

  for (int decade = first; decade <= last; decade++) {
    if (decade % every == 0 || decades < PLOT_MAX_TICKS / 2)
      n = add_log_tick (scale, decade, 1, decade % every == 0, powers, ticks, n);
    for (int digit = 2; with_minor && digit <= 9; digit++) {
      const bool labelled = decades < 2.5 && (digit == 2 || digit == 5);

      n = add_log_tick (scale, decade, digit, labelled, powers, ticks, n);
    }
  }
  return n;
}

size_t
plot_scale_ticks (const PlotScale *scale,
                  int              target,
                  PlotTick         ticks[PLOT_MAX_TICKS])
{
  const bool decades = scale->log && scale->maximum / scale->minimum >= 31.6;

  return decades ? log_ticks (scale, target, ticks) : linear_ticks (scale, target, ticks);
}

void
plot_nice_range (double *minimum,
                 double *maximum,
                 int     target,
                 bool    log)
{
  const PlotScale scale = plot_scale_new (*minimum, *maximum, 0.0, 1.0, log);

  if (log) {
    *minimum = pow (10.0, floor (log10 (scale.minimum) + FORGIVEN));
    *maximum = pow (10.0, ceil (log10 (scale.maximum) - FORGIVEN));
    return;
  }

  const Step step = choose_step (scale.maximum - scale.minimum, target);
  const double width = multiple (step, 1.0);

  *minimum = multiple (step, floor (scale.minimum / width + FORGIVEN));
  *maximum = multiple (step, ceil (scale.maximum / width - FORGIVEN));
}
