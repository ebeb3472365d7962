/* nn-lane-rows.h - rows of planes with channels side by side
 *
 * Images are stored plane by plane, (C, H, W).  What works on 16 channels at
 * once wants them next to each other: lanes (W, 16), or a vector of
 * 16 lanes every `pixel` floats.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

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
