/* nn-images.h - a borrowed view of labelled images
 *
 * Images stay bytes (one byte a channel, as they were read or memory-mapped)
 * and become normalised floats one mini-batch at a time:
 *
 *     x = (byte / 255 - mean[channel]) / std[channel]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NN_MAX_CHANNELS 8

/* A view: it owns nothing.  `pixels` is (count, channels, height, width) in
 * row-major order, `labels` is (count), each label in [0, classes). */
typedef struct
{
  const uint8_t *pixels;
  const uint8_t *labels;
  size_t         count;
  int            channels;
  int            height;
  int            width;
  int            classes;
  float          mean[NN_MAX_CHANNELS];
  float          std[NN_MAX_CHANNELS];
} NnImages;

/* Number of values in one image: channels * height * width. */
size_t nn_images_stride (const NnImages *images);

/* Writes the `count` images named by `indices` (each < images->count; NULL
 * means 0, 1, 2 ...) normalised into `x` (count, C, H, W) and their labels
 * into `labels` (count; NULL to leave them out). */
void nn_images_gather (const NnImages *images,
                       const uint32_t *indices,
                       size_t          count,
                       float          *x,
                       int            *labels);

/* The normalised value of byte `byte` in `channel`; 0 is what a black pixel
 * becomes. */
float nn_images_normalise (const NnImages *images,
                           int             channel,
                           float           byte);

#ifdef __cplusplus
}
#endif
