/* sal-sha256.h - the digest of a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SAL_SHA256_BYTES,   /* of the file as it lies there                          */
  SAL_SHA256_CONTENT, /* of what a gzip file holds; of any other its bytes     */
} SalSha256Of;

/* SHA-256 of the file `path` as 64 lower-case digits; free the result.  Reads
 * the file in pieces: call it off the main thread.  Errors (SAL_ERROR_IO,
 * SAL_ERROR_NOT_FOUND, SAL_ERROR_BAD_FILE for a damaged gzip file) name it. */
char *sal_sha256_of_file (const char   *path,
                          SalSha256Of   what,
                          GCancellable *cancellable,
                          GError      **error);

G_END_DECLS
