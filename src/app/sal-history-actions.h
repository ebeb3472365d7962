/* sal-history-actions.h - undo and redo in a window: actions, keys, menu
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-history.h"

G_BEGIN_DECLS

/* Gives `window` the group "history" with "undo" and "redo", and their keys,
 * Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, which an entry that has the focus keeps for
 * itself.  `section` of its menu gets the two items, which say what they undo,
 * and `toasts` tells what was undone: it may not be on the page that is seen.
 * What happens in the window while a button is held down is one step. */
void sal_history_actions_install (GtkWidget       *window,
                                  SalHistory      *history,
                                  GMenu           *section,
                                  AdwToastOverlay *toasts);

G_END_DECLS
