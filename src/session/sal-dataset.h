/* sal-dataset.h - labelled images ready for training and inspection
 *
 * A SalDataset is immutable once opened, reference-counted and safe to read
 * from any thread.  Pixels are bytes in memory or mapped from a file; the
 * engine sees them through NnImages views that stay valid as long as the
 * data set lives.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "nn/nn-images.h"

G_BEGIN_DECLS

typedef struct _SalDataset SalDataset;

/* How a data set is loaded; private to sal-dataset.c. */
typedef struct _SalDatasetSource SalDatasetSource;

/* One row of the table of data sets that Saliscope knows by name. */
typedef struct
{
  const char *id;       /* "glyphs", "mnist" ...                             */
  const char *title;    /* "Glyphs (built in)"                               */
  const char *summary;  /* one sentence                                      */
  gboolean    built_in; /* needs no files                                    */
  const char *files;    /* the data set of the catalogue whose files it needs */
  const SalDatasetSource *source;
} SalDatasetKind;

/* The table, ended by a row whose id is NULL. */
const SalDatasetKind *sal_dataset_kinds (void);

/* The folder in which the files of the data set `id` are searched for, the
 * first of its places that exists (see below); NULL if none does, and for
 * built-in ones.  Free it. */
char *sal_dataset_find_folder (const char *id);

/* Called now and then while something takes long, on the thread that asked for
 * it: `done` of `total` images; `total` is 0 while they are being counted. */
typedef void (*SalDatasetProgress) (gsize    done,
                                    gsize    total,
                                    gpointer data);

/* Opens `name`: an id of the table (searched for below
 * datasets/ID of the data directory, $SALISCOPE_HOME or else
 * $XDG_DATA_HOME/saliscope, then below each directory of
 * $SALISCOPE_DATASETS_PATH, colon separated), the name of an imported data set
 * (sal-dataset-library.h), the path of a folder that holds a data set (IDX
 * files, plain or .gz, wherever they lie in it; a folder of pictures per class;
 * CIFAR's binary files), or the path of an archive of the latter two.  With
 * "-blocks" after it, the 28 by 28 grey images of a name or path stand above or
 * below a meaningless sign.
 * May take seconds, and pictures minutes when they are opened for the first
 * time: call it off the main thread. `cancellable` may be NULL. */
SalDataset *sal_dataset_open (const char   *name,
                              GCancellable *cancellable,
                              GError      **error);

/* The same; `progress` (may be NULL) hears of an import. */
SalDataset *sal_dataset_open_with_progress (const char        *name,
                                            SalDatasetProgress progress,
                                            gpointer           data,
                                            GCancellable      *cancellable,
                                            GError           **error);

/* Whether `id` is in the table. */
gboolean sal_dataset_is_known (const char *id);

SalDataset *sal_dataset_ref   (SalDataset *self);
void        sal_dataset_unref (SalDataset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalDataset, sal_dataset_unref)

/* The name to pass to sal_dataset_open() to get this data set again: the id,
 * or the absolute path of the folder. */
const char *sal_dataset_get_name (SalDataset *self);

/* A title for people, such as "MNIST" or "Glyphs (built in)". */
const char *sal_dataset_get_title (SalDataset *self);

/* What an import left out, a sentence without its full stop; NULL for nothing. */
const char *sal_dataset_get_note (SalDataset *self);

/* Name of class `label`, such as "7". */
const char *sal_dataset_get_class_name (SalDataset *self,
                                        int         label);

/* SHA-256 (64 hexadecimal digits) over shapes, pixels and labels of both
 * parts: what a run records as its data. */
const char *sal_dataset_get_hash (SalDataset *self);

/* The official training images; a validation part is split off below. */
const NnImages *sal_dataset_get_train (SalDataset *self);

/* The test images.  Nothing is ever chosen on them. */
const NnImages *sal_dataset_get_test (SalDataset *self);

/* The true foreground of the test images where it is known by construction:
 * (count, height, width), 1 on the stroke and 0 elsewhere; NULL if unknown. */
const guint8 *sal_dataset_get_test_truth (SalDataset *self);

/* Splits the training images by a seeded permutation, stratified by class:
 * `*validation` gets round (fraction * count) indices, `*train` the others,
 * each ascending (guint32).  0 <= fraction < 1.  Same seed, same split. */
void sal_dataset_split (SalDataset *self,
                        double      fraction,
                        guint64     seed,
                        GArray    **train,
                        GArray    **validation);

G_END_DECLS
