/* sal-image-bytes.c - a picture file in memory as the pixels a network takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-image-bytes.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "sal-error.h"
#include "sal-image-format.h"
#include "sal-members.h"

/* Bytes that a loader is given before its size is asked for again. */
#define PIECE 512

/* How the files begin, and how it is known that they are not cut: by their
 * bytes, by the rows that came out, or (neither) by their loader.  `measure`
 * comes before the loader where there is one. */
typedef struct
{
  const char *loader;                   /* gdk-pixbuf's name                  */
  gsize       at;
  gsize       length;
  const char *bytes;
  gboolean  (*is_whole) (const guint8 *bytes,
                         gsize         n_bytes);
  gboolean    shows_rows;
  gboolean  (*measure) (const guint8 *bytes,
                        gsize         n_bytes,
                        int          *width,
                        int          *height);
} Kind;

static const Kind kinds[] = {
  { "png", 0, 8, "\x89PNG\r\n\x1a\n", .is_whole = sal_image_format_is_whole_png },
  { "jpeg", 0, 3, "\xff\xd8\xff", .is_whole = sal_image_format_is_whole_jpeg },
  { "webp", 8, 4, "WEBP",
    .is_whole = sal_image_format_is_whole_webp, .measure = sal_image_format_measure_webp },
  { "gif", 0, 4, "GIF8" },
  { "bmp", 0, 2, "BM", .is_whole = sal_image_format_is_whole_bmp },
  { "tiff", 0, 4, "II*\0" },
  { "tiff", 0, 4, "MM\0*" },
  { "pnm", 0, 2, "P1", .shows_rows = TRUE },
  { "pnm", 0, 2, "P2", .shows_rows = TRUE },
  { "pnm", 0, 2, "P3", .shows_rows = TRUE },
  { "pnm", 0, 2, "P4", .shows_rows = TRUE },
  { "pnm", 0, 2, "P5", .shows_rows = TRUE },
  { "pnm", 0, 2, "P6", .shows_rows = TRUE },
};

static const char *const extensions[] = {
  "png", "jpg", "jpeg", "jpe", "webp", "gif", "bmp", "tif", "tiff",
  "pnm", "pbm", "pgm", "ppm", NULL
};

gboolean
sal_image_bytes_is_name (const char *name)
{
  const char *dot = strrchr (name, '.');

  if (dot == NULL)
    return FALSE;

  g_autofree char *extension = g_ascii_strdown (dot + 1, -1);

  return g_strv_contains (extensions, extension);
}

static gboolean
fail (GError    **error,
      const char *found)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "expected a picture (PNG, JPEG, WebP, GIF, BMP, TIFF or PNM), found %s", found);
  return FALSE;
}

static const Kind *
find_kind (const guint8 *bytes,
           gsize         n_bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (n_bytes >= kinds[i].at + kinds[i].length &&
        memcmp (bytes + kinds[i].at, kinds[i].bytes, kinds[i].length) == 0)
      return &kinds[i];
  return NULL;
}

/* What the header says, as soon as it is read, and the rows that came out. */
typedef struct
{
  int      width;
  int      height;
  int      rows;
  gboolean is_too_large;
} Size;

static void
size_prepared_cb (GdkPixbufLoader *loader,
                  int              width,
                  int              height,
                  gpointer         data)
{
  Size *size = data;

  size->width = width;
  size->height = height;
  size->is_too_large = (gint64) width * height > SAL_IMAGE_MAX_PIXELS;
  /* Nothing is decoded into a picture without pixels. */
  if (size->is_too_large)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

static void
area_updated_cb (GdkPixbufLoader *loader,
                 int              x,
                 int              y,
                 int              width,
                 int              height,
                 gpointer         data)
{
  Size *size = data;

  size->rows = MAX (size->rows, y + height);
}

static GdkPixbufLoader *
open_loader (const Kind *kind,
             Size       *size,
             GError    **error)
{
  g_autoptr (GError) problem = NULL;
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type (kind->loader, &problem);

  if (loader == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 "expected a reader of %s pictures on this computer, found none; on Debian it is "
                 "the package %s-pixbuf-loader (%s)", kind->loader, kind->loader, problem->message);
    return NULL;
  }
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), size);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), size);
  return loader;
}

/* The kind of a file of these bytes; NULL with an error. */
static const Kind *
require_kind (const guint8 *bytes,
              gsize         n_bytes,
              GError      **error)
{
  const Kind *kind = find_kind (bytes, n_bytes);

  if (kind == NULL)
    fail (error, n_bytes == 0 ? "an empty file" : "something else");
  return kind;
}

static gboolean
check_size (const Size *size,
            GError    **error)
{
  if (!size->is_too_large)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "expected a picture of at most %d million pixels, found %d by %d",
               (int) (SAL_IMAGE_MAX_PIXELS >> 20), size->width, size->height);
  return FALSE;
}

gboolean
sal_image_bytes_measure (const guint8 *bytes,
                         gsize         n_bytes,
                         int          *width,
                         int          *height,
                         GError      **error)
{
  Size size = { 0 };
  const Kind *kind = require_kind (bytes, n_bytes, error);

  if (kind == NULL)
    return FALSE;
  if (kind->measure != NULL && kind->measure (bytes, n_bytes, width, height))
    return TRUE;

  g_autoptr (GError) problem = NULL;
  g_autoptr (GdkPixbufLoader) loader = open_loader (kind, &size, error);
  gboolean ok = TRUE;

  if (loader == NULL)
    return FALSE;
  for (gsize at = 0; ok && size.width == 0 && at < n_bytes; at += PIECE)
    ok = gdk_pixbuf_loader_write (loader, bytes + at, MIN (PIECE, n_bytes - at), &problem);
  /* Closing what was not read to its end is an error, and that is meant.  Some
   * formats tell their size only then. */
  gdk_pixbuf_loader_close (loader, problem == NULL ? &problem : NULL);
  if (!check_size (&size, error))
    return FALSE;
  if (size.width < 1 || size.height < 1)
    return fail (error, problem != NULL ? problem->message : "no size in it");
  *width = size.width;
  *height = size.height;
  return TRUE;
}

static GdkPixbuf *
decode (const guint8 *bytes,
        gsize         n_bytes,
        GError      **error)
{
  Size size = { 0 };
  const Kind *kind = require_kind (bytes, n_bytes, error);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GError) closing = NULL;

  if (kind == NULL)
    return NULL;
  if (kind->is_whole != NULL && !kind->is_whole (bytes, n_bytes)) {
    fail (error, "one that is cut");
    return NULL;
  }

  g_autoptr (GdkPixbufLoader) loader = open_loader (kind, &size, error);

  if (loader == NULL)
    return NULL;

  const gboolean wrote = gdk_pixbuf_loader_write (loader, bytes, n_bytes, &problem);
  const gboolean closed = gdk_pixbuf_loader_close (loader, &closing);

  if (!check_size (&size, error))
    return NULL;
  if (!wrote || !closed) {
    fail (error, !wrote ? problem->message : closing->message);
    return NULL;
  }

  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);

  if (pixbuf == NULL) {
    fail (error, "no picture in it");
    return NULL;
  }
  if (kind->shows_rows && size.rows < size.height) {
    fail (error, "one that is cut");
    return NULL;
  }
  return gdk_pixbuf_apply_embedded_orientation (pixbuf);
}

/* The middle in the proportions of `shape`, at its size. */
static GdkPixbuf *
fit (GdkPixbuf *pixbuf,
     NnShape    shape)
{
  const int width = gdk_pixbuf_get_width (pixbuf);
  const int height = gdk_pixbuf_get_height (pixbuf);

  if (width == shape.width && height == shape.height)
    return g_object_ref (pixbuf);

  const double scale = MIN ((double) width / shape.width, (double) height / shape.height);
  const int part_width = CLAMP ((int) (shape.width * scale + 0.5), 1, width);
  const int part_height = CLAMP ((int) (shape.height * scale + 0.5), 1, height);
  g_autoptr (GdkPixbuf) part =
    gdk_pixbuf_new_subpixbuf (pixbuf, (width - part_width) / 2, (height - part_height) / 2,
                              part_width, part_height);

  return gdk_pixbuf_scale_simple (part, shape.width, shape.height, GDK_INTERP_BILINEAR);
}

static void
write_pixel (const guint8 *in,
             gboolean      has_alpha,
             int           channels,
             gsize         plane,
             guint8       *out)
{
  const int alpha = has_alpha ? in[3] : 255;
  const int red = (in[0] * alpha + 127) / 255;
  const int green = (in[1] * alpha + 127) / 255;
  const int blue = (in[2] * alpha + 127) / 255;

  if (channels == 1) {
    out[0] = (guint8) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
    return;
  }
  out[0] = (guint8) red;
  out[plane] = (guint8) green;
  out[2 * plane] = (guint8) blue;
}

gboolean
sal_image_bytes_from_pixbuf (GdkPixbuf *picture,
                             NnShape    shape,
                             guint8    *pixels,
                             GError   **error)
{
  g_return_val_if_fail (shape.channels == 1 || shape.channels == 3, FALSE);

  g_autoptr (GdkPixbuf) fitted = fit (picture, shape);

  if (fitted == NULL)
    return fail (error, "too little memory to resize it");

  const gsize plane = (gsize) shape.height * (gsize) shape.width;
  const gsize row = (gsize) gdk_pixbuf_get_rowstride (fitted);
  const gsize step = (gsize) gdk_pixbuf_get_n_channels (fitted);
  const gboolean has_alpha = gdk_pixbuf_get_has_alpha (fitted);
  const guint8 *in = gdk_pixbuf_read_pixels (fitted);

  for (gsize y = 0; y < (gsize) shape.height; y++)
    for (gsize x = 0; x < (gsize) shape.width; x++)
      write_pixel (in + y * row + x * step, has_alpha, shape.channels, plane,
                   pixels + y * (gsize) shape.width + x);
  return TRUE;
}

gboolean
sal_image_bytes_decode (const guint8 *bytes,
                        gsize         n_bytes,
                        NnShape       shape,
                        guint8       *pixels,
                        GError      **error)
{
  g_autoptr (GdkPixbuf) picture = decode (bytes, n_bytes, error);

  return picture != NULL && sal_image_bytes_from_pixbuf (picture, shape, pixels, error);
}

/* A regular file of a size that a picture may have; NULL with an error. */
static GBytes *
read_file (const char *path,
           GError    **error)
{
  g_autoptr (GError) problem = NULL;
  GStatBuf status;
  char *bytes;
  gsize n;

  if (g_stat (path, &status) != 0) {
    g_set_error (error, SAL_ERROR, errno == ENOENT ? SAL_ERROR_NOT_FOUND : SAL_ERROR_IO,
                 "%s: cannot be read (%s)", path, g_strerror (errno));
    return NULL;
  }
  if (!S_ISREG (status.st_mode) || (guint64) status.st_size > SAL_MEMBER_MAX_BYTES) {
    fail (error, S_ISREG (status.st_mode) ? "too large a file" : "no file");
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  if (g_file_get_contents (path, &bytes, &n, &problem))
    return g_bytes_new_take (bytes, n);
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, "%s: cannot be read (%s)", path,
               problem->message);
  return NULL;
}

gboolean
sal_image_bytes_read_file (const char *path,
                           NnShape     shape,
                           guint8     *pixels,
                           GError    **error)
{
  if (shape.channels != 1 && shape.channels != 3) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 "%s: expected a network for 1 or 3 channels, found one for %d", path,
                 shape.channels);
    return FALSE;
  }

  g_autoptr (GBytes) bytes = read_file (path, error);
  gsize n;

  if (bytes == NULL)
    return FALSE;

  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (sal_image_bytes_decode (data, n, shape, pixels, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}
