/* test-sal-npy.c - the bytes that NumPy expects
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-npy.h"

/* Writes and compares every byte: prefix, padded header, `data`. */
static void
assert_written (FileFixture  *fixture,
                SalTensorType type,
                guint         n_dimensions,
                const gsize  *shape,
                const char   *header,
                gconstpointer data,
                gsize         size)
{
  static const guint8 magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize total;

  g_assert_true (sal_npy_write (fixture->path, type, n_dimensions, shape, data, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (fixture->path, &content, &total, &error));

  const gsize length = (guint8) content[8] + 256u * (guint8) content[9];

  g_assert_cmpmem (content, sizeof magic, magic, sizeof magic);
  g_assert_cmpuint ((10 + length) % 64, ==, 0);
  g_assert_cmpuint (length, <=, strlen (header) + 64);
  g_assert_cmpmem (content + 10, strlen (header), header, strlen (header));
  for (gsize i = strlen (header); i < length - 1; i++)
    g_assert_cmpint (content[10 + i], ==, ' ');
  g_assert_cmpint (content[10 + length - 1], ==, '\n');
  g_assert_cmpuint (total, ==, 10 + length + size);
  g_assert_cmpmem (content + 10 + length, size, data, size);
}

static void
writes_a_map_of_floats (FileFixture  *fixture,
                        gconstpointer data)
{
  const float map[] = { 1, -2, 3.5f, 0, 5, 6 };
  /* 1.0f and -2.0f, little-endian. */
  const guint8 first[] = { 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0 };

  g_assert_cmpmem (map, sizeof first, first, sizeof first);
  assert_written (fixture, SAL_TENSOR_F32, 2, (gsize[]) { 2, 3 },
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
                  map, sizeof map);
}

static void
writes_images_of_bytes (FileFixture  *fixture,
                        gconstpointer data)
{
  const guint8 images[] = { 0, 1, 2, 3, 4, 5, 254, 255 };

  assert_written (fixture, SAL_TENSOR_U8, 4, (gsize[]) { 2, 1, 2, 2 },
                  "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 2, 2), }",
                  images, sizeof images);
}

static void
writes_vectors_scalars_and_nothing (FileFixture  *fixture,
                                    gconstpointer data)
{
  const gint64 longs[] = { 1, -1, G_MAXINT64 };
  const gint32 one = 7;

  assert_written (fixture, SAL_TENSOR_I64, 1, (gsize[]) { 3 },
                  "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }",
                  longs, sizeof longs);
  assert_written (fixture, SAL_TENSOR_I32, 0, NULL,
                  "{'descr': '<i4', 'fortran_order': False, 'shape': (), }", &one, sizeof one);
  assert_written (fixture, SAL_TENSOR_F32, 2, (gsize[]) { 0, 3 },
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", &one, 0);
}

static void
pads_headers_of_any_length (FileFixture  *fixture,
                            gconstpointer data)
{
  static const gsize shapes[][2] = { { 0, 1 }, { 0, 10000 }, { 0, 100000 }, { 0, 1000000 },
                                     { 0, 10000000 }, { 0, 4000000000 } };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autofree char *header =
      g_strdup_printf ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, %"
                       G_GSIZE_FORMAT "), }", shapes[i][1]);

    assert_written (fixture, SAL_TENSOR_F32, 2, shapes[i], header, "", 0);
  }
}

static void
names_the_path_it_cannot_write (FileFixture  *fixture,
                                gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->directory, "none", "a.npy", NULL);
  g_autoptr (GError) error = NULL;
  const float value = 1;

  g_assert_false (sal_npy_write (nowhere, SAL_TENSOR_F32, 0, NULL, &value, &error));
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
    void        (*test) (FileFixture  *fixture,
                         gconstpointer data);
  } tests[] = {
    { "/npy/floats", writes_a_map_of_floats },
    { "/npy/bytes", writes_images_of_bytes },
    { "/npy/vectors-scalars-nothing", writes_vectors_scalars_and_nothing },
    { "/npy/padding", pads_headers_of_any_length },
    { "/npy/names-the-path", names_the_path_it_cannot_write },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, FileFixture, "map.npy", file_fixture_set_up, tests[i].test,
                file_fixture_tear_down);
  return g_test_run ();
}
