/* test-sal-image-list.c - test images, filtered and found again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-fixture.h"
#include "sal-image-list.h"

typedef struct
{
  char         *folder;
  SalDataset   *dataset; /* 8 test images of 4 classes: 0 1 2 3 0 1 2 3 */
  SalImageList *list;
  guint         removed;
  guint         added;
} Fixture;

static void
changed_cb (Fixture *self,
            guint    position,
            guint    removed,
            guint    added)
{
  self->removed = removed;
  self->added = added;
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = sal_fixture_make_folder ();
  sal_fixture_write_set (self->folder);
  self->dataset = sal_dataset_open (self->folder, NULL, &error);
  g_assert_no_error (error);
  self->list = sal_image_list_new ();
  sal_image_list_set_dataset (self->list, self->dataset);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (changed_cb), self);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_assert_finalize_object (self->list);
  sal_dataset_unref (self->dataset);
  sal_fixture_remove_folder (self->folder);
}

static guint
index_at (Fixture *self,
          guint    position)
{
  g_autoptr (SalImageItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  g_assert_nonnull (item);
  return sal_image_item_get_index (item);
}

static void
test_all (Fixture      *self,
          gconstpointer data)
{
  gsize images = 0;
  gsize wrong = 0;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->list)), ==, 8);
  g_assert_cmpuint (index_at (self, 7), ==, 7);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (self->list), 8));
  g_assert_false (sal_image_list_count (self->list, &images, &wrong));
  g_assert_cmpuint (images, ==, 8);
  g_assert_cmpuint (wrong, ==, 0);
}

static void
test_class (Fixture      *self,
            gconstpointer data)
{
  guint position = 0;

  sal_image_list_set_filter (self->list, 2, FALSE, -1);
  g_assert_cmpuint (self->removed, ==, 8);
  g_assert_cmpuint (self->added, ==, 2);
  g_assert_cmpuint (index_at (self, 0), ==, 2);
  g_assert_cmpuint (index_at (self, 1), ==, 6);
  g_assert_true (sal_image_list_find (self->list, 6, &position));
  g_assert_cmpuint (position, ==, 1);
  g_assert_false (sal_image_list_find (self->list, 3, &position));
}

/* Without predictions nothing is known to be wrong. */
static void
test_wrong (Fixture      *self,
            gconstpointer data)
{
  sal_image_list_set_filter (self->list, -1, TRUE, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->list)), ==, 0);
  g_assert_cmpint (sal_image_list_get_prediction (self->list, 0), ==, -1);
}

static void
test_none (Fixture      *self,
           gconstpointer data)
{
  sal_image_list_set_dataset (self->list, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->list)), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/image-list/lists all test images", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/image-list/filters by class", Fixture, NULL, set_up, test_class, tear_down);
  g_test_add ("/image-list/filters by wrong predictions", Fixture, NULL,
              set_up, test_wrong, tear_down);
  g_test_add ("/image-list/is empty without a data set", Fixture, NULL,
              set_up, test_none, tear_down);
  return g_test_run ();
}
