/* plot-map.h - images and saliency maps as crisp pixels
 *
 * Numbers become a small ARGB32 surface once (one pixel a value); drawing
 * enlarges it with CAIRO_FILTER_NEAREST.  Values are never normalised
 * silently: the caller states the scale s, and the colour bar prints it.
 * Arrays are row-major; images are planar (channels, height, width).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-palette.h"

#include <cairo.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- numbers ------------------------------------------------------------- */

/* How the channels of a map become one value a pixel. */
typedef enum
{
  PLOT_REDUCE_SUM,      /* sum over channels, signed                          */
  PLOT_REDUCE_LARGEST,  /* the value of largest magnitude, with its sign      */
  PLOT_REDUCE_MAGNITUDE,/* mean of |value|, unsigned                          */
  PLOT_REDUCE_NORM,     /* Euclidean norm, unsigned                           */
} PlotReduction;

#define PLOT_REDUCTIONS 4

/* The rule in words, such as "sum over channels". */
const char *plot_reduction_title (PlotReduction reduction);

/* Whether the rule gives values >= 0 only: draw on [0, s]. */
bool plot_reduction_is_unsigned (PlotReduction reduction);

/* Reduces `map` (channels, height, width) to `out` (height, width).  With one
 * channel SUM and LARGEST copy.  A NaN in any channel gives NaN. */
void plot_map_reduce (const float  *map,
                      int           channels,
                      int           height,
                      int           width,
                      PlotReduction reduction,
                      float        *out);

typedef struct
{
  double minimum;    /* of finite values; NaN if there are none               */
  double maximum;
  double largest;    /* of |value|; 0 if there is no finite value             */
  double robust;     /* the 99th percentile of |value|                        */
  size_t not_finite; /* number of NaN and infinite values                     */
} PlotMapStats;

/* Statistics of `n` values.  O(n). */
void plot_map_stats (const float  *values,
                     size_t        n,
                     PlotMapStats *stats);

/* The `share` quantile (0..1) of |value| over finite values, the smallest
 * magnitude that at least that share of them does not exceed; 0 if there are
 * none. */
double plot_map_percentile (const float *values,
                            size_t       n,
                            double       share);

/* What must be said about a map in words because colours cannot: "all zero",
 * "constant", "3 values are not finite"; NULL if there is nothing.  The
 * text is written into `text` of `size` bytes where it holds a number. */
const char *plot_map_notice (const PlotMapStats *stats,
                             size_t              n,
                             char               *text,
                             size_t              size);

/* --- surfaces ------------------------------------------------------------ */

/* Bytes (channels, height, width) with 1 (grey) or 3 (RGB) channels.  Other
 * counts draw the first channel.  Free with cairo_surface_destroy(). */
cairo_surface_t *plot_map_image_surface (const uint8_t *pixels,
                                         int            channels,
                                         int            height,
                                         int            width);

/* `values` (height, width) on [-scale, scale] for the signed colours, on
 * [0, scale] for the others.  Values beyond the scale take the end colour,
 * infinities too, NaN its own grey.  A scale that is zero or not finite draws
 * every finite value as the colour of zero. */
cairo_surface_t *plot_map_heat_surface (const float *values,
                                        int          height,
                                        int          width,
                                        PlotColormap colormap,
                                        double       scale);

/* The map over its image: the image as dimmed grey (luminance Rec. 601), and
 * on it one vivid colour of the palette for each sign, with opacity
 * |value| / scale. */
cairo_surface_t *plot_map_overlay_surface (const uint8_t *pixels,
                                           int            channels,
                                           const float   *values,
                                           int            height,
                                           int            width,
                                           PlotColormap   colormap,
                                           double         scale);

/* A mask (height, width): 0 dark, otherwise light. */
cairo_surface_t *plot_map_mask_surface (const uint8_t *mask,
                                        int            height,
                                        int            width);

/* --- drawing ------------------------------------------------------------- */

/* The part of a map that is shown, in map pixels: zoom and pan, shared by
 * linked panes.  { 0, 0, width, height } is all of it. */
typedef PlotRect PlotMapView;

/* Where `view` is drawn in `bounds`: as large as fits, in its aspect ratio,
 * centred, on whole pixels. */
PlotRect plot_map_fit (PlotRect    bounds,
                       PlotMapView view);

/* Draws the `view` of `surface` into `target` (see plot_map_fit()), nearest
 * neighbour, clipped to a rectangle with corners of `radius`. */
void plot_map_draw (cairo_t         *cr,
                    cairo_surface_t *surface,
                    PlotRect         target,
                    PlotMapView      view,
                    double           radius);

/* Words over a map (see plot_map_notice()), centred low in `target`, in several
 * lines where it is narrow. */
void plot_map_draw_notice (cairo_t         *cr,
                           const PlotStyle *style,
                           PlotRect         target,
                           const char      *text);

/* Lines through map pixel (column, row) and a box around it, visible on any
 * colour. */
void plot_map_draw_crosshair (cairo_t    *cr,
                              PlotRect    target,
                              PlotMapView view,
                              int         column,
                              int         row);

/* The vertical colour bar of a map with its numbers to the right: +scale, 0
 * and -scale for signed colours, otherwise scale and 0.  The bar is 14
 * wide at the left of `bounds`. */
void plot_map_draw_colorbar (cairo_t         *cr,
                             const PlotStyle *style,
                             PlotRect         bounds,
                             PlotColormap     colormap,
                             double           scale);

/* The map pixel under a pixel of the drawing.  Returns false outside. */
bool plot_map_pixel_at (PlotRect    target,
                        PlotMapView view,
                        int         height,
                        int         width,
                        double      pixel_x,
                        double      pixel_y,
                        int        *column,
                        int        *row);

/* Zooms `view` of a (height, width) map by `factor` about a pixel of
 * `target`; never shows less than 4 pixels or more than the map. */
PlotMapView plot_map_zoom (PlotRect    target,
                           PlotMapView view,
                           int         height,
                           int         width,
                           double      pixel_x,
                           double      pixel_y,
                           double      factor);

/* Moves the view so that the map follows a drag by (dx, dy) pixels, kept
 * inside the map. */
PlotMapView plot_map_pan (PlotRect    target,
                          PlotMapView view,
                          int         height,
                          int         width,
                          double      dx,
                          double      dy);

#ifdef __cplusplus
}
#endif
