/* sal-preferences.h - the window of preferences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SAL_TYPE_PREFERENCES (sal_preferences_get_type ())
G_DECLARE_FINAL_TYPE (SalPreferences, sal_preferences, SAL, PREFERENCES, AdwPreferencesWindow)

/* Changes `settings` at once; `folder` is where runs are kept. */
SalPreferences *sal_preferences_new (GtkWindow  *parent,
                                     GSettings  *settings,
                                     const char *folder);

/* Light, dark or as the system has it, now and whenever the setting changes. */
void sal_preferences_follow_theme (GSettings *settings);

/* The same for the colours of maps. */
void sal_preferences_follow_palette (GSettings *settings);

G_END_DECLS
