/* sal-demo.c - the models that come with the program
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-demo.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-bundled.h"
#include "sal-error.h"

/* --- the list ---------------------------------------------------------------- */

static SalRunItem *
load_item (const char *name,
           GError    **error)
{
  SalModelInfo info = { 0 };
  NnModel *model = sal_bundled_load (name, &info, error);
  SalRunItem *item = model == NULL ? NULL : sal_run_item_new_demo (name, &info);

  nn_model_free (model);
  sal_model_info_clear (&info);
  return item;
}

static int
compare_modes (gconstpointer a,
               gconstpointer b)
{
  return sal_run_item_get_recipe (*(SalRunItem *const *) a)->mode
         - sal_run_item_get_recipe (*(SalRunItem *const *) b)->mode;
}

static void
list_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) names = sal_bundled_names ();

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    SalRunItem *item = load_item (names[i], &error);

    if (item == NULL) {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
    g_ptr_array_add (items, item);
  }
  g_ptr_array_sort (items, compare_modes);
  g_task_return_pointer (task, g_steal_pointer (&items), (GDestroyNotify) g_ptr_array_unref);
}

void
sal_demo_list_async (gpointer            source,
                     GAsyncReadyCallback callback,
                     gpointer            data)
{
  g_autoptr (GTask) task = g_task_new (source, NULL, callback, data);

  g_task_run_in_thread (task, list_in_thread);
}

GPtrArray *
sal_demo_list_finish (GAsyncResult *result,
                      GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the record -------------------------------------------------------------- */

/* Columns of a metric, in the file's order after the step. */
static const gsize columns[] = {
  G_STRUCT_OFFSET (SalMetric, ce),
  G_STRUCT_OFFSET (SalMetric, kl),
  G_STRUCT_OFFSET (SalMetric, train_accuracy),
  G_STRUCT_OFFSET (SalMetric, validation_accuracy),
  G_STRUCT_OFFSET (SalMetric, validation_ce),
  G_STRUCT_OFFSET (SalMetric, learning_rate),
};

static double
parse_cell (const char *cell)
{
  return *cell == '\0' ? NAN : g_ascii_strtod (cell, NULL);
}

static gboolean
append_line (SalRunRecord *record,
             const char   *line)
{
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  const gsize n = g_strv_length (cells);

  if (n < 1 + G_N_ELEMENTS (columns) || n - 1 - G_N_ELEMENTS (columns) > SAL_RUN_MAX_ALPHAS)
    return FALSE;

  SalMetric metric = { .step = g_ascii_strtoll (cells[0], NULL, 10) };
  float alphas[SAL_RUN_MAX_ALPHAS];
  const gsize n_alphas = n - 1 - G_N_ELEMENTS (columns);

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    G_STRUCT_MEMBER (double, &metric, columns[i]) = parse_cell (cells[1 + i]);
  for (gsize i = 0; i < n_alphas; i++)
    alphas[i] = parse_cell (cells[1 + G_N_ELEMENTS (columns) + i]);
  sal_run_record_append (record, &metric, 1, alphas, n_alphas);
  return TRUE;
}

SalRunRecord *
sal_demo_load_record (const char *name,
                      GError    **error)
{
  g_autoptr (GBytes) bytes = sal_bundled_record (name, error);

  if (bytes == NULL)
    return NULL;

  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  for (gsize i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (*lines[i] != '\0' && !append_line (record, lines[i])) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   _("The record of demo %s has no valid columns in line %u"), name,
                   (guint) i + 1);
      return NULL;
    }
  }
  return g_steal_pointer (&record);
}
