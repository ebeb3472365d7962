/* sal-run-store.c - the database of runs: opening, schema, statements
 *
 * Write-ahead logging lets a window read while a run appends, and a killed
 * process loses at most its open transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-store.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>

#include "sal-directory.h"
#include "sal-error.h"
#include "sal-regular-file.h"
#include "sal-run-store-private.h"

#define BUSY_MILLISECONDS 5000

/* "Sali" in the header of the file, so that another program's database is
 * not taken for ours. */
#define APPLICATION_ID 0x53616c69

/* Step i takes the schema from version i to i + 1. */
static const char *const schema_steps[] = {
  "PRAGMA application_id = 0x53616c69;"
  "CREATE TABLE run ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  title TEXT NOT NULL,"
  "  recipe TEXT NOT NULL,"
  "  state TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  total_steps INTEGER NOT NULL,"
  "  validation_accuracy REAL,"
  "  test_accuracy REAL,"
  "  seconds REAL NOT NULL DEFAULT 0,"
  "  owner_pid INTEGER,"
  "  owner_start INTEGER,"
  "  owner_boot TEXT"
  ") STRICT;"
  "CREATE TABLE metric ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  step INTEGER NOT NULL,"
  "  epoch REAL,"
  "  ce REAL,"
  "  kl REAL,"
  "  train_accuracy REAL,"
  "  validation_accuracy REAL,"
  "  validation_ce REAL,"
  "  learning_rate REAL,"
  "  images_per_second REAL,"
  "  alphas BLOB," /* 32-bit floats, little-endian */
  "  PRIMARY KEY (run, step)"
  ") STRICT, WITHOUT ROWID;",
  "ALTER TABLE run ADD COLUMN provenance TEXT;",
  "CREATE TABLE IF NOT EXISTS event ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  number INTEGER NOT NULL," /* in the order they happened, from 0 */
  "  step INTEGER NOT NULL,"
  "  text TEXT NOT NULL,"
  "  PRIMARY KEY (run, number)"
  ") STRICT, WITHOUT ROWID;",
};

#define SCHEMA_VERSION ((int) G_N_ELEMENTS (schema_steps))

#define RUN_COLUMNS \
  "id, title, recipe, state, created, total_steps, validation_accuracy, test_accuracy, seconds," \
  " owner_pid, owner_start, owner_boot," \
  " (SELECT coalesce (max (step), 0) FROM metric WHERE metric.run = run.id), provenance"

#define METRIC_COLUMNS \
  "step, epoch, ce, kl, train_accuracy, validation_accuracy, validation_ce, learning_rate," \
  " images_per_second, alphas"

static const char *const statements[SAL_N_STATEMENTS] = {
  [SAL_STATEMENT_INSERT_RUN] =
    "INSERT INTO run (title, recipe, created, total_steps, state, owner_pid, owner_start,"
    " owner_boot) VALUES (?5, ?6, ?7, ?8, ?1, ?2, ?3, ?4)",
  [SAL_STATEMENT_DISCARD_RUN] = "DELETE FROM run WHERE id = ?1",
  [SAL_STATEMENT_LIST_RUNS] = "SELECT " RUN_COLUMNS " FROM run ORDER BY id DESC",
  [SAL_STATEMENT_GET_RUN] = "SELECT " RUN_COLUMNS " FROM run WHERE id = ?1",
  [SAL_STATEMENT_SET_STATE] =
    "UPDATE run SET state = ?1, owner_pid = ?2, owner_start = ?3, owner_boot = ?4 WHERE id = ?5",
  [SAL_STATEMENT_SET_RESULTS] =
    "UPDATE run SET validation_accuracy = coalesce (?2, validation_accuracy),"
    " test_accuracy = coalesce (?3, test_accuracy), seconds = coalesce (?4, seconds)"
    " WHERE id = ?1",
  [SAL_STATEMENT_SET_PROVENANCE] = "UPDATE run SET provenance = ?2 WHERE id = ?1",
  [SAL_STATEMENT_LIST_OWNERS] =
    "SELECT id, owner_pid, owner_start, owner_boot FROM run WHERE state = 'running'",
  [SAL_STATEMENT_INTERRUPT] =
    "UPDATE run SET state = 'interrupted', owner_pid = NULL, owner_start = NULL,"
    " owner_boot = NULL WHERE id = ?1",
  [SAL_STATEMENT_PUT_METRIC] =
    "INSERT OR REPLACE INTO metric (run, " METRIC_COLUMNS ")"
    " VALUES (?11, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
  [SAL_STATEMENT_TRUNCATE] = "DELETE FROM metric WHERE run = ?1 AND step > ?2",
  [SAL_STATEMENT_LOAD_METRICS] =
    "SELECT " METRIC_COLUMNS " FROM metric WHERE run = ?1 ORDER BY step",
  [SAL_STATEMENT_PUT_EVENT] =
    "INSERT INTO event (run, number, step, text)"
    " VALUES (?1, (SELECT count (*) FROM event WHERE run = ?1), ?2, ?3)",
  [SAL_STATEMENT_KEEP_EVENTS] = "DELETE FROM event WHERE run = ?1 AND number >= ?2",
  [SAL_STATEMENT_LOAD_EVENTS] = "SELECT step, text FROM event WHERE run = ?1 ORDER BY number",
  [SAL_STATEMENT_SET_RECIPE] = "UPDATE run SET title = ?2, recipe = ?3 WHERE id = ?1",
};

char *
sal_run_store_default_directory (void)
{
  const char *home = g_getenv ("SALISCOPE_HOME");

  if (home != NULL && home[0] != '\0')
    return g_canonicalize_filename (home, NULL);
  return g_build_filename (g_get_user_data_dir (), "saliscope", NULL);
}

gboolean
sal_run_store_fail (SalRunStore *self,
                    GError     **error)
{
  static const struct
  {
    int          result;
    SalErrorCode code;
    const char  *expected;
  } rows[] = {
    { SQLITE_NOTADB, SAL_ERROR_BAD_FILE, N_("expected Saliscope's database of runs, found") },
    { SQLITE_CORRUPT, SAL_ERROR_BAD_FILE, N_("expected an intact database of runs, found") },
    { SQLITE_BUSY, SAL_ERROR_BUSY, N_("expected the database of runs to become free, found") },
    { SQLITE_READONLY, SAL_ERROR_IO,
      N_("expected a file and folder that may be written to, found") },
  };
  const int result = sqlite3_errcode (self->database) & 0xff;
  const char *message = sqlite3_errmsg (self->database);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].result == result) {
      g_set_error (error, SAL_ERROR, rows[i].code, "%s: %s: %s", self->path, _(rows[i].expected),
                   message);
      return FALSE;
    }
  }
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot use %s: %s"), self->path, message);
  return FALSE;
}

gboolean
sal_run_store_fail_not_found (SalRunStore *self,
                              gint64       run,
                              GError     **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               _("There is no run %" PRId64 " in %s"), run, self->path);
  return FALSE;
}

sqlite3_stmt *
sal_run_store_prepare (SalRunStore *self,
                       SalStatement which,
                       GError     **error)
{
  sqlite3_stmt **statement = &self->statements[which];

  if (*statement == NULL &&
      sqlite3_prepare_v3 (self->database, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                          statement, NULL) != SQLITE_OK) {
    sal_run_store_fail (self, error);
    return NULL;
  }
  sqlite3_reset (*statement);
  sqlite3_clear_bindings (*statement);
  return *statement;
}

gboolean
sal_run_store_next (SalRunStore  *self,
                    sqlite3_stmt *statement,
                    gboolean     *has_row,
                    GError      **error)
{
  const int result = sqlite3_step (statement);

  *has_row = result == SQLITE_ROW;
  if (*has_row)
    return TRUE;

  const gboolean ok = result == SQLITE_DONE || sal_run_store_fail (self, error);

  sqlite3_reset (statement);
  return ok;
}

gboolean
sal_run_store_execute (SalRunStore  *self,
                       sqlite3_stmt *statement,
                       GError      **error)
{
  gboolean has_row;

  return sal_run_store_next (self, statement, &has_row, error);
}

static gboolean
execute_text (SalRunStore *self,
              const char  *text,
              GError     **error)
{
  if (sqlite3_exec (self->database, text, NULL, NULL, NULL) != SQLITE_OK)
    return sal_run_store_fail (self, error);
  return TRUE;
}

gboolean
sal_run_store_begin (SalRunStore *self,
                     GError     **error)
{
  return execute_text (self, "BEGIN IMMEDIATE", error);
}

gboolean
sal_run_store_end (SalRunStore *self,
                   gboolean     ok,
                   GError     **error)
{
  if (ok && execute_text (self, "COMMIT", error))
    return TRUE;
  /* A failure such as a full disk has rolled back by itself. */
  if (!sqlite3_get_autocommit (self->database))
    execute_text (self, "ROLLBACK", NULL);
  return FALSE;
}

/* Reads the one integer that `query` gives. */
static gboolean
read_integer (SalRunStore *self,
              const char  *query,
              int         *value,
              GError     **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok = sqlite3_prepare_v2 (self->database, query, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step (statement) == SQLITE_ROW;

  if (ok)
    *value = sqlite3_column_int (statement, 0);
  else
    sal_run_store_fail (self, error);
  sqlite3_finalize (statement);
  return ok;
}

/* An empty file, or Saliscope's of a version that is known.  Inside a
 * transaction, so that the numbers belong together. */
static gboolean
check_kind (SalRunStore *self,
            int         *version,
            GError     **error)
{
  int application;
  int n_tables;

  if (!read_integer (self, "PRAGMA user_version", version, error) ||
      !read_integer (self, "PRAGMA application_id", &application, error) ||
      !read_integer (self, "SELECT count (*) FROM sqlite_master", &n_tables, error))
    return FALSE;
  if (application != APPLICATION_ID && (n_tables > 0 || *version != 0)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected Saliscope's database of runs, found another program's database"),
                 self->path);
    return FALSE;
  }
  if (*version < 0 || *version > SCHEMA_VERSION) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a schema of version 0 to %d, found version %d%s"), self->path,
                 SCHEMA_VERSION, *version, *version > 0 ? " of a newer Saliscope" : "");
    return FALSE;
  }
  return TRUE;
}

/* Takes the schema to the present version, inside a transaction because
 * another process may be doing the same. */
static gboolean
update_schema (SalRunStore *self,
               GError     **error)
{
  int version;
  gboolean ok = check_kind (self, &version, error);

  for (; ok && version < SCHEMA_VERSION; version++) {
    g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", version + 1);

    ok = execute_text (self, schema_steps[version], error) && execute_text (self, mark, error);
  }
  return ok;
}

/* The change to write-ahead logging does not wait for others by itself. */
static gboolean
set_journal (SalRunStore *self,
             GError     **error)
{
  const gint64 deadline = g_get_monotonic_time () + BUSY_MILLISECONDS * 1000;

  while (sqlite3_exec (self->database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) ==
         SQLITE_BUSY && g_get_monotonic_time () < deadline)
    g_usleep (10 * 1000);
  if (sqlite3_errcode (self->database) != SQLITE_OK)
    return sal_run_store_fail (self, error);
  return TRUE;
}

static gboolean
open_database (SalRunStore *self,
               GError     **error)
{
  GStatBuf status;
  int version;

  if (g_stat (self->path, &status) == 0 && !S_ISREG (status.st_mode)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected Saliscope's database of runs, found %s"), self->path,
                 sal_regular_file_describe_other (status.st_mode));
    return FALSE;
  }
  if (sqlite3_open_v2 (self->path, &self->database,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    return sal_run_store_fail (self, error);
  sqlite3_busy_timeout (self->database, BUSY_MILLISECONDS);
  /* Whose file it is comes first: a stranger's is not changed in any way. */
  if (!execute_text (self, "BEGIN", error) ||
      !sal_run_store_end (self, check_kind (self, &version, error), error) ||
      !set_journal (self, error) ||
      !execute_text (self, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON", error))
    return FALSE;
  return version == SCHEMA_VERSION ||
         (sal_run_store_begin (self, error) &&
          sal_run_store_end (self, update_schema (self, error), error));
}

SalRunStore *
sal_run_store_open (const char *directory,
                    GError    **error)
{
  g_autoptr (SalRunStore) self = g_new0 (SalRunStore, 1);

  self->directory = directory != NULL ? g_canonicalize_filename (directory, NULL)
                                      : sal_run_store_default_directory ();
  self->path = g_build_filename (self->directory, "runs.sqlite", NULL);
  if (!sal_directory_make (self->directory, error) ||
      !open_database (self, error) ||
      !sal_run_store_interrupt (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sal_run_store_close (SalRunStore *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < SAL_N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->database);
  g_free (self->directory);
  g_free (self->path);
  g_free (self);
}
