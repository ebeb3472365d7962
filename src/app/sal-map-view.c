/* sal-map-view.c - an image, or a saliency map of it, pixel by pixel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-map-view.h"

#include <math.h>

#include "plot-scale.h"

#define RADIUS 6
#define ZOOM_FACTOR 1.25

struct _SalMapView
{
  SalDrawing       parent_instance;

  char            *title;
  int              side;
  SalMapLink      *link;
  gboolean         paintable;

  SalMapMode       mode;
  double           scale;
  gboolean         is_unsigned;
  guint8          *pixels;      /* (channels, height, width), or NULL      */
  int              channels;
  float           *values;      /* (height, width), or NULL                */
  int              height;
  int              width;

  cairo_surface_t *surface;     /* what is shown, NULL while out of date   */
  PlotRect         target;      /* where, in the last drawing              */
  double           drag_x;
  double           drag_y;
};

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
  return self->is_unsigned ? PLOT_COLORMAP_SEQUENTIAL : PLOT_COLORMAP_DIVERGING;
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

static PlotMapView
view_of (SalMapView *self)
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

  const PlotMapView view = view_of (self);

  self->target = plot_map_fit (bounds, view);
  plot_map_draw (cr, self->surface, self->target, view, MIN (RADIUS, self->target.width / 8));
  draw_notice (self, cr, style, self->target);
  if (sal_map_link_get_pixel (self->link, &column, &row)
      && column < self->width && row < self->height)
    plot_map_draw_crosshair (cr, style, self->target, view, column, row);
}

/* --- numbers ----------------------------------------------------------------- */

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
      g_clear_pointer (&self->values, g_free);
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

  g_clear_pointer (&self->values, g_free);
  if (map != NULL) {
    self->values = g_new (float, (gsize) height * width);
    plot_map_reduce (map, channels, height, width, reduction, self->values);
    self->is_unsigned = plot_reduction_is_unsigned (reduction);
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
sal_map_view_get_values (SalMapView *self,
                         int        *height,
                         int        *width)
{
  g_return_val_if_fail (SAL_IS_MAP_VIEW (self), NULL);

  *height = self->height;
  *width = self->width;
  return self->values;
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
    words = g_strdup_printf ("pixel (%d, %d): %s", row, column, number);
  }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  words != NULL ? words : "", -1);
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

/* --- pointer ----------------------------------------------------------------- */

static gboolean
pixel_at (SalMapView *self,
          double      x,
          double      y,
          int        *column,
          int        *row)
{
  return self->surface != NULL
         && plot_map_pixel_at (self->target, view_of (self), self->height, self->width, x, y,
                               column, row);
}

static void
motion_cb (SalMapView *self,
           double      x,
           double      y)
{
  int column = -1;
  int row = -1;

  self->drag_x = x;
  self->drag_y = y;
  if (!pixel_at (self, x, y, &column, &row))
    column = -1;
  sal_map_link_set_pixel (self->link, column, row);
}

static void
leave_cb (SalMapView *self)
{
  sal_map_link_set_pixel (self->link, -1, -1);
}

static void
zoom (SalMapView *self,
      double      x,
      double      y,
      double      factor)
{
  if (self->surface != NULL)
    sal_map_link_set_view (self->link,
                           plot_map_zoom (self->target, view_of (self), self->height,
                                          self->width, x, y, factor));
}

static gboolean
scrolled_cb (SalMapView *self,
             double      dx,
             double      dy)
{
  zoom (self, self->drag_x, self->drag_y, pow (ZOOM_FACTOR, -dy));
  return GDK_EVENT_STOP;
}

static void
paint (SalMapView *self,
       GtkGesture *gesture,
       double      x,
       double      y)
{
  const GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  int column = 0;
  int row = 0;

  if (pixel_at (self, x, y, &column, &row))
    g_signal_emit (self, signals[PAINT], 0, column, row, (modifiers & GDK_SHIFT_MASK) != 0);
}

static void
drag_begin_cb (SalMapView *self,
               double      x,
               double      y,
               GtkGesture *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  self->drag_y = y;
  if (self->paintable)
    paint (self, gesture, x, y);
}

static void
drag_update_cb (SalMapView     *self,
                double          offset_x,
                double          offset_y,
                GtkGestureDrag *gesture)
{
  double start_x = 0;
  double start_y = 0;

  gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y);

  const double x = start_x + offset_x;
  const double y = start_y + offset_y;

  if (self->paintable)
    paint (self, GTK_GESTURE (gesture), x, y);
  else if (self->surface != NULL)
    sal_map_link_set_view (self->link,
                           plot_map_pan (self->target, view_of (self), self->height, self->width,
                                         x - self->drag_x, y - self->drag_y));
  self->drag_x = x;
  self->drag_y = y;
}

static void
pressed_cb (SalMapView *self,
            int         n_press)
{
  if (n_press == 2 && !self->paintable)
    sal_map_link_set_view (self->link, (PlotMapView) { 0 });
}

/* --- keys -------------------------------------------------------------------- */

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   data)
{
  SalMapView *self = SAL_MAP_VIEW (widget);
  int dx = 0;
  int dy = 0;
  int column = 0;
  int row = 0;

  if (self->surface == NULL)
    return FALSE;
  g_variant_get (arguments, "(ii)", &dx, &dy);
  if (!sal_map_link_get_pixel (self->link, &column, &row)) {
    column = self->width / 2;
    row = self->height / 2;
  }
  sal_map_link_set_pixel (self->link, CLAMP (column + dx, 0, self->width - 1),
                          CLAMP (row + dy, 0, self->height - 1));
  return TRUE;
}

static gboolean
zoom_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   data)
{
  SalMapView *self = SAL_MAP_VIEW (widget);
  int steps = 0;

  g_variant_get (arguments, "(ii)", &steps, NULL);
  zoom (self, self->target.x + self->target.width / 2, self->target.y + self->target.height / 2,
        pow (ZOOM_FACTOR, steps));
  return TRUE;
}

static gboolean
show_all_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  sal_map_link_set_view (SAL_MAP_VIEW (widget)->link, (PlotMapView) { 0 });
  return TRUE;
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  SalMapView *self = SAL_MAP_VIEW (widget);
  int column = 0;
  int row = 0;
  const gboolean had_pixel = sal_map_link_get_pixel (self->link, &column, &row);

  sal_map_link_set_pixel (self->link, -1, -1);
  return had_pixel;
}

static const struct
{
  guint           key;
  GtkShortcutFunc callback;
  int             x;
  int             y;
} keys[] = {
  { GDK_KEY_Left, move_cb, -1, 0 },
  { GDK_KEY_Right, move_cb, 1, 0 },
  { GDK_KEY_Up, move_cb, 0, -1 },
  { GDK_KEY_Down, move_cb, 0, 1 },
  { GDK_KEY_plus, zoom_cb, 1, 0 },
  { GDK_KEY_equal, zoom_cb, 1, 0 },
  { GDK_KEY_KP_Add, zoom_cb, 1, 0 },
  { GDK_KEY_minus, zoom_cb, -1, 0 },
  { GDK_KEY_KP_Subtract, zoom_cb, -1, 0 },
  { GDK_KEY_Home, show_all_cb, 0, 0 },
  { GDK_KEY_Escape, escape_cb, 0, 0 },
};

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
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    self->title != NULL ? self->title : "", -1);
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
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_map_view_finalize (GObject *object)
{
  SalMapView *self = SAL_MAP_VIEW (object);

  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_object (&self->link);
  g_free (self->title);
  g_free (self->pixels);
  g_free (self->values);
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

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SIDE] = g_param_spec_int ("side", NULL, NULL, 8, 4096, 120, flags);
  properties[PROP_LINK] = g_param_spec_object ("link", NULL, NULL, SAL_TYPE_MAP_LINK, flags);
  properties[PROP_PAINTABLE] = g_param_spec_boolean ("paintable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PAINT] = g_signal_new ("paint", SAL_TYPE_MAP_VIEW, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 3,
                                 G_TYPE_INT, G_TYPE_INT, G_TYPE_BOOLEAN);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, 0, keys[i].callback,
                                  "(ii)", keys[i].x, keys[i].y);
}

static void
sal_map_view_init (SalMapView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  g_autoptr (SalMapLink) link = sal_map_link_new ();

  self->side = 120;
  self->scale = 1;
  sal_map_view_set_link (self, link);
  gtk_widget_set_focusable (widget, TRUE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scrolled_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
sal_map_view_new (void)
{
  return g_object_new (SAL_TYPE_MAP_VIEW, NULL);
}
