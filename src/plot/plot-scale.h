/* plot-scale.h - one axis: data to pixels, ticks, zoom, numbers as text
 *
 * A scale is a plain value.  All functions accept any doubles; what cannot be
 * drawn (NaN, zero or less on a log axis) maps to NaN and never to a pixel.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `minimum` is drawn at pixel `start` and `maximum` at `end`; for a vertical
 * axis start lies below end (start > end).  Log is base 10. */
typedef struct
{
  double minimum;
  double maximum;
  double start;
  double end;
  bool   log;
} PlotScale;

/* Makes a valid scale out of any range: a reversed range is swapped, an empty
 * one is widened around its value, NaN or infinite ends give 0..1 (log:
 * 0.1..1), and a log axis that reaches zero or below begins at a thousandth
 * of its maximum. */
PlotScale plot_scale_new (double minimum,
                          double maximum,
                          double start,
                          double end,
                          bool   log);

/* The pixel of `value`, which may lie outside start..end; NaN if `value`
 * cannot be drawn on this scale. */
double plot_scale_to_pixel (const PlotScale *scale,
                            double           value);

/* The inverse of plot_scale_to_pixel(). */
double plot_scale_to_data (const PlotScale *scale,
                           double           pixel);

/* Shows 1 / `factor` of the range (factor > 1 zooms in) while the data under
 * `pixel` stays where it is.  A zoom to less than a billionth of the
 * magnitude of the values, or to more than 1e300, leaves the scale as it was. */
void plot_scale_zoom (PlotScale *scale,
                      double     pixel,
                      double     factor);

/* Moves the data by `pixels`, as a drag does. */
void plot_scale_pan (PlotScale *scale,
                     double     pixels);

/* --- ticks --------------------------------------------------------------- */

#define PLOT_MAX_TICKS 48
#define PLOT_NUMBER_SIZE 32

typedef struct
{
  double value;
  bool   minor;                   /* a line of its own, but no label          */
  char   label[PLOT_NUMBER_SIZE]; /* UTF-8; empty for minor ticks             */
} PlotTick;

/* Ticks inside the scale's range, ascending: multiples of 1, 2 or 5 times a
 * power of ten on a linear axis, about `target` (>= 1) of them; powers of ten
 * on a log axis (every n-th if there are many) with minor ticks at 2..9, or
 * linear ticks where the range is less than a decade and a half.  Returns how
 * many were written. */
size_t plot_scale_ticks (const PlotScale *scale,
                         int              target,
                         PlotTick         ticks[PLOT_MAX_TICKS]);

/* The step of such ticks on a linear axis: 1, 2 or 5 times a power of ten
 * so that about `target` of them cover `range` (> 0). */
double plot_tick_step (double range,
                       int    target);

/* Widens a range to multiples of its tick step, so that the first and last
 * gridline are the edges of the drawing (a loss from 0.02 to 2.31 becomes
 * 0..2.5).  A log range is widened to whole powers of ten. */
void plot_nice_range (double *minimum,
                      double *maximum,
                      int     target,
                      bool    log);

/* --- numbers as text ----------------------------------------------------- */

/* All of these write a true minus sign, "–" for NaN, "∞" and "−∞", and do
 * not depend on the locale. */

/* A tick label: as many decimals as ticks `step` apart need, no trailing
 * zeros beyond that, no "-0", thousands separated by commas; 2×10⁶ for
 * steps of a million or more, 5×10⁻⁵ for steps below 1e-4. */
void plot_format_tick (double value,
                       double step,
                       char   text[PLOT_NUMBER_SIZE]);

/* A value for a readout: `digits` significant digits with their zeros
 * (0.18420), whole numbers in full up to 1e7; 1.8420×10⁻⁵ outside 1e-4..1e7. */
void plot_format_value (double value,
                        int    digits,
                        char   text[PLOT_NUMBER_SIZE]);

/* The same without trailing zeros: 262, 2.66, 0.16. */
void plot_format_short (double value,
                        int    digits,
                        char   text[PLOT_NUMBER_SIZE]);

#ifdef __cplusplus
}
#endif
