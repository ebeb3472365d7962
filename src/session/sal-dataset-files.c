/* sal-dataset-files.c - the files of a public data set: there, to get, to check
 *
 * Getting runs in a thread of GTask's pool, whose SoupSession belongs to it
 * alone; progress goes to the caller's main context, one message at a time.
 * The mutex is a POSIX one, which ThreadSanitizer sees.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-files.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>

#include "sal-dataset.h"
#include "sal-directory.h"
#include "sal-download.h"
#include "sal-error.h"
#include "sal-run-store.h"

#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)

char *
sal_dataset_files_directory (void)
{
  g_autofree char *home = sal_run_store_default_directory ();

  return g_build_filename (home, "datasets", NULL);
}

const SalCatalogueEntry *
sal_dataset_files_missing (const char *name)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    if (g_str_equal (kind->id, name) && !kind->built_in) {
      g_autofree char *folder = sal_dataset_find_folder (kind->files);

      return folder == NULL ? sal_catalogue_find (kind->files) : NULL;
    }
  return NULL;
}

/* ---- checking -------------------------------------------------------------------------- */

/* Where `file` lies unpacked, or NULL. */
static char *
find_unpacked (const SalCatalogueFile *file,
               const char             *folder)
{
  if (!g_str_has_suffix (file->name, ".gz") || g_str_has_suffix (file->name, ".tar.gz"))
    return NULL;

  g_autofree char *name = g_strndup (file->name, strlen (file->name) - strlen (".gz"));
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

gboolean
sal_dataset_files_check (const SalCatalogueFile *file,
                         const char             *folder,
                         SalDatasetFileState    *state,
                         char                  **path,
                         char                  **found,
                         GCancellable           *cancellable,
                         GError                **error)
{
  const SalDownload download = {
    .size = file->size,
    .sha256 = file->sha256,
    .content_sha256 = file->content_sha256,
  };
  gboolean good = FALSE;
  g_autofree char *digest = NULL;
  g_autofree char *unpacked = find_unpacked (file, folder);

  *path = unpacked != NULL ? g_steal_pointer (&unpacked)
                           : g_build_filename (folder, file->name, NULL);
  *found = NULL;
  *state = SAL_DATASET_FILE_MISSING;
  if (!g_file_test (*path, G_FILE_TEST_EXISTS))
    return TRUE;
  *state = SAL_DATASET_FILE_UNPACKED;
  if (file->content_sha256 == NULL && !g_str_has_suffix (*path, file->name))
    return TRUE;
  if (!sal_download_check (&download, *path, &good, &digest, cancellable, error))
    return FALSE;
  *state = good ? SAL_DATASET_FILE_GOOD : SAL_DATASET_FILE_WRONG;
  if (!good)
    *found = g_steal_pointer (&digest);
  return TRUE;
}

/* ---- the task ----------------------------------------------------------------------------- */

typedef struct
{
  const SalCatalogueEntry *entry;
  char                    *mirror;
  char                    *folder;    /* DIRECTORY/ID                           */
  char                    *work;      /* DIRECTORY/ID.part                      */
  gboolean                 replace;
  GMainContext            *context;   /* of the caller                          */
  SalDatasetFilesProgress  progress;
  gpointer                 progress_data;

  pthread_mutex_t          mutex;     /* for what follows, and to hand over     */
  guint64                  bytes;
  gboolean                 reporting; /* a report is on its way                 */

  /* The task's thread only. */
  guint64                  finished;  /* bytes of the files that are there      */
  gint64                   last;      /* time of the last report                */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  pthread_mutex_destroy (&job->mutex);
  g_main_context_unref (job->context);
  g_free (job->mirror);
  g_free (job->folder);
  g_free (job->work);
  g_free (job);
}

static gboolean
report_cb (gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);

  pthread_mutex_lock (&job->mutex);

  const guint64 bytes = job->bytes;

  job->reporting = FALSE;
  pthread_mutex_unlock (&job->mutex);
  if (!g_task_get_completed (task))
    job->progress (bytes, job->entry->size, job->progress_data);
  return G_SOURCE_REMOVE;
}

static void
report (GTask  *task,
        guint64 bytes)
{
  Job *job = g_task_get_task_data (task);
  const gint64 now = g_get_monotonic_time ();

  if (job->progress == NULL || now - job->last < REPORT_INTERVAL)
    return;
  job->last = now;
  pthread_mutex_lock (&job->mutex);

  const gboolean wake = !job->reporting;

  job->bytes = MIN (job->finished + bytes, job->entry->size);
  job->reporting = TRUE;
  pthread_mutex_unlock (&job->mutex);
  if (wake)
    g_main_context_invoke_full (job->context, G_PRIORITY_DEFAULT, report_cb,
                                g_object_ref (task), g_object_unref);
}

static void
downloading_cb (guint64  bytes,
                gpointer task)
{
  report (task, bytes);
}

/* ---- one file ------------------------------------------------------------------------------ */

/* Its addresses, in order. */
static char **
list_addresses (const Job              *job,
                const SalCatalogueFile *file)
{
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  if (job->mirror != NULL) {
    g_autofree char *address = g_strconcat (job->mirror, job->entry->id, "/", file->name, NULL);

    g_strv_builder_add (addresses, address);
    return g_strv_builder_end (addresses);
  }
  for (gsize i = 0; job->entry->mirrors[i] != NULL; i++) {
    g_autofree char *address = g_strconcat (job->entry->mirrors[i], file->name, NULL);

    g_strv_builder_add (addresses, address);
  }
  return g_strv_builder_end (addresses);
}

static gboolean
download_file (GTask                  *task,
               const SalCatalogueFile *file,
               GError                **error)
{
  Job *job = g_task_get_task_data (task);
  g_auto (GStrv) addresses = list_addresses (job, file);
  g_autofree char *path = g_build_filename (job->work, file->name, NULL);
  const SalDownload download = {
    .addresses = (const char *const *) addresses,
    .path = path,
    .size = file->size,
    .sha256 = file->sha256,
    .content_sha256 = file->content_sha256,
  };

  return sal_download_run (&download, downloading_cb, task, g_task_get_cancellable (task), error);
}

/* Whether `file` has to be fetched.  In the folder of the data set, bytes
 * that are not those of the catalogue may be somebody's own: they are only
 * replaced where that was asked for. */
static gboolean
check_needed (GTask                  *task,
              const SalCatalogueFile *file,
              gboolean               *needed,
              GError                **error)
{
  Job *job = g_task_get_task_data (task);
  const char *const folders[] = { job->folder, job->work };

  *needed = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    SalDatasetFileState state;
    g_autofree char *path = NULL;
    g_autofree char *found = NULL;

    if (!sal_dataset_files_check (file, folders[i], &state, &path, &found,
                                  g_task_get_cancellable (task), error))
      return FALSE;
    if (state == SAL_DATASET_FILE_GOOD || state == SAL_DATASET_FILE_UNPACKED)
      return TRUE;
    if (state == SAL_DATASET_FILE_WRONG && folders[i] == job->folder && !job->replace) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   _("%s is there already: expected SHA-256 %s, found %s"), path, file->sha256,
                   found);
      return FALSE;
    }
  }
  *needed = TRUE;
  return TRUE;
}

/* ---- all files ------------------------------------------------------------------------------ */

static gboolean
rename_or_fail (const char *from,
                const char *to,
                GError    **error)
{
  if (g_rename (from, to) == 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot rename %s to %s: %s"), from, to,
               g_strerror (errno));
  return FALSE;
}

/* Puts the finished files where data sets are looked for. */
static gboolean
adopt (Job     *job,
       GError **error)
{
  if (!g_file_test (job->work, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (job->folder, G_FILE_TEST_EXISTS))
    return rename_or_fail (job->work, job->folder, error);
  for (const SalCatalogueFile *file = job->entry->files; file->name != NULL; file++) {
    g_autofree char *from = g_build_filename (job->work, file->name, NULL);
    g_autofree char *to = g_build_filename (job->folder, file->name, NULL);

    if (g_file_test (from, G_FILE_TEST_EXISTS) && !rename_or_fail (from, to, error))
      return FALSE;
  }
  return sal_directory_remove (job->work, error);
}

static gboolean
get_files (GTask   *task,
           GError **error)
{
  Job *job = g_task_get_task_data (task);

  for (const SalCatalogueFile *file = job->entry->files; file->name != NULL; file++) {
    gboolean needed = FALSE;

    if (!check_needed (task, file, &needed, error) ||
        (needed && !download_file (task, file, error)))
      return FALSE;
    job->finished += file->size;
    report (task, 0);
  }
  return adopt (job, error);
}

static void
get_in_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  pthread_mutex_lock (&job->mutex);
  pthread_mutex_unlock (&job->mutex);

  const gboolean done = get_files (task, &error);

  /* Goes only where nothing was kept in it. */
  g_rmdir (job->work);
  if (done)
    g_task_return_pointer (task, g_strdup (job->folder), g_free);
  else
    g_task_return_error (task, error);
}

/* The address that is asked instead of those of the catalogue, with a slash
 * at its end; NULL: none. */
static gboolean
choose_mirror (const char *wish,
               char      **mirror,
               GError    **error)
{
  if (wish == NULL)
    wish = g_getenv ("SALISCOPE_MIRROR");
  *mirror = NULL;
  if (wish == NULL || *wish == '\0')
    return TRUE;
  if (!g_str_has_prefix (wish, "http://") && !g_str_has_prefix (wish, "https://")) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("mirror: expected an address that begins with http:// or https://, found "
                   "“%s”"),
                 wish);
    return FALSE;
  }
  *mirror = g_strconcat (wish, g_str_has_suffix (wish, "/") ? NULL : "/", NULL);
  return TRUE;
}

static char *
name_folder (const SalCatalogueEntry *entry,
             const char              *directory)
{
  g_autofree char *usual = sal_dataset_files_directory ();
  g_autofree char *folder = g_build_filename (directory != NULL ? directory : usual, entry->id,
                                              NULL);

  return g_canonicalize_filename (folder, NULL);
}

void
sal_dataset_files_get_async (const SalDatasetFilesRequest *request,
                             SalDatasetFilesProgress       progress,
                             gpointer                      progress_data,
                             GCancellable                 *cancellable,
                             GAsyncReadyCallback           callback,
                             gpointer                      data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GError *error = NULL;
  Job *job = g_new0 (Job, 1);
  const gboolean good = choose_mirror (request->mirror, &job->mirror, &error);

  pthread_mutex_init (&job->mutex, NULL);
  pthread_mutex_lock (&job->mutex);
  job->entry = request->entry;
  job->folder = name_folder (request->entry, request->directory);
  job->work = g_strconcat (job->folder, ".part", NULL);
  job->replace = request->replace;
  job->context = g_main_context_ref_thread_default ();
  job->progress = progress;
  job->progress_data = progress_data;
  pthread_mutex_unlock (&job->mutex);
  g_task_set_source_tag (task, sal_dataset_files_get_async);
  g_task_set_task_data (task, job, job_free);
  if (good)
    g_task_run_in_thread (task, get_in_thread);
  else
    g_task_return_error (task, error);
}

char *
sal_dataset_files_get_finish (GAsyncResult *result,
                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

guint64
sal_dataset_files_kept (const SalCatalogueEntry *entry,
                        const char              *directory)
{
  g_autofree char *folder = name_folder (entry, directory);
  guint64 kept = 0;

  for (const SalCatalogueFile *file = entry->files; file->name != NULL; file++) {
    g_autofree char *work = g_strconcat (folder, ".part", NULL);
    g_autofree char *path = g_build_filename (work, file->name, NULL);
    GStatBuf status;

    kept += g_stat (path, &status) == 0 ? (guint64) status.st_size : sal_download_kept (path);
  }
  return kept;
}
