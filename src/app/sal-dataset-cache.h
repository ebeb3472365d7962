/* sal-dataset-cache.h - data sets opened once, off the main thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset.h"

G_BEGIN_DECLS

#define SAL_TYPE_DATASET_CACHE (sal_dataset_cache_get_type ())
G_DECLARE_FINAL_TYPE (SalDatasetCache, sal_dataset_cache, SAL, DATASET_CACHE, GObject)

SalDatasetCache *sal_dataset_cache_new (void);

/* The data set `name` if it is open already, otherwise NULL. Borrowed. */
SalDataset *sal_dataset_cache_peek (SalDatasetCache *self,
                                    const char      *name);

/* Opens `name` (see sal_dataset_open()). Those who ask for the same name while
 * it is being opened share one opening. */
void sal_dataset_cache_open_async (SalDatasetCache    *self,
                                   const char         *name,
                                   GAsyncReadyCallback callback,
                                   gpointer            data);

/* Returns a reference. */
SalDataset *sal_dataset_cache_open_finish (SalDatasetCache *self,
                                           GAsyncResult    *result,
                                           GError         **error);

G_END_DECLS
