/* sal-worker-thread.c - the training thread's side of the worker
 *
 * The loop serves all commands, does one unit of work (a mini-batch of
 * training, validation or test, some tens of milliseconds), posts a snapshot
 * if one is due, and sleeps when there is no work.  Everything in this file
 * runs on the worker's own thread, which owns store, pool and training.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "nn/nn-pool.h"
#include "sal-error.h"
#include "sal-worker-private.h"

/* So that the window's thread is served first; measured to cost no throughput. */
#define NICENESS 10

/* Least time between two snapshots of a running training: what is drawn for
 * each takes both threads of a step a few milliseconds. */
#define SNAPSHOT_INTERVAL (200 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  SalWorkerLink *link;
  SalRunStore   *store;
  NnPool        *pool;
  SalTraining   *training;      /* NULL: no run is open                        */
  gboolean       is_testing;    /* trained; the test images are being measured */
  gboolean       diverged;      /* the open run, or the one closed last        */
  gboolean       must_quit;

  SalWorkerState state;
  char          *message;
  guint64        generation;
  guint64        serial;
  gint64         run;           /* of the open run, or of the one closed last  */
  double         test_accuracy;
  NnModel       *last_model;    /* of the run closed last, or NULL             */
  gboolean       model_wanted;
  gboolean       warned;
  gsize          posted;        /* metrics that went into snapshots            */
  gint64         last_post;     /* monotonic microseconds                      */
} Thread;

/* ---- snapshots ----------------------------------------------------------------- */

static void
add_metrics (Thread      *self,
             SalSnapshot *snapshot)
{
  const GArray *metrics = sal_training_get_metrics (self->training);
  gsize n_alphas = 0;
  const GArray *alphas = sal_training_get_alphas (self->training, &n_alphas);
  const gsize n = metrics->len - self->posted;

  snapshot->first_metric = self->posted;
  snapshot->n_alphas = n_alphas;
  if (n > 0) {
    g_array_append_vals (snapshot->metrics,
                         &g_array_index (metrics, SalMetric, self->posted), (guint) n);
    if (n_alphas > 0)
      g_array_append_vals (snapshot->alphas,
                           &g_array_index (alphas, float, self->posted * n_alphas),
                           (guint) (n * n_alphas));
  }
  self->posted = metrics->len;
}

static void
add_sgt_image (SalSnapshot     *snapshot,
               const NnSgtView *view,
               guint            i)
{
  const gsize n = nn_shape_size (snapshot->sgt_shape);

  memcpy (snapshot->sgt_x + i * n, view->x, n * sizeof (float));
  memcpy (snapshot->sgt_gradient + i * n, view->gradient, n * sizeof (float));
  memcpy (snapshot->sgt_masked + i * n, view->masked, n * sizeof (float));
  snapshot->sgt_kl[i] = view->kl;
}

static void
add_sgt (Thread      *self,
         SalSnapshot *snapshot)
{
  const NnTrainer *trainer = sal_training_get_trainer (self->training);
  NnSgtView view;

  if (!nn_trainer_sgt_view (trainer, 0, &view))
    return;
  snapshot->sgt_shape = nn_model_input (sal_training_get_model (self->training));

  const gsize size = SAL_SNAPSHOT_SGT_IMAGES * nn_shape_size (snapshot->sgt_shape);

  snapshot->sgt_x = g_new0 (float, size);
  snapshot->sgt_gradient = g_new0 (float, size);
  snapshot->sgt_masked = g_new0 (float, size);
  while (snapshot->n_sgt < SAL_SNAPSHOT_SGT_IMAGES &&
         nn_trainer_sgt_view (trainer, snapshot->n_sgt, &view)) {
    add_sgt_image (snapshot, &view, snapshot->n_sgt);
    snapshot->n_sgt++;
  }
}

static void
add_training (Thread      *self,
              SalSnapshot *snapshot)
{
  SalTraining *training = self->training;

  snapshot->title = sal_recipe_title (sal_training_get_recipe (training));
  snapshot->step = sal_training_get_step (training);
  snapshot->total_steps = sal_training_get_total_steps (training);
  snapshot->epoch = sal_training_get_epoch (training);
  snapshot->epochs = sal_training_get_recipe (training)->epochs;
  snapshot->weight_bits = sal_training_get_recipe (training)->weight_bits;
  snapshot->activation_bits = sal_training_get_recipe (training)->activation_bits;
  snapshot->images_per_second = sal_training_get_rate (training);
  snapshot->seconds_left = sal_training_get_seconds_left (training);
  snapshot->best_validation_accuracy = sal_training_get_best_accuracy (training);
  add_metrics (self, snapshot);
  add_sgt (self, snapshot);
}

/* The weights of the open run, or of the one closed last. */
static void
add_model (Thread      *self,
           SalSnapshot *snapshot)
{
  const NnModel *model = self->training != NULL ? sal_training_get_model (self->training)
                                                : self->last_model;
  NnError nn_error;

  self->model_wanted = FALSE;
  if (model != NULL)
    snapshot->model = nn_model_copy (model, &nn_error);
}

static SalSnapshot *
build_snapshot (Thread *self)
{
  SalSnapshot *snapshot = sal_snapshot_new ();

  snapshot->generation = self->generation;
  snapshot->serial = ++self->serial;
  snapshot->state = self->state;
  snapshot->message = g_strdup (self->message);
  snapshot->diverged = self->diverged;
  snapshot->run = self->run;
  snapshot->test_accuracy = self->test_accuracy;
  if (self->training != NULL)
    add_training (self, snapshot);
  if (self->model_wanted)
    add_model (self, snapshot);
  return snapshot;
}

/* Takes `snapshot`. */
static void
deliver (Thread      *self,
         SalSnapshot *snapshot)
{
  self->last_post = g_get_monotonic_time ();
  sal_mailbox_post (&self->link->mailbox, snapshot);
  g_source_set_ready_time (self->link->news, 0);
}

static void
post (Thread *self)
{
  deliver (self, build_snapshot (self));
}

static void
post_if_due (Thread *self)
{
  if (g_get_monotonic_time () - self->last_post >= SNAPSHOT_INTERVAL &&
      sal_mailbox_is_empty (&self->link->mailbox))
    post (self);
}

/* `message` may be NULL, or the present one. */
static void
note_state (Thread        *self,
            SalWorkerState state,
            const char    *message)
{
  char *copy = g_strdup (message);

  g_free (self->message);
  self->message = copy;
  self->state = state;
}

/* A state is always told at once. */
static void
set_state (Thread        *self,
           SalWorkerState state,
           const char    *message)
{
  note_state (self, state, message);
  post (self);
}

/* ---- closing and opening runs ----------------------------------------------------- */

/* Closes the open run, leaving its state in the store as it is. */
static void
close_training (Thread *self)
{
  NnError nn_error;

  if (self->training == NULL)
    return;
  g_clear_pointer (&self->last_model, nn_model_free);
  self->last_model = nn_model_copy (sal_training_get_model (self->training), &nn_error);
  g_clear_pointer (&self->training, sal_training_free);
  self->is_testing = FALSE;
}

/* Tells `state` with all there is to know of the run, but only when the store
 * knows as well that the run is closed. */
static void
close_with_state (Thread        *self,
                  SalWorkerState state,
                  const char    *message)
{
  note_state (self, state, message);

  SalSnapshot *snapshot = build_snapshot (self);

  close_training (self);
  deliver (self, snapshot);
}

/* Closes the open run with a checkpoint. */
static void
save_and_close (Thread *self)
{
  if (self->training != NULL)
    sal_training_save (self->training, NULL);
  close_training (self);
}

static void
fail (Thread *self,
      GError *error)
{
  const gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  close_with_state (self, is_cancelled ? SAL_WORKER_IDLE : SAL_WORKER_FAILED,
                    is_cancelled ? NULL : error->message);
}

/* Store and pool are made when they are first needed and kept. */
static gboolean
set_up (Thread  *self,
        GError **error)
{
  NnError nn_error;

  if (self->store == NULL)
    self->store = sal_run_store_open (self->link->home, error);
  if (self->store == NULL)
    return FALSE;
  if (self->pool == NULL)
    self->pool = nn_pool_new (self->link->threads, NICENESS, &nn_error);
  return self->pool != NULL || sal_error_set_from_engine (error, &nn_error);
}

/* What a run in the store was trained with. */
static gboolean
stored_recipe (Thread    *self,
               gint64     id,
               SalRecipe *recipe,
               GError   **error)
{
  g_autoptr (SalRun) run = sal_run_store_get (self->store, id, error);

  if (run == NULL)
    return FALSE;
  sal_recipe_init (recipe);
  return sal_recipe_from_json (recipe, run->recipe_json, error);
}

/* Goes on with a run, at another learning rate if there is one. */
static SalTraining *
resume_training (Thread     *self,
                 SalCommand *command,
                 SalDataset *dataset,
                 GError    **error)
{
  g_autoptr (SalTraining) training =
    sal_training_resume (self->store, command->run, dataset, self->pool, error);

  if (training == NULL || (command->learning_rate > 0 &&
                           !sal_training_set_learning_rate (training, command->learning_rate,
                                                            error)))
    return NULL;
  return g_steal_pointer (&training);
}

static SalTraining *
open_training (Thread     *self,
               SalCommand *command,
               GError    **error)
{
  const gboolean is_new = command->kind == SAL_COMMAND_START;
  SalRecipe recipe = command->recipe;

  if (!set_up (self, error) ||
      !(is_new ? sal_recipe_check (&recipe, error)
               : stored_recipe (self, command->run, &recipe, error)))
    return NULL;

  g_autoptr (SalDataset) dataset = sal_dataset_open (recipe.dataset, command->cancellable, error);

  if (dataset == NULL || g_cancellable_set_error_if_cancelled (command->cancellable, error))
    return NULL;
  return is_new ? sal_training_new (self->store, dataset, &recipe, self->pool, error)
                : resume_training (self, command, dataset, error);
}

static void
open_run (Thread     *self,
          SalCommand *command)
{
  g_autoptr (GError) error = NULL;

  save_and_close (self);
  self->generation = command->generation;
  self->run = command->kind == SAL_COMMAND_RESUME ? command->run : -1;
  self->test_accuracy = NAN;
  self->posted = 0;
  self->warned = FALSE;
  self->diverged = FALSE;
  set_state (self, SAL_WORKER_PREPARING, NULL);

  self->training = open_training (self, command, &error);
  if (self->training == NULL) {
    fail (self, error);
    return;
  }
  self->run = sal_training_get_run (self->training);
  set_state (self, SAL_WORKER_TRAINING, NULL);
}

/* ---- commands ----------------------------------------------------------------------- */

static void
pause_run (Thread     *self,
           SalCommand *command)
{
  g_autoptr (GError) error = NULL;

  if (self->state != SAL_WORKER_TRAINING)
    return;
  sal_training_save (self->training, &error);
  set_state (self, SAL_WORKER_PAUSED, error != NULL ? error->message : NULL);
}

static void
go_on (Thread     *self,
       SalCommand *command)
{
  if (self->state == SAL_WORKER_PAUSED)
    set_state (self, SAL_WORKER_TRAINING, NULL);
}

static void
stop_run (Thread     *self,
          SalCommand *command)
{
  g_autoptr (GError) error = NULL;

  if (self->training == NULL)
    return;
  set_state (self, SAL_WORKER_STOPPING, NULL);
  sal_training_save (self->training, &error);
  close_with_state (self, SAL_WORKER_IDLE, error != NULL ? error->message : NULL);
}

static void
set_bits (Thread     *self,
          SalCommand *command)
{
  g_autoptr (GError) error = NULL;

  if (self->training == NULL)
    return;
  sal_training_set_bits (self->training, command->weight_bits, command->activation_bits, &error);
  set_state (self, self->state, error != NULL ? error->message : NULL);
}

static void
request_model (Thread     *self,
               SalCommand *command)
{
  self->model_wanted = TRUE;
  if (self->state != SAL_WORKER_TRAINING)
    post (self);
}

static void
quit (Thread     *self,
      SalCommand *command)
{
  save_and_close (self);
  self->must_quit = TRUE;
}

typedef void (*CommandFunc) (Thread     *self,
                             SalCommand *command);

static const CommandFunc command_functions[SAL_N_COMMANDS] = {
  [SAL_COMMAND_START] = open_run,
  [SAL_COMMAND_RESUME] = open_run,
  [SAL_COMMAND_PAUSE] = pause_run,
  [SAL_COMMAND_GO_ON] = go_on,
  [SAL_COMMAND_STOP] = stop_run,
  [SAL_COMMAND_SET_BITS] = set_bits,
  [SAL_COMMAND_REQUEST_MODEL] = request_model,
  [SAL_COMMAND_QUIT] = quit,
};

/* ---- work ------------------------------------------------------------------------------ */

static void
tell_warning (Thread *self)
{
  const char *warning = sal_training_get_warning (self->training);

  if (warning == NULL || self->warned)
    return;
  self->warned = TRUE;
  set_state (self, self->state, warning);
}

/* One mini-batch of whatever the run is at. */
static void
work (Thread *self)
{
  g_autoptr (GError) error = NULL;
  double accuracy = NAN;
  const SalTrainingResult result =
    self->is_testing ? sal_training_test_step (self->training, &accuracy, &error)
                     : sal_training_step (self->training, &error);

  if (result == SAL_TRAINING_DIVERGED || result == SAL_TRAINING_FAILED) {
    self->diverged = result == SAL_TRAINING_DIVERGED;
    fail (self, error);
    return;
  }
  if (result == SAL_TRAINING_VALIDATED)
    tell_warning (self);
  if (result == SAL_TRAINING_FINISHED && self->is_testing) {
    self->test_accuracy = accuracy;
    set_state (self, SAL_WORKER_FINISHED, self->message);
    return;
  }
  self->is_testing = result == SAL_TRAINING_FINISHED || self->is_testing;
  post_if_due (self);
}

/* The next command; waits for one unless there is work. */
static SalCommand *
next_command (Thread *self)
{
  SalWorkerLink *link = self->link;

  pthread_mutex_lock (&link->mutex);
  while (self->state != SAL_WORKER_TRAINING && g_queue_is_empty (&link->commands))
    pthread_cond_wait (&link->wake, &link->mutex);

  SalCommand *command = g_queue_pop_head (&link->commands);

  pthread_mutex_unlock (&link->mutex);
  return command;
}

static void
run_loop (Thread *self)
{
  while (!self->must_quit) {
    SalCommand *command = next_command (self);

    if (command == NULL) {
      work (self);
      continue;
    }
    command_functions[command->kind] (self, command);
    sal_command_free (command);
  }
}

void *
sal_worker_thread (void *data)
{
  Thread self = { .link = data, .run = -1, .test_accuracy = NAN };

  nn_pool_be_nice (NICENESS);
  run_loop (&self);
  g_clear_pointer (&self.last_model, nn_model_free);
  g_clear_pointer (&self.pool, nn_pool_free);
  g_clear_pointer (&self.store, sal_run_store_close);
  g_free (self.message);
  return NULL;
}
