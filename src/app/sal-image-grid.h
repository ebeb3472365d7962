/* sal-image-grid.h - the test images at the left of the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Property "session" (SalSession): the selection is its "image". */
#define SAL_TYPE_IMAGE_GRID (sal_image_grid_get_type ())
G_DECLARE_FINAL_TYPE (SalImageGrid, sal_image_grid, SAL, IMAGE_GRID, AdwBin)

/* Shows only the images of class `label` that the run takes for `predicted`,
 * and makes one of them the current image. */
void sal_image_grid_show_predicted (SalImageGrid *self,
                                    int           label,
                                    int           predicted);

/* What it should have in a window that is roomy, or narrow. */
int sal_image_grid_wanted_width (SalImageGrid *self,
                                 gboolean      roomy);

/* Puts the cursor where an index can be typed. */
void sal_image_grid_focus_search (SalImageGrid *self);

G_END_DECLS
