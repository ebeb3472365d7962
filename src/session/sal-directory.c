/* sal-directory.c - making and removing directories, with errors in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-directory.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "sal-error.h"

static gboolean
fail (const char *what,
      const char *path,
      GError    **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, "Cannot %s %s: %s", what, path,
               g_strerror (errno));
  return FALSE;
}

gboolean
sal_directory_make (const char *path,
                    GError    **error)
{
  if (g_mkdir_with_parents (path, 0700) != 0)
    return fail ("make the folder", path, error);
  return TRUE;
}

static gboolean
remove_entries (const char *path,
                GError    **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  if (directory == NULL)
    return fail ("open the folder", path, error);
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *entry = g_build_filename (path, name, NULL);

    if (!sal_directory_remove (entry, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
sal_directory_remove (const char *path,
                      GError    **error)
{
  struct stat status;

  if (g_lstat (path, &status) != 0)
    return errno == ENOENT || fail ("remove", path, error);
  if (S_ISDIR (status.st_mode) && !remove_entries (path, error))
    return FALSE;
  if (g_remove (path) != 0 && errno != ENOENT)
    return fail ("remove", path, error);
  return TRUE;
}
