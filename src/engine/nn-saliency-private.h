/* nn-saliency-private.h - what a saliency method is made of
 *
 * Every method here is a mean of input gradients over a number of variants of
 * the image, and something done to that mean.  The variants of all images are
 * one long list that nn-saliency.c cuts into mini-batches, so that one image
 * fills the threads as well as a thousand do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-words.h"
#include "nn/nn-saliency.h"

/* One call of nn_saliency_explain().  All pointers are the caller's. */
typedef struct
{
  NnExec                  *exec;
  const NnSaliencyRequest *request;
  NnShape                  shape;
  const float             *x;       /* (n, C, H, W)                           */
  const int               *classes; /* (n)                                    */
  const uint64_t          *ids;     /* (n) or NULL                            */
  size_t                   n;
  size_t                   variants; /* of each image                         */
  const float             *noise;   /* (variants, n, C, H, W) or NULL: drawn  */
  float                   *maps;    /* (n, C, H, W)                           */
} NnExplanation;

typedef struct
{
  NnSaliencyMethod method; /* first: a method's address is its row's          */

  /* How many variants of an image there are; NULL: one. */
  size_t (*variants) (const NnSaliencyRequest *request);

  /* Writes variant `variant` of image `image`; NULL: the image itself. */
  void (*vary) (const NnExplanation *explanation,
                size_t               image,
                size_t               variant,
                float               *variation);

  /* Turns the mean gradient of image `image` into its map, in place;
   * `scratch` is the size of an image.  NULL: it is the map. */
  void (*finish) (const NnExplanation *explanation,
                  size_t               image,
                  float               *scratch,
                  float               *map);

  /* Writes what the map accounts for the difference to; NULL: the map does
   * not add up to a difference. */
  void (*baseline) (const NnExplanation *explanation,
                    size_t               image,
                    float               *baseline);
} NnSaliencyRow;

extern const NnSaliencyRow nn_saliency_gradient;
extern const NnSaliencyRow nn_saliency_absolute_gradient;
extern const NnSaliencyRow nn_saliency_input_x_gradient;
extern const NnSaliencyRow nn_saliency_integrated_gradients;
extern const NnSaliencyRow nn_saliency_smoothgrad;

/* The image's name for random methods. */
static inline uint64_t
nn_explanation_id (const NnExplanation *explanation,
                   size_t               image)
{
  return explanation->ids != NULL ? explanation->ids[image] : image;
}

/* Image `image` of the explanation. */
static inline const float *
nn_explanation_image (const NnExplanation *explanation,
                      size_t               image)
{
  return explanation->x + image * nn_shape_size (explanation->shape);
}

/* nn_saliency_explain() with the noise of random methods given: `noise` is
 * (variants, n, C, H, W) and is added as it is. */
void nn_saliency_explain_with_noise (NnExec                  *exec,
                                     const NnSaliencyRequest *request,
                                     const float             *x,
                                     const int               *classes,
                                     size_t                   n,
                                     const float             *noise,
                                     float                   *maps);
