/* sal-atomic-file.h - a file is replaced whole or not at all
 *
 * The one way in which Saliscope writes files that somebody may want back:
 * a temporary file in the same directory, fsync, rename, fsync of the
 * directory.  A full disk, a crash or a power cut leaves the old file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes `path` hold the bytes of `pieces`, one after the other.  One block of
 * memory is `&(GOutputVector) { data, size }, 1`.  A file that is replaced
 * keeps its permissions; only regular files are replaced.
 *
 * On failure (SAL_ERROR_IO, naming `path` and the reason) the old file is
 * untouched and nothing is left behind.  Blocks for the disk: call it off the
 * main thread where the file is large.  Any thread. */
gboolean sal_atomic_file_write (const char          *path,
                                const GOutputVector *pieces,
                                gsize                n_pieces,
                                GError             **error);

/* Removes what writers of `path` left beside it when they were killed.  Only
 * for whoever owns `path`: a file that is being written would go, too. */
void sal_atomic_file_remove_leftovers (const char *path);

/* A file that is too large to be made in memory first: it grows under a
 * temporary name beside `path`. */
typedef struct
{
  char *path;
  char *temporary;
  int   file;                           /* descriptor, for reading and writing */
} SalAtomicFile;

/* Errors as above. */
SalAtomicFile *sal_atomic_file_begin (const char *path,
                                      GError    **error);

/* Makes `path` hold what was written, durably, and frees `self` whether that
 * works or not. */
gboolean sal_atomic_file_commit (SalAtomicFile *self,
                                 GError       **error);

/* Removes what was written, and frees `self` (may be NULL). */
void sal_atomic_file_abandon (SalAtomicFile *self);

/* Gives the file `temporary` the name `path` in the same directory, in place
 * of what had it: for files too large to be written from memory.  SAL_ERROR_IO
 * names `path`; `temporary` is still there then.  Blocks for the disk. */
gboolean sal_atomic_file_adopt (const char *temporary,
                                const char *path,
                                GError    **error);

G_END_DECLS
