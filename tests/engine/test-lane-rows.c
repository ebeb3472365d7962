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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lane-rows/read", test_every_value_finds_its_lane_and_others_stay);
  g_test_add_func ("/lane-rows/write", test_writing_is_the_opposite_of_reading);
  return g_test_run ();
}
