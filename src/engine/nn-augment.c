/* nn-augment.c - random variations of training images
 *
 * One image is one job.  Bytes become floats through a table of 256 values a
 * channel, which are those of nn_images_normalise(), so that without any
 * variation the bits are those of nn_images_gather().
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-augment.h"

#include <assert.h>

#include "nn-words.h"
#include "nn/nn-rng.h"

/* What is drawn for one image, a word each. */
enum { DRAW_FLIP, DRAW_RIGHT, DRAW_DOWN, DRAW_CUT_X, DRAW_CUT_Y, N_DRAWS };

/* One call, as the pool's jobs see it. */
typedef struct
{
  const NnAugment     *augment; /* NULL: all images as `view`                 */
  const NnAugmentTime *time;
  NnImageView          view;
  const NnImages      *images;
  const uint32_t      *indices;
  float               *x;
  int                 *labels;
  float                value[NN_MAX_CHANNELS][256];
} Gather;

typedef struct
{
  const char *name;
  const char *title;
} FlipRow;

static const FlipRow flips[] = {
  [NN_FLIP_NONE] = { "none", N_("None") },
  [NN_FLIP_RANDOM] = { "random", N_("At random") },
  [NN_FLIP_ALTERNATING] = { "alternating", N_("Every other epoch") },
};

enum { N_FLIPS = sizeof flips / sizeof flips[0] };

const char *
nn_flip_name (NnFlip flip)
{
  return (size_t) flip < N_FLIPS ? flips[flip].name : NULL;
}

const char *
nn_flip_title (NnFlip flip)
{
  return (size_t) flip < N_FLIPS ? flips[flip].title : NULL;
}

NnStatus
nn_augment_check (const NnAugment *augment,
                  NnShape          shape,
                  NnError         *error)
{
  const int side = shape.height < shape.width ? shape.height : shape.width;

  if ((size_t) augment->flip >= N_FLIPS)
    return nn_error_set (error, NN_ERROR_RANGE, "there is no flip number %d", (int) augment->flip);
  if (augment->translate < 0 || augment->translate >= side)
    return nn_error_set (error, NN_ERROR_RANGE,
                         "images of %d x %d can be translated by 0 to %d pixels, not %d",
                         shape.height, shape.width, side - 1, augment->translate);
  if (augment->crop_padding < 0 || augment->crop_padding >= side)
    return nn_error_set (error, NN_ERROR_RANGE,
                         "images of %d x %d can be padded by 0 to %d pixels, not %d",
                         shape.height, shape.width, side - 1, augment->crop_padding);
  if (augment->translate > 0 && augment->crop_padding > 0)
    return nn_error_set (error, NN_ERROR_RANGE,
                         "translating and cropping both shift the images: one of them must be 0");
  if (augment->cutout < 0 || augment->cutout >= side)
    return nn_error_set (error, NN_ERROR_RANGE,
                         "images of %d x %d can lose a square of 0 to %d pixels, not %d",
                         shape.height, shape.width, side - 1, augment->cutout);
  return NN_OK;
}

/* ---- views ------------------------------------------------------------------ */

/* Where the image is seen at `place`, which lies at most `size` - 1 beyond it;
 * the edge itself is not repeated.  -1: beyond, and not reflected. */
static inline int
reflect (int  place,
         int  size,
         bool black_beyond)
{
  if (place >= 0 && place < size)
    return place;
  if (black_beyond)
    return -1;
  return place < 0 ? -place : 2 * (size - 1) - place;
}

static void
view_row (const uint8_t     *in,
          int                width,
          const NnImageView *view,
          const float       *value,
          float             *out)
{
  if (!view->mirrored && view->right == 0) {
    for (int x = 0; x < width; x++)
      out[x] = value[in[x]];
    return;
  }
  for (int x = 0; x < width; x++) {
    const int place = (view->mirrored ? width - 1 - x : x) + view->right;
    const int column = reflect (place, width, view->black_beyond);

    out[x] = value[column >= 0 ? in[column] : 0];
  }
}

static void
view_plane (const uint8_t     *in,
            const NnImages    *images,
            const NnImageView *view,
            const float       *value,
            float             *out)
{
  for (int y = 0; y < images->height; y++) {
    const int row = reflect (y + view->down, images->height, view->black_beyond);
    float *line = out + (size_t) y * (size_t) images->width;

    if (row >= 0) {
      view_row (in + (size_t) row * (size_t) images->width, images->width, view, value, line);
      continue;
    }
    for (int x = 0; x < images->width; x++)
      line[x] = value[0];
  }
}

/* ---- what is drawn for an image ---------------------------------------------- */

/* 0 .. n - 1, from a word. */
static int
below (uint32_t word,
       int      n)
{
  return (int) (((uint64_t) word * (uint64_t) n) >> 32);
}

/* Whether image `index` is mirrored in even epochs. */
static bool
flips_first (uint64_t seed,
             size_t   index)
{
  uint32_t words[4];

  nn_rng_block (seed, nn_rng_stream (NN_RANDOM_FLIP, index >> 24, index), 0, words);
  return words[0] >> 31;
}

static NnImageView
draw_view (const Gather   *gather,
           size_t          index,
           const uint32_t *draws)
{
  const NnAugment *augment = gather->augment;
  const NnAugmentTime *time = gather->time;
  const int reach = augment->translate > 0 ? augment->translate : augment->crop_padding;
  NnImageView view = {
    .black_beyond = augment->translate == 0,
    .right = below (draws[DRAW_RIGHT], 2 * reach + 1) - reach,
    .down = below (draws[DRAW_DOWN], 2 * reach + 1) - reach,
  };

  if (augment->flip == NN_FLIP_RANDOM)
    view.mirrored = draws[DRAW_FLIP] >> 31;
  else if (augment->flip == NN_FLIP_ALTERNATING)
    view.mirrored = flips_first (time->seed, index) != (time->epoch % 2 != 0);
  return view;
}

static int
clamp (int value,
       int most)
{
  return value < 0 ? 0 : value > most ? most : value;
}

static void
cut_square (const Gather   *gather,
            const uint32_t *draws,
            float          *image)
{
  const int height = gather->images->height;
  const int width = gather->images->width;
  const int side = gather->augment->cutout;
  const int top = below (draws[DRAW_CUT_Y], height) - side / 2;
  const int left = below (draws[DRAW_CUT_X], width) - side / 2;

  for (int c = 0; c < gather->images->channels; c++)
    for (int y = clamp (top, height); y < clamp (top + side, height); y++)
      for (int x = clamp (left, width); x < clamp (left + side, width); x++)
        image[((size_t) c * (size_t) height + (size_t) y) * (size_t) width + (size_t) x] = 0.0f;
}

/* ---- gathering ------------------------------------------------------------------ */

static void
gather_image (void  *data,
              size_t place,
              int    thread)
{
  const Gather *gather = data;
  const NnImages *images = gather->images;
  const size_t stride = nn_images_stride (images);
  const size_t plane = (size_t) images->height * (size_t) images->width;
  const size_t index = gather->indices != NULL ? gather->indices[place] : place;
  NnImageView view = gather->view;
  uint32_t draws[N_DRAWS] = { 0 };
  float *out = gather->x + place * stride;

  (void) thread;
  assert (index < images->count);
  if (gather->augment != NULL) {
    nn_rng_words (gather->time->seed, nn_rng_stream (NN_RANDOM_AUGMENT, gather->time->step, place),
                  draws, N_DRAWS);
    view = draw_view (gather, index, draws);
  }
  for (int c = 0; c < images->channels; c++)
    view_plane (images->pixels + index * stride + (size_t) c * plane, images, &view,
                gather->value[c], out + (size_t) c * plane);
  if (gather->augment != NULL && gather->augment->cutout > 0)
    cut_square (gather, draws, out);
  if (gather->labels != NULL)
    gather->labels[place] = images->labels[index];
}

static void
gather_all (NnPool *pool,
            Gather *gather,
            size_t  count)
{
  for (int c = 0; c < gather->images->channels; c++)
    for (int byte = 0; byte < 256; byte++)
      gather->value[c][byte] = nn_images_normalise (gather->images, c, (float) byte);
  nn_pool_run (pool, gather_image, gather, count);
}

void
nn_augment_gather (NnPool              *pool,
                   const NnAugment     *augment,
                   const NnAugmentTime *time,
                   const NnImages      *images,
                   const uint32_t      *indices,
                   size_t               count,
                   float               *x,
                   int                 *labels)
{
  const bool varies = augment->flip != NN_FLIP_NONE || augment->translate > 0 ||
                      augment->crop_padding > 0 || augment->cutout > 0;
  Gather gather = { .augment = varies ? augment : NULL, .time = time, .images = images,
                    .indices = indices, .x = x, .labels = labels };

  gather_all (pool, &gather, count);
}

void
nn_images_gather_view (NnPool            *pool,
                       const NnImageView *view,
                       const NnImages    *images,
                       const uint32_t    *indices,
                       size_t             count,
                       float             *x)
{
  Gather gather = { .view = *view, .images = images, .indices = indices, .x = x };

  gather_all (pool, &gather, count);
}
