/* nn-lsq.c - learned step size (Esser et al. 2020, arXiv 1902.08153)
 *
 *     qn = 2^(bits - 1), qp = qn - 1, v = w / s
 *     wq = s rint (clip (v, -qn, qp));  dw = g inside, 0 outside
 *     ds = sum of g (rint (v) - v) inside, -g qn below, g qp above,
 *          times 1 / sqrt (n qp)
 *     s starts at 2 E|w| / sqrt (qp)
 *
 * Without a learned step the start is the step: a base line after training.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quant/nn-quantizer-rows.h"

#include <math.h>

#include "kernels/nn-kernel.h"
#include "quant/nn-weight-sums.h"

/* What the elementwise passes need to know. */
typedef struct
{
  float step;
  float low;  /* -qn                                                          */
  float high; /* qp                                                           */
} Grid;

static float
start_step (const NnWeights *weights)
{
  const double highest = (1 << (weights->bits - 1)) - 1;
  const double mean = nn_sum_magnitudes (weights->w, weights->n) / (double) weights->n;
  const float step = (float) (2 * mean / sqrt (highest));

  return step < NN_STEP_MINIMUM ? NN_STEP_MINIMUM : step;
}

static Grid
find_grid (const NnWeights *weights)
{
  const int codes = 1 << (weights->bits - 1);

  return (Grid) {
    .step = weights->step > 0 ? weights->step : start_step (weights),
    .low = (float) -codes,
    .high = (float) (codes - 1),
  };
}

/* clip (v, low, high); comparisons with NaN are false. */
static inline float
clip (float v,
      float low,
      float high)
{
  const float above = v < low ? low : v;

  return above > high ? high : above;
}

NN_KERNEL static void
quantize_kernel (const float    *w,
                 size_t          n,
                 float           step,
                 float           low,
                 float           high,
                 float *restrict wq)
{
  for (size_t i = 0; i < n; i++)
    wq[i] = nn_round_even (clip (w[i] / step, low, high)) * step;
}

static void
quantize (const NnWeights *weights,
          float           *wq)
{
  const Grid grid = find_grid (weights);

  quantize_kernel (weights->w, weights->n, grid.step, grid.low, grid.high, wq);
}

/* Rounding less value where v lies inside, the clipped code where not. */
static inline float
step_slope (float v,
            float low,
            float high)
{
  const float code = clip (v, low, high);

  return nn_round_even (code) - nn_keep_if (code == v, v);
}

NN_KERNEL static void
step_kernel (const float     *w,
             const float     *g,
             size_t           n,
             float            step,
             float            low,
             float            high,
             double *restrict sums)
{
  const size_t whole = n - n % NN_LANES;

  for (size_t first = 0; first < whole; first += NN_LANES)
    for (size_t lane = 0; lane < NN_LANES; lane++)
      sums[lane] += (double) (g[first + lane] * step_slope (w[first + lane] / step, low, high));
  for (size_t i = whole; i < n; i++)
    sums[i - whole] += (double) (g[i] * step_slope (w[i] / step, low, high));
}

static float
step_gradient (const NnWeights *weights,
               const Grid      *grid,
               const float     *g)
{
  double sums[NN_LANES] = { 0 };
  double total = 0;

  step_kernel (weights->w, g, weights->n, grid->step, grid->low, grid->high, sums);
  for (size_t lane = 0; lane < NN_LANES; lane++)
    total += sums[lane];
  return (float) (total / sqrt ((double) weights->n * (double) grid->high));
}

NN_KERNEL static void
backward_kernel (const float *w,
                 const float *g,
                 size_t       n,
                 float        step,
                 float        low,
                 float        high,
                 float       *dw)
{
  NN_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const float v = w[i] / step;

    dw[i] = nn_keep_if (clip (v, low, high) == v, g[i]);
  }
}

static void
backward (const NnWeights *weights,
          const float     *g,
          float           *dw,
          float           *dstep)
{
  const Grid grid = find_grid (weights);

  /* First, because dw may be g. */
  if (dstep != NULL)
    *dstep = step_gradient (weights, &grid, g);
  backward_kernel (weights->w, g, weights->n, grid.step, grid.low, grid.high, dw);
}

static size_t
levels (const NnWeights *weights,
        size_t           row,
        float           *out)
{
  const Grid grid = find_grid (weights);

  (void) row;
  return nn_whole_levels ((int) grid.low, (int) grid.high, grid.step, out);
}

const NnWeightQuantizer nn_quantizer_lsq = {
  .name = "lsq",
  .title = N_("LSQ"),
  .summary = N_("Levels around zero whose step is learned with the weights."),
  .quantize = quantize,
  .backward = backward,
  .levels = levels,
  .start_step = start_step,
};
