/* sal-cli-panels.c - an image and its maps side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-panels.h"

#include "plot-export.h"
#include "plot-map.h"
#include "plot-text.h"

#define MAP_SIZE 252.0
#define BAR_WIDTH 72.0
#define GAP 16.0
#define TITLE_HEIGHT 30.0

typedef struct
{
  const char        *title;
  NnShape            shape;
  const guint8      *pixels;
  const SalCliPanel *panels;
  gsize              n_panels;
  PlotStyle          style;
} Drawing;

/* Left of panel `index`; the image is the first and has no colour bar. */
static double
panel_x (gsize index)
{
  return index == 0 ? GAP
                    : 2 * GAP + MAP_SIZE + (double) (index - 1) * (MAP_SIZE + BAR_WIDTH + 2 * GAP);
}

static void
draw_title (cairo_t       *cr,
            const Drawing *self,
            const char    *title,
            double         x)
{
  PlotText text = plot_text_begin (&self->style);

  plot_text_draw_cut (&text, cr, PLOT_FONT_BOLD, self->style.foreground, title, x,
                      GAP + TITLE_HEIGHT / 2, 0.5, MAP_SIZE + BAR_WIDTH);
  plot_text_end (&text);
}

static PlotRect
draw_surface (cairo_t         *cr,
              const Drawing   *self,
              cairo_surface_t *surface,
              double           x)
{
  const PlotMapView view = { 0, 0, self->shape.width, self->shape.height };
  const PlotRect bounds = { x, GAP + TITLE_HEIGHT, MAP_SIZE, MAP_SIZE };
  const PlotRect target = plot_map_fit (bounds, view);

  plot_map_draw (cr, surface, target, view, 0);
  cairo_surface_destroy (surface);
  return target;
}

static void
draw_panel (cairo_t           *cr,
            const Drawing     *self,
            const SalCliPanel *panel,
            double             x)
{
  const gsize n = (gsize) self->shape.height * (gsize) self->shape.width;
  const PlotColormap colormap = panel->is_signed ? PLOT_COLORMAP_DIVERGING
                                                 : PLOT_COLORMAP_SEQUENTIAL;
  g_autofree float *values = g_new (float, n);
  PlotMapStats stats;
  char notice[80];

  plot_map_reduce (panel->map, self->shape.channels, self->shape.height, self->shape.width,
                   PLOT_REDUCE_SUM, values);
  plot_map_stats (values, n, &stats);

  const double scale = stats.robust > 0 ? stats.robust : stats.largest;
  cairo_surface_t *surface = plot_map_heat_surface (values, self->shape.height,
                                                    self->shape.width, colormap, scale);
  const PlotRect target = draw_surface (cr, self, surface, x);
  const PlotRect bar = { x + MAP_SIZE + GAP / 2, target.y, BAR_WIDTH, target.height };
  const char *words = plot_map_notice (&stats, n, notice, sizeof notice);

  draw_title (cr, self, panel->title, x);
  plot_map_draw_colorbar (cr, &self->style, bar, colormap, scale);
  if (words != NULL)
    plot_map_draw_notice (cr, &self->style, target, words);
}

static void
draw (cairo_t *cr,
      double   width,
      double   height,
      void    *data)
{
  const Drawing *self = data;

  draw_title (cr, self, self->title, panel_x (0));
  draw_surface (cr, self,
                plot_map_image_surface (self->pixels, self->shape.channels, self->shape.height,
                                        self->shape.width),
                panel_x (0));
  for (gsize i = 0; i < self->n_panels; i++)
    draw_panel (cr, self, &self->panels[i], panel_x (i + 1));
}

gboolean
sal_cli_panels_export (const char        *path,
                       const char        *title,
                       const char        *metadata,
                       NnShape            shape,
                       const guint8      *pixels,
                       const SalCliPanel *panels,
                       gsize              n_panels,
                       GError           **error)
{
  Drawing drawing = { title, shape, pixels, panels, n_panels, plot_style_default (false) };

  return plot_export (path, panel_x (n_panels + 1), MAP_SIZE + TITLE_HEIGHT + 2 * GAP, 1,
                      &drawing.style.background, title, metadata, draw, &drawing, error);
}
