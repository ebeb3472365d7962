/* test-sal-directory.c - making and removing directories
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sal-directory.h"
#include "sal-error.h"

static void
removes_everything_but_what_links_point_to (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *outside = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *kept = g_build_filename (outside, "kept", NULL);
  g_autofree char *root = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *deep = g_build_filename (root, "a", "b", NULL);
  g_autofree char *file = g_build_filename (deep, "file", NULL);
  g_autofree char *link = g_build_filename (root, "link", NULL);

  g_assert_true (g_file_set_contents (kept, "x", 1, &error));
  g_assert_true (sal_directory_make (deep, &error));
  g_assert_true (g_file_set_contents (file, "x", 1, &error));
  g_assert_cmpint (symlink (outside, link), ==, 0);

  g_assert_true (sal_directory_remove (root, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (root, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_true (sal_directory_remove (outside, &error));
}

static void
takes_what_is_missing_as_removed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);

  g_assert_true (sal_directory_remove (root, &error));
  g_assert_true (sal_directory_remove (root, &error));
  g_assert_no_error (error);
}

static void
names_the_directory_it_cannot_make (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);
  g_autofree char *file = g_build_filename (root, "file", NULL);
  g_autofree char *below = g_build_filename (file, "a", NULL);

  g_assert_true (g_file_set_contents (file, "x", 1, &error));
  g_assert_false (sal_directory_make (below, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, below));
  g_clear_error (&error);
  g_assert_true (sal_directory_remove (root, &error));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/removes-everything", removes_everything_but_what_links_point_to);
  g_test_add_func ("/directory/missing-is-removed", takes_what_is_missing_as_removed);
  g_test_add_func ("/directory/names-what-fails", names_the_directory_it_cannot_make);
  return g_test_run ();
}
