/* test-sal-idx-folder.c - the four files, under the names that are in use
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-idx-folder.h"

static void
touch (const char *folder,
       const char *name)
{
  sal_fixture_write (folder, name, g_byte_array_append (g_byte_array_new (),
                                                        (const guint8 *) "x", 1));
}

static void
touch_four (const char       *folder,
            const char *const names[SAL_IDX_N_FILES])
{
  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    touch (folder, names[i]);
}

/* Asserts that the four of `names` are what is found. */
static void
assert_found (const char       *folder,
              const char *const names[SAL_IDX_N_FILES])
{
  char *paths[SAL_IDX_N_FILES] = { NULL };
  g_autoptr (GError) error = NULL;

  sal_idx_folder_find (folder, paths, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    g_autofree char *expected = g_build_filename (folder, names[i], NULL);

    g_assert_cmpstr (paths[i], ==, expected);
    g_free (paths[i]);
  }
}

static void
assert_not_found (const char  *folder,
                  SalErrorCode code,
                  const char  *complaint)
{
  char *paths[SAL_IDX_N_FILES] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (sal_idx_folder_find (folder, paths, NULL, &error));
  g_assert_error (error, SAL_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, folder));
  if (strstr (error->message, complaint) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", error->message, complaint);
  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    g_assert_null (paths[i]);
}

static const char *const usual[SAL_IDX_N_FILES] = {
  "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
};

static void
test_names_in_use_are_known (void)
{
  static const char *const sets[][SAL_IDX_N_FILES] = {
    { "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" },
    { "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
      "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz" },
    { "train-images.idx3-ubyte", "train-labels.idx1-ubyte",
      "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte" },
    { "emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz",
      "emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-test-labels-idx1-ubyte.gz" },
    { "a/b/c/train-images-idx3-ubyte", "a/b/c/train-labels-idx1-ubyte",
      "a/b/c/t10k-images-idx3-ubyte", "a/b/c/t10k-labels-idx1-ubyte" },
    /* One folder for each archive. */
    { "1/train-images-idx3-ubyte", "2/train-labels-idx1-ubyte",
      "3/t10k-images-idx3-ubyte", "4/t10k-labels-idx1-ubyte" },
    { "TRAIN-IMAGES-IDX3-UBYTE.GZ", "train-labels-idx1-ubyte",
      "t10k-images.idx3-ubyte", "T10K-labels-idx1-ubyte" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++) {
    char *folder = sal_fixture_make_folder ();

    touch_four (folder, sets[i]);
    touch (folder, "README.md");
    assert_found (folder, sets[i]);
    sal_fixture_remove_folder (folder);
  }
}

static void
test_plain_comes_before_compressed (void)
{
  char *folder = sal_fixture_make_folder ();

  touch_four (folder, usual);
  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    g_autofree char *compressed = g_strconcat (usual[i], ".gz", NULL);

    touch (folder, compressed);
  }
  assert_found (folder, usual);
  sal_fixture_remove_folder (folder);
}

/* An archive in which each file is also in a folder of its own name. */
static void
test_shallow_comes_before_deep (void)
{
  char *folder = sal_fixture_make_folder ();

  touch_four (folder, usual);
  touch (folder, "copy/train-images-idx3-ubyte");
  touch (folder, "deep/er/train-images-idx3-ubyte");
  touch (folder, "deep/er/train-labels-idx1-ubyte");
  touch (folder, "deep/er/t10k-images-idx3-ubyte");
  touch (folder, "deep/er/t10k-labels-idx1-ubyte");
  assert_found (folder, usual);
  sal_fixture_remove_folder (folder);
}

static void
test_complete_set_comes_before_scattered_files (void)
{
  static const char *const deep[] = {
    "set/train-images-idx3-ubyte", "set/train-labels-idx1-ubyte",
    "set/t10k-images-idx3-ubyte", "set/t10k-labels-idx1-ubyte",
  };
  char *folder = sal_fixture_make_folder ();

  touch_four (folder, deep);
  touch (folder, "train-images-idx3-ubyte");
  assert_found (folder, deep);
  sal_fixture_remove_folder (folder);
}

static void
test_missing_files_are_named (void)
{
  for (int missing = 0; missing < SAL_IDX_N_FILES; missing++) {
    char *folder = sal_fixture_make_folder ();
    g_autofree char *complaint = g_strconcat ("found no ", usual[missing], NULL);

    for (int i = 0; i < SAL_IDX_N_FILES; i++) {
      if (i != missing)
        touch (folder, usual[i]);
    }
    assert_not_found (folder, SAL_ERROR_NOT_FOUND, complaint);
    sal_fixture_remove_folder (folder);
  }
}

static void
test_what_is_no_file_is_said (void)
{
  char *folder = sal_fixture_make_folder ();
  g_autofree char *link = g_build_filename (folder, usual[0], NULL);
  g_autofree char *pipe = g_build_filename (folder, usual[1], NULL);
  g_autofree char *directory = g_build_filename (folder, usual[2], NULL);

  g_assert_cmpint (symlink ("/nowhere/at-all", link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  touch (folder, usual[3]);

  g_autofree char *complaint =
    g_strdup_printf ("found no %s, %s, %s; %s is a link to nothing; %s is a device or pipe; "
                     "%s is a folder", usual[0], usual[1], usual[2], link, pipe, directory);

  assert_not_found (folder, SAL_ERROR_NOT_FOUND, complaint);

  /* Where the file is there as well, it does not matter. */
  touch (folder, "train-images-idx3-ubyte.gz");
  g_free (complaint);
  complaint = g_strdup_printf ("found no %s, %s; %s is a device or pipe; %s is a folder",
                               usual[1], usual[2], pipe, directory);
  assert_not_found (folder, SAL_ERROR_NOT_FOUND, complaint);
  sal_fixture_remove_folder (folder);
}

static void
test_empty_folder_names_all_four (void)
{
  char *folder = sal_fixture_make_folder ();

  assert_not_found (folder, SAL_ERROR_NOT_FOUND,
                    "found no train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                    "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte");
  sal_fixture_remove_folder (folder);
}

static void
test_unfinished_download_is_passed_over (void)
{
  char *folder = sal_fixture_make_folder ();

  touch_four (folder, usual);
  g_autofree char *path = g_build_filename (folder, usual[0], NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
  touch (folder, "train-images-idx3-ubyte.gz.part");
  assert_not_found (folder, SAL_ERROR_NOT_FOUND, "found no train-images-idx3-ubyte");
  sal_fixture_remove_folder (folder);
}

static void
test_several_sets_are_not_guessed_between (void)
{
  char *folder = sal_fixture_make_folder ();

  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    g_autofree char *one = g_build_filename ("fashion", usual[i], NULL);
    g_autofree char *other = g_build_filename ("kuzushiji", usual[i], NULL);

    touch (folder, one);
    touch (folder, other);
  }
  assert_not_found (folder, SAL_ERROR_BAD_SETTING, "expected one data set, found several");
  assert_not_found (folder, SAL_ERROR_BAD_SETTING, "fashion");
  assert_not_found (folder, SAL_ERROR_BAD_SETTING, "kuzushiji");
  sal_fixture_remove_folder (folder);
}

static void
test_two_files_for_one_place_are_not_guessed_between (void)
{
  char *folder = sal_fixture_make_folder ();

  touch_four (folder, usual);
  touch (folder, "train-images.idx3-ubyte");
  assert_not_found (folder, SAL_ERROR_BAD_SETTING, "train-images.idx3-ubyte");
  sal_fixture_remove_folder (folder);
}

static void
test_search_ends_four_folders_deep (void)
{
  static const char *const four[] = {
    "1/2/3/4/train-images-idx3-ubyte", "1/2/3/4/train-labels-idx1-ubyte",
    "1/2/3/4/t10k-images-idx3-ubyte", "1/2/3/4/t10k-labels-idx1-ubyte",
  };
  char *folder = sal_fixture_make_folder ();
  g_autofree char *five = g_build_filename (folder, "0", NULL);

  touch_four (five, four);
  assert_found (five, four);
  assert_not_found (folder, SAL_ERROR_NOT_FOUND, "found no");
  sal_fixture_remove_folder (folder);
}

static void
test_folder_that_contains_itself_ends_the_search (void)
{
  char *folder = sal_fixture_make_folder ();

  for (int i = 0; i < 20; i++) {
    g_autofree char *name = g_strdup_printf ("link-%d", i);
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (symlink (".", path), ==, 0);
  }
  assert_not_found (folder, SAL_ERROR_BAD_SETTING, "found more than 20000 files and folders");
  sal_fixture_remove_folder (folder);
}

static void
test_folder_that_does_not_exist_is_named (void)
{
  assert_not_found ("/no/such/folder", SAL_ERROR_IO, "cannot be read");
}

static void
test_search_can_be_cancelled (void)
{
  char *folder = sal_fixture_make_folder ();
  char *paths[SAL_IDX_N_FILES] = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  touch_four (folder, usual);
  g_cancellable_cancel (cancellable);
  g_assert_false (sal_idx_folder_find (folder, paths, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sal_fixture_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idx-folder/names-in-use-are-known", test_names_in_use_are_known);
  g_test_add_func ("/idx-folder/plain-comes-before-compressed",
                   test_plain_comes_before_compressed);
  g_test_add_func ("/idx-folder/shallow-comes-before-deep", test_shallow_comes_before_deep);
  g_test_add_func ("/idx-folder/complete-set-comes-before-scattered-files",
                   test_complete_set_comes_before_scattered_files);
  g_test_add_func ("/idx-folder/missing-files-are-named", test_missing_files_are_named);
  g_test_add_func ("/idx-folder/what-is-no-file", test_what_is_no_file_is_said);
  g_test_add_func ("/idx-folder/empty-folder-names-all-four", test_empty_folder_names_all_four);
  g_test_add_func ("/idx-folder/unfinished-download-is-passed-over",
                   test_unfinished_download_is_passed_over);
  g_test_add_func ("/idx-folder/several-sets-are-not-guessed-between",
                   test_several_sets_are_not_guessed_between);
  g_test_add_func ("/idx-folder/two-files-for-one-place-are-not-guessed-between",
                   test_two_files_for_one_place_are_not_guessed_between);
  g_test_add_func ("/idx-folder/search-ends-four-folders-deep",
                   test_search_ends_four_folders_deep);
  g_test_add_func ("/idx-folder/folder-that-contains-itself-ends-the-search",
                   test_folder_that_contains_itself_ends_the_search);
  g_test_add_func ("/idx-folder/folder-that-does-not-exist-is-named",
                   test_folder_that_does_not_exist_is_named);
  g_test_add_func ("/idx-folder/search-can-be-cancelled", test_search_can_be_cancelled);
  return g_test_run ();
}
