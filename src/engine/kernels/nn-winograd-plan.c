/* nn-winograd-plan.c - how large the blocks of a convolution are
 *
 * Rows of matrices are an odd number of cache lines apart, or powers of two
 * would meet in one set of the cache.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-winograd-plan.h"

#include "nn-winograd-tile.h"

#define STEP NN_WINOGRAD_STEP
#define TILE NN_WINOGRAD_TILE
#define MATRICES NN_WINOGRAD_MATRICES

/* What both transforms of a block may take: half of a core's cache; but no
 * fewer tiles than make the reading of the weights worth it. */
#define BLOCK_FLOATS (128 * 1024)
#define BLOCK_TILES 32

/* Weight gradients that are summed over all blocks before they are
 * transformed; larger ones go in bands. */
#define WEIGHT_FLOATS (192 * 1024)

static size_t
odd_lines (size_t floats)
{
  const size_t lines = (floats + NN_LANES - 1) / NN_LANES;

  return (lines | 1) * NN_LANES;
}

NnWinogradSide
nn_winograd_side (int channels)
{
  const size_t lanes = ((size_t) channels + NN_LANES - 1) / NN_LANES * NN_LANES;

  return (NnWinogradSide) { .channels = channels, .lanes = lanes, .tile = odd_lines (lanes) };
}

NnWinogradPlan
nn_winograd_plan (const NnWinograd *conv)
{
  NnWinogradPlan plan = {
    .tiles_x = (conv->output.width + STEP - 1) / STEP,
    .tiles_y = (conv->output.height + STEP - 1) / STEP,
    .in = nn_winograd_side (conv->input.channels),
    .out = nn_winograd_side (conv->output.channels),
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
  plan.weight_row = plan.banded ? odd_lines (NN_WINOGRAD_PANEL) : plan.in.tile;
  plan.weight_matrix = odd_lines ((plan.banded ? NN_WINOGRAD_BAND_ROWS : plan.out.lanes) *
                                  plan.weight_row);
  return plan;
}

NnWinogradScratch
nn_winograd_scratch (const NnWinogradPlan *plan,
                     float                *scratch)
{
  NnWinogradScratch parts;

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
  const NnWinogradPlan plan = nn_winograd_plan (conv);
  const size_t carried = plan.in.lanes / NN_LANES * 2 * plan.strip_row;

  return MATRICES * (plan.in.matrix + plan.out.matrix) + (TILE + 1) * plan.strip_row + carried +
         (weight_gradient ? MATRICES * plan.weight_matrix : 0);
}

size_t
nn_winograd_vector_channels (const NnWinogradSide *side,
                             size_t                lane)
{
  const size_t left = (size_t) side->channels - lane;

  return left < NN_LANES ? left : NN_LANES;
}
