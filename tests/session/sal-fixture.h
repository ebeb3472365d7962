/* sal-fixture.h - small data sets in temporary folders, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes an empty temporary folder; sal_fixture_remove_folder() takes it away. */
char *sal_fixture_make_folder   (void);
void  sal_fixture_remove_folder (char *folder);

/* One file in a folder of its own, which does not exist yet. */
typedef struct
{
  char *directory;
  char *path;
} FileFixture;

/* For g_test_add(); `name` is that of the file.  It may be there at the end, or
 * not; anything beside it is a failure. */
void file_fixture_set_up    (FileFixture  *self,
                             gconstpointer name);
void file_fixture_tear_down (FileFixture  *self,
                             gconstpointer name);

/* Writes `bytes` to `folder`/`name`, with the folders in `name`. Frees `bytes`. */
void sal_fixture_write (const char *folder,
                        const char *name,
                        GByteArray *bytes);

/* An IDX file of images; byte i of the data is (37 i + 11) mod 256. */
GByteArray *sal_fixture_images (guint32 count,
                                guint32 height,
                                guint32 width);

/* An IDX file of labels 0, 1 ... classes - 1, 0, 1 ... */
GByteArray *sal_fixture_labels (guint32 count,
                                guint32 classes);

/* Compresses as gzip does. */
GByteArray *sal_fixture_compress (const guint8 *bytes,
                                  gsize         n);

/* Writes a good data set of 4 classes under the usual names: 20 images to
 * train on and 8 to test, 5 high and 6 wide. */
void sal_fixture_write_set (const char *folder);

G_END_DECLS
