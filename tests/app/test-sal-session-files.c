/* test-sal-session-files.c - model files that the user opens
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "app-fixture.h"
#include "sal-model-file.h"

static const char network_text[] =
  "input channels=1 height=28 width=28\n"
  "conv2d conv1 out=3\n"
  "relu act1\n"
  "max-pool pool\n"
  "flatten flat\n"
  "linear fc out=4\n";

/* The path of a model of the fixture's data. Free the result. */
static char *
write_model (AppFixture *self)
{
  static const char *const names[] = { "a", "b", "c", "d", NULL };
  char *path = g_build_filename (self->home, "own.safetensors", NULL);
  NnError error;
  NnModel *model = nn_model_new (network_text, &error);
  SalModelInfo info = {
    .title = g_strdup ("Own"),
    .dataset_hash = g_strdup (""),
    .recipe = self->recipe,
    .class_names = g_strdupv ((char **) names),
    .std = { 1.0f },
    .validation_accuracy = 0.5,
    .test_accuracy = NAN,
  };

  g_assert_nonnull (model);
  nn_model_initialise (model, 7);
  g_assert_true (sal_model_file_save (path, model, &info, NULL));
  sal_model_info_clear (&info);
  nn_model_free (model);
  return path;
}

static SalWindow *
open_window (AppFixture *self)
{
  SalWindow *window = sal_window_new (NULL, self->session);

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  return window;
}

static gboolean
has_dataset (gpointer session)
{
  return sal_session_get_dataset (session) != NULL;
}

static gboolean
shows_file (gpointer session)
{
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL && sal_run_item_get_file (run) != NULL
         && sal_session_get_model (session) != NULL;
}

/* A model file becomes a run that is shown, however often it is opened. */
static void
test_opens_file (AppFixture   *self,
                 gconstpointer data)
{
  SalWindow *window = open_window (self);
  GListModel *runs = G_LIST_MODEL (sal_session_get_runs (self->session));
  g_autofree char *path = write_model (self);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  app_fixture_wait (has_dataset, self->session);

  sal_session_open_file (self->session, file);
  app_fixture_wait (shows_file, self->session);

  SalRunItem *run = sal_session_get_run (self->session);
  const guint n = g_list_model_get_n_items (runs);

  g_assert_cmpstr (sal_run_item_get_title (run), ==, "own.safetensors");
  g_assert_cmpstr (sal_run_item_get_file (run), ==, path);
  sal_session_set_run (self->session, NULL);
  sal_session_open_file (self->session, file);
  app_fixture_wait (shows_file, self->session);
  g_assert_true (sal_session_get_run (self->session) == run);
  g_assert_cmpuint (g_list_model_get_n_items (runs), ==, n);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

static gboolean
has_banner (gpointer banner)
{
  return gtk_info_bar_get_revealed (banner);
}

/* A file that is no model is said so in the banner, and nothing is chosen. */
static void
test_refuses_file (AppFixture   *self,
                   gconstpointer data)
{
  SalWindow *window = open_window (self);
  g_autofree char *path = g_build_filename (self->home, "letter.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "Dear network,", -1, NULL));
  sal_session_open_file (self->session, file);
  app_fixture_wait (has_banner, app_fixture_find (window, GTK_TYPE_INFO_BAR, NULL, NULL));
  g_assert_null (sal_session_get_run (self->session));
  app_fixture_check_finalised (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/session-files/a model file becomes a run that is shown", AppFixture, NULL,
              app_fixture_set_up, test_opens_file, app_fixture_tear_down);
  g_test_add ("/session-files/what is no model is said in the banner", AppFixture, NULL,
              app_fixture_set_up, test_refuses_file, app_fixture_tear_down);
  return g_test_run ();
}
