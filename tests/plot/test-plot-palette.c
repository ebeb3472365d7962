/* test-plot-palette.c - colours that all viewers can tell apart
 *
 * Colour vision deficiency is simulated with the matrices of Machado,
 * Oliveira & Fernandes (2009) at full severity; distances are CIELAB 1976.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-palette.h"

#include <glib.h>
#include <math.h>

#define VISIONS 4

static const double visions[VISIONS][3][3] = {
  { { 1.0, 0.0, 0.0 }, { 0.0, 1.0, 0.0 }, { 0.0, 0.0, 1.0 } },
  { { 0.152286, 1.052583, -0.204868 },
    { 0.114503, 0.786281, 0.099216 },
    { -0.003882, -0.048116, 1.051998 } },
  { { 0.367322, 0.860646, -0.227968 },
    { 0.280085, 0.672501, 0.047413 },
    { -0.011820, 0.042940, 0.968881 } },
  { { 1.255528, -0.076749, -0.178779 },
    { -0.078411, 0.930809, 0.147602 },
    { 0.004733, 0.691367, 0.303900 } },
};

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
lab_curve (double t)
{
  return t > 0.008856 ? cbrt (t) : 7.787 * t + 16.0 / 116.0;
}

/* CIELAB (D65) of a colour as one kind of vision sees it. */
static void
see (PlotColor color,
     int       vision,
     double    lab[3])
{
  const double rgb[3] = { linear (color.red), linear (color.green), linear (color.blue) };
  double seen[3];

  for (int i = 0; i < 3; i++) {
    const double *row = visions[vision][i];

    seen[i] = CLAMP (row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2], 0.0, 1.0);
  }

  const double x = (0.4124564 * seen[0] + 0.3575761 * seen[1] + 0.1804375 * seen[2]) / 0.95047;
  const double y = 0.2126729 * seen[0] + 0.7151522 * seen[1] + 0.0721750 * seen[2];
  const double z = (0.0193339 * seen[0] + 0.1191920 * seen[1] + 0.9503041 * seen[2]) / 1.08883;

  lab[0] = 116.0 * lab_curve (y) - 16.0;
  lab[1] = 500.0 * (lab_curve (x) - lab_curve (y));
  lab[2] = 200.0 * (lab_curve (y) - lab_curve (z));
}

static double
luminance (PlotColor color)
{
  return 0.2126 * linear (color.red) + 0.7152 * linear (color.green) + 0.0722 * linear (color.blue);
}

static double
contrast (PlotColor a,
          PlotColor b)
{
  const double one = luminance (a) + 0.05;
  const double two = luminance (b) + 0.05;

  return fmax (one, two) / fmin (one, two);
}

/* Run colours and, as the last, the random control. */
static PlotColor
nth_color (unsigned i,
           bool     dark)
{
  return i < PLOT_RUN_COLORS ? plot_run_color (i, dark) : plot_random_color (dark);
}

static double
distance (const double a[3],
          const double b[3])
{
  return hypot (hypot (a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
}

static void
test_runs_are_told_apart_by_everyone (void)
{
  for (int dark = 0; dark < 2; dark++)
    for (int vision = 0; vision < VISIONS; vision++)
      for (unsigned i = 0; i <= PLOT_RUN_COLORS; i++)
        for (unsigned j = 0; j < i; j++) {
          double a[3];
          double b[3];

          see (nth_color (i, dark != 0), vision, a);
          see (nth_color (j, dark != 0), vision, b);
          g_assert_cmpfloat (distance (a, b), >, 17.0);
        }
}

static void
test_runs_stand_out_from_the_background (void)
{
  for (int dark = 0; dark < 2; dark++) {
    const PlotStyle style = plot_style_default (dark != 0);

    for (unsigned i = 0; i <= PLOT_RUN_COLORS; i++)
      g_assert_cmpfloat (contrast (nth_color (i, dark != 0), style.background), >=, 3.0);
  }
}

static void
test_text_reads_on_background_and_card (void)
{
  for (int dark = 0; dark < 2; dark++) {
    const PlotStyle style = plot_style_default (dark != 0);

    g_assert_cmpfloat (contrast (style.foreground, style.background), >=, 7.0);
    g_assert_cmpfloat (contrast (style.dim, style.background), >=, 4.5);
    g_assert_cmpfloat (contrast (style.dim, style.card), >=, 4.5);
    g_assert_cmpfloat (contrast (style.alert, style.background), >=, 4.5);
  }
}

static void
test_a_run_keeps_its_color (void)
{
  const PlotColor first = plot_run_color (2, false);
  const PlotColor again = plot_run_color (2 + PLOT_RUN_COLORS, false);

  g_assert_cmpfloat (first.red, ==, again.red);
  g_assert_cmpfloat (first.green, ==, again.green);
  g_assert_cmpfloat (first.blue, ==, again.blue);
  g_assert_cmpfloat (first.alpha, ==, 1.0);
}

static double
lightness (PlotColormap colormap,
           double       t)
{
  double lab[3];

  see (plot_color_from_rgb (plot_colormap_rgb (colormap, t)), 0, lab);
  return lab[0];
}

static void
test_diverging_is_brightest_in_its_neutral_centre (void)
{
  static const PlotColormap maps[] = { PLOT_COLORMAP_DIVERGING, PLOT_COLORMAP_PURPLE_GREEN };

  for (size_t i = 0; i < G_N_ELEMENTS (maps); i++) {
    g_assert_cmphex (plot_colormap_rgb (maps[i], 0.5), ==, 0xf7f7f7);
    for (double t = 0.0; t < 0.45; t += 0.05) {
      g_assert_cmpfloat (lightness (maps[i], t), <, lightness (maps[i], t + 0.05));
      g_assert_cmpfloat (lightness (maps[i], 1.0 - t), <, lightness (maps[i], 0.95 - t));
      /* Equal magnitudes look equally strong. */
      g_assert_cmpfloat (fabs (lightness (maps[i], t) - lightness (maps[i], 1.0 - t)), <, 4.0);
    }
  }
}

static void
test_sequential_darkens_evenly (void)
{
  static const PlotColormap maps[] = {
    PLOT_COLORMAP_SEQUENTIAL, PLOT_COLORMAP_TEAL, PLOT_COLORMAP_INK,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (maps); i++)
    for (double t = 0.0; t < 0.99; t += 0.125) {
      const double step = lightness (maps[i], t) - lightness (maps[i], t + 0.125);

      g_assert_cmpfloat (step, >, 8.0);
      g_assert_cmpfloat (step, <, 15.0);
    }
}

/* Whoever looks sees which of two equally large values is the negative one, and
 * zero from both. */
static void
test_signs_are_told_apart_by_everyone (void)
{
  for (PlotPalette palette = 0; palette < PLOT_N_PALETTES; palette++) {
    const PlotColormap map = plot_palette_colormap (palette, true);

    g_assert_true (plot_colormap_is_signed (map));
    g_assert_false (plot_colormap_is_signed (plot_palette_colormap (palette, false)));
    for (int vision = 0; vision < VISIONS; vision++)
      for (double size = 0.5; size <= 1.0; size += 0.25) {
        double minus[3];
        double zero[3];
        double plus[3];

        see (plot_color_from_rgb (plot_colormap_rgb (map, 0.5 - size / 2.0)), vision, minus);
        see (plot_color_from_rgb (plot_colormap_rgb (map, 0.5)), vision, zero);
        see (plot_color_from_rgb (plot_colormap_rgb (map, 0.5 + size / 2.0)), vision, plus);
        g_assert_cmpfloat (distance (minus, plus), >, 20.0);
        g_assert_cmpfloat (distance (minus, zero), >, 20.0);
        g_assert_cmpfloat (distance (plus, zero), >, 20.0);
      }
  }
}

static void
test_gray_is_the_byte (void)
{
  for (unsigned byte = 0; byte < 256; byte++)
    g_assert_cmphex (plot_colormap_rgb (PLOT_COLORMAP_GRAY, byte / 255.0), ==,
                     byte << 16 | byte << 8 | byte);
}

static void
test_what_is_no_number_has_its_own_color (void)
{
  for (int map = PLOT_COLORMAP_DIVERGING; map <= PLOT_COLORMAP_INK; map++) {
    g_assert_cmphex (plot_colormap_rgb (map, NAN), ==, PLOT_RGB_NOT_A_NUMBER);
    g_assert_cmphex (plot_colormap_rgb (map, INFINITY), ==, plot_colormap_rgb (map, 1.0));
    g_assert_cmphex (plot_colormap_rgb (map, -7.0), ==, plot_colormap_rgb (map, 0.0));
    for (int i = 0; i <= 1000; i++)
      g_assert_cmphex (plot_colormap_rgb (map, i / 1000.0), !=, PLOT_RGB_NOT_A_NUMBER);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/runs-are-told-apart-by-everyone",
                   test_runs_are_told_apart_by_everyone);
  g_test_add_func ("/palette/runs-stand-out-from-the-background",
                   test_runs_stand_out_from_the_background);
  g_test_add_func ("/palette/text-reads-on-background-and-card",
                   test_text_reads_on_background_and_card);
  g_test_add_func ("/palette/a-run-keeps-its-color", test_a_run_keeps_its_color);
  g_test_add_func ("/palette/diverging-is-brightest-in-its-neutral-centre",
                   test_diverging_is_brightest_in_its_neutral_centre);
  g_test_add_func ("/palette/sequential-darkens-evenly", test_sequential_darkens_evenly);
  g_test_add_func ("/palette/signs are told apart by everyone",
                   test_signs_are_told_apart_by_everyone);
  g_test_add_func ("/palette/gray-is-the-byte", test_gray_is_the_byte);
  g_test_add_func ("/palette/what-is-no-number-has-its-own-color",
                   test_what_is_no_number_has_its_own_color);
  return g_test_run ();
}
