/* test-sal-translations.c - the window in other languages
 *
 * Called with one: "xx" is all brackets, made of the sources by
 * tests/resources/make-pseudo.py; "de" is German, as it is installed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <libintl.h>

#include "app-fixture.h"

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

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].language, language))
      g_test_add ("/translations/every page speaks the language", AppFixture,
                  languages[i].labels, app_fixture_set_up, test_is_translated,
                  app_fixture_tear_down);
  return g_test_run ();
}
