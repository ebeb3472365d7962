/* test-augment.c - training images are shifted, mirrored and cut as told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-augment.h"

#include <string.h>

#include "engine-fixture.h"

enum { COUNT = 200, SIDE = 6, CHANNELS = 2, PLANE = SIDE * SIDE, SIZE = CHANNELS * PLANE };

/* Images whose bytes tell column, row and channel, all above 0: black is what
 * was shifted in. */
typedef struct
{
  NnImages images;
  guint8   pixels[COUNT * SIZE];
  guint8   labels[COUNT];
  float    x[COUNT * SIZE];
  int      found[COUNT];
  NnPool  *pool;
} Fixture;

static guint8
byte_at (int channel,
         int row,
         int column)
{
  return (guint8) (1 + 100 * channel + 10 * row + column);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  for (gsize i = 0; i < COUNT; i++) {
    fixture->labels[i] = (guint8) (i % 7);
    for (int c = 0; c < CHANNELS; c++)
      for (int p = 0; p < PLANE; p++)
        fixture->pixels[i * SIZE + (gsize) (c * PLANE + p)] = byte_at (c, p / SIDE, p % SIDE);
  }
  fixture->images = (NnImages) {
    .pixels = fixture->pixels, .labels = fixture->labels, .count = COUNT,
    .channels = CHANNELS, .height = SIDE, .width = SIDE, .classes = 7,
    .mean = { 0.25f, 0.5f }, .std = { 0.5f, 0.125f },
  };
  fixture->pool = fixture_pool (3);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  nn_pool_free (fixture->pool);
}

static void
gather (Fixture         *fixture,
        const NnAugment *augment,
        guint64          step,
        guint64          epoch)
{
  const NnAugmentTime time = { .seed = 5, .step = step, .epoch = epoch };

  nn_augment_gather (fixture->pool, augment, &time, &fixture->images, NULL, COUNT, fixture->x,
                     fixture->found);
}

/* Whether image `i` shows `view`. */
static gboolean
shows (Fixture           *fixture,
       gsize              i,
       const NnImageView *view)
{
  for (int p = 0; p < SIZE; p++) {
    const int c = p / PLANE;
    const int x = p % SIDE;
    int row = p % PLANE / SIDE + view->down;
    int column = (view->mirrored ? SIDE - 1 - x : x) + view->right;
    const gboolean outside = row < 0 || row >= SIDE || column < 0 || column >= SIDE;

    row = row < 0 ? -row : row >= SIDE ? 2 * (SIDE - 1) - row : row;
    column = column < 0 ? -column : column >= SIDE ? 2 * (SIDE - 1) - column : column;

    const float byte = outside && view->black_beyond ? 0 : byte_at (c, row, column);

    if (fixture->x[i * SIZE + (gsize) p] != nn_images_normalise (&fixture->images, c, byte))
      return FALSE;
  }
  return TRUE;
}

static void
nothing_varied_is_plain_gathering (Fixture      *fixture,
                                   gconstpointer data)
{
  const NnAugment none = { NN_FLIP_NONE };
  g_autofree float *plain = g_new (float, COUNT * SIZE);
  int labels[COUNT];

  gather (fixture, &none, 3, 1);
  nn_images_gather (&fixture->images, NULL, COUNT, plain, labels);
  fixture_check_same ("images", fixture->x, plain, COUNT * SIZE);
  g_assert_cmpmem (fixture->found, sizeof labels, labels, sizeof labels);
}

/* Counts how many of the images show each shift, and fails at others. */
static void
check_shifts (Fixture *fixture,
              int      reach,
              gboolean black_beyond)
{
  guint seen[7 * 7] = { 0 };

  for (gsize i = 0; i < COUNT; i++) {
    guint found = 0;

    for (int s = 0; s < (2 * reach + 1) * (2 * reach + 1); s++) {
      const NnImageView view = { .black_beyond = black_beyond,
                                 .right = s % (2 * reach + 1) - reach,
                                 .down = s / (2 * reach + 1) - reach };

      if (shows (fixture, i, &view)) {
        found++;
        seen[s]++;
      }
    }
    g_assert_cmpuint (found, ==, 1);
  }
  for (int s = 0; s < (2 * reach + 1) * (2 * reach + 1); s++)
    g_assert_cmpuint (seen[s], >, 0);
}

static void
translated_images_reflect_at_their_edges (Fixture      *fixture,
                                          gconstpointer data)
{
  const NnAugment augment = { .translate = 2 };

  gather (fixture, &augment, 0, 0);
  check_shifts (fixture, 2, FALSE);
}

static void
cropped_images_have_black_around_them (Fixture      *fixture,
                                       gconstpointer data)
{
  const NnAugment augment = { .crop_padding = 1 };

  gather (fixture, &augment, 0, 0);
  check_shifts (fixture, 1, TRUE);
}

/* Which images are mirrored; all others must be as they were. */
static guint
mirrored_images (Fixture  *fixture,
                 gboolean *is_mirrored)
{
  const NnImageView plain = { .mirrored = FALSE };
  const NnImageView mirrored = { .mirrored = TRUE };
  guint n = 0;

  for (gsize i = 0; i < COUNT; i++) {
    is_mirrored[i] = shows (fixture, i, &mirrored);
    g_assert_true (is_mirrored[i] != shows (fixture, i, &plain));
    n += is_mirrored[i] != 0;
  }
  return n;
}

static void
random_flips_mirror_about_half_anew_in_each_step (Fixture      *fixture,
                                                  gconstpointer data)
{
  const NnAugment augment = { .flip = NN_FLIP_RANDOM };
  gboolean first[COUNT], second[COUNT];

  gather (fixture, &augment, 0, 0);
  g_assert_cmpint (ABS ((int) mirrored_images (fixture, first) - COUNT / 2), <, COUNT / 5);
  gather (fixture, &augment, 1, 0);
  mirrored_images (fixture, second);
  g_assert_cmpint (memcmp (first, second, sizeof first), !=, 0);
}

static void
alternating_flips_mirror_each_image_in_every_other_epoch (Fixture      *fixture,
                                                          gconstpointer data)
{
  const NnAugment augment = { .flip = NN_FLIP_ALTERNATING };
  gboolean first[COUNT], later[COUNT];

  gather (fixture, &augment, 0, 0);
  g_assert_cmpint (ABS ((int) mirrored_images (fixture, first) - COUNT / 2), <, COUNT / 5);
  gather (fixture, &augment, 40, 1);
  mirrored_images (fixture, later);
  for (gsize i = 0; i < COUNT; i++)
    g_assert_true (first[i] != later[i]);
  gather (fixture, &augment, 80, 2);
  mirrored_images (fixture, later);
  g_assert_cmpmem (first, sizeof first, later, sizeof later);
}

/* The alternating flip belongs to the image, not to its place. */
static void
alternating_flips_follow_the_image (Fixture      *fixture,
                                    gconstpointer data)
{
  const NnAugment augment = { .flip = NN_FLIP_ALTERNATING };
  const NnAugmentTime time = { .seed = 5 };
  guint32 indices[COUNT];
  gboolean first[COUNT], reversed[COUNT];

  gather (fixture, &augment, 0, 0);
  mirrored_images (fixture, first);
  for (guint32 i = 0; i < COUNT; i++)
    indices[i] = COUNT - 1 - i;
  nn_augment_gather (fixture->pool, &augment, &time, &fixture->images, indices, COUNT,
                     fixture->x, fixture->found);
  mirrored_images (fixture, reversed);
  for (gsize i = 0; i < COUNT; i++)
    g_assert_true (first[i] == reversed[COUNT - 1 - i]);
}

static void
cutout_takes_one_square_from_all_channels (Fixture      *fixture,
                                           gconstpointer data)
{
  const NnAugment augment = { .cutout = 3 };
  gsize most = 0;

  gather (fixture, &augment, 0, 0);
  for (gsize i = 0; i < COUNT; i++) {
    gsize cut = 0;
    int first_row = SIDE, last_row = -1, first_column = SIDE, last_column = -1;

    for (int p = 0; p < PLANE; p++) {
      const gboolean gone = fixture->x[i * SIZE + (gsize) p] == 0;

      g_assert_true (gone == (fixture->x[i * SIZE + (gsize) (PLANE + p)] == 0));
      if (!gone)
        continue;
      cut++;
      first_row = MIN (first_row, p / SIDE);
      last_row = MAX (last_row, p / SIDE);
      first_column = MIN (first_column, p % SIDE);
      last_column = MAX (last_column, p % SIDE);
    }
    g_assert_cmpuint (cut, >=, 4);
    g_assert_cmpuint (cut, ==, (last_row - first_row + 1) * (last_column - first_column + 1));
    most = MAX (most, cut);
  }
  g_assert_cmpuint (most, ==, 9);
}

static void
any_number_of_threads_gives_the_same_bits (Fixture      *fixture,
                                           gconstpointer data)
{
  const NnAugment augment = { .flip = NN_FLIP_RANDOM, .translate = 2, .cutout = 2 };
  const NnAugmentTime time = { .seed = 5, .step = 7 };
  g_autofree float *alone = g_new (float, COUNT * SIZE);
  g_autoptr (NnPool) one = fixture_pool (1);

  gather (fixture, &augment, 7, 0);
  nn_augment_gather (one, &augment, &time, &fixture->images, NULL, COUNT, alone, NULL);
  fixture_check_same ("images", fixture->x, alone, COUNT * SIZE);
}

static void
one_view_of_all_images (Fixture      *fixture,
                        gconstpointer data)
{
  const NnImageView view = { .mirrored = TRUE, .right = 1, .down = -1 };

  nn_images_gather_view (fixture->pool, &view, &fixture->images, NULL, COUNT, fixture->x);
  for (gsize i = 0; i < COUNT; i++)
    g_assert_true (shows (fixture, i, &view));
}

static void
what_the_images_cannot_take_is_refused (Fixture      *fixture,
                                        gconstpointer data)
{
  const NnShape shape = { CHANNELS, SIDE, SIDE + 2 };
  const NnAugment bad[] = {
    { .translate = SIDE }, { .translate = -1 }, { .crop_padding = SIDE }, { .crop_padding = -1 },
    { .cutout = SIDE }, { .cutout = -1 }, { .translate = 1, .crop_padding = 1 },
    { .flip = (NnFlip) 3 },
  };
  const NnAugment good = { .flip = NN_FLIP_ALTERNATING, .translate = SIDE - 1,
                           .cutout = SIDE - 1 };
  NnError error;

  g_assert_cmpint (nn_augment_check (&good, shape, &error), ==, NN_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (nn_augment_check (&bad[i], shape, &error), ==, NN_ERROR_RANGE);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/augment/none", nothing_varied_is_plain_gathering);
  ADD ("/augment/translate", translated_images_reflect_at_their_edges);
  ADD ("/augment/crop", cropped_images_have_black_around_them);
  ADD ("/augment/flip/random", random_flips_mirror_about_half_anew_in_each_step);
  ADD ("/augment/flip/alternating", alternating_flips_mirror_each_image_in_every_other_epoch);
  ADD ("/augment/flip/image", alternating_flips_follow_the_image);
  ADD ("/augment/cutout", cutout_takes_one_square_from_all_channels);
  ADD ("/augment/threads", any_number_of_threads_gives_the_same_bits);
  ADD ("/augment/view", one_view_of_all_images);
  ADD ("/augment/refused", what_the_images_cannot_take_is_refused);
  return g_test_run ();
}
