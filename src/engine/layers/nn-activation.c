/* nn-activation.c - the layers relu and pact
 *
 * Both keep one byte a value for backward (see nn_pact_forward()); ReLU is
 * PACT with its bits off, so one pair of functions serves both.  PACT+ keeps
 * the residual of the rounding beside it, and PACT of GELU its derivative,
 * four bytes more each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-gelu-kernel.h"
#include "nn-layer-ops.h"

enum { GRADIENT, OF };
enum { GRADIENT_PACT, GRADIENT_PACT_PLUS };
enum { OF_RELU, OF_GELU };

static const char *const gradients[] = {
  [GRADIENT_PACT] = "pact",
  [GRADIENT_PACT_PLUS] = "pact+",
  NULL,
};

static const char *const functions[] = {
  [OF_RELU] = "relu",
  [OF_GELU] = "gelu",
  NULL,
};

static const NnParam pact_params[] = {
  [GRADIENT] = { "gradient", N_("Gradient of the clipping level"), NN_PARAM_CHOICE, 0, 1,
                 GRADIENT_PACT, gradients },
  [OF] = { "of", N_("What is clipped"), NN_PARAM_CHOICE, 0, 1, OF_RELU, functions },
};

static bool
keeps_residual (const NnLayer *layer)
{
  return layer->alpha >= 0 && layer->values.value[GRADIENT] == GRADIENT_PACT_PLUS;
}

static bool
is_of_gelu (const NnLayer *layer)
{
  return layer->alpha >= 0 && layer->values.value[OF] == OF_GELU;
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

static size_t
padded (size_t bytes)
{
  return (bytes + 63) / 64 * 64;
}

/* What is kept of one image: the bytes, the residual, the derivative. */
static size_t
residual_offset (const NnLayer *layer)
{
  return padded (nn_shape_size (layer->output));
}

static size_t
derivative_offset (const NnLayer *layer)
{
  const size_t residual = nn_shape_size (layer->output) * sizeof (float);

  return residual_offset (layer) + (keeps_residual (layer) ? padded (residual) : 0);
}

static size_t
activation_saved (const NnLayer *layer)
{
  const size_t n = nn_shape_size (layer->output);

  if (is_of_gelu (layer))
    return derivative_offset (layer) + padded (n * sizeof (float));
  return keeps_residual (layer) ? derivative_offset (layer) : n;
}

static void
activation_forward (const NnLayer     *layer,
                    const NnLayerCall *call)
{
  const size_t n = nn_shape_size (layer->input);
  const float *x = call->x;

  if (is_of_gelu (layer)) {
    nn_gelu (x, n, call->y, call->saved != NULL
                            ? (float *) (call->saved + derivative_offset (layer)) : NULL);
    if (layer->activation_bits == NN_BITS_OFF)
      return;
    x = call->y;
  }
  if (call->saved != NULL && keeps_residual (layer))
    nn_pact_residual (x, n, call->alpha, layer->activation_bits,
                      (float *) (call->saved + residual_offset (layer)));
  nn_pact_forward (x, n, call->alpha, layer->activation_bits, call->y, call->saved);
}

/* Through the clipping: dx, and alpha's gradient where it has one. */
static void
clip_backward (const NnLayer     *layer,
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

static void
activation_backward (const NnLayer     *layer,
                     const NnLayerCall *call)
{
  const bool off = layer->activation_bits == NN_BITS_OFF;

  if (!is_of_gelu (layer)) {
    clip_backward (layer, call);
    return;
  }
  if (!off)
    clip_backward (layer, call);
  nn_gelu_backward (off ? call->dy : call->dx,
                    (const float *) (call->saved + derivative_offset (layer)),
                    nn_shape_size (layer->input), call->dx);
}

const NnLayerOps nn_relu_ops = {
  .kind = {
    .name = "relu",
    .title = N_("ReLU"),
    .summary = N_("max (x, 0)"),
    .activation = true,
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_CHEAP | NN_LAYER_KEEPS_LANES,
  .shape = activation_shape,
  .saved_bytes = activation_saved,
  .forward = activation_forward,
  .backward = activation_backward,
};

const NnLayerOps nn_pact_ops = {
  .kind = {
    .name = "pact",
    .title = N_("PACT"),
    .summary = N_("Clipped at a learned level alpha and quantized to k bits (arXiv 1805.06085)"),
    .params = pact_params,
    .n_params = sizeof pact_params / sizeof pact_params[0],
    .activation = true,
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_CHEAP | NN_LAYER_KEEPS_LANES,
  .shape = activation_shape,
  .tensors = pact_tensors,
  .saved_bytes = activation_saved,
  .forward = activation_forward,
  .backward = activation_backward,
};
