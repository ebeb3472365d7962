/* nn-lane-rows.c - rows of planes with channels side by side
 *
 * A transposition in squares of four, which is what one instruction set after
 * the other is good at.  The last square of a row overlaps the one before it
 * where the width is no multiple of four.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-lane-rows.h"

#include "nn-kernel.h"

/* The side of a square. */
#define SIDE 4

typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));
typedef int FourPlaces __attribute__ ((vector_size (16)));

/* to[j to_row + i] = from[i from_row + j] for i, j < 4. */
static inline __attribute__ ((always_inline)) void
transpose_square (const float *from,
                  size_t       from_row,
                  float       *to,
                  size_t       to_row)
{
  const Four r0 = *(const Four *) from;
  const Four r1 = *(const Four *) (from + from_row);
  const Four r2 = *(const Four *) (from + 2 * from_row);
  const Four r3 = *(const Four *) (from + 3 * from_row);
  const Four low01 = __builtin_shuffle (r0, r1, (FourPlaces) { 0, 4, 1, 5 });
  const Four low23 = __builtin_shuffle (r2, r3, (FourPlaces) { 0, 4, 1, 5 });
  const Four high01 = __builtin_shuffle (r0, r1, (FourPlaces) { 2, 6, 3, 7 });
  const Four high23 = __builtin_shuffle (r2, r3, (FourPlaces) { 2, 6, 3, 7 });

  *(Four *) to = __builtin_shuffle (low01, low23, (FourPlaces) { 0, 1, 4, 5 });
  *(Four *) (to + to_row) = __builtin_shuffle (low01, low23, (FourPlaces) { 2, 3, 6, 7 });
  *(Four *) (to + 2 * to_row) = __builtin_shuffle (high01, high23, (FourPlaces) { 0, 1, 4, 5 });
  *(Four *) (to + 3 * to_row) = __builtin_shuffle (high01, high23, (FourPlaces) { 2, 3, 6, 7 });
}

/* Channels that go in squares; the others go one by one. */
static inline int
square_channels (int channels,
                 int width)
{
  return width < SIDE ? 0 : channels - channels % SIDE;
}

NN_KERNEL void
nn_lanes_read_row (const float *row,
                   size_t       plane,
                   int          channels,
                   int          width,
                   float       *lanes)
{
  const int squares = square_channels (channels, width);

  for (int c = 0; c < squares; c += SIDE)
    for (int next = 0; next < width; next += SIDE) {
      const size_t x = (size_t) (next + SIDE <= width ? next : width - SIDE);

      transpose_square (row + (size_t) c * plane + x, plane, lanes + x * NN_LANES + c, NN_LANES);
    }
  for (int c = squares; c < channels; c++)
    for (int x = 0; x < width; x++)
      lanes[x * NN_LANES + c] = row[(size_t) c * plane + (size_t) x];
}

NN_KERNEL void
nn_lanes_write_row (const float *lanes,
                    size_t       plane,
                    int          channels,
                    int          width,
                    float       *row)
{
  const int squares = square_channels (channels, width);

  for (int c = 0; c < squares; c += SIDE)
    for (int next = 0; next < width; next += SIDE) {
      const size_t x = (size_t) (next + SIDE <= width ? next : width - SIDE);

      transpose_square (lanes + x * NN_LANES + c, NN_LANES, row + (size_t) c * plane + x, plane);
    }
  for (int c = squares; c < channels; c++)
    for (int x = 0; x < width; x++)
      row[(size_t) c * plane + (size_t) x] = lanes[x * NN_LANES + c];
}
