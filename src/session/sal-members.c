/* sal-members.c - the files of a folder or of an archive, one after another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-members.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "sal-error.h"

#define MAX_DEPTH 12
#define MAX_MEMBERS 20000000

/* What an archive may expand to: beyond it, it is a trap. */
#define MAX_TOTAL (G_GUINT64_CONSTANT (4) << 40)

#define READ_SIZE (1 << 17)

struct _SalMemberSource
{
  const char     *path;
  SalMemberFunc   func;
  gpointer        data;
  GCancellable   *cancellable;
  guint           n_members;
  char           *file;                 /* folder: full path of the member     */
  struct archive *archive;              /* NULL: a folder                      */
  guint64         total;                /* bytes that came out of the archive  */
  GArray         *above;                /* struct stat of the folders we are in */
};

gboolean
sal_members_is_archive_name (const char *path)
{
  static const char *const endings[] = {
    ".zip", ".tar", ".tgz", ".txz", ".tzst", ".tbz2", ".tar.gz", ".tar.xz", ".tar.zst",
    ".tar.bz2", ".tar.lzma",
  };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

/* Without "." and empty parts; NULL for what is to be left out. */
static char *
clean_path (const char *path)
{
  g_autofree char *valid = g_utf8_make_valid (path, -1);
  g_auto (GStrv) parts = g_strsplit (valid, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (char **part = parts; *part != NULL; part++) {
    if (**part == '\0' || g_str_equal (*part, "."))
      continue;
    if (g_str_equal (*part, "__MACOSX") ||
        (**part == '.' && !g_str_equal (*part, "..")))
      return NULL;
    g_ptr_array_add (kept, *part);
  }
  if (kept->len == 0)
    return NULL;
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("/", (char **) kept->pdata);
}

static gboolean
report (SalMemberSource *self,
        SalMember       *member,
        GError         **error)
{
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (++self->n_members > MAX_MEMBERS) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected at most %d files, found more"), self->path, MAX_MEMBERS);
    return FALSE;
  }

  g_autofree char *path = clean_path (member->path);

  if (path == NULL)
    return TRUE;
  member->path = path;
  member->source = self;
  return self->func (member, self->data, error);
}

/* ---- folders ------------------------------------------------------------------ */

static gboolean
set_read_error (GError    **error,
                const char *path,
                const char *why)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("%s: cannot be read (%s)"), path, why);
  return FALSE;
}

static gboolean
is_loop (const SalMemberSource *self,
         const struct stat     *status)
{
  for (guint i = 0; i < self->above->len; i++) {
    const struct stat *above = &g_array_index (self->above, struct stat, i);

    if (above->st_dev == status->st_dev && above->st_ino == status->st_ino)
      return TRUE;
  }
  return FALSE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
list_folder (const char *folder,
             GError    **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDir) directory = g_dir_open (folder, 0, &problem);
  const char *name;

  if (directory == NULL) {
    set_read_error (error, folder, problem->message);
    return NULL;
  }
  while ((name = g_dir_read_name (directory)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean
visit_folder (SalMemberSource   *self,
              const char        *folder,
              const char        *below,
              const struct stat *status,
              GError           **error);

static gboolean
visit_entry (SalMemberSource *self,
             const char      *folder,
             const char      *below,
             const char      *name,
             GError         **error)
{
  g_autofree char *full = g_build_filename (folder, name, NULL);
  g_autofree char *path = below[0] != '\0' ? g_strconcat (below, "/", name, NULL)
                                           : g_strdup (name);
  struct stat status;

  /* A dangling link, or a file that has just gone. */
  if (stat (full, &status) != 0 || name[0] == '.')
    return TRUE;

  const gboolean is_folder = S_ISDIR (status.st_mode);
  SalMember member = {
    .path = path,
    .is_folder = is_folder,
    .size = (guint64) status.st_size,
    .changed = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000,
  };

  if (!is_folder && !S_ISREG (status.st_mode))
    return TRUE;
  self->file = full;
  if (!report (self, &member, error))
    return FALSE;
  if (!is_folder || self->above->len >= MAX_DEPTH || is_loop (self, &status))
    return TRUE;
  return visit_folder (self, full, path, &status, error);
}

static gboolean
visit_folder (SalMemberSource   *self,
              const char        *folder,
              const char        *below,
              const struct stat *status,
              GError           **error)
{
  g_autoptr (GPtrArray) names = list_folder (folder, error);

  if (names == NULL)
    return FALSE;
  g_array_append_vals (self->above, status, 1);
  for (guint i = 0; i < names->len; i++)
    if (!visit_entry (self, folder, below, names->pdata[i], error))
      return FALSE;
  g_array_set_size (self->above, self->above->len - 1);
  return TRUE;
}

static GBytes *
read_file (const SalMemberSource *self,
           const SalMember       *member,
           GError               **error)
{
  g_autoptr (GError) problem = NULL;
  char *bytes = NULL;
  gsize n_bytes = 0;

  if (g_file_get_contents (self->file, &bytes, &n_bytes, &problem))
    return g_bytes_new_take (bytes, n_bytes);
  set_read_error (error, self->file, problem->message);
  return NULL;
}

/* ---- archives ----------------------------------------------------------------- */

static gboolean
set_archive_error (const SalMemberSource *self,
                   GError               **error)
{
  const char *why = archive_error_string (self->archive);
  g_autofree char *words = g_utf8_make_valid (why != NULL ? why : "unknown", -1);

  g_strdelimit (words, "\r\n", ' ');
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected an intact .zip or .tar archive, found an error (%s)"), self->path,
               g_strstrip (words));
  return FALSE;
}

static struct archive *
open_archive (void)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_format_tar (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_filter_gzip (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_lzma (archive);
  return archive;
}

/* Counts what comes out, so that neither a member nor the whole is endless. */
static gboolean
count_bytes (SalMemberSource *self,
             gsize            n,
             GError         **error)
{
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  self->total += n;
  if (self->total <= MAX_TOTAL)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected an archive of at most %" PRIu64
                 " bytes when it is unpacked, found more"), self->path, MAX_TOTAL);
  return FALSE;
}

/* What the function did not read. */
static gboolean
skip_rest (SalMemberSource *self,
           GError         **error)
{
  const void *block;
  gsize n;
  la_int64_t offset;
  int status;

  while ((status = archive_read_data_block (self->archive, &block, &n, &offset)) >= ARCHIVE_WARN) {
    if (status == ARCHIVE_EOF)
      return TRUE;
    if (!count_bytes (self, n, error))
      return FALSE;
  }
  return set_archive_error (self, error);
}

static gboolean
visit_archive_entry (SalMemberSource      *self,
                     struct archive_entry *entry,
                     GError              **error)
{
  const char *name = archive_entry_pathname_utf8 (entry);
  const mode_t type = archive_entry_filetype (entry);
  SalMember member = {
    .path = name != NULL ? name : archive_entry_pathname (entry),
    .is_folder = type == AE_IFDIR,
    .size = (guint64) MAX (archive_entry_size (entry), 0),
    .changed = archive_entry_mtime (entry) * G_USEC_PER_SEC,
  };

  if (member.path == NULL || archive_entry_hardlink (entry) != NULL ||
      (type != AE_IFDIR && type != AE_IFREG))
    return skip_rest (self, error);
  return report (self, &member, error) && (member.is_folder || skip_rest (self, error));
}

static gboolean
visit_archive (SalMemberSource *self,
               GError         **error)
{
  struct archive_entry *entry;
  int status;

  if (archive_read_open_filename (self->archive, self->path, READ_SIZE) != ARCHIVE_OK)
    return set_archive_error (self, error);
  while ((status = archive_read_next_header (self->archive, &entry)) != ARCHIVE_EOF) {
    if (status < ARCHIVE_WARN)
      return set_archive_error (self, error);
    if (!visit_archive_entry (self, entry, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_member_size (const SalMember *member,
                   guint64          size,
                   GError         **error)
{
  if (size <= SAL_MEMBER_MAX_BYTES)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected files of at most %" PRIu64 " bytes, found a larger %s"),
               member->source->path, SAL_MEMBER_MAX_BYTES, member->path);
  return FALSE;
}

static GBytes *
read_archived (SalMemberSource *self,
               const SalMember *member,
               GError         **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (READ_SIZE);
  gssize n;

  while ((n = archive_read_data (self->archive, piece, READ_SIZE)) > 0) {
    if (!count_bytes (self, (gsize) n, error) ||
        !check_member_size (member, bytes->len + (guint64) n, error))
      return NULL;
    g_byte_array_append (bytes, piece, (guint) n);
  }
  if (n < 0) {
    set_archive_error (self, error);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* ---- both ----------------------------------------------------------------------- */

GBytes *
sal_member_read (const SalMember *member,
                 GError         **error)
{
  if (!check_member_size (member, member->size, error))
    return NULL;
  if (member->source->archive == NULL)
    return read_file (member->source, member, error);
  return read_archived (member->source, member, error);
}

gboolean
sal_members_visit (const char   *path,
                   SalMemberFunc func,
                   gpointer      data,
                   GCancellable *cancellable,
                   GError      **error)
{
  struct stat status;
  SalMemberSource self = {
    .path = path, .func = func, .data = data, .cancellable = cancellable,
  };
  gboolean ok;

  if (stat (path, &status) != 0) {
    g_set_error (error, SAL_ERROR, errno == ENOENT ? SAL_ERROR_NOT_FOUND : SAL_ERROR_IO,
                 _("%s: cannot be read (%s)"), path, g_strerror (errno));
    return FALSE;
  }
  if (S_ISDIR (status.st_mode)) {
    self.above = g_array_new (FALSE, FALSE, sizeof (struct stat));
    ok = visit_folder (&self, path, "", &status, error);
    g_array_unref (self.above);
    return ok;
  }
  if (!S_ISREG (status.st_mode)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a folder or an archive, found something else"), path);
    return FALSE;
  }
  self.archive = open_archive ();
  ok = visit_archive (&self, error);
  archive_read_free (self.archive);
  return ok;
}
