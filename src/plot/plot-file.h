/* plot-file.h - whole files, all or nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* Writes `size` bytes to a temporary file beside `path`, syncs it and renames
 * it to `path`.  Fails with PLOT_ERROR_WRITE. */
gboolean plot_file_write (const char *path,
                          const void *bytes,
                          gsize       size,
                          GError    **error);
