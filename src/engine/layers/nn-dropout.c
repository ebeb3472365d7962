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

#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"
#include "nn/nn-rng.h"

enum { RATE };

static const NnParam params[] = {
  [RATE] = { "rate", N_("Share of values dropped"), NN_PARAM_REAL, 0, 0.95, 0.5 },
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

/* The random words of one image. */
static size_t
dropout_scratch (const NnLayer *layer)
{
  return (nn_shape_size (layer->input) + 1) / 2;
}

/* keep[i] = 1 where value i survives: two values take a word. */
NN_KERNEL static void
draw_mask (const uint32_t *restrict words,
           uint32_t                 threshold,
           size_t                   n,
           uint8_t *restrict        keep)
{
  for (size_t i = 0; i < n / 2; i++) {
    keep[2 * i] = (words[i] & 0xffff) >= threshold;
    keep[2 * i + 1] = (words[i] >> 16) >= threshold;
  }
  if (n % 2 != 0)
    keep[n - 1] = (words[n / 2] & 0xffff) >= threshold;
}

/* y = x scale where kept, else 0; y may be x. */
NN_KERNEL static void
scale_kept (const float   *x,
            const uint8_t *keep,
            float          scale,
            size_t         n,
            float         *y)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] * (scale * (float) keep[i]);
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
  uint32_t *words = (uint32_t *) call->scratch;

  nn_rng_words (call->seed, call->stream, words, (n + 1) / 2);
  draw_mask (words, (uint32_t) (layer->values.value[RATE] * 65536.0), n, call->saved);
  scale_kept (call->x, call->saved, scale, n, call->y);
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
  scale_kept (call->dy, call->saved, scale, n, call->dx);
}

const NnLayerOps nn_dropout_ops = {
  .kind = {
    .name = "dropout",
    .title = N_("Dropout"),
    .summary = N_("Drops a random share of the values while training"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_IN_PLACE | NN_LAYER_RANDOM | NN_LAYER_IDENTITY,
  .shape = dropout_shape,
  .saved_bytes = dropout_saved,
  .scratch_floats = dropout_scratch,
  .forward = dropout_forward,
  .backward = dropout_backward,
};
