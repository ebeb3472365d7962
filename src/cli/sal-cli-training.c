/* sal-cli-training.c - training to the end, with progress and a way to stop
 *
 * A signal is noticed between mini-batches; the second one costs what was
 * trained since the last checkpoint, as a kill does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-training.h"

#include <math.h>

#include "nn/nn-statistics.h"
#include "sal-cli-entries.h"
#include "sal-cli.h"
#include "sal-cli-output.h"
#include "sal-cli-signals.h"
#include "sal-error.h"

/* The longest time between checkpoints: a day. */
#define MAX_SECONDS 86400

void
sal_cli_training_clear (SalCliTraining *options)
{
  g_free (options->home);
  g_free (options->output);
}

GOptionEntry *
sal_cli_training_entries (SalCliTraining *options)
{
  options->checkpoint_seconds = SAL_TRAINING_CHECKPOINT_SECONDS;

  const GOptionEntry entries[] = {
    sal_cli_home_entry (&options->home),
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
      "Also write the best model to FILE", "FILE" },
    sal_cli_threads_entry (&options->threads),
    { "checkpoint-seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->checkpoint_seconds,
      "Time between checkpoints within an epoch, which a kill costs (default: 20)", "SECONDS" },
    sal_cli_json_entry (&options->json),
    sal_cli_quiet_entry (&options->quiet),
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

gboolean
sal_cli_training_open (const SalCliTraining *options,
                       SalRunStore         **store,
                       NnPool              **pool,
                       GError              **error)
{
  NnError nn_error;

  if (!(options->checkpoint_seconds >= 0 && options->checkpoint_seconds <= MAX_SECONDS))
    return sal_cli_usage (error, "checkpoint-seconds: expected 0 to %d, found %g", MAX_SECONDS,
                          options->checkpoint_seconds);
  *store = sal_run_store_open (options->home, error);
  if (*store == NULL)
    return FALSE;
  *pool = nn_pool_new (options->threads, 0, &nn_error);
  if (*pool == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  if (nn_pool_blas_problem () != NULL)
    g_printerr ("saliscope-cli: %s\n", nn_pool_blas_problem ());
  return TRUE;
}

/* ---- progress ----------------------------------------------------------------------- */

static const SalMetric *
last_metric (SalTraining *training)
{
  const GArray *metrics = sal_training_get_metrics (training);

  return metrics->len > 0 ? &g_array_index (metrics, SalMetric, metrics->len - 1) : NULL;
}

/* `steps` is where training is to end. */
static void
show_step (SalTraining    *training,
           gint64          steps,
           SalCliProgress *progress)
{
  const SalMetric *metric = last_metric (training);

  if (metric == NULL || !sal_cli_progress_is_due (progress))
    return;

  const gint64 total = sal_training_get_total_steps (training);
  const gint64 step = sal_training_get_step (training);
  const double share = step < total ? (double) (MIN (steps, total) - step) / (double) (total - step)
                                    : 1;
  g_autofree char *left = sal_cli_duration (share * sal_training_get_seconds_left (training));
  g_autofree char *kl = isnan (metric->kl) ? g_strdup ("")
                                           : g_strdup_printf ("  KL %.4f", metric->kl);
  g_autofree char *line =
    g_strdup_printf ("step %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "  epoch %.2f/%d  "
                     "cross entropy %.4f%s  %.0f images/s  %s left",
                     step, MIN (steps, total), sal_training_get_epoch (training),
                     sal_training_get_recipe (training)->epochs, metric->ce, kl,
                     sal_training_get_rate (training), left);

  sal_cli_progress_show (progress, line);
}

/* A line for each epoch, once its row is there. */
static void
say_epoch (SalTraining    *training,
           gsize          *seen,
           SalCliProgress *progress)
{
  const GArray *metrics = sal_training_get_metrics (training);

  for (; *seen < metrics->len; (*seen)++) {
    const SalMetric *metric = &g_array_index (metrics, SalMetric, *seen);

    if (metric->epoch != floor (metric->epoch))
      continue;

    g_autofree char *accuracy = sal_cli_percent (metric->validation_accuracy);
    g_autofree char *line =
      g_strdup_printf ("epoch %.0f/%d  cross entropy %.4f  validation accuracy %s  %.0f images/s",
                       metric->epoch, sal_training_get_recipe (training)->epochs, metric->ce,
                       accuracy, metric->images_per_second);

    sal_cli_progress_say (progress, line);
  }
}

static void
say_warning (SalTraining    *training,
             const char    **said,
             SalCliProgress *progress)
{
  const char *warning = sal_training_get_warning (training);

  if (warning == NULL || warning == *said)
    return;
  *said = warning;
  sal_cli_progress_say (progress, warning);
}

/* ---- result --------------------------------------------------------------------------- */

static gboolean
copy_model (const SalCliTraining *options,
            const char           *model,
            GError              **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (model);

  if (options->output == NULL)
    return TRUE;

  g_autoptr (GFile) target = g_file_new_for_path (options->output);

  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error);
}

static void
print_result (SalTraining  *training,
              const SalRun *run,
              const char   *model,
              gboolean      as_json)
{
  const gsize n = sal_dataset_get_test (sal_training_get_dataset (training))->count;
  double lower = 0;
  double upper = 1;

  nn_wilson_interval ((size_t) rint (run->test_accuracy * (double) n), n, &lower, &upper);
  if (!as_json) {
    g_autofree char *validation = sal_cli_percent (run->validation_accuracy);
    g_autofree char *test = sal_cli_percent (run->test_accuracy);
    g_autofree char *duration = sal_cli_duration (run->seconds);

    if (sal_training_stopped_early (training))
      g_print ("ended early          no better validation accuracy for %d epochs\n",
               sal_training_get_recipe (training)->patience);
    g_print ("run                  %" G_GINT64_FORMAT "  %s\n"
             "validation accuracy  %s\n"
             "test accuracy        %s  (95 %%: %.2f – %.2f)\n"
             "training time        %s\n"
             "model                %s\n",
             run->id, run->title, validation, test, 100 * lower, 100 * upper, duration, model);
    return;
  }

  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_integer (builder, "run", run->id);
  sal_cli_json_text (builder, "title", run->title);
  sal_cli_json_text (builder, "state", sal_run_state_name (run->state));
  sal_cli_json_integer (builder, "steps", sal_training_get_step (training));
  json_builder_set_member_name (builder, "stopped_early");
  json_builder_add_boolean_value (builder, sal_training_stopped_early (training));
  sal_cli_json_real (builder, "validation_accuracy", run->validation_accuracy);
  sal_cli_json_real (builder, "test_accuracy", run->test_accuracy);
  sal_cli_json_real (builder, "test_accuracy_lower", lower);
  sal_cli_json_real (builder, "test_accuracy_upper", upper);
  sal_cli_json_real (builder, "seconds", run->seconds);
  sal_cli_json_text (builder, "model", model);
  sal_cli_json_raw (builder, "recipe", run->recipe_json);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

static int
finish (const SalCliTraining *options,
        SalRunStore          *store,
        SalTraining          *training,
        GError              **error)
{
  double accuracy = 0;

  if (!sal_training_measure_test (training, &accuracy, error))
    return SAL_CLI_EXIT_FAILURE;

  g_autoptr (SalRun) run = sal_run_store_get (store, sal_training_get_run (training), error);

  if (run == NULL)
    return SAL_CLI_EXIT_FAILURE;

  g_autofree char *model = g_build_filename (run->directory, "model.safetensors", NULL);

  if (!copy_model (options, model, error))
    return SAL_CLI_EXIT_FAILURE;
  print_result (training, run, model, options->json);
  return SAL_CLI_EXIT_OK;
}

int
sal_cli_training_stop (SalTraining *training,
                       GError     **error)
{
  if (!sal_training_save (training, error))
    return SAL_CLI_EXIT_FAILURE;
  g_printerr ("saliscope-cli: stopped at step %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
              " with a checkpoint; go on with: saliscope-cli resume %" G_GINT64_FORMAT "\n",
              sal_training_get_step (training), sal_training_get_total_steps (training),
              sal_training_get_run (training));
  return SAL_CLI_EXIT_INTERRUPTED;
}

/* The call that goes on with a recorded run at a tenth of its learning rate. */
static void
say_how_to_go_on (SalTraining *training,
                  GError      *error)
{
  const double tenth = sal_training_get_recipe (training)->learning_rate / 10;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *said = error->message;

  g_ascii_formatd (number, sizeof number, "%.6g", tenth);
  error->message = g_strdup_printf ("%s: saliscope-cli resume %" G_GINT64_FORMAT
                                    " --learning-rate %s", said, sal_training_get_run (training),
                                    number);
}

int
sal_cli_training_go (const SalCliTraining *options,
                     SalTraining          *training,
                     gint64                steps,
                     GError              **error)
{
  const GArray *metrics = sal_training_get_metrics (training);
  SalCliProgress progress = sal_cli_progress_begin ();
  SalTrainingResult result = SAL_TRAINING_STEPPED;
  gsize seen = metrics->len;
  const char *said = NULL;

  sal_training_set_checkpoint_interval (training, options->checkpoint_seconds);
  sal_cli_signals_catch ();
  while (sal_cli_signals_caught () == 0 && metrics->len < steps &&
         (result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED)) {
    result = sal_training_step (training, error);
    if (!options->quiet) {
      say_epoch (training, &seen, &progress);
      say_warning (training, &said, &progress);
      show_step (training, steps, &progress);
    }
  }
  sal_cli_progress_end (&progress);
  if (result == SAL_TRAINING_DIVERGED && sal_training_get_run (training) >= 0)
    say_how_to_go_on (training, *error);
  if (result == SAL_TRAINING_DIVERGED || result == SAL_TRAINING_FAILED)
    return SAL_CLI_EXIT_FAILURE;
  return result == SAL_TRAINING_FINISHED || metrics->len >= steps ? SAL_CLI_EXIT_OK
                                                                  : SAL_CLI_EXIT_INTERRUPTED;
}

int
sal_cli_training_drive (const SalCliTraining *options,
                        SalRunStore          *store,
                        SalTraining          *training,
                        GError              **error)
{
  const int status = sal_cli_training_go (options, training, G_MAXINT64, error);

  if (status == SAL_CLI_EXIT_INTERRUPTED)
    return sal_cli_training_stop (training, error);
  return status == SAL_CLI_EXIT_OK ? finish (options, store, training, error) : status;
}
