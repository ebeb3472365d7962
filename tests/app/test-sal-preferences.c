/* test-sal-preferences.c - what is chosen is in force at once, and shown again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "app-fixture.h"
#include "sal-palette.h"
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

static gboolean
is_about_colours (GtkWidget    *row,
                  gconstpointer data)
{
  return strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), "Colours") != NULL;
}

static void
test_palette (void)
{
  g_autoptr (GSettings) settings = sal_settings_new ();
  SalPalette *palette = sal_palette_get_default ();

  sal_preferences_follow_palette (settings);
  g_assert_cmpint (sal_palette_get_colormap (palette, TRUE), ==, PLOT_COLORMAP_DIVERGING);

  SalPreferences *window = open_preferences (settings);

  adw_combo_row_set_selected (app_fixture_find (window, ADW_TYPE_COMBO_ROW, is_about_colours, NULL),
                              PLOT_PALETTE_PURPLE_GREEN);
  g_assert_cmpint (sal_palette_get_colormap (palette, TRUE), ==, PLOT_COLORMAP_PURPLE_GREEN);
  g_assert_cmpint (sal_palette_get_colormap (palette, FALSE), ==, PLOT_COLORMAP_TEAL);
  g_assert_cmpstr (sal_palette_get_words (palette, TRUE).least, ==, "purple");
  g_settings_reset (settings, "palette");
  g_assert_cmpint (sal_palette_get_colormap (palette, TRUE), ==, PLOT_COLORMAP_DIVERGING);
  app_fixture_check_finalised (GTK_WINDOW (window));
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
  g_test_add_func ("/preferences/colours of maps are in force at once", test_palette);
  g_test_add_func ("/preferences/the folder of runs is named", test_folder);
  return g_test_run ();
}
