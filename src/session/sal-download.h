/* sal-download.h - one file from the network, whole and checked
 *
 * The bytes go to PATH.part, which is kept when the connection is cut, the
 * user cancels or the disk is full, so that the next call goes on from there
 * (HTTP Range, with If-Range where it is the same server); PATH.part.source
 * remembers where they came from.  A file appears as PATH only when its
 * SHA-256 is the one that was expected.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *const *addresses;      /* tried in order; ended by NULL           */
  const char        *path;           /* its directory is made if need be        */
  guint64            size;           /* bytes                                   */
  const char        *sha256;         /* 64 lower-case digits                    */
  const char        *content_sha256; /* of what a .gz holds, or NULL; with it,  */
                                     /* other bytes with this content are good, */
                                     /* and the size may differ                 */
} SalDownload;

/* Bytes that are there by now; called in the thread that downloads, for every
 * piece. */
typedef void (*SalDownloadProgress) (guint64  bytes,
                                     gpointer data);

/* Downloads the file and blocks until it is there: call it off the main
 * thread.  A cut connection is taken up again, then the next address is tried.
 *
 * Errors name the address, what was expected and what was found: no network
 * and refusals are SAL_ERROR_IO, a missing file SAL_ERROR_NOT_FOUND, a web page
 * or wrong bytes SAL_ERROR_BAD_FILE, a file that somebody else is downloading
 * SAL_ERROR_BUSY; with several addresses the code is the last one's and the
 * message names each.  G_IO_ERROR_CANCELLED where `cancellable` was. */
gboolean sal_download_run (const SalDownload  *download,
                           SalDownloadProgress progress,
                           gpointer            data,
                           GCancellable       *cancellable,
                           GError            **error);

/* Whether the file `path` is what `download` describes. An error only if it
 * could not be read; `*found` (may be NULL) gets its SHA-256, to be freed. */
gboolean sal_download_check (const SalDownload *download,
                             const char        *path,
                             gboolean          *good,
                             char             **found,
                             GCancellable      *cancellable,
                             GError           **error);

/* Bytes of an unfinished download of `path`; 0 if there is none. */
guint64 sal_download_kept (const char *path);

G_END_DECLS
