/* sal-cli-resume.c - `saliscope-cli resume`: going on with a run, exactly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli.h"
#include "sal-cli-training.h"

typedef struct
{
  SalCliTraining training;
  char          *text;          /* of the learning rate; NULL: that of the run  */
  double         learning_rate;
} Options;

static int
go_on (const Options *options,
       SalRunStore   *store,
       SalTraining   *training,
       GError       **error)
{
  if (options->text != NULL &&
      !sal_training_set_learning_rate (training, options->learning_rate, error))
    return SAL_CLI_EXIT_FAILURE;
  if (!options->training.quiet)
    g_printerr ("run %" G_GINT64_FORMAT ": going on at step %" G_GINT64_FORMAT "%s%s\n",
                sal_training_get_run (training), sal_training_get_step (training),
                options->text != NULL ? ", learning rate " : "",
                options->text != NULL ? options->text : "");
  return sal_cli_training_drive (&options->training, store, training, error);
}

static int
resume (const Options *options,
        gint64         run,
        GError       **error)
{
  g_autoptr (SalRunStore) store = NULL;
  NnPool *pool = NULL;

  if (!sal_cli_training_open (&options->training, &store, &pool, error))
    return SAL_CLI_EXIT_FAILURE;

  SalTraining *training = sal_training_resume (store, run, NULL, pool, error);
  int status = SAL_CLI_EXIT_FAILURE;

  if (training != NULL) {
    status = go_on (options, store, training, error);
    sal_training_free (training);
  }
  nn_pool_free (pool);
  return status;
}

static gboolean
parse_rate (Options *options,
            GError **error)
{
  g_autoptr (GError) refusal = NULL;
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  if (options->text != NULL &&
      !sal_recipe_set (&recipe, "learning-rate", options->text, &refusal))
    return sal_cli_usage (error, "%s", refusal->message);
  options->learning_rate = recipe.learning_rate;
  return TRUE;
}

int
sal_cli_resume (const SalCliCommand *command,
                int                  argc,
                char               **argv,
                GError             **error)
{
  Options options = { .text = NULL };
  g_autofree GOptionEntry *shared = sal_cli_training_entries (&options.training);
  GOptionGroup *group = g_option_group_new ("recipe", "Recipe:", "Show the recipe's options", NULL,
                                            NULL);
  const GOptionEntry entries[] = {
    { "learning-rate", 0, 0, G_OPTION_ARG_STRING, &options.text,
      "Go on at another learning rate, as after a run that diverged", "NUMBER" },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  gint64 run = 0;
  int status = SAL_CLI_EXIT_FAILURE;

  g_option_group_add_entries (group, entries);
  if (sal_cli_parse (command, argc, argv, shared, group, 1, 1, &arguments, error) &&
      sal_cli_parse_integer (arguments[0], "RUN", 1, G_MAXINT64, &run, error) &&
      parse_rate (&options, error))
    status = resume (&options, run, error);
  sal_cli_training_clear (&options.training);
  g_free (options.text);
  return status;
}
