/* plot-map-draw.c - maps on the screen: views, crosshair, colour bar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-map.h"

#include "plot-scale.h"
#include "plot-shape.h"

#include <glib.h>
#include <math.h>

#define BAR_WIDTH 14.0
#define BAR_STOPS 32
#define SMALLEST_VIEW 4.0
#define SVG_OVERSAMPLING 3.0
#define LARGEST_EMBEDDED 2048.0

/* --- view ---------------------------------------------------------------- */

PlotRect
plot_map_fit (PlotRect    bounds,
              PlotMapView view)
{
  const double scale = fmin (bounds.width / view.width, bounds.height / view.height);
  const double width = fmax (floor (view.width * scale + 1e-6), 1.0);
  const double height = fmax (floor (view.height * scale + 1e-6), 1.0);

  return (PlotRect) {
    round (bounds.x + (bounds.width - width) / 2.0),
    round (bounds.y + (bounds.height - height) / 2.0),
    width,
    height,
  };
}

static PlotMapView
keep_inside (PlotMapView view,
             int         height,
             int         width)
{
  view.x = fmin (fmax (view.x, 0.0), width - view.width);
  view.y = fmin (fmax (view.y, 0.0), height - view.height);
  return view;
}

bool
plot_map_pixel_at (PlotRect    target,
                   PlotMapView view,
                   int         height,
                   int         width,
                   double      pixel_x,
                   double      pixel_y,
                   int        *column,
                   int        *row)
{
  if (!plot_rect_contains (&target, pixel_x, pixel_y))
    return false;

  const double x = view.x + (pixel_x - target.x) / target.width * view.width;
  const double y = view.y + (pixel_y - target.y) / target.height * view.height;

  if (!(x >= 0.0 && x < width && y >= 0.0 && y < height))
    return false;
  *column = (int) x;
  *row = (int) y;
  return true;
}

PlotMapView
plot_map_zoom (PlotRect    target,
               PlotMapView view,
               int         height,
               int         width,
               double      pixel_x,
               double      pixel_y,
               double      factor)
{
  const double least = fmax (view.width / width, view.height / height);
  const double most = fmax (fmin (view.width, view.height) / SMALLEST_VIEW, 1.0);
  const double applied = fmin (fmax (factor, least), most);
  const double share_x = (pixel_x - target.x) / target.width;
  const double share_y = (pixel_y - target.y) / target.height;
  PlotMapView zoomed = view;

  zoomed.width = view.width / applied;
  zoomed.height = view.height / applied;
  zoomed.x += share_x * (view.width - zoomed.width);
  zoomed.y += share_y * (view.height - zoomed.height);
  return keep_inside (zoomed, height, width);
}

PlotMapView
plot_map_pan (PlotRect    target,
              PlotMapView view,
              int         height,
              int         width,
              double      dx,
              double      dy)
{
  view.x -= dx / target.width * view.width;
  view.y -= dy / target.height * view.height;
  return keep_inside (view, height, width);
}

/* --- drawing ------------------------------------------------------------- */

/* Viewers of SVG smooth the images in it, so that a small one would blur.
 * Returns `surface` enlarged by whole pixels to three times its size on the
 * drawing, and the factor; the surface itself on all other targets. */
static cairo_surface_t *
enlarge_for_svg (cairo_t         *cr,
                 cairo_surface_t *surface,
                 double           scale,
                 double          *factor)
{
  const int width = cairo_image_surface_get_width (surface);
  const int height = cairo_image_surface_get_height (surface);
  const double most = LARGEST_EMBEDDED / fmax (width, height);

  *factor = fmax (fmin (ceil (SVG_OVERSAMPLING * scale), floor (most)), 1.0);
  if (cairo_surface_get_type (cairo_get_target (cr)) != CAIRO_SURFACE_TYPE_SVG
      || *factor == 1.0) {
    *factor = 1.0;
    return cairo_surface_reference (surface);
  }

  cairo_surface_t *large = cairo_image_surface_create (CAIRO_FORMAT_ARGB32,
                                                       width * (int) *factor,
                                                       height * (int) *factor);
  cairo_t *enlarging = cairo_create (large);

  cairo_scale (enlarging, *factor, *factor);
  cairo_set_source_surface (enlarging, surface, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (enlarging), CAIRO_FILTER_NEAREST);
  cairo_paint (enlarging);
  cairo_destroy (enlarging);
  return large;
}

void
plot_map_draw (cairo_t         *cr,
               cairo_surface_t *surface,
               PlotRect         target,
               PlotMapView      view,
               double           radius)
{
  double factor;
  cairo_surface_t *pixels = enlarge_for_svg (cr, surface, target.width / view.width, &factor);

  cairo_save (cr);
  if (radius > 0.0)
    plot_shape_rounded (cr, target, radius);
  else
    cairo_rectangle (cr, target.x, target.y, target.width, target.height);
  cairo_clip (cr);
  cairo_translate (cr, target.x, target.y);
  cairo_scale (cr, target.width / view.width / factor, target.height / view.height / factor);
  cairo_translate (cr, -view.x * factor, -view.y * factor);
  cairo_set_source_surface (cr, pixels, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (pixels);
}

/* Beside the words of a notice; less where they have to take lines. */
#define NOTICE_PADDING 7.0
#define NARROW_PADDING 2.0

void
plot_map_draw_notice (cairo_t         *cr,
                      const PlotStyle *style,
                      PlotRect         target,
                      const char      *words)
{
  PlotText text = plot_text_begin (style);
  const double line = ceil (plot_text_width (&text, PLOT_FONT_SMALL, words, NULL));
  const bool narrow = line + 2.0 * NOTICE_PADDING > target.width;
  const double padding = narrow ? NARROW_PADDING : NOTICE_PADDING;
  const double width = narrow ? target.width - 2.0 * padding : line;
  const double height = ceil (plot_text_wrapped_height (&text, PLOT_FONT_SMALL, words, width));
  const double middle = target.x + target.width / 2.0;
  const PlotRect card = {
    floor (middle - width / 2.0 - padding) + 0.5,
    fmax (floor (target.y + target.height - height - 2.0 * padding), target.y) + 0.5,
    width + 2.0 * padding - 1.0,
    height + padding - 1.0,
  };

  cairo_save (cr);
  if (narrow) {
    cairo_rectangle (cr, target.x, target.y, target.width, target.height);
    cairo_clip (cr);
  }
  plot_shape_card (cr, style, card);
  plot_text_draw_wrapped (&text, cr, PLOT_FONT_SMALL, style->foreground, words, middle,
                          card.y + card.height / 2.0, 0.5, 0.5, width);
  cairo_restore (cr);
  plot_text_end (&text);
}

/* Strokes dark over light, so that one of both is seen on any colour. */
static void
stroke_twice (cairo_t *cr,
              double   opacity)
{
  cairo_set_source_rgba (cr, 1.0, 1.0, 1.0, opacity * 0.8);
  cairo_set_line_width (cr, 3.0);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 0.1, 0.1, 0.12, opacity);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

void
plot_map_draw_crosshair (cairo_t    *cr,
                         PlotRect    target,
                         PlotMapView view,
                         int         column,
                         int         row)
{
  const double scale_x = target.width / view.width;
  const double scale_y = target.height / view.height;
  const double x0 = round (target.x + (column - view.x) * scale_x) + 0.5;
  const double y0 = round (target.y + (row - view.y) * scale_y) + 0.5;
  const double x1 = round (target.x + (column + 1 - view.x) * scale_x) - 0.5;
  const double y1 = round (target.y + (row + 1 - view.y) * scale_y) - 0.5;
  const double middle_x = floor ((x0 + x1) / 2.0) + 0.5;
  const double middle_y = floor ((y0 + y1) / 2.0) + 0.5;

  cairo_save (cr);
  cairo_rectangle (cr, target.x, target.y, target.width, target.height);
  cairo_clip (cr);
  cairo_move_to (cr, middle_x, target.y);
  cairo_line_to (cr, middle_x, y0);
  cairo_move_to (cr, middle_x, y1);
  cairo_line_to (cr, middle_x, target.y + target.height);
  cairo_move_to (cr, target.x, middle_y);
  cairo_line_to (cr, x0, middle_y);
  cairo_move_to (cr, x1, middle_y);
  cairo_line_to (cr, target.x + target.width, middle_y);
  stroke_twice (cr, 0.45);
  cairo_rectangle (cr, x0, y0, fmax (x1 - x0, 1.0), fmax (y1 - y0, 1.0));
  stroke_twice (cr, 1.0);
  cairo_restore (cr);
}

void
plot_map_draw_colorbar (cairo_t         *cr,
                        const PlotStyle *style,
                        PlotRect         bounds,
                        PlotColormap     colormap,
                        double           scale)
{
  const bool is_signed = plot_colormap_is_signed (colormap);
  PlotText text = plot_text_begin (style);
  const double half = plot_text_height (&text, PLOT_FONT_SMALL) / 2.0;
  const PlotRect bar = { bounds.x, bounds.y + half, BAR_WIDTH, bounds.height - 2.0 * half };
  const double bottom = bar.y + bar.height;
  const double x = bar.x + bar.width + 6.0;
  cairo_pattern_t *gradient = cairo_pattern_create_linear (0.0, bottom, 0.0, bar.y);
  char number[PLOT_NUMBER_SIZE];
  char label[PLOT_NUMBER_SIZE + 4];

  for (int i = 0; i <= BAR_STOPS; i++) {
    const double t = (double) i / BAR_STOPS;
    const PlotColor color = plot_color_from_rgb (plot_colormap_rgb (colormap, t));

    cairo_pattern_add_color_stop_rgb (gradient, t, color.red, color.green, color.blue);
  }
  cairo_save (cr);
  plot_shape_rounded (cr, bar, 3.0);
  cairo_set_source (cr, gradient);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_pattern_destroy (gradient);

  plot_format_short (scale, 3, number);
  g_snprintf (label, sizeof label, "%s%s", is_signed ? "+" : "", number);
  plot_text_draw (&text, cr, PLOT_FONT_SMALL, style->foreground, label, x, bar.y, 0.0, 0.5);
  plot_text_draw (&text, cr, PLOT_FONT_SMALL, style->foreground, "0", x,
                  is_signed ? bar.y + bar.height / 2.0 : bottom, 0.0, 0.5);
  if (is_signed) {
    plot_format_short (-scale, 3, number);
    plot_text_draw (&text, cr, PLOT_FONT_SMALL, style->foreground, number, x, bottom, 0.0, 0.5);
  }
  plot_text_end (&text);
}
