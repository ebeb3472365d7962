/* nn-integrated-gradients.c - the gradient along the way from a baseline
 *
 *     map = (x - b) * mean over s < m of df (b + (s + 1/2) / m (x - b)) / dx
 *
 * The midpoint rule.  Maps add up to f (x) - f (b), up to the error of the
 * rule; nn_saliency_completeness() reports it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-saliency-private.h"

#include "nn/nn-rng.h"

enum { STEPS, BASELINE };
enum { BASELINE_BLACK, BASELINE_MEAN, BASELINE_NOISE, N_BASELINES };

static const char *const baseline_names[] = {
  [BASELINE_BLACK] = "black",
  [BASELINE_MEAN] = "mean",
  [BASELINE_NOISE] = "noise",
  [N_BASELINES] = NULL,
};

static const NnParam params[] = {
  [STEPS] = { "steps", N_("Steps"), NN_PARAM_INTEGER, 1, 1024, 32, NULL },
  [BASELINE] = { "baseline", N_("Baseline"), NN_PARAM_CHOICE, 0, 2, BASELINE_BLACK,
                 baseline_names },
};

/* A black image. */
static void
write_black (const NnExplanation *explanation,
             size_t               image,
             float               *baseline)
{
  const size_t plane = (size_t) explanation->shape.height * (size_t) explanation->shape.width;

  for (int c = 0; c < explanation->shape.channels; c++) {
    for (size_t p = 0; p < plane; p++)
      baseline[(size_t) c * plane + p] = explanation->request->black[c];
  }
}

/* Each channel's mean. */
static void
write_mean (const NnExplanation *explanation,
            size_t               image,
            float               *baseline)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t plane = (size_t) explanation->shape.height * (size_t) explanation->shape.width;

  for (int c = 0; c < explanation->shape.channels; c++) {
    const size_t first = (size_t) c * plane;
    double sum = 0;

    for (size_t p = 0; p < plane; p++)
      sum += x[first + p];
    for (size_t p = 0; p < plane; p++)
      baseline[first + p] = (float) (sum / (double) plane);
  }
}

/* Uniform noise between the smallest and the largest value of each channel. */
static void
write_noise (const NnExplanation *explanation,
             size_t               image,
             float               *baseline)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t plane = (size_t) explanation->shape.height * (size_t) explanation->shape.width;

  nn_rng_uniform (explanation->request->seed,
                  nn_rng_stream (NN_RANDOM_NOISE, nn_explanation_id (explanation, image), 0),
                  baseline, nn_shape_size (explanation->shape));
  for (int c = 0; c < explanation->shape.channels; c++) {
    const size_t first = (size_t) c * plane;
    float lowest = x[first];
    float highest = x[first];

    for (size_t p = 1; p < plane; p++) {
      lowest = x[first + p] < lowest ? x[first + p] : lowest;
      highest = x[first + p] > highest ? x[first + p] : highest;
    }
    for (size_t p = 0; p < plane; p++)
      baseline[first + p] = lowest + (highest - lowest) * baseline[first + p];
  }
}

typedef void (*WriteBaseline) (const NnExplanation *explanation,
                               size_t               image,
                               float               *baseline);

static const WriteBaseline writers[N_BASELINES] = {
  [BASELINE_BLACK] = write_black,
  [BASELINE_MEAN] = write_mean,
  [BASELINE_NOISE] = write_noise,
};

static void
write_baseline (const NnExplanation *explanation,
                size_t               image,
                float               *baseline)
{
  writers[(size_t) explanation->request->values.value[BASELINE]] (explanation, image, baseline);
}

static size_t
count_steps (const NnSaliencyRequest *request)
{
  return (size_t) request->values.value[STEPS];
}

/* A point on the straight way from the baseline to the image. */
static void
write_point (const NnExplanation *explanation,
             size_t               image,
             size_t               variant,
             float               *variation)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t size = nn_shape_size (explanation->shape);
  const float share = ((float) variant + 0.5f) / (float) explanation->variants;

  write_baseline (explanation, image, variation);
  for (size_t i = 0; i < size; i++)
    variation[i] += share * (x[i] - variation[i]);
}

static void
multiply_by_difference (const NnExplanation *explanation,
                        size_t               image,
                        float               *scratch,
                        float               *map)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t size = nn_shape_size (explanation->shape);

  write_baseline (explanation, image, scratch);
  for (size_t i = 0; i < size; i++)
    map[i] *= x[i] - scratch[i];
}

const NnSaliencyRow nn_saliency_integrated_gradients = {
  .method = {
    .name = "integrated-gradients",
    .title = N_("Integrated gradients"),
    .summary = N_("What each input value adds on the straight way from a baseline to the image."),
    .source = "Sundararajan et al. 2017, arXiv 1703.01365",
    .is_signed = true,
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .variants = count_steps,
  .vary = write_point,
  .finish = multiply_by_difference,
  .baseline = write_baseline,
};
