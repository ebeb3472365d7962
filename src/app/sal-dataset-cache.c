/* sal-dataset-cache.c - data sets opened once, off the main thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-cache.h"

/* Milliseconds between two looks at how far an import is. */
#define LOOK_EVERY 200

enum
{
  IMPORTING,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

struct _SalDatasetCache
{
  GObject     parent_instance;

  GHashTable *open;    /* name to SalDataset                           */
  GHashTable *waiting; /* name to GPtrArray of GTask, while being opened */
  GHashTable *cancellables; /* name to GCancellable, likewise            */
};

G_DEFINE_FINAL_TYPE (SalDatasetCache, sal_dataset_cache, G_TYPE_OBJECT)

SalDataset *
sal_dataset_cache_peek (SalDatasetCache *self,
                        const char      *name)
{
  g_return_val_if_fail (SAL_IS_DATASET_CACHE (self), NULL);

  return g_hash_table_lookup (self->open, name);
}

/* One data set on its way; its numbers come from the thread that opens it. */
typedef struct
{
  SalDatasetCache *cache;               /* borrowed: the task holds it        */
  char            *name;
  gint             n_done;              /* atomic                             */
  gint             n_total;             /* atomic; 0: being counted           */
  guint            look;                /* source of look_cb()                */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->name);
  g_free (opening);
}

static void
progress_cb (gsize    done,
             gsize    total,
             gpointer data)
{
  Opening *opening = data;

  g_atomic_int_set (&opening->n_total, (gint) MIN (total, G_MAXINT));
  g_atomic_int_set (&opening->n_done, (gint) MIN (done, G_MAXINT));
}

/* Only an import has anything to tell. */
static gboolean
look_cb (gpointer data)
{
  Opening *opening = data;
  const gint done = g_atomic_int_get (&opening->n_done);

  if (done > 0)
    g_signal_emit (opening->cache, signals[IMPORTING], 0, opening->name, (guint) done,
                   (guint) g_atomic_int_get (&opening->n_total));
  return G_SOURCE_CONTINUE;
}

/* Runs in a thread of GTask's pool. */
static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = sal_dataset_open_with_progress (opening->name, progress_cb, opening,
                                                        cancellable, &error);

  if (dataset == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, dataset, (GDestroyNotify) sal_dataset_unref);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  SalDatasetCache *self = SAL_DATASET_CACHE (source);
  Opening *opening = g_task_get_task_data (G_TASK (result));
  const char *name = opening->name;
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (g_hash_table_lookup (self->waiting, name));

  g_hash_table_remove (self->waiting, name);
  g_hash_table_remove (self->cancellables, name);
  g_source_remove (opening->look);
  if (g_atomic_int_get (&opening->n_done) > 0)
    g_signal_emit (self, signals[IMPORTING], 0, name, 0, 0);
  if (dataset != NULL)
    g_hash_table_insert (self->open, g_strdup (name), dataset);
  for (guint i = 0; i < tasks->len; i++) {
    GTask *task = g_ptr_array_index (tasks, i);

    if (dataset != NULL)
      g_task_return_pointer (task, sal_dataset_ref (dataset), (GDestroyNotify) sal_dataset_unref);
    else
      g_task_return_error (task, g_error_copy (error));
  }
}

static void
start (SalDatasetCache *self,
       const char      *name)
{
  GCancellable *cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, cancellable, opened_cb, NULL);
  Opening *opening = g_new0 (Opening, 1);

  opening->cache = self;
  opening->name = g_strdup (name);
  opening->look = g_timeout_add (LOOK_EVERY, look_cb, opening);
  g_hash_table_insert (self->cancellables, g_strdup (name), cancellable);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_in_thread);
}

void
sal_dataset_cache_open_async (SalDatasetCache    *self,
                              const char         *name,
                              GAsyncReadyCallback callback,
                              gpointer            data)
{
  g_return_if_fail (SAL_IS_DATASET_CACHE (self));
  g_return_if_fail (name != NULL);

  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  SalDataset *dataset = sal_dataset_cache_peek (self, name);

  g_task_set_source_tag (task, sal_dataset_cache_open_async);
  if (dataset != NULL) {
    g_task_return_pointer (task, sal_dataset_ref (dataset), (GDestroyNotify) sal_dataset_unref);
    return;
  }

  GPtrArray *tasks = g_hash_table_lookup (self->waiting, name);

  if (tasks != NULL) {
    g_ptr_array_add (tasks, g_object_ref (task));
    return;
  }
  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (tasks, g_object_ref (task));
  g_hash_table_insert (self->waiting, g_strdup (name), tasks);

  start (self, name);
}

void
sal_dataset_cache_cancel (SalDatasetCache *self,
                          const char      *name)
{
  g_return_if_fail (SAL_IS_DATASET_CACHE (self));

  GCancellable *cancellable = g_hash_table_lookup (self->cancellables, name);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

SalDataset *
sal_dataset_cache_open_finish (SalDatasetCache *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sal_dataset_cache_finalize (GObject *object)
{
  SalDatasetCache *self = SAL_DATASET_CACHE (object);

  g_hash_table_unref (self->open);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->cancellables);
  G_OBJECT_CLASS (sal_dataset_cache_parent_class)->finalize (object);
}

static void
sal_dataset_cache_class_init (SalDatasetCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_dataset_cache_finalize;
  signals[IMPORTING] =
    g_signal_new ("importing", SAL_TYPE_DATASET_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
}

static void
sal_dataset_cache_init (SalDatasetCache *self)
{
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) sal_dataset_unref);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
  self->cancellables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

SalDatasetCache *
sal_dataset_cache_new (void)
{
  return g_object_new (SAL_TYPE_DATASET_CACHE, NULL);
}
