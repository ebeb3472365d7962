/* window-processes.c - what takes a process of its own to be measured
 *
 * Start-up, memory and the cost of the window: this program starts itself
 * again with a hidden option, and reads the numbers that it prints.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include <string.h>

#include "sal-directory.h"

#define STARTS 9
#define PAIRS 6

/* Of each of a pair, in milliseconds. */
#define TRAINING 10000

/* The first start finds a cold disk; it is not counted. */
#define COLD 1

#define MAX_NUMBERS 4

/* Runs the process and reads the numbers on the last line of its output. */
static void
run_process (Bench      *self,
             const char *name,
             double      numbers[MAX_NUMBERS])
{
  g_autofree char *process = g_strdup_printf ("--process=%s", name);
  g_autofree char *dataset = g_strdup_printf ("--dataset=%s", self->dataset);
  g_autofree char *since = g_strdup_printf ("--since=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  const char *arguments[] = { self->program, process, dataset, since, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                     NULL, &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", name, error->message);

  g_auto (GStrv) words = g_strsplit (g_strstrip (output), " ", -1);

  for (gsize i = 0; i < MAX_NUMBERS; i++)
    numbers[i] = i < g_strv_length (words) ? g_ascii_strtod (words[i], NULL) : 0;
}

/* --- start-up --------------------------------------------------------------------- */

static gboolean
is_there (gpointer bench)
{
  return TRUE;
}

/* The demos are listed, one of them is open, its curves and its images are
 * there. */
static gboolean
is_complete (gpointer bench)
{
  SalSession *session = ((Bench *) bench)->session;
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL && sal_session_get_dataset (session) != NULL &&
         sal_session_get_model (session) != NULL && sal_run_item_get_record (run) != NULL &&
         sal_run_record_length (sal_run_item_get_record (run)) > 0;
}

static void
start (Bench *self)
{
  BenchSight sights[] = {
    { "a frame", is_there },
    { "the demo with curves and images", is_complete },
  };

  bench_await (self, sights, G_N_ELEMENTS (sights), self);
  g_print ("%g %g\n", (double) (sights[0].drawn_at - self->since) / 1000,
           (double) (sights[1].drawn_at - self->since) / 1000);
}

void
bench_starts (Bench *self)
{
  GArray *first = bench_samples_new ();
  GArray *complete = bench_samples_new ();

  for (guint i = 0; i < COLD + STARTS; i++) {
    double numbers[MAX_NUMBERS];

    run_process (self, "start", numbers);
    if (i < COLD)
      continue;
    bench_samples_add (first, numbers[0]);
    bench_samples_add (complete, numbers[1]);
  }
  bench_report (self, "start of the program to its first frame", first, "ms", BENCH_NO_GOAL, 0);
  bench_report (self, "... to the demo with curves and images", complete, "ms", BENCH_P95, 1000);
}

/* --- memory ----------------------------------------------------------------------- */

/* A line of /proc/self/status, in MB of 10^6 bytes. */
static double
read_memory (const char *name)
{
  g_autofree char *text = NULL;
  const char *line = NULL;

  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    line = strstr (text, name);
  return line == NULL ? 0 : 1024e-6 * g_ascii_strtod (line + strlen (name), NULL);
}

static void
visit_pages (Bench *self)
{
  static const char *const pages[] = { "quantize", "inspect", "masking", "compare", "train" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    sal_window_show_page (self->window, pages[i]);
    bench_turn (1500);
  }
}

static void
remember (Bench *self)
{
  double open = 0;
  double training = 0;

  bench_add_runs (self);
  bench_turn (2000);
  open = read_memory ("VmRSS:");
  bench_train (self);
  visit_pages (self);
  training = read_memory ("VmRSS:");
  bench_stop (self);
  g_print ("%g %g %g\n", open, training, read_memory ("VmHWM:"));
}

void
bench_memory (Bench *self)
{
  static const char *const names[] = {
    "resident memory, data set loaded, window open",
    "... training, after a visit to each page",
    "... at most",
  };
  double numbers[MAX_NUMBERS];

  run_process (self, "memory", numbers);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    GArray *samples = bench_samples_new ();

    bench_samples_add (samples, numbers[i]);
    bench_report (self, names[i], samples, "MB", i == 0 ? BENCH_MAX : BENCH_NO_GOAL, 350);
  }
}

/* --- the cost of the window ------------------------------------------------------- */

/* Steps of a run between two snapshots, in images a second. */
typedef struct
{
  gint64 began_at;
  gint64 first_step;
  gint64 step;
  double rate;        /* 0: not over yet                                      */
} Throughput;

static void
count_steps (Throughput        *self,
             const SalSnapshot *snapshot,
             int                batch)
{
  const gint64 now = g_get_monotonic_time ();

  if (snapshot->step == self->step || snapshot->images_per_second <= 0)
    return;
  self->step = snapshot->step;
  if (self->began_at == 0) {
    self->began_at = now;
    self->first_step = snapshot->step;
  } else if (now - self->began_at >= TRAINING * G_TIME_SPAN_MILLISECOND) {
    self->rate = (double) (snapshot->step - self->first_step) * batch * G_USEC_PER_SEC /
                 (double) (now - self->began_at);
  }
}

typedef struct
{
  Bench     *bench;
  SalWorker *worker;
  int        batch;
  Throughput throughput;
} Counter;

static void
window_snapshot_cb (Counter *self)
{
  const SalSnapshot *snapshot = sal_session_get_snapshot (self->bench->session);

  if (self->throughput.rate == 0)
    count_steps (&self->throughput, snapshot, self->batch);
}

static void
train_in_window (Bench *self)
{
  Counter counter = { .bench = self };

  sal_window_show_page (self->window, "train");
  bench_train (self);
  counter.batch = sal_session_get_recipe (self->session)->batch;
  g_signal_connect_swapped (self->session, "notify::snapshot", G_CALLBACK (window_snapshot_cb),
                            &counter);
  while (counter.throughput.rate == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_func (self->session, window_snapshot_cb, &counter);
  bench_stop (self);
  g_print ("%g\n", counter.throughput.rate);
}

static void
worker_snapshot_cb (Counter *self)
{
  g_autoptr (SalSnapshot) snapshot = sal_worker_take_snapshot (self->worker);

  if (snapshot != NULL && self->throughput.rate == 0)
    count_steps (&self->throughput, snapshot, self->batch);
}

static void
train_alone (Bench *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *home = g_dir_make_tmp ("saliscope-bench-XXXXXX", &error);
  const SalRecipe recipe = bench_recipe (self, SAL_MODE_SGT_PACT);
  Counter counter = { .bench = self, .batch = recipe.batch };

  if (home == NULL)
    g_error ("%s", error->message);
  counter.worker = sal_worker_new (home, 0);
  g_signal_connect_swapped (counter.worker, "snapshot", G_CALLBACK (worker_snapshot_cb), &counter);
  sal_worker_start (counter.worker, &recipe);
  bench_turn (2000);
  while (counter.throughput.rate == 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (counter.worker);
  sal_directory_remove (home, NULL);
  g_print ("%g\n", counter.throughput.rate);
}

/* In turns, and each pair the other way round. */
void
bench_throughput (Bench *self)
{
  GArray *alone = bench_samples_new ();
  GArray *with_window = bench_samples_new ();
  GArray *costs = bench_samples_new ();

  for (guint i = 0; i < PAIRS; i++) {
    double rates[2][MAX_NUMBERS];

    for (guint j = 0; j < 2; j++)
      run_process (self, (i + j) % 2 == 0 ? "train-alone" : "train-in-window",
                   rates[(i + j) % 2]);
    bench_samples_add (alone, rates[0][0]);
    bench_samples_add (with_window, rates[1][0]);
    bench_samples_add (costs, 100 * (1 - rates[1][0] / rates[0][0]));
  }
  bench_report (self, "training without the window", alone, "images/s", BENCH_NO_GOAL, 0);
  bench_report (self, "training with the window on the Train page", with_window, "images/s",
                BENCH_NO_GOAL, 0);
  bench_report (self, "cost of the window, pair by pair", costs, "%", BENCH_MEDIAN, 3);
}

/* --- which ------------------------------------------------------------------------ */

void
bench_do_process (Bench      *self,
                  const char *name)
{
  static const struct
  {
    const char  *name;
    BenchMeasure in_window;
    BenchMeasure alone;
  } processes[] = {
    { "start", start },
    { "memory", remember },
    { "train-in-window", train_in_window },
    { "train-alone", NULL, train_alone },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (processes); i++)
    if (g_str_equal (processes[i].name, name)) {
      if (processes[i].in_window != NULL)
        bench_in_window (self, processes[i].in_window);
      else
        processes[i].alone (self);
    }
}
