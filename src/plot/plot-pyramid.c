/* plot-pyramid.c - minima and maxima of blocks of a growing array
 *
 * Only complete blocks are stored: a query never needs an incomplete one,
 * because the values at its two ragged ends are read one by one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-pyramid.h"

#include <glib.h>
#include <math.h>

PlotExtremes
plot_extremes_empty (void)
{
  return (PlotExtremes) { INFINITY, -INFINITY };
}

/* Without a branch on noise, which nobody can foretell: as fmin and fmax, of
 * which the processor has an instruction each. */
static void
widen (PlotExtremes *extremes,
       double        minimum,
       double        maximum)
{
  extremes->minimum = minimum < extremes->minimum ? minimum : extremes->minimum;
  extremes->maximum = maximum > extremes->maximum ? maximum : extremes->maximum;
}

void
plot_extremes_add (PlotExtremes *extremes,
                   double        value)
{
  if (isfinite (value))
    widen (extremes, value, value);
}

static void
merge (PlotExtremes       *extremes,
       const PlotExtremes *block)
{
  widen (extremes, block->minimum, block->maximum);
}

static void
push (PlotPyramidLevel *level,
      PlotExtremes      block)
{
  if (level->n == level->room) {
    level->room = MAX (16, level->room * 2);
    level->blocks = g_renew (PlotExtremes, level->blocks, level->room);
  }
  level->blocks[level->n++] = block;
}

void
plot_pyramid_clear (PlotPyramid *pyramid)
{
  for (int i = 0; i < PLOT_PYRAMID_LEVELS; i++) {
    g_free (pyramid->levels[i].blocks);
    pyramid->levels[i] = (PlotPyramidLevel) { NULL, 0, 0 };
  }
}

void
plot_pyramid_grow (PlotPyramid  *pyramid,
                   const double *values,
                   size_t        n)
{
  PlotPyramidLevel *lowest = &pyramid->levels[0];

  while (lowest->n < n / PLOT_PYRAMID_FANOUT) {
    const double *block = values + lowest->n * PLOT_PYRAMID_FANOUT;
    PlotExtremes extremes = plot_extremes_empty ();

    for (int i = 0; i < PLOT_PYRAMID_FANOUT; i++)
      plot_extremes_add (&extremes, block[i]);
    push (lowest, extremes);
  }
  for (int k = 1; k < PLOT_PYRAMID_LEVELS; k++) {
    const PlotPyramidLevel *below = &pyramid->levels[k - 1];
    PlotPyramidLevel *level = &pyramid->levels[k];

    while (level->n < below->n / PLOT_PYRAMID_FANOUT) {
      const PlotExtremes *blocks = below->blocks + level->n * PLOT_PYRAMID_FANOUT;
      PlotExtremes extremes = plot_extremes_empty ();

      for (int i = 0; i < PLOT_PYRAMID_FANOUT; i++)
        merge (&extremes, &blocks[i]);
      push (level, extremes);
    }
  }
}

void
plot_pyramid_truncate (PlotPyramid *pyramid,
                       size_t       n)
{
  for (int k = 0; k < PLOT_PYRAMID_LEVELS; k++) {
    n /= PLOT_PYRAMID_FANOUT;
    pyramid->levels[k].n = MIN (pyramid->levels[k].n, n);
  }
}

PlotExtremes
plot_pyramid_extremes (const PlotPyramid *pyramid,
                       const double      *values,
                       size_t             begin,
                       size_t             end)
{
  PlotExtremes extremes = plot_extremes_empty ();

  while (begin < end && begin % PLOT_PYRAMID_FANOUT != 0)
    plot_extremes_add (&extremes, values[begin++]);
  while (begin < end && end % PLOT_PYRAMID_FANOUT != 0)
    plot_extremes_add (&extremes, values[--end]);

  /* What is left is whole blocks; climb while they come in groups. */
  for (int k = 0; begin < end && k < PLOT_PYRAMID_LEVELS; k++) {
    const PlotExtremes *blocks = pyramid->levels[k].blocks;

    begin /= PLOT_PYRAMID_FANOUT;
    end /= PLOT_PYRAMID_FANOUT;
    while (begin < end && begin % PLOT_PYRAMID_FANOUT != 0)
      merge (&extremes, &blocks[begin++]);
    while (begin < end && end % PLOT_PYRAMID_FANOUT != 0)
      merge (&extremes, &blocks[--end]);
  }
  return extremes;
}
