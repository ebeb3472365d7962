/* plot-text.c - labels: one Pango layout for a whole drawing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-text.h"

static const struct
{
  double      size; /* times the style's font size                            */
  PangoWeight weight;
} fonts[] = {
  [PLOT_FONT_TITLE] = { 1.10, PANGO_WEIGHT_BOLD },
  [PLOT_FONT_BOLD] = { 1.00, PANGO_WEIGHT_BOLD },
  [PLOT_FONT_BODY] = { 1.00, PANGO_WEIGHT_NORMAL },
  [PLOT_FONT_SMALL] = { 0.92, PANGO_WEIGHT_NORMAL },
};

PlotText
plot_text_begin (const PlotStyle *style)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoAttrList *attributes = pango_attr_list_new ();
  PlotText text = { .style = style };

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);

  text.layout = pango_layout_new (context);
  g_object_unref (context);
  pango_layout_set_single_paragraph_mode (text.layout, TRUE);
  /* Figures of one width, so that values do not dance while they change. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (text.layout, attributes);
  pango_attr_list_unref (attributes);
  return text;
}

void
plot_text_end (PlotText *text)
{
  g_clear_object (&text->layout);
}

static void
set_text (PlotText   *text,
          PlotFont    font,
          const char *string)
{
  PangoFontDescription *description = pango_font_description_new ();

  pango_font_description_set_family (description, text->style->font_family);
  pango_font_description_set_weight (description, fonts[font].weight);
  pango_font_description_set_absolute_size (description, fonts[font].size
                                            * text->style->font_size * PANGO_SCALE);
  pango_layout_set_font_description (text->layout, description);
  pango_font_description_free (description);

  if (g_utf8_validate (string, -1, NULL)) {
    pango_layout_set_text (text->layout, string, -1);
  } else {
    char *valid = g_utf8_make_valid (string, -1);

    pango_layout_set_text (text->layout, valid, -1);
    g_free (valid);
  }
}

static void
get_size (PlotText *text,
          double   *width,
          double   *height)
{
  int w;
  int h;

  pango_layout_get_size (text->layout, &w, &h);
  *width = (double) w / PANGO_SCALE;
  *height = (double) h / PANGO_SCALE;
}

double
plot_text_width (PlotText   *text,
                 PlotFont    font,
                 const char *string,
                 double     *height)
{
  double width;
  double h;

  set_text (text, font, string);
  get_size (text, &width, &h);
  if (height != NULL)
    *height = h;
  return width;
}

double
plot_text_height (PlotText *text,
                  PlotFont  font)
{
  double height;

  plot_text_width (text, font, "0", &height);
  return height;
}

/* Draws what the layout holds. */
static double
show (PlotText *text,
      cairo_t  *cr,
      PlotColor color,
      double    x,
      double    y,
      double    h,
      double    v)
{
  double width;
  double height;

  get_size (text, &width, &height);
  plot_color_set (cr, color);
  cairo_move_to (cr, x - width * h, y - height * v);
  pango_cairo_show_layout (cr, text->layout);
  cairo_new_path (cr);
  return width;
}

double
plot_text_draw (PlotText   *text,
                cairo_t    *cr,
                PlotFont    font,
                PlotColor   color,
                const char *string,
                double      x,
                double      y,
                double      h,
                double      v)
{
  set_text (text, font, string);
  return show (text, cr, color, x, y, h, v);
}

double
plot_text_draw_cut (PlotText   *text,
                    cairo_t    *cr,
                    PlotFont    font,
                    PlotColor   color,
                    const char *string,
                    double      x,
                    double      y,
                    double      v,
                    double      width)
{
  set_text (text, font, string);
  pango_layout_set_width (text->layout, (int) (MAX (width, 1.0) * PANGO_SCALE));
  pango_layout_set_ellipsize (text->layout, PANGO_ELLIPSIZE_END);

  const double drawn = show (text, cr, color, x, y, 0.0, v);

  pango_layout_set_width (text->layout, -1);
  pango_layout_set_ellipsize (text->layout, PANGO_ELLIPSIZE_NONE);
  return drawn;
}

double
plot_text_wrapped_height (PlotText   *text,
                          PlotFont    font,
                          const char *string,
                          double      width)
{
  double drawn;
  double height;

  set_text (text, font, string);
  pango_layout_set_width (text->layout, (int) (MAX (width, 1.0) * PANGO_SCALE));
  get_size (text, &drawn, &height);
  pango_layout_set_width (text->layout, -1);
  return height;
}

void
plot_text_draw_wrapped (PlotText   *text,
                        cairo_t    *cr,
                        PlotFont    font,
                        PlotColor   color,
                        const char *string,
                        double      x,
                        double      y,
                        double      h,
                        double      v,
                        double      width)
{
  const double height = plot_text_wrapped_height (text, font, string, width);

  pango_layout_set_width (text->layout, (int) (MAX (width, 1.0) * PANGO_SCALE));
  pango_layout_set_alignment (text->layout, h == 0.5 ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
  plot_color_set (cr, color);
  cairo_move_to (cr, x - MAX (width, 1.0) * h, y - height * v);
  pango_cairo_show_layout (cr, text->layout);
  cairo_new_path (cr);
  pango_layout_set_alignment (text->layout, PANGO_ALIGN_LEFT);
  pango_layout_set_width (text->layout, -1);
}
