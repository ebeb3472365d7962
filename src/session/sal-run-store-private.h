/* sal-run-store-private.h - the connection that the parts of the store share
 *
 * sal-run-store.c opens the database, -runs.c keeps the table of runs,
 * -metrics.c their records and -events.c what was changed on the way.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sqlite3.h>

#include "sal-run-store.h"

G_BEGIN_DECLS

/* Prepared once for each connection, at their first use. */
typedef enum
{
  SAL_STATEMENT_INSERT_RUN,
  SAL_STATEMENT_DISCARD_RUN,
  SAL_STATEMENT_LIST_RUNS,
  SAL_STATEMENT_GET_RUN,
  SAL_STATEMENT_SET_STATE,
  SAL_STATEMENT_SET_RESULTS,
  SAL_STATEMENT_SET_PROVENANCE,
  SAL_STATEMENT_LIST_OWNERS,
  SAL_STATEMENT_INTERRUPT,
  SAL_STATEMENT_PUT_METRIC,
  SAL_STATEMENT_TRUNCATE,
  SAL_STATEMENT_LOAD_METRICS,
  SAL_STATEMENT_PUT_EVENT,
  SAL_STATEMENT_KEEP_EVENTS,
  SAL_STATEMENT_LOAD_EVENTS,
  SAL_STATEMENT_SET_RECIPE,
} SalStatement;

#define SAL_N_STATEMENTS (SAL_STATEMENT_SET_RECIPE + 1)

struct _SalRunStore
{
  sqlite3      *database;
  char         *directory; /* absolute */
  char         *path;      /* of the database */
  sqlite3_stmt *statements[SAL_N_STATEMENTS];
};

/* Sets `error` from the last failure of the connection; returns FALSE. */
gboolean sal_run_store_fail (SalRunStore *self,
                             GError     **error);

/* Sets SAL_ERROR_NOT_FOUND naming `run`; returns FALSE. */
gboolean sal_run_store_fail_not_found (SalRunStore *self,
                                       gint64       run,
                                       GError     **error);

/* The statement, reset and ready to bind; borrowed.  NULL with an error. */
sqlite3_stmt *sal_run_store_prepare (SalRunStore *self,
                                     SalStatement which,
                                     GError     **error);

/* Steps to the next row: TRUE with `*has_row`, FALSE with an error.  At the
 * end and on failure the statement is reset, so that it holds no lock. */
gboolean sal_run_store_next (SalRunStore  *self,
                             sqlite3_stmt *statement,
                             gboolean     *has_row,
                             GError      **error);

/* Executes a statement that returns no rows. */
gboolean sal_run_store_execute (SalRunStore  *self,
                                sqlite3_stmt *statement,
                                GError      **error);

/* Begins a transaction that writes. */
gboolean sal_run_store_begin (SalRunStore *self,
                              GError     **error);

/* Commits if `ok`, else rolls back; TRUE when committed.  With `ok` FALSE
 * `error` was set before and is left alone. */
gboolean sal_run_store_end (SalRunStore *self,
                            gboolean     ok,
                            GError     **error);

/* Marks running runs whose process is gone as interrupted. */
gboolean sal_run_store_interrupt (SalRunStore *self,
                                  GError     **error);

G_END_DECLS
