/* sal-colorbar.c - the colours of a map with the numbers at their ends
 *
 * Lies under its map, so that panes can be narrow and each has its own
 * numbers whatever the scale.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-colorbar.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"
#include "plot-shape.h"
#include "plot-text.h"
#include "sal-palette.h"
#include "sal-tooltip.h"

#define THICKNESS 8
#define GAP 6
#define STOPS 32

struct _SalColorbar
{
  SalDrawing parent_instance;

  double     scale;
  gboolean   is_unsigned;
};

G_DEFINE_FINAL_TYPE (SalColorbar, sal_colorbar, SAL_TYPE_DRAWING)

static void
draw_bar (SalColorbar *self,
          cairo_t     *cr,
          PlotRect     bar)
{
  const PlotColormap colormap = sal_palette_get_colormap (sal_palette_get_default (),
                                                          !self->is_unsigned);
  cairo_pattern_t *gradient = cairo_pattern_create_linear (bar.x, 0, bar.x + bar.width, 0);

  for (int i = 0; i <= STOPS; i++) {
    const double t = (double) i / STOPS;
    const PlotColor color = plot_color_from_rgb (plot_colormap_rgb (colormap, t));

    cairo_pattern_add_color_stop_rgb (gradient, t, color.red, color.green, color.blue);
  }
  plot_shape_rounded (cr, bar, 3);
  cairo_set_source (cr, gradient);
  cairo_fill (cr);
  cairo_pattern_destroy (gradient);
}

static void
sal_colorbar_draw (SalDrawing      *drawing,
                   cairo_t         *cr,
                   const PlotStyle *style,
                   PlotRect         bounds)
{
  SalColorbar *self = SAL_COLORBAR (drawing);
  const double middle = bounds.y + bounds.height / 2;
  const gboolean known = isfinite (self->scale) && self->scale > 0;
  PlotText text = plot_text_begin (style);
  char number[PLOT_NUMBER_SIZE] = "";
  char plus[PLOT_NUMBER_SIZE + 2] = "";

  if (known) {
    plot_format_short (self->scale, 3, number);
    g_snprintf (plus, sizeof plus, "%s%s", self->is_unsigned ? "" : "+", number);
    plot_format_short (self->is_unsigned ? 0 : -self->scale, 3, number);
  }

  /* Of equal width on both sides, so that white is in the middle. */
  const double room = known ? ceil (plot_text_width (&text, PLOT_FONT_SMALL, plus, NULL)) + GAP : 0;
  const PlotRect bar = { bounds.x + room, round (middle - THICKNESS / 2.0),
                         MAX (bounds.width - 2 * room, 1), THICKNESS };

  plot_text_draw (&text, cr, PLOT_FONT_SMALL, style->foreground, number, bounds.x, middle, 0, 0.5);
  plot_text_draw (&text, cr, PLOT_FONT_SMALL, style->foreground, plus,
                  bounds.x + bounds.width, middle, 1, 0.5);
  draw_bar (self, cr, bar);
  plot_text_end (&text);
}

/* Says it in words, and draws it. */
static void
update (SalColorbar *self)
{
  const SalPaletteWords colors = sal_palette_get_words (sal_palette_get_default (),
                                                        !self->is_unsigned);
  char number[PLOT_NUMBER_SIZE];

  plot_format_short (self->scale, 3, number);

  g_autofree char *words =
    self->is_unsigned ? g_strdup_printf (_("Colours from 0, %s, to %s, %s"), colors.zero, number,
                                         colors.largest)
    : g_strdup_printf (_("Colours from minus %s, %s, over 0, %s, to %s, %s"), number, colors.least,
                       colors.zero, number, colors.largest);

  sal_drawing_describe (SAL_DRAWING (self), _("Colour bar"), NULL);
  sal_drawing_set_value (SAL_DRAWING (self), words);
  sal_tooltip_set (GTK_WIDGET (self), words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_colorbar_set_scale (SalColorbar *self,
                        double       scale)
{
  g_return_if_fail (SAL_IS_COLORBAR (self));

  self->scale = scale;
  update (self);
}

void
sal_colorbar_set_signed (SalColorbar *self,
                         gboolean     is_signed)
{
  g_return_if_fail (SAL_IS_COLORBAR (self));

  self->is_unsigned = !is_signed;
  update (self);
}

static void
sal_colorbar_measure (GtkWidget     *widget,
                      GtkOrientation orientation,
                      int            for_size,
                      int           *minimum,
                      int           *natural,
                      int           *minimum_baseline,
                      int           *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 60;
    *natural = 160;
  } else {
    const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (widget));
    PlotText text = plot_text_begin (&style);

    *minimum = (int) ceil (plot_text_height (&text, PLOT_FONT_SMALL)) + 2;
    *natural = *minimum;
    plot_text_end (&text);
  }
}

static void
sal_colorbar_class_init (SalColorbarClass *klass)
{
  GTK_WIDGET_CLASS (klass)->measure = sal_colorbar_measure;
  SAL_DRAWING_CLASS (klass)->draw = sal_colorbar_draw;
}

static void
sal_colorbar_init (SalColorbar *self)
{
  g_signal_connect_object (sal_palette_get_default (), "notify::palette", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
}
