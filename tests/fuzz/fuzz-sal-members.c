/* fuzz-sal-members.c - archives that are damaged at random
 *
 * Whatever comes in, the visit ends: with all members it could find, or with
 * an error in words that names the archive.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>

#include "mutations.h"
#include "sal-error.h"
#include "sal-members.h"

#define SEED 19890101
#define N_MUTANTS 2000

typedef int (*FormatFunc) (struct archive *archive);

static const struct
{
  const char *name;
  FormatFunc  format;
  FormatFunc  filter;
} kinds[] = {
  { "set.zip", archive_write_set_format_zip, archive_write_add_filter_none },
  { "set.tar", archive_write_set_format_pax_restricted, archive_write_add_filter_none },
  { "set.tar.gz", archive_write_set_format_pax_restricted, archive_write_add_filter_gzip },
  { "set.tar.xz", archive_write_set_format_pax_restricted, archive_write_add_filter_xz },
};

enum { MEMBERS = 8, BYTES = 300 };

static void
add_member (struct archive *archive,
            int             index)
{
  struct archive_entry *entry = archive_entry_new ();
  g_autofree char *name = g_strdup_printf ("top/class%d/%d.png", index % 2, index);
  guint8 bytes[BYTES];

  for (int i = 0; i < BYTES; i++)
    bytes[i] = (guint8) (i * index);
  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, BYTES);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (archive, bytes, BYTES), ==, BYTES);
  archive_entry_free (entry);
}

static GByteArray *
good_archive (const char *path,
              gsize       kind)
{
  struct archive *archive = archive_write_new ();
  char *bytes = NULL;
  gsize length = 0;

  kinds[kind].format (archive);
  kinds[kind].filter (archive);
  g_assert_cmpint (archive_write_open_filename (archive, path), ==, ARCHIVE_OK);
  for (int i = 0; i < MEMBERS; i++)
    add_member (archive, i);
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
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
  const gsize kind = GPOINTER_TO_SIZE (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, kinds[kind].name, NULL);
  g_autoptr (GByteArray) good = good_archive (path, kind);
  guint ended = 0;

  for (guint i = 0; i < N_MUTANTS; i++) {
    g_autoptr (GByteArray) mutant = g_byte_array_new ();

    g_byte_array_append (mutant, good->data, good->len);
    mutate_bytes (mutant, rand, 3);
    write_mutant (path, mutant);
    ended += visit (path, kinds[kind].name);
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
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *name = g_strdup_printf ("/fuzz-members/%s", kinds[i].name);

    g_test_add_data_func (name, GSIZE_TO_POINTER (i), damaged_archives_end_in_words);
  }
  return g_test_run ();
}
