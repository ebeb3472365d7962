/* sal-compare-page.h - the Compare page: all runs, what they confuse, seeds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_COMPARE_PAGE (sal_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (SalComparePage, sal_compare_page, SAL, COMPARE_PAGE, SalPage)

/* Writes what is shown to `path`: "report" (HTML with tables, matrix, curves
 * and the current run's recipe), "runs" or "seeds" (CSV). */
gboolean sal_compare_page_save (SalComparePage *self,
                                const char     *what,
                                const char     *path,
                                GError        **error);

/* Asks where to save it, and does; both report to the window. */
void sal_compare_page_ask_file (SalComparePage *self,
                                const char     *what);

G_END_DECLS
