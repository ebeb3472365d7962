/* sal-dataset-library.h - the user's own data sets, imported under a name
 *
 * Each is one file datasets/NAME.saldata in the data directory
 * ($SALISCOPE_HOME or $XDG_DATA_HOME/saliscope) and needs its source no more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset-file.h"
#include "sal-import.h"

G_BEGIN_DECLS

typedef struct
{
  char           *name;
  char           *problem;   /* what is wrong with its file: it cannot be
                                opened, only removed or imported again; or NULL */
  SalDatasetLabel label;     /* with a problem, all NULL                     */
  NnImages        parts[2];  /* numbers only: no pixels                      */
} SalLibraryEntry;

void sal_library_entry_free (SalLibraryEntry *self);

/* The data sets by name, SalLibraryEntry each, damaged ones among them. Free
 * with g_ptr_array_unref(). */
GPtrArray *sal_dataset_library_list (void);

/* An error (SAL_ERROR_BAD_SETTING) unless `name` is up to 64 lower-case letters,
 * digits, "-", "_" and ".", the first a letter or digit, and no data set that is
 * known anyway has it. */
gboolean sal_dataset_library_check_name (const char *name,
                                         GError    **error);

/* A name that may be used, made of the name of `source`. Free the result. */
char *sal_dataset_library_suggest_name (const char *source);

/* Whether there is a data set of this name. */
gboolean sal_dataset_library_has (const char *name);

/* sal_import() under `name`, which is replaced if it exists. */
gboolean sal_dataset_library_import (const char             *source,
                                     const char             *name,
                                     const SalImportOptions *options,
                                     SalDatasetProgress      progress,
                                     gpointer                data,
                                     GCancellable           *cancellable,
                                     GError                **error);

SalDataset *sal_dataset_library_open (const char *name,
                                      GError    **error);

gboolean sal_dataset_library_remove (const char *name,
                                     GError    **error);

G_END_DECLS
