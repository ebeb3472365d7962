/* sal-cli-resume.c - `saliscope-cli resume`: going on with a run, exactly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli.h"
#include "sal-cli-training.h"

static int
resume (const SalCliTraining *options,
        gint64                run,
        GError              **error)
{
  g_autoptr (SalRunStore) store = NULL;
  NnPool *pool = NULL;

  if (!sal_cli_training_open (options, &store, &pool, error))
    return SAL_CLI_EXIT_FAILURE;

  SalTraining *training = sal_training_resume (store, run, NULL, pool, error);
  int status = SAL_CLI_EXIT_FAILURE;

  if (training != NULL) {
    if (!options->quiet)
      g_printerr ("run %" G_GINT64_FORMAT ": going on at step %" G_GINT64_FORMAT "\n", run,
                  sal_training_get_step (training));
    status = sal_cli_training_drive (options, store, training, error);
    sal_training_free (training);
  }
  nn_pool_free (pool);
  return status;
}

int
sal_cli_resume (const SalCliCommand *command,
                int                  argc,
                char               **argv,
                GError             **error)
{
  SalCliTraining options = { 0 };
  g_autofree GOptionEntry *entries = sal_cli_training_entries (&options);
  g_auto (GStrv) arguments = NULL;
  gint64 run = 0;
  int status = SAL_CLI_EXIT_FAILURE;

  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, 1, &arguments, error) &&
      sal_cli_parse_integer (arguments[0], "RUN", 1, G_MAXINT64, &run, error))
    status = resume (&options, run, error);
  sal_cli_training_clear (&options);
  return status;
}
