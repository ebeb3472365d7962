/* test-sal-accuracy-strip.c - accuracies stand below the stops of their slider
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-accuracy-strip.h"

#include <math.h>

typedef struct
{
  GtkWidget        *window;
  SalBitSlider     *slider;
  SalAccuracyStrip *strip;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->window = gtk_window_new ();
  self->slider = SAL_BIT_SLIDER (sal_bit_slider_new ());
  self->strip = g_object_new (SAL_TYPE_ACCURACY_STRIP, NULL);
  sal_accuracy_strip_set_slider (self->strip, self->slider);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->slider));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->strip));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 600, 120);
  gtk_window_set_child (GTK_WINDOW (self->window), box);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (GTK_WINDOW (self->window));
}

static gboolean
has_places (gpointer data)
{
  Fixture *self = data;
  double x = 0;

  return gtk_widget_get_width (GTK_WIDGET (self->strip)) > 0
         && sal_bit_slider_get_stop_x (self->slider, 0, GTK_WIDGET (self->strip), &x);
}

static void
test_stops_are_spread_evenly (Fixture      *self,
                              gconstpointer data)
{
  double x[SAL_N_BIT_STOPS];

  app_fixture_wait (has_places, self);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    g_assert_true (sal_bit_slider_get_stop_x (self->slider, i, GTK_WIDGET (self->strip), &x[i]));
  g_assert_cmpfloat (x[0], >, 0);
  g_assert_cmpfloat (x[SAL_N_BIT_STOPS - 1], <, gtk_widget_get_width (GTK_WIDGET (self->strip)));
  for (guint i = 1; i < SAL_N_BIT_STOPS; i++)
    g_assert_cmpfloat_with_epsilon (x[i] - x[i - 1], x[1] - x[0], 0.01);
}

static void
test_says_what_is_known (Fixture      *self,
                         gconstpointer data)
{
  static const char *const words =
    "full precision: 97.00 % of 2,000 test images, "
    "8 bits: not measured yet, 7 bits: not measured yet, 6 bits: not measured yet, "
    "5 bits: not measured yet, 4 bits: not measured yet, 3 bits: not measured yet, "
    "2 bits: 85.00 % of 500 test images (estimate); trained there, PACT 2-bit: 92.50 %";
  SalAccuracyPoint points[SAL_N_BIT_STOPS] = { { 0 } };
  SalTrainedPoint trained[SAL_N_BIT_STOPS];

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    trained[i] = (SalTrainedPoint) { NAN, NULL };
  points[0] = (SalAccuracyPoint) { 2000, 2000, 0.97, FALSE };
  points[7] = (SalAccuracyPoint) { 500, 2000, 0.85, FALSE };
  trained[7] = (SalTrainedPoint) { 0.925, "PACT 2-bit" };
  sal_accuracy_strip_set_points (self->strip, points, 7);
  sal_accuracy_strip_set_trained (self->strip, trained);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (self->strip),
                                       GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words);
}

static void
test_slider_rests_on_stops (Fixture      *self,
                            gconstpointer data)
{
  GtkRange *scale = app_fixture_find (self->slider, GTK_TYPE_SCALE, NULL, NULL);

  sal_bit_slider_set_bits (self->slider, 5);
  g_assert_cmpfloat (gtk_range_get_value (scale), ==, 4);
  gtk_range_set_value (scale, 7);
  g_assert_cmpint (sal_bit_slider_get_bits (self->slider), ==, 2);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (scale),
                                       GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "2 bits");
  gtk_range_set_value (scale, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (scale),
                                       GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "off, full precision");
}

#define ADD(path, test) g_test_add ("/accuracy-strip/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  ADD ("stops are spread evenly", test_stops_are_spread_evenly);
  ADD ("says what is known", test_says_what_is_known);
  ADD ("the slider rests on stops", test_slider_rests_on_stops);
  return g_test_run ();
}
