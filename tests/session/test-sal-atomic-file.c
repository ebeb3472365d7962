/* test-sal-atomic-file.c - a file is replaced whole or not at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sal-atomic-file.h"
#include "sal-error.h"
#include "sal-fixture.h"

static gboolean
write_text (const char *path,
            const char *text,
            GError    **error)
{
  return sal_atomic_file_write (path, &(GOutputVector) { text, strlen (text) }, 1, error);
}

static void
assert_content (const char *path,
                const char *expected)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
}

static void
writes_the_pieces_one_after_the_other (FileFixture  *fixture,
                                       gconstpointer data)
{
  const GOutputVector pieces[] = { { "one ", 4 }, { NULL, 0 }, { "two", 3 } };
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_atomic_file_write (fixture->path, pieces, G_N_ELEMENTS (pieces), &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "one two");
}

static void
replaces_a_file_and_keeps_its_permissions (FileFixture  *fixture,
                                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;

  g_assert_true (write_text (fixture->path, "a longer text than the next", &error));
  g_assert_cmpint (g_chmod (fixture->path, 0604), ==, 0);
  g_assert_true (write_text (fixture->path, "new", &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "new");
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0604);
}

static void
gives_a_new_file_the_usual_permissions (FileFixture  *fixture,
                                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  const mode_t mask = umask (027);

  g_assert_true (write_text (fixture->path, "new", &error));
  umask (mask);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);
}

/* A limit on the size of files stands in for a disk that fills up. */
static void
leaves_the_old_file_when_the_disk_is_full (FileFixture  *fixture,
                                           gconstpointer data)
{
  g_autofree char *big = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  struct rlimit old_limit;

  g_assert_true (write_text (fixture->path, "old", &error));
  g_assert_no_error (error);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);

  const struct rlimit limit = { .rlim_cur = 64 * 1024, .rlim_max = old_limit.rlim_max };

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  const gboolean written = write_text (fixture->path, big, &error);

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  g_assert_false (written);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_nonnull (strstr (error->message, "File too large"));
  g_assert_nonnull (strstr (error->message, "the old file is untouched"));
  assert_content (fixture->path, "old");
}

static void
names_a_directory_that_cannot_be_written (FileFixture  *fixture,
                                          gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->directory, "none", "file", NULL);
  g_autofree char *below = g_build_filename (fixture->path, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (write_text (nowhere, "x", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, nowhere));
  g_clear_error (&error);

  g_assert_true (write_text (fixture->path, "old", &error));
  g_assert_false (write_text (below, "x", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_clear_error (&error);

  if (geteuid () == 0)
    return; /* The superuser may write everywhere. */
  g_assert_cmpint (g_chmod (fixture->directory, 0500), ==, 0);
  g_assert_false (write_text (fixture->path, "new", &error));
  g_assert_cmpint (g_chmod (fixture->directory, 0700), ==, 0);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  assert_content (fixture->path, "old");
}

static void
never_replaces_what_is_not_a_file (FileFixture  *fixture,
                                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (write_text (fixture->directory, "x", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "found a folder"));
  g_clear_error (&error);

  g_assert_false (write_text ("/dev/full", "x", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "found a device or pipe"));
}

static void
removes_what_killed_writers_left (FileFixture  *fixture,
                                  gconstpointer data)
{
  static const char *const names[] = { "file.aZ3kQ9", "file.000000", "file.bak", "file.json_1",
                                       "other.aZ3kQ9", "file.aZ3kQ9x" };

  g_assert_true (write_text (fixture->path, "kept", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (fixture->directory, names[i], NULL);

    g_assert_true (write_text (path, names[i], NULL));
  }
  sal_atomic_file_remove_leftovers (fixture->path);
  assert_content (fixture->path, "kept");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (fixture->directory, names[i], NULL);

    g_assert_cmpint (g_unlink (path), ==, i < 2 ? -1 : 0);
  }
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
    { "/atomic-file/writes-the-pieces", writes_the_pieces_one_after_the_other },
    { "/atomic-file/keeps-permissions", replaces_a_file_and_keeps_its_permissions },
    { "/atomic-file/usual-permissions", gives_a_new_file_the_usual_permissions },
    { "/atomic-file/disk-full", leaves_the_old_file_when_the_disk_is_full },
    { "/atomic-file/unwritable", names_a_directory_that_cannot_be_written },
    { "/atomic-file/not-a-file", never_replaces_what_is_not_a_file },
    { "/atomic-file/leftovers", removes_what_killed_writers_left },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, FileFixture, "file", file_fixture_set_up, tests[i].test,
                file_fixture_tear_down);
  return g_test_run ();
}
