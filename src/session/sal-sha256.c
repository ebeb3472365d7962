/* sal-sha256.c - the digest of a file
 *
 * Whether a file is compressed is told by its first two bytes, not by its
 * name, as the IDX reader does.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-sha256.h"

#include "sal-error.h"

#define PIECE (1 << 18)

static gboolean
fail (const char *path,
      GError     *problem,
      GError    **error)
{
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, problem);
    return FALSE;
  }

  const int code = g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                   ? SAL_ERROR_NOT_FOUND
                   : g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
                   g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
                   ? SAL_ERROR_BAD_FILE : SAL_ERROR_IO;

  g_set_error (error, SAL_ERROR, code, "Cannot read %s: %s", path, problem->message);
  g_error_free (problem);
  return FALSE;
}

/* The stream that is hashed; `file` itself, or its gunzipped content. */
static GInputStream *
open_content (GFileInputStream *file,
              SalSha256Of       what,
              GCancellable     *cancellable,
              GError          **error)
{
  GInputStream *plain = g_buffered_input_stream_new (G_INPUT_STREAM (file));
  GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (plain);

  if (what == SAL_SHA256_BYTES)
    return plain;
  if (g_buffered_input_stream_fill (buffered, 2, cancellable, error) < 0) {
    g_object_unref (plain);
    return NULL;
  }

  gsize n = 0;
  const guint8 *start = g_buffered_input_stream_peek_buffer (buffered, &n);

  if (n < 2 || start[0] != 0x1f || start[1] != 0x8b)
    return plain;

  g_autoptr (GZlibDecompressor) gunzip =
    g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  GInputStream *content = g_converter_input_stream_new (plain, G_CONVERTER (gunzip));

  g_object_unref (plain);
  return content;
}

static gboolean
hash_stream (GInputStream *stream,
             GChecksum    *checksum,
             GCancellable *cancellable,
             GError      **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE);
  gssize n = 0;

  while ((n = g_input_stream_read (stream, piece, PIECE, cancellable, error)) > 0)
    g_checksum_update (checksum, piece, n);
  return n == 0;
}

char *
sal_sha256_of_file (const char   *path,
                    SalSha256Of   what,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GError *problem = NULL;
  g_autoptr (GFileInputStream) file = g_file_read (place, cancellable, &problem);
  g_autoptr (GInputStream) stream =
    file != NULL ? open_content (file, what, cancellable, &problem) : NULL;

  if (stream == NULL || !hash_stream (stream, checksum, cancellable, &problem)) {
    fail (path, problem, error);
    return NULL;
  }
  return g_strdup (g_checksum_get_string (checksum));
}
