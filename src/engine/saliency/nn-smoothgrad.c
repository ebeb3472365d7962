/* nn-smoothgrad.c - the mean gradient of noisy copies of the image
 *
 * The noise is normal, its standard deviation a share of the image's range,
 * and drawn by the image's id and the sample: batches do not matter.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-saliency-private.h"

#include "nn/nn-rng.h"

enum { SAMPLES, NOISE };

static const NnParam params[] = {
  [SAMPLES] = { "samples", N_("Samples"), NN_PARAM_INTEGER, 1, 1024, 16, NULL },
  [NOISE] = { "noise", N_("Noise, as a share of the range"), NN_PARAM_REAL, 0, 1, 0.15, NULL },
};

static size_t
count_samples (const NnSaliencyRequest *request)
{
  return (size_t) request->values.value[SAMPLES];
}

/* Largest less smallest value. */
static float
measure_range (const float *x,
               size_t       n)
{
  float lowest = x[0];
  float highest = x[0];

  for (size_t i = 1; i < n; i++) {
    lowest = x[i] < lowest ? x[i] : lowest;
    highest = x[i] > highest ? x[i] : highest;
  }
  return highest - lowest;
}

static void
add_noise (const NnExplanation *explanation,
           size_t               image,
           size_t               variant,
           float               *variation)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t size = nn_shape_size (explanation->shape);
  const NnSaliencyRequest *request = explanation->request;

  if (explanation->noise != NULL) {
    const float *noise = explanation->noise + (variant * explanation->n + image) * size;

    for (size_t i = 0; i < size; i++)
      variation[i] = x[i] + noise[i];
    return;
  }

  const float deviation = (float) request->values.value[NOISE] * measure_range (x, size);
  const uint64_t id = nn_explanation_id (explanation, image);

  nn_rng_normal (request->seed, nn_rng_stream (NN_RANDOM_NOISE, id, variant), variation, size);
  for (size_t i = 0; i < size; i++)
    variation[i] = x[i] + deviation * variation[i];
}

const NnSaliencyRow nn_saliency_smoothgrad = {
  .method = {
    .name = "smoothgrad",
    .title = N_("SmoothGrad"),
    .summary = N_("The mean gradient of noisy copies of the image."),
    .source = "Smilkov et al. 2017, arXiv 1706.03825",
    .is_signed = true,
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .variants = count_samples,
  .vary = add_noise,
};
