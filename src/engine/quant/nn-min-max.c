/* nn-min-max.c - symmetric levels up to the largest weight
 *
 *     s = max |w| / qp, qp = 2^(bits - 1) - 1;  wq = s rint (w / s);  dw = g
 *
 * with one maximum for the layer or one for each output channel: what networks
 * are quantized with after training, and the base line of all others.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quant/nn-quantizer-rows.h"

#include <float.h>

#include "kernels/nn-kernel.h"
#include "quant/nn-weight-sums.h"

enum { GRANULARITY };
enum { GRANULARITY_TENSOR, GRANULARITY_CHANNEL };

static const char *const granularities[] = {
  [GRANULARITY_TENSOR] = N_("tensor"),
  [GRANULARITY_CHANNEL] = N_("channel"),
  NULL,
};

static const NnParam params[] = {
  [GRANULARITY] = { "granularity", N_("Maximum of"), NN_PARAM_CHOICE, 0, 1, GRANULARITY_TENSOR,
                    granularities },
};

static bool
by_channel (const NnParamValues *values)
{
  return values->value[GRANULARITY] == GRANULARITY_CHANNEL;
}

static int
highest_code (const NnWeights *weights)
{
  return (1 << (weights->bits - 1)) - 1;
}

/* s of row `row`. */
static float
find_step (const NnWeights *weights,
           size_t           row)
{
  const size_t length = weights->n / weights->rows;
  const float largest = by_channel (weights->values)
                        ? nn_largest_magnitude (weights->w + row * length, length)
                        : nn_largest_magnitude (weights->w, weights->n);

  const float step = largest / (float) highest_code (weights);

  /* Not `step >= FLT_MIN ? step`: NaN has to stay. */
  return step < FLT_MIN ? 0 : step;
}

NN_KERNEL static void
quantize_kernel (const float    *w,
                 size_t          n,
                 float           step,
                 float *restrict wq)
{
  const float per_step = step == 0 ? 0 : 1 / step;

  for (size_t i = 0; i < n; i++)
    wq[i] = nn_round_even (w[i] * per_step) * step;
}

static void
quantize (const NnWeights *weights,
          float           *wq)
{
  const size_t length = weights->n / weights->rows;

  if (!by_channel (weights->values)) {
    quantize_kernel (weights->w, weights->n, find_step (weights, 0), wq);
    return;
  }
  for (size_t row = 0; row < weights->rows; row++)
    quantize_kernel (weights->w + row * length, length, find_step (weights, row),
                     wq + row * length);
}

static void
backward (const NnWeights *weights,
          const float     *g,
          float           *dw,
          float           *dstep)
{
  (void) dstep;
  memmove (dw, g, sizeof *g * weights->n);
}

static size_t
levels (const NnWeights *weights,
        size_t           row,
        float           *out)
{
  const int highest = highest_code (weights);

  return nn_whole_levels (-highest, highest, find_step (weights, row), out);
}

const NnWeightQuantizer nn_quantizer_min_max = {
  .name = "min-max",
  .title = N_("Min-max"),
  .summary = N_("Levels around zero up to the largest weight, of the layer or of each output "
                "channel."),
  .params = params,
  .n_params = sizeof params / sizeof params[0],
  .quantize = quantize,
  .backward = backward,
  .levels = levels,
  .by_channel = by_channel,
};
