/* sal-run-library.c - the list of runs: the store's and the bundled demos
 *
 * A SalRunStore belongs to one thread, so each job opens its own; SQLite's
 * write-ahead log lets them read while a run is being recorded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-library.h"

#include "sal-demo.h"
#include "sal-words.h"

struct _SalRunLibrary
{
  GObject     parent_instance;

  char       *home;
  GListStore *items;
  GHashTable *loading;    /* SalRunItem whose record is being read */
  GHashTable *added;      /* SalRunItem that came while the list is read */
  gboolean    listing;
  gboolean    list_again;
  guint       n_first;    /* of demos and first listing, still to come */
};

enum
{
  FAILED,
  LOADED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void sal_run_library_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SalRunLibrary, sal_run_library, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      sal_run_library_list_model_init))

static GType
sal_run_library_get_item_type (GListModel *model)
{
  return SAL_TYPE_RUN_ITEM;
}

static guint
sal_run_library_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (SAL_RUN_LIBRARY (model)->items));
}

static gpointer
sal_run_library_get_item (GListModel *model,
                          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (SAL_RUN_LIBRARY (model)->items), position);
}

static void
sal_run_library_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sal_run_library_get_item_type;
  iface->get_n_items = sal_run_library_get_n_items;
  iface->get_item = sal_run_library_get_item;
}

static void
fail (SalRunLibrary *self,
      const GError  *error)
{
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
count_down (SalRunLibrary *self)
{
  if (self->n_first > 0 && --self->n_first == 0)
    g_signal_emit (self, signals[LOADED], 0);
}

SalRunItem *
sal_run_library_find (SalRunLibrary *self,
                      gint64         id)
{
  g_return_val_if_fail (SAL_IS_RUN_LIBRARY (self), NULL);

  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; id >= 0 && i < n; i++) {
    g_autoptr (SalRunItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

    /* The list keeps it. */
    if (sal_run_item_get_id (item) == id)
      return item;
  }
  return NULL;
}

void
sal_run_library_add (SalRunLibrary *self,
                     SalRunItem    *item)
{
  g_return_if_fail (SAL_IS_RUN_LIBRARY (self));

  g_hash_table_add (self->added, item);
  g_list_store_insert (self->items, 0, item);
}

void
sal_run_library_append (SalRunLibrary *self,
                        SalRunItem    *item)
{
  g_return_if_fail (SAL_IS_RUN_LIBRARY (self));

  g_list_store_append (self->items, item);
}

char *
sal_run_library_get_directory (SalRunLibrary *self)
{
  g_return_val_if_fail (SAL_IS_RUN_LIBRARY (self), NULL);

  return self->home != NULL ? g_strdup (self->home) : sal_run_store_default_directory ();
}

char *
sal_run_library_run_directory (SalRunLibrary *self,
                               gint64         id)
{
  g_return_val_if_fail (SAL_IS_RUN_LIBRARY (self), NULL);

  g_autofree char *home = sal_run_library_get_directory (self);
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, id);

  return g_build_filename (home, "runs", name, NULL);
}

/* --- the list of the store ------------------------------------------------ */

static void
list_in_thread (GTask        *task,
                gpointer      source,
                gpointer      home,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = sal_run_store_open (home, &error);
  GPtrArray *runs = store == NULL ? NULL : sal_run_store_list (store, &error);

  /* Whoever is told may take its folder away. */
  g_clear_pointer (&store, sal_run_store_close);
  if (runs == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, runs, (GDestroyNotify) g_ptr_array_unref);
}

/* Removes the items of runs that are in the store no longer.  Those that were
 * added while it was read may not have been in it yet. */
static void
remove_missing (SalRunLibrary *self,
                GPtrArray     *runs)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < runs->len; i++)
    g_hash_table_add (ids, &((SalRun *) g_ptr_array_index (runs, i))->id);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->items)); i > 0; i--) {
    g_autoptr (SalRunItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i - 1);
    const gint64 id = sal_run_item_get_id (item);

    if (id >= 0 && !g_hash_table_contains (ids, &id)
        && !g_hash_table_contains (self->added, item))
      g_list_store_remove (self->items, i - 1);
  }
}

/* Updates known items in place and inserts new ones where the store has
 * them; the store's order never changes, so that nothing else moves. */
static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  SalRunLibrary *self = SAL_RUN_LIBRARY (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = g_task_propagate_pointer (G_TASK (result), &error);

  self->listing = FALSE;
  if (runs == NULL) {
    fail (self, error);
  } else {
    remove_missing (self, runs);
    for (guint i = 0; i < runs->len; i++) {
      const SalRun *run = g_ptr_array_index (runs, i);
      SalRunItem *known = sal_run_library_find (self, run->id);

      if (known != NULL) {
        sal_run_item_update (known, run);
      } else {
        g_autoptr (SalRunItem) item = sal_run_item_new (run);

        g_list_store_insert (self->items, i, item);
      }
    }
  }
  count_down (self);
  if (self->list_again)
    sal_run_library_refresh (self);
}

void
sal_run_library_refresh (SalRunLibrary *self)
{
  g_return_if_fail (SAL_IS_RUN_LIBRARY (self));

  self->list_again = self->listing;
  if (self->listing)
    return;
  self->listing = TRUE;
  g_hash_table_remove_all (self->added);

  g_autoptr (GTask) task = g_task_new (self, NULL, listed_cb, NULL);

  g_task_set_task_data (task, g_strdup (self->home), g_free);
  g_task_run_in_thread (task, list_in_thread);
}

/* --- demos ------------------------------------------------------------------ */

static void
demos_loaded_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  SalRunLibrary *self = SAL_RUN_LIBRARY (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = sal_demo_list_finish (result, &error);

  if (items == NULL)
    fail (self, error);
  for (guint i = 0; items != NULL && i < items->len; i++)
    g_list_store_append (self->items, g_ptr_array_index (items, i));
  count_down (self);
}

/* --- curves of one run ------------------------------------------------------ */

typedef struct
{
  char       *home;
  SalRunItem *item;
} RecordJob;

static void
record_job_free (gpointer data)
{
  RecordJob *job = data;

  g_free (job->home);
  g_object_unref (job->item);
  g_free (job);
}

static SalRunRecord *
read_record (const char *home,
             SalRunItem *item,
             GError    **error)
{
  /* A model file carries no curves. */
  if (sal_run_item_get_file (item) != NULL)
    return sal_run_record_new ();
  if (sal_run_item_get_resource (item) != NULL)
    return sal_demo_load_record (sal_run_item_get_resource (item), error);

  g_autoptr (SalRunStore) store = sal_run_store_open (home, error);

  if (store == NULL)
    return NULL;

  g_autoptr (GArray) alphas = NULL;
  gsize n_alphas = 0;
  g_autoptr (GArray) metrics = sal_run_store_load_metrics (store, sal_run_item_get_id (item),
                                                           &alphas, &n_alphas, error);

  g_autoptr (GArray) events =
    metrics != NULL ? sal_run_store_load_events (store, sal_run_item_get_id (item), error) : NULL;

  if (events == NULL)
    return NULL;

  SalRunRecord *record = sal_run_record_new ();

  for (guint i = 0; i < events->len; i++) {
    const SalRunEvent *event = &g_array_index (events, SalRunEvent, i);

    g_autofree char *words = sal_words_event (event->text);

    sal_run_record_mark (record, (double) event->step, words);
  }

  sal_run_record_append (record, (const SalMetric *) (gpointer) metrics->data, metrics->len,
                         n_alphas == 0 ? NULL : (const float *) (gpointer) alphas->data, n_alphas);
  return record;
}

static void
read_record_in_thread (GTask        *task,
                       gpointer      source,
                       gpointer      data,
                       GCancellable *cancellable)
{
  const RecordJob *job = data;
  g_autoptr (GError) error = NULL;
  SalRunRecord *record = read_record (job->home, job->item, &error);

  if (record == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, record, g_object_unref);
}

static void
record_read_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  SalRunLibrary *self = SAL_RUN_LIBRARY (source);
  SalRunItem *item = ((RecordJob *) g_task_get_task_data (G_TASK (result)))->item;
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunRecord) record = g_task_propagate_pointer (G_TASK (result), &error);

  g_hash_table_remove (self->loading, item);
  if (record == NULL)
    fail (self, error);
  else if (sal_run_item_get_record (item) == NULL)
    sal_run_item_set_record (item, record);
}

void
sal_run_library_load_record (SalRunLibrary *self,
                             SalRunItem    *item)
{
  g_return_if_fail (SAL_IS_RUN_LIBRARY (self));
  g_return_if_fail (SAL_IS_RUN_ITEM (item));

  if (sal_run_item_get_record (item) != NULL || !g_hash_table_add (self->loading, item))
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, record_read_cb, NULL);
  RecordJob *job = g_new0 (RecordJob, 1);

  job->home = g_strdup (self->home);
  job->item = g_object_ref (item);
  g_task_set_task_data (task, job, record_job_free);
  g_task_run_in_thread (task, read_record_in_thread);
}

/* --- deleting ---------------------------------------------------------------- */

static void
delete_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  const RecordJob *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = sal_run_store_open (job->home, &error);
  const gboolean is_done =
    store != NULL && sal_run_store_delete (store, sal_run_item_get_id (job->item), &error);

  g_clear_pointer (&store, sal_run_store_close);
  if (!is_done)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  SalRunLibrary *self = SAL_RUN_LIBRARY (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (self, error);
  sal_run_library_refresh (self);
}

void
sal_run_library_delete (SalRunLibrary *self,
                        SalRunItem    *item)
{
  g_return_if_fail (SAL_IS_RUN_LIBRARY (self));
  g_return_if_fail (SAL_IS_RUN_ITEM (item));

  g_autoptr (GTask) task = g_task_new (self, NULL, deleted_cb, NULL);
  RecordJob *job = g_new0 (RecordJob, 1);

  job->home = g_strdup (self->home);
  job->item = g_object_ref (item);
  g_task_set_task_data (task, job, record_job_free);
  g_task_run_in_thread (task, delete_in_thread);
}

static void
forward_items_changed_cb (GListModel    *items,
                          guint          position,
                          guint          removed,
                          guint          added,
                          SalRunLibrary *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
sal_run_library_finalize (GObject *object)
{
  SalRunLibrary *self = SAL_RUN_LIBRARY (object);

  g_free (self->home);
  g_object_unref (self->items);
  g_hash_table_unref (self->loading);
  g_hash_table_unref (self->added);
  G_OBJECT_CLASS (sal_run_library_parent_class)->finalize (object);
}

static void
sal_run_library_class_init (SalRunLibraryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_run_library_finalize;

  signals[FAILED] = g_signal_new ("failed", SAL_TYPE_RUN_LIBRARY, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LOADED] = g_signal_new ("loaded", SAL_TYPE_RUN_LIBRARY, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sal_run_library_init (SalRunLibrary *self)
{
  self->items = g_list_store_new (SAL_TYPE_RUN_ITEM);
  self->loading = g_hash_table_new (NULL, NULL);
  self->added = g_hash_table_new (NULL, NULL);
  self->n_first = 2;
  g_signal_connect_object (self->items, "items-changed",
                           G_CALLBACK (forward_items_changed_cb), self, 0);
}

SalRunLibrary *
sal_run_library_new (const char *home)
{
  SalRunLibrary *self = g_object_new (SAL_TYPE_RUN_LIBRARY, NULL);

  self->home = g_strdup (home);
  sal_demo_list_async (self, demos_loaded_cb, NULL);
  sal_run_library_refresh (self);
  return self;
}
