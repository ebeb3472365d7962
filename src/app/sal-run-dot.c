/* sal-run-dot.c - the dot in a run's colour
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-dot.h"

#define DIAMETER 10

struct _SalRunDot
{
  GtkWidget   parent_instance;

  SalRunItem *run;
};

G_DEFINE_FINAL_TYPE (SalRunDot, sal_run_dot, GTK_TYPE_WIDGET)

void
sal_run_dot_set_run (SalRunDot  *self,
                     SalRunItem *run)
{
  g_return_if_fail (SAL_IS_RUN_DOT (self));

  if (g_set_object (&self->run, run))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sal_run_dot_measure (GtkWidget     *widget,
                     GtkOrientation orientation,
                     int            for_size,
                     int           *minimum,
                     int           *natural,
                     int           *minimum_baseline,
                     int           *natural_baseline)
{
  *minimum = DIAMETER;
  *natural = DIAMETER;
}

static void
sal_run_dot_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  SalRunDot *self = SAL_RUN_DOT (widget);
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const float x = (gtk_widget_get_width (widget) - DIAMETER) / 2.0f;
  const float y = (gtk_widget_get_height (widget) - DIAMETER) / 2.0f;
  GskRoundedRect circle;

  gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT (x, y, DIAMETER, DIAMETER),
                                   DIAMETER / 2.0f);
  if (self->run != NULL) {
    const PlotColor color = sal_run_item_get_color (self->run, dark);

    gtk_snapshot_push_rounded_clip (snapshot, &circle);
    gtk_snapshot_append_color (snapshot,
                               &(const GdkRGBA) { (float) color.red, (float) color.green,
                                                  (float) color.blue, 1 },
                               &circle.bounds);
    gtk_snapshot_pop (snapshot);
  } else {
    GdkRGBA ink;

    gtk_style_context_get_color (gtk_widget_get_style_context (widget), &ink);
    gtk_snapshot_append_border (snapshot, &circle, (const float[4]) { 1.5f, 1.5f, 1.5f, 1.5f },
                                (const GdkRGBA[4]) { ink, ink, ink, ink });
  }
}

static void
sal_run_dot_dispose (GObject *object)
{
  g_clear_object (&SAL_RUN_DOT (object)->run);
  G_OBJECT_CLASS (sal_run_dot_parent_class)->dispose (object);
}

static void
sal_run_dot_class_init (SalRunDotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_run_dot_dispose;
  widget_class->measure = sal_run_dot_measure;
  widget_class->snapshot = sal_run_dot_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sal_run_dot_init (SalRunDot *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sal_run_dot_new (void)
{
  return g_object_new (SAL_TYPE_RUN_DOT, NULL);
}
