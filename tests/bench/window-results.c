/* window-results.c - what was measured, as a table and as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include <json-glib/json-glib.h>
#include <math.h>

typedef struct
{
  char          *name;
  GArray        *samples;   /* sorted                                         */
  char          *unit;
  BenchStatistic statistic;
  double         limit;
} Result;

static const struct
{
  const char *name;
  double      share;
} statistics[BENCH_NO_GOAL] = {
  [BENCH_MEDIAN] = { "p50", 0.5 },
  [BENCH_P95] = { "p95", 0.95 },
  [BENCH_P99] = { "p99", 0.99 },
  [BENCH_MAX] = { "max", 1.0 },
};

static void
free_result (gpointer data)
{
  Result *result = data;

  g_free (result->name);
  g_free (result->unit);
  g_array_unref (result->samples);
  g_free (result);
}

GArray *
bench_samples_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

void
bench_samples_add (GArray *samples,
                   double  value)
{
  g_array_append_val (samples, value);
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The smallest sample that is not exceeded by more than the rest of the share. */
static double
find_statistic (const Result  *result,
                BenchStatistic statistic)
{
  const guint n = result->samples->len;
  const guint rank = (guint) ceil (statistics[statistic].share * n);

  return g_array_index (result->samples, double, CLAMP (rank, 1, n) - 1);
}

/* ---- the table, line by line as it is measured ------------------------------------ */

static void
print_heading (FILE *stream)
{
  fprintf (stream, "%-60s %6s", "", "n");
  for (gsize i = 0; i < BENCH_NO_GOAL; i++)
    fprintf (stream, " %8s", statistics[i].name);
  fprintf (stream, "\n");
}

static void
print_result (const Result *result,
              FILE         *stream)
{
  const double value = result->statistic == BENCH_NO_GOAL
                       ? 0 : find_statistic (result, result->statistic);

  fprintf (stream, "%-60s %6u", result->name, result->samples->len);
  for (gsize i = 0; i < BENCH_NO_GOAL; i++)
    fprintf (stream, " %8.1f", find_statistic (result, (BenchStatistic) i));
  fprintf (stream, " %s", result->unit);
  if (result->statistic != BENCH_NO_GOAL)
    fprintf (stream, ", %s <= %g: %s", statistics[result->statistic].name, result->limit,
             value <= result->limit ? "met" : "MISSED");
  fprintf (stream, "\n");
}

void
bench_report (Bench         *self,
              const char    *name,
              GArray        *samples,
              const char    *unit,
              BenchStatistic statistic,
              double         limit)
{
  FILE *stream = self->json ? stderr : stdout;

  if (samples->len == 0) {
    g_array_unref (samples);
    return;
  }

  Result *result = g_new (Result, 1);

  g_array_sort (samples, compare_doubles);
  *result = (Result) { g_strdup (name), samples, g_strdup (unit), statistic, limit };
  if (self->results == NULL) {
    self->results = g_ptr_array_new_with_free_func (free_result);
    print_heading (stream);
  }
  g_ptr_array_add (self->results, result);
  print_result (result, stream);
}

void
bench_report_watch (Bench      *self,
                    const char *name,
                    BenchWatch  watch)
{
  g_autofree char *late = g_strdup_printf ("main loop late, %s", name);
  GArray *longest = g_array_copy (watch.lateness);

  bench_report (self, late, watch.lateness, "ms", BENCH_P99, 16);
  bench_report (self, "... longest stall", longest, "ms", BENCH_MAX, 50);
  bench_report (self, "... from frame to frame", watch.intervals, "ms", BENCH_NO_GOAL, 0);
  bench_report (self, "... drawing a frame", watch.drawing, "ms", BENCH_NO_GOAL, 0);
}

/* ---- JSON ------------------------------------------------------------------------- */

static void
build_result (const Result *result,
              JsonBuilder  *builder)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, result->name);
  json_builder_set_member_name (builder, "unit");
  json_builder_add_string_value (builder, result->unit);
  json_builder_set_member_name (builder, "n");
  json_builder_add_int_value (builder, result->samples->len);
  for (gsize i = 0; i < BENCH_NO_GOAL; i++) {
    json_builder_set_member_name (builder, statistics[i].name);
    json_builder_add_double_value (builder, find_statistic (result, (BenchStatistic) i));
  }
  if (result->statistic != BENCH_NO_GOAL) {
    json_builder_set_member_name (builder, "goal");
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, statistics[result->statistic].name);
    json_builder_add_double_value (builder, result->limit);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

void
bench_print_json (Bench *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; self->results != NULL && i < self->results->len; i++)
    build_result (g_ptr_array_index (self->results, i), builder);
  json_builder_end_array (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}
