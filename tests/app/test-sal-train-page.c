/* test-sal-train-page.c - the charts, what SGT sees, and runs that diverge
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page-fixture.h"

#include "sal-chart.h"
#include "sal-diverged-bar.h"
#include "sal-sgt-strip.h"
#include "sal-train-page.h"

static char *
get_string (gpointer    object,
            const char *property)
{
  char *value = NULL;

  g_object_get (object, property, &value, NULL);
  return value;
}

static gboolean
is_exported_as (GtkWidget    *widget,
                gconstpointer name)
{
  g_autofree char *found = get_string (widget, "export-name");

  return g_strcmp0 (found, name) == 0;
}

static SalChart *
find_chart (PageFixture *self,
            const char  *name)
{
  return app_fixture_find (page_fixture_find (self, SAL_TYPE_TRAIN_PAGE), SAL_TYPE_CHART,
                           is_exported_as, name);
}

static gboolean
says (PageFixture *self,
      const char  *words)
{
  return page_fixture_find_label (page_fixture_find (self, SAL_TYPE_TRAIN_PAGE), words) != NULL;
}

/* --- charts -------------------------------------------------------------------- */

static void
give_record (SalRunItem *run,
             guint       n_alphas)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  for (gint64 step = 1; step <= 40; step++) {
    const float alphas[] = { 3, 2 };
    const SalMetric metric = {
      .step = step, .epoch = step / 10.0, .ce = 1, .kl = NAN, .train_accuracy = 0.5,
      .validation_accuracy = NAN, .validation_ce = NAN, .learning_rate = 0.1,
      .images_per_second = 900,
    };

    sal_run_record_append (record, &metric, 1, n_alphas > 0 ? alphas : NULL, n_alphas);
  }
  sal_run_item_set_record (run, record);
}

/* A model file or a demo without curves: its clipping levels are known still. */
static void
test_clipping_levels_without_curves (PageFixture  *self,
                                     gconstpointer page)
{
  SalChart *side = find_chart (self, "alpha");
  g_autoptr (SalRunRecord) empty = sal_run_record_new ();

  sal_run_item_set_record (self->pact, empty);
  sal_session_set_run (self->app.session, self->pact);

  g_autofree char *words = get_string (side, "empty-text");

  g_assert_cmpstr (words, ==, "Not recorded; now act1 2.00 · act2 2.00");
}

static GtkDropDown *
find_choice (PageFixture *self)
{
  return app_fixture_find (gtk_widget_get_parent (GTK_WIDGET (find_chart (self, "alpha"))),
                           GTK_TYPE_DROP_DOWN, NULL, NULL);
}

static void
test_side_chart_follows_the_run (PageFixture  *self,
                                 gconstpointer page)
{
  GtkDropDown *choice = find_choice (self);

  give_record (self->pact, 2);
  give_record (self->baseline, 0);
  sal_session_set_run (self->app.session, self->pact);
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 0);
  sal_session_set_run (self->app.session, self->baseline);
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 1);

  /* What was chosen by hand stays. */
  gtk_drop_down_set_selected (choice, 2);
  sal_session_set_run (self->app.session, self->pact);
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 2);
  gtk_drop_down_set_selected (choice, 0);
  sal_session_set_run (self->app.session, self->baseline);

  g_autofree char *words = get_string (find_chart (self, "alpha"), "empty-text");

  g_assert_cmpstr (words, ==, "Without PACT there are no clipping levels");
}

/* The zoomed stretch stays what it is, whatever it is counted in. */
static void
test_counts_in_epochs (PageFixture  *self,
                       gconstpointer page)
{
  SalChart *loss = find_chart (self, "loss");
  SalChart *accuracy = find_chart (self, "accuracy");
  GtkToggleButton *epochs =
    page_fixture_find_label (page_fixture_find (self, SAL_TYPE_TRAIN_PAGE), "epochs");
  double minimum = 0;
  double maximum = 0;

  give_record (self->baseline, 0);
  sal_chart_set_x_range (loss, 10, 30);
  sal_chart_set_x_range (accuracy, 10, 30);
  gtk_toggle_button_set_active (epochs, TRUE);
  sal_chart_get_x_range (loss, &minimum, &maximum);
  g_assert_cmpfloat_with_epsilon (minimum, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (maximum, 3, 1e-9);

  g_autofree char *title = get_string (accuracy, "x-title");

  g_assert_cmpstr (title, ==, "epoch");
  gtk_toggle_button_set_active (epochs, FALSE);
  sal_chart_get_x_range (accuracy, &minimum, &maximum);
  g_assert_cmpfloat_with_epsilon (minimum, 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (maximum, 30, 1e-9);
}

/* --- what SGT sees ---------------------------------------------------------------- */

static gboolean
shows_strip (gpointer data)
{
  return gtk_widget_get_mapped (page_fixture_find (data, SAL_TYPE_SGT_STRIP));
}

static void
test_strip_of_a_stored_run (PageFixture  *self,
                            gconstpointer page)
{
  app_fixture_wait (shows_strip, self);
  g_assert_true (says (self, "What SGT would see in this network, which was trained without"));
  sal_session_set_run (self->app.session, NULL);
  g_assert_false (shows_strip (self));
  g_assert_true (says (self, "Start a run with SGT: its images, gradients and masks are shown "
                       "here as it trains."));
}

static gboolean
says_all_zero (gpointer data)
{
  /* What it is, where it is not what is asked for. */
  g_autofree char *value =
    gtk_test_accessible_check_property (page_fixture_find (data, SAL_TYPE_SGT_STRIP),
                                        GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "nothing");

  return strstr (value, "(gradient: all zero)") != NULL;
}

/* Colours cannot say it: a gradient that is nothing looks like a faint one. */
static void
test_strip_says_that_a_gradient_is_all_zero (PageFixture  *self,
                                             gconstpointer page)
{
  app_fixture_wait (shows_strip, self);
  g_assert_false (says_all_zero (self));
  page_fixture_silence (self, self->pact);
  sal_session_set_run (self->app.session, self->pact);
  app_fixture_wait (says_all_zero, self);
}

/* --- runs that diverge ------------------------------------------------------------ */

/* Nothing in it holds the values back. */
static const char linear_network[] = "flatten f\n"
                                     "linear a out=32\n"
                                     "linear b out=32\n"
                                     "linear c out=classes\n";

static gboolean
shows_bar (gpointer data)
{
  return gtk_widget_get_visible (page_fixture_find (data, SAL_TYPE_DIVERGED_BAR));
}

static gboolean
is_training_on (gpointer data)
{
  SalSession *session = ((PageFixture *) data)->app.session;
  const SalSnapshot *snapshot = sal_session_get_snapshot (session);

  return sal_session_get_state (session) == SAL_WORKER_TRAINING && snapshot->step > 50;
}

static void
test_diverged_run_goes_on (PageFixture  *self,
                           gconstpointer page)
{
  SalSession *session = self->app.session;
  SalRecipe recipe = self->app.recipe;
  g_autofree char *path = g_build_filename (self->app.home, "linear.txt", NULL);
  gpointer bar = page_fixture_find (self, SAL_TYPE_DIVERGED_BAR);

  g_assert_true (g_file_set_contents (path, linear_network, -1, NULL));
  g_assert_true (sal_recipe_set (&recipe, "network", path, NULL));
  recipe.mode = SAL_MODE_BASELINE;
  g_assert_true (sal_recipe_set (&recipe, "optimizer", "sgd", NULL));
  recipe.learning_rate = 100;
  recipe.schedule = NN_SCHEDULE_CONSTANT;
  g_assert_false (shows_bar (self));
  sal_session_set_run (session, NULL);
  sal_session_set_recipe (session, &recipe);
  sal_session_start (session);
  app_fixture_wait (shows_bar, self);

  GtkEditable *rate = app_fixture_find (bar, GTK_TYPE_ENTRY, NULL, NULL);
  GtkWidget *button = app_fixture_find (bar, GTK_TYPE_BUTTON, app_fixture_has_label, "Go On");

  g_assert_cmpstr (gtk_editable_get_text (rate), ==, "10");
  gtk_editable_set_text (rate, "many");
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (rate), "error"));
  g_assert_true (shows_bar (self));

  gtk_editable_set_text (rate, "0.001");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (rate), "error"));
  g_signal_emit_by_name (button, "clicked");
  app_fixture_wait (is_training_on, self);
  g_assert_false (shows_bar (self));
  g_assert_cmpfloat (sal_session_get_recipe (session)->learning_rate, ==, 0.001);
  g_assert_cmpint (sal_run_item_get_id (sal_session_get_run (session)), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/train/names clipping levels that have no curve", test_clipping_levels_without_curves },
    { "/train/shows beside the loss what concerns the run", test_side_chart_follows_the_run },
    { "/train/counts in epochs", test_counts_in_epochs },
    { "/train/shows what SGT would see in a stored run", test_strip_of_a_stored_run },
    { "/train/says that a gradient is all zero", test_strip_says_that_a_gradient_is_all_zero },
    { "/train/goes on with a run that diverged", test_diverged_run_goes_on },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("train", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
