/* nn-activation.c - the layers relu and pact
 *
 * Both keep one byte a value for backward (see nn_pact_forward()); ReLU is
 * PACT with its bits off, so one pair of functions serves both.  PACT+ keeps
 * the residual of the rounding beside it, four bytes more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-layer-ops.h"

enum { GRADIENT };
enum { GRADIENT_PACT, GRADIENT_PACT_PLUS };

static const char *const gradients[] = {
  [GRADIENT_PACT] = "pact",
  [GRADIENT_PACT_PLUS] = "pact+",
  NULL,
};

static const NnParam pact_params[] = {
  [GRADIENT] = { "gradient", "Gradient of the clipping level", NN_PARAM_CHOICE, 0, 1,
                 GRADIENT_PACT, gradients },
};

static bool
keeps_residual (const NnLayer *layer)
{
  return layer->alpha >= 0 && layer->values.value[GRADIENT] == GRADIENT_PACT_PLUS;
}

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
  specs[0] = (NnTensorSpec) { "alpha", NN_TENSOR_ALPHA, 1, { 1 }, 0 };
  return 1;
}

/* Where the residual starts behind the bytes of one image. */
static size_t
residual_offset (const NnLayer *layer)
{
  return (nn_shape_size (layer->output) + 63) / 64 * 64;
}

static size_t
activation_saved (const NnLayer *layer)
{
  const size_t n = nn_shape_size (layer->output);

  return keeps_residual (layer) ? residual_offset (layer) + (n * sizeof (float) + 63) / 64 * 64 : n;
}

static void
activation_forward (const NnLayer     *layer,
                    const NnLayerCall *call)
{
  const size_t n = nn_shape_size (layer->input);

  if (call->saved != NULL && keeps_residual (layer))
    nn_pact_residual (call->x, n, call->alpha, layer->activation_bits,
                      (float *) (call->saved + residual_offset (layer)));
  nn_pact_forward (call->x, n, call->alpha, layer->activation_bits, call->y, call->saved);
}

static void
activation_backward (const NnLayer     *layer,
                     const NnLayerCall *call)
{
  const size_t n = nn_shape_size (layer->input);
  const bool has_alpha = call->dalpha != NULL && layer->activation_bits != NN_BITS_OFF;

  if (has_alpha && keeps_residual (layer))
    *call->dalpha += (float) nn_pact_residual_gradient (
      call->dy, (const float *) (call->saved + residual_offset (layer)), n);

  const double dalpha = nn_pact_backward (call->dy, call->saved, n, call->dx);

  if (has_alpha)
    *call->dalpha += (float) dalpha;
}

const NnLayerOps nn_relu_ops = {
  .kind = {
    .name = "relu",
    .title = "ReLU",
    .summary = "max (x, 0)",
    .activation = true,
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
    .params = pact_params,
    .n_params = sizeof pact_params / sizeof pact_params[0],
    .activation = true,
  },
  .flags = NN_LAYER_IN_PLACE,
  .shape = activation_shape,
  .tensors = pact_tensors,
  .saved_bytes = activation_saved,
  .forward = activation_forward,
  .backward = activation_backward,
};
