/* nn-conv2d.c - two-dimensional convolution
 *
 * Most 3 x 3 convolutions of stride 1 go by Winograd's algorithm (see
 * uses_winograd()), most others of 16 channels or more by products on vector
 * lanes (uses_lanes()).  What remains is im2col and a matrix product: with
 * K = C kernel kernel and P = H' W',
 *
 *     y (out, P)  = W (out, K) columns (K, P) + b
 *     dW (out, K) = dy (out, P) columns^T (P, K)
 *     dcolumns    = W^T (K, out) dy (out, P), summed back to dx
 *
 * image by image, in tiles of output rows whose columns stay in the core's
 * cache; backward makes the columns again instead of keeping them.  A 1 x 1
 * convolution of stride 1 is that product without columns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <limits.h>
#include <string.h>

#include "kernels/nn-gemm.h"
#include "kernels/nn-im2col.h"
#include "kernels/nn-kernel.h"
#include "kernels/nn-lane-conv.h"
#include "kernels/nn-winograd.h"
#include "nn-initialise.h"
#include "nn-layer-ops.h"

/* Columns of one tile: 32 K floats are 128 KiB, an eighth of a core's L2. */
#define TILE_FLOATS (32 * 1024)

/* Below as many input channels, most lanes of Winograd's transforms would be
 * empty: im2col is as fast at 4, half as fast at 8. */
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
  [OUT] = { "out", "Output channels", NN_PARAM_INTEGER, 1, 4096, __builtin_nan ("") },
  [KERNEL] = { "kernel", "Kernel size", NN_PARAM_INTEGER, 1, 15, 3 },
  [STRIDE] = { "stride", "Stride", NN_PARAM_INTEGER, 1, 8, 1 },
  [PADDING] = { "padding", "Zero padding on each side", NN_PARAM_INTEGER, 0, 7, 0 },
  [STEP] = NN_STEP_PARAM,
  [BIAS] = { "bias", "Bias", NN_PARAM_CHOICE, 0, 1, NN_YES, nn_no_yes },
  [FROZEN] = { "frozen", "Weights do not train", NN_PARAM_CHOICE, 0, 1, NN_NO, nn_no_yes },
  [INIT] = { "init", "Initial weights", NN_PARAM_CHOICE, 0, 3, NN_INIT_UNIFORM, nn_init_names },
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

/* Output rows of one tile: as many as TILE_FLOATS of columns hold. */
static int
tile_rows (const NnLayer *layer)
{
  const size_t row = (size_t) window_size (layer) * (size_t) layer->output.width;
  const int rows = (int) (TILE_FLOATS / row);

  return rows < 1 ? 1 : rows < layer->output.height ? rows : layer->output.height;
}

static size_t
tile_floats (const NnLayer *layer)
{
  return (size_t) tile_rows (layer) * (size_t) window_size (layer) * (size_t) layer->output.width;
}

static NnWinograd
winograd_of (const NnLayer *layer)
{
  return (NnWinograd) { layer->input, layer->output, (int) layer->values.value[PADDING] };
}

/* Where it takes fewer multiplications, in 36 a tile of 4 x 4 outputs, and
 * the sizes are what it is good at.  Measured on AVX-512: from 1.5 times
 * im2col's speed at 6 channels to 2.5 to 5 times from 16 on. */
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

/* Whether the columns of an image are the image. */
static bool
is_pointwise (const NnLayer *layer)
{
  return layer->values.value[KERNEL] == 1 && layer->values.value[STRIDE] == 1 &&
         layer->values.value[PADDING] == 0;
}

static NnLaneConv
lane_conv_of (const NnLayer *layer)
{
  return (NnLaneConv) { window_of (layer), layer->output.channels };
}

/* Where vectors of channels are full, the windows of a row make a product of
 * some size, and the gradient of the weights stays in the cache.  Measured on
 * AVX-512: 1.2 to 1.9 times im2col's speed, most with few channels. */
static bool
uses_lanes (const NnLayer *layer)
{
  const NnLaneConv conv = lane_conv_of (layer);

  return !uses_winograd (layer) && !is_pointwise (layer) &&
         layer->input.channels >= LANES_MIN_CHANNELS &&
         layer->output.channels >= LANES_MIN_CHANNELS && layer->output.width >= LANES_MIN_WIDTH &&
         nn_lane_conv_weight_floats (&conv) <= LANES_MAX_WEIGHTS;
}

static size_t
conv2d_prepared (const NnLayer *layer,
                 bool           gradients)
{
  const NnWinograd winograd = winograd_of (layer);
  const NnLaneConv lanes = lane_conv_of (layer);

  if (uses_winograd (layer))
    return nn_winograd_forward_weight_floats (&winograd) +
           (gradients ? nn_winograd_backward_weight_floats (&winograd) : 0);
  if (uses_lanes (layer))
    return nn_lane_conv_weight_floats (&lanes) * (gradients ? 2 : 1);
  return 0;
}

/* The part of the prepared weights that backward passes read. */
static size_t
backward_weights (const NnLayer *layer)
{
  return conv2d_prepared (layer, false);
}

static void
conv2d_prepare (const NnLayer *layer,
                bool           gradients,
                const float   *weight,
                float         *prepared)
{
  const NnWinograd winograd = winograd_of (layer);
  const NnLaneConv lanes = lane_conv_of (layer);

  if (uses_winograd (layer))
    nn_winograd_prepare_forward (&winograd, weight, prepared);
  else
    nn_lane_conv_prepare_forward (&lanes, weight, prepared);
  if (!gradients)
    return;
  prepared += backward_weights (layer);
  if (uses_winograd (layer))
    nn_winograd_prepare_backward (&winograd, weight, prepared);
  else
    nn_lane_conv_prepare_backward (&lanes, weight, prepared);
}

/* The columns of a tile; forward and backward of one call never need both
 * columns and their gradient at once.  Calls without prepared weights run on
 * columns in any case. */
static size_t
conv2d_scratch (const NnLayer *layer)
{
  const NnWinograd winograd = winograd_of (layer);
  const NnLaneConv lanes = lane_conv_of (layer);
  const size_t columns = tile_floats (layer);
  const size_t wanted = uses_winograd (layer) ? nn_winograd_scratch_floats (&winograd, true)
                        : uses_lanes (layer) ? nn_lane_conv_scratch_floats (&lanes) : 0;

  return columns > wanted ? columns : wanted;
}

static uint64_t
conv2d_macs (const NnLayer *layer)
{
  return (uint64_t) layer->output.channels * (uint64_t) window_size (layer) *
         (uint64_t) output_plane (layer);
}

/* The next tile after output row `first`: its rows, and its columns' number. */
static int
tile_at (const NnLayer *layer,
         int            first,
         int           *columns)
{
  const int left = layer->output.height - first;
  const int rows = tile_rows (layer) < left ? tile_rows (layer) : left;

  *columns = rows * layer->output.width;
  return rows;
}

static void
fill_with_bias (const NnLayer *layer,
                const float   *bias,
                float         *y)
{
  const size_t plane = (size_t) output_plane (layer);

  for (int c = 0; c < layer->output.channels; c++)
    for (size_t p = 0; p < plane; p++)
      *y++ = bias != NULL ? bias[c] : 0.0f;
}

static void
forward_image (const NnLayer     *layer,
               const NnLayerCall *call,
               const float       *x,
               float             *y)
{
  const NnWindow window = window_of (layer);
  const int out = layer->output.channels;
  const int k = window_size (layer);
  const int plane = output_plane (layer);
  int n;

  fill_with_bias (layer, call->bias, y);
  if (is_pointwise (layer)) {
    nn_gemm (false, false, out, plane, k, call->weight, k, x, plane, 1.0f, y, plane);
    return;
  }
  for (int row = 0; row < layer->output.height; row += n / layer->output.width) {
    const int rows = tile_at (layer, row, &n);

    nn_im2col (&window, row, rows, x, call->scratch);
    nn_gemm (false, false, out, n, k, call->weight, k, call->scratch, n,
             1.0f, y + row * layer->output.width, plane);
  }
}

static void
conv2d_forward (const NnLayer     *layer,
                const NnLayerCall *call)
{
  const NnWinograd winograd = winograd_of (layer);
  const NnLaneConv lanes = lane_conv_of (layer);

  if (call->prepared != NULL) {
    if (uses_winograd (layer))
      nn_winograd_forward (&winograd, call->images, call->x, call->prepared, call->bias, call->y,
                           call->scratch);
    else
      nn_lane_conv_forward (&lanes, call->images, call->x, call->prepared, call->bias, call->y,
                            call->scratch);
    return;
  }
  for (size_t i = 0; i < call->images; i++)
    forward_image (layer, call, call->x + i * nn_shape_size (layer->input),
                   call->y + i * nn_shape_size (layer->output));
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

static void
add_bias_gradient (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const int plane = output_plane (layer);
  const float *dy = call->dy;

  for (size_t i = 0; i < call->images; i++)
    for (int c = 0; c < layer->output.channels; c++, dy += plane)
      call->dbias[c] += sum_plane (dy, plane);
}

static void
backward_pointwise (const NnLayer     *layer,
                    const NnLayerCall *call,
                    const float       *x,
                    const float       *dy,
                    float             *dx)
{
  const int out = layer->output.channels;
  const int k = window_size (layer);
  const int plane = output_plane (layer);

  if (call->dweight != NULL)
    nn_gemm (false, true, out, k, plane, dy, plane, x, plane, 1.0f, call->dweight, k);
  if (dx != NULL)
    nn_gemm (true, false, k, plane, out, call->weight, k, dy, plane, 0.0f, dx, plane);
}

static void
backward_image (const NnLayer     *layer,
                const NnLayerCall *call,
                const float       *x,
                const float       *dy,
                float             *dx)
{
  const NnWindow window = window_of (layer);
  const int out = layer->output.channels;
  const int k = window_size (layer);
  const int plane = output_plane (layer);
  int n;

  if (is_pointwise (layer)) {
    backward_pointwise (layer, call, x, dy, dx);
    return;
  }
  if (dx != NULL)
    memset (dx, 0, sizeof (float) * nn_shape_size (layer->input));
  for (int row = 0; row < layer->output.height; row += n / layer->output.width) {
    const int rows = tile_at (layer, row, &n);
    const float *dy_rows = dy + row * layer->output.width;

    if (call->dweight != NULL) {
      nn_im2col (&window, row, rows, x, call->scratch);
      nn_gemm (false, true, out, k, n, dy_rows, plane, call->scratch, n, 1.0f, call->dweight, k);
    }
    if (dx != NULL) {
      nn_gemm (true, false, k, n, out, call->weight, k, dy_rows, plane, 0.0f, call->scratch, n);
      nn_col2im (&window, row, rows, call->scratch, dx);
    }
  }
}

static void
conv2d_backward (const NnLayer     *layer,
                 const NnLayerCall *call)
{
  const NnWinograd winograd = winograd_of (layer);
  const NnLaneConv lanes = lane_conv_of (layer);
  const size_t in_size = nn_shape_size (layer->input);
  const size_t out_size = nn_shape_size (layer->output);

  if (call->dbias != NULL)
    add_bias_gradient (layer, call);
  if (call->prepared != NULL) {
    const float *prepared = call->prepared + backward_weights (layer);

    if (uses_winograd (layer))
      nn_winograd_backward (&winograd, call->images, call->x, call->dy, prepared, call->dx,
                            call->dweight, call->scratch);
    else
      nn_lane_conv_backward (&lanes, call->images, call->x, call->dy, prepared, call->dx,
                             call->dweight, call->scratch);
    return;
  }
  for (size_t i = 0; i < call->images; i++)
    backward_image (layer, call, call->x + i * in_size, call->dy + i * out_size,
                    call->dx != NULL ? call->dx + i * in_size : NULL);
}

const NnLayerOps nn_conv2d_ops = {
  .kind = {
    .name = "conv2d",
    .title = "Convolution",
    .summary = "Square two-dimensional convolution",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_GROUPS,
  .shape = conv2d_shape,
  .tensors = conv2d_tensors,
  .scratch_floats = conv2d_scratch,
  .prepared_floats = conv2d_prepared,
  .prepare = conv2d_prepare,
  .macs = conv2d_macs,
  .forward = conv2d_forward,
  .backward = conv2d_backward,
};
