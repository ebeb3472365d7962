/* nn-eval-private.h - what all jobs over a list of images have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-exec.h"
#include "nn/nn-images.h"
#include "nn/nn-model.h"

/* NN_ERROR_SHAPE unless `images` have the model's input shape and no more
 * classes than it has logits. */
NnStatus nn_check_images (const NnModel  *model,
                          const NnImages *images,
                          NnError        *error) NN_MUST_CHECK;

/* The image at `place` of a list; without `indices` the list is 0, 1, 2 ... */
static inline size_t
nn_image_at (const uint32_t *indices,
             size_t          place)
{
  return indices != NULL ? indices[place] : place;
}

/* Shows the inputs of all layers over a list of images to `observer`, in
 * mini-batches of the exec's capacity. */
void nn_observe_images (NnExec         *exec,
                        const NnImages *images,
                        const uint32_t *indices,
                        size_t          count,
                        NnObserver      observer,
                        void           *data);

/* Raises *largest, which other threads raise too, to the largest positive of
 * `values` (n): its bits, which order like the values; NaN is above all. */
void nn_raise_largest (uint32_t    *largest,
                       const float *values,
                       size_t       n);

/* nn_images_gather() of places [first, first + count) of a list. */
void nn_gather_range (const NnImages *images,
                      const uint32_t *indices,
                      size_t          first,
                      size_t          count,
                      float          *x);
