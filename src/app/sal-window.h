/* sal-window.h - the window: header, images at the left, pages
 *
 * Its actions (prefix "win") are the commands of the program; those with a
 * string, "say" and "fail", show a toast and the banner, so that any widget
 * can speak without knowing the window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Property "session" (SalSession, construct only). */
#define SAL_TYPE_WINDOW (sal_window_get_type ())
G_DECLARE_FINAL_TYPE (SalWindow, sal_window, SAL, WINDOW, AdwApplicationWindow)

SalWindow *sal_window_new (GtkApplication *application,
                           SalSession     *session);

/* Shows page `name`: "train", "quantize", "inspect", "masking". */
void sal_window_show_page (SalWindow  *self,
                           const char *name);

G_END_DECLS
