/* test-sal-dataset-download.c - a data set that is missing is offered and fetched
 *
 * From a server of this test ($SALISCOPE_MIRROR), into a folder of this test
 * ($SALISCOPE_HOME).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "app-fixture.h"
#include "file-server.h"
#include "sal-fixture.h"
#include "sal-recipe-editor.h"
#include "sal-dataset-download.h"

typedef struct
{
  AppFixture  app;
  char       *served;
  FileServer *server;
  GtkWindow  *window;
  GtkWidget  *editor;
  GtkWidget  *panel;
  char       *failure;   /* of the session's banner                             */
} Fixture;

static void
failed_cb (Fixture    *self,
           const char *message)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  app_fixture_set_up (&self->app, NULL);
  g_setenv ("SALISCOPE_HOME", self->app.home, TRUE);
  g_unsetenv ("SALISCOPE_DATASETS_PATH");
  self->served = sal_fixture_make_folder ();
  sal_fixture_write (self->served, "mnist/train-images-idx3-ubyte.gz",
                     sal_fixture_images (500, 28, 28));
  self->server = file_server_start (self->served);
  self->window = GTK_WINDOW (gtk_window_new ());
  self->editor = g_object_new (SAL_TYPE_RECIPE_EDITOR, "session", self->app.session, NULL);
  self->panel = app_fixture_find (self->editor, SAL_TYPE_DATASET_DOWNLOAD, NULL, NULL);
  gtk_window_set_child (self->window, self->editor);
  g_signal_connect_swapped (self->app.session, "failed", G_CALLBACK (failed_cb), self);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
  file_server_stop (self->server);
  sal_fixture_remove_folder (self->served);
  app_fixture_tear_down (&self->app, NULL);
  g_free (self->failure);
}

static void
use_server (Fixture    *self,
            const char *habit)
{
  g_autofree char *address = file_server_address (self->server, habit);

  g_setenv ("SALISCOPE_MIRROR", address, TRUE);
}

static void
choose (Fixture    *self,
        const char *name)
{
  SalRecipe recipe = self->app.recipe;

  g_strlcpy (recipe.dataset, name, sizeof recipe.dataset);
  sal_session_set_recipe (self->app.session, &recipe);
}

static void
choose_mnist (Fixture *self)
{
  choose (self, "mnist");
}

static gboolean
is_offered (Fixture *self)
{
  return gtk_widget_get_visible (gtk_widget_get_first_child (self->panel));
}

static GtkButton *
button (Fixture *self)
{
  return app_fixture_find (self->panel, GTK_TYPE_BUTTON, NULL, NULL);
}

static gboolean
contains (GtkWidget    *widget,
          gconstpointer words)
{
  return gtk_widget_get_visible (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), words) != NULL;
}

static gboolean
says (Fixture    *self,
      const char *words)
{
  return app_fixture_find (self->panel, GTK_TYPE_LABEL, contains, words) != NULL;
}

static gboolean
can_start (Fixture *self)
{
  GtkWidget *start = app_fixture_find (self->editor, GTK_TYPE_BUTTON, app_fixture_has_label,
                                       "Start Training");

  return gtk_widget_get_sensitive (start);
}

static gboolean
is_done (gpointer data)
{
  return !g_str_equal (gtk_button_get_label (button (data)), "Cancel");
}

static gboolean
has_progress (gpointer data)
{
  GtkProgressBar *bar =
    app_fixture_find (((Fixture *) data)->panel, GTK_TYPE_PROGRESS_BAR, NULL, NULL);

  return gtk_widget_get_visible (GTK_WIDGET (bar)) && gtk_progress_bar_get_fraction (bar) > 0;
}

static gboolean
has_dataset (gpointer data)
{
  return sal_session_get_dataset (((Fixture *) data)->app.session) != NULL;
}

static void
click (Fixture *self)
{
  g_signal_emit_by_name (button (self), "clicked");
}

static void
test_offer (Fixture      *self,
            gconstpointer data)
{
  g_assert_false (is_offered (self));
  g_assert_true (can_start (self));
  choose_mnist (self);
  g_assert_true (is_offered (self));
  g_assert_true (says (self, "MNIST is not on this computer"));
  g_assert_true (says (self, "CC BY-SA 3.0"));
  g_assert_false (can_start (self));

  /* The offer says it; no banner on top of that. */
  app_fixture_settle ();
  g_assert_null (self->failure);

  /* A variant is made of the same files. */
  choose (self, "mnist-blocks");
  g_assert_true (says (self, "MNIST is not on this computer"));

  sal_session_set_recipe (self->app.session, &self->app.recipe);
  g_assert_false (is_offered (self));
  g_assert_true (can_start (self));
}

static void
test_failure (Fixture      *self,
              gconstpointer data)
{
  use_server (self, "missing");
  choose_mnist (self);
  click (self);
  g_assert_cmpstr (gtk_button_get_label (button (self)), ==, "Cancel");
  app_fixture_wait (is_done, self);
  g_assert_cmpstr (gtk_button_get_label (button (self)), ==, "Try Again");
  g_assert_true (says (self, "404"));

  use_server (self, "page");
  click (self);
  g_assert_false (says (self, "404"));
  app_fixture_wait (is_done, self);
  g_assert_true (says (self, "web page"));
}

static void
test_cancel (Fixture      *self,
             gconstpointer data)
{
  use_server (self, "hang");
  choose_mnist (self);
  click (self);
  app_fixture_wait (has_progress, self);
  g_assert_true (says (self, "MNIST is being downloaded"));
  click (self);
  app_fixture_wait (is_done, self);
  g_assert_cmpstr (gtk_button_get_label (button (self)), ==, "Download the Rest");
  g_assert_false (has_progress (self));
}

/* The window may go while something is being fetched: see tear_down(). */
static void
test_close (Fixture      *self,
            gconstpointer data)
{
  use_server (self, "hang");
  choose_mnist (self);
  click (self);
  app_fixture_wait (has_progress, self);
}

static void
test_mnist (Fixture      *self,
            gconstpointer data)
{
  const char *datasets = g_getenv ("SALISCOPE_DATASETS");

  if (datasets == NULL) {
    g_test_skip ("the files of MNIST are read below $SALISCOPE_DATASETS, which is not set");
    return;
  }
  file_server_stop (self->server);
  self->server = file_server_start (datasets);
  use_server (self, "plain");
  choose_mnist (self);
  click (self);
  app_fixture_wait (has_dataset, self);
  g_assert_cmpstr (sal_dataset_get_name (sal_session_get_dataset (self->app.session)), ==,
                   "mnist");
  g_assert_false (is_offered (self));
  g_assert_true (can_start (self));
}

#define ADD(name, function) \
  g_test_add ("/dataset-download/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  ADD ("is offered where the data set is missing", test_offer);
  ADD ("says what went wrong and tries again", test_failure);
  ADD ("shows progress and can be cancelled", test_cancel);
  ADD ("does not keep a closed window", test_close);
  ADD ("makes the data set usable", test_mnist);
  return g_test_run ();
}
