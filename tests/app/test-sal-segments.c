/* test-sal-segments.c - a few choices side by side, one of them pressed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-segments.h"

static const char *const titles[] = { "Heat", "Overlay", "Original", NULL };

static SalSegments *
make_segments (void)
{
  SalSegments *segments = g_object_new (SAL_TYPE_SEGMENTS, "titles", titles, NULL);

  return g_object_ref_sink (segments);
}

static GtkToggleButton *
button_of (SalSegments *segments,
           const char  *title)
{
  GtkToggleButton *button =
    app_fixture_find (segments, GTK_TYPE_TOGGLE_BUTTON, app_fixture_has_label, title);

  g_assert_nonnull (button);
  return button;
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
test_one_is_pressed (void)
{
  g_autoptr (SalSegments) segments = make_segments ();
  int notified = 0;

  g_signal_connect_swapped (segments, "notify::selected", G_CALLBACK (count_cb), &notified);
  g_assert_true (gtk_toggle_button_get_active (button_of (segments, "Heat")));
  gtk_toggle_button_set_active (button_of (segments, "Original"), TRUE);
  g_assert_cmpuint (sal_segments_get_selected (segments), ==, 2);
  g_assert_false (gtk_toggle_button_get_active (button_of (segments, "Heat")));
  g_assert_cmpint (notified, ==, 1);
}

static void
test_pressed_stays_pressed (void)
{
  g_autoptr (SalSegments) segments = make_segments ();

  gtk_toggle_button_set_active (button_of (segments, "Heat"), FALSE);
  g_assert_true (gtk_toggle_button_get_active (button_of (segments, "Heat")));
  g_assert_cmpuint (sal_segments_get_selected (segments), ==, 0);
}

static void
test_new_titles_keep_the_choice (void)
{
  static const char *const others[] = { "A", "B", "C", "D", NULL };
  g_autoptr (SalSegments) segments = make_segments ();

  sal_segments_set_selected (segments, 1);
  sal_segments_set_titles (segments, others);
  g_assert_cmpuint (sal_segments_get_selected (segments), ==, 1);
  g_assert_true (gtk_toggle_button_get_active (button_of (segments, "B")));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/segments/have one pressed", test_one_is_pressed);
  g_test_add_func ("/segments/cannot be let go of", test_pressed_stays_pressed);
  g_test_add_func ("/segments/keep the choice under new titles", test_new_titles_keep_the_choice);
  return g_test_run ();
}
