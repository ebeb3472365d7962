/* sal-atomic-file.c - a file is replaced whole or not at all
 *
 * The pieces go to the disk from where they lie: no copy of a checkpoint is
 * made.  The file is closed before it is renamed, because some file systems
 * report a full disk only then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sal-error.h"
#include "sal-regular-file.h"

/* What mkstemp() replaces by letters and digits. */
#define PLACEHOLDER ".XXXXXX"

/* Sets `error` from errno; every failure of this file is told here. */
static gboolean
fail (const char *path,
      GError    **error)
{
  const int reason = errno;
  const gboolean replaces = g_file_test (path, G_FILE_TEST_EXISTS);

  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot write %s: %s%s"), path,
               g_strerror (reason), replaces ? _("; the old file is untouched") : "");
  return FALSE;
}

/* write() in full, over interruptions and partial writes. */
static gboolean
write_all (int         file,
           const char *data,
           gsize       size)
{
  while (size > 0) {
    const gssize written = write (file, data, size);

    if (written < 0 && errno != EINTR)
      return FALSE;
    if (written > 0) {
      data += written;
      size -= (gsize) written;
    }
  }
  return TRUE;
}

/* Writes, syncs and closes `file` whatever happens; errno tells the failure. */
static gboolean
fill_and_close (int                  file,
                mode_t               mode,
                const GOutputVector *pieces,
                gsize                n_pieces)
{
  gboolean ok = mode == 0 || fchmod (file, mode) == 0;

  for (gsize i = 0; ok && i < n_pieces; i++)
    ok = write_all (file, pieces[i].buffer, pieces[i].size);
  ok = ok && fsync (file) == 0;

  const int reason = errno;
  const gboolean closed = close (file) == 0;

  if (!ok)
    errno = reason;
  return ok && closed;
}

/* Makes the rename itself durable.  A file system that cannot sync a
 * directory has done what it can. */
static void
sync_directory (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  const int file = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (file < 0)
    return;
  (void) fsync (file);
  close (file);
}

/* Only regular files are replaced; `*mode` is what the new file gets, 0 where
 * there is no old one. */
static gboolean
check_old (const char *path,
           mode_t     *mode,
           GError    **error)
{
  struct stat old;
  const gboolean replaces = g_stat (path, &old) == 0;

  *mode = replaces ? old.st_mode & 07777 : 0;
  if (!replaces || S_ISREG (old.st_mode))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
               _("Cannot write %s: expected a regular file or none, found %s"), path,
               sal_regular_file_describe_other (old.st_mode));
  return FALSE;
}

SalAtomicFile *
sal_atomic_file_begin (const char *path,
                       GError    **error)
{
  mode_t mode;

  if (!check_old (path, &mode, error))
    return NULL;

  g_autofree char *temporary = g_strconcat (path, PLACEHOLDER, NULL);
  const int file = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);

  if (file < 0) {
    fail (path, error);
    return NULL;
  }

  SalAtomicFile *self = g_new (SalAtomicFile, 1);

  *self = (SalAtomicFile) { g_strdup (path), g_steal_pointer (&temporary), file };
  return self;
}

static void
free_file (SalAtomicFile *self)
{
  g_free (self->path);
  g_free (self->temporary);
  g_free (self);
}

/* The whole of it with `pieces` written first. */
static gboolean
finish (SalAtomicFile       *self,
        const GOutputVector *pieces,
        gsize                n_pieces,
        GError             **error)
{
  mode_t mode;
  gboolean ok = check_old (self->path, &mode, error);

  if (!ok) {
    sal_atomic_file_abandon (self);
    return FALSE;
  }
  if (fill_and_close (self->file, mode, pieces, n_pieces) &&
      g_rename (self->temporary, self->path) == 0) {
    sync_directory (self->path);
  } else {
    const int reason = errno;

    g_unlink (self->temporary);
    errno = reason;
    ok = fail (self->path, error);
  }
  free_file (self);
  return ok;
}

gboolean
sal_atomic_file_commit (SalAtomicFile *self,
                        GError       **error)
{
  return finish (self, NULL, 0, error);
}

void
sal_atomic_file_abandon (SalAtomicFile *self)
{
  if (self == NULL)
    return;
  close (self->file);
  g_unlink (self->temporary);
  free_file (self);
}

gboolean
sal_atomic_file_write (const char          *path,
                       const GOutputVector *pieces,
                       gsize                n_pieces,
                       GError             **error)
{
  SalAtomicFile *self = sal_atomic_file_begin (path, error);

  return self != NULL && finish (self, pieces, n_pieces, error);
}

/* Whether `name` is that of a temporary file for `base`. */
static gboolean
is_leftover (const char *name,
             const char *base)
{
  const gsize length = strlen (base);

  return strlen (name) == length + strlen (PLACEHOLDER) && g_str_has_prefix (name, base) &&
         name[length] == PLACEHOLDER[0] &&
         strspn (name + length + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) ==
         strlen (PLACEHOLDER) - 1;
}

void
sal_atomic_file_remove_leftovers (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *found = g_build_filename (folder, name, NULL);

    if (is_leftover (name, base))
      g_unlink (found);
  }
}

gboolean
sal_atomic_file_adopt (const char *temporary,
                       const char *path,
                       GError    **error)
{
  const int file = open (temporary, O_WRONLY | O_CLOEXEC);

  if (file < 0 || !fill_and_close (file, 0, NULL, 0) || g_rename (temporary, path) != 0)
    return fail (path, error);
  sync_directory (path);
  return TRUE;
}
