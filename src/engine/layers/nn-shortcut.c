/* nn-shortcut.c - the shortcut of a residual block without weights
 *
 * Option A of He et al. 2015 (arXiv 1512.03385): every `stride`-th row and
 * column of the input, and the channels that the block adds are zero, half of
 * them before and half behind those of the input.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"

enum { OUT, STRIDE };

static const NnParam params[] = {
  [OUT] = { "out", N_("Output channels (0: those of the input)"), NN_PARAM_INTEGER, 0, 4096,
            0 },
  [STRIDE] = { "stride", N_("Stride"), NN_PARAM_INTEGER, 1, 8, 1 },
};

static NnStatus
shortcut_shape (NnLayer *layer,
                NnError *error)
{
  const int given = (int) layer->values.value[OUT];
  const int out = given != 0 ? given : layer->input.channels;
  const int stride = (int) layer->values.value[STRIDE];

  if (out < layer->input.channels)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "a shortcut adds channels: out must be at least %d, not %d",
                         layer->input.channels, out);
  layer->output = (NnShape) { out, (layer->input.height - 1) / stride + 1,
                              (layer->input.width - 1) / stride + 1 };
  return NN_OK;
}

static size_t
plane_of (NnShape shape)
{
  return (size_t) shape.height * (size_t) shape.width;
}

/* Output channels before the first that is not zero. */
static int
channels_before (const NnLayer *layer)
{
  return (layer->output.channels - layer->input.channels) / 2;
}

/* Runs of channels whose pixels move as a whole: one plane's, or on lanes the
 * most that lie side by side both in the input and in the output. */
static int
run_of (const NnLayer     *layer,
        const NnLayerCall *call)
{
  const int before = channels_before (layer);
  int run = call->x_on_lanes ? NN_LANES : 1;

  while (before % run != 0)
    run /= 2;
  return run;
}

/* Where the pixels of channel c of an image start. */
static size_t
start_of (NnShape shape,
          bool    on_lanes,
          int     c)
{
  const size_t lane = on_lanes ? (size_t) (c % NN_LANES) : 0;

  return ((size_t) c - lane) * plane_of (shape) + lane;
}

/* Moves runs of `run` floats between every stride-th row and column of x and
 * all pixels of y, which lie `pixel` floats apart. */
typedef struct
{
  NnShape in;
  NnShape out;
  size_t  stride;
  size_t  pixel;
  size_t  run;
} Sampling;

NN_KERNEL static void
subsample (const Sampling *sampling,
           const float    *x,
           float          *y)
{
  const size_t run = sampling->run;
  const size_t step = sampling->stride * sampling->pixel;

  for (int i = 0; i < sampling->out.height; i++) {
    const float *from = x + (size_t) i * (size_t) sampling->in.width * step;

    for (int j = 0; j < sampling->out.width; j++, from += step, y += sampling->pixel)
      for (size_t c = 0; c < run; c++)
        y[c] = from[c];
  }
}

/* The transpose, where dx is 0. */
NN_KERNEL static void
spread (const Sampling *sampling,
        const float    *dy,
        float          *dx)
{
  const size_t run = sampling->run;
  const size_t step = sampling->stride * sampling->pixel;

  for (int i = 0; i < sampling->out.height; i++) {
    float *to = dx + (size_t) i * (size_t) sampling->in.width * step;

    for (int j = 0; j < sampling->out.width; j++, to += step, dy += sampling->pixel)
      for (size_t c = 0; c < run; c++)
        to[c] = dy[c];
  }
}

static Sampling
sampling_of (const NnLayer     *layer,
             const NnLayerCall *call)
{
  return (Sampling) {
    .in = layer->input,
    .out = layer->output,
    .stride = (size_t) layer->values.value[STRIDE],
    .pixel = call->x_on_lanes ? NN_LANES : 1,
    .run = (size_t) run_of (layer, call),
  };
}

static void
shortcut_forward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  const Sampling sampling = sampling_of (layer, call);
  const bool on_lanes = call->x_on_lanes;
  const int before = channels_before (layer);

  memset (call->y, 0, sizeof (float) * call->images * nn_shape_size (layer->output));
  for (size_t i = 0; i < call->images; i++) {
    const float *x = call->x + i * nn_shape_size (layer->input);
    float *y = call->y + i * nn_shape_size (layer->output);

    for (int c = 0; c < layer->input.channels; c += (int) sampling.run)
      subsample (&sampling, x + start_of (layer->input, on_lanes, c),
                 y + start_of (layer->output, on_lanes, before + c));
  }
}

static void
shortcut_backward (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const Sampling sampling = sampling_of (layer, call);
  const bool on_lanes = call->x_on_lanes;
  const int before = channels_before (layer);

  if (call->dx == NULL)
    return;
  memset (call->dx, 0, sizeof (float) * call->images * nn_shape_size (layer->input));
  for (size_t i = 0; i < call->images; i++) {
    const float *dy = call->dy + i * nn_shape_size (layer->output);
    float *dx = call->dx + i * nn_shape_size (layer->input);

    for (int c = 0; c < layer->input.channels; c += (int) sampling.run)
      spread (&sampling, dy + start_of (layer->output, on_lanes, before + c),
              dx + start_of (layer->input, on_lanes, c));
  }
}

const NnLayerOps nn_shortcut_ops = {
  .kind = {
    .name = "shortcut",
    .title = N_("Shortcut"),
    .summary = N_("Every stride-th row and column, channels padded with zeros on both sides "
                  "(option A of arXiv 1512.03385)"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_KEEPS_LANES,
  .shape = shortcut_shape,
  .forward = shortcut_forward,
  .backward = shortcut_backward,
};
