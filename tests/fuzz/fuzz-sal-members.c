/* fuzz-sal-members.c - archives that are damaged at random
 *
 * Whatever comes in, the visit ends: with all members it could find, or with
 * an error in words that names the archive.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "archive-fixture.h"
#include "mutations.h"
#include "sal-error.h"
#include "sal-members.h"

#define SEED 19890101
#define N_MUTANTS 2000

enum { MEMBERS = 8, BYTES = 300 };

static GByteArray *
good_archive (const char *path)
{
  struct archive *archive = archive_fixture_begin (path);
  char *bytes = NULL;
  gsize length = 0;

  for (int i = 0; i < MEMBERS; i++) {
    GByteArray *member = g_byte_array_new ();
    g_autofree char *name = g_strdup_printf ("top/class%d/%d.png", i % 2, i);

    for (int b = 0; b < BYTES; b++)
      g_byte_array_append (member, &(guint8) { (guint8) (b * i) }, 1);
    archive_fixture_add (archive, name, member);
  }
  archive_fixture_end (archive);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  return g_byte_array_new_take ((guint8 *) bytes, length);
}

static gboolean
read_member (const SalMember *member,
             gpointer         data,
             GError         **error)
{
  guint *read = data;

  g_assert_true (g_utf8_validate (member->path, -1, NULL));
  if (member->is_folder)
    return TRUE;

  g_autoptr (GBytes) bytes = sal_member_read (member, error);

  if (bytes == NULL)
    return FALSE;
  (*read)++;
  return TRUE;
}

/* Returns whether the visit came to its end. */
static gboolean
visit (const char *path,
       const char *name)
{
  g_autoptr (GError) error = NULL;
  guint read = 0;

  if (sal_members_visit (path, read_member, &read, NULL, &error)) {
    g_assert_no_error (error);
    return TRUE;
  }
  g_assert_true (error->domain == SAL_ERROR);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return FALSE;
}

static void
damaged_archives_end_in_words (gconstpointer data)
{
  const char *name = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) good = good_archive (path);
  guint ended = 0;

  for (guint i = 0; i < N_MUTANTS; i++) {
    g_autoptr (GByteArray) mutant = g_byte_array_new ();

    g_byte_array_append (mutant, good->data, good->len);
    mutate_bytes (mutant, rand, 3);
    write_mutant (path, mutant);
    ended += visit (path, name);
  }
  g_test_message ("%u of %d damaged archives were read to their end", ended, N_MUTANTS);
  g_assert_cmpuint (ended, <, N_MUTANTS);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const char *const *name = archive_fixture_names; *name != NULL; name++) {
    g_autofree char *path = g_strdup_printf ("/fuzz-members/%s", *name);

    g_test_add_data_func (path, *name, damaged_archives_end_in_words);
  }
  return g_test_run ();
}
