/* nn-eval.h - accuracy, a mini-batch at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-exec.h"
#include "nn/nn-images.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Test-time augmentation: the logits of an image f (x) are a mean over views of
 * it, as in fast CIFAR training (Jordan 2024, arXiv 2404.00498).  With m (x)
 * the mirrored image and g (x) = f (x) / 2 + f (m (x)) / 2,
 *
 *     flip            g (x)
 *     flip+translate  g (x) / 2 + g (x up-left) / 4 + g (x down-right) / 4
 *
 * where the image is moved by one pixel both ways, reflected at its edges, and
 * then mirrored. */
typedef enum
{
  NN_TTA_NONE,
  NN_TTA_FLIP,
  NN_TTA_FLIP_TRANSLATE,
} NnTestAugment;

/* "none", "flip", "flip+translate"; NULL past the last. */
const char *nn_test_augment_name (NnTestAugment augment);

/* How many views of an image are run. */
size_t nn_test_augment_views (NnTestAugment augment);

/* NN_ERROR_RANGE for images that are too small to be moved. */
NnStatus nn_test_augment_check (NnTestAugment   augment,
                                const NnImages *images,
                                NnError        *error) NN_MUST_CHECK;

/* A job: nn_eval_step() until it returns false.  Plain data; the caller may
 * stop at any step and read the counts so far. */
typedef struct
{
  NnExec         *exec;
  const NnImages *images;
  const uint32_t *indices;     /* NULL: all images in order                   */
  size_t          total;
  NnTestAugment   augment;     /* none; to be set before the first step, where
                                  the exec's capacity is at least the views   */
  size_t          done;
  size_t          correct;
  double          loss_sum;    /* cross entropy summed over images            */
  int            *predictions; /* (total), the caller's; may be NULL          */
} NnEval;

/* `exec` must be prepared; everything is borrowed.  `indices` (total) or
 * NULL with total = images->count. */
NnEval nn_eval_begin (NnExec         *exec,
                      const NnImages *images,
                      const uint32_t *indices,
                      size_t          total,
                      int            *predictions);

/* Evaluates the next mini-batch (at most `batch`, and with all views at most
 * the exec's capacity); returns whether images are left. */
bool nn_eval_step (NnEval *eval,
                   size_t  batch);

/* Probabilities of n normalised images `x`: p (n, classes). */
void nn_predict (NnExec      *exec,
                 const float *x,
                 size_t       n,
                 float       *p);

/* Calibrates alpha of every pact layer from data: the `percentile` (above 0,
 * at most 100) of the positive inputs of the layer over the given images, at
 * least NN_ALPHA_MINIMUM; a layer without positive inputs keeps its alpha.
 * It measures on a copy in full precision, whatever the bits of `model`.
 * Prepare again afterwards.  NN_ERROR_UNSUPPORTED: no layer is pact,
 * NN_ERROR_DIVERGED: values that are not finite. */
NnStatus nn_calibrate_alpha (NnModel        *model,
                             NnPool         *pool,
                             const NnImages *images,
                             const uint32_t *indices,
                             size_t          count,
                             double          percentile,
                             NnError        *error) NN_MUST_CHECK;

/* Fits alpha of every pact layer that rounds (2 .. 8 bits) to data: the level
 * of least mean squared difference between ReLU and PACT at the layer's bits
 * over the given images, at least NN_ALPHA_MINIMUM.  Layer after layer, with
 * the weights and all layers before as quantized, so that a layer is fitted
 * to what really reaches it; one without positive inputs keeps its alpha.
 * Prepare again afterwards.  NN_ERROR_UNSUPPORTED: no layer rounds,
 * NN_ERROR_DIVERGED: values that are not finite. */
NnStatus nn_refit_alpha (NnModel        *model,
                         NnPool         *pool,
                         const NnImages *images,
                         const uint32_t *indices,
                         size_t          count,
                         NnError        *error) NN_MUST_CHECK;

/* Measures the running statistics of every batch norm again, as training at
 * the present bits would see them: the mean over whole mini-batches of
 * `batch` images of their statistics (all `count` images where they are
 * fewer).  Nothing else changes.  NN_ERROR_UNSUPPORTED: no batch norm,
 * NN_ERROR_DIVERGED: statistics that are not finite; nothing has changed. */
NnStatus nn_reestimate_statistics (NnModel        *model,
                                   NnPool         *pool,
                                   const NnImages *images,
                                   const uint32_t *indices,
                                   size_t          count,
                                   size_t          batch,
                                   NnError        *error) NN_MUST_CHECK;

#define NN_HISTOGRAM_MAX_BINS 4096

/* A histogram of the input of pact or relu layer `layer` over `count` images:
 * bin b of `bins` counts values in [b, b + 1) * maximum / bins; the last bin
 * also counts what lies beyond; values <= 0 go to `*zeros`.  1 <= bins <=
 * NN_HISTOGRAM_MAX_BINS, maximum > 0. */
NnStatus nn_activation_histogram (NnExec         *exec,
                                  const NnImages *images,
                                  const uint32_t *indices,
                                  size_t          count,
                                  size_t          layer,
                                  float           maximum,
                                  uint64_t       *histogram,
                                  size_t          bins,
                                  uint64_t       *zeros,
                                  NnError        *error) NN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
