/* window-bench.c - the real window, driven and timed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include <string.h>

#include "sal-directory.h"

/* Longer than anything should ever take. */
#define PATIENCE (60 * G_USEC_PER_SEC)

#define NETWORK "sgt-cnn"

/* --- the window --------------------------------------------------------------- */

static gboolean
has_window (gpointer data)
{
  const Bench *self = data;

  return gtk_widget_get_mapped (GTK_WIDGET (self->window));
}

typedef struct
{
  Bench       *bench;
  BenchMeasure measure;
} Task;

/* The window is there: the program's own handler made it. */
static void
activated_cb (Task *task)
{
  Bench *self = task->bench;

  self->session = sal_application_get_session (self->application);
  self->window =
    SAL_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (self->application)));
  app_fixture_wait (has_window, self);
  task->measure (self);
  app_fixture_check_finalised (GTK_WINDOW (self->window));
  self->session = NULL;
  self->window = NULL;
  g_clear_pointer (&self->runs, g_ptr_array_unref);
}

void
bench_in_window (Bench       *self,
                 BenchMeasure measure)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *home = g_dir_make_tmp ("saliscope-bench-XXXXXX", &error);
  char *arguments[] = { (char *) self->program, NULL };
  Task task = { self, measure };

  self->keyboard = home == NULL ? NULL
                   : g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "xdotool", "-", NULL);
  if (self->keyboard == NULL)
    g_error ("%s", error->message);
  g_setenv ("SALISCOPE_HOME", home, TRUE);
  self->application = sal_application_new ();
  g_application_set_flags (G_APPLICATION (self->application), G_APPLICATION_NON_UNIQUE);
  g_signal_connect_data (self->application, "activate", G_CALLBACK (activated_cb), &task, NULL,
                         G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  g_application_run (G_APPLICATION (self->application), 1, arguments);

  g_clear_object (&self->application);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->keyboard), NULL, NULL);
  g_subprocess_wait (self->keyboard, NULL, NULL);
  g_clear_object (&self->keyboard);
  sal_directory_remove (home, NULL);
}

SalRecipe
bench_recipe (Bench  *self,
              SalMode mode)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  g_strlcpy (recipe.dataset, self->dataset, sizeof recipe.dataset);
  g_strlcpy (recipe.network, NETWORK, sizeof recipe.network);
  recipe.mode = mode;
  recipe.epochs = 1000;
  return recipe;
}

static void
set_recipe (Bench  *self,
            SalMode mode)
{
  const SalRecipe recipe = bench_recipe (self, mode);

  sal_session_set_run (self->session, NULL);
  sal_session_set_recipe (self->session, &recipe);
}

static gboolean
has_dataset (gpointer session)
{
  return sal_session_get_dataset (session) != NULL;
}

/* A network of the recipe's mode with random weights, clipped at 2. */
static SalLabModel *
new_model (Bench  *self,
           SalMode mode,
           guint64 seed)
{
  SalDataset *dataset = sal_session_get_dataset (self->session);
  const NnImages *test = sal_dataset_get_test (dataset);
  const NnShape shape = { test->channels, test->height, test->width };
  SalRecipe recipe = { .mode = mode };
  char text[2048];
  NnError error;
  NnModel *model = NULL;

  if (nn_network_text (NETWORK, shape, test->classes,
                       sal_recipe_has_pact (&recipe) ? "pact" : "relu", text, sizeof text,
                       &error) == NN_OK)
    model = nn_model_new (text, &error);
  if (model == NULL)
    g_error ("%s", error.message);
  nn_model_initialise (model, seed);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (nn_model_tensor (model, i).role == NN_TENSOR_ALPHA)
      *nn_model_tensor (model, i).value = 2.0f;

  SalLabModel *known = sal_lab_model_new (model, NULL, dataset);

  nn_model_free (model);
  return known;
}

void
bench_add_runs (Bench *self)
{
  set_recipe (self, SAL_MODE_SGT_PACT);
  app_fixture_wait (has_dataset, self->session);
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
  for (SalMode mode = SAL_MODE_BASELINE; mode <= SAL_MODE_SGT_PACT; mode++) {
    g_autoptr (SalLabModel) model = new_model (self, mode, 1 + (guint64) mode);
    SalModelInfo info = {
      .title = (char *) sal_mode_title (mode),
      .recipe = *sal_session_get_recipe (self->session),
    };

    info.recipe.mode = mode;

    SalRunItem *run = sal_run_item_new_demo ("none", &info);

    sal_run_item_set_model (run, model);
    sal_run_library_add (sal_session_get_runs (self->session), run);
    g_ptr_array_add (self->runs, run);
  }
  sal_session_set_run (self->session, g_ptr_array_index (self->runs, self->runs->len - 1));
}

static gboolean
is_at_speed (gpointer session)
{
  const SalSnapshot *snapshot = sal_session_get_snapshot (session);

  return sal_session_get_state (session) == SAL_WORKER_TRAINING && snapshot != NULL &&
         snapshot->images_per_second > 0;
}

static gboolean
is_idle (gpointer session)
{
  return !sal_session_is_training (session);
}

void
bench_train (Bench *self)
{
  set_recipe (self, SAL_MODE_SGT_PACT);
  sal_session_start (self->session);
  app_fixture_wait (is_at_speed, self->session);
  bench_turn (2000);
}

void
bench_stop (Bench *self)
{
  sal_session_stop (self->session);
  app_fixture_wait (is_idle, self->session);
}

static gboolean
is_wanted (GtkWidget    *widget,
           gconstpointer text)
{
  g_autofree char *title = NULL;

  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (text == NULL || app_fixture_has_label (widget, text))
    return TRUE;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "title") != NULL)
    g_object_get (widget, "title", &title, NULL);
  return g_strcmp0 (title, text) == 0;
}

typedef struct
{
  Bench      *bench;
  GType       type;
  const char *text;
  gpointer    found;
} Search;

static gboolean
is_found (gpointer data)
{
  Search *search = data;

  search->found = app_fixture_find (search->bench->window, search->type, is_wanted, search->text);
  return search->found != NULL;
}

gpointer
bench_find (Bench      *self,
            GType       type,
            const char *text)
{
  Search search = { self, type, text, NULL };

  app_fixture_wait (is_found, &search);
  return search.found;
}

/* --- time ----------------------------------------------------------------------- */

static gboolean
time_is_over_cb (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_turn (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, time_is_over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
bench_turn_random (guint least,
                   guint most)
{
  bench_turn ((guint) g_random_int_range ((gint32) least, (gint32) most));
}

void
bench_press (Bench      *self,
             const char *key)
{
  g_autofree char *line = g_strdup_printf ("key %s\n", key);
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->keyboard), line,
                                  strlen (line), NULL, NULL, &error))
    g_error ("xdotool: %s", error->message);
}

static GdkFrameClock *
get_clock (Bench *self)
{
  return gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
}

typedef struct
{
  BenchSight *sights;
  guint       n;
  guint       n_drawn;
  gpointer    data;
} Wait;

static void
frame_drawn_cb (GdkFrameClock *clock,
                Wait          *wait)
{
  const gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < wait->n; i++)
    if (wait->sights[i].drawn_at == 0 && wait->sights[i].is_shown (wait->data)) {
      wait->sights[i].drawn_at = now;
      wait->n_drawn++;
    }
}

void
bench_await (Bench      *self,
             BenchSight *sights,
             guint       n,
             gpointer    data)
{
  Wait wait = { sights, n, 0, data };
  const gint64 end = g_get_monotonic_time () + PATIENCE;
  const gulong handler = g_signal_connect (get_clock (self), "after-paint",
                                           G_CALLBACK (frame_drawn_cb), &wait);

  while (wait.n_drawn < n && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (get_clock (self), handler);
  for (guint i = 0; i < n; i++)
    if (sights[i].drawn_at == 0)
      g_error ("never drawn: %s", sights[i].what);
}

/* --- the main loop -------------------------------------------------------------- */

#define PERIOD (5 * G_TIME_SPAN_MILLISECOND)

struct _BenchWatcher
{
  Bench     *bench;
  BenchWatch watch;
  GSource   *source;
  guint      tick;
  gulong     handlers[2];
  gint64     frame;    /* when the last one began; 0: none yet                */
};

/* When it was ready is when it should have been called. */
static gboolean
dispatch_timer (GSource    *source,
                GSourceFunc callback,
                gpointer    data)
{
  const gint64 now = g_get_monotonic_time ();

  bench_samples_add (data, (double) (now - g_source_get_ready_time (source)) / 1000);
  g_source_set_ready_time (source, now + PERIOD);
  return G_SOURCE_CONTINUE;
}

static gboolean
ignore_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
draw_every_frame_cb (GtkWidget     *widget,
                     GdkFrameClock *clock,
                     gpointer       data)
{
  return G_SOURCE_CONTINUE;
}

static void
frame_begins_cb (GdkFrameClock *clock,
                 BenchWatcher  *self)
{
  const gint64 now = g_get_monotonic_time ();

  if (self->frame != 0)
    bench_samples_add (self->watch.intervals, (double) (now - self->frame) / 1000);
  self->frame = now;
}

static void
frame_ends_cb (GdkFrameClock *clock,
               BenchWatcher  *self)
{
  if (self->frame != 0)
    bench_samples_add (self->watch.drawing,
                       (double) (g_get_monotonic_time () - self->frame) / 1000);
}

BenchWatcher *
bench_watch (Bench *self)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  BenchWatcher *watcher = g_new0 (BenchWatcher, 1);

  watcher->bench = self;
  watcher->watch = (BenchWatch) {
    bench_samples_new (), bench_samples_new (), bench_samples_new (),
  };
  watcher->source = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (watcher->source, ignore_cb, watcher->watch.lateness, NULL);
  g_source_set_priority (watcher->source, G_PRIORITY_DEFAULT);
  g_source_set_ready_time (watcher->source, g_get_monotonic_time () + PERIOD);
  g_source_attach (watcher->source, NULL);
  watcher->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->window), draw_every_frame_cb,
                                                NULL, NULL);
  watcher->handlers[0] = g_signal_connect (get_clock (self), "before-paint",
                                           G_CALLBACK (frame_begins_cb), watcher);
  watcher->handlers[1] = g_signal_connect (get_clock (self), "after-paint",
                                           G_CALLBACK (frame_ends_cb), watcher);
  return watcher;
}

BenchWatch
bench_unwatch (BenchWatcher *watcher)
{
  const BenchWatch watch = watcher->watch;

  for (guint i = 0; i < G_N_ELEMENTS (watcher->handlers); i++)
    g_signal_handler_disconnect (get_clock (watcher->bench), watcher->handlers[i]);
  gtk_widget_remove_tick_callback (GTK_WIDGET (watcher->bench->window), watcher->tick);
  g_source_destroy (watcher->source);
  g_source_unref (watcher->source);
  g_free (watcher);
  return watch;
}
