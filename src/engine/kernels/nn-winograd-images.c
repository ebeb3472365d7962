/* nn-winograd-images.c - images to tiles, and tiles to images
 *
 * Images on lanes are read and written where they lie; planes, and what does
 * not end where a tile ends, go through a strip of rows on lanes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <string.h>

#include "nn-lane-rows.h"
#include "nn-winograd-plan.h"
#include "nn-winograd-tile.h"

#define STEP NN_WINOGRAD_STEP
#define TILE NN_WINOGRAD_TILE

/* The six rows of tile row ty in a ring: the last two of one tile row are the
 * first two of the next. */
static void
point_at_rows (const NnWinogradPlan *plan,
               float                *strip,
               int                   ty,
               float                *rows[TILE])
{
  for (int i = 0; i < TILE; i++)
    rows[i] = strip + (size_t) ((STEP * ty + i) % TILE) * plan->strip_row;
}

/* The six rows of x that tile row ty reads, of the channels from `lane` on.
 * `follows`: the ring still holds what the tile row before has read. */
static void
read_input_rows (const NnWinograd        *conv,
                 const NnWinogradPlan    *plan,
                 const float             *image,
                 size_t                   lane,
                 int                      ty,
                 bool                     follows,
                 const NnWinogradScratch *scratch,
                 const float             *rows[TILE])
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

void
nn_winograd_input_to_tiles (const NnWinograd        *conv,
                            const NnWinogradPlan    *plan,
                            size_t                   first,
                            size_t                   count,
                            const float             *x,
                            const NnWinogradScratch *scratch)
{
  const size_t tiles_y = (size_t) plan->tiles_y;
  const float *rows[TILE];

  memset (scratch->zeros, 0, sizeof (float) * plan->strip_row);
  for (size_t lane = 0; lane < plan->in.lanes; lane += NN_LANES) {
    if (nn_winograd_vector_channels (&plan->in, lane) < NN_LANES)
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
whole_rows (const NnWinograd     *conv,
            const NnWinogradPlan *plan,
            size_t                lane,
            int                   ty)
{
  const bool whole = conv->y_on_lanes && conv->output.width == STEP * plan->tiles_x &&
                     STEP * (ty + 1) <= conv->output.height;

  return whole ? nn_lanes_row_offset (conv->output, true, lane, STEP * ty) : SIZE_MAX;
}

/* The factors of 16 channels of y, and 1 where there is none. */
static void
read_scale (const NnWinograd     *conv,
            const NnWinogradPlan *plan,
            size_t                lane,
            float                 scale[NN_LANES])
{
  const size_t channels = nn_winograd_vector_channels (&plan->out, lane);

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

void
nn_winograd_output_gradient_to_tiles (const NnWinograd        *conv,
                                      const NnWinogradPlan    *plan,
                                      size_t                   first,
                                      size_t                   count,
                                      const float             *dy,
                                      const NnWinogradScratch *scratch)
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

void
nn_winograd_tiles_to_output (const NnWinograd        *conv,
                             const NnWinogradPlan    *plan,
                             size_t                   first,
                             size_t                   count,
                             const NnWinogradScratch *scratch,
                             const float             *bias,
                             float                   *y)
{
  const size_t tiles_x = (size_t) plan->tiles_x;
  const size_t row = STEP * tiles_x * NN_LANES;

  for (size_t lane = 0; lane < plan->out.lanes; lane += NN_LANES) {
    const size_t channels = nn_winograd_vector_channels (&plan->out, lane);
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
point_at_gradient_rows (const NnWinograd        *conv,
                        const NnWinogradPlan    *plan,
                        size_t                   lane,
                        int                      ty,
                        const NnWinogradScratch *scratch,
                        float                   *image,
                        NnWinogradRow            rows[TILE])
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
write_gradient_rows (const NnWinograd     *conv,
                     const NnWinogradPlan *plan,
                     size_t                lane,
                     int                   ty,
                     const float          *strip,
                     float                *image)
{
  const int n = ty < plan->tiles_y - 1 ? STEP : TILE;

  for (int i = 0; i < n; i++) {
    const int y = STEP * ty + i - conv->padding;

    if (y >= 0 && y < conv->input.height)
      nn_lanes_write_image_row (strip + (size_t) i * plan->strip_row, NN_LANES, conv->input,
                                false, lane, y, image);
  }
}

void
nn_winograd_tiles_to_input_gradient (const NnWinograd        *conv,
                                     const NnWinogradPlan    *plan,
                                     size_t                   first,
                                     size_t                   count,
                                     const NnWinogradScratch *scratch,
                                     float                   *dx)
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
