/* nn-shortcut.c - the shortcut of a residual block without weights
 *
 * Option A of He et al. 2015 (arXiv 1512.03385): every `stride`-th row and
 * column of the input, and the channels that the block adds are zero, half of
 * them before and half behind those of the input.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-layer-ops.h"

enum { OUT, STRIDE };

static const NnParam params[] = {
  [OUT] = { "out", "Output channels (0: those of the input)", NN_PARAM_INTEGER, 0, 4096,
            0 },
  [STRIDE] = { "stride", "Stride", NN_PARAM_INTEGER, 1, 8, 1 },
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

/* Values of one output image before its first channel that is not zero. */
static size_t
padding_before (const NnLayer *layer)
{
  const int added = layer->output.channels - layer->input.channels;

  return (size_t) (added / 2) * plane_of (layer->output);
}

/* y (H', W') = every stride-th row and column of x (H, W). */
static void
subsample (const NnLayer *layer,
           const float   *x,
           float         *y)
{
  const int stride = (int) layer->values.value[STRIDE];
  const NnShape out = layer->output;

  for (int i = 0; i < out.height; i++)
    for (int j = 0; j < out.width; j++)
      y[i * out.width + j] = x[(i * layer->input.width + j) * stride];
}

/* The transpose. */
static void
spread (const NnLayer *layer,
        const float   *dy,
        float         *dx)
{
  const int stride = (int) layer->values.value[STRIDE];
  const NnShape out = layer->output;

  memset (dx, 0, sizeof (float) * plane_of (layer->input));
  for (int i = 0; i < out.height; i++)
    for (int j = 0; j < out.width; j++)
      dx[(i * layer->input.width + j) * stride] = dy[i * out.width + j];
}

static void
shortcut_forward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  const size_t in_plane = plane_of (layer->input);
  const size_t out_plane = plane_of (layer->output);
  const size_t in_channels = (size_t) layer->input.channels;

  memset (call->y, 0, sizeof (float) * call->images * nn_shape_size (layer->output));
  for (size_t i = 0; i < call->images; i++) {
    const float *x = call->x + i * nn_shape_size (layer->input);
    float *y = call->y + i * nn_shape_size (layer->output) + padding_before (layer);

    for (size_t c = 0; c < in_channels; c++)
      subsample (layer, x + c * in_plane, y + c * out_plane);
  }
}

static void
shortcut_backward (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const size_t in_plane = plane_of (layer->input);
  const size_t out_plane = plane_of (layer->output);
  const size_t in_channels = (size_t) layer->input.channels;

  if (call->dx == NULL)
    return;
  for (size_t i = 0; i < call->images; i++) {
    const float *dy = call->dy + i * nn_shape_size (layer->output) + padding_before (layer);
    float *dx = call->dx + i * nn_shape_size (layer->input);

    for (size_t c = 0; c < in_channels; c++)
      spread (layer, dy + c * out_plane, dx + c * in_plane);
  }
}

const NnLayerOps nn_shortcut_ops = {
  .kind = {
    .name = "shortcut",
    .title = "Shortcut",
    .summary = "Every stride-th row and column, channels padded with zeros on both sides "
               "(option A of arXiv 1512.03385)",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .shape = shortcut_shape,
  .forward = shortcut_forward,
  .backward = shortcut_backward,
};
