/* sal-run-dot.h - the dot in a run's colour
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-run-item.h"

G_BEGIN_DECLS

#define SAL_TYPE_RUN_DOT (sal_run_dot_get_type ())
G_DECLARE_FINAL_TYPE (SalRunDot, sal_run_dot, SAL, RUN_DOT, GtkWidget)

GtkWidget *sal_run_dot_new (void);

/* NULL: no run, an empty ring. */
void sal_run_dot_set_run (SalRunDot  *self,
                          SalRunItem *run);

G_END_DECLS
