/* sal-cli-data-files.c - `data get` and `data verify`: the files of public data sets
 *
 * A signal cancels the download, which keeps what is there; the second one
 * ends the process at once, which costs no more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib-unix.h>
#include <signal.h>

#include "sal-cli-data.h"
#include "sal-cli-output.h"
#include "sal-dataset-files.h"
#include "sal-dataset.h"
#include "sal-error.h"

static const SalCatalogueEntry *
find_entry (const char *action,
            char      **arguments,
            GError    **error)
{
  if (arguments[0] == NULL) {
    sal_cli_usage (error, "data %s: expected the name of a data set", action);
    return NULL;
  }
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    if (kind->built_in && g_str_equal (kind->id, arguments[0])) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                   "%s is built in: it has no files", kind->id);
      return NULL;
    }
  return sal_catalogue_require (arguments[0], error);
}

/* ---- get ------------------------------------------------------------------------------ */

typedef struct
{
  const SalCatalogueEntry *entry;
  GMainLoop               *loop;
  GCancellable            *cancellable;
  SalCliProgress           progress;
  gint64                   start;       /* monotonic; of the first report       */
  guint64                  start_bytes;
  char                    *folder;
  GError                  *error;
} Get;

static void
progress_cb (guint64  bytes,
             guint64  total,
             gpointer data)
{
  Get *get = data;
  const gint64 now = g_get_monotonic_time ();

  if (get->start == 0) {
    get->start = now;
    get->start_bytes = bytes;
  }
  if (!sal_cli_progress_is_due (&get->progress))
    return;

  const double seconds = (double) (now - get->start) / G_USEC_PER_SEC;
  const double rate = seconds > 0 ? (double) (bytes - get->start_bytes) / seconds : 0;
  g_autofree char *done = g_format_size (bytes);
  g_autofree char *all = g_format_size (total);
  g_autofree char *speed = g_format_size ((guint64) rate);
  g_autofree char *line =
    g_strdup_printf ("%s  %3.0f %%  %s of %s  %s/s", get->entry->id,
                     100.0 * (double) bytes / (double) total, done, all, speed);

  sal_cli_progress_show (&get->progress, line);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Get *get = data;

  get->folder = sal_dataset_files_get_finish (result, &get->error);
  g_main_loop_quit (get->loop);
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
download (Get                     *get,
          const SalCliDataOptions *options)
{
  static const int signals[] = { SIGINT, SIGTERM };
  guint sources[G_N_ELEMENTS (signals)];
  const SalDatasetFilesRequest request = {
    .entry = get->entry,
    .mirror = options->mirror,
    .directory = options->directory,
    .replace = options->replace,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sources[i] = g_unix_signal_add (signals[i], interrupt_cb, get->cancellable);
  get->progress = sal_cli_progress_begin ();
  sal_dataset_files_get_async (&request, progress_cb, get, get->cancellable, got_cb, get);
  g_main_loop_run (get->loop);
  sal_cli_progress_end (&get->progress);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    if (g_main_context_find_source_by_id (NULL, sources[i]) != NULL)
      g_source_remove (sources[i]);
}

static void
say_terms (const SalCatalogueEntry *entry)
{
  g_autofree char *size = g_format_size (entry->size);

  g_printerr ("%s: %s; licence: %s; %s\n", entry->title, size, entry->licence, entry->homepage);
}

static void
print_folder (const Get *get,
              gboolean   as_json)
{
  if (!as_json) {
    g_print ("%s\n", get->folder);
    return;
  }

  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "id", get->entry->id);
  sal_cli_json_text (builder, "folder", get->folder);
  sal_cli_json_integer (builder, "bytes", (gint64) get->entry->size);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

static int
finish (Get                     *get,
        const SalCliDataOptions *options,
        GError                 **error)
{
  if (get->folder != NULL) {
    print_folder (get, options->json);
    return SAL_CLI_EXIT_OK;
  }
  if (!g_error_matches (get->error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&get->error));
    return SAL_CLI_EXIT_FAILURE;
  }

  g_autofree char *kept = g_format_size (sal_dataset_files_kept (get->entry, options->directory));

  g_printerr ("saliscope-cli: stopped with %s on the disk; go on with: saliscope-cli data get %s\n",
              kept, get->entry->id);
  return SAL_CLI_EXIT_INTERRUPTED;
}

int
sal_cli_data_get (const SalCliDataOptions *options,
                  char                   **arguments,
                  GError                 **error)
{
  Get get = { .entry = find_entry ("get", arguments, error) };

  if (get.entry == NULL)
    return SAL_CLI_EXIT_FAILURE;

  get.loop = g_main_loop_new (NULL, FALSE);
  get.cancellable = g_cancellable_new ();
  say_terms (get.entry);
  download (&get, options);

  const int status = finish (&get, options, error);

  g_main_loop_unref (get.loop);
  g_object_unref (get.cancellable);
  g_clear_error (&get.error);
  g_free (get.folder);
  return status;
}

/* ---- verify ------------------------------------------------------------------------------ */

static const char *const state_words[] = {
  [SAL_DATASET_FILE_GOOD] = "good",
  [SAL_DATASET_FILE_WRONG] = "other bytes",
  [SAL_DATASET_FILE_UNPACKED] = "unpacked: cannot be checked",
  [SAL_DATASET_FILE_MISSING] = "missing",
};

static char *
find_folder (const SalCatalogueEntry *entry,
             const SalCliDataOptions *options,
             GError                 **error)
{
  char *folder = options->directory != NULL
                 ? g_build_filename (options->directory, entry->id, NULL)
                 : sal_dataset_find_folder (entry->id);

  if (folder == NULL)
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 "%s is not on this computer; get it with: saliscope-cli data get %s",
                 entry->title, entry->id);
  return folder;
}

static void
add_file (JsonBuilder            *builder,
          const SalCatalogueFile *file,
          SalDatasetFileState     state,
          const char             *path,
          const char             *found)
{
  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "name", file->name);
  sal_cli_json_text (builder, "path", path);
  sal_cli_json_text (builder, "state", state_words[state]);
  sal_cli_json_text (builder, "expected_sha256", file->sha256);
  if (found != NULL)
    sal_cli_json_text (builder, "found_sha256", found);
  json_builder_end_object (builder);
}

/* Checks every file; counts those that are not as they should be. */
static gboolean
check_files (const SalCatalogueEntry *entry,
             const char              *folder,
             JsonBuilder             *builder,
             GPtrArray               *cells,
             guint                   *bad,
             GError                 **error)
{
  for (const SalCatalogueFile *file = entry->files; file->name != NULL; file++) {
    SalDatasetFileState state;
    g_autofree char *path = NULL;
    g_autofree char *found = NULL;

    if (!sal_dataset_files_check (file, folder, &state, &path, &found, NULL, error))
      return FALSE;
    *bad += state == SAL_DATASET_FILE_WRONG || state == SAL_DATASET_FILE_MISSING;
    add_file (builder, file, state, path, found);
    g_ptr_array_add (cells, g_strdup (state_words[state]));
    g_ptr_array_add (cells, g_strdup (path));
    g_ptr_array_add (cells, found == NULL ? g_strdup ("")
                            : g_strdup_printf ("expected SHA-256 %s, found %s", file->sha256,
                                               found));
  }
  return TRUE;
}

int
sal_cli_data_verify (const SalCliDataOptions *options,
                     char                   **arguments,
                     GError                 **error)
{
  const SalCatalogueEntry *entry = find_entry ("verify", arguments, error);
  g_autofree char *folder = entry != NULL ? find_folder (entry, options, error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  guint bad = 0;

  if (folder == NULL)
    return SAL_CLI_EXIT_FAILURE;
  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "id", entry->id);
  sal_cli_json_text (builder, "folder", folder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  if (!check_files (entry, folder, builder, cells, &bad, error))
    return SAL_CLI_EXIT_FAILURE;
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "good");
  json_builder_add_boolean_value (builder, bad == 0);
  json_builder_end_object (builder);
  if (options->json)
    sal_cli_json_print (builder);
  else
    sal_cli_print_table (cells, 3);
  if (bad == 0)
    return SAL_CLI_EXIT_OK;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "%s: expected the files of the catalogue, found %u missing or with other bytes",
               folder, bad);
  return SAL_CLI_EXIT_FAILURE;
}
