/* sal-dataset-cache.h - data sets opened once, off the main thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset.h"

G_BEGIN_DECLS

/* Signal "importing" (name, done, total) tells a few times a second how far an
 * import is, on the main thread: total is 0 while files are counted, and both
 * are 0 when it is over. */
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

/* Stops the opening of `name` if it is under way: whoever asked for it gets
 * G_IO_ERROR_CANCELLED. */
void sal_dataset_cache_cancel (SalDatasetCache *self,
                               const char      *name);

/* Returns a reference. */
SalDataset *sal_dataset_cache_open_finish (SalDatasetCache *self,
                                           GAsyncResult    *result,
                                           GError         **error);

G_END_DECLS
