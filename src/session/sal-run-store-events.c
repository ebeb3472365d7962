/* sal-run-store-events.c - what was changed while a run was trained
 *
 * Events are numbered: a checkpoint says how many it knows, because two may
 * have happened at one step and only the first before the checkpoint.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-json.h"
#include "sal-run-store-private.h"

static gboolean
set_recipe (SalRunStore *self,
            gint64       run,
            const char  *title,
            const char  *recipe_json,
            GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_SET_RECIPE, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_text (statement, 2, title, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, recipe_json, -1, SQLITE_STATIC);
  if (!sal_run_store_execute (self, statement, error))
    return FALSE;
  return sqlite3_changes (self->database) > 0 || sal_run_store_fail_not_found (self, run, error);
}

static gboolean
put_event (SalRunStore *self,
           gint64       run,
           gint64       step,
           const char  *text,
           GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_PUT_EVENT, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_int64 (statement, 2, step);
  sqlite3_bind_text (statement, 3, text, -1, SQLITE_STATIC);
  return sal_run_store_execute (self, statement, error);
}

gboolean
sal_run_store_change_recipe (SalRunStore *self,
                             gint64       run,
                             gint64       step,
                             const char  *text,
                             const char  *title,
                             const char  *recipe_json,
                             GError     **error)
{
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, set_recipe (self, run, title, recipe_json, error) &&
                            put_event (self, run, step, text, error), error);
}

static gboolean
forget_events (SalRunStore *self,
               gint64       run,
               gint64       n,
               GError     **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_KEEP_EVENTS, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_int64 (statement, 2, n);
  return sal_run_store_execute (self, statement, error);
}

gboolean
sal_run_store_keep_events (SalRunStore *self,
                           gint64       run,
                           gint64       n,
                           const char  *title,
                           const char  *recipe_json,
                           GError     **error)
{
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, forget_events (self, run, n, error) &&
                            set_recipe (self, run, title, recipe_json, error), error);
}

static void
clear_event (gpointer data)
{
  SalRunEvent *event = data;

  g_free (event->text);
}

GArray *
sal_run_store_load_events (SalRunStore *self,
                           gint64       run,
                           GError     **error)
{
  g_autoptr (SalRun) found = sal_run_store_get (self, run, error);
  sqlite3_stmt *statement =
    found != NULL ? sal_run_store_prepare (self, SAL_STATEMENT_LOAD_EVENTS, error) : NULL;
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (SalRunEvent));
  gboolean has_row = TRUE;

  if (statement == NULL)
    return NULL;
  g_array_set_clear_func (events, clear_event);
  sqlite3_bind_int64 (statement, 1, run);
  while (has_row) {
    if (!sal_run_store_next (self, statement, &has_row, error))
      return NULL;
    if (has_row) {
      const SalRunEvent event = {
        .step = sqlite3_column_int64 (statement, 0),
        .text = sal_json_one_line ((const char *) sqlite3_column_text (statement, 1)),
      };

      g_array_append_val (events, event);
    }
  }
  return g_steal_pointer (&events);
}
