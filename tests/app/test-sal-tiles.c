/* test-sal-tiles.c - children as large as the room allows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-square-bin.h"
#include "sal-tiles.h"

#define SPACING 10

/* Four squares of 20 to 200 in a box. */
static GtkWidget *
make_tiles (void)
{
  GtkWidget *tiles = g_object_ref_sink (g_object_new (SAL_TYPE_TILES, "spacing", SPACING, NULL));

  for (int i = 0; i < 4; i++)
    gtk_widget_set_parent (g_object_new (SAL_TYPE_SQUARE_BIN, "least", 20, "most", 200, NULL),
                           tiles);
  return tiles;
}

static graphene_rect_t
place_of (GtkWidget *tiles,
          int        index)
{
  GtkWidget *child = gtk_widget_get_first_child (tiles);
  graphene_rect_t bounds;

  for (; index > 0; index--)
    child = gtk_widget_get_next_sibling (child);
  g_assert_true (gtk_widget_compute_bounds (child, tiles, &bounds));
  return bounds;
}

static void
allocate (GtkWidget *tiles,
          int        width,
          int        height)
{
  int minimum = 0;

  gtk_widget_measure (tiles, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, height);
  gtk_widget_allocate (tiles, width, height, -1, NULL);
}

static void
test_asks_for_one_line (void)
{
  g_autoptr (GtkWidget) tiles = make_tiles ();
  int minimum = 0;
  int natural = 0;

  gtk_widget_measure (tiles, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 2 * 20 + SPACING);
  g_assert_cmpint (natural, ==, 4 * 200 + 3 * SPACING);
  gtk_widget_measure (tiles, GTK_ORIENTATION_VERTICAL, 4 * 100 + 3 * SPACING, &minimum, &natural,
                      NULL, NULL);
  g_assert_cmpint (minimum, ==, 20);
  g_assert_cmpint (natural, ==, 100);

  /* Two where one is too narrow. */
  gtk_widget_measure (tiles, GTK_ORIENTATION_VERTICAL, 2 * 30 + SPACING, &minimum, &natural,
                      NULL, NULL);
  g_assert_cmpint (minimum, ==, 2 * 20 + SPACING);
  g_assert_cmpint (natural, ==, 2 * 30 + SPACING);
}

static void
test_one_line_where_there_is_one (void)
{
  g_autoptr (GtkWidget) tiles = make_tiles ();

  allocate (tiles, 4 * 100 + 3 * SPACING, 100);
  for (int i = 0; i < 4; i++) {
    const graphene_rect_t place = place_of (tiles, i);

    g_assert_cmpfloat (place.origin.x, ==, i * (100 + SPACING));
    g_assert_cmpfloat (place.origin.y, ==, 0);
    g_assert_cmpfloat (place.size.width, ==, 100);
  }
}

static void
test_two_by_two_where_that_is_larger (void)
{
  g_autoptr (GtkWidget) tiles = make_tiles ();

  allocate (tiles, 430, 330);
  for (int i = 0; i < 4; i++) {
    const graphene_rect_t place = place_of (tiles, i);

    g_assert_cmpfloat (place.size.width, ==, (430 - SPACING) / 2);
    g_assert_cmpfloat (place.size.height, ==, (330 - SPACING) / 2);
    g_assert_cmpfloat (place.origin.x, ==, i % 2 * (place.size.width + SPACING));
    g_assert_cmpfloat (place.origin.y, ==, i / 2 * (place.size.height + SPACING));
  }
}

/* What is more than they ask for lies above and below, not between a map and
 * its caption. */
static void
test_too_much_height_is_left_around (void)
{
  g_autoptr (GtkWidget) tiles = make_tiles ();

  allocate (tiles, 110, 1000);
  for (int i = 0; i < 4; i++)
    g_assert_cmpfloat (place_of (tiles, i).size.height, ==, 110);
  g_assert_cmpfloat (place_of (tiles, 0).origin.y, ==, (1000 - (4 * 110 + 3 * SPACING)) / 2);
}

static void
test_hidden_children_take_no_room (void)
{
  g_autoptr (GtkWidget) tiles = make_tiles ();

  gtk_widget_set_visible (gtk_widget_get_first_child (tiles), FALSE);
  allocate (tiles, 3 * 50 + 2 * SPACING, 50);
  g_assert_cmpfloat (place_of (tiles, 1).origin.x, ==, 0);
  g_assert_cmpfloat (place_of (tiles, 3).origin.x, ==, 2 * (50 + SPACING));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/tiles/asks-for-one-line", test_asks_for_one_line);
  g_test_add_func ("/tiles/one-line-where-there-is-one", test_one_line_where_there_is_one);
  g_test_add_func ("/tiles/two-by-two-where-that-is-larger", test_two_by_two_where_that_is_larger);
  g_test_add_func ("/tiles/too-much-height-is-left-around", test_too_much_height_is_left_around);
  g_test_add_func ("/tiles/hidden-children-take-no-room", test_hidden_children_take_no_room);
  return g_test_run ();
}
