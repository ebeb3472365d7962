/* sal-import-watch.h - files and folders that are dropped on the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Lets `window` take files that are dropped on it, and shows a toast with the
 * progress of any import and a button that stops it. */
void sal_import_watch_install (AdwApplicationWindow *window,
                               AdwToastOverlay      *toasts,
                               SalSession           *session);

/* Takes the first of `files` (GFile), as if it was dropped: a folder or archive
 * is the data set of a new run, a model file a run to look at, and anything else
 * a picture for the Inspect page.  FALSE: there is none. */
gboolean sal_import_watch_take_files (GtkWidget    *window,
                                      const GSList *files);

G_END_DECLS
