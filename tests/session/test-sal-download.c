/* test-sal-download.c - a file arrives whole and checked, or a sentence says why
 *
 * Against a server of this test in the same program, on this computer only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>

#include "file-server.h"
#include "sal-download.h"
#include "sal-error.h"
#include "sal-fixture.h"

/* More than one piece that is read, and more than is worth a new try. */
#define SIZE 300000
#define MAX_ADDRESSES 4

typedef struct
{
  char        *served;    /* the folder of the server, with a.gz                */
  char        *folder;    /* where downloads go                                 */
  char        *path;
  char        *part;
  char        *sha256;
  char        *content;
  FileServer  *server;
  char        *addresses[MAX_ADDRESSES + 1];
  SalDownload  download;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  /* Bytes that do not compress. */
  for (guint i = 0; i < SIZE; i++) {
    const guint8 byte = (guint8) g_rand_int_range (random, 0, 256);

    g_byte_array_append (bytes, &byte, 1);
  }
  self->served = sal_fixture_make_folder ();
  self->folder = sal_fixture_make_folder ();
  self->path = g_build_filename (self->folder, "new", "a.gz", NULL);
  self->part = g_strconcat (self->path, ".part", NULL);
  self->content = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);

  GByteArray *packed = sal_fixture_compress (bytes->data, bytes->len);

  self->download.size = packed->len;
  self->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, packed->data, packed->len);
  sal_fixture_write (self->served, "a.gz", packed);
  self->server = file_server_start (self->served);
  self->download.path = self->path;
  self->download.sha256 = self->sha256;
  self->download.addresses = (const char *const *) self->addresses;
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  file_server_stop (self->server);
  sal_fixture_remove_folder (self->served);
  sal_fixture_remove_folder (self->folder);
  for (gsize i = 0; i < MAX_ADDRESSES; i++)
    g_free (self->addresses[i]);
  g_free (self->path);
  g_free (self->part);
  g_free (self->sha256);
  g_free (self->content);
}

/* The addresses to try: the habits in `text`, words with spaces between. */
static void
try_habits (Fixture    *self,
            const char *text)
{
  g_auto (GStrv) habits = g_strsplit (text, " ", MAX_ADDRESSES);

  for (gsize i = 0; i < MAX_ADDRESSES; i++)
    g_clear_pointer (&self->addresses[i], g_free);
  for (gsize i = 0; habits[i] != NULL; i++) {
    g_autofree char *prefix = file_server_address (self->server, habits[i]);

    self->addresses[i] = g_strconcat (prefix, "a.gz", NULL);
  }
}

/* Every piece brings more. */
static void
count_cb (guint64  bytes,
          gpointer data)
{
  *(guint64 *) data = bytes;
}

static void
assert_file_is_there (Fixture *self)
{
  g_autofree char *served = g_build_filename (self->served, "a.gz", NULL);
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;
  g_autofree char *source = g_strconcat (self->part, ".source", NULL);
  gsize wanted_size = 0, size = 0;

  g_assert_true (g_file_get_contents (served, &wanted, &wanted_size, NULL));
  g_assert_true (g_file_get_contents (self->path, &found, &size, NULL));
  g_assert_cmpmem (found, size, wanted, wanted_size);
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (source, G_FILE_TEST_EXISTS));
}

/* Downloads by way of `habits`; the server must then have been asked as in
 * `log` (HALF stands for the middle of the file). */
static void
assert_arrives (Fixture    *self,
                const char *habits,
                const char *log)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *half = g_strdup_printf ("%" G_GUINT64_FORMAT "-", self->download.size / 2);
  guint64 bytes = 0;

  try_habits (self, habits);
  g_assert_true (sal_download_run (&self->download, count_cb, &bytes, NULL, &error));
  g_assert_no_error (error);
  assert_file_is_there (self);

  g_autofree char *asked = file_server_take_log (self->server);
  g_auto (GStrv) pieces = g_strsplit (asked, half, -1);
  g_autofree char *readable = g_strjoinv ("HALF", pieces);

  g_assert_cmpstr (readable, ==, log);
}

/* Fails with a message of one line that has each complaint (ended by NULL). */
static void
assert_fails (Fixture    *self,
              const char *habits,
              int         code,
              ...)
{
  g_autoptr (GError) error = NULL;
  va_list complaints;
  const char *complaint;

  try_habits (self, habits);
  g_assert_false (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, code);
  g_assert_null (strchr (error->message, '\n'));
  va_start (complaints, code);
  while ((complaint = va_arg (complaints, const char *)) != NULL)
    if (strstr (error->message, complaint) == NULL)
      g_error ("“%s” does not say “%s”", error->message, complaint);
  va_end (complaints);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

/* Puts the first half of the file, or of other bytes, where a cancelled
 * download leaves it. */
static void
leave_half (Fixture *self,
            gboolean right)
{
  g_autofree char *served = g_build_filename (self->served, "a.gz", NULL);
  g_autofree char *bytes = NULL;
  GByteArray *half = g_byte_array_new ();

  g_assert_true (g_file_get_contents (served, &bytes, NULL, NULL));
  bytes[100] ^= !right;
  g_byte_array_append (half, (const guint8 *) bytes, (guint) self->download.size / 2);
  sal_fixture_write (self->folder, "new/a.gz.part", half);
}

/* ---- arriving --------------------------------------------------------------------- */

static void
test_whole (Fixture      *self,
            gconstpointer data)
{
  assert_arrives (self, "plain", "plain");
}

static void
test_cut (Fixture      *self,
          gconstpointer data)
{
  assert_arrives (self, "cut", "cut cut HALF");
}

static void
test_killed (Fixture      *self,
             gconstpointer data)
{
  leave_half (self, TRUE);
  g_assert_cmpuint (sal_download_kept (self->path), ==, self->download.size / 2);
  assert_arrives (self, "plain", "plain HALF");
  g_assert_cmpuint (sal_download_kept (self->path), ==, 0);
}

static void
test_damaged_part (Fixture      *self,
                   gconstpointer data)
{
  leave_half (self, FALSE);
  assert_arrives (self, "plain", "plain HALF plain");
}

static void
test_no_ranges (Fixture      *self,
                gconstpointer data)
{
  leave_half (self, TRUE);
  assert_arrives (self, "whole", "whole HALF");
}

static void
test_mirror (Fixture      *self,
             gconstpointer data)
{
  assert_arrives (self, "missing busy page plain", "missing busy page plain");
}

static void
test_redirect (Fixture      *self,
               gconstpointer data)
{
  assert_arrives (self, "moved", "moved plain");
}

static void
test_encoded (Fixture      *self,
              gconstpointer data)
{
  assert_arrives (self, "encoded", "encoded");
}

/* ---- refusing --------------------------------------------------------------------- */

static void
test_missing (Fixture      *self,
              gconstpointer data)
{
  assert_fails (self, "missing", SAL_ERROR_NOT_FOUND, "/missing/a.gz", "404", NULL);
  assert_fails (self, "missing busy", SAL_ERROR_IO, "/missing/a.gz", "404", "/busy/a.gz", "503",
                NULL);
}

static void
test_page (Fixture      *self,
           gconstpointer data)
{
  assert_fails (self, "page", SAL_ERROR_BAD_FILE, "/page/a.gz", "expected a data file",
                "found a web page (text/html)", NULL);
  assert_fails (self, "hidden", SAL_ERROR_BAD_FILE, "/hidden/a.gz", "found a web page", NULL);
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
}

static void
test_wrong (Fixture      *self,
            gconstpointer data)
{
  assert_fails (self, "wrong", SAL_ERROR_BAD_FILE, "/wrong/a.gz", self->sha256, "found",
                "it was deleted", NULL);
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
  assert_arrives (self, "plain", "wrong plain");
}

static void
test_lengths (Fixture      *self,
              gconstpointer data)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT " bytes", self->download.size);
  g_autofree char *other = g_strdup_printf ("%" G_GUINT64_FORMAT, self->download.size - 10);

  assert_fails (self, "shorter", SAL_ERROR_BAD_FILE, "/shorter/a.gz", size, other, NULL);
  assert_fails (self, "endless", SAL_ERROR_BAD_FILE, "/endless/a.gz", size, "sent more", NULL);
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
}

static void
test_unreachable (Fixture      *self,
                  gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The discard port: nobody listens there. */
  self->addresses[0] = g_strdup ("http://127.0.0.1:9/a.gz");
  g_assert_false (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "http://127.0.0.1:9/a.gz cannot be reached"));
  g_assert_nonnull (strstr (error->message, "is this computer on the network?"));
}

static void
test_no_address (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->addresses[0] = g_strdup ("not an address");
  g_assert_false (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
}

static void
test_no_room (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  try_habits (self, "plain");
  self->download.size = G_GUINT64_CONSTANT (1) << 60;
  g_assert_false (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "of free space on the disk"));
  g_assert_nonnull (strstr (error->message, self->path));
}

static void
test_two_programs (Fixture      *self,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  leave_half (self, TRUE);
  try_habits (self, "plain");

  FILE *other = g_fopen (self->part, "r");

  g_assert_cmpint (flock (fileno (other), LOCK_EX), ==, 0);
  g_assert_false (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BUSY);
  fclose (other);
  assert_arrives (self, "plain", "plain HALF");
}

/* ---- cancelling -------------------------------------------------------------------- */

static void
cancel_cb (guint64  bytes,
           gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancel (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  try_habits (self, "hang plain");
  g_assert_false (sal_download_run (&self->download, cancel_cb, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));

  const guint64 kept = sal_download_kept (self->path);
  g_autofree char *log = g_strdup_printf ("hang plain %" G_GUINT64_FORMAT "-", kept);

  g_assert_cmpuint (kept, >, 0);
  g_assert_cmpuint (kept, <=, self->download.size / 2);
  try_habits (self, "plain");
  g_clear_error (&error);
  g_assert_true (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_file_is_there (self);

  g_autofree char *asked = file_server_take_log (self->server);

  g_assert_cmpstr (asked, ==, log);
}

/* The file has changed on the server since: its tag says so, and the rest is
 * not appended to the old bytes. */
static void
test_changed (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *source = g_strconcat (self->part, ".source", NULL);
  g_autofree char *text = NULL;

  try_habits (self, "hang");
  g_assert_false (sal_download_run (&self->download, cancel_cb, cancellable, cancellable, NULL));
  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "/hang/a.gz"));
  g_assert_nonnull (strstr (text, "tag of the file"));

  const guint64 kept = sal_download_kept (self->path);
  g_autofree char *log = g_strdup_printf ("hang changed %" G_GUINT64_FORMAT "-", kept);

  assert_arrives (self, "changed", log);
}

/* ---- content ----------------------------------------------------------------------- */

/* A mirror that has compressed the file again, or not at all. */
static void
test_content (Fixture      *self,
              gconstpointer data)
{
  self->download.sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
  self->download.size -= 1000;
  assert_fails (self, "plain", SAL_ERROR_BAD_FILE, "the server has", NULL);
  self->download.content_sha256 = self->content;
  self->download.size += 1000;
  assert_arrives (self, "plain", "plain plain");
  g_remove (self->path);
  self->download.size -= 1000;
  try_habits (self, "cut");

  g_autoptr (GError) error = NULL;

  g_assert_true (sal_download_run (&self->download, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_file_is_there (self);
  g_remove (self->path);
  assert_fails (self, "wrong", SAL_ERROR_BAD_FILE, "expected a file with SHA-256", NULL);
}

#define ADD(name, function) \
  g_test_add ("/download/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a file arrives whole", test_whole);
  ADD ("a cut connection is taken up again", test_cut);
  ADD ("a killed download goes on where it was", test_killed);
  ADD ("a damaged part is found and replaced", test_damaged_part);
  ADD ("a server without ranges sends everything again", test_no_ranges);
  ADD ("the next mirror is tried", test_mirror);
  ADD ("a redirection is followed", test_redirect);
  ADD ("a .gz declared as a compressed page stays a .gz", test_encoded);
  ADD ("a missing file is named with every address", test_missing);
  ADD ("a web page is not taken for data", test_page);
  ADD ("wrong bytes are deleted and both digests named", test_wrong);
  ADD ("a file of another length is refused", test_lengths);
  ADD ("a server that does not answer is named", test_unreachable);
  ADD ("an address that is none is named", test_no_address);
  ADD ("a disk without room is noticed at once", test_no_room);
  ADD ("two programs do not write one file", test_two_programs);
  ADD ("cancelling keeps what is there", test_cancel);
  ADD ("a file that changed on the server is fetched anew", test_changed);
  ADD ("known content is accepted however it is compressed", test_content);
  return g_test_run ();
}
