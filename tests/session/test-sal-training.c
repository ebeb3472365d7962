/* test-sal-training.c - a run is its recipe, whatever happens on the way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "sal-error.h"
#include "training-fixture.h"

#define EPOCH TRAINING_STEPS_PER_EPOCH

/* Where the process that is to be killed finds its store and its data. */
#define HOME_VARIABLE "SALISCOPE_TEST_HOME"
#define DATA_VARIABLE "SALISCOPE_TEST_FOLDER"

static const SalMetric *
metric (SalTraining *training,
        guint        i)
{
  return &g_array_index (sal_training_get_metrics (training), SalMetric, i);
}

static void
assert_state (TrainingFixture *fixture,
              gint64           run,
              SalRunState      state)
{
  g_autoptr (SalRun) row = sal_run_store_get (fixture->store, run, NULL);

  g_assert_cmpstr (sal_run_state_name (row->state), ==, sal_run_state_name (state));
}

/* ---- the record ----------------------------------------------------------------- */

static void
every_step_has_a_row (TrainingFixture *fixture,
                      gconstpointer    data)
{
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  g_assert_cmpint (sal_training_get_total_steps (training), ==, 2 * EPOCH);
  training_fixture_finish (training);
  g_assert_cmpuint (sal_training_get_metrics (training)->len, ==, 2 * EPOCH);
  for (guint i = 0; i < 2 * EPOCH; i++) {
    const gboolean ends_epoch = (i + 1) % EPOCH == 0;

    g_assert_cmpint (metric (training, i)->step, ==, i + 1);
    g_assert_cmpfloat_with_epsilon (metric (training, i)->epoch, (i + 1) / (double) EPOCH, 1e-9);
    g_assert_true (isfinite (metric (training, i)->ce));
    g_assert_true (metric (training, i)->kl >= 0);
    g_assert_cmpfloat (metric (training, i)->images_per_second, >, 0);
    g_assert_cmpint (isfinite (metric (training, i)->validation_accuracy), ==, ends_epoch);
    g_assert_cmpint (isfinite (metric (training, i)->validation_ce), ==, ends_epoch);
  }
}

static void
the_learning_rate_follows_its_schedule (TrainingFixture *fixture,
                                        gconstpointer    data)
{
  fixture->recipe.schedule = NN_SCHEDULE_STEP;
  fixture->recipe.learning_rate = 0.01;

  const NnRateCourse course = { .schedule = NN_SCHEDULE_STEP, .total = 2 * EPOCH };
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);
  for (guint i = 0; i < 2 * EPOCH; i++)
    g_assert_cmpfloat (metric (training, i)->learning_rate, ==,
                       0.01 * nn_rate_factor (&course, i));
  g_assert_cmpfloat (metric (training, 0)->learning_rate, ==, 0.01);
}

static void
every_clipping_level_is_recorded (TrainingFixture *fixture,
                                  gconstpointer    data)
{
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  gsize n = 0;

  training_fixture_finish (training);

  const GArray *alphas = sal_training_get_alphas (training, &n);

  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpuint (alphas->len, ==, 4 * 2 * EPOCH);
  for (guint i = 0; i < alphas->len; i++)
    g_assert_cmpfloat (g_array_index (alphas, float, i), >, 0);
  g_assert_cmpfloat (g_array_index (alphas, float, 0), !=,
                     g_array_index (alphas, float, alphas->len - 4));
}

static void
the_store_has_what_the_run_has (TrainingFixture *fixture,
                                gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  g_autoptr (GArray) alphas = NULL;
  gsize n = 0;
  gsize ours = 0;

  training_fixture_finish (training);

  g_autoptr (GArray) rows = sal_run_store_load_metrics (
    fixture->store, sal_training_get_run (training), &alphas, &n, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (rows->data, rows->len * sizeof (SalMetric),
                   sal_training_get_metrics (training)->data, 2 * EPOCH * sizeof (SalMetric));
  g_assert_cmpmem (alphas->data, alphas->len * sizeof (float),
                   sal_training_get_alphas (training, &ours)->data,
                   4 * 2 * EPOCH * sizeof (float));
  g_assert_cmpuint (n, ==, ours);
}

static void
modes_without_pact_or_sgt_say_so_in_their_rows (TrainingFixture *fixture,
                                                gconstpointer    data)
{
  gsize n = 1;

  fixture->recipe.mode = SAL_MODE_BASELINE;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);
  sal_training_get_alphas (training, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (isnan (metric (training, 0)->kl));
}

/* ---- files -------------------------------------------------------------------------- */

static void
the_best_epoch_is_the_model (TrainingFixture *fixture,
                             gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);

  const double first = metric (training, EPOCH - 1)->validation_accuracy;
  const double second = metric (training, 2 * EPOCH - 1)->validation_accuracy;
  g_autofree char *path = training_fixture_file (fixture, sal_training_get_run (training),
                                                 "model.safetensors");
  SalModelInfo info;
  NnModel *model = sal_model_file_load (path, &info, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (info.validation_accuracy, ==, MAX (first, second));
  g_assert_cmpfloat (sal_training_get_best_accuracy (training), ==, MAX (first, second));
  g_assert_cmpint (info.step, ==, second > first ? 2 * EPOCH : EPOCH);
  g_assert_cmpstr (info.dataset_hash, ==, sal_dataset_get_hash (fixture->dataset));
  g_assert_cmpuint (g_strv_length (info.class_names), ==, 4);
  nn_model_free (model);
  sal_model_info_clear (&info);
}

static void
without_validation_the_last_epoch_is_the_model (TrainingFixture *fixture,
                                                gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  fixture->recipe.validation_share = 0;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);

  g_autofree char *path = training_fixture_file (fixture, sal_training_get_run (training),
                                                 "model.safetensors");
  g_autoptr (GBytes) last = training_fixture_weights (sal_training_get_model (training));
  NnModel *model = sal_model_file_load (path, NULL, &error);
  g_autoptr (GBytes) saved = training_fixture_weights (model);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (last, saved));
  nn_model_free (model);
}

static void
without_a_store_nothing_is_written (TrainingFixture *fixture,
                                    gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = sal_training_new (NULL, fixture->dataset, &fixture->recipe,
                                                       fixture->pool, &error);
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  double accuracy = -1;

  g_assert_no_error (error);
  training_fixture_finish (training);
  g_assert_true (sal_training_save (training, &error));
  g_assert_true (sal_training_measure_test (training, &accuracy, &error));
  g_assert_cmpfloat (accuracy, >=, 0);
  g_assert_cmpint (sal_training_get_run (training), ==, -1);

  g_autoptr (GBytes) weights = training_fixture_weights (sal_training_get_model (training));

  g_assert_true (g_bytes_equal (weights, reference));
}

static void
a_file_that_cannot_be_written_fails_the_run (TrainingFixture *fixture,
                                             gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  g_autofree char *path = training_fixture_file (fixture, sal_training_get_run (training),
                                                 "checkpoint.safetensors");
  g_autofree char *folder = g_path_get_dirname (path);

  training_fixture_train_to (training, 3);
  g_unlink (path);
  g_rmdir (folder);
  g_assert_false (sal_training_save (training, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, path));
}

/* ---- the same bits ------------------------------------------------------------------- */

static void
assert_finishes_like (SalTraining *training,
                      GBytes      *reference)
{
  training_fixture_finish (training);

  g_autoptr (GBytes) weights = training_fixture_weights (sal_training_get_model (training));

  g_assert_true (g_bytes_equal (weights, reference));
}

/* All but the rate, which is a matter of time. */
static void
assert_same_record (TrainingFixture *fixture,
                    gint64           run,
                    gint64           other)
{
  g_autoptr (GArray) rows = sal_run_store_load_metrics (fixture->store, run, NULL, NULL, NULL);
  g_autoptr (GArray) others = sal_run_store_load_metrics (fixture->store, other, NULL, NULL,
                                                          NULL);

  g_assert_cmpuint (rows->len, ==, others->len);
  for (guint i = 0; i < rows->len; i++) {
    SalMetric *a = &g_array_index (rows, SalMetric, i);
    SalMetric *b = &g_array_index (others, SalMetric, i);

    a->images_per_second = b->images_per_second = 0;
    g_assert_cmpmem (a, sizeof *a, b, sizeof *b);
  }
}

static void
the_number_of_threads_does_not_matter (TrainingFixture *fixture,
                                       gconstpointer    data)
{
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  NnError nn_error;

  nn_pool_free (fixture->pool);
  fixture->pool = nn_pool_new (1, 0, &nn_error);

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  assert_finishes_like (training, reference);
}

/* Stops at every step of the run, once. */
static void
pause_anywhere (TrainingFixture *fixture)
{
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  gint64 run;

  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);
    g_autoptr (GError) error = NULL;

    run = sal_training_get_run (training);
    g_assert_true (sal_training_save (training, &error));
  }
  for (gint64 step = 1; step <= 2 * EPOCH; step++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

    g_assert_cmpint (sal_training_get_step (training), ==, step - 1);
    training_fixture_train_to (training, step);
    g_assert_true (sal_training_save (training, &error));
    g_clear_pointer (&training, sal_training_free);
    assert_state (fixture, run, SAL_RUN_PAUSED);
  }

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  assert_finishes_like (training, reference);
  assert_same_record (fixture, run, 1);
  assert_state (fixture, run, SAL_RUN_FINISHED);

  g_autofree char *model = training_fixture_hash (fixture, run);
  g_autofree char *expected = training_fixture_hash (fixture, 1);

  g_assert_cmpstr (model, ==, expected);
}

static void
a_pause_anywhere_changes_nothing (TrainingFixture *fixture,
                                  gconstpointer    data)
{
  pause_anywhere (fixture);
}

/* A residual network whose average, with steps that are learned, is judged. */
static void
a_pause_anywhere_changes_nothing_that_is_averaged (TrainingFixture *fixture,
                                                   gconstpointer    data)
{
  const char *const settings[][2] = {
    { "quantizer", "lsq" }, { "weight-bits", "2" }, { "activation-bits", "3" },
    { "alpha-start", "data" }, { "ema", "0.8" }, { "nesterov", "yes" },
    { "network", "conv2d conv1 out=6 padding=1 bias=no\n"
      "batch-norm bn1\n"
      "relu act1\n"
      "max-pool pool\n"
      "conv2d conv2 out=6 padding=1 bias=no\n"
      "batch-norm bn2\n"
      "add add1 with=pool\n"
      "relu act2\n"
      "global-average-pool mean\n"
      "linear fc out=classes\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    g_assert_true (sal_recipe_set (&fixture->recipe, settings[i][0], settings[i][1], NULL));
  pause_anywhere (fixture);
}

/* Steps that are learned, own bits, and levels that were measured: all that a
 * recipe of one quantizer has and another has not. */
static void
learned_steps_and_measured_levels_resume_exactly (TrainingFixture *fixture,
                                                  gconstpointer    data)
{
  g_assert_true (sal_recipe_set (&fixture->recipe, "quantizer", "lsq", NULL));
  g_assert_true (sal_recipe_set (&fixture->recipe, "bits", "mixed-4-2", NULL));
  g_assert_true (sal_recipe_set (&fixture->recipe, "alpha-start", "data", NULL));

  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  gint64 run;

  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);
    const NnModel *model = sal_training_get_model (training);
    g_autoptr (GError) error = NULL;

    for (gsize i = 0; i < nn_model_tensor_count (model); i++)
      if (nn_model_tensor (model, i).role == NN_TENSOR_ALPHA)
        g_assert_cmpfloat (*nn_model_tensor (model, i).value, <, NN_ALPHA_START);
    run = sal_training_get_run (training);
    training_fixture_train_to (training, 3);
    g_assert_true (sal_training_save (training, &error));
  }

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  assert_finishes_like (training, reference);
  assert_same_record (fixture, run, 1);
}

static void
a_pause_without_reloading_changes_nothing (TrainingFixture *fixture,
                                           gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_train_to (training, 3);
  g_assert_true (sal_training_save (training, &error));
  assert_state (fixture, sal_training_get_run (training), SAL_RUN_PAUSED);
  training_fixture_train_to (training, 4);
  assert_state (fixture, sal_training_get_run (training), SAL_RUN_RUNNING);
  assert_finishes_like (training, reference);
}

static void
what_was_trained_after_the_checkpoint_is_trained_again (TrainingFixture *fixture,
                                                        gconstpointer    data)
{
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  gint64 run;

  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    run = sal_training_get_run (training);
    training_fixture_train_to (training, EPOCH + 3);
  }
  assert_state (fixture, run, SAL_RUN_INTERRUPTED);

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  g_assert_cmpint (sal_training_get_step (training), ==, EPOCH);
  g_assert_cmpuint (sal_training_get_metrics (training)->len, ==, EPOCH);
  assert_finishes_like (training, reference);
  assert_same_record (fixture, run, 1);
}

/* Runs in a process of its own and does not come back. */
static void
train_and_be_killed (void)
{
  TrainingFixture fixture = { .home = (char *) g_getenv (HOME_VARIABLE) };
  NnError nn_error;

  if (fixture.home == NULL)
    return;
  fixture.dataset = sal_dataset_open (g_getenv (DATA_VARIABLE), NULL, NULL);
  fixture.store = sal_run_store_open (fixture.home, NULL);
  fixture.pool = nn_pool_new (2, 0, &nn_error);
  sal_recipe_init (&fixture.recipe);

  SalTraining *training = sal_training_resume (fixture.store, 2, fixture.dataset, fixture.pool,
                                               NULL);

  training_fixture_train_to (training, EPOCH + 2);
  raise (SIGKILL);
}

static void
a_killed_process_costs_nothing_but_time (TrainingFixture *fixture,
                                         gconstpointer    data)
{
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  gint64 run;

  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    run = sal_training_get_run (training);
    g_assert_cmpint (run, ==, 2);
  }
  g_setenv (HOME_VARIABLE, fixture->home, TRUE);
  g_setenv (DATA_VARIABLE, fixture->folder, TRUE);
  g_test_trap_subprocess ("/training/same-bits/killed/subprocess", 0, 0);
  g_assert_false (g_test_trap_has_passed ());
  assert_state (fixture, run, SAL_RUN_INTERRUPTED);

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  g_assert_cmpint (sal_training_get_step (training), ==, EPOCH);
  assert_finishes_like (training, reference);
  assert_same_record (fixture, run, 1);
}

static void
a_run_killed_before_its_first_checkpoint_begins_anew (TrainingFixture *fixture,
                                                      gconstpointer    data)
{
  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);
  g_autofree char *path = training_fixture_file (fixture, run, "checkpoint.safetensors");

  g_clear_pointer (&training, sal_training_free);
  g_unlink (path);
  training = training_fixture_resume (fixture, run);
  g_assert_cmpint (sal_training_get_step (training), ==, 0);
  assert_finishes_like (training, reference);
  assert_same_record (fixture, run, 1);
}

static gint64
saved_step (TrainingFixture *fixture,
            gint64           run)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = training_fixture_file (fixture, run, "checkpoint.safetensors");
  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);

  g_assert_no_error (error);
  return g_ascii_strtoll (sal_safetensors_get_metadata (file, "step"), NULL, 10);
}

static void
a_checkpoint_within_an_epoch_keeps_its_steps (TrainingFixture *fixture,
                                              gconstpointer    data)
{
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  training_fixture_train_to (training, 2);
  g_assert_cmpint (saved_step (fixture, run), ==, 0);
  sal_training_set_checkpoint_interval (training, 0);
  training_fixture_train_to (training, 3);
  g_assert_cmpint (saved_step (fixture, run), ==, 3);
  assert_state (fixture, run, SAL_RUN_RUNNING);
}

/* ---- whitening ---------------------------------------------------------------------- */

static void
choose_whitened_network (TrainingFixture *fixture)
{
  g_strlcpy (fixture->recipe.network, "cifar-fast", sizeof fixture->recipe.network);
  fixture->recipe.mode = SAL_MODE_BASELINE;
  fixture->recipe.learning_rate = 0.01;
  fixture->recipe.epochs = 1;
  fixture->recipe.train_share = 0.3;
}

static void
whitened_filters_come_from_the_data_and_are_not_trained (TrainingFixture *fixture,
                                                         gconstpointer    data)
{
  enum { HALF = 4 * 4 };

  choose_whitened_network (fixture);

  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const NnTensor weight = nn_model_tensor (sal_training_get_model (training), 0);
  g_autofree float *before = g_memdup2 (weight.value, weight.count * sizeof (float));

  g_assert_cmpuint (weight.count, ==, 2 * HALF);
  for (gsize i = 0; i < HALF; i++)
    g_assert_cmpfloat (before[HALF + i], ==, -before[i]);
  training_fixture_finish (training);
  g_assert_cmpmem (before, weight.count * sizeof (float),
                   weight.value, weight.count * sizeof (float));
}

static void
a_resumed_run_keeps_its_whitened_filters (TrainingFixture *fixture,
                                          gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  choose_whitened_network (fixture);

  g_autoptr (GBytes) reference = training_fixture_reference (fixture);
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  g_assert_cmpint (sal_training_step (training, &error), ==, SAL_TRAINING_STEPPED);
  g_assert_true (sal_training_save (training, &error));
  g_assert_no_error (error);
  g_clear_pointer (&training, sal_training_free);
  training = training_fixture_resume (fixture, run);
  assert_finishes_like (training, reference);
}

static void
modes_start_from_the_same_weights (TrainingFixture *fixture,
                                   gconstpointer    data)
{
  g_autoptr (GBytes) first = NULL;

  for (int mode = 0; mode < SAL_N_MODES; mode++) {
    fixture->recipe.mode = mode;

    g_autoptr (SalTraining) training = training_fixture_start (fixture);
    const NnModel *model = sal_training_get_model (training);
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
      const NnTensor tensor = nn_model_tensor (model, i);

      if (tensor.role != NN_TENSOR_ALPHA)
        g_byte_array_append (bytes, (const guint8 *) tensor.value,
                             (guint) (tensor.count * sizeof (float)));
      else
        g_assert_cmpfloat (*tensor.value, ==, NN_ALPHA_START);
    }

    g_autoptr (GBytes) weights = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));

    if (first == NULL)
      first = g_bytes_ref (weights);
    g_assert_true (g_bytes_equal (first, weights));
  }
}

/* ---- going on ---------------------------------------------------------------------------- */

static void
other_data_is_refused (TrainingFixture *fixture,
                       gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) glyphs = sal_dataset_open ("glyphs", NULL, NULL);
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  sal_training_save (training, NULL);
  g_assert_null (sal_training_resume (fixture->store, run, glyphs, fixture->pool, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "SHA-256"));
}

static void
a_run_that_is_trained_is_not_resumed (TrainingFixture *fixture,
                                      gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  g_assert_null (sal_training_resume (fixture->store, sal_training_get_run (training), NULL,
                                      fixture->pool, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BUSY);
}

static void
a_missing_run_or_checkpoint_is_named (TrainingFixture *fixture,
                                      gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);
  g_autofree char *path = training_fixture_file (fixture, run, "checkpoint.safetensors");

  training_fixture_train_to (training, 1);
  sal_training_save (training, NULL);
  g_clear_pointer (&training, sal_training_free);
  g_unlink (path);
  g_assert_null (sal_training_resume (fixture->store, run, NULL, fixture->pool, &error));
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_null (sal_training_resume (fixture->store, 99, NULL, fixture->pool, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
}

static void
a_model_file_is_no_checkpoint (TrainingFixture *fixture,
                               gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);
  g_autofree char *path = training_fixture_file (fixture, run, "checkpoint.safetensors");

  training_fixture_train_to (training, EPOCH + 1);
  sal_training_save (training, NULL);
  g_clear_pointer (&training, sal_training_free);

  g_autoptr (GBytes) model = training_fixture_bytes (fixture, run, "model.safetensors");

  g_file_set_contents (path, g_bytes_get_data (model, NULL), (gssize) g_bytes_get_size (model),
                       NULL);
  g_assert_null (sal_training_resume (fixture->store, run, NULL, fixture->pool, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, path));
}

static void
a_finished_run_opens_with_nothing_to_do (TrainingFixture *fixture,
                                         gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  training_fixture_finish (training);
  g_clear_pointer (&training, sal_training_free);
  training = training_fixture_resume (fixture, run);
  g_assert_cmpint (sal_training_step (training, &error), ==, SAL_TRAINING_FINISHED);
  g_clear_pointer (&training, sal_training_free);
  assert_state (fixture, run, SAL_RUN_FINISHED);
}

/* ---- bits in mid-run ------------------------------------------------------------------------ */

static void
bits_change_in_mid_run_and_stay (TrainingFixture *fixture,
                                 gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  training_fixture_train_to (training, 3);
  g_assert_true (sal_training_set_bits (training, 2, 3, &error));
  g_assert_false (sal_training_set_bits (training, 9, 3, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  training_fixture_train_to (training, 4);
  sal_training_save (training, NULL);
  g_clear_pointer (&training, sal_training_free);

  training = training_fixture_resume (fixture, run);

  const NnModel *model = sal_training_get_model (training);

  g_assert_cmpint (nn_model_layer (model, 0).weight_bits, ==, 8);
  g_assert_cmpint (nn_model_layer (model, 1).activation_bits, ==, 3);
  g_assert_cmpint (nn_model_layer (model, 3).weight_bits, ==, 2);
}

static void
assert_events (TrainingFixture *fixture,
               gint64           run,
               const char      *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) events = sal_run_store_load_events (fixture->store, run, &error);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (found, "%s%" G_GINT64_FORMAT " %s", i > 0 ? ", " : "",
                            g_array_index (events, SalRunEvent, i).step,
                            g_array_index (events, SalRunEvent, i).text);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
assert_recipe_bits (TrainingFixture *fixture,
                    gint64           run,
                    int              weight_bits,
                    const char      *title)
{
  g_autoptr (SalRun) row = sal_run_store_get (fixture->store, run, NULL);
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  g_assert_true (sal_recipe_from_json (&recipe, row->recipe_json, NULL));
  g_assert_cmpint (recipe.weight_bits, ==, weight_bits);
  g_assert_cmpstr (recipe.bits, ==, "");
  g_assert_nonnull (strstr (row->title, title));
}

/* Trains to the end with a change of bits at step 3; `pauses` after it. */
static GBytes *
train_with_change (TrainingFixture *fixture,
                   gboolean         pauses,
                   gint64          *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  *run = sal_training_get_run (training);
  training_fixture_train_to (training, 3);
  g_assert_true (sal_training_set_bits (training, 2, 3, &error));
  if (pauses) {
    g_assert_true (sal_training_save (training, &error));
    g_clear_pointer (&training, sal_training_free);
    training = training_fixture_resume (fixture, *run);
  }
  training_fixture_finish (training);
  return training_fixture_weights (sal_training_get_model (training));
}

static void
a_change_of_bits_is_part_of_the_run (TrainingFixture *fixture,
                                     gconstpointer    data)
{
  gint64 through, paused;

  g_assert_true (sal_recipe_set (&fixture->recipe, "bits", "mixed-4-2", NULL));
  g_assert_true (sal_recipe_set (&fixture->recipe, "quantizer", "lsq", NULL));

  g_autoptr (GBytes) expected = train_with_change (fixture, FALSE, &through);
  g_autoptr (GBytes) weights = train_with_change (fixture, TRUE, &paused);

  g_assert_true (g_bytes_equal (weights, expected));
  assert_events (fixture, through, "3 W2 A3");
  assert_events (fixture, paused, "3 W2 A3");
  assert_recipe_bits (fixture, paused, 2, "W2/A3");
}

/* Two changes at one step, and a checkpoint between them. */
static void
a_change_after_the_checkpoint_is_forgotten (TrainingFixture *fixture,
                                            gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);

  training_fixture_train_to (training, 2);
  g_assert_true (sal_training_set_bits (training, 3, 3, &error));
  g_assert_true (sal_training_save (training, &error));
  g_assert_true (sal_training_set_bits (training, 2, 2, &error));
  training_fixture_train_to (training, 3);
  assert_events (fixture, run, "2 W3 A3, 2 W2 A2");
  assert_recipe_bits (fixture, run, 2, "2-bit");
  g_clear_pointer (&training, sal_training_free);

  training = training_fixture_resume (fixture, run);
  g_assert_cmpint (sal_training_get_step (training), ==, 2);
  assert_events (fixture, run, "2 W3 A3");
  assert_recipe_bits (fixture, run, 3, "3-bit");
}

static void
bits_are_refused_without_pact (TrainingFixture *fixture,
                               gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  fixture->recipe.mode = SAL_MODE_SGT;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  g_assert_false (sal_training_set_bits (training, 4, 4, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
}

/* ---- trouble ------------------------------------------------------------------------- */

static void
divergence_is_a_state_of_the_run (TrainingFixture *fixture,
                                  gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  SalTrainingResult result = SAL_TRAINING_STEPPED;

  fixture->recipe.mode = SAL_MODE_BASELINE;
  fixture->recipe.learning_rate = 100;
  fixture->recipe.momentum = 0.999;
  fixture->recipe.schedule = NN_SCHEDULE_CONSTANT;
  fixture->recipe.epochs = 100;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  while (result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED)
    result = sal_training_step (training, &error);
  g_test_message ("step %d: %s", (int) sal_training_get_step (training), error->message);
  g_assert_cmpint (result, ==, SAL_TRAINING_DIVERGED);
  g_assert_nonnull (error);
  assert_state (fixture, sal_training_get_run (training), SAL_RUN_DIVERGED);

  g_clear_error (&error);
  g_assert_cmpint (sal_training_step (training, &error), ==, SAL_TRAINING_DIVERGED);
  g_assert_nonnull (error);
}

/* Learns nothing for an epoch of 48 steps. */
static const char *
warning_of_idle_epoch (TrainingFixture *fixture,
                       SalTraining    **training)
{
  fixture->recipe.learning_rate = 1e-8;
  fixture->recipe.batch = 2;
  *training = training_fixture_start (fixture);
  training_fixture_train_to (*training, 49);
  return sal_training_get_warning (*training);
}

static void
a_network_that_stays_at_chance_is_told_so (TrainingFixture *fixture,
                                           gconstpointer    data)
{
  g_autoptr (SalTraining) training = NULL;
  const char *warning = warning_of_idle_epoch (fixture, &training);

  g_assert_nonnull (warning);
  g_test_message ("%s", warning);
  g_assert_nonnull (strstr (warning, "near chance (25.0 %)"));
  g_assert_nonnull (strstr (warning, "learning rate"));
}

static void
an_amplitude_of_one_is_named_as_the_cause (TrainingFixture *fixture,
                                           gconstpointer    data)
{
  g_autoptr (SalTraining) training = NULL;

  g_assert_true (sal_recipe_set (&fixture->recipe, "amplitude", "one", NULL));

  const char *warning = warning_of_idle_epoch (fixture, &training);

  g_assert_nonnull (warning);
  g_assert_nonnull (strstr (warning, "amplitude"));
}

/* ---- test ---------------------------------------------------------------------------- */

/* The accuracy of the file on the test images, measured apart. */
static double
accuracy_of_file (TrainingFixture *fixture,
                  const char      *path,
                  SalModelInfo    *info)
{
  const NnImages *test = sal_dataset_get_test (fixture->dataset);
  NnError nn_error;
  NnModel *model = sal_model_file_load (path, info, NULL);
  NnExec *exec = nn_exec_new (model, fixture->pool, NN_EXEC_INFERENCE, 7, &nn_error);

  nn_exec_prepare (exec);

  NnEval eval = nn_eval_begin (exec, test, NULL, test->count, NULL);

  while (nn_eval_step (&eval, 7))
    continue;
  nn_exec_free (exec);
  nn_model_free (model);
  return (double) eval.correct / (double) eval.total;
}

static void
the_test_accuracy_is_that_of_the_best_model (TrainingFixture *fixture,
                                             gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  double accuracy = NAN;
  SalModelInfo info;

  training_fixture_finish (training);
  g_assert_true (sal_training_measure_test (training, &accuracy, &error));
  g_assert_no_error (error);

  g_autofree char *path = training_fixture_file (fixture, sal_training_get_run (training),
                                                 "model.safetensors");
  g_autoptr (SalRun) run = sal_run_store_get (fixture->store, sal_training_get_run (training),
                                              NULL);

  g_assert_cmpfloat (accuracy_of_file (fixture, path, &info), ==, accuracy);
  g_assert_cmpfloat (info.test_accuracy, ==, accuracy);
  g_assert_cmpfloat (run->test_accuracy, ==, accuracy);
  g_assert_cmpfloat (run->seconds, >, 0);
  sal_model_info_clear (&info);
}

static void
a_small_network_learns_the_glyphs (TrainingFixture *fixture,
                                   gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) glyphs = sal_dataset_open ("glyphs", NULL, &error);
  double accuracy = 0;

  sal_recipe_init (&fixture->recipe);
  sal_recipe_apply_preset (&fixture->recipe, "quick", NULL);
  fixture->recipe.epochs = 1;

  g_autoptr (SalTraining) training = sal_training_new (fixture->store, glyphs, &fixture->recipe,
                                                       fixture->pool, &error);

  g_assert_no_error (error);
  training_fixture_finish (training);
  g_assert_true (sal_training_measure_test (training, &accuracy, &error));
  g_assert_cmpfloat (accuracy, >, 0.8);
  g_assert_null (sal_training_get_warning (training));
}

static void
rate_and_time_left_are_told (TrainingFixture *fixture,
                             gconstpointer    data)
{
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_train_to (training, 3);
  g_assert_cmpfloat (sal_training_get_rate (training), >, 0);
  g_assert_cmpfloat (sal_training_get_seconds_left (training), >, 0);
  g_assert_cmpfloat_with_epsilon (sal_training_get_epoch (training), 0.6, 1e-9);
  training_fixture_finish (training);
  g_assert_cmpfloat (sal_training_get_seconds_left (training), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  training_fixture_add ("/training/record/rows", every_step_has_a_row);
  training_fixture_add ("/training/record/learning-rate", the_learning_rate_follows_its_schedule);
  training_fixture_add ("/training/record/alphas", every_clipping_level_is_recorded);
  training_fixture_add ("/training/record/store", the_store_has_what_the_run_has);
  training_fixture_add ("/training/record/modes", modes_without_pact_or_sgt_say_so_in_their_rows);
  training_fixture_add ("/training/files/best", the_best_epoch_is_the_model);
  training_fixture_add ("/training/files/no-validation",
                        without_validation_the_last_epoch_is_the_model);
  training_fixture_add ("/training/files/no-store", without_a_store_nothing_is_written);
  training_fixture_add ("/training/files/unwritable", a_file_that_cannot_be_written_fails_the_run);
  training_fixture_add ("/training/same-bits/threads", the_number_of_threads_does_not_matter);
  training_fixture_add ("/training/same-bits/pause", a_pause_anywhere_changes_nothing);
  training_fixture_add ("/training/pause-average",
                        a_pause_anywhere_changes_nothing_that_is_averaged);
  training_fixture_add ("/training/same-bits/lsq",
                        learned_steps_and_measured_levels_resume_exactly);
  training_fixture_add ("/training/same-bits/go-on", a_pause_without_reloading_changes_nothing);
  training_fixture_add ("/training/same-bits/interrupted",
                        what_was_trained_after_the_checkpoint_is_trained_again);
  training_fixture_add ("/training/same-bits/no-checkpoint",
                        a_run_killed_before_its_first_checkpoint_begins_anew);
  training_fixture_add ("/training/same-bits/within-an-epoch",
                        a_checkpoint_within_an_epoch_keeps_its_steps);
  training_fixture_add ("/training/same-bits/killed", a_killed_process_costs_nothing_but_time);
  training_fixture_add ("/training/same-bits/modes", modes_start_from_the_same_weights);
  training_fixture_add ("/training/whitening/data",
                        whitened_filters_come_from_the_data_and_are_not_trained);
  training_fixture_add ("/training/whitening/resumed", a_resumed_run_keeps_its_whitened_filters);
  training_fixture_add ("/training/resume/other-data", other_data_is_refused);
  training_fixture_add ("/training/resume/busy", a_run_that_is_trained_is_not_resumed);
  training_fixture_add ("/training/resume/missing", a_missing_run_or_checkpoint_is_named);
  training_fixture_add ("/training/resume/not-a-checkpoint", a_model_file_is_no_checkpoint);
  training_fixture_add ("/training/resume/finished", a_finished_run_opens_with_nothing_to_do);
  training_fixture_add ("/training/bits/change", bits_change_in_mid_run_and_stay);
  training_fixture_add ("/training/bits/part-of-the-run", a_change_of_bits_is_part_of_the_run);
  training_fixture_add ("/training/bits/forgotten", a_change_after_the_checkpoint_is_forgotten);
  training_fixture_add ("/training/bits/refused", bits_are_refused_without_pact);
  training_fixture_add ("/training/trouble/divergence", divergence_is_a_state_of_the_run);
  training_fixture_add ("/training/trouble/chance", a_network_that_stays_at_chance_is_told_so);
  training_fixture_add ("/training/trouble/amplitude", an_amplitude_of_one_is_named_as_the_cause);
  training_fixture_add ("/training/test/best", the_test_accuracy_is_that_of_the_best_model);
  training_fixture_add ("/training/test/learns", a_small_network_learns_the_glyphs);
  training_fixture_add ("/training/progress", rate_and_time_left_are_told);
  g_test_add_func ("/training/same-bits/killed/subprocess", train_and_be_killed);
  return g_test_run ();
}
