/* nn-saliency-gradient.c - the gradient, its magnitude, its product with x
 *
 * One backward pass each; they differ in what is done to the result.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-saliency-private.h"

#include <math.h>

static void
take_magnitude (const NnExplanation *explanation,
                size_t               image,
                float               *scratch,
                float               *map)
{
  const size_t size = nn_shape_size (explanation->shape);

  for (size_t i = 0; i < size; i++)
    map[i] = fabsf (map[i]);
}

static void
multiply_by_input (const NnExplanation *explanation,
                   size_t               image,
                   float               *scratch,
                   float               *map)
{
  const float *x = nn_explanation_image (explanation, image);
  const size_t size = nn_shape_size (explanation->shape);

  for (size_t i = 0; i < size; i++)
    map[i] *= x[i];
}

const NnSaliencyRow nn_saliency_gradient = {
  .method = {
    .name = "gradient",
    .title = N_("Gradient"),
    .summary = N_("How the logit changes with each input value."),
    .source = "Simonyan et al. 2013, arXiv 1312.6034",
    .is_signed = true,
  },
};

const NnSaliencyRow nn_saliency_absolute_gradient = {
  .method = {
    .name = "absolute-gradient",
    .title = N_("Absolute gradient"),
    .summary = N_("How strongly the logit changes with each input value, in either direction."),
    .source = "Simonyan et al. 2013, arXiv 1312.6034",
    .is_signed = false,
  },
  .finish = take_magnitude,
};

const NnSaliencyRow nn_saliency_input_x_gradient = {
  .method = {
    .name = "input-x-gradient",
    .title = N_("Input times gradient"),
    .summary = N_("What each input value adds to the logit, were the network linear."),
    .source = "Shrikumar et al. 2016, arXiv 1605.01713",
    .is_signed = true,
  },
  .finish = multiply_by_input,
};
