/* sal-diverged-bar.h - that the current run has diverged, and the way on
 *
 * Says in plain words what happened and offers to go on from the last good
 * checkpoint at a lower learning rate; hidden for all other runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"

G_BEGIN_DECLS

/* Property "session" (SalSession). */
#define SAL_TYPE_DIVERGED_BAR (sal_diverged_bar_get_type ())
G_DECLARE_FINAL_TYPE (SalDivergedBar, sal_diverged_bar, SAL, DIVERGED_BAR, SalSessionBin)

G_END_DECLS
