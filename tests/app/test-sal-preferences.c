/* test-sal-preferences.c - what is chosen is in force at once, and shown again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-preferences.h"
#include "sal-settings.h"

static SalPreferences *
open_preferences (GSettings *settings)
{
  SalPreferences *window = sal_preferences_new (NULL, settings, "/somewhere/else");

  gtk_window_present (GTK_WINDOW (window));
  app_fixture_settle ();
  return window;
}

static void
test_theme (void)
{
  g_autoptr (GSettings) settings = sal_settings_new ();
  AdwStyleManager *style = adw_style_manager_get_default ();

  g_assert_nonnull (settings);
  sal_preferences_follow_theme (settings);
  g_assert_cmpint (adw_style_manager_get_color_scheme (style), ==, ADW_COLOR_SCHEME_DEFAULT);

  SalPreferences *first = open_preferences (settings);

  adw_combo_row_set_selected (app_fixture_find (first, ADW_TYPE_COMBO_ROW, NULL, NULL), 2);
  g_assert_cmpint (adw_style_manager_get_color_scheme (style), ==, ADW_COLOR_SCHEME_FORCE_DARK);
  app_fixture_check_finalised (GTK_WINDOW (first));

  SalPreferences *second = open_preferences (settings);

  g_assert_cmpuint (adw_combo_row_get_selected (app_fixture_find (second, ADW_TYPE_COMBO_ROW,
                                                                  NULL, NULL)), ==, 2);
  adw_combo_row_set_selected (app_fixture_find (second, ADW_TYPE_COMBO_ROW, NULL, NULL), 1);
  g_assert_cmpint (adw_style_manager_get_color_scheme (style), ==, ADW_COLOR_SCHEME_FORCE_LIGHT);
  app_fixture_check_finalised (GTK_WINDOW (second));
}

static void
test_folder (void)
{
  SalPreferences *window = open_preferences (NULL);

  g_assert_nonnull (app_fixture_find (window, GTK_TYPE_LABEL, app_fixture_has_label,
                                      "/somewhere/else"));
  g_assert_false (gtk_widget_get_sensitive (app_fixture_find (window, ADW_TYPE_COMBO_ROW, NULL,
                                                              NULL)));
  app_fixture_check_finalised (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/preferences/a theme is in force at once", test_theme);
  g_test_add_func ("/preferences/the folder of runs is named", test_folder);
  return g_test_run ();
}
