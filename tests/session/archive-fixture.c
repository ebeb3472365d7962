/* archive-fixture.c - archives of every kind that can be imported, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "archive-fixture.h"

#include <archive.h>
#include <archive_entry.h>

const char *const archive_fixture_names[] = {
  "set.zip", "set.tar", "set.tar.gz", "set.tar.xz", "set.tar.zst", NULL
};

static const struct
{
  const char *ending;
  int       (*filter) (struct archive *archive);
} filters[] = {
  { ".gz", archive_write_add_filter_gzip },
  { ".xz", archive_write_add_filter_xz },
  { ".zst", archive_write_add_filter_zstd },
};

struct archive *
archive_fixture_begin (const char *path)
{
  struct archive *archive = archive_write_new ();

  if (g_str_has_suffix (path, ".zip"))
    archive_write_set_format_zip (archive);
  else
    archive_write_set_format_pax_restricted (archive);
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    if (g_str_has_suffix (path, filters[i].ending))
      filters[i].filter (archive);
  g_assert_cmpint (archive_write_open_filename (archive, path), ==, ARCHIVE_OK);
  return archive;
}

void
archive_fixture_add (struct archive *archive,
                     const char     *name,
                     GByteArray     *bytes)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, bytes->len);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (archive, bytes->data, bytes->len), ==, bytes->len);
  archive_entry_free (entry);
  g_byte_array_unref (bytes);
}

void
archive_fixture_end (struct archive *archive)
{
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
}
