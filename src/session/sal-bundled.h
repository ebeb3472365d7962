/* sal-bundled.h - the demo models that come with the program
 *
 * The four modes on Glyphs, with the record of their runs (data/demos).  They
 * are compiled in, so that every page has something to show at the first
 * start, without network or data.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-model-file.h"

G_BEGIN_DECLS

/* Their names: "baseline", "sgt" ...  NULL-terminated; free with
 * g_strfreev(). */
char **sal_bundled_names (void);

/* Loads bundled model `name`; `info` as in sal_model_file_load().
 * SAL_ERROR_NOT_FOUND lists the names there are. */
NnModel *sal_bundled_load (const char   *name,
                           SalModelInfo *info,
                           GError      **error);

/* The record of its run as CSV text with a header line: step, ce, kl,
 * train_accuracy, validation_accuracy, validation_ce, learning_rate, one
 * column for each clipping level; empty where not measured. */
GBytes *sal_bundled_record (const char *name,
                            GError    **error);

G_END_DECLS
