/* sal-session-training.c - the worker's snapshots become the window's state
 *
 * A snapshot's metrics are moved into the record of its run as soon as it is
 * taken; only then is it announced, so that no page can miss a point.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* How often the networks of a run in training are renewed where a page shows
 * them, in microseconds: often enough to watch, rare enough to cost little. */
#define LIVE_INTERVAL (2 * G_USEC_PER_SEC)

/* The same while bits or images are being moved: a network that changes in
 * mid-drag asks everything anew, and is not what was dragged. */
#define MOVING_INTERVAL (10 * G_USEC_PER_SEC)

/* Since the last of such moves. */
#define SETTLED (G_USEC_PER_SEC / 2)

/* --- getters ----------------------------------------------------------------- */

SalWorkerState
sal_session_get_state (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), SAL_WORKER_IDLE);

  return self->state;
}

SalSnapshot *
sal_session_get_snapshot (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->snapshot;
}

SalRunItem *
sal_session_get_active_run (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->active_run;
}

gboolean
sal_session_is_training (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), FALSE);

  return self->state == SAL_WORKER_PREPARING || self->state == SAL_WORKER_TRAINING
         || self->state == SAL_WORKER_PAUSED || self->state == SAL_WORKER_STOPPING;
}

gboolean
sal_session_is_live_run (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), FALSE);

  return sal_session_is_training (self) && self->run != NULL && self->run == self->active_run;
}

const SalRecipe *
sal_session_get_recipe (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return &self->recipe;
}

void
sal_session_set_recipe (SalSession      *self,
                        const SalRecipe *recipe)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  self->recipe = *recipe;
  if (self->run == NULL)
    sal_session_update_dataset (self);
  sal_session_notify (self, SAL_SESSION_RECIPE);
}

/* What was branched off another run is not a new one. */
void
sal_session_set_up_run (SalSession      *self,
                        const SalRecipe *recipe)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  SalRecipe set_up = *recipe;

  *set_up.from = '\0';
  *set_up.from_hash = '\0';
  sal_session_set_run (self, NULL);
  sal_session_set_recipe (self, &set_up);
}

/* --- networks in training ---------------------------------------------------- */

void
sal_session_request_live_model (SalSession *self)
{
  if (self->model_requested || self->state == SAL_WORKER_PREPARING)
    return;
  self->model_requested = TRUE;
  sal_worker_request_model (self->worker);
}

void
sal_session_set_live (SalSession *self,
                      gboolean    live)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  self->live += live ? 1 : -1;
  if (live && sal_session_is_live_run (self))
    sal_session_request_live_model (self);
}

static void
note_move (SalSession *self)
{
  self->move_time = g_get_monotonic_time ();
}

static void
take_live_model (SalSession        *self,
                 const SalSnapshot *snapshot)
{
  SalDataset *dataset =
    sal_dataset_cache_peek (self->datasets, sal_run_item_get_recipe (self->active_run)->dataset);

  self->model_requested = FALSE;
  self->model_time = g_get_monotonic_time ();
  if (dataset == NULL)
    return;

  g_autoptr (SalLabModel) model = sal_lab_model_new (snapshot->model, NULL, dataset);

  sal_run_item_set_model (self->active_run, model);
}

/* --- snapshots --------------------------------------------------------------- */

/* Moves the new points of the snapshot into the record of its run. */
static void
take_metrics (SalSession        *self,
              const SalSnapshot *snapshot)
{
  if (snapshot->metrics == NULL || snapshot->metrics->len == 0)
    return;
  if (sal_run_item_get_record (self->active_run) == NULL) {
    g_autoptr (SalRunRecord) record = sal_run_record_new ();

    sal_run_item_set_record (self->active_run, record);
  }

  const gboolean has_alphas = snapshot->n_alphas > 0 && snapshot->alphas != NULL;

  sal_run_record_append (sal_run_item_get_record (self->active_run),
                         (const SalMetric *) (gpointer) snapshot->metrics->data,
                         snapshot->metrics->len,
                         has_alphas ? (const float *) (gpointer) snapshot->alphas->data : NULL,
                         has_alphas ? snapshot->n_alphas : 0);
}

/* Marks where the bits were changed. `before` is the snapshot before, or NULL. */
static void
note_bits (SalSession        *self,
           const SalSnapshot *before,
           const SalSnapshot *now)
{
  SalRunRecord *record = sal_run_item_get_record (self->active_run);

  if (before == NULL || before->generation != now->generation || before->run < 0
      || now->total_steps == 0 || before->total_steps == 0
      || (before->weight_bits == now->weight_bits
          && before->activation_bits == now->activation_bits))
    return;

  g_autofree char *label =
    g_strdup_printf (_("W%d A%d"), now->weight_bits, now->activation_bits);

  if (record != NULL)
    sal_run_record_mark (record, (double) now->step, label);
  sal_run_library_refresh (self->runs);
}

/* The item of the run that the worker has just opened: in the list already
 * when it is resumed, otherwise made here, so that no point of it is lost
 * until the store is listed again. */
static SalRunItem *
find_or_add_run (SalSession        *self,
                 const SalSnapshot *snapshot)
{
  SalRunItem *known = sal_run_library_find (self->runs, snapshot->run);

  if (known != NULL)
    return g_object_ref (known);

  g_autofree char *json = sal_recipe_to_json (&self->started);
  g_autofree char *directory = sal_run_library_run_directory (self->runs, snapshot->run);
  const SalRun run = {
    .id = snapshot->run,
    .title = snapshot->title,
    .recipe_json = json,
    .state = SAL_RUN_RUNNING,
    .step = snapshot->step,
    .total_steps = snapshot->total_steps,
    .validation_accuracy = NAN,
    .test_accuracy = NAN,
    .directory = directory,
  };
  SalRunItem *item = sal_run_item_new (&run);

  sal_run_library_add (self->runs, item);
  return item;
}

static void
adopt_run (SalSession        *self,
           const SalSnapshot *snapshot)
{
  g_autoptr (SalRunItem) run = find_or_add_run (self, snapshot);

  self->generation = snapshot->generation;
  self->model_requested = FALSE;
  g_clear_pointer (&self->warning, g_free);
  g_set_object (&self->active_run, run);
  if (self->compares)
    g_list_store_append (self->compared, run);
  if (self->follows)
    sal_session_set_run (self, run);
}

/* The worker has been told; its own word may come late, or together with the
 * next one. */
static void
note_preparing (SalSession *self)
{
  self->follows = TRUE;
  g_clear_object (&self->active_run);
  self->state = SAL_WORKER_PREPARING;
  sal_session_notify (self, SAL_SESSION_STATE);
}

void
sal_session_start_recipe (SalSession      *self,
                          const SalRecipe *recipe)
{
  self->started = *recipe;
  sal_worker_start (self->worker, &self->started);
  note_preparing (self);
}

/* A run that diverged says so on the Train page for as long as it is shown
 * there, and offers to go on. */
static void
tell_failure (SalSession        *self,
              const SalSnapshot *snapshot)
{
  if (snapshot->diverged)
    sal_session_say (self, _("The run has diverged: the Train page offers to go on"));
  else
    sal_session_fail (self, snapshot->message != NULL ? snapshot->message
                      : _("Training failed"));
}

static void
change_state (SalSession        *self,
              const SalSnapshot *snapshot)
{
  const gboolean is_late = self->state == SAL_WORKER_STOPPING
                           && (snapshot->state == SAL_WORKER_PREPARING
                               || snapshot->state == SAL_WORKER_TRAINING
                               || snapshot->state == SAL_WORKER_PAUSED);

  if (snapshot->state == self->state || is_late)
    return;
  self->state = snapshot->state;
  sal_run_library_refresh (self->runs);
  if (snapshot->state == SAL_WORKER_FAILED)
    tell_failure (self, snapshot);
  /* The saved network, the best by validation, replaces the last copy. */
  if (!sal_session_is_training (self) && self->active_run != NULL)
    sal_session_load_model (self, self->active_run);
  sal_session_notify (self, SAL_SESSION_STATE);
  if (snapshot->state == SAL_WORKER_FINISHED || snapshot->state == SAL_WORKER_FAILED)
    sal_session_start_next (self);
}

static void
renew_live_model (SalSession *self)
{
  const gint64 now = g_get_monotonic_time ();
  const gint64 interval = now - self->move_time < SETTLED ? MOVING_INTERVAL : LIVE_INTERVAL;

  if (self->live > 0 && self->state == SAL_WORKER_TRAINING && sal_session_is_live_run (self)
      && now - self->model_time > interval)
    sal_session_request_live_model (self);
}

/* What the worker has to say in mid-run, such as that a network does not
 * leave chance; once each. */
static void
show_warning (SalSession        *self,
              const SalSnapshot *snapshot)
{
  if (snapshot->state != SAL_WORKER_TRAINING || snapshot->message == NULL
      || g_strcmp0 (snapshot->message, self->warning) == 0)
    return;
  g_free (self->warning);
  self->warning = g_strdup (snapshot->message);
  sal_session_fail (self, self->warning);
}

static void
snapshot_cb (SalSession *self)
{
  g_autoptr (SalSnapshot) snapshot = sal_worker_take_snapshot (self->worker);

  if (snapshot == NULL)
    return;
  if (snapshot->run >= 0 && snapshot->generation != self->generation)
    adopt_run (self, snapshot);
  if (self->active_run != NULL && snapshot->generation == self->generation) {
    take_metrics (self, snapshot);
    note_bits (self, self->snapshot, snapshot);
    if (snapshot->model != NULL)
      take_live_model (self, snapshot);
  }
  g_clear_pointer (&self->snapshot, sal_snapshot_unref);
  self->snapshot = g_steal_pointer (&snapshot);
  change_state (self, self->snapshot);
  show_warning (self, self->snapshot);
  renew_live_model (self);
  sal_session_notify (self, SAL_SESSION_SNAPSHOT);
}

/* --- commands ---------------------------------------------------------------- */

static void
resume (SalSession *self)
{
  self->compares = FALSE;
  sal_worker_resume (self->worker, sal_run_item_get_id (self->run));
  note_preparing (self);
}

void
sal_session_resume_at (SalSession *self,
                       double      learning_rate)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  SalRecipe recipe = self->recipe;
  g_autoptr (GError) error = NULL;

  if (sal_session_is_training (self) || self->run == NULL
      || sal_run_item_get_id (self->run) < 0)
    return;
  recipe.learning_rate = learning_rate;
  if (!sal_recipe_check (&recipe, &error)) {
    sal_session_fail (self, error->message);
    return;
  }
  self->compares = FALSE;
  sal_session_set_recipe (self, &recipe);
  sal_worker_resume_at (self->worker, sal_run_item_get_id (self->run), learning_rate);
  note_preparing (self);
}

void
sal_session_toggle (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (self->state == SAL_WORKER_TRAINING)
    sal_worker_pause (self->worker);
  else if (self->state == SAL_WORKER_PAUSED)
    sal_worker_go_on (self->worker);
  else if (sal_session_is_training (self))
    return;
  else if (self->run != NULL && sal_run_item_can_resume (self->run))
    resume (self);
  else
    sal_session_start (self);
}

void
sal_session_stop (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  sal_session_clear_queue (self);
  if (!sal_session_is_training (self))
    return;
  sal_worker_stop (self->worker);
  /* Said at once: the worker says it too, after the mini-batch it is at. */
  if (self->state != SAL_WORKER_STOPPING) {
    self->state = SAL_WORKER_STOPPING;
    sal_session_notify (self, SAL_SESSION_STATE);
  }
}

void
sal_session_change_bits (SalSession *self,
                         int         weight_bits,
                         int         activation_bits)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  const SalSnapshot *snapshot = self->snapshot;
  const gboolean same = snapshot != NULL && snapshot->weight_bits == weight_bits
                        && snapshot->activation_bits == activation_bits;

  if (sal_session_is_training (self) && !same)
    sal_worker_set_bits (self->worker, weight_bits, activation_bits);
}

/* --- life -------------------------------------------------------------------- */

void
sal_session_open_training (SalSession *self,
                           const char *home)
{
  self->worker = sal_worker_new (home, 0);
  g_signal_connect_object (self->worker, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::bits", G_CALLBACK (note_move), NULL);
  g_signal_connect (self, "notify::image", G_CALLBACK (note_move), NULL);
}

/* Letting go of the worker joins its thread, which saves a checkpoint. */
void
sal_session_close_training (SalSession *self)
{
  if (self->worker == NULL)
    return;
  sal_worker_stop (self->worker);
  g_clear_object (&self->worker);
}
