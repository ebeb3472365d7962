/* sal-import.h - a user's own pictures, once, into a file that opens at once
 *
 * The source is a folder or an archive (.zip, .tar, .tar.gz, .tar.xz,
 * .tar.zst ...) with a folder of pictures per class (sal-import-plan.h), or
 * with CIFAR-10 or CIFAR-100 in their binary version (sal-cifar.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset.h"

G_BEGIN_DECLS

typedef struct
{
  const char *title;      /* NULL: from the name of the source               */
  int         size;       /* side in pixels; 0: that of the pictures if all
                           * have the same and no side is above 64, else 32  */
  gboolean    is_grey;    /* one channel, else three                         */
  double      test_share; /* above 0, below 1; where no test folder is       */
  guint64     seed;       /* of the test part and the order                  */
} SalImportOptions;

#define SAL_IMPORT_DEFAULTS { NULL, 0, FALSE, 0.1, 0 }

#define SAL_IMPORT_MAX_SIZE 1024

/* An error (SAL_ERROR_BAD_SETTING) where an option is out of range. */
gboolean sal_import_options_check (const SalImportOptions *options,
                                   GError                **error);

/* Reads `source` and writes the data set's file `target`
 * (sal-dataset-file.h).  Pictures are decoded on all processors; `progress`
 * (may be NULL) is called on the calling thread only.  Up to a tenth of the
 * pictures may be unreadable: they are left out and the data set's note says
 * so; more are SAL_ERROR_BAD_FILE.  Either error or note names the first. */
gboolean sal_import (const char             *source,
                     const char             *target,
                     const SalImportOptions *options,
                     SalDatasetProgress      progress,
                     gpointer                data,
                     GCancellable           *cancellable,
                     GError                **error);

/* Opens `source` by way of a file in the cache directory
 * ($SALISCOPE_HOME/imports or $XDG_CACHE_HOME/saliscope/imports), importing it
 * first if it was not, if it has changed (names, sizes, times) or if the file is
 * damaged.  The data set's name is the absolute path of `source`. */
SalDataset *sal_import_open (const char             *source,
                             const SalImportOptions *options,
                             SalDatasetProgress      progress,
                             gpointer                data,
                             GCancellable           *cancellable,
                             GError                **error);

/* Whether `source` holds pictures or CIFAR files at all; stops at the first. */
gboolean sal_import_is_possible (const char   *source,
                                 GCancellable *cancellable);

G_END_DECLS
