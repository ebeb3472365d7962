/* nn-add.c - the sum of two outputs: where a shortcut meets its block
 *
 * The gradient to both inputs is the output's; the exec hands it to the
 * second, as it may have other readers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "kernels/nn-sum.h"
#include "nn-layer-ops.h"

static NnStatus
add_shape (NnLayer *layer,
           NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

static void
add_forward (const NnLayer     *layer,
             const NnLayerCall *call)
{
  nn_sum (call->x, call->second, call->images * nn_shape_size (layer->input), call->y);
}

static void
add_backward (const NnLayer     *layer,
              const NnLayerCall *call)
{
  if (call->dx != NULL && call->dx != call->dy)
    memcpy (call->dx, call->dy, sizeof (float) * call->images * nn_shape_size (layer->input));
}

const NnLayerOps nn_add_ops = {
  .kind = {
    .name = "add",
    .title = N_("Addition"),
    .summary = N_("The sum of two outputs of one shape"),
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_GROUPS | NN_LAYER_TWO_INPUTS |
           NN_LAYER_KEEPS_LANES,
  .shape = add_shape,
  .forward = add_forward,
  .backward = add_backward,
};
