/* sal-dataset-files.h - the files of a public data set: there, to get, to check
 *
 * A download collects the files in DIRECTORY/ID.part and gives the folder the
 * name DIRECTORY/ID when all of them are there and checked, so that a data set
 * is on the computer whole or not at all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-catalogue.h"

G_BEGIN_DECLS

/* ---- where they are ---------------------------------------------------------------- */

/* The directory of downloads: datasets in the data directory. Free it. */
char *sal_dataset_files_directory (void);

/* The entry whose files the data set `name` needs, if they are not on this
 * computer; NULL if they are, or if it needs none. */
const SalCatalogueEntry *sal_dataset_files_missing (const char *name);

/* Bytes of an unfinished download into `directory` (NULL: the usual one). */
guint64 sal_dataset_files_kept (const SalCatalogueEntry *entry,
                                const char              *directory);

/* ---- getting them --------------------------------------------------------------------- */

typedef struct
{
  const SalCatalogueEntry *entry;
  const char              *mirror;    /* an address that serves ID/NAME: asked  */
                                      /* instead of the mirrors of the entry;   */
                                      /* NULL: $SALISCOPE_MIRROR if it is set   */
  const char              *directory; /* NULL: the usual one                    */
  gboolean                 replace;   /* files that are there with other bytes  */
} SalDatasetFilesRequest;

/* `bytes` of `total` are there. */
typedef void (*SalDatasetFilesProgress) (guint64  bytes,
                                         guint64  total,
                                         gpointer data);

/* Gets what is missing.  `progress` is called about ten times a second in the
 * caller's main context, and not after `callback`.  The request is copied. */
void sal_dataset_files_get_async (const SalDatasetFilesRequest *request,
                                  SalDatasetFilesProgress       progress,
                                  gpointer                      progress_data,
                                  GCancellable                 *cancellable,
                                  GAsyncReadyCallback           callback,
                                  gpointer                      data);

/* Returns the folder that holds the files, to be freed.  Errors as those of
 * sal_download_run(), and SAL_ERROR_BAD_SETTING for a bad mirror. */
char *sal_dataset_files_get_finish (GAsyncResult *result,
                                    GError      **error);

/* ---- checking them ----------------------------------------------------------------------- */

typedef enum
{
  SAL_DATASET_FILE_GOOD,
  SAL_DATASET_FILE_WRONG,    /* other bytes than those of the catalogue         */
  SAL_DATASET_FILE_UNPACKED, /* there, but only the packed file can be checked  */
  SAL_DATASET_FILE_MISSING,
} SalDatasetFileState;

/* The state of `file` in `folder`, as it is or unpacked (without its .gz), by
 * its digest: reads all of it.  `*path` gets where it is or should be and
 * `*found` the SHA-256 of a wrong one, else NULL; free both.  FALSE with an
 * error if it could not be read. */
gboolean sal_dataset_files_check (const SalCatalogueFile *file,
                                  const char             *folder,
                                  SalDatasetFileState    *state,
                                  char                  **path,
                                  char                  **found,
                                  GCancellable           *cancellable,
                                  GError                **error);

G_END_DECLS
