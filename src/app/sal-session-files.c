/* sal-session-files.c - model files that the user opens
 *
 * Such a file joins the list of runs for as long as the program runs; nothing
 * is copied into the store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-private.h"

#include <glib/gi18n.h>

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      path,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  SalModelInfo info = { 0 };
  NnModel *model = sal_model_file_load (path, &info, &error);

  if (model == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, sal_run_item_new_file (path, &info), g_object_unref);
  nn_model_free (model);
  sal_model_info_clear (&info);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  SalSession *self = SAL_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunItem) item = g_task_propagate_pointer (G_TASK (result), &error);

  if (item == NULL) {
    sal_session_fail (self, error->message);
  } else if (self->runs != NULL) {
    sal_run_library_append (self->runs, item);
    sal_session_set_run (self, item);
  }
}

/* The run that a file opened before has become, or NULL. Borrowed. */
static SalRunItem *
find_open (SalSession *self,
           const char *path)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));

  for (guint i = 0; i < n; i++) {
    g_autoptr (SalRunItem) item = g_list_model_get_item (G_LIST_MODEL (self->runs), i);

    /* The list keeps it. */
    if (g_strcmp0 (sal_run_item_get_file (item), path) == 0)
      return item;
  }
  return NULL;
}

void
sal_session_open_file (SalSession *self,
                       GFile      *file)
{
  g_return_if_fail (SAL_IS_SESSION (self));
  g_return_if_fail (G_IS_FILE (file));

  const char *path = g_file_peek_path (file);

  if (path == NULL) {
    g_autofree char *name = g_file_get_parse_name (file);
    g_autofree char *message =
      g_strdup_printf (_("%s: expected a file on this computer, found one elsewhere"), name);

    sal_session_fail (self, message);
    return;
  }

  SalRunItem *known = find_open (self, path);

  if (known != NULL) {
    /* The file may have been written anew. */
    sal_session_load_model (self, known);
    sal_session_set_run (self, known);
    return;
  }

  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);

  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_in_thread);
}
