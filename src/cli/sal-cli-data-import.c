/* sal-cli-data-import.c - `data import` and `data remove`, and opening with progress
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-data-import.h"

#include "sal-cli-data.h"
#include "sal-cli-output.h"
#include "sal-cli-signals.h"
#include "sal-cli.h"
#include "sal-dataset-library.h"

void
sal_cli_import_entries (SalCliImport *self,
                        GOptionEntry *entries)
{
  const GOptionEntry rows[SAL_CLI_IMPORT_ENTRIES] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &self->name,
      "With import: the name of the data set (default: from the path)", "NAME" },
    { "title", 0, 0, G_OPTION_ARG_STRING, &self->title,
      "With import: its title for people", "TEXT" },
    { "size", 0, 0, G_OPTION_ARG_INT, &self->options.size,
      "With import: side of the images in pixels (default: as they are up to 64, else 32)", "N" },
    { "grey", 0, 0, G_OPTION_ARG_NONE, &self->options.is_grey,
      "With import: grey images", NULL },
    { "test-share", 0, 0, G_OPTION_ARG_DOUBLE, &self->options.test_share,
      "With import: share of the images to test on where there is no test folder (default: 0.1)",
      "SHARE" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &self->seed,
      "With import: decides which those are, and the order (default: 0)", "N" },
  };

  for (int i = 0; i < SAL_CLI_IMPORT_ENTRIES; i++)
    entries[i] = rows[i];
}

void
sal_cli_import_clear (SalCliImport *self)
{
  g_free (self->name);
  g_free (self->title);
}

/* ---- progress and signals ------------------------------------------------------------- */

typedef struct
{
  SalCliProgress progress;
  GCancellable  *cancellable;
} Watch;

static void
watch_begin (Watch *self)
{
  self->progress = sal_cli_progress_begin ();
  self->cancellable = g_cancellable_new ();
  sal_cli_signals_catch ();
}

static void
watch_end (Watch *self)
{
  sal_cli_signals_release ();
  sal_cli_progress_end (&self->progress);
  g_object_unref (self->cancellable);
}

static void
progress_cb (gsize    done,
             gsize    total,
             gpointer data)
{
  Watch *self = data;

  if (sal_cli_signals_caught () != 0)
    g_cancellable_cancel (self->cancellable);
  if (!sal_cli_progress_is_due (&self->progress))
    return;

  g_autofree char *line =
    total == 0 ? g_strdup_printf ("importing: %" G_GSIZE_FORMAT " files seen", done)
               : g_strdup_printf ("importing: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " images",
                                  done, total);

  sal_cli_progress_show (&self->progress, line);
}

SalDataset *
sal_cli_dataset_open (const char *name,
                      GError    **error)
{
  Watch watch;

  watch_begin (&watch);

  g_autoptr (SalDataset) dataset =
    sal_dataset_open_with_progress (name, progress_cb, &watch, watch.cancellable, error);

  watch_end (&watch);
  if (dataset == NULL || sal_cli_signals_caught () == 0)
    return g_steal_pointer (&dataset);
  /* It came where nothing was told of progress. */
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
  return NULL;
}

/* ---- import and remove ------------------------------------------------------------------ */

static gboolean
import (const SalCliImport *self,
        const char         *source,
        const char         *name,
        GError            **error)
{
  SalImportOptions options = self->options;
  Watch watch;

  options.title = self->title;
  options.seed = (guint64) self->seed;
  watch_begin (&watch);

  const gboolean ok = sal_dataset_library_import (source, name, &options, progress_cb, &watch,
                                                  watch.cancellable, error);

  watch_end (&watch);
  return ok;
}

int
sal_cli_data_import (const SalCliDataOptions *options,
                     char                   **arguments,
                     GError                 **error)
{
  if (arguments[0] == NULL || *arguments[0] == '\0') {
    sal_cli_usage (error, "data import: expected the path of a folder or archive");
    return SAL_CLI_EXIT_FAILURE;
  }

  g_autofree char *name = options->import.name != NULL
                          ? g_strdup (options->import.name)
                          : sal_dataset_library_suggest_name (arguments[0]);

  if (!import (&options->import, arguments[0], name, error))
    return SAL_CLI_EXIT_FAILURE;

  g_autoptr (SalDataset) dataset = sal_dataset_library_open (name, error);

  if (dataset == NULL)
    return SAL_CLI_EXIT_FAILURE;
  if (sal_dataset_get_note (dataset) != NULL)
    g_printerr ("saliscope-cli: %s\n", sal_dataset_get_note (dataset));
  g_print ("%s\n", name);
  return SAL_CLI_EXIT_OK;
}

int
sal_cli_data_remove (const SalCliDataOptions *options,
                     char                   **arguments,
                     GError                 **error)
{
  if (arguments[0] == NULL) {
    sal_cli_usage (error, "data remove: expected the name of an imported data set");
    return SAL_CLI_EXIT_FAILURE;
  }
  return sal_dataset_library_remove (arguments[0], error) ? SAL_CLI_EXIT_OK
                                                          : SAL_CLI_EXIT_FAILURE;
}
