/* test-sal-chart.c - zoom, crosshair, handle and selection of a chart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>

#include "app-fixture.h"
#include "sal-chart.h"

#define N 101

typedef struct
{
  GtkWindow *window;
  SalChart  *chart;
  double     y[N];
} Fixture;

static gboolean
is_drawn (gpointer chart)
{
  return gtk_widget_get_mapped (chart) && gtk_widget_get_width (chart) > 0;
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  for (int i = 0; i < N; i++)
    self->y[i] = sin (i / 10.0);

  const PlotSeries series = { .name = "sine", .y = self->y, .n = N };

  self->window = GTK_WINDOW (gtk_window_new ());
  self->chart = SAL_CHART (sal_chart_new ());
  g_object_set (self->chart, "title", "Wave", "x-title", "step", NULL);
  sal_chart_set_series (self->chart, &series, 1);
  gtk_window_set_default_size (self->window, 600, 400);
  gtk_window_set_child (self->window, GTK_WIDGET (self->chart));
  gtk_window_present (self->window);
  app_fixture_wait (is_drawn, self->chart);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->chart));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
}

static double
crosshair (Fixture *self)
{
  double x = 0;

  g_object_get (self->chart, "crosshair", &x, NULL);
  return x;
}

static gboolean
follows (Fixture *self)
{
  gboolean follow = FALSE;

  g_object_get (self->chart, "follow", &follow, NULL);
  return follow;
}

static void
test_arrows (Fixture      *self,
             gconstpointer data)
{
  g_assert_true (isnan (crosshair (self)));
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_Home, 0);
  g_assert_cmpfloat (crosshair (self), ==, 0);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_Right, 0);
  g_assert_cmpfloat (crosshair (self), ==, 1);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_cmpfloat (crosshair (self), ==, 11);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_End, 0);
  g_assert_cmpfloat (crosshair (self), ==, 100);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_Escape, 0);
  g_assert_true (isnan (crosshair (self)));
}

static void
test_zoom (Fixture      *self,
           gconstpointer data)
{
  double minimum = 0;
  double maximum = 0;

  g_assert_true (follows (self));
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_plus, 0);
  g_assert_false (follows (self));
  sal_chart_get_x_range (self->chart, &minimum, &maximum);
  g_assert_cmpfloat_with_epsilon (maximum - minimum, 80, 1e-6);

  /* New data leave the view alone. */
  sal_chart_update (self->chart);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->chart));

  double same_minimum = 0;
  double same_maximum = 0;

  sal_chart_get_x_range (self->chart, &same_minimum, &same_maximum);
  g_assert_cmpfloat (same_minimum, ==, minimum);
  g_assert_cmpfloat (same_maximum, ==, maximum);

  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_0, 0);
  g_assert_true (follows (self));
}

static void
count_cb (int *count)
{
  ++*count;
}

static void
test_handle (Fixture      *self,
             gconstpointer data)
{
  int moved = 0;

  g_signal_connect_swapped (self->chart, "handle-moved", G_CALLBACK (count_cb), &moved);
  g_object_set (self->chart, "handle-step", 5.0, NULL);
  sal_chart_set_handle (self->chart, 50, "half");
  g_assert_cmpint (moved, ==, 0);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_Right, 0);
  g_assert_cmpfloat (sal_chart_get_handle (self->chart), ==, 55);
  g_assert_cmpint (moved, ==, 1);
  app_fixture_press (GTK_WIDGET (self->chart), GDK_KEY_End, 0);
  g_assert_cmpfloat (sal_chart_get_handle (self->chart), ==, 100);
}

/* Two charts with one crosshair do not chase each other, and NaN is passed
 * on as "nothing". */
static void
test_linked (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (SalChart) other = g_object_ref_sink (SAL_CHART (sal_chart_new ()));
  double x = 0;

  g_object_bind_property (self->chart, "crosshair", other, "crosshair",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_set (self->chart, "crosshair", 12.5, NULL);
  g_object_get (other, "crosshair", &x, NULL);
  g_assert_cmpfloat (x, ==, 12.5);
  g_object_set (other, "crosshair", NAN, NULL);
  g_assert_true (isnan (crosshair (self)));
}

static void
test_export (Fixture      *self,
             gconstpointer data)
{
  static const char *const names[] = { "wave.svg", "wave.png", "wave.pdf", "wave.csv" };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autofree char *bytes = NULL;
    gsize size = 0;

    g_assert_true (sal_drawing_export (SAL_DRAWING (self->chart), path, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    g_assert_cmpuint (size, >, 500);
    g_unlink (path);
  }
  g_assert_false (sal_drawing_export (SAL_DRAWING (self->chart), "/nowhere/wave.svg", &error));
  g_assert_nonnull (error);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/chart/arrow keys move the crosshair", Fixture, NULL,
              set_up, test_arrows, tear_down);
  g_test_add ("/chart/zoom is kept until it is told to follow", Fixture, NULL,
              set_up, test_zoom, tear_down);
  g_test_add ("/chart/the handle moves by keys within the axis", Fixture, NULL,
              set_up, test_handle, tear_down);
  g_test_add ("/chart/a crosshair is shared", Fixture, NULL, set_up, test_linked, tear_down);
  g_test_add ("/chart/is saved in every format", Fixture, NULL, set_up, test_export, tear_down);
  return g_test_run ();
}
