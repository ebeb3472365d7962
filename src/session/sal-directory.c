/* sal-directory.c - making and removing directories, with errors in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-directory.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "sal-error.h"

gboolean
sal_directory_make (const char *path,
                    GError    **error)
{
  if (g_mkdir_with_parents (path, 0700) != 0) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot make the folder %s: %s"), path,
                 g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}

static gboolean
remove_entries (const char *path,
                GError    **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  if (directory == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot open the folder %s: %s"), path,
                 g_strerror (errno));
    return FALSE;
  }
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *entry = g_build_filename (path, name, NULL);

    if (!sal_directory_remove (entry, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fail_to_remove (const char *path,
                GError    **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot remove %s: %s"), path,
               g_strerror (errno));
  return FALSE;
}

gboolean
sal_directory_remove (const char *path,
                      GError    **error)
{
  struct stat status;

  if (g_lstat (path, &status) != 0)
    return errno == ENOENT || fail_to_remove (path, error);
  if (S_ISDIR (status.st_mode) && !remove_entries (path, error))
    return FALSE;
  if (g_remove (path) != 0 && errno != ENOENT)
    return fail_to_remove (path, error);
  return TRUE;
}
