/* test-sal-training-rate.c - a run that diverges, and goes on at another rate
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "training-fixture.h"

/* Nothing in it holds the values back. */
static const char linear_network[] = "flatten f\n"
                                     "linear a out=32\n"
                                     "linear b out=32\n"
                                     "linear c out=classes\n";

/* Trains that network at `learning_rate`. */
static void
set_rate (TrainingFixture *self,
          const char      *learning_rate)
{
  g_autofree char *path = g_build_filename (self->folder, "linear.txt", NULL);

  g_assert_true (g_file_set_contents (path, linear_network, -1, NULL));
  g_assert_true (sal_recipe_set (&self->recipe, "network", path, NULL));
  g_assert_true (sal_recipe_set (&self->recipe, "optimizer", "sgd", NULL));
  g_assert_true (sal_recipe_set (&self->recipe, "learning-rate", learning_rate, NULL));
}

/* Trains until the run diverges, and gives what is said of it. */
static GError *
train_until_it_diverges (SalTraining *training)
{
  GError *error = NULL;
  SalTrainingResult result = SAL_TRAINING_STEPPED;

  while (result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED)
    result = sal_training_step (training, &error);
  g_assert_cmpint (result, ==, SAL_TRAINING_DIVERGED);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_ENGINE);
  return error;
}

static void
assert_state (TrainingFixture *self,
              gint64           id,
              SalRunState      state)
{
  g_autoptr (SalRun) run = sal_run_store_get (self->store, id, NULL);

  g_assert_cmpint (run->state, ==, state);
}

static void
change_rate (SalTraining *training,
             double       learning_rate)
{
  g_autoptr (GError) error = NULL;

  sal_training_set_learning_rate (training, learning_rate, &error);
  g_assert_no_error (error);
}

static void
a_run_that_diverged_goes_on_from_its_checkpoint (TrainingFixture *self,
                                                 gconstpointer    data)
{
  set_rate (self, "100");

  SalTraining *training = training_fixture_start (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = train_until_it_diverges (training);

  g_assert_nonnull (strstr (again->message, "The run has diverged: the loss of step "));
  g_assert_nonnull (strstr (again->message, "learning rate of "));
  g_assert_false (sal_training_set_learning_rate (training, 0.05, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  sal_training_free (training);
  assert_state (self, 1, SAL_RUN_DIVERGED);

  training = training_fixture_resume (self, 1);
  g_assert_cmpint (sal_training_get_step (training), ==, 0);
  change_rate (training, 0.05);
  training_fixture_finish (training);
  sal_training_free (training);
  assert_state (self, 1, SAL_RUN_FINISHED);

  g_autofree char *found = training_fixture_hash (self, 1);

  set_rate (self, "0.05");
  g_bytes_unref (training_fixture_reference (self));

  g_autofree char *expected = training_fixture_hash (self, 2);

  g_assert_cmpstr (found, ==, expected);
}

/* The change is in the checkpoint before anything is trained at the new rate. */
static void
a_kill_does_not_bring_the_old_rate_back (TrainingFixture *self,
                                         gconstpointer    data)
{
  set_rate (self, "0.1");

  SalTraining *training = training_fixture_start (self);

  training_fixture_train_to (training, 3);
  change_rate (training, 0.025);
  sal_training_free (training);

  training = training_fixture_resume (self, 1);
  g_assert_cmpint (sal_training_get_step (training), ==, 3);
  g_assert_cmpfloat (sal_training_get_recipe (training)->learning_rate, ==, 0.025);
  sal_training_free (training);

  g_autoptr (GArray) events = sal_run_store_load_events (self->store, 1, NULL);

  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpint (g_array_index (events, SalRunEvent, 0).step, ==, 3);
  g_assert_cmpstr (g_array_index (events, SalRunEvent, 0).text, ==, "learning rate 0.025");
}

/* Trains with a change in the second epoch, and perhaps a pause after it. */
static char *
train_with_a_change (TrainingFixture *self,
                     gint64           id,
                     gboolean         pauses)
{
  SalTraining *training = training_fixture_start (self);

  training_fixture_train_to (training, 6);
  change_rate (training, 0.02);
  training_fixture_train_to (training, 8);
  if (pauses) {
    g_assert_true (sal_training_save (training, NULL));
    sal_training_free (training);
    training = training_fixture_resume (self, id);
  }
  training_fixture_finish (training);
  sal_training_free (training);
  return training_fixture_hash (self, id);
}

static void
a_pause_after_a_change_does_not_matter (TrainingFixture *self,
                                        gconstpointer    data)
{
  set_rate (self, "0.1");

  g_autofree char *through = train_with_a_change (self, 1, FALSE);
  g_autofree char *paused = train_with_a_change (self, 2, TRUE);

  g_assert_cmpstr (through, ==, paused);
}

static void
a_rate_that_cannot_be_is_refused (TrainingFixture *self,
                                  gconstpointer    data)
{
  const double bad[] = { 0, -1, 1e6, NAN, INFINITY };

  set_rate (self, "0.1");

  g_autoptr (SalTraining) training = training_fixture_start (self);
  g_autoptr (GError) finished = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (sal_training_set_learning_rate (training, bad[i], &error));
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
    g_assert_cmpfloat (sal_training_get_recipe (training)->learning_rate, ==, 0.1);
  }
  training_fixture_finish (training);
  g_assert_false (sal_training_set_learning_rate (training, 0.05, &finished));
  g_assert_error (finished, SAL_ERROR, SAL_ERROR_BAD_SETTING);
}

/* A step of finite gradient that is too long: nobody may find its weights in a
 * checkpoint, though one is due after every step. */
static void
weights_that_are_not_finite_are_not_kept (TrainingFixture *self,
                                          gconstpointer    data)
{
  set_rate (self, "100");

  SalTraining *training = training_fixture_start (self);

  sal_training_set_checkpoint_interval (training, 0);
  nn_trainer_slot ((NnTrainer *) sal_training_get_trainer (training), 0)[0] = 3e38f;

  g_autoptr (GError) error = train_until_it_diverges (training);

  g_assert_nonnull (strstr (error->message, "step 1 gave weights that are not finite"));
  sal_training_free (training);
  training = training_fixture_resume (self, 1);
  g_assert_cmpint (sal_training_get_step (training), ==, 0);
  g_assert_true (nn_trainer_is_finite (sal_training_get_trainer (training)));
  sal_training_free (training);
}

/* Checkpoints after every step, and yet none of the last steps before the end. */
static void
checkpoints_are_of_a_loss_that_one_can_go_on_from (TrainingFixture *self,
                                                   gconstpointer    data)
{
  set_rate (self, "100");

  SalTraining *training = training_fixture_start (self);
  g_autoptr (GError) error = NULL;

  sal_training_set_checkpoint_interval (training, 0);
  error = train_until_it_diverges (training);

  const GArray *metrics = sal_training_get_metrics (training);
  const gint64 trained = sal_training_get_step (training);
  g_autofree double *losses = g_new (double, metrics->len);

  for (guint i = 0; i < metrics->len; i++)
    losses[i] = g_array_index (metrics, SalMetric, i).ce;
  g_assert_cmpint (metrics->len, ==, trained);
  sal_training_free (training);

  training = training_fixture_resume (self, 1);

  const gint64 kept = sal_training_get_step (training);

  g_assert_cmpint (kept, <, trained);
  for (gint64 i = 0; i < trained; i++)
    if (i < kept)
      g_assert_cmpfloat (losses[i], <=, 100 * log (4));
  sal_training_free (training);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  training_fixture_add ("/training-rate/diverged", a_run_that_diverged_goes_on_from_its_checkpoint);
  training_fixture_add ("/training-rate/kill", a_kill_does_not_bring_the_old_rate_back);
  training_fixture_add ("/training-rate/pause", a_pause_after_a_change_does_not_matter);
  training_fixture_add ("/training-rate/refused", a_rate_that_cannot_be_is_refused);
  training_fixture_add ("/training-rate/weights", weights_that_are_not_finite_are_not_kept);
  training_fixture_add ("/training-rate/exploding",
                        checkpoints_are_of_a_loss_that_one_can_go_on_from);
  return g_test_run ();
}
