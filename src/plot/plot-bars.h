/* plot-bars.h - class probabilities as horizontal bars
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-palette.h"

#include <cairo.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One row: label, bar of `share`, the share in percent.  Borrowed. */
typedef struct
{
  const char *label; /* class name, cut with an ellipsis if it is long        */
  double      share; /* 0..1; NaN is printed as "–" without a bar             */
  bool        muted; /* bar in dim instead of accent colour                   */
} PlotBar;

/* The height of `n` rows in this style. */
double plot_bars_height (const PlotStyle *style,
                         size_t           n);

/* Draws `n` rows from the top of `bounds`. */
void plot_bars_draw (cairo_t         *cr,
                     const PlotStyle *style,
                     PlotRect         bounds,
                     const PlotBar   *bars,
                     size_t           n);

/* Writes the indices of the `k` largest of `n` values into `top`, largest
 * first, equal values by index, NaN never.  Returns how many there are. */
size_t plot_top (const float *values,
                 size_t       n,
                 size_t       k,
                 size_t      *top);

#ifdef __cplusplus
}
#endif
