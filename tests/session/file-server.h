/* file-server.h - a web server for tests, with every bad habit of real ones
 *
 * Serves the files of a folder on this computer only, in a thread of its own.
 * The first part of the path says how: ADDRESS/cut/mnist/a.gz serves the file
 * mnist/a.gz and cuts the connection in the middle of it.
 *
 *   plain     as it is, with ranges and an entity tag
 *   cut       the first half; the rest if asked for by range
 *   hang      the first half, then nothing more
 *   missing   404
 *   busy      503
 *   page      a web page, declared as one
 *   hidden    a web page that is declared as data
 *   wrong     other bytes of the same length
 *   changed   a whole file with another entity tag, whatever range is asked for
 *   whole     the whole file, whatever range is asked for, and no tag
 *   shorter   another length
 *   endless   more and more bytes, without a length
 *   moved     a redirection to "plain"
 *   encoded   a .gz declared as a compressed page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _FileServer FileServer;

FileServer *file_server_start (const char *folder);
void        file_server_stop  (FileServer *self);

/* "http://127.0.0.1:PORT/HABIT/"; free the result. */
char *file_server_address (FileServer *self,
                           const char *habit);

/* The requests since the last call, one after the other: "cut cut 500- plain":
 * the habit, and the range if there was one. Free the result. */
char *file_server_take_log (FileServer *self);

G_END_DECLS
