/* nn-flatten.c - a view of (C, H, W) as (C H W, 1, 1)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-layer-ops.h"

static NnStatus
flatten_shape (NnLayer *layer,
               NnError *error)
{
  (void) error;
  layer->output = (NnShape) { (int) nn_shape_size (layer->input), 1, 1 };
  return NN_OK;
}

static void
flatten_forward (const NnLayer     *layer,
                 const NnLayerCall *call)
{
  if (call->y != call->x)
    memcpy (call->y, call->x, sizeof (float) * nn_shape_size (layer->input));
}

static void
flatten_backward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  if (call->dx != NULL && call->dx != call->dy)
    memcpy (call->dx, call->dy, sizeof (float) * nn_shape_size (layer->input));
}

const NnLayerOps nn_flatten_ops = {
  .kind = {
    .name = "flatten",
    .title = N_("Flatten"),
    .summary = N_("Channels, rows and columns become one list of features"),
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_IDENTITY,
  .shape = flatten_shape,
  .forward = flatten_forward,
  .backward = flatten_backward,
};
