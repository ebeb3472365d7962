/* nn-activation.c - the layers relu and pact
 *
 * Both keep one byte a value for backward (see nn_pact_forward()); ReLU is
 * PACT with its bits off, so one pair of functions serves both.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-layer-ops.h"

static NnStatus
activation_shape (NnLayer *layer,
                  NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

static int
pact_tensors (const NnLayer *layer,
              NnTensorSpec  *specs)
{
  (void) layer;
  specs[0] = (NnTensorSpec) { "alpha", NN_TENSOR_ALPHA, 1, { 1 }, 1 };
  return 1;
}

static size_t
activation_saved (const NnLayer *layer)
{
  return nn_shape_size (layer->output);
}

static void
activation_forward (const NnLayer     *layer,
                    const NnLayerCall *call)
{
  nn_pact_forward (call->x, nn_shape_size (layer->input), call->alpha,
                   layer->activation_bits, call->y, call->saved);
}

static void
activation_backward (const NnLayer     *layer,
                     const NnLayerCall *call)
{
  double dalpha;

  if (call->dx == NULL && call->dalpha == NULL)
    return;
  dalpha = nn_pact_backward (call->dy, call->saved, nn_shape_size (layer->input),
                             call->dx);
  if (call->dalpha != NULL && layer->activation_bits != NN_BITS_OFF)
    *call->dalpha += (float) dalpha;
}

const NnLayerOps nn_relu_ops = {
  .kind = {
    .name = "relu",
    .title = "ReLU",
    .summary = "max (x, 0)",
  },
  .flags = NN_LAYER_IN_PLACE,
  .shape = activation_shape,
  .saved_bytes = activation_saved,
  .forward = activation_forward,
  .backward = activation_backward,
};

const NnLayerOps nn_pact_ops = {
  .kind = {
    .name = "pact",
    .title = "PACT",
    .summary = "Clipped at a learned level alpha and quantized to k bits (arXiv 1805.06085)",
  },
  .flags = NN_LAYER_IN_PLACE,
  .shape = activation_shape,
  .tensors = pact_tensors,
  .saved_bytes = activation_saved,
  .forward = activation_forward,
  .backward = activation_backward,
};
