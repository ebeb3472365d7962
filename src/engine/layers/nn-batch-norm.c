/* nn-batch-norm.c - normalisation of each channel over the mini-batch
 *
 *     training     y = gamma (x - mean) / sqrt (variance + epsilon) + beta
 *     evaluation   the same with running statistics
 *
 * Forward is one factor and one summand per channel, which the exec computes;
 * sums are taken in float over a fixed number of lanes of one plane, then in
 * double.  Source: Ioffe and Szegedy 2015 (arXiv 1502.03167).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-batch-norm.h"

#include "kernels/nn-kernel.h"

enum { SCALE, MOMENTUM, EPSILON };

static const NnParam params[] = {
  [SCALE] = { "scale", "Learned factor", NN_PARAM_CHOICE, 0, 1, NN_YES, nn_no_yes },
  [MOMENTUM] = { "momentum", "Share of a step's statistics in the running ones", NN_PARAM_REAL,
                 0, 1, 0.1 },
  [EPSILON] = { "epsilon", "Added to the variance", NN_PARAM_REAL, 1e-12, 1, 1e-5 },
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

NN_KERNEL static void
scale_plane (const float    *x,
             size_t          n,
             float           factor,
             float           summand,
             float *restrict y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] * factor + summand;
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

  for (int c = 0; c < layer->input.channels; c++)
    scale_plane (call->x + (size_t) c * plane, plane, call->weight[c], call->bias[c],
                 call->y + (size_t) c * plane);
}

/* Sums of x - centre and of its square over one plane. */
NN_KERNEL static void
plane_sums (const float *x,
            size_t       n,
            float        centre,
            double      *sums)
{
  const size_t whole = n - n % NN_LANES;
  float first[NN_LANES] = { 0 };
  float second[NN_LANES] = { 0 };
  double sum = 0;
  double squares = 0;

  for (size_t start = 0; start < whole; start += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++) {
      const float d = x[start + lane] - centre;

      first[lane] += d;
      second[lane] += d * d;
    }
  for (size_t i = whole; i < n; i++) {
    const float d = x[i] - centre;

    first[i - whole] += d;
    second[i - whole] += d * d;
  }
  for (size_t lane = 0; lane < NN_LANES; lane++) {
    sum += (double) first[lane];
    squares += (double) second[lane];
  }
  sums[0] += sum;
  sums[1] += squares;
}

void
nn_batch_norm_sums (NnShape      shape,
                    const float *x,
                    const float *centre,
                    double      *sums)
{
  const size_t plane = plane_of (shape);

  for (int c = 0; c < shape.channels; c++)
    plane_sums (x + (size_t) c * plane, plane, centre[c], sums + 2 * c);
}

/* Sums of dy and of dy (x - centre) over one plane. */
NN_KERNEL static void
plane_gradient_sums (const float *x,
                     const float *dy,
                     size_t       n,
                     float        centre,
                     double      *sums)
{
  const size_t whole = n - n % NN_LANES;
  float first[NN_LANES] = { 0 };
  float second[NN_LANES] = { 0 };
  double sum = 0;
  double products = 0;

  for (size_t start = 0; start < whole; start += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++) {
      first[lane] += dy[start + lane];
      second[lane] += dy[start + lane] * (x[start + lane] - centre);
    }
  for (size_t i = whole; i < n; i++) {
    first[i - whole] += dy[i];
    second[i - whole] += dy[i] * (x[i] - centre);
  }
  for (size_t lane = 0; lane < NN_LANES; lane++) {
    sum += (double) first[lane];
    products += (double) second[lane];
  }
  sums[0] += sum;
  sums[1] += products;
}

void
nn_batch_norm_gradient_sums (NnShape      shape,
                             const float *x,
                             const float *dy,
                             const float *centre,
                             double      *sums)
{
  const size_t plane = plane_of (shape);

  for (int c = 0; c < shape.channels; c++)
    plane_gradient_sums (x + (size_t) c * plane, dy + (size_t) c * plane, plane, centre[c],
                         sums + 2 * c);
}

NN_KERNEL static void
write_gradient (const float    *x,
                const float    *dy,
                size_t          n,
                const float    *coefficients,
                float *restrict dx)
{
  const float a = coefficients[0];
  const float b = coefficients[1];
  const float c = coefficients[2];

  for (size_t i = 0; i < n; i++)
    dx[i] = a * dy[i] + (b * x[i] + c);
}

NN_KERNEL static void
add_gradient (const float    *x,
              const float    *dy,
              size_t          n,
              const float    *coefficients,
              float *restrict dx)
{
  const float a = coefficients[0];
  const float b = coefficients[1];
  const float c = coefficients[2];

  for (size_t i = 0; i < n; i++)
    dx[i] += a * dy[i] + (b * x[i] + c);
}

NN_KERNEL static void
write_scaled (const float    *dy,
              size_t          n,
              float           factor,
              float *restrict dx)
{
  for (size_t i = 0; i < n; i++)
    dx[i] = factor * dy[i];
}

NN_KERNEL static void
add_scaled (const float    *dy,
            size_t          n,
            float           factor,
            float *restrict dx)
{
  for (size_t i = 0; i < n; i++)
    dx[i] += factor * dy[i];
}

void
nn_batch_norm_input_gradient (NnShape      shape,
                              const float *x,
                              const float *dy,
                              const float *coefficients,
                              bool         adds,
                              float       *dx)
{
  const size_t plane = plane_of (shape);

  for (int c = 0; c < shape.channels; c++) {
    const size_t at = (size_t) c * plane;

    if (x != NULL)
      (adds ? add_gradient : write_gradient) (x + at, dy + at, plane, coefficients + 3 * c,
                                             dx + at);
    else
      (adds ? add_scaled : write_scaled) (dy + at, plane, coefficients[3 * c], dx + at);
  }
}

const NnLayerOps nn_batch_norm_ops = {
  .kind = {
    .name = "batch-norm",
    .title = "Batch norm",
    .summary = "Each channel gets mean 0 and variance 1 over the mini-batch, then a learned "
               "factor and summand (arXiv 1502.03167)",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_RANDOM | NN_LAYER_BATCH_NORM,
  .shape = batch_norm_shape,
  .tensors = batch_norm_tensors,
  .forward = batch_norm_forward,
};
