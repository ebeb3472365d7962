/* nn-integer-winograd.c - 3 x 3 convolutions of codes by tiles of 2 x 2 outputs
 *
 * The transforms are exact (see nn-int8-winograd.h), so that the codes are
 * those of the plain convolution; the factor of four is taken back by the
 * fold, a power of two that costs no bit.  A max-pool of the same tiles takes
 * the largest sum, so that only what it keeps is rounded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-int8-tiles.h"

#include "nn-integer-private.h"

/* Tiles that are transformed together: they stay in the first-level cache
 * where the channels are few.  As many as every kernel takes whole. */
#define TILES 24

/* Channels below which the transforms cost more than they save. */
#define MIN_CHANNELS 16

#define OUTPUTS 4

struct NnIntegerWinograd
{
  size_t    n_tiles;
  uint32_t *tiles;     /* (n_tiles): where each starts in the input           */
  size_t    row_stride;
  size_t    stride;    /* bytes of one position of the input                  */
  int       in_top;
  int8_t   *weights;   /* as in NnInt8Tiles, and so is                        */
  int32_t  *start;     /* what takes back what codes were raised by           */
  int       together;
  size_t    per_tile;  /* outputs: 4, or 1 where the largest is taken         */
  uint32_t *targets;   /* (n_tiles per_tile)                                  */
  uint32_t *residual;  /* the same in the second input, or NULL               */
  float     residual_factor;
  NnFold    fold;
  float     top;
};

/* ---- running ------------------------------------------------------------------ */

/* One block of tiles in the thread's memory. */
typedef struct
{
  uint8_t *codes; /* (TILES, 16, stride)                                      */
  int32_t *sums;  /* (TILES per_tile, lanes)                                  */
  size_t   first;
  size_t   n;
} Block;

static Block
block_at (const NnIntegerWinograd *self,
          void                    *memory,
          size_t                   first)
{
  const size_t left = self->n_tiles - first;
  uint8_t *codes = memory;

  return (Block) {
    .codes = codes,
    .sums = (int32_t *) (codes + NN_INT8_WINOGRAD_ELEMENTS * TILES * self->stride),
    .first = first,
    .n = left < TILES ? left : TILES,
  };
}

/* A tile is read column by column, so that its elements lie so. */
static void
transform_codes (const NnIntegerWinograd *self,
                 const uint8_t           *x,
                 const Block             *block)
{
  const size_t stride = self->stride;

  for (size_t i = 0; i < block->n; i++)
    nn_int8_winograd_codes (x + self->tiles[block->first + i], stride, self->row_stride, stride,
                            self->in_top, block->codes + i * NN_INT8_WINOGRAD_ELEMENTS * stride,
                            stride);
}

static void
multiply (const NnIntegerJob      *job,
          const NnIntegerWinograd *self,
          const Block             *block)
{
  const NnInt8Tiles tiles = {
    .codes = block->codes,
    .tiles = block->n,
    .groups = self->stride / NN_INT8_GROUP,
    .weights = self->weights,
    .blocks = self->fold.lanes / NN_INT8_LANES,
    .start = self->start,
    .sums = block->sums,
    .largest = self->per_tile == 1,
    .together = self->together,
  };

  job->net->kernel->run_tiles (&tiles);
}

static void
store (const NnIntegerJob  *job,
       const NnIntegerStep *step,
       size_t               image,
       const Block         *block)
{
  const NnIntegerWinograd *self = step->winograd;
  const size_t start = block->first * self->per_tile;
  const NnCodesTarget target = {
    .codes = nn_integer_at (job, step->output, image),
    .offsets = self->targets + start,
    .positions = block->n * self->per_tile,
    .stride = (size_t) job->net->places[step->output].codes.stride,
  };
  NnResidual residual;

  if (self->residual != NULL)
    residual = (NnResidual) { nn_integer_at (job, step->second, image), self->residual + start,
                              self->residual_factor };
  job->net->kernel->codes_from_sums (block->sums, &self->fold,
                                     self->residual != NULL ? &residual : NULL, self->top,
                                     &target);
}

static void
run_winograd (const NnIntegerJob  *job,
              const NnIntegerStep *step,
              size_t               image)
{
  const NnIntegerWinograd *self = step->winograd;

  for (size_t first = 0; first < self->n_tiles; first += TILES) {
    const Block block = block_at (self, job->sums, first);

    transform_codes (self, nn_integer_at (job, step->input, image), &block);
    multiply (job, self, &block);
    store (job, step, image, &block);
  }
}

/* ---- building ----------------------------------------------------------------- */

/* The kernel of output `row` over channel `c`; the row behind the last sums
 * the codes. */
static void
transform_kernel (const NnWeightCodes *codes,
                  size_t               row,
                  size_t               c,
                  int                 *transformed)
{
  static const int8_t ones[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };

  nn_int8_winograd_weights (row < codes->rows ? codes->code + row * codes->length + c * 9 : ones,
                            transformed);
}

bool
nn_integer_winograd_fits (const NnLayer       *layer,
                          const NnWeightCodes *codes,
                          const NnCodesLayout *in)
{
  int transformed[NN_INT8_WINOGRAD_ELEMENTS];

  if (layer->ops != &nn_conv2d_ops || nn_integer_param (layer, "kernel") != 3
      || nn_integer_param (layer, "stride") != 1 || in->top > NN_INT8_WINOGRAD_MAX_TOP
      || in->shape.channels < MIN_CHANNELS
      || layer->output.height % 2 != 0 || layer->output.width % 2 != 0)
    return false;
  for (size_t row = 0; row < codes->rows; row++)
    for (size_t c = 0; c < (size_t) in->shape.channels; c++) {
      transform_kernel (codes, row, c, transformed);
      for (int e = 0; e < NN_INT8_WINOGRAD_ELEMENTS; e++)
        if (transformed[e] < INT8_MIN || transformed[e] > INT8_MAX)
          return false;
    }
  return true;
}

/* Puts a weight where the kernel reads it, and takes back what the code that
 * it meets is raised by. */
static void
place_weight (NnIntegerWinograd *self,
              int                element,
              size_t             row,
              size_t             c,
              int                weight)
{
  const size_t groups = self->stride / NN_INT8_GROUP;
  const size_t block = row / NN_INT8_LANES;
  const size_t lane = row % NN_INT8_LANES;
  const size_t i = (size_t) element / 4;
  const size_t j = (size_t) element % 4;
  const size_t vector = ((block * 4 + j) * groups + c / NN_INT8_GROUP) * 4 + i;

  self->weights[(vector * NN_INT8_LANES + lane) * NN_INT8_GROUP + c % NN_INT8_GROUP] =
    (int8_t) weight;
  self->start[(block * NN_INT8_WINOGRAD_ELEMENTS + 4 * j + i) * NN_INT8_LANES + lane] -=
    weight * nn_int8_winograd_raise (element, self->in_top);
}

static NnStatus
build_weights (NnIntegerNet        *net,
               const NnWeightCodes *codes,
               size_t               channels,
               NnIntegerWinograd   *self,
               NnError             *error)
{
  const size_t outputs = NN_INT8_WINOGRAD_ELEMENTS * self->fold.lanes;
  int magnitude = 0;

  self->weights = nn_integer_allocate (net, outputs * self->stride, error);
  self->start = nn_integer_allocate (net, outputs * sizeof (int32_t), error);
  if (self->weights == NULL || self->start == NULL)
    return NN_ERROR_MEMORY;
  for (size_t row = 0; row < codes->rows + codes->has_offset; row++)
    for (size_t c = 0; c < channels; c++) {
      int transformed[NN_INT8_WINOGRAD_ELEMENTS];

      transform_kernel (codes, row, c, transformed);
      for (int e = 0; e < NN_INT8_WINOGRAD_ELEMENTS; e++) {
        const int size = transformed[e] < 0 ? -transformed[e] : transformed[e];

        place_weight (self, e, row, c, transformed[e]);
        magnitude = size > magnitude ? size : magnitude;
      }
    }
  self->together = nn_int8_together (4 * self->in_top, magnitude);
  return NN_OK;
}

/* Where the outputs of all tiles lie in a value of `layout`, tile by tile. */
static uint32_t *
tile_positions (NnIntegerNet        *net,
                const NnCodesLayout *layout,
                const NnLayer       *layer,
                size_t               per_tile,
                NnError             *error)
{
  const int size = per_tile == 1 ? 1 : 2;
  const int height = layer->output.height / 2;
  const int width = layer->output.width / 2;
  uint32_t *positions = nn_integer_allocate (net, (size_t) (height * width) * per_tile
                                             * sizeof *positions, error);

  if (positions == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int i = 0; i < size * size; i++)
        positions[(size_t) (y * width + x) * per_tile + (size_t) i] =
          (uint32_t) nn_codes_offset (layout, y * size + i / size, x * size + i % size);
  return positions;
}

static NnStatus
build_tiles (NnIntegerNet        *net,
             const NnLayer       *layer,
             const NnCodesLayout *in,
             NnIntegerWinograd   *self,
             NnError             *error)
{
  const int padding = nn_integer_param (layer, "padding");
  const int height = layer->output.height / 2;
  const int width = layer->output.width / 2;

  self->n_tiles = (size_t) height * (size_t) width;
  self->tiles = nn_integer_allocate (net, self->n_tiles * sizeof (uint32_t), error);
  if (self->tiles == NULL)
    return NN_ERROR_MEMORY;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      self->tiles[y * width + x] =
        (uint32_t) nn_codes_offset (in, 2 * y - padding, 2 * x - padding);
  self->row_stride = (size_t) (in->shape.width + 2 * in->border) * self->stride;
  return NN_OK;
}

static NnStatus
build_outputs (NnIntegerNet        *net,
               const NnIntegerStep *step,
               NnIntegerWinograd   *self,
               NnError             *error)
{
  const NnCodesLayout *out = &net->places[step->output].codes;
  const NnCodesLayout *second = &net->places[step->second].codes;

  self->top = (float) out->top;
  self->targets = tile_positions (net, out, step->layer, self->per_tile, error);
  if (self->targets == NULL)
    return NN_ERROR_MEMORY;
  if (step->second == 0)
    return NN_OK;
  self->residual = tile_positions (net, second, step->layer, self->per_tile, error);
  self->residual_factor = second->scale / out->scale;
  return self->residual != NULL ? NN_OK : NN_ERROR_MEMORY;
}

NnStatus
nn_integer_winograd_build (NnIntegerNet          *net,
                           const NnWeightCodes   *codes,
                           const NnIntegerAffine *affine,
                           bool                   pools,
                           NnIntegerStep         *step,
                           NnError               *error)
{
  const NnCodesLayout *in = &net->places[step->input].codes;
  NnIntegerWinograd *self = nn_integer_allocate (net, sizeof *self, error);
  NnStatus status;

  if (self == NULL)
    return NN_ERROR_MEMORY;
  self->stride = (size_t) in->stride;
  self->in_top = in->top;
  self->per_tile = pools ? 1 : OUTPUTS;
  status = nn_integer_fold_build (net, codes, affine, (double) in->scale / 4,
                                  &net->places[step->output], &self->fold, error);
  if (status == NN_OK)
    status = build_weights (net, codes, (size_t) in->shape.channels, self, error);
  if (status == NN_OK)
    status = build_tiles (net, step->layer, in, self, error);
  if (status == NN_OK)
    status = build_outputs (net, step, self, error);
  if (status != NN_OK)
    return status;

  const size_t bytes = TILES * (NN_INT8_WINOGRAD_ELEMENTS * self->stride
                                + self->per_tile * self->fold.lanes * sizeof (int32_t));

  net->sums_bytes = bytes > net->sums_bytes ? bytes : net->sums_bytes;
  step->winograd = self;
  step->run = run_winograd;
  return NN_OK;
}
