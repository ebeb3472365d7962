/* sal-run-row.c - one run in a list: colour, title, state, accuracy
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-row.h"

#include "sal-run-dot.h"
#include "sal-ui.h"

struct _SalRunRow
{
  AdwBin      parent_instance;

  SalRunItem *run;
  SalRunDot  *dot;
  GtkLabel   *title;
  GtkLabel   *summary;
  GtkWidget  *delete_button;
};

enum
{
  DELETE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalRunRow, sal_run_row, ADW_TYPE_BIN)

static void
update (SalRunRow *self)
{
  g_autofree char *details = sal_run_item_get_details (self->run);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), details);
  gtk_label_set_label (self->title, sal_run_item_get_title (self->run));
  gtk_label_set_label (self->summary, sal_run_item_get_summary (self->run));
  gtk_widget_set_visible (self->delete_button,
                          sal_run_item_get_id (self->run) >= 0
                          && sal_run_item_get_state (self->run) != SAL_RUN_RUNNING);
}

void
sal_run_row_set_run (SalRunRow  *self,
                     SalRunItem *run)
{
  g_return_if_fail (SAL_IS_RUN_ROW (self));

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_func (self->run, update, self);
  g_set_object (&self->run, run);
  sal_run_dot_set_run (self->dot, run);
  if (run == NULL)
    return;
  g_signal_connect_object (run, "notify::summary", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

SalRunItem *
sal_run_row_get_run (SalRunRow *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ROW (self), NULL);

  return self->run;
}

static void
delete_clicked_cb (SalRunRow *self)
{
  g_signal_emit (self, signals[DELETE], 0);
}

static void
sal_run_row_dispose (GObject *object)
{
  SalRunRow *self = SAL_RUN_ROW (object);

  g_clear_object (&self->run);
  G_OBJECT_CLASS (sal_run_row_parent_class)->dispose (object);
}

static void
sal_run_row_class_init (SalRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_run_row_dispose;
  signals[DELETE] = g_signal_new ("delete", SAL_TYPE_RUN_ROW, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SAL_TYPE_RUN_DOT);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-run-row"));
  gtk_widget_class_bind_template_child (widget_class, SalRunRow, dot);
  gtk_widget_class_bind_template_child (widget_class, SalRunRow, title);
  gtk_widget_class_bind_template_child (widget_class, SalRunRow, summary);
  gtk_widget_class_bind_template_child (widget_class, SalRunRow, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, delete_clicked_cb);
}

static void
sal_run_row_init (SalRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sal_run_row_new (void)
{
  return g_object_new (SAL_TYPE_RUN_ROW, NULL);
}
