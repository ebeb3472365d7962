/* test-lane-rows.c - channels side by side and back, for all widths
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "kernels/nn-lane-rows.h"

/* One past the widest row that is tried; and floats from plane to plane. */
enum { WIDTH = 41, PLANE = 53, CHANNELS = 16, PIXELS = 48 };

#define UNTOUCHED -1.0f

static void
fill (float *values,
      gsize  n,
      float  value)
{
  for (gsize i = 0; i < n; i++)
    values[i] = value;
}

static void
test_every_value_finds_its_lane_and_others_stay (void)
{
  float row[CHANNELS * PLANE];
  _Alignas (64) float lanes[WIDTH * PIXELS];

  for (gsize i = 0; i < G_N_ELEMENTS (row); i++)
    row[i] = (float) i;
  for (gsize pixel = 16; pixel <= PIXELS; pixel += 16)
    for (int channels = 1; channels <= CHANNELS; channels++)
      for (int width = 1; width < WIDTH; width++) {
        fill (lanes, G_N_ELEMENTS (lanes), UNTOUCHED);
        nn_lanes_read_row (row, PLANE, channels, width, pixel, lanes);
        for (int x = 0; x < WIDTH; x++)
          for (int c = 0; c < (int) pixel; c++)
            g_assert_cmpfloat (lanes[(gsize) x * pixel + (gsize) c], ==,
                               x < width && c < channels ? row[c * PLANE + x] : UNTOUCHED);
      }
}

static void
test_writing_is_the_opposite_of_reading (void)
{
  float row[CHANNELS * PLANE];
  _Alignas (64) float lanes[WIDTH * PIXELS];

  for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
    lanes[i] = (float) i;
  for (gsize pixel = 16; pixel <= PIXELS; pixel += 16)
    for (int channels = 1; channels <= CHANNELS; channels++)
      for (int width = 1; width < WIDTH; width++) {
        fill (row, G_N_ELEMENTS (row), UNTOUCHED);
        nn_lanes_write_row (lanes, pixel, PLANE, channels, width, row);
        for (int c = 0; c < CHANNELS; c++)
          for (int x = 0; x < PLANE; x++)
            g_assert_cmpfloat (row[c * PLANE + x], ==, x < width && c < channels
                               ? lanes[(gsize) x * pixel + (gsize) c] : UNTOUCHED);
      }
}

/* Rows of an image in both layouts, to and from pixels of 48 floats. */
static void
test_image_rows_are_the_same_in_both_layouts (void)
{
  enum { HEIGHT = 3, LANES = 2 * CHANNELS };
  const NnShape shape = { LANES, HEIGHT, 5 };
  const gsize n = nn_shape_size (shape);
  g_autofree float *images = g_new (float, 2 * n);
  _Alignas (64) float pixels[5 * PIXELS];

  for (int y = 0; y < HEIGHT; y++)
    for (int on_lanes = 0; on_lanes < 2; on_lanes++)
      for (gsize lane = 0; lane < LANES; lane += CHANNELS) {
        float *image = images + (gsize) on_lanes * n;

        for (gsize i = 0; i < G_N_ELEMENTS (pixels); i++)
          pixels[i] = (float) ((gsize) y * 1000 + lane * 100 + i);
        nn_lanes_write_image_row (pixels, PIXELS, shape, on_lanes != 0, lane, y, image);
        fill (pixels, G_N_ELEMENTS (pixels), UNTOUCHED);
        nn_lanes_read_image_row (shape, on_lanes != 0, image, lane, y, PIXELS, pixels);
        for (gsize x = 0; x < 5; x++)
          for (gsize c = 0; c < PIXELS; c++)
            g_assert_cmpfloat (pixels[x * PIXELS + c], ==, c < CHANNELS
                               ? (float) ((gsize) y * 1000 + lane * 100 + x * PIXELS + c)
                               : UNTOUCHED);
      }
  for (gsize c = 0; c < LANES; c++)
    for (gsize p = 0; p < HEIGHT * 5; p++)
      g_assert_cmpfloat (images[c * HEIGHT * 5 + p], ==,
                         images[n + (c - c % CHANNELS) * HEIGHT * 5 + p * CHANNELS +
                                c % CHANNELS]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lane-rows/read", test_every_value_finds_its_lane_and_others_stay);
  g_test_add_func ("/lane-rows/write", test_writing_is_the_opposite_of_reading);
  g_test_add_func ("/lane-rows/images", test_image_rows_are_the_same_in_both_layouts);
  return g_test_run ();
}
