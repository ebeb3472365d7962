/* nn-model.c - building, copying and quantizing a network
 *
 * All parameters lie in one 64-byte aligned arena, tensor after tensor, so
 * that gradients and optimizer state are arrays of the same layout.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn-initialise.h"
#include "nn-memory.h"
#include "nn-model-private.h"

/* Floats in 64 bytes: what every tensor is padded to. */
#define ALIGNMENT 16

/* More than any network that trains on a desktop; keeps sizes far from
 * overflow when a text is hostile. */
#define MAX_PARAMETERS ((size_t) 1 << 28)
#define MAX_VALUES ((size_t) 1 << 26)

/* The shape of value `value`: 0 is the input, i + 1 what layer i gives. */
static NnShape
value_shape (const NnModel *model,
             int            value)
{
  return value > 0 ? model->layers[value - 1].output : model->input;
}

static NnStatus
check_second (const NnModel *model,
              const NnLayer *layer,
              NnError       *error)
{
  const NnShape a = layer->input;
  const NnShape b = value_shape (model, layer->second);

  if (a.channels == b.channels && a.height == b.height && a.width == b.width)
    return NN_OK;
  return nn_error_set (error, NN_ERROR_SHAPE, "%d x %d x %d and %d x %d x %d do not fit together",
                       a.channels, a.height, a.width, b.channels, b.height, b.width);
}

static NnStatus
shape_layer (const NnModel *model,
             NnLayer       *layer,
             NnError       *error)
{
  NnStatus status = NN_OK;

  layer->input = value_shape (model, layer->source);
  if ((layer->ops->flags & NN_LAYER_BATCH_NORM) != 0 && layer->source == 0)
    status = nn_error_set (error, NN_ERROR_UNSUPPORTED,
                           "the network's input is normalised already: put a layer before it");
  if (status == NN_OK && layer->second >= 0)
    status = check_second (model, layer, error);
  return status == NN_OK ? layer->ops->shape (layer, error) : status;
}

static NnStatus
shape_layers (NnModel *model,
              NnError *error)
{
  NnShape shape = model->input;

  for (size_t i = 0; i < model->n_layers; i++) {
    NnLayer *layer = &model->layers[i];
    NnError inner = { NN_OK, "" };

    if (shape_layer (model, layer, &inner) != NN_OK)
      return nn_error_set (error, inner.status, "%s \"%s\": %.180s", layer->ops->kind.name,
                           layer->name, inner.message);
    shape = layer->output;
    if (nn_shape_size (shape) > MAX_VALUES)
      return nn_error_set (error, NN_ERROR_SHAPE,
                           "%s \"%s\": its output of %d x %d x %d is too large",
                           layer->ops->kind.name, layer->name, shape.channels, shape.height,
                           shape.width);
  }
  if (shape.height != 1 || shape.width != 1)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "the last layer must give one number for each class, not %d x %d x %d",
                         shape.channels, shape.height, shape.width);
  return NN_OK;
}

/* A gradient flows into every layer from those that read it. */
static NnStatus
check_readers (const NnModel *model,
               NnError       *error)
{
  for (size_t i = 0; i + 1 < model->n_layers; i++) {
    bool read = false;

    for (size_t j = i + 1; j < model->n_layers && !read; j++)
      read = model->layers[j].source == (int) i + 1 || model->layers[j].second == (int) i + 1;
    if (!read)
      return nn_error_set (error, NN_ERROR_SYNTAX, "no layer reads what %s \"%s\" gives",
                           model->layers[i].ops->kind.name, model->layers[i].name);
  }
  return NN_OK;
}

/* Where a layer keeps the index of its tensor of that role. */
static int *
tensor_index (NnLayer     *layer,
              NnTensorRole role)
{
  int *const places[] = {
    [NN_TENSOR_WEIGHT] = &layer->weight,
    [NN_TENSOR_BIAS] = &layer->bias,
    [NN_TENSOR_ALPHA] = &layer->alpha,
    [NN_TENSOR_STEP] = &layer->step,
    [NN_TENSOR_SCALE] = &layer->scale,
    [NN_TENSOR_MEAN] = &layer->mean,
    [NN_TENSOR_VARIANCE] = &layer->variance,
  };

  return places[role];
}

static NnStatus
add_tensor (NnModel            *model,
            size_t              layer,
            const NnTensorSpec *spec,
            NnError            *error)
{
  NnModelTensor *tensor = &model->tensors[model->n_tensors];
  size_t count = 1;

  for (int d = 0; d < spec->rank; d++)
    if (__builtin_mul_overflow (count, spec->shape[d], &count) || count > MAX_PARAMETERS)
      return nn_error_set (error, NN_ERROR_SHAPE, "\"%s\" has more than %zu weights",
                           model->layers[layer].name, MAX_PARAMETERS);
  tensor->info = (NnTensor) { .role = spec->role, .layer = (int) layer, .rank = spec->rank,
                              .count = count };
  memcpy (tensor->info.shape, spec->shape, sizeof spec->shape);
  snprintf (tensor->info.name, sizeof tensor->info.name, "%s.%s", model->layers[layer].name,
            spec->suffix);
  tensor->fan_in = spec->fan_in;
  tensor->offset = model->arena_count;
  *tensor_index (&model->layers[layer], spec->role) = (int) model->n_tensors;
  model->parameter_count += count;
  model->arena_count += (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  model->n_tensors++;
  if (model->parameter_count > MAX_PARAMETERS)
    return nn_error_set (error, NN_ERROR_SHAPE, "the network has more than %zu weights",
                         MAX_PARAMETERS);
  return NN_OK;
}

static NnStatus
add_tensors (NnModel *model,
             NnError *error)
{
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];
    NnTensorSpec specs[NN_LAYER_MAX_TENSORS];
    const int n = layer->ops->tensors != NULL ? layer->ops->tensors (layer, specs) : 0;

    for (int t = 0; t < n; t++) {
      const NnStatus status = add_tensor (model, i, &specs[t], error);

      if (status != NN_OK)
        return status;
    }
  }
  return NN_OK;
}

static NnStatus
allocate_arena (NnModel *model,
                NnError *error)
{
  const size_t bytes = (model->arena_count > 0 ? model->arena_count : ALIGNMENT) * sizeof (float);

  model->arena = nn_memory_new (bytes);
  if (model->arena == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory for %zu weights", model->arena_count);
  for (size_t i = 0; i < model->n_tensors; i++) {
    NnModelTensor *tensor = &model->tensors[i];

    tensor->info.value = model->arena + tensor->offset;
    nn_start_tensor (&tensor->info);
  }
  return NN_OK;
}

static NnStatus
build (NnModel    *model,
       const char *text,
       NnError    *error)
{
  NnStatus status;

  model->layers = calloc (NN_MAX_LAYERS, sizeof *model->layers);
  model->tensors = calloc (NN_MAX_LAYERS * NN_LAYER_MAX_TENSORS, sizeof *model->tensors);
  if (model->layers == NULL || model->tensors == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory for a network");
  if ((status = nn_model_parse (model, text, error)) != NN_OK ||
      (status = shape_layers (model, error)) != NN_OK ||
      (status = check_readers (model, error)) != NN_OK ||
      (status = add_tensors (model, error)) != NN_OK ||
      (status = allocate_arena (model, error)) != NN_OK)
    return status;
  model->text = nn_model_write_text (model);
  if (model->text == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory for a network");
  model->quantizer = nn_weight_quantizer (0);
  model->quantizer_values = nn_param_defaults (model->quantizer->params,
                                               model->quantizer->n_params);
  return NN_OK;
}

NnModel *
nn_model_new (const char *text,
              NnError    *error)
{
  NnModel *model = calloc (1, sizeof *model);

  if (model == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for a network");
    return NULL;
  }
  if (build (model, text, error) != NN_OK) {
    nn_model_free (model);
    return NULL;
  }
  return model;
}

void
nn_model_free (NnModel *model)
{
  if (model == NULL)
    return;
  free (model->arena);
  free (model->tensors);
  free (model->layers);
  free (model->text);
  free (model);
}

NnModel *
nn_model_copy (const NnModel *model,
               NnError       *error)
{
  NnModel *copy = nn_model_new (model->text, error);

  if (copy != NULL)
    nn_model_assign (copy, model);
  return copy;
}

void
nn_model_assign (NnModel       *model,
                 const NnModel *source)
{
  assert (strcmp (model->text, source->text) == 0);
  memcpy (model->arena, source->arena, sizeof (float) * source->arena_count);
  for (size_t i = 0; i < model->n_layers; i++) {
    model->layers[i].weight_bits = source->layers[i].weight_bits;
    model->layers[i].activation_bits = source->layers[i].activation_bits;
    model->layers[i].step_bits = source->layers[i].step_bits;
  }
  model->quantizer = source->quantizer;
  model->quantizer_values = source->quantizer_values;
}

const char *
nn_model_text (const NnModel *model)
{
  return model->text;
}

NnShape
nn_model_input (const NnModel *model)
{
  return model->input;
}

int
nn_model_classes (const NnModel *model)
{
  return model->layers[model->n_layers - 1].output.channels;
}

uint64_t
nn_model_macs (const NnModel *model)
{
  uint64_t macs = 0;

  for (size_t i = 0; i < model->n_layers; i++)
    if (model->layers[i].ops->macs != NULL)
      macs += model->layers[i].ops->macs (&model->layers[i]);
  return macs;
}

size_t
nn_model_layer_count (const NnModel *model)
{
  return model->n_layers;
}

NnLayerInfo
nn_model_layer (const NnModel *model,
                size_t         index)
{
  const NnLayer *layer = &model->layers[index];

  return (NnLayerInfo) {
    .name = layer->name,
    .kind = &layer->ops->kind,
    .input = layer->input,
    .output = layer->output,
    .weight_tensor = layer->weight,
    .alpha_tensor = layer->alpha,
    .step_tensor = layer->step,
    .source = layer->source - 1,
    .second = layer->second >= 0 ? layer->second - 1 : NN_NO_LAYER,
    .weight_bits = layer->weight_bits,
    .activation_bits = layer->activation_bits,
    .macs = layer->ops->macs != NULL ? layer->ops->macs (layer) : 0,
  };
}

size_t
nn_model_tensor_count (const NnModel *model)
{
  return model->n_tensors;
}

NnTensor
nn_model_tensor (const NnModel *model,
                 size_t         index)
{
  return model->tensors[index].info;
}

size_t
nn_model_tensor_offset (const NnModel *model,
                        size_t         index)
{
  return model->tensors[index].offset;
}

size_t
nn_model_parameter_count (const NnModel *model)
{
  return model->parameter_count;
}

size_t
nn_model_arena_count (const NnModel *model)
{
  return model->arena_count;
}

float *
nn_model_parameters (NnModel *model)
{
  return model->arena;
}

bool
nn_model_has_pact (const NnModel *model)
{
  for (size_t i = 0; i < model->n_layers; i++)
    if (model->layers[i].alpha >= 0)
      return true;
  return false;
}

bool
nn_model_has_batch_norm (const NnModel *model)
{
  for (size_t i = 0; i < model->n_layers; i++)
    if ((model->layers[i].ops->flags & NN_LAYER_BATCH_NORM) != 0)
      return true;
  return false;
}

bool
nn_model_tensor_is_trained (const NnModel *model,
                            size_t         index)
{
  const NnTensor *tensor = &model->tensors[index].info;

  if (tensor->role == NN_TENSOR_MEAN || tensor->role == NN_TENSOR_VARIANCE)
    return false;
  return tensor->role != NN_TENSOR_WEIGHT || !model->layers[tensor->layer].frozen;
}

const NnWeightQuantizer *
nn_model_quantizer (const NnModel *model,
                    NnParamValues *values)
{
  if (values != NULL)
    *values = model->quantizer_values;
  return model->quantizer;
}

void
nn_model_set_quantizer (NnModel                 *model,
                        const NnWeightQuantizer *quantizer,
                        NnParamValues            values)
{
  model->quantizer = quantizer;
  model->quantizer_values = values;
}

static NnStatus
check_bits (int      bits,
            NnError *error)
{
  if (nn_bits_valid (bits))
    return NN_OK;
  return nn_error_set (error, NN_ERROR_RANGE,
                       "a bit width must be 0 (off), %d to %d or %d (clip only), not %d",
                       NN_BITS_MIN, NN_BITS_MAX, NN_BITS_CLIP, bits);
}

NnStatus
nn_model_set_weight_bits (NnModel *model,
                          size_t   layer,
                          int      bits,
                          NnError *error)
{
  NnStatus status = check_bits (bits, error);

  if (status == NN_OK && model->layers[layer].weight < 0)
    status = nn_error_set (error, NN_ERROR_UNSUPPORTED, "%s \"%s\" has no weights to quantize",
                           model->layers[layer].ops->kind.name, model->layers[layer].name);
  if (status == NN_OK)
    model->layers[layer].weight_bits = bits;
  return status;
}

NnStatus
nn_model_set_activation_bits (NnModel *model,
                              size_t   layer,
                              int      bits,
                              NnError *error)
{
  NnStatus status = check_bits (bits, error);

  if (status == NN_OK && model->layers[layer].alpha < 0)
    status = nn_error_set (error, NN_ERROR_UNSUPPORTED,
                           "%s \"%s\" has no clipping level: only pact quantizes activations",
                           model->layers[layer].ops->kind.name, model->layers[layer].name);
  if (status == NN_OK)
    model->layers[layer].activation_bits = bits;
  return status;
}

static int
edge_bits (const NnLayer *layer,
           int            bits,
           NnEdgePolicy   edges)
{
  if (edges == NN_EDGES_SAME || bits == NN_BITS_OFF || bits == NN_BITS_CLIP)
    return bits;
  return edges == NN_EDGES_FULL || layer->frozen ? NN_BITS_OFF : NN_BITS_MAX;
}

NnStatus
nn_model_set_bits (NnModel     *model,
                   int          weight_bits,
                   int          activation_bits,
                   NnEdgePolicy edges,
                   NnError     *error)
{
  NnLayer *first = NULL;
  NnLayer *last = NULL;
  NnStatus status = check_bits (weight_bits, error);

  if (status == NN_OK)
    status = check_bits (activation_bits, error);
  if (status != NN_OK)
    return status;
  for (size_t i = 0; i < model->n_layers; i++) {
    NnLayer *layer = &model->layers[i];

    if (layer->alpha >= 0)
      layer->activation_bits = activation_bits;
    if (layer->weight >= 0) {
      layer->weight_bits = weight_bits;
      first = first != NULL ? first : layer;
      last = layer;
    }
  }
  if (first != NULL) {
    first->weight_bits = edge_bits (first, weight_bits, edges);
    last->weight_bits = edge_bits (last, weight_bits, edges);
  }
  return NN_OK;
}
