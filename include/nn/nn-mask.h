/* nn-mask.h - ranking features by saliency and masking them
 *
 * A feature is a pixel: colour images are masked in all channels together.
 * Ties go to the lowest flat index.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/nn-images.h"
#include "nn/nn-layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What orders the features. */
typedef enum
{
  NN_RANKING_MAGNITUDE, /* channel mean of |S|: the default                   */
  NN_RANKING_SIGNED,    /* channel mean of S, as in the reference code        */
} NnRanking;

/* What replaces a masked pixel. */
typedef enum
{
  NN_FILL_UNIFORM,    /* uniform in [min, max] of that image and channel      */
  NN_FILL_MEAN,       /* the channel's mean of that image                     */
  NN_FILL_BACKGROUND, /* the value of pixel (0, 0) of that channel            */
  NN_FILL_BLACK,      /* the normalised value of a black pixel                */
  NN_N_FILLS,
} NnFill;

/* Names as in recipes and on the command line ("uniform"), and titles for
 * people; the index past the last returns NULL. */
const char *nn_ranking_name  (NnRanking ranking);
const char *nn_ranking_title (NnRanking ranking);
const char *nn_fill_name     (NnFill fill);
const char *nn_fill_title    (NnFill fill);

/* Scores (H, W) of one image's saliency map (C, H, W). */
void nn_mask_scores (const float *map,
                     NnShape      shape,
                     NnRanking    ranking,
                     float       *scores);

/* Writes the indices of all n scores into `order` (n): ascending by score,
 * lowest index first among equals; `descending` turns the scores, not the
 * rule for equals.  `scratch` is (2 n) words.  No NaN may be among them. */
void nn_mask_order (const float *scores,
                    size_t       n,
                    bool         descending,
                    uint32_t    *order,
                    uint32_t    *scratch);

/* A random order of n features: the control. */
void nn_mask_random_order (size_t    n,
                           uint64_t  seed,
                           uint64_t  sample,
                           uint32_t *order);

/* Copies image `x` (C, H, W) to `masked` with the first `count` features of
 * `order` replaced; may be in place.  `black` (C) is used by NN_FILL_BLACK.
 * Random fills draw from stream (NN_RANDOM_FILL, step, sample) of `seed`. */
void nn_mask_apply (const float    *x,
                    NnShape         shape,
                    const uint32_t *order,
                    size_t          count,
                    NnFill          fill,
                    const float    *black,
                    uint64_t        seed,
                    uint64_t        step,
                    uint64_t        sample,
                    float          *masked);

#ifdef __cplusplus
}
#endif
