/* nn-trainer.c - baseline and saliency-guided training steps
 *
 * With SGT the batch is run as twice its size: rows [0, n) are X, rows
 * [n, 2n) are X~, so that one backward pass serves both branches.  The clean
 * forward pass of the saliency is shared with training up to the first layer
 * that training changes: 7 units of work where plain training has 3.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-trainer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn-eval-private.h"
#include "nn-memory.h"
#include "nn-model-private.h"
#include "nn-trainer-private.h"
#include "nn/nn-loss.h"

/* Batch norm's statistics are those of X and of X~ apart, and the running ones
 * those of X: what the network is used on. */
enum { CLEAN_BRANCH, MASKED_BRANCH };

/* One step, as the pool's jobs see it. */
typedef struct
{
  NnTrainer      *trainer;
  const NnImages *images;
  size_t          count;
  size_t          features;
  float           black[NN_MAX_CHANNELS];
} Step;

static float *
new_floats (size_t n)
{
  return nn_memory_new (n * sizeof (float));
}

static bool
allocate (NnTrainer *trainer)
{
  const NnTrainSettings *settings = &trainer->settings;
  const size_t arena = trainer->model->arena_count;
  const NnShape shape = trainer->model->input;
  const size_t plane = (size_t) shape.height * (size_t) shape.width;
  const size_t threads = (size_t) nn_pool_threads (trainer->pool);

  trainer->gradient = new_floats (arena);
  trainer->squares = calloc (nn_trainer_chunks (trainer) + 1, sizeof *trainer->squares);
  trainer->labels = calloc (2 * settings->batch, sizeof *trainer->labels);
  if (trainer->gradient == NULL || trainer->squares == NULL || trainer->labels == NULL)
    return false;
  for (int i = 0; i < settings->optimizer->n_slots; i++)
    if ((trainer->slots[i] = new_floats (arena)) == NULL)
      return false;
  if (settings->average_decay > 0.0) {
    trainer->average = new_floats (arena);
    if (trainer->average == NULL)
      return false;
    memcpy (trainer->average, trainer->model->arena, arena * sizeof (float));
  }
  if (!settings->sgt)
    return true;
  trainer->input_gradient = new_floats (settings->batch * nn_shape_size (shape));
  trainer->scores = new_floats (threads * plane);
  trainer->order = calloc (threads * 3 * plane, sizeof *trainer->order);
  return trainer->input_gradient != NULL && trainer->scores != NULL && trainer->order != NULL;
}

NnTrainer *
nn_trainer_new (NnModel               *model,
                NnPool                *pool,
                const NnTrainSettings *settings,
                NnError               *error)
{
  if (nn_train_settings_check (settings, nn_model_input (model), error) != NN_OK)
    return NULL;

  NnTrainer *trainer = calloc (1, sizeof *trainer);

  if (trainer == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for training");
    return NULL;
  }
  trainer->model = model;
  trainer->pool = pool;
  trainer->settings = *settings;
  if (!allocate (trainer)) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for training with batches of %zu",
                  settings->batch);
    nn_trainer_free (trainer);
    return NULL;
  }
  trainer->exec = nn_exec_new (model, pool, NN_EXEC_GRADIENT,
                               settings->sgt ? 2 * settings->batch : settings->batch, error);
  if (trainer->exec == NULL) {
    nn_trainer_free (trainer);
    return NULL;
  }
  return trainer;
}

void
nn_trainer_free (NnTrainer *trainer)
{
  if (trainer == NULL)
    return;
  nn_exec_free (trainer->exec);
  free (trainer->order);
  free (trainer->scores);
  free (trainer->input_gradient);
  free (trainer->labels);
  free (trainer->squares);
  free (trainer->average);
  for (int i = 0; i < NN_OPTIMIZER_MAX_SLOTS; i++)
    free (trainer->slots[i]);
  free (trainer->gradient);
  free (trainer);
}

/* d f_y / d logits for each row: one at the true class, less softmax where
 * the target is the log-probability. */
static void
seed_saliency (NnTrainer *trainer,
               size_t     count)
{
  const int classes = nn_model_classes (trainer->model);
  float *gradient = nn_exec_logits_gradient (trainer->exec);

  memset (gradient, 0, sizeof (float) * count * (size_t) classes);
  if (trainer->settings.target == NN_TARGET_LOG_PROBABILITY) {
    nn_softmax (nn_exec_logits (trainer->exec), count, classes, gradient);
    for (size_t i = 0; i < count * (size_t) classes; i++)
      gradient[i] = -gradient[i];
  }
  for (size_t i = 0; i < count; i++)
    gradient[i * (size_t) classes + (size_t) trainer->labels[i]] += 1.0f;
}

/* X~ of one image, from its saliency. */
static void
mask_image (void  *data,
            size_t image,
            int    thread)
{
  const Step *step = data;
  NnTrainer *trainer = step->trainer;
  const NnTrainSettings *settings = &trainer->settings;
  const NnShape shape = trainer->model->input;
  const size_t size = nn_shape_size (shape);
  const size_t plane = (size_t) shape.height * (size_t) shape.width;
  float *input = nn_exec_input (trainer->exec);
  float *scores = trainer->scores + (size_t) thread * plane;
  uint32_t *order = trainer->order + (size_t) thread * 3 * plane;
  float *saliency = trainer->input_gradient + image * size;

  memcpy (saliency, nn_exec_input_gradient (trainer->exec) + image * size, sizeof (float) * size);
  nn_mask_scores (saliency, shape, settings->ranking, scores);
  nn_mask_order (scores, plane, false, order, order + plane);
  nn_mask_apply (input + image * size, shape, order, step->features, settings->fill, step->black,
                 settings->seed, trainer->steps, image, input + (step->count + image) * size);
}

static void
run_clean (Step *step)
{
  NnTrainer *trainer = step->trainer;
  const NnPass pass = { .training = true, .seed = trainer->settings.seed, .step = trainer->steps,
                        .branch = CLEAN_BRANCH };

  nn_exec_forward (trainer->exec, 0, step->count, &pass);
}

static void
run_saliency_guided (Step *step)
{
  NnTrainer *trainer = step->trainer;
  const size_t count = step->count;
  const NnPass lean = { .lean = true };
  NnPass pass = { .training = true, .seed = trainer->settings.seed, .step = trainer->steps,
                  .branch = MASKED_BRANCH };

  nn_exec_forward (trainer->exec, 0, count, &lean);
  seed_saliency (trainer, count);
  nn_exec_backward_input (trainer->exec, 0, count);
  nn_pool_run (trainer->pool, mask_image, step, count);
  nn_exec_forward (trainer->exec, count, count, &pass);
  pass.resume = true;
  pass.branch = CLEAN_BRANCH;
  nn_exec_forward (trainer->exec, 0, count, &pass);
}

/* Losses and their gradients to the logits of both branches. */
static void
compute_losses (const Step    *step,
                NnStepMetrics *metrics)
{
  NnTrainer *trainer = step->trainer;
  const NnTrainSettings *settings = &trainer->settings;
  const int classes = nn_model_classes (trainer->model);
  const size_t rows = settings->sgt ? 2 * step->count : step->count;
  const float *logits = nn_exec_logits (trainer->exec);
  float *gradient = nn_exec_logits_gradient (trainer->exec);
  const size_t half = step->count * (size_t) classes;

  memset (gradient, 0, sizeof (float) * rows * (size_t) classes);
  metrics->count = step->count;
  metrics->correct = nn_count_correct (logits, trainer->labels, step->count, classes);
  metrics->ce = nn_cross_entropy (logits, trainer->labels, step->count, classes,
                                  settings->label_smoothing, 1.0, gradient);
  metrics->kl = NAN;
  metrics->loss = metrics->ce;
  if (settings->sgt) {
    metrics->kl = nn_kl_divergence (logits, logits + half, step->count, classes,
                                    settings->kl_weight, gradient, gradient + half);
    metrics->loss += settings->kl_weight * metrics->kl;
  }
}

/* The mini-batch, varied. */
static void
gather (const Step     *step,
        const uint32_t *indices)
{
  NnTrainer *trainer = step->trainer;
  const NnTrainSettings *settings = &trainer->settings;
  const NnAugmentTime time = {
    .seed = settings->seed,
    .step = trainer->steps,
    .epoch = settings->steps_per_epoch > 0 ? trainer->steps / settings->steps_per_epoch : 0,
  };

  nn_augment_gather (trainer->pool, &settings->augment, &time, step->images, indices, step->count,
                     nn_exec_input (trainer->exec), trainer->labels);
}

NnStatus
nn_trainer_step (NnTrainer      *trainer,
                 const NnImages *images,
                 const uint32_t *indices,
                 size_t          count,
                 double          learning_rate,
                 NnStepMetrics  *metrics,
                 NnError        *error)
{
  const NnTrainSettings *settings = &trainer->settings;
  const NnShape shape = trainer->model->input;
  const double share = settings->masked_share * shape.height * shape.width;
  Step step = { .trainer = trainer, .images = images, .count = count,
                .features = (size_t) floor (share + 1e-9) };

  assert (count >= 1 && count <= settings->batch);
  if (nn_check_images (trainer->model, images, error) != NN_OK)
    return NN_ERROR_SHAPE;
  if (!(learning_rate >= 0.0) || !isfinite (learning_rate))
    return nn_error_set (error, NN_ERROR_RANGE, "the learning rate must not be negative: %g",
                         learning_rate);
  for (int c = 0; c < images->channels; c++)
    step.black[c] = nn_images_normalise (images, c, 0.0f);

  gather (&step, indices);
  nn_trainer_settle_steps (trainer);
  nn_exec_prepare (trainer->exec);
  if (settings->sgt)
    run_saliency_guided (&step);
  else
    run_clean (&step);
  compute_losses (&step, metrics);
  trainer->last_count = count;
  if (!isfinite (metrics->loss))
    return nn_error_set (error, NN_ERROR_DIVERGED, "the loss of step %llu is not finite",
                         (unsigned long long) trainer->steps + 1);

  nn_exec_backward (trainer->exec, 0, settings->sgt ? 2 * count : count, trainer->gradient);

  const NnStatus status = nn_trainer_update (trainer, learning_rate, error);

  if (status != NN_OK)
    return status;
  nn_exec_update_statistics (trainer->exec, CLEAN_BRANCH, -1, trainer->model);
  trainer->steps++;
  nn_trainer_update_average (trainer);
  return NN_OK;
}

uint64_t
nn_trainer_steps (const NnTrainer *trainer)
{
  return trainer->steps;
}

void
nn_trainer_set_steps (NnTrainer *trainer,
                      uint64_t   steps)
{
  trainer->steps = steps;
}

float *
nn_trainer_slot (NnTrainer *trainer,
                 int        slot)
{
  return slot >= 0 && slot < trainer->settings.optimizer->n_slots ? trainer->slots[slot] : NULL;
}

float *
nn_trainer_average (NnTrainer *trainer)
{
  return trainer->average;
}

const float *
nn_trainer_gradient (const NnTrainer *trainer)
{
  return trainer->gradient;
}

bool
nn_trainer_sgt_view (const NnTrainer *trainer,
                     size_t           i,
                     NnSgtView       *view)
{
  const size_t size = nn_shape_size (trainer->model->input);
  const size_t classes = (size_t) nn_model_classes (trainer->model);
  const float *logits = nn_exec_logits (trainer->exec);
  const float *input = nn_exec_input (trainer->exec);

  if (!trainer->settings.sgt || i >= trainer->last_count)
    return false;
  *view = (NnSgtView) {
    .x = input + i * size,
    .gradient = trainer->input_gradient + i * size,
    .masked = input + (trainer->last_count + i) * size,
    .label = trainer->labels[i],
    .kl = nn_kl_divergence (logits + i * classes, logits + (trainer->last_count + i) * classes, 1,
                            (int) classes, 0.0, NULL, NULL),
  };
  return true;
}
