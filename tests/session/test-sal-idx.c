/* test-sal-idx.c - IDX files, good and hostile: each refusal is one sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-idx.h"

#define NAME "some-file"

/* Two images of 2 x 3 pixels. */
static const guint8 images[] = {
  0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3,
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255,
};

#define HEADER 16

static const guint8 labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9 };

static GByteArray *
make_bytes (const guint8 *bytes,
            gsize         n)
{
  return g_byte_array_append (g_byte_array_new (), bytes, (guint) n);
}

/* Asserts that `bytes` is refused as images, in one line that names the file
 * and contains `complaint`. */
static void
assert_refused (const guint8 *bytes,
                gsize         n,
                const char   *complaint)
{
  g_autoptr (GError) error = NULL;
  /* A copy of exact size lets the sanitizer see a read past the end. */
  g_autofree guint8 *copy = g_memdup2 (bytes, n);
  SalIdx *idx = sal_idx_parse (copy, n, NAME, 3, &error);

  g_assert_null (idx);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, NAME ": expected "));
  g_assert_null (strchr (error->message, '\n'));
  if (strstr (error->message, complaint) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", error->message, complaint);
}

/* The same with byte `at` of the good file replaced. */
static void
assert_refused_with (gsize       at,
                     guint8      byte,
                     const char *complaint)
{
  guint8 bytes[sizeof images];

  memcpy (bytes, images, sizeof images);
  bytes[at] = byte;
  assert_refused (bytes, sizeof bytes, complaint);
}

static void
assert_good (const guint8 *bytes,
             gsize         n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalIdx) idx = sal_idx_parse (bytes, n, NAME, 3, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (idx->n_dimensions, ==, 3);
  g_assert_cmpuint (idx->shape[0], ==, 2);
  g_assert_cmpuint (idx->shape[1], ==, 2);
  g_assert_cmpuint (idx->shape[2], ==, 3);
  g_assert_cmpmem (idx->data, idx->n_bytes, images + HEADER, 12);
}

static void
test_plain_file_is_read (void)
{
  assert_good (images, sizeof images);
}

static void
test_compressed_file_is_read (void)
{
  g_autoptr (GByteArray) bytes = sal_fixture_compress (images, sizeof images);

  assert_good (bytes->data, bytes->len);
}

static void
test_labels_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalIdx) idx = sal_idx_parse (labels, sizeof labels, NAME, 1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (idx->shape[0], ==, 3);
  g_assert_cmpmem (idx->data, idx->n_bytes, labels + 8, 3);
}

static void
test_file_cut_at_every_byte_is_refused (void)
{
  for (gsize n = 0; n < sizeof images; n++)
    assert_refused (images, n, "found ");

  assert_refused (images, 0, "found only 0 bytes");
  assert_refused (images, 3, "expected an IDX header, found only 3 bytes");
  assert_refused (images, 15, "expected a header of 16 bytes, found only 15");
  assert_refused (images, 27, "expected 12 bytes of data, found 11");
}

static void
test_compressed_file_cut_at_every_byte_is_refused (void)
{
  g_autoptr (GByteArray) bytes = sal_fixture_compress (images, sizeof images);

  for (gsize n = 0; n < bytes->len; n++)
    assert_refused (bytes->data, n, "found ");

  /* All data are there, but not the checksum after them. */
  assert_refused (bytes->data, bytes->len - 1, "the end of the gzip data");
}

static void
test_compressed_data_cut_at_every_byte_is_refused (void)
{
  for (gsize n = 0; n < sizeof images; n++) {
    g_autoptr (GByteArray) bytes = sal_fixture_compress (images, n);

    assert_refused (bytes->data, bytes->len, "found ");
  }
}

static void
test_wrong_magic_is_named (void)
{
  assert_refused_with (0, 1, "starts with 00 00, found 01 00");
  assert_refused_with (1, 0xff, "starts with 00 00, found 00 ff");
  assert_refused_with (2, 0x0d, "expected unsigned bytes (IDX type 0x08), found IDX type 0x0d");
  assert_refused_with (3, 2, "expected images (3 dimensions), found 2 dimensions");
  assert_refused (labels, sizeof labels, "expected images (3 dimensions), found 1 dimension");
}

static void
test_images_in_the_place_of_labels_are_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_idx_parse (images, sizeof images, NAME, 1, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==,
                   NAME ": expected labels (1 dimension), found 3 dimensions");
}

static void
test_zero_dimension_is_refused (void)
{
  assert_refused_with (7, 0, "expected dimension 1 to be above 0, found 0");
  assert_refused_with (11, 0, "expected dimension 2 to be above 0, found 0");
  assert_refused_with (15, 0, "expected dimension 3 to be above 0, found 0");
}

static void
test_absurd_sizes_are_refused_without_taking_memory (void)
{
  guint8 bytes[sizeof images];
  g_autoptr (GByteArray) compressed = NULL;

  /* 2^32 - 1 in each dimension: the product overflows 64 bits. */
  memcpy (bytes, images, sizeof images);
  memset (bytes + 4, 0xff, 12);
  assert_refused (bytes, sizeof bytes, "found a header that promises more");
  compressed = sal_fixture_compress (bytes, sizeof bytes);
  assert_refused (compressed->data, compressed->len, "found a header that promises more");

  /* 2^31 x 2 x 3, and 2^16 x 2^16 x 2^32 / 2: wraps around to small values. */
  assert_refused_with (4, 0x80, "found a header that promises more");
  memcpy (bytes + 4, "\0\1\0\0" "\0\1\0\0" "\x80\0\0\0", 12);
  assert_refused (bytes, sizeof bytes, "found a header that promises more");
}

static void
test_promise_beyond_the_file_is_refused (void)
{
  guint8 bytes[sizeof images];
  g_autoptr (GByteArray) compressed = NULL;

  assert_refused_with (7, 200, "expected 1200 bytes of data, found 12");

  /* 2^24 x 2 x 3 bytes cannot come out of so small a file. */
  memcpy (bytes, images, sizeof images);
  bytes[4] = 1;
  compressed = sal_fixture_compress (bytes, sizeof bytes);
  assert_refused (compressed->data, compressed->len, "bytes of data, found at most ");
}

static void
test_decompression_bomb_is_not_unpacked (void)
{
  const gsize n = 64 << 20;
  g_autofree guint8 *zeros = g_malloc0 (n);
  g_autoptr (GByteArray) bomb = NULL;

  memcpy (zeros, images, HEADER);
  bomb = sal_fixture_compress (zeros, n);
  g_assert_cmpuint (bomb->len, <, 1 << 20);

  /* Unpacking it to the end would run into this damage. */
  memset (bomb->data + bomb->len / 2, 0xff, 1000);
  assert_refused (bomb->data, bomb->len, "expected the file to end after 12 bytes of data, "
                  "found more");
}

static void
test_trailing_garbage_is_refused (void)
{
  g_autoptr (GByteArray) plain = make_bytes (images, sizeof images);
  g_autoptr (GByteArray) inside = NULL;
  g_autoptr (GByteArray) after = sal_fixture_compress (images, sizeof images);

  g_byte_array_append (plain, (const guint8 *) "x", 1);
  assert_refused (plain->data, plain->len, "expected the file to end after 12 bytes");

  inside = sal_fixture_compress (plain->data, plain->len);
  assert_refused (inside->data, inside->len, "expected the file to end after 12 bytes");

  g_byte_array_append (after, (const guint8 *) "junk", 4);
  assert_refused (after->data, after->len, "after its gzip data, found 4 bytes more");
}

static void
test_damaged_gzip_is_refused (void)
{
  g_autoptr (GByteArray) bytes = sal_fixture_compress (images, sizeof images);

  /* The stored checksum of the content is the last but seventh byte. */
  bytes->data[bytes->len - 8] ^= 1;
  assert_refused (bytes->data, bytes->len, "expected intact gzip data, found an error");
}

static void
test_what_people_save_by_mistake_is_recognised (void)
{
  static const struct
  {
    const char *content;
    const char *what;
  } cases[] = {
    { "<!DOCTYPE html><html><title>404</title>", "found a web page" },
    { "<html><head>", "found a web page" },
    { "\n  <html><head>", "found a web page" },
    { "\xef\xbb\xbf<?xml version=\"1.0\"?>", "found a web page" },
    { "version https://git-lfs.github.com/spec/v1\n", "found a Git LFS pointer" },
    { "PK\x03\x04 and so on", "found a ZIP archive" },
    { "\x89PNG\r\n\x1a\n", "found a PNG image" },
    { "BZh91AY&SY", "found a bzip2 file" },
    { "\xfd" "7zXZ and so on", "found an xz file" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint8 *content = (const guint8 *) cases[i].content;
    const gsize n = strlen (cases[i].content);
    g_autoptr (GByteArray) compressed = sal_fixture_compress (content, n);

    assert_refused (content, n, cases[i].what);
    assert_refused (compressed->data, compressed->len, cases[i].what);
  }
}

static void
test_file_compressed_twice_is_told (void)
{
  g_autoptr (GByteArray) once = sal_fixture_compress (images, sizeof images);
  g_autoptr (GByteArray) twice = sal_fixture_compress (once->data, once->len);

  assert_refused (twice->data, twice->len, "found a gzip file inside the gzip file");
}

static void
test_load_reads_from_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("saliscope-idx-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, (const char *) images, sizeof images, NULL));

  g_autoptr (SalIdx) idx = sal_idx_load (path, 3, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (idx->data, idx->n_bytes, images + HEADER, 12);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_load_names_a_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_idx_load ("/no/such/file", 3, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "/no/such/file: "));
}

/* A file without an end would fill the memory. */
static void
test_load_refuses_what_is_not_a_regular_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_idx_load ("/dev/zero", 3, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==,
                   "/dev/zero: expected a regular file, found something else");
}

static void
test_load_refuses_a_huge_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("saliscope-idx-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;
  FILE *file = g_fopen (path, "wb");

  /* A hole of 3 GiB: no space is taken on the disk. */
  g_assert_nonnull (file);
  g_assert_cmpint (fseeko (file, (off_t) 3 << 30, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc (0, file), ==, 0);
  g_assert_cmpint (fclose (file), ==, 0);

  g_assert_null (sal_idx_load (path, 3, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "found 3221225473"));
  g_remove (path);
  g_rmdir (folder);
}

static void
test_load_can_be_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (sal_idx_load ("/dev/null", 3, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idx/plain-file-is-read", test_plain_file_is_read);
  g_test_add_func ("/idx/compressed-file-is-read", test_compressed_file_is_read);
  g_test_add_func ("/idx/labels-are-read", test_labels_are_read);
  g_test_add_func ("/idx/file-cut-at-every-byte-is-refused",
                   test_file_cut_at_every_byte_is_refused);
  g_test_add_func ("/idx/compressed-file-cut-at-every-byte-is-refused",
                   test_compressed_file_cut_at_every_byte_is_refused);
  g_test_add_func ("/idx/compressed-data-cut-at-every-byte-is-refused",
                   test_compressed_data_cut_at_every_byte_is_refused);
  g_test_add_func ("/idx/wrong-magic-is-named", test_wrong_magic_is_named);
  g_test_add_func ("/idx/images-in-the-place-of-labels-are-refused",
                   test_images_in_the_place_of_labels_are_refused);
  g_test_add_func ("/idx/zero-dimension-is-refused", test_zero_dimension_is_refused);
  g_test_add_func ("/idx/absurd-sizes-are-refused-without-taking-memory",
                   test_absurd_sizes_are_refused_without_taking_memory);
  g_test_add_func ("/idx/promise-beyond-the-file-is-refused",
                   test_promise_beyond_the_file_is_refused);
  g_test_add_func ("/idx/decompression-bomb-is-not-unpacked",
                   test_decompression_bomb_is_not_unpacked);
  g_test_add_func ("/idx/trailing-garbage-is-refused", test_trailing_garbage_is_refused);
  g_test_add_func ("/idx/damaged-gzip-is-refused", test_damaged_gzip_is_refused);
  g_test_add_func ("/idx/what-people-save-by-mistake-is-recognised",
                   test_what_people_save_by_mistake_is_recognised);
  g_test_add_func ("/idx/file-compressed-twice-is-told", test_file_compressed_twice_is_told);
  g_test_add_func ("/idx/load-reads-from-disk", test_load_reads_from_disk);
  g_test_add_func ("/idx/load-names-a-missing-file", test_load_names_a_missing_file);
  g_test_add_func ("/idx/load-refuses-what-is-not-a-regular-file",
                   test_load_refuses_what_is_not_a_regular_file);
  g_test_add_func ("/idx/load-refuses-a-huge-file", test_load_refuses_a_huge_file);
  g_test_add_func ("/idx/load-can-be-cancelled", test_load_can_be_cancelled);
  return g_test_run ();
}
