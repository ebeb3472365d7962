/* test-sal-worker.c - training on its own thread answers, stops and loses nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-worker.h"
#include "training-fixture.h"

/* No answer takes this long on a machine that is not stuck. */
#define PATIENCE (60 * G_TIME_SPAN_SECOND)

#define EPOCH TRAINING_STEPS_PER_EPOCH

/* What came out of the mailbox so far. */
typedef struct
{
  TrainingFixture base;
  SalWorker      *worker;
  SalSnapshot    *last;       /* or NULL                                        */
  GArray         *steps;      /* gint64: steps of all metrics of this generation */
  guint64         generation; /* of `steps`                                     */
  NnModel        *model;      /* of the last snapshot that had one              */
  guint           taken;
} Fixture;

/* ---- fixture --------------------------------------------------------------------- */

static void
note_metrics (Fixture           *self,
              const SalSnapshot *snapshot)
{
  if (snapshot->generation != self->generation)
    g_array_set_size (self->steps, 0);
  self->generation = snapshot->generation;
  g_assert_cmpuint (snapshot->metrics->len > 0 ? snapshot->first_metric : self->steps->len, ==,
                    self->steps->len);
  g_assert_cmpuint (snapshot->alphas->len, ==, snapshot->metrics->len * snapshot->n_alphas);
  for (guint i = 0; i < snapshot->metrics->len; i++)
    g_array_append_val (self->steps, g_array_index (snapshot->metrics, SalMetric, i).step);
}

static void
take (Fixture *self)
{
  SalSnapshot *snapshot = sal_worker_take_snapshot (self->worker);

  if (snapshot == NULL)
    return;
  if (self->last != NULL)
    g_assert_cmpuint (snapshot->serial, >, self->last->serial);
  note_metrics (self, snapshot);
  self->taken++;
  if (snapshot->model != NULL) {
    NnError nn_error;

    nn_model_free (self->model);
    self->model = nn_model_copy (snapshot->model, &nn_error);
  }
  g_clear_pointer (&self->last, sal_snapshot_unref);
  self->last = snapshot;
}

static void
snapshot_cb (SalWorker *worker,
             gpointer   data)
{
  take (data);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  training_fixture_set_up (&self->base, NULL);
  self->steps = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->worker = sal_worker_new (self->base.home, 2);
  g_signal_connect (self->worker, "snapshot", G_CALLBACK (snapshot_cb), self);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_clear_object (&self->worker);
  g_clear_pointer (&self->last, sal_snapshot_unref);
  g_array_unref (self->steps);
  nn_model_free (self->model);
  training_fixture_tear_down (&self->base, NULL);
}

/* Runs the main loop until `condition` holds. */
static void
wait_for (Fixture *self,
          gboolean  (*condition) (Fixture *self))
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;

  while (!condition (self)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
  }
}

static gboolean
is_finished (Fixture *self)
{
  return self->last != NULL && self->last->state == SAL_WORKER_FINISHED;
}

static gboolean
is_paused (Fixture *self)
{
  return self->last != NULL && self->last->state == SAL_WORKER_PAUSED;
}

static gboolean
is_idle (Fixture *self)
{
  return self->last != NULL && self->last->state == SAL_WORKER_IDLE;
}

static gboolean
has_failed (Fixture *self)
{
  return self->last != NULL && self->last->state == SAL_WORKER_FAILED;
}

static gboolean
has_trained (Fixture *self)
{
  return self->last != NULL && self->last->state == SAL_WORKER_TRAINING && self->steps->len > 2;
}

static gboolean
has_model (Fixture *self)
{
  return self->model != NULL;
}

/* A run that does not end while a test lasts. */
static void
make_long (Fixture *self)
{
  self->base.recipe.epochs = 100000;
  self->base.recipe.schedule = NN_SCHEDULE_CONSTANT;
}

static void
assert_state (Fixture    *self,
              gint64      id,
              SalRunState state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRun) run = sal_run_store_get (self->base.store, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sal_run_state_name (run->state), ==, sal_run_state_name (state));
}

/* The weights in the model file of run `id`. */
static GBytes *
saved_weights (Fixture *self,
               gint64   id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = training_fixture_file (&self->base, id, "model.safetensors");
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);

  GBytes *weights = training_fixture_weights (model);

  nn_model_free (model);
  return weights;
}

/* ---- a run from start to end -------------------------------------------------------- */

static void
a_run_is_trained_to_its_end (Fixture      *self,
                             gconstpointer data)
{
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, is_finished);
  g_assert_cmpint (self->last->step, ==, 2 * EPOCH);
  g_assert_cmpint (self->last->total_steps, ==, 2 * EPOCH);
  g_assert_cmpint (self->last->epochs, ==, 2);
  g_assert_cmpfloat (self->last->epoch, ==, 2);
  g_assert_cmpfloat (self->last->test_accuracy, >=, 0);
  g_assert_cmpfloat (self->last->best_validation_accuracy, >=, 0);
  g_assert_cmpint (self->last->run, ==, 1);
  g_assert_cmpstr (self->last->title, !=, "");
  g_assert_cmpint (sal_worker_get_state (self->worker), ==, SAL_WORKER_FINISHED);
  assert_state (self, 1, SAL_RUN_FINISHED);
}

static void
every_metric_comes_once_and_in_order (Fixture      *self,
                                      gconstpointer data)
{
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, is_finished);
  g_assert_cmpuint (self->steps->len, ==, 2 * EPOCH);
  for (guint i = 0; i < self->steps->len; i++)
    g_assert_cmpint (g_array_index (self->steps, gint64, i), ==, i + 1);
}

static void
a_window_that_does_not_look_loses_nothing (Fixture      *self,
                                           gconstpointer data)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;
  gboolean is_done = FALSE;

  sal_worker_start (self->worker, &self->base.recipe);
  while (!is_done) {
    g_autoptr (SalRun) run = sal_run_store_get (self->base.store, 1, NULL);

    g_assert_cmpint (g_get_monotonic_time (), <, end);
    is_done = run != NULL && isfinite (run->test_accuracy);
    g_usleep (1000);
  }
  wait_for (self, is_finished);
  g_assert_cmpuint (self->steps->len, ==, 2 * EPOCH);
  g_assert_cmpuint (self->taken, <=, 3);
}

static void
the_result_is_that_of_training_without_a_worker (Fixture      *self,
                                                 gconstpointer data)
{
  g_autoptr (GBytes) reference = training_fixture_reference (&self->base);

  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, is_finished);
  sal_worker_request_model (self->worker);
  wait_for (self, has_model);

  g_autoptr (GBytes) weights = training_fixture_weights (self->model);

  g_assert_true (g_bytes_equal (weights, reference));
}

static void
inspecting_changes_nothing (Fixture      *self,
                            gconstpointer data)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;
  guint models = 0;

  self->base.recipe.epochs = 4;

  g_autoptr (GBytes) reference = training_fixture_reference (&self->base);

  sal_worker_start (self->worker, &self->base.recipe);
  while (!is_finished (self)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    sal_worker_request_model (self->worker);
    g_main_context_iteration (NULL, FALSE);
    models += self->last != NULL && self->last->model != NULL;
    g_usleep (200);
  }
  g_assert_cmpuint (models, >, 0);
  g_clear_pointer (&self->model, nn_model_free);
  sal_worker_request_model (self->worker);
  wait_for (self, has_model);

  g_autoptr (GBytes) weights = training_fixture_weights (self->model);

  g_assert_true (g_bytes_equal (weights, reference));
}

static void
the_first_word_comes_at_once (Fixture      *self,
                              gconstpointer data)
{
  sal_worker_start (self->worker, &self->base.recipe);
  while (self->last == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (self->last->state, ==, SAL_WORKER_PREPARING);
  g_assert_cmpint (self->last->generation, ==, 1);
}

static void
the_strip_shows_what_sgt_sees (Fixture      *self,
                               gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);

  const SalSnapshot *snapshot = self->last;
  const gsize n = nn_shape_size (snapshot->sgt_shape);
  gsize masked = 0;

  g_assert_cmpuint (snapshot->n_sgt, ==, SAL_SNAPSHOT_SGT_IMAGES);
  g_assert_cmpuint (n, ==, 28 * 28);
  for (gsize i = 0; i < n; i++)
    masked += snapshot->sgt_x[i] != snapshot->sgt_masked[i];
  g_assert_cmpuint (masked, >, n / 4);
  g_assert_cmpuint (masked, <=, n / 2);
  g_assert_cmpfloat (snapshot->sgt_kl[0], >=, 0);
}

/* ---- pause, stop, go on --------------------------------------------------------------- */

static void
pause_holds_and_go_on_goes_on (Fixture      *self,
                               gconstpointer data)
{
  self->base.recipe.epochs = 20;

  g_autoptr (GBytes) reference = training_fixture_reference (&self->base);

  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_pause (self->worker);
  wait_for (self, is_paused);
  assert_state (self, self->last->run, SAL_RUN_PAUSED);

  const gint64 step = self->last->step;

  g_usleep (50000);
  take (self);
  g_assert_cmpint (self->last->step, ==, step);

  sal_worker_go_on (self->worker);
  wait_for (self, is_finished);
  sal_worker_request_model (self->worker);
  wait_for (self, has_model);

  g_autoptr (GBytes) weights = training_fixture_weights (self->model);

  g_assert_true (g_bytes_equal (weights, reference));
}

static void
a_stopped_run_is_resumed_exactly (Fixture      *self,
                                  gconstpointer data)
{
  self->base.recipe.epochs = 20;

  g_autoptr (GBytes) reference = training_fixture_reference (&self->base);
  g_autoptr (GBytes) expected = saved_weights (self, 1);

  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_stop (self->worker);
  wait_for (self, is_idle);
  assert_state (self, 2, SAL_RUN_PAUSED);

  sal_worker_resume (self->worker, 2);
  wait_for (self, is_finished);
  g_assert_cmpuint (self->steps->len, ==, 20 * EPOCH);
  g_assert_cmpint (self->last->run, ==, 2);

  g_autoptr (GBytes) weights = saved_weights (self, 2);

  g_assert_true (g_bytes_equal (weights, expected));
}

static void
a_run_goes_on_at_another_learning_rate (Fixture      *self,
                                        gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_stop (self->worker);
  wait_for (self, is_idle);

  sal_worker_resume_at (self->worker, 1, 0.125);
  wait_for (self, has_trained);
  sal_worker_stop (self->worker);
  wait_for (self, is_idle);

  g_autoptr (GArray) events = sal_run_store_load_events (self->base.store, 1, NULL);

  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpstr (g_array_index (events, SalRunEvent, 0).text, ==, "learning rate 0.125");
}

static void
a_new_start_stops_what_runs (Fixture      *self,
                             gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  self->base.recipe.epochs = 1;
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, is_finished);
  g_assert_cmpuint (self->last->generation, ==, 2);
  g_assert_cmpint (self->last->run, ==, 2);
  g_assert_cmpuint (self->steps->len, ==, EPOCH);
  assert_state (self, 1, SAL_RUN_PAUSED);
  assert_state (self, 2, SAL_RUN_FINISHED);
}

static void
snapshots_of_an_earlier_run_are_dropped (Fixture      *self,
                                         gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  g_usleep (50000);
  sal_worker_start (self->worker, &self->base.recipe);

  g_autoptr (SalSnapshot) snapshot = sal_worker_take_snapshot (self->worker);

  g_assert_true (snapshot == NULL || snapshot->generation == 2);
}

static void
commands_without_a_run_do_no_harm (Fixture      *self,
                                   gconstpointer data)
{
  sal_worker_pause (self->worker);
  sal_worker_go_on (self->worker);
  sal_worker_stop (self->worker);
  sal_worker_set_bits (self->worker, 4, 4);
  sal_worker_request_model (self->worker);
  while (self->last == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (self->last->state, ==, SAL_WORKER_IDLE);
  g_assert_null (self->last->model);
}

static void
the_model_of_a_stopped_run_can_be_had (Fixture      *self,
                                       gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_stop (self->worker);
  wait_for (self, is_idle);
  g_clear_pointer (&self->model, nn_model_free);
  sal_worker_request_model (self->worker);
  wait_for (self, has_model);
  g_assert_cmpint (self->last->state, ==, SAL_WORKER_IDLE);
}

/* ---- bits ------------------------------------------------------------------------------- */

static gboolean
has_two_bits (Fixture *self)
{
  return self->model != NULL && nn_model_layer (self->model, 1).activation_bits == 2;
}

static gboolean
has_message (Fixture *self)
{
  return self->last != NULL && self->last->message != NULL;
}

static void
bits_change_while_it_trains (Fixture      *self,
                             gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_set_bits (self->worker, 2, 2);
  sal_worker_request_model (self->worker);
  wait_for (self, has_two_bits);
  g_assert_cmpint (self->last->state, ==, SAL_WORKER_TRAINING);
}

static void
bits_that_cannot_be_are_refused_aloud (Fixture      *self,
                                       gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);
  sal_worker_set_bits (self->worker, 9, 9);
  wait_for (self, has_message);
  g_assert_nonnull (strstr (self->last->message, "9"));
  g_assert_cmpint (self->last->state, ==, SAL_WORKER_TRAINING);
}

/* ---- trouble and the end ------------------------------------------------------------------ */

static void
missing_data_is_said (Fixture      *self,
                      gconstpointer data)
{
  g_strlcpy (self->base.recipe.dataset, "/no/such/data", sizeof self->base.recipe.dataset);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_failed);
  g_assert_nonnull (strstr (self->last->message, "/no/such/data"));
  g_assert_cmpint (self->last->run, ==, -1);

  g_strlcpy (self->base.recipe.dataset, self->base.folder, sizeof self->base.recipe.dataset);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, is_finished);
}

static void
a_missing_run_is_said (Fixture      *self,
                       gconstpointer data)
{
  sal_worker_resume (self->worker, 77);
  wait_for (self, has_failed);
  g_assert_nonnull (strstr (self->last->message, "77"));
}

static void
divergence_is_said_when_the_store_knows (Fixture      *self,
                                         gconstpointer data)
{
  make_long (self);
  self->base.recipe.mode = SAL_MODE_BASELINE;
  self->base.recipe.learning_rate = 100;
  self->base.recipe.momentum = 0.999;
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_failed);
  g_assert_cmpstr (self->last->message, !=, "");
  g_assert_cmpuint (self->steps->len, ==, self->last->step);
  assert_state (self, self->last->run, SAL_RUN_DIVERGED);
}

static void
closing_in_mid_run_saves (Fixture      *self,
                          gconstpointer data)
{
  make_long (self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_trained);

  const gint64 step = self->last->step;
  const gint64 begin = g_get_monotonic_time ();

  g_clear_object (&self->worker);
  g_test_message ("closed in %.1f ms", (double) (g_get_monotonic_time () - begin) / 1000);
  assert_state (self, 1, SAL_RUN_PAUSED);

  g_autoptr (SalTraining) training = training_fixture_resume (&self->base, 1);

  g_assert_cmpint (sal_training_get_step (training), >=, step);
}

static void
closing_at_once_is_safe (Fixture      *self,
                         gconstpointer data)
{
  sal_worker_start (self->worker, &self->base.recipe);
  sal_worker_start (self->worker, &self->base.recipe);
  g_clear_object (&self->worker);
}

static void
closing_from_the_signal_is_safe_cb (SalWorker *worker,
                                    gpointer   data)
{
  Fixture *self = data;

  g_clear_object (&self->worker);
}

static gboolean
has_no_worker (Fixture *self)
{
  return self->worker == NULL;
}

static void
closing_from_the_signal_is_safe (Fixture      *self,
                                 gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (self->worker, self);
  g_signal_connect (self->worker, "snapshot", G_CALLBACK (closing_from_the_signal_is_safe_cb),
                    self);
  sal_worker_start (self->worker, &self->base.recipe);
  wait_for (self, has_no_worker);
}

static void
add (const char *path,
     void        (*test) (Fixture      *self,
                          gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/worker/run/to-its-end", a_run_is_trained_to_its_end);
  add ("/worker/run/metrics", every_metric_comes_once_and_in_order);
  add ("/worker/run/unread", a_window_that_does_not_look_loses_nothing);
  add ("/worker/run/same-bits", the_result_is_that_of_training_without_a_worker);
  add ("/worker/run/inspecting", inspecting_changes_nothing);
  add ("/worker/run/first-word", the_first_word_comes_at_once);
  add ("/worker/run/strip", the_strip_shows_what_sgt_sees);
  add ("/worker/commands/pause", pause_holds_and_go_on_goes_on);
  add ("/worker/commands/stop-resume", a_stopped_run_is_resumed_exactly);
  add ("/worker/commands/resume-at", a_run_goes_on_at_another_learning_rate);
  add ("/worker/commands/start-again", a_new_start_stops_what_runs);
  add ("/worker/commands/stale", snapshots_of_an_earlier_run_are_dropped);
  add ("/worker/commands/idle", commands_without_a_run_do_no_harm);
  add ("/worker/commands/model", the_model_of_a_stopped_run_can_be_had);
  add ("/worker/bits/change", bits_change_while_it_trains);
  add ("/worker/bits/refused", bits_that_cannot_be_are_refused_aloud);
  add ("/worker/trouble/data", missing_data_is_said);
  add ("/worker/trouble/run", a_missing_run_is_said);
  add ("/worker/trouble/divergence", divergence_is_said_when_the_store_knows);
  add ("/worker/close/mid-run", closing_in_mid_run_saves);
  add ("/worker/close/at-once", closing_at_once_is_safe);
  add ("/worker/close/from-signal", closing_from_the_signal_is_safe);
  return g_test_run ();
}
