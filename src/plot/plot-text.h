/* plot-text.h - labels, measured and drawn with Pango
 *
 * Text is measured and drawn with the same font options (unhinted metrics),
 * so that a layout computed without a cairo context fits on every surface.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-palette.h"

#include <pango/pangocairo.h>

typedef enum
{
  PLOT_FONT_TITLE, /* bold, a little larger                                   */
  PLOT_FONT_BOLD,
  PLOT_FONT_BODY,
  PLOT_FONT_SMALL, /* tick labels, hints                                      */
} PlotFont;

typedef struct _PlotLayouts PlotLayouts;

typedef struct
{
  PlotLayouts     *layouts; /* of this thread                                 */
  const PlotStyle *style;
} PlotText;

/* For the labels of one drawing, in the thread that calls; any other thread
 * has its own.  Ends with plot_text_end(). */
PlotText plot_text_begin (const PlotStyle *style);
void     plot_text_end   (PlotText *text);

/* The logical size of `string` (UTF-8; other bytes are shown as U+FFFD) in
 * user units.  `height` may be NULL. */
double plot_text_width (PlotText   *text,
                        PlotFont    font,
                        const char *string,
                        double     *height);

/* The height of a line in `font`. */
double plot_text_height (PlotText *text,
                         PlotFont  font);

/* Draws `string` so that the point (x, y) lies at the share (h, v) of its
 * logical rectangle: (0, 0) top left, (0.5, 0.5) centre.  Returns its width. */
double plot_text_draw (PlotText   *text,
                       cairo_t    *cr,
                       PlotFont    font,
                       PlotColor   color,
                       const char *string,
                       double      x,
                       double      y,
                       double      h,
                       double      v);

/* The same at the left of x, cut with an ellipsis to at most `width`. */
double plot_text_draw_cut (PlotText   *text,
                           cairo_t    *cr,
                           PlotFont    font,
                           PlotColor   color,
                           const char *string,
                           double      x,
                           double      y,
                           double      v,
                           double      width);

/* The height of `string` in as many lines of at most `width` as it takes. */
double plot_text_wrapped_height (PlotText   *text,
                                 PlotFont    font,
                                 const char *string,
                                 double      width);

/* Draws `string` so wrapped, the point (x, y) at the share (h, v) of the
 * rectangle; lines are centred where h is 0.5. */
void plot_text_draw_wrapped (PlotText   *text,
                             cairo_t    *cr,
                             PlotFont    font,
                             PlotColor   color,
                             const char *string,
                             double      x,
                             double      y,
                             double      h,
                             double      v,
                             double      width);
