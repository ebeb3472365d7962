/* test-sal-safetensors.c - reading good, odd and hostile containers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sal-error.h"
#include "sal-safetensors.h"

#define ONE_TENSOR \
  "{\"t\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}"

/* The bytes of a file with this header and `data_size` bytes 0, 1, 2 ... */
static GBytes *
make_file (const char *header,
           gsize       data_size)
{
  const guint64 length = strlen (header);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) length);
  for (gsize i = 0; i < data_size; i++)
    g_byte_array_append (bytes, &(guint8) { (guint8) i }, 1);
  return g_byte_array_free_to_bytes (bytes);
}

static SalSafetensors *
parse (const char *header,
       gsize       data_size,
       GError    **error)
{
  g_autoptr (GBytes) bytes = make_file (header, data_size);

  return sal_safetensors_parse (bytes, "a.safetensors", error);
}

static void
assert_bad_bytes (GBytes     *bytes,
                  const char *found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file = sal_safetensors_parse (bytes, "a.safetensors", &error);

  g_assert_null (file);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "a.safetensors: "));
  g_assert_nonnull (strstr (error->message, found));
}

static void
assert_bad (const char *header,
            gsize       data_size,
            const char *found)
{
  g_autoptr (GBytes) bytes = make_file (header, data_size);

  assert_bad_bytes (bytes, found);
}

static void
reads_tensors_and_metadata (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file =
    parse ("{\"__metadata__\":{\"what\":\"a test\"},"
           "\"late\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[24,28]},"
           "\"t\":{\"dtype\":\"I32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}   ",
           28, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sal_safetensors_get_n_tensors (file), ==, 2);
  g_assert_cmpstr (sal_safetensors_get_metadata (file, "what"), ==, "a test");
  g_assert_null (sal_safetensors_get_metadata (file, "other"));
  g_assert_null (sal_safetensors_find (file, "other"));
  g_assert_null (sal_safetensors_find (file, "__metadata__"));

  const SalTensor *tensor = sal_safetensors_get_tensor (file, 0);
  const gint32 *values = tensor->data;

  g_assert_cmpstr (tensor->name, ==, "t");
  g_assert_cmpint (tensor->type, ==, SAL_TENSOR_I32);
  g_assert_cmpuint (tensor->n_dimensions, ==, 2);
  g_assert_cmpuint (tensor->shape[0], ==, 2);
  g_assert_cmpuint (tensor->shape[1], ==, 3);
  g_assert_cmpuint (tensor->n_elements, ==, 6);
  g_assert_cmphex ((guint32) values[5], ==, 0x17161514);
  g_assert_true (sal_safetensors_find (file, "t") == tensor);
  g_assert_true (sal_safetensors_find (file, "late") == sal_safetensors_get_tensor (file, 1));
}

static void
reads_a_file_without_tensors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file = parse ("{}", 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sal_safetensors_get_n_tensors (file), ==, 0);
}

static void
reads_scalars_and_empty_tensors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file =
    parse ("{\"scalar\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
           "\"empty\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[8,8]}}",
           8, &error);

  g_assert_no_error (error);

  const SalTensor *scalar = sal_safetensors_find (file, "scalar");
  const SalTensor *empty = sal_safetensors_find (file, "empty");

  g_assert_cmpuint (scalar->n_dimensions, ==, 0);
  g_assert_cmpuint (scalar->n_elements, ==, 1);
  g_assert_cmphex (*(const guint64 *) scalar->data, ==, 0x0706050403020100);
  g_assert_cmpuint (empty->n_elements, ==, 0);
  g_assert_nonnull (empty->data);
}

/* The format allows data at any byte; readers of `data` rely on alignment. */
static void
aligns_data_that_lies_askew (void)
{
  for (guint padding = 0; padding < 8; padding++) {
    g_autofree char *spaces = g_strnfill (padding, ' ');
    g_autofree char *header =
      g_strconcat ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                   "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[1,9]},"
                   "\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9,13]},"
                   "\"d\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[13,16]}}",
                   spaces, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (SalSafetensors) file = parse (header, 16, &error);

    g_assert_no_error (error);
    for (guint i = 0; i < 4; i++) {
      const SalTensor *tensor = sal_safetensors_get_tensor (file, i);
      static const guint8 first[] = { 0, 1, 9, 13 };

      g_assert_cmpuint ((guintptr) tensor->data % (i == 1 ? 8 : 4), ==, 0);
      g_assert_cmpuint (*(const guint8 *) tensor->data, ==, first[i]);
    }
    g_assert_cmphex (*(const guint64 *) sal_safetensors_find (file, "b")->data, ==,
                     0x0807060504030201);
  }
}

static void
reads_names_with_odd_characters (void)
{
  static const struct
  {
    const char *escaped;
    const char *name;
  } cases[] = {
    { "", "" },
    { "layer 1/conv.weight", "layer 1/conv.weight" },
    { "\\\"\\\\\\n\\u0001", "\"\\\n\x01" },
    { "größe \\ud83d\\ude00 %s%n", "größe 😀 %s%n" },
    { "__METADATA__", "__METADATA__" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *header =
      g_strdup_printf ("{\"%s\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                       cases[i].escaped);
    g_autoptr (GError) error = NULL;
    g_autoptr (SalSafetensors) file = parse (header, 1, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (sal_safetensors_get_tensor (file, 0)->name, ==, cases[i].name);
    g_assert_nonnull (sal_safetensors_find (file, cases[i].name));
  }
}

static void
refuses_a_file_cut_at_any_byte (void)
{
  g_autoptr (GBytes) whole = make_file (ONE_TENSOR, 24);
  const gsize size = g_bytes_get_size (whole);
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file = sal_safetensors_parse (whole, "a.safetensors", &error);

  g_assert_no_error (error);
  for (gsize length = 0; length < size; length++) {
    /* A copy of its own, so that a memory checker sees a read beyond it. */
    g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (whole, NULL), length);

    assert_bad_bytes (cut, "expected");
  }
}

static void
refuses_a_header_cut_at_any_byte (void)
{
  const char *header = "{\"__metadata__\":{\"k\":\"v\"},\"t\":{\"dtype\":\"F32\",\"shape\":[2,3],"
                       "\"data_offsets\":[0,24]}}";

  for (gsize length = 0; length < strlen (header); length++) {
    g_autofree char *cut = g_strndup (header, length);

    assert_bad (cut, 24, "expected");
  }
}

static void
refuses_an_absurd_header_length (void)
{
  static const guint64 lengths[] = {
    strlen (ONE_TENSOR) + 25, 100000000, 100000001, G_MAXUINT32,
    (guint64) 1 << 63, G_MAXUINT64 - 7, G_MAXUINT64,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GBytes) good = make_file (ONE_TENSOR, 24);
    gsize size;
    guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&good), &size);

    memcpy (data, &lengths[i], sizeof lengths[i]);

    g_autoptr (GBytes) bad = g_bytes_new_take (data, size);

    assert_bad_bytes (bad, "expected a header of");
  }
}

static void
refuses_a_header_that_is_not_what_it_should_be (void)
{
  static const struct
  {
    const char *header;
    const char *found;
  } cases[] = {
    { "", "not a safetensors file" },
    { "<!DOCTYPE html>", "not a safetensors file" },
    { "[]", "not a safetensors file" },
    { " {}", "not a safetensors file" },
    { "{\"t\"}", "header: expected JSON" },
    { "{\"t\":{}}}", "header: expected JSON" },
    { "{\"t\":1}", "tensor \"t\": expected an object" },
    { "{\"t\":null}", "tensor \"t\": expected an object" },
    { "{\"t\":[]}", "tensor \"t\": expected an object" },
    { "{\"t\":{}}", "string \"dtype\", found none" },
    { "{\"__metadata__\":[]}", "expected an object \"__metadata__\"" },
    { "{\"__metadata__\":{\"a\":1}}", "metadata \"a\": expected a string" },
    { "{\"__metadata__\":{\"a\":null}}", "metadata \"a\": expected a string" },
    { "{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}", "found \"a\" twice" },
    { "{\"t\":{\"a\":[[]]}}", "too deep" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_bad (cases[i].header, 0, cases[i].found);
}

static void
refuses_tensors_that_do_not_add_up (void)
{
  static const struct
  {
    const char *tensor; /* in a file with 24 bytes of data */
    const char *found;
  } cases[] = {
    { "\"dtype\":7,\"shape\":[6],\"data_offsets\":[0,24]", "expected a string \"dtype\"" },
    { "\"dtype\":\"F16\",\"shape\":[12],\"data_offsets\":[0,24]", "found \"F16\"" },
    { "\"dtype\":\"BF16\",\"shape\":[12],\"data_offsets\":[0,24]", "found \"BF16\"" },
    { "\"dtype\":\"f32\",\"shape\":[6],\"data_offsets\":[0,24]", "found \"f32\"" },
    { "\"dtype\":\"F32\",\"data_offsets\":[0,24]", "array \"shape\", found none" },
    { "\"dtype\":\"F32\",\"shape\":6,\"data_offsets\":[0,24]", "array \"shape\"" },
    { "\"dtype\":\"F32\",\"shape\":[6.0],\"data_offsets\":[0,24]", "dimension 0" },
    { "\"dtype\":\"F32\",\"shape\":[2,\"3\"],\"data_offsets\":[0,24]", "dimension 1" },
    { "\"dtype\":\"F32\",\"shape\":[true],\"data_offsets\":[0,24]", "dimension 0" },
    { "\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,24]", "dimension 0" },
    { "\"dtype\":\"F32\",\"shape\":[-2,-3],\"data_offsets\":[0,24]", "dimension 0" },
    { "\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,6],\"data_offsets\":[0,24]", "dimensions" },
    { "\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,24]", "overflows" },
    { "\"dtype\":\"F32\",\"shape\":[4611686018427387910],\"data_offsets\":[0,24]", "overflows" },
    { "\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,24]",
      "out of range" },
    { "\"dtype\":\"F32\",\"shape\":[6]", "array \"data_offsets\", found none" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":24", "array \"data_offsets\"" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[24]", "two ascending" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24,24]", "two ascending" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[-24,0]", "two ascending" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[24,0]", "two ascending" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,\"24\"]", "two ascending" },
    { "\"dtype\":\"F32\",\"shape\":[7],\"data_offsets\":[0,28]", "24 bytes of data" },
    { "\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[9223372036854775783,"
      "9223372036854775807]", "24 bytes of data" },
    { "\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,24]", "expected 20 bytes" },
    { "\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,24]", "expected 6 bytes" },
    { "\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,24]", "expected 4 bytes" },
    { "\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[4,24]", "a hole" },
    { "\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,20]", "expected 20 bytes of data" },
    { "\"dtype\":\"F32\",\"dtype\":\"I32\",\"shape\":[6],\"data_offsets\":[0,24]", "twice" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *header = g_strdup_printf ("{\"t\":{%s}}", cases[i].tensor);

    assert_bad (header, 24, cases[i].found);
  }
}

static void
refuses_tensors_that_share_or_skip_data (void)
{
  static const struct
  {
    const char *first;
    const char *second;
    const char *found;
  } cases[] = {
    { "0,12", "8,20", "tensor \"b\"" },
    { "0,12", "0,12", "an overlap" },
    { "0,12", "4,16", "an overlap" },
    { "0,12", "16,28", "a hole" },
    { "12,24", "16,28", "a hole" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *header =
      g_strdup_printf ("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[%s]},"
                       "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[%s]}}",
                       cases[i].first, cases[i].second);

    assert_bad (header, 28, cases[i].found);
  }
  /* An empty tensor inside the data of another is an overlap as well. */
  assert_bad ("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
              "\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}", 12, "an overlap");
}

static void
refuses_two_tensors_of_one_name (void)
{
  assert_bad ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
              "\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2,
              "found \"a\" twice");
}

static void
says_which_path_cannot_be_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "empty", NULL);

  g_assert_null (sal_safetensors_load (path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_null (sal_safetensors_load (directory, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "found a folder"));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "", 0, &error));
  g_assert_null (sal_safetensors_load (path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "found 0"));
  g_unlink (path);
  g_rmdir (directory);
}

/* The header is read first, and bounds what is read after it. */
static void
refuses_a_huge_file_unread (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_file (ONE_TENSOR, 24);
  g_autofree char *directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "huge", NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), &error));
  /* Holes take no room; a file system may still refuse so large a file. */
  if (truncate (path, (off_t) 1 << 42) == 0) {
    g_assert_null (sal_safetensors_load (path, &error));
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
    g_assert_nonnull (strstr (error->message, path));
    g_assert_nonnull (strstr (error->message, "expected at most"));
    g_clear_error (&error);
  }
  g_assert_cmpint (truncate (path, (off_t) 1 << 31), ==, 0);
  g_assert_null (sal_safetensors_load (path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "expected 24 bytes of data"));
  g_unlink (path);
  g_rmdir (directory);
}

static void
keeps_what_it_read_when_the_file_is_cut (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_file (ONE_TENSOR, 24);
  g_autofree char *directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "cut", NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), &error));

  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 0), ==, 0);

  const guint8 *data = sal_safetensors_find (file, "t")->data;

  for (guint i = 0; i < 24; i++)
    g_assert_cmpuint (data[i], ==, i);
  g_unlink (path);
  g_rmdir (directory);
}

/* A file that is cut and written again, over and over. */
typedef struct
{
  const char *path;
  GBytes     *bytes;
  gint        must_stop; /* atomic */
} Cutting;

static gpointer
cut_and_write (gpointer data)
{
  Cutting *cutting = data;
  const int file = g_open (cutting->path, O_WRONLY, 0);
  gsize size;
  const void *bytes = g_bytes_get_data (cutting->bytes, &size);

  while (!g_atomic_int_get (&cutting->must_stop)) {
    g_assert_cmpint (ftruncate (file, (off_t) size / 2), ==, 0);
    g_assert_cmpint (pwrite (file, bytes, size, 0), ==, (gssize) size);
  }
  close (file);
  return NULL;
}

static void
survives_a_file_that_is_cut_while_it_is_read (void)
{
  enum { SIZE = 4 << 20, ROUNDS = 200 };
  g_autofree char *header =
    g_strdup_printf ("{\"t\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
                     SIZE, SIZE);
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "cut", NULL);
  g_autoptr (GBytes) bytes = make_file (header, SIZE);
  Cutting cutting = { path, bytes, 0 };

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), &error));

  GThread *thread = g_thread_new ("cutting", cut_and_write, &cutting);

  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);

    if (file != NULL)
      g_assert_cmpuint (((const guint8 *) sal_safetensors_find (file, "t")->data)[SIZE - 1],
                        ==, (guint8) (SIZE - 1));
    else {
      g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
      g_assert_true (g_str_has_prefix (error->message, path));
      g_assert_nonnull (strstr (error->message, "expected "));
      g_assert_nonnull (strstr (error->message, "found "));
    }
    g_clear_error (&error);
  }
  g_atomic_int_set (&cutting.must_stop, 1);
  g_thread_join (thread);
  g_unlink (path);
  g_rmdir (directory);
}

/* Files of the reference implementation. */
static void
loads_every_golden_file (void)
{
  const char *golden = g_getenv ("SALISCOPE_GOLDEN");
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n_files = 0;

  if (golden == NULL) {
    g_test_skip ("SALISCOPE_GOLDEN does not name the directory of golden files");
    return;
  }

  g_autoptr (GDir) directory = g_dir_open (golden, 0, &error);

  g_assert_no_error (error);
  while ((name = g_dir_read_name (directory)) != NULL) {
    if (!g_str_has_suffix (name, ".safetensors"))
      continue;

    g_autofree char *path = g_build_filename (golden, name, NULL);
    g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (sal_safetensors_get_n_tensors (file), >, 0);
    g_assert_nonnull (sal_safetensors_get_metadata (file, "what"));
    n_files++;
  }
  g_assert_cmpuint (n_files, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/reads-tensors-and-metadata", reads_tensors_and_metadata);
  g_test_add_func ("/safetensors/reads-a-file-without-tensors", reads_a_file_without_tensors);
  g_test_add_func ("/safetensors/reads-scalars-and-empty", reads_scalars_and_empty_tensors);
  g_test_add_func ("/safetensors/aligns-data", aligns_data_that_lies_askew);
  g_test_add_func ("/safetensors/reads-odd-names", reads_names_with_odd_characters);
  g_test_add_func ("/safetensors/refuses-cut-file", refuses_a_file_cut_at_any_byte);
  g_test_add_func ("/safetensors/refuses-cut-header", refuses_a_header_cut_at_any_byte);
  g_test_add_func ("/safetensors/refuses-absurd-length", refuses_an_absurd_header_length);
  g_test_add_func ("/safetensors/refuses-odd-header",
                   refuses_a_header_that_is_not_what_it_should_be);
  g_test_add_func ("/safetensors/refuses-bad-tensors", refuses_tensors_that_do_not_add_up);
  g_test_add_func ("/safetensors/refuses-shared-data", refuses_tensors_that_share_or_skip_data);
  g_test_add_func ("/safetensors/refuses-equal-names", refuses_two_tensors_of_one_name);
  g_test_add_func ("/safetensors/says-which-path", says_which_path_cannot_be_read);
  g_test_add_func ("/safetensors/refuses-a-huge-file", refuses_a_huge_file_unread);
  g_test_add_func ("/safetensors/keeps-what-it-read", keeps_what_it_read_when_the_file_is_cut);
  g_test_add_func ("/safetensors/survives-cutting", survives_a_file_that_is_cut_while_it_is_read);
  g_test_add_func ("/safetensors/loads-golden-files", loads_every_golden_file);
  return g_test_run ();
}
