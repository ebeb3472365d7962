/* nn-trainer-update.c - from a gradient to new weights
 *
 * The arena is gone through in chunks of a fixed size, one a job, so that
 * sums over all parameters do not depend on the number of threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "kernels/nn-kernel.h"
#include "nn-trainer-private.h"

/* Parameters that one job takes. */
#define CHUNK 65536

/* One update, as the pool's jobs see it. */
typedef struct
{
  NnTrainer *trainer;
  double     learning_rate;
  float      gradient_scale; /* 1: as it is                                   */
  float      keep;           /* of the moving average                         */
  float      take;           /* of the weights                                */
} Update;

/* The part of a tensor that is trained and lies in a chunk of the arena. */
typedef struct
{
  const NnModelTensor *tensor;
  size_t               start;
  size_t               count; /* 0: none                                      */
} Part;

size_t
nn_trainer_chunks (const NnTrainer *trainer)
{
  return (trainer->model->arena_count + CHUNK - 1) / CHUNK;
}

static Part
part_of_chunk (const NnModel *model,
               size_t         tensor,
               size_t         chunk)
{
  const NnModelTensor *row = &model->tensors[tensor];
  const size_t row_end = row->offset + row->info.count;
  const size_t chunk_end = (chunk + 1) * CHUNK;
  const size_t start = row->offset > chunk * CHUNK ? row->offset : chunk * CHUNK;
  const size_t end = row_end < chunk_end ? row_end : chunk_end;

  return (Part) {
    .tensor = row,
    .start = start,
    .count = end > start && nn_model_tensor_is_trained (model, tensor) ? end - start : 0,
  };
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

/* ---- clipping by the norm ---------------------------------------------------- */

/* In double and in lanes, whose number is part of the result. */
NN_KERNEL static double
sum_squares (const float *values,
             size_t       n)
{
  double lanes[NN_LANES] = { 0 };
  double total = 0;
  size_t i = 0;

  for (; i + NN_LANES <= n; i += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++)
      lanes[lane] += (double) values[i + lane] * (double) values[i + lane];
  for (; i < n; i++)
    total += (double) values[i] * (double) values[i];
  for (size_t lane = 0; lane < NN_LANES; lane++)
    total += lanes[lane];
  return total;
}

static void
sum_chunk (void  *data,
           size_t chunk,
           int    thread)
{
  const Update *update = data;
  NnTrainer *trainer = update->trainer;
  double sum = 0;

  (void) thread;
  for (size_t t = 0; t < trainer->model->n_tensors; t++) {
    const Part part = part_of_chunk (trainer->model, t, chunk);

    if (part.count > 0)
      sum += sum_squares (trainer->gradient + part.start, part.count);
  }
  trainer->squares[chunk] = sum;
}

/* What the gradient is multiplied by so that it is no longer than allowed. */
static float
clip_scale (Update *update)
{
  NnTrainer *trainer = update->trainer;
  const double longest = trainer->settings.clip_norm;
  double sum = 0;

  if (longest == 0.0)
    return 1.0f;
  nn_pool_run (trainer->pool, sum_chunk, update, nn_trainer_chunks (trainer));
  for (size_t chunk = 0; chunk < nn_trainer_chunks (trainer); chunk++)
    sum += trainer->squares[chunk];
  return sum > longest * longest ? (float) (longest / sqrt (sum)) : 1.0f;
}

/* ---- the update ---------------------------------------------------------------- */

static double
decay_of (const NnTrainSettings *settings,
          NnTensorRole           role)
{
  if (role == NN_TENSOR_ALPHA)
    return settings->alpha_decay;
  if (role == NN_TENSOR_STEP)
    return 0.0;
  return role == NN_TENSOR_WEIGHT || settings->decay_scope == NN_DECAY_ALL
         ? settings->weight_decay : 0.0;
}

/* Batch norm's biases learn at a multiple of the rate of all others, and their
 * decay per step stays what it was (Jordan 2024, arXiv 2404.00498). */
static double
rate_of (const NnTrainer *trainer,
         const NnTensor  *tensor)
{
  const NnLayer *layer = &trainer->model->layers[tensor->layer];
  const bool shifts = tensor->role == NN_TENSOR_BIAS &&
                      (layer->ops->flags & NN_LAYER_BATCH_NORM) != 0;

  return shifts ? trainer->settings.shift_rate : 1.0;
}

static void
update_part (const Update *update,
             const Part   *part)
{
  NnTrainer *trainer = update->trainer;
  const NnTrainSettings *settings = &trainer->settings;
  float *gradient = trainer->gradient + part->start;
  float *slots[NN_OPTIMIZER_MAX_SLOTS] = { NULL };
  const double rate = rate_of (trainer, &part->tensor->info);

  for (int s = 0; s < settings->optimizer->n_slots; s++)
    slots[s] = trainer->slots[s] + part->start;
  if (update->gradient_scale != 1.0f)
    for (size_t i = 0; i < part->count; i++)
      gradient[i] *= update->gradient_scale;
  settings->optimizer->update (&settings->optimizer_values, rate * update->learning_rate,
                               decay_of (settings, part->tensor->info.role) / rate,
                               trainer->steps + 1, part->count,
                               trainer->model->arena + part->start, gradient, slots);
}

static void
update_chunk (void  *data,
              size_t chunk,
              int    thread)
{
  const Update *update = data;
  const NnModel *model = update->trainer->model;

  (void) thread;
  for (size_t t = 0; t < model->n_tensors; t++) {
    const Part part = part_of_chunk (model, t, chunk);

    if (part.count > 0)
      update_part (update, &part);
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
nn_trainer_update (NnTrainer *trainer,
                   double     learning_rate,
                   NnError   *error)
{
  Update update = { .trainer = trainer, .learning_rate = learning_rate };

  if (!all_finite (trainer->gradient, trainer->model->arena_count))
    return nn_error_set (error, NN_ERROR_DIVERGED, "the gradient of step %llu is not finite",
                         (unsigned long long) trainer->steps + 1);
  update.gradient_scale = clip_scale (&update);
  nn_pool_run (trainer->pool, update_chunk, &update, nn_trainer_chunks (trainer));
  keep_scales_positive (trainer->model);
  return NN_OK;
}

bool
nn_trainer_is_finite (const NnTrainer *trainer)
{
  return all_finite (trainer->model->arena, trainer->model->arena_count);
}

/* ---- the moving average ---------------------------------------------------------- */

NN_KERNEL static void
average_kernel (size_t                n,
                float                 keep,
                float                 take,
                const float *restrict w,
                float *restrict       average)
{
  for (size_t i = 0; i < n; i++)
    average[i] = keep * average[i] + take * w[i];
}

static void
average_chunk (void  *data,
               size_t chunk,
               int    thread)
{
  const Update *update = data;
  const NnTrainer *trainer = update->trainer;
  const size_t start = chunk * CHUNK;
  const size_t left = trainer->model->arena_count - start;

  (void) thread;
  average_kernel (left < CHUNK ? left : CHUNK, update->keep, update->take,
                  trainer->model->arena + start, trainer->average + start);
}

void
nn_trainer_settle_steps (NnTrainer *trainer)
{
  NnModel *model = trainer->model;

  for (size_t i = 0; trainer->average != NULL && i < model->n_layers; i++) {
    const int step = model->layers[i].step;

    if (step < 0)
      continue;

    float *average = &trainer->average[model->tensors[step].offset];

    /* A model that was written before its first step has its steps in its file,
     * the average beside it has none. */
    if (nn_model_weights (model, i).step <= 0 || *average <= 0)
      *average = nn_model_step (model, i);
  }
  nn_model_settle_steps (model);
}

void
nn_trainer_update_average (NnTrainer *trainer)
{
  const double step = (double) trainer->steps;
  const double keep = fmin (trainer->settings.average_decay, step / (9.0 + step));
  Update update = { .trainer = trainer, .keep = (float) keep, .take = (float) (1.0 - keep) };

  if (trainer->average != NULL)
    nn_pool_run (trainer->pool, average_chunk, &update, nn_trainer_chunks (trainer));
}
