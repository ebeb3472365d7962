/* test-sal-translations.c - the window in other languages
 *
 * Called with one: "xx" is all brackets, made of the sources by
 * tests/resources/make-pseudo.py; "de" is German, as it is installed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <libintl.h>

#include <glib/gstdio.h>

#include "nn/nn-augment.h"
#include "nn/nn-optimizer.h"
#include "nn/nn-saliency.h"
#include "page-fixture.h"
#include "sal-drawing.h"
#include "sal-recipe.h"
#include "sal-regular-file.h"
#include "sal-run-store.h"
#include "sal-table.h"

static const struct
{
  const char *language;
  const char *labels[5]; /* what the window says                              */
} languages[] = {
  { "xx", { "⟦Quantize⟧", "⟦Inspect⟧", "⟦Masking⟧", "⟦Start⟧" } },
  { "de", { "Quantisierung", "Betrachten", "Maskieren", "Start", "Training starten" } },
};

static void
test_is_translated (AppFixture   *self,
                    gconstpointer data)
{
  const char *const *labels = data;
  SalWindow *window = sal_window_new (NULL, self->session);

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  for (gsize i = 0; i < G_N_ELEMENTS (languages[0].labels) && labels[i] != NULL; i++)
    g_assert_nonnull (app_fixture_find (window, GTK_TYPE_LABEL, app_fixture_has_label, labels[i]));

  GtkWidget *switcher = app_fixture_find (window, GTK_TYPE_STACK_SWITCHER, NULL, NULL);

  for (GtkWidget *button = gtk_widget_get_first_child (switcher);
       button != NULL; button = gtk_widget_get_next_sibling (button)) {
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
    app_fixture_settle ();
  }
  app_fixture_check_finalised (GTK_WINDOW (window));
}

/* Saves what the drawing shows as CSV, if it has numbers by now, whose first
 * line and column must be those of all languages. */
static gboolean
check_file (GtkWidget    *widget,
            gconstpointer data)
{
  const PageFixture *self = data;
  g_autoptr (PlotTable) table = sal_drawing_list_numbers (SAL_DRAWING (widget));
  g_autofree char *path = g_build_filename (self->app.home, "numbers.csv", NULL);
  g_autofree char *csv = NULL;
  g_autoptr (GError) error = NULL;

  if (table == NULL || plot_table_n_rows (table) == 0)
    return FALSE;
  sal_drawing_export (SAL_DRAWING (widget), path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &csv, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (plot_table_title (table, 0), "⟦"));
  g_assert_null (strstr (csv, "⟦"));
  g_remove (path);
  return TRUE;
}

static gboolean
has_checked (gpointer self)
{
  return app_fixture_find (((PageFixture *) self)->window, SAL_TYPE_DRAWING, check_file, self)
         != NULL;
}

static gboolean
check_each (GtkWidget    *widget,
            gconstpointer data)
{
  check_file (widget, data);
  return FALSE;
}

static gboolean
check_table (GtkWidget    *widget,
             gconstpointer data)
{
  g_autofree char *csv = sal_table_to_csv (SAL_TABLE (widget));

  g_assert_null (strstr (csv, "⟦"));
  return FALSE;
}

static void
test_files_are_not_translated (PageFixture  *self,
                               gconstpointer page)
{
  app_fixture_wait (has_checked, self);
  app_fixture_settle ();
  app_fixture_find (self->window, SAL_TYPE_DRAWING, check_each, self);
  app_fixture_find (self->window, SAL_TYPE_TABLE, check_table, NULL);
}

/* --- tables of the engine and the session --------------------------------------- */

static void
check_word (const char *word)
{
  if (!g_str_has_prefix (gettext (word), "⟦"))
    g_error ("“%s” is not in POTFILES' words", word);
}

static void
check_fields (void)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    check_word (field->title);
    check_word (field->help);
    for (gsize i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
      check_word (field->choice_titles != NULL ? field->choice_titles[i] : field->choices[i]);
  }
  for (SalRecipeGroup group = 0; group < SAL_N_GROUPS; group++)
    check_word (sal_recipe_group_title (group));
}

/* What is listed by the window, row by row: whoever adds one marks its words. */
static void
test_tables_are_translated (void)
{
  check_fields ();
  for (guint i = 0; sal_preset (i) != NULL; i++) {
    check_word (sal_preset (i)->title);
    check_word (sal_preset (i)->summary);
  }
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    check_word (kind->title);
  for (gsize i = 0; nn_saliency_method (i) != NULL; i++) {
    check_word (nn_saliency_method (i)->title);
    check_word (nn_saliency_method (i)->summary);
  }
  for (gsize i = 0; nn_weight_quantizer (i) != NULL; i++)
    check_word (nn_weight_quantizer (i)->title);
  for (gsize i = 0; nn_layer_kind (i) != NULL; i++)
    check_word (nn_layer_kind (i)->summary);
  for (SalRunState state = 0; state <= SAL_RUN_DIVERGED; state++)
    check_word (sal_run_state_name (state));
}

/* Runs are stored under titles that are the same in every language. */
static void
test_titles_are_stored_in_one_language (void)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);

  g_autofree char *stored = sal_recipe_title (&recipe);
  g_autofree char *shown = sal_recipe_title_translated (&recipe);

  g_assert_cmpstr (stored, ==, "SGT + PACT 4-bit · Glyphs (built in)");
  g_assert_cmpstr (shown, ==, "⟦SGT + PACT⟧ ⟦4-bit⟧ · ⟦Glyphs (built in)⟧");
}

/* --- errors --------------------------------------------------------------------- */

/* With numbers that are formatted differently on other systems, too. */
static void
test_errors_are_translated (AppFixture   *self,
                            gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->home, "text", NULL);
  g_autoptr (GError) long_text = NULL;
  g_autoptr (GError) no_number = NULL;
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  g_assert_false (sal_recipe_set (&recipe, "epochs", "many", &no_number));
  g_assert_cmpstr (no_number->message, ==,
                   "⟦epochs: expected ⟦a whole number from 1 to 100000⟧, found “many”⟧");
  g_assert_true (g_file_set_contents (path, "too long", -1, NULL));
  g_assert_null (sal_regular_file_read_text (path, "a word", 4, &long_text));
  g_assert_true (g_str_has_prefix (long_text->message, "⟦"));
  g_assert_true (g_str_has_suffix (long_text->message, "of at most 4 bytes, found 8⟧"));
}

int
main (int    argc,
      char **argv)
{
  const char *folder = g_getenv ("SALISCOPE_TEST_LOCALES");
  const char *language = argc > 1 ? argv[1] : "xx";

  g_setenv ("LANGUAGE", language, TRUE);
  if (!app_fixture_init (&argc, &argv))
    return 0;
  g_assert_nonnull (folder);
  bindtextdomain ("saliscope", folder);
  bind_textdomain_codeset ("saliscope", "UTF-8");
  textdomain ("saliscope");
  /* Some C libraries translate nothing in any locale called C. */
  if (g_str_equal (gettext ("Masking"), "Masking")) {
    g_print ("1..0 # SKIP no translations in the locale C.UTF-8\n");
    return 0;
  }

  if (g_str_equal (language, "xx")) {
    g_test_add_func ("/translations/rows of tables are translated", test_tables_are_translated);
    g_test_add_func ("/translations/runs are stored under titles of one language",
                     test_titles_are_stored_in_one_language);
    g_test_add ("/translations/errors are translated", AppFixture, NULL, app_fixture_set_up,
                test_errors_are_translated, app_fixture_tear_down);
  }

  static const char *const pages[] = { "quantize", "inspect", "masking", "compare" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages) && g_str_equal (language, "xx"); i++) {
    g_autofree char *name = g_strdup_printf ("/translations/files of %s are not translated",
                                             pages[i]);

    g_test_add (name, PageFixture, pages[i], page_fixture_set_up, test_files_are_not_translated,
                page_fixture_tear_down);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].language, language))
      g_test_add ("/translations/every page speaks the language", AppFixture,
                  languages[i].labels, app_fixture_set_up, test_is_translated,
                  app_fixture_tear_down);
  return g_test_run ();
}
