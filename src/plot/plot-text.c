/* plot-text.c - labels, with the layouts of those that were drawn before
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

/* How a text lies in a width. */
typedef enum
{
  ONE_LINE, /* as long as it takes                                            */
  CUT,      /* with an ellipsis at its end                                    */
  WRAPPED,
  CENTRED,  /* wrapped, each line in the middle                               */
} Shape;

/* --- layouts ------------------------------------------------------------------ */

/* A live chart writes nearly the same labels many times a second, and shaping
 * them costs more than its lines: each thread keeps the layouts it has made. */
#define MOST_LAYOUTS 512

struct _PlotLayouts
{
  PangoContext *context;
  GHashTable   *by_key;  /* of char *, PangoLayout * */
  GString      *key;     /* of what is looked up     */
};

static void
free_layouts (gpointer data)
{
  PlotLayouts *self = data;

  g_hash_table_unref (self->by_key);
  g_string_free (self->key, TRUE);
  g_object_unref (self->context);
  g_free (self);
}

static GPrivate of_thread = G_PRIVATE_INIT (free_layouts);

static PangoContext *
create_context (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  return context;
}

static PlotLayouts *
get_layouts (void)
{
  PlotLayouts *self = g_private_get (&of_thread);

  if (self == NULL) {
    self = g_new (PlotLayouts, 1);
    self->context = create_context ();
    self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
    self->key = g_string_new (NULL);
    g_private_set (&of_thread, self);
  }
  return self;
}

PlotText
plot_text_begin (const PlotStyle *style)
{
  return (PlotText) { get_layouts (), style };
}

void
plot_text_end (PlotText *text)
{
  if (g_hash_table_size (text->layouts->by_key) > MOST_LAYOUTS)
    g_hash_table_remove_all (text->layouts->by_key);
}

static void
set_font (PangoLayout     *layout,
          const PlotStyle *style,
          PlotFont         font)
{
  PangoFontDescription *description = pango_font_description_new ();

  pango_font_description_set_family (description, style->font_family);
  pango_font_description_set_weight (description, fonts[font].weight);
  pango_font_description_set_absolute_size (description, fonts[font].size
                                            * style->font_size * PANGO_SCALE);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
}

static void
set_shape (PangoLayout *layout,
           Shape        shape,
           double       width)
{
  pango_layout_set_width (layout, (int) (MAX (width, 1.0) * PANGO_SCALE));
  if (shape == CUT)
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  if (shape == CENTRED)
    pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
}

static PangoLayout *
create_layout (PlotText   *text,
               PlotFont    font,
               const char *string,
               Shape       shape,
               double      width)
{
  PangoLayout *layout = pango_layout_new (text->layouts->context);
  PangoAttrList *attributes = pango_attr_list_new ();
  char *valid = g_utf8_make_valid (string, -1);

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  /* Figures of one width, so that values do not dance while they change. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  set_font (layout, text->style, font);
  if (shape != ONE_LINE)
    set_shape (layout, shape, width);
  pango_layout_set_text (layout, valid, -1);
  g_free (valid);
  return layout;
}

/* Borrowed until plot_text_end(). */
static PangoLayout *
get_layout (PlotText   *text,
            PlotFont    font,
            const char *string,
            Shape       shape,
            double      width)
{
  PlotLayouts *layouts = text->layouts;
  PangoLayout *layout;

  g_string_printf (layouts->key, "%d %d %.17g %.17g %s\n%s", font, shape, width,
                   text->style->font_size, text->style->font_family, string);
  layout = g_hash_table_lookup (layouts->by_key, layouts->key->str);
  if (layout == NULL) {
    layout = create_layout (text, font, string, shape, width);
    g_hash_table_insert (layouts->by_key, g_strdup (layouts->key->str), layout);
  }
  return layout;
}

/* --- measuring and drawing ---------------------------------------------------- */

static void
get_size (PangoLayout *layout,
          double      *width,
          double      *height)
{
  int w;
  int h;

  pango_layout_get_size (layout, &w, &h);
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

  get_size (get_layout (text, font, string, ONE_LINE, 0.0), &width, &h);
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

double
plot_text_wrapped_height (PlotText   *text,
                          PlotFont    font,
                          const char *string,
                          double      width)
{
  double drawn;
  double height;

  get_size (get_layout (text, font, string, WRAPPED, width), &drawn, &height);
  return height;
}

/* Whether any of the rectangle is inside the clip: Pango prepares also what
 * cairo leaves out. */
static bool
is_visible (cairo_t *cr,
            double   x,
            double   y,
            double   width,
            double   height)
{
  double left;
  double top;
  double right;
  double bottom;

  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  return x - height <= right && x + width + height >= left && y - height <= bottom
         && y + 2.0 * height >= top;
}

/* In a rectangle at (x, y). */
static void
show (PangoLayout *layout,
      cairo_t     *cr,
      PlotColor    color,
      double       x,
      double       y,
      double       width,
      double       height)
{
  if (!is_visible (cr, x, y, width, height))
    return;
  plot_color_set (cr, color);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
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
  PangoLayout *layout = get_layout (text, font, string, ONE_LINE, 0.0);
  double width;
  double height;

  get_size (layout, &width, &height);
  show (layout, cr, color, x - width * h, y - height * v, width, height);
  return width;
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
  PangoLayout *layout = get_layout (text, font, string, CUT, width);
  double drawn;
  double height;

  get_size (layout, &drawn, &height);
  show (layout, cr, color, x, y - height * v, drawn, height);
  return drawn;
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
  const double used = MAX (width, 1.0);

  show (get_layout (text, font, string, h == 0.5 ? CENTRED : WRAPPED, width), cr, color,
        x - used * h, y - height * v, used, height);
}
