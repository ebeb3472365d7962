/* test-images.c - bytes become normalised numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-images.h"

#include <glib.h>

/* Three images of 2 x 2 x 3 whose byte tells where it lies. */
enum { COUNT = 3, CHANNELS = 2, HEIGHT = 2, WIDTH = 3, SIZE = CHANNELS * HEIGHT * WIDTH };

static guint8 pixels[COUNT * SIZE];
static const guint8 labels[COUNT] = { 7, 0, 3 };

static NnImages
numbered_images (void)
{
  for (gsize i = 0; i < COUNT * SIZE; i++)
    pixels[i] = (guint8) (7 * i);
  return (NnImages) {
    .pixels = pixels, .labels = labels, .count = COUNT,
    .channels = CHANNELS, .height = HEIGHT, .width = WIDTH, .classes = 10,
    .mean = { 0.25f, 0.5f }, .std = { 0.5f, 0.125f },
  };
}

static void
test_stride_is_the_size_of_an_image (void)
{
  const NnImages images = numbered_images ();

  g_assert_cmpuint (nn_images_stride (&images), ==, SIZE);
}

static void
test_black_and_white_become_what_the_formula_says (void)
{
  const NnImages images = numbered_images ();

  g_assert_cmpfloat (nn_images_normalise (&images, 0, 0), ==, -0.5f);
  g_assert_cmpfloat (nn_images_normalise (&images, 0, 255), ==, 1.5f);
  g_assert_cmpfloat (nn_images_normalise (&images, 1, 0), ==, -4.0f);
  g_assert_cmpfloat (nn_images_normalise (&images, 1, 255), ==, 4.0f);
  g_assert_cmpfloat (nn_images_normalise (&images, 1, 127.5f), ==, 0.0f);
}

static void
check_image (const NnImages *images,
             gsize           index,
             const float    *x)
{
  for (gsize p = 0; p < SIZE; p++) {
    const int channel = (int) (p / (HEIGHT * WIDTH));
    const double share = (double) (guint8) (7 * (index * SIZE + p)) / 255.0;
    const double expected = (share - (double) images->mean[channel]) /
                            (double) images->std[channel];

    g_assert_cmpfloat_with_epsilon (x[p], expected, 1e-6);
  }
}

static void
test_images_are_gathered_in_the_order_asked_for (void)
{
  const NnImages images = numbered_images ();
  const guint32 indices[] = { 2, 0, 2, 1 };
  float x[4 * SIZE];
  int found[4];

  nn_images_gather (&images, indices, 4, x, found);
  for (gsize i = 0; i < 4; i++) {
    check_image (&images, indices[i], x + i * SIZE);
    g_assert_cmpint (found[i], ==, labels[indices[i]]);
  }
}

static void
test_without_indices_the_first_images_are_gathered (void)
{
  const NnImages images = numbered_images ();
  float x[COUNT * SIZE + 1];

  x[2 * SIZE] = 99;
  nn_images_gather (&images, NULL, 2, x, NULL);
  check_image (&images, 0, x);
  check_image (&images, 1, x + SIZE);
  g_assert_cmpfloat (x[2 * SIZE], ==, 99);
}

static void
test_an_index_past_the_end_is_an_assertion (void)
{
  if (g_test_subprocess ()) {
    const NnImages images = numbered_images ();
    const guint32 index = COUNT;
    float x[SIZE];

    nn_images_gather (&images, &index, 1, x, NULL);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*index < images->count*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/images/stride", test_stride_is_the_size_of_an_image);
  g_test_add_func ("/images/formula", test_black_and_white_become_what_the_formula_says);
  g_test_add_func ("/images/order", test_images_are_gathered_in_the_order_asked_for);
  g_test_add_func ("/images/first", test_without_indices_the_first_images_are_gathered);
  g_test_add_func ("/images/past-the-end", test_an_index_past_the_end_is_an_assertion);
  return g_test_run ();
}
