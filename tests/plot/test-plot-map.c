/* test-plot-map.c - images and saliency maps, read back pixel by pixel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-map.h"

#include "canvas.h"

#include <math.h>
#include <string.h>

/* --- surfaces ------------------------------------------------------------ */

static void
test_grey_and_rgb_images_are_exact (void)
{
  const uint8_t grey[] = { 0, 7, 128, 255 };
  const uint8_t rgb[] = { 1, 2, 3, 4, 10, 20, 30, 40, 100, 110, 120, 130 };
  cairo_surface_t *one = plot_map_image_surface (grey, 1, 2, 2);
  cairo_surface_t *three = plot_map_image_surface (rgb, 3, 2, 2);

  g_assert_cmphex (surface_rgb (one, 1, 0), ==, 0x070707);
  g_assert_cmphex (surface_rgb (one, 1, 1), ==, 0xffffff);
  g_assert_cmphex (surface_rgb (three, 0, 0), ==, 0x010a64);
  g_assert_cmphex (surface_rgb (three, 1, 1), ==, 0x042882);
  cairo_surface_destroy (one);
  cairo_surface_destroy (three);
}

static void
test_signed_maps_are_symmetric_about_white (void)
{
  const float values[] = { -2.0f, -1.0f, 0.0f, 1.0f, 2.0f, 99.0f };
  cairo_surface_t *map = plot_map_heat_surface (values, 1, 6, PLOT_COLORMAP_DIVERGING, 2.0);

  g_assert_cmphex (surface_rgb (map, 0, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 0.0));
  g_assert_cmphex (surface_rgb (map, 1, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 0.25));
  g_assert_cmphex (surface_rgb (map, 2, 0), ==, 0xf7f7f7);
  g_assert_cmphex (surface_rgb (map, 3, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 0.75));
  g_assert_cmphex (surface_rgb (map, 4, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 1.0));
  g_assert_cmphex (surface_rgb (map, 5, 0), ==, surface_rgb (map, 4, 0));
  cairo_surface_destroy (map);
}

static void
test_unsigned_maps_begin_at_zero (void)
{
  const float values[] = { -1.0f, 0.0f, 0.5f, 1.0f };
  cairo_surface_t *map = plot_map_heat_surface (values, 2, 2, PLOT_COLORMAP_SEQUENTIAL, 1.0);

  g_assert_cmphex (surface_rgb (map, 0, 0), ==, 0xf7f7f7);
  g_assert_cmphex (surface_rgb (map, 1, 0), ==, 0xf7f7f7);
  g_assert_cmphex (surface_rgb (map, 0, 1), ==, plot_colormap_rgb (PLOT_COLORMAP_SEQUENTIAL, 0.5));
  g_assert_cmphex (surface_rgb (map, 1, 1), ==, plot_colormap_rgb (PLOT_COLORMAP_SEQUENTIAL, 1.0));
  cairo_surface_destroy (map);
}

static void
test_a_zero_map_has_no_contrast_at_any_scale (void)
{
  static const double scales[] = { 0.0, 1e-300, 1.0, INFINITY, NAN, -1.0 };
  const float zero[9] = { 0.0f };

  for (gsize s = 0; s < G_N_ELEMENTS (scales); s++) {
    cairo_surface_t *map = plot_map_heat_surface (zero, 3, 3, PLOT_COLORMAP_DIVERGING, scales[s]);

    for (int p = 0; p < 9; p++)
      g_assert_cmphex (surface_rgb (map, p % 3, p / 3), ==, 0xf7f7f7);
    cairo_surface_destroy (map);
  }
}

static void
test_what_is_not_finite_is_shown_as_such (void)
{
  const float values[] = { NAN, INFINITY, -INFINITY };
  cairo_surface_t *map = plot_map_heat_surface (values, 1, 3, PLOT_COLORMAP_DIVERGING, 1.0);

  g_assert_cmphex (surface_rgb (map, 0, 0), ==, PLOT_RGB_NOT_A_NUMBER);
  g_assert_cmphex (surface_rgb (map, 1, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 1.0));
  g_assert_cmphex (surface_rgb (map, 2, 0), ==, plot_colormap_rgb (PLOT_COLORMAP_DIVERGING, 0.0));
  cairo_surface_destroy (map);
}

static void
test_overlay_shows_the_image_where_the_map_is_zero (void)
{
  const uint8_t image[] = { 200, 200, 200, 200 };
  const float values[] = { 0.0f, 1.0f, -1.0f, NAN };
  cairo_surface_t *map = plot_map_overlay_surface (image, 1, values, 2, 2,
                                                   PLOT_COLORMAP_DIVERGING, 1.0);
  const uint32_t positive = surface_rgb (map, 1, 0);
  const uint32_t negative = surface_rgb (map, 0, 1);

  g_assert_cmphex (surface_rgb (map, 0, 0), ==, 0x6e6e6e);
  g_assert_cmpuint (positive >> 16, >, (positive & 0xff) + 80);
  g_assert_cmpuint (negative & 0xff, >, (negative >> 16) + 80);
  g_assert_cmphex (surface_rgb (map, 1, 1), ==, PLOT_RGB_NOT_A_NUMBER);
  cairo_surface_destroy (map);
}

static void
test_masks_are_dark_and_light (void)
{
  const uint8_t mask[] = { 0, 1, 255, 0 };
  cairo_surface_t *map = plot_map_mask_surface (mask, 2, 2);

  g_assert_cmphex (surface_rgb (map, 0, 0), ==, surface_rgb (map, 1, 1));
  g_assert_cmphex (surface_rgb (map, 1, 0), ==, surface_rgb (map, 0, 1));
  g_assert_cmphex (surface_rgb (map, 0, 0), <, surface_rgb (map, 1, 0));
  cairo_surface_destroy (map);
}

/* --- numbers ------------------------------------------------------------- */

static void
test_channels_are_reduced_as_stated (void)
{
  const float map[] = { 1.0f, NAN, -4.0f, 2.0f, 2.0f, 2.0f };
  const float expected[PLOT_REDUCTIONS] = { -1.0f, -4.0f, 7.0f / 3.0f, 4.5825757f };

  for (int rule = 0; rule < PLOT_REDUCTIONS; rule++) {
    float out[2];

    plot_map_reduce (map, 3, 1, 2, rule, out);
    g_assert_cmpfloat_with_epsilon (out[0], expected[rule], 1e-5);
    g_assert_true (isnan (out[1]));
    g_assert_cmpuint (strlen (plot_reduction_title (rule)), >, 5);
    g_assert_cmpint (plot_reduction_is_unsigned (rule), ==, expected[rule] > 0.0f);
  }
}

static void
test_percentile_is_that_of_the_sorted_magnitudes (void)
{
  float values[1000];
  GRand *random = g_rand_new_with_seed (4);

  for (int i = 0; i < 1000; i++)
    values[i] = (float) (i + 1) * (i % 2 == 0 ? 1.0f : -1.0f);
  for (int i = 999; i > 0; i--) {
    const int j = g_rand_int_range (random, 0, i + 1);
    const float swapped = values[i];

    values[i] = values[j];
    values[j] = swapped;
  }
  for (int percent = 0; percent <= 100; percent++)
    g_assert_cmpfloat (plot_map_percentile (values, 1000, percent / 100.0), ==,
                       MAX (ceil (percent / 100.0 * 1000.0), 1.0));
  g_rand_free (random);
}

static void
test_percentile_survives_ties_and_gaps (void)
{
  const float ties[] = { 2.0f, -2.0f, 2.0f, NAN, 2.0f, INFINITY, 0.0f };

  g_assert_cmpfloat (plot_map_percentile (ties, 7, 0.99), ==, 2.0);
  g_assert_cmpfloat (plot_map_percentile (ties, 7, 0.0), ==, 0.0);
  g_assert_cmpfloat (plot_map_percentile (ties + 3, 1, 0.5), ==, 0.0);
  g_assert_cmpfloat (plot_map_percentile (ties, 0, 0.5), ==, 0.0);
}

static void
test_robust_scale_ignores_one_outlier (void)
{
  float values[784];
  PlotMapStats stats;

  for (int i = 0; i < 784; i++)
    values[i] = i == 300 ? -1000.0f : 0.5f;
  plot_map_stats (values, 784, &stats);
  g_assert_cmpfloat (stats.largest, ==, 1000.0);
  g_assert_cmpfloat (stats.robust, ==, 0.5);
  g_assert_cmpfloat (stats.minimum, ==, -1000.0);
  g_assert_cmpfloat (stats.maximum, ==, 0.5);
}

static void
assert_notice (const float *values,
               size_t       n,
               const char  *expected)
{
  PlotMapStats stats;
  char text[64];

  plot_map_stats (values, n, &stats);
  g_assert_cmpstr (plot_map_notice (&stats, n, text, sizeof text), ==, expected);
}

static void
test_words_say_what_colors_cannot (void)
{
  const float zero[] = { 0.0f, -0.0f };
  const float constant[] = { 0.3f, 0.3f };
  const float broken[] = { NAN, INFINITY, 1.0f, 0.0f };
  const float fine[] = { 0.0f, 1.0f };

  assert_notice (zero, 2, "all zero");
  assert_notice (constant, 2, "constant");
  assert_notice (broken, 4, "2 values are not finite");
  assert_notice (broken + 1, 3, "1 value is not finite");
  assert_notice (broken, 2, "no finite value");
  assert_notice (fine, 2, NULL);
  assert_notice (fine, 0, "empty");
}

/* --- drawing ------------------------------------------------------------- */

static void
test_enlarged_pixels_are_crisp (void)
{
  const uint8_t grey[] = { 0, 60, 120, 180, 240, 30, 90, 150, 210 };
  cairo_surface_t *map = plot_map_image_surface (grey, 1, 3, 3);
  Canvas canvas = canvas_new (100, 100, 0xff00ff);
  const PlotMapView view = { 0.0, 0.0, 3.0, 3.0 };
  const PlotRect target = plot_map_fit ((PlotRect) { 5.0, 5.0, 90.0, 90.0 }, view);

  plot_map_draw (canvas.cr, map, target, view, 0.0);
  for (int y = 0; y < 100; y++)
    for (int x = 0; x < 100; x++) {
      const bool inside = x >= 5 && x < 95 && y >= 5 && y < 95;
      const uint32_t byte = inside ? grey[(y - 5) / 30 * 3 + (x - 5) / 30] : 0;

      g_assert_cmphex (surface_rgb (canvas.surface, x, y), ==,
                       inside ? byte << 16 | byte << 8 | byte : 0xff00ff);
    }
  canvas_free (&canvas);
  cairo_surface_destroy (map);
}

static void
test_zoomed_view_shows_its_part (void)
{
  uint8_t grey[64];
  Canvas canvas = canvas_new (80, 80, 0xff00ff);
  const PlotMapView view = { 2.0, 4.0, 4.0, 4.0 };
  const PlotRect target = { 0.0, 0.0, 80.0, 80.0 };

  for (int i = 0; i < 64; i++)
    grey[i] = (uint8_t) (i * 4);

  cairo_surface_t *map = plot_map_image_surface (grey, 1, 8, 8);

  plot_map_draw (canvas.cr, map, target, view, 0.0);
  for (int row = 0; row < 4; row++)
    for (int column = 0; column < 4; column++) {
      int found_column;
      int found_row;

      g_assert_true (plot_map_pixel_at (target, view, 8, 8, column * 20.0 + 1.0,
                                        row * 20.0 + 19.0, &found_column, &found_row));
      g_assert_cmpint (found_column, ==, column + 2);
      g_assert_cmpint (found_row, ==, row + 4);
      g_assert_cmphex (surface_rgb (canvas.surface, column * 20 + 10, row * 20 + 10) & 0xff, ==,
                       grey[found_row * 8 + found_column]);
    }
  canvas_free (&canvas);
  cairo_surface_destroy (map);
}

static void
test_maps_keep_their_shape (void)
{
  const PlotRect bounds = { 10.0, 20.0, 200.0, 100.0 };
  const PlotRect square = plot_map_fit (bounds, (PlotMapView) { 0.0, 0.0, 28.0, 28.0 });
  const PlotRect wide = plot_map_fit (bounds, (PlotMapView) { 0.0, 0.0, 40.0, 10.0 });

  g_assert_cmpfloat (square.width, ==, 100.0);
  g_assert_cmpfloat (square.height, ==, 100.0);
  g_assert_cmpfloat (square.x, ==, 60.0);
  g_assert_cmpfloat (wide.width, ==, 200.0);
  g_assert_cmpfloat (wide.height, ==, 50.0);
  g_assert_cmpfloat (wide.y, ==, 45.0);
}

static void
test_zoom_stays_inside_the_map (void)
{
  const PlotRect target = { 0.0, 0.0, 280.0, 280.0 };
  const PlotMapView whole = { 0.0, 0.0, 28.0, 28.0 };
  PlotMapView view = plot_map_zoom (target, whole, 28, 28, 70.0, 140.0, 2.0);

  g_assert_cmpfloat (view.width, ==, 14.0);
  g_assert_cmpfloat (view.x, ==, 3.5);
  g_assert_cmpfloat (view.y, ==, 7.0);
  view = plot_map_pan (target, view, 28, 28, 1e6, -1e6);
  g_assert_cmpfloat (view.x, ==, 0.0);
  g_assert_cmpfloat (view.y, ==, 14.0);
  view = plot_map_zoom (target, view, 28, 28, 0.0, 0.0, 1e9);
  g_assert_cmpfloat (view.width, ==, 4.0);
  view = plot_map_zoom (target, view, 28, 28, 100.0, 100.0, 1e-9);
  g_assert_cmpfloat (view.x, ==, 0.0);
  g_assert_cmpfloat (view.width, ==, 28.0);
}

static void
test_crosshair_frames_its_pixel (void)
{
  const PlotRect target = { 0.0, 0.0, 100.0, 100.0 };
  const PlotMapView view = { 0.0, 0.0, 10.0, 10.0 };

  /* Seen on black as well as on white. */
  for (uint32_t background = 0x000000; background <= 0xffffff; background += 0xffffff) {
    Canvas canvas = canvas_new (100, 100, background);

    plot_map_draw_crosshair (canvas.cr, target, view, 3, 7);
    g_assert_cmphex (surface_rgb (canvas.surface, 35, 75), ==, background);
    g_assert_cmpint (canvas_count (&canvas, 30, 70, 10, 10, background), >=, 30);
    g_assert_cmpint (canvas_count (&canvas, 34, 0, 3, 60, background), >=, 60);
    g_assert_cmpint (canvas_count (&canvas, 60, 20, 30, 30, background), ==, 0);
    canvas_free (&canvas);
  }
}

static void
test_colorbar_has_its_numbers (void)
{
  for (int map = PLOT_COLORMAP_DIVERGING; map <= PLOT_COLORMAP_SEQUENTIAL; map++) {
    const PlotStyle style = plot_style_default (false);
    Canvas canvas = canvas_new (80, 200, 0xffffff);

    plot_map_draw_colorbar (canvas.cr, &style, (PlotRect) { 0.0, 0.0, 80.0, 200.0 }, map, 0.16);
    /* Above, below, and for signed maps a zero in the middle. */
    g_assert_cmpint (canvas_count (&canvas, 16, 0, 64, 20, 0xffffff), >, 20);
    g_assert_cmpint (canvas_count (&canvas, 16, 180, 64, 20, 0xffffff), >, 10);
    g_assert_cmpint (canvas_count (&canvas, 16, 90, 64, 20, 0xffffff) > 0, ==,
                     map == PLOT_COLORMAP_DIVERGING);
    canvas_free (&canvas);
  }
}

static void
test_notice_is_drawn_over_the_map (void)
{
  const PlotStyle style = plot_style_default (true);
  Canvas canvas = canvas_new (120, 120, 0xf7f7f7);

  plot_map_draw_notice (canvas.cr, &style, (PlotRect) { 0.0, 0.0, 120.0, 120.0 }, "all zero");
  g_assert_cmpint (canvas_count (&canvas, 20, 80, 80, 40, 0xf7f7f7), >, 400);
  g_assert_cmpint (canvas_count (&canvas, 0, 0, 120, 60, 0xf7f7f7), ==, 0);
  canvas_free (&canvas);

  /* A small map is not left for it. */
  canvas = canvas_new (120, 120, 0xf7f7f7);
  plot_map_draw_notice (canvas.cr, &style, (PlotRect) { 40.0, 40.0, 40.0, 40.0 }, "all zero");
  g_assert_cmpint (canvas_count (&canvas, 40, 40, 40, 40, 0xf7f7f7), >, 400);
  g_assert_cmpint (canvas_count (&canvas, 0, 0, 120, 120, 0xf7f7f7), ==,
                   canvas_count (&canvas, 40, 40, 40, 40, 0xf7f7f7));
  canvas_free (&canvas);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map/grey-and-rgb-images-are-exact", test_grey_and_rgb_images_are_exact);
  g_test_add_func ("/map/signed-maps-are-symmetric-about-white",
                   test_signed_maps_are_symmetric_about_white);
  g_test_add_func ("/map/unsigned-maps-begin-at-zero", test_unsigned_maps_begin_at_zero);
  g_test_add_func ("/map/a-zero-map-has-no-contrast-at-any-scale",
                   test_a_zero_map_has_no_contrast_at_any_scale);
  g_test_add_func ("/map/what-is-not-finite-is-shown-as-such",
                   test_what_is_not_finite_is_shown_as_such);
  g_test_add_func ("/map/overlay-shows-the-image-where-the-map-is-zero",
                   test_overlay_shows_the_image_where_the_map_is_zero);
  g_test_add_func ("/map/masks-are-dark-and-light", test_masks_are_dark_and_light);
  g_test_add_func ("/map/channels-are-reduced-as-stated", test_channels_are_reduced_as_stated);
  g_test_add_func ("/map/percentile-is-that-of-the-sorted-magnitudes",
                   test_percentile_is_that_of_the_sorted_magnitudes);
  g_test_add_func ("/map/percentile-survives-ties-and-gaps",
                   test_percentile_survives_ties_and_gaps);
  g_test_add_func ("/map/robust-scale-ignores-one-outlier",
                   test_robust_scale_ignores_one_outlier);
  g_test_add_func ("/map/words-say-what-colors-cannot", test_words_say_what_colors_cannot);
  g_test_add_func ("/map/enlarged-pixels-are-crisp", test_enlarged_pixels_are_crisp);
  g_test_add_func ("/map/zoomed-view-shows-its-part", test_zoomed_view_shows_its_part);
  g_test_add_func ("/map/maps-keep-their-shape", test_maps_keep_their_shape);
  g_test_add_func ("/map/zoom-stays-inside-the-map", test_zoom_stays_inside_the_map);
  g_test_add_func ("/map/crosshair-frames-its-pixel", test_crosshair_frames_its_pixel);
  g_test_add_func ("/map/colorbar-has-its-numbers", test_colorbar_has_its_numbers);
  g_test_add_func ("/map/notice-is-drawn-over-the-map", test_notice_is_drawn_over_the_map);
  return g_test_run ();
}
