/* nn-sawb.c - statistics-aware weight binning (Choi et al. 2018, arXiv 1807.06964)
 *
 *     c  = c1 sqrt (E w^2) + c2 E|w|, the clip; max |w| where that is not above 0
 *     q  = rint ((clip (w, -c, c) + c) n / 2c), n = 2^bits - 1
 *     wq = (2 q - n) c / n
 *     dw = g inside [-c, c], 0 outside; "passed" (SAWB+) lets all of g through
 *
 * The coefficients fit the clip of least squared error of six distributions.
 * They are known for 2, 3, 4, 5 and 8 bits; those of 6 and 7 lie on the line
 * between 5 and 8.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quant/nn-quantizer-rows.h"

#include <math.h>

#include "kernels/nn-kernel.h"
#include "quant/nn-weight-sums.h"

enum { GRADIENT };
enum { GRADIENT_CLIPPED, GRADIENT_PASSED };

static const char *const gradients[] = {
  [GRADIENT_CLIPPED] = N_("clipped"),
  [GRADIENT_PASSED] = N_("passed"),
  NULL,
};

static const NnParam params[] = {
  [GRADIENT] = { "gradient", N_("Gradient beyond the clip"), NN_PARAM_CHOICE, 0, 1,
                 GRADIENT_CLIPPED, gradients },
};

/* c1 and c2. */
static const double coefficients[NN_BITS_MAX + 1][2] = {
  [2] = { 3.12, -2.064 },
  [3] = { 7.509, -6.892 },
  [4] = { 12.68, -12.80 },
  [5] = { 17.74, -18.64 },
  [6] = { 17.74 + (31.76 - 17.74) / 3, -18.64 - (35.04 - 18.64) / 3 },
  [7] = { 31.76 - (31.76 - 17.74) / 3, -35.04 + (35.04 - 18.64) / 3 },
  [8] = { 31.76, -35.04 },
};

/* Below this the levels are no longer apart. */
#define CLIP_MINIMUM 1e-30f

/* Above 0 unless all weights vanish. */
static float
find_clip (const NnWeights *weights)
{
  const double *c = coefficients[weights->bits];
  const double count = (double) weights->n;
  const double clip = c[0] * sqrt (nn_sum_squares (weights->w, weights->n) / count)
                      + c[1] * nn_sum_magnitudes (weights->w, weights->n) / count;

  /* NaN has to stay. */
  const float used = clip > 0 || isnan (clip) ? (float) clip
                                              : nn_largest_magnitude (weights->w, weights->n);

  return used < CLIP_MINIMUM ? 0 : used;
}

NN_KERNEL static void
quantize_kernel (const float    *w,
                 size_t          n,
                 float           clip,
                 float           steps,
                 float *restrict wq)
{
  const float per_unit = clip == 0 ? 0 : steps / (2 * clip);
  const float half_step = clip / steps;

  for (size_t i = 0; i < n; i++) {
    const float above = w[i] < -clip ? -clip : w[i];
    const float inside = above > clip ? clip : above;

    wq[i] = (2 * nn_round_even ((inside + clip) * per_unit) - steps) * half_step;
  }
}

static void
quantize (const NnWeights *weights,
          float           *wq)
{
  quantize_kernel (weights->w, weights->n, find_clip (weights),
                   (float) ((1 << weights->bits) - 1), wq);
}

NN_KERNEL static void
backward_kernel (const float *w,
                 const float *g,
                 size_t       n,
                 float        clip,
                 float       *dw)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++)
    dw[i] = nn_keep_if (__builtin_fabsf (w[i]) <= clip, g[i]);
}

static void
backward (const NnWeights *weights,
          const float     *g,
          float           *dw,
          float           *dstep)
{
  (void) dstep;
  if (weights->values->value[GRADIENT] == GRADIENT_PASSED)
    memmove (dw, g, sizeof *g * weights->n);
  else
    backward_kernel (weights->w, g, weights->n, find_clip (weights), dw);
}

static size_t
levels (const NnWeights *weights,
        size_t           row,
        float           *out)
{
  (void) row;
  return nn_odd_levels (weights->bits, find_clip (weights), out);
}

const NnWeightQuantizer nn_quantizer_sawb = {
  .name = "sawb",
  .title = N_("SAWB"),
  .summary = N_("Even levels up to a clip that follows from the weights' mean magnitude and "
                "square."),
  .params = params,
  .n_params = sizeof params / sizeof params[0],
  .quantize = quantize,
  .backward = backward,
  .levels = levels,
};
