/* sal-map-link.h - what linked maps share: the pixel pointed at and the zoom
 *
 * Give the same link to several SalMapView, and a crosshair in one is a
 * crosshair in all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "plot-map.h"

G_BEGIN_DECLS

/* GObject; signal "changed". */
#define SAL_TYPE_MAP_LINK (sal_map_link_get_type ())
G_DECLARE_FINAL_TYPE (SalMapLink, sal_map_link, SAL, MAP_LINK, GObject)

SalMapLink *sal_map_link_new (void);

/* The map pixel under the pointer. FALSE if there is none. */
gboolean sal_map_link_get_pixel (SalMapLink *self,
                                 int        *column,
                                 int        *row);

/* A negative column: none. */
void sal_map_link_set_pixel (SalMapLink *self,
                             int         column,
                             int         row);

/* The part that is shown of a map of this size. */
PlotMapView sal_map_link_get_view (SalMapLink *self,
                                   int         height,
                                   int         width);

/* A view without width: all of the map. */
void sal_map_link_set_view (SalMapLink *self,
                            PlotMapView view);

G_END_DECLS
