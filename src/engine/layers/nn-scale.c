/* nn-scale.c - multiplies by a constant
 *
 * What a network's author chose to temper the logits with; no parameter of it
 * is trained.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"

enum { FACTOR };

static const NnParam params[] = {
  [FACTOR] = { "factor", N_("Factor"), NN_PARAM_REAL, 1e-6, 1e6, __builtin_nan ("") },
};

static NnStatus
scale_shape (NnLayer *layer,
             NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

NN_KERNEL static void
scale_kernel (const float *x,
              size_t       n,
              float        factor,
              float       *y)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] * factor;
}

static void
scale_forward (const NnLayer     *layer,
               const NnLayerCall *call)
{
  scale_kernel (call->x, call->images * nn_shape_size (layer->input),
                (float) layer->values.value[FACTOR], call->y);
}

static void
scale_backward (const NnLayer     *layer,
                const NnLayerCall *call)
{
  if (call->dx != NULL)
    scale_kernel (call->dy, call->images * nn_shape_size (layer->input),
                  (float) layer->values.value[FACTOR], call->dx);
}

const NnLayerOps nn_scale_ops = {
  .kind = {
    .name = "scale",
    .title = N_("Scale"),
    .summary = N_("Multiplies every value by a constant"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_KEEPS_LANES,
  .shape = scale_shape,
  .forward = scale_forward,
  .backward = scale_backward,
};
