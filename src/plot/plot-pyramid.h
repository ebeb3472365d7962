/* plot-pyramid.h - minima and maxima of blocks of a growing array
 *
 * Level 0 holds the extremes of every complete block of PLOT_PYRAMID_FANOUT
 * values, each further level those of as many blocks below it.  Growing is
 * O(1) amortised for a value, a query O(log n).
 *
 *     level 1   |               0..255              |  256..
 *     level 0   | 0..15 | 16..31 | ... | 240..255   |  ...
 *     values    v v v v v v v v v v v v v v v v v v v  v v v
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PLOT_PYRAMID_FANOUT 16
#define PLOT_PYRAMID_LEVELS 12 /* 16^12 values are more than memory holds     */

/* The extremes of finite values; empty is minimum > maximum. */
typedef struct
{
  double minimum;
  double maximum;
} PlotExtremes;

/* No values at all. */
PlotExtremes plot_extremes_empty (void);

/* Widens `extremes` by `value` if that is finite. */
void plot_extremes_add (PlotExtremes *extremes,
                        double        value);

typedef struct
{
  PlotExtremes *blocks;
  size_t        n;
  size_t        room;
} PlotPyramidLevel;

/* Zero-initialise.  The values themselves stay with the caller. */
typedef struct
{
  PlotPyramidLevel levels[PLOT_PYRAMID_LEVELS];
} PlotPyramid;

/* Frees the blocks and makes the pyramid empty. */
void plot_pyramid_clear (PlotPyramid *pyramid);

/* Takes note that `values` now has `n` values, of which those seen before
 * have not changed. */
void plot_pyramid_grow (PlotPyramid  *pyramid,
                        const double *values,
                        size_t        n);

/* Forgets all values from index `n` on. */
void plot_pyramid_truncate (PlotPyramid *pyramid,
                            size_t       n);

/* The extremes of values [begin, end). */
PlotExtremes plot_pyramid_extremes (const PlotPyramid *pyramid,
                                    const double      *values,
                                    size_t             begin,
                                    size_t             end);
