/* test-sal-network-editor.c - a network is written, and goes into the recipe
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "app-fixture.h"
#include "sal-network-editor.h"

typedef struct
{
  AppFixture app;
  GtkWindow *window;
} Fixture;

static gboolean
is_editable (GtkWidget    *widget,
             gconstpointer data)
{
  return gtk_text_view_get_editable (GTK_TEXT_VIEW (widget)) == (data != NULL)
         && (data != NULL || gtk_widget_get_focusable (widget));
}

static GtkTextBuffer *
text_buffer (Fixture *self)
{
  return gtk_text_view_get_buffer (app_fixture_find (self->window, GTK_TYPE_TEXT_VIEW,
                                                     is_editable, "editable"));
}

/* What is in a buffer. Free the result. */
static char *
text_of (GtkTextBuffer *buffer)
{
  char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  return text;
}

static char *
figures (Fixture *self)
{
  return text_of (gtk_text_view_get_buffer (app_fixture_find (self->window, GTK_TYPE_TEXT_VIEW,
                                                              is_editable, NULL)));
}

static GtkWidget *
use_button (Fixture *self)
{
  return app_fixture_find (self->window, GTK_TYPE_BUTTON, app_fixture_has_label, "Use");
}

static gboolean
is_filled (gpointer buffer)
{
  return gtk_text_buffer_get_char_count (buffer) > 0;
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  app_fixture_set_up (&self->app, NULL);
  self->window = g_object_new (SAL_TYPE_NETWORK_EDITOR, "session", self->app.session, NULL);
  gtk_window_present (self->window);
  app_fixture_wait (is_filled, text_buffer (self));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
  app_fixture_tear_down (&self->app, NULL);
}

/* The recipe's network is there to start from, with its figures. */
static void
test_starting (Fixture      *self,
               gconstpointer data)
{
  g_autofree char *text = text_of (text_buffer (self));
  g_autofree char *shown = figures (self);

  g_assert_true (g_str_has_prefix (text, "# Own lenet5\n"));
  g_assert_nonnull (strstr (text, "out=classes"));
  g_assert_nonnull (strstr (shown, "6 × 28 × 28"));
  g_assert_true (gtk_widget_get_sensitive (use_button (self)));
}

/* A mistake is named, its line pointed at, and what is before it still shown. */
static void
test_mistake (Fixture      *self,
              gconstpointer data)
{
  gtk_text_buffer_set_text (text_buffer (self), "conv2d first out=3\nrelu act\nconv3d second", -1);

  g_autofree char *shown = figures (self);
  g_auto (GStrv) lines = g_strsplit (shown, "\n", -1);
  GtkTextIter place;

  g_assert_cmpint (g_strv_length (lines), ==, 3);
  g_assert_nonnull (strstr (lines[1], "3 × 26 × 26"));
  g_assert_nonnull (strstr (lines[2], "here"));
  g_assert_false (gtk_widget_get_sensitive (use_button (self)));

  gtk_text_buffer_get_iter_at_line (text_buffer (self), &place, 2);
  g_assert_true (gtk_text_iter_starts_tag (&place, NULL));
  g_assert_nonnull (app_fixture_find (self->window, GTK_TYPE_LABEL, app_fixture_has_label,
                                      "line 3: there is no layer kind \"conv3d\""));
}

static void
test_using (Fixture      *self,
            gconstpointer data)
{
  const SalRecipe *recipe = sal_session_get_recipe (self->app.session);

  gtk_text_buffer_set_text (text_buffer (self),
                            "# Tiny\nconv2d c out=2\nrelu r\nflatten f\nlinear l out=classes", -1);
  g_assert_true (gtk_widget_get_sensitive (use_button (self)));
  g_object_ref (self->window);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "network.use", NULL);
  g_object_unref (self->window);

  g_autofree char *title = sal_recipe_network_title (recipe);

  g_assert_cmpstr (title, ==, "Tiny");
  g_assert_true (sal_recipe_has_own_network (recipe));
  self->window = g_object_new (SAL_TYPE_NETWORK_EDITOR, "session", self->app.session, NULL);
  app_fixture_wait (is_filled, text_buffer (self));

  g_autofree char *again = text_of (text_buffer (self));

  g_assert_cmpstr (again, ==, recipe->network);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/network-editor/starts with the recipe's network", Fixture, NULL,
              set_up, test_starting, tear_down);
  g_test_add ("/network-editor/points at a mistake", Fixture, NULL,
              set_up, test_mistake, tear_down);
  g_test_add ("/network-editor/puts the text into the recipe", Fixture, NULL,
              set_up, test_using, tear_down);
  return g_test_run ();
}
