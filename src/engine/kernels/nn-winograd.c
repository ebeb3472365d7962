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
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-winograd.h"

#include <string.h>

#include "nn-ahead.h"
#include "nn-kernel.h"
#include "nn-lane-product.h"
#include "nn-lane-rows.h"
#include "nn-winograd-plan.h"
#include "nn-winograd-tile.h"

#define MATRICES NN_WINOGRAD_MATRICES
#define PANEL NN_WINOGRAD_PANEL
#define BAND_ROWS NN_WINOGRAD_BAND_ROWS

/* Rows of output channels and lanes of input channels of the weights. */
typedef struct
{
  size_t row;
  size_t rows;
  size_t lane;
  size_t lanes;
} Band;

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
prepare (const float          *weight,
         const NnWinogradSide *columns,
         size_t                column,
         const NnWinogradSide *inner,
         size_t                step,
         float                *prepared)
{
  const size_t steps = (size_t) inner->channels;
  _Alignas (64) float g[9 * NN_LANES] = { 0 };

  for (size_t lane = 0; lane < columns->lanes; lane += NN_LANES) {
    const size_t panel = lane - lane % PANEL;
    const size_t width = panel_width (columns->lanes, panel);
    const size_t n = nn_winograd_vector_channels (columns, lane);

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
  return MATRICES * nn_winograd_side (conv->output.channels).lanes * (size_t) conv->input.channels;
}

size_t
nn_winograd_backward_weight_floats (const NnWinograd *conv)
{
  return MATRICES * nn_winograd_side (conv->input.channels).lanes * (size_t) conv->output.channels;
}

void
nn_winograd_prepare_forward (const NnWinograd *conv,
                             const float      *weight,
                             float            *prepared)
{
  const NnWinogradSide in = nn_winograd_side (conv->input.channels);
  const NnWinogradSide out = nn_winograd_side (conv->output.channels);

  prepare (weight, &out, (size_t) in.channels * 9, &in, 9, prepared);
}

void
nn_winograd_prepare_backward (const NnWinograd *conv,
                              const float      *weight,
                              float            *prepared)
{
  const NnWinogradSide in = nn_winograd_side (conv->input.channels);
  const NnWinogradSide out = nn_winograd_side (conv->output.channels);

  prepare (weight, &in, 9, &out, (size_t) in.channels * 9, prepared);
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
multiply_weights (const NnWinogradSide *inner,
                  const float          *a,
                  const NnWinogradSide *columns,
                  const float          *prepared,
                  size_t                tiles,
                  float                *c,
                  NnAhead              *ahead)
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
multiply_tiles (const NnWinogradPlan    *plan,
                const Band              *band,
                size_t                   tiles,
                const NnWinogradScratch *scratch,
                bool                     add,
                NnAhead                 *ahead)
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
add_weight_gradient (const NnWinogradPlan    *plan,
                     const Band              *band,
                     const NnWinogradScratch *scratch,
                     float                   *dweight)
{
  const size_t in = (size_t) plan->in.channels;
  _Alignas (64) float dg[9 * NN_LANES];
  float sums[9 * NN_LANES];

  for (size_t o = 0; o < band->rows; o++)
    for (size_t lane = 0; lane < band->lanes; lane += NN_LANES) {
      const size_t n = nn_winograd_vector_channels (&plan->in, band->lane + lane);
      float *to = dweight + ((band->row + o) * in + band->lane + lane) * 9;

      nn_winograd_transform_weight_gradient (scratch->weight + o * plan->weight_row + lane,
                                             plan->weight_matrix, dg);
      nn_lanes_write_row (dg, NN_LANES, 9, (int) n, 9, sums);
      add_floats (to, sums, 9 * n);
    }
}

/* Many weights: a band at a time, so that E stays in the cache. */
static void
add_weight_gradient_by_bands (const NnWinogradPlan    *plan,
                              size_t                   tiles,
                              const NnWinogradScratch *scratch,
                              float                   *dweight)
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
block_rows (const NnWinogradPlan *plan,
            size_t                images,
            size_t                first)
{
  const size_t left = images * (size_t) plan->tiles_y - first;

  return left < plan->rows ? left : plan->rows;
}

/* Asks for tile rows [first, first + count) of images on lanes: x and dx have
 * as many in an image as y and dy. */
static void
ask_for (const NnWinogradPlan *plan,
         NnShape               shape,
         bool                  on_lanes,
         const float          *images,
         size_t                first,
         size_t                count,
         NnAhead              *ahead)
{
  if (on_lanes)
    nn_ahead_add (ahead, &(NnAheadRows) { shape, images, NN_WINOGRAD_STEP, (size_t) plan->tiles_y,
                                          first, first + count });
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
  const NnWinogradPlan plan = nn_winograd_plan (conv);
  const NnWinogradScratch parts = nn_winograd_scratch (&plan, scratch);
  size_t n;

  for (size_t row = 0; row < images * (size_t) plan.tiles_y; row += n) {
    NnAhead ahead = { 0 };

    n = block_rows (&plan, images, row);
    ask_for (&plan, conv->output, conv->y_on_lanes, y, row, n, &ahead);
    ask_for (&plan, conv->input, conv->x_on_lanes, x, row + n,
             block_rows (&plan, images, row + n), &ahead);
    nn_winograd_input_to_tiles (conv, &plan, row, n, x, &parts);
    multiply_weights (&plan.in, parts.in, &plan.out, prepared, n * (size_t) plan.tiles_x,
                      parts.out, &ahead);
    nn_winograd_tiles_to_output (conv, &plan, row, n, &parts, bias, y);
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
  const NnWinogradPlan plan = nn_winograd_plan (conv);
  const NnWinogradScratch parts = nn_winograd_scratch (&plan, scratch);
  const Band all = { 0, (size_t) plan.out.channels, 0, plan.in.lanes };
  size_t n;

  for (size_t row = 0; row < images * (size_t) plan.tiles_y; row += n) {
    NnAhead of_weights = { 0 };
    NnAhead of_input = { 0 };

    n = block_rows (&plan, images, row);

    const size_t tiles = n * (size_t) plan.tiles_x;
    const size_t following = block_rows (&plan, images, row + n);

    nn_winograd_output_gradient_to_tiles (conv, &plan, row, n, dy, &parts);
    ask_for (&plan, conv->output, conv->y_on_lanes, dy, row + n, following, &of_input);
    if (dweight != NULL) {
      nn_winograd_input_to_tiles (conv, &plan, row, n, x, &parts);
      ask_for (&plan, conv->input, conv->x_on_lanes, x, row + n, following, &of_weights);
      if (plan.banded)
        add_weight_gradient_by_bands (&plan, tiles, &parts, dweight);
      else
        multiply_tiles (&plan, &all, tiles, &parts, row > 0, &of_weights);
    }
    if (dx != NULL) {
      ask_for (&plan, conv->input, conv->x_on_lanes, dx, row, n, &of_input);
      multiply_weights (&plan.out, parts.out, &plan.in, prepared, tiles, parts.in, &of_input);
      nn_winograd_tiles_to_input_gradient (conv, &plan, row, n, &parts, dx);
    }
  }
  if (dweight != NULL && !plan.banded)
    add_weight_gradient (&plan, &all, &parts, dweight);
}
