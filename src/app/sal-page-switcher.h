/* sal-page-switcher.h - the pages as tabs, or as a list where these do not fit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Stands in a header bar.  Property "stack" (GtkStack): of the pages, named
 * after Ctrl+1, Ctrl+2 ... in their order. */
#define SAL_TYPE_PAGE_SWITCHER (sal_page_switcher_get_type ())
G_DECLARE_FINAL_TYPE (SalPageSwitcher, sal_page_switcher, SAL, PAGE_SWITCHER, AdwBin)

/* Whether the tabs fit beside all else in a header bar of `width`. */
gboolean sal_page_switcher_has_room (SalPageSwitcher *self,
                                     int              width);

/* In a narrow header, long names are set smaller. */
void sal_page_switcher_set_tight (SalPageSwitcher *self,
                                  gboolean         tight);

/* A list, which is narrower: as it is at first. */
void     sal_page_switcher_set_folded (SalPageSwitcher *self,
                                       gboolean         folded);
gboolean sal_page_switcher_get_folded (SalPageSwitcher *self);

G_END_DECLS
