/* test-sal-import-watch.c - what is dropped on the window finds its page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page-fixture.h"
#include "sal-import-watch.h"
#include "sal-inspect-page.h"

/* `other` may be NULL. */
static void
drop (PageFixture *self,
      const char  *path,
      const char  *other)
{
  GSList *files = NULL;

  if (other != NULL)
    files = g_slist_prepend (files, g_file_new_for_path (other));
  files = g_slist_prepend (files, g_file_new_for_path (path));
  g_assert_true (sal_import_watch_take_files (GTK_WIDGET (self->window), files));
  g_slist_free_full (files, g_object_unref);
}

static const char *
shown_page (PageFixture *self)
{
  GtkWidget *page = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);

  return gtk_stack_get_visible_child_name (GTK_STACK (gtk_widget_get_parent (page)));
}

/* It is the data set of a new run; the run that is shown stays as it is. */
static void
test_folder_sets_up_a_run (PageFixture  *self,
                           gconstpointer page)
{
  g_autofree char *before = g_strdup (sal_run_item_get_recipe (self->baseline)->dataset);
  SalRecipe branch = *sal_session_get_recipe (self->app.session);

  g_strlcpy (branch.from, "demo:baseline", sizeof branch.from);
  sal_session_set_recipe (self->app.session, &branch);
  drop (self, self->app.home, NULL);

  const SalRecipe *recipe = sal_session_get_recipe (self->app.session);

  g_assert_null (sal_session_get_run (self->app.session));
  g_assert_cmpstr (recipe->dataset, ==, self->app.home);
  g_assert_cmpstr (recipe->from, ==, "");
  g_assert_cmpstr (shown_page (self), ==, "train");
  g_assert_cmpstr (sal_run_item_get_recipe (self->baseline)->dataset, ==, before);
}

static gboolean
shows_picture (gpointer window)
{
  return page_fixture_find_label (window, "cross.png") != NULL;
}

/* On whatever page it is dropped; of several one is taken, and it is said which. */
static void
test_picture_is_inspected (PageFixture  *self,
                           gconstpointer page)
{
  g_autofree char *path = g_build_filename (self->app.home, "cross.png", NULL);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 30, 30);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0x80c0ffff);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", &error, NULL));
  drop (self, path, "/another.png");
  g_assert_cmpstr (shown_page (self), ==, "inspect");
  app_fixture_wait (shows_picture, self->window);
  g_assert_nonnull (page_fixture_find_label (self->window,
                                             "Only cross.png is taken: one file at a time"));
}

static void
test_nothing_is_not_taken (PageFixture  *self,
                           gconstpointer page)
{
  g_assert_false (sal_import_watch_take_files (GTK_WIDGET (self->window), NULL));
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/import-watch/sets up a run with a folder", test_folder_sets_up_a_run },
    { "/import-watch/inspects a picture", test_picture_is_inspected },
    { "/import-watch/takes nothing where there is nothing", test_nothing_is_not_taken },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("masking", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
