/* sal-map-view-private.h - what the two files of SalMapView share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-map-view.h"

G_BEGIN_DECLS

struct _SalMapView
{
  SalDrawing       parent_instance;

  char            *title;
  int              side;
  SalMapLink      *link;
  gboolean         paintable;

  SalMapMode       mode;
  double           scale;
  gboolean         is_unsigned;
  guint8          *pixels;      /* (channels, height, width), or NULL      */
  int              channels;
  float           *values;      /* (height, width), or NULL                */
  float           *raw;         /* (map_channels, height, width), or NULL  */
  int              map_channels;
  int              height;
  int              width;

  cairo_surface_t *surface;     /* what is shown, NULL while out of date   */
  PlotRect         target;      /* where, in the last drawing              */
  double           drag_x;
  double           drag_y;
  gboolean         has_dot;     /* of the stroke: where the last one is    */
  int              dot_column;
  int              dot_row;
};

PlotMapView sal_map_view_get_view (SalMapView *self);

void sal_map_view_paint (SalMapView *self,
                         int         column,
                         int         row,
                         gboolean    erase);

/* Pointer and keys: sal-map-view-input.c. */
void sal_map_view_input_class_init (GtkWidgetClass *widget_class);
void sal_map_view_input_init       (SalMapView *self);

G_END_DECLS
