/* sal-import-watch.h - folders and archives that are dropped on the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Lets `window` take a folder or archive that is dropped on it as the data set
 * of the recipe, and shows a toast with the progress of any import and a
 * button that stops it. */
void sal_import_watch_install (AdwApplicationWindow *window,
                               AdwToastOverlay      *toasts,
                               SalSession           *session);

G_END_DECLS
