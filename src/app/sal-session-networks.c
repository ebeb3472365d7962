/* sal-session-networks.c - the networks of runs, read in the background
 *
 * A network comes from a file of the store, from one that the user opened or
 * from a demo's resource; that of a run in training is copied by the worker
 * (sal-session-training.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-bundled.h"

/* --- reading ----------------------------------------------------------------- */

typedef struct
{
  SalRunItem  *run;
  SalDataset  *dataset;
  char        *path;
  NnModel     *model;
  SalModelInfo info;
} ModelJob;

static void
model_job_free (gpointer data)
{
  ModelJob *job = data;

  g_object_unref (job->run);
  g_clear_pointer (&job->dataset, sal_dataset_unref);
  g_free (job->path);
  nn_model_free (job->model);
  sal_model_info_clear (&job->info);
  g_free (job);
}

static void
load_model_in_thread (GTask        *task,
                      gpointer      source,
                      gpointer      data,
                      GCancellable *cancellable)
{
  ModelJob *job = data;
  const char *resource = sal_run_item_get_resource (job->run);
  g_autoptr (GError) error = NULL;

  if (resource == NULL)
    job->model = sal_model_file_load (job->path, &job->info, &error);
  else
    job->model = sal_bundled_load (resource, &job->info, &error);
  if (job->model == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Why the network of a run could not be read: pages say it, and it is not tried
 * again until somebody asks for it anew. */
#define UNREADABLE "sal-unreadable-network"

static void
give_up (SalSession *self,
         SalRunItem *run,
         const char *message)
{
  g_hash_table_remove (self->loading_models, run);
  g_object_set_data_full (G_OBJECT (run), UNREADABLE, g_strdup (message), g_free);
  sal_session_fail (self, message);
  g_object_notify (G_OBJECT (run), "model");
}

static void
model_loaded_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  SalSession *self = SAL_SESSION (source);
  ModelJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    give_up (self, job->run, error->message);
    return;
  }
  g_hash_table_remove (self->loading_models, job->run);

  g_autoptr (SalLabModel) model = sal_lab_model_new (job->model, &job->info, job->dataset);

  sal_run_item_set_model (job->run, model);
}

static void
model_dataset_opened_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      data)
{
  GTask *task = data;
  SalSession *self = g_task_get_source_object (task);
  ModelJob *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  job->dataset = sal_dataset_cache_open_finish (SAL_DATASET_CACHE (source), result, &error);
  if (job->dataset != NULL) {
    g_task_run_in_thread (task, load_model_in_thread);
  } else {
    give_up (self, job->run, error->message);
    g_task_return_boolean (task, TRUE);
  }
  g_object_unref (task);
}

/* Where the network of a stored run or an opened file is: NULL for a demo. */
static char *
model_path (SalRunItem *run)
{
  const char *directory = sal_run_item_get_directory (run);

  if (sal_run_item_get_file (run) != NULL)
    return g_strdup (sal_run_item_get_file (run));
  return directory == NULL ? NULL : g_build_filename (directory, "model.safetensors", NULL);
}

gboolean
sal_session_has_network (SalSession *self,
                         SalRunItem *run)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), FALSE);
  g_return_val_if_fail (SAL_IS_RUN_ITEM (run), FALSE);

  g_autofree char *path = model_path (run);

  return g_object_get_data (G_OBJECT (run), UNREADABLE) == NULL
         && (path == NULL || g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The first whole epoch leaves a network. */
static gboolean
must_have_network (SalRunItem *run)
{
  return sal_run_item_get_file (run) != NULL
         || sal_run_item_get_state (run) == SAL_RUN_FINISHED
         || !isnan (sal_run_item_get_validation_accuracy (run));
}

char *
sal_session_explain_lost_network (SalSession *self,
                                  SalRunItem *run)
{
  const char *directory = sal_run_item_get_directory (run);
  const char *unreadable = g_object_get_data (G_OBJECT (run), UNREADABLE);

  if (unreadable != NULL)
    return g_strdup (unreadable);
  if (sal_session_has_network (self, run) || !must_have_network (run))
    return NULL;
  if (directory != NULL && !g_file_test (directory, G_FILE_TEST_IS_DIR))
    return g_strdup_printf (_("The folder of this run is missing: it was expected at %s."),
                            directory);

  g_autofree char *path = model_path (run);

  return g_strdup_printf (_("The network of this run is missing: it was expected at %s."), path);
}

void
sal_session_load_model (SalSession *self,
                        SalRunItem *run)
{
  g_autofree char *path = model_path (run);

  g_object_set_data (G_OBJECT (run), UNREADABLE, NULL);
  if (g_hash_table_contains (self->loading_models, run) || !sal_session_has_network (self, run))
    return;
  g_hash_table_add (self->loading_models, run);

  GTask *task = g_task_new (self, NULL, model_loaded_cb, NULL);
  ModelJob *job = g_new0 (ModelJob, 1);

  job->run = g_object_ref (run);
  job->path = g_steal_pointer (&path);
  g_task_set_task_data (task, job, model_job_free);
  sal_dataset_cache_open_async (self->datasets, sal_run_item_get_recipe (run)->dataset,
                                model_dataset_opened_cb, task);
}

void
sal_session_request_model (SalSession *self,
                           SalRunItem *run)
{
  g_return_if_fail (SAL_IS_SESSION (self));
  g_return_if_fail (SAL_IS_RUN_ITEM (run));

  if (run == self->active_run && sal_session_is_training (self))
    sal_session_request_live_model (self);
  else if (sal_run_item_get_model (run) == NULL
           && g_object_get_data (G_OBJECT (run), UNREADABLE) == NULL)
    sal_session_load_model (self, run);
}

void
sal_session_network_changed (SalSession *self)
{
  SalLabModel *model = sal_session_get_model (self);

  /* A network may still arrive while the session is being closed. */
  if (model != NULL && self->lab != NULL)
    sal_lab_predict_test (self->lab, model);
  sal_session_notify (self, SAL_SESSION_MODEL);
}
