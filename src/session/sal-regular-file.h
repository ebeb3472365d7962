/* sal-regular-file.h - reading files that anything may stand in for
 *
 * A pipe would wait for a writer, a device never ends, a file can be shortened
 * while it is read: the caller learns the size first, decides what it wants,
 * and gets that or an error that names the path.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What is not a regular file, by its `mode`: "a folder" or "a device or
 * pipe". */
const char *sal_regular_file_describe_other (mode_t mode);

/* Opens the regular file `path` at its start and sets `size`.  Returns a file
 * descriptor, or -1: SAL_ERROR_NOT_FOUND where there is none,
 * SAL_ERROR_BAD_FILE where it is something else, SAL_ERROR_IO. */
int sal_regular_file_open (const char *path,
                           guint64    *size,
                           GError    **error);

/* The next `size` bytes of `file`, with a zero after them, or NULL:
 * SAL_ERROR_BAD_FILE where the file was cut, SAL_ERROR_IO.  `what` and `path`
 * are for messages.  Free the result. */
guint8 *sal_regular_file_read (int         file,
                               gsize       size,
                               const char *what,
                               const char *path,
                               GError    **error);

/* All of the text file `path`, `what` ("a recipe"), if it has at most `limit`
 * bytes and no zero among them.  Free the result. */
char *sal_regular_file_read_text (const char *path,
                                  const char *what,
                                  gsize       limit,
                                  GError    **error);

G_END_DECLS
