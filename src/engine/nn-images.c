/* nn-images.c - bytes to normalised floats, one mini-batch at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-images.h"

#include <assert.h>

#include "kernels/nn-kernel.h"

size_t
nn_images_stride (const NnImages *images)
{
  return (size_t) images->channels * (size_t) images->height * (size_t) images->width;
}

NN_ALWAYS_INLINE static inline float
normalise (float byte,
           float mean,
           float std)
{
  return (byte / 255.0f - mean) / std;
}

float
nn_images_normalise (const NnImages *images,
                     int             channel,
                     float           byte)
{
  return normalise (byte, images->mean[channel], images->std[channel]);
}

NN_KERNEL static void
normalise_plane (const uint8_t *in,
                 size_t         n,
                 float          mean,
                 float          std,
                 float         *out)
{
  NN_INDEPENDENT
  for (size_t p = 0; p < n; p++)
    out[p] = normalise (in[p], mean, std);
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
    for (int c = 0; c < images->channels; c++)
      normalise_plane (images->pixels + index * stride + (size_t) c * plane, plane,
                       images->mean[c], images->std[c], x + i * stride + (size_t) c * plane);
    if (labels != NULL)
      labels[i] = images->labels[index];
  }
}
