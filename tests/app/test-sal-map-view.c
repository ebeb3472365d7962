/* test-sal-map-view.c - pixels, values and what linked maps share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "app-fixture.h"
#include "sal-map-view.h"

#define HEIGHT 3
#define WIDTH 4

/* Two channels: 0 .. 11 and tenfold. */
static void
fill (float *map)
{
  for (int i = 0; i < HEIGHT * WIDTH; i++) {
    map[i] = (float) i;
    map[HEIGHT * WIDTH + i] = 10.0f * (float) i;
  }
}

static void
test_values (void)
{
  g_autoptr (SalMapView) view = g_object_ref_sink (SAL_MAP_VIEW (sal_map_view_new ()));
  float map[2 * HEIGHT * WIDTH];

  g_assert_true (isnan (sal_map_view_get_value (view, 0, 0)));
  fill (map);
  sal_map_view_set_map (view, map, 2, HEIGHT, WIDTH, PLOT_REDUCE_SUM);
  g_assert_cmpfloat (sal_map_view_get_value (view, 1, 2), ==, 99);
  g_assert_true (isnan (sal_map_view_get_value (view, WIDTH, 0)));
  g_assert_true (isnan (sal_map_view_get_value (view, 0, -1)));
}

/* An image of another size and the old map do not belong together. */
static void
test_sizes (void)
{
  g_autoptr (SalMapView) view = g_object_ref_sink (SAL_MAP_VIEW (sal_map_view_new ()));
  static const guint8 pixels[25] = { 0 };
  float map[2 * HEIGHT * WIDTH];
  int height = 0;
  int width = 0;

  fill (map);
  sal_map_view_set_map (view, map, 2, HEIGHT, WIDTH, PLOT_REDUCE_SUM);
  sal_map_view_set_image (view, pixels, 1, 5, 5);
  g_assert_null (sal_map_view_get_values (view, &height, &width));
  g_assert_cmpint (height, ==, 5);
}

static void
count_cb (int *count)
{
  ++*count;
}

static void
test_link (void)
{
  g_autoptr (SalMapLink) link = sal_map_link_new ();
  int changes = 0;
  int column = 0;
  int row = 0;

  g_signal_connect_swapped (link, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_false (sal_map_link_get_pixel (link, &column, &row));
  sal_map_link_set_pixel (link, 2, 1);
  sal_map_link_set_pixel (link, 2, 1);
  g_assert_cmpint (changes, ==, 1);
  g_assert_true (sal_map_link_get_pixel (link, &column, &row));
  g_assert_cmpint (column, ==, 2);
  g_assert_cmpint (row, ==, 1);
}

/* A zoom that does not fit another map shows all of that one. */
static void
test_zoom (void)
{
  g_autoptr (SalMapLink) link = sal_map_link_new ();

  sal_map_link_set_view (link, (PlotMapView) { 10, 10, 8, 8 });
  g_assert_cmpfloat (sal_map_link_get_view (link, 28, 28).x, ==, 10);
  g_assert_cmpfloat (sal_map_link_get_view (link, 12, 12).width, ==, 12);
}

static void
note_dot_cb (GString *dots,
             int      column,
             int      row,
             gboolean erase)
{
  g_string_append_printf (dots, "%d,%d%s ", column, row, erase ? " erased" : "");
}

static GtkGesture *
find_drag (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  GtkGesture *drag = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_GESTURE_DRAG (controller))
      drag = GTK_GESTURE (controller);
  }
  return drag;
}

/* However far the pointer goes between two events, and while the last dot has
 * not been drawn yet; the crosshair is where the stroke ends. */
static void
test_strokes_have_no_gaps (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = sal_map_view_new ();
  static const guint8 pixels[HEIGHT * WIDTH] = { 0 };
  g_autoptr (GString) dots = g_string_new (NULL);
  g_autoptr (SalMapLink) link = sal_map_link_new ();
  int column = 0;
  int row = 0;

  g_object_set (view, "paintable", TRUE, "link", link, NULL);
  sal_map_view_set_mode (SAL_MAP_VIEW (view), SAL_MAP_IMAGE);
  sal_map_view_set_image (SAL_MAP_VIEW (view), pixels, 1, HEIGHT, WIDTH);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (view);
  g_signal_connect_swapped (view, "paint", G_CALLBACK (note_dot_cb), dots);

  const double width = gtk_widget_get_width (view);
  const double height = gtk_widget_get_height (view);

  g_signal_emit_by_name (find_drag (view), "drag-begin", width / 2 - 1, height / 2);
  sal_map_view_set_image (SAL_MAP_VIEW (view), pixels, 1, HEIGHT, WIDTH);
  g_string_truncate (dots, 0);
  /* The offset from a start that no event has told of: the place itself. */
  g_signal_emit_by_name (find_drag (view), "drag-update", width / 2 - 1, height / 2);
  g_assert_cmpstr (dots->str, ==, "1,1 ");

  /* To the right end of the map, wherever it lies in the widget. */
  const double side = MIN (width / WIDTH, height / HEIGHT);

  g_string_truncate (dots, 0);
  g_signal_emit_by_name (find_drag (view), "drag-update", width / 2 + 1.5 * side, height / 2);
  g_assert_cmpstr (dots->str, ==, "2,1 3,1 ");
  g_assert_true (sal_map_link_get_pixel (link, &column, &row));
  g_assert_cmpint (column, ==, 3);
  g_assert_cmpint (row, ==, 1);
  app_fixture_check_finalised (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/map-view/gives the reduced value of a pixel", test_values);
  g_test_add_func ("/map-view/drops a map of another size", test_sizes);
  g_test_add_func ("/map-view/a link tells of another pixel once", test_link);
  g_test_add_func ("/map-view/strokes have no gaps", test_strokes_have_no_gaps);
  g_test_add_func ("/map-view/a zoom fits or is dropped", test_zoom);
  return g_test_run ();
}
