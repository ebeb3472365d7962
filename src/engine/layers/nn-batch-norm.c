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

#include <string.h>

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

/* Vectors that are summed side by side: adding to one would wait for itself. */
#define CHAINS 4

static inline NN_ALWAYS_INLINE double
total_of (const NnLooseLanes *chains)
{
  const NnLooseLanes lanes = (chains[0] + chains[1]) + (chains[2] + chains[3]);
  double sums[NN_LANES];

  for (int i = 0; i < NN_LANES; i++)
    sums[i] = (double) lanes[i];
  for (int half = NN_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++)
      sums[i] += sums[i + half];
  return sums[0];
}

/* The values of a plane behind its last whole vector, others 0. */
static inline NN_ALWAYS_INLINE void
read_rest (const float  *x,
           size_t        n,
           float         centre,
           NnLooseLanes *rest)
{
  float lanes[NN_LANES] = { 0 };

  for (size_t i = 0; i < n; i++)
    lanes[i] = x[i] - centre;
  memcpy (rest, lanes, sizeof *rest);
}

/* Sums of x - centre and of its square over one plane. */
NN_KERNEL static void
plane_sums (const float *x,
            size_t       n,
            float        centre,
            double      *sums)
{
  const size_t vectors = n / NN_LANES;
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t v = 0;

  read_rest (x + vectors * NN_LANES, n % NN_LANES, centre, &first[0]);
  second[0] = first[0] * first[0];

  for (; v + CHAINS <= vectors; v += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes d = *(const NnLooseLanes *) (x + (v + chain) * NN_LANES) - centre;

      first[chain] += d;
      second[chain] += d * d;
    }
  for (; v < vectors; v++) {
    const NnLooseLanes d = *(const NnLooseLanes *) (x + v * NN_LANES) - centre;

    first[0] += d;
    second[0] += d * d;
  }
  sums[0] += total_of (first);
  sums[1] += total_of (second);
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
  const size_t vectors = n / NN_LANES;
  const size_t whole = vectors * NN_LANES;
  NnLooseLanes first[CHAINS] = { 0 };
  NnLooseLanes second[CHAINS] = { 0 };
  size_t v = 0;

  read_rest (dy + whole, n % NN_LANES, 0, &first[0]);
  read_rest (x + whole, n % NN_LANES, centre, &second[0]);
  second[0] *= first[0];

  for (; v + CHAINS <= vectors; v += CHAINS)
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const NnLooseLanes g = *(const NnLooseLanes *) (dy + (v + chain) * NN_LANES);

      first[chain] += g;
      second[chain] += g * (*(const NnLooseLanes *) (x + (v + chain) * NN_LANES) - centre);
    }
  for (; v < vectors; v++) {
    const NnLooseLanes g = *(const NnLooseLanes *) (dy + v * NN_LANES);

    first[0] += g;
    second[0] += g * (*(const NnLooseLanes *) (x + v * NN_LANES) - centre);
  }
  sums[0] += total_of (first);
  sums[1] += total_of (second);
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
  .flags = NN_LAYER_USES_INPUT | NN_LAYER_RANDOM | NN_LAYER_BATCH_NORM | NN_LAYER_CHEAP,
  .shape = batch_norm_shape,
  .tensors = batch_norm_tensors,
  .forward = batch_norm_forward,
};
