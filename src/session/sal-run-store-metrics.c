/* sal-run-store-metrics.c - the records of runs, step by step
 *
 * NaN ("not measured") is NULL in the database, in both directions.  The
 * clipping levels of a step are one blob, because their number is the
 * network's and they are always read together.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-run-store-private.h"

/* Where the columns after `step` lie in a SalMetric, in their order. */
static const gsize metric_offsets[] = {
  G_STRUCT_OFFSET (SalMetric, epoch),
  G_STRUCT_OFFSET (SalMetric, ce),
  G_STRUCT_OFFSET (SalMetric, kl),
  G_STRUCT_OFFSET (SalMetric, train_accuracy),
  G_STRUCT_OFFSET (SalMetric, validation_accuracy),
  G_STRUCT_OFFSET (SalMetric, validation_ce),
  G_STRUCT_OFFSET (SalMetric, learning_rate),
  G_STRUCT_OFFSET (SalMetric, images_per_second),
};

#define N_MEASURES ((int) G_N_ELEMENTS (metric_offsets))
#define COLUMN_ALPHAS (1 + N_MEASURES)

/* Parameters of SAL_STATEMENT_PUT_METRIC after step and measures. */
#define PARAMETER_ALPHAS (2 + N_MEASURES)
#define PARAMETER_RUN (3 + N_MEASURES)

static gboolean
put_metric (SalRunStore     *self,
            gint64           run,
            const SalMetric *metric,
            const float     *alphas,
            gsize            n_alphas,
            GError         **error)
{
  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_PUT_METRIC, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, metric->step);
  for (int i = 0; i < N_MEASURES; i++)
    sqlite3_bind_double (statement, 2 + i,
                         G_STRUCT_MEMBER (double, metric, metric_offsets[i]));
  if (n_alphas > 0)
    sqlite3_bind_blob (statement, PARAMETER_ALPHAS, alphas, (int) (n_alphas * sizeof *alphas),
                       SQLITE_STATIC);
  sqlite3_bind_int64 (statement, PARAMETER_RUN, run);
  return sal_run_store_execute (self, statement, error);
}

static gboolean
put_metrics (SalRunStore     *self,
             gint64           run,
             const SalMetric *metrics,
             gsize            n,
             const float     *alphas,
             gsize            n_alphas,
             GError         **error)
{
  g_autoptr (SalRun) found = sal_run_store_get (self, run, error);

  if (found == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    const float *own = n_alphas > 0 ? alphas + i * n_alphas : NULL;

    if (!put_metric (self, run, &metrics[i], own, n_alphas, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
sal_run_store_append (SalRunStore     *self,
                      gint64           run,
                      const SalMetric *metrics,
                      gsize            n,
                      const float     *alphas,
                      gsize            n_alphas,
                      GError         **error)
{
  g_return_val_if_fail (n_alphas <= SAL_RUN_MAX_ALPHAS, FALSE);
  if (alphas == NULL)
    n_alphas = 0;
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self,
                            put_metrics (self, run, metrics, n, alphas, n_alphas, error),
                            error);
}

static gboolean
truncate_metrics (SalRunStore *self,
                  gint64       run,
                  gint64       step,
                  GError     **error)
{
  g_autoptr (SalRun) found = sal_run_store_get (self, run, error);

  if (found == NULL)
    return FALSE;

  sqlite3_stmt *statement = sal_run_store_prepare (self, SAL_STATEMENT_TRUNCATE, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_int64 (statement, 2, step);
  return sal_run_store_execute (self, statement, error);
}

gboolean
sal_run_store_truncate (SalRunStore *self,
                        gint64       run,
                        gint64       step,
                        GError     **error)
{
  return sal_run_store_begin (self, error) &&
         sal_run_store_end (self, truncate_metrics (self, run, step, error), error);
}

static void
read_metric (sqlite3_stmt *statement,
             SalMetric    *metric)
{
  metric->step = sqlite3_column_int64 (statement, 0);
  for (int i = 0; i < N_MEASURES; i++) {
    const gboolean measured = sqlite3_column_type (statement, 1 + i) != SQLITE_NULL;

    G_STRUCT_MEMBER (double, metric, metric_offsets[i]) =
      measured ? sqlite3_column_double (statement, 1 + i) : NAN;
  }
}

/* Appends SAL_RUN_MAX_ALPHAS levels, NaN beyond those of the row, and raises
 * `*n_alphas` to the row's number. */
static void
read_alphas (sqlite3_stmt *statement,
             GArray       *rows,
             gsize        *n_alphas)
{
  const void *blob = sqlite3_column_blob (statement, COLUMN_ALPHAS);
  const gsize size = (gsize) sqlite3_column_bytes (statement, COLUMN_ALPHAS);
  const gsize n = MIN (size / sizeof (float), SAL_RUN_MAX_ALPHAS);
  float levels[SAL_RUN_MAX_ALPHAS];

  for (gsize i = n; i < SAL_RUN_MAX_ALPHAS; i++)
    levels[i] = NAN;
  if (n > 0)
    memcpy (levels, blob, n * sizeof *levels);
  g_array_append_vals (rows, levels, SAL_RUN_MAX_ALPHAS);
  *n_alphas = MAX (*n_alphas, n);
}

/* (n, SAL_RUN_MAX_ALPHAS) to (n, n_alphas), in place. */
static void
pack_alphas (GArray *rows,
             guint   n,
             gsize   n_alphas)
{
  float *levels = (float *) (void *) rows->data;

  for (guint i = 0; i < n; i++)
    memmove (levels + i * n_alphas, levels + (gsize) i * SAL_RUN_MAX_ALPHAS,
             n_alphas * sizeof *levels);
  g_array_set_size (rows, (guint) (n * n_alphas));
}

GArray *
sal_run_store_load_metrics (SalRunStore *self,
                            gint64       run,
                            GArray     **alphas,
                            gsize       *n_alphas,
                            GError     **error)
{
  g_autoptr (SalRun) found = sal_run_store_get (self, run, error);
  sqlite3_stmt *statement =
    found != NULL ? sal_run_store_prepare (self, SAL_STATEMENT_LOAD_METRICS, error) : NULL;
  g_autoptr (GArray) metrics = g_array_new (FALSE, FALSE, sizeof (SalMetric));
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (float));
  gsize most_alphas = 0;
  gboolean has_row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, run);
  do {
    SalMetric metric;

    if (!sal_run_store_next (self, statement, &has_row, error))
      return NULL;
    if (!has_row)
      break;
    read_metric (statement, &metric);
    g_array_append_val (metrics, metric);
    if (alphas != NULL)
      read_alphas (statement, rows, &most_alphas);
  } while (has_row);

  if (alphas != NULL) {
    pack_alphas (rows, metrics->len, most_alphas);
    *alphas = g_steal_pointer (&rows);
    *n_alphas = most_alphas;
  }
  return g_steal_pointer (&metrics);
}
