/* nn-pooling.c - max-pool and average-pool
 *
 * Windows that would reach over the lower or right edge are left out, as is
 * usual.  Max-pool saves for each output which of its window's inputs won
 * (the first among equals), one byte each.  Values that differ by no more
 * than rounding count as equal there: where a picture is flat, the gradient
 * must not wander with the last bits of a convolution.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"

/* Relative; a convolution's rounding is a few 1e-6 of its largest output. */
#define ROUNDING 0x1p-16f

enum { SIZE, STRIDE };

static const NnParam params[] = {
  [SIZE] = { "size", N_("Window size"), NN_PARAM_INTEGER, 1, 15, 2 },
  [STRIDE] = { "stride", N_("Stride (0: the window size)"), NN_PARAM_INTEGER, 0, 15, 0 },
};

static int
stride_of (const NnLayer *layer)
{
  const int stride = (int) layer->values.value[STRIDE];

  return stride != 0 ? stride : (int) layer->values.value[SIZE];
}

static NnStatus
pool_shape (NnLayer *layer,
            NnError *error)
{
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);

  if (layer->input.height < size || layer->input.width < size)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "a %d x %d window does not fit the %d x %d input",
                         size, size, layer->input.height, layer->input.width);
  layer->output = (NnShape) { layer->input.channels,
                              (layer->input.height - size) / stride + 1,
                              (layer->input.width - size) / stride + 1 };
  return NN_OK;
}

static size_t
max_pool_saved (const NnLayer *layer)
{
  return nn_shape_size (layer->output);
}

/* How much below the largest value of a window counts as equal to it. */
static inline float
least_winner (float largest)
{
  return largest - ROUNDING * (largest < 0.0f ? -largest : largest);
}

/* The largest value of a window and the winner's place i * size + j in it. */
static float
window_maximum (const float *in,
                int          width,
                int          size,
                uint8_t     *place)
{
  float best = in[0];
  int winner = 0;

  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      best = in[i * width + j] > best ? in[i * width + j] : best;
  while (winner < size * size - 1 &&
         in[winner / size * width + winner % size] < least_winner (best))
    winner++;
  *place = (uint8_t) winner;
  return best;
}

/* Windows of two that do not overlap, the common case, in rows: at most
 * ROW_OUTPUTS of them, at least as many as the narrower block has. */
#define ROW_OUTPUTS 256

#define WIDE 8
#define NARROW 4

static bool
is_rows_of_two (const NnLayer *layer)
{
  return layer->values.value[SIZE] == 2 && stride_of (layer) == 2 &&
         layer->output.width >= NARROW && layer->output.width <= ROW_OUTPUTS;
}

typedef float WideRow __attribute__ ((vector_size (4 * WIDE), aligned (4), may_alias));
typedef int32_t WideWords __attribute__ ((vector_size (4 * WIDE), aligned (4), may_alias));
typedef float NarrowRow __attribute__ ((vector_size (4 * NARROW), aligned (4), may_alias));
typedef int32_t NarrowWords __attribute__ ((vector_size (4 * NARROW), aligned (4), may_alias));

/* Every second value of two vectors, from the first or second on; and two
 * vectors of values in turn. */
#define WIDE_EVEN { 0, 2, 4, 6, 8, 10, 12, 14 }
#define WIDE_ODD { 1, 3, 5, 7, 9, 11, 13, 15 }
#define WIDE_LOW { 0, 8, 1, 9, 2, 10, 3, 11 }
#define WIDE_HIGH { 4, 12, 5, 13, 6, 14, 7, 15 }
#define NARROW_EVEN { 0, 2, 4, 6 }
#define NARROW_ODD { 1, 3, 5, 7 }
#define NARROW_LOW { 0, 4, 1, 5 }
#define NARROW_HIGH { 2, 6, 3, 7 }

/* Without branches: what vectors are made of.  (a ? b : c of vectors is C++;
 * masks are -1 where a comparison holds.) */
#define SELECT(Words, mask, yes, no) (((mask) & (Words) (yes)) | (~(mask) & (Words) (no)))
#define LARGER(Row, Words, a, b) ((Row) SELECT (Words, (b) > (a), b, a))

/* A block of outputs from two rows of inputs. */
#define DEFINE_POOL_BLOCK(name, N, Row, Words, EVEN, ODD) \
  static inline NN_ALWAYS_INLINE void \
  name (const float *in, \
        int          width, \
        float       *y, \
        int32_t     *places) \
  { \
    const Row upper0 = *(const Row *) in; \
    const Row upper1 = *(const Row *) (in + N); \
    const Row lower0 = *(const Row *) (in + width); \
    const Row lower1 = *(const Row *) (in + width + N); \
    const Row a = __builtin_shuffle (upper0, upper1, (Words) EVEN); \
    const Row b = __builtin_shuffle (upper0, upper1, (Words) ODD); \
    const Row c = __builtin_shuffle (lower0, lower1, (Words) EVEN); \
    const Row d = __builtin_shuffle (lower0, lower1, (Words) ODD); \
    const Row upper = LARGER (Row, Words, a, b); \
    const Row lower = LARGER (Row, Words, c, d); \
    const Row best = LARGER (Row, Words, upper, lower); \
    const Row size = LARGER (Row, Words, best, -best); \
    const Row least = best - ROUNDING * size; \
    const Words in_upper = (a < least) & 1; \
    const Words in_lower = 2 + ((c < least) & 1); \
\
    *(Row *) y = best; \
    *(Words *) places = SELECT (Words, upper < least, in_lower, in_upper); \
  }

DEFINE_POOL_BLOCK (pool_wide, WIDE, WideRow, WideWords, WIDE_EVEN, WIDE_ODD)
DEFINE_POOL_BLOCK (pool_narrow, NARROW, NarrowRow, NarrowWords, NARROW_EVEN, NARROW_ODD)

/* Two rows of dx from a block of dy. */
#define DEFINE_SPREAD_BLOCK(name, N, Words, LOW, HIGH) \
  static inline NN_ALWAYS_INLINE void \
  name (const float   *dy, \
        const int32_t *places, \
        int            width, \
        float         *dx) \
  { \
    const Words bits = *(const Words *) dy; \
    const Words place = *(const Words *) places; \
    const Words a = bits & (place == 0); \
    const Words b = bits & (place == 1); \
    const Words c = bits & (place == 2); \
    const Words d = bits & (place == 3); \
\
    *(Words *) dx = __builtin_shuffle (a, b, (Words) LOW); \
    *(Words *) (dx + N) = __builtin_shuffle (a, b, (Words) HIGH); \
    *(Words *) (dx + width) = __builtin_shuffle (c, d, (Words) LOW); \
    *(Words *) (dx + width + N) = __builtin_shuffle (c, d, (Words) HIGH); \
  }

DEFINE_SPREAD_BLOCK (spread_wide, WIDE, WideWords, WIDE_LOW, WIDE_HIGH)
DEFINE_SPREAD_BLOCK (spread_narrow, NARROW, NarrowWords, NARROW_LOW, NARROW_HIGH)

/* Where the block of `size` outputs that is due at `next` starts: the last one
 * of a row lies over the one before it. */
static inline NN_ALWAYS_INLINE int
block_at (int next,
          int size,
          int outputs)
{
  return next + size <= outputs ? next : outputs - size;
}

NN_KERNEL static void
max_pool_rows_of_two (const float *restrict in,
                      int                   width,
                      int                   rows,
                      int                   outputs,
                      float *restrict       y,
                      uint8_t *restrict     place)
{
  int32_t places[ROW_OUTPUTS];

  for (int row = 0; row < rows; row++) {
    const int start = row * outputs;
    const float *from = in + 2 * row * width;

    for (int next = 0; outputs >= WIDE && next < outputs; next += WIDE) {
      const int o = block_at (next, WIDE, outputs);

      pool_wide (from + 2 * o, width, y + start + o, places + start + o);
    }
    for (int next = 0; outputs < WIDE && next < outputs; next += NARROW) {
      const int o = block_at (next, NARROW, outputs);

      pool_narrow (from + 2 * o, width, y + start + o, places + start + o);
    }
  }
  for (int o = 0; o < rows * outputs; o++)
    place[o] = (uint8_t) places[o];
}

NN_KERNEL static void
spread_rows_of_two (const float *restrict   dy,
                    const uint8_t *restrict place,
                    int                     width,
                    int                     rows,
                    int                     outputs,
                    float *restrict         dx)
{
  int32_t places[ROW_OUTPUTS];

  for (int o = 0; o < rows * outputs; o++)
    places[o] = place[o];
  for (int row = 0; row < rows; row++) {
    const int start = row * outputs;
    float *to = dx + 2 * row * width;

    for (int next = 0; outputs >= WIDE && next < outputs; next += WIDE) {
      const int o = block_at (next, WIDE, outputs);

      spread_wide (dy + start + o, places + start + o, width, to + 2 * o);
    }
    for (int next = 0; outputs < WIDE && next < outputs; next += NARROW) {
      const int o = block_at (next, NARROW, outputs);

      spread_narrow (dy + start + o, places + start + o, width, to + 2 * o);
    }
  }
}

/* Output rows of the next call from row `first` on. */
static int
rows_of_two (const NnLayer *layer,
             int            first)
{
  const int most = ROW_OUTPUTS / layer->output.width;
  const int left = layer->output.height - first;

  return left < most ? left : most;
}

static void
max_pool_forward (const NnLayer     *layer,
                  const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const bool of_two = is_rows_of_two (layer);
  uint8_t unused[ROW_OUTPUTS];
  size_t o = 0;
  int rows = 1;

  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy += rows) {
      const float *in = call->x + ((size_t) c * (size_t) layer->input.height +
                                   (size_t) (oy * stride)) * (size_t) width;

      if (of_two) {
        rows = rows_of_two (layer, oy);
        max_pool_rows_of_two (in, width, rows, out.width, call->y + o,
                              call->saved != NULL ? call->saved + o : unused);
        o += (size_t) rows * (size_t) out.width;
        continue;
      }
      for (int ox = 0; ox < out.width; ox++, o++)
        call->y[o] = window_maximum (in + ox * stride, width, size,
                                     call->saved != NULL ? &call->saved[o] : unused);
    }
}

static void
max_pool_backward (const NnLayer     *layer,
                   const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const bool of_two = is_rows_of_two (layer);
  size_t o = 0;
  int rows = 1;

  if (call->dx == NULL)
    return;
  if (!of_two || layer->input.height % 2 != 0 || width % 2 != 0)
    memset (call->dx, 0, sizeof (float) * nn_shape_size (layer->input));
  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy += rows) {
      float *dx = call->dx + ((size_t) c * (size_t) layer->input.height +
                              (size_t) (oy * stride)) * (size_t) width;

      if (of_two) {
        rows = rows_of_two (layer, oy);
        spread_rows_of_two (call->dy + o, call->saved + o, width, rows, out.width, dx);
        o += (size_t) rows * (size_t) out.width;
        continue;
      }
      for (int ox = 0; ox < out.width; ox++, o++) {
        const int place = call->saved[o];

        dx[ox * stride + place / size * width + place % size] += call->dy[o];
      }
    }
}

static void
average_pool_forward (const NnLayer     *layer,
                      const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const float share = 1.0f / (float) (size * size);
  size_t o = 0;

  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++, o++) {
        const float *in = call->x + ((size_t) c * (size_t) layer->input.height +
                                     (size_t) (oy * stride)) * (size_t) width + ox * stride;
        float sum = 0.0f;

        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++)
            sum += in[i * width + j];
        call->y[o] = sum * share;
      }
}

static void
average_pool_backward (const NnLayer     *layer,
                       const NnLayerCall *call)
{
  const NnShape out = layer->output;
  const int size = (int) layer->values.value[SIZE];
  const int stride = stride_of (layer);
  const int width = layer->input.width;
  const float share = 1.0f / (float) (size * size);
  size_t o = 0;

  if (call->dx == NULL)
    return;
  memset (call->dx, 0, sizeof (float) * nn_shape_size (layer->input));
  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++, o++) {
        float *dx = call->dx + ((size_t) c * (size_t) layer->input.height +
                                (size_t) (oy * stride)) * (size_t) width + ox * stride;

        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++)
            dx[i * width + j] += share * call->dy[o];
      }
}

const NnLayerOps nn_max_pool_ops = {
  .kind = {
    .name = "max-pool",
    .title = N_("Max pooling"),
    .summary = N_("The largest value of each square window"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .shape = pool_shape,
  .saved_bytes = max_pool_saved,
  .forward = max_pool_forward,
  .backward = max_pool_backward,
};

const NnLayerOps nn_average_pool_ops = {
  .kind = {
    .name = "average-pool",
    .title = N_("Average pooling"),
    .summary = N_("The mean of each square window"),
    .params = params,
    .n_params = sizeof params / sizeof params[0],
  },
  .shape = pool_shape,
  .forward = average_pool_forward,
  .backward = average_pool_backward,
};
