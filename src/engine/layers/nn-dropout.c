/* nn-dropout.c - inverted dropout
 *
 * In training each value is kept with probability 1 - rate and divided by it;
 * in evaluation nothing happens.  The decision takes 16 random bits, named by
 * seed, step, layer and the image's place in the batch.
 *
 * Source: Srivastava et al. 2014, "Dropout".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-layer-ops.h"
#include "nn/nn-rng.h"

enum { RATE };

static const NnParam params[] = {
  [RATE] = { "rate", "Share of values dropped", NN_PARAM_REAL, 0, 0.95, 0.5 },
};

static NnStatus
dropout_shape (NnLayer *layer,
               NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

static size_t
dropout_saved (const NnLayer *layer)
{
  return nn_shape_size (layer->output);
}

/* keep[i] = 1 where value i survives. */
static void
draw_mask (const NnLayerCall *call,
           uint32_t           threshold,
           size_t             n,
           uint8_t           *keep)
{
  for (size_t i = 0; i < n; i += 8) {
    uint32_t words[4];

    nn_rng_block (call->seed, call->stream, i / 8, words);
    for (size_t j = 0; j < 8 && i + j < n; j++)
      keep[i + j] = ((words[j / 2] >> (16 * (j % 2))) & 0xffff) >= threshold;
  }
}

static void
dropout_forward (const NnLayer     *layer,
                 const NnLayerCall *call)
{
  const size_t n = nn_shape_size (layer->input);
  const float scale = (float) (1.0 / (1.0 - layer->values.value[RATE]));

  if (!call->training || call->saved == NULL) {
    if (call->y != call->x)
      memcpy (call->y, call->x, sizeof (float) * n);
    return;
  }
  draw_mask (call, (uint32_t) (layer->values.value[RATE] * 65536.0), n, call->saved);
  for (size_t i = 0; i < n; i++)
    call->y[i] = call->x[i] * (scale * (float) call->saved[i]);
}

static void
dropout_backward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  const size_t n = nn_shape_size (layer->input);
  const float scale = (float) (1.0 / (1.0 - layer->values.value[RATE]));

  if (call->dx == NULL)
    return;
  if (!call->training) {
    if (call->dx != call->dy)
      memcpy (call->dx, call->dy, sizeof (float) * n);
    return;
  }
  for (size_t i = 0; i < n; i++)
    call->dx[i] = call->dy[i] * (scale * (float) call->saved[i]);
}

const NnLayerOps nn_dropout_ops = {
  .kind = {
    .name = "dropout",
    .title = "Dropout",
    .summary = "Drops a random share of the values while training",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_RANDOM | NN_LAYER_IDENTITY,
  .shape = dropout_shape,
  .saved_bytes = dropout_saved,
  .forward = dropout_forward,
  .backward = dropout_backward,
};
