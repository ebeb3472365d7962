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
#include "nn-model-private.h"
#include "nn/nn-loss.h"

#define MAX_BATCH 32768

/* Batch norm's statistics are those of X and of X~ apart, and the running ones
 * those of X: what the network is used on. */
enum { CLEAN_BRANCH, MASKED_BRANCH };

/* Parameters that one job of the update takes. */
#define UPDATE_CHUNK 65536

struct NnTrainer
{
  NnModel        *model;
  NnPool         *pool;
  NnTrainSettings settings;
  NnExec         *exec;
  uint64_t        steps;
  size_t          last_count;  /* images of the last step                     */
  float          *gradient;    /* arena layout                                */
  float          *slots[NN_OPTIMIZER_MAX_SLOTS];
  int            *labels;      /* (batch)                                     */
  float          *input_gradient; /* (batch, C, H, W): S, kept for the view   */
  float          *scores;      /* (threads, H W)                              */
  uint32_t       *order;       /* (threads, 3 H W): order and scratch         */
};

/* One step, as the pool's jobs see it. */
typedef struct
{
  NnTrainer      *trainer;
  const NnImages *images;
  size_t          count;
  size_t          features;
  float           black[NN_MAX_CHANNELS];
  double          learning_rate;
} Step;

const char *
nn_saliency_target_name (NnSaliencyTarget target)
{
  static const char *const names[] = {
    [NN_TARGET_LOGIT] = "logit",
    [NN_TARGET_LOG_PROBABILITY] = "log-probability",
  };

  return (size_t) target < sizeof names / sizeof names[0] ? names[target] : NULL;
}

NnTrainSettings
nn_train_settings_default (void)
{
  const NnOptimizer *optimizer = nn_optimizer_find ("sgd");

  return (NnTrainSettings) {
    .batch = 256,
    .seed = 1,
    .optimizer = optimizer,
    .optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params),
    .masked_share = 0.5,
    .kl_weight = 1.0,
    .ranking = NN_RANKING_MAGNITUDE,
    .fill = NN_FILL_UNIFORM,
    .target = NN_TARGET_LOGIT,
  };
}

static NnStatus
check_settings (const NnTrainSettings *settings,
                NnError               *error)
{
  if (settings->batch < 1 || settings->batch > MAX_BATCH)
    return nn_error_set (error, NN_ERROR_RANGE, "the batch must be 1 to %d, not %zu", MAX_BATCH,
                         settings->batch);
  if (!(settings->masked_share >= 0.0 && settings->masked_share < 1.0))
    return nn_error_set (error, NN_ERROR_RANGE,
                         "the masked share k must be at least 0 and below 1, not %g",
                         settings->masked_share);
  if (!(settings->kl_weight >= 0.0) || !isfinite (settings->kl_weight))
    return nn_error_set (error, NN_ERROR_RANGE, "the KL weight must not be negative: %g",
                         settings->kl_weight);
  if (!(settings->weight_decay >= 0.0) || !isfinite (settings->weight_decay))
    return nn_error_set (error, NN_ERROR_RANGE, "the weight decay must not be negative: %g",
                         settings->weight_decay);
  if (!(settings->alpha_decay >= 0.0) || !isfinite (settings->alpha_decay))
    return nn_error_set (error, NN_ERROR_RANGE, "the decay of alpha must not be negative: %g",
                         settings->alpha_decay);
  if (!(settings->label_smoothing >= 0.0 && settings->label_smoothing < 1.0))
    return nn_error_set (error, NN_ERROR_RANGE, "label smoothing must be in [0, 1), not %g",
                         settings->label_smoothing);
  for (size_t i = 0; i < settings->optimizer->n_params; i++) {
    const NnStatus status = nn_param_check (&settings->optimizer->params[i],
                                            settings->optimizer_values.value[i], error);

    if (status != NN_OK)
      return status;
  }
  return NN_OK;
}

static float *
new_floats (size_t n)
{
  float *floats = aligned_alloc (64, (n * sizeof (float) + 63) / 64 * 64);

  if (floats != NULL)
    memset (floats, 0, n * sizeof (float));
  return floats;
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
  trainer->labels = calloc (2 * settings->batch, sizeof *trainer->labels);
  if (trainer->gradient == NULL || trainer->labels == NULL)
    return false;
  for (int i = 0; i < settings->optimizer->n_slots; i++)
    if ((trainer->slots[i] = new_floats (arena)) == NULL)
      return false;
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
  if (check_settings (settings, error) != NN_OK)
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
  NnPass pass = { .training = true, .seed = trainer->settings.seed, .step = trainer->steps,
                  .branch = MASKED_BRANCH };

  nn_exec_forward (trainer->exec, 0, count, NULL);
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

/* Sums of x - x are 0 unless something is not finite. */
static bool
all_finite (const float *values,
            size_t       n)
{
  float sums[16] = { 0 };
  float total = 0.0f;
  size_t i = 0;

  for (; i + 16 <= n; i += 16)
    for (size_t lane = 0; lane < 16; lane++)
      sums[lane] += values[i + lane] - values[i + lane];
  for (; i < n; i++)
    total += values[i] - values[i];
  for (size_t lane = 0; lane < 16; lane++)
    total += sums[lane];
  return total == 0.0f;
}

/* The L2 penalty that a tensor has. */
static double
decay_of (const NnTrainSettings *settings,
          NnTensorRole           role)
{
  if (role == NN_TENSOR_STEP)
    return 0.0;
  return role == NN_TENSOR_ALPHA ? settings->alpha_decay : settings->weight_decay;
}

/* Updates one chunk of the arena, tensor by tensor. */
static void
update_chunk (void  *data,
              size_t job,
              int    thread)
{
  const Step *step = data;
  NnTrainer *trainer = step->trainer;
  const NnTrainSettings *settings = &trainer->settings;
  const size_t chunk_start = job * UPDATE_CHUNK;
  const size_t chunk_end = chunk_start + UPDATE_CHUNK;

  (void) thread;
  for (size_t t = 0; t < trainer->model->n_tensors; t++) {
    const NnModelTensor *tensor = &trainer->model->tensors[t];
    const size_t tensor_end = tensor->offset + tensor->info.count;
    const size_t start = tensor->offset > chunk_start ? tensor->offset : chunk_start;
    const size_t end = tensor_end < chunk_end ? tensor_end : chunk_end;
    float *slots[NN_OPTIMIZER_MAX_SLOTS] = { NULL };

    if (start >= end || !nn_model_tensor_is_trained (trainer->model, t))
      continue;
    for (int s = 0; s < settings->optimizer->n_slots; s++)
      slots[s] = trainer->slots[s] + start;
    settings->optimizer->update (&settings->optimizer_values, step->learning_rate,
                                 decay_of (settings, tensor->info.role),
                                 trainer->steps + 1, end - start, trainer->model->arena + start,
                                 trainer->gradient + start, slots);
  }
}

/* A clipping level that reached zero would silence its layer for ever, and a
 * step its weights. */
static void
keep_scales_positive (NnModel *model)
{
  for (size_t t = 0; t < model->n_tensors; t++) {
    const NnTensor *tensor = &model->tensors[t].info;
    const float minimum = tensor->role == NN_TENSOR_ALPHA ? NN_ALPHA_MINIMUM : NN_STEP_MINIMUM;

    if ((tensor->role == NN_TENSOR_ALPHA || tensor->role == NN_TENSOR_STEP) &&
        !(tensor->value[0] >= minimum))
      tensor->value[0] = minimum;
  }
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
                .features = (size_t) floor (share + 1e-9), .learning_rate = learning_rate };

  assert (count >= 1 && count <= settings->batch);
  if (nn_check_images (trainer->model, images, error) != NN_OK)
    return NN_ERROR_SHAPE;
  if (!(learning_rate >= 0.0) || !isfinite (learning_rate))
    return nn_error_set (error, NN_ERROR_RANGE, "the learning rate must not be negative: %g",
                         learning_rate);
  for (int c = 0; c < images->channels; c++)
    step.black[c] = nn_images_normalise (images, c, 0.0f);

  nn_images_gather (images, indices, count, nn_exec_input (trainer->exec), trainer->labels);
  nn_model_settle_steps (trainer->model);
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
  if (!all_finite (trainer->gradient, trainer->model->arena_count))
    return nn_error_set (error, NN_ERROR_DIVERGED, "the gradient of step %llu is not finite",
                         (unsigned long long) trainer->steps + 1);
  nn_pool_run (trainer->pool, update_chunk, &step,
               (trainer->model->arena_count + UPDATE_CHUNK - 1) / UPDATE_CHUNK);
  keep_scales_positive (trainer->model);
  nn_exec_update_statistics (trainer->exec, CLEAN_BRANCH, -1, trainer->model);
  trainer->steps++;
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
