/* sal-drawing.h - a widget that shows what src/plot draws
 *
 * The base of SalChart, SalMapView, SalBarsView and SalHistogramView: it
 * follows the theme and the text scale, and everything that is on screen can
 * be saved as SVG, PDF, PNG, CSV or NPY through the "drawing.export" action, the
 * context menu or a SalExportButton.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "plot-geometry.h"
#include "plot-palette.h"
#include "plot-table.h"

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

  /* Writes the numbers that are shown; NULL: as `list_numbers` has them. */
  gboolean (*write_csv) (SalDrawing *self,
                         const char *path,
                         GError    **error);

  /* The numbers that are shown, for a table to read or, with the columns named
   * alike in all languages, for a file; NULL where there are none.  Free the
   * result. */
  PlotTable *(*list_numbers) (SalDrawing *self,
                              gboolean    in_file);

  /* What the table is of; free the result.  The drawing's name where the
   * class does not say. */
  char *(*name_numbers) (SalDrawing *self);

  /* How large a figure of it is; NULL: as on screen. */
  PlotRect (*measure_figure) (SalDrawing *self);

  /* Writes the array that is shown, unscaled; NULL where there is none. */
  gboolean (*write_npy) (SalDrawing *self,
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

/* What it is called and how it is used, for those who cannot see it. */
void sal_drawing_describe (SalDrawing *self,
                           const char *name,
                           const char *help);

/* What it shows now, or where its cursor is; NULL: nothing to say. */
void sal_drawing_set_value (SalDrawing *self,
                            const char *value);

/* The numbers that are shown, or NULL where there are none now. Free the
 * result. */
PlotTable *sal_drawing_list_numbers (SalDrawing *self);

/* `word`, marked with N_(), as it is in files and translated elsewhere:
 * programs that read files know one language. */
const char *sal_drawing_word (const char *word,
                              gboolean    in_file);

/* Opens them as a table in a window of its own ("drawing.table", Ctrl+D). */
void sal_drawing_show_numbers (SalDrawing *self);

/* Sets "export-metadata" of all drawings in `root`. */
void sal_drawing_set_metadata_in (GtkWidget  *root,
                                  const char *metadata);

/* The actions of the drawing (prefix "drawing"), and the menu that uses
 * them. */
GActionGroup *sal_drawing_get_actions (SalDrawing *self);
GMenuModel   *sal_drawing_get_menu    (SalDrawing *self);

/* Has the menu and the keys of the drawing on `widget` too, of which it is a
 * part that cannot be pressed by itself. */
void sal_drawing_lend_menu (SalDrawing *self,
                            GtkWidget  *widget);

G_END_DECLS
