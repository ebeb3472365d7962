/* nn-lane-rows.c - rows of images with channels side by side
 *
 * A transposition in squares of four, which every instruction set is good at,
 * or, where the CPU has AVX-512 and all 16 channels are there, of sixteen and
 * of sixteen by eight.  The last block of a row overlaps the one before it
 * where the width is no multiple of its size.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-lane-rows.h"

#include <string.h>

#define INLINE static inline __attribute__ ((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

/* The side of a square. */
#define SIDE 4

/* Pixels of the narrower block of 16 channels. */
#define HALF (NN_LANES / 2)

typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));
typedef int FourPlaces __attribute__ ((vector_size (16)));
typedef float Eight __attribute__ ((vector_size (32), aligned (4), may_alias));
typedef float Sixteen __attribute__ ((vector_size (64), aligned (4), may_alias));
typedef int Places __attribute__ ((vector_size (64)));

/* to[j to_row + i] = from[i from_row + j] for i, j < 4. */
INLINE void
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
INLINE int
square_channels (int channels,
                 int width)
{
  return width < SIDE ? 0 : channels - channels % SIDE;
}

NN_KERNEL static void
read_squares (const float *row,
              size_t       plane,
              int          channels,
              int          width,
              size_t       pixel,
              float       *lanes)
{
  const int squares = square_channels (channels, width);

  for (int c = 0; c < squares; c += SIDE)
    for (int next = 0; next < width; next += SIDE) {
      const size_t x = (size_t) (next + SIDE <= width ? next : width - SIDE);

      transpose_square (row + (size_t) c * plane + x, plane, lanes + x * pixel + c, pixel);
    }
  for (int c = squares; c < channels; c++)
    for (int x = 0; x < width; x++)
      lanes[(size_t) x * pixel + (size_t) c] = row[(size_t) c * plane + (size_t) x];
}

NN_KERNEL static void
write_squares (const float *lanes,
               size_t       pixel,
               size_t       plane,
               int          channels,
               int          width,
               float       *row)
{
  const int squares = square_channels (channels, width);

  for (int c = 0; c < squares; c += SIDE)
    for (int next = 0; next < width; next += SIDE) {
      const size_t x = (size_t) (next + SIDE <= width ? next : width - SIDE);

      transpose_square (lanes + x * pixel + c, pixel, row + (size_t) c * plane + x, plane);
    }
  for (int c = squares; c < channels; c++)
    for (int x = 0; x < width; x++)
      row[(size_t) c * plane + (size_t) x] = lanes[(size_t) x * pixel + (size_t) c];
}

#if defined (__x86_64__) && defined (__GNUC__) && !defined (__clang__)
#define WIDE __attribute__ ((target ("arch=x86-64-v4")))

/* Within each four vectors, the squares of four in the same place. */
#define TRANSPOSE_SQUARES(rows, n, out) \
  do { \
    UNROLL \
    for (int i = 0; i < (n); i += 4) { \
      const Sixteen low01 = __builtin_shuffle (rows[i], rows[i + 1], low_floats); \
      const Sixteen high01 = __builtin_shuffle (rows[i], rows[i + 1], high_floats); \
      const Sixteen low23 = __builtin_shuffle (rows[i + 2], rows[i + 3], low_floats); \
      const Sixteen high23 = __builtin_shuffle (rows[i + 2], rows[i + 3], high_floats); \
\
      out[i] = __builtin_shuffle (low01, low23, low_pairs); \
      out[i + 1] = __builtin_shuffle (low01, low23, high_pairs); \
      out[i + 2] = __builtin_shuffle (high01, high23, low_pairs); \
      out[i + 3] = __builtin_shuffle (high01, high23, high_pairs); \
    } \
  } while (0)

static const Places low_floats = { 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29 };
static const Places high_floats = { 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31 };
static const Places low_pairs = { 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29 };
static const Places high_pairs = { 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31 };

/* Quarters 0 and 2, and 1 and 3, of two vectors: in order, and in turn. */
static const Places even_quarters = { 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27 };
static const Places odd_quarters = { 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31 };
static const Places even_in_turn = { 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27 };
static const Places odd_in_turn = { 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31 };

/* The transpose of 16 x 16. */
WIDE INLINE void
transpose_sixteen (const float *from,
                   size_t       from_row,
                   float       *to,
                   size_t       to_row)
{
  Sixteen rows[NN_LANES];
  Sixteen squares[NN_LANES];

  UNROLL
  for (int i = 0; i < NN_LANES; i++)
    rows[i] = *(const Sixteen *) (from + (size_t) i * from_row);
  TRANSPOSE_SQUARES (rows, NN_LANES, squares);
  UNROLL
  for (int j = 0; j < SIDE; j++) {
    const Sixteen even = __builtin_shuffle (squares[j], squares[4 + j], even_quarters);
    const Sixteen odd = __builtin_shuffle (squares[j], squares[4 + j], odd_quarters);
    const Sixteen even2 = __builtin_shuffle (squares[8 + j], squares[12 + j], even_quarters);
    const Sixteen odd2 = __builtin_shuffle (squares[8 + j], squares[12 + j], odd_quarters);
    float *column = to + (size_t) j * to_row;

    *(Sixteen *) column = __builtin_shuffle (even, even2, even_quarters);
    *(Sixteen *) (column + 4 * to_row) = __builtin_shuffle (odd, odd2, even_quarters);
    *(Sixteen *) (column + 8 * to_row) = __builtin_shuffle (even, even2, odd_quarters);
    *(Sixteen *) (column + 12 * to_row) = __builtin_shuffle (odd, odd2, odd_quarters);
  }
}

/* Eight vectors, the halves of which are rows i and i + 8 of eight pixels, and
 * eight vectors of pixels: each is made of the other in the same way. */
WIDE INLINE void
exchange_eight (const Sixteen *rows,
                Sixteen       *columns)
{
  Sixteen squares[HALF];

  TRANSPOSE_SQUARES (rows, HALF, squares);
  UNROLL
  for (int j = 0; j < SIDE; j++) {
    columns[j] = __builtin_shuffle (squares[j], squares[SIDE + j], even_in_turn);
    columns[SIDE + j] = __builtin_shuffle (squares[j], squares[SIDE + j], odd_in_turn);
  }
}

WIDE INLINE void
read_eight (const float *row,
            size_t       plane,
            size_t       pixel,
            float       *lanes)
{
  Sixteen rows[HALF];
  Sixteen columns[HALF];

  UNROLL
  for (int i = 0; i < HALF; i++) {
    Eight *halves = (Eight *) &rows[i];

    halves[0] = *(const Eight *) (row + (size_t) i * plane);
    halves[1] = *(const Eight *) (row + (size_t) (HALF + i) * plane);
  }
  exchange_eight (rows, columns);
  UNROLL
  for (int i = 0; i < HALF; i++)
    *(Sixteen *) (lanes + (size_t) i * pixel) = columns[i];
}

WIDE INLINE void
write_eight (const float *lanes,
             size_t       pixel,
             size_t       plane,
             float       *row)
{
  Sixteen rows[HALF];
  Sixteen columns[HALF];

  UNROLL
  for (int i = 0; i < HALF; i++)
    columns[i] = *(const Sixteen *) (lanes + (size_t) i * pixel);
  exchange_eight (columns, rows);
  UNROLL
  for (int i = 0; i < HALF; i++) {
    const Eight *halves = (const Eight *) &rows[i];

    *(Eight *) (row + (size_t) i * plane) = halves[0];
    *(Eight *) (row + (size_t) (HALF + i) * plane) = halves[1];
  }
}

/* Blocks of sixteen pixels, then of eight, the last one over others. */
WIDE static void
read_wide (const float *row,
           size_t       plane,
           int          width,
           size_t       pixel,
           float       *lanes)
{
  int x = 0;

  for (; x + NN_LANES <= width; x += NN_LANES)
    transpose_sixteen (row + x, plane, lanes + (size_t) x * pixel, pixel);
  for (; x < width; x += HALF) {
    const int at = x + HALF <= width ? x : width - HALF;

    read_eight (row + at, plane, pixel, lanes + (size_t) at * pixel);
  }
}

WIDE static void
write_wide (const float *lanes,
            size_t       pixel,
            size_t       plane,
            int          width,
            float       *row)
{
  int x = 0;

  for (; x + NN_LANES <= width; x += NN_LANES)
    transpose_sixteen (lanes + (size_t) x * pixel, pixel, row + x, plane);
  for (; x < width; x += HALF) {
    const int at = x + HALF <= width ? x : width - HALF;

    write_eight (lanes + (size_t) at * pixel, pixel, plane, row + at);
  }
}

static bool
is_wide (int channels,
         int width)
{
  return channels == NN_LANES && width >= HALF && __builtin_cpu_supports ("avx512f") &&
         __builtin_cpu_supports ("avx512vl") && __builtin_cpu_supports ("avx512bw") &&
         __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512cd");
}
#endif

void
nn_lanes_read_row (const float *row,
                   size_t       plane,
                   int          channels,
                   int          width,
                   size_t       pixel,
                   float       *lanes)
{
#ifdef WIDE
  if (is_wide (channels, width)) {
    read_wide (row, plane, width, pixel, lanes);
    return;
  }
#endif
  read_squares (row, plane, channels, width, pixel, lanes);
}

void
nn_lanes_write_row (const float *lanes,
                    size_t       pixel,
                    size_t       plane,
                    int          channels,
                    int          width,
                    float       *row)
{
#ifdef WIDE
  if (is_wide (channels, width)) {
    write_wide (lanes, pixel, plane, width, row);
    return;
  }
#endif
  write_squares (lanes, pixel, plane, channels, width, row);
}

/* `width` vectors, from `step` floats apart to `to_step`. */
NN_KERNEL static void
copy_vectors (const float *from,
              size_t       step,
              size_t       width,
              float       *to,
              size_t       to_step)
{
  if (step == NN_LANES && to_step == NN_LANES) {
    memcpy (to, from, sizeof (float) * width * NN_LANES);
    return;
  }
  for (size_t x = 0; x < width; x++)
    *(NnLooseLanes *) (to + x * to_step) = *(const NnLooseLanes *) (from + x * step);
}

static int
channels_from (NnShape shape,
               size_t  lane)
{
  const int left = shape.channels - (int) lane;

  return left < NN_LANES ? left : NN_LANES;
}

void
nn_lanes_read_image_row (NnShape      shape,
                         bool         on_lanes,
                         const float *image,
                         size_t       lane,
                         int          y,
                         size_t       pixel,
                         float       *lanes)
{
  const float *row = image + nn_lanes_row_offset (shape, on_lanes, lane, y);

  if (on_lanes)
    copy_vectors (row, NN_LANES, (size_t) shape.width, lanes, pixel);
  else
    nn_lanes_read_row (row, (size_t) shape.height * (size_t) shape.width,
                       channels_from (shape, lane), shape.width, pixel, lanes);
}

void
nn_lanes_write_image_row (const float *lanes,
                          size_t       pixel,
                          NnShape      shape,
                          bool         on_lanes,
                          size_t       lane,
                          int          y,
                          float       *image)
{
  float *row = image + nn_lanes_row_offset (shape, on_lanes, lane, y);

  if (on_lanes)
    copy_vectors (lanes, pixel, (size_t) shape.width, row, NN_LANES);
  else
    nn_lanes_write_row (lanes, pixel, (size_t) shape.height * (size_t) shape.width,
                        channels_from (shape, lane), shape.width, row);
}

NN_KERNEL void
nn_lanes_add_image_row (const float *lanes,
                        size_t       pixel,
                        NnShape      shape,
                        size_t       lane,
                        int          y,
                        float       *image)
{
  float *row = image + nn_lanes_row_offset (shape, true, lane, y);

  for (size_t x = 0; x < (size_t) shape.width; x++)
    *(NnLooseLanes *) (row + x * NN_LANES) += *(const NnLooseLanes *) (lanes + x * pixel);
}
