/* sal-tab-exit.h - Tab leaves a list, instead of going through its items
 *
 * In GTK's grids and lists of any length every item is a stop of the Tab key:
 * with two thousand images nobody would ever come to the page.  The arrow
 * keys go from item to item.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes Tab and Shift+Tab leave `list` (a GtkGridView, GtkListView or
 * GtkColumnView). */
void sal_tab_exit_add (GtkWidget *list);

G_END_DECLS
