/* sal-demo.h - the models that come with the program
 *
 * As items of the list of runs; the models themselves come from sal-bundled.h.
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

/* The record of the bundled model `name`. Any thread. */
SalRunRecord *sal_demo_load_record (const char *name,
                                    GError    **error);

G_END_DECLS
