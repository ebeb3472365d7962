/* nn-lane-rows.h - rows of images with channels side by side
 *
 * Images come and go plane by plane, (C, H, W).  What works on 16 channels at
 * once wants them next to each other: lanes (W, 16), or a vector of
 * 16 lanes every `pixel` floats.  Between layers that all work like this,
 * images with whole vectors of channels are stored so, (C / 16, H, W, 16).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "nn-kernel.h"
#include "nn/nn-layer.h"

/* Floats before row y of the channels that start with `lane`; lanes of
 * 16 channels where `on_lanes`. */
static inline size_t
nn_lanes_row_offset (NnShape shape,
                     bool    on_lanes,
                     size_t  lane,
                     int     y)
{
  const size_t row = (size_t) y * (size_t) shape.width;

  return lane * (size_t) shape.height * (size_t) shape.width + (on_lanes ? row * NN_LANES : row);
}

/* lanes[x pixel + c] = row[c plane + x] for x < width, c < channels <= 16.
 * Other lanes are left as they are. */
void nn_lanes_read_row (const float *row,
                        size_t       plane,
                        int          channels,
                        int          width,
                        size_t       pixel,
                        float       *lanes);

/* The opposite: row[c plane + x] = lanes[x pixel + c]. */
void nn_lanes_write_row (const float *lanes,
                         size_t       pixel,
                         size_t       plane,
                         int          channels,
                         int          width,
                         float       *row);

/* The same of row y of the at most 16 channels from `lane` on, as they lie in
 * an image of this shape. */
void nn_lanes_read_image_row  (NnShape      shape,
                               bool         on_lanes,
                               const float *image,
                               size_t       lane,
                               int          y,
                               size_t       pixel,
                               float       *lanes);
void nn_lanes_write_image_row (const float *lanes,
                               size_t       pixel,
                               NnShape      shape,
                               bool         on_lanes,
                               size_t       lane,
                               int          y,
                               float       *image);

/* The same, added to a row on lanes. */
void nn_lanes_add_image_row (const float *lanes,
                             size_t       pixel,
                             NnShape      shape,
                             size_t       lane,
                             int          y,
                             float       *image);
