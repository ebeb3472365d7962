/* sal-cli-reproduce.c - `saliscope-cli reproduce`: does it give the same bits again?
 *
 * Trains by the recipe that a run or model file holds up to the step that its
 * weights are of, which is where they could first differ, and compares.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-data-import.h"
#include "sal-cli-entries.h"
#include "sal-cli-reproduction.h"
#include "sal-cli-training.h"
#include "sal-cli.h"
#include "sal-error.h"
#include "sal-model-source.h"

typedef struct
{
  SalCliTraining training;
  char          *dataset; /* where the data is now; NULL: where it was          */
  char          *from;    /* and the network that training starts with          */
  gint64         steps;   /* 0: up to the model's                               */
  gboolean       record;
} Options;

/* ---- training ---------------------------------------------------------------------- */

/* How many steps to train: up to the model's, or what was asked for, but no more
 * than there is to compare; in a recorded run all. */
static gint64
count_steps (const Options            *options,
             const SalCliReproduction *self)
{
  const gint64 step = self->model.info.step;
  const gint64 known = self->metrics != NULL ? MAX (step, (gint64) self->metrics->len) : step;

  if (options->record)
    return G_MAXINT64;
  return options->steps > 0 ? MIN (options->steps, known) : step;
}

static int
train (const Options      *options,
       SalCliReproduction *self,
       SalTraining        *training,
       GError            **error)
{
  const gint64 step = self->model.info.step;
  const gint64 steps = count_steps (options, self);
  int status = sal_cli_training_go (&options->training, training, MIN (step, steps), error);

  if (status == SAL_CLI_EXIT_OK && steps >= step &&
      !sal_cli_reproduction_compare_weights (self, training, error))
    return SAL_CLI_EXIT_FAILURE;
  if (status == SAL_CLI_EXIT_OK)
    status = sal_cli_training_go (&options->training, training, steps, error);
  if (status == SAL_CLI_EXIT_OK)
    sal_cli_reproduction_compare_record (self, training, steps);
  return status;
}

static int
train_and_compare (const Options      *options,
                   SalCliReproduction *self,
                   SalTraining        *training,
                   GError            **error)
{
  const int status = train (options, self, training, error);

  if (status == SAL_CLI_EXIT_INTERRUPTED && options->record)
    return sal_cli_training_stop (training, error);
  if (status == SAL_CLI_EXIT_INTERRUPTED)
    g_printerr ("saliscope-cli: stopped at step %" G_GINT64_FORMAT "; nothing was recorded\n",
                sal_training_get_step (training));
  if (status != SAL_CLI_EXIT_OK || !options->record)
    return status;
  self->run = sal_training_get_run (training);
  return sal_training_measure_test (training, &self->test_accuracy, error)
         ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

/* ---- before and after -------------------------------------------------------------- */

/* What a short attempt could be compared with. */
static gboolean
check_steps (const Options            *options,
             const SalCliReproduction *self,
             GError                  **error)
{
  const gint64 step = self->model.info.step;

  if (options->record && options->steps > 0)
    return sal_cli_usage (error, "steps: a recorded run goes on to its end; expected --steps or "
                          "--record, found both");
  if (options->steps == 0 || options->steps >= step || self->metrics != NULL)
    return TRUE;
  return sal_cli_usage (error, "steps: expected at least %" G_GINT64_FORMAT ", the step of the "
                        "weights in %s, as a file has no record of earlier ones; found %"
                        G_GINT64_FORMAT, step, self->model.name, options->steps);
}

/* Other data gives another network: there is nothing to try. */
static gboolean
check_data (const SalCliReproduction *self,
            SalDataset               *dataset,
            GError                  **error)
{
  const char *hash = sal_dataset_get_hash (dataset);

  if (g_str_equal (hash, self->model.info.dataset_hash))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "%s: expected the data it was trained on (SHA-256 %.12s…), found %s with %.12s…",
               self->model.name, self->model.info.dataset_hash, sal_dataset_get_title (dataset),
               hash);
  return FALSE;
}

static int
finish (const Options      *options,
        SalCliReproduction *self,
        GError            **error)
{
  sal_cli_reproduction_print (self, options->training.json);
  if (sal_cli_reproduction_is_same (self))
    return SAL_CLI_EXIT_OK;
  g_set_error (error, SAL_ERROR, SAL_ERROR_ENGINE, "%s: expected the same bits, found others",
               self->model.name);
  return SAL_CLI_EXIT_FAILURE;
}

/* The file of the run that training starts with: without a record there are no
 * runs to find it among. */
static gboolean
find_source (SalRecipe   *recipe,
             SalRunStore *store,
             GError     **error)
{
  g_autoptr (SalRun) run = NULL;

  if (!sal_model_source_is_run (recipe->from))
    return TRUE;
  run = sal_run_store_get (store, g_ascii_strtoll (recipe->from, NULL, 10), error);
  if (run == NULL)
    return FALSE;

  g_autofree char *path = g_build_filename (run->directory, "model.safetensors", NULL);

  return sal_recipe_set (recipe, "from", path, error);
}

/* The recipe, with what it needs where that is now. */
static gboolean
make_recipe (const Options *options,
             SalRunStore   *store,
             SalRecipe     *recipe,
             GError       **error)
{
  if (options->from != NULL && *recipe->from == '\0')
    return sal_cli_usage (error, "from: this recipe draws its initial weights");
  return (options->dataset == NULL ||
          sal_recipe_set (recipe, "dataset", options->dataset, error)) &&
         (options->from == NULL || sal_recipe_set (recipe, "from", options->from, error)) &&
         (options->record || find_source (recipe, store, error));
}

static int
reproduce (const Options      *options,
           SalCliReproduction *self,
           SalRunStore        *store,
           NnPool             *pool,
           GError            **error)
{
  SalRecipe recipe = self->model.info.recipe;

  if (!check_steps (options, self, error) || !make_recipe (options, store, &recipe, error))
    return SAL_CLI_EXIT_FAILURE;

  g_autoptr (SalDataset) dataset = sal_cli_dataset_open (recipe.dataset, error);

  if (dataset == NULL || !check_data (self, dataset, error))
    return SAL_CLI_EXIT_FAILURE;
  sal_cli_reproduction_note_means (self);

  g_autoptr (SalTraining) training = sal_training_new (options->record ? store : NULL, dataset,
                                                       &recipe, pool, error);

  if (training == NULL)
    return SAL_CLI_EXIT_FAILURE;

  const int status = train_and_compare (options, self, training, error);

  return status == SAL_CLI_EXIT_OK ? finish (options, self, error) : status;
}

static int
open_and_reproduce (const Options *options,
                    const char    *name,
                    GError       **error)
{
  g_autoptr (SalRunStore) store = NULL;
  SalCliReproduction self = { 0 };
  NnPool *pool = NULL;
  int status = SAL_CLI_EXIT_FAILURE;

  if (options->steps < 0)
    sal_cli_usage (error, "steps: expected 1 or more, found %" G_GINT64_FORMAT, options->steps);
  else if (sal_cli_training_open (&options->training, &store, &pool, error) &&
           sal_cli_reproduction_open (&self, name, options->training.home, store, error))
    status = reproduce (options, &self, store, pool, error);
  sal_cli_reproduction_clear (&self);
  nn_pool_free (pool);
  return status;
}

int
sal_cli_reproduce (const SalCliCommand *command,
                   int                  argc,
                   char               **argv,
                   GError             **error)
{
  Options options = { .training.checkpoint_seconds = SAL_TRAINING_CHECKPOINT_SECONDS };
  g_auto (GStrv) arguments = NULL;
  int status = SAL_CLI_EXIT_FAILURE;
  const GOptionEntry entries[] = {
    { "steps", 0, 0, G_OPTION_ARG_INT64, &options.steps,
      "Train only so many steps and compare the losses of a run (default: up to its weights)",
      "N" },
    { "record", 0, 0, G_OPTION_ARG_NONE, &options.record,
      "Record the new run, which then goes on to its end", NULL },
    { "dataset", 0, 0, G_OPTION_ARG_STRING, &options.dataset,
      "Where the data is now (default: as in the recipe)", "NAME" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options.from,
      "Where the network that training starts with is now (default: as in the recipe)", "NAME" },
    sal_cli_home_entry (&options.training.home),
    sal_cli_threads_entry (&options.training.threads),
    sal_cli_json_entry (&options.training.json),
    sal_cli_quiet_entry (&options.training.quiet),
    { NULL },
  };

  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, 1, &arguments, error))
    status = open_and_reproduce (&options, arguments[0], error);
  sal_cli_training_clear (&options.training);
  g_free (options.dataset);
  g_free (options.from);
  return status;
}
