/* test-sal-safetensors-writer.c - what is written can be read by anybody
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-safetensors.h"

typedef struct
{
  FileFixture           file;
  SalSafetensorsWriter *writer;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  file_fixture_set_up (&fixture->file, "a.safetensors");
  fixture->writer = sal_safetensors_writer_new ();
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  sal_safetensors_writer_free (fixture->writer);
  file_fixture_tear_down (&fixture->file, data);
}

static SalSafetensors *
save_and_load (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_safetensors_writer_save (fixture->writer, fixture->file.path, &error));
  g_assert_no_error (error);

  SalSafetensors *file = sal_safetensors_load (fixture->file.path, &error);

  g_assert_no_error (error);
  return file;
}

static void
round_trips_every_type (Fixture      *fixture,
                        gconstpointer data)
{
  const float floats[] = { 1.5f, -0.0f, INFINITY, NAN, 1e-45f, 3 };
  const gint64 longs[] = { G_MININT64, G_MAXINT64 };
  const gint32 ints[] = { G_MININT32, G_MAXINT32, 0 };
  const guint8 bytes[] = { 0, 127, 255 };

  sal_safetensors_writer_add (fixture->writer, "u8", SAL_TENSOR_U8, 1, (gsize[]) { 3 }, bytes);
  sal_safetensors_writer_add (fixture->writer, "f32", SAL_TENSOR_F32, 2, (gsize[]) { 2, 3 },
                              floats);
  sal_safetensors_writer_add (fixture->writer, "i32", SAL_TENSOR_I32, 1, (gsize[]) { 3 }, ints);
  sal_safetensors_writer_add (fixture->writer, "i64", SAL_TENSOR_I64, 1, (gsize[]) { 2 }, longs);
  sal_safetensors_writer_add (fixture->writer, "scalar", SAL_TENSOR_F32, 0, NULL, floats);
  sal_safetensors_writer_add (fixture->writer, "empty", SAL_TENSOR_F32, 2, (gsize[]) { 0, 7 },
                              NULL);

  static const char *const order[] = { "i64", "f32", "i32", "scalar", "empty", "u8" };
  g_autoptr (SalSafetensors) file = save_and_load (fixture);

  g_assert_cmpuint (sal_safetensors_get_n_tensors (file), ==, G_N_ELEMENTS (order));
  g_assert_cmpstr (sal_safetensors_get_tensor (file, 0)->name, ==, "i64");
  g_assert_cmpmem (sal_safetensors_find (file, "i64")->data, 16, longs, 16);
  g_assert_cmpmem (sal_safetensors_find (file, "f32")->data, 24, floats, 24);
  g_assert_cmpmem (sal_safetensors_find (file, "i32")->data, 12, ints, 12);
  g_assert_cmpmem (sal_safetensors_find (file, "u8")->data, 3, bytes, 3);
  g_assert_cmpfloat (*(const float *) sal_safetensors_find (file, "scalar")->data, ==, 1.5f);
  g_assert_cmpuint (sal_safetensors_find (file, "f32")->shape[1], ==, 3);
  g_assert_cmpuint (sal_safetensors_find (file, "empty")->n_elements, ==, 0);
  g_assert_cmpuint (sal_safetensors_find (file, "empty")->shape[1], ==, 7);
}

static void
copies_what_it_is_given (Fixture      *fixture,
                         gconstpointer data)
{
  char name[] = "name";
  gint32 value = 5;

  sal_safetensors_writer_add (fixture->writer, name, SAL_TENSOR_I32, 0, NULL, &value);
  value = 6;
  name[0] = 'g';

  g_autoptr (SalSafetensors) file = save_and_load (fixture);

  g_assert_cmpint (*(const gint32 *) sal_safetensors_find (file, "name")->data, ==, 5);
}

static void
round_trips_odd_names_and_metadata (Fixture      *fixture,
                                    gconstpointer data)
{
  static const char *const texts[] = {
    "", " ", "\"quoted\" \\ / \b\f\n\r\t\x01\x1f\x7f", "größe 😀 \u2028", "%s%n", "{\"a\":1}",
  };
  const guint8 byte = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    sal_safetensors_writer_add (fixture->writer, texts[i], SAL_TENSOR_U8, 0, NULL, &byte);
    sal_safetensors_writer_set_metadata (fixture->writer, texts[i], "replaced below");
    sal_safetensors_writer_set_metadata (fixture->writer, texts[i], texts[i]);
  }

  g_autoptr (SalSafetensors) file = save_and_load (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_assert_nonnull (sal_safetensors_find (file, texts[i]));
    g_assert_cmpstr (sal_safetensors_get_metadata (file, texts[i]), ==, texts[i]);
  }
}

static void
writes_the_bytes_of_the_format (Fixture      *fixture,
                                gconstpointer data)
{
  const guint8 bytes[] = { 1, 2 };
  const gint32 number = 0x0a0b0c0d;
  const char *header =
    "{\"__metadata__\":{\"k\":\"v\"},"
    "\"n\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[2,1],\"data_offsets\":[4,6]}}";
  const guint8 tail[] = { 0x0d, 0x0c, 0x0b, 0x0a, 1, 2 };

  sal_safetensors_writer_add (fixture->writer, "b", SAL_TENSOR_U8, 2, (gsize[]) { 2, 1 }, bytes);
  sal_safetensors_writer_add (fixture->writer, "n", SAL_TENSOR_I32, 1, (gsize[]) { 1 }, &number);
  sal_safetensors_writer_set_metadata (fixture->writer, "k", "v");

  g_autoptr (SalSafetensors) file = save_and_load (fixture);
  g_autofree char *content = NULL;
  gsize size;
  guint64 length;

  g_assert_true (g_file_get_contents (fixture->file.path, &content, &size, NULL));
  memcpy (&length, content, sizeof length);
  g_assert_cmpuint (length % 8, ==, 0);
  g_assert_cmpuint (length, <, strlen (header) + 8);
  g_assert_cmpuint (size, ==, 8 + length + sizeof tail);
  g_assert_cmpmem (content + 8, strlen (header), header, strlen (header));
  for (gsize i = strlen (header); i < length; i++)
    g_assert_cmpint (content[8 + i], ==, ' ');
  g_assert_cmpmem (content + 8 + length, sizeof tail, tail, sizeof tail);
}

static void
saves_again_after_more_was_added (Fixture      *fixture,
                                  gconstpointer data)
{
  const gint32 value = 1;

  sal_safetensors_writer_add (fixture->writer, "a", SAL_TENSOR_I32, 0, NULL, &value);

  g_autoptr (SalSafetensors) first = save_and_load (fixture);

  sal_safetensors_writer_add (fixture->writer, "b", SAL_TENSOR_I32, 0, NULL, &value);

  g_autoptr (SalSafetensors) second = save_and_load (fixture);

  /* The first one is mapped from a file that has been replaced since. */
  g_assert_cmpint (*(const gint32 *) sal_safetensors_find (first, "a")->data, ==, 1);
  g_assert_null (sal_safetensors_find (first, "b"));
  g_assert_nonnull (sal_safetensors_find (second, "b"));
}

static void
refuses_what_no_reader_could_read (Fixture      *fixture,
                                   gconstpointer data)
{
  g_autoptr (SalSafetensorsWriter) foreign = sal_safetensors_writer_new ();
  g_autoptr (GError) error = NULL;
  const guint8 byte = 1;

  sal_safetensors_writer_add (fixture->writer, "a", SAL_TENSOR_U8, 0, NULL, &byte);
  sal_safetensors_writer_add (fixture->writer, "a", SAL_TENSOR_U8, 0, NULL, &byte);
  g_assert_false (sal_safetensors_writer_save (fixture->writer, fixture->file.path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, "found \"a\" twice"));
  g_clear_error (&error);

  sal_safetensors_writer_set_metadata (foreign, "key", "\xff");
  g_assert_false (sal_safetensors_writer_save (foreign, fixture->file.path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, "UTF-8"));
  g_assert_false (g_file_test (fixture->file.path, G_FILE_TEST_EXISTS));
}

static void
names_the_path_it_cannot_write (Fixture      *fixture,
                                gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->file.directory, "none", "a", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sal_safetensors_writer_save (fixture->writer, nowhere, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, nowhere));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void        (*test) (Fixture      *fixture,
                         gconstpointer data);
  } tests[] = {
    { "/safetensors-writer/round-trips-every-type", round_trips_every_type },
    { "/safetensors-writer/copies", copies_what_it_is_given },
    { "/safetensors-writer/odd-names", round_trips_odd_names_and_metadata },
    { "/safetensors-writer/bytes", writes_the_bytes_of_the_format },
    { "/safetensors-writer/saves-again", saves_again_after_more_was_added },
    { "/safetensors-writer/refuses", refuses_what_no_reader_could_read },
    { "/safetensors-writer/names-the-path", names_the_path_it_cannot_write },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
