/* sal-fixture.c - small data sets in temporary folders, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-fixture.h"

#include <glib/gstdio.h>
#include <zlib.h>

#include "sal-directory.h"

char *
sal_fixture_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
sal_fixture_remove_folder (char *folder)
{
  g_autoptr (GError) error = NULL;

  sal_directory_remove (folder, &error);
  g_assert_no_error (error);
  g_free (folder);
}

void
file_fixture_set_up (FileFixture  *self,
                     gconstpointer name)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->directory, name, NULL);
}

void
file_fixture_tear_down (FileFixture  *self,
                        gconstpointer name)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->directory), ==, 0);
  g_free (self->directory);
  g_free (self->path);
}

void
sal_fixture_write (const char *folder,
                   const char *name,
                   GByteArray *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_directory_make (parent, &error));
  g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  g_byte_array_unref (bytes);
}

/* The header of unsigned bytes with these dimensions. */
static GByteArray *
make_header (guint         n_dimensions,
             const guint32 shape[])
{
  const guint8 magic[4] = { 0, 0, 8, (guint8) n_dimensions };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, magic, sizeof magic);
  for (guint d = 0; d < n_dimensions; d++) {
    const guint32 size = GUINT32_TO_BE (shape[d]);

    g_byte_array_append (bytes, (const guint8 *) &size, sizeof size);
  }
  return bytes;
}

GByteArray *
sal_fixture_images (guint32 count,
                    guint32 height,
                    guint32 width)
{
  const guint32 shape[3] = { count, height, width };
  GByteArray *bytes = make_header (3, shape);

  for (guint32 i = 0; i < count * height * width; i++) {
    const guint8 byte = (guint8) (37 * i + 11);

    g_byte_array_append (bytes, &byte, 1);
  }
  return bytes;
}

GByteArray *
sal_fixture_labels (guint32 count,
                    guint32 classes)
{
  GByteArray *bytes = make_header (1, &count);

  for (guint32 i = 0; i < count; i++) {
    const guint8 label = (guint8) (i % classes);

    g_byte_array_append (bytes, &label, 1);
  }
  return bytes;
}

GByteArray *
sal_fixture_compress (const guint8 *bytes,
                      gsize         n)
{
  GByteArray *out = g_byte_array_new ();
  z_stream deflater = { 0 };

  g_assert_cmpint (deflateInit2 (&deflater, 9, Z_DEFLATED, MAX_WBITS + 16, 8,
                                 Z_DEFAULT_STRATEGY), ==, Z_OK);
  g_byte_array_set_size (out, (guint) deflateBound (&deflater, n));
  deflater.next_in = (Bytef *) bytes;
  deflater.avail_in = (uInt) n;
  deflater.next_out = out->data;
  deflater.avail_out = out->len;
  g_assert_cmpint (deflate (&deflater, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_set_size (out, (guint) deflater.total_out);
  deflateEnd (&deflater);
  return out;
}

void
sal_fixture_write_set (const char *folder)
{
  sal_fixture_write (folder, "train-images-idx3-ubyte", sal_fixture_images (20, 5, 6));
  sal_fixture_write (folder, "train-labels-idx1-ubyte", sal_fixture_labels (20, 4));
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", sal_fixture_images (8, 5, 6));
  sal_fixture_write (folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (8, 4));
}
