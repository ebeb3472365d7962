/* sal-cli-runs.c - `saliscope-cli runs`: the runs in the store
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sal-cli-entries.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-provenance.h"
#include "sal-recipe.h"
#include "sal-run-store.h"

typedef struct
{
  char    *home;
  gboolean json;
} Options;

/* ---- printing ---------------------------------------------------------------------- */

/* "2024-05-17 14:03". Free the result. */
static char *
time_text (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%F %H:%M") : g_strdup ("–");
}

static void
json_run (JsonBuilder  *builder,
          const SalRun *run)
{
  sal_cli_json_integer (builder, "run", run->id);
  sal_cli_json_text (builder, "title", run->title);
  sal_cli_json_text (builder, "state", sal_run_state_name (run->state));
  sal_cli_json_integer (builder, "created", run->created);
  sal_cli_json_integer (builder, "step", run->step);
  sal_cli_json_integer (builder, "total_steps", run->total_steps);
  sal_cli_json_real (builder, "validation_accuracy", run->validation_accuracy);
  sal_cli_json_real (builder, "test_accuracy", run->test_accuracy);
  sal_cli_json_real (builder, "seconds", run->seconds);
  sal_cli_json_text (builder, "directory", run->directory);
  sal_cli_json_raw (builder, "recipe", run->recipe_json);
  if (run->provenance_json != NULL)
    sal_cli_json_raw (builder, "provenance", run->provenance_json);
}

static void
add_row (GPtrArray    *cells,
         const SalRun *run)
{
  g_ptr_array_add (cells, g_strdup_printf ("%" G_GINT64_FORMAT, run->id));
  g_ptr_array_add (cells, time_text (run->created));
  g_ptr_array_add (cells, g_strdup (sal_run_state_name (run->state)));
  g_ptr_array_add (cells, g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                           run->step, run->total_steps));
  g_ptr_array_add (cells, sal_cli_percent (run->validation_accuracy));
  g_ptr_array_add (cells, sal_cli_percent (run->test_accuracy));
  g_ptr_array_add (cells, sal_cli_duration (run->seconds));
  g_ptr_array_add (cells, g_strdup (run->title));
}

/* ---- list ---------------------------------------------------------------------------- */

static void
list_text (const GPtrArray *runs)
{
  static const char *const heading[] = {
    "run", "created", "state", "steps", "validation", "test", "time", "title"
  };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < runs->len; i++)
    add_row (cells, runs->pdata[i]);
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
}

static void
list_json (const GPtrArray *runs)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < runs->len; i++) {
    json_builder_begin_object (builder);
    json_run (builder, runs->pdata[i]);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  sal_cli_json_print (builder);
}

static gboolean
list (SalRunStore   *store,
      const Options *options,
      char         **arguments,
      GError       **error)
{
  g_autoptr (GPtrArray) runs = NULL;

  if (arguments[0] != NULL)
    return sal_cli_usage (error, "runs list: unexpected argument “%s”", arguments[0]);
  runs = sal_run_store_list (store, error);
  if (runs == NULL)
    return FALSE;
  (options->json ? list_json : list_text) (runs);
  return TRUE;
}

/* ---- show ---------------------------------------------------------------------------- */

static gboolean
parse_run (const char *command,
           char      **arguments,
           gint64     *run,
           GError    **error)
{
  if (arguments[0] == NULL || arguments[1] != NULL)
    return sal_cli_usage (error, "%s: expected the number of one run", command);
  return sal_cli_parse_integer (arguments[0], "RUN", 1, G_MAXINT64, run, error);
}

static void
json_metrics (JsonBuilder  *builder,
              const GArray *metrics)
{
  json_builder_set_member_name (builder, "metrics");
  json_builder_begin_array (builder);
  for (guint i = 0; i < metrics->len; i++) {
    const SalMetric *metric = &g_array_index (metrics, SalMetric, i);

    json_builder_begin_object (builder);
    sal_cli_json_integer (builder, "step", metric->step);
    sal_cli_json_real (builder, "epoch", metric->epoch);
    sal_cli_json_real (builder, "cross_entropy", metric->ce);
    sal_cli_json_real (builder, "kl", metric->kl);
    sal_cli_json_real (builder, "train_accuracy", metric->train_accuracy);
    sal_cli_json_real (builder, "validation_accuracy", metric->validation_accuracy);
    sal_cli_json_real (builder, "validation_cross_entropy", metric->validation_ce);
    sal_cli_json_real (builder, "learning_rate", metric->learning_rate);
    sal_cli_json_real (builder, "images_per_second", metric->images_per_second);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* What was changed while the run was trained. */
static void
json_events (JsonBuilder  *builder,
             const GArray *events)
{
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint i = 0; i < events->len; i++) {
    const SalRunEvent *event = &g_array_index (events, SalRunEvent, i);

    json_builder_begin_object (builder);
    sal_cli_json_integer (builder, "step", event->step);
    sal_cli_json_text (builder, "text", event->text);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
show_json (const SalRun *run,
           const GArray *metrics,
           const GArray *events)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_run (builder, run);
  json_events (builder, events);
  json_metrics (builder, metrics);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* The command that would train it again; empty for a recipe of another
 * version. Free the result. */
static char *
command_text (const SalRun *run)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  return sal_recipe_from_json (&recipe, run->recipe_json, NULL) ? sal_recipe_command (&recipe)
                                                                : g_strdup ("–");
}

/* A line for the data and one for each sitting; nothing for a run of a version
 * that did not record them. */
static void
print_provenance (const SalRun *run)
{
  g_autoptr (SalProvenance) provenance =
    run->provenance_json != NULL ? sal_provenance_from_json (run->provenance_json, NULL) : NULL;

  if (provenance == NULL)
    return;
  g_print ("data                 SHA-256 %s\n", provenance->data_hash);
  for (guint i = 0; i < provenance->sittings->len; i++) {
    g_autofree char *text = sal_sitting_text (provenance->sittings->pdata[i]);

    g_print ("%-20s %s\n", i == 0 ? "trained" : "", text);
  }
}

static void
show_text (const SalRun *run,
           const GArray *metrics,
           const GArray *events)
{
  g_autofree char *created = time_text (run->created);
  g_autofree char *validation = sal_cli_percent (run->validation_accuracy);
  g_autofree char *test = sal_cli_percent (run->test_accuracy);
  g_autofree char *duration = sal_cli_duration (run->seconds);
  g_autofree char *command = command_text (run);

  g_print ("run                  %" G_GINT64_FORMAT "  %s\n"
           "state                %s, step %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "\n"
           "created              %s\n"
           "validation accuracy  %s\n"
           "test accuracy        %s\n"
           "training time        %s\n"
           "directory            %s\n"
           "again                %s\n",
           run->id, run->title, sal_run_state_name (run->state), run->step, run->total_steps,
           created, validation, test, duration, run->directory, command);
  for (guint i = 0; i < events->len; i++)
    g_print ("changed              %s from step %" G_GINT64_FORMAT "\n",
             g_array_index (events, SalRunEvent, i).text,
             g_array_index (events, SalRunEvent, i).step + 1);
  print_provenance (run);
}

static gboolean
show (SalRunStore   *store,
      const Options *options,
      char         **arguments,
      GError       **error)
{
  gint64 id = 0;

  if (!parse_run ("runs show", arguments, &id, error))
    return FALSE;

  g_autoptr (SalRun) run = sal_run_store_get (store, id, error);

  if (run == NULL)
    return FALSE;

  g_autoptr (GArray) metrics = sal_run_store_load_metrics (store, id, NULL, NULL, error);

  g_autoptr (GArray) events =
    metrics != NULL ? sal_run_store_load_events (store, id, error) : NULL;

  if (events == NULL)
    return FALSE;
  (options->json ? show_json : show_text) (run, metrics, events);
  return TRUE;
}

/* ---- delete ----------------------------------------------------------------------------- */

static gboolean
delete (SalRunStore   *store,
        const Options *options,
        char         **arguments,
        GError       **error)
{
  gint64 id = 0;

  return parse_run ("runs delete", arguments, &id, error) &&
         sal_run_store_delete (store, id, error);
}

/* ---- command ------------------------------------------------------------------------------ */

typedef gboolean (*ActionFunc) (SalRunStore   *store,
                                const Options *options,
                                char         **arguments,
                                GError       **error);

static const struct
{
  const char *name;
  ActionFunc  run;
} actions[] = {
  { "list", list },
  { "show", show },
  { "delete", delete },
};

static gboolean
act (const Options *options,
     char         **arguments,
     GError       **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (!g_str_equal (actions[i].name, arguments[0]))
      continue;

    g_autoptr (SalRunStore) store = sal_run_store_open (options->home, error);

    return store != NULL && actions[i].run (store, options, arguments + 1, error);
  }
  return sal_cli_usage (error, "runs: expected list, show or delete, found “%s”", arguments[0]);
}

int
sal_cli_runs (const SalCliCommand *command,
              int                  argc,
              char               **argv,
              GError             **error)
{
  Options options = { 0 };
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry entries[] = {
    sal_cli_home_entry (&options.home),
    sal_cli_json_entry (&options.json),
    { NULL },
  };
  const gboolean ok = sal_cli_parse (command, argc, argv, entries, NULL, 1, 2, &arguments,
                                     error) &&
                      act (&options, arguments, error);

  g_free (options.home);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}
