/* sal-download-part.c - the unfinished file of a download
 *
 * The lock keeps two programs from writing into one another's bytes; it goes
 * with the process, so that a killed one leaves nothing behind but the part.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "sal-atomic-file.h"
#include "sal-directory.h"
#include "sal-download-private.h"
#include "sal-error.h"

#define GROUP "part"

static gboolean
fail (SalDownloadPart *self,
      GError         **error)
{
  const int reason = errno;
  g_autofree char *kept = g_format_size (self->bytes);

  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot write %s: %s; %s of it are kept"),
               self->path, g_strerror (reason), kept);
  return FALSE;
}

static void
forget_source (SalDownloadPart *self)
{
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->validator, g_free);
  self->total = 0;
}

/* A part without a source, or with a damaged one, is taken up all the same:
 * the digest decides in the end. */
static void
read_source (SalDownloadPart *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, self->source_path, G_KEY_FILE_NONE, NULL))
    return;
  self->address = g_key_file_get_string (file, GROUP, "address", NULL);
  self->validator = g_key_file_get_string (file, GROUP, "validator", NULL);
  self->total = g_key_file_get_uint64 (file, GROUP, "total", NULL);
}

static gboolean
write_source (SalDownloadPart *self,
              GError         **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length = 0;

  g_key_file_set_string (file, GROUP, "address", self->address);
  if (self->validator != NULL)
    g_key_file_set_string (file, GROUP, "validator", self->validator);
  g_key_file_set_uint64 (file, GROUP, "total", self->total);

  g_autofree char *text = g_key_file_to_data (file, &length, NULL);

  return sal_atomic_file_write (self->source_path, &(GOutputVector) { text, length }, 1, error);
}

gboolean
sal_download_part_open (SalDownloadPart *self,
                        const char      *path,
                        GError         **error)
{
  g_autofree char *directory = g_path_get_dirname (path);

  self->path = g_strconcat (path, ".part", NULL);
  self->source_path = g_strconcat (self->path, ".source", NULL);
  self->file = -1;
  if (!sal_directory_make (directory, error))
    return FALSE;
  self->file = g_open (self->path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0666);
  if (self->file < 0)
    return fail (self, error);
  if (flock (self->file, LOCK_EX | LOCK_NB) != 0) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BUSY,
                 _("%s is being downloaded by another program"), path);
    close (self->file);
    self->file = -1;
    return FALSE;
  }

  const off_t end = lseek (self->file, 0, SEEK_END);

  if (end < 0)
    return fail (self, error);
  self->bytes = (guint64) end;
  read_source (self);
  return TRUE;
}

void
sal_download_part_close (SalDownloadPart *self)
{
  /* Nothing was worth keeping. */
  if (self->file >= 0 && self->bytes == 0) {
    g_unlink (self->path);
    g_unlink (self->source_path);
  }
  if (self->file >= 0)
    close (self->file);
  self->file = -1;
  forget_source (self);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->source_path, g_free);
}

gboolean
sal_download_part_restart (SalDownloadPart *self,
                           const char      *address,
                           const char      *validator,
                           guint64          total,
                           GError         **error)
{
  if (ftruncate (self->file, 0) != 0)
    return fail (self, error);
  self->bytes = 0;
  forget_source (self);
  if (address == NULL)
    return g_unlink (self->source_path) == 0 || errno == ENOENT || fail (self, error);
  self->address = g_strdup (address);
  self->validator = g_strdup (validator);
  self->total = total;
  return write_source (self, error);
}

gboolean
sal_download_part_append (SalDownloadPart *self,
                          const guint8    *bytes,
                          gsize            n,
                          GError         **error)
{
  while (n > 0) {
    const gssize written = write (self->file, bytes, n);

    if (written < 0 && errno != EINTR)
      return fail (self, error);
    if (written > 0) {
      bytes += written;
      n -= (gsize) written;
      self->bytes += (guint64) written;
    }
  }
  return TRUE;
}

gboolean
sal_download_part_finish (SalDownloadPart *self,
                          const char      *path,
                          GError         **error)
{
  if (!sal_atomic_file_adopt (self->path, path, error))
    return FALSE;
  g_unlink (self->source_path);
  close (self->file);
  self->file = -1;
  return TRUE;
}
