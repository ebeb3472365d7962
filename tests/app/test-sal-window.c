/* test-sal-window.c - the window and its story: train, pause, go on, stop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-run-row.h"
#include "sal-sgt-strip.h"
#include "sal-train-page.h"

/* As the fixture has them. */
#define TEST_IMAGES 40

static SalWindow *
open_window (AppFixture *self)
{
  SalWindow *window = sal_window_new (NULL, self->session);

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  return window;
}

static void
activate (SalWindow  *window,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, NULL));
}

/* --- conditions -------------------------------------------------------------- */

static gboolean
is_training (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_TRAINING;
}

static gboolean
is_paused (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_PAUSED;
}

static gboolean
is_idle (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_IDLE;
}

static gsize
recorded_steps (SalSession *session)
{
  SalRunItem *run = sal_session_get_active_run (session);
  SalRunRecord *record = run == NULL ? NULL : sal_run_item_get_record (run);

  return record == NULL ? 0 : sal_run_record_length (record);
}

static gboolean
has_twenty_steps (gpointer session)
{
  return recorded_steps (session) >= 20;
}

typedef struct
{
  SalSession *session;
  gsize       steps;
} Steps;

static gboolean
has_more_steps (gpointer data)
{
  const Steps *before = data;

  return recorded_steps (before->session) > before->steps;
}

/* Waits for ten more steps than there are now. */
static void
wait_for_steps (SalSession *session)
{
  Steps before = { session, recorded_steps (session) + 10 };

  app_fixture_wait (has_more_steps, &before);
}

static gboolean
has_dataset (gpointer session)
{
  return sal_session_get_dataset (session) != NULL;
}

static gboolean
has_model (gpointer session)
{
  return sal_session_get_model (session) != NULL;
}

static gboolean
shows_sgt (gpointer strip)
{
  return gtk_widget_get_mapped (strip);
}

static gboolean
can_resume (gpointer session)
{
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL && sal_run_item_can_resume (run);
}

/* --- tests ------------------------------------------------------------------- */

static void
test_opens_and_goes (AppFixture   *self,
                     gconstpointer data)
{
  SalWindow *window = open_window (self);

  app_fixture_wait (has_dataset, self->session);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static void
test_pages (AppFixture   *self,
            gconstpointer data)
{
  static const char *const names[] = { "quantize", "inspect", "masking", "compare", "train" };
  SalWindow *window = open_window (self);
  SalTrainPage *train = app_fixture_find (window, SAL_TYPE_TRAIN_PAGE, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", names[i]));
    app_fixture_settle ();
    g_assert_cmpint (sal_page_is_shown (SAL_PAGE (train)), ==, i == 4);
  }
  app_fixture_check_finalised (GTK_WINDOW (window));
}

/* Every error is shown in words that can be read. */
static void
test_banner (AppFixture   *self,
             gconstpointer data)
{
  SalWindow *window = open_window (self);
  GtkInfoBar *banner = app_fixture_find (window, GTK_TYPE_INFO_BAR, NULL, NULL);

  g_assert_false (gtk_info_bar_get_revealed (banner));
  sal_session_fail (self->session, "The disk is full");
  g_assert_true (gtk_info_bar_get_revealed (banner));
  g_assert_nonnull (app_fixture_find (banner, GTK_TYPE_LABEL, app_fixture_has_label,
                                      "The disk is full"));
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static gboolean
is_main_menu (GtkWidget    *button,
              gconstpointer data)
{
  return g_strcmp0 (gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (button)),
                    "open-menu-symbolic") == 0;
}

/* The pointer rests on a button while its menu is open; its tooltip would cover
 * the menu. */
static void
test_menus_are_not_covered (AppFixture   *self,
                            gconstpointer data)
{
  SalWindow *window = open_window (self);
  GtkMenuButton *button = app_fixture_find (window, GTK_TYPE_MENU_BUTTON, is_main_menu, NULL);

  g_assert_true (gtk_widget_get_has_tooltip (GTK_WIDGET (button)));
  gtk_menu_button_popup (button);
  app_fixture_settle ();
  g_assert_false (gtk_widget_get_has_tooltip (GTK_WIDGET (button)));
  gtk_menu_button_popdown (button);
  app_fixture_settle ();
  g_assert_true (gtk_widget_get_has_tooltip (GTK_WIDGET (button)));
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static void
test_story (AppFixture   *self,
            gconstpointer data)
{
  SalSession *session = self->session;
  SalWindow *window = open_window (self);

  activate (window, "win.toggle-training");
  app_fixture_wait (has_twenty_steps, session);
  g_assert_true (sal_session_is_live_run (session));
  app_fixture_wait (shows_sgt, app_fixture_find (window, SAL_TYPE_SGT_STRIP, NULL, NULL));

  activate (window, "win.toggle-training");
  app_fixture_wait (is_paused, session);

  activate (window, "win.toggle-training");
  app_fixture_wait (is_training, session);
  wait_for_steps (session);

  activate (window, "win.stop-training");
  app_fixture_wait (is_idle, session);
  app_fixture_wait (has_model, session);
  g_assert_false (sal_session_is_live_run (session));
  app_fixture_check_finalised (GTK_WINDOW (window));
}

/* Enter in the list of runs is to open one, not to delete the first. */
static void
check_list_begins_at (SalWindow  *window,
                      SalRunItem *run)
{
  activate (window, "win.choose-run");
  app_fixture_settle ();

  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
  GtkWidget *row = focus == NULL ? NULL : gtk_widget_get_first_child (focus);

  g_assert_true (SAL_IS_RUN_ROW (row));
  g_assert_true (sal_run_row_get_run (SAL_RUN_ROW (row)) == run);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER)));
  app_fixture_settle ();
}

/* A stopped run is gone on with where it was, with all of its curve. */
static void
test_resume (AppFixture   *self,
             gconstpointer data)
{
  SalSession *session = self->session;
  SalWindow *window = open_window (self);

  activate (window, "win.toggle-training");
  app_fixture_wait (has_twenty_steps, session);
  activate (window, "win.stop-training");
  app_fixture_wait (can_resume, session);

  const gint64 id = sal_run_item_get_id (sal_session_get_run (session));

  check_list_begins_at (window, sal_session_get_run (session));
  activate (window, "win.toggle-training");
  app_fixture_wait (is_training, session);
  wait_for_steps (session);
  g_assert_cmpint (sal_run_item_get_id (sal_session_get_run (session)), ==, id);

  const PlotTrace *trace =
    sal_run_record_trace (sal_run_item_get_record (sal_session_get_run (session)), SAL_CURVE_CE);

  for (gsize i = 1; i < plot_trace_length (trace); i++)
    g_assert_cmpfloat (plot_trace_x (trace)[i], ==, plot_trace_x (trace)[i - 1] + 1);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static void
test_closes_while_training (AppFixture   *self,
                            gconstpointer data)
{
  SalWindow *window = open_window (self);

  activate (window, "win.toggle-training");
  app_fixture_wait (has_twenty_steps, self->session);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static gboolean
is_finished (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_FINISHED
         && g_list_model_get_n_items (sal_session_get_queue (session)) == 0;
}

static gboolean
are_all_predicted (gpointer session)
{
  SalLabModel *model = sal_session_get_model (session);

  return model != NULL && sal_lab_model_get_n_predicted (model) == TEST_IMAGES;
}

/* The images at the left can be narrowed to those that are predicted wrong. */
static void
test_wrong_images (AppFixture   *self,
                   gconstpointer data)
{
  SalSession *session = self->session;
  SalWindow *window = open_window (self);
  GtkGridView *grid = app_fixture_find (window, GTK_TYPE_GRID_VIEW, NULL, NULL);
  guint wrong = 0;

  self->recipe.epochs = 1;
  sal_session_set_recipe (session, &self->recipe);
  activate (window, "win.toggle-training");
  app_fixture_wait (is_finished, session);
  app_fixture_wait (are_all_predicted, session);
  app_fixture_settle ();

  const NnImages *images = sal_dataset_get_test (sal_session_get_dataset (session));
  const gint16 *predicted = sal_lab_model_get_predictions (sal_session_get_model (session));

  for (gsize i = 0; i < images->count; i++)
    wrong += predicted[i] != images->labels[i];

  g_autofree char *label = g_strdup_printf ("wrong %u", wrong);
  GtkToggleButton *button = app_fixture_find (window, GTK_TYPE_TOGGLE_BUTTON,
                                              app_fixture_has_label, label);
  GListModel *shown = G_LIST_MODEL (gtk_grid_view_get_model (grid));

  g_assert_nonnull (button);
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, TEST_IMAGES);
  gtk_toggle_button_set_active (button, TRUE);
  g_assert_cmpuint (wrong, >, 0);
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, wrong);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

/* All four modes, one after the other, each compared with the others. */
static void
test_ablation (AppFixture   *self,
               gconstpointer data)
{
  SalSession *session = self->session;
  SalWindow *window = open_window (self);
  GListModel *compared = G_LIST_MODEL (sal_session_get_compared (session));

  self->recipe.epochs = 1;
  sal_session_set_recipe (session, &self->recipe);
  sal_session_start_all_modes (session);
  g_assert_cmpuint (g_list_model_get_n_items (sal_session_get_queue (session)), ==,
                    SAL_N_MODES - 1);
  app_fixture_wait (is_finished, session);
  g_assert_cmpuint (g_list_model_get_n_items (compared), ==, SAL_N_MODES);
  for (guint i = 0; i < SAL_N_MODES; i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (compared, i);

    g_assert_cmpint (sal_run_item_get_recipe (run)->mode, ==, (int) i);
    g_assert_cmpuint (sal_run_record_length (sal_run_item_get_record (run)), >, 0);
  }
  app_fixture_check_finalised (GTK_WINDOW (window));
}

/* Bits that are changed in mid-run leave a mark on the curve. */
static void
test_bits (AppFixture   *self,
           gconstpointer data)
{
  SalSession *session = self->session;
  SalWindow *window = open_window (self);
  gsize n = 0;

  activate (window, "win.toggle-training");
  app_fixture_wait (has_twenty_steps, session);
  sal_session_change_bits (session, 3, 3);
  wait_for_steps (session);

  const PlotMark *marks =
    sal_run_record_marks (sal_run_item_get_record (sal_session_get_run (session)), &n);

  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (marks[0].label, ==, "W3 A3");
  app_fixture_check_finalised (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/window/opens and is finalised", AppFixture, NULL,
              app_fixture_set_up, test_opens_and_goes, app_fixture_tear_down);
  g_test_add ("/window/shows one page at a time", AppFixture, NULL,
              app_fixture_set_up, test_pages, app_fixture_tear_down);
  g_test_add ("/window/shows errors in its banner", AppFixture, NULL,
              app_fixture_set_up, test_banner, app_fixture_tear_down);
  g_test_add ("/window/does not cover an open menu with a tooltip", AppFixture, NULL,
              app_fixture_set_up, test_menus_are_not_covered, app_fixture_tear_down);
  g_test_add ("/window/trains, pauses, goes on and stops", AppFixture, NULL,
              app_fixture_set_up, test_story, app_fixture_tear_down);
  g_test_add ("/window/resumes a stopped run with all of its curve", AppFixture, NULL,
              app_fixture_set_up, test_resume, app_fixture_tear_down);
  g_test_add ("/window/trains all four modes in turn", AppFixture, NULL,
              app_fixture_set_up, test_ablation, app_fixture_tear_down);
  g_test_add ("/window/narrows the images to wrong ones", AppFixture, NULL,
              app_fixture_set_up, test_wrong_images, app_fixture_tear_down);
  g_test_add ("/window/marks where bits were changed", AppFixture, NULL,
              app_fixture_set_up, test_bits, app_fixture_tear_down);
  g_test_add ("/window/closes while training", AppFixture, NULL,
              app_fixture_set_up, test_closes_while_training, app_fixture_tear_down);
  return g_test_run ();
}
