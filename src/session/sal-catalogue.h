/* sal-catalogue.h - the public data sets: what they are and where to get them
 *
 * One JSON file for each in data/datasets (its README.md describes the
 * format), compiled into the program: a data set is added by a file and a
 * line in the manifest.  Entries are immutable; any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "nn/nn-images.h"

G_BEGIN_DECLS

/* One file as it is served. */
typedef struct
{
  const char *name;           /* without a directory                           */
  guint64     size;           /* bytes                                         */
  const char *sha256;         /* of these bytes, 64 lower-case digits          */
  const char *content_sha256; /* of what a .gz holds: it may have been         */
                              /* compressed again, or not; NULL: not known     */
} SalCatalogueFile;

typedef struct
{
  const char             *id;          /* "mnist": the name of the file        */
  const char             *title;       /* "MNIST"                              */
  const char             *summary;     /* one sentence                         */
  const char             *format;      /* which reader: "idx", "cifar-10" ...  */
  const char             *homepage;
  const char             *licence;
  const char             *citation;
  const char *const      *mirrors;     /* what stands before a file's name;    */
                                       /* tried in order; ended by NULL        */
  const SalCatalogueFile *files;       /* ended by a row whose name is NULL    */
  guint64                 size;        /* of all files                         */
  const char *const      *class_names; /* ended by NULL                        */
  int                     classes;
  int                     channels;
  float                   mean[NN_MAX_CHANNELS]; /* of values in 0 ... 1       */
  float                   std[NN_MAX_CHANNELS];
} SalCatalogueEntry;

/* Entry `index` in the order of lists, or NULL past the last. */
const SalCatalogueEntry *sal_catalogue_entry (guint index);

/* The entry called `id`, or NULL. */
const SalCatalogueEntry *sal_catalogue_find (const char *id);

/* The same with an error (SAL_ERROR_NOT_FOUND) that lists the ids there are. */
const SalCatalogueEntry *sal_catalogue_require (const char *id,
                                                GError    **error);

/* Reads the text of one file, called `id`.  SAL_ERROR_BAD_FILE names the
 * member, what was expected and what was found; members that are not known
 * are refused, so that nothing misspelt is ignored.  `*order` gets the place
 * in lists.  Free with sal_catalogue_entry_free(). */
SalCatalogueEntry *sal_catalogue_parse (const char *id,
                                        const char *text,
                                        gsize       length,
                                        gint64     *order,
                                        GError    **error);

void sal_catalogue_entry_free (SalCatalogueEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalCatalogueEntry, sal_catalogue_entry_free)

G_END_DECLS
