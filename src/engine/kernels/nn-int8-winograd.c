/* nn-int8-winograd.c - the transforms of integer Winograd convolutions
 *
 * Loops over channels, which lie side by side, so that a vector holds many of
 * them.  Bytes wrap around on the way; the results do not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-winograd.h"

#include "nn-kernel.h"

int
nn_int8_winograd_raise (int element,
                        int top)
{
  return element == 5 ? 0 : 2 * top;
}

void
nn_int8_winograd_weights (const int8_t *g,
                          int          *transformed)
{
  int half[4][3];

  for (int j = 0; j < 3; j++) {
    const int a = g[j];
    const int b = g[3 + j];
    const int c = g[6 + j];

    half[0][j] = 2 * a;
    half[1][j] = a + b + c;
    half[2][j] = a - b + c;
    half[3][j] = 2 * c;
  }
  for (int i = 0; i < 4; i++) {
    transformed[4 * i] = 2 * half[i][0];
    transformed[4 * i + 1] = half[i][0] + half[i][1] + half[i][2];
    transformed[4 * i + 2] = half[i][0] - half[i][1] + half[i][2];
    transformed[4 * i + 3] = 2 * half[i][2];
  }
}

/* Channels [0, n); where n is a constant, that many bytes are one vector. */
NN_ALWAYS_INLINE static inline void
transform_channels (const uint8_t *tile,
                    size_t         row_stride,
                    size_t         position_stride,
                    const size_t   n,
                    uint8_t        raise,
                    uint8_t       *out,
                    size_t         element_stride)
{
  NN_INDEPENDENT
  for (size_t c = 0; c < n; c++) {
    uint8_t half[4][4];

#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      const uint8_t *column = tile + (size_t) j * position_stride + c;
      const uint8_t d0 = column[0];
      const uint8_t d1 = column[row_stride];
      const uint8_t d2 = column[2 * row_stride];
      const uint8_t d3 = column[3 * row_stride];

      half[0][j] = (uint8_t) (d0 - d2);
      half[1][j] = (uint8_t) (d1 + d2);
      half[2][j] = (uint8_t) (d2 - d1);
      half[3][j] = (uint8_t) (d1 - d3);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      uint8_t *row = out + (size_t) (4 * i) * element_stride + c;
      const uint8_t sum = (uint8_t) (half[i][1] + half[i][2]);

      row[0] = (uint8_t) (half[i][0] - half[i][2] + raise);
      row[element_stride] = (uint8_t) (i == 1 ? sum : sum + raise);
      row[2 * element_stride] = (uint8_t) (half[i][2] - half[i][1] + raise);
      row[3 * element_stride] = (uint8_t) (half[i][1] - half[i][3] + raise);
    }
  }
}

typedef uint8_t Sixteen __attribute__ ((vector_size (16), aligned (1), may_alias));
typedef uint8_t Pair __attribute__ ((vector_size (32), aligned (1), may_alias));

/* The second half of the transform: v[j] of what lies between becomes elements
 * e[j]. */
#define TRANSFORM_ROW(v, e, raise, raise_sum) \
  do { \
    e[0] = v[0] - v[2] + (raise); \
    e[1] = v[1] + v[2] + (raise_sum); \
    e[2] = v[2] - v[1] + (raise); \
    e[3] = v[1] - v[3] + (raise); \
  } while (0)

/* The same of 16 channels where position (i, j) lies at tile + 16 i + j
 * position_stride, so that those of one j are one run of 64 bytes: elements 0
 * and 3 of i are made at once. */
NN_KERNEL static void
transform_sixteen (const uint8_t *tile,
                   size_t         position_stride,
                   uint8_t        raise,
                   uint8_t       *out,
                   size_t         element_stride)
{
  Pair outer[4], outer_elements[4];
  Sixteen sum[4], sum_elements[4];
  Sixteen difference[4], difference_elements[4];

#pragma GCC unroll 4
  for (size_t j = 0; j < 4; j++) {
    const uint8_t *at = tile + j * position_stride;
    const Sixteen d1 = *(const Sixteen *) (at + 16);
    const Sixteen d2 = *(const Sixteen *) (at + 32);

    outer[j] = *(const Pair *) at - *(const Pair *) (at + 32);
    sum[j] = d1 + d2;
    difference[j] = d2 - d1;
  }
  TRANSFORM_ROW (outer, outer_elements, raise, raise);
  TRANSFORM_ROW (sum, sum_elements, raise, 0);
  TRANSFORM_ROW (difference, difference_elements, raise, raise);
#pragma GCC unroll 4
  for (size_t j = 0; j < 4; j++) {
    uint8_t *to = out + j * element_stride;

    memcpy (to, &outer_elements[j], 16);
    memcpy (to + 4 * element_stride, &sum_elements[j], 16);
    memcpy (to + 8 * element_stride, &difference_elements[j], 16);
    memcpy (to + 12 * element_stride, (const uint8_t *) &outer_elements[j] + 16, 16);
  }
}

/* Few channels are the rule, so that the widest vectors would find too few of
 * them and leave them to a loop over bytes. */
NN_KERNEL void
nn_int8_winograd_codes (const uint8_t *tile,
                        size_t         row_stride,
                        size_t         position_stride,
                        size_t         n,
                        int            top,
                        uint8_t       *out,
                        size_t         element_stride)
{
  const uint8_t raise = (uint8_t) (2 * top);
  size_t c = 0;

  if (n == 16 && row_stride == 16) {
    transform_sixteen (tile, position_stride, raise, out, element_stride);
    return;
  }
  for (; c + 32 <= n; c += 32)
    transform_channels (tile + c, row_stride, position_stride, 32, raise, out + c, element_stride);
  for (; c + 16 <= n; c += 16)
    transform_channels (tile + c, row_stride, position_stride, 16, raise, out + c, element_stride);
  transform_channels (tile + c, row_stride, position_stride, n - c, raise, out + c,
                      element_stride);
}
