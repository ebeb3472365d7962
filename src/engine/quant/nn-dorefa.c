/* nn-dorefa.c - DoReFa weights (Zhou et al. 2016, arXiv 1606.06160)
 *
 *     t = tanh (w), m = max |t|, n = 2^bits - 1
 *     q = rint (n (t / 2m + 1/2)) in 0 .. n,  wq = (2 q - n) amplitude / n
 *     dw = g amplitude (1 - t^2) / m
 *
 * The levels are odd multiples of amplitude / n: there is no zero.  The paper
 * has amplitude 1 and relies on a batch norm behind it; without one networks
 * do not train, so the default restores max |w|, a constant to the gradient.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quant/nn-quantizer-rows.h"

#include <float.h>

#include "kernels/nn-kernel.h"
#include "quant/nn-weight-sums.h"

enum { AMPLITUDE };
enum { AMPLITUDE_MAX, AMPLITUDE_ONE };

static const char *const amplitudes[] = {
  [AMPLITUDE_MAX] = N_("max"),
  [AMPLITUDE_ONE] = N_("one"),
  NULL,
};

static const NnParam params[] = {
  [AMPLITUDE] = { "amplitude", N_("Amplitude"), NN_PARAM_CHOICE, 0, 1, AMPLITUDE_MAX, amplitudes },
};

/* What the elementwise passes need to know of the whole tensor. */
typedef struct
{
  float amplitude; /* value of the highest level                              */
  float largest;   /* m; 0 where all weights vanish                           */
} Scale;

/* tanh within 3e-7 (relative): the continued fraction of Lambert at x / 2 to
 * its seventh term, doubled once.  libm's has no vector form. */
static inline float
fast_tanh (float x)
{
  const float above = x < -10 ? -10 : x;
  const float half = 0.5f * (above > 10 ? 10 : above);
  const float z = half * half;
  const float t = half * (135135.0f + z * (17325.0f + z * (378.0f + z)))
                  / (135135.0f + z * (62370.0f + z * (3150.0f + z * 28.0f)));

  return 2.0f * t / (1.0f + t * t);
}

static Scale
measure (const NnWeights *weights)
{
  const float magnitude = nn_largest_magnitude (weights->w, weights->n);
  const float largest = fast_tanh (magnitude);
  const bool one = weights->values->value[AMPLITUDE] == AMPLITUDE_ONE;

  /* Not `largest < FLT_MIN ? 0`: NaN has to stay. */
  return (Scale) { one ? 1 : magnitude, largest <= FLT_MIN ? 0 : largest };
}

NN_KERNEL static void
quantize_kernel (const float    *w,
                 size_t          n,
                 float           steps,
                 float           half_per_largest,
                 float           amplitude_per_step,
                 float *restrict wq)
{
  for (size_t i = 0; i < n; i++) {
    const float share = fast_tanh (w[i]) * half_per_largest + 0.5f;
    const float code = nn_round_even (share * steps);

    wq[i] = (2 * code - steps) * amplitude_per_step;
  }
}

static void
quantize (const NnWeights *weights,
          float           *wq)
{
  const float steps = (float) ((1 << weights->bits) - 1);
  const Scale scale = measure (weights);

  quantize_kernel (weights->w, weights->n, steps, scale.largest == 0 ? 0 : 0.5f / scale.largest,
                   scale.amplitude / steps, wq);
}

NN_KERNEL static void
backward_kernel (const float *w,
                 const float *g,
                 size_t       n,
                 float        factor,
                 float       *dw)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const float t = fast_tanh (w[i]);

    dw[i] = g[i] * ((1 - t * t) * factor);
  }
}

static void
backward (const NnWeights *weights,
          const float     *g,
          float           *dw,
          float           *dstep)
{
  const Scale scale = measure (weights);

  (void) dstep;
  /* Vanished weights have no slope of their own: straight through. */
  backward_kernel (weights->w, g, weights->n,
                   scale.largest == 0 ? 1 : scale.amplitude / scale.largest, dw);
}

static size_t
levels (const NnWeights *weights,
        size_t           row,
        float           *out)
{
  (void) row;
  return nn_odd_levels (weights->bits, measure (weights).amplitude, out);
}

const NnWeightQuantizer nn_quantizer_dorefa = {
  .name = "dorefa",
  .title = N_("DoReFa"),
  .summary = N_("Odd levels over the hyperbolic tangent of the weights, as PACT uses them."),
  .params = params,
  .n_params = sizeof params / sizeof params[0],
  .quantize = quantize,
  .backward = backward,
  .levels = levels,
};
