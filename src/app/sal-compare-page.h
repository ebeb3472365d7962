/* sal-compare-page.h - the Compare page: all runs, what they confuse, seeds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_COMPARE_PAGE (sal_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (SalComparePage, sal_compare_page, SAL, COMPARE_PAGE, SalPage)

G_END_DECLS
