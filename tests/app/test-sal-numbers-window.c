/* test-sal-numbers-window.c - the numbers of drawings as tables
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "app-fixture.h"
#include "sal-bars-view.h"
#include "sal-chart.h"
#include "sal-confusion-view.h"
#include "sal-histogram-view.h"
#include "sal-map-view.h"
#include "sal-numbers-window.h"
#include "sal-table.h"

/* A drawing alone in a window, and the window of its numbers. */
typedef struct
{
  GtkWindow *window;
  GtkWidget *drawing;
} Fixture;

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
}

static void
show (Fixture   *self,
      GtkWidget *drawing)
{
  self->window = GTK_WINDOW (gtk_window_new ());
  self->drawing = drawing;
  gtk_window_set_default_size (self->window, 400, 300);
  gtk_window_set_child (self->window, drawing);
  gtk_window_present (self->window);
  app_fixture_settle ();
}

/* By the key that a person presses. */
static SalNumbersWindow *
open_numbers (Fixture *self)
{
  g_autoptr (GList) windows = NULL;

  app_fixture_press (self->drawing, GDK_KEY_d, GDK_CONTROL_MASK);
  app_fixture_settle ();
  windows = gtk_window_list_toplevels ();
  for (GList *link = windows; link != NULL; link = link->next)
    if (SAL_IS_NUMBERS_WINDOW (link->data)
        && gtk_window_get_transient_for (link->data) == self->window)
      return link->data;
  return NULL;
}

static void
assert_numbers (Fixture    *self,
                const char *title,
                const char *csv)
{
  SalNumbersWindow *numbers = open_numbers (self);

  g_assert_nonnull (numbers);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (numbers)), ==, title);

  g_autofree char *listed = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (listed, ==, csv);
}

/* --- kinds ------------------------------------------------------------------- */

static void
test_chart (Fixture      *self,
            gconstpointer data)
{
  static const double y[] = { 2, 0.5, NAN };
  const PlotSeries series = { .name = "loss", .y = y, .n = 3 };

  show (self, sal_chart_new ());
  g_object_set (self->drawing, "title", "Loss", "x-title", "step", NULL);
  sal_chart_set_series (SAL_CHART (self->drawing), &series, 1);
  assert_numbers (self, "Loss", "step,loss\r\n0,2\r\n1,0.5\r\n2,\r\n");
}

static void
test_histogram (Fixture      *self,
                gconstpointer data)
{
  static const double counts[] = { 3, 1 };

  show (self, sal_histogram_view_new ());
  sal_histogram_view_set (SAL_HISTOGRAM_VIEW (self->drawing), &(PlotHistogram) {
    .title = "conv1 weights", .counts = counts, .n_bins = 2, .minimum = -1, .maximum = 1,
    .alpha = NAN, .clipped = NAN,
  });
  assert_numbers (self, "conv1 weights", "from,to,count\r\n-1,0,3\r\n0,1,1\r\n");
}

static void
test_bars (Fixture      *self,
           gconstpointer data)
{
  static const PlotBar bars[] = { { .label = "cat", .share = 0.75 }, { .label = "dog, small",
                                                                       .share = 0.25 } };

  show (self, sal_bars_view_new ());
  sal_bars_view_set_bars (SAL_BARS_VIEW (self->drawing), bars, G_N_ELEMENTS (bars));
  assert_numbers (self, "Probabilities", "class,probability\r\ncat,0.75\r\n"
                  "\"dog, small\",0.25\r\n");
}

static void
test_matrix (Fixture      *self,
             gconstpointer data)
{
  static const double counts[] = { 5, 1, 0, 4 };
  static const char *const names[] = { "a", "b" };

  show (self, sal_confusion_view_new ());
  sal_confusion_view_set (SAL_CONFUSION_VIEW (self->drawing), counts, (const char **) names, 2);
  assert_numbers (self, "Confusion matrix",
                  "true class,said a,said b\r\na,5,1\r\nb,0,4\r\n");
}

/* The pixel with the largest value is found by sorting. */
static void
test_map_is_sorted (Fixture      *self,
                    gconstpointer data)
{
  static const float map[] = { 0, -1, 3, 2 };

  show (self, sal_map_view_new ());
  g_object_set (self->drawing, "title", "gradient", NULL);
  sal_map_view_set_map (SAL_MAP_VIEW (self->drawing), map, 1, 2, 2, PLOT_REDUCE_SUM);

  SalNumbersWindow *numbers = open_numbers (self);

  g_assert_nonnull (numbers);
  sal_table_sort (app_fixture_find (numbers, SAL_TYPE_TABLE, NULL, NULL), 2, TRUE);
  app_fixture_settle ();

  g_autofree char *listed = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (listed, ==,
                   "row,column,value\r\n1,0,3\r\n1,1,2\r\n0,0,0\r\n0,1,-1\r\n");
}

static void
test_nothing_to_read (Fixture      *self,
                      gconstpointer data)
{
  show (self, sal_chart_new ());
  g_assert_null (open_numbers (self));
}

/* --- many rows --------------------------------------------------------------- */

static void
test_many_rows_are_thinned_and_said (Fixture      *self,
                                     gconstpointer data)
{
  const gsize n = 2 * SAL_NUMBERS_MAX_ROWS + 1;
  g_autofree double *y = g_new0 (double, n);
  const PlotSeries series = { .name = "loss", .y = y, .n = n };

  show (self, sal_chart_new ());
  sal_chart_set_series (SAL_CHART (self->drawing), &series, 1);

  SalNumbersWindow *numbers = open_numbers (self);

  g_assert_nonnull (numbers);
  g_assert_nonnull (app_fixture_find (numbers, GTK_TYPE_LABEL, app_fixture_has_label,
                                      "13,334 of 40,001 rows: zoom in, and refresh, "
                                      "to read all"));

  g_autofree char *listed = sal_numbers_window_to_csv (numbers);
  g_auto (GStrv) lines = g_strsplit (listed, "\r\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 13334 + 2);
  sal_chart_set_series (SAL_CHART (self->drawing), NULL, 0);
}

/* --- words ------------------------------------------------------------------- */

static void
test_says_its_value (Fixture      *self,
                     gconstpointer data)
{
  static const double y[] = { 2, 0.5 };
  const PlotSeries series = { .name = "loss", .y = y, .n = 2 };

  show (self, sal_chart_new ());
  g_object_set (self->drawing, "title", "Loss", "x-title", "step", NULL);
  sal_chart_set_series (SAL_CHART (self->drawing), &series, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (self->drawing),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Loss: loss");
  app_fixture_press (self->drawing, GDK_KEY_End, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (self->drawing),
                                       GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "step 1, loss 0.5");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (self->drawing),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "step 1, loss 0.5. Line chart. Arrow keys move the "
                                       "crosshair or the handle, plus and minus zoom, zero shows "
                                       "everything, Ctrl+D lists the numbers.");
}

#define ADD(path, test) \
  g_test_add ("/numbers-window/" path, Fixture, NULL, NULL, test, tear_down)

/* --- what changes -------------------------------------------------------------- */

/* A table that is read stays as it is, until the numbers of now are wanted. */
static void
test_refreshes (Fixture      *self,
                gconstpointer data)
{
  static const double y[] = { 4, 3, 2, 1 };
  PlotSeries series[] = { { .name = "loss", .y = y, .n = 2 }, { .name = "KL", .y = y, .n = 4 } };

  show (self, sal_chart_new ());
  sal_chart_set_series (SAL_CHART (self->drawing), series, 1);

  SalNumbersWindow *numbers = open_numbers (self);
  gpointer table = app_fixture_find (numbers, SAL_TYPE_TABLE, NULL, NULL);

  sal_table_sort (table, 0, TRUE);
  series[0].n = 4;
  sal_chart_set_series (SAL_CHART (self->drawing), series, 1);

  g_autofree char *before = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (before, ==, "x,loss\r\n1,3\r\n0,4\r\n");
  app_fixture_press (GTK_WIDGET (numbers), GDK_KEY_r, GDK_CONTROL_MASK);

  g_autofree char *after = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (after, ==, "x,loss\r\n3,1\r\n2,2\r\n1,3\r\n0,4\r\n");
  g_assert_true (app_fixture_find (numbers, SAL_TYPE_TABLE, NULL, NULL) == table);

  /* Fewer rows, and other columns. */
  series[0].n = 1;
  sal_chart_set_series (SAL_CHART (self->drawing), series, 1);
  app_fixture_press (GTK_WIDGET (numbers), GDK_KEY_r, GDK_CONTROL_MASK);

  g_autofree char *fewer = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (fewer, ==, "x,loss\r\n0,4\r\n");
  sal_chart_set_series (SAL_CHART (self->drawing), series, 2);
  app_fixture_press (GTK_WIDGET (numbers), GDK_KEY_r, GDK_CONTROL_MASK);
  app_fixture_settle ();

  g_autofree char *other = sal_numbers_window_to_csv (numbers);

  g_assert_cmpstr (other, ==, "x,loss,KL\r\n0,4,4\r\n1,,3\r\n2,,2\r\n3,,1\r\n");
}

/* A drawing that is gone has no numbers. */
static void
test_cannot_refresh_what_is_gone (Fixture      *self,
                                  gconstpointer data)
{
  static const double y[] = { 4, 3 };
  const PlotSeries series = { .name = "loss", .y = y, .n = 2 };

  show (self, sal_chart_new ());
  sal_chart_set_series (SAL_CHART (self->drawing), &series, 1);

  SalNumbersWindow *numbers = open_numbers (self);
  GtkWidget *button = app_fixture_find (numbers, GTK_TYPE_BUTTON, app_fixture_has_label, "Refresh");

  gtk_window_set_child (self->window, NULL);
  app_fixture_settle ();
  g_assert_true (gtk_widget_is_sensitive (button));
  app_fixture_press (GTK_WIDGET (numbers), GDK_KEY_r, GDK_CONTROL_MASK);
  g_assert_false (gtk_widget_is_sensitive (button));
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  ADD ("the curves of a chart", test_chart);
  ADD ("the bins of a histogram", test_histogram);
  ADD ("the classes of bars", test_bars);
  ADD ("the cells of a confusion matrix", test_matrix);
  ADD ("the pixels of a map, the largest first", test_map_is_sorted);
  ADD ("no window without numbers", test_nothing_to_read);
  ADD ("many rows are thinned, and it says so", test_many_rows_are_thinned_and_said);
  ADD ("it changes when it is refreshed", test_refreshes);
  ADD ("it is not refreshed from a drawing that is gone", test_cannot_refresh_what_is_gone);
  ADD ("a drawing says its name, its value and how it is used", test_says_its_value);
  return g_test_run ();
}
