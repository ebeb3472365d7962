/* sal-filmstrip-figure.h - all frames of a filmstrip as one figure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-map-view.h"

G_BEGIN_DECLS

/* Is not seen: it draws, lists and writes what the frames show. */
#define SAL_TYPE_FILMSTRIP_FIGURE (sal_filmstrip_figure_get_type ())
G_DECLARE_FINAL_TYPE (SalFilmstripFigure, sal_filmstrip_figure, SAL, FILMSTRIP_FIGURE, SalDrawing)

/* Adds a frame at its end: "3 bits", in files 3 (NN_BITS_OFF: "off"), over the
 * map, whose widget lives as long, and below it what `words` says then. */
void sal_filmstrip_figure_add (SalFilmstripFigure *self,
                               int                 bits,
                               const char         *title,
                               SalMapView         *map_view,
                               GtkLabel           *words);

/* What files of the strip and of its frames are called, what stands over all,
 * and what travels in them below it. */
void sal_filmstrip_figure_describe (SalFilmstripFigure *self,
                                    const char         *file_name,
                                    const char         *title,
                                    const char         *recipes);

G_END_DECLS
