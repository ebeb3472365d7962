/* test-sal-training-options.c - averages, early ends and varied images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "sal-error.h"
#include "training-fixture.h"

#define EPOCH TRAINING_STEPS_PER_EPOCH

static void
use_everything (SalRecipe *recipe)
{
  recipe->schedule = NN_SCHEDULE_TRIANGULAR;
  recipe->nesterov = 1;
  recipe->decay_on = NN_DECAY_WEIGHTS;
  recipe->label_smoothing = 0.1;
  recipe->clip_norm = 0.5;
  recipe->flip = NN_FLIP_ALTERNATING;
  recipe->translate = 2;
  recipe->cutout = 5;
  recipe->ema = 0.9;
}

static GBytes *
saved_weights (TrainingFixture *fixture,
               gint64           run)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = training_fixture_file (fixture, run, "model.safetensors");
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);

  GBytes *weights = training_fixture_weights (model);

  nn_model_free (model);
  return weights;
}

/* All tensors: weights, averages, the optimizer's state.  The metadata tell
 * how often a run was resumed. */
static void
assert_same_tensors (TrainingFixture *fixture,
                     gint64           run,
                     gint64           other,
                     const char      *name)
{
  g_autofree char *path = training_fixture_file (fixture, run, name);
  g_autofree char *other_path = training_fixture_file (fixture, other, name);
  g_autoptr (SalSafetensors) found = sal_safetensors_load (path, NULL);
  g_autoptr (SalSafetensors) expected = sal_safetensors_load (other_path, NULL);
  const guint n = sal_safetensors_get_n_tensors (expected);

  g_assert_cmpuint (sal_safetensors_get_n_tensors (found), ==, n);
  for (guint i = 0; i < n; i++) {
    const SalTensor *tensor = sal_safetensors_get_tensor (expected, i);
    const SalTensor *same = sal_safetensors_find (found, tensor->name);

    g_assert_nonnull (same);
    g_assert_cmpmem (same->data, same->n_elements * sizeof (float),
                     tensor->data, tensor->n_elements * sizeof (float));
  }
}

/* Paused in the middle of each epoch and between the last step of one and its
 * validation. */
static void
a_run_with_all_options_resumes_exactly (TrainingFixture *fixture,
                                        gconstpointer    data)
{
  const gint64 pauses[] = { 2, EPOCH, EPOCH + 3 };
  gint64 run = 0;
  gint64 whole = 0;

  use_everything (&fixture->recipe);
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    whole = sal_training_get_run (training);
    training_fixture_finish (training);
  }
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    run = sal_training_get_run (training);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (pauses); i++) {
    g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

    training_fixture_train_to (training, pauses[i]);
    g_assert_true (sal_training_save (training, NULL));
  }

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  training_fixture_finish (training);
  assert_same_tensors (fixture, run, whole, "checkpoint.safetensors");
  assert_same_tensors (fixture, run, whole, "model.safetensors");
}

static void
each_option_changes_the_run (TrainingFixture *fixture,
                             gconstpointer    data)
{
  static const char *const options[][2] = {
    { "schedule", "triangular" }, { "warm-up", "1" }, { "nesterov", "yes" },
    { "decay-on", "weights" }, { "label-smoothing", "0.1" }, { "clip-norm", "0.1" },
    { "flip", "random" }, { "flip", "alternating" }, { "translate", "2" },
    { "crop-padding", "2" }, { "cutout", "5" }, { "final-rate", "0.5" },
  };
  g_autoptr (GBytes) plain = training_fixture_reference (fixture);
  const SalRecipe standard = fixture->recipe;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autoptr (GError) error = NULL;

    fixture->recipe = standard;
    sal_recipe_set (&fixture->recipe, options[i][0], options[i][1], &error);
    g_assert_no_error (error);

    g_autoptr (GBytes) varied = training_fixture_reference (fixture);

    g_test_message ("%s %s", options[i][0], options[i][1]);
    g_assert_false (g_bytes_equal (plain, varied));
  }
}

/* Without validation the last epoch is kept: here its average. */
static void
the_average_is_what_is_kept (TrainingFixture *fixture,
                             gconstpointer    data)
{
  g_autoptr (GBytes) plain = training_fixture_reference (fixture);

  fixture->recipe.ema = 0.9;
  fixture->recipe.validation_share = 0;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);

  const gint64 run = sal_training_get_run (training);
  g_autoptr (GBytes) saved = saved_weights (fixture, run);
  g_autoptr (GBytes) trained = training_fixture_weights (sal_training_get_model (training));
  g_autofree char *checkpoint = training_fixture_file (fixture, run, "checkpoint.safetensors");
  g_autoptr (SalSafetensors) file = sal_safetensors_load (checkpoint, NULL);
  const SalTensor *average = sal_safetensors_find (file, "average");
  const NnTensor first = nn_model_tensor (sal_training_get_model (training), 0);

  g_assert_false (g_bytes_equal (saved, trained));
  g_assert_cmpuint (average->n_elements, ==,
                    nn_model_arena_count (sal_training_get_model (training)));
  g_assert_cmpmem (g_bytes_get_data (saved, NULL), first.count * sizeof (float),
                   average->data, first.count * sizeof (float));
}

/* A learning rate that moves nothing: the first epoch stays the best. */
static void
a_run_without_progress_ends_after_its_patience (TrainingFixture *fixture,
                                                gconstpointer    data)
{
  fixture->recipe.learning_rate = 1e-8;
  fixture->recipe.epochs = 9;
  fixture->recipe.patience = 2;

  gint64 run = 0;
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    run = sal_training_get_run (training);
    g_assert_false (sal_training_stopped_early (training));
    training_fixture_finish (training);
    g_assert_cmpint (sal_training_get_step (training), ==, 3 * EPOCH);
    g_assert_true (sal_training_stopped_early (training));
  }

  g_autoptr (SalRun) row = sal_run_store_get (fixture->store, run, NULL);
  g_autoptr (SalTraining) again = training_fixture_resume (fixture, run);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (row->state, ==, SAL_RUN_FINISHED);
  g_assert_cmpint (sal_training_step (again, &error), ==, SAL_TRAINING_FINISHED);
}

static void
a_run_that_improves_is_not_ended (TrainingFixture *fixture,
                                  gconstpointer    data)
{
  fixture->recipe.patience = 2;

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);
  g_assert_false (sal_training_stopped_early (training));
  g_assert_cmpint (sal_training_get_step (training), ==, 2 * EPOCH);
}

static void
a_run_starts_with_the_weights_of_another (TrainingFixture *fixture,
                                          gconstpointer    data)
{
  gint64 source = 0;
  g_autoptr (GBytes) weights = NULL;

  fixture->recipe.mode = SAL_MODE_BASELINE;
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    training_fixture_finish (training);
    source = sal_training_get_run (training);
    weights = saved_weights (fixture, source);
  }
  g_snprintf (fixture->recipe.from, sizeof fixture->recipe.from, "%" G_GINT64_FORMAT, source);

  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const gint64 run = sal_training_get_run (training);
  g_autoptr (GBytes) started = training_fixture_weights (sal_training_get_model (training));
  g_autofree char *model = training_fixture_file (fixture, source, "model.safetensors");

  g_assert_true (g_bytes_equal (started, weights));
  g_assert_cmpuint (strlen (sal_training_get_recipe (training)->from_hash), ==, 64);
  g_clear_pointer (&training, sal_training_free);

  /* Its first checkpoint has them: the source is no longer needed. */
  g_assert_cmpint (g_unlink (model), ==, 0);
  training = training_fixture_resume (fixture, run);
  training_fixture_finish (training);
}

static void
assert_not_started (TrainingFixture *fixture,
                    const char      *expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_training_new (fixture->store, fixture->dataset, &fixture->recipe,
                                   fixture->pool, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
a_network_without_pact_is_given_measured_clipping_levels (TrainingFixture *fixture,
                                                          gconstpointer    data)
{
  gint64 source = 0;

  fixture->recipe.mode = SAL_MODE_BASELINE;
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    training_fixture_finish (training);
    source = sal_training_get_run (training);
  }
  fixture->recipe.mode = SAL_MODE_PACT;
  g_snprintf (fixture->recipe.from, sizeof fixture->recipe.from, "%" G_GINT64_FORMAT, source);
  g_strlcpy (fixture->recipe.from_hash, "abc", sizeof fixture->recipe.from_hash);
  assert_not_started (fixture, "with the SHA-256 abc");
  fixture->recipe.from_hash[0] = '\0';

  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  const NnModel *model = sal_training_get_model (training);
  gsize alphas = 0;

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (tensor.role != NN_TENSOR_ALPHA)
      continue;
    alphas++;
    g_assert_cmpfloat (*tensor.value, !=, NN_ALPHA_START);
  }
  g_assert_cmpuint (alphas, >, 0);
}

/* A network whose one activation is `kind`. */
static void
set_network (TrainingFixture *fixture,
             const char      *kind)
{
  g_snprintf (fixture->recipe.network, sizeof fixture->recipe.network,
              "conv2d conv out=4 stride=4\n%s act\nflatten flat\nlinear fc out=classes\n", kind);
}

static void
pact_takes_the_place_of_any_activation (TrainingFixture *fixture,
                                        gconstpointer    data)
{
  gint64 source = 0;

  fixture->recipe.mode = SAL_MODE_BASELINE;
  set_network (fixture, "gelu");
  {
    g_autoptr (SalTraining) training = training_fixture_start (fixture);

    training_fixture_finish (training);
    source = sal_training_get_run (training);
  }
  g_snprintf (fixture->recipe.from, sizeof fixture->recipe.from, "%" G_GINT64_FORMAT, source);
  set_network (fixture, "relu");
  assert_not_started (fixture, "line 3 is “gelu act” instead of “relu act”");

  fixture->recipe.mode = SAL_MODE_PACT;
  set_network (fixture, "pact");

  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_finish (training);
}

static void
another_network_to_start_from_is_refused (TrainingFixture *fixture,
                                          gconstpointer    data)
{
  g_strlcpy (fixture->recipe.from, "demo:baseline", sizeof fixture->recipe.from);
  assert_not_started (fixture, "found another in demo:baseline; line");
  g_strlcpy (fixture->recipe.from, "/nowhere/at/all", sizeof fixture->recipe.from);
  assert_not_started (fixture, "/nowhere/at/all");
  g_strlcpy (fixture->recipe.from, "987654", sizeof fixture->recipe.from);
  assert_not_started (fixture, "987654");

  /* A run that was stopped in its first epoch. */
  fixture->recipe.from[0] = '\0';

  SalTraining *training = training_fixture_start (fixture);

  training_fixture_train_to (training, 1);
  g_snprintf (fixture->recipe.from, sizeof fixture->recipe.from, "%" G_GINT64_FORMAT,
              sal_training_get_run (training));
  sal_training_free (training);
  assert_not_started (fixture, "model.safetensors, found none");
}

static void
images_that_are_too_small_for_an_option_are_named (TrainingFixture *fixture,
                                                   gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  fixture->recipe.cutout = 28;
  g_assert_null (sal_training_new (fixture->store, fixture->dataset, &fixture->recipe,
                                   fixture->pool, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "28 x 28"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  training_fixture_add ("/training-options/resume", a_run_with_all_options_resumes_exactly);
  training_fixture_add ("/training-options/each", each_option_changes_the_run);
  training_fixture_add ("/training-options/average", the_average_is_what_is_kept);
  training_fixture_add ("/training-options/patience/ends",
                        a_run_without_progress_ends_after_its_patience);
  training_fixture_add ("/training-options/patience/goes-on", a_run_that_improves_is_not_ended);
  training_fixture_add ("/training-options/from/weights", a_run_starts_with_the_weights_of_another);
  training_fixture_add ("/training-options/from/alphas",
                        a_network_without_pact_is_given_measured_clipping_levels);
  training_fixture_add ("/training-options/from/activations",
                        pact_takes_the_place_of_any_activation);
  training_fixture_add ("/training-options/from/refused", another_network_to_start_from_is_refused);
  training_fixture_add ("/training-options/too-small",
                        images_that_are_too_small_for_an_option_are_named);
  return g_test_run ();
}
