/* sal-members.h - the files of a folder or of an archive, one after another
 *
 * Archives are read as a stream from beginning to end and nothing of them is
 * ever written to the disk, so that names like "../../etc/passwd" are names
 * and no more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The largest single file that is read, in bytes. */
#define SAL_MEMBER_MAX_BYTES (G_GUINT64_CONSTANT (256) << 20)

typedef struct _SalMemberSource SalMemberSource;

typedef struct
{
  const char      *path;      /* below the folder or in the archive, UTF-8,
                               * without "." and empty parts                 */
  gboolean         is_folder;
  guint64          size;      /* as announced; archives may not know it: 0   */
  gint64           changed;   /* modification time in microseconds           */
  SalMemberSource *source;
} SalMember;

/* Called for each file and folder; FALSE with `error` set ends the visit. */
typedef gboolean (*SalMemberFunc) (const SalMember *member,
                                   gpointer         data,
                                   GError         **error);

/* Whether `path` is named like an archive that can be read: .zip, .tar, .tgz,
 * .tar.gz, .tar.xz, .tar.zst, .tar.bz2 ... */
gboolean sal_members_is_archive_name (const char *path);

/* Visits what is in the folder or archive `path`.  Hidden files and those that
 * macOS adds ("__MACOSX") are left out.  In a folder the order is that of the
 * names (bytes), a loop of symbolic links ends where it closes; in an archive
 * the order is its own, and links in it are left out.  Errors
 * (SAL_ERROR_NOT_FOUND, SAL_ERROR_BAD_FILE, SAL_ERROR_IO) name `path`. */
gboolean sal_members_visit (const char   *path,
                            SalMemberFunc func,
                            gpointer      data,
                            GCancellable *cancellable,
                            GError      **error);

/* The bytes of the file being visited, once, from within the function. */
GBytes *sal_member_read (const SalMember *member,
                         GError         **error);

G_END_DECLS
