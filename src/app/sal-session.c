/* sal-session.c - the one state that all pages share
 *
 * Networks are read in sal-session-networks.c, training is in
 * sal-session-training.c, and what is started when in sal-session-queue.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-private.h"

#include <glib/gi18n.h>

#include "sal-dataset-files.h"

static guint signals[SAL_SESSION_N_SIGNALS];

static GParamSpec *properties[SAL_SESSION_N_PROPS];

G_DEFINE_FINAL_TYPE (SalSession, sal_session, G_TYPE_OBJECT)

static gpointer
copy_bits (gpointer bits)
{
  return g_memdup2 (bits, sizeof (SalBits));
}

G_DEFINE_BOXED_TYPE (SalBits, sal_bits, copy_bits, g_free)

void
sal_session_notify (SalSession        *self,
                    SalSessionProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* --- words ------------------------------------------------------------------- */

void
sal_session_fail (SalSession *self,
                  const char *message)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  g_signal_emit (self, signals[SAL_SESSION_FAILED], 0, message);
}

void
sal_session_withdraw (SalSession *self,
                      const char *message)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  g_signal_emit (self, signals[SAL_SESSION_WITHDRAWN], 0, message);
}

void
sal_session_say (SalSession *self,
                 const char *message)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  g_signal_emit (self, signals[SAL_SESSION_SAID], 0, message);
}

/* --- data set ---------------------------------------------------------------- */

static const char *
wanted_dataset (SalSession *self)
{
  return self->run != NULL ? sal_run_item_get_recipe (self->run)->dataset : self->recipe.dataset;
}

static void
dataset_opened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (SalSession) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset =
    sal_dataset_cache_open_finish (SAL_DATASET_CACHE (source), result, &error);

  if (dataset != NULL)
    sal_session_update_dataset (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sal_session_say (self, _("The import was stopped"));
  else if (self->run != NULL || sal_dataset_files_missing (self->recipe.dataset) == NULL)
    sal_session_fail (self, error->message); /* the recipe offers the download */
}

SalDatasetCache *
sal_session_get_datasets (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->datasets;
}

/* Makes the data set that is wanted now the current one, opening it first
 * where needed. */
void
sal_session_update_dataset (SalSession *self)
{
  const char *name = wanted_dataset (self);
  SalDataset *dataset = sal_dataset_cache_peek (self->datasets, name);

  if (dataset == NULL)
    sal_dataset_cache_open_async (self->datasets, name, dataset_opened_cb, g_object_ref (self));
  if (dataset == self->dataset)
    return;
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  if (dataset != NULL) {
    self->dataset = sal_dataset_ref (dataset);
    if (self->image >= sal_dataset_get_test (dataset)->count)
      sal_session_set_image (self, 0);
  }
  sal_session_notify (self, SAL_SESSION_DATASET);
}

/* --- properties -------------------------------------------------------------- */

SalRunLibrary *
sal_session_get_runs (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->runs;
}

SalWorker *
sal_session_get_worker (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->worker;
}

SalLab *
sal_session_get_lab (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->lab;
}

SalRunItem *
sal_session_get_run (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->run;
}

void
sal_session_set_run (SalSession *self,
                     SalRunItem *run)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  self->run_was_chosen = TRUE;
  if (self->run == run)
    return;
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_func (self->run, sal_session_network_changed, self);
  g_set_object (&self->run, run);
  if (run != NULL) {
    g_signal_connect_object (run, "notify::model", G_CALLBACK (sal_session_network_changed), self,
                             G_CONNECT_SWAPPED);
    sal_session_set_recipe (self, sal_run_item_get_recipe (run));
    if (run != self->active_run)
      sal_run_library_load_record (self->runs, run);
    sal_session_request_model (self, run);
  }
  sal_session_update_dataset (self);
  sal_session_notify (self, SAL_SESSION_RUN);
  sal_session_network_changed (self);
}

SalDataset *
sal_session_get_dataset (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->dataset;
}

SalLabModel *
sal_session_get_model (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->run == NULL ? NULL : sal_run_item_get_model (self->run);
}

guint
sal_session_get_image (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), 0);

  return self->image;
}

void
sal_session_set_image (SalSession *self,
                       guint       image)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (self->image == image)
    return;
  self->image = image;
  sal_session_notify (self, SAL_SESSION_IMAGE);
}

int
sal_session_get_explain_class (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), SAL_EXPLAIN_PREDICTED);

  return self->explain_class;
}

void
sal_session_set_explain_class (SalSession *self,
                               int         explain_class)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (self->explain_class == explain_class)
    return;
  self->explain_class = explain_class;
  sal_session_notify (self, SAL_SESSION_EXPLAIN_CLASS);
}

const SalBits *
sal_session_get_bits (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return &self->bits;
}

void
sal_session_set_bits (SalSession    *self,
                      const SalBits *bits)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (sal_bits_equal (&self->bits, bits))
    return;
  self->bits = *bits;
  sal_session_notify (self, SAL_SESSION_BITS);
}

SalHistory *
sal_session_get_history (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->history;
}

static void
sal_session_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  SalSession *self = SAL_SESSION (object);

  switch ((SalSessionProperty) id) {
  case SAL_SESSION_RUN:
    g_value_set_object (value, self->run);
    break;
  case SAL_SESSION_DATASET:
    g_value_set_pointer (value, self->dataset);
    break;
  case SAL_SESSION_MODEL:
    g_value_set_pointer (value, sal_session_get_model (self));
    break;
  case SAL_SESSION_IMAGE:
    g_value_set_uint (value, self->image);
    break;
  case SAL_SESSION_EXPLAIN_CLASS:
    g_value_set_int (value, self->explain_class);
    break;
  case SAL_SESSION_BITS:
    g_value_set_boxed (value, &self->bits);
    break;
  case SAL_SESSION_RECIPE:
    g_value_set_pointer (value, &self->recipe);
    break;
  case SAL_SESSION_STATE:
    g_value_set_int (value, self->state);
    break;
  case SAL_SESSION_SNAPSHOT:
    g_value_set_pointer (value, self->snapshot);
    break;
  case SAL_SESSION_N_PROPS:
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_session_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  SalSession *self = SAL_SESSION (object);

  switch ((SalSessionProperty) id) {
  case SAL_SESSION_RUN:
    sal_session_set_run (self, g_value_get_object (value));
    break;
  case SAL_SESSION_IMAGE:
    sal_session_set_image (self, g_value_get_uint (value));
    break;
  case SAL_SESSION_EXPLAIN_CLASS:
    sal_session_set_explain_class (self, g_value_get_int (value));
    break;
  case SAL_SESSION_BITS:
    sal_session_set_bits (self, g_value_get_boxed (value));
    break;
  case SAL_SESSION_DATASET:
  case SAL_SESSION_MODEL:
  case SAL_SESSION_RECIPE:
  case SAL_SESSION_STATE:
  case SAL_SESSION_SNAPSHOT:
  case SAL_SESSION_N_PROPS:
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* --- life -------------------------------------------------------------------- */

/* What is shown first: the newest run, or the demo of both techniques. */
static SalRunItem *
first_run (SalSession *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));
  SalRunItem *first = NULL;

  for (guint i = 0; i < n; i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (G_LIST_MODEL (self->runs), i);

    /* The list keeps it. */
    if (sal_run_item_get_id (run) >= 0)
      return run;
    if (first == NULL || sal_run_item_get_recipe (run)->mode == SAL_MODE_SGT_PACT)
      first = run;
  }
  return first;
}

/* Only now is it known which data set is wanted first. */
static void
runs_loaded_cb (SalSession *self)
{
  SalRunItem *first = first_run (self);

  if (!self->run_was_chosen && first != NULL)
    sal_session_set_run (self, first);
  else
    sal_session_update_dataset (self);
}

/* A run that was deleted is not shown any longer. */
static void
runs_changed_cb (SalSession *self)
{
  const gint64 id = self->run == NULL ? -1 : sal_run_item_get_id (self->run);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->compared)); i > 0; i--) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (G_LIST_MODEL (self->compared), i - 1);

    if (sal_run_item_get_id (run) >= 0 && run != self->active_run
        && sal_run_library_find (self->runs, sal_run_item_get_id (run)) == NULL)
      g_list_store_remove (self->compared, i - 1);
  }
  if (id >= 0 && self->run != self->active_run && sal_run_library_find (self->runs, id) == NULL)
    sal_session_set_run (self, NULL);
}

void
sal_session_delete_run (SalSession *self,
                        SalRunItem *run)
{
  g_return_if_fail (SAL_IS_SESSION (self));
  g_return_if_fail (SAL_IS_RUN_ITEM (run));

  sal_run_library_delete (self->runs, run);
}

void
sal_session_close (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  sal_session_close_training (self);
  g_clear_object (&self->lab);
}

static void
sal_session_dispose (GObject *object)
{
  SalSession *self = SAL_SESSION (object);

  sal_session_close (self);
  g_clear_object (&self->active_run);
  g_clear_object (&self->run);
  g_clear_object (&self->runs);
  g_clear_object (&self->datasets);
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  g_clear_pointer (&self->snapshot, sal_snapshot_unref);
  g_clear_pointer (&self->loading_models, g_hash_table_unref);
  g_clear_object (&self->history);
  g_clear_object (&self->queue);
  g_clear_object (&self->compared);
  g_clear_pointer (&self->warning, g_free);
  G_OBJECT_CLASS (sal_session_parent_class)->dispose (object);
}

static void
sal_session_class_init (SalSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sal_session_get_property;
  object_class->set_property = sal_session_set_property;
  object_class->dispose = sal_session_dispose;

  properties[SAL_SESSION_RUN] = g_param_spec_object ("run", NULL, NULL, SAL_TYPE_RUN_ITEM, both);
  properties[SAL_SESSION_DATASET] = g_param_spec_pointer ("dataset", NULL, NULL, readable);
  properties[SAL_SESSION_MODEL] = g_param_spec_pointer ("model", NULL, NULL, readable);
  properties[SAL_SESSION_IMAGE] =
    g_param_spec_uint ("image", NULL, NULL, 0, G_MAXUINT, 0, both);
  properties[SAL_SESSION_EXPLAIN_CLASS] =
    g_param_spec_int ("explain-class", NULL, NULL, SAL_EXPLAIN_LABEL, G_MAXINT,
                      SAL_EXPLAIN_PREDICTED, both);
  properties[SAL_SESSION_BITS] = g_param_spec_boxed ("bits", NULL, NULL, SAL_TYPE_BITS, both);
  properties[SAL_SESSION_RECIPE] = g_param_spec_pointer ("recipe", NULL, NULL, readable);
  properties[SAL_SESSION_STATE] =
    g_param_spec_int ("state", NULL, NULL, SAL_WORKER_IDLE, SAL_WORKER_FAILED, SAL_WORKER_IDLE,
                      readable);
  properties[SAL_SESSION_SNAPSHOT] = g_param_spec_pointer ("snapshot", NULL, NULL, readable);
  g_object_class_install_properties (object_class, SAL_SESSION_N_PROPS, properties);

  signals[SAL_SESSION_FAILED] =
    g_signal_new ("failed", SAL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SAL_SESSION_WITHDRAWN] =
    g_signal_new ("withdrawn", SAL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SAL_SESSION_SAID] =
    g_signal_new ("said", SAL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sal_session_init (SalSession *self)
{
  self->explain_class = SAL_EXPLAIN_PREDICTED;
  self->bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);
  self->history = sal_history_new ();
  self->datasets = sal_dataset_cache_new ();
  self->loading_models = g_hash_table_new (NULL, NULL);
  self->queue = g_list_store_new (SAL_TYPE_QUEUED_RUN);
  self->compared = g_list_store_new (SAL_TYPE_RUN_ITEM);
  sal_recipe_init (&self->recipe);
}

SalSession *
sal_session_new (const char *home)
{
  SalSession *self = g_object_new (SAL_TYPE_SESSION, NULL);

  self->runs = sal_run_library_new (home);
  g_signal_connect_object (self->runs, "loaded", G_CALLBACK (runs_loaded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "items-changed", G_CALLBACK (runs_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "failed", G_CALLBACK (sal_session_fail), self,
                           G_CONNECT_SWAPPED);
  self->lab = sal_lab_new (0);
  sal_session_open_training (self, home);
  return self;
}
