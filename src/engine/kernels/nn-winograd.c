/* nn-winograd.c - 3 x 3 convolution of stride 1 by Winograd's F(4x4, 3x3)
 *
 * The work goes in blocks of tile rows that cross images where planes are
 * small: transform, 36 matrix products, transform back.
 *
 *     x  --B^T.B-->  V (36, tiles, C)
 *                       M = V U        --A^T.A-->  y
 *     dy --A.A^T-->  D (36, tiles, O)
 *                       P = D U^T      --B.B^T-->  dx
 *                       E += D^T V     --G^T.G-->  dW
 *
 * Rows of matrices are an odd number of cache lines apart, or powers of two
 * would meet in one set of the cache.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-winograd.h"

#include <stdint.h>
#include <string.h>

#include "nn-ahead.h"
#include "nn-kernel.h"
#include "nn-lane-product.h"
#include "nn-lane-rows.h"
#include "nn-winograd-tile.h"

#define STEP NN_WINOGRAD_STEP
#define TILE NN_WINOGRAD_TILE
#define MATRICES NN_WINOGRAD_MATRICES

/* Columns of one product. */
#define PANEL (2 * NN_LANES)

/* What both transforms of a block may take: half of a core's cache; but no
 * fewer tiles than make the reading of the weights worth it. */
#define BLOCK_FLOATS (128 * 1024)
#define BLOCK_TILES 32

/* Weight gradients that are summed over all blocks before they are
 * transformed; larger ones go in bands of this many rows. */
#define WEIGHT_FLOATS (192 * 1024)
#define BAND_ROWS 48

/* One side of the products: the tiles of a block, with C or O channels. */
typedef struct
{
  int    channels;
  size_t lanes;  /* channels, in whole vectors                                */
  size_t tile;   /* floats from one tile to the next                          */
  size_t matrix; /* floats from one of 36 matrices to the next                */
} Side;

typedef struct
{
  int    tiles_x;     /* of one image                                         */
  int    tiles_y;
  size_t rows;        /* tile rows of a block                                 */
  size_t strip_row;   /* floats of a row of six-row strips, (4 tiles + 2, 16) */
  bool   banded;      /* weight gradients are                                 */
  size_t weight_row;  /* floats of a row of E                                 */
  size_t weight_matrix;
  Side   in;
  Side   out;
} Plan;

/* Rows of output channels and lanes of input channels of the weights. */
typedef struct
{
  size_t row;
  size_t rows;
  size_t lane;
  size_t lanes;
} Band;

static size_t
odd_lines (size_t floats)
{
  const size_t lines = (floats + NN_LANES - 1) / NN_LANES;

  return (lines | 1) * NN_LANES;
}

static Side
side_of (int channels)
{
  const size_t lanes = ((size_t) channels + NN_LANES - 1) / NN_LANES * NN_LANES;

  return (Side) { .channels = channels, .lanes = lanes, .tile = odd_lines (lanes) };
}

static Plan
plan_of (const NnWinograd *conv)
{
  Plan plan = {
    .tiles_x = (conv->output.width + STEP - 1) / STEP,
    .tiles_y = (conv->output.height + STEP - 1) / STEP,
    .in = side_of (conv->input.channels),
    .out = side_of (conv->output.channels),
  };
  const size_t tiles_x = (size_t) plan.tiles_x;
  size_t tiles = BLOCK_FLOATS / (MATRICES * (plan.in.tile + plan.out.tile));

  if (tiles < BLOCK_TILES)
    tiles = BLOCK_TILES;
  plan.rows = tiles < tiles_x ? 1 : tiles / tiles_x;
  plan.strip_row = (STEP * tiles_x + 2) * NN_LANES;
  plan.in.matrix = odd_lines (plan.rows * tiles_x * plan.in.tile);
  plan.out.matrix = odd_lines (plan.rows * tiles_x * plan.out.tile);
  plan.banded = MATRICES * plan.out.lanes * plan.in.lanes > WEIGHT_FLOATS;
  plan.weight_row = plan.banded ? odd_lines (PANEL) : plan.in.tile;
  plan.weight_matrix = odd_lines ((plan.banded ? BAND_ROWS : plan.out.lanes) * plan.weight_row);
  return plan;
}

/* The parts of the scratch, one after the other. */
typedef struct
{
  float *in;      /* V, then P                                                */
  float *out;     /* M or D                                                   */
  float *strip;   /* six rows of pixels                                       */
  float *zeros;   /* a row outside of the image                               */
  float *carried; /* two rows of dx for each vector of input channels         */
  float *weight;  /* E                                                        */
} Scratch;

static Scratch
scratch_of (const Plan *plan,
            float      *scratch)
{
  Scratch parts;

  parts.in = scratch;
  parts.out = parts.in + MATRICES * plan->in.matrix;
  parts.strip = parts.out + MATRICES * plan->out.matrix;
  parts.zeros = parts.strip + TILE * plan->strip_row;
  parts.carried = parts.zeros + plan->strip_row;
  parts.weight = parts.carried + plan->in.lanes / NN_LANES * 2 * plan->strip_row;
  return parts;
}

size_t
nn_winograd_scratch_floats (const NnWinograd *conv,
                            bool              weight_gradient)
{
  const Plan plan = plan_of (conv);
  const size_t carried = plan.in.lanes / NN_LANES * 2 * plan.strip_row;

  return MATRICES * (plan.in.matrix + plan.out.matrix) + (TILE + 1) * plan.strip_row + carried +
         (weight_gradient ? MATRICES * plan.weight_matrix : 0);
}

static size_t
vector_channels (const Side *side,
                 size_t      lane)
{
  const size_t left = (size_t) side->channels - lane;

  return left < NN_LANES ? left : NN_LANES;
}

static size_t
panel_width (size_t lanes,
             size_t first)
{
  return lanes - first < PANEL ? NN_LANES : PANEL;
}

/* Columns are `columns` channels, `column` floats apart in the weights, steps
 * of the inner dimension are `inner` channels, `step` floats apart.  Panels
 * (inner, width) of the matrices lie one after the other. */
static void
prepare (const float *weight,
         const Side  *columns,
         size_t       column,
         const Side  *inner,
         size_t       step,
         float       *prepared)
{
  const size_t steps = (size_t) inner->channels;
  _Alignas (64) float g[9 * NN_LANES] = { 0 };

  for (size_t lane = 0; lane < columns->lanes; lane += NN_LANES) {
    const size_t panel = lane - lane % PANEL;
    const size_t width = panel_width (columns->lanes, panel);
    const size_t n = vector_channels (columns, lane);

    if (n < NN_LANES)
      memset (g, 0, sizeof g);
    for (size_t i = 0; i < steps; i++) {
      nn_lanes_read_row (weight + lane * column + i * step, column, (int) n, 9, NN_LANES, g);
      nn_winograd_transform_weights (g, prepared + panel * steps + i * width + (lane - panel),
                                     columns->lanes * steps);
    }
  }
}

size_t
nn_winograd_forward_weight_floats (const NnWinograd *conv)
{
  return MATRICES * side_of (conv->output.channels).lanes * (size_t) conv->input.channels;
}

size_t
nn_winograd_backward_weight_floats (const NnWinograd *conv)
{
  return MATRICES * side_of (conv->input.channels).lanes * (size_t) conv->output.channels;
}

void
nn_winograd_prepare_forward (const NnWinograd *conv,
                             const float      *weight,
                             float            *prepared)
{
  const Side in = side_of (conv->input.channels);
  const Side out = side_of (conv->output.channels);

  prepare (weight, &out, (size_t) in.channels * 9, &in, 9, prepared);
}

void
nn_winograd_prepare_backward (const NnWinograd *conv,
                              const float      *weight,
                              float            *prepared)
{
  const Side in = side_of (conv->input.channels);
  const Side out = side_of (conv->output.channels);

  prepare (weight, &in, 9, &out, (size_t) in.channels * 9, prepared);
}

/* The six rows of tile row ty in a ring: the last two of one tile row are the
 * first two of the next. */
static void
point_at_rows (const Plan *plan,
               float      *strip,
               int         ty,
               float      *rows[TILE])
{
  for (int i = 0; i < TILE; i++)
    rows[i] = strip + (size_t) ((STEP * ty + i) % TILE) * plan->strip_row;
}

/* The six rows of x that tile row ty reads, of the channels from `lane` on.
 * `follows`: the ring still holds what the tile row before has read. */
static void
read_input_rows (const NnWinograd *conv,
                 const Plan       *plan,
                 const float      *image,
                 size_t            lane,
                 int               ty,
                 bool              follows,
                 const Scratch    *scratch,
                 const float      *rows[TILE])
{
  float *ring[TILE];

  point_at_rows (plan, scratch->strip, ty, ring);
  for (int i = 0; i < TILE; i++) {
    const int y = STEP * ty + i - conv->padding;

    if (y < 0 || y >= conv->input.height) {
      rows[i] = scratch->zeros;
      continue;
    }
    if (conv->x_on_lanes) {
      rows[i] = image + nn_lanes_row_offset (conv->input, true, lane, y);
      continue;
    }
    if (!follows || i >= TILE - STEP)
      nn_lanes_read_image_row (conv->input, false, image, lane, y, NN_LANES, ring[i]);
    rows[i] = ring[i];
  }
}

/* Tile rows [first, first + count), counted through all images, of x to V. */
static void
transform_input (const NnWinograd *conv,
                 const Plan       *plan,
                 size_t            first,
                 size_t            count,
                 const float      *x,
                 const Scratch    *scratch)
{
  const size_t tiles_y = (size_t) plan->tiles_y;
  const float *rows[TILE];

  memset (scratch->zeros, 0, sizeof (float) * plan->strip_row);
  for (size_t lane = 0; lane < plan->in.lanes; lane += NN_LANES) {
    if (vector_channels (&plan->in, lane) < NN_LANES)
      memset (scratch->strip, 0, sizeof (float) * TILE * plan->strip_row);
    for (size_t r = 0; r < count; r++) {
      const size_t image = (first + r) / tiles_y;
      const int ty = (int) ((first + r) % tiles_y);

      read_input_rows (conv, plan, x + image * nn_shape_size (conv->input), lane, ty,
                       r > 0 && ty > 0, scratch, rows);
      nn_winograd_transform_input (rows, conv->padding, conv->input.width, plan->tiles_x,
                                   scratch->in + r * (size_t) plan->tiles_x * plan->in.tile + lane,
                                   plan->in.tile, plan->in.matrix);
    }
  }
}

/* Where in an image the four rows of y or dy of a tile row lie, on lanes and
 * whole; SIZE_MAX where they go through the strip. */
static size_t
whole_rows (const NnWinograd *conv,
            const Plan       *plan,
            size_t            lane,
            int               ty)
{
  const bool whole = conv->y_on_lanes && conv->output.width == STEP * plan->tiles_x &&
                     STEP * (ty + 1) <= conv->output.height;

  return whole ? nn_lanes_row_offset (conv->output, true, lane, STEP * ty) : SIZE_MAX;
}

/* The factors of 16 channels of y, and 1 where there is none. */
static void
read_scale (const NnWinograd *conv,
            const Plan       *plan,
            size_t            lane,
            float             scale[NN_LANES])
{
  const size_t channels = vector_channels (&plan->out, lane);

  for (size_t c = 0; c < NN_LANES; c++)
    scale[c] = conv->scale != NULL && c < channels ? conv->scale[lane + c] : 1.0f;
}

/* Rows of dy to the strip; what lies outside of the image is 0. */
static void
read_output_rows (const NnWinograd *conv,
                  size_t            row,
                  const float      *image,
                  size_t            lane,
                  int               ty,
                  float            *strip)
{
  for (int i = 0; i < STEP; i++) {
    const int y = STEP * ty + i;
    float *lanes = strip + (size_t) i * row;

    if (y < conv->output.height)
      nn_lanes_read_image_row (conv->output, conv->y_on_lanes, image, lane, y, NN_LANES, lanes);
    else
      memset (lanes, 0, sizeof (float) * row);
  }
}

static void
transform_output_gradient (const NnWinograd *conv,
                           const Plan       *plan,
                           size_t            first,
                           size_t            count,
                           const float      *dy,
                           const Scratch    *scratch)
{
  const size_t tiles_x = (size_t) plan->tiles_x;
  const size_t row = STEP * tiles_x * NN_LANES;

  for (size_t lane = 0; lane < plan->out.lanes; lane += NN_LANES) {
    _Alignas (64) float scale[NN_LANES];

    read_scale (conv, plan, lane, scale);
    if (!conv->y_on_lanes || conv->output.width % STEP != 0)
      memset (scratch->strip, 0, sizeof (float) * STEP * row);
    for (size_t r = 0; r < count; r++) {
      const float *image = dy + (first + r) / (size_t) plan->tiles_y *
                           nn_shape_size (conv->output);
      const int ty = (int) ((first + r) % (size_t) plan->tiles_y);
      const size_t whole = whole_rows (conv, plan, lane, ty);

      if (whole == SIZE_MAX)
        read_output_rows (conv, row, image, lane, ty, scratch->strip);
      nn_winograd_transform_output_gradient (whole != SIZE_MAX ? image + whole : scratch->strip,
                                             row, plan->tiles_x, scale,
                                             scratch->out + r * tiles_x * plan->out.tile + lane,
                                             plan->out.tile, plan->out.matrix);
    }
  }
}

/* M to y. */
static void
transform_output (const NnWinograd *conv,
                  const Plan       *plan,
                  size_t            first,
                  size_t            count,
                  const Scratch    *scratch,
                  const float      *bias,
                  float            *y)
{
  const size_t tiles_x = (size_t) plan->tiles_x;
  const size_t row = STEP * tiles_x * NN_LANES;

  for (size_t lane = 0; lane < plan->out.lanes; lane += NN_LANES) {
    const size_t channels = vector_channels (&plan->out, lane);
    _Alignas (64) float scale[NN_LANES];
    _Alignas (64) float shift[NN_LANES] = { 0 };

    read_scale (conv, plan, lane, scale);
    if (bias != NULL)
      memcpy (shift, bias + lane, sizeof (float) * channels);
    for (size_t r = 0; r < count; r++) {
      float *image = y + (first + r) / (size_t) plan->tiles_y * nn_shape_size (conv->output);
      const int ty = (int) ((first + r) % (size_t) plan->tiles_y);
      const size_t whole = whole_rows (conv, plan, lane, ty);

      nn_winograd_transform_output (scratch->out + r * tiles_x * plan->out.tile + lane,
                                    plan->out.tile, plan->out.matrix, plan->tiles_x, scale, shift,
                                    whole != SIZE_MAX ? image + whole : scratch->strip, row);
      for (int i = 0; whole == SIZE_MAX && i < STEP && STEP * ty + i < conv->output.height; i++)
        nn_lanes_write_image_row (scratch->strip + (size_t) i * row, NN_LANES, conv->output,
                                  conv->y_on_lanes, lane, STEP * ty + i, image);
    }
  }
}

/* Where the rows of tile row ty go: the last two are carried to the next tile
 * row, which adds to them, unless this is the image's last.  Planes go by the
 * strip. */
static void
point_at_gradient_rows (const NnWinograd *conv,
                        const Plan       *plan,
                        size_t            lane,
                        int               ty,
                        const Scratch    *scratch,
                        float            *image,
                        NnWinogradRow     rows[TILE])
{
  float *carried = scratch->carried + lane / NN_LANES * 2 * plan->strip_row;

  for (int i = 0; i < TILE; i++) {
    const int y = STEP * ty + i - conv->padding;

    rows[i] = (NnWinogradRow) { 0 };
    if (i >= STEP && ty < plan->tiles_y - 1)
      rows[i].to = carried + (size_t) (i - STEP) * plan->strip_row;
    else if (y >= 0 && y < conv->input.height) {
      rows[i].to = conv->x_on_lanes ? image + nn_lanes_row_offset (conv->input, true, lane, y)
                                    : scratch->strip + (size_t) i * plan->strip_row;
      rows[i].adds = conv->adds;
    }
    if (i < TILE - STEP && ty > 0)
      rows[i].above = carried + (size_t) i * plan->strip_row;
  }
}

/* Rows of the strip to planes. */
static void
write_gradient_rows (const NnWinograd *conv,
                     const Plan       *plan,
                     size_t            lane,
                     int               ty,
                     const float      *strip,
                     float            *image)
{
  const int n = ty < plan->tiles_y - 1 ? STEP : TILE;

  for (int i = 0; i < n; i++) {
    const int y = STEP * ty + i - conv->padding;

    if (y >= 0 && y < conv->input.height)
      nn_lanes_write_image_row (strip + (size_t) i * plan->strip_row, NN_LANES, conv->input,
                                false, lane, y, image);
  }
}

/* P to dx. */
static void
transform_input_gradient (const NnWinograd *conv,
                          const Plan       *plan,
                          size_t            first,
                          size_t            count,
                          const Scratch    *scratch,
                          float            *dx)
{
  const size_t tiles_y = (size_t) plan->tiles_y;
  NnWinogradRow rows[TILE];

  for (size_t lane = 0; lane < plan->in.lanes; lane += NN_LANES)
    for (size_t r = 0; r < count; r++) {
      float *image = dx + (first + r) / tiles_y * nn_shape_size (conv->input);
      const int ty = (int) ((first + r) % tiles_y);

      point_at_gradient_rows (conv, plan, lane, ty, scratch, image, rows);
      nn_winograd_transform_input_gradient (scratch->in + r * (size_t) plan->tiles_x *
                                            plan->in.tile + lane, plan->in.tile, plan->in.matrix,
                                            plan->tiles_x, conv->padding, conv->input.width, rows);
      if (!conv->x_on_lanes)
        write_gradient_rows (conv, plan, lane, ty, scratch->strip, image);
    }
}

/* Rows of a product between two shares of what is asked for ahead: whole
 * blocks of nn_lane_product(). */
#define CHUNK_ROWS 24

/* One of 36 products, of which nn_lane_product() tells the arguments. */
static void
multiply (size_t       rows,
          size_t       columns,
          size_t       k,
          const float *a,
          size_t       a_row,
          size_t       a_step,
          const float *b,
          size_t       b_row,
          float       *c,
          size_t       c_row,
          bool         add,
          NnAhead     *ahead)
{
  for (size_t r = 0; r < rows; r += CHUNK_ROWS) {
    const size_t n = rows - r < CHUNK_ROWS ? rows - r : CHUNK_ROWS;

    nn_ahead_ask (ahead);
    nn_lane_product ((int) n, (int) columns, (int) k, a + r * a_row, a_row, a_step, b, b_row,
                     c + r * c_row, c_row, add);
  }
}

/* Calls of multiply() that rows times whole vectors of columns make, and how
 * many shares they ask for. */
static size_t
shares_of (size_t rows,
           size_t lanes)
{
  return MATRICES * ((lanes + PANEL - 1) / PANEL) * ((rows + CHUNK_ROWS - 1) / CHUNK_ROWS);
}

/* The 36 products (tiles, inner) (inner, columns) with prepared weights. */
static void
multiply_weights (const Side  *inner,
                  const float *a,
                  const Side  *columns,
                  const float *prepared,
                  size_t       tiles,
                  float       *c,
                  NnAhead     *ahead)
{
  const size_t steps = (size_t) inner->channels;

  nn_ahead_cut (ahead, shares_of (tiles, columns->lanes));
  for (size_t m = 0; m < MATRICES; m++)
    for (size_t panel = 0; panel < columns->lanes; panel += PANEL) {
      const size_t width = panel_width (columns->lanes, panel);

      multiply (tiles, width, steps, a + m * inner->matrix, inner->tile, 1,
                prepared + (m * columns->lanes + panel) * steps, width,
                c + m * columns->matrix + panel, columns->tile, false, ahead);
    }
}

/* E = D^T V, or +=, of a band of the weights. */
static void
multiply_tiles (const Plan    *plan,
                const Band    *band,
                size_t         tiles,
                const Scratch *scratch,
                bool           add,
                NnAhead       *ahead)
{
  nn_ahead_cut (ahead, shares_of (band->rows, band->lanes));
  for (size_t m = 0; m < MATRICES; m++)
    for (size_t lane = 0; lane < band->lanes; lane += PANEL)
      multiply (band->rows, panel_width (band->lanes, lane), tiles,
                scratch->out + m * plan->out.matrix + band->row, 1, plan->out.tile,
                scratch->in + m * plan->in.matrix + band->lane + lane, plan->in.tile,
                scratch->weight + m * plan->weight_matrix + lane, plan->weight_row, add, ahead);
}

NN_KERNEL static void
add_floats (float *restrict       sum,
            const float *restrict summand,
            size_t                n)
{
  for (size_t i = 0; i < n; i++)
    sum[i] += summand[i];
}

static void
add_weight_gradient (const Plan    *plan,
                     const Band    *band,
                     const Scratch *scratch,
                     float         *dweight)
{
  const size_t in = (size_t) plan->in.channels;
  _Alignas (64) float dg[9 * NN_LANES];
  float sums[9 * NN_LANES];

  for (size_t o = 0; o < band->rows; o++)
    for (size_t lane = 0; lane < band->lanes; lane += NN_LANES) {
      const size_t n = vector_channels (&plan->in, band->lane + lane);
      float *to = dweight + ((band->row + o) * in + band->lane + lane) * 9;

      nn_winograd_transform_weight_gradient (scratch->weight + o * plan->weight_row + lane,
                                             plan->weight_matrix, dg);
      nn_lanes_write_row (dg, NN_LANES, 9, (int) n, 9, sums);
      add_floats (to, sums, 9 * n);
    }
}

/* Many weights: a band at a time, so that E stays in the cache. */
static void
add_weight_gradient_by_bands (const Plan    *plan,
                              size_t         tiles,
                              const Scratch *scratch,
                              float         *dweight)
{
  const size_t rows = (size_t) plan->out.channels;
  NnAhead nothing = { 0 };

  for (size_t lane = 0; lane < plan->in.lanes; lane += PANEL)
    for (size_t row = 0; row < rows; row += BAND_ROWS) {
      const Band band = { row, rows - row < BAND_ROWS ? rows - row : BAND_ROWS,
                          lane, panel_width (plan->in.lanes, lane) };

      multiply_tiles (plan, &band, tiles, scratch, false, &nothing);
      add_weight_gradient (plan, &band, scratch, dweight);
    }
}

/* Tile rows of the block that starts at `first`. */
static size_t
block_rows (const Plan *plan,
            size_t      images,
            size_t      first)
{
  const size_t left = images * (size_t) plan->tiles_y - first;

  return left < plan->rows ? left : plan->rows;
}

/* Tile rows [first, first + count) of x or dx, of y or dy, where they lie on
 * lanes. */
static void
ask_for_input (const NnWinograd *conv,
               const Plan       *plan,
               const float      *x,
               size_t            first,
               size_t            count,
               NnAhead          *ahead)
{
  if (conv->x_on_lanes)
    nn_ahead_add (ahead, &(NnAheadRows) { conv->input, x, STEP, (size_t) plan->tiles_y, first,
                                          first + count });
}

static void
ask_for_output (const NnWinograd *conv,
                const Plan       *plan,
                const float      *y,
                size_t            first,
                size_t            count,
                NnAhead          *ahead)
{
  if (conv->y_on_lanes)
    nn_ahead_add (ahead, &(NnAheadRows) { conv->output, y, STEP, (size_t) plan->tiles_y, first,
                                          first + count });
}

void
nn_winograd_forward (const NnWinograd *conv,
                     size_t            images,
                     const float      *x,
                     const float      *prepared,
                     const float      *bias,
                     float            *y,
                     float            *scratch)
{
  const Plan plan = plan_of (conv);
  const Scratch parts = scratch_of (&plan, scratch);
  size_t n;

  for (size_t row = 0; row < images * (size_t) plan.tiles_y; row += n) {
    NnAhead ahead = { 0 };

    n = block_rows (&plan, images, row);
    ask_for_output (conv, &plan, y, row, n, &ahead);
    ask_for_input (conv, &plan, x, row + n, block_rows (&plan, images, row + n), &ahead);
    transform_input (conv, &plan, row, n, x, &parts);
    multiply_weights (&plan.in, parts.in, &plan.out, prepared, n * (size_t) plan.tiles_x,
                      parts.out, &ahead);
    transform_output (conv, &plan, row, n, &parts, bias, y);
  }
}

void
nn_winograd_backward (const NnWinograd *conv,
                      size_t            images,
                      const float      *x,
                      const float      *dy,
                      const float      *prepared,
                      float            *dx,
                      float            *dweight,
                      float            *scratch)
{
  const Plan plan = plan_of (conv);
  const Scratch parts = scratch_of (&plan, scratch);
  const Band all = { 0, (size_t) plan.out.channels, 0, plan.in.lanes };
  size_t n;

  for (size_t row = 0; row < images * (size_t) plan.tiles_y; row += n) {
    NnAhead of_weights = { 0 };
    NnAhead of_input = { 0 };

    n = block_rows (&plan, images, row);

    const size_t tiles = n * (size_t) plan.tiles_x;
    const size_t following = block_rows (&plan, images, row + n);

    transform_output_gradient (conv, &plan, row, n, dy, &parts);
    ask_for_output (conv, &plan, dy, row + n, following, &of_input);
    if (dweight != NULL) {
      transform_input (conv, &plan, row, n, x, &parts);
      ask_for_input (conv, &plan, x, row + n, following, &of_weights);
      if (plan.banded)
        add_weight_gradient_by_bands (&plan, tiles, &parts, dweight);
      else
        multiply_tiles (&plan, &all, tiles, &parts, row > 0, &of_weights);
    }
    if (dx != NULL) {
      ask_for_input (conv, &plan, dx, row, n, &of_input);
      multiply_weights (&plan.out, parts.out, &plan.in, prepared, tiles, parts.in, &of_input);
      transform_input_gradient (conv, &plan, row, n, &parts, dx);
    }
  }
  if (dweight != NULL && !plan.banded)
    add_weight_gradient (&plan, &all, &parts, dweight);
}
