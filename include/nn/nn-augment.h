/* nn-augment.h - random variations of training images
 *
 * Made while a mini-batch is gathered, from the bytes: an image is shifted,
 * mirrored and loses a square, in this order.  All randomness is a function
 * of seed, step and place in the mini-batch (of seed, epoch and image for the
 * alternating flip), so that any number of threads gives the same bits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>

#include "nn/nn-images.h"
#include "nn/nn-layer.h"
#include "nn/nn-pool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Mirroring left and right.  Alternating: half of the images, drawn once, are
 * mirrored in even epochs and the other half in odd ones, so that two epochs
 * in a row see every image both ways (Jordan 2024, arXiv 2404.00498). */
typedef enum
{
  NN_FLIP_NONE,
  NN_FLIP_RANDOM,
  NN_FLIP_ALTERNATING,
} NnFlip;

/* NULL past the last. */
const char *nn_flip_name  (NnFlip flip);
const char *nn_flip_title (NnFlip flip);

/* All zero: images as they are. */
typedef struct
{
  NnFlip flip;
  int    translate;    /* shifted by up to so many pixels each way, what comes
                          in is reflected; below the image's sides            */
  int    crop_padding; /* the same, but black comes in: a random crop of the
                          image with so many black pixels around it           */
  int    cutout;       /* side of a square of mean colour (0 in normalised
                          values) around a random pixel, cut at the edges:
                          DeVries and Taylor 2017, arXiv 1708.04552           */
} NnAugment;

/* NN_ERROR_RANGE for values that images of `shape` cannot take. */
NnStatus nn_augment_check (const NnAugment *augment,
                           NnShape          shape,
                           NnError         *error) NN_MUST_CHECK;

/* One way to look at an image: pixel (x, y) shows what is at (x + right,
 * y + down), or at (width - 1 - x + right, y + down) where it is mirrored;
 * beyond the edges the image reflects, or is black. */
typedef struct
{
  bool mirrored;
  bool black_beyond;
  int  right;
  int  down;
} NnImageView;

/* When a mini-batch is trained on. */
typedef struct
{
  uint64_t seed;
  uint64_t step;
  uint64_t epoch;
} NnAugmentTime;

/* nn_images_gather() with variations, on the pool's threads. */
void nn_augment_gather (NnPool              *pool,
                        const NnAugment     *augment,
                        const NnAugmentTime *time,
                        const NnImages      *images,
                        const uint32_t      *indices,
                        size_t               count,
                        float               *x,
                        int                 *labels);

/* nn_images_gather() of the same view of all images; no labels. */
void nn_images_gather_view (NnPool            *pool,
                            const NnImageView *view,
                            const NnImages    *images,
                            const uint32_t    *indices,
                            size_t             count,
                            float             *x);

#ifdef __cplusplus
}
#endif
