/* sal-training.c - one run, a unit of work at a time
 *
 * The position of a run is its step count and the number of validated epochs;
 * the order of images, dropout and fills are functions of seed, epoch and
 * step.  That is why a run that is paused, killed and resumed gives the same
 * bits as one that is not.  One thread at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-training.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "nn/nn-rng.h"
#include "sal-error.h"
#include "sal-training-private.h"

/* The stream that chooses the images of a train_share below 1: a step that no
 * epoch has. */
#define SHARE_STEP 0xffffffffu

/* ---- building ------------------------------------------------------------ */

static int
compare_indices (gconstpointer a,
                 gconstpointer b)
{
  const guint32 first = *(const guint32 *) a;
  const guint32 second = *(const guint32 *) b;

  return (first > second) - (first < second);
}

/* Keeps a seeded choice of `share` of the training images, at least one. */
static void
reduce (GArray *train,
        double  share,
        guint64 seed)
{
  const guint wanted = (guint) MAX (1, rint (share * train->len));

  if (wanted >= train->len)
    return;
  nn_rng_shuffle (seed, nn_rng_stream (NN_RANDOM_SHUFFLE, SHARE_STEP, 0),
                  (guint32 *) (gpointer) train->data, train->len);
  g_array_set_size (train, wanted);
  g_array_sort (train, compare_indices);
}

static gboolean
split (SalTraining *self,
       GError     **error)
{
  const guint64 seed = (guint64) self->recipe.seed;

  sal_dataset_split (self->dataset, self->recipe.validation_share, seed,
                     &self->train, &self->validation);
  if (self->train->len == 0) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("%s: expected images to train on, found none"),
                 sal_dataset_get_title (self->dataset));
    return FALSE;
  }
  reduce (self->train, self->recipe.train_share, seed);
  self->order = g_new (guint32, self->train->len);
  self->order_epoch = -1;
  self->steps_per_epoch = (self->train->len + self->recipe.batch - 1) / self->recipe.batch;
  self->total_steps = self->steps_per_epoch * self->recipe.epochs;
  self->course = sal_recipe_rate_course (&self->recipe, self->steps_per_epoch);
  return TRUE;
}

static gboolean
build_engine (SalTraining *self,
              gboolean     is_new,
              GError     **error)
{
  NnTrainSettings settings;
  NnError nn_error;

  if (!sal_recipe_train_settings (&self->recipe, &settings, error))
    return FALSE;
  settings.steps_per_epoch = (size_t) self->steps_per_epoch;
  self->model = sal_training_build_model (self, error);
  if (self->model == NULL || (is_new && !sal_training_start_weights (self, error)))
    return FALSE;
  self->best = nn_model_copy (self->model, &nn_error);
  if (self->best != NULL && self->recipe.ema > 0)
    self->averaged = nn_model_copy (self->model, &nn_error);
  if (self->best != NULL && (self->averaged != NULL || self->recipe.ema == 0))
    self->trainer = nn_trainer_new (self->model, self->pool, &settings, &nn_error);
  return self->trainer != NULL || sal_error_set_from_engine (error, &nn_error);
}

SalTraining *
sal_training_build (SalDataset      *dataset,
                    const SalRecipe *recipe,
                    gboolean         is_new,
                    SalRunStore     *store,
                    NnPool          *pool,
                    GError         **error)
{
  g_autoptr (SalTraining) self = g_new0 (SalTraining, 1);

  self->store = store;

  self->recipe = *recipe;
  self->dataset = sal_dataset_ref (dataset);
  self->pool = pool;
  self->provenance = sal_provenance_new (sal_dataset_get_hash (dataset));
  self->run = -1;
  self->state = SAL_RUN_RUNNING;
  self->saved_step = -1;
  self->saved_at = g_get_monotonic_time ();
  sal_training_set_checkpoint_interval (self, SAL_TRAINING_CHECKPOINT_SECONDS);
  self->best_accuracy = NAN;
  self->test_accuracy = NAN;
  if (!sal_recipe_check (recipe, error) || !split (self, error) ||
      !build_engine (self, is_new, error))
    return NULL;
  sal_training_record_begin (self);
  return g_steal_pointer (&self);
}

static gboolean
create_run (SalTraining *self,
            GError     **error)
{
  g_autofree char *title = sal_recipe_title (&self->recipe);
  g_autofree char *json = sal_recipe_to_json (&self->recipe);

  self->run = sal_run_store_create (self->store, title, json, self->total_steps, error);
  if (self->run < 0)
    return FALSE;

  g_autoptr (SalRun) run = sal_run_store_get (self->store, self->run, error);

  if (run == NULL)
    return FALSE;
  self->directory = g_strdup (run->directory);
  return sal_training_write_checkpoint (self, error);
}

SalTraining *
sal_training_new (SalRunStore     *store,
                  SalDataset      *dataset,
                  const SalRecipe *recipe,
                  NnPool          *pool,
                  GError         **error)
{
  g_autoptr (SalTraining) self = sal_training_build (dataset, recipe, TRUE, store, pool, error);

  if (self == NULL)
    return NULL;
  sal_provenance_begin (self->provenance, nn_pool_threads (pool), 0);
  if (store != NULL && !create_run (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- closing ------------------------------------------------------------- */

gboolean
sal_training_set_state (SalTraining *self,
                        SalRunState  state,
                        GError     **error)
{
  if (self->state == state)
    return TRUE;
  self->state = state;
  return self->store == NULL ||
         sal_run_store_set_state (self->store, self->run, state, error);
}

/* Nobody is left to be told of an error. */
static void
close_run (SalTraining *self)
{
  const gboolean saved = self->saved_step == self->step && !self->validating;

  if (self->store == NULL || self->run < 0)
    return;
  sal_training_flush (self, NULL);
  if (self->state == SAL_RUN_RUNNING)
    sal_training_set_state (self, saved ? SAL_RUN_PAUSED : SAL_RUN_INTERRUPTED, NULL);
}

void
sal_training_free (SalTraining *self)
{
  close_run (self);
  nn_exec_free (self->exec);
  nn_exec_free (self->test_exec);
  nn_trainer_free (self->trainer);
  nn_model_free (self->model);
  nn_model_free (self->averaged);
  nn_model_free (self->best);
  g_clear_pointer (&self->train, g_array_unref);
  g_clear_pointer (&self->validation, g_array_unref);
  g_clear_pointer (&self->metrics, g_array_unref);
  g_clear_pointer (&self->alphas, g_array_unref);
  sal_dataset_unref (self->dataset);
  g_free (self->order);
  sal_provenance_free (self->provenance);
  g_free (self->notice);
  g_free (self->warning);
  g_free (self->directory);
  g_free (self);
}

/* ---- validation ----------------------------------------------------------- */

static NnExec *
new_exec (SalTraining   *self,
          const NnModel *model,
          gsize          images,
          GError       **error)
{
  NnError nn_error;
  NnExec *exec = nn_exec_new (model, self->pool, NN_EXEC_INFERENCE,
                              MIN (images, SAL_TRAINING_EVAL_BATCH), &nn_error);

  if (exec == NULL)
    sal_error_set_from_engine (error, &nn_error);
  return exec;
}

const NnModel *
sal_training_judged_model (SalTraining *self)
{
  if (self->averaged == NULL)
    return self->model;
  nn_model_assign (self->averaged, self->model);
  memcpy (nn_model_parameters (self->averaged), nn_trainer_average (self->trainer),
          nn_model_arena_count (self->model) * sizeof (float));
  return self->averaged;
}

static gboolean
begin_validation (SalTraining *self,
                  GError     **error)
{
  const NnModel *model = sal_training_judged_model (self);

  if (self->exec == NULL)
    self->exec = new_exec (self, model, self->validation->len, error);
  if (self->exec == NULL)
    return FALSE;
  nn_exec_prepare (self->exec);
  self->eval = nn_eval_begin (self->exec, sal_dataset_get_train (self->dataset),
                              (const uint32_t *) (gpointer) self->validation->data,
                              self->validation->len, NULL);
  self->validating = TRUE;
  self->validation_seconds = 0;
  return TRUE;
}

static void
keep_best (SalTraining *self,
           double       accuracy)
{
  nn_model_assign (self->best, sal_training_judged_model (self));
  self->best_step = self->step;
  self->best_accuracy = accuracy;
  self->test_accuracy = NAN;
}

gboolean
sal_training_stopped_early (SalTraining *self)
{
  const gint64 since_best = self->epochs_done - self->best_step / self->steps_per_epoch;

  return self->recipe.patience > 0 && since_best >= self->recipe.patience &&
         self->epochs_done < self->recipe.epochs;
}

gboolean
sal_training_is_complete (SalTraining *self)
{
  return self->epochs_done == self->recipe.epochs || sal_training_stopped_early (self);
}

/* Without validation images (`accuracy` NaN) the last epoch is the best. */
static SalTrainingResult
end_epoch (SalTraining *self,
           double       accuracy,
           double       ce,
           GError     **error)
{
  const gboolean better = isnan (self->best_accuracy) || !(accuracy <= self->best_accuracy);

  self->validating = FALSE;
  self->epochs_done++;
  sal_training_record_validation (self, accuracy, ce);
  if (better)
    keep_best (self, accuracy);
  if ((better && !sal_training_write_best (self, error)) ||
      !sal_training_write_checkpoint (self, error))
    return SAL_TRAINING_FAILED;
  if (sal_training_is_complete (self) &&
      !sal_training_set_state (self, SAL_RUN_FINISHED, error))
    return SAL_TRAINING_FAILED;
  return SAL_TRAINING_VALIDATED;
}

static SalTrainingResult
validate_step (SalTraining *self,
               GError     **error)
{
  const gint64 begin = g_get_monotonic_time ();

  if (!self->validating && !begin_validation (self, error))
    return SAL_TRAINING_FAILED;

  const gboolean more = nn_eval_step (&self->eval, SAL_TRAINING_EVAL_BATCH);
  const double seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;

  self->validation_seconds += seconds;
  self->seconds += seconds;
  if (more)
    return SAL_TRAINING_VALIDATED;

  const double total = (double) self->eval.total;
  const double accuracy = (double) self->eval.correct / total;

  sal_training_judge_first_epoch (self, accuracy);
  return end_epoch (self, accuracy, self->eval.loss_sum / total, error);
}

/* ---- training -------------------------------------------------------------- */

static void
shuffle (SalTraining *self,
         gint64       epoch)
{
  if (self->order_epoch == epoch)
    return;
  memcpy (self->order, self->train->data, self->train->len * sizeof *self->order);
  nn_epoch_order ((uint64_t) self->recipe.seed, (uint64_t) epoch, self->order,
                  self->train->len);
  self->order_epoch = epoch;
}

/* The learning rate of the next step. */
static double
learning_rate (SalTraining *self)
{
  return self->recipe.learning_rate * nn_rate_factor (&self->course, (uint64_t) self->step);
}

/* `what` is not finite: the run is over, but for its last checkpoint. */
static SalTrainingResult
diverge (SalTraining *self,
         const char  *what,
         GError     **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_ENGINE,
               self->store != NULL
               ? _("The run has diverged: %s at a learning rate of %g; go on from its last "
                   "checkpoint with a lower one")
               : _("The run has diverged: %s at a learning rate of %g; train again with a lower "
                   "one"), what, learning_rate (self));
  sal_training_flush (self, NULL);
  sal_training_set_state (self, SAL_RUN_DIVERGED, NULL);
  return SAL_TRAINING_DIVERGED;
}

static SalTrainingResult
fail_step (SalTraining   *self,
           const NnError *nn_error,
           GError       **error)
{
  if (nn_error->status == NN_ERROR_DIVERGED)
    return diverge (self, nn_error->message, error);
  sal_error_set_from_engine (error, nn_error);
  return SAL_TRAINING_FAILED;
}

/* A step can be too long for numbers: the next one would tell, but a checkpoint
 * may come before it. */
static SalTrainingResult
fail_weights (SalTraining *self,
              GError     **error)
{
  g_autofree char *what =
    g_strdup_printf (_("step %" PRId64 " gave weights that are not finite"), self->step + 1);

  return diverge (self, what, error);
}

static SalTrainingResult
train_step (SalTraining *self,
            GError     **error)
{
  const gint64 begin = g_get_monotonic_time ();
  const gint64 epoch = self->step / self->steps_per_epoch;
  const gsize first = (gsize) (self->step % self->steps_per_epoch) * (gsize) self->recipe.batch;
  const gsize count = MIN ((gsize) self->recipe.batch, self->train->len - first);
  const double rate = learning_rate (self);
  NnStepMetrics measured;
  NnError nn_error;

  shuffle (self, epoch);
  if (nn_trainer_step (self->trainer, sal_dataset_get_train (self->dataset), self->order + first,
                       count, rate, &measured, &nn_error) != NN_OK)
    return fail_step (self, &nn_error, error);
  if (!nn_trainer_is_finite (self->trainer))
    return fail_weights (self, error);

  self->step++;
  sal_training_record_step (self, &measured, rate,
                            (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
  if (self->step % self->steps_per_epoch == 0 && self->validation->len == 0)
    return end_epoch (self, NAN, NAN, error) == SAL_TRAINING_FAILED ? SAL_TRAINING_FAILED
                                                                    : SAL_TRAINING_STEPPED;
  return SAL_TRAINING_STEPPED;
}

SalTrainingResult
sal_training_step (SalTraining *self,
                   GError     **error)
{
  if (self->state == SAL_RUN_DIVERGED) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_ENGINE,
                 _("The run has diverged at step %" PRId64), self->step);
    return SAL_TRAINING_DIVERGED;
  }
  if (self->state == SAL_RUN_FINISHED)
    return SAL_TRAINING_FINISHED;
  if (!sal_training_set_state (self, SAL_RUN_RUNNING, error))
    return SAL_TRAINING_FAILED;

  const SalTrainingResult result =
    self->step / self->steps_per_epoch > self->epochs_done ? validate_step (self, error)
                                                           : train_step (self, error);

  if ((result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED) &&
      (!sal_training_flush_sometimes (self, error) ||
       !sal_training_write_checkpoint_sometimes (self, error)))
    return SAL_TRAINING_FAILED;
  return result;
}

gboolean
sal_training_save (SalTraining *self,
                   GError     **error)
{
  if (self->state == SAL_RUN_FINISHED || self->state == SAL_RUN_DIVERGED)
    return sal_training_flush (self, error);
  return sal_training_write_checkpoint (self, error) &&
         sal_training_set_state (self, SAL_RUN_PAUSED, error);
}

/* ---- test ------------------------------------------------------------------ */

static gboolean
begin_test (SalTraining *self,
            GError     **error)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);

  if (test->count == 0) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND, _("%s: expected test images, found none"),
                 sal_dataset_get_title (self->dataset));
    return FALSE;
  }
  if (self->best_step == 0)
    nn_model_assign (self->best, sal_training_judged_model (self));
  self->test_exec = new_exec (self, self->best, test->count, error);
  if (self->test_exec == NULL)
    return FALSE;
  nn_exec_prepare (self->test_exec);
  self->eval = nn_eval_begin (self->test_exec, test, NULL, test->count, NULL);
  return TRUE;
}

static gboolean
record_test (SalTraining *self,
             double       accuracy,
             GError     **error)
{
  self->test_accuracy = accuracy;
  if (self->store == NULL)
    return TRUE;
  return sal_run_store_set_results (self->store, self->run, self->best_accuracy, accuracy,
                                    self->seconds, error) &&
         sal_training_write_best (self, error);
}

SalTrainingResult
sal_training_test_step (SalTraining *self,
                        double      *accuracy,
                        GError     **error)
{
  /* An unfinished validation shares the counters: it starts again. */
  self->validating = FALSE;
  if (self->test_exec == NULL && !begin_test (self, error))
    return SAL_TRAINING_FAILED;
  if (nn_eval_step (&self->eval, SAL_TRAINING_EVAL_BATCH))
    return SAL_TRAINING_VALIDATED;
  g_clear_pointer (&self->test_exec, nn_exec_free);
  *accuracy = (double) self->eval.correct / (double) self->eval.total;
  return record_test (self, *accuracy, error) ? SAL_TRAINING_FINISHED : SAL_TRAINING_FAILED;
}

gboolean
sal_training_measure_test (SalTraining *self,
                           double      *accuracy,
                           GError     **error)
{
  SalTrainingResult result;

  do {
    result = sal_training_test_step (self, accuracy, error);
  } while (result == SAL_TRAINING_VALIDATED);
  return result == SAL_TRAINING_FINISHED;
}

/* ---- what there is to see --------------------------------------------------- */

gint64
sal_training_get_run (SalTraining *self)
{
  return self->run;
}

const SalRecipe *
sal_training_get_recipe (SalTraining *self)
{
  return &self->recipe;
}

SalDataset *
sal_training_get_dataset (SalTraining *self)
{
  return self->dataset;
}

const NnModel *
sal_training_get_model (SalTraining *self)
{
  return self->model;
}

const NnTrainer *
sal_training_get_trainer (SalTraining *self)
{
  return self->trainer;
}

gint64
sal_training_get_step (SalTraining *self)
{
  return self->step;
}

gint64
sal_training_get_total_steps (SalTraining *self)
{
  return self->total_steps;
}

double
sal_training_get_epoch (SalTraining *self)
{
  return (double) self->step / (double) self->steps_per_epoch;
}

double
sal_training_get_best_accuracy (SalTraining *self)
{
  return self->best_accuracy;
}

const NnModel *
sal_training_get_best_model (SalTraining *self)
{
  return self->best_step > 0 ? self->best : NULL;
}

const char *
sal_training_get_warning (SalTraining *self)
{
  return self->warning != NULL ? self->warning : self->notice;
}
