/* nn-winograd-tile.c - the transforms of Winograd's convolution F(4x4, 3x3)
 *
 * The one-dimensional transforms take vectors of 16 channels; both dimensions
 * are one after the other through a small array that stays in the first-level
 * cache.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-winograd-tile.h"

#include "nn-kernel.h"

#define INLINE static inline __attribute__ ((always_inline))
#define UNROLL _Pragma("GCC unroll 6")

#define STEP NN_WINOGRAD_STEP
#define TILE NN_WINOGRAD_TILE

/* Tiles whose columns are transformed before their rows are. */
#define TILES_AT_ONCE 8

/* B^T, of the points 0, 1, -1, 1/2, -2 and infinity:
 *
 *     1 -3/2  -2   3/2   1   0
 *     0  -1   1/2  5/2   1   0
 *     0   1  -5/2  1/2   1   0
 *     0  -2   -1    2    1   0
 *     0  1/2  -1  -1/2   1   0
 *     0   1  -3/2  -2   3/2  1
 *
 * All rows but the second are made of differences, so that they are 0 where
 * all values are the same. */
INLINE void
multiply_bt (const NnLanes *d,
             NnLanes       *v)
{
  const NnLanes even = d[4] - d[2];
  const NnLanes odd = d[3] - d[1];

  v[0] = (d[0] - d[2]) + even + 1.5f * odd;
  v[1] = (even + odd) + 1.5f * (d[2] + d[3]);
  v[2] = even + 0.5f * odd + 1.5f * (d[1] - d[2]);
  v[3] = even + 2.0f * odd;
  v[4] = even - 0.5f * odd;
  v[5] = (d[5] - d[3]) - odd + 1.5f * even;
}

/* B, the transpose. */
INLINE void
multiply_b (const NnLanes *v,
            NnLanes       *d)
{
  const NnLanes odd = 1.5f * v[0] + 2.0f * v[3] - 0.5f * v[4];
  const NnLanes even = (v[0] + v[3] + v[4]) + 1.5f * v[5];

  d[0] = v[0];
  d[1] = (v[2] - v[1]) + v[5] - odd;
  d[2] = (0.5f * v[1] - 2.5f * v[2]) - v[0] - even;
  d[3] = (2.5f * v[1] + 0.5f * v[2]) - 2.0f * v[5] + odd;
  d[4] = (v[1] + v[2]) + even;
  d[5] = v[5];
}

/* A^T:
 *
 *     1   1   1    1   1   0
 *     0   1  -1   1/2 -2   0
 *     0   1   1   1/4  4   0
 *     0   1  -1   1/8 -8   1
 */
INLINE void
multiply_at (const NnLanes *m,
             NnLanes       *y)
{
  const NnLanes sum = m[1] + m[2];
  const NnLanes difference = m[1] - m[2];

  y[0] = sum + (m[0] + m[3] + m[4]);
  y[1] = difference + (0.5f * m[3] - 2.0f * m[4]);
  y[2] = sum + (0.25f * m[3] + 4.0f * m[4]);
  y[3] = difference + (0.125f * m[3] - 8.0f * m[4] + m[5]);
}

/* A, the transpose. */
INLINE void
multiply_a (const NnLanes *y,
            NnLanes       *m)
{
  const NnLanes even = y[0] + y[2];
  const NnLanes odd = y[1] + y[3];

  m[0] = y[0];
  m[1] = even + odd;
  m[2] = even - odd;
  m[3] = (y[0] + 0.25f * y[2]) + (0.5f * y[1] + 0.125f * y[3]);
  m[4] = (y[0] + 4.0f * y[2]) - (2.0f * y[1] + 8.0f * y[3]);
  m[5] = y[3];
}

/* G:
 *
 *        1       0       0
 *       1/3     1/3     1/3
 *      -1/3     1/3    -1/3
 *     -16/15   -8/15   -4/15
 *       1/15   -2/15    4/15
 *        0       0       1
 */
INLINE void
multiply_g (const NnLanes *g,
            NnLanes       *u)
{
  const NnLanes even = (1.0f / 3) * (g[0] + g[2]);
  const NnLanes odd = (1.0f / 3) * g[1];

  u[0] = g[0];
  u[1] = odd + even;
  u[2] = odd - even;
  u[3] = (-4.0f / 15) * (4.0f * g[0] + 2.0f * g[1] + g[2]);
  u[4] = (1.0f / 15) * (g[0] - 2.0f * g[1] + 4.0f * g[2]);
  u[5] = g[2];
}

/* G^T, the transpose. */
INLINE void
multiply_gt (const NnLanes *u,
             NnLanes       *g)
{
  const NnLanes difference = (1.0f / 3) * (u[1] - u[2]);

  g[0] = u[0] + difference + (1.0f / 15) * (u[4] - 16.0f * u[3]);
  g[1] = (1.0f / 3) * (u[1] + u[2]) - (1.0f / 15) * (8.0f * u[3] + 2.0f * u[4]);
  g[2] = u[5] + difference + (4.0f / 15) * (u[4] - u[3]);
}

INLINE NnLanes *
lanes_at (float *base,
          size_t offset)
{
  return (NnLanes *) (base + offset);
}

INLINE const NnLanes *
const_lanes_at (const float *base,
                size_t       offset)
{
  return (const NnLanes *) (base + offset);
}

NN_KERNEL static void
transform_input (const float *const rows[TILE],
                 int                left,
                 int                width,
                 int                tiles,
                 float             *out,
                 size_t             tile,
                 size_t             matrix)
{
  NnLanes columns[STEP * TILES_AT_ONCE + 2][TILE];

  for (int x = 0; x < STEP * tiles + 2; x++) {
    NnLanes d[TILE] = { 0 };

    if (x >= left && x < left + width) {
      UNROLL
      for (int i = 0; i < TILE; i++)
        d[i] = *const_lanes_at (rows[i], (size_t) (x - left) * NN_LANES);
    }
    multiply_bt (d, columns[x]);
  }
  for (int t = 0; t < tiles; t++)
    for (int i = 0; i < TILE; i++) {
      float *to = out + (size_t) t * tile + (size_t) (TILE * i) * matrix;
      NnLanes d[TILE];
      NnLanes v[TILE];

      UNROLL
      for (int j = 0; j < TILE; j++)
        d[j] = columns[STEP * t + j][i];
      multiply_bt (d, v);
      UNROLL
      for (int j = 0; j < TILE; j++)
        *lanes_at (to, (size_t) j * matrix) = v[j];
    }
}

void
nn_winograd_transform_input (const float *const rows[TILE],
                             int                left,
                             int                width,
                             int                tiles,
                             float             *out,
                             size_t             tile,
                             size_t             matrix)
{
  for (int first = 0; first < tiles; first += TILES_AT_ONCE) {
    const int n = tiles - first < TILES_AT_ONCE ? tiles - first : TILES_AT_ONCE;

    transform_input (rows, left - STEP * first, width, n, out + (size_t) first * tile, tile,
                     matrix);
  }
}

NN_KERNEL void
nn_winograd_transform_output (const float *m,
                              size_t       tile,
                              size_t       matrix,
                              int          tiles,
                              const float *scale,
                              const float *bias,
                              float       *rows,
                              size_t       row)
{
  const NnLanes factor = *const_lanes_at (scale, 0);
  const NnLanes shift = *const_lanes_at (bias, 0);

  for (int t = 0; t < tiles; t++) {
    const float *from = m + (size_t) t * tile;
    float *to = rows + (size_t) (STEP * t) * NN_LANES;
    NnLanes columns[TILE][STEP];

    for (int j = 0; j < TILE; j++) {
      NnLanes values[TILE];

      UNROLL
      for (int i = 0; i < TILE; i++)
        values[i] = *const_lanes_at (from, (size_t) (TILE * i + j) * matrix);
      multiply_at (values, columns[j]);
    }
    for (int i = 0; i < STEP; i++) {
      NnLanes values[TILE];
      NnLanes y[STEP];

      UNROLL
      for (int j = 0; j < TILE; j++)
        values[j] = columns[j][i];
      multiply_at (values, y);
      UNROLL
      for (int j = 0; j < STEP; j++)
        *lanes_at (to, (size_t) i * row + (size_t) (j * NN_LANES)) = y[j] * factor + shift;
    }
  }
}

NN_KERNEL void
nn_winograd_transform_output_gradient (const float *rows,
                                       size_t       row,
                                       int          tiles,
                                       const float *scale,
                                       float       *out,
                                       size_t       tile,
                                       size_t       matrix)
{
  const NnLanes factor = *const_lanes_at (scale, 0);

  for (int t = 0; t < tiles; t++) {
    const float *from = rows + (size_t) (STEP * t) * NN_LANES;
    float *to = out + (size_t) t * tile;
    NnLanes columns[STEP][TILE];

    for (int j = 0; j < STEP; j++) {
      NnLanes dy[STEP];

      UNROLL
      for (int i = 0; i < STEP; i++)
        dy[i] = *const_lanes_at (from, (size_t) i * row + (size_t) (j * NN_LANES)) * factor;
      multiply_a (dy, columns[j]);
    }
    for (int i = 0; i < TILE; i++) {
      NnLanes dy[STEP];
      NnLanes values[TILE];

      UNROLL
      for (int j = 0; j < STEP; j++)
        dy[j] = columns[j][i];
      multiply_a (dy, values);
      UNROLL
      for (int j = 0; j < TILE; j++)
        *lanes_at (to, (size_t) (TILE * i + j) * matrix) = values[j];
    }
  }
}

/* n pixels of a row, from x on, which are d with what is added to it. */
INLINE void
write_pixels (const NnWinogradRow *row,
              int                  x,
              const int            n,
              NnLanes             *d)
{
  const size_t at = (size_t) x * NN_LANES;

  if (row->above != NULL) {
    UNROLL
    for (int j = 0; j < n; j++)
      d[j] += *const_lanes_at (row->above, at + (size_t) j * NN_LANES);
  }
  if (row->adds) {
    UNROLL
    for (int j = 0; j < n; j++)
      d[j] += *const_lanes_at (row->to, at + (size_t) j * NN_LANES);
  }
  UNROLL
  for (int j = 0; j < n; j++)
    *lanes_at (row->to, at + (size_t) j * NN_LANES) = d[j];
}

/* The same of those that are in a row of `width` pixels. */
INLINE void
write_inside (const NnWinogradRow *row,
              int                  width,
              int                  x,
              int                  n,
              NnLanes             *d)
{
  for (int j = 0; j < n; j++)
    if (x + j >= 0 && x + j < width)
      write_pixels (row, x + j, 1, &d[j]);
}

NN_KERNEL void
nn_winograd_transform_input_gradient (const float        *m,
                                      size_t              tile,
                                      size_t              matrix,
                                      int                 tiles,
                                      int                 left,
                                      int                 width,
                                      const NnWinogradRow rows[TILE])
{
  NnLanes carried[TILE][TILE - STEP] = { 0 };

  for (int t = 0; t < tiles; t++) {
    const float *from = m + (size_t) t * tile;
    const int x = STEP * t - left;
    NnLanes columns[TILE][TILE];

    for (int j = 0; j < TILE; j++) {
      NnLanes values[TILE];

      UNROLL
      for (int i = 0; i < TILE; i++)
        values[i] = *const_lanes_at (from, (size_t) (TILE * i + j) * matrix);
      multiply_b (values, columns[j]);
    }
    for (int i = 0; i < TILE; i++) {
      NnLanes values[TILE];
      NnLanes d[TILE];

      UNROLL
      for (int j = 0; j < TILE; j++)
        values[j] = columns[j][i];
      multiply_b (values, d);
      UNROLL
      for (int j = 0; j < TILE - STEP; j++) {
        d[j] += carried[i][j];
        carried[i][j] = d[STEP + j];
      }
      if (rows[i].to == NULL)
        continue;
      if (x >= 0 && x + STEP <= width)
        write_pixels (&rows[i], x, STEP, d);
      else
        write_inside (&rows[i], width, x, STEP, d);
    }
  }
  for (int i = 0; i < TILE; i++)
    if (rows[i].to != NULL)
      write_inside (&rows[i], width, STEP * tiles - left, TILE - STEP, carried[i]);
}

NN_KERNEL void
nn_winograd_transform_weights (const float *g,
                               float       *out,
                               size_t       matrix)
{
  NnLanes columns[3][TILE];

  for (int j = 0; j < 3; j++) {
    NnLanes values[3];

    UNROLL
    for (int i = 0; i < 3; i++)
      values[i] = *const_lanes_at (g, (size_t) ((3 * i + j) * NN_LANES));
    multiply_g (values, columns[j]);
  }
  for (int i = 0; i < TILE; i++) {
    const NnLanes values[3] = { columns[0][i], columns[1][i], columns[2][i] };
    NnLanes u[TILE];

    multiply_g (values, u);
    UNROLL
    for (int j = 0; j < TILE; j++)
      *lanes_at (out, (size_t) (TILE * i + j) * matrix) = u[j];
  }
}

NN_KERNEL void
nn_winograd_transform_weight_gradient (const float *m,
                                       size_t       matrix,
                                       float       *dg)
{
  NnLanes columns[TILE][3];

  for (int j = 0; j < TILE; j++) {
    NnLanes values[TILE];

    UNROLL
    for (int i = 0; i < TILE; i++)
      values[i] = *const_lanes_at (m, (size_t) (TILE * i + j) * matrix);
    multiply_gt (values, columns[j]);
  }
  for (int i = 0; i < 3; i++) {
    NnLanes values[TILE];
    NnLanes g[3];

    UNROLL
    for (int j = 0; j < TILE; j++)
      values[j] = columns[j][i];
    multiply_gt (values, g);
    UNROLL
    for (int j = 0; j < 3; j++)
      *lanes_at (dg, (size_t) ((3 * i + j) * NN_LANES)) = g[j];
  }
}
