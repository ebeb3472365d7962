/* nn-gelu.c - the layer gelu
 *
 * The derivative is taken in the forward pass, which has its exponential at
 * hand, and kept for backward: as many bytes as the input, and the layer works
 * in place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-gelu-kernel.h"
#include "nn-layer-ops.h"

static NnStatus
gelu_shape (NnLayer *layer,
            NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

static size_t
gelu_saved (const NnLayer *layer)
{
  return nn_shape_size (layer->output) * sizeof (float);
}

static void
gelu_forward (const NnLayer     *layer,
              const NnLayerCall *call)
{
  nn_gelu (call->x, call->images * nn_shape_size (layer->input), call->y, (float *) call->saved);
}

static void
gelu_backward (const NnLayer     *layer,
               const NnLayerCall *call)
{
  if (call->dx != NULL)
    nn_gelu_backward (call->dy, (const float *) call->saved,
                      call->images * nn_shape_size (layer->input), call->dx);
}

const NnLayerOps nn_gelu_ops = {
  .kind = {
    .name = "gelu",
    .title = N_("GELU"),
    .summary = N_("x times the share of a normal distribution below x (arXiv 1606.08415)"),
    .activation = true,
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_KEEPS_LANES,
  .shape = gelu_shape,
  .saved_bytes = gelu_saved,
  .forward = gelu_forward,
  .backward = gelu_backward,
};
