/* plot-bars.c - class probabilities as horizontal bars
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-bars.h"

#include "plot-scale.h"
#include "plot-shape.h"

#include <glib.h>
#include <math.h>

#define GAP 8.0

/* Class names may take this share of the width. */
#define LABEL_SHARE 0.42

static double
row_height (PlotText *text)
{
  return ceil (plot_text_height (text, PLOT_FONT_BODY) + 2.0);
}

double
plot_bars_height (const PlotStyle *style,
                  size_t           n)
{
  PlotText text = plot_text_begin (style);
  const double height = row_height (&text) * (double) n;

  plot_text_end (&text);
  return height;
}

static void
draw_bar (cairo_t         *cr,
          const PlotStyle *style,
          PlotRect         track,
          const PlotBar   *bar)
{
  const double radius = track.height / 2.0;
  const double share = fmin (fmax (bar->share, 0.0), 1.0);

  plot_shape_rounded (cr, track, radius);
  plot_color_set (cr, style->track);
  cairo_fill (cr);
  if (isnan (bar->share) || track.width * share < 0.25)
    return;

  /* The track's own shape bounds the bar, so that a sliver stays a sliver. */
  cairo_save (cr);
  plot_shape_rounded (cr, track, radius);
  cairo_clip (cr);
  plot_shape_rounded (cr, (PlotRect) { track.x - track.height, track.y,
                                       track.width * share + track.height, track.height },
                      radius);
  plot_color_set (cr, bar->muted ? style->dim : style->accent);
  cairo_fill (cr);
  cairo_restore (cr);
}

void
plot_bars_draw (cairo_t         *cr,
                const PlotStyle *style,
                PlotRect         bounds,
                const PlotBar   *bars,
                size_t           n)
{
  PlotText text = plot_text_begin (style);
  const double row = row_height (&text);
  const double thickness = floor (style->font_size * 0.62);
  const double value_width = ceil (plot_text_width (&text, PLOT_FONT_BODY, "100.0 %", NULL));
  double label_width = 0.0;

  for (size_t i = 0; i < n; i++)
    label_width = fmax (label_width,
                        plot_text_width (&text, PLOT_FONT_BOLD, bars[i].label, NULL));
  label_width = ceil (fmin (label_width, bounds.width * LABEL_SHARE));

  const double left = bounds.x + label_width + GAP;
  const double right = bounds.x + bounds.width - value_width - GAP;

  for (size_t i = 0; i < n; i++) {
    const double middle = bounds.y + row * ((double) i + 0.5);
    const PlotRect track = { left, round (middle - thickness / 2.0),
                             fmax (right - left, 1.0), thickness };
    char number[PLOT_NUMBER_SIZE];
    char value[PLOT_NUMBER_SIZE + 8];

    plot_format_tick (bars[i].share * 100.0, 0.1, number);
    g_snprintf (value, sizeof value, isnan (bars[i].share) ? "%s" : "%s %%", number);
    plot_text_draw_cut (&text, cr, PLOT_FONT_BOLD, style->foreground, bars[i].label,
                        bounds.x, middle, 0.5, label_width + 1.0);
    draw_bar (cr, style, track, &bars[i]);
    plot_text_draw (&text, cr, PLOT_FONT_BODY, style->foreground, value,
                    bounds.x + bounds.width, middle, 1.0, 0.5);
  }
  plot_text_end (&text);
}

size_t
plot_top (const float *values,
          size_t       n,
          size_t       k,
          size_t      *top)
{
  size_t found = 0;

  for (size_t i = 0; i < n && k > 0; i++) {
    size_t place = found;

    if (isnan (values[i]))
      continue;
    while (place > 0 && values[top[place - 1]] < values[i])
      place--;
    if (place == k)
      continue;
    if (found < k)
      found++;
    for (size_t j = found - 1; j > place; j--)
      top[j] = top[j - 1];
    top[place] = i;
  }
  return found;
}
