/* sal-run-row.h - one run in a list: colour, title, state, accuracy
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-run-item.h"

G_BEGIN_DECLS

/* Signal "delete": its button was pressed. */
#define SAL_TYPE_RUN_ROW (sal_run_row_get_type ())
G_DECLARE_FINAL_TYPE (SalRunRow, sal_run_row, SAL, RUN_ROW, AdwBin)

GtkWidget *sal_run_row_new (void);

/* NULL shows nothing. */
void        sal_run_row_set_run (SalRunRow  *self,
                                 SalRunItem *run);
SalRunItem *sal_run_row_get_run (SalRunRow *self);

G_END_DECLS
