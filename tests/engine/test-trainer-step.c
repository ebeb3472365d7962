/* test-trainer-step.c - what a training step must be, whatever the numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "nn/nn-loss.h"
#include "trainer-fixture.h"

enum { BATCH = 20, STEPS = 5 };

#define RATE 0.05

static void
check_same_number (double found,
                   double expected)
{
  g_assert_cmpmem (&found, sizeof found, &expected, sizeof expected);
}

static void
check_same_metrics (const NnStepMetrics *found,
                    const NnStepMetrics *expected)
{
  check_same_number (found->ce, expected->ce);
  g_assert_cmpint (isnan (found->kl), ==, isnan (expected->kl));
  if (!isnan (expected->kl))
    check_same_number (found->kl, expected->kl);
  check_same_number (found->loss, expected->loss);
  g_assert_cmpuint (found->correct, ==, expected->correct);
  g_assert_cmpuint (found->count, ==, expected->count);
}

static void
train_on_threads (const char         *network,
                  const TrainingMode *mode)
{
  const NnTrainSettings settings = training_settings (mode);
  g_autoptr (Training) alone = training_new (network, mode, &settings, 1);
  NnStepMetrics expected[STEPS];

  for (gsize step = 0; step < STEPS; step++)
    expected[step] = training_step (alone, BATCH, RATE);
  for (int threads = 2; threads <= 4; threads++) {
    g_autoptr (Training) together = training_new (network, mode, &settings, threads);

    for (gsize step = 0; step < STEPS; step++) {
      const NnStepMetrics found = training_step (together, BATCH, RATE);

      check_same_metrics (&found, &expected[step]);
    }
    training_check_same (mode->name, together, alone);
  }
}

static void
test_any_number_of_threads_trains_the_same_bits (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    train_on_threads ("sgt-cnn-small", &training_modes[m]);
    train_on_threads ("lenet5", &training_modes[m]);
  }
}

/* Copies what a checkpoint holds. */
static void
restore (Training *training,
         Training *from)
{
  const gsize bytes = sizeof (float) * nn_model_arena_count (from->model);
  float *slot;

  nn_model_assign (training->model, from->model);
  for (int s = 0; (slot = nn_trainer_slot (from->trainer, s)) != NULL; s++)
    memcpy (nn_trainer_slot (training->trainer, s), slot, bytes);
  nn_trainer_set_steps (training->trainer, nn_trainer_steps (from->trainer));
}

static void
check_resume (const TrainingMode *mode,
              const NnOptimizer  *optimizer)
{
  NnTrainSettings settings = training_settings (mode);

  settings.optimizer = optimizer;
  settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);

  g_autoptr (Training) uninterrupted = training_new ("sgt-cnn-small", mode, &settings, 2);
  g_autoptr (Training) resumed = training_new ("sgt-cnn-small", mode, &settings, 2);

  for (int i = 0; i < 3; i++)
    training_step (uninterrupted, BATCH, optimizer->learning_rate);
  restore (resumed, uninterrupted);
  for (int i = 0; i < 2; i++) {
    const NnStepMetrics expected = training_step (uninterrupted, BATCH, optimizer->learning_rate);
    const NnStepMetrics found = training_step (resumed, BATCH, optimizer->learning_rate);

    check_same_metrics (&found, &expected);
  }
  training_check_same (optimizer->name, resumed, uninterrupted);
  g_assert_cmpuint (nn_trainer_steps (resumed->trainer), ==, 5);
}

static void
test_weights_state_and_step_number_resume_exactly (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++)
    check_resume (&training_modes[3], nn_optimizer (i));
  for (gsize m = 0; m < N_TRAINING_MODES; m++)
    check_resume (&training_modes[m], nn_optimizer (0));
}

/* The masked images of rows [n, 2n), from the saliency of rows [0, n). */
static void
mask_rows (Training              *training,
           NnExec                *exec,
           const NnTrainSettings *settings,
           guint64                step)
{
  const NnShape shape = nn_model_input (training->model);
  const gsize plane = (gsize) (shape.height * shape.width);
  const gsize size = nn_shape_size (shape);
  const gsize masked = (gsize) (settings->masked_share * (double) plane);
  g_autofree float *scores = g_new (float, plane);
  g_autofree guint32 *order = g_new (guint32, plane);
  g_autofree guint32 *scratch = g_new (guint32, 2 * plane);
  float *x = nn_exec_input (exec);

  for (gsize i = 0; i < BATCH; i++) {
    nn_mask_scores (nn_exec_input_gradient (exec) + i * size, shape, settings->ranking, scores);
    nn_mask_order (scores, plane, FALSE, order, scratch);
    nn_mask_apply (x + i * size, shape, order, masked, settings->fill, NULL, settings->seed, step,
                   i, x + (BATCH + i) * size);
  }
}

/* d logit of the true class / d logits. */
static void
seed_true_class (NnExec    *exec,
                 const int *labels)
{
  const gsize classes = (gsize) nn_model_classes (nn_exec_model (exec));
  float *gradient = nn_exec_logits_gradient (exec);

  memset (gradient, 0, sizeof (float) * BATCH * classes);
  for (gsize i = 0; i < BATCH; i++)
    gradient[i * classes + (gsize) labels[i]] = 1;
}

/* The gradient of one step, by whole passes one after the other. */
static void
assemble_gradient (Training              *training,
                   NnExec                *exec,
                   const NnTrainSettings *settings,
                   guint64                step,
                   float                 *gradient)
{
  const int classes = nn_model_classes (training->model);
  const gsize half = (gsize) (BATCH * classes);
  const NnPass pass = { .training = TRUE, .seed = settings->seed, .step = step };
  const float *logits = nn_exec_logits (exec);
  float *logits_gradient = nn_exec_logits_gradient (exec);
  guint32 indices[BATCH];
  int labels[BATCH];

  for (gsize i = 0; i < BATCH; i++)
    indices[i] = (guint32) ((step * BATCH + 7 * i) % training->pictures->images.count);
  nn_images_gather (&training->pictures->images, indices, BATCH, nn_exec_input (exec), labels);
  nn_exec_prepare (exec);
  if (settings->sgt) {
    nn_exec_forward (exec, 0, BATCH, NULL);
    seed_true_class (exec, labels);
    nn_exec_backward_input (exec, 0, BATCH);
    mask_rows (training, exec, settings, step);
    nn_exec_forward (exec, BATCH, BATCH, &pass);
  }
  nn_exec_forward (exec, 0, BATCH, &pass);
  memset (logits_gradient, 0, sizeof (float) * half * (settings->sgt ? 2 : 1));
  nn_cross_entropy (logits, labels, BATCH, classes, settings->label_smoothing, 1, logits_gradient);
  if (settings->sgt)
    nn_kl_divergence (logits, logits + half, BATCH, classes, settings->kl_weight, logits_gradient,
                      logits_gradient + half);
  nn_exec_backward (exec, 0, settings->sgt ? 2 * BATCH : BATCH, gradient);
}

static void
assemble_update (Training              *training,
                 const NnTrainSettings *settings,
                 guint64                step,
                 const float           *gradient,
                 float *const          *slots)
{
  const NnOptimizer *optimizer = settings->optimizer;

  for (gsize i = 0; i < nn_model_tensor_count (training->model); i++) {
    const NnTensor tensor = nn_model_tensor (training->model, i);
    const gsize offset = (gsize) (tensor.value - nn_model_parameters (training->model));
    float *tensor_slots[NN_OPTIMIZER_MAX_SLOTS] = { NULL };
    const double decay = tensor.role == NN_TENSOR_ALPHA ? settings->alpha_decay
                                                        : settings->weight_decay;

    for (int n = 0; n < optimizer->n_slots; n++)
      tensor_slots[n] = slots[n] + offset;
    optimizer->update (&settings->optimizer_values, optimizer->learning_rate, decay, step + 1,
                       tensor.count, tensor.value, gradient + offset, tensor_slots);
  }
}

static void
check_assembled (const char         *network,
                 const TrainingMode *mode,
                 const NnOptimizer  *optimizer)
{
  NnTrainSettings settings = training_settings (mode);

  settings.optimizer = optimizer;
  settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);
  settings.alpha_decay = 0.01;
  settings.label_smoothing = 0.1;
  settings.kl_weight = 0.7;
  settings.masked_share = 0.4;

  g_autoptr (Training) training = training_new (network, mode, &settings, 2);
  g_autoptr (Training) assembled = training_new (network, mode, &settings, 2);
  g_autoptr (NnExec) exec = fixture_exec (assembled->model, assembled->pool, NN_EXEC_GRADIENT,
                                          2 * BATCH);
  const gsize arena = nn_model_arena_count (assembled->model);
  g_autofree float *gradient = g_new (float, arena);
  g_autofree float *slot0 = g_new0 (float, arena);
  g_autofree float *slot1 = g_new0 (float, arena);
  float *const slots[NN_OPTIMIZER_MAX_SLOTS] = { slot0, slot1 };

  for (guint64 step = 0; step < 3; step++) {
    training_step (training, BATCH, optimizer->learning_rate);
    assemble_gradient (assembled, exec, &settings, step, gradient);
    fixture_check_same (mode->name, nn_trainer_gradient (training->trainer), gradient, arena);
    assemble_update (assembled, &settings, step, gradient, slots);
    fixture_check_same (mode->name, nn_model_parameters (training->model),
                        nn_model_parameters (assembled->model), arena);
    for (int n = 0; n < optimizer->n_slots; n++)
      fixture_check_same (mode->name, nn_trainer_slot (training->trainer, n), slots[n], arena);
  }
}

static void
test_a_step_is_the_sum_of_its_parts (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++)
    check_assembled ("sgt-cnn-small", &training_modes[m], nn_optimizer (0));
  for (gsize i = 0; nn_optimizer (i) != NULL; i++)
    check_assembled ("lenet5", &training_modes[3], nn_optimizer (i));
}

static Training *
small_training (const NnTrainSettings *settings,
                int                    bits)
{
  NnModel *model = fixture_model (training_small_network, 1);

  fixture_set_bits (model, bits, bits);
  fixture_set_alphas (model, 1);
  return training_new_with_model (model, settings, 2);
}

static void
test_a_small_batch_is_the_same_in_a_large_trainer (void)
{
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    NnTrainSettings settings = training_settings (&training_modes[m]);
    g_autoptr (Training) large = small_training (&settings, training_modes[m].bits);

    settings.batch = 13;

    g_autoptr (Training) exact = small_training (&settings, training_modes[m].bits);

    for (int i = 0; i < 3; i++) {
      const NnStepMetrics expected = training_step (exact, 13, RATE);
      const NnStepMetrics found = training_step (large, 13, RATE);

      g_assert_cmpuint (found.count, ==, 13);
      check_same_metrics (&found, &expected);
    }
    training_check_same (training_modes[m].name, large, exact);
  }
}

/* Trains with `settings` and plainly, and expects the same weights. */
static void
check_like_baseline (const NnTrainSettings *settings)
{
  NnTrainSettings plain = *settings;
  g_autoptr (Training) guided = small_training (settings, NN_BITS_OFF);

  plain.sgt = FALSE;

  g_autoptr (Training) baseline = small_training (&plain, NN_BITS_OFF);

  for (int i = 0; i < 4; i++) {
    const NnStepMetrics metrics = training_step (guided, BATCH, RATE);
    const NnStepMetrics expected = training_step (baseline, BATCH, RATE);

    g_assert_cmpfloat_with_epsilon (metrics.loss, expected.ce, 1e-5);
    g_assert_true (isnan (expected.kl));
    if (settings->masked_share == 0)
      g_assert_cmpfloat_with_epsilon (metrics.kl, 0, 1e-12);
    else
      g_assert_cmpfloat (metrics.kl, >, 0);
  }
  fixture_check_close ("weights", nn_model_parameters (guided->model),
                       nn_model_parameters (baseline->model),
                       nn_model_arena_count (baseline->model), 1e-4, 1e-5);
}

static void
test_masking_nothing_or_weighing_it_by_nothing_trains_like_the_baseline (void)
{
  NnTrainSettings settings = training_settings (&training_modes[1]);

  settings.masked_share = 0;
  check_like_baseline (&settings);
  settings.masked_share = 0.5;
  settings.kl_weight = 0;
  check_like_baseline (&settings);
}

static gsize
count_changed_pixels (const NnSgtView *view,
                      gsize            n)
{
  gsize changed = 0;

  for (gsize p = 0; p < n; p++)
    changed += view->x[p] != view->masked[p];
  return changed;
}

/* Pixels that stayed must not be less salient than those that went. */
static void
check_masked_by_saliency (const NnSgtView *view,
                          gsize            n)
{
  float masked = 0;
  float kept = INFINITY;

  for (gsize p = 0; p < n; p++) {
    const float saliency = fabsf (view->gradient[p]);

    if (view->x[p] != view->masked[p])
      masked = MAX (masked, saliency);
    else
      kept = MIN (kept, saliency);
  }
  g_assert_cmpfloat (masked, <=, kept);
}

static void
check_view (double share,
            gsize  features)
{
  NnTrainSettings settings = training_settings (&training_modes[1]);
  enum { PIXELS = 72 };

  settings.masked_share = share;

  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);
  NnSgtView view;
  double kl = 0;

  g_assert_false (nn_trainer_sgt_view (training->trainer, 0, &view));

  const NnStepMetrics metrics = training_step (training, 11, RATE);

  for (gsize i = 0; i < 11; i++) {
    const guint32 index = (guint32) (7 * i);
    float x[PIXELS];

    g_assert_true (nn_trainer_sgt_view (training->trainer, i, &view));
    nn_images_gather (&training->pictures->images, &index, 1, x, NULL);
    fixture_check_same ("x", view.x, x, PIXELS);
    g_assert_cmpint (view.label, ==, training->pictures->labels[index]);
    g_assert_cmpuint (count_changed_pixels (&view, PIXELS), ==, features);
    check_masked_by_saliency (&view, PIXELS);
    kl += view.kl;
  }
  g_assert_cmpfloat_with_epsilon (kl / 11, metrics.kl, 1e-6);
  g_assert_false (nn_trainer_sgt_view (training->trainer, 11, &view));
}

static void
test_the_view_shows_what_was_masked_and_what_it_cost (void)
{
  check_view (0, 0);
  check_view (0.5, 36);
  check_view (0.25, 18);
  check_view (0.1, 7);
  check_view (0.99, 71);
}

static void
test_plain_training_has_no_view (void)
{
  const NnTrainSettings settings = training_settings (&training_modes[0]);
  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);
  NnSgtView view;

  training_step (training, BATCH, RATE);
  g_assert_false (nn_trainer_sgt_view (training->trainer, 0, &view));
}

static void
test_metrics_are_those_of_the_clean_images_before_the_update (void)
{
  NnTrainSettings settings = training_settings (&training_modes[1]);

  settings.kl_weight = 0.3;

  g_autoptr (Training) training = small_training (&settings, NN_BITS_OFF);
  g_autoptr (NnExec) exec = fixture_exec (training->model, training->pool, NN_EXEC_INFERENCE,
                                          BATCH);
  guint32 indices[BATCH];
  int labels[BATCH];

  for (guint32 i = 0; i < BATCH; i++)
    indices[i] = 7 * i % (guint32) training->pictures->images.count;
  nn_images_gather (&training->pictures->images, indices, BATCH, nn_exec_input (exec), labels);
  nn_exec_forward (exec, 0, BATCH, NULL);

  const float *logits = nn_exec_logits (exec);
  const NnStepMetrics metrics = training_step (training, BATCH, RATE);

  g_assert_cmpfloat_with_epsilon (metrics.ce, nn_cross_entropy (logits, labels, BATCH, 4, 0, 1,
                                                                NULL), 1e-6);
  g_assert_cmpuint (metrics.correct, ==, nn_count_correct (logits, labels, BATCH, 4));
  g_assert_cmpuint (metrics.count, ==, BATCH);
  g_assert_cmpfloat_with_epsilon (metrics.loss, metrics.ce + 0.3 * metrics.kl, 1e-12);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer-step/threads", test_any_number_of_threads_trains_the_same_bits);
  g_test_add_func ("/trainer-step/resume", test_weights_state_and_step_number_resume_exactly);
  g_test_add_func ("/trainer-step/parts", test_a_step_is_the_sum_of_its_parts);
  g_test_add_func ("/trainer-step/small-batch", test_a_small_batch_is_the_same_in_a_large_trainer);
  g_test_add_func ("/trainer-step/like-baseline",
                   test_masking_nothing_or_weighing_it_by_nothing_trains_like_the_baseline);
  g_test_add_func ("/trainer-step/view", test_the_view_shows_what_was_masked_and_what_it_cost);
  g_test_add_func ("/trainer-step/no-view", test_plain_training_has_no_view);
  g_test_add_func ("/trainer-step/metrics",
                   test_metrics_are_those_of_the_clean_images_before_the_update);
  return g_test_run ();
}
