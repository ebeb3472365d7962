/* sal-directory.h - making and removing directories, with errors in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes `path` and what is missing above it, for the user only.  SAL_ERROR_IO
 * names `path`. */
gboolean sal_directory_make (const char *path,
                             GError    **error);

/* Removes `path` with everything in it; symbolic links are removed, not
 * followed.  What does not exist is removed already.  SAL_ERROR_IO names the
 * first entry that cannot be removed. */
gboolean sal_directory_remove (const char *path,
                               GError    **error);

G_END_DECLS
