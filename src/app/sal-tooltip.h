/* sal-tooltip.h - tooltips of what changes many times a second, and of menus
 *
 * gtk_widget_set_tooltip_text() asks the display server where the pointer is,
 * and waits for it, each time; this text is only looked at when the pointer
 * rests on the widget.  Assistive technologies are not told of it: it is for
 * words that are there anyway, cut off or beside something.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* `text` is copied; NULL: no tooltip. */
void sal_tooltip_set (GtkWidget  *widget,
                      const char *text);

/* What was set, or NULL. */
const char *sal_tooltip_get (GtkWidget *widget);

/* From now on no button shows its tooltip over the menu that it has opened, as
 * GTK would: the pointer rests on the button still. To be called once. */
void sal_tooltip_yield_to_popovers (void);

G_END_DECLS
