/* test-sal-run-store.c - runs and their metrics survive what happens to them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sal-directory.h"
#include "sal-error.h"
#include "sal-run-store.h"

#define NOTHING { .epoch = NAN, .ce = NAN, .kl = NAN, .train_accuracy = NAN, \
                  .validation_accuracy = NAN, .validation_ce = NAN, .learning_rate = NAN, \
                  .images_per_second = NAN }

/* $XDG_DATA_HOME of this test; nothing is written there. */
#define DATA_HOME "/nonexistent/data"

typedef struct
{
  char        *directory;
  char        *database; /* its path */
  SalRunStore *store;
} Fixture;

static SalRunStore *
open_store (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SalRunStore *store = sal_run_store_open (fixture->directory, &error);

  g_assert_no_error (error);
  return store;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("saliscope-test-XXXXXX", &error);

  g_assert_no_error (error);
  fixture->directory = g_build_filename (parent, "home", NULL);
  fixture->database = g_build_filename (fixture->directory, "runs.sqlite", NULL);
  fixture->store = open_store (fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *parent = g_path_get_dirname (fixture->directory);
  g_autoptr (GError) error = NULL;

  sal_run_store_close (fixture->store);
  sal_directory_remove (parent, &error);
  g_assert_no_error (error);
  g_free (fixture->directory);
  g_free (fixture->database);
}

static gint64
create (SalRunStore *store)
{
  g_autoptr (GError) error = NULL;
  const gint64 run = sal_run_store_create (store, "A run", "{\"epochs\":3}", 300, &error);

  g_assert_no_error (error);
  g_assert_cmpint (run, >, 0);
  return run;
}

static SalRun *
get (SalRunStore *store,
     gint64       run)
{
  g_autoptr (GError) error = NULL;
  SalRun *found = sal_run_store_get (store, run, &error);

  g_assert_no_error (error);
  return found;
}

/* Appends steps `first` to `last`; ce is the step plus `offset`. */
static void
append_steps (SalRunStore *store,
              gint64       run,
              gint64       first,
              gint64       last,
              double       offset)
{
  g_autoptr (GError) error = NULL;

  for (gint64 step = first; step <= last; step++) {
    SalMetric metric = NOTHING;

    metric.step = step;
    metric.ce = (double) step + offset;
    g_assert_true (sal_run_store_append (store, run, &metric, 1, NULL, 0, &error));
    g_assert_no_error (error);
  }
}

static GArray *
load (SalRunStore *store,
      gint64       run)
{
  g_autoptr (GError) error = NULL;
  GArray *metrics = sal_run_store_load_metrics (store, run, NULL, NULL, &error);

  g_assert_no_error (error);
  return metrics;
}

/* Runs a statement on the file behind the store's back. */
static void
tamper (const Fixture *fixture,
        const char    *statement)
{
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (fixture->database, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, statement, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static void
assert_cannot_open (const char  *directory,
                    SalErrorCode code,
                    const char  *found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = sal_run_store_open (directory, &error);

  g_assert_null (store);
  g_assert_error (error, SAL_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, directory));
  g_assert_nonnull (strstr (error->message, found));
}

static void
keeps_a_run_over_a_restart (Fixture      *fixture,
                            gconstpointer data)
{
  const gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  const gint64 id = create (fixture->store);
  g_autoptr (GError) error = NULL;

  append_steps (fixture->store, id, 1, 5, 0);
  g_assert_true (sal_run_store_set_results (fixture->store, id, 0.5, NAN, 10, &error));
  g_assert_true (sal_run_store_set_results (fixture->store, id, NAN, 0.75, NAN, &error));
  g_assert_true (sal_run_store_set_state (fixture->store, id, SAL_RUN_FINISHED, &error));
  g_assert_no_error (error);
  sal_run_store_close (fixture->store);
  fixture->store = open_store (fixture);

  g_autoptr (SalRun) run = get (fixture->store, id);
  g_autofree char *directory = g_strdup_printf ("%s/runs/%" G_GINT64_FORMAT, fixture->directory,
                                                id);

  g_assert_cmpint (run->id, ==, id);
  g_assert_cmpstr (run->title, ==, "A run");
  g_assert_cmpstr (run->recipe_json, ==, "{\"epochs\":3}");
  g_assert_cmpint (run->state, ==, SAL_RUN_FINISHED);
  g_assert_cmpint (run->created, >=, before);
  g_assert_cmpint (run->step, ==, 5);
  g_assert_cmpint (run->total_steps, ==, 300);
  g_assert_cmpfloat (run->validation_accuracy, ==, 0.5);
  g_assert_cmpfloat (run->test_accuracy, ==, 0.75);
  g_assert_cmpfloat (run->seconds, ==, 10);
  g_assert_cmpstr (run->directory, ==, directory);
  g_assert_true (g_file_test (directory, G_FILE_TEST_IS_DIR));
}

static void
a_new_run_has_no_results (Fixture      *fixture,
                          gconstpointer data)
{
  g_autoptr (SalRun) run = get (fixture->store, create (fixture->store));
  g_autoptr (GArray) metrics = load (fixture->store, run->id);

  g_assert_cmpint (run->state, ==, SAL_RUN_RUNNING);
  g_assert_cmpint (run->step, ==, 0);
  g_assert_true (isnan (run->validation_accuracy));
  g_assert_true (isnan (run->test_accuracy));
  g_assert_cmpfloat (run->seconds, ==, 0);
  g_assert_cmpuint (metrics->len, ==, 0);
}

static void
lists_the_newest_first (Fixture      *fixture,
                        gconstpointer data)
{
  const gint64 first = create (fixture->store);
  const gint64 second = create (fixture->store);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = sal_run_store_list (fixture->store, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, 2);
  g_assert_cmpint (((SalRun *) runs->pdata[0])->id, ==, second);
  g_assert_cmpint (((SalRun *) runs->pdata[1])->id, ==, first);
}

static void
keeps_every_measure_and_what_was_not_measured (Fixture      *fixture,
                                               gconstpointer data)
{
  const SalMetric written[] = {
    { 1, 0.5, 2.25, NAN, 0.125, NAN, NAN, 0.1, 1e4 },
    { 2, 1.0, INFINITY, 0.25, 1, 0.5, -1e-300, 0, NAN },
  };
  const gint64 run = create (fixture->store);
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_run_store_append (fixture->store, run, written, 2, NULL, 0, &error));
  g_assert_no_error (error);

  g_autoptr (GArray) read = load (fixture->store, run);

  g_assert_cmpuint (read->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const double *expected = &written[i].epoch;
    const double *found = &g_array_index (read, SalMetric, i).epoch;

    g_assert_cmpint (g_array_index (read, SalMetric, i).step, ==, written[i].step);
    for (guint measure = 0; measure < 8; measure++) {
      g_assert_cmpint (isnan (found[measure]), ==, isnan (expected[measure]));
      if (!isnan (expected[measure]))
        g_assert_cmpfloat (found[measure], ==, expected[measure]);
    }
  }
}

static void
keeps_clipping_levels_even_if_their_number_changes (Fixture      *fixture,
                                                    gconstpointer data)
{
  const SalMetric one = { .step = 1 };
  const SalMetric more[] = { { .step = 2 }, { .step = 3 } };
  const float levels[] = { 10, 9.5f, 8, NAN, 7, 6 };
  const gint64 run = create (fixture->store);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) alphas = NULL;
  gsize n_alphas;

  g_assert_true (sal_run_store_append (fixture->store, run, &one, 1, NULL, 0, &error));
  g_assert_true (sal_run_store_append (fixture->store, run, more, 2, levels, 3, &error));

  g_autoptr (GArray) metrics =
    sal_run_store_load_metrics (fixture->store, run, &alphas, &n_alphas, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (metrics->len, ==, 3);
  g_assert_cmpuint (n_alphas, ==, 3);
  g_assert_cmpuint (alphas->len, ==, 9);
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (g_array_index (alphas, float, i)));
  g_assert_cmpfloat (g_array_index (alphas, float, 4), ==, 9.5f);
  g_assert_true (isnan (g_array_index (alphas, float, 6)));
  g_assert_cmpfloat (g_array_index (alphas, float, 8), ==, 6);
}

static void
keeps_as_many_clipping_levels_as_allowed (Fixture      *fixture,
                                          gconstpointer data)
{
  const SalMetric metric = { .step = 1 };
  const gint64 run = create (fixture->store);
  float levels[SAL_RUN_MAX_ALPHAS];
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) alphas = NULL;
  gsize n_alphas;

  for (guint i = 0; i < SAL_RUN_MAX_ALPHAS; i++)
    levels[i] = (float) i;
  g_assert_true (sal_run_store_append (fixture->store, run, &metric, 1, levels,
                                       SAL_RUN_MAX_ALPHAS, &error));

  g_autoptr (GArray) metrics =
    sal_run_store_load_metrics (fixture->store, run, &alphas, &n_alphas, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (metrics->len, ==, 1);
  g_assert_cmpmem (alphas->data, alphas->len * sizeof (float), levels, sizeof levels);
}

static void
a_repeated_step_replaces_the_old_one (Fixture      *fixture,
                                      gconstpointer data)
{
  const gint64 run = create (fixture->store);

  append_steps (fixture->store, run, 1, 10, 0);
  append_steps (fixture->store, run, 8, 12, 100);

  g_autoptr (GArray) metrics = load (fixture->store, run);

  g_assert_cmpuint (metrics->len, ==, 12);
  for (guint i = 0; i < metrics->len; i++) {
    const SalMetric *metric = &g_array_index (metrics, SalMetric, i);

    g_assert_cmpint (metric->step, ==, i + 1);
    g_assert_cmpfloat (metric->ce, ==, metric->step + (metric->step >= 8 ? 100 : 0));
  }
}

static void
truncates_one_run_after_a_step (Fixture      *fixture,
                                gconstpointer data)
{
  const gint64 run = create (fixture->store);
  const gint64 other = create (fixture->store);
  g_autoptr (GError) error = NULL;

  append_steps (fixture->store, run, 1, 10, 0);
  append_steps (fixture->store, other, 1, 10, 0);
  g_assert_true (sal_run_store_truncate (fixture->store, run, 7, &error));
  g_assert_no_error (error);

  g_autoptr (GArray) metrics = load (fixture->store, run);
  g_autoptr (GArray) others = load (fixture->store, other);
  g_autoptr (SalRun) found = get (fixture->store, run);

  g_assert_cmpuint (metrics->len, ==, 7);
  g_assert_cmpint (found->step, ==, 7);
  g_assert_cmpuint (others->len, ==, 10);
}

static void
names_a_run_that_does_not_exist (Fixture      *fixture,
                                 gconstpointer data)
{
  SalRunStore *store = fixture->store;
  const SalMetric metric = { .step = 1 };
  GError *errors[7] = { NULL };

  g_assert_null (sal_run_store_get (store, 41, &errors[0]));
  g_assert_false (sal_run_store_append (store, 41, &metric, 1, NULL, 0, &errors[1]));
  g_assert_false (sal_run_store_truncate (store, 41, 0, &errors[2]));
  g_assert_false (sal_run_store_set_state (store, 41, SAL_RUN_PAUSED, &errors[3]));
  g_assert_false (sal_run_store_set_results (store, 41, 0, 0, 0, &errors[4]));
  g_assert_null (sal_run_store_load_metrics (store, 41, NULL, NULL, &errors[5]));
  g_assert_false (sal_run_store_delete (store, 41, &errors[6]));
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_assert_error (errors[i], SAL_ERROR, SAL_ERROR_NOT_FOUND);
    g_assert_nonnull (strstr (errors[i]->message, "no run 41"));
    g_error_free (errors[i]);
  }
  /* And nothing was left half done. */
  append_steps (store, create (store), 1, 1, 0);
}

/* Starts a process that runs a run and waits to be killed. */
static pid_t
start_child (Fixture *fixture,
             gint64  *run)
{
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);

  const pid_t child = fork ();

  if (child == 0) {
    SalRunStore *store = open_store (fixture);
    const gint64 id = create (store);

    append_steps (store, id, 1, 20, 0);
    if (write (ends[1], &id, sizeof id) != sizeof id)
      _exit (1);
    pause ();
    _exit (0);
  }
  g_assert_cmpint (read (ends[0], run, sizeof *run), ==, sizeof *run);
  close (ends[0]);
  close (ends[1]);
  return child;
}

static void
kill_child (pid_t child)
{
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

static void
a_killed_run_is_interrupted_with_what_it_had (Fixture      *fixture,
                                              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 id;

  /* The connection that is open all the while is this process's own. */
  const pid_t child = start_child (fixture, &id);
  g_autoptr (SalRun) alive = get (fixture->store, id);

  g_assert_cmpint (alive->state, ==, SAL_RUN_RUNNING);
  kill_child (child);

  g_autoptr (SalRun) seen = get (fixture->store, id);

  g_assert_cmpint (seen->state, ==, SAL_RUN_INTERRUPTED);

  g_autoptr (SalRunStore) second = open_store (fixture);
  g_autoptr (GPtrArray) runs = sal_run_store_list (second, &error);
  const SalRun *run = runs->pdata[0];
  g_autoptr (GArray) metrics = load (second, id);

  g_assert_cmpint (run->state, ==, SAL_RUN_INTERRUPTED);
  g_assert_cmpint (run->step, ==, 20);
  g_assert_cmpuint (metrics->len, ==, 20);
  g_assert_true (sal_run_store_set_state (second, id, SAL_RUN_RUNNING, &error));
  append_steps (second, id, 21, 22, 0);

  g_autoptr (SalRun) resumed = get (second, id);

  g_assert_cmpint (resumed->state, ==, SAL_RUN_RUNNING);
  g_assert_cmpint (resumed->step, ==, 22);
}

static void
a_recycled_process_number_does_not_run_it (Fixture      *fixture,
                                           gconstpointer data)
{
  const gint64 id = create (fixture->store);

  /* The same number, but a process that started at another time. */
  tamper (fixture, "UPDATE run SET owner_start = owner_start - 1");

  g_autoptr (SalRun) run = get (fixture->store, id);

  g_assert_cmpint (run->state, ==, SAL_RUN_INTERRUPTED);
}

static void
a_living_process_keeps_its_run (Fixture      *fixture,
                                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 id;
  const pid_t child = start_child (fixture, &id);
  g_autofree char *pid = g_strdup_printf ("process %d", (int) child);

  g_assert_false (sal_run_store_delete (fixture->store, id, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, pid));
  g_clear_error (&error);

  g_assert_false (sal_run_store_set_state (fixture->store, id, SAL_RUN_RUNNING, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BUSY);
  g_clear_error (&error);
  kill_child (child);

  g_autoptr (SalRun) run = get (fixture->store, id);

  g_assert_true (g_file_test (run->directory, G_FILE_TEST_IS_DIR));
  g_assert_true (sal_run_store_delete (fixture->store, id, &error));
  g_assert_no_error (error);
}

static void
deletes_a_run_with_its_metrics_and_files (Fixture      *fixture,
                                          gconstpointer data)
{
  const gint64 kept = create (fixture->store);
  const gint64 id = create (fixture->store);
  g_autoptr (SalRun) run = get (fixture->store, id);
  g_autofree char *file = g_build_filename (run->directory, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  append_steps (fixture->store, kept, 1, 3, 0);
  append_steps (fixture->store, id, 1, 3, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, &error));
  g_assert_false (sal_run_store_delete (fixture->store, id, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BUSY);
  g_clear_error (&error);

  g_assert_true (sal_run_store_set_state (fixture->store, id, SAL_RUN_PAUSED, &error));
  g_assert_true (sal_run_store_delete (fixture->store, id, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (run->directory, G_FILE_TEST_EXISTS));
  g_assert_null (sal_run_store_get (fixture->store, id, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);

  g_autoptr (GArray) metrics = load (fixture->store, kept);

  g_assert_cmpuint (metrics->len, ==, 3);
  /* The number is not used again: figures may quote it. */
  g_assert_cmpint (create (fixture->store), >, id);
}

static void
a_new_run_never_gets_old_files (Fixture      *fixture,
                                gconstpointer data)
{
  g_autofree char *leftover = g_build_filename (fixture->directory, "runs", "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_directory_make (leftover, &error));
  g_assert_cmpint (create (fixture->store), ==, 2);

  g_autoptr (GPtrArray) runs = sal_run_store_list (fixture->store, &error);

  g_assert_cmpuint (runs->len, ==, 1);
}

/* Another thread with a connection of its own. */
static gpointer
append_many (gpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (SalRunStore) store = open_store (fixture);

  append_steps (store, create (store), 1, 200, 0);
  return NULL;
}

static void
two_connections_write_at_once (Fixture      *fixture,
                               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("other", append_many, fixture);

  append_many (fixture);
  g_thread_join (thread);

  g_autoptr (GPtrArray) runs = sal_run_store_list (fixture->store, &error);

  g_assert_cmpuint (runs->len, ==, 2);
  g_assert_cmpint (((SalRun *) runs->pdata[0])->step, ==, 200);
  g_assert_cmpint (((SalRun *) runs->pdata[1])->step, ==, 200);
}

static gpointer
open_at_once (gpointer data)
{
  for (guint i = 0; i < 10; i++) {
    g_autofree char *directory = g_strdup_printf ("%s/many/%u", (const char *) data, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (SalRunStore) store = sal_run_store_open (directory, &error);

    g_assert_no_error (error);
    create (store);
  }
  return NULL;
}

static void
two_processes_may_create_the_store_at_once (Fixture      *fixture,
                                            gconstpointer data)
{
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("opener", open_at_once, fixture->directory);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
a_full_disk_costs_nothing_but_the_new_metrics (Fixture      *fixture,
                                               gconstpointer data)
{
  g_autofree SalMetric *many = g_new0 (SalMetric, 20000);
  const gint64 run = create (fixture->store);
  g_autoptr (GError) error = NULL;
  struct rlimit old_limit;

  for (guint i = 0; i < 20000; i++)
    many[i] = (SalMetric) { .step = 10 + i, .epoch = i * 0.1, .ce = i * 0.3, .kl = i * 0.7 };
  append_steps (fixture->store, run, 1, 5, 0);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);

  const struct rlimit limit = { .rlim_cur = 512 * 1024, .rlim_max = old_limit.rlim_max };

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  const gboolean appended =
    sal_run_store_append (fixture->store, run, many, 20000, NULL, 0, &error);

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  g_assert_false (appended);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, fixture->database));
  append_steps (fixture->store, run, 6, 7, 0);

  g_autoptr (GArray) metrics = load (fixture->store, run);

  g_assert_cmpuint (metrics->len, ==, 7);
}

static void
refuses_what_is_not_its_database (Fixture      *fixture,
                                  gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->directory, "other", NULL);
  g_autofree char *path = g_build_filename (other, "runs.sqlite", NULL);
  g_autofree char *noise = g_strnfill (8192, 'x');
  g_autofree char *read = NULL;
  const Fixture foreign = { .directory = other, .database = path };
  g_autoptr (GError) error = NULL;

  g_assert_true (sal_directory_make (other, &error));
  g_assert_true (g_file_set_contents (path, noise, 8192, &error));
  assert_cannot_open (other, SAL_ERROR_BAD_FILE, "expected Saliscope's database of runs");
  g_assert_true (g_file_get_contents (path, &read, NULL, &error));
  g_assert_cmpstr (read, ==, noise);

  g_unlink (path);
  tamper (&foreign, "CREATE TABLE note (text)");
  assert_cannot_open (other, SAL_ERROR_BAD_FILE, "another program's database");

  g_unlink (path);
  g_assert_true (sal_directory_make (path, &error));
  assert_cannot_open (other, SAL_ERROR_BAD_FILE, "found a folder");
  g_rmdir (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_cannot_open (other, SAL_ERROR_BAD_FILE, "found a device or pipe");
}

static void
lists_what_people_read_on_one_line (Fixture      *fixture,
                                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gint64 run = create (fixture->store);

  g_assert_true (sal_run_store_change_recipe (fixture->store, run, 3, "W4\nA4", "A\ntitle\x1b[1m",
                                              "{}", &error));

  g_autoptr (SalRun) found = sal_run_store_get (fixture->store, run, &error);
  g_autoptr (GArray) events = sal_run_store_load_events (fixture->store, run, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found->title, ==, "A title [1m");
  g_assert_cmpstr (g_array_index (events, SalRunEvent, 0).text, ==, "W4 A4");
}

static void
refuses_a_newer_schema (Fixture      *fixture,
                        gconstpointer data)
{
  tamper (fixture, "PRAGMA user_version = 99");
  assert_cannot_open (fixture->directory, SAL_ERROR_BAD_FILE,
                      "found version 99 of a newer Saliscope");
}

static void
says_that_the_database_is_damaged (Fixture      *fixture,
                                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize size;

  append_steps (fixture->store, create (fixture->store), 1, 500, 0);
  sal_run_store_close (g_steal_pointer (&fixture->store));
  g_assert_true (g_file_get_contents (fixture->database, &content, &size, &error));
  /* The first page with the header and the schema stays. */
  memset (content + 4096, 'x', size - 4096);
  g_assert_true (g_file_set_contents (fixture->database, content, (gssize) size, &error));
  assert_cannot_open (fixture->directory, SAL_ERROR_BAD_FILE, "malformed");
}

static void
names_a_directory_that_cannot_be_written (Fixture      *fixture,
                                          gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->directory, "file", NULL);
  g_autofree char *below = g_build_filename (file, "home", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "x", 1, &error));
  assert_cannot_open (below, SAL_ERROR_IO, "Cannot make the folder");
  if (geteuid () == 0)
    return; /* The superuser may write everywhere. */
  sal_run_store_close (g_steal_pointer (&fixture->store));
  g_unlink (fixture->database);
  g_assert_cmpint (g_chmod (fixture->directory, 0500), ==, 0);
  assert_cannot_open (fixture->directory, SAL_ERROR_IO, "Cannot use");
  g_assert_cmpint (g_chmod (fixture->directory, 0700), ==, 0);
}

static void
says_that_the_database_may_not_be_written (Fixture      *fixture,
                                           gconstpointer data)
{
  if (geteuid () == 0) {
    g_test_skip ("the superuser may write everywhere");
    return;
  }
  sal_run_store_close (g_steal_pointer (&fixture->store));
  g_assert_cmpint (g_chmod (fixture->database, 0400), ==, 0);
  g_assert_cmpint (g_chmod (fixture->directory, 0500), ==, 0);
  assert_cannot_open (fixture->directory, SAL_ERROR_IO, "that may be written to");
  g_assert_cmpint (g_chmod (fixture->directory, 0700), ==, 0);
}

static void
leaves_no_run_without_its_directory (Fixture      *fixture,
                                     gconstpointer data)
{
  g_autofree char *runs_path = g_build_filename (fixture->directory, "runs", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (runs_path, "in the way", -1, &error));
  g_assert_cmpint (sal_run_store_create (fixture->store, "t", "{}", 1, &error), ==, -1);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, runs_path));
  g_clear_error (&error);

  g_autoptr (GPtrArray) runs = sal_run_store_list (fixture->store, &error);

  g_assert_cmpuint (runs->len, ==, 0);
}

static void
lies_where_the_environment_says (Fixture      *fixture,
                                 gconstpointer data)
{
  g_autofree char *in_data_home = sal_run_store_default_directory ();

  g_assert_cmpstr (in_data_home, ==, DATA_HOME "/saliscope");
  g_assert_true (g_setenv ("SALISCOPE_HOME", "", TRUE));

  g_autofree char *still = sal_run_store_default_directory ();

  g_assert_cmpstr (still, ==, DATA_HOME "/saliscope");
  g_assert_true (g_setenv ("SALISCOPE_HOME", fixture->directory, TRUE));

  g_autofree char *at_home = sal_run_store_default_directory ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = sal_run_store_open (NULL, &error);

  g_unsetenv ("SALISCOPE_HOME");
  g_assert_no_error (error);
  g_assert_cmpstr (at_home, ==, fixture->directory);
}

static void
states_have_names (Fixture      *fixture,
                   gconstpointer data)
{
  const gint64 id = create (fixture->store);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (sal_run_state_name (SAL_RUN_INTERRUPTED), ==, "interrupted");
  for (SalRunState state = SAL_RUN_RUNNING; state <= SAL_RUN_DIVERGED; state++) {
    g_assert_nonnull (sal_run_state_name (state));
    g_assert_true (sal_run_store_set_state (fixture->store, id, state, &error));

    g_autoptr (SalRun) run = get (fixture->store, id);

    g_assert_cmpint (run->state, ==, state);
  }
}

static void
keeps_where_the_bits_come_from (Fixture      *fixture,
                                gconstpointer data)
{
  const gint64 id = create (fixture->store);
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRun) before = get (fixture->store, id);

  g_assert_null (before->provenance_json);
  g_assert_true (sal_run_store_set_provenance (fixture->store, id, "{\"sittings\":[]}", &error));

  g_autoptr (SalRun) after = get (fixture->store, id);

  g_assert_cmpstr (after->provenance_json, ==, "{\"sittings\":[]}");
  g_assert_false (sal_run_store_set_provenance (fixture->store, 99, "{}", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
}

static void
takes_the_first_schema_to_the_present_one (Fixture      *fixture,
                                           gconstpointer data)
{
  const gint64 id = create (fixture->store);
  g_autoptr (GError) error = NULL;

  sal_run_store_close (g_steal_pointer (&fixture->store));
  tamper (fixture, "ALTER TABLE run DROP COLUMN provenance; PRAGMA user_version = 1");
  fixture->store = open_store (fixture);

  g_autoptr (SalRun) run = get (fixture->store, id);

  g_assert_cmpstr (run->title, ==, "A run");
  g_assert_null (run->provenance_json);
  g_assert_true (sal_run_store_set_provenance (fixture->store, id, "{}", &error));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void        (*test) (Fixture      *fixture,
                         gconstpointer data);
  } tests[] = {
    { "/run-store/default-directory", lies_where_the_environment_says },
    { "/run-store/restart", keeps_a_run_over_a_restart },
    { "/run-store/new-run", a_new_run_has_no_results },
    { "/run-store/newest-first", lists_the_newest_first },
    { "/run-store/measures", keeps_every_measure_and_what_was_not_measured },
    { "/run-store/alphas", keeps_clipping_levels_even_if_their_number_changes },
    { "/run-store/most-alphas", keeps_as_many_clipping_levels_as_allowed },
    { "/run-store/repeated-step", a_repeated_step_replaces_the_old_one },
    { "/run-store/truncate", truncates_one_run_after_a_step },
    { "/run-store/no-such-run", names_a_run_that_does_not_exist },
    { "/run-store/killed", a_killed_run_is_interrupted_with_what_it_had },
    { "/run-store/recycled-number", a_recycled_process_number_does_not_run_it },
    { "/run-store/living-process", a_living_process_keeps_its_run },
    { "/run-store/delete", deletes_a_run_with_its_metrics_and_files },
    { "/run-store/old-files", a_new_run_never_gets_old_files },
    { "/run-store/two-connections", two_connections_write_at_once },
    { "/run-store/created-at-once", two_processes_may_create_the_store_at_once },
    { "/run-store/disk-full", a_full_disk_costs_nothing_but_the_new_metrics },
    { "/run-store/not-ours", refuses_what_is_not_its_database },
    { "/run-store/newer-schema", refuses_a_newer_schema },
    { "/run-store/one-line", lists_what_people_read_on_one_line },
    { "/run-store/damaged", says_that_the_database_is_damaged },
    { "/run-store/unwritable", names_a_directory_that_cannot_be_written },
    { "/run-store/read-only", says_that_the_database_may_not_be_written },
    { "/run-store/directory-in-the-way", leaves_no_run_without_its_directory },
    { "/run-store/provenance", keeps_where_the_bits_come_from },
    { "/run-store/first-schema", takes_the_first_schema_to_the_present_one },
    { "/run-store/state-names", states_have_names },
  };

  g_unsetenv ("SALISCOPE_HOME");
  g_setenv ("XDG_DATA_HOME", DATA_HOME, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
