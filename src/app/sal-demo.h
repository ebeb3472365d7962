/* sal-demo.h - the models that come with the program
 *
 * /io/github/saliscope/demos/NAME.safetensors in GResource, with the record of
 * their training beside them as NAME.csv: a header line, then
 * "step,ce,kl,train_accuracy,validation_accuracy,validation_ce,learning_rate"
 * and one column for each clipping level; an empty cell was not measured.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-item.h"

G_BEGIN_DECLS

/* Reads what the demos say of themselves, in a thread. `source` is kept
 * alive until `callback`. */
void sal_demo_list_async (gpointer            source,
                          GAsyncReadyCallback callback,
                          gpointer            data);

/* GPtrArray of SalRunItem in the order of the modes; empty without demos. */
GPtrArray *sal_demo_list_finish (GAsyncResult *result,
                                 GError      **error);

/* The record of the demo in GResource `path`. Any thread. */
SalRunRecord *sal_demo_load_record (const char *path,
                                    GError    **error);

G_END_DECLS
