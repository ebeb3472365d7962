/* sal-import-decode.h - decodes pictures into a data set's file on all processors
 *
 * One thread reads, the others decode.  What waits between them is bounded in
 * bytes, so that the reader never runs far ahead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset-file.h"
#include "sal-import-plan.h"

G_BEGIN_DECLS

typedef struct _SalImportDecoder SalImportDecoder;

/* Images of `shape` go into `writer`; both the writer and the items must live
 * until sal_import_decoder_finish(). */
SalImportDecoder *sal_import_decoder_new (SalDatasetWriter *writer,
                                          NnShape           shape);

/* Queues a picture; waits where too much is queued. Takes a reference. */
void sal_import_decoder_push (SalImportDecoder *self,
                              SalImportItem    *item,
                              GBytes           *bytes);

/* Pictures decoded or found unreadable by now, and the latter alone. */
gsize sal_import_decoder_get_done (SalImportDecoder *self);
gsize sal_import_decoder_get_bad  (SalImportDecoder *self);

/* Waits for all, and frees `self`.  Items that were read have is_read set; the
 * others, if any were unreadable, are told by the first of them by path:
 * `*first_bad` is "PATH: reason" or NULL. Free it. */
void sal_import_decoder_finish (SalImportDecoder *self,
                                char            **first_bad);

G_END_DECLS
