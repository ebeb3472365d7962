/* nn-integer-dot.c - conv2d and linear on integer codes
 *
 * Weights are packed once, in the order in which a window lies in memory:
 * (row, column, channel), padded channels and borders with weight 0.  A
 * convolution takes a tile of positions at a time, so that the sums stay in
 * the first-level cache; a linear layer takes a block of images, and its
 * weights in stretches that stay in the second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-integer-private.h"

/* Positions of one tile of a convolution: whole tiles of every kernel. */
#define TILE 48

/* Groups of a linear layer's weights that are multiplied with all images
 * before the next: 64 outputs of them are 64 KiB. */
#define STRETCH 256

/* ---- running ------------------------------------------------------------------ */

static void
store_tile (const NnIntegerJob  *job,
            const NnIntegerStep *step,
            size_t               image,
            const int32_t       *sums,
            size_t               first,
            size_t               positions)
{
  const NnIntegerDot *self = step->dot;
  void *out = nn_integer_at (job, step->output, image);

  if (self->targets == NULL) {
    nn_values_from_sums (sums, &self->fold, positions, (size_t) step->layer->output.channels,
                         self->positions, (float *) out + first);
    return;
  }

  const size_t stride = (size_t) job->net->places[step->output].codes.stride;
  const NnCodesTarget target = { out, self->targets + first, positions, stride };
  NnResidual residual;

  if (self->residual != NULL)
    residual = (NnResidual) { nn_integer_at (job, step->second, image), self->residual + first,
                              self->residual_factor };
  job->net->kernel->codes_from_sums (sums, &self->fold,
                                     self->residual != NULL ? &residual : NULL, self->top,
                                     &target);
}

static void
run_convolution (const NnIntegerJob  *job,
                 const NnIntegerStep *step,
                 size_t               image)
{
  const NnIntegerDot *self = step->dot;
  NnInt8Dot dot = self->dot;

  dot.codes = nn_integer_at (job, step->input, image);
  dot.sums = job->sums;
  for (size_t first = 0; first < self->positions; first += TILE) {
    const size_t left = self->positions - first;

    dot.positions = left < TILE ? left : TILE;
    dot.offsets = self->windows + first;
    job->net->kernel->run (&dot);
    store_tile (job, step, image, dot.sums, first, dot.positions);
  }
}

static void
store_block (const NnIntegerJob  *job,
             const NnIntegerStep *step,
             const int32_t       *sums)
{
  const NnIntegerDot *self = step->dot;
  const NnIntegerPlace *place = &job->net->places[step->output];
  const size_t channels = (size_t) step->layer->output.channels;

  if (self->targets != NULL) {
    const NnCodesTarget target = { nn_integer_at (job, step->output, 0), self->targets,
                                   job->images, (size_t) place->codes.stride };

    job->net->kernel->codes_from_sums (sums, &self->fold, NULL, self->top, &target);
    return;
  }
  for (size_t i = 0; i < job->images; i++)
    nn_values_from_sums (sums + i * self->fold.lanes, &self->fold, 1, channels, 1,
                         nn_integer_at (job, step->output, i));
}

static void
run_linear (const NnIntegerJob  *job,
            const NnIntegerStep *step,
            size_t               image)
{
  const NnIntegerDot *self = step->dot;
  NnInt8Dot dot = self->dot;

  dot.sums = job->sums;
  dot.positions = job->images;
  dot.offsets = self->windows;
  for (size_t group = 0; group < self->dot.groups; group += STRETCH) {
    const size_t left = self->dot.groups - group;

    dot.codes = (const uint8_t *) nn_integer_at (job, step->input, image) + group * NN_INT8_GROUP;
    dot.weights = self->dot.weights + group * NN_INT8_GROUP * NN_INT8_LANES;
    dot.groups = left < STRETCH ? left : STRETCH;
    dot.add = group > 0;
    job->net->kernel->run (&dot);
  }
  store_block (job, step, dot.sums);
}

/* ---- packing ------------------------------------------------------------------ */

/* Which weight of a row (out of the model's order) each code of a window is
 * multiplied with; -1: none.  Returns the number of codes. */
typedef struct
{
  int   *weight;
  size_t n;
} WindowOrder;

static void
order_convolution (const NnLayer       *layer,
                   const NnCodesLayout *in,
                   WindowOrder         *order)
{
  const int kernel = nn_integer_param (layer, "kernel");

  for (int i = 0; i < kernel; i++)
    for (int j = 0; j < kernel; j++)
      for (int c = 0; c < in->stride; c++)
        order->weight[order->n++] = c < in->shape.channels ? (c * kernel + i) * kernel + j : -1;
}

/* A linear layer sees what was flattened as (channel, row, column). */
static void
order_linear (const NnCodesLayout *in,
              WindowOrder         *order)
{
  const NnShape shape = in->shape;

  for (int y = -in->border; y < shape.height + in->border; y++)
    for (int x = -in->border; x < shape.width + in->border; x++)
      for (int c = 0; c < in->stride; c++) {
        const bool inside = y >= 0 && y < shape.height && x >= 0 && x < shape.width &&
                            c < shape.channels;

        order->weight[order->n++] = inside ? (c * shape.height + y) * shape.width + x : -1;
      }
}

/* Row `rows` of the outputs, where the grid has an offset, sums the codes. */
static int8_t
weight_at (const NnWeightCodes *codes,
           size_t               row,
           int                  weight)
{
  if (weight < 0 || row > codes->rows || (row == codes->rows && !codes->has_offset))
    return 0;
  return row == codes->rows ? 1 : codes->code[row * codes->length + (size_t) weight];
}

static void
pack (const NnWeightCodes *codes,
      const WindowOrder   *order,
      size_t               blocks,
      int8_t              *out)
{
  for (size_t block = 0; block < blocks; block++)
    for (size_t first = 0; first < order->n; first += NN_INT8_GROUP)
      for (size_t lane = 0; lane < NN_INT8_LANES; lane++)
        for (size_t i = 0; i < NN_INT8_GROUP; i++)
          *out++ = weight_at (codes, block * NN_INT8_LANES + lane, order->weight[first + i]);
}

/* ---- building ----------------------------------------------------------------- */

/* Where the grid has an offset, one more output sums the codes. */
static size_t
blocks_of (const NnWeightCodes *codes)
{
  return (codes->rows + codes->has_offset + NN_INT8_LANES - 1) / NN_INT8_LANES;
}

static NnStatus
build_weights (NnIntegerNet        *net,
               const NnWeightCodes *codes,
               const NnLayer       *layer,
               const NnCodesLayout *in,
               NnIntegerDot        *self,
               NnError             *error)
{
  const bool is_linear = layer->ops == &nn_linear_ops;
  const size_t kernel = is_linear ? 0 : (size_t) nn_integer_param (layer, "kernel");
  const size_t length = is_linear ? nn_codes_bytes (in) : kernel * kernel * (size_t) in->stride;
  const size_t blocks = blocks_of (codes);
  int8_t *packed = nn_integer_allocate (net, blocks * NN_INT8_LANES * length, error);
  WindowOrder order = { nn_integer_allocate (net, length * sizeof (int), error), 0 };

  if (packed == NULL || order.weight == NULL)
    return NN_ERROR_MEMORY;
  if (is_linear)
    order_linear (in, &order);
  else
    order_convolution (layer, in, &order);
  pack (codes, &order, blocks, packed);
  self->dot = (NnInt8Dot) {
    .runs = is_linear ? 1 : kernel,
    .run_stride = (size_t) (in->shape.width + 2 * in->border) * (size_t) in->stride,
    .groups = (is_linear ? length : kernel * (size_t) in->stride) / NN_INT8_GROUP,
    .weights = packed,
    .weight_stride = NN_INT8_LANES * length,
    .blocks = blocks,
    .together = nn_int8_together (in->top, codes->magnitude),
  };
  return NN_OK;
}

NnStatus
nn_integer_fold_build (NnIntegerNet          *net,
                       const NnWeightCodes   *codes,
                       const NnIntegerAffine *affine,
                       double                 in_scale,
                       const NnIntegerPlace  *output,
                       NnFold                *fold,
                       NnError               *error)
{
  const size_t lanes = blocks_of (codes) * NN_INT8_LANES;
  const double per = output->is_codes ? 1 / (double) output->codes.scale : 1;
  float *numbers = nn_integer_allocate (net, 3 * lanes * sizeof (float), error);

  if (numbers == NULL)
    return NN_ERROR_MEMORY;
  for (size_t c = 0; c < codes->rows; c++) {
    const double factor = affine->factor[c] * in_scale * per;

    numbers[c] = (float) (factor * (double) codes->step[c]);
    numbers[lanes + c] = (float) (affine->summand[c] * per);
    numbers[2 * lanes + c] = (float) (factor * (double) codes->offset[c]);
  }
  *fold = (NnFold) {
    .lanes = lanes,
    .factor = numbers,
    .summand = numbers + lanes,
    .correction = codes->has_offset ? numbers + 2 * lanes : NULL,
    .codes_lane = codes->has_offset ? codes->rows : 0,
  };
  return NN_OK;
}

static NnStatus
build_linear_offsets (NnIntegerNet         *net,
                      const NnIntegerPlace *input,
                      const NnIntegerPlace *output,
                      NnIntegerDot         *self,
                      NnError              *error)
{
  self->positions = NN_INTEGER_BLOCK;
  self->windows = nn_integer_allocate (net, 2 * NN_INTEGER_BLOCK * sizeof (uint32_t), error);
  if (self->windows == NULL)
    return NN_ERROR_MEMORY;
  if (output->is_codes)
    self->targets = self->windows + NN_INTEGER_BLOCK;
  for (size_t i = 0; i < NN_INTEGER_BLOCK; i++) {
    self->windows[i] = (uint32_t) (i * input->bytes);
    if (output->is_codes)
      self->targets[i] = (uint32_t) (i * output->bytes + nn_codes_offset (&output->codes, 0, 0));
  }
  return NN_OK;
}

static NnStatus
build_convolution_offsets (NnIntegerNet         *net,
                           const NnLayer        *layer,
                           const NnIntegerPlace *input,
                           const NnIntegerPlace *output,
                           NnIntegerDot         *self,
                           NnError              *error)
{
  const int stride = nn_integer_param (layer, "stride");
  const int padding = nn_integer_param (layer, "padding");
  const NnShape out = layer->output;

  self->positions = (size_t) out.height * (size_t) out.width;
  self->windows = nn_integer_allocate (net, self->positions * sizeof (uint32_t), error);
  if (self->windows == NULL)
    return NN_ERROR_MEMORY;
  for (int y = 0; y < out.height; y++)
    for (int x = 0; x < out.width; x++)
      self->windows[y * out.width + x] =
        (uint32_t) nn_codes_offset (&input->codes, y * stride - padding, x * stride - padding);
  if (!output->is_codes)
    return NN_OK;
  self->targets = nn_integer_positions (net, &output->codes, error);
  return self->targets != NULL ? NN_OK : NN_ERROR_MEMORY;
}

static NnStatus
build_residual (NnIntegerNet         *net,
                const NnIntegerPlace *second,
                const NnIntegerPlace *output,
                NnIntegerDot         *self,
                NnError              *error)
{
  self->residual = nn_integer_positions (net, &second->codes, error);
  self->residual_factor = second->codes.scale / output->codes.scale;
  return self->residual != NULL ? NN_OK : NN_ERROR_MEMORY;
}

static void
want_sums (NnIntegerNet       *net,
           const NnIntegerDot *self,
           size_t              positions)
{
  const size_t bytes = positions * self->fold.lanes * sizeof (int32_t);

  net->sums_bytes = bytes > net->sums_bytes ? bytes : net->sums_bytes;
}

NnStatus
nn_integer_dot_build (NnIntegerNet          *net,
                      const NnWeightCodes   *codes,
                      const NnIntegerAffine *affine,
                      NnIntegerStep         *step,
                      NnError               *error)
{
  const NnIntegerPlace *input = &net->places[step->input];
  const NnIntegerPlace *output = &net->places[step->output];
  const bool is_linear = step->layer->ops == &nn_linear_ops;
  NnIntegerDot *self = nn_integer_allocate (net, sizeof *self, error);
  NnStatus status;

  if (self == NULL)
    return NN_ERROR_MEMORY;
  status = build_weights (net, codes, step->layer, &input->codes, self, error);
  if (status == NN_OK)
    status = nn_integer_fold_build (net, codes, affine, (double) input->codes.scale, output,
                                    &self->fold, error);
  self->top = (float) output->codes.top;
  if (status == NN_OK)
    status = is_linear ? build_linear_offsets (net, input, output, self, error)
                       : build_convolution_offsets (net, step->layer, input, output, self, error);
  if (status == NN_OK && step->second > 0)
    status = build_residual (net, &net->places[step->second], output, self, error);
  if (status != NN_OK)
    return status;
  want_sums (net, self, is_linear ? NN_INTEGER_BLOCK : TILE);
  step->dot = self;
  step->whole = is_linear;
  step->run = is_linear ? run_linear : run_convolution;
  return NN_OK;
}
