/* app-fixture.c - a window with a private store and small data, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"

#include "sal-fixture.h"

#define TRAIN 120
#define TEST 40
#define SIZE 28
#define CLASSES 4
#define PATIENCE (30 * G_USEC_PER_SEC)

gboolean
app_fixture_init (int    *argc,
                  char ***argv)
{
  if (!gtk_init_check ()) {
    g_print ("1..0 # SKIP no display: the tests of the window need Xvfb (package xvfb)\n");
    return FALSE;
  }
  g_test_init (argc, argv, NULL);
  adw_init ();
  return TRUE;
}

void
app_fixture_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
app_fixture_wait (AppCondition condition,
                  gpointer     data)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;
  const guint timer = g_timeout_add (20, wake_cb, NULL);

  while (!condition (data)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (timer);
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

void
app_fixture_set_up (AppFixture   *self,
                    gconstpointer data)
{
  self->home = sal_fixture_make_folder ();
  self->folder = sal_fixture_make_folder ();
  sal_fixture_write (self->folder, "train-images-idx3-ubyte",
                     sal_fixture_images (TRAIN, SIZE, SIZE));
  sal_fixture_write (self->folder, "train-labels-idx1-ubyte",
                     sal_fixture_labels (TRAIN, CLASSES));
  sal_fixture_write (self->folder, "t10k-images-idx3-ubyte",
                     sal_fixture_images (TEST, SIZE, SIZE));
  sal_fixture_write (self->folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (TEST, CLASSES));

  sal_recipe_init (&self->recipe);
  g_strlcpy (self->recipe.dataset, self->folder, sizeof self->recipe.dataset);
  g_strlcpy (self->recipe.network, "lenet5", sizeof self->recipe.network);
  self->recipe.epochs = 100000;
  self->recipe.batch = 20;
  self->recipe.validation_share = 0.2;

  self->session = sal_session_new (self->home);
  sal_session_set_run (self->session, NULL);
  sal_session_set_recipe (self->session, &self->recipe);
}

void
app_fixture_tear_down (AppFixture   *self,
                       gconstpointer data)
{
  gpointer weak = self->session;

  /* Tasks in other threads may keep it for a moment. */
  g_object_add_weak_pointer (G_OBJECT (self->session), &weak);
  sal_session_close (self->session);
  g_object_unref (self->session);
  app_fixture_wait (is_gone, &weak);
  sal_fixture_remove_folder (self->home);
  sal_fixture_remove_folder (self->folder);
}

void
app_fixture_check_finalised (GtkWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_destroy (window);
  app_fixture_wait (is_gone, &weak);
}

gpointer
app_fixture_find (gpointer      root,
                  GType         type,
                  AppMatch      matches,
                  gconstpointer data)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && (matches == NULL || matches (root, data)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    gpointer found = app_fixture_find (child, type, matches, data);

    if (found != NULL)
      return found;
  }
  return NULL;
}

gboolean
app_fixture_has_label (GtkWidget    *widget,
                       gconstpointer data)
{
  const char *label = GTK_IS_LABEL (widget) ? gtk_label_get_label (GTK_LABEL (widget))
                      : GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget))
                      : NULL;

  return g_strcmp0 (label, data) == 0;
}

void
app_fixture_press (GtkWidget      *widget,
                   guint           key,
                   GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_autoptr (GtkShortcutTrigger) trigger = gtk_keyval_trigger_new (key, modifiers);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
      continue;
    for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

      if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), trigger)) {
        gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                      gtk_shortcut_get_arguments (shortcut));
        return;
      }
    }
  }
  g_test_fail_printf ("no binding for key %u", key);
}
