/* sal-map-view.c - an image, or a saliency map of it, pixel by pixel
 *
 * The pointer and the keys are in sal-map-view-input.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-map-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"
#include "sal-npy.h"
#include "sal-palette.h"

#define RADIUS 6

enum
{
  PROP_TITLE = 1,
  PROP_SIDE,
  PROP_LINK,
  PROP_PAINTABLE,
  N_PROPS,
};

enum
{
  PAINT,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalMapView, sal_map_view, SAL_TYPE_DRAWING)

/* --- what is drawn ----------------------------------------------------------- */

static void
invalidate (SalMapView *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static PlotColormap
colormap (SalMapView *self)
{
  return sal_palette_get_colormap (sal_palette_get_default (), !self->is_unsigned);
}

static cairo_surface_t *
mask_surface (SalMapView *self)
{
  const gsize n = (gsize) self->height * self->width;
  g_autofree guint8 *mask = g_new (guint8, n);

  for (gsize i = 0; i < n; i++)
    mask[i] = self->values[i] != 0;
  return plot_map_mask_surface (mask, self->height, self->width);
}

static cairo_surface_t *
make_surface (SalMapView *self)
{
  if (self->mode == SAL_MAP_IMAGE || self->values == NULL)
    return self->pixels == NULL ? NULL
           : plot_map_image_surface (self->pixels, self->channels, self->height, self->width);
  if (self->mode == SAL_MAP_MASK)
    return mask_surface (self);
  if (self->mode == SAL_MAP_OVERLAY && self->pixels != NULL)
    return plot_map_overlay_surface (self->pixels, self->channels, self->values, self->height,
                                     self->width, colormap (self), self->scale);
  return plot_map_heat_surface (self->values, self->height, self->width, colormap (self),
                                self->scale);
}

PlotMapView
sal_map_view_get_view (SalMapView *self)
{
  return sal_map_link_get_view (self->link, self->height, self->width);
}

static void
draw_notice (SalMapView      *self,
             cairo_t         *cr,
             const PlotStyle *style,
             PlotRect         target)
{
  const gsize n = (gsize) self->height * self->width;
  PlotMapStats stats;
  char text[96];

  if (self->values == NULL || (self->mode != SAL_MAP_HEAT && self->mode != SAL_MAP_OVERLAY))
    return;
  plot_map_stats (self->values, n, &stats);

  const char *notice = plot_map_notice (&stats, n, text, sizeof text);

  if (notice != NULL)
    plot_map_draw_notice (cr, style, target, notice);
}

static void
sal_map_view_draw (SalDrawing      *drawing,
                   cairo_t         *cr,
                   const PlotStyle *style,
                   PlotRect         bounds)
{
  SalMapView *self = SAL_MAP_VIEW (drawing);
  int column = 0;
  int row = 0;

  if (self->surface == NULL)
    self->surface = make_surface (self);
  if (self->surface == NULL)
    return;

  const PlotMapView view = sal_map_view_get_view (self);

  self->target = plot_map_fit (bounds, view);
  plot_map_draw (cr, self->surface, self->target, view, MIN (RADIUS, self->target.width / 8));
  draw_notice (self, cr, style, self->target);
  if (sal_map_link_get_pixel (self->link, &column, &row)
      && column < self->width && row < self->height)
    plot_map_draw_crosshair (cr, self->target, view, column, row);
}

/* (channels, height, width): the map as it was given, the image's bytes where
 * that is shown. */
static gboolean
sal_map_view_write_npy (SalDrawing *drawing,
                        const char *path,
                        GError    **error)
{
  SalMapView *self = SAL_MAP_VIEW (drawing);
  const gboolean is_image = self->mode == SAL_MAP_IMAGE || self->raw == NULL;
  const gsize shape[] = {
    (gsize) (is_image ? self->channels : self->map_channels), (gsize) self->height,
    (gsize) self->width,
  };

  if (is_image && self->pixels == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("There is nothing to save here yet."));
    return FALSE;
  }
  if (is_image)
    return sal_npy_write (path, SAL_TENSOR_U8, G_N_ELEMENTS (shape), shape, self->pixels, error);
  return sal_npy_write (path, SAL_TENSOR_F32, G_N_ELEMENTS (shape), shape, self->raw, error);
}

/* --- numbers ----------------------------------------------------------------- */

static void
forget_map (SalMapView *self)
{
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->raw, g_free);
}

void
sal_map_view_set_image (SalMapView   *self,
                        const guint8 *pixels,
                        int           channels,
                        int           height,
                        int           width)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));

  g_clear_pointer (&self->pixels, g_free);
  if (pixels != NULL) {
    self->pixels = g_memdup2 (pixels, (gsize) channels * height * width);
    self->channels = channels;
    if (height != self->height || width != self->width)
      forget_map (self);
    self->height = height;
    self->width = width;
  }
  invalidate (self);
}

void
sal_map_view_set_map (SalMapView   *self,
                      const float  *map,
                      int           channels,
                      int           height,
                      int           width,
                      PlotReduction reduction)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));

  forget_map (self);
  if (map != NULL) {
    self->raw = g_memdup2 (map, sizeof *map * (gsize) channels * height * width);
    self->map_channels = channels;
    self->values = g_new (float, (gsize) height * width);
    plot_map_reduce (map, channels, height, width, reduction, self->values);
    if (height != self->height || width != self->width)
      g_clear_pointer (&self->pixels, g_free);
    self->height = height;
    self->width = width;
  }
  invalidate (self);
}

void
sal_map_view_set_mode (SalMapView *self,
                       SalMapMode  mode)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));

  self->mode = mode;
  invalidate (self);
}

void
sal_map_view_set_signed (SalMapView *self,
                         gboolean    is_signed)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));

  self->is_unsigned = !is_signed;
  invalidate (self);
}

void
sal_map_view_set_scale (SalMapView *self,
                        double      scale)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));

  self->scale = scale;
  invalidate (self);
}

double
sal_map_view_get_value (SalMapView *self,
                        int         column,
                        int         row)
{
  g_return_val_if_fail (SAL_IS_MAP_VIEW (self), NAN);

  if (self->values == NULL || column < 0 || column >= self->width || row < 0
      || row >= self->height)
    return NAN;
  return self->values[row * self->width + column];
}

const float *
sal_map_view_get_map (SalMapView *self,
                      NnShape    *shape)
{
  g_return_val_if_fail (SAL_IS_MAP_VIEW (self), NULL);

  *shape = (NnShape) { self->map_channels, self->height, self->width };
  return self->raw;
}

const float *
sal_map_view_get_values (SalMapView *self,
                         int        *height,
                         int        *width)
{
  g_return_val_if_fail (SAL_IS_MAP_VIEW (self), NULL);

  *height = self->height;
  *width = self->width;
  return self->values;
}

/* --- numbers ------------------------------------------------------------------ */

static PlotTable *
sal_map_view_list_numbers (SalDrawing *drawing,
                           gboolean    in_file)
{
  SalMapView *self = SAL_MAP_VIEW (drawing);
  const char *const titles[] = {
    sal_drawing_word (N_("row"), in_file), sal_drawing_word (N_("column"), in_file),
    sal_drawing_word (N_("value"), in_file), NULL,
  };

  if (self->values == NULL)
    return NULL;

  PlotTable *table = plot_table_new (titles, false);

  for (int row = 0; row < self->height; row++)
    for (int column = 0; column < self->width; column++)
      plot_table_add_row (table, NULL, (const double[]) {
        row, column, sal_map_view_get_value (self, column, row),
      });
  return table;
}

static char *
sal_map_view_name_numbers (SalDrawing *drawing)
{
  return g_strdup (SAL_MAP_VIEW (drawing)->title);
}

/* --- the link ---------------------------------------------------------------- */

static void
link_changed_cb (SalMapView *self)
{
  int column = 0;
  int row = 0;
  g_autofree char *words = NULL;

  if (sal_map_link_get_pixel (self->link, &column, &row)) {
    const double value = sal_map_view_get_value (self, column, row);
    char number[PLOT_NUMBER_SIZE];

    plot_format_value (value, 5, number);
    words = g_strdup_printf (_("pixel (%d, %d): %s"), row, column, number);
  }
  sal_drawing_set_value (SAL_DRAWING (self), words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_map_view_set_link (SalMapView *self,
                       SalMapLink *link)
{
  g_return_if_fail (SAL_IS_MAP_VIEW (self));
  g_return_if_fail (SAL_IS_MAP_LINK (link));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_func (self->link, link_changed_cb, self);
  g_set_object (&self->link, link);
  g_signal_connect_object (link, "changed", G_CALLBACK (link_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

SalMapLink *
sal_map_view_get_link (SalMapView *self)
{
  g_return_val_if_fail (SAL_IS_MAP_VIEW (self), NULL);

  return self->link;
}

/* --- the widget -------------------------------------------------------------- */

static void
sal_map_view_measure (GtkWidget     *widget,
                      GtkOrientation orientation,
                      int            for_size,
                      int           *minimum,
                      int           *natural,
                      int           *minimum_baseline,
                      int           *natural_baseline)
{
  SalMapView *self = SAL_MAP_VIEW (widget);

  *minimum = MIN (self->side, 28);
  *natural = self->side;
}

static void
sal_map_view_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  SalMapView *self = SAL_MAP_VIEW (object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_SIDE:
    g_value_set_int (value, self->side);
    break;
  case PROP_LINK:
    g_value_set_object (value, self->link);
    break;
  case PROP_PAINTABLE:
    g_value_set_boolean (value, self->paintable);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_map_view_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  SalMapView *self = SAL_MAP_VIEW (object);

  switch (id) {
  case PROP_TITLE:
    g_free (self->title);
    self->title = g_value_dup_string (value);
    sal_drawing_describe (SAL_DRAWING (self), self->title,
                          _("Map. Arrow keys point at a pixel, plus and minus zoom, Home shows all "
                            "of it, Ctrl+D lists the values."));
    break;
  case PROP_SIDE:
    self->side = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_LINK:
    if (g_value_get_object (value) != NULL)
      sal_map_view_set_link (self, g_value_get_object (value));
    break;
  case PROP_PAINTABLE:
    self->paintable = g_value_get_boolean (value);
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), self->paintable ? "crosshair" : NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

void
sal_map_view_paint (SalMapView *self,
                    int         column,
                    int         row,
                    gboolean    erase)
{
  g_signal_emit (self, signals[PAINT], 0, column, row, erase);
}

static void
sal_map_view_finalize (GObject *object)
{
  SalMapView *self = SAL_MAP_VIEW (object);

  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_object (&self->link);
  g_free (self->title);
  g_free (self->pixels);
  forget_map (self);
  G_OBJECT_CLASS (sal_map_view_parent_class)->finalize (object);
}

static void
sal_map_view_class_init (SalMapViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sal_map_view_get_property;
  object_class->set_property = sal_map_view_set_property;
  object_class->finalize = sal_map_view_finalize;
  widget_class->measure = sal_map_view_measure;
  SAL_DRAWING_CLASS (klass)->draw = sal_map_view_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_map_view_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_map_view_name_numbers;
  SAL_DRAWING_CLASS (klass)->write_npy = sal_map_view_write_npy;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SIDE] = g_param_spec_int ("side", NULL, NULL, 8, 4096, 120, flags);
  properties[PROP_LINK] = g_param_spec_object ("link", NULL, NULL, SAL_TYPE_MAP_LINK, flags);
  properties[PROP_PAINTABLE] = g_param_spec_boolean ("paintable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PAINT] = g_signal_new ("paint", SAL_TYPE_MAP_VIEW, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 3,
                                 G_TYPE_INT, G_TYPE_INT, G_TYPE_BOOLEAN);

  sal_map_view_input_class_init (widget_class);
}

static void
sal_map_view_init (SalMapView *self)
{
  g_autoptr (SalMapLink) link = sal_map_link_new ();

  self->side = 120;
  self->scale = 1;
  sal_map_view_set_link (self, link);
  g_signal_connect_object (sal_palette_get_default (), "notify::palette", G_CALLBACK (invalidate),
                           self, G_CONNECT_SWAPPED);
  sal_map_view_input_init (self);
}

GtkWidget *
sal_map_view_new (void)
{
  return g_object_new (SAL_TYPE_MAP_VIEW, NULL);
}
