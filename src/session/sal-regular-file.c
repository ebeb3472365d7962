/* sal-regular-file.c - reading files that anything may stand in for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-regular-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sal-error.h"

static void
set_io_error (GError    **error,
              const char *path,
              int         reason)
{
  g_set_error (error, SAL_ERROR, reason == ENOENT ? SAL_ERROR_NOT_FOUND : SAL_ERROR_IO,
               _("Cannot read %s: %s"), path, g_strerror (reason));
}

const char *
sal_regular_file_describe_other (mode_t mode)
{
  return S_ISDIR (mode) ? _("a folder") : _("a device or pipe");
}

int
sal_regular_file_open (const char *path,
                       guint64    *size,
                       GError    **error)
{
  struct stat status;
  const int file = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (file < 0 || fstat (file, &status) != 0) {
    set_io_error (error, path, errno);
  } else if (!S_ISREG (status.st_mode)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a regular file, found %s"), path,
                 sal_regular_file_describe_other (status.st_mode));
  } else {
    *size = (guint64) status.st_size;
    return file;
  }
  if (file >= 0)
    close (file);
  return -1;
}

guint8 *
sal_regular_file_read (int         file,
                       gsize       size,
                       const char *what,
                       const char *path,
                       GError    **error)
{
  g_autofree guint8 *piece = g_try_malloc (size + 1);
  gsize found = 0;

  if (piece == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
                 _("Cannot read %s: no memory for %zu bytes of %s"), path, size,
                 what);
    return NULL;
  }
  while (found < size) {
    const gssize n = read (file, piece + found, size - found);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      set_io_error (error, path, errno);
      return NULL;
    }
    if (n == 0) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   _("%s: expected %zu bytes of %s, found %zu: it was cut while it was read"), path,
                   size, what, found);
      return NULL;
    }
    found += (gsize) n;
  }
  piece[size] = 0;
  return g_steal_pointer (&piece);
}

char *
sal_regular_file_read_text (const char *path,
                            const char *what,
                            gsize       limit,
                            GError    **error)
{
  guint64 size;
  const int file = sal_regular_file_open (path, &size, error);

  if (file < 0)
    return NULL;

  g_autofree char *text = NULL;

  if (size <= limit)
    text = (char *) sal_regular_file_read (file, (gsize) size, what, path, error);
  else
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected %s of at most %zu bytes, found %" PRIu64),
                 path, what, limit, size);
  close (file);
  if (text == NULL || strlen (text) == size)
    return g_steal_pointer (&text);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected %s, found a zero at byte %zu"), path, what, strlen (text));
  return NULL;
}
