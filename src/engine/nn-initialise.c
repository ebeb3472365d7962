/* nn-initialise.c - how weights start
 *
 * Each tensor that is drawn has a stream of random numbers of its own, counted
 * without those that are not, so that all modes of training start from the
 * same weights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-initialise.h"

#include <math.h>
#include <string.h>

#include "nn/nn-rng.h"

const char *const nn_init_names[] = {
  [NN_INIT_UNIFORM] = "uniform",
  [NN_INIT_KAIMING] = "kaiming",
  [NN_INIT_DIRAC] = "dirac",
  [NN_INIT_WHITEN] = "whiten",
  NULL,
};

NnInit
nn_layer_init (const NnLayer *layer)
{
  const NnLayerKind *kind = &layer->ops->kind;
  const int index = nn_param_find (kind->params, kind->n_params, "init");

  return index >= 0 ? (NnInit) layer->values.value[index] : NN_INIT_UNIFORM;
}

/* What tensors of some roles start with; all others start at 0. */
static float
start_value (NnTensorRole role)
{
  return role == NN_TENSOR_ALPHA ? NN_ALPHA_START
         : role == NN_TENSOR_SCALE || role == NN_TENSOR_VARIANCE ? 1.0f : 0.0f;
}

void
nn_start_tensor (const NnTensor *tensor)
{
  for (size_t i = 0; i < tensor->count; i++)
    tensor->value[i] = start_value (tensor->role);
}

static void
draw_uniform (const NnModelTensor *tensor,
              uint64_t             seed,
              uint64_t             stream)
{
  const float bound = 1.0f / sqrtf ((float) tensor->fan_in);

  nn_rng_uniform (seed, stream, tensor->info.value, tensor->info.count);
  for (size_t i = 0; i < tensor->info.count; i++)
    tensor->info.value[i] = bound * (2.0f * tensor->info.value[i] - 1.0f);
}

static void
draw_kaiming (const NnModelTensor *tensor,
              uint64_t             seed,
              uint64_t             stream)
{
  const float deviation = sqrtf (2.0f / (float) tensor->fan_in);

  nn_rng_normal (seed, stream, tensor->info.value, tensor->info.count);
  for (size_t i = 0; i < tensor->info.count; i++)
    tensor->info.value[i] *= deviation;
}

/* Filter o (in, k, k) passes the centre of channel o on. */
static void
draw_dirac (const NnModelTensor *tensor,
            uint64_t             seed,
            uint64_t             stream)
{
  const size_t *shape = tensor->info.shape;
  const size_t window = shape[2] * shape[3];
  const size_t centre = shape[2] / 2 * shape[3] + shape[3] / 2;
  const size_t filters = shape[0] < shape[1] ? shape[0] : shape[1];

  draw_uniform (tensor, seed, stream);
  memset (tensor->info.value, 0, sizeof (float) * filters * shape[1] * window);
  for (size_t o = 0; o < filters; o++)
    tensor->info.value[(o * shape[1] + o) * window + centre] = 1.0f;
}

typedef void (*Draw) (const NnModelTensor *tensor,
                      uint64_t             seed,
                      uint64_t             stream);

static const Draw draws[] = {
  [NN_INIT_UNIFORM] = draw_uniform,
  [NN_INIT_KAIMING] = draw_kaiming,
  [NN_INIT_DIRAC] = draw_dirac,
  [NN_INIT_WHITEN] = draw_uniform,
};

void
nn_model_initialise (NnModel *model,
                     uint64_t seed)
{
  size_t drawn = 0;

  for (size_t i = 0; i < model->n_tensors; i++) {
    const NnModelTensor *tensor = &model->tensors[i];
    const NnLayer *layer = &model->layers[tensor->info.layer];
    const bool is_weight = tensor->info.role == NN_TENSOR_WEIGHT;

    if (tensor->fan_in == 0) {
      nn_start_tensor (&tensor->info);
      continue;
    }
    if (tensor->info.role == NN_TENSOR_STEP)
      continue;
    draws[is_weight ? nn_layer_init (layer) : NN_INIT_UNIFORM] (
      tensor, seed, nn_rng_stream (NN_RANDOM_INITIAL_WEIGHTS, 0, drawn++));
  }
  nn_model_forget_steps (model);
}
