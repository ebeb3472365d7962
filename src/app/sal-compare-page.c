/* sal-compare-page.c - the Compare page: all runs, what they confuse, seeds
 *
 * The selected row is the run that all pages look at.  What is in the tables
 * is in sal-compare-page-runs.c and sal-compare-page-matrix.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <glib/gi18n.h>

#include "sal-export-button.h"
#include "sal-page-runs.h"
#include "sal-ui.h"
#include "sal-wrap-box.h"

/* Runs whose networks are loaded without being asked for, so that their size
 * is known at once. */
#define N_LOADED 8

G_DEFINE_FINAL_TYPE (SalComparePage, sal_compare_page, SAL_TYPE_PAGE)

/* --- measuring --------------------------------------------------------------- */

static void
update_measuring (SalComparePage *self)
{
  const gboolean running = sal_run_measurer_is_running (self->measurer);
  g_autofree char *progress = sal_run_measurer_get_progress (self->measurer);

  gtk_button_set_label (self->measure_button, running ? _("Stop measuring") : _("Measure missing"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->measure_button),
                               running ? _("Stop; what is measured stays")
                               : _("Measure the masking area, the speed and the accuracy of all "
                                   "runs in the table that lack them"));
  gtk_label_set_label (self->progress, progress);
}

static void
measured_cb (SalComparePage *self,
             SalRunItem     *run)
{
  /* All of it is read again when the page is shown. */
  if (!sal_page_is_shown (SAL_PAGE (self)))
    return;
  sal_table_update (self->runs, run);
  if (sal_run_measurer_is_running (self->measurer))
    sal_table_update (self->seeds, NULL);
  else
    sal_compare_page_list_seeds (self);
  sal_compare_page_show_dots (self);
  update_measuring (self);
}

static void
measure_clicked_cb (SalComparePage *self)
{
  GListModel *rows = sal_table_get_rows (self->runs);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);

  if (sal_run_measurer_is_running (self->measurer)) {
    sal_run_measurer_stop (self->measurer);
    return;
  }
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    g_ptr_array_add (runs, g_list_model_get_item (rows, i));
  sal_run_measurer_start (self->measurer, runs);
  if (!sal_run_measurer_is_running (self->measurer))
    sal_session_say (sal_page_get_session (SAL_PAGE (self)),
                     _("All runs in the table that have a network are measured."));
}

/* --- runs -------------------------------------------------------------------- */

static void
run_chosen_cb (SalComparePage *self)
{
  sal_session_set_run (sal_page_get_session (SAL_PAGE (self)),
                       sal_table_get_selected (self->runs));
}

static void
run_opened_cb (SalComparePage *self,
               gpointer        run)
{
  sal_session_set_run (sal_page_get_session (SAL_PAGE (self)), run);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "s", "train");
}

static void
run_changed_cb (SalComparePage *self)
{
  sal_table_set_selected (self->runs,
                          sal_session_get_run (sal_page_get_session (SAL_PAGE (self))));
  sal_compare_page_show_matrix (self);
}

static void
compared_changed_cb (SalComparePage *self)
{
  sal_table_update (self->runs, NULL);
}

static void
load_networks (SalComparePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  g_autoptr (GPtrArray) runs = sal_page_choose_runs (session, N_LOADED);

  for (guint i = 0; i < runs->len; i++)
    if (sal_run_item_get_model (g_ptr_array_index (runs, i)) == NULL)
      sal_session_request_model (session, g_ptr_array_index (runs, i));
}

static void
runs_changed_cb (SalComparePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (sal_session_get_runs (session)));

  sal_compare_page_list_seeds (self);
  sal_compare_page_show_dots (self);
  gtk_stack_set_visible_child_name (self->stack, n == 0 ? "empty" : "runs");
  if (sal_page_is_shown (SAL_PAGE (self)))
    load_networks (self);
  run_changed_cb (self);
}

static void
search_changed_cb (SalComparePage *self)
{
  sal_table_set_search (self->runs, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
predictions_grown_cb (SalComparePage *self,
                      gpointer        model)
{
  if (sal_page_is_shown (SAL_PAGE (self))
      && model == sal_session_get_model (sal_page_get_session (SAL_PAGE (self))))
    sal_compare_page_show_matrix (self);
}

/* --- the session ------------------------------------------------------------- */

static void
sal_compare_page_attach (SalPage    *page,
                         SalSession *session)
{
  SalComparePage *self = SAL_COMPARE_PAGE (page);

  self->measurer = sal_run_measurer_new (session);
  sal_compare_page_set_up_runs (self);
  sal_compare_page_set_up_matrix (self);
  sal_compare_page_set_up_seeds (self);
  sal_compare_page_set_up_dots (self);
  g_signal_connect_object (self->measurer, "changed", G_CALLBACK (measured_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->measurer, "notify::running", G_CALLBACK (update_measuring), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "selected", G_CALLBACK (run_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "activated", G_CALLBACK (run_opened_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::run", G_CALLBACK (run_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (run_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_runs (session), "items-changed",
                           G_CALLBACK (runs_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (sal_session_get_compared (session), "items-changed",
                           G_CALLBACK (compared_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_lab (session), "predictions",
                           G_CALLBACK (predictions_grown_cb), self, G_CONNECT_SWAPPED);
  update_measuring (self);
  runs_changed_cb (self);
}

static void
sal_compare_page_shown (SalPage *page)
{
  SalComparePage *self = SAL_COMPARE_PAGE (page);

  sal_table_update (self->runs, NULL);
  update_measuring (self);
  runs_changed_cb (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_compare_page_dispose (GObject *object)
{
  SalComparePage *self = SAL_COMPARE_PAGE (object);

  if (self->measurer != NULL)
    sal_run_measurer_stop (self->measurer);
  g_clear_object (&self->measurer);
  g_clear_object (&self->cells);
  g_clear_object (&self->experiments);
  if (self->dots != NULL)
    sal_chart_set_series (self->dots, NULL, 0);
  g_clear_pointer (&self->places, g_free);
  G_OBJECT_CLASS (sal_compare_page_parent_class)->dispose (object);
}

static char *
sal_compare_page_command (SalPage *page)
{
  return g_strdup ("saliscope-cli runs list");
}

static void
sal_compare_page_class_init (SalComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  SalPageClass *page_class = SAL_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_compare_page_dispose;
  page_class->attach = sal_compare_page_attach;
  page_class->shown = sal_compare_page_shown;
  page_class->command = sal_compare_page_command;

  g_type_ensure (SAL_TYPE_CHART);
  g_type_ensure (SAL_TYPE_CONFUSION_VIEW);
  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_SEGMENTS);
  g_type_ensure (SAL_TYPE_TABLE);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-compare-page"));
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, stack);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, search);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, measure_button);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, progress);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, runs);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix_heading);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix_count);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix_choice);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix_stack);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, mistakes);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, matrix_empty);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, readout);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, seeds);
  gtk_widget_class_bind_template_child (widget_class, SalComparePage, dots);
  gtk_widget_class_bind_template_callback (widget_class, measure_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
sal_compare_page_init (SalComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
