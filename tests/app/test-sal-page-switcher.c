/* test-sal-page-switcher.c - tabs where they fit, a list where they do not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-page-switcher.h"

#define WIDTH 1270
#define USUAL_DPI (96 * PANGO_SCALE)

static void
set_text_scale (double scale)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (scale * USUAL_DPI), NULL);
}

static SalPageSwitcher *
find_switcher (GtkWindow *window)
{
  return app_fixture_find (window, SAL_TYPE_PAGE_SWITCHER, NULL, NULL);
}

static gboolean
has_list (gpointer window)
{
  return sal_page_switcher_get_folded (find_switcher (window));
}

static gboolean
has_tabs (gpointer window)
{
  return !has_list (window);
}

static GtkWindow *
open_window (AppFixture *self)
{
  GtkWindow *window = GTK_WINDOW (sal_window_new (NULL, self->session));

  gtk_window_set_default_size (window, WIDTH, 600);
  gtk_window_present (window);
  return window;
}

/* Text that is too large for tabs folds them, and they come back with the
 * room. */
static void
test_folds (AppFixture   *self,
            gconstpointer data)
{
  GtkWindow *window = open_window (self);

  app_fixture_wait (has_tabs, window);
  set_text_scale (2);
  app_fixture_wait (has_list, window);
  set_text_scale (1);
  app_fixture_wait (has_tabs, window);
  app_fixture_check_finalised (window);
}

static void
test_list_follows_the_page (AppFixture   *self,
                            gconstpointer data)
{
  set_text_scale (2);

  GtkWindow *window = open_window (self);
  GtkDropDown *list = app_fixture_find (find_switcher (window), GTK_TYPE_DROP_DOWN, NULL, NULL);

  app_fixture_wait (has_list, window);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", "masking"));
  g_assert_cmpuint (gtk_drop_down_get_selected (list), ==, 3);
  gtk_drop_down_set_selected (list, 1);

  GAction *page = g_action_map_lookup_action (G_ACTION_MAP (window), "page");
  g_autoptr (GVariant) shown = g_action_get_state (page);

  g_assert_cmpstr (g_variant_get_string (shown, NULL), ==, "quantize");
  set_text_scale (1);
  app_fixture_check_finalised (window);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/page-switcher/folds where tabs do not fit", AppFixture, NULL,
              app_fixture_set_up, test_folds, app_fixture_tear_down);
  g_test_add ("/page-switcher/lists the page that is shown", AppFixture, NULL,
              app_fixture_set_up, test_list_follows_the_page, app_fixture_tear_down);
  return g_test_run ();
}
