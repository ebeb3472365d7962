/* sal-image-list.h - the test images that pass the filters, as a list model
 *
 * Items are made when a cell asks for them; the list itself is one array of
 * indices, so that filtering ten thousand images is one pass over bytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-lab.h"

G_BEGIN_DECLS

/* One image: its index among the test images. */
#define SAL_TYPE_IMAGE_ITEM (sal_image_item_get_type ())
G_DECLARE_FINAL_TYPE (SalImageItem, sal_image_item, SAL, IMAGE_ITEM, GObject)

SalImageItem *sal_image_item_new       (guint index);
guint         sal_image_item_get_index (SalImageItem *self);

/* GListModel of SalImageItem. */
#define SAL_TYPE_IMAGE_LIST (sal_image_list_get_type ())
G_DECLARE_FINAL_TYPE (SalImageList, sal_image_list, SAL, IMAGE_LIST, GObject)

SalImageList *sal_image_list_new (void);

/* Lists the test images of `dataset`; NULL: none. */
void sal_image_list_set_dataset (SalImageList *self,
                                 SalDataset   *dataset);

SalDataset *sal_image_list_get_dataset (SalImageList *self);

/* Uses the predictions of `model` (NULL: none are known); call it again when
 * they have grown. */
void sal_image_list_set_model (SalImageList *self,
                               SalLabModel  *model);

/* The class that the model predicts for an image, or -1. */
int sal_image_list_get_prediction (SalImageList *self,
                                   guint         index);

/* Only images of class `label` (-1: all), only those predicted wrong, only
 * those predicted as class `predicted` (-1: any). */
void sal_image_list_set_filter (SalImageList *self,
                                int           label,
                                gboolean      only_wrong,
                                int           predicted);

/* Only images for which `drift` (one number for each test image, copied) is
 * known, those that moved most first; with `flipped` (the same) only those for
 * which it is not 0.  `drift` NULL: all again, in their own order.  Another
 * data set forgets it. */
void sal_image_list_set_drift (SalImageList *self,
                               const float  *drift,
                               const guint8 *flipped);

/* Number of images of the chosen class, of those predicted wrong, and whether
 * all of them are predicted. */
gboolean sal_image_list_count (SalImageList *self,
                               gsize        *images,
                               gsize        *wrong);

/* The position of image `index`. FALSE if the filters hide it. */
gboolean sal_image_list_find (SalImageList *self,
                              guint         index,
                              guint        *position);

G_END_DECLS
