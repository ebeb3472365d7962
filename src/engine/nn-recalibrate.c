/* nn-recalibrate.c - what a trained network has measured again at other bits
 *
 * Alpha is searched on a histogram, whose squared error is cheap to compute
 * for any level: a grid finds the valley and golden sections its floor.  The
 * error is not smooth, because levels pass over bins; the grid is fine enough
 * to find a valley within a per cent of the best.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn-eval-private.h"

#define BINS NN_HISTOGRAM_MAX_BINS
#define BATCH 64

/* Levels that the grid tries, and sections of the interval around the best. */
#define GRID 200
#define SECTIONS 24

static bool
rounds (const NnLayerInfo *layer)
{
  return layer->alpha_tensor >= 0 && layer->activation_bits >= NN_BITS_MIN &&
         layer->activation_bits <= NN_BITS_MAX;
}

/* ---- the largest input ---------------------------------------------------- */

typedef struct
{
  size_t   layer;
  uint32_t bits;  /* of the largest positive value; those of NaN are larger   */
} Largest;

static void
observe_largest (void        *data,
                 size_t       layer,
                 size_t       image,
                 const float *values,
                 size_t       n)
{
  Largest *largest = data;

  (void) image;
  if (layer == largest->layer)
    nn_raise_largest (&largest->bits, values, n);
}

static float
find_largest (NnExec         *exec,
              const NnImages *images,
              const uint32_t *indices,
              size_t          count,
              size_t          layer)
{
  Largest largest = { layer, 0 };
  float value;

  nn_observe_images (exec, images, indices, count, observe_largest, &largest);
  memcpy (&value, &largest.bits, sizeof value);
  return value;
}

/* ---- the best level --------------------------------------------------------- */

/* The sum over a histogram of (ReLU - PACT)^2, with each bin's values at its
 * middle. */
static double
squared_error (const uint64_t *histogram,
               double          width,
               int             bits,
               double          alpha)
{
  const double step = alpha / ((1 << bits) - 1);
  double sum = 0;

  for (size_t b = 0; b < BINS; b++) {
    const double x = ((double) b + 0.5) * width;
    const double y = x >= alpha ? alpha : rint (x / step) * step;

    sum += (double) histogram[b] * (x - y) * (x - y);
  }
  return sum;
}

static double
golden_section (const uint64_t *histogram,
                double          width,
                int             bits,
                double          low,
                double          high)
{
  const double ratio = (sqrt (5) - 1) / 2;
  double left = high - ratio * (high - low);
  double right = low + ratio * (high - low);
  double left_error = squared_error (histogram, width, bits, left);
  double right_error = squared_error (histogram, width, bits, right);

  for (int i = 0; i < SECTIONS; i++) {
    if (left_error <= right_error) {
      high = right;
      right = left;
      right_error = left_error;
      left = high - ratio * (high - low);
      left_error = squared_error (histogram, width, bits, left);
    } else {
      low = left;
      left = right;
      left_error = right_error;
      right = low + ratio * (high - low);
      right_error = squared_error (histogram, width, bits, right);
    }
  }
  return (low + high) / 2;
}

static double
find_best_level (const uint64_t *histogram,
                 double          maximum,
                 int             bits)
{
  const double width = maximum / BINS;
  double best = maximum;
  double least = INFINITY;

  for (int i = 1; i <= GRID; i++) {
    const double alpha = maximum * i / GRID;
    const double error = squared_error (histogram, width, bits, alpha);

    if (error < least) {
      least = error;
      best = alpha;
    }
  }

  const double refined = golden_section (histogram, width, bits, best - maximum / GRID,
                                         fmin (best + maximum / GRID, maximum));

  return squared_error (histogram, width, bits, refined) < least ? refined : best;
}

/* ---- layer by layer ------------------------------------------------------------ */

static NnStatus
refit_layer (NnModel        *model,
             NnExec         *exec,
             const NnImages *images,
             const uint32_t *indices,
             size_t          count,
             size_t          index,
             NnError        *error)
{
  const NnLayerInfo layer = nn_model_layer (model, index);
  const float maximum = find_largest (exec, images, indices, count, index);
  uint64_t *histogram;
  uint64_t zeros;
  NnStatus status;

  if (maximum == 0)
    return NN_OK;
  if (!isfinite (maximum))
    return nn_error_set (error, NN_ERROR_DIVERGED,
                         "alpha of %s cannot be fitted: its inputs are not finite", layer.name);
  histogram = calloc (BINS, sizeof *histogram);
  if (histogram == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory to fit alpha of %s", layer.name);
  status = nn_activation_histogram (exec, images, indices, count, index, maximum, histogram,
                                    BINS, &zeros, error);
  if (status == NN_OK) {
    const double best = find_best_level (histogram, (double) maximum, layer.activation_bits);

    nn_model_tensor (model, (size_t) layer.alpha_tensor).value[0] =
      fmaxf ((float) best, NN_ALPHA_MINIMUM);
  }
  free (histogram);
  return status;
}

NnStatus
nn_refit_alpha (NnModel        *model,
                NnPool         *pool,
                const NnImages *images,
                const uint32_t *indices,
                size_t          count,
                NnError        *error)
{
  NnStatus status = nn_check_images (model, images, error);
  bool any = false;

  if (status != NN_OK)
    return status;
  if (count < 1)
    return nn_error_set (error, NN_ERROR_RANGE, "alpha cannot be fitted to no images");

  NnExec *exec = nn_exec_new (model, pool, NN_EXEC_INFERENCE, BATCH, error);

  if (exec == NULL)
    return NN_ERROR_MEMORY;
  nn_exec_prepare (exec);
  for (size_t i = 0; i < nn_model_layer_count (model) && status == NN_OK; i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (!rounds (&layer))
      continue;
    any = true;
    status = refit_layer (model, exec, images, indices, count, i, error);
  }
  nn_exec_free (exec);
  if (status == NN_OK && !any)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "no activation of the network is rounded at these bits, so that there "
                         "is no alpha to fit");
  return status;
}

/* ---- running statistics ----------------------------------------------------------- */

static bool
statistics_are_finite (const NnModel *model)
{
  for (size_t t = 0; t < nn_model_tensor_count (model); t++) {
    const NnTensor tensor = nn_model_tensor (model, t);

    if (tensor.role != NN_TENSOR_MEAN && tensor.role != NN_TENSOR_VARIANCE)
      continue;
    for (size_t i = 0; i < tensor.count; i++)
      if (!isfinite (tensor.value[i]))
        return false;
  }
  return true;
}

/* Runs `copy` over the images as training does, and takes what its batch norms
 * measure: the i-th mini-batch counts 1 / i of the mean so far. */
static void
measure_statistics (NnModel        *copy,
                    NnExec         *exec,
                    const NnImages *images,
                    const uint32_t *indices,
                    size_t          count)
{
  const size_t batch = nn_exec_capacity (exec);

  for (size_t i = 0; (i + 1) * batch <= count; i++) {
    const NnPass pass = { .training = true, .step = i };

    nn_gather_range (images, indices, i * batch, batch, nn_exec_input (exec));
    nn_exec_forward (exec, 0, batch, &pass);
    nn_exec_update_statistics (exec, 0, 1.0 / (double) (i + 1), copy);
  }
}

static NnStatus
reestimate (NnModel        *model,
            NnModel        *copy,
            NnPool         *pool,
            const NnImages *images,
            const uint32_t *indices,
            size_t          count,
            size_t          batch,
            NnError        *error)
{
  NnExec *exec = nn_exec_new (copy, pool, NN_EXEC_GRADIENT, batch, error);

  if (exec == NULL)
    return NN_ERROR_MEMORY;
  nn_exec_prepare (exec);
  measure_statistics (copy, exec, images, indices, count);
  nn_exec_free (exec);
  if (!statistics_are_finite (copy))
    return nn_error_set (error, NN_ERROR_DIVERGED,
                         "the statistics of the images in the network are not finite");
  nn_model_assign (model, copy);
  return NN_OK;
}

NnStatus
nn_reestimate_statistics (NnModel        *model,
                          NnPool         *pool,
                          const NnImages *images,
                          const uint32_t *indices,
                          size_t          count,
                          size_t          batch,
                          NnError        *error)
{
  if (nn_check_images (model, images, error) != NN_OK)
    return NN_ERROR_SHAPE;
  if (!nn_model_has_batch_norm (model))
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "the network has no batch norm whose statistics could be measured");
  if (count < 2 || batch < 2)
    return nn_error_set (error, NN_ERROR_RANGE,
                         "statistics need mini-batches of 2 images at least");

  NnModel *copy = nn_model_copy (model, error);

  if (copy == NULL)
    return NN_ERROR_MEMORY;

  const NnStatus status = reestimate (model, copy, pool, images, indices, count,
                                      batch < count ? batch : count, error);

  nn_model_free (copy);
  return status;
}
