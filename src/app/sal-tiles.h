/* sal-tiles.h - children of one size, arranged so that they are as large as
 * the room allows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children stand in one line, or in as few full lines as they fit in; where
 * there is more height than that, in as many as make them largest: four maps
 * become two by two in a narrow card and in a high one.
 * Property: "spacing" (uint, 8), between children and between lines. */
#define SAL_TYPE_TILES (sal_tiles_get_type ())
G_DECLARE_FINAL_TYPE (SalTiles, sal_tiles, SAL, TILES, GtkWidget)

G_END_DECLS
