/* sal-drawing.h - a widget that shows what src/plot draws
 *
 * The base of SalChart, SalMapView, SalBarsView and SalHistogramView: it
 * follows the theme and the text scale, and everything that is on screen can
 * be saved as SVG, PDF, PNG or CSV through the "drawing.export" action, the
 * context menu or a SalExportButton.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "plot-geometry.h"
#include "plot-palette.h"

G_BEGIN_DECLS

/* Properties: "export-name" (string), what a saved file is called;
 * "export-metadata" (string), what travels inside it, such as the recipe. */
#define SAL_TYPE_DRAWING (sal_drawing_get_type ())
G_DECLARE_DERIVABLE_TYPE (SalDrawing, sal_drawing, SAL, DRAWING, GtkWidget)

struct _SalDrawingClass
{
  GtkWidgetClass parent_class;

  /* Draws everything into `bounds`; the background is not painted. */
  void (*draw) (SalDrawing      *self,
                cairo_t         *cr,
                const PlotStyle *style,
                PlotRect         bounds);

  /* Writes the numbers that are shown; NULL where there are none. */
  gboolean (*write_csv) (SalDrawing *self,
                         const char *path,
                         GError    **error);
};

/* The theme's style at the widget's text scale. */
PlotStyle sal_drawing_get_style (SalDrawing *self);

/* All of the widget. */
PlotRect sal_drawing_get_bounds (SalDrawing *self);

/* Writes what is shown to `path`, in the format of its extension. */
gboolean sal_drawing_export (SalDrawing *self,
                             const char *path,
                             GError    **error);

/* The actions of the drawing (prefix "drawing"), and the menu that uses
 * them. */
GActionGroup *sal_drawing_get_actions (SalDrawing *self);
GMenuModel   *sal_drawing_get_menu    (SalDrawing *self);

G_END_DECLS
