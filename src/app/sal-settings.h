/* sal-settings.h - what the window remembers from one start to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* New settings of the program's schema, or NULL where that is not installed. */
GSettings *sal_settings_new (void);

G_END_DECLS
