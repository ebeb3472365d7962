/* test-sal-regular-file.c - what is no file, too long or cut is refused by name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-regular-file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sal-error.h"
#include "sal-fixture.h"

static void
write_text (FileFixture *self,
            const char  *bytes,
            gssize       size)
{
  g_assert_true (g_file_set_contents (self->path, bytes, size, NULL));
}

static void
assert_refused (const char  *path,
                SalErrorCode code,
                const char  *complaint)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_regular_file_read_text (path, "a text", 10, &error));
  g_assert_error (error, SAL_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, complaint));
}

static void
reads_up_to_the_limit (FileFixture  *self,
                       gconstpointer data)
{
  for (gssize size = 0; size <= 10; size++) {
    write_text (self, "0123456789", size);

    g_autofree char *text = sal_regular_file_read_text (self->path, "a text", 10, NULL);

    g_assert_cmpuint (strlen (text), ==, (gsize) size);
    g_assert_true (g_str_has_prefix ("0123456789", text));
  }
  write_text (self, "0123456789a", 11);
  assert_refused (self->path, SAL_ERROR_BAD_FILE,
                  "expected a text of at most 10 bytes, found 11");
}

static void
refuses_a_zero (FileFixture  *self,
                gconstpointer data)
{
  write_text (self, "ab\0cd", 5);
  assert_refused (self->path, SAL_ERROR_BAD_FILE, "expected a text, found a zero at byte 2");
}

static void
refuses_what_is_no_file (FileFixture  *self,
                         gconstpointer data)
{
  assert_refused (self->path, SAL_ERROR_NOT_FOUND, "Cannot read");
  assert_refused (self->directory, SAL_ERROR_BAD_FILE, "found a folder");
  assert_refused ("/dev/zero", SAL_ERROR_BAD_FILE, "found a device or pipe");
  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  assert_refused (self->path, SAL_ERROR_BAD_FILE, "found a device or pipe");
}

static void
says_where_a_file_was_cut (FileFixture  *self,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 size;

  write_text (self, "0123456789", 10);

  const int file = sal_regular_file_open (self->path, &size, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 10);
  g_assert_cmpint (truncate (self->path, 4), ==, 0);
  g_assert_null (sal_regular_file_read (file, (gsize) size, "text", self->path, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, self->path));
  g_assert_nonnull (strstr (error->message, "expected 10 bytes of text, found 4"));
  close (file);
}

#define ADD(path, function) \
  g_test_add ("/regular-file/" path, FileFixture, "file", file_fixture_set_up, function, \
              file_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reads", reads_up_to_the_limit);
  ADD ("zero", refuses_a_zero);
  ADD ("no-file", refuses_what_is_no_file);
  ADD ("cut", says_where_a_file_was_cut);
  return g_test_run ();
}
