/* nn-integer-steps.c - what runs between the products: pooling, and the ways
 * from codes to floats and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-integer-private.h"

static const NnCodesLayout *
layout_of (const NnIntegerJob *job,
           int                 place)
{
  return &job->net->places[place].codes;
}

static const float *
parameter (const NnModel *model,
           int            tensor)
{
  return tensor >= 0 ? model->tensors[tensor].info.value : NULL;
}

void
nn_integer_run_float (const NnIntegerJob  *job,
                      const NnIntegerStep *step,
                      size_t               image)
{
  const NnIntegerNet *net = job->net;
  const NnLayer *layer = step->layer;
  const size_t index = (size_t) (layer - net->model->layers);
  const float *alpha = parameter (net->model, layer->alpha);
  const NnLayerCall call = {
    .images = step->whole ? job->images : 1,
    .weight = net->weight[index],
    .bias = net->bias[index],
    .alpha = alpha != NULL ? *alpha : 0,
    .x = nn_integer_at (job, step->input, image),
    .second = step->second > 0 ? nn_integer_at (job, step->second, image) : NULL,
    .y = nn_integer_at (job, step->output, image),
    .scratch = (float *) (job->memory + net->scratch_offset),
  };

  layer->ops->forward (layer, &call);
}

void
nn_integer_run_quantize (const NnIntegerJob  *job,
                         const NnIntegerStep *step,
                         size_t               image)
{
  const NnCodesLayout *out = layout_of (job, step->output);
  const float alpha = *parameter (job->net->model, step->layer->alpha);
  const NnCodesTarget target = {
    .codes = nn_integer_at (job, step->output, image),
    .offsets = step->positions,
    .positions = (size_t) out->shape.height * (size_t) out->shape.width,
  };

  nn_codes_from_planes (nn_integer_at (job, step->input, image), (size_t) out->shape.channels,
                        alpha, (float) out->top / alpha, &target);
}

void
nn_integer_run_dequantize (const NnIntegerJob  *job,
                           const NnIntegerStep *step,
                           size_t               image)
{
  const NnCodesLayout *in = layout_of (job, step->input);
  const NnCodesTarget source = {
    .codes = nn_integer_at (job, step->input, image),
    .offsets = step->positions,
    .positions = (size_t) in->shape.height * (size_t) in->shape.width,
  };

  nn_planes_from_codes (&source, (size_t) in->shape.channels, in->scale,
                        nn_integer_at (job, step->output, image));
}

/* Calls `combine` for all inputs of each window but the first, which is
 * copied. */
static void
pool (const NnIntegerJob  *job,
      const NnIntegerStep *step,
      size_t               image,
      void (*combine) (uint8_t       *out,
                       const uint8_t *in,
                       size_t         n))
{
  const NnCodesLayout *in = layout_of (job, step->input);
  const NnCodesLayout *out = layout_of (job, step->output);
  const int size = nn_integer_param (step->layer, "size");
  const int wanted = nn_integer_param (step->layer, "stride");
  const int stride = wanted != 0 ? wanted : size;
  const size_t n = (size_t) in->stride;
  const uint8_t *x = nn_integer_at (job, step->input, image);
  uint8_t *y = nn_integer_at (job, step->output, image);

  for (int oy = 0; oy < out->shape.height; oy++)
    for (int ox = 0; ox < out->shape.width; ox++) {
      uint8_t *to = y + nn_codes_offset (out, oy, ox);

      memcpy (to, x + nn_codes_offset (in, oy * stride, ox * stride), n);
      for (int i = 1; i < size * size; i++)
        combine (to, x + nn_codes_offset (in, oy * stride + i / size, ox * stride + i % size), n);
    }
}

void
nn_integer_run_max_pool (const NnIntegerJob  *job,
                         const NnIntegerStep *step,
                         size_t               image)
{
  pool (job, step, image, nn_codes_maximum);
}

void
nn_integer_run_sum_pool (const NnIntegerJob  *job,
                         const NnIntegerStep *step,
                         size_t               image)
{
  pool (job, step, image, nn_codes_add);
}

void
nn_integer_run_shortcut (const NnIntegerJob  *job,
                         const NnIntegerStep *step,
                         size_t               image)
{
  const NnCodesLayout *in = layout_of (job, step->input);
  const NnCodesLayout *out = layout_of (job, step->output);
  const int stride = nn_integer_param (step->layer, "stride");
  const int before = (out->shape.channels - in->shape.channels) / 2;
  const uint8_t *x = nn_integer_at (job, step->input, image);
  uint8_t *y = nn_integer_at (job, step->output, image);

  for (int oy = 0; oy < out->shape.height; oy++)
    for (int ox = 0; ox < out->shape.width; ox++)
      memcpy (y + nn_codes_offset (out, oy, ox) + before,
              x + nn_codes_offset (in, oy * stride, ox * stride), (size_t) in->shape.channels);
}
