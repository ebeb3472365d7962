/* test-trainer-course.c - training learns, diverges and refuses as it should
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "trainer-fixture.h"

enum { BATCH = 20 };

static Training *
small_training (const NnTrainSettings *settings,
                int                    bits)
{
  NnModel *model = fixture_model (training_small_network, 1);

  fixture_set_bits (model, bits, bits);
  fixture_set_alphas (model, 1);
  return training_new_with_model (model, settings, 2);
}

/* Some steps must bring the cross entropy well below where it began. */
static void
check_learns (const char            *what,
              const NnTrainSettings *settings,
              int                    bits,
              double                 learning_rate,
              int                    steps)
{
  enum { LAST = 5 };
  g_autoptr (Training) training = small_training (settings, bits);
  double first = 0;
  double last = 0;

  for (int step = 0; step < steps; step++) {
    const double ce = training_step (training, BATCH, learning_rate).ce;

    first = step == 0 ? ce : first;
    last += step >= steps - LAST ? ce / LAST : 0;
  }
  if (!(last < 0.5 * first))
    g_error ("%s: the cross entropy went from %g to %g", what, first, last);
}

static void
test_every_mode_learns (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    const NnTrainSettings settings = training_settings (&training_modes[m]);

    check_learns (training_modes[m].name, &settings, training_modes[m].bits, 0.05, 50);
  }
}

static void
test_every_optimizer_learns (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++) {
    const NnOptimizer *optimizer = nn_optimizer (i);
    NnTrainSettings settings = training_settings (&training_modes[3]);

    settings.optimizer = optimizer;
    settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);
    check_learns (optimizer->name, &settings, 4, optimizer->learning_rate, 100);
  }
}

static void
test_every_ranking_fill_and_target_learns (void)
{
  for (int ranking = 0; nn_ranking_name ((NnRanking) ranking) != NULL; ranking++)
    for (int fill = 0; nn_fill_name ((NnFill) fill) != NULL; fill++)
      for (int target = 0; nn_saliency_target_name ((NnSaliencyTarget) target) != NULL; target++) {
        NnTrainSettings settings = training_settings (&training_modes[1]);

        settings.ranking = (NnRanking) ranking;
        settings.fill = (NnFill) fill;
        settings.target = (NnSaliencyTarget) target;
        check_learns (nn_fill_name ((NnFill) fill), &settings, NN_BITS_OFF, 0.05, 40);
      }
}

static void
test_every_weight_quantizer_learns_at_4_bits (void)
{
  for (gsize i = 0; nn_weight_quantizer (i) != NULL; i++) {
    const NnWeightQuantizer *quantizer = nn_weight_quantizer (i);
    const NnTrainSettings settings = training_settings (&training_modes[2]);
    g_autoptr (Training) training = small_training (&settings, 4);
    double first = 0;
    double ce = 0;

    nn_model_set_quantizer (training->model, quantizer,
                            nn_param_defaults (quantizer->params, quantizer->n_params));
    for (int step = 0; step < 60; step++) {
      ce = training_step (training, BATCH, 0.05).ce;
      first = step == 0 ? ce : first;
    }
    g_assert_cmpfloat (ce, <, 0.5 * first);
  }
}

/* Training by LSQ at 4 bits with steps to learn. */
static Training *
learned_steps_training (const NnTrainSettings *settings)
{
  g_autoptr (NnModel) model = fixture_model (training_small_network, 1);
  NnError error;

  fixture_set_alphas (model, 1);
  fixture_set_bits (model, 4, 4);
  nn_model_set_quantizer (model, nn_weight_quantizer_find ("lsq"), (NnParamValues) { { 0 } });
  return training_new_with_model (nn_model_copy_with_steps (model, &error), settings, 2);
}

static void
test_learned_steps_move_and_the_network_learns (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);
  g_autoptr (Training) training = learned_steps_training (&settings);
  const NnModel *model = training->model;
  const double first = training_step (training, BATCH, 0.05).ce;
  NnError error;
  g_autoptr (NnModel) early = nn_model_copy (model, &error);
  double ce = first;

  for (int step = 0; step < 60; step++)
    ce = training_step (training, BATCH, 0.05).ce;
  g_assert_cmpfloat (ce, <, 0.5 * first);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor now = nn_model_tensor (model, i);

    if (now.role != NN_TENSOR_STEP)
      continue;
    g_assert_cmpfloat (fabsf (now.value[0] / nn_model_tensor (early, i).value[0] - 1), >, 1e-3f);
    g_assert_cmpfloat (nn_model_weights (model, (gsize) now.layer).step, ==, now.value[0]);
  }
}

/* Steps that belong to other bits, or are still to be measured, do not enter the
 * moving average: it starts from those that the first step settles. */
static void
test_the_average_of_learned_steps_starts_from_settled_ones (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  settings.average_decay = 0.5;

  g_autoptr (Training) training = learned_steps_training (&settings);
  NnModel *model = training->model;
  float settled[32];
  gsize n_steps = 0;

  fixture_set_bits (model, 3, 3);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (nn_model_tensor (model, i).role == NN_TENSOR_STEP)
      settled[i] = nn_model_step (model, (gsize) nn_model_tensor (model, i).layer);
  training_step (training, BATCH, 0.05);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor now = nn_model_tensor (model, i);

    if (now.role != NN_TENSOR_STEP)
      continue;
    n_steps++;
    g_assert_cmpfloat_with_epsilon (
      nn_trainer_average (training->trainer)[now.value - nn_model_parameters (model)],
      0.1f * settled[i] + 0.9f * now.value[0], 1e-6f);
  }
  g_assert_cmpuint (n_steps, >, 0);
}

static void
test_learned_steps_stay_positive_whatever_the_learning_rate (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  for (double rate = 1; rate < 1e5; rate *= 10) {
    g_autoptr (Training) training = learned_steps_training (&settings);
    NnStepMetrics metrics;
    NnError error;

    for (int step = 0; step < 5; step++)
      if (training_try_step (training, BATCH, rate, &metrics, &error) != NN_OK)
        break;
    for (gsize i = 0; i < nn_model_tensor_count (training->model); i++)
      if (nn_model_tensor (training->model, i).role == NN_TENSOR_STEP)
        g_assert_cmpfloat (nn_model_tensor (training->model, i).value[0], >=, NN_STEP_MINIMUM);
  }
}

static void
test_dropout_trains_and_leaves_evaluation_alone (void)
{
  const char *text = "input channels=1 height=9 width=8\n"
                     "flatten flat\n"
                     "linear fc1 out=40\n"
                     "dropout drop1\n"
                     "pact act\n"
                     "dropout drop2 rate=0.2\n"
                     "linear fc2 out=4\n";

  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    const NnTrainSettings settings = training_settings (&training_modes[m]);
    NnModel *model = fixture_model (text, 1);

    fixture_set_bits (model, training_modes[m].bits, training_modes[m].bits);
    fixture_set_alphas (model, 1);

    g_autoptr (Training) training = training_new_with_model (model, &settings, 2);
    gsize correct = 0;

    for (int step = 0; step < 60; step++)
      correct = training_step (training, BATCH, 0.05).correct;
    g_assert_cmpuint (correct, >=, BATCH * 3 / 4);
  }
}

static float
alpha_of (const NnModel *model,
          const char    *name)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (strcmp (nn_model_tensor (model, i).name, name) == 0)
      return nn_model_tensor (model, i).value[0];
  g_error ("no tensor is called %s", name);
}

static void
test_alpha_moves_by_its_gradient (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  settings.alpha_decay = 0;

  g_autoptr (Training) training = small_training (&settings, 4);

  for (int step = 0; step < 20; step++)
    training_step (training, BATCH, 0.05);
  g_assert_cmpfloat (fabsf (alpha_of (training->model, "act1.alpha") - 1), >, 0.02f);
  g_assert_cmpfloat (fabsf (alpha_of (training->model, "act2.alpha") - 1), >, 0.02f);
}

static void
test_alpha_shrinks_by_its_decay_where_nothing_is_clipped (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  settings.alpha_decay = 1e-2;

  g_autoptr (Training) training = small_training (&settings, NN_BITS_CLIP);

  fixture_set_alphas (training->model, 1000);
  training_step (training, BATCH, 0.05);
  g_assert_cmpfloat_with_epsilon (alpha_of (training->model, "act1.alpha"),
                                  1000.0 * (1 - 0.05 * 1e-2), 1e-2);
}

static void
check_alphas_positive (const NnModel *model)
{
  g_assert_cmpfloat (alpha_of (model, "act1.alpha"), >=, NN_ALPHA_MINIMUM);
  g_assert_cmpfloat (alpha_of (model, "act2.alpha"), >=, NN_ALPHA_MINIMUM);
}

static void
test_alpha_stays_positive_whatever_the_learning_rate (void)
{
  const double rates[] = { 1, 100, 1e6, 1e20, 1e38 };

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++) {
    const NnTrainSettings settings = training_settings (&training_modes[3]);
    g_autoptr (Training) training = small_training (&settings, 4);
    NnStepMetrics metrics;

    for (int step = 0; step < 20; step++) {
      const NnStatus status = training_try_step (training, BATCH, rates[i], &metrics, NULL);

      g_assert_true (status == NN_OK || status == NN_ERROR_DIVERGED);
      check_alphas_positive (training->model);
    }
  }
}

static void
test_alpha_stops_at_its_minimum (void)
{
  NnTrainSettings settings = training_settings (&training_modes[2]);

  settings.alpha_decay = 10;

  g_autoptr (Training) training = small_training (&settings, 4);

  training_step (training, BATCH, 0.2);
  g_assert_cmpfloat (alpha_of (training->model, "act1.alpha"), ==, NN_ALPHA_MINIMUM);
}

/* What must survive a step that failed. */
typedef struct
{
  float  *weights;
  float  *slots[NN_OPTIMIZER_MAX_SLOTS];
  guint64 steps;
} State;

static State
save_state (Training *training)
{
  const gsize bytes = sizeof (float) * nn_model_arena_count (training->model);
  State state = { .steps = nn_trainer_steps (training->trainer) };

  state.weights = g_memdup2 (nn_model_parameters (training->model), bytes);
  for (int s = 0; nn_trainer_slot (training->trainer, s) != NULL; s++)
    state.slots[s] = g_memdup2 (nn_trainer_slot (training->trainer, s), bytes);
  return state;
}

/* Checks that nothing changed, and frees what was saved. */
static void
check_state (Training *training,
             State     state)
{
  const gsize n = nn_model_arena_count (training->model);

  g_assert_cmpuint (nn_trainer_steps (training->trainer), ==, state.steps);
  fixture_check_same ("weights", nn_model_parameters (training->model), state.weights, n);
  g_free (state.weights);
  for (int s = 0; nn_trainer_slot (training->trainer, s) != NULL; s++) {
    fixture_check_same ("slot", nn_trainer_slot (training->trainer, s), state.slots[s], n);
    g_free (state.slots[s]);
  }
}

static void
check_step_refused (Training *training,
                    double    learning_rate,
                    NnStatus  status)
{
  const State state = save_state (training);
  NnStepMetrics metrics;
  NnError error = { NN_OK, "" };

  g_assert_cmpint (training_try_step (training, BATCH, learning_rate, &metrics, &error), ==,
                   status);
  g_assert_cmpint (error.status, ==, status);
  g_assert_cmpint (error.message[0], !=, '\0');
  g_assert_cmpint (training_try_step (training, BATCH, learning_rate, &metrics, NULL), ==, status);
  check_state (training, state);
}

static void
test_images_that_are_not_numbers_change_nothing (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    const NnTrainSettings settings = training_settings (&training_modes[m]);
    g_autoptr (Training) training = small_training (&settings, training_modes[m].bits);

    training_step (training, BATCH, 0.05);
    training->pictures->images.mean[0] = NAN;
    check_step_refused (training, 0.05, NN_ERROR_DIVERGED);
    training->pictures->images.mean[0] = 0.3f;
    training->pictures->images.std[0] = 1e-45f;
    check_step_refused (training, 0.05, NN_ERROR_DIVERGED);
    training->pictures->images.std[0] = 0.3f;
    training_step (training, BATCH, 0.05);
  }
}

/* Inputs of 1e11 behind weights of 1e-38 and 1e30: the logits are numbers,
 * their gradient is not. */
static void
test_gradients_that_are_not_numbers_change_nothing (void)
{
  const char *text = "input channels=1 height=9 width=8\n"
                     "flatten flat\n"
                     "linear tiny out=2\n"
                     "linear huge out=4\n";
  const NnTrainSettings settings = training_settings (&training_modes[0]);
  NnModel *model = fixture_model (text, 1);
  const NnTensor tiny = nn_model_tensor (model, 0);
  const NnTensor huge = nn_model_tensor (model, 2);

  for (gsize i = 0; i < tiny.count; i++)
    tiny.value[i] = 1e-38f;
  for (gsize i = 0; i < huge.count; i++)
    huge.value[i] = i < 2 ? 1e30f : -1e30f;

  g_autoptr (Training) training = training_new_with_model (model, &settings, 2);
  NnStepMetrics metrics;
  NnError error;

  training->pictures->images.std[0] = 1e-12f;
  check_step_refused (training, 0.05, NN_ERROR_DIVERGED);
  g_assert_cmpint (training_try_step (training, BATCH, 0.05, &metrics, &error), ==,
                   NN_ERROR_DIVERGED);
  g_assert_true (isfinite (metrics.loss));
  g_assert_nonnull (strstr (error.message, "gradient"));
}

/* With so large a rate the weights are lost in one step or a few; the step
 * that finds out must not make it worse, and a good model trains on. */
static void
check_divergence (const TrainingMode *mode,
                  double              learning_rate)
{
  const NnTrainSettings settings = training_settings (mode);
  g_autoptr (Training) training = small_training (&settings, mode->bits);
  NnError error;
  g_autoptr (NnModel) good = nn_model_copy (training->model, &error);
  NnStepMetrics metrics;
  NnStatus status = NN_OK;

  for (int step = 0; step < 200 && status == NN_OK; step++) {
    const State state = save_state (training);

    status = training_try_step (training, BATCH, learning_rate, &metrics, &error);
    if (status != NN_OK) {
      check_state (training, state);
      continue;
    }
    g_free (state.weights);
    for (int s = 0; s < NN_OPTIMIZER_MAX_SLOTS; s++)
      g_free (state.slots[s]);
  }
  g_assert_cmpint (status, ==, NN_ERROR_DIVERGED);
  g_assert_nonnull (strstr (error.message, "not finite"));
  nn_model_assign (training->model, good);
  training_restart (training, &settings);
  training_step (training, BATCH, 0.05);
}

static void
test_divergence_is_noticed_and_leaves_the_model_of_the_step_before (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    check_divergence (&training_modes[m], 1e30);
    check_divergence (&training_modes[m], 1e38);
  }
}

static void
test_learning_rates_that_are_no_rates_are_refused (void)
{
  const double rates[] = { -1e-3, NAN, INFINITY, -INFINITY };
  const NnTrainSettings settings = training_settings (&training_modes[0]);
  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    check_step_refused (training, rates[i], NN_ERROR_RANGE);
}

static void
test_images_of_another_shape_or_with_more_classes_are_refused (void)
{
  const NnTrainSettings settings = training_settings (&training_modes[1]);
  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);
  NnImages *images = &training->pictures->images;

  images->height = 8;
  images->width = 9;
  check_step_refused (training, 0.05, NN_ERROR_SHAPE);
  images->height = 9;
  images->width = 8;
  images->classes = 5;
  check_step_refused (training, 0.05, NN_ERROR_SHAPE);
  images->classes = 4;
  training_step (training, BATCH, 0.05);
}

static void
test_a_learning_rate_of_zero_changes_no_weight (void)
{
  const NnTrainSettings settings = training_settings (&training_modes[0]);
  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);
  const State state = save_state (training);

  training_step (training, BATCH, 0);
  fixture_check_same ("weights", nn_model_parameters (training->model), state.weights,
                      nn_model_arena_count (training->model));
  g_free (state.weights);
  g_free (state.slots[0]);
}

static void
check_settings_refused (const NnTrainSettings *settings,
                        const char            *word)
{
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (training_small_network, 1);
  NnError error = { NN_OK, "" };

  g_assert_null (nn_trainer_new (model, pool, settings, NULL));
  g_assert_null (nn_trainer_new (model, pool, settings, &error));
  g_assert_cmpint (error.status, ==, NN_ERROR_RANGE);
  if (strstr (error.message, word) == NULL)
    g_error ("\"%s\" does not say %s", error.message, word);
}

static void
test_batches_out_of_range_are_refused (void)
{
  NnTrainSettings settings = nn_train_settings_default ();

  settings.batch = 0;
  check_settings_refused (&settings, "batch");
  settings.batch = 32769;
  check_settings_refused (&settings, "32769");
}

/* A number among the settings and values it must not have. */
typedef struct
{
  gsize       offset;
  const char *word;
  double      refused[5];
} Setting;

static const Setting numbers[] = {
  { G_STRUCT_OFFSET (NnTrainSettings, masked_share), "masked share",
    { -0.01, 1, 1.5, NAN, INFINITY } },
  { G_STRUCT_OFFSET (NnTrainSettings, kl_weight), "KL",
    { -0.01, -INFINITY, NAN, INFINITY, -1e300 } },
  { G_STRUCT_OFFSET (NnTrainSettings, weight_decay), "decay",
    { -0.01, -INFINITY, NAN, INFINITY, -1e300 } },
  { G_STRUCT_OFFSET (NnTrainSettings, alpha_decay), "decay",
    { -0.01, -INFINITY, NAN, INFINITY, -1e300 } },
  { G_STRUCT_OFFSET (NnTrainSettings, label_smoothing), "smoothing",
    { -0.01, 1, 1.5, NAN, INFINITY } },
};

static void
test_numbers_out_of_range_are_refused_by_name (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    for (gsize v = 0; v < G_N_ELEMENTS (numbers[i].refused); v++) {
      NnTrainSettings settings = nn_train_settings_default ();

      G_STRUCT_MEMBER (double, &settings, numbers[i].offset) = numbers[i].refused[v];
      check_settings_refused (&settings, numbers[i].word);
    }
}

static void
test_parameters_of_the_optimizer_are_refused_by_name (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++) {
    const NnOptimizer *optimizer = nn_optimizer (i);

    for (gsize p = 0; p < optimizer->n_params; p++) {
      const NnParam *param = &optimizer->params[p];
      const double refused[] = { param->minimum - 1, param->maximum + 1, NAN, INFINITY };

      for (gsize v = 0; v < G_N_ELEMENTS (refused); v++) {
        NnTrainSettings settings = nn_train_settings_default ();

        settings.optimizer = optimizer;
        settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);
        settings.optimizer_values.value[p] = refused[v];
        check_settings_refused (&settings, param->name);
      }
    }
  }
}

static void
test_slots_are_those_of_the_optimizer_and_start_at_zero (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++) {
    const NnOptimizer *optimizer = nn_optimizer (i);
    NnTrainSettings settings = training_settings (&training_modes[0]);

    settings.optimizer = optimizer;
    settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);

    g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);

    g_assert_null (nn_trainer_slot (training->trainer, -1));
    g_assert_null (nn_trainer_slot (training->trainer, optimizer->n_slots));
    for (int s = 0; s < optimizer->n_slots; s++)
      for (gsize j = 0; j < nn_model_arena_count (training->model); j++)
        g_assert_cmpfloat (nn_trainer_slot (training->trainer, s)[j], ==, 0);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer-course/learns/modes", test_every_mode_learns);
  g_test_add_func ("/trainer-course/learns/optimizers", test_every_optimizer_learns);
  g_test_add_func ("/trainer-course/learns/masking", test_every_ranking_fill_and_target_learns);
  g_test_add_func ("/trainer-course/learns/quantizers",
                   test_every_weight_quantizer_learns_at_4_bits);
  g_test_add_func ("/trainer-course/learns/average-of-steps",
                   test_the_average_of_learned_steps_starts_from_settled_ones);
  g_test_add_func ("/trainer-course/learns/steps", test_learned_steps_move_and_the_network_learns);
  g_test_add_func ("/trainer-course/steps/positive",
                   test_learned_steps_stay_positive_whatever_the_learning_rate);
  g_test_add_func ("/trainer-course/learns/dropout",
                   test_dropout_trains_and_leaves_evaluation_alone);
  g_test_add_func ("/trainer-course/alpha/moves", test_alpha_moves_by_its_gradient);
  g_test_add_func ("/trainer-course/alpha/decays",
                   test_alpha_shrinks_by_its_decay_where_nothing_is_clipped);
  g_test_add_func ("/trainer-course/alpha/positive",
                   test_alpha_stays_positive_whatever_the_learning_rate);
  g_test_add_func ("/trainer-course/alpha/minimum", test_alpha_stops_at_its_minimum);
  g_test_add_func ("/trainer-course/diverges/images",
                   test_images_that_are_not_numbers_change_nothing);
  g_test_add_func ("/trainer-course/diverges/gradients",
                   test_gradients_that_are_not_numbers_change_nothing);
  g_test_add_func ("/trainer-course/diverges/rates",
                   test_divergence_is_noticed_and_leaves_the_model_of_the_step_before);
  g_test_add_func ("/trainer-course/images",
                   test_images_of_another_shape_or_with_more_classes_are_refused);
  g_test_add_func ("/trainer-course/rates/refused",
                   test_learning_rates_that_are_no_rates_are_refused);
  g_test_add_func ("/trainer-course/rates/zero", test_a_learning_rate_of_zero_changes_no_weight);
  g_test_add_func ("/trainer-course/settings/batch", test_batches_out_of_range_are_refused);
  g_test_add_func ("/trainer-course/settings/numbers",
                   test_numbers_out_of_range_are_refused_by_name);
  g_test_add_func ("/trainer-course/settings/optimizer",
                   test_parameters_of_the_optimizer_are_refused_by_name);
  g_test_add_func ("/trainer-course/slots",
                   test_slots_are_those_of_the_optimizer_and_start_at_zero);
  return g_test_run ();
}
