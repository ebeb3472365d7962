/* sal-chart-input.c - pointer and keys of a chart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-chart-private.h"

/* One notch of the wheel, one press of + or -. */
#define ZOOM_FACTOR 1.25

/* --- zoom and pan ------------------------------------------------------------ */

static void
take_range (PlotAxis        *axis,
            const PlotScale *scale)
{
  axis->minimum = scale->minimum;
  axis->maximum = scale->maximum;
}

static void
zoom (SalChart *self,
      double    x,
      double    y,
      double    factor,
      gboolean  vertical)
{
  PlotScale scale = vertical ? self->layout.y : self->layout.x;

  plot_scale_zoom (&scale, vertical ? y : x, factor);
  take_range (vertical ? &self->chart.y : &self->chart.x, &scale);
  if (vertical)
    self->fit_y = FALSE;
  else
    self->fit_x = FALSE;
  sal_chart_view_changed (self);
}

static gboolean
scrolled_cb (SalChart                 *self,
             double                    dx,
             double                    dy,
             GtkEventControllerScroll *controller)
{
  const GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  double x = self->drag_x;
  double y = self->drag_y;

  if (self->chart.n_series == 0 || event == NULL)
    return GDK_EVENT_PROPAGATE;
  if (!plot_rect_contains (&self->layout.bounds, x, y))
    return GDK_EVENT_PROPAGATE;
  zoom (self, x, y, pow (ZOOM_FACTOR, -dy),
        (modifiers & GDK_CONTROL_MASK) != 0 || x < self->layout.inner.x);
  return GDK_EVENT_STOP;
}

static void
pan (SalChart *self,
     double    dx,
     double    dy)
{
  PlotScale x = self->layout.x;

  plot_scale_pan (&x, dx);
  take_range (&self->chart.x, &x);
  self->fit_x = FALSE;
  if (!self->fit_y) {
    PlotScale y = self->layout.y;

    plot_scale_pan (&y, dy);
    take_range (&self->chart.y, &y);
  }
  sal_chart_view_changed (self);
}

/* --- dragging ---------------------------------------------------------------- */

static double
data_x (SalChart *self,
        double    pixel)
{
  return plot_scale_to_data (&self->layout.x, pixel);
}

static void
drag_begin_cb (SalChart       *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  const GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  const gboolean selects = self->selectable && (modifiers & GDK_SHIFT_MASK) == 0;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  self->drag_y = y;
  if (plot_chart_on_handle (&self->chart, &self->layout, x, y))
    self->drag = SAL_CHART_DRAG_HANDLE;
  else if (!plot_rect_contains (&self->layout.inner, x, y))
    self->drag = SAL_CHART_DRAG_NONE;
  else
    self->drag = selects ? SAL_CHART_DRAG_SELECT : SAL_CHART_DRAG_PAN;
  if (self->drag == SAL_CHART_DRAG_HANDLE)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (SalChart       *self,
                double          offset_x,
                double          offset_y,
                GtkGestureDrag *gesture)
{
  double start_x = 0;
  double start_y = 0;

  gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y);

  const double x = start_x + offset_x;
  const double y = start_y + offset_y;

  if (self->drag == SAL_CHART_DRAG_HANDLE)
    sal_chart_move_handle (self, data_x (self, x));
  else if (self->drag == SAL_CHART_DRAG_SELECT)
    sal_chart_set_selection (self, data_x (self, start_x), data_x (self, x));
  else if (self->drag == SAL_CHART_DRAG_PAN)
    pan (self, x - self->drag_x, y - self->drag_y);
  self->drag_x = x;
  self->drag_y = y;
}

static void
drag_end_cb (SalChart       *self,
             double          offset_x,
             double          offset_y,
             GtkGestureDrag *gesture)
{
  if (self->drag == SAL_CHART_DRAG_SELECT) {
    if (fabs (offset_x) < 4)
      sal_chart_select (self, NAN, NAN);
    else
      sal_chart_select (self, self->chart.selection_begin, self->chart.selection_end);
  }
  self->drag = SAL_CHART_DRAG_NONE;
}

/* --- clicking ---------------------------------------------------------------- */

static void
toggle_series (SalChart *self,
               int       index)
{
  PlotSeries *series = &g_array_index (self->series, PlotSeries, index);

  series->hidden = !series->hidden;
  if (series->hidden)
    g_hash_table_add (self->hidden, g_strdup (series->name));
  else
    g_hash_table_remove (self->hidden, series->name);
  sal_chart_redraw (self);
}

static void
pressed_cb (SalChart *self,
            int       n_press,
            double    x,
            double    y)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self));
  const int entry =
    plot_chart_legend_at (sal_chart_prepare (self), &style, &self->layout, x, y);

  if (entry >= 0)
    toggle_series (self, entry);
  else if (n_press == 2)
    sal_chart_follow (self, TRUE);
}

/* --- the crosshair ----------------------------------------------------------- */

static void
motion_cb (SalChart *self,
           double    x,
           double    y)
{
  /* GTK repeats where the pointer is when anything is laid out anew; keys may
   * have gone elsewhere meanwhile. */
  if (x == self->drag_x && y == self->drag_y)
    return;

  const gboolean inside = plot_rect_contains (&self->layout.inner, x, y);
  const gboolean grabs = plot_chart_on_handle (&self->chart, &self->layout, x, y);

  if (self->drag == SAL_CHART_DRAG_NONE) {
    self->drag_x = x;
    self->drag_y = y;
  }
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), grabs ? "ew-resize" : NULL);
  sal_chart_set_crosshair (self, inside && self->series->len > 0 ? data_x (self, x) : NAN);
}

static void
leave_cb (SalChart *self)
{
  self->drag_x = NAN;
  sal_chart_set_crosshair (self, NAN);
}

/* --- keys -------------------------------------------------------------------- */

/* The next point of the first shown curve in the direction of `steps`. */
static double
next_x (SalChart *self,
        int       steps)
{
  const double from = isfinite (self->chart.crosshair)
                      ? self->chart.crosshair
                      : (steps > 0 ? self->chart.x.minimum : self->chart.x.maximum);

  for (guint i = 0; i < self->series->len; i++) {
    const PlotSeries *series = &g_array_index (self->series, PlotSeries, i);
    size_t index = 0;

    if (series->hidden || !plot_series_nearest (series, from, &index))
      continue;

    const gssize last = (gssize) plot_series_length (series) - 1;

    return plot_series_x (series, CLAMP ((gssize) index + steps, 0, last));
  }
  return NAN;
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   data)
{
  SalChart *self = SAL_CHART (widget);
  const int steps = g_variant_get_int32 (arguments);

  sal_chart_prepare (self);
  if (isfinite (self->chart.handle))
    sal_chart_move_handle (self, self->chart.handle + steps * self->handle_step);
  else
    sal_chart_set_crosshair (self, next_x (self, steps));
  return TRUE;
}

/* Makes the selection, which begins at the handle, longer or shorter. */
static gboolean
select_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  SalChart *self = SAL_CHART (widget);
  const PlotChart *chart = sal_chart_prepare (self);
  const double start = isfinite (chart->handle) ? chart->handle : chart->crosshair;
  const double begin = isfinite (chart->selection_begin) ? chart->selection_begin : start;
  const double end = isfinite (chart->selection_end) ? chart->selection_end : start;

  if (!self->selectable || !isfinite (begin) || !isfinite (end))
    return FALSE;
  sal_chart_select (self, begin, CLAMP (end + g_variant_get_int32 (arguments) * self->handle_step,
                                        chart->x.minimum, chart->x.maximum));
  return TRUE;
}

static gboolean
zoom_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   data)
{
  SalChart *self = SAL_CHART (widget);
  const PlotRect *inner = &self->layout.inner;
  const double x = isfinite (self->chart.crosshair)
                   ? plot_scale_to_pixel (&self->layout.x, self->chart.crosshair)
                   : inner->x + inner->width / 2;

  zoom (self, x, 0, pow (ZOOM_FACTOR, g_variant_get_int32 (arguments)), FALSE);
  return TRUE;
}

static gboolean
follow_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  sal_chart_follow (SAL_CHART (widget), TRUE);
  return TRUE;
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  SalChart *self = SAL_CHART (widget);
  const gboolean had_any = isfinite (self->chart.crosshair)
                           || isfinite (self->chart.selection_begin);

  sal_chart_set_crosshair (self, NAN);
  if (isfinite (self->chart.selection_begin))
    sal_chart_select (self, NAN, NAN);
  return had_any;
}

static const struct
{
  guint           key;
  GdkModifierType modifiers;
  GtkShortcutFunc callback;
  int             steps;
} keys[] = {
  { GDK_KEY_Left, 0, move_cb, -1 },
  { GDK_KEY_Right, 0, move_cb, 1 },
  { GDK_KEY_Left, GDK_CONTROL_MASK, move_cb, -10 },
  { GDK_KEY_Right, GDK_CONTROL_MASK, move_cb, 10 },
  { GDK_KEY_Left, GDK_SHIFT_MASK, select_cb, -1 },
  { GDK_KEY_Right, GDK_SHIFT_MASK, select_cb, 1 },
  { GDK_KEY_Left, GDK_SHIFT_MASK | GDK_CONTROL_MASK, select_cb, -10 },
  { GDK_KEY_Right, GDK_SHIFT_MASK | GDK_CONTROL_MASK, select_cb, 10 },
  { GDK_KEY_Home, 0, move_cb, -G_MAXINT / 2 },
  { GDK_KEY_End, 0, move_cb, G_MAXINT / 2 },
  { GDK_KEY_plus, 0, zoom_cb, 1 },
  { GDK_KEY_equal, 0, zoom_cb, 1 },
  { GDK_KEY_KP_Add, 0, zoom_cb, 1 },
  { GDK_KEY_minus, 0, zoom_cb, -1 },
  { GDK_KEY_KP_Subtract, 0, zoom_cb, -1 },
  { GDK_KEY_0, 0, follow_cb, 0 },
  { GDK_KEY_KP_0, 0, follow_cb, 0 },
  { GDK_KEY_Escape, 0, escape_cb, 0 },
};

void
sal_chart_input_class_init (GtkWidgetClass *widget_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers,
                                  keys[i].callback, "i", keys[i].steps);
}

void
sal_chart_input_init (SalChart *self)
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
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}
