/* sal-page-switcher.h - the names of the pages in the header
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells the keys of the pages in the tooltips of `switcher`, a
 * GtkStackSwitcher. */
void sal_page_switcher_name_keys (GtkWidget *switcher);

/* In a narrow header, long names are set smaller. */
void sal_page_switcher_set_tight (GtkWidget *switcher,
                                  gboolean   tight);

G_END_DECLS
