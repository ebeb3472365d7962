/* sal-idx.c - the IDX container of MNIST and its relatives, plain or .gz
 *
 * Both kinds of file are read through one ByteSource, so that there is one
 * parser: it asks for the header, checks it, takes memory for exactly the data
 * promised, and then asks for one byte more, which must not exist.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-idx.h"

#include <string.h>
#include <zlib.h>

#include "sal-error.h"

#define TYPE_UNSIGNED_BYTE 0x08

#define MAX_HEADER (4 + 4 * SAL_IDX_MAX_DIMENSIONS)

/* Deflate cannot expand more than this (zlib's technical notes: 1032). */
#define MAX_EXPANSION 1032

/* A stream of bytes: the file itself, or what it decompresses to. */
typedef struct
{
  const char   *name;
  const guint8 *bytes;
  gsize         n_bytes;
  gsize         position;
  gboolean      compressed;
  z_stream      inflater;
  gboolean      ended;                  /* the compressed stream is complete */
} ByteSource;

/* What is often found in the place of an IDX file. */
static const struct
{
  const char *prefix;
  const char *what;
} impostors[] = {
  { "<", "a web page (the download went wrong)" },
  { "version https://git-lfs", "a Git LFS pointer" },
  { "PK\x03\x04", "a ZIP archive" },
  { "\x1f\x8b", "a gzip file inside the gzip file" },
  { "\x89PNG", "a PNG image" },
  { "BZh", "a bzip2 file" },
  { "\xfd" "7zXZ", "an xz file" },
};

static void
set_bad_file (GError    **error,
              const char *name,
              const char *format,
              ...) G_GNUC_PRINTF (3, 4);

static void
set_bad_file (GError    **error,
              const char *name,
              const char *format,
              ...)
{
  va_list arguments;

  va_start (arguments, format);

  g_autofree char *complaint = g_strdup_vprintf (format, arguments);

  va_end (arguments);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: %s", name, complaint);
}

static gboolean
source_open (ByteSource   *source,
             const guint8 *bytes,
             gsize         n_bytes,
             const char   *name,
             GError      **error)
{
  *source = (ByteSource) { .name = name, .bytes = bytes, .n_bytes = n_bytes };
  source->compressed = n_bytes >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
  if (!source->compressed)
    return TRUE;

  /* 16: the gzip wrapping, whose checksum zlib verifies. */
  if (inflateInit2 (&source->inflater, MAX_WBITS + 16) != Z_OK) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
                 "%s: not enough memory to decompress it", name);
    return FALSE;
  }
  return TRUE;
}

static void
source_close (ByteSource *source)
{
  if (source->compressed)
    inflateEnd (&source->inflater);
}

static gsize
source_copy (ByteSource *source,
             guint8     *out,
             gsize       n)
{
  const gsize got = MIN (n, source->n_bytes - source->position);

  if (got > 0)
    memcpy (out, source->bytes + source->position, got);
  source->position += got;
  return got;
}

/* Hands the inflater the next piece: its counters have 32 bits only. */
static void
source_feed (ByteSource *source)
{
  const gsize piece = MIN (source->n_bytes - source->position, G_MAXINT32);

  source->inflater.next_in = (Bytef *) source->bytes + source->position;
  source->inflater.avail_in = (uInt) piece;
  source->position += piece;
}

static gboolean
source_inflate (ByteSource *source,
                guint8     *out,
                gsize       n,
                gsize      *got,
                GError    **error)
{
  z_stream *inflater = &source->inflater;

  *got = 0;
  while (*got < n && !source->ended) {
    const gsize piece = MIN (n - *got, G_MAXINT32);

    if (inflater->avail_in == 0)
      source_feed (source);
    inflater->next_out = out + *got;
    inflater->avail_out = (uInt) piece;

    const int status = inflate (inflater, Z_NO_FLUSH);

    *got += piece - inflater->avail_out;
    source->ended = status == Z_STREAM_END;
    if (status == Z_BUF_ERROR)
      break;                            /* the input is used up */
    if (status != Z_OK && status != Z_STREAM_END) {
      set_bad_file (error, source->name, "expected intact gzip data, found an error (%s)",
                    inflater->msg != NULL ? inflater->msg : "unknown");
      return FALSE;
    }
  }
  return TRUE;
}

/* Reads up to `n` bytes; fewer only where the data ends. */
static gboolean
source_read (ByteSource *source,
             guint8     *out,
             gsize       n,
             gsize      *got,
             GError    **error)
{
  if (source->compressed)
    return source_inflate (source, out, n, got, error);

  *got = source_copy (source, out, n);
  return TRUE;
}

/* Whether `head` begins like something else that people save by mistake. */
static const char *
recognise_impostor (const guint8 *head,
                    gsize         n)
{
  gsize start = 0;

  if (n >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0)
    start = 3;
  while (start < n && g_ascii_isspace (head[start]))
    start++;

  for (gsize i = 0; i < G_N_ELEMENTS (impostors); i++) {
    const gsize length = strlen (impostors[i].prefix);

    /* The head is short: a long prefix may continue after it. */
    if (n - start >= MIN (length, 4) &&
        memcmp (head + start, impostors[i].prefix, MIN (length, n - start)) == 0)
      return impostors[i].what;
  }
  return NULL;
}

static gboolean
check_magic (const guint8 *head,
             gsize         n_head,
             guint         n_dimensions,
             const char   *name,
             GError      **error)
{
  const char *impostor = recognise_impostor (head, n_head);

  if (impostor != NULL) {
    set_bad_file (error, name, "expected an IDX file, found %s", impostor);
    return FALSE;
  }
  if (n_head < 4) {
    set_bad_file (error, name, "expected an IDX header, found only %" G_GSIZE_FORMAT
                  " bytes", n_head);
    return FALSE;
  }
  if (head[0] != 0 || head[1] != 0) {
    set_bad_file (error, name, "expected an IDX file, which starts with 00 00, "
                  "found %02x %02x", head[0], head[1]);
    return FALSE;
  }
  if (head[2] != TYPE_UNSIGNED_BYTE) {
    set_bad_file (error, name, "expected unsigned bytes (IDX type 0x08), "
                  "found IDX type 0x%02x", head[2]);
    return FALSE;
  }
  if (head[3] != n_dimensions) {
    set_bad_file (error, name, "expected %s (%u dimension%s), found %u dimension%s",
                  n_dimensions == 1 ? "labels" : "images",
                  n_dimensions, n_dimensions == 1 ? "" : "s",
                  head[3], head[3] == 1 ? "" : "s");
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_shape (SalIdx       *self,
            const guint8 *bytes,
            const char   *name,
            GError      **error)
{
  guint64 n = 1;

  for (guint d = 0; d < self->n_dimensions; d++) {
    guint32 size;

    memcpy (&size, bytes + 4 * d, 4);
    size = GUINT32_FROM_BE (size);
    self->shape[d] = size;
    if (size == 0) {
      set_bad_file (error, name, "expected dimension %u to be above 0, found 0", d + 1);
      return FALSE;
    }
    /* No overflow: n is at most 2^30 here, and size below 2^32. */
    n *= size;
    if (n > SAL_IDX_MAX_BYTES) {
      set_bad_file (error, name, "expected at most %" G_GUINT64_FORMAT
                    " bytes of data, found a header that promises more",
                    SAL_IDX_MAX_BYTES);
      return FALSE;
    }
  }
  self->n_bytes = (gsize) n;
  return TRUE;
}

/* Refuses a promise that the file is too small to keep, before memory is
 * taken for it. */
static gboolean
check_promise (const ByteSource *source,
               gsize             n_promised,
               gsize             n_header,
               GError          **error)
{
  const guint64 room = source->compressed
                       ? (guint64) source->n_bytes * MAX_EXPANSION
                       : source->n_bytes - n_header;

  if (n_promised <= room)
    return TRUE;

  set_bad_file (error, source->name, "expected %" G_GSIZE_FORMAT " bytes of data, found %s%"
                G_GUINT64_FORMAT, n_promised, source->compressed ? "at most " : "", room);
  return FALSE;
}

static gboolean
read_data (ByteSource *source,
           SalIdx     *self,
           GError    **error)
{
  guint8 surplus;
  gsize got;

  self->data = g_try_malloc (self->n_bytes);
  if (self->data == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
                 "%s: not enough memory for %" G_GSIZE_FORMAT " bytes of data",
                 source->name, self->n_bytes);
    return FALSE;
  }
  if (!source_read (source, self->data, self->n_bytes, &got, error))
    return FALSE;
  if (got < self->n_bytes) {
    set_bad_file (error, source->name, "expected %" G_GSIZE_FORMAT
                  " bytes of data, found only %" G_GSIZE_FORMAT, self->n_bytes, got);
    return FALSE;
  }

  /* Reading on also makes zlib verify the checksum at the end. */
  if (!source_read (source, &surplus, 1, &got, error))
    return FALSE;
  if (got > 0) {
    set_bad_file (error, source->name, "expected the file to end after %" G_GSIZE_FORMAT
                  " bytes of data, found more", self->n_bytes);
    return FALSE;
  }
  return TRUE;
}

/* The end of the gzip wrapping: there, and the end of the file too. */
static gboolean
check_end (const ByteSource *source,
           GError          **error)
{
  if (!source->compressed)
    return TRUE;
  if (!source->ended) {
    set_bad_file (error, source->name, "expected the end of the gzip data, found the "
                  "file cut off");
    return FALSE;
  }

  const gsize rest = source->n_bytes - source->position + source->inflater.avail_in;

  if (rest > 0) {
    set_bad_file (error, source->name, "expected the file to end after its gzip data, "
                  "found %" G_GSIZE_FORMAT " bytes more", rest);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_source (ByteSource *source,
              SalIdx     *self,
              GError    **error)
{
  guint8 head[MAX_HEADER];
  const gsize n_header = 4 + 4 * (gsize) self->n_dimensions;
  gsize got;

  if (!source_read (source, head, n_header, &got, error) ||
      !check_magic (head, got, self->n_dimensions, source->name, error))
    return FALSE;
  if (got < n_header) {
    set_bad_file (error, source->name, "expected a header of %" G_GSIZE_FORMAT
                  " bytes, found only %" G_GSIZE_FORMAT, n_header, got);
    return FALSE;
  }

  return read_shape (self, head + 4, source->name, error) &&
         check_promise (source, self->n_bytes, n_header, error) &&
         read_data (source, self, error) &&
         check_end (source, error);
}

SalIdx *
sal_idx_parse (const guint8 *bytes,
               gsize         n_bytes,
               const char   *name,
               guint         n_dimensions,
               GError      **error)
{
  g_autoptr (SalIdx) self = g_new0 (SalIdx, 1);
  ByteSource source;

  g_return_val_if_fail (n_dimensions >= 1 && n_dimensions <= SAL_IDX_MAX_DIMENSIONS, NULL);

  self->n_dimensions = n_dimensions;
  if (!source_open (&source, bytes, n_bytes, name, error))
    return NULL;

  const gboolean fine = parse_source (&source, self, error);

  source_close (&source);
  return fine ? g_steal_pointer (&self) : NULL;
}

/* Turns what GIO says into one of our errors; a cancellation stays as it is. */
static void
set_io_error (GError    **error,
              const char *path)
{
  if (error == NULL || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_autoptr (GError) problem = g_steal_pointer (error);

  g_set_error (error, SAL_ERROR,
               g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
               ? SAL_ERROR_NOT_FOUND : SAL_ERROR_IO,
               "%s: cannot be read (%s)", path, problem->message);
}

/* A file is taken into memory whole: not one that never ends. */
static gboolean
check_size (GFile        *file,
            const char   *path,
            GCancellable *cancellable,
            GError      **error)
{
  const guint64 limit = SAL_IDX_MAX_BYTES + MAX_HEADER;
  g_autoptr (GFileInfo) info =
    g_file_query_info (file,
                       G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                       G_FILE_QUERY_INFO_NONE, cancellable, error);

  if (info == NULL) {
    set_io_error (error, path);
    return FALSE;
  }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    set_bad_file (error, path, "expected a regular file, found something else");
    return FALSE;
  }

  const guint64 size = (guint64) g_file_info_get_size (info);

  if (size > limit) {
    set_bad_file (error, path, "expected at most %" G_GUINT64_FORMAT " bytes, found %"
                  G_GUINT64_FORMAT, limit, size);
    return FALSE;
  }
  return TRUE;
}

SalIdx *
sal_idx_load (const char   *path,
              guint         n_dimensions,
              GCancellable *cancellable,
              GError      **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  if (!check_size (file, path, cancellable, error))
    return NULL;
  if (!g_file_load_contents (file, cancellable, &bytes, &n_bytes, NULL, error)) {
    set_io_error (error, path);
    return NULL;
  }
  return sal_idx_parse ((const guint8 *) bytes, n_bytes, path, n_dimensions, error);
}

void
sal_idx_free (SalIdx *self)
{
  if (self == NULL)
    return;

  g_free (self->data);
  g_free (self);
}
