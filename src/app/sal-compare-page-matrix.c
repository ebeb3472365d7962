/* sal-compare-page-matrix.c - what the current run takes for what
 *
 * The matrix and the table of mistakes are two views of the same counts; the
 * predictions are those that the image grid marks as wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <glib/gi18n.h>

#include "plot-scale.h"
#include "sal-confusion-cell.h"
#include "sal-page-runs.h"
#include "sal-words.h"

/* --- the table of mistakes --------------------------------------------------- */

static char *
class_text (SalComparePage *self,
            int             label)
{
  SalLabModel *model = sal_session_get_model (sal_page_get_session (SAL_PAGE (self)));

  return g_strdup (model == NULL ? ""
                   : sal_dataset_get_class_name (sal_lab_model_get_dataset (model), label));
}

static char *
true_text (gpointer item,
           gpointer data)
{
  return class_text (data, SAL_CONFUSION_CELL (item)->row);
}

static char *
said_text (gpointer item,
           gpointer data)
{
  return class_text (data, SAL_CONFUSION_CELL (item)->column);
}

static double
count_number (gpointer item,
              gpointer data)
{
  return SAL_CONFUSION_CELL (item)->count;
}

static char *
count_text (gpointer item,
            gpointer data)
{
  return sal_words_count ((gint64) count_number (item, data));
}

static double
share_number (gpointer item,
              gpointer data)
{
  return 100 * SAL_CONFUSION_CELL (item)->share;
}

static char *
share_text (gpointer item,
            gpointer data)
{
  return g_strdup_printf ("%.2f", share_number (item, data));
}

static const SalTableColumn columns[] = {
  { N_("true class"), "true class", N_("What the image is"), .text = true_text, .expand = TRUE },
  { N_("said"), "predicted class", N_("What the network takes it for"), .text = said_text,
    .expand = TRUE },
  { N_("images"), "images", N_("Test images of that class that are taken for the other"),
    .text = count_text, .number = count_number },
  /* xgettext:no-c-format */
  { N_("% of class"), "percent of class", N_("Share of the test images of the true class"),
    .text = share_text, .number = share_number },
};

enum
{
  COUNT_COLUMN = 2,
};

/* --- counting ---------------------------------------------------------------- */

/* (classes, classes), row by row, of the images that are predicted. */
static double *
count_cells (SalLabModel *model)
{
  const NnImages *test = sal_dataset_get_test (sal_lab_model_get_dataset (model));
  const gint16 *predicted = sal_lab_model_get_predictions (model);
  const gsize n = (gsize) test->classes;
  double *counts = g_new0 (double, n * n);

  for (gsize i = 0; i < sal_lab_model_get_n_predicted (model); i++)
    if (predicted[i] >= 0 && predicted[i] < test->classes)
      counts[test->labels[i] * n + (gsize) predicted[i]]++;
  return counts;
}

static void
fill_mistakes (SalComparePage *self,
               const double   *counts,
               int             n)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_object_unref);

  for (int row = 0; row < n; row++) {
    double total = 0;

    for (int column = 0; column < n; column++)
      total += counts[row * n + column];
    for (int column = 0; column < n; column++)
      if (row != column && counts[row * n + column] > 0)
        g_ptr_array_add (cells, sal_confusion_cell_new (row, column, counts[row * n + column],
                                                        counts[row * n + column] / total));
  }
  g_list_store_splice (self->cells, 0, g_list_model_get_n_items (G_LIST_MODEL (self->cells)),
                       cells->pdata, cells->len);
}

/* "98.42 % right · 10,000 of 10,000 test images". */
static void
describe_count (SalComparePage *self,
                const double   *counts,
                int             n,
                gsize           total)
{
  double right = 0;
  double done = 0;

  for (int i = 0; i < n * n; i++) {
    done += counts[i];
    right += i / n == i % n ? counts[i] : 0;
  }

  g_autofree char *done_text = sal_words_count ((gint64) done);
  g_autofree char *total_text = sal_words_count ((gint64) total);
  g_autofree char *words =
    g_strdup_printf ((gsize) done == total ? _("%.2f %% right · %s of %s test images")
                     : _("%.2f %% right · %s of %s test images…"),
                     done > 0 ? 100 * right / done : 0, done_text, total_text);

  gtk_label_set_label (self->matrix_count, words);
}

static void
show_cells (SalComparePage *self,
            SalLabModel    *model)
{
  SalDataset *dataset = sal_lab_model_get_dataset (model);
  const NnImages *test = sal_dataset_get_test (dataset);
  g_autofree double *counts = count_cells (model);
  g_autofree const char **names = g_new0 (const char *, (gsize) test->classes);

  for (int i = 0; i < test->classes; i++)
    names[i] = sal_dataset_get_class_name (dataset, i);
  sal_confusion_view_set (self->matrix, counts, names, (guint) test->classes);
  fill_mistakes (self, counts, test->classes);
  describe_count (self, counts, test->classes, test->count);
}

/* --- what is shown ----------------------------------------------------------- */

static void
show_choice (SalComparePage *self)
{
  gtk_stack_set_visible_child_name (self->matrix_stack,
                                    sal_segments_get_selected (self->matrix_choice) == 1
                                    ? "mistakes" : "matrix");
}

/* Why there is no matrix, and what to do about it. Free the result. */
static char *
explain_nothing (SalSession *session)
{
  SalRunItem *run = sal_session_get_run (session);

  if (run == NULL)
    return g_strdup (_("Choose a run in the table: what it confuses is shown here."));
  if (sal_session_has_network (session, run))
    return g_strdup (_("The network is being loaded…"));

  char *lost = sal_session_explain_lost_network (session, run);

  return lost != NULL ? lost
         : g_strdup (_("This run has saved no network yet. It is saved at the end of its first "
                       "epoch."));
}

void
sal_compare_page_show_matrix (SalComparePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalRunItem *run = sal_session_get_run (session);
  SalLabModel *model = sal_session_get_model (session);
  g_autofree char *name = run == NULL ? NULL : sal_page_name_run (run);
  g_autofree char *heading =
    name == NULL ? g_strdup (_("Confusion matrix")) : g_strdup_printf (_("What %s confuses"), name);

  g_autofree char *words = sal_words_unbroken (heading);

  gtk_label_set_label (self->matrix_heading, words);
  gtk_widget_set_visible (GTK_WIDGET (self->matrix_choice), model != NULL);
  if (model == NULL) {
    g_autofree char *nothing = explain_nothing (session);

    gtk_label_set_label (self->matrix_empty, nothing);
    gtk_label_set_label (self->matrix_count, "");
    gtk_stack_set_visible_child_name (self->matrix_stack, "empty");
    return;
  }

  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  g_ptr_array_add (runs, run);

  g_autofree char *metadata = sal_page_describe_recipes (runs);

  g_object_set (self->matrix, "export-metadata", metadata, NULL);
  show_cells (self, model);
  show_choice (self);
}

static void
cell_changed_cb (SalComparePage *self)
{
  g_autofree char *words = sal_confusion_view_describe (self->matrix);

  gtk_label_set_label (self->readout,
                       *words != '\0' ? words
                       : _("Click a cell, or move to it with the arrow keys and press Enter, to "
                           "see its images."));
}

static void
inspect (SalComparePage *self,
         int             row,
         int             column)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.inspect-predicted", "(ii)", row, column);
}

static void
mistake_activated_cb (SalComparePage *self,
                      gpointer        item)
{
  const SalConfusionCell *cell = item;

  inspect (self, cell->row, cell->column);
}

void
sal_compare_page_set_up_matrix (SalComparePage *self)
{
  self->cells = g_list_store_new (SAL_TYPE_CONFUSION_CELL);
  sal_table_set_columns (self->mistakes, _("Mistakes, by true and predicted class"),
                         G_LIST_MODEL (self->cells), columns, G_N_ELEMENTS (columns), self);
  sal_table_sort (self->mistakes, COUNT_COLUMN, TRUE);
  g_signal_connect_object (self->mistakes, "activated", G_CALLBACK (mistake_activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->matrix, "cell-activated", G_CALLBACK (inspect), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->matrix, "cell-changed", G_CALLBACK (cell_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->matrix_choice, "notify::selected", G_CALLBACK (show_choice),
                           self, G_CONNECT_SWAPPED);
  cell_changed_cb (self);
}
