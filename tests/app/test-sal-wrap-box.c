/* test-sal-wrap-box.c - lines that break, children that expand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-wrap-box.h"

#define SPACING 10

/* A box of children that are 100 wide and 20 high. */
static GtkWidget *
make_box (int n)
{
  GtkWidget *box = g_object_ref_sink (g_object_new (SAL_TYPE_WRAP_BOX, "spacing", SPACING, NULL));

  for (int i = 0; i < n; i++) {
    GtkWidget *child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

    gtk_widget_set_size_request (child, 100, 20);
    gtk_widget_set_parent (child, box);
  }
  return box;
}

static int
height_for (GtkWidget *box,
            int        width)
{
  int minimum = 0;
  int natural = 0;

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, natural);
  return natural;
}

static void
test_breaks_lines (void)
{
  g_autoptr (GtkWidget) box = make_box (3);
  int minimum = 0;
  int natural = 0;

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 100);
  g_assert_cmpint (natural, ==, 3 * 100 + 2 * SPACING);
  g_assert_cmpint (height_for (box, 320), ==, 20);
  g_assert_cmpint (height_for (box, 319), ==, 2 * 20 + SPACING);
  g_assert_cmpint (height_for (box, 100), ==, 3 * 20 + 2 * SPACING);
}

static void
test_hidden_children_take_no_room (void)
{
  g_autoptr (GtkWidget) box = make_box (3);

  gtk_widget_set_visible (gtk_widget_get_first_child (box), FALSE);
  g_assert_cmpint (height_for (box, 210), ==, 20);
}

static void
test_expanding_child_fills_its_line (void)
{
  g_autoptr (GtkWidget) box = make_box (3);
  GtkWidget *first = gtk_widget_get_first_child (box);
  GtkWidget *last = gtk_widget_get_last_child (box);
  graphene_rect_t bounds;

  gtk_widget_set_hexpand (first, TRUE);
  gtk_widget_allocate (box, 300, height_for (box, 300), -1, NULL);
  g_assert_cmpint (gtk_widget_get_allocated_width (first), ==, 300 - SPACING - 100);
  g_assert_true (gtk_widget_compute_bounds (last, box, &bounds));
  g_assert_cmpfloat (bounds.origin.x, ==, 0);
  g_assert_cmpfloat (bounds.origin.y, ==, 20 + SPACING);
}

/* A line is as high as its children are at the widths that they get. */
static void
test_expanding_words_are_as_high_as_they_are_wide (void)
{
  g_autoptr (GtkWidget) box = make_box (1);
  GtkWidget *label = gtk_label_new ("Many words that take more than one line where there is not "
                                    "the room for all of them beside each other");
  int natural = 0;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 10);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_parent (label, box);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 2000 - SPACING - 100, NULL, &natural, NULL,
                      NULL);
  g_assert_cmpint (height_for (box, 2000), ==, MAX (natural, 20));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 300 - SPACING - 100, NULL, &natural, NULL,
                      NULL);
  g_assert_cmpint (natural, >, 20);
  g_assert_cmpint (height_for (box, 300), ==, natural);
}

static void
test_aligned_children_stand_below_each_other (void)
{
  g_autoptr (GtkWidget) box = make_box (3);
  GtkWidget *first = gtk_widget_get_first_child (box);
  GtkWidget *last = gtk_widget_get_last_child (box);

  for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_hexpand (child, TRUE);
  gtk_widget_allocate (box, 310, height_for (box, 310), -1, NULL);
  g_assert_cmpint (gtk_widget_get_allocated_width (first), ==, 150);
  g_assert_cmpint (gtk_widget_get_allocated_width (last), ==, 310);
  g_object_set (box, "aligned", TRUE, NULL);
  gtk_widget_allocate (box, 310, height_for (box, 310), -1, NULL);
  g_assert_cmpint (gtk_widget_get_allocated_width (first), ==, 150);
  g_assert_cmpint (gtk_widget_get_allocated_width (last), ==, 150);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/wrap-box/breaks its line where a child does not fit", test_breaks_lines);
  g_test_add_func ("/wrap-box/gives hidden children no room", test_hidden_children_take_no_room);
  g_test_add_func ("/wrap-box/lets a child fill its line", test_expanding_child_fills_its_line);
  g_test_add_func ("/wrap-box/is as high as words at the width they get",
                   test_expanding_words_are_as_high_as_they_are_wide);
  g_test_add_func ("/wrap-box/aligns children that are alike",
                   test_aligned_children_stand_below_each_other);
  return g_test_run ();
}
