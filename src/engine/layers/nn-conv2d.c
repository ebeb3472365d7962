/* nn-conv2d.c - two-dimensional convolution
 *
 * Most 3 x 3 convolutions of stride 1 go by Winograd's algorithm, most others
 * of 16 channels or more by products on vector lanes, and what remains by
 * products with columns of windows (see method_of()).  The first two take and
 * give images of whole vectors of channels as lanes; the third only gives them,
 * where it has few channels to read, as the first layer of a network does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <limits.h>

#include "kernels/nn-column-conv.h"
#include "kernels/nn-kernel.h"
#include "kernels/nn-lane-conv.h"
#include "kernels/nn-winograd.h"
#include "nn-initialise.h"
#include "nn-layer-ops.h"

/* Below as many input channels, most lanes of Winograd's transforms would be
 * empty: columns are as fast at 4, half as fast at 8. */
#define WINOGRAD_MIN_CHANNELS 6

/* Convolutions on lanes: no empty lanes, and rows of some length. */
#define LANES_MIN_CHANNELS 16
#define LANES_MIN_WIDTH 6

/* Their gradient is summed in the cache. */
#define LANES_MAX_WEIGHTS (128 * 1024)

/* Transformed weights take eight times the memory of weights. */
#define WINOGRAD_MAX_WEIGHTS (1024 * 1024)

enum { OUT, KERNEL, STRIDE, PADDING, STEP, BIAS, FROZEN, INIT };

static const NnParam params[] = {
  [OUT] = { "out", N_("Output channels"), NN_PARAM_INTEGER, 1, 4096, __builtin_nan ("") },
  [KERNEL] = { "kernel", N_("Kernel size"), NN_PARAM_INTEGER, 1, 15, 3 },
  [STRIDE] = { "stride", N_("Stride"), NN_PARAM_INTEGER, 1, 8, 1 },
  [PADDING] = { "padding", N_("Zero padding on each side"), NN_PARAM_INTEGER, 0, 7, 0 },
  [STEP] = NN_STEP_PARAM,
  [BIAS] = { "bias", N_("Bias"), NN_PARAM_CHOICE, 0, 1, NN_YES, nn_no_yes },
  [FROZEN] = { "frozen", N_("Weights do not train"), NN_PARAM_CHOICE, 0, 1, NN_NO, nn_no_yes },
  [INIT] = { "init", N_("Initial weights"), NN_PARAM_CHOICE, 0, 3, NN_INIT_UNIFORM, nn_init_names },
};

static NnWindow
window_of (const NnLayer *layer)
{
  return (NnWindow) {
    .input = layer->input,
    .kernel = (int) layer->values.value[KERNEL],
    .stride = (int) layer->values.value[STRIDE],
    .padding = (int) layer->values.value[PADDING],
    .height = layer->output.height,
    .width = layer->output.width,
  };
}

/* K: the length of one window. */
static int
window_size (const NnLayer *layer)
{
  const int kernel = (int) layer->values.value[KERNEL];

  return layer->input.channels * kernel * kernel;
}

static int
output_plane (const NnLayer *layer)
{
  return layer->output.height * layer->output.width;
}

static NnStatus
conv2d_shape (NnLayer *layer,
              NnError *error)
{
  const int kernel = (int) layer->values.value[KERNEL];
  const int stride = (int) layer->values.value[STRIDE];
  const int padding = (int) layer->values.value[PADDING];
  const int height = layer->input.height + 2 * padding - kernel;
  const int width = layer->input.width + 2 * padding - kernel;

  if (height < 0 || width < 0)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "a %d x %d kernel does not fit the %d x %d input with padding %d",
                         kernel, kernel, layer->input.height, layer->input.width, padding);
  if (layer->input.channels > INT_MAX / (kernel * kernel))
    return nn_error_set (error, NN_ERROR_SHAPE, "windows of %d x %d x %d values are too large",
                         layer->input.channels, kernel, kernel);
  layer->frozen = layer->values.value[FROZEN] == NN_YES;
  layer->output = (NnShape) { (int) layer->values.value[OUT],
                              height / stride + 1, width / stride + 1 };
  return NN_OK;
}

static int
conv2d_tensors (const NnLayer *layer,
                NnTensorSpec  *specs)
{
  const size_t out = (size_t) layer->output.channels;
  const size_t kernel = (size_t) layer->values.value[KERNEL];
  const size_t fan_in = (size_t) window_size (layer);

  specs[0] = (NnTensorSpec) { "weight", NN_TENSOR_WEIGHT, 4,
                              { out, (size_t) layer->input.channels, kernel, kernel }, fan_in };
  specs[1] = (NnTensorSpec) { "bias", NN_TENSOR_BIAS, 1, { out }, fan_in };
  return nn_step_tensor (layer->values.value[STEP], specs,
                         layer->values.value[BIAS] == NN_YES ? 2 : 1);
}

/* A call of nothing in particular: what it takes to ask for sizes. */
static const NnLayerCall any_call;

/* The convolution as each method wants it. */
static NnWinograd
winograd_of (const NnLayer     *layer,
             const NnLayerCall *call)
{
  return (NnWinograd) {
    .input = layer->input,
    .output = layer->output,
    .padding = (int) layer->values.value[PADDING],
    .x_on_lanes = call->x_on_lanes,
    .y_on_lanes = call->y_on_lanes,
    .adds = call->adds,
    .scale = call->scale,
  };
}

static NnLaneConv
lane_conv_of (const NnLayer     *layer,
              const NnLayerCall *call)
{
  return (NnLaneConv) {
    .window = window_of (layer),
    .out = layer->output.channels,
    .x_on_lanes = call->x_on_lanes,
    .y_on_lanes = call->y_on_lanes,
    .adds = call->adds,
    .scale = call->scale,
  };
}

static NnColumnConv
column_conv_of (const NnLayer *layer,
                bool           y_on_lanes)
{
  return (NnColumnConv) { window_of (layer), layer->output.channels, y_on_lanes };
}

/* Where it takes fewer multiplications, in 36 a tile of 4 x 4 outputs, and
 * the sizes are what it is good at.  Measured on AVX-512: from 1.5 times the
 * speed of columns at 6 channels to 2.5 to 5 times from 16 on. */
static bool
uses_winograd (const NnLayer *layer)
{
  const int64_t tiles = (int64_t) ((layer->output.height + 3) / 4) *
                        ((layer->output.width + 3) / 4);

  return layer->values.value[KERNEL] == 3 && layer->values.value[STRIDE] == 1 &&
         layer->input.channels >= WINOGRAD_MIN_CHANNELS &&
         (int64_t) layer->input.channels * layer->output.channels <= WINOGRAD_MAX_WEIGHTS &&
         36 * tiles < 9 * (int64_t) output_plane (layer);
}

/* Where vectors of channels are full, the windows of a row make a product of
 * some size, and the gradient of the weights stays in the cache.  Measured on
 * AVX-512: 1.2 to 1.9 times the speed of columns, most with few channels. */
static bool
uses_lanes (const NnLayer *layer)
{
  const NnLaneConv lanes = lane_conv_of (layer, &any_call);
  const NnColumnConv columns = column_conv_of (layer, false);

  return !nn_column_conv_is_pointwise (&columns) && layer->input.channels >= LANES_MIN_CHANNELS &&
         layer->output.channels >= LANES_MIN_CHANNELS && layer->output.width >= LANES_MIN_WIDTH &&
         nn_lane_conv_weight_floats (&lanes) <= LANES_MAX_WEIGHTS;
}

typedef enum
{
  METHOD_WINOGRAD,
  METHOD_LANES,
  METHOD_COLUMNS
} Method;

static Method
method_of (const NnLayer *layer)
{
  return uses_winograd (layer) ? METHOD_WINOGRAD : uses_lanes (layer) ? METHOD_LANES
                                                                      : METHOD_COLUMNS;
}

static bool
conv2d_takes_lanes (const NnLayer *layer)
{
  return method_of (layer) != METHOD_COLUMNS;
}

static bool
conv2d_adds_gradient (const NnLayer *layer,
                      bool           x_on_lanes)
{
  (void) layer;
  return x_on_lanes;
}

static bool
conv2d_scales_output (const NnLayer *layer)
{
  return layer->bias < 0 && conv2d_takes_lanes (layer);
}

/* Columns of few channels are made of planes, and cheap. */
static bool
conv2d_gives_lanes (const NnLayer *layer)
{
  const NnColumnConv columns = column_conv_of (layer, false);

  return method_of (layer) != METHOD_COLUMNS ||
         (layer->input.channels < NN_LANES && layer->output.channels % NN_LANES == 0 &&
          !nn_column_conv_is_pointwise (&columns));
}

static size_t
forward_weight_floats (const NnLayer *layer)
{
  const NnWinograd winograd = winograd_of (layer, &any_call);
  const NnLaneConv lanes = lane_conv_of (layer, &any_call);

  switch (method_of (layer)) {
  case METHOD_WINOGRAD:
    return nn_winograd_forward_weight_floats (&winograd);
  case METHOD_LANES:
    return nn_lane_conv_weight_floats (&lanes);
  case METHOD_COLUMNS:
    return conv2d_gives_lanes (layer) ? (size_t) window_size (layer) *
           (size_t) layer->output.channels : 0;
  }
  return 0;
}

static size_t
backward_weight_floats (const NnLayer *layer)
{
  const NnWinograd winograd = winograd_of (layer, &any_call);
  const NnLaneConv lanes = lane_conv_of (layer, &any_call);

  switch (method_of (layer)) {
  case METHOD_WINOGRAD:
    return nn_winograd_backward_weight_floats (&winograd);
  case METHOD_LANES:
    return nn_lane_conv_weight_floats (&lanes);
  case METHOD_COLUMNS:
    return 0;
  }
  return 0;
}

static size_t
conv2d_prepared (const NnLayer *layer,
                 bool           gradients)
{
  return forward_weight_floats (layer) + (gradients ? backward_weight_floats (layer) : 0);
}

static void
conv2d_prepare (const NnLayer *layer,
                bool           gradients,
                const float   *weight,
                float         *prepared)
{
  const NnWinograd winograd = winograd_of (layer, &any_call);
  const NnLaneConv lanes = lane_conv_of (layer, &any_call);
  const NnColumnConv columns = column_conv_of (layer, true);
  float *backward = prepared + forward_weight_floats (layer);

  switch (method_of (layer)) {
  case METHOD_WINOGRAD:
    nn_winograd_prepare_forward (&winograd, weight, prepared);
    if (gradients)
      nn_winograd_prepare_backward (&winograd, weight, backward);
    break;
  case METHOD_LANES:
    nn_lane_conv_prepare_forward (&lanes, weight, prepared);
    if (gradients)
      nn_lane_conv_prepare_backward (&lanes, weight, backward);
    break;
  case METHOD_COLUMNS:
    nn_column_conv_prepare (&columns, weight, prepared);
    break;
  }
}

/* Calls without prepared weights run on columns in any case. */
static size_t
conv2d_scratch (const NnLayer *layer)
{
  const NnWinograd winograd = winograd_of (layer, &any_call);
  const NnLaneConv lanes = lane_conv_of (layer, &any_call);
  const NnColumnConv columns = column_conv_of (layer, conv2d_gives_lanes (layer));
  const size_t on_columns = nn_column_conv_scratch_floats (&columns);
  const Method method = method_of (layer);
  const size_t wanted = method == METHOD_WINOGRAD ? nn_winograd_scratch_floats (&winograd, true)
                        : method == METHOD_LANES ? nn_lane_conv_scratch_floats (&lanes) : 0;

  return on_columns > wanted ? on_columns : wanted;
}

static uint64_t
conv2d_macs (const NnLayer *layer)
{
  return (uint64_t) layer->output.channels * (uint64_t) window_size (layer) *
         (uint64_t) output_plane (layer);
}

static void
conv2d_forward (const NnLayer     *layer,
                const NnLayerCall *call)
{
  const NnWinograd winograd = winograd_of (layer, call);
  const NnLaneConv lanes = lane_conv_of (layer, call);
  const NnColumnConv columns = column_conv_of (layer, call->y_on_lanes);

  switch (call->prepared != NULL ? method_of (layer) : METHOD_COLUMNS) {
  case METHOD_WINOGRAD:
    nn_winograd_forward (&winograd, call->images, call->x, call->prepared, call->bias, call->y,
                         call->scratch);
    break;
  case METHOD_LANES:
    nn_lane_conv_forward (&lanes, call->images, call->x, call->prepared, call->bias, call->y,
                          call->scratch);
    break;
  case METHOD_COLUMNS:
    nn_column_conv_forward (&columns, call->images, call->x, call->weight, call->prepared,
                            call->bias, call->y, call->scratch);
    break;
  }
}

/* In a fixed number of partial sums, so that the order of summation does not
 * depend on the CPU. */
NN_KERNEL static float
sum_plane (const float *values,
           int          n)
{
  const int whole = n - n % NN_LANES;
  float sums[NN_LANES] = { 0 };
  float total = 0.0f;

  for (int first = 0; first < whole; first += NN_LANES)
    for (int lane = 0; lane < NN_LANES; lane++)
      sums[lane] += values[first + lane];
  for (int i = whole; i < n; i++)
    total += values[i];
  for (int lane = 0; lane < NN_LANES; lane++)
    total += sums[lane];
  return total;
}

NN_KERNEL static void
add_lanes (const float *dy,
           size_t       pixels,
           float       *sums)
{
  NnLooseLanes sum = *(const NnLooseLanes *) sums;

  for (size_t p = 0; p < pixels; p++)
    sum += *(const NnLooseLanes *) (dy + p * NN_LANES);
  *(NnLooseLanes *) sums = sum;
}

static void
add_bias_gradient (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const int plane = output_plane (layer);
  const int channels = call->y_on_lanes ? NN_LANES : 1;
  const float *dy = call->dy;

  for (size_t i = 0; i < call->images; i++)
    for (int c = 0; c < layer->output.channels; c += channels, dy += channels * plane)
      if (call->y_on_lanes)
        add_lanes (dy, (size_t) plane, call->dbias + c);
      else
        call->dbias[c] += sum_plane (dy, plane);
}

static void
conv2d_backward (const NnLayer     *layer,
                 const NnLayerCall *call)
{
  const NnWinograd winograd = winograd_of (layer, call);
  const NnLaneConv lanes = lane_conv_of (layer, call);
  const NnColumnConv columns = column_conv_of (layer, call->y_on_lanes);
  const float *prepared = call->prepared != NULL ? call->prepared + forward_weight_floats (layer)
                                                 : NULL;

  if (call->dbias != NULL)
    add_bias_gradient (layer, call);
  switch (call->prepared != NULL ? method_of (layer) : METHOD_COLUMNS) {
  case METHOD_WINOGRAD:
    nn_winograd_backward (&winograd, call->images, call->x, call->dy, prepared, call->dx,
                          call->dweight, call->scratch);
    break;
  case METHOD_LANES:
    nn_lane_conv_backward (&lanes, call->images, call->x, call->dy, prepared, call->dx,
                           call->dweight, call->scratch);
    break;
  case METHOD_COLUMNS:
    nn_column_conv_backward (&columns, call->images, call->x, call->dy, call->weight, call->dx,
                             call->dweight, call->scratch);
    break;
  }
}

const NnLayerOps nn_conv2d_ops = {
  .kind = {
    .name = "conv2d",
    .title = N_("Convolution"),
    .summary = N_("Square two-dimensional convolution"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_GROUPS,
  .shape = conv2d_shape,
  .tensors = conv2d_tensors,
  .scratch_floats = conv2d_scratch,
  .prepared_floats = conv2d_prepared,
  .prepare = conv2d_prepare,
  .takes_lanes = conv2d_takes_lanes,
  .gives_lanes = conv2d_gives_lanes,
  .adds_gradient = conv2d_adds_gradient,
  .scales_output = conv2d_scales_output,
  .macs = conv2d_macs,
  .forward = conv2d_forward,
  .backward = conv2d_backward,
};
