/* sal-model-source.h - networks by what people call them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-model-file.h"
#include "sal-run-store.h"

G_BEGIN_DECLS

/* Whether `name` is the number of a run: digits, and no file of that name (a
 * path can always be written so that it is no number, a run cannot). */
gboolean sal_model_source_is_run (const char *name);

/* Loads `name`: the path of a model file, the number of a run in `store` (NULL:
 * there are none), or "demo:NAME", a model that comes with the program.
 * `path` (may be NULL) gets the file's path or "demo:NAME", to be freed also
 * after an error; `info` is as in sal_model_file_load(). */
NnModel *sal_model_source_load (const char   *name,
                                SalRunStore  *store,
                                char        **path,
                                SalModelInfo *info,
                                GError      **error);

G_END_DECLS
