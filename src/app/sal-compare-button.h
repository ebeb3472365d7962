/* sal-compare-button.h - which runs are drawn beside the current one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"


G_BEGIN_DECLS

/* Property "session" (SalSession): its popover fills the session's list of
 * compared runs. */
#define SAL_TYPE_COMPARE_BUTTON (sal_compare_button_get_type ())
G_DECLARE_FINAL_TYPE (SalCompareButton, sal_compare_button, SAL, COMPARE_BUTTON, SalSessionBin)

G_END_DECLS
