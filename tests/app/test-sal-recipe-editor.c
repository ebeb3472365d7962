/* test-sal-recipe-editor.c - a control for every field, and what it refuses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-dataset-library.h"
#include "sal-recipe-editor.h"
#include "sal-recipe-row.h"

typedef struct
{
  AppFixture app;
  GtkWindow *window;
  GtkWidget *editor;
} Fixture;

/* Opens or closes all expanders; what is in a closed one is not in the tree. */
static void
expand (GtkWidget *root,
        gboolean   expanded)
{
  if (GTK_IS_EXPANDER (root))
    gtk_expander_set_expanded (GTK_EXPANDER (root), expanded);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    expand (child, expanded);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  app_fixture_set_up (&self->app, NULL);
  self->window = GTK_WINDOW (gtk_window_new ());
  self->editor = g_object_new (SAL_TYPE_RECIPE_EDITOR, "session", self->app.session, NULL);
  gtk_window_set_child (self->window, self->editor);
  expand (self->editor, TRUE);
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

      g_assert_cmpint (gtk_widget_get_visible (GTK_WIDGET (row (self, field->option))), ==,
                       applies);
    }
  }
}

static GtkWidget *
more (Fixture    *self,
      const char *option)
{
  return gtk_widget_get_ancestor (GTK_WIDGET (row (self, option)), GTK_TYPE_EXPANDER);
}

/* What few people change is behind an expander that says whether any of it was
 * changed. */
static void
test_rare_fields (Fixture      *self,
                  gconstpointer data)
{
  SalRecipe recipe = self->app.recipe;

  g_assert_null (more (self, "learning-rate"));
  g_assert_nonnull (app_fixture_find (more (self, "label-smoothing"), GTK_TYPE_LABEL,
                                      app_fixture_has_label, "More"));

  recipe.label_smoothing = 0.2;
  recipe.nesterov = 1;
  sal_session_set_recipe (self->app.session, &recipe);
  g_assert_nonnull (app_fixture_find (more (self, "label-smoothing"), GTK_TYPE_LABEL,
                                      app_fixture_has_label, "More · 2 changed"));
}

static void
test_remembering (Fixture      *self,
                  gconstpointer data)
{
  for (int expanded = 0; expanded < 2; expanded++) {
    expand (self->editor, expanded);

    GtkWidget *next = g_object_ref_sink (
      g_object_new (SAL_TYPE_RECIPE_EDITOR, "session", self->app.session, NULL));
    GtkExpander *first = app_fixture_find (next, GTK_TYPE_EXPANDER, NULL, NULL);

    g_assert_cmpint (gtk_expander_get_expanded (first), ==, expanded);
    g_object_unref (next);
  }
}

/* By Tab through all of it, past what is closed, without a complaint of GTK. */
static void
test_tab (Fixture      *self,
          gconstpointer data)
{
  int stops = 0;

  expand (self->editor, FALSE);
  gtk_window_present (self->window);
  app_fixture_settle ();
  while (gtk_widget_child_focus (self->editor, GTK_DIR_TAB_FORWARD))
    stops++;
  g_assert_cmpint (stops, >, 10);
}

/* What a row takes of its grid. */
typedef struct
{
  GtkWidget *grid;
  int        column;
  int        line;
  int        width;
} Place;

static Place
place_of (GtkWidget *widget)
{
  Place place = { .grid = gtk_widget_get_parent (widget) };
  int height = 0;

  gtk_grid_query_child (GTK_GRID (place.grid), widget, &place.column, &place.line, &place.width,
                        &height);
  return place;
}

/* Rows that come and go leave no gap and cover no other: each is on the line
 * below the last one, or beside it. */
static void
test_places (Fixture      *self,
             gconstpointer data)
{
  for (int mode = 0; mode < SAL_N_MODES; mode++) {
    SalRecipe recipe = self->app.recipe;
    g_autoptr (GHashTable) last = g_hash_table_new_full (NULL, NULL, NULL, g_free);

    recipe.mode = mode;
    sal_session_set_recipe (self->app.session, &recipe);
    for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
      GtkWidget *widget = GTK_WIDGET (row (self, field->option));

      if (!gtk_widget_get_visible (widget))
        continue;

      const Place place = place_of (widget);
      const Place *before = g_hash_table_lookup (last, place.grid);
      const int line = before == NULL ? 0 : before->line + (place.column == 0);

      g_assert_cmpint (place.line, ==, line);
      g_assert_cmpint (place.column, ==, place.column == 0 ? 0 : before->column + before->width);
      g_assert_cmpint (place.column + place.width, <=, 2);
      g_hash_table_insert (last, place.grid, g_memdup2 (&place, sizeof place));
    }
  }
}

/* A slip in a field that the recipe does not use any more keeps nobody from
 * starting. */
static void
test_forgetting (Fixture      *self,
                 gconstpointer data)
{
  SalRecipe recipe = *sal_session_get_recipe (self->app.session);
  GtkEntry *entry = app_fixture_find (row (self, "masked-share"), GTK_TYPE_ENTRY, NULL, NULL);

  gtk_editable_set_text (GTK_EDITABLE (entry), "half");
  g_assert_false (gtk_widget_get_sensitive (start_button (self)));

  recipe.mode = SAL_MODE_BASELINE;
  sal_session_set_recipe (self->app.session, &recipe);
  g_assert_true (gtk_widget_get_sensitive (start_button (self)));
}

/* --- a damaged data set ------------------------------------------------------------ */

static const char *
title_at (GListModel *titles,
          guint       position)
{
  g_autoptr (GtkStringObject) title = g_list_model_get_item (titles, position);

  return title == NULL ? "" : gtk_string_object_get_string (title);
}

/* The place of "pets (damaged)" in the list of data sets, or that behind the end. */
static guint
find_damaged (Fixture *self)
{
  GtkDropDown *list = app_fixture_find (row (self, "dataset"), GTK_TYPE_DROP_DOWN, NULL, NULL);
  GListModel *titles = gtk_drop_down_get_model (list);
  guint position = 0;

  while (position < g_list_model_get_n_items (titles)
         && !g_str_equal (title_at (titles, position), "pets (damaged)"))
    position++;
  return position < g_list_model_get_n_items (titles) ? position : GTK_INVALID_LIST_POSITION;
}

static AdwMessageDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return ADW_MESSAGE_DIALOG (window);
  }
  return NULL;
}

static void
set_up_damaged (Fixture      *self,
                gconstpointer data)
{
  set_up (self, data);
  g_setenv ("SALISCOPE_HOME", self->app.home, TRUE);

  g_autofree char *folder = g_build_filename (self->app.home, "datasets", NULL);
  g_autofree char *path = g_build_filename (folder, "pets.saldata", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "no data set", -1, NULL));
  self->editor = g_object_new (SAL_TYPE_RECIPE_EDITOR, "session", self->app.session, NULL);
  gtk_window_set_child (self->window, self->editor);
}

static void
tear_down_damaged (Fixture      *self,
                   gconstpointer data)
{
  g_unsetenv ("SALISCOPE_HOME");
  tear_down (self, data);
}

/* It is listed, cannot be chosen, and is removed where the dialog is told so. */
static void
test_damaged (Fixture      *self,
              gconstpointer data)
{
  GtkDropDown *list = app_fixture_find (row (self, "dataset"), GTK_TYPE_DROP_DOWN, NULL, NULL);
  const guint before = gtk_drop_down_get_selected (list);

  g_assert_cmpuint (find_damaged (self), !=, GTK_INVALID_LIST_POSITION);
  gtk_drop_down_set_selected (list, find_damaged (self));
  g_assert_cmpuint (gtk_drop_down_get_selected (list), ==, before);
  g_assert_cmpstr (sal_session_get_recipe (self->app.session)->dataset, ==,
                   self->app.folder);

  AdwMessageDialog *dialog = find_dialog ();

  g_assert_nonnull (strstr (adw_message_dialog_get_body (dialog), "expected an imported data set"));
  adw_message_dialog_response (dialog, "remove");
  app_fixture_settle ();
  g_assert_cmpuint (find_damaged (self), ==, GTK_INVALID_LIST_POSITION);
  g_assert_cmpuint (gtk_drop_down_get_selected (list), ==, before);
  g_assert_false (sal_dataset_library_has ("pets"));
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
  g_test_add ("/recipe-editor/keeps rare fields behind an expander", Fixture, NULL,
              set_up, test_rare_fields, tear_down);
  g_test_add ("/recipe-editor/remembers which expanders are open", Fixture, NULL,
              set_up, test_remembering, tear_down);
  g_test_add ("/recipe-editor/is walked through by Tab", Fixture, NULL,
              set_up, test_tab, tear_down);
  g_test_add ("/recipe-editor/rows follow each other", Fixture, NULL,
              set_up, test_places, tear_down);
  g_test_add ("/recipe-editor/forgets slips in fields without use", Fixture, NULL,
              set_up, test_forgetting, tear_down);
  g_test_add ("/recipe-editor/a damaged data set is listed and can be removed", Fixture, NULL,
              set_up_damaged, test_damaged, tear_down_damaged);
  return g_test_run ();
}
