/* nn-mask.c - ranking pixels and replacing them
 *
 * A random fill is drawn by a pixel's rank, not by its place: the numbers of
 * the first ranks stay the same when more pixels are masked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-mask.h"

#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-order.h"
#include "nn-words.h"
#include "nn/nn-rng.h"

/* Names of an enumeration, by value. */
typedef struct
{
  const char *name;
  const char *title;
} Named;

static const Named rankings[] = {
  [NN_RANKING_MAGNITUDE] = { "magnitude", N_("Magnitude") },
  [NN_RANKING_SIGNED] = { "signed", N_("Signed value") },
};

static const Named fills[NN_N_FILLS] = {
  [NN_FILL_UNIFORM] = { "uniform", N_("Uniform noise") },
  [NN_FILL_MEAN] = { "mean", N_("Channel mean") },
  [NN_FILL_BACKGROUND] = { "background", N_("Background") },
  [NN_FILL_BLACK] = { "black", N_("Black") },
};

#define N_RANKINGS (sizeof rankings / sizeof rankings[0])

const char *
nn_ranking_name (NnRanking ranking)
{
  return (size_t) ranking < N_RANKINGS ? rankings[ranking].name : NULL;
}

const char *
nn_ranking_title (NnRanking ranking)
{
  return (size_t) ranking < N_RANKINGS ? rankings[ranking].title : NULL;
}

const char *
nn_fill_name (NnFill fill)
{
  return (size_t) fill < NN_N_FILLS ? fills[fill].name : NULL;
}

const char *
nn_fill_title (NnFill fill)
{
  return (size_t) fill < NN_N_FILLS ? fills[fill].title : NULL;
}

/* scores += value or |value| of one channel (n). */
NN_KERNEL static void
add_channel (const float    *channel,
             size_t          n,
             uint32_t        sign_kept,
             float *restrict scores)
{
  for (size_t p = 0; p < n; p++) {
    uint32_t bits;
    float value;

    memcpy (&bits, &channel[p], sizeof bits);
    bits &= sign_kept;
    memcpy (&value, &bits, sizeof value);
    scores[p] += value;
  }
}

void
nn_mask_scores (const float *map,
                NnShape      shape,
                NnRanking    ranking,
                float       *scores)
{
  const size_t plane = (size_t) shape.height * (size_t) shape.width;
  const uint32_t sign_kept = ranking == NN_RANKING_MAGNITUDE ? 0x7fffffffu : 0xffffffffu;

  memset (scores, 0, plane * sizeof *scores);
  for (int c = 0; c < shape.channels; c++)
    add_channel (map + (size_t) c * plane, plane, sign_kept, scores);
  if (shape.channels > 1) {
    for (size_t p = 0; p < plane; p++)
      scores[p] /= (float) shape.channels;
  }
}

/* Keys whose order as integers is that of the scores as numbers: a negative
 * number has all bits turned, any other its sign.  Adding 0 makes the two
 * zeros equal. */
NN_KERNEL static void
compute_keys (const float       *scores,
              size_t             n,
              uint32_t           turned,
              uint32_t *restrict keys)
{
  for (size_t i = 0; i < n; i++) {
    const float score = scores[i] + 0.0f;
    uint32_t bits;

    memcpy (&bits, &score, sizeof bits);
    keys[i] = bits ^ ((0 - (bits >> 31)) | 0x80000000u) ^ turned;
  }
}

void
nn_mask_order (const float *scores,
               size_t       n,
               bool         descending,
               uint32_t    *order,
               uint32_t    *scratch)
{
  compute_keys (scores, n, descending ? 0xffffffffu : 0, scratch);
  nn_order_keys (scratch, n, order, scratch + n);
}

void
nn_mask_random_order (size_t    n,
                      uint64_t  seed,
                      uint64_t  sample,
                      uint32_t *order)
{
  for (size_t i = 0; i < n; i++)
    order[i] = (uint32_t) i;
  nn_rng_shuffle (seed, nn_rng_stream (NN_RANDOM_ORDER, 0, sample), order, n);
}

/* One fill: value + width * u, with u uniform in [0, 1). */
typedef struct
{
  float value;
  float width;
} Paint;

static Paint
paint_uniform (const float *channel,
               size_t       n,
               float        black)
{
  float lowest = channel[0];
  float highest = channel[0];

  for (size_t p = 1; p < n; p++) {
    lowest = channel[p] < lowest ? channel[p] : lowest;
    highest = channel[p] > highest ? channel[p] : highest;
  }
  return (Paint) { lowest, highest - lowest };
}

static Paint
paint_mean (const float *channel,
            size_t       n,
            float        black)
{
  double sum = 0;

  for (size_t p = 0; p < n; p++)
    sum += channel[p];
  return (Paint) { (float) (sum / (double) n), 0 };
}

static Paint
paint_background (const float *channel,
                  size_t       n,
                  float        black)
{
  return (Paint) { channel[0], 0 };
}

static Paint
paint_black (const float *channel,
             size_t       n,
             float        black)
{
  return (Paint) { black, 0 };
}

typedef Paint (*PaintChannel) (const float *channel,
                               size_t       n,
                               float        black);

static const PaintChannel paints[NN_N_FILLS] = {
  [NN_FILL_UNIFORM] = paint_uniform,
  [NN_FILL_MEAN] = paint_mean,
  [NN_FILL_BACKGROUND] = paint_background,
  [NN_FILL_BLACK] = paint_black,
};

/* Replaces the pixels order[0 .. count - 1] of one channel by uniform noise;
 * `counter` is the first block of the stream for this channel. */
static void
apply_noise (Paint           paint,
             const uint32_t *order,
             size_t          count,
             uint64_t        seed,
             uint64_t        stream,
             uint64_t        counter,
             float          *channel)
{
  uint32_t words[4];

  for (size_t rank = 0; rank < count; rank++) {
    if (rank % 4 == 0)
      nn_rng_block (seed, stream, counter + rank / 4, words);
    channel[order[rank]] = paint.value + paint.width * (float) (words[rank % 4] >> 8) * 0x1p-24f;
  }
}

void
nn_mask_apply (const float    *x,
               NnShape         shape,
               const uint32_t *order,
               size_t          count,
               NnFill          fill,
               const float    *black,
               uint64_t        seed,
               uint64_t        step,
               uint64_t        sample,
               float          *masked)
{
  const size_t plane = (size_t) shape.height * (size_t) shape.width;
  const uint64_t stream = nn_rng_stream (NN_RANDOM_FILL, step, sample);

  if (masked != x)
    memcpy (masked, x, nn_shape_size (shape) * sizeof *x);
  for (int c = 0; c < shape.channels; c++) {
    float *channel = masked + (size_t) c * plane;
    const Paint paint = paints[fill] (channel, plane, fill == NN_FILL_BLACK ? black[c] : 0);

    if (fill == NN_FILL_UNIFORM) {
      apply_noise (paint, order, count, seed, stream,
                   (uint64_t) c * ((plane + 3) / 4), channel);
    } else {
      for (size_t rank = 0; rank < count; rank++)
        channel[order[rank]] = paint.value;
    }
  }
}
