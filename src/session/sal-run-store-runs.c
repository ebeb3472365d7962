/* sal-run-store-runs.c - the table of runs and who runs them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sal-directory.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-process.h"
#include "sal-run-store-private.h"

static const char *const state_names[] = {
  [SAL_RUN_RUNNING] = N_("running"),
  [SAL_RUN_PAUSED] = N_("paused"),
  [SAL_RUN_FINISHED] = N_("finished"),
  [SAL_RUN_INTERRUPTED] = N_("interrupted"),
  [SAL_RUN_DIVERGED] = N_("diverged"),
};

/* Places in the rows of SAL_STATEMENT_LIST_RUNS and SAL_STATEMENT_GET_RUN. */
enum
{
  COLUMN_ID,
  COLUMN_TITLE,
  COLUMN_RECIPE,
  COLUMN_STATE,
  COLUMN_CREATED,
  COLUMN_TOTAL_STEPS,
  COLUMN_VALIDATION_ACCURACY,
  COLUMN_TEST_ACCURACY,
  COLUMN_SECONDS,
  COLUMN_OWNER, /* three columns */
  COLUMN_STEP = COLUMN_OWNER + 3,
  COLUMN_PROVENANCE,
};

const char *
sal_run_state_name (SalRunState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_names), NULL);
  return state_names[state];
}

void
sal_run_free (SalRun *run)
{
  if (run == NULL)
    return;
  g_free (run->title);
  g_free (run->recipe_json);
  g_free (run->provenance_json);
  g_free (run->directory);
  g_free (run);
}

/* A word from the future, or a broken one, is a run that nobody runs. */
static SalRunState
state_from_name (const char *name)
{
  for (guint state = 0; state < G_N_ELEMENTS (state_names); state++) {
    if (strcmp (name, state_names[state]) == 0)
      return state;
  }
  return SAL_RUN_INTERRUPTED;
}

static const char *
column_text (sqlite3_stmt *statement,
             int           column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return text != NULL ? text : "";
}

static double
column_double (sqlite3_stmt *statement,
               int           column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NAN;
  return sqlite3_column_double (statement, column);
}

/* The process in three columns from `column` on. */
static gboolean
column_is_alive (sqlite3_stmt *statement,
                 int           column)
{
  SalProcess owner = {
    .pid = sqlite3_column_int64 (statement, column),
    .start = sqlite3_column_int64 (statement, column + 1),
  };

  g_strlcpy (owner.boot, column_text (statement, column + 2), sizeof owner.boot);
  return sal_process_is_alive (&owner);
}

static char *
run_directory (SalRunStore *self,
               gint64       run)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, run);

  return g_build_filename (self->directory, "runs", id, NULL);
}

static SalRun *
read_run (SalRunStore  *self,
          sqlite3_stmt *statement)
{
  SalRun *run = g_new0 (SalRun, 1);

  run->id = sqlite3_column_int64 (statement, COLUMN_ID);
  run->title = sal_json_one_line (column_text (statement, COLUMN_TITLE));
  run->recipe_json = g_strdup (column_text (statement, COLUMN_RECIPE));
  run->state = state_from_name (column_text (statement, COLUMN_STATE));
  run->created = sqlite3_column_int64 (statement, COLUMN_CREATED);
  run->step = sqlite3_column_int64 (statement, COLUMN_STEP);
  run->total_steps = sqlite3_column_int64 (statement, COLUMN_TOTAL_STEPS);
  run->validation_accuracy = column_double (statement, COLUMN_VALIDATION_ACCURACY);
  run->test_accuracy = column_double (statement, COLUMN_TEST_ACCURACY);
  run->seconds = sqlite3_column_double (statement, COLUMN_SECONDS);
  run->provenance_json =
    g_strdup ((const char *) sqlite3_column_text (statement, COLUMN_PROVENANCE));
  run->directory = run_directory (self, run->id);
  /* Its process may have died after the store was opened. */
  if (run->state == SAL_RUN_RUNNING && !column_is_alive (statement, COLUMN_OWNER))
    run->state = SAL_RUN_INTERRUPTED;
  return run;
}

/* Binds ?1 to ?4: the state and, if it is running, this process. */
static void
bind_state (sqlite3_stmt *statement,
            SalRunState   state)
{
  SalProcess process;

  sqlite3_bind_text (statement, 1, sal_run_state_name (state), -1, SQLITE_STATIC);
  if (state != SAL_RUN_RUNNING)
    return;
  sal_process_get_self (&process);
  sqlite3_bind_int64 (statement, 2, process.pid);
  sqlite3_bind_int64 (statement, 3, process.start);
  sqlite3_bind_text (statement, 4, process.boot, -1, SQLITE_TRANSIENT);
}

static gboolean
discard_run (SalRunStore *self,
             gint64       run,
             GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_DISCARD_RUN, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  return sal_run_store_execute (self, statement, error);
}

/* Makes runs/ID.  `*exists` says that it was there already, left over from a
 * database that somebody removed. */
static gboolean
make_run_directory (SalRunStore *self,
                    gint64       run,
                    gboolean    *exists,
                    GError     **error)
{
  g_autofree char *directory = run_directory (self, run);
  g_autofree char *parent = g_path_get_dirname (directory);

  if (!sal_directory_make (parent, error))
    return FALSE;
  *exists = g_mkdir (directory, 0700) != 0;
  if (*exists && errno != EEXIST) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot make the folder %s: %s"), directory,
                 g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}

/* Inserts a row and makes its directory, passing over numbers whose directory
 * holds somebody's old files.  AUTOINCREMENT uses no number twice. */
static gint64
insert_run (SalRunStore *self,
            const char  *title,
            const char  *recipe_json,
            gint64       total_steps,
            GError     **error)
{
  for (;;) {
    sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_INSERT_RUN, error);
    gboolean exists;

    if (statement == NULL)
      return -1;
    bind_state (statement, SAL_RUN_RUNNING);
    sqlite3_bind_text (statement, 5, title, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 6, recipe_json, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 7, g_get_real_time () / G_USEC_PER_SEC);
    sqlite3_bind_int64 (statement, 8, total_steps);
    if (!sal_run_store_execute (self, statement, error))
      return -1;

    const gint64 run = sqlite3_last_insert_rowid (self->database);

    if (!make_run_directory (self, run, &exists, error))
      return -1;
    if (!exists)
      return run;
    if (!discard_run (self, run, error))
      return -1;
  }
}

gint64
sal_run_store_create (SalRunStore *self,
                      const char  *title,
                      const char  *recipe_json,
                      gint64       total_steps,
                      GError     **error)
{
  if (!sal_run_store_begin (self, error))
    return -1;

  const gint64 run = insert_run (self, title, recipe_json, total_steps, error);

  return sal_run_store_end (self, run >= 0, error) ? run : -1;
}

GPtrArray *
sal_run_store_list (SalRunStore *self,
                    GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_LIST_RUNS, error);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_run_free);
  gboolean has_row;

  if (statement == NULL)
    return NULL;
  do {
    if (!sal_run_store_next (self, statement, &has_row, error))
      return NULL;
    if (has_row)
      g_ptr_array_add (runs, read_run (self, statement));
  } while (has_row);
  return g_steal_pointer (&runs);
}

SalRun *
sal_run_store_get (SalRunStore *self,
                   gint64       run,
                   GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_GET_RUN, error);
  gboolean has_row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, run);
  if (!sal_run_store_next (self, statement, &has_row, error))
    return NULL;
  if (!has_row) {
    sal_run_store_fail_not_found (self, run, error);
    return NULL;
  }

  SalRun *found = read_run (self, statement);

  sqlite3_reset (statement);
  return found;
}

/* Refuses a run that a living process runs; `allow_self` lets this one pass. */
static gboolean
check_free (SalRunStore *self,
            gint64       run,
            gboolean     allow_self,
            GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_GET_RUN, error);
  gboolean has_row;
  SalProcess process;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  if (!sal_run_store_next (self, statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return sal_run_store_fail_not_found (self, run, error);

  const gint64 pid = sqlite3_column_int64 (statement, COLUMN_OWNER);
  const gboolean alive = column_is_alive (statement, COLUMN_OWNER);

  sqlite3_reset (statement);
  sal_process_get_self (&process);
  if (!alive || (allow_self && pid == process.pid))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BUSY,
               _("Run %" PRId64 " is in use: process %" PRId64 " is running it"),
               run, pid);
  return FALSE;
}

static gboolean
change_state (SalRunStore *self,
              gint64       run,
              SalRunState  state,
              GError     **error)
{
  if (!check_free (self, run, TRUE, error))
    return FALSE;

  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_SET_STATE, error);

  if (statement == NULL)
    return FALSE;
  bind_state (statement, state);
  sqlite3_bind_int64 (statement, 5, run);
  return sal_run_store_execute (self, statement, error);
}

gboolean
sal_run_store_set_state (SalRunStore *self,
                         gint64       run,
                         SalRunState  state,
                         GError     **error)
{
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, change_state (self, run, state, error), error);
}

gboolean
sal_run_store_set_results (SalRunStore *self,
                           gint64       run,
                           double       validation_accuracy,
                           double       test_accuracy,
                           double       seconds,
                           GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_SET_RESULTS, error);

  if (statement == NULL)
    return FALSE;
  /* SQLite takes NaN for NULL. */
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_double (statement, 2, validation_accuracy);
  sqlite3_bind_double (statement, 3, test_accuracy);
  sqlite3_bind_double (statement, 4, seconds);
  if (!sal_run_store_execute (self, statement, error))
    return FALSE;
  if (sqlite3_changes (self->database) == 0)
    return sal_run_store_fail_not_found (self, run, error);
  return TRUE;
}

gboolean
sal_run_store_set_provenance (SalRunStore *self,
                              gint64       run,
                              const char  *json,
                              GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_SET_PROVENANCE, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_text (statement, 2, json, -1, SQLITE_STATIC);
  if (!sal_run_store_execute (self, statement, error))
    return FALSE;
  return sqlite3_changes (self->database) > 0 || sal_run_store_fail_not_found (self, run, error);
}

/* Row and directory go together: if the files cannot be removed, the run
 * stays listed. */
static gboolean
delete_run (SalRunStore *self,
            gint64       run,
            GError     **error)
{
  g_autofree char *directory = run_directory (self, run);

  return check_free (self, run, FALSE, error) &&
         discard_run (self, run, error) &&
         sal_directory_remove (directory, error);
}

gboolean
sal_run_store_delete (SalRunStore *self,
                      gint64       run,
                      GError     **error)
{
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, delete_run (self, run, error), error);
}

/* The numbers of running runs without a living process. */
static GArray *
find_orphans (SalRunStore *self,
              GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_LIST_OWNERS, error);
  g_autoptr (GArray) orphans = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean has_row;

  if (statement == NULL)
    return NULL;
  do {
    if (!sal_run_store_next (self, statement, &has_row, error))
      return NULL;
    if (has_row && !column_is_alive (statement, 1))
      g_array_append_vals (orphans, &(gint64) { sqlite3_column_int64 (statement, 0) }, 1);
  } while (has_row);
  return g_steal_pointer (&orphans);
}

static gboolean
interrupt_orphans (SalRunStore *self,
                   GError     **error)
{
  g_autoptr (GArray) orphans = find_orphans (self, error);

  for (guint i = 0; orphans != NULL && i < orphans->len; i++) {
    sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_INTERRUPT, error);

    if (statement == NULL)
      return FALSE;
    sqlite3_bind_int64 (statement, 1, g_array_index (orphans, gint64, i));
    if (!sal_run_store_execute (self, statement, error))
      return FALSE;
  }
  return orphans != NULL;
}

gboolean
sal_run_store_interrupt (SalRunStore *self,
                         GError     **error)
{
  g_autoptr (GArray) orphans = find_orphans (self, error);

  /* Mostly there is nothing to do, and then nobody is kept waiting. */
  if (orphans == NULL || orphans->len == 0)
    return orphans != NULL;
  /* Looked for again where no other process can resume one in between. */
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, interrupt_orphans (self, error), error);
}
