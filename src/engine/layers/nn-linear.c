/* nn-linear.c - fully connected layer on ranges of the batch
 *
 * With n images, I inputs and O outputs:
 *
 *     y (n, O)  = x (n, I) W^T (I, O) + b
 *     dx (n, I) = dy (n, O) W (O, I)
 *     dW (O, I) = dy^T (O, n) x (n, I)     columns of W apart, whole batch at once
 *
 * so that no copy of the large weight gradient exists per slice of images.
 * Both gradients have the inputs as columns: where these fill vectors, our own
 * product is faster than one of BLAS, which packs what is used once.  So it is
 * forward, of many images, which lie side by side there:
 *
 *     y^T (O, n) = W (O, I) x^T (I, n)
 *
 * by stretches of inputs, whose weights stay in the core's cache.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>

#include "kernels/nn-gemm.h"
#include "kernels/nn-kernel.h"
#include "kernels/nn-lane-product.h"
#include "kernels/nn-lane-rows.h"
#include "nn-layer-ops.h"

enum { OUT, STEP, BIAS };

static const NnParam params[] = {
  [OUT] = { "out", N_("Outputs"), NN_PARAM_INTEGER, 1, 65536, __builtin_nan ("") },
  [STEP] = NN_STEP_PARAM,
  [BIAS] = { "bias", N_("Bias"), NN_PARAM_CHOICE, 0, 1, NN_YES, nn_no_yes },
};

static NnStatus
linear_shape (NnLayer *layer,
              NnError *error)
{
  if (layer->input.height != 1 || layer->input.width != 1)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "a linear layer needs a flat input, not %d x %d x %d: "
                         "put flatten before it",
                         layer->input.channels, layer->input.height, layer->input.width);
  layer->output = (NnShape) { (int) layer->values.value[OUT], 1, 1 };
  return NN_OK;
}

static int
linear_tensors (const NnLayer *layer,
                NnTensorSpec  *specs)
{
  const size_t in = (size_t) layer->input.channels;
  const size_t out = (size_t) layer->output.channels;

  specs[0] = (NnTensorSpec) { "weight", NN_TENSOR_WEIGHT, 2, { out, in }, in };
  specs[1] = (NnTensorSpec) { "bias", NN_TENSOR_BIAS, 1, { out }, in };
  return nn_step_tensor (layer->values.value[STEP], specs,
                         layer->values.value[BIAS] == NN_YES ? 2 : 1);
}

static uint64_t
linear_macs (const NnLayer *layer)
{
  return (uint64_t) layer->input.channels * (uint64_t) layer->output.channels;
}

/* Columns of one product of our own: two vectors. */
#define COLUMNS 32

/* Images that use a stretch of the weights one after the other, and inputs of
 * a stretch. */
#define SIDE_BY_SIDE (2 * COLUMNS)
#define STRETCH 512

/* Weights below which, and images below which, BLAS is as fast; outputs above
 * which y^T would take too much memory. */
#define MIN_WEIGHTS (64 * 1024)
#define MIN_IMAGES NN_LANES
#define MAX_OUTPUTS 4096

static bool
goes_side_by_side (const NnLayer *layer)
{
  return linear_macs (layer) >= MIN_WEIGHTS && layer->output.channels <= MAX_OUTPUTS;
}

/* For both: a stretch of x^T (STRETCH, COLUMNS), and y^T (O, SIDE_BY_SIDE). */
static size_t
linear_scratch (const NnLayer *layer)
{
  if (!goes_side_by_side (layer))
    return 0;
  return STRETCH * COLUMNS + (size_t) layer->output.channels * SIDE_BY_SIDE;
}

/* Adds the products of inputs [first, first + inputs) of up to COLUMNS images
 * to y^T, whose rows are SIDE_BY_SIDE apart. */
static void
multiply_stretch (const NnLayer     *layer,
                  const NnLayerCall *call,
                  const float       *x,
                  int                images,
                  int                first,
                  int                inputs,
                  float             *y)
{
  const size_t in = (size_t) layer->input.channels;
  const int columns = images > NN_LANES ? COLUMNS : NN_LANES;

  for (int image = 0; image < images; image += NN_LANES)
    nn_lanes_read_row (x + (size_t) image * in + first, in,
                       images - image < NN_LANES ? images - image : NN_LANES, inputs, COLUMNS,
                       call->scratch + image);
  nn_lane_product (layer->output.channels, columns, inputs, call->weight + first, in, 1,
                   call->scratch, COLUMNS, y, SIDE_BY_SIDE, first > 0);
}

/* Images [first, first + images) of the call, SIDE_BY_SIDE at most. */
static void
forward_side_by_side (const NnLayer     *layer,
                      const NnLayerCall *call,
                      size_t             first,
                      int                images)
{
  const int in = layer->input.channels;
  const size_t out = (size_t) layer->output.channels;
  float *transposed = call->scratch + STRETCH * COLUMNS;

  for (int i = 0; i < in; i += STRETCH)
    for (int image = 0; image < images; image += COLUMNS)
      multiply_stretch (layer, call, call->x + (first + (size_t) image) * (size_t) in,
                        images - image < COLUMNS ? images - image : COLUMNS, i,
                        in - i < STRETCH ? in - i : STRETCH, transposed + image);
  for (size_t image = 0; image < (size_t) images; image++)
    for (size_t o = 0; o < out; o++)
      call->y[(first + image) * out + o] = transposed[o * SIDE_BY_SIDE + image]
                                           + (call->bias != NULL ? call->bias[o] : 0.0f);
}

static void
linear_forward (const NnLayer     *layer,
                const NnLayerCall *call)
{
  const int in = layer->input.channels;
  const int out = layer->output.channels;

  if (goes_side_by_side (layer) && call->images >= MIN_IMAGES) {
    for (size_t first = 0; first < call->images; first += SIDE_BY_SIDE)
      forward_side_by_side (layer, call, first, call->images - first < SIDE_BY_SIDE
                                                ? (int) (call->images - first) : SIDE_BY_SIDE);
    return;
  }
  for (size_t i = 0; i < call->images; i++)
    for (int o = 0; o < out; o++)
      call->y[i * (size_t) out + (size_t) o] = call->bias != NULL ? call->bias[o] : 0.0f;
  nn_gemm (false, true, (int) call->images, out, in, call->x, in, call->weight, in,
           1.0f, call->y, out);
}

/* Whether the rows of a matrix (..., inputs) start at whole vectors. */
static bool
fills_vectors (const float *matrix,
               int          inputs)
{
  return inputs % COLUMNS == 0 && (uintptr_t) matrix % 64 == 0;
}

static void
linear_backward (const NnLayer     *layer,
                 const NnLayerCall *call)
{
  const int in = layer->input.channels;
  const int out = layer->output.channels;

  if (call->dx == NULL)
    return;
  if (!fills_vectors (call->dx, in)) {
    nn_gemm (false, false, (int) call->images, in, out, call->dy, out, call->weight, in,
             0.0f, call->dx, in);
    return;
  }
  for (int i = 0; i < in; i += COLUMNS)
    nn_lane_product ((int) call->images, COLUMNS, out, call->dy, (size_t) out, 1,
                     call->weight + i, (size_t) in, call->dx + i, (size_t) in, false);
}

static void
add_bias_gradient (const NnLayerCall *call,
                   int                out)
{
  for (size_t i = 0; i < call->images; i++)
    for (int o = 0; o < out; o++)
      call->dbias[o] += call->dy[i * (size_t) out + (size_t) o];
}

static void
linear_backward_weight (const NnLayer     *layer,
                        const NnLayerCall *call,
                        int                first,
                        int                end)
{
  const int in = layer->input.channels;
  const int out = layer->output.channels;

  if (call->dbias != NULL && first == 0)
    add_bias_gradient (call, out);
  if (!fills_vectors (call->dweight, in)) { /* the caller's                    */
    nn_gemm (true, false, out, end - first, (int) call->images, call->dy, out,
             call->x + first, in, 1.0f, call->dweight + first, in);
    return;
  }
  for (int i = first; i < end; i += COLUMNS)
    nn_lane_product (out, COLUMNS, (int) call->images, call->dy, 1, (size_t) out,
                     call->x + i, (size_t) in, call->dweight + i, (size_t) in, true);
}

const NnLayerOps nn_linear_ops = {
  .kind = {
    .name = "linear",
    .title = N_("Fully connected"),
    .summary = N_("Every output sees every input"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_WHOLE_BATCH,
  .shape = linear_shape,
  .tensors = linear_tensors,
  .macs = linear_macs,
  .scratch_floats = linear_scratch,
  .forward = linear_forward,
  .backward = linear_backward,
  .backward_weight = linear_backward_weight,
};
