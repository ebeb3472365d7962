/* sal-compare-page-save.c - the tables as CSV, the whole page as a report
 *
 * A report is drawn in the light style whatever the theme: it is for paper.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "plot-chart.h"
#include "sal-atomic-file.h"
#include "sal-page-runs.h"
#include "sal-provenance.h"
#include "sal-report.h"
#include "sal-save-folder.h"

#define FIGURE_WIDTH 760.0
#define CHART_HEIGHT 340.0
#define MATRIX_SIZE 480.0

/* --- curves ------------------------------------------------------------------ */

typedef struct
{
  PlotSeries  series[SAL_COMPARE_MAX_CURVES];
  char       *names[SAL_COMPARE_MAX_CURVES];
  gsize       n;
  const char *x_title;
  const char *y_title;
  gboolean    percent;  /* the y axis is 0..100 */
} Curves;

static void
clear_curves (Curves *self)
{
  for (gsize i = 0; i < self->n; i++)
    g_free (self->names[i]);
}

static PlotSeries *
add_curve (Curves     *self,
           SalRunItem *run)
{
  PlotSeries *series = &self->series[self->n];

  self->names[self->n] = sal_page_name_run (run);
  *series = (PlotSeries) {
    .name = self->names[self->n],
    .color = sal_run_item_get_color (run, FALSE),
  };
  self->n++;
  return series;
}

static void
draw_curves (cairo_t *cr,
             double   width,
             double   height,
             void    *data)
{
  const Curves *self = data;
  const PlotStyle style = plot_style_default (FALSE);
  PlotLayout layout;
  PlotChart chart = {
    PLOT_CHART_NO_POINTER,
    .legend = TRUE,
    .series = self->series,
    .n_series = self->n,
    .x = { .title = self->x_title },
    .y = { .title = self->y_title, .maximum = 100 },
  };

  plot_chart_fit (&chart, self->percent ? PLOT_FIT_X : PLOT_FIT_X | PLOT_FIT_Y);
  plot_chart_layout (&chart, &style, (PlotRect) { 0, 0, width, height }, &layout);
  plot_chart_draw (&chart, &style, &layout, cr);
}

/* The current run and those that are compared with it. */
static GPtrArray *
list_shown (SalSession *session)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *compared = G_LIST_MODEL (sal_session_get_compared (session));

  if (sal_session_get_run (session) != NULL)
    g_ptr_array_add (runs, g_object_ref (sal_session_get_run (session)));
  for (guint i = 0; i < g_list_model_get_n_items (compared); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (compared, i);

    if (!g_ptr_array_find (runs, run, NULL) && runs->len < SAL_COMPARE_MAX_CURVES)
      g_ptr_array_add (runs, g_steal_pointer (&run));
  }
  return runs;
}

static gboolean
add_training_curves (SalComparePage *self,
                     SalReport      *report,
                     GError        **error)
{
  g_autoptr (GPtrArray) runs = list_shown (sal_page_get_session (SAL_PAGE (self)));
  Curves curves = { .x_title = _("step"), .y_title = _("validation accuracy, %") };
  gboolean added = TRUE;

  for (guint i = 0; i < runs->len; i++) {
    SalRunRecord *record = sal_run_item_get_record (g_ptr_array_index (runs, i));
    const PlotTrace *trace =
      record == NULL ? NULL : sal_run_record_trace (record, SAL_CURVE_VALIDATION_ACCURACY);
    PlotSeries *series = NULL;

    if (trace == NULL || plot_trace_length (trace) == 0)
      continue;
    series = add_curve (&curves, g_ptr_array_index (runs, i));
    series->trace = trace;
    series->points = TRUE;
  }
  if (curves.n > 0) {
    sal_report_add_heading (report, _("While they were trained"));
    added = sal_report_add_figure (report,
                                   _("Accuracy on the validation images at the ends of epochs"),
                                   FIGURE_WIDTH, CHART_HEIGHT, draw_curves, &curves, error);
  }
  clear_curves (&curves);
  return added;
}

static gboolean
add_masking_curves (SalComparePage *self,
                    SalReport      *report,
                    GError        **error)
{
  GListModel *rows = sal_table_get_rows (self->runs);
  Curves curves = {
    .x_title = _("masked pixels, %"), .y_title = _("accuracy, %"), .percent = TRUE,
  };
  gboolean added = TRUE;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (rows, i);
    const SalRunMeasure *measure = sal_run_measurer_get (self->measurer, run);

    if (measure->area_done == 0 || curves.n == SAL_COMPARE_MAX_CURVES)
      continue;

    PlotSeries *series = add_curve (&curves, run);

    series->points = TRUE;
    series->x = measure->shares;
    series->y = measure->accuracies;
    series->lower = measure->lowers;
    series->upper = measure->uppers;
    series->n = measure->n_levels;
  }
  if (curves.n > 0) {
    sal_report_add_heading (report, _("While salient pixels are masked"));
    added = sal_report_add_figure (report,
                                   /* xgettext:no-c-format */
                                   _("Test accuracy with the most salient pixels replaced by "
                                     "background, by the gradient; shaded: 95 % intervals "
                                     "(Wilson)"),
                                   FIGURE_WIDTH, CHART_HEIGHT, draw_curves, &curves, error);
  }
  clear_curves (&curves);
  return added;
}

/* --- the current run --------------------------------------------------------- */

static void
draw_matrix (cairo_t *cr,
             double   width,
             double   height,
             void    *data)
{
  const PlotStyle style = plot_style_default (FALSE);

  SAL_DRAWING_GET_CLASS (data)->draw (data, cr, &style, (PlotRect) { 0, 0, width, height });
}

/* One row of `n` cells for each field that the recipe uses. */
static char *
recipe_to_html (const SalRecipe *recipe)
{
  GString *html = g_string_new ("<table>\n");

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    if (!sal_recipe_uses (recipe, field))
      continue;

    g_autofree char *value = sal_recipe_get (recipe, field);
    g_autofree char *title = g_markup_escape_text (_(field->title), -1);
    g_autofree char *escaped = g_markup_escape_text (value, -1);

    g_string_append_printf (html, "<tr><th>%s</th><td>%s</td></tr>\n", title, escaped);
  }
  g_string_append (html, "</table>\n");
  return g_string_free (html, FALSE);
}

static gboolean
add_current_run (SalComparePage *self,
                 SalReport      *report,
                 GError        **error)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalRunItem *run = sal_session_get_run (session);

  if (run == NULL)
    return TRUE;
  if (sal_session_get_model (session) != NULL) {
    sal_report_add_heading (report, gtk_label_get_label (self->matrix_heading));
    if (!sal_report_add_figure (report, gtk_label_get_label (self->matrix_count), MATRIX_SIZE,
                                MATRIX_SIZE, draw_matrix, self->matrix, error))
      return FALSE;
  }

  const SalRecipe *recipe = sal_run_item_get_recipe (run);
  g_autofree char *heading = g_strdup_printf (_("Recipe of %s"), sal_run_item_get_title (run));
  g_autofree char *command = sal_recipe_command (recipe);
  g_autofree char *fields = recipe_to_html (recipe);
  g_autofree char *details = sal_run_item_get_details (run);

  sal_report_add_heading (report, heading);
  sal_report_add_code (report, command);
  sal_report_add_table (report, fields);
  sal_report_add_code (report, details);
  return TRUE;
}

/* --- files ------------------------------------------------------------------- */

static gboolean
save_report (SalComparePage *self,
             const char     *path,
             GError        **error)
{
  g_autoptr (SalReport) report = sal_report_new (_("Comparison of runs"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d %H:%M");
  g_autofree char *program = sal_provenance_program ();
  g_autofree char *made = g_strdup_printf ("Saliscope %s, %s", program, date);
  g_autofree char *runs = sal_table_to_html (self->runs);
  g_autofree char *seeds = sal_table_to_html (self->seeds);

  sal_report_add_paragraph (report, made);
  sal_report_add_heading (report, _("Runs"));
  sal_report_add_table (report, runs);
  sal_report_add_heading (report, _("Experiments over seeds"));
  sal_report_add_paragraph (report,
                            /* xgettext:no-c-format */
                            _("Runs that differ only in their seed are one row: mean ± half of "
                              "the 95 % interval over seeds (Student's t)."));
  sal_report_add_table (report, seeds);
  return add_training_curves (self, report, error)
         && add_masking_curves (self, report, error)
         && add_current_run (self, report, error)
         && sal_report_save (report, path, error);
}

static gboolean
save_csv (SalTable   *table,
          const char *path,
          GError    **error)
{
  g_autofree char *csv = sal_table_to_csv (table);

  return sal_atomic_file_write (path, &(GOutputVector) { csv, strlen (csv) }, 1, error);
}

static gboolean
save_runs (SalComparePage *self,
           const char     *path,
           GError        **error)
{
  return save_csv (self->runs, path, error);
}

static gboolean
save_seeds (SalComparePage *self,
            const char     *path,
            GError        **error)
{
  return save_csv (self->seeds, path, error);
}

static const struct
{
  const char *what;
  const char *file_name;
  gboolean  (*save) (SalComparePage *self,
                     const char     *path,
                     GError        **error);
} files[] = {
  { "report", "comparison.html", save_report },
  { "runs", "runs.csv", save_runs },
  { "seeds", "seeds.csv", save_seeds },
};

static gsize
find_file (const char *what)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (files) && strcmp (files[i].what, what) != 0)
    i++;
  return i;
}

gboolean
sal_compare_page_save (SalComparePage *self,
                       const char     *what,
                       const char     *path,
                       GError        **error)
{
  g_return_val_if_fail (SAL_IS_COMPARE_PAGE (self), FALSE);
  g_return_val_if_fail (find_file (what) < G_N_ELEMENTS (files), FALSE);

  return files[find_file (what)].save (self, path, error);
}

static void
file_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                SalComparePage  *self)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);
    g_autofree char *name = g_file_get_basename (file);
    g_autofree char *saved = g_strdup_printf (_("Saved %s"), name);
    g_autoptr (GError) error = NULL;

    sal_save_folder_remember (file);
    if (sal_compare_page_save (self, g_object_get_data (G_OBJECT (dialog), "what"), path, &error))
      gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", saved);
    else
      gtk_widget_activate_action (GTK_WIDGET (self), "win.fail", "s", error->message);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

void
sal_compare_page_ask_file (SalComparePage *self,
                           const char     *what)
{
  const gsize i = find_file (what);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  if (i == G_N_ELEMENTS (files))
    return;

  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Save Comparison"), window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL,
                                 NULL);

  g_object_set_data (G_OBJECT (dialog), "what", (gpointer) files[i].what);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  sal_save_folder_offer (GTK_FILE_CHOOSER (dialog));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), files[i].file_name);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
