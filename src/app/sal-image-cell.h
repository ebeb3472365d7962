/* sal-image-cell.h - one image of the grid with its caption
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-dataset.h"

G_BEGIN_DECLS

#define SAL_TYPE_IMAGE_CELL (sal_image_cell_get_type ())
G_DECLARE_FINAL_TYPE (SalImageCell, sal_image_cell, SAL, IMAGE_CELL, GtkWidget)

GtkWidget *sal_image_cell_new (void);

/* Shows test image `index`; `prediction` is a class or -1 (not known).
 * `dataset` NULL shows nothing. */
void sal_image_cell_show (SalImageCell *self,
                          SalDataset   *dataset,
                          guint         index,
                          int           prediction);

guint sal_image_cell_get_index (SalImageCell *self);

G_END_DECLS
