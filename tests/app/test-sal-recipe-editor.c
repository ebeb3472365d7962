/* test-sal-recipe-editor.c - a control for every field, and what it refuses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-recipe-editor.h"
#include "sal-recipe-row.h"

typedef struct
{
  AppFixture app;
  GtkWindow *window;
  GtkWidget *editor;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  app_fixture_set_up (&self->app, NULL);
  self->window = GTK_WINDOW (gtk_window_new ());
  self->editor = g_object_new (SAL_TYPE_RECIPE_EDITOR, "session", self->app.session, NULL);
  gtk_window_set_child (self->window, self->editor);

  GtkExpander *rare = app_fixture_find (self->editor, GTK_TYPE_EXPANDER, NULL, NULL);

  gtk_expander_set_expanded (rare, TRUE);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
  app_fixture_tear_down (&self->app, NULL);
}

static gboolean
is_field (GtkWidget    *widget,
          gconstpointer data)
{
  return g_str_equal (sal_recipe_row_get_field (SAL_RECIPE_ROW (widget))->option, data);
}

static SalRecipeRow *
row (Fixture    *self,
     const char *option)
{
  return app_fixture_find (self->editor, SAL_TYPE_RECIPE_ROW, is_field, option);
}

static GtkWidget *
start_button (Fixture *self)
{
  return app_fixture_find (self->editor, GTK_TYPE_BUTTON, app_fixture_has_label,
                           "Start Training");
}

/* What has a row in the table of fields has a control; nobody lists them. */
static void
test_fields (Fixture      *self,
             gconstpointer data)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_assert_nonnull (row (self, field->option));
    g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (row (self, field->option))),
                     ==, field->help);
  }
}

static void
test_typing (Fixture      *self,
             gconstpointer data)
{
  GtkEntry *entry = app_fixture_find (row (self, "epochs"), GTK_TYPE_ENTRY, NULL, NULL);

  gtk_editable_set_text (GTK_EDITABLE (entry), "12");
  g_assert_cmpint (sal_session_get_recipe (self->app.session)->epochs, ==, 12);
  g_assert_true (gtk_widget_get_sensitive (start_button (self)));
}

static void
test_refusing (Fixture      *self,
               gconstpointer data)
{
  GtkEntry *entry = app_fixture_find (row (self, "epochs"), GTK_TYPE_ENTRY, NULL, NULL);
  const int epochs = sal_session_get_recipe (self->app.session)->epochs;

  gtk_editable_set_text (GTK_EDITABLE (entry), "many");
  g_assert_cmpint (sal_session_get_recipe (self->app.session)->epochs, ==, epochs);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  g_assert_false (gtk_widget_get_sensitive (start_button (self)));

  gtk_editable_set_text (GTK_EDITABLE (entry), "3");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  g_assert_true (gtk_widget_get_sensitive (start_button (self)));
}

static void
test_modes (Fixture      *self,
            gconstpointer data)
{
  static const struct
  {
    SalMode  mode;
    gboolean sgt;
    gboolean pact;
  } cases[] = {
    { SAL_MODE_BASELINE, FALSE, FALSE },
    { SAL_MODE_SGT, TRUE, FALSE },
    { SAL_MODE_PACT, FALSE, TRUE },
    { SAL_MODE_SGT_PACT, TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    SalRecipe recipe = self->app.recipe;

    recipe.mode = (int) cases[i].mode;
    sal_session_set_recipe (self->app.session, &recipe);
    for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
      const gboolean applies = (!field->sgt_only || cases[i].sgt)
                               && (!field->pact_only || cases[i].pact)
                               && (field->need == NULL || field->need->holds (&recipe));

      g_assert_cmpint (gtk_widget_get_sensitive (GTK_WIDGET (row (self, field->option))), ==,
                       applies);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/recipe-editor/has a control for every field", Fixture, NULL,
              set_up, test_fields, tear_down);
  g_test_add ("/recipe-editor/takes what is typed", Fixture, NULL,
              set_up, test_typing, tear_down);
  g_test_add ("/recipe-editor/marks what it refuses", Fixture, NULL,
              set_up, test_refusing, tear_down);
  g_test_add ("/recipe-editor/fields follow the mode", Fixture, NULL,
              set_up, test_modes, tear_down);
  return g_test_run ();
}
