/* sal-histogram-view.c - a distribution with its grid and clipping level
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-histogram-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"

struct _SalHistogramView
{
  SalDrawing          parent_instance;

  gboolean            has_histogram;
  PlotHistogram       histogram;   /* arrays and strings owned                 */
  PlotHistogramLayout layout;      /* of the last drawing                      */
  gboolean            dragging;
};

enum
{
  ALPHA_MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalHistogramView, sal_histogram_view, SAL_TYPE_DRAWING)

static void
sal_histogram_view_draw (SalDrawing      *drawing,
                         cairo_t         *cr,
                         const PlotStyle *style,
                         PlotRect         bounds)
{
  SalHistogramView *self = SAL_HISTOGRAM_VIEW (drawing);

  if (!self->has_histogram)
    return;
  plot_histogram_layout (&self->histogram, style, bounds, &self->layout);
  plot_histogram_draw (&self->histogram, style, &self->layout, cr);
}

static void
clear (SalHistogramView *self)
{
  g_free ((char *) self->histogram.title);
  g_free ((char *) self->histogram.hint);
  g_free ((double *) self->histogram.counts);
  g_free ((double *) self->histogram.levels);
  self->histogram = (PlotHistogram) { 0 };
  self->has_histogram = FALSE;
}

static void
describe (SalHistogramView *self)
{
  const gboolean has_alpha = self->has_histogram && isfinite (self->histogram.alpha);
  g_autoptr (GString) text = g_string_new (NULL);
  char number[PLOT_NUMBER_SIZE];

  if (has_alpha) {
    plot_format_value (self->histogram.alpha, 4, number);
    g_string_append_printf (text, _("clipping level %s"), number);
  }
  if (self->has_histogram && isfinite (self->histogram.clipped)) {
    g_string_append (text, text->len > 0 ? ", " : "");
    g_string_append_printf (text, _("%.1f %% clipped"), 100 * self->histogram.clipped);
  }
  sal_drawing_describe (SAL_DRAWING (self), self->histogram.title,
                        has_alpha ? _("Histogram. Left and right move the clipping level, Ctrl+D "
                                      "lists the numbers.")
                        : _("Histogram. Ctrl+D lists the numbers."));
  sal_drawing_set_value (SAL_DRAWING (self), text->str);
}

void
sal_histogram_view_set (SalHistogramView    *self,
                        const PlotHistogram *histogram)
{
  g_return_if_fail (SAL_IS_HISTOGRAM_VIEW (self));

  const double dragged = self->histogram.alpha;

  clear (self);
  if (histogram != NULL) {
    self->histogram = *histogram;
    /* The pointer knows better than an answer to where it was. */
    if (self->dragging)
      self->histogram.alpha = dragged;
    self->histogram.title = g_strdup (histogram->title);
    self->histogram.hint = g_strdup (histogram->hint);
    self->histogram.counts =
      g_memdup2 (histogram->counts, histogram->n_bins * sizeof (double));
    self->histogram.levels =
      g_memdup2 (histogram->levels, histogram->n_levels * sizeof (double));
    self->has_histogram = TRUE;
  }
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static PlotTable *
sal_histogram_view_list_numbers (SalDrawing *drawing,
                                 gboolean    in_file)
{
  SalHistogramView *self = SAL_HISTOGRAM_VIEW (drawing);
  const PlotHistogram *histogram = &self->histogram;
  const char *const titles[] = {
    sal_drawing_word (N_("from"), in_file), sal_drawing_word (N_("to"), in_file),
    sal_drawing_word (N_("count"), in_file), NULL,
  };

  if (!self->has_histogram)
    return NULL;

  PlotTable *table = plot_table_new (titles, false);
  const double step = (histogram->maximum - histogram->minimum) / (double) histogram->n_bins;

  for (size_t i = 0; i < histogram->n_bins; i++)
    plot_table_add_row (table, NULL, (const double[]) {
      histogram->minimum + (double) i * step, histogram->minimum + (double) (i + 1) * step,
      histogram->counts[i],
    });
  return table;
}

static char *
sal_histogram_view_name_numbers (SalDrawing *drawing)
{
  return g_strdup (SAL_HISTOGRAM_VIEW (drawing)->histogram.title);
}

/* --- moving alpha ------------------------------------------------------------ */

static gboolean
has_alpha (SalHistogramView *self)
{
  return self->has_histogram && isfinite (self->histogram.alpha);
}

static void
move_alpha (SalHistogramView *self,
            double            alpha)
{
  const double range = self->histogram.maximum - self->histogram.minimum;
  const double moved = CLAMP (alpha, self->histogram.minimum + range / 1000,
                              self->histogram.maximum);

  if (moved == self->histogram.alpha)
    return;
  self->histogram.alpha = moved;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[ALPHA_MOVED], 0, moved);
}

static void
drag_begin_cb (SalHistogramView *self,
               double            x,
               double            y,
               GtkGesture       *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->dragging = has_alpha (self)
                   && plot_histogram_on_alpha (&self->histogram, &self->layout, x, y);
  if (self->dragging)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (SalHistogramView *self,
                double            offset_x,
                double            offset_y,
                GtkGestureDrag   *gesture)
{
  double x = 0;
  double y = 0;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->dragging)
    move_alpha (self, plot_scale_to_data (&self->layout.x, x + offset_x));
}

static void
drag_end_cb (SalHistogramView *self)
{
  self->dragging = FALSE;
}

static void
motion_cb (SalHistogramView *self,
           double            x,
           double            y)
{
  const gboolean grabs = has_alpha (self)
                         && plot_histogram_on_alpha (&self->histogram, &self->layout, x, y);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), grabs ? "ew-resize" : NULL);
  if (!self->has_histogram)
    return;

  const int bin = plot_histogram_bin_at (&self->histogram, &self->layout, x, y);
  g_autofree char *text = NULL;

  if (bin >= 0) {
    const double step =
      (self->histogram.maximum - self->histogram.minimum) / self->histogram.n_bins;
    char from[PLOT_NUMBER_SIZE];
    char to[PLOT_NUMBER_SIZE];

    plot_format_value (self->histogram.minimum + bin * step, 4, from);
    plot_format_value (self->histogram.minimum + (bin + 1) * step, 4, to);
    text = g_strdup_printf ("%s … %s: %'.0f", from, to, self->histogram.counts[bin]);
  }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
}

static gboolean
key_cb (GtkWidget *widget,
        GVariant  *arguments,
        gpointer   data)
{
  SalHistogramView *self = SAL_HISTOGRAM_VIEW (widget);

  if (!has_alpha (self))
    return FALSE;
  move_alpha (self, self->histogram.alpha
              + g_variant_get_int32 (arguments)
              * (self->histogram.maximum - self->histogram.minimum) / 200);
  return TRUE;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_histogram_view_finalize (GObject *object)
{
  clear (SAL_HISTOGRAM_VIEW (object));
  G_OBJECT_CLASS (sal_histogram_view_parent_class)->finalize (object);
}

static void
sal_histogram_view_class_init (SalHistogramViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_histogram_view_finalize;
  SAL_DRAWING_CLASS (klass)->draw = sal_histogram_view_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_histogram_view_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_histogram_view_name_numbers;
  signals[ALPHA_MOVED] =
    g_signal_new ("alpha-moved", SAL_TYPE_HISTOGRAM_VIEW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, key_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, key_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_CONTROL_MASK, key_cb, "i", -10);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_CONTROL_MASK, key_cb, "i", 10);
}

static void
sal_histogram_view_init (SalHistogramView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

GtkWidget *
sal_histogram_view_new (void)
{
  return g_object_new (SAL_TYPE_HISTOGRAM_VIEW, NULL);
}
