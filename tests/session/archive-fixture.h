/* archive-fixture.h - archives of every kind that can be imported, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

struct archive;

/* "set.zip", "set.tar.gz" ...: a name for each kind; ended by NULL. */
extern const char *const archive_fixture_names[];

/* Starts an archive at `path`, whose ending says the kind. */
struct archive *archive_fixture_begin (const char *path);

/* Adds a file. Frees `bytes`. */
void archive_fixture_add (struct archive *archive,
                          const char     *name,
                          GByteArray     *bytes);

/* Ends the archive and frees it. */
void archive_fixture_end (struct archive *archive);
