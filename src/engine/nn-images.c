/* nn-images.c - bytes to normalised floats, one mini-batch at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-images.h"

#include <assert.h>

size_t
nn_images_stride (const NnImages *images)
{
  return (size_t) images->channels * (size_t) images->height * (size_t) images->width;
}

float
nn_images_normalise (const NnImages *images,
                     int             channel,
                     float           byte)
{
  return (byte / 255.0f - images->mean[channel]) / images->std[channel];
}

void
nn_images_gather (const NnImages *images,
                  const uint32_t *indices,
                  size_t          count,
                  float          *x,
                  int            *labels)
{
  const size_t stride = nn_images_stride (images);
  const size_t plane = (size_t) images->height * (size_t) images->width;

  for (size_t i = 0; i < count; i++) {
    const size_t index = indices != NULL ? indices[i] : i;

    assert (index < images->count);
    for (int c = 0; c < images->channels; c++) {
      const uint8_t *in = images->pixels + index * stride + (size_t) c * plane;
      float *out = x + i * stride + (size_t) c * plane;

      for (size_t p = 0; p < plane; p++)
        out[p] = nn_images_normalise (images, c, in[p]);
    }
    if (labels != NULL)
      labels[i] = images->labels[index];
  }
}
