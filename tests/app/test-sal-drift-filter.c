/* test-sal-drift-filter.c - images by what few bits change in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "page-fixture.h"
#include "sal-drift-filter.h"

static gboolean
says (GtkWidget    *widget,
      gconstpointer words)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), words) != NULL;
}

static gboolean
has_looked_at_all (gpointer filter)
{
  return app_fixture_find (filter, GTK_TYPE_LABEL, says, "of 40 flipped") != NULL;
}

static GListModel*
shown_images (PageFixture*self)
{
  return G_LIST_MODEL (gtk_grid_view_get_model (page_fixture_find (self, GTK_TYPE_GRID_VIEW)));
}

static void
set_bits (PageFixture*self,
          int         bits)
{
  const SalBits chosen = sal_bits_uniform (bits, bits);

  sal_session_set_bits (self->app.session, &chosen);
}

static guint
count_flipped (SalDriftFilter*filter)
{
  GtkLabel*label = app_fixture_find (filter, GTK_TYPE_LABEL, says, "of 40 flipped");

  return (guint) g_ascii_strtoull (strchr (gtk_label_get_label (label), ':') + 1, NULL, 10);
}

static void
test_flipped (PageFixture  *self,
              gconstpointer page)
{
  SalDriftFilter*filter = page_fixture_find (self, SAL_TYPE_DRIFT_FILTER);

  set_bits (self, 2);
  sal_drift_filter_set_choice (filter, SAL_DRIFT_FLIPPED);
  app_fixture_wait (has_looked_at_all, filter);
  g_assert_cmpuint (g_list_model_get_n_items (shown_images (self)), ==, count_flipped (filter));
  sal_drift_filter_set_choice (filter, SAL_DRIFT_NONE);
  g_assert_cmpuint (g_list_model_get_n_items (shown_images (self)), ==, 40);
}

/* All images are there, in another order; going to one by its index finds it
 * whatever the order. */
static void
test_moved_most (PageFixture  *self,
                 gconstpointer page)
{
  SalDriftFilter*filter = page_fixture_find (self, SAL_TYPE_DRIFT_FILTER);
  gboolean in_order = TRUE;

  set_bits (self, 2);
  sal_drift_filter_set_choice (filter, SAL_DRIFT_EXPLANATION);
  app_fixture_wait (has_looked_at_all, filter);
  g_assert_cmpuint (g_list_model_get_n_items (shown_images (self)), ==, 40);
  for (guint i = 0; i < 40; i++) {
    g_autoptr (SalImageItem) item = g_list_model_get_item (shown_images (self), i);

    in_order = in_order && sal_image_item_get_index (item) == i;
  }
  g_assert_false (in_order);
  sal_session_set_image (self->app.session, 17);

  GtkSingleSelection*selection = GTK_SINGLE_SELECTION (shown_images (self));

  g_assert_cmpuint (sal_image_item_get_index (gtk_single_selection_get_selected_item (selection)),
                    ==, 17);
}

static void
test_full_precision (PageFixture  *self,
                     gconstpointer page)
{
  SalDriftFilter*filter = page_fixture_find (self, SAL_TYPE_DRIFT_FILTER);

  set_bits (self, NN_BITS_OFF);
  sal_drift_filter_set_choice (filter, SAL_DRIFT_PREDICTION);
  app_fixture_settle ();
  g_assert_nonnull (app_fixture_find (filter, GTK_TYPE_LABEL, says, "nothing moves"));
  set_bits (self, 3);
  app_fixture_wait (has_looked_at_all, filter);
}

int
main (int   argc,
      char**argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;
  g_test_add ("/drift-filter/shows those that flip", PageFixture, "inspect",
              page_fixture_set_up, test_flipped, page_fixture_tear_down);
  g_test_add ("/drift-filter/shows those first that moved most", PageFixture, "inspect",
              page_fixture_set_up, test_moved_most, page_fixture_tear_down);
  g_test_add ("/drift-filter/says that full precision moves nothing", PageFixture, "inspect",
              page_fixture_set_up, test_full_precision, page_fixture_tear_down);
  return g_test_run ();
}
