/* test-sal-mapped-file.c - a file that is cut while it is mapped is named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-mapped-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sal-error.h"

enum { SIZE = 1 << 20 };

/* A path in a folder of its own. */
static char *
write_file (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *bytes = g_malloc (SIZE);

  memset (bytes, 7, SIZE);

  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, SIZE, &error));
  return path;
}

static void
remove_file (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (directory);
}

static void
reads_what_is_in_the_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_file ("whole");
  GMappedFile *file = sal_mapped_file_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_mapped_file_get_length (file), ==, SIZE);
  g_assert_cmpint (g_mapped_file_get_contents (file)[SIZE - 1], ==, 7);
  sal_mapped_file_close (file);

  g_assert_cmpint (truncate (path, 0), ==, 0);
  file = sal_mapped_file_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_mapped_file_get_length (file), ==, 0);
  sal_mapped_file_close (file);
  remove_file (path);

  g_assert_null (sal_mapped_file_open (path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, path));
}

/* Maps more files than the table has entries, closes all but one, and reads
 * the end of it when it is no longer there. */
static void
read_past_the_cut (void)
{
  const char *path = g_getenv ("CUT_FILE");
  GMappedFile *files[100];

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    files[i] = sal_mapped_file_open (path, NULL);
  for (gsize i = 1; i < G_N_ELEMENTS (files); i++)
    sal_mapped_file_close (files[i]);

  const volatile char *bytes = g_mapped_file_get_contents (files[0]);

  g_assert_cmpint (truncate (path, SIZE / 2), ==, 0);
  g_assert_cmpint (bytes[0], ==, 7);
  g_print ("read %d", bytes[SIZE - 1]);
}

static void
names_a_file_that_was_cut (void)
{
  g_autofree char *path = write_file ("of pictures");

  g_setenv ("CUT_FILE", path, TRUE);
  g_test_trap_subprocess ("/mapped-file/cut/subprocess", 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*saliscope: */of pictures: the file was cut while it was used"
                             " (it had 1048576 bytes)*is intact\n*");
  remove_file (path);
}

/* A mapping that nobody asked for stays nobody's. */
static void
read_past_another_cut (void)
{
  const char *path = g_getenv ("CUT_FILE");
  g_autoptr (GMappedFile) other = g_mapped_file_new (path, FALSE, NULL);
  GMappedFile *file = sal_mapped_file_open (path, NULL);
  const volatile char *bytes = g_mapped_file_get_contents (other);

  alarm (20);
  g_assert_cmpint (truncate (path, SIZE / 2), ==, 0);
  g_print ("read %d", bytes[SIZE - 1]);
  sal_mapped_file_close (file);
}

static void
leaves_other_bus_errors_alone (void)
{
  g_autofree char *path = write_file ("of others");

  g_setenv ("CUT_FILE", path, TRUE);
  g_test_trap_subprocess ("/mapped-file/others/subprocess", 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr_unmatched ("*the file was cut*");
  g_test_trap_assert_stdout_unmatched ("*read*");
  remove_file (path);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapped-file/reads", reads_what_is_in_the_file);
  g_test_add_func ("/mapped-file/cut", names_a_file_that_was_cut);
  g_test_add_func ("/mapped-file/cut/subprocess", read_past_the_cut);
  g_test_add_func ("/mapped-file/others", leaves_other_bus_errors_alone);
  g_test_add_func ("/mapped-file/others/subprocess", read_past_another_cut);
  return g_test_run ();
}
