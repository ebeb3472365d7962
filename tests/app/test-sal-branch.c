/* test-sal-branch.c - runs that wait for others, and that begin with their weights
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "app-fixture.h"
#include "sal-branch.h"

typedef struct
{
  AppFixture app;
  SalWindow *window;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  app_fixture_set_up (&self->app, NULL);
  self->window = sal_window_new (NULL, self->app.session);
  gtk_window_present (GTK_WINDOW (self->window));
  app_fixture_settle ();
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (GTK_WINDOW (self->window));
  app_fixture_tear_down (&self->app, NULL);
}

static guint
n_queued (SalSession *session)
{
  return g_list_model_get_n_items (sal_session_get_queue (session));
}

/* Whether the current run has recorded steps. */
static gboolean
has_steps (gpointer session)
{
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL && run == sal_session_get_active_run (session)
         && sal_run_item_get_record (run) != NULL
         && sal_run_record_length (sal_run_item_get_record (run)) > 0;
}

static gboolean
has_branched (gpointer session)
{
  return has_steps (session)
         && *sal_run_item_get_recipe (sal_session_get_run (session))->from != '\0';
}

static gboolean
is_finished (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_FINISHED
         && sal_session_get_model (session) != NULL
         && sal_run_item_get_state (sal_session_get_run (session)) == SAL_RUN_FINISHED;
}

static gboolean
can_resume (gpointer run)
{
  return sal_run_item_can_resume (run);
}

static gboolean
is_second_finished (gpointer session)
{
  return is_finished (session) && sal_run_item_get_id (sal_session_get_run (session)) == 2;
}

/* What is started while a run is trained waits, where it is seen, and can be
 * taken off again. */
static void
test_queue (Fixture      *self,
            gconstpointer data)
{
  SalSession *session = self->app.session;
  SalRecipe recipe = self->app.recipe;

  sal_session_start (session);
  app_fixture_wait (has_steps, session);
  /* The recipe of the run in training is not to be changed: a copy of it is. */
  g_signal_emit_by_name (app_fixture_find (self->window, GTK_TYPE_BUTTON, app_fixture_has_label,
                                           "Set Up the Next Run"), "clicked");
  g_assert_null (sal_session_get_run (session));
  g_assert_nonnull (app_fixture_find (self->window, GTK_TYPE_BUTTON, app_fixture_has_label,
                                      "Add to Queue"));

  recipe.mode = SAL_MODE_BASELINE;
  sal_session_set_recipe (session, &recipe);
  sal_session_start (session);
  recipe.mode = SAL_MODE_SGT;
  sal_session_set_recipe (session, &recipe);
  sal_session_start (session);
  g_assert_cmpuint (n_queued (session), ==, 2);

  GtkWidget *row = app_fixture_find (self->window, GTK_TYPE_LIST_BOX_ROW, NULL, NULL);
  g_autoptr (SalQueuedRun) first = g_list_model_get_item (sal_session_get_queue (session), 0);

  g_assert_nonnull (app_fixture_find (row, GTK_TYPE_LABEL, app_fixture_has_label,
                                      sal_queued_run_get_title (first)));
  g_signal_emit_by_name (app_fixture_find (row, GTK_TYPE_BUTTON, NULL, NULL), "clicked");
  g_assert_cmpuint (n_queued (session), ==, 1);

  g_autoptr (SalQueuedRun) left = g_list_model_get_item (sal_session_get_queue (session), 0);

  g_assert_cmpint (sal_queued_run_get_recipe (left)->mode, ==, SAL_MODE_SGT);
  sal_session_stop (session);
  g_assert_cmpuint (n_queued (session), ==, 0);
}

/* The next run begins by itself. */
static void
test_queue_goes_on (Fixture      *self,
                    gconstpointer data)
{
  SalSession *session = self->app.session;

  self->app.recipe.epochs = 1;
  sal_session_set_recipe (session, &self->app.recipe);
  sal_session_start (session);
  sal_session_start (session);
  g_assert_cmpuint (n_queued (session), ==, 1);
  app_fixture_wait (is_second_finished, session);
  g_assert_cmpuint (n_queued (session), ==, 0);
}

static gboolean
has_trained_twice (gpointer session)
{
  SalRunItem *active = sal_session_get_active_run (session);

  return sal_session_get_state (session) == SAL_WORKER_FINISHED && active != NULL
         && sal_run_item_get_id (active) == 2;
}

/* As soon as a run is shown the user begins with the recipe of another. */
static void
set_up_another_cb (SalSession *session,
                   GParamSpec *pspec,
                   SalRecipe  *recipe)
{
  if (sal_session_get_run (session) == NULL)
    return;
  sal_session_set_run (session, NULL);
  sal_session_set_recipe (session, recipe);
}

/* Who sets up another run meanwhile keeps what was typed. */
static void
test_queue_does_not_disturb (Fixture      *self,
                             gconstpointer data)
{
  SalSession *session = self->app.session;
  SalRecipe other = self->app.recipe;

  other.mode = SAL_MODE_SGT;
  self->app.recipe.epochs = 1;
  sal_session_set_recipe (session, &self->app.recipe);
  g_signal_connect (session, "notify::run", G_CALLBACK (set_up_another_cb), &other);
  sal_session_start (session);
  sal_session_start (session);
  app_fixture_wait (has_trained_twice, session);
  g_assert_null (sal_session_get_run (session));
  g_assert_cmpint (sal_session_get_recipe (session)->mode, ==, SAL_MODE_SGT);
}

/* A run that is being trained is left where it is, to be gone on with, and the
 * new one says where it came from. */
static void
test_branch (Fixture      *self,
             gconstpointer data)
{
  SalSession *session = self->app.session;

  sal_session_start (session);
  app_fixture_wait (has_steps, session);

  g_autoptr (SalRunItem) trunk = g_object_ref (sal_session_get_run (session));
  const gint64 trunk_id = sal_run_item_get_id (trunk);
  g_autofree char *origin = g_strdup_printf ("from a checkpoint of run %" G_GINT64_FORMAT,
                                             trunk_id);

  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.branch", NULL);
  app_fixture_wait (has_branched, session);
  g_assert_cmpint (sal_run_item_get_id (sal_session_get_run (session)), !=, trunk_id);
  g_assert_nonnull (strstr (sal_run_item_get_summary (sal_session_get_run (session)), origin));
  app_fixture_wait (can_resume, trunk);
}

/* So many steps at the bits of the Quantize page, more slowly. */
static void
test_fine_tuning (Fixture      *self,
                  gconstpointer data)
{
  SalSession *session = self->app.session;
  const SalBits bits = sal_bits_uniform (3, 2);

  self->app.recipe.epochs = 1;
  self->app.recipe.mode = SAL_MODE_SGT;
  sal_session_set_recipe (session, &self->app.recipe);
  sal_session_start (session);
  app_fixture_wait (is_finished, session);

  sal_session_set_bits (session, &bits);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.fine-tune", "i", 3);
  app_fixture_wait (is_second_finished, session);

  SalRunItem *run = sal_session_get_run (session);
  const SalRecipe *recipe = sal_run_item_get_recipe (run);

  g_assert_cmpint (sal_run_item_get_total_steps (run), ==, 3);
  g_assert_cmpint (recipe->mode, ==, SAL_MODE_SGT_PACT);
  g_assert_cmpint (recipe->weight_bits, ==, 3);
  g_assert_cmpint (recipe->activation_bits, ==, 2);
  g_assert_cmpfloat (recipe->learning_rate, ==, self->app.recipe.learning_rate / 10);
  g_assert_nonnull (strstr (sal_run_item_get_summary (run), "from run 1"));
}

/* More steps than an epoch has are more epochs. */
static void
test_steps (Fixture      *self,
            gconstpointer data)
{
  static const struct
  {
    int steps;
    int epochs;
  } cases[] = { { 1, 1 }, { 4, 1 }, { 10, 3 }, { 48, 10 } };
  SalSession *session = self->app.session;
  const SalBits bits = sal_bits_uniform (4, 4);

  self->app.recipe.epochs = 1;
  sal_session_set_recipe (session, &self->app.recipe);
  sal_session_start (session);
  app_fixture_wait (is_finished, session);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    SalRecipe recipe = self->app.recipe;

    sal_branch_fine_tune (&recipe, sal_session_get_model (session), &bits, cases[i].steps);
    g_assert_cmpint (recipe.epochs, ==, cases[i].epochs);
    g_assert_cmpfloat_with_epsilon (recipe.epochs * recipe.train_share * 96,
                                    cases[i].steps * recipe.batch, 1e-6);
    g_assert_true (sal_recipe_check (&recipe, NULL));
  }
}

static void
test_origins (Fixture      *self,
              gconstpointer data)
{
  static const char *const cases[][2] = {
    { "12", "run 12" },
    { "demo:sgt-pact", "demo sgt-pact" },
    { "/home/a/runs/7/checkpoint.safetensors", "a checkpoint of run 7" },
    { "/home/a/best.safetensors", "best.safetensors" },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    SalRecipe recipe = self->app.recipe;

    g_strlcpy (recipe.from, cases[i][0], sizeof recipe.from);

    g_autofree char *title = sal_branch_origin_title (&recipe);

    g_assert_cmpstr (title, ==, cases[i][1]);
  }
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/branch/runs wait in a queue", Fixture, NULL, set_up, test_queue, tear_down);
  g_test_add ("/branch/the queue goes on by itself", Fixture, NULL,
              set_up, test_queue_goes_on, tear_down);
  g_test_add ("/branch/the queue does not disturb who sets up another run", Fixture, NULL,
              set_up, test_queue_does_not_disturb, tear_down);
  g_test_add ("/branch/a run branches off one in training", Fixture, NULL,
              set_up, test_branch, tear_down);
  g_test_add ("/branch/fine-tunes at the slider's bits", Fixture, NULL,
              set_up, test_fine_tuning, tear_down);
  g_test_add ("/branch/so many steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/branch/names where weights came from", Fixture, NULL,
              set_up, test_origins, tear_down);
  return g_test_run ();
}
