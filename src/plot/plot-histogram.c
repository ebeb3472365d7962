/* plot-histogram.c - distributions of weights and activations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-histogram.h"

#include "plot-axis.h"
#include "plot-shape.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <math.h>

#define BAR_OPACITY 0.55
#define HEADROOM 1.06

/* --- numbers ------------------------------------------------------------- */

size_t
plot_histogram_count (const float *values,
                      size_t       n,
                      double       minimum,
                      double       maximum,
                      double      *counts,
                      size_t       n_bins)
{
  const double per_unit = (double) n_bins / (maximum - minimum);
  size_t counted = 0;

  for (size_t b = 0; b < n_bins; b++)
    counts[b] = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double value = values[i];

    if (!(value >= minimum && value <= maximum))
      continue;

    const size_t bin = (size_t) ((value - minimum) * per_unit);

    counts[MIN (bin, n_bins - 1)] += 1.0;
    counted++;
  }
  return counted;
}

static double
height_of (const PlotHistogram *histogram,
           size_t               bin)
{
  const double count = histogram->counts[bin];

  if (!(count > 0.0) || !isfinite (count))
    return 0.0;
  return histogram->log_counts ? log1p (count) : count;
}

static double
bin_edge (const PlotHistogram *histogram,
          size_t               bin)
{
  const double share = (double) bin / (double) histogram->n_bins;

  return histogram->minimum + (histogram->maximum - histogram->minimum) * share;
}

/* --- heading -------------------------------------------------------------- */

#define HEADING_GAP 8.0

/* The clipped share in words, in `label` (64 bytes); false: it is not said. */
static bool
format_clipped (const PlotHistogram *histogram,
                char                *label)
{
  char number[PLOT_NUMBER_SIZE];

  if (isnan (histogram->clipped))
    return false;
  plot_format_tick (histogram->clipped * 100.0, 0.1, number);
  g_snprintf (label, 64, _("%s %% clipped"), number);
  return true;
}

/* Where the hint begins, on the first line of `bounds` or, where it would be
 * cut, on the next.  Returns the height of the heading. */
static double
place_hint (const PlotHistogram *histogram,
            PlotText            *text,
            PlotRect             bounds,
            double              *x,
            double              *middle)
{
  const double line = ceil (plot_text_height (text, PLOT_FONT_TITLE));
  char label[64];

  *x = bounds.x;
  *middle = bounds.y + line / 2.0;
  if (histogram->title != NULL)
    *x += plot_text_width (text, PLOT_FONT_TITLE, histogram->title, NULL) + HEADING_GAP;
  if (format_clipped (histogram, label))
    *x += plot_text_width (text, PLOT_FONT_BOLD, label, NULL) + HEADING_GAP;
  if (histogram->hint == NULL || *x == bounds.x)
    return line;
  if (*x + plot_text_width (text, PLOT_FONT_SMALL, histogram->hint, NULL)
      <= bounds.x + bounds.width)
    return line;
  *x = bounds.x;
  *middle += line;
  return 2.0 * line;
}

static void
draw_heading (const PlotHistogram *histogram,
              PlotRect             bounds,
              PlotText            *text,
              cairo_t             *cr)
{
  const PlotStyle *style = text->style;
  const double first = bounds.y + ceil (plot_text_height (text, PLOT_FONT_TITLE)) / 2.0;
  double x = bounds.x;
  double middle = 0.0;
  char label[64];

  if (histogram->title != NULL)
    x += plot_text_draw (text, cr, PLOT_FONT_TITLE, style->foreground, histogram->title,
                         x, first, 0.0, 0.5) + HEADING_GAP;
  if (format_clipped (histogram, label))
    plot_text_draw (text, cr, PLOT_FONT_BOLD, style->alert, label, x, first, 0.0, 0.5);
  if (histogram->hint == NULL)
    return;
  place_hint (histogram, text, bounds, &x, &middle);
  plot_text_draw_cut (text, cr, PLOT_FONT_SMALL, style->dim, histogram->hint,
                      x, middle, 0.5, bounds.x + bounds.width - x);
}

/* --- layout and pointer -------------------------------------------------- */

void
plot_histogram_layout (const PlotHistogram *histogram,
                       const PlotStyle     *style,
                       PlotRect             bounds,
                       PlotHistogramLayout *layout)
{
  PlotText text = plot_text_begin (style);
  const bool headed = histogram->title != NULL || histogram->hint != NULL
                      || !isnan (histogram->clipped);
  double hint[2];
  const double header = headed ? place_hint (histogram, &text, bounds, &hint[0], &hint[1]) + 6.0
                        : 0.0;
  const double side = ceil (plot_shape_knob_radius (style)) + 2.0;
  const double top = ceil (bounds.y) + header + (isnan (histogram->alpha) ? 0.0 : side);
  const double bottom = fmax (floor (bounds.y + bounds.height) - plot_axis_x_room (&text),
                              top + 1.0);
  const double left = ceil (bounds.x) + side;
  const double right = fmax (floor (bounds.x + bounds.width) - side, left + 1.0);
  double highest = 0.0;

  for (size_t b = 0; b < histogram->n_bins; b++)
    highest = fmax (highest, height_of (histogram, b));

  layout->bounds = bounds;
  layout->inner = (PlotRect) { left, top, right - left, bottom - top };
  layout->x = plot_scale_new (histogram->minimum, histogram->maximum, left, right, false);
  layout->y = plot_scale_new (0.0, highest > 0.0 ? highest * HEADROOM : 1.0,
                              bottom, top, false);
  plot_text_end (&text);
}

bool
plot_histogram_on_alpha (const PlotHistogram       *histogram,
                         const PlotHistogramLayout *layout,
                         double                     pixel_x,
                         double                     pixel_y)
{
  const double x = plot_scale_to_pixel (&layout->x, histogram->alpha);
  const PlotRect *inner = &layout->inner;

  return fabs (pixel_x - x) <= PLOT_GRAB_DISTANCE
         && pixel_y >= inner->y - 2.0 * PLOT_GRAB_DISTANCE
         && pixel_y <= inner->y + inner->height + PLOT_GRAB_DISTANCE;
}

int
plot_histogram_bin_at (const PlotHistogram       *histogram,
                       const PlotHistogramLayout *layout,
                       double                     pixel_x,
                       double                     pixel_y)
{
  if (histogram->n_bins == 0 || !plot_rect_contains (&layout->inner, pixel_x, pixel_y))
    return -1;

  const double share = (pixel_x - layout->inner.x) / layout->inner.width;
  const size_t bin = (size_t) (share * (double) histogram->n_bins);

  return (int) MIN (bin, histogram->n_bins - 1);
}

/* --- drawing ------------------------------------------------------------- */

static void
draw_bars (const PlotHistogram       *histogram,
           const PlotHistogramLayout *layout,
           cairo_t                   *cr)
{
  const double bottom = layout->inner.y + layout->inner.height;
  const bool wide = layout->inner.width / (double) MAX (histogram->n_bins, 1) >= 4.0;

  for (size_t b = 0; b < histogram->n_bins; b++) {
    const double height = height_of (histogram, b);
    const double x0 = plot_scale_to_pixel (&layout->x, bin_edge (histogram, b));
    const double x1 = plot_scale_to_pixel (&layout->x, bin_edge (histogram, b + 1));
    const double top = fmin (plot_scale_to_pixel (&layout->y, height), bottom - 1.0);

    /* Whole pixels keep neighbouring bars from blending. */
    if (height > 0.0)
      cairo_rectangle (cr, round (x0), top,
                       fmax (round (x1) - round (x0) - (wide ? 1.0 : 0.0), 1.0), bottom - top);
  }
  plot_color_set (cr, plot_color_fade (histogram->color, BAR_OPACITY));
  cairo_fill (cr);
}

/* Fine grids fade, so that 256 levels do not paint over the bars. */
static void
draw_levels (const PlotHistogram       *histogram,
             const PlotStyle           *style,
             const PlotHistogramLayout *layout,
             cairo_t                   *cr)
{
  const PlotRect *inner = &layout->inner;
  const double spacing = inner->width / (double) MAX (histogram->n_levels, 1);
  const PlotColor color = plot_color_fade (style->alert, fmin (fmax (spacing / 20.0, 0.10), 0.55));

  for (size_t i = 0; i < histogram->n_levels; i++) {
    const double x = plot_scale_to_pixel (&layout->x, histogram->levels[i]);

    if (x >= inner->x - 0.5 && x <= inner->x + inner->width + 0.5)
      plot_shape_hairline (cr, color, x, inner->y, x, inner->y + inner->height);
  }
}

static void
draw_alpha (const PlotHistogram       *histogram,
            const PlotHistogramLayout *layout,
            PlotText                  *text,
            cairo_t                   *cr)
{
  const PlotStyle *style = text->style;
  const PlotRect *inner = &layout->inner;
  const double right = inner->x + inner->width;
  const double x = round (plot_scale_to_pixel (&layout->x, histogram->alpha));
  char number[PLOT_NUMBER_SIZE];
  char label[PLOT_NUMBER_SIZE + 8];

  if (!(x >= inner->x - 0.5))
    return;
  if (x < right) {
    cairo_rectangle (cr, x, inner->y, right - x, inner->height);
    plot_color_set (cr, plot_color_fade (style->alert, 0.12));
    cairo_fill (cr);
  }

  /* Beyond the axis the marker waits at its end, where it can be taken. */
  const double shown = fmin (x, right);
  const double gap = plot_shape_knob_radius (style) + 4.0;

  plot_color_set (cr, style->alert);
  cairo_set_line_width (cr, 2.0);
  cairo_move_to (cr, shown, inner->y);
  cairo_line_to (cr, shown, inner->y + inner->height);
  cairo_stroke (cr);
  plot_shape_knob (cr, style, style->alert, shown, inner->y);

  plot_format_short (histogram->alpha, 3, number);
  g_snprintf (label, sizeof label, "α = %s", number);

  const double width = plot_text_width (text, PLOT_FONT_BOLD, label, NULL);
  const bool fits = shown + gap + width <= layout->bounds.x + layout->bounds.width;

  plot_text_draw (text, cr, PLOT_FONT_BOLD, style->alert, label,
                  fits ? shown + gap : shown - gap, inner->y, fits ? 0.0 : 1.0, 0.5);
}

void
plot_histogram_draw (const PlotHistogram       *histogram,
                     const PlotStyle           *style,
                     const PlotHistogramLayout *layout,
                     cairo_t                   *cr)
{
  PlotText text = plot_text_begin (style);
  const PlotRect *inner = &layout->inner;
  const double bottom = inner->y + inner->height;

  cairo_save (cr);
  draw_heading (histogram, layout->bounds, &text, cr);
  draw_bars (histogram, layout, cr);
  draw_levels (histogram, style, layout, cr);
  plot_shape_hairline (cr, style->grid, inner->x, bottom, inner->x + inner->width, bottom);
  plot_axis_draw_x (cr, &text, &layout->x, *inner);
  if (!isnan (histogram->alpha))
    draw_alpha (histogram, layout, &text, cr);
  cairo_restore (cr);
  plot_text_end (&text);
}
