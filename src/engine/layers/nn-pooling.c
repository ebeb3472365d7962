/* nn-pooling.c - max-pool and average-pool
 *
 * Windows that would reach over the lower or right edge are left out, as is
 * usual.  Max-pool saves for each output which of its window's inputs won
 * (the first among equals), one byte each.  Values that differ by no more
 * than rounding count as equal there: where a picture is flat, the gradient
 * must not wander with the last bits of a convolution.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"

/* Relative; a convolution's rounding is a few 1e-6 of its largest output. */
#define ROUNDING 0x1p-16f

enum { SIZE, STRIDE };

static const NnParam params[] = {
  [SIZE] = { "size", "Window size", NN_PARAM_INTEGER, 1, 15, 2 },
  [STRIDE] = { "stride", "Stride (0: the window size)", NN_PARAM_INTEGER, 0, 15, 0 },
};

static int
stride_of (const NnLayer *layer)
{
  const int stride = (int) layer->values.value[STRIDE];

  return stride != 0 ? stride : (int) layer->values.value[SIZE];
}

static NnStatus
pool_shape (NnLayer *layer,
            NnError *error)
{
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);

  if (layer->input.height < size || layer->input.width < size)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "a %d x %d window does not fit the %d x %d input",
                         size, size, layer->input.height, layer->input.width);
  layer->output = (NnShape) { layer->input.channels,
                              (layer->input.height - size) / stride + 1,
                              (layer->input.width - size) / stride + 1 };
  return NN_OK;
}

static size_t
max_pool_saved (const NnLayer *layer)
{
  return nn_shape_size (layer->output);
}

/* How much below the largest value of a window counts as equal to it. */
static inline float
least_winner (float largest)
{
  return largest - ROUNDING * (largest < 0.0f ? -largest : largest);
}

/* The largest value of a window and the winner's place i * size + j in it. */
static float
window_maximum (const float *in,
                int          width,
                int          size,
                uint8_t     *place)
{
  float best = in[0];
  int winner = 0;

  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      best = in[i * width + j] > best ? in[i * width + j] : best;
  while (winner < size * size - 1 &&
         in[winner / size * width + winner % size] < least_winner (best))
    winner++;
  *place = (uint8_t) winner;
  return best;
}

/* Windows of two that do not overlap, the common case, in rows: at most
 * ROW_OUTPUTS of them. */
#define ROW_OUTPUTS 256

static bool
is_rows_of_two (const NnLayer *layer)
{
  return layer->values.value[SIZE] == 2 && stride_of (layer) == 2 &&
         layer->output.width <= ROW_OUTPUTS;
}

/* Without branches, and places of the width of floats first: what vectors are
 * made of. */
NN_KERNEL static void
max_pool_row_of_two (const float *restrict in,
                     int                   width,
                     int                   outputs,
                     float *restrict       y,
                     uint8_t *restrict     place)
{
  int32_t places[ROW_OUTPUTS];

  for (int o = 0; o < outputs; o++) {
    const float a = in[2 * o];
    const float b = in[2 * o + 1];
    const float c = in[width + 2 * o];
    const float d = in[width + 2 * o + 1];
    const float upper = b > a ? b : a;
    const float lower = d > c ? d : c;
    const float best = lower > upper ? lower : upper;
    const float least = least_winner (best);
    const int32_t in_upper = a < least ? 1 : 0;
    const int32_t in_lower = c < least ? 3 : 2;

    y[o] = best;
    places[o] = upper < least ? in_lower : in_upper;
  }
  for (int o = 0; o < outputs; o++)
    place[o] = (uint8_t) places[o];
}

/* Two rows of dx from a row of dy. */
NN_KERNEL static void
spread_row_of_two (const float *restrict   dy,
                   const uint8_t *restrict place,
                   int                     width,
                   int                     outputs,
                   float *restrict         dx)
{
  int32_t places[ROW_OUTPUTS];

  for (int o = 0; o < outputs; o++)
    places[o] = place[o];
  for (int o = 0; o < outputs; o++) {
    dx[2 * o] = nn_keep_if (places[o] == 0, dy[o]);
    dx[2 * o + 1] = nn_keep_if (places[o] == 1, dy[o]);
  }
  for (int o = 0; o < outputs; o++) {
    dx[width + 2 * o] = nn_keep_if (places[o] == 2, dy[o]);
    dx[width + 2 * o + 1] = nn_keep_if (places[o] == 3, dy[o]);
  }
}

static void
max_pool_forward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const bool rows_of_two = is_rows_of_two (layer);
  uint8_t unused[ROW_OUTPUTS];
  size_t o = 0;

  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++) {
      const float *in = call->x + ((size_t) c * (size_t) layer->input.height +
                                   (size_t) (oy * stride)) * (size_t) width;

      if (rows_of_two) {
        max_pool_row_of_two (in, width, out.width, call->y + o,
                             call->saved != NULL ? call->saved + o : unused);
        o += (size_t) out.width;
        continue;
      }
      for (int ox = 0; ox < out.width; ox++, o++)
        call->y[o] = window_maximum (in + ox * stride, width, size,
                                     call->saved != NULL ? &call->saved[o] : unused);
    }
}

static void
max_pool_backward (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const bool rows_of_two = is_rows_of_two (layer);
  size_t o = 0;

  if (call->dx == NULL)
    return;
  if (!rows_of_two || layer->input.height % 2 != 0 || width % 2 != 0)
    memset (call->dx, 0, sizeof (float) * nn_shape_size (layer->input));
  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++) {
      float *dx = call->dx + ((size_t) c * (size_t) layer->input.height +
                              (size_t) (oy * stride)) * (size_t) width;

      if (rows_of_two) {
        spread_row_of_two (call->dy + o, call->saved + o, width, out.width, dx);
        o += (size_t) out.width;
        continue;
      }
      for (int ox = 0; ox < out.width; ox++, o++) {
        const int place = call->saved[o];

        dx[ox * stride + place / size * width + place % size] += call->dy[o];
      }
    }
}

static void
average_pool_forward (const NnLayer     *layer,
                      const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const float share = 1.0f / (float) (size * size);
  size_t o = 0;

  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++, o++) {
        const float *in = call->x + ((size_t) c * (size_t) layer->input.height +
                                     (size_t) (oy * stride)) * (size_t) width + ox * stride;
        float sum = 0.0f;

        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++)
            sum += in[i * width + j];
        call->y[o] = sum * share;
      }
}

static void
average_pool_backward (const NnLayer     *layer,
                       const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const float share = 1.0f / (float) (size * size);
  size_t o = 0;

  if (call->dx == NULL)
    return;
  memset (call->dx, 0, sizeof (float) * nn_shape_size (layer->input));
  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++, o++) {
        float *dx = call->dx + ((size_t) c * (size_t) layer->input.height +
                                (size_t) (oy * stride)) * (size_t) width + ox * stride;

        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++)
            dx[i * width + j] += share * call->dy[o];
      }
}

const NnLayerOps nn_max_pool_ops = {
  .kind = {
    .name = "max-pool",
    .title = "Max pooling",
    .summary = "The largest value of each square window",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .shape = pool_shape,
  .saved_bytes = max_pool_saved,
  .forward = max_pool_forward,
  .backward = max_pool_backward,
};

const NnLayerOps nn_average_pool_ops = {
  .kind = {
    .name = "average-pool",
    .title = "Average pooling",
    .summary = "The mean of each square window",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .shape = pool_shape,
  .forward = average_pool_forward,
  .backward = average_pool_backward,
};
