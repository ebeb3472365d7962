/* plot-palette.h - the colours of runs, maps and the drawing's own parts
 *
 * A run keeps one colour on all pages: it is chosen by the run's index, never
 * by its place in a chart.  All pairs of run colours stay apart for viewers
 * with normal, protan, deutan and tritan vision, and have a contrast of 3 : 1
 * or more against the style's background; the tests compute both.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* sRGB with straight (not premultiplied) alpha, each in [0, 1]. */
typedef struct
{
  double red;
  double green;
  double blue;
  double alpha;
} PlotColor;

/* The opaque colour 0xRRGGBB. */
PlotColor plot_color_from_rgb (uint32_t rgb);

/* `color` with its alpha multiplied by `alpha`. */
PlotColor plot_color_fade (PlotColor color,
                           double    alpha);

/* From `a` (t = 0) to `b` (t = 1), channel by channel. */
PlotColor plot_color_mix (PlotColor a,
                          PlotColor b,
                          double    t);

/* Makes `color` the source of `cr`. */
void plot_color_set (cairo_t  *cr,
                     PlotColor color);

/* --- runs ---------------------------------------------------------------- */

/* The first four serve the ablation in its order: baseline (slate), SGT
 * (blue), PACT (orange), SGT + PACT (green). */
#define PLOT_RUN_COLORS 8

/* The colour of run number `index`, repeating after PLOT_RUN_COLORS. */
PlotColor plot_run_color (unsigned index,
                          bool     dark);

/* The grey of the random control, drawn dashed. */
PlotColor plot_random_color (bool dark);

/* --- maps ---------------------------------------------------------------- */

typedef enum
{
  PLOT_COLORMAP_DIVERGING,  /* blue - near white - red: signed maps           */
  PLOT_COLORMAP_SEQUENTIAL, /* near white - gold - wine: unsigned maps        */
  PLOT_COLORMAP_GRAY,       /* black - white: images                          */
  PLOT_COLORMAP_PURPLE_GREEN, /* purple - near white - green: signed maps      */
  PLOT_COLORMAP_TEAL,       /* near white - teal - navy: unsigned maps         */
  PLOT_COLORMAP_GRAY_SIGNED, /* black - middle grey - white: signed maps       */
  PLOT_COLORMAP_INK,        /* white - black: unsigned maps                    */
} PlotColormap;

/* Whether its middle stands for zero: for values on [-s, s]. */
bool plot_colormap_is_signed (PlotColormap colormap);

/* What a person chooses: the colours of signed and of unsigned maps together. */
typedef enum
{
  PLOT_PALETTE_BLUE_RED,
  PLOT_PALETTE_PURPLE_GREEN,
  PLOT_PALETTE_GREY,
  PLOT_N_PALETTES,
} PlotPalette;

PlotColormap plot_palette_colormap (PlotPalette palette,
                                    bool        is_signed);

/* The colour of a pixel that is not a number: a grey that no map contains. */
#define PLOT_RGB_NOT_A_NUMBER 0x8a8a7au

/* The colour 0xRRGGBB at `t` in [0, 1]; values outside are moved to the
 * nearest end, NaN gives PLOT_RGB_NOT_A_NUMBER.  0.5 of the diverging map is
 * its neutral centre exactly.  Both maps are monotone in lightness on either
 * side of their lightest colour. */
uint32_t plot_colormap_rgb (PlotColormap colormap,
                            double       t);

/* --- style --------------------------------------------------------------- */

/* Everything a drawing needs to know about its surroundings.  A plain value:
 * copy one of the defaults and change what the theme or the text scale asks.
 * Lengths are user units (application pixels); line widths and gaps follow
 * font_size, so that scaling the text scales the drawing. */
typedef struct
{
  bool        dark;
  PlotColor   background;  /* behind the data; also the halo around points    */
  PlotColor   foreground;  /* titles and values                               */
  PlotColor   dim;         /* tick labels, axis titles, hints                 */
  PlotColor   grid;        /* horizontal lines                                */
  PlotColor   axis;        /* crosshair, outlines                             */
  PlotColor   accent;      /* handle, selection, probability bars             */
  PlotColor   alert;       /* clipping level, marks                           */
  PlotColor   track;       /* what a bar would fill if it were full           */
  PlotColor   card;        /* readout boxes                                   */
  const char *font_family; /* borrowed, e.g. "Sans"                           */
  double      font_size;   /* of body text; 12 by default                     */
} PlotStyle;

/* The default style for a light or dark surface. */
PlotStyle plot_style_default (bool dark);

#ifdef __cplusplus
}
#endif
