/* nn-model-weights.c - weights as their quantizer sees them, steps and sizes
 *
 * A learned step is remembered with the bits that it was learned at.  At any
 * others the quantizer's start is used and the step is kept, so that looking
 * at a network at other bits and coming back changes nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-model.h"

#include "nn-model-private.h"

static bool
bits_quantize (int bits)
{
  return bits >= NN_BITS_MIN && bits <= NN_BITS_MAX;
}

NnWeights
nn_model_weights (const NnModel *model,
                  size_t         layer)
{
  const NnLayer *own = &model->layers[layer];
  const NnTensor *weight = &model->tensors[own->weight].info;
  NnWeights weights = {
    .values = &model->quantizer_values,
    .bits = own->weight_bits,
    .w = weight->value,
    .n = weight->count,
    .rows = weight->shape[0],
  };

  if (own->step >= 0 && own->step_bits == own->weight_bits)
    weights.step = model->tensors[own->step].info.value[0];
  return weights;
}

void
nn_model_forget_steps (NnModel *model)
{
  for (size_t i = 0; i < model->n_layers; i++)
    model->layers[i].step_bits = NN_BITS_OFF;
}

void
nn_model_adopt_steps (NnModel *model)
{
  for (size_t i = 0; i < model->n_layers; i++)
    model->layers[i].step_bits = model->layers[i].weight_bits;
}

float
nn_model_step (const NnModel *model,
               size_t         layer)
{
  const NnWeights weights = nn_model_weights (model, layer);

  if (weights.step > 0 || !bits_quantize (weights.bits) || model->quantizer->start_step == NULL)
    return model->tensors[model->layers[layer].step].info.value[0];
  return model->quantizer->start_step (&weights);
}

void
nn_model_settle_steps (NnModel *model)
{
  if (model->quantizer->start_step == NULL)
    return;
  for (size_t i = 0; i < model->n_layers; i++) {
    NnLayer *layer = &model->layers[i];

    if (layer->step < 0)
      continue;
    model->tensors[layer->step].info.value[0] = nn_model_step (model, i);
    layer->step_bits = layer->weight_bits;
  }
}

/* Bytes of scales that packed weights need beside their codes. */
static uint64_t
scale_bytes (const NnModel *model,
             const NnLayer *layer)
{
  const NnWeightQuantizer *quantizer = model->quantizer;
  const bool by_channel = quantizer->by_channel != NULL &&
                          quantizer->by_channel (&model->quantizer_values);

  return sizeof (float) * (by_channel ? model->tensors[layer->weight].info.shape[0] : 1);
}

/* What one tensor takes.  A learned step is the scale of its layer's packed
 * weights, and of no use without. */
static uint64_t
tensor_bytes (const NnModel  *model,
              const NnTensor *tensor)
{
  const NnLayer *layer = &model->layers[tensor->layer];
  const int bits = layer->weight_bits;

  if (tensor->role == NN_TENSOR_STEP)
    return 0;
  if (tensor->role == NN_TENSOR_WEIGHT && bits_quantize (bits))
    return ((uint64_t) tensor->count * (uint64_t) bits + 7) / 8 + scale_bytes (model, layer);
  return (uint64_t) tensor->count * sizeof (float);
}

uint64_t
nn_model_packed_bytes (const NnModel *model)
{
  uint64_t bytes = 0;

  for (size_t i = 0; i < model->n_tensors; i++)
    bytes += tensor_bytes (model, &model->tensors[i].info);
  return bytes;
}
