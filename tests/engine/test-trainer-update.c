/* test-trainer-update.c - clipping, decay by kind and the moving average
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "trainer-fixture.h"

enum { BATCH = 20 };

/* A step without momentum and decay: w changes by rate x gradient. */
static NnTrainSettings
plain_settings (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  settings.weight_decay = settings.alpha_decay = 0;
  settings.optimizer_values.value[0] = 0;
  return settings;
}

static Training *
start (const NnTrainSettings *settings)
{
  NnModel *model = fixture_model (training_small_network, 1);

  fixture_set_alphas (model, 1);
  return training_new_with_model (model, settings, 2);
}

static double
gradient_norm (Training *training)
{
  const float *gradient = nn_trainer_gradient (training->trainer);
  double sum = 0;

  for (gsize i = 0; i < nn_model_arena_count (training->model); i++)
    sum += (double) gradient[i] * (double) gradient[i];
  return sqrt (sum);
}

static void
test_a_long_gradient_is_cut_to_the_norm_in_its_direction (void)
{
  NnTrainSettings settings = plain_settings ();
  g_autoptr (Training) free_one = start (&settings);
  g_autoptr (Training) clipped = NULL;

  training_step (free_one, BATCH, 0.1);

  const double norm = gradient_norm (free_one);

  settings.clip_norm = norm / 4;
  clipped = start (&settings);
  training_step (clipped, BATCH, 0.1);
  g_assert_cmpfloat_with_epsilon (gradient_norm (clipped), norm / 4, 1e-6 * norm);
  for (gsize i = 0; i < nn_model_arena_count (clipped->model); i++)
    g_assert_cmpfloat_with_epsilon (4 * nn_trainer_gradient (clipped->trainer)[i],
                                    nn_trainer_gradient (free_one->trainer)[i], 1e-5 * norm);
}

/* One step of SGD: w -= rate (g + decay w); biases of batch norm alone are
 * moved further, and decay by as much as before. */
static void
test_biases_of_batch_norm_have_a_rate_of_their_own (void)
{
  const char *text = "input channels=1 height=6 width=6\n"
                     "conv2d a out=2\n"
                     "batch-norm n\n"
                     "flatten flat\n"
                     "linear fc out=4\n";
  NnTrainSettings settings = plain_settings ();
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (Pictures) pictures = fixture_pictures ((NnShape) { 1, 6, 6 }, 8, 4);
  g_autoptr (NnModel) plain = fixture_model (text, 1);
  g_autoptr (NnModel) fast = fixture_model (text, 1);

  settings.weight_decay = 0.01;
  for (int i = 0; i < 2; i++) {
    NnModel *model = i == 0 ? plain : fast;
    NnStepMetrics metrics;
    NnError error;

    settings.shift_rate = i == 0 ? 1 : 64;

    g_autoptr (NnTrainer) trainer = nn_trainer_new (model, pool, &settings, &error);

    g_assert_cmpint (nn_trainer_step (trainer, &pictures->images, NULL, 8, 0.01, &metrics, &error),
                     ==, NN_OK);
  }
  for (gsize i = 0; i < nn_model_tensor_count (plain); i++) {
    const NnTensor one = nn_model_tensor (plain, i);
    const NnTensor other = nn_model_tensor (fast, i);
    const gboolean shifts = g_str_equal (one.name, "n.bias");

    for (gsize j = 0; j < one.count; j++)
      g_assert_cmpfloat_with_epsilon ((double) other.value[j],
                                      (double) one.value[j] * (shifts ? 64 : 1), 1e-5);
  }
}

static void
test_a_short_gradient_is_left_alone (void)
{
  NnTrainSettings settings = plain_settings ();
  g_autoptr (Training) expected = start (&settings);
  g_autoptr (Training) found = NULL;

  settings.clip_norm = 1e5;
  found = start (&settings);
  for (int i = 0; i < 3; i++) {
    training_step (expected, BATCH, 0.1);
    training_step (found, BATCH, 0.1);
  }
  training_check_same ("clipping", found, expected);
}

/* With a learning rate and decay, and a gradient that is known, biases tell
 * whether they decayed. */
static void
test_decay_of_weights_only_leaves_biases_alone (void)
{
  NnTrainSettings settings = plain_settings ();

  settings.weight_decay = 0.5;
  settings.decay_scope = NN_DECAY_WEIGHTS;

  g_autoptr (Training) training = start (&settings);
  g_autoptr (NnModel) before = nn_model_copy (training->model, NULL);

  training_step (training, BATCH, 0.1);
  for (gsize t = 0; t < nn_model_tensor_count (before); t++) {
    const NnTensor old = nn_model_tensor (before, t);
    const NnTensor new = nn_model_tensor (training->model, t);
    const float *gradient = nn_trainer_gradient (training->trainer) +
                            (old.value - nn_model_parameters (before));
    const double decay = old.role == NN_TENSOR_WEIGHT ? 0.5 : 0;

    for (gsize i = 0; i < old.count; i++)
      g_assert_cmpfloat_with_epsilon (
        new.value[i], old.value[i] - 0.1 * (gradient[i] + decay * old.value[i]), 1e-6);
  }
}

static void
test_the_average_follows_its_formula (void)
{
  NnTrainSettings settings = plain_settings ();

  settings.average_decay = 0.25;

  g_autoptr (Training) training = start (&settings);
  const gsize n = nn_model_arena_count (training->model);
  const float *weights = nn_model_parameters (training->model);
  g_autofree double *expected = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    expected[i] = weights[i];
  for (int t = 1; t <= 6; t++) {
    const double d = MIN (0.25, t / (9.0 + t));

    training_step (training, BATCH, 0.1);
    for (gsize i = 0; i < n; i++) {
      expected[i] = d * expected[i] + (1 - d) * (double) weights[i];
      g_assert_cmpfloat_with_epsilon (nn_trainer_average (training->trainer)[i], expected[i],
                                      1e-6);
    }
  }
}

static void
test_the_average_does_not_touch_the_training (void)
{
  NnTrainSettings settings = plain_settings ();
  g_autoptr (Training) expected = start (&settings);
  g_autoptr (Training) found = NULL;

  settings.average_decay = 0.9;
  found = start (&settings);
  for (int i = 0; i < 3; i++) {
    training_step (expected, BATCH, 0.1);
    training_step (found, BATCH, 0.1);
  }
  training_check_same ("averaging", found, expected);
  g_assert_null (nn_trainer_average (expected->trainer));
}

static void
check_refused (const NnTrainSettings *settings,
               const char            *what)
{
  NnModel *model = fixture_model (training_small_network, 1);
  NnPool *pool = fixture_pool (1);
  NnError error;

  g_assert_null (nn_trainer_new (model, pool, settings, &error));
  g_assert_cmpint (error.status, ==, NN_ERROR_RANGE);
  g_assert_nonnull (strstr (error.message, what));
  nn_pool_free (pool);
  nn_model_free (model);
}

static void
test_settings_out_of_range_are_refused_by_name (void)
{
  NnTrainSettings settings = plain_settings ();

  settings.clip_norm = -1;
  check_refused (&settings, "longest gradient");
  settings = plain_settings ();
  settings.clip_norm = NAN;
  check_refused (&settings, "longest gradient");
  settings = plain_settings ();
  settings.average_decay = 1;
  check_refused (&settings, "moving average");
  settings = plain_settings ();
  settings.augment.translate = 8;
  check_refused (&settings, "translated by 0 to 7");
}

static void
test_varied_images_train_the_same_bits_on_any_number_of_threads (void)
{
  for (int mode = 0; mode < N_TRAINING_MODES; mode++) {
    NnTrainSettings settings = training_settings (&training_modes[mode]);

    settings.augment = (NnAugment) { .flip = NN_FLIP_ALTERNATING, .translate = 1, .cutout = 2 };
    settings.clip_norm = 0.5;
    settings.average_decay = 0.9;
    settings.steps_per_epoch = 2;

    g_autoptr (Training) one =
      training_new_with_model (fixture_model (training_small_network, 1), &settings, 1);
    g_autoptr (Training) three =
      training_new_with_model (fixture_model (training_small_network, 1), &settings, 3);

    for (int i = 0; i < 5; i++) {
      training_step (one, BATCH, 0.1);
      training_step (three, BATCH, 0.1);
    }
    training_check_same (training_modes[mode].name, three, one);
    fixture_check_same ("average", nn_trainer_average (three->trainer),
                        nn_trainer_average (one->trainer), nn_model_arena_count (one->model));
  }
}

/* SGT masks the image that was trained on, not the one it was made of. */
static void
test_masks_are_made_of_the_varied_image (void)
{
  NnTrainSettings settings = training_settings (&training_modes[1]);
  NnSgtView view;

  settings.augment = (NnAugment) { .translate = 3 };

  g_autoptr (Training) training =
    training_new_with_model (fixture_model (training_small_network, 1), &settings, 2);
  gsize kept = 0;

  training_step (training, BATCH, 0.1);
  for (gsize i = 0; nn_trainer_sgt_view (training->trainer, i, &view); i++)
    for (gsize p = 0; p < 72; p++)
      kept += view.x[p] == view.masked[p];
  g_assert_cmpuint (kept, >=, BATCH * 36);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer-update/norm-biases",
                   test_biases_of_batch_norm_have_a_rate_of_their_own);
  g_test_add_func ("/trainer-update/clip/long",
                   test_a_long_gradient_is_cut_to_the_norm_in_its_direction);
  g_test_add_func ("/trainer-update/clip/short", test_a_short_gradient_is_left_alone);
  g_test_add_func ("/trainer-update/decay", test_decay_of_weights_only_leaves_biases_alone);
  g_test_add_func ("/trainer-update/average/formula", test_the_average_follows_its_formula);
  g_test_add_func ("/trainer-update/average/apart",
                   test_the_average_does_not_touch_the_training);
  g_test_add_func ("/trainer-update/refused", test_settings_out_of_range_are_refused_by_name);
  g_test_add_func ("/trainer-update/threads",
                   test_varied_images_train_the_same_bits_on_any_number_of_threads);
  g_test_add_func ("/trainer-update/masks", test_masks_are_made_of_the_varied_image);
  return g_test_run ();
}
