/* nn-column-conv.c - convolution as products with columns of windows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-column-conv.h"

#include <string.h>

#include "nn-gemm.h"
#include "nn-kernel.h"
#include "nn-lane-product.h"
#include "nn-lane-rows.h"

/* Columns of one tile: 32 K floats are 128 KiB, an eighth of a core's L2. */
#define TILE_FLOATS (32 * 1024)

/* K: the length of one window. */
static int
window_size (const NnColumnConv *conv)
{
  return conv->window.input.channels * conv->window.kernel * conv->window.kernel;
}

static NnShape
output_of (const NnColumnConv *conv)
{
  return (NnShape) { conv->out, conv->window.height, conv->window.width };
}

static int
output_plane (const NnColumnConv *conv)
{
  return conv->window.height * conv->window.width;
}

bool
nn_column_conv_is_pointwise (const NnColumnConv *conv)
{
  return conv->window.kernel == 1 && conv->window.stride == 1 && conv->window.padding == 0;
}

/* Output rows of one tile: as many as TILE_FLOATS of columns hold. */
static int
tile_rows (const NnColumnConv *conv)
{
  const size_t row = (size_t) window_size (conv) * (size_t) conv->window.width;
  const int rows = (int) (TILE_FLOATS / row);

  return rows < 1 ? 1 : rows < conv->window.height ? rows : conv->window.height;
}

static size_t
tile_pixels (const NnColumnConv *conv)
{
  return (size_t) tile_rows (conv) * (size_t) conv->window.width;
}

/* The next tile after output row `first`. */
typedef struct
{
  int first;
  int rows;
  int pixels; /* the columns' number                                          */
} Tile;

static Tile
tile_at (const NnColumnConv *conv,
         int                 first)
{
  const int left = conv->window.height - first;
  const int rows = tile_rows (conv) < left ? tile_rows (conv) : left;

  return (Tile) { first, rows, rows * conv->window.width };
}

/* The parts of the scratch. */
typedef struct
{
  float *columns; /* of a tile, or their gradient                             */
  float *planes;  /* dy of a tile (out, pixels), where it is on lanes         */
  float *sums;    /* 16 columns of dW^T, the same                             */
} Scratch;

static size_t
whole_lines (size_t floats)
{
  return (floats + NN_LANES - 1) / NN_LANES * NN_LANES;
}

static Scratch
scratch_of (const NnColumnConv *conv,
            float              *scratch)
{
  const size_t pixels = tile_pixels (conv);
  Scratch parts = { .columns = scratch };

  parts.planes = parts.columns + whole_lines ((size_t) window_size (conv) * pixels);
  parts.sums = parts.planes + whole_lines ((size_t) conv->out * pixels);
  return parts;
}

size_t
nn_column_conv_scratch_floats (const NnColumnConv *conv)
{
  const size_t pixels = tile_pixels (conv);
  const size_t columns = whole_lines ((size_t) window_size (conv) * pixels);

  if (!conv->y_on_lanes)
    return columns;
  return columns + whole_lines ((size_t) conv->out * pixels) +
         (size_t) window_size (conv) * NN_LANES;
}

void
nn_column_conv_prepare (const NnColumnConv *conv,
                        const float        *weight,
                        float              *prepared)
{
  const size_t out = (size_t) conv->out;
  const size_t k = (size_t) window_size (conv);

  for (size_t o = 0; o < out; o++)
    for (size_t i = 0; i < k; i++)
      prepared[i * out + o] = weight[o * k + i];
}

static void
fill_with_bias (const NnColumnConv *conv,
                const float        *bias,
                float              *y)
{
  const size_t plane = (size_t) output_plane (conv);

  for (int c = 0; c < conv->out; c++)
    for (size_t p = 0; p < plane; p++)
      *y++ = bias != NULL ? bias[c] : 0.0f;
}

static void
forward_image (const NnColumnConv *conv,
               const float        *x,
               const float        *weight,
               const float        *bias,
               float              *y,
               float              *columns)
{
  const int out = conv->out;
  const int k = window_size (conv);
  const int plane = output_plane (conv);
  Tile tile;

  fill_with_bias (conv, bias, y);
  if (nn_column_conv_is_pointwise (conv)) {
    nn_gemm (false, false, out, plane, k, weight, k, x, plane, 1.0f, y, plane);
    return;
  }
  for (int row = 0; row < conv->window.height; row += tile.rows) {
    tile = tile_at (conv, row);
    nn_im2col (&conv->window, row, tile.rows, x, columns);
    nn_gemm (false, false, out, tile.pixels, k, weight, k, columns, tile.pixels,
             1.0f, y + row * conv->window.width, plane);
  }
}

static void
fill_lanes_with_bias (const float *bias,
                      size_t       pixels,
                      float       *y)
{
  for (size_t p = 0; p < pixels; p++)
    memcpy (y + p * NN_LANES, bias, sizeof (float) * NN_LANES);
}

static void
forward_image_to_lanes (const NnColumnConv *conv,
                        const float        *x,
                        const float        *prepared,
                        const float        *bias,
                        float              *y,
                        float              *columns)
{
  Tile tile;

  for (int row = 0; row < conv->window.height; row += tile.rows) {
    tile = tile_at (conv, row);
    nn_im2col (&conv->window, row, tile.rows, x, columns);
    for (size_t lane = 0; lane < (size_t) conv->out; lane += NN_LANES) {
      float *pixels = y + nn_lanes_row_offset (output_of (conv), true, lane, row);

      if (bias != NULL)
        fill_lanes_with_bias (bias + lane, (size_t) tile.pixels, pixels);
      nn_lane_product (tile.pixels, NN_LANES, window_size (conv),
                       columns, 1, (size_t) tile.pixels,
                       prepared + lane, (size_t) conv->out, pixels, NN_LANES, bias != NULL);
    }
  }
}

void
nn_column_conv_forward (const NnColumnConv *conv,
                        size_t              images,
                        const float        *x,
                        const float        *weight,
                        const float        *prepared,
                        const float        *bias,
                        float              *y,
                        float              *scratch)
{
  const size_t in_size = nn_shape_size (conv->window.input);
  const size_t out_size = nn_shape_size (output_of (conv));

  for (size_t i = 0; i < images; i++)
    if (conv->y_on_lanes)
      forward_image_to_lanes (conv, x + i * in_size, prepared, bias, y + i * out_size, scratch);
    else
      forward_image (conv, x + i * in_size, weight, bias, y + i * out_size, scratch);
}

static void
backward_pointwise (const NnColumnConv *conv,
                    const float        *x,
                    const float        *dy,
                    const float        *weight,
                    float              *dx,
                    float              *dweight)
{
  const int out = conv->out;
  const int k = window_size (conv);
  const int plane = output_plane (conv);

  if (dweight != NULL)
    nn_gemm (false, true, out, k, plane, dy, plane, x, plane, 1.0f, dweight, k);
  if (dx != NULL)
    nn_gemm (true, false, k, plane, out, weight, k, dy, plane, 0.0f, dx, plane);
}

/* dW += dy columns^T of a tile on lanes: transposed first. */
static void
add_weight_gradient_of_lanes (const NnColumnConv *conv,
                              const Tile         *tile,
                              const float        *dy,
                              const Scratch      *parts,
                              float              *dweight)
{
  const size_t k = (size_t) window_size (conv);

  for (size_t lane = 0; lane < (size_t) conv->out; lane += NN_LANES) {
    nn_lane_product ((int) k, NN_LANES, tile->pixels,
                     parts->columns, (size_t) tile->pixels, 1,
                     dy + nn_lanes_row_offset (output_of (conv), true, lane, tile->first), NN_LANES,
                     parts->sums, NN_LANES, false);
    for (size_t o = 0; o < NN_LANES; o++)
      for (size_t i = 0; i < k; i++)
        dweight[(lane + o) * k + i] += parts->sums[i * NN_LANES + o];
  }
}

/* dy of a tile as planes, which are `plane` apart. */
static const float *
gradient_planes (const NnColumnConv *conv,
                 const Tile         *tile,
                 const float        *dy,
                 const Scratch      *parts,
                 int                *plane)
{
  if (!conv->y_on_lanes) {
    *plane = output_plane (conv);
    return dy + tile->first * conv->window.width;
  }
  *plane = tile->pixels;
  for (size_t lane = 0; lane < (size_t) conv->out; lane += NN_LANES)
    nn_lanes_write_row (dy + nn_lanes_row_offset (output_of (conv), true, lane, tile->first),
                        NN_LANES, (size_t) tile->pixels, NN_LANES, tile->pixels,
                        parts->planes + lane * (size_t) tile->pixels);
  return parts->planes;
}

static void
backward_tile (const NnColumnConv *conv,
               const Tile         *tile,
               const float        *x,
               const float        *dy,
               const float        *weight,
               float              *dx,
               float              *dweight,
               const Scratch      *parts)
{
  const int k = window_size (conv);
  const int n = tile->pixels;
  int plane;

  if (dweight != NULL) {
    nn_im2col (&conv->window, tile->first, tile->rows, x, parts->columns);
    if (conv->y_on_lanes)
      add_weight_gradient_of_lanes (conv, tile, dy, parts, dweight);
    else
      nn_gemm (false, true, conv->out, k, n, dy + tile->first * conv->window.width,
               output_plane (conv), parts->columns, n, 1.0f, dweight, k);
  }
  if (dx == NULL)
    return;

  const float *planes = gradient_planes (conv, tile, dy, parts, &plane);

  nn_gemm (true, false, k, n, conv->out, weight, k, planes, plane, 0.0f, parts->columns, n);
  nn_col2im (&conv->window, tile->first, tile->rows, parts->columns, dx);
}

static void
backward_image (const NnColumnConv *conv,
                const float        *x,
                const float        *dy,
                const float        *weight,
                float              *dx,
                float              *dweight,
                const Scratch      *parts)
{
  Tile tile;

  if (nn_column_conv_is_pointwise (conv)) {
    backward_pointwise (conv, x, dy, weight, dx, dweight);
    return;
  }
  if (dx != NULL)
    memset (dx, 0, sizeof (float) * nn_shape_size (conv->window.input));
  for (int row = 0; row < conv->window.height; row += tile.rows) {
    tile = tile_at (conv, row);
    backward_tile (conv, &tile, x, dy, weight, dx, dweight, parts);
  }
}

void
nn_column_conv_backward (const NnColumnConv *conv,
                         size_t              images,
                         const float        *x,
                         const float        *dy,
                         const float        *weight,
                         float              *dx,
                         float              *dweight,
                         float              *scratch)
{
  const Scratch parts = scratch_of (conv, scratch);
  const size_t in_size = nn_shape_size (conv->window.input);
  const size_t out_size = nn_shape_size (output_of (conv));

  for (size_t i = 0; i < images; i++)
    backward_image (conv, x + i * in_size, dy + i * out_size, weight,
                    dx != NULL ? dx + i * in_size : NULL, dweight, &parts);
}
