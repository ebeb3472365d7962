/* plot-shape.c - shapes that several drawings share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-shape.h"

#include <glib.h>
#include <math.h>

void
plot_shape_rounded (cairo_t *cr,
                    PlotRect rect,
                    double   radius)
{
  const double r = fmax (fmin (radius, fmin (rect.width, rect.height) / 2.0), 0.0);
  const double right = rect.x + rect.width - r;
  const double bottom = rect.y + rect.height - r;

  cairo_new_sub_path (cr);
  cairo_arc (cr, right, rect.y + r, r, -G_PI / 2.0, 0.0);
  cairo_arc (cr, right, bottom, r, 0.0, G_PI / 2.0);
  cairo_arc (cr, rect.x + r, bottom, r, G_PI / 2.0, G_PI);
  cairo_arc (cr, rect.x + r, rect.y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

void
plot_shape_hairline (cairo_t  *cr,
                     PlotColor color,
                     double    x0,
                     double    y0,
                     double    x1,
                     double    y1)
{
  if (x0 == x1)
    x0 = x1 = floor (x0) + 0.5;
  if (y0 == y1)
    y0 = y1 = floor (y0) + 0.5;
  plot_color_set (cr, color);
  cairo_set_line_width (cr, 1.0);
  cairo_move_to (cr, x0, y0);
  cairo_line_to (cr, x1, y1);
  cairo_stroke (cr);
}

void
plot_shape_card (cairo_t         *cr,
                 const PlotStyle *style,
                 PlotRect         rect)
{
  const PlotColor shadow = { 0.0, 0.0, 0.0, style->dark ? 0.22 : 0.05 };

  /* Three faint layers stand for a blurred shadow. */
  for (int i = 3; i > 0; i--) {
    const PlotRect layer = { rect.x - i + 1, rect.y - i + 2,
                             rect.width + 2 * i - 2, rect.height + 2 * i - 2 };

    plot_shape_rounded (cr, layer, 7.0 + i);
    plot_color_set (cr, shadow);
    cairo_fill (cr);
  }
  plot_shape_rounded (cr, rect, 8.0);
  plot_color_set (cr, plot_color_fade (style->card, 0.96));
  cairo_fill_preserve (cr);
  plot_color_set (cr, plot_color_mix (style->grid, style->dim, 0.25));
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

/* Relative luminance (WCAG 2): 0 black, 1 white. */
static double
luminance (PlotColor color)
{
  return 0.2126 * pow (color.red, 2.2) + 0.7152 * pow (color.green, 2.2)
         + 0.0722 * pow (color.blue, 2.2);
}

PlotColor
plot_shape_ink (PlotColor color)
{
  return plot_color_from_rgb (luminance (color) > 0.35 ? 0x111115 : 0xffffff);
}

void
plot_shape_pill (cairo_t    *cr,
                 PlotText   *text,
                 PlotColor   color,
                 const char *label,
                 double      x,
                 double      y,
                 double      low,
                 double      high)
{
  double height;
  const double pad = text->style->font_size * 0.7;
  const double width = plot_text_width (text, PLOT_FONT_BOLD, label, &height) + 2.0 * pad;
  const double left = fmax (fmin (x, high - width), low);
  const PlotRect rect = { left, y - height / 2.0 - 3.0, width, height + 6.0 };
  const PlotColor ink = plot_shape_ink (color);

  plot_shape_rounded (cr, rect, 6.0);
  plot_color_set (cr, color);
  cairo_fill (cr);
  plot_text_draw (text, cr, PLOT_FONT_BOLD, ink, label, left + pad, y, 0.0, 0.5);
}

double
plot_shape_knob_radius (const PlotStyle *style)
{
  return style->font_size * 0.62;
}

void
plot_shape_knob (cairo_t         *cr,
                 const PlotStyle *style,
                 PlotColor        color,
                 double           x,
                 double           y)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, plot_shape_knob_radius (style), 0.0, 2.0 * G_PI);
  plot_color_set (cr, color);
  cairo_fill_preserve (cr);
  plot_color_set (cr, style->background);
  cairo_set_line_width (cr, 2.0);
  cairo_stroke (cr);
}
