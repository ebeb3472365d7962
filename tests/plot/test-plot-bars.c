/* test-plot-bars.c - class probabilities
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-bars.h"

#include "canvas.h"

#include <math.h>

#define WHITE 0xffffffu
#define ACCENT 0x3584e4u
#define TRACK 0xe4e4e7u

/* Draws three rows of 300 and counts the pixels of a row in one colour. */
static int
count_color (const PlotBar bars[3],
             int           row,
             uint32_t      color)
{
  const PlotStyle style = plot_style_default (false);
  const int height = (int) plot_bars_height (&style, 3);
  Canvas canvas = canvas_new (300, height, WHITE);
  int n = 0;

  plot_bars_draw (canvas.cr, &style, (PlotRect) { 0.0, 0.0, 300.0, height }, bars, 3);

  const int middle = (int) ((row + 0.5) * height / 3.0);

  for (int x = 0; x < 300; x++)
    n += surface_rgb (canvas.surface, x, middle) == color;
  canvas_free (&canvas);
  return n;
}

static void
test_bars_are_as_long_as_their_shares (void)
{
  const PlotBar bars[] = { { "4", 1.0, false }, { "9", 0.5, false }, { "0", 0.0, false } };
  const int full = count_color (bars, 0, ACCENT);
  const int half = count_color (bars, 1, ACCENT);

  g_assert_cmpint (full, >, 150);
  g_assert_cmpint (ABS (full - 2 * half), <=, 6);
  g_assert_cmpint (count_color (bars, 2, ACCENT), ==, 0);
  g_assert_cmpint (count_color (bars, 2, TRACK), >, 150);
}

static void
test_shares_beyond_their_range_stay_in_the_track (void)
{
  const PlotBar bars[] = { { "a", 7.0, false }, { "b", -1.0, false }, { "c", NAN, false } };

  g_assert_cmpint (count_color (bars, 0, ACCENT), >, 150);
  g_assert_cmpint (count_color (bars, 1, ACCENT), ==, 0);
  g_assert_cmpint (count_color (bars, 2, ACCENT), ==, 0);
}

static void
test_long_names_leave_room_for_the_bar (void)
{
  const char *name = "a class whose name is far too long for the room that it has been given";
  const PlotBar bars[] = { { name, 1.0, false }, { "9", 1.0, false }, { "\xff", 1.0, true } };

  g_assert_cmpint (count_color (bars, 0, ACCENT), >, 80);
  g_assert_cmpint (count_color (bars, 2, ACCENT), ==, 0);
}

static void
test_top_is_sorted_and_stable (void)
{
  const float values[] = { 0.1f, 0.4f, NAN, 0.4f, 0.05f, 0.9f };
  size_t top[6];

  g_assert_cmpuint (plot_top (values, 6, 3, top), ==, 3);
  g_assert_cmpuint (top[0], ==, 5);
  g_assert_cmpuint (top[1], ==, 1);
  g_assert_cmpuint (top[2], ==, 3);
  g_assert_cmpuint (plot_top (values, 6, 6, top), ==, 5);
  g_assert_cmpuint (top[4], ==, 4);
  g_assert_cmpuint (plot_top (values, 6, 0, top), ==, 0);
  g_assert_cmpuint (plot_top (values, 0, 3, top), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bars/are-as-long-as-their-shares", test_bars_are_as_long_as_their_shares);
  g_test_add_func ("/bars/shares-beyond-their-range-stay-in-the-track",
                   test_shares_beyond_their_range_stay_in_the_track);
  g_test_add_func ("/bars/long-names-leave-room-for-the-bar",
                   test_long_names_leave_room_for_the_bar);
  g_test_add_func ("/bars/top-is-sorted-and-stable", test_top_is_sorted_and_stable);
  return g_test_run ();
}
