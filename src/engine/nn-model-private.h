/* nn-model-private.h - the inside of a model, for the engine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "layers/nn-layer-ops.h"

#define NN_MAX_LAYERS 256

/* Where a tensor lies in the arena of parameters, and how it starts. */
typedef struct
{
  NnTensor info;
  size_t   offset; /* in floats                                               */
  size_t   fan_in;
} NnModelTensor;

struct NnModel
{
  char                    *text;
  NnShape                  input;
  NnLayer                 *layers;
  size_t                   n_layers;
  NnModelTensor           *tensors;
  size_t                   n_tensors;
  size_t                   parameter_count;
  size_t                   arena_count;
  float                   *arena;
  const NnWeightQuantizer *quantizer;
  NnParamValues            quantizer_values;
};

/* Reads the lines of `text` into model->input and model->layers (kinds, names
 * and parameter values, no shapes). */
NnStatus nn_model_parse (NnModel    *model,
                         const char *text,
                         NnError    *error) NN_MUST_CHECK;

/* The canonical text of the layers; the caller frees it. NULL: no memory. */
char *nn_model_write_text (const NnModel *model);

/* No layer has learned its step. */
void nn_model_forget_steps (NnModel *model);

/* Offset of tensor `index` in floats from nn_model_parameters(). */
size_t nn_model_tensor_offset (const NnModel *model,
                               size_t         index);
