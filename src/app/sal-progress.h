/* sal-progress.h - how far training is, in one line and a thin bar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"


G_BEGIN_DECLS

/* Property "session" (SalSession). */
#define SAL_TYPE_PROGRESS (sal_progress_get_type ())
G_DECLARE_FINAL_TYPE (SalProgress, sal_progress, SAL, PROGRESS, SalSessionBin)

G_END_DECLS
