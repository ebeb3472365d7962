/* test-sal-selection-memory.c - the next start shows what was looked at last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-queued-run.h"
#include "sal-selection-memory.h"
#include "sal-settings.h"

static gboolean
shows_sgt_demo (gpointer session)
{
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL && g_strcmp0 (sal_run_item_get_resource (run), "sgt") == 0;
}

static gboolean
shows_a_run (gpointer session)
{
  return sal_session_get_run (session) != NULL;
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

static void
close_session (SalSession *session)
{
  gpointer weak = session;

  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  sal_session_close (session);
  g_object_unref (session);
  app_fixture_wait (is_gone, &weak);
}

/* As its button does. */
static void
close_window (SalWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_close (GTK_WINDOW (window));
  app_fixture_wait (is_gone, &weak);
}

static void
choose_sgt_demo (SalSession *session)
{
  GListModel *runs = G_LIST_MODEL (sal_session_get_runs (session));

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (runs, i);

    if (g_strcmp0 (sal_run_item_get_resource (run), "sgt") == 0)
      sal_session_set_run (session, run);
  }
}

/* The first session chooses the demo of both techniques; the second the one
 * that the window of the first showed when it was closed. */
static void
test_restores (AppFixture   *self,
               gconstpointer data)
{
  g_autoptr (GSettings) settings = sal_settings_new ();
  SalSession *first = sal_session_new (self->home);
  const SalBits bits = sal_bits_uniform (4, 3);

  g_assert_nonnull (settings);
  app_fixture_wait (shows_a_run, first);
  g_assert_false (shows_sgt_demo (first));

  SalWindow *window = sal_window_new (NULL, first);

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  choose_sgt_demo (first);
  sal_session_set_image (first, 7);
  sal_session_set_bits (first, &bits);
  close_window (window);
  close_session (first);

  SalSession *second = sal_session_new (self->home);

  sal_selection_memory_restore (settings, second);
  app_fixture_wait (shows_sgt_demo, second);
  g_assert_cmpuint (sal_session_get_image (second), ==, 7);
  g_assert_true (sal_bits_equal (sal_session_get_bits (second), &bits));
  close_session (second);
}

static guint
n_queued (SalSession *session)
{
  return g_list_model_get_n_items (sal_session_get_queue (session));
}

static gboolean
is_training (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_TRAINING;
}

static gboolean
trains_the_first (gpointer session)
{
  const SalSnapshot *snapshot = sal_session_get_snapshot (session);

  return is_training (session) && snapshot != NULL && snapshot->step > 0
         && sal_session_get_run (session) != NULL
         && sal_run_item_get_recipe (sal_session_get_run (session))->mode == SAL_MODE_PACT;
}

/* "Start Queue", where it can be pressed. */
static GtkWidget *
find_start (SalWindow *window)
{
  GtkWidget *button =
    app_fixture_find (window, GTK_TYPE_BUTTON, app_fixture_has_label, "Start Queue");

  g_assert_nonnull (button);
  return gtk_widget_get_mapped (button) && gtk_widget_is_sensitive (button) ? button : NULL;
}

/* The first session has a run in training, of which two others wait for the
 * end; the second has them wait until they are started. */
static void
test_restores_the_queue (AppFixture   *self,
                         gconstpointer data)
{
  SalSession *first = sal_session_new (self->home);
  SalWindow *window = sal_window_new (NULL, first);
  SalRecipe recipe = self->recipe;

  gtk_window_present (GTK_WINDOW (window));
  sal_window_show_page (window, "train");
  sal_session_set_run (first, NULL);
  sal_session_set_recipe (first, &recipe);
  sal_session_start (first);
  app_fixture_wait (is_training, first);
  recipe.mode = SAL_MODE_PACT;
  recipe.seed = 5;
  sal_session_set_run (first, NULL);
  sal_session_set_recipe (first, &recipe);
  sal_session_start (first);
  recipe.mode = SAL_MODE_SGT;
  sal_session_set_recipe (first, &recipe);
  sal_session_start (first);
  g_assert_cmpuint (n_queued (first), ==, 2);
  g_assert_null (find_start (window));
  close_window (window);
  close_session (first);

  SalSession *second = sal_session_new (self->home);

  window = sal_window_new (NULL, second);
  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  g_assert_cmpuint (n_queued (second), ==, 2);
  g_assert_false (sal_session_is_training (second));

  g_autoptr (SalQueuedRun) waiting = g_list_model_get_item (sal_session_get_queue (second), 1);

  g_assert_cmpint (sal_queued_run_get_recipe (waiting)->mode, ==, SAL_MODE_SGT);
  g_assert_cmpuint (sal_queued_run_get_recipe (waiting)->seed, ==, 5);
  g_signal_emit_by_name (find_start (window), "clicked");
  app_fixture_wait (trains_the_first, second);
  g_assert_cmpuint (n_queued (second), ==, 1);
  g_assert_null (find_start (window));

  /* What was started, or given up, is not there again. */
  sal_session_stop (second);
  close_window (window);
  close_session (second);

  SalSession *third = sal_session_new (self->home);
  g_autoptr (GSettings) settings = sal_settings_new ();

  sal_selection_memory_restore (settings, third);
  g_assert_cmpuint (n_queued (third), ==, 0);
  close_session (third);
}

/* What no program of ours has written: a damaged file, or somebody's hand. */
static void
test_absurd_settings_are_passed_over (AppFixture   *self,
                                      gconstpointer data)
{
  static const char *const pages[] = { "train", "quantize", "inspect", "masking", "compare" };
  g_autoptr (GSettings) settings = sal_settings_new ();

  g_settings_set_string (settings, "page", "\033no such page");
  g_settings_set_string (settings, "run", "999999999999999999999999");
  g_settings_set_uint (settings, "image", G_MAXUINT);
  g_settings_set_int (settings, "weight-bits", 20);
  g_settings_set_int (settings, "activation-bits", 1);
  g_settings_set_value (settings, "queue",
                        g_variant_new_parsed ("[(@u 7, '{'), (4294967295, '[[['),"
                                              " (0, '{\"epochs\": -1}')]"));

  SalSession *session = sal_session_new (self->home);
  SalWindow *window = sal_window_new (NULL, session);

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_wait (shows_a_run, session);
  g_assert_cmpint (sal_session_get_bits (session)->weight_bits, ==, SAL_BITS_AS_TRAINED);
  g_assert_cmpint (sal_session_get_bits (session)->activation_bits, ==, SAL_BITS_AS_TRAINED);
  g_assert_cmpuint (n_queued (session), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    sal_window_show_page (window, pages[i]);
    app_fixture_settle ();
  }
  close_window (window);
  close_session (session);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/selection-memory/run, image and bits are shown again", AppFixture, NULL,
              app_fixture_set_up, test_restores, app_fixture_tear_down);
  g_test_add ("/selection-memory/what was in the queue waits to be started", AppFixture, NULL,
              app_fixture_set_up, test_restores_the_queue, app_fixture_tear_down);
  g_test_add ("/selection-memory/absurd settings are passed over", AppFixture, NULL,
              app_fixture_set_up, test_absurd_settings_are_passed_over, app_fixture_tear_down);
  return g_test_run ();
}
