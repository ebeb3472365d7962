/* sal-dataset-file.h - a data set in one file that is mapped, not read
 *
 * Little-endian, with every part at a multiple of 64 bytes:
 *
 *     0   "SALDATA1"
 *     8   length of the JSON text (64 bits)
 *     16  length of the file (64 bits)
 *     24  where the pixels start (64 bits)
 *     32  SHA-256 over the 32 bytes above and the JSON text
 *     64  JSON text: title, source, fingerprint, sha256, classes, channels,
 *         height, width, train, test, mean, std
 *         training pixels, test pixels, training labels, test labels
 *
 * A file is written beside its place and moved there when it is complete; the
 * checksum finds a bent header, the length a cut file, and labels are checked
 * as they are read.  Pixels may hold any byte, so that a set larger than the
 * memory opens at once and pages in as it is used.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-layer.h"
#include "sal-dataset.h"

G_BEGIN_DECLS

/* What the header says beside the numbers of images. */
typedef struct
{
  char  *title;
  char  *source;       /* path of the folder or archive                      */
  char  *fingerprint;  /* of the source as it was and of the options         */
  char  *note;         /* what was left out, a sentence, or NULL             */
  char **class_names;
} SalDatasetLabel;

void sal_dataset_label_clear (SalDatasetLabel *self);

typedef struct _SalDatasetWriter SalDatasetWriter;

/* Starts a file of counts[0] training and counts[1] test images.  The disk space
 * is taken at once: SAL_ERROR_IO where it is not there. */
SalDatasetWriter *sal_dataset_writer_new (const char            *path,
                                          const SalDatasetLabel *label,
                                          NnShape                shape,
                                          const gsize            counts[2],
                                          GError               **error);

/* Where image `index` of `part` (0 training, 1 test) and its label go.  Threads
 * may fill different images at the same time. */
guint8 *sal_dataset_writer_pixels (SalDatasetWriter *self,
                                   int               part,
                                   gsize             index);
guint8 *sal_dataset_writer_label  (SalDatasetWriter *self,
                                   int               part,
                                   gsize             index);

/* Takes the images out for which `is_left_out` is not 0 ((counts[0] +
 * counts[1]) bytes, training first), measures, and puts the file in its place.
 * `note` goes into the header (may be NULL).  Frees `self` in any case. */
gboolean sal_dataset_writer_finish (SalDatasetWriter *self,
                                    const guint8     *is_left_out,
                                    const char       *note,
                                    GCancellable     *cancellable,
                                    GError          **error);

/* Removes what was written. */
void sal_dataset_writer_abandon (SalDatasetWriter *self);

/* Maps a file.  `name` (taken) is what sal_dataset_get_name() returns; NULL for
 * `path`.  With `fingerprint` the file must have been made with it.  Errors:
 * SAL_ERROR_NOT_FOUND where there is no file or it is of another source,
 * SAL_ERROR_BAD_FILE where it is damaged.  Who cuts the file while it is used
 * ends the process, with a word (sal-mapped-file.h). */
SalDataset *sal_dataset_file_open (const char *path,
                                   const char *name,
                                   const char *fingerprint,
                                   GError    **error);

/* Only the label: what lists of data sets show. */
gboolean sal_dataset_file_peek (const char      *path,
                                SalDatasetLabel *label,
                                NnImages         parts[2],
                                GError         **error);

G_END_DECLS
