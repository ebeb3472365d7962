/* nn-activation-histogram.c - what reaches activations, and alpha from it
 *
 * Pool threads count one image at a time on their own stack and add the counts
 * up atomically: integers, so that the order does not matter.  Calibration
 * makes two passes, the largest value and then a histogram up to it, which
 * needs the memory of the histograms whatever the number of images.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-eval-private.h"

#define CALIBRATION_BINS NN_HISTOGRAM_MAX_BINS

/* Images that calibration runs at once: enough for the threads, and little
 * memory in full precision. */
#define CALIBRATION_BATCH 64

#define NAN_BITS 0x7fc00000u

/* Adds one image's values to a histogram that other threads add to. */
static void
count_values (const float *values,
              size_t       n,
              float        maximum,
              uint64_t    *histogram,
              size_t       bins,
              uint64_t    *zeros)
{
  const float bins_per_unit = (float) bins / maximum;
  uint32_t counts[NN_HISTOGRAM_MAX_BINS];
  uint64_t others = 0;

  memset (counts, 0, bins * sizeof *counts);
  for (size_t i = 0; i < n; i++) {
    const float place = values[i] * bins_per_unit;

    if (!(values[i] > 0))
      others++;
    else
      counts[place < (float) bins ? (size_t) place : bins - 1]++;
  }
  for (size_t b = 0; b < bins; b++) {
    if (counts[b] > 0)
      __atomic_fetch_add (&histogram[b], counts[b], __ATOMIC_RELAXED);
  }
  __atomic_fetch_add (zeros, others, __ATOMIC_RELAXED);
}

void
nn_observe_images (NnExec         *exec,
                   const NnImages *images,
                   const uint32_t *indices,
                   size_t          count,
                   NnObserver      observer,
                   void           *data)
{
  const size_t capacity = nn_exec_capacity (exec);

  for (size_t first = 0; first < count; first += capacity) {
    const size_t n = count - first < capacity ? count - first : capacity;

    nn_gather_range (images, indices, first, n, nn_exec_input (exec));
    nn_exec_observe (exec, 0, n, observer, data);
  }
}

/* A histogram of one layer in the making. */
typedef struct
{
  size_t    layer;
  float     maximum;
  uint64_t *histogram;
  size_t    bins;
  uint64_t *zeros;
} LayerHistogram;

static void
observe_layer (void        *data,
               size_t       layer,
               size_t       image,
               const float *values,
               size_t       n)
{
  const LayerHistogram *wanted = data;

  if (layer == wanted->layer)
    count_values (values, n, wanted->maximum, wanted->histogram, wanted->bins, wanted->zeros);
}

static bool
is_activation (const NnModel *model,
               size_t         layer)
{
  return layer < nn_model_layer_count (model) && nn_model_layer (model, layer).kind->activation;
}

NnStatus
nn_activation_histogram (NnExec         *exec,
                         const NnImages *images,
                         const uint32_t *indices,
                         size_t          count,
                         size_t          layer,
                         float           maximum,
                         uint64_t       *histogram,
                         size_t          bins,
                         uint64_t       *zeros,
                         NnError        *error)
{
  LayerHistogram wanted = { layer, maximum, histogram, bins, zeros };

  if (nn_check_images (nn_exec_model (exec), images, error) != NN_OK)
    return NN_ERROR_SHAPE;
  if (!is_activation (nn_exec_model (exec), layer))
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "layer %zu is no activation: only activations have a histogram", layer);
  if (bins < 1 || bins > NN_HISTOGRAM_MAX_BINS)
    return nn_error_set (error, NN_ERROR_RANGE, "a histogram has 1 to %d bins, not %zu",
                         NN_HISTOGRAM_MAX_BINS, bins);
  if (!(maximum > 0) || !isfinite (maximum))
    return nn_error_set (error, NN_ERROR_RANGE,
                         "the maximum of a histogram must be above 0, but is %g", maximum);

  memset (histogram, 0, bins * sizeof *histogram);
  *zeros = 0;
  nn_observe_images (exec, images, indices, count, observe_layer, &wanted);
  return NN_OK;
}

/* Everything that calibration measures; arrays are by layer. */
typedef struct
{
  NnModel  *model;         /* a copy in full precision                        */
  NnExec   *exec;
  size_t    n_layers;
  bool     *wanted;
  uint32_t *largest;       /* bits of the largest positive value              */
  uint64_t *histograms;    /* (n_layers, CALIBRATION_BINS)                    */
  uint64_t  zeros;
} Calibration;

static float
largest_value (const Calibration *calibration,
               size_t             layer)
{
  float value;

  memcpy (&value, &calibration->largest[layer], sizeof value);
  return value;
}

void
nn_raise_largest (uint32_t    *largest,
                  const float *values,
                  size_t       n)
{
  uint32_t own = 0;

  for (size_t i = 0; i < n; i++) {
    const uint32_t positive = values[i] > 0 ? nn_magnitude_bits (values[i]) : 0;
    const uint32_t bits = isnan (values[i]) ? NAN_BITS : positive;

    own = bits > own ? bits : own;
  }

  uint32_t seen = __atomic_load_n (largest, __ATOMIC_RELAXED);

  while (seen < own && !__atomic_compare_exchange_n (largest, &seen, own, true,
                                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    continue;
}

static void
observe_largest (void        *data,
                 size_t       layer,
                 size_t       image,
                 const float *values,
                 size_t       n)
{
  Calibration *calibration = data;

  if (calibration->wanted[layer])
    nn_raise_largest (&calibration->largest[layer], values, n);
}

static void
observe_histograms (void        *data,
                    size_t       layer,
                    size_t       image,
                    const float *values,
                    size_t       n)
{
  Calibration *calibration = data;

  if (calibration->wanted[layer] && calibration->largest[layer] != 0)
    count_values (values, n, largest_value (calibration, layer),
                  calibration->histograms + layer * CALIBRATION_BINS, CALIBRATION_BINS,
                  &calibration->zeros);
}

/* The value below which `share` of the histogram lies, even within a bin. */
static double
find_quantile (const uint64_t *histogram,
               double          width,
               double          share)
{
  uint64_t total = 0;
  double below = 0;

  for (size_t b = 0; b < CALIBRATION_BINS; b++)
    total += histogram[b];

  const double target = share * (double) total;

  for (size_t b = 0; b < CALIBRATION_BINS; b++) {
    const double count = (double) histogram[b];

    if (count > 0 && below + count >= target)
      return width * ((double) b + (target - below) / count);
    below += count;
  }
  return width * CALIBRATION_BINS;
}

static void
end_calibration (Calibration *calibration)
{
  nn_exec_free (calibration->exec);
  nn_model_free (calibration->model);
  free (calibration->wanted);
  free (calibration->largest);
  free (calibration->histograms);
}

static NnStatus
begin_calibration (Calibration   *calibration,
                   const NnModel *model,
                   NnPool        *pool,
                   NnError       *error)
{
  const size_t n = nn_model_layer_count (model);

  calibration->n_layers = n;
  calibration->wanted = calloc (n, sizeof *calibration->wanted);
  calibration->largest = calloc (n, sizeof *calibration->largest);
  calibration->histograms = calloc (n * CALIBRATION_BINS, sizeof *calibration->histograms);
  if (calibration->wanted == NULL || calibration->largest == NULL
      || calibration->histograms == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory to calibrate %zu layers", n);
  for (size_t i = 0; i < n; i++)
    calibration->wanted[i] = nn_model_layer (model, i).alpha_tensor >= 0;

  calibration->model = nn_model_copy (model, error);
  if (calibration->model == NULL)
    return NN_ERROR_MEMORY;

  const NnStatus status = nn_model_set_bits (calibration->model, NN_BITS_OFF, NN_BITS_OFF,
                                             NN_EDGES_SAME, error);

  if (status != NN_OK)
    return status;
  calibration->exec = nn_exec_new (calibration->model, pool, NN_EXEC_INFERENCE,
                                   CALIBRATION_BATCH, error);
  if (calibration->exec == NULL)
    return NN_ERROR_MEMORY;
  nn_exec_prepare (calibration->exec);
  return NN_OK;
}

static NnStatus
check_finite (const Calibration *calibration,
              NnError           *error)
{
  for (size_t i = 0; i < calibration->n_layers; i++) {
    if (!isfinite (largest_value (calibration, i)))
      return nn_error_set (error, NN_ERROR_DIVERGED,
                           "alpha of %s cannot be calibrated: its inputs are not finite",
                           nn_model_layer (calibration->model, i).name);
  }
  return NN_OK;
}

/* Sets the alphas of `model` from the histograms. */
static void
set_alphas (const Calibration *calibration,
            NnModel           *model,
            double             share)
{
  for (size_t i = 0; i < calibration->n_layers; i++) {
    if (!calibration->wanted[i] || calibration->largest[i] == 0)
      continue;

    const NnTensor alpha = nn_model_tensor (model, (size_t) nn_model_layer (model, i).alpha_tensor);
    const double width = (double) largest_value (calibration, i) / CALIBRATION_BINS;
    const double found = find_quantile (calibration->histograms + i * CALIBRATION_BINS,
                                        width, share);

    alpha.value[0] = fmaxf ((float) found, NN_ALPHA_MINIMUM);
  }
}

static NnStatus
calibrate (Calibration    *calibration,
           NnModel        *model,
           NnPool         *pool,
           const NnImages *images,
           const uint32_t *indices,
           size_t          count,
           double          percentile,
           NnError        *error)
{
  NnStatus status = begin_calibration (calibration, model, pool, error);

  if (status != NN_OK)
    return status;
  nn_observe_images (calibration->exec, images, indices, count, observe_largest, calibration);
  status = check_finite (calibration, error);
  if (status != NN_OK)
    return status;
  nn_observe_images (calibration->exec, images, indices, count, observe_histograms, calibration);
  set_alphas (calibration, model, percentile / 100);
  return NN_OK;
}

NnStatus
nn_calibrate_alpha (NnModel        *model,
                    NnPool         *pool,
                    const NnImages *images,
                    const uint32_t *indices,
                    size_t          count,
                    double          percentile,
                    NnError        *error)
{
  Calibration calibration = { NULL };

  if (nn_check_images (model, images, error) != NN_OK)
    return NN_ERROR_SHAPE;
  if (!nn_model_has_pact (model))
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "the network has no pact layer whose alpha could be calibrated");
  if (count < 1)
    return nn_error_set (error, NN_ERROR_RANGE, "alpha cannot be calibrated from no images");
  if (!(percentile > 0 && percentile <= 100))
    return nn_error_set (error, NN_ERROR_RANGE,
                         "the percentile must be above 0 and at most 100, but is %g", percentile);

  const NnStatus status = calibrate (&calibration, model, pool, images, indices, count,
                                     percentile, error);

  end_calibration (&calibration);
  return status;
}
