/* sal-damaged-dataset.h - imported data sets whose files are damaged
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-dataset-library.h"

G_BEGIN_DECLS

/* Those of the library, SalLibraryEntry each. Free with g_ptr_array_unref(). */
GPtrArray *sal_damaged_datasets_list (void);

/* Says in a dialog over `widget` what is wrong with `entry` and offers to
 * remove it; then `removed` is called with the widget, if it is still there. */
void sal_damaged_dataset_show (const SalLibraryEntry *entry,
                               GtkWidget             *widget,
                               void                 (*removed) (gpointer widget));

G_END_DECLS
