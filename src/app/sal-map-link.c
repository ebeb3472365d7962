/* sal-map-link.c - what linked maps share: the pixel pointed at and the zoom
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-map-link.h"

struct _SalMapLink
{
  GObject     parent_instance;

  int         column;
  int         row;
  PlotMapView view;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalMapLink, sal_map_link, G_TYPE_OBJECT)

gboolean
sal_map_link_get_pixel (SalMapLink *self,
                        int        *column,
                        int        *row)
{
  g_return_val_if_fail (SAL_IS_MAP_LINK (self), FALSE);

  *column = self->column;
  *row = self->row;
  return self->column >= 0;
}

void
sal_map_link_set_pixel (SalMapLink *self,
                        int         column,
                        int         row)
{
  g_return_if_fail (SAL_IS_MAP_LINK (self));

  if (self->column == column && self->row == row)
    return;
  self->column = column;
  self->row = row;
  g_signal_emit (self, signals[CHANGED], 0);
}

PlotMapView
sal_map_link_get_view (SalMapLink *self,
                       int         height,
                       int         width)
{
  g_return_val_if_fail (SAL_IS_MAP_LINK (self), ((PlotMapView) { 0, 0, width, height }));

  const PlotMapView *view = &self->view;

  if (view->width > 0 && view->x + view->width <= width && view->y + view->height <= height)
    return *view;
  return (PlotMapView) { 0, 0, width, height };
}

void
sal_map_link_set_view (SalMapLink *self,
                       PlotMapView view)
{
  g_return_if_fail (SAL_IS_MAP_LINK (self));

  self->view = view;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
sal_map_link_class_init (SalMapLinkClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_MAP_LINK, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sal_map_link_init (SalMapLink *self)
{
  self->column = -1;
  self->row = -1;
}

SalMapLink *
sal_map_link_new (void)
{
  return g_object_new (SAL_TYPE_MAP_LINK, NULL);
}
