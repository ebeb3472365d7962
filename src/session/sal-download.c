/* sal-download.c - one file from the network, whole and checked
 *
 * Every request is made in the calling thread by a SoupSession of that
 * thread, with a main context of its own: sessions do not like to be shared.
 * The digest is taken over the finished file, not while it comes: a part that
 * was taken up again is read anyway, and there is one way to check.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "sal-download-private.h"
#include "sal-error.h"
#include "sal-sha256.h"

/* Seconds without a byte after which a connection counts as cut. */
#define TIMEOUT 30

/* How often one address is asked again after a cut that brought less than
 * WORTHWHILE bytes, and for how long we wait before, longer every time. */
#define MAX_TRIES 4
#define WORTHWHILE (1 << 16)
#define PAUSE_MS 250

/* Left free on the disk. */
#define RESERVE (1 << 20)

/* ---- checking -------------------------------------------------------------------------- */

gboolean
sal_download_check (const SalDownload *download,
                    const char        *path,
                    gboolean          *good,
                    char             **found,
                    GCancellable      *cancellable,
                    GError           **error)
{
  g_autofree char *digest = sal_sha256_of_file (path, SAL_SHA256_BYTES, cancellable, error);

  if (digest == NULL)
    return FALSE;
  *good = g_str_equal (digest, download->sha256);
  if (!*good && download->content_sha256 != NULL) {
    /* A file that cannot be unpacked is not the one. */
    g_autoptr (GError) problem = NULL;
    g_autofree char *content = sal_sha256_of_file (path, SAL_SHA256_CONTENT, cancellable,
                                                   &problem);

    if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    *good = g_strcmp0 (content, download->content_sha256) == 0;
  }
  if (found != NULL)
    *found = g_steal_pointer (&digest);
  return TRUE;
}

static SalTransferResult
check_part (SalTransfer *self,
            const char  *address,
            GError     **error)
{
  gboolean good = FALSE;
  g_autofree char *found = NULL;

  if (!sal_download_check (self->download, self->part.path, &good, &found, self->cancellable,
                           error))
    return SAL_TRANSFER_FATAL;
  if (good)
    return SAL_TRANSFER_WHOLE;
  if (!sal_download_part_restart (&self->part, NULL, NULL, 0, error))
    return SAL_TRANSFER_FATAL;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected a file with SHA-256 %s, found %s; it was deleted"), address,
               self->download->sha256, found);
  return SAL_TRANSFER_REFUSED;
}

/* ---- one address ------------------------------------------------------------------------ */

/* Waits; FALSE if it was cancelled meanwhile. */
static gboolean
pause_before (int           attempt,
              GCancellable *cancellable)
{
  GPollFD wake;

  if (!g_cancellable_make_pollfd (cancellable, &wake)) {
    g_usleep ((gulong) attempt * PAUSE_MS * 1000);
    return TRUE;
  }
  g_poll (&wake, 1, attempt * PAUSE_MS);
  g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

static gboolean
is_whole (const SalTransfer *self)
{
  const guint64 total = self->part.total != 0 ? self->part.total : self->download->size;

  return self->part.bytes == total;
}

/* Transfers until the file is there, the address has refused, or it was cut
 * too often. */
static SalTransferResult
transfer (SalTransfer *self,
          const char  *address,
          GError     **error)
{
  SalTransferResult result = SAL_TRANSFER_WHOLE;

  for (int attempt = 0; attempt < MAX_TRIES && !is_whole (self); attempt++) {
    const guint64 before = self->part.bytes;

    if (attempt > 0 && !pause_before (attempt, self->cancellable))
      return SAL_TRANSFER_FATAL;
    g_clear_error (error);
    result = sal_transfer_run (self, address, error);
    if (result != SAL_TRANSFER_CUT)
      return result;
    if (self->part.bytes >= before + WORTHWHILE)
      attempt = 0;
  }
  return result;
}

static SalTransferResult
try_address (SalTransfer *self,
             const char  *address,
             GError     **error)
{
  const gboolean resumed = self->part.bytes > 0;
  SalTransferResult result = transfer (self, address, error);

  if (result == SAL_TRANSFER_WHOLE)
    result = check_part (self, address, error);

  /* The old bytes may be what was wrong: once more, from the beginning. */
  if (result == SAL_TRANSFER_REFUSED && resumed && self->part.bytes == 0 &&
      g_error_matches (*error, SAL_ERROR, SAL_ERROR_BAD_FILE)) {
    g_clear_error (error);
    result = transfer (self, address, error);
    if (result == SAL_TRANSFER_WHOLE)
      result = check_part (self, address, error);
  }
  return result;
}

/* ---- all of them ------------------------------------------------------------------------ */

static gboolean
check_space (const SalTransfer *self,
             GError           **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->part.path);
  g_autoptr (GFileInfo) info =
    g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  const guint64 need = self->download->size - MIN (self->part.bytes, self->download->size);

  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return TRUE;

  const guint64 free_bytes =
    g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);

  if (free_bytes >= need + RESERVE)
    return TRUE;

  g_autofree char *needed = g_format_size (need + RESERVE);
  g_autofree char *there = g_format_size (free_bytes);

  g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
               _("Cannot download to %s: expected %s of free space on the disk, found %s"),
               self->download->path, needed, there);
  return FALSE;
}

/* Sets `error` to all complaints in one sentence, with the code of the last. */
static gboolean
complain (const SalTransfer *self,
          const GPtrArray   *complaints,
          GError           **error)
{
  const GError *last = complaints->pdata[complaints->len - 1];
  g_autofree char *name = g_path_get_basename (self->download->path);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < complaints->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                            ((const GError *) complaints->pdata[i])->message);
  if (!self->answered)
    g_string_append (text, _("; is this computer on the network?"));
  if (self->part.bytes > 0) {
    g_autofree char *kept = g_format_size (self->part.bytes);

    g_string_append_printf (text, _("; %s are kept for the next time"), kept);
  }
  g_set_error (error, SAL_ERROR, last->code, _("%s could not be downloaded: %s"), name, text->str);
  return FALSE;
}

static gboolean
try_addresses (SalTransfer *self,
               GError     **error)
{
  g_autoptr (GPtrArray) complaints =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);

  for (gsize i = 0; self->download->addresses[i] != NULL; i++) {
    GError *problem = NULL;
    const SalTransferResult result = try_address (self, self->download->addresses[i], &problem);

    if (result == SAL_TRANSFER_WHOLE)
      return sal_download_part_finish (&self->part, self->download->path, error);
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)) {
      g_clear_error (&problem);
      return FALSE;
    }
    if (result == SAL_TRANSFER_FATAL) {
      g_propagate_error (error, problem);
      return FALSE;
    }
    g_ptr_array_add (complaints, problem);
  }
  return complain (self, complaints, error);
}

static SoupSession *
make_session (void)
{
  SoupSession *session =
    soup_session_new_with_options ("timeout", TIMEOUT,
                                   "user-agent", "Saliscope/" SALISCOPE_VERSION, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

gboolean
sal_download_run (const SalDownload  *download,
                  SalDownloadProgress progress,
                  gpointer            data,
                  GCancellable       *cancellable,
                  GError            **error)
{
  SalTransfer self = {
    .download = download,
    .progress = progress,
    .data = data,
    .cancellable = cancellable,
  };
  gboolean done = sal_download_part_open (&self.part, download->path, error) &&
                  check_space (&self, error);

  if (done) {
    GMainContext *context = g_main_context_new ();

    g_main_context_push_thread_default (context);
    self.session = make_session ();
    done = try_addresses (&self, error);
    soup_session_abort (self.session);
    g_object_unref (self.session);
    g_main_context_pop_thread_default (context);
    g_main_context_unref (context);
  }
  sal_download_part_close (&self.part);
  return done;
}

guint64
sal_download_kept (const char *path)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  GStatBuf status;

  return g_stat (part, &status) == 0 && status.st_size > 0 ? (guint64) status.st_size : 0;
}
