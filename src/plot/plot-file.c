/* plot-file.c - whole files, all or nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-file.h"

#include "plot-export.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (plot-error-quark, plot_error)

gboolean
plot_file_write (const char *path,
                 const void *bytes,
                 gsize       size,
                 GError    **error)
{
  GError *cause = NULL;
  const char *reason;

  if (g_file_set_contents_full (path, bytes, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0666, &cause))
    return TRUE;
  /* What stands before the last colon names a file that is there no more. */
  reason = g_strrstr (cause->message, ": ");
  g_set_error (error, PLOT_ERROR, PLOT_ERROR_WRITE, _("Cannot write “%s”: %s"),
               path, reason != NULL ? reason + 2 : cause->message);
  g_error_free (cause);
  return FALSE;
}
