/* sal-map-view.h - an image, or a saliency map of it, pixel by pixel
 *
 * Pointing shows the pixel (in all views with the same link), scrolling
 * zooms, dragging moves, a double click shows all of it; arrow keys move the
 * crosshair, + and - zoom, Home shows all, Escape lets go.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-layer.h"
#include "plot-map.h"
#include "sal-drawing.h"
#include "sal-map-link.h"

G_BEGIN_DECLS

typedef enum
{
  SAL_MAP_IMAGE,   /* the image alone                                          */
  SAL_MAP_HEAT,    /* the map alone                                            */
  SAL_MAP_OVERLAY, /* the map over its dimmed image                            */
  SAL_MAP_MASK,    /* the map as a mask: 0 dark, otherwise light               */
} SalMapMode;

/* Properties:
 *   "title"  string, what it is, for those who cannot see it
 *   "side"   int, natural width and height
 *   "link"   SalMapLink; each view has its own until it is given another
 *   "paintable"  boolean, dragging paints instead of moving
 *
 * Signal "paint" (int column, int row, gboolean erase) while the pointer is
 * drawn over a paintable view; Shift erases. */
#define SAL_TYPE_MAP_VIEW (sal_map_view_get_type ())
G_DECLARE_FINAL_TYPE (SalMapView, sal_map_view, SAL, MAP_VIEW, SalDrawing)

GtkWidget *sal_map_view_new (void);

/* Shows `pixels` (channels, height, width); copied. NULL: no image. */
void sal_map_view_set_image (SalMapView   *self,
                             const guint8 *pixels,
                             int           channels,
                             int           height,
                             int           width);

/* Shows `map` (channels, height, width), reduced to one value a pixel and
 * copied; NULL: no map. */
void sal_map_view_set_map (SalMapView   *self,
                           const float  *map,
                           int           channels,
                           int           height,
                           int           width,
                           PlotReduction reduction);

void sal_map_view_set_mode (SalMapView *self,
                            SalMapMode  mode);

/* Whether the map has a meaningful sign (as at first), which decides on its
 * colours. */
void sal_map_view_set_signed (SalMapView *self,
                              gboolean    is_signed);

/* The value at the end of the colours (see plot-map.h). */
void sal_map_view_set_scale (SalMapView *self,
                             double      scale);

void        sal_map_view_set_link (SalMapView *self,
                                   SalMapLink *link);
SalMapLink *sal_map_view_get_link (SalMapView *self);

/* The reduced value of a pixel; NaN without a map or outside. */
double sal_map_view_get_value (SalMapView *self,
                               int         column,
                               int         row);

/* The map as it was given, (channels, height, width), or NULL. */
const float *sal_map_view_get_map (SalMapView *self,
                                   NnShape    *shape);

/* The reduced map (height, width), or NULL. */
const float *sal_map_view_get_values (SalMapView *self,
                                      int        *height,
                                      int        *width);

G_END_DECLS
