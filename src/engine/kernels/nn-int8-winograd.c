/* nn-int8-winograd.c - the transforms of integer Winograd convolutions
 *
 * Loops over channels, which lie side by side, so that a vector holds many of
 * them.  Bytes wrap around on the way; the results do not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-int8-winograd.h"

#include "nn-kernel.h"

#define LANES 16

typedef int32_t Sums __attribute__ ((vector_size (LANES * sizeof (int32_t))));

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

/* The four outputs of 16 lanes. */
NN_ALWAYS_INLINE static inline void
outputs_of (const int32_t *products,
            size_t         element_stride,
            Sums          *outputs)
{
  Sums upper[4];
  Sums lower[4];

#pragma GCC unroll 4
  for (size_t j = 0; j < 4; j++) {
    Sums m[4];

#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
      memcpy (&m[i], products + (4 * i + j) * element_stride, sizeof m[i]);
    upper[j] = m[0] + m[1] + m[2];
    lower[j] = m[1] - m[2] - m[3];
  }
  outputs[0] = upper[0] + upper[1] + upper[2];
  outputs[1] = upper[1] - upper[2] - upper[3];
  outputs[2] = lower[0] + lower[1] + lower[2];
  outputs[3] = lower[1] - lower[2] - lower[3];
}

NN_KERNEL void
nn_int8_winograd_sums (const int32_t *products,
                       size_t         element_stride,
                       size_t         lanes,
                       int32_t       *sums)
{
  for (size_t lane = 0; lane < lanes; lane += LANES) {
    Sums outputs[4];

    outputs_of (products + lane, element_stride, outputs);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
      memcpy (sums + i * lanes + lane, &outputs[i], sizeof outputs[i]);
  }
}

/* a = the larger of a and b, lane by lane. */
NN_ALWAYS_INLINE static inline void
take_larger (Sums       *a,
             const Sums *b)
{
  const Sums wins = *a > *b;

  *a = (*a & wins) | (*b & ~wins);
}

NN_KERNEL void
nn_int8_winograd_largest_sums (const int32_t *products,
                               size_t         element_stride,
                               size_t         lanes,
                               int32_t       *sums)
{
  for (size_t lane = 0; lane < lanes; lane += LANES) {
    Sums outputs[4];

    outputs_of (products + lane, element_stride, outputs);

    take_larger (&outputs[0], &outputs[1]);
    take_larger (&outputs[2], &outputs[3]);
    take_larger (&outputs[0], &outputs[2]);
    memcpy (sums + lane, &outputs[0], sizeof outputs[0]);
  }
}
