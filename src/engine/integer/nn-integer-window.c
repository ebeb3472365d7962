/* nn-integer-window.c - the first convolution: floats in, codes out
 *
 * The network's input is not codes, and its windows are short: they are
 * multiplied where they lie, without a matrix of columns, and the sums become
 * codes before they leave the registers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-integer-private.h"

/* The image with `padding` zeros around it. */
static const float *
pad (const NnIntegerWindow *self,
     NnShape                in,
     const float           *x,
     float                 *out)
{
  const size_t padding = (size_t) self->padding;
  const size_t width = (size_t) in.width + 2 * padding;
  const size_t plane = ((size_t) in.height + 2 * padding) * width;

  memset (out, 0, (size_t) in.channels * plane * sizeof (float));
  for (size_t c = 0; c < (size_t) in.channels; c++)
    for (size_t y = 0; y < (size_t) in.height; y++)
      memcpy (out + c * plane + (y + padding) * width + padding,
              x + (c * (size_t) in.height + y) * (size_t) in.width,
              (size_t) in.width * sizeof (float));
  return out;
}

static void
run_window (const NnIntegerJob  *job,
            const NnIntegerStep *step,
            size_t               image)
{
  const NnIntegerWindow *self = step->window;
  const float *x = nn_integer_at (job, step->input, image);
  NnWindowDot dot = self->dot;
  const NnCodesTarget target = {
    .codes = nn_integer_at (job, step->output, image),
    .offsets = self->targets,
    .positions = self->positions,
    .stride = (size_t) job->net->places[step->output].codes.stride,
  };

  dot.x = self->padding > 0 ? pad (self, step->layer->input, x, job->sums) : x;
  job->net->kernel->codes_from_windows (&dot, &target);
}

/* Weights (out, taps) become (blocks, taps, 16), in steps of the output's
 * codes. */
static NnStatus
build_weights (NnIntegerNet          *net,
               const NnLayer         *layer,
               const float           *weight,
               const NnIntegerAffine *affine,
               double                 scale,
               NnIntegerWindow       *self,
               NnError               *error)
{
  const size_t out = (size_t) layer->output.channels;
  const size_t taps = self->dot.n_taps;
  const size_t lanes = (out + NN_WINDOW_LANES - 1) / NN_WINDOW_LANES * NN_WINDOW_LANES;
  float *packed = nn_integer_allocate (net, lanes * taps * sizeof (float), error);
  float *start = nn_integer_allocate (net, lanes * sizeof (float), error);

  if (packed == NULL || start == NULL)
    return NN_ERROR_MEMORY;
  for (size_t o = 0; o < out; o++) {
    const double factor = affine->factor[o] / scale;
    float *lane = packed + o / NN_WINDOW_LANES * NN_WINDOW_LANES * taps + o % NN_WINDOW_LANES;

    for (size_t k = 0; k < taps; k++)
      lane[k * NN_WINDOW_LANES] = (float) ((double) weight[o * taps + k] * factor);
    start[o] = (float) (affine->summand[o] / scale);
  }
  self->dot.weights = packed;
  self->dot.start = start;
  return NN_OK;
}

static NnStatus
build_offsets (NnIntegerNet    *net,
               const NnLayer   *layer,
               NnIntegerWindow *self,
               NnError         *error)
{
  const int kernel = nn_integer_param (layer, "kernel");
  const int stride = nn_integer_param (layer, "stride");
  const int width = layer->input.width + 2 * self->padding;
  const int height = layer->input.height + 2 * self->padding;
  const NnShape out = layer->output;
  uint32_t *taps = nn_integer_allocate (net, self->dot.n_taps * sizeof *taps, error);

  self->positions = (size_t) out.height * (size_t) out.width;

  uint32_t *windows = nn_integer_allocate (net, self->positions * sizeof *windows, error);

  if (taps == NULL || windows == NULL)
    return NN_ERROR_MEMORY;
  self->dot.taps = taps;
  for (int c = 0; c < layer->input.channels; c++)
    for (int i = 0; i < kernel; i++)
      for (int j = 0; j < kernel; j++)
        *taps++ = (uint32_t) ((c * height + i) * width + j);
  self->dot.offsets = windows;
  for (int y = 0; y < out.height; y++)
    for (int x = 0; x < out.width; x++)
      *windows++ = (uint32_t) (y * stride * width + x * stride);
  return NN_OK;
}

NnStatus
nn_integer_window_build (NnIntegerNet          *net,
                         const float           *weight,
                         const NnIntegerAffine *affine,
                         NnIntegerStep         *step,
                         NnError               *error)
{
  const NnLayer *layer = step->layer;
  const NnCodesLayout *output = &net->places[step->output].codes;
  const size_t kernel = (size_t) nn_integer_param (layer, "kernel");
  NnIntegerWindow *self = nn_integer_allocate (net, sizeof *self, error);
  NnStatus status;

  if (self == NULL)
    return NN_ERROR_MEMORY;
  self->padding = nn_integer_param (layer, "padding");
  self->dot.n_taps = (size_t) layer->input.channels * kernel * kernel;
  self->dot.top = (float) output->top;
  status = build_weights (net, layer, weight, affine, (double) output->scale, self, error);
  if (status == NN_OK)
    status = build_offsets (net, layer, self, error);
  if (status != NN_OK)
    return status;
  self->targets = nn_integer_positions (net, output, error);
  if (self->targets == NULL)
    return NN_ERROR_MEMORY;

  const size_t padded = (size_t) layer->input.channels *
                        (size_t) (layer->input.height + 2 * self->padding) *
                        (size_t) (layer->input.width + 2 * self->padding) * sizeof (float);

  if (self->padding > 0)
    net->sums_bytes = padded > net->sums_bytes ? padded : net->sums_bytes;
  step->window = self;
  step->run = run_window;
  return NN_OK;
}
