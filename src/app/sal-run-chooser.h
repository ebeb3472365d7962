/* sal-run-chooser.h - the button in the header that names the current run
 *
 * Its popover lists all runs with their colour, state and accuracy; a run of
 * the store can be deleted there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"


G_BEGIN_DECLS

/* Property "session" (SalSession). */
#define SAL_TYPE_RUN_CHOOSER (sal_run_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SalRunChooser, sal_run_chooser, SAL, RUN_CHOOSER, SalSessionBin)

/* Opens the list. */
void sal_run_chooser_open (SalRunChooser *self);

G_END_DECLS
