/* nn-batch-norm.c - normalisation of each channel over the mini-batch
 *
 *     training     y = gamma (x - mean) / sqrt (variance + epsilon) + beta
 *     evaluation   the same with running statistics
 *
 * Forward is one factor and one summand per channel, which the exec computes;
 * sums are taken in float over a fixed number of lanes of one plane, which are
 * added in double.  Source: Ioffe and Szegedy 2015 (arXiv 1502.03167).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-batch-norm.h"

#include "kernels/nn-kernel.h"
#include "kernels/nn-norm.h"

enum { SCALE, MOMENTUM, EPSILON };

static const NnParam params[] = {
  [SCALE] = { "scale", N_("Learned factor"), NN_PARAM_CHOICE, 0, 1, NN_YES, nn_no_yes },
  [MOMENTUM] = { "momentum", N_("Share of a step's statistics in the running ones"), NN_PARAM_REAL,
                 0, 1, 0.1 },
  [EPSILON] = { "epsilon", N_("Added to the variance"), NN_PARAM_REAL, 1e-12, 1, 1e-5 },
};

double
nn_batch_norm_momentum (const NnLayer *layer)
{
  return layer->values.value[MOMENTUM];
}

double
nn_batch_norm_epsilon (const NnLayer *layer)
{
  return layer->values.value[EPSILON];
}

static NnStatus
batch_norm_shape (NnLayer *layer,
                  NnError *error)
{
  (void) error;
  layer->output = layer->input;
  return NN_OK;
}

static int
batch_norm_tensors (const NnLayer *layer,
                    NnTensorSpec  *specs)
{
  const size_t channels = (size_t) layer->input.channels;
  int n = 0;

  if (layer->values.value[SCALE] == NN_YES)
    specs[n++] = (NnTensorSpec) { "weight", NN_TENSOR_SCALE, 1, { channels }, 0 };
  specs[n++] = (NnTensorSpec) { "bias", NN_TENSOR_BIAS, 1, { channels }, 0 };
  specs[n++] = (NnTensorSpec) { "running_mean", NN_TENSOR_MEAN, 1, { channels }, 0 };
  specs[n++] = (NnTensorSpec) { "running_var", NN_TENSOR_VARIANCE, 1, { channels }, 0 };
  return n;
}

static size_t
plane_of (NnShape shape)
{
  return (size_t) shape.height * (size_t) shape.width;
}

static void
batch_norm_forward (const NnLayer     *layer,
                    const NnLayerCall *call)
{
  const size_t plane = plane_of (layer->input);
  const size_t step = call->x_on_lanes ? NN_LANES : 1;

  for (size_t c = 0; c < (size_t) layer->input.channels; c += step)
    (call->x_on_lanes ? nn_norm_lanes_scale : nn_norm_plane_scale) (
      call->x + c * plane, plane, call->weight + c, call->bias + c, call->y + c * plane);
}

void
nn_batch_norm_sums (NnShape      shape,
                    bool         on_lanes,
                    const float *x,
                    const float *centre,
                    double      *sums)
{
  const size_t plane = plane_of (shape);
  const size_t step = on_lanes ? NN_LANES : 1;

  for (size_t c = 0; c < (size_t) shape.channels; c += step)
    (on_lanes ? nn_norm_lanes_sums : nn_norm_plane_sums) (x + c * plane, plane, centre + c,
                                                         sums + 2 * c);
}

void
nn_batch_norm_gradient_sums (NnShape      shape,
                             bool         on_lanes,
                             const float *x,
                             const float *dy,
                             const float *centre,
                             double      *sums)
{
  const size_t plane = plane_of (shape);
  const size_t step = on_lanes ? NN_LANES : 1;

  for (size_t c = 0; c < (size_t) shape.channels; c += step)
    (on_lanes ? nn_norm_lanes_gradient_sums : nn_norm_plane_gradient_sums) (
      x + c * plane, dy + c * plane, plane, centre + c, sums + 2 * c);
}

void
nn_batch_norm_input_gradient (NnShape      shape,
                              bool         on_lanes,
                              const float *x,
                              const float *dy,
                              const float *coefficients,
                              bool         adds,
                              float       *dx)
{
  const size_t plane = plane_of (shape);
  const size_t step = on_lanes ? NN_LANES : 1;

  for (size_t c = 0; c < (size_t) shape.channels; c += step)
    (on_lanes ? nn_norm_lanes_input_gradient : nn_norm_plane_input_gradient) (
      x != NULL ? x + c * plane : NULL, dy + c * plane, plane, coefficients + 3 * c, adds,
      dx + c * plane);
}

const NnLayerOps nn_batch_norm_ops = {
  .kind = {
    .name = "batch-norm",
    .title = N_("Batch norm"),
    .summary = N_("Each channel gets mean 0 and variance 1 over the mini-batch, then a learned "
                  "factor and summand (arXiv 1502.03167)"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_RANDOM | NN_LAYER_BATCH_NORM | NN_LAYER_CHEAP |
           NN_LAYER_KEEPS_LANES,
  .shape = batch_norm_shape,
  .tensors = batch_norm_tensors,
  .forward = batch_norm_forward,
};
