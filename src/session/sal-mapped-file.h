/* sal-mapped-file.h - a mapped file, and what is said when it is cut
 *
 * Who reads a page of a mapped file that was shortened, or that the disk does
 * not give back, gets SIGBUS.  There is nothing to go on with then, and a
 * process that just disappears explains nothing: the file is named on stderr
 * and the process ends with status 1.  Whatever was saved before is intact, as
 * after kill -9.  A SIGBUS of another cause does what it did before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Maps the file `path` for reading: SAL_ERROR_NOT_FOUND where there is none,
 * SAL_ERROR_IO else.  Any thread. */
GMappedFile *sal_mapped_file_open (const char *path,
                                   GError    **error);

/* Ends the mapping, which nobody else may hold. */
void sal_mapped_file_close (GMappedFile *file);

G_END_DECLS
