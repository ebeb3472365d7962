/* sal-run-library.h - the list of runs: the store's and the bundled demos
 *
 * A GListModel of SalRunItem on the main thread: the user's runs, newest
 * first, then the demos.  Everything that reads a file or the database
 * happens in a thread; results arrive on the main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-item.h"

G_BEGIN_DECLS

/* GListModel of SalRunItem.  Signals: "failed" (const char *message) when
 * something could not be read, "loaded" once after the demos and the first
 * listing of the store are there. */
#define SAL_TYPE_RUN_LIBRARY (sal_run_library_get_type ())
G_DECLARE_FINAL_TYPE (SalRunLibrary, sal_run_library, SAL, RUN_LIBRARY, GObject)

/* `home` is the store's directory; NULL: the default. */
SalRunLibrary *sal_run_library_new (const char *home);

/* Lists the store again. */
void sal_run_library_refresh (SalRunLibrary *self);

/* The item of run `id` of the store, or NULL. Borrowed. */
SalRunItem *sal_run_library_find (SalRunLibrary *self,
                                  gint64         id);

/* Puts `item`, a run that has just begun, first; the next listing knows it. */
void sal_run_library_add (SalRunLibrary *self,
                          SalRunItem    *item);

/* Puts `item`, which is not in the store, last. */
void sal_run_library_append (SalRunLibrary *self,
                             SalRunItem    *item);

/* The store's directory. Free the result. */
char *sal_run_library_get_directory (SalRunLibrary *self);

/* The directory that the store gives run `id`. Free the result. */
char *sal_run_library_run_directory (SalRunLibrary *self,
                                     gint64         id);

/* Fills the item's record; does nothing if it has one or is being read. */
void sal_run_library_load_record (SalRunLibrary *self,
                                  SalRunItem    *item);

/* Deletes the run, its curves and its files; the item leaves the list. */
void sal_run_library_delete (SalRunLibrary *self,
                             SalRunItem    *item);

G_END_DECLS
