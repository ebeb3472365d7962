/* sal-map-view-input.c - pointer and keys of a map
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-map-view-private.h"

#include <math.h>

#define ZOOM_FACTOR 1.25

/* --- pointer ----------------------------------------------------------------- */

static gboolean
pixel_at (SalMapView *self,
          double      x,
          double      y,
          int        *column,
          int        *row)
{
  /* The surface may be out of date; where it was drawn is not. */
  return (self->pixels != NULL || self->values != NULL) && self->target.width > 0
         && plot_map_pixel_at (self->target, sal_map_view_get_view (self), self->height,
                               self->width, x, y, column, row);
}

static void
motion_cb (SalMapView *self,
           double      x,
           double      y)
{
  int column = -1;
  int row = -1;

  /* GTK repeats where the pointer is when anything is laid out anew; keys may
   * have gone elsewhere meanwhile. */
  if (x == self->drag_x && y == self->drag_y)
    return;
  self->drag_x = x;
  self->drag_y = y;
  if (!pixel_at (self, x, y, &column, &row))
    column = -1;
  sal_map_link_set_pixel (self->link, column, row);
}

static void
leave_cb (SalMapView *self)
{
  self->drag_x = NAN;
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
                           plot_map_zoom (self->target, sal_map_view_get_view (self), self->height,
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

/* A stroke has no gaps, however quickly the pointer moves: a line of dots leads
 * from the last one to this. */
static void
paint (SalMapView *self,
       GtkGesture *gesture,
       double      x,
       double      y,
       gboolean    begins)
{
  const GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  const gboolean erase = (modifiers & GDK_SHIFT_MASK) != 0;
  int column = 0;
  int row = 0;

  if (!pixel_at (self, x, y, &column, &row)) {
    self->has_dot = FALSE;
    return;
  }

  const gboolean joins = self->has_dot && !begins;
  const int dx = joins ? column - self->dot_column : 0;
  const int dy = joins ? row - self->dot_row : 0;
  const int n = MAX (1, MAX (ABS (dx), ABS (dy)));

  for (int i = joins ? 1 : n; i <= n; i++)
    sal_map_view_paint (self, column - dx * (n - i) / n, row - dy * (n - i) / n, erase);
  sal_map_link_set_pixel (self->link, column, row);
  self->has_dot = TRUE;
  self->dot_column = column;
  self->dot_row = row;
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
    paint (self, gesture, x, y, TRUE);
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
    paint (self, GTK_GESTURE (gesture), x, y, FALSE);
  else if (self->surface != NULL)
    sal_map_link_set_view (self->link,
                           plot_map_pan (self->target, sal_map_view_get_view (self),
                                         self->height, self->width,
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

/* A dot where the crosshair is: light, or with -1 darkness. */
static gboolean
paint_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   data)
{
  SalMapView *self = SAL_MAP_VIEW (widget);
  int sign = 0;
  int column = 0;
  int row = 0;

  g_variant_get (arguments, "(ii)", &sign, NULL);
  if (!self->paintable || !sal_map_link_get_pixel (self->link, &column, &row))
    return FALSE;
  sal_map_view_paint (self, column, row, sign < 0);
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
  { GDK_KEY_space, paint_cb, 1, 0 },
  { GDK_KEY_BackSpace, paint_cb, -1, 0 },
  { GDK_KEY_Delete, paint_cb, -1, 0 },
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

void
sal_map_view_input_class_init (GtkWidgetClass *widget_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, 0, keys[i].callback,
                                  "(ii)", keys[i].x, keys[i].y);
}

void
sal_map_view_input_init (SalMapView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

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
