/* sal-dataset-cache.c - data sets opened once, off the main thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-cache.h"

struct _SalDatasetCache
{
  GObject     parent_instance;

  GHashTable *open;    /* name to SalDataset                           */
  GHashTable *waiting; /* name to GPtrArray of GTask, while being opened */
};

G_DEFINE_FINAL_TYPE (SalDatasetCache, sal_dataset_cache, G_TYPE_OBJECT)

SalDataset *
sal_dataset_cache_peek (SalDatasetCache *self,
                        const char      *name)
{
  g_return_val_if_fail (SAL_IS_DATASET_CACHE (self), NULL);

  return g_hash_table_lookup (self->open, name);
}

/* Runs in a thread of GTask's pool. */
static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      name,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = sal_dataset_open (name, cancellable, &error);

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
  const char *name = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (g_hash_table_lookup (self->waiting, name));

  g_hash_table_remove (self->waiting, name);
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

  g_autoptr (GTask) opening = g_task_new (self, NULL, opened_cb, NULL);

  g_task_set_task_data (opening, g_strdup (name), g_free);
  g_task_run_in_thread (opening, open_in_thread);
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
  G_OBJECT_CLASS (sal_dataset_cache_parent_class)->finalize (object);
}

static void
sal_dataset_cache_class_init (SalDatasetCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_dataset_cache_finalize;
}

static void
sal_dataset_cache_init (SalDatasetCache *self)
{
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) sal_dataset_unref);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
}

SalDatasetCache *
sal_dataset_cache_new (void)
{
  return g_object_new (SAL_TYPE_DATASET_CACHE, NULL);
}
