/* plot-palette.c - colour tables
 *
 * Both map palettes were sampled in OKLab with lightness linear in |t|; the
 * run colours were chosen to maximise the smallest CIELAB distance over the
 * four kinds of colour vision, close to the usual blue, orange and green.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-palette.h"

#include <math.h>
#include <stddef.h>

static const uint32_t run_colors[2][PLOT_RUN_COLORS] = {
  { 0x503e4a, 0x2859b8, 0xe94714, 0x209b60,
    0x9f5ba4, 0x3c8cf5, 0x770b01, 0x68a033 },
  { 0xd6e9d4, 0x6f92e1, 0xeb7c07, 0x24d36d,
    0xa148e8, 0xa5d2ff, 0xe31a69, 0xffdd31 },
};

static const uint32_t random_colors[2] = { 0x8f8c90, 0x909095 };

static const uint32_t diverging[] = {
  0x184c95, 0x145fb2, 0x2475c6, 0x3b8bd6, 0x57a2e2, 0x78b8eb,
  0x9dcdf1, 0xc7e2f5, 0xf7f7f7, 0xfdd2cb, 0xfcb1a7, 0xf69086,
  0xeb7169, 0xdc5250, 0xc9343b, 0xb3122a, 0x940622,
};

static const uint32_t sequential[] = {
  0xf7f7f7, 0xf4e7cb, 0xf3d5a7, 0xf2c287, 0xf1ae6b, 0xee9953,
  0xe98441, 0xe26f34, 0xd85a2f, 0xcc472f, 0xbe3431, 0xad2235,
  0x9b1137, 0x880238, 0x720337, 0x5e0133, 0x4a002e,
};

static const uint32_t gray[] = { 0x000000, 0xffffff };

static const uint32_t purple_green[] = {
  0x61327b, 0x784396, 0x8f53b2, 0xa866ce, 0xb984d8, 0xc79ee0,
  0xd7bce9, 0xe7d9f0, 0xf7f7f7, 0xd3e5d4, 0xaed3b2, 0x8ac191,
  0x63af6f, 0x379c4e, 0x28843f, 0x186d2f, 0x065721,
};

static const uint32_t teal[] = {
  0xf7f7f7, 0xdfeae7, 0xc6ded9, 0xadd1cd, 0x93c5c3, 0x78b8bb,
  0x5caab4, 0x3e9cae, 0x118ea8, 0x007e9e, 0x066e91, 0x015e85,
  0x004f79, 0x01406c, 0x003161, 0x012256, 0x051447,
};

/* The middle is not the grey of what is no number. */
static const uint32_t gray_signed[] = { 0x000000, 0x808080, 0xffffff };

static const uint32_t ink[] = { 0xffffff, 0x000000 };

/* Equidistant colours; in between they are mixed. */
static const struct
{
  const uint32_t *anchors;
  int             n;
  bool            is_signed;
} colormaps[] = {
  [PLOT_COLORMAP_DIVERGING] = { diverging, 17, true },
  [PLOT_COLORMAP_SEQUENTIAL] = { sequential, 17, false },
  [PLOT_COLORMAP_GRAY] = { gray, 2, false },
  [PLOT_COLORMAP_PURPLE_GREEN] = { purple_green, 17, true },
  [PLOT_COLORMAP_TEAL] = { teal, 17, false },
  [PLOT_COLORMAP_GRAY_SIGNED] = { gray_signed, 3, true },
  [PLOT_COLORMAP_INK] = { ink, 2, false },
};

/* For unsigned maps, for signed ones. */
static const PlotColormap palettes[PLOT_N_PALETTES][2] = {
  [PLOT_PALETTE_BLUE_RED] = { PLOT_COLORMAP_SEQUENTIAL, PLOT_COLORMAP_DIVERGING },
  [PLOT_PALETTE_PURPLE_GREEN] = { PLOT_COLORMAP_TEAL, PLOT_COLORMAP_PURPLE_GREEN },
  [PLOT_PALETTE_GREY] = { PLOT_COLORMAP_INK, PLOT_COLORMAP_GRAY_SIGNED },
};

PlotColor
plot_color_from_rgb (uint32_t rgb)
{
  return (PlotColor) {
    .red = (double) (rgb >> 16 & 0xff) / 255.0,
    .green = (double) (rgb >> 8 & 0xff) / 255.0,
    .blue = (double) (rgb & 0xff) / 255.0,
    .alpha = 1.0,
  };
}

PlotColor
plot_color_fade (PlotColor color,
                 double    alpha)
{
  color.alpha *= alpha;
  return color;
}

PlotColor
plot_color_mix (PlotColor a,
                PlotColor b,
                double    t)
{
  return (PlotColor) {
    .red = a.red + (b.red - a.red) * t,
    .green = a.green + (b.green - a.green) * t,
    .blue = a.blue + (b.blue - a.blue) * t,
    .alpha = a.alpha + (b.alpha - a.alpha) * t,
  };
}

void
plot_color_set (cairo_t  *cr,
                PlotColor color)
{
  cairo_set_source_rgba (cr, color.red, color.green, color.blue, color.alpha);
}

PlotColor
plot_run_color (unsigned index,
                bool     dark)
{
  return plot_color_from_rgb (run_colors[dark ? 1 : 0][index % PLOT_RUN_COLORS]);
}

PlotColor
plot_random_color (bool dark)
{
  return plot_color_from_rgb (random_colors[dark ? 1 : 0]);
}

static uint32_t
mix_channel (uint32_t a,
             uint32_t b,
             int      shift,
             double   t)
{
  const double from = (double) (a >> shift & 0xff);
  const double to = (double) (b >> shift & 0xff);

  return (uint32_t) lround (from + (to - from) * t) << shift;
}

uint32_t
plot_colormap_rgb (PlotColormap colormap,
                   double       t)
{
  if (isnan (t))
    return PLOT_RGB_NOT_A_NUMBER;

  const int last = colormaps[colormap].n - 1;
  const double place = fmin (fmax (t, 0.0), 1.0) * last;
  const int anchor = place < last ? (int) place : last - 1;
  const uint32_t a = colormaps[colormap].anchors[anchor];
  const uint32_t b = colormaps[colormap].anchors[anchor + 1];

  return mix_channel (a, b, 16, place - anchor)
         | mix_channel (a, b, 8, place - anchor)
         | mix_channel (a, b, 0, place - anchor);
}

bool
plot_colormap_is_signed (PlotColormap colormap)
{
  return colormaps[colormap].is_signed;
}

PlotColormap
plot_palette_colormap (PlotPalette palette,
                       bool        is_signed)
{
  return palettes[palette][is_signed ? 1 : 0];
}

PlotStyle
plot_style_default (bool dark)
{
  const PlotStyle light_style = {
    .dark = false,
    .background = plot_color_from_rgb (0xffffff),
    .foreground = plot_color_from_rgb (0x2c2c31),
    .dim = plot_color_from_rgb (0x6f6e75),
    .grid = plot_color_from_rgb (0xe8e8eb),
    .axis = plot_color_from_rgb (0x5e5c64),
    .accent = plot_color_from_rgb (0x3584e4),
    .alert = plot_color_from_rgb (0xc64600),
    .track = plot_color_from_rgb (0xe4e4e7),
    .card = plot_color_from_rgb (0xffffff),
    .font_family = "Sans",
    .font_size = 12.0,
  };
  const PlotStyle dark_style = {
    .dark = true,
    .background = plot_color_from_rgb (0x2c2c30),
    .foreground = plot_color_from_rgb (0xf4f4f6),
    .dim = plot_color_from_rgb (0xa8a7ae),
    .grid = plot_color_from_rgb (0x404045),
    .axis = plot_color_from_rgb (0xc0bfbc),
    .accent = plot_color_from_rgb (0x62a0ea),
    .alert = plot_color_from_rgb (0xff8c42),
    .track = plot_color_from_rgb (0x47474d),
    .card = plot_color_from_rgb (0x3a3a3f),
    .font_family = "Sans",
    .font_size = 12.0,
  };

  return dark ? dark_style : light_style;
}
