/* sal-training-checkpoint.c - saving the whole state of a run, and going on
 *
 * A checkpoint is a model file with the optimizer's state arrays beside the
 * weights and the position in the metadata.  Randomness needs no state: it is
 * a function of seed and step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sal-atomic-file.h"
#include "sal-error.h"
#include "sal-model-metadata.h"
#include "sal-training-private.h"

#define CHECKPOINT "checkpoint.safetensors"
#define MODEL "model.safetensors"

/* Checkpoints within an epoch take at most this part of the time. */
#define SAVE_FACTOR 50

/* A cross entropy of so many times that of guessing is on its way to infinity. */
#define EXPLODING 100

/* "optimizer.slot0": the engine's arrays, in the order of its table. */
#define SLOT_NAME "optimizer.slot%d"

/* The moving average of the parameters, laid out like the slots. */
#define AVERAGE_NAME "average"

static char *
file_path (SalTraining *self,
           const char  *name)
{
  return g_build_filename (self->directory, name, NULL);
}

/* ---- writing -------------------------------------------------------------------- */

static void
fill_info (SalTraining  *self,
           SalModelInfo *info)
{
  const NnImages *images = sal_dataset_get_train (self->dataset);
  GStrvBuilder *names = g_strv_builder_new ();

  sal_provenance_note (self->provenance, self->step);
  for (int i = 0; i < images->classes; i++)
    g_strv_builder_add (names, sal_dataset_get_class_name (self->dataset, i));
  *info = (SalModelInfo) {
    .title = sal_recipe_title (&self->recipe),
    .recipe = self->recipe,
    .dataset_hash = g_strdup (sal_dataset_get_hash (self->dataset)),
    .class_names = g_strv_builder_end (names),
    .validation_accuracy = NAN,
    .test_accuracy = NAN,
    .provenance = sal_provenance_to_json (self->provenance),
  };
  memcpy (info->mean, images->mean, sizeof info->mean);
  memcpy (info->std, images->std, sizeof info->std);
  g_strv_builder_unref (names);
}

gboolean
sal_training_write_best (SalTraining *self,
                         GError     **error)
{
  if (self->store == NULL)
    return TRUE;

  g_autofree char *path = file_path (self, MODEL);
  SalModelInfo info;

  fill_info (self, &info);
  info.step = self->best_step;
  info.validation_accuracy = self->best_accuracy;
  info.test_accuracy = self->test_accuracy;

  const gboolean ok = sal_model_file_save (path, self->best, &info, error);

  sal_model_info_clear (&info);
  return ok;
}

static void
set_integer (SalSafetensorsWriter *writer,
             const char           *key,
             gint64                value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  sal_safetensors_writer_set_metadata (writer, key, text);
}

static void
write_position (SalTraining          *self,
                SalSafetensorsWriter *writer)
{
  set_integer (writer, "epochs_done", self->epochs_done);
  set_integer (writer, "best_step", self->best_step);
  set_integer (writer, "events", self->n_events);
  if (!isnan (self->best_accuracy)) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_dtostr (text, sizeof text, self->best_accuracy);
    sal_safetensors_writer_set_metadata (writer, "best_accuracy", text);
  }
  if (self->warning != NULL)
    sal_safetensors_writer_set_metadata (writer, "warning", self->warning);
}

static void
write_arrays (SalTraining          *self,
              SalSafetensorsWriter *writer)
{
  const gsize count = nn_model_arena_count (self->model);

  for (int i = 0; nn_trainer_slot (self->trainer, i) != NULL; i++) {
    g_autofree char *name = g_strdup_printf (SLOT_NAME, i);

    sal_safetensors_writer_add (writer, name, SAL_TENSOR_F32, 1, &count,
                                nn_trainer_slot (self->trainer, i));
  }
  if (nn_trainer_average (self->trainer) != NULL)
    sal_safetensors_writer_add (writer, AVERAGE_NAME, SAL_TENSOR_F32, 1, &count,
                                nn_trainer_average (self->trainer));
}

gboolean
sal_training_write_checkpoint (SalTraining *self,
                               GError     **error)
{
  const gint64 begin = g_get_monotonic_time ();

  if (self->store == NULL)
    return TRUE;

  /* The record first: it may know more than the checkpoint, never less. */
  if (!sal_training_flush (self, error))
    return FALSE;

  g_autofree char *path = file_path (self, CHECKPOINT);
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();
  SalModelInfo info;

  fill_info (self, &info);
  info.step = self->step;
  sal_model_file_write (writer, self->model, &info);
  sal_model_info_clear (&info);
  write_position (self, writer);
  write_arrays (self, writer);
  if (!sal_safetensors_writer_save (writer, path, error))
    return FALSE;
  self->saved_step = self->step;
  self->saved_at = g_get_monotonic_time ();
  self->saving_time = self->saved_at - begin;
  return TRUE;
}

void
sal_training_set_checkpoint_interval (SalTraining *self,
                                      double       seconds)
{
  self->save_interval = (gint64) (seconds * G_USEC_PER_SEC);
}

/* Weights that nobody could go on from. */
static gboolean
is_exploding (SalTraining *self)
{
  return self->pending.ce > EXPLODING * log (nn_model_classes (self->model));
}

gboolean
sal_training_write_checkpoint_sometimes (SalTraining *self,
                                         GError     **error)
{
  const gint64 least = self->save_interval > 0 ? SAVE_FACTOR * self->saving_time : 0;

  if (self->saved_step == self->step || is_exploding (self) ||
      g_get_monotonic_time () - self->saved_at < MAX (self->save_interval, least))
    return TRUE;
  return sal_training_write_checkpoint (self, error);
}

/* ---- reading -------------------------------------------------------------------- */

/* Reads tensor `name` into `values`, which are laid out like the model. */
static gboolean
read_array (SalTraining    *self,
            SalSafetensors *file,
            const char     *path,
            const char     *name,
            float          *values,
            GError        **error)
{
  const gsize count = nn_model_arena_count (self->model);
  const SalTensor *tensor = sal_safetensors_find (file, name);

  if (tensor == NULL || tensor->type != SAL_TENSOR_F32 || tensor->n_elements != count) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a tensor “%s” of %zu 32-bit floats, found %s"),
                 path, name, count, tensor == NULL ? "none" : _("another shape or type"));
    return FALSE;
  }
  memcpy (values, tensor->data, count * sizeof (float));
  return TRUE;
}

static gboolean
read_arrays (SalTraining    *self,
             SalSafetensors *file,
             const char     *path,
             GError        **error)
{
  float *average = nn_trainer_average (self->trainer);

  for (int i = 0; nn_trainer_slot (self->trainer, i) != NULL; i++) {
    g_autofree char *name = g_strdup_printf (SLOT_NAME, i);

    if (!read_array (self, file, path, name, nn_trainer_slot (self->trainer, i), error))
      return FALSE;
  }
  return average == NULL || read_array (self, file, path, AVERAGE_NAME, average, error);
}

static gboolean
read_position (SalTraining    *self,
               SalSafetensors *file,
               const char     *path,
               GError        **error)
{
  if (!sal_metadata_read_integer (file, path, "step", 0, &self->step, error) ||
      !sal_metadata_read_integer (file, path, "epochs_done", 0, &self->epochs_done, error) ||
      !sal_metadata_read_integer (file, path, "best_step", 0, &self->best_step, error) ||
      !sal_metadata_read_integer (file, path, "events", 0, &self->n_events, error) ||
      !sal_metadata_read_real (file, path, "best_accuracy", 1, &self->best_accuracy, error))
    return FALSE;

  const gint64 epochs = self->step / self->steps_per_epoch;
  const gboolean between = self->step % self->steps_per_epoch == 0;

  if (self->step > self->total_steps || self->best_step > self->step ||
      self->epochs_done > epochs || self->epochs_done < epochs - between) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a position within %" PRId64 " steps, found step %"
                   PRId64 " after %" PRId64 " validated epochs"), path,
                 self->total_steps, self->step, self->epochs_done);
    return FALSE;
  }
  self->warning = g_strdup (sal_safetensors_get_metadata (file, "warning"));
  self->saved_step = self->step;
  nn_trainer_set_steps (self->trainer, (uint64_t) self->step);
  return TRUE;
}

/* The model of the best epoch is in the file beside the checkpoint. */
static gboolean
read_best (SalTraining *self,
           GError     **error)
{
  g_autofree char *path = file_path (self, MODEL);
  SalModelInfo info;

  if (self->best_step == 0)
    return TRUE;

  NnModel *best = sal_model_file_load (path, &info, error);

  if (best == NULL)
    return FALSE;

  const gboolean fits = g_str_equal (nn_model_text (best), nn_model_text (self->model));

  if (fits) {
    nn_model_assign (self->best, best);
    self->test_accuracy = info.test_accuracy;
  } else {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected the network of its run, found another"), path);
  }
  nn_model_free (best);
  sal_model_info_clear (&info);
  return fits;
}

static gboolean
check_data (SalDataset *dataset,
            const char *expected,
            const char *name,
            GError    **error)
{
  const char *hash = sal_dataset_get_hash (dataset);

  if (g_str_equal (hash, expected))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected the data it was trained on (SHA-256 %.12s…), found %s with "
                 "%.12s…"),
               name, expected, sal_dataset_get_title (dataset), hash);
  return FALSE;
}

/* Builds the training that the checkpoint describes. */
static SalTraining *
restore (SalSafetensors     *file,
         const char         *path,
         const NnModel      *model,
         const SalModelInfo *info,
         SalDataset         *given,
         NnPool             *pool,
         GError            **error)
{
  g_autoptr (SalDataset) dataset = given != NULL
                                   ? sal_dataset_ref (given)
                                   : sal_dataset_open (info->recipe.dataset, NULL, error);

  if (dataset == NULL || !check_data (dataset, info->dataset_hash, path, error))
    return NULL;

  g_autoptr (SalTraining) self = sal_training_build (dataset, &info->recipe, FALSE, NULL, pool,
                                                     error);

  if (self == NULL)
    return NULL;
  if (!g_str_equal (nn_model_text (model), nn_model_text (self->model))) {
    g_autofree char *title = sal_recipe_network_title (&info->recipe);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected the network “%s” of its recipe, found another"), path,
                 title);
    return NULL;
  }
  nn_model_assign (self->model, model);
  if (!read_position (self, file, path, error) || !read_arrays (self, file, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

static SalTraining *
load_checkpoint (const char *path,
                 SalDataset *dataset,
                 NnPool     *pool,
                 GError    **error)
{
  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, error);
  SalModelInfo info;

  if (file == NULL)
    return NULL;

  NnModel *model = sal_model_file_read (file, path, &info, error);

  if (model == NULL)
    return NULL;

  SalTraining *self = restore (file, path, model, &info, dataset, pool, error);

  nn_model_free (model);
  sal_model_info_clear (&info);
  return self;
}

/* What a run does that was killed before its first checkpoint. */
static SalTraining *
begin_anew (const SalRun *run,
            SalRunStore  *store,
            SalDataset   *given,
            NnPool       *pool,
            GError      **error)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  if (!sal_recipe_from_json (&recipe, run->recipe_json, error) ||
      !sal_recipe_check (&recipe, error)) {
    g_prefix_error (error, _("Run %" PRId64 ": "), run->id);
    return NULL;
  }

  g_autoptr (SalDataset) dataset = given != NULL ? sal_dataset_ref (given)
                                                 : sal_dataset_open (recipe.dataset, NULL, error);

  return dataset != NULL ? sal_training_build (dataset, &recipe, TRUE, store, pool, error) : NULL;
}

/* Goes on with the record of sittings.  Data is checked here for a run without
 * a checkpoint; a run of an older version has no such record. */
static gboolean
resume_provenance (SalTraining  *self,
                   const SalRun *run,
                   GError      **error)
{
  if (run->provenance_json != NULL) {
    g_autoptr (SalProvenance) found = sal_provenance_from_json (run->provenance_json, error);

    if (found == NULL) {
      g_prefix_error (error, _("Run %" PRId64 ": "), run->id);
      return FALSE;
    }
    if (!check_data (self->dataset, found->data_hash, run->title, error))
      return FALSE;
    self->notice = sal_provenance_warning (found);
    sal_provenance_free (self->provenance);
    self->provenance = g_steal_pointer (&found);
  }
  sal_provenance_begin (self->provenance, nn_pool_threads (self->pool), self->step);
  return TRUE;
}

/* Bits that were changed after the checkpoint have not been changed. */
static gboolean
keep_events (SalTraining *self,
             GError     **error)
{
  g_autofree char *title = sal_recipe_title (&self->recipe);
  g_autofree char *json = sal_recipe_to_json (&self->recipe);

  return sal_run_store_keep_events (self->store, self->run, self->n_events, title, json, error);
}

/* The run is this process's own by now. */
static void
remove_leftovers (SalTraining *self)
{
  g_autofree char *checkpoint = file_path (self, CHECKPOINT);
  g_autofree char *model = file_path (self, MODEL);

  sal_atomic_file_remove_leftovers (checkpoint);
  sal_atomic_file_remove_leftovers (model);
}

SalTraining *
sal_training_resume (SalRunStore *store,
                     gint64       id,
                     SalDataset  *dataset,
                     NnPool      *pool,
                     GError     **error)
{
  g_autoptr (SalRun) run = sal_run_store_get (store, id, error);

  if (run == NULL)
    return NULL;
  if (run->state == SAL_RUN_RUNNING) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BUSY,
                 _("Run %" PRId64 " is being trained by another process"), id);
    return NULL;
  }

  g_autofree char *path = g_build_filename (run->directory, CHECKPOINT, NULL);
  const gboolean is_new = run->step == 0 && !g_file_test (path, G_FILE_TEST_EXISTS);
  g_autoptr (SalTraining) self = is_new ? begin_anew (run, store, dataset, pool, error)
                                        : load_checkpoint (path, dataset, pool, error);

  if (self == NULL)
    return NULL;
  self->directory = g_strdup (run->directory);
  self->seconds = isnan (run->seconds) ? 0 : run->seconds;
  self->state = run->state;
  if (!read_best (self, error) || !resume_provenance (self, run, error))
    return NULL;
  self->store = store;
  self->run = id;
  if (!sal_training_record_load (self, error) || !keep_events (self, error))
    return NULL;

  /* A run that was killed between its last checkpoint and the word that it is
   * finished; or one that diverged, from which the checkpoint goes on. */
  const gboolean done = sal_training_is_complete (self);

  if (!sal_training_set_state (self, done ? SAL_RUN_FINISHED : SAL_RUN_RUNNING, error))
    return NULL;
  remove_leftovers (self);
  return g_steal_pointer (&self);
}
