/* test-sal-compare-page.c - runs in a table, what one of them confuses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "page-fixture.h"
#include "sal-chart.h"
#include "sal-compare-page.h"
#include "sal-confusion-view.h"
#include "sal-image-grid.h"
#include "sal-table.h"

/* As the fixture has them. */
#define TEST_IMAGES 40
#define CLASSES 4

/* --- what is shown ----------------------------------------------------------- */

/* The first table of the page is that of the runs. */
static SalTable *
find_runs (PageFixture *self)
{
  return app_fixture_find (page_fixture_find (self, SAL_TYPE_COMPARE_PAGE), SAL_TYPE_TABLE, NULL,
                           NULL);
}

static SalConfusionView *
find_matrix (PageFixture *self)
{
  return page_fixture_find (self, SAL_TYPE_CONFUSION_VIEW);
}

/* The text of column `name` in the row of `run`; bundled runs have the same
 * names, but another network. Free the result. */
static char *
read_cell (PageFixture *self,
           const char  *run,
           const char  *name)
{
  g_autofree char *csv = sal_table_to_csv (find_runs (self));
  g_auto (GStrv) lines = g_strsplit (csv, "\r\n", -1);
  g_auto (GStrv) names = g_strsplit (lines[0], ",", -1);

  for (guint row = 1; lines[row] != NULL && *lines[row] != '\0'; row++) {
    g_auto (GStrv) cells = g_strsplit (lines[row], ",", -1);

    if (strcmp (cells[1], run) != 0 || strstr (lines[row], ",lenet5,") == NULL)
      continue;
    for (guint i = 0; names[i] != NULL; i++)
      if (strcmp (names[i], name) == 0)
        return g_strdup (cells[i]);
  }
  g_error ("no row of %s with a column %s", run, name);
}

static gboolean
all_are_predicted (gpointer fixture)
{
  SalLabModel *model = sal_session_get_model (((PageFixture *) fixture)->app.session);

  return model != NULL && sal_lab_model_get_n_predicted (model) == TEST_IMAGES;
}

static gsize
count_listed_images (PageFixture *self)
{
  GtkGridView *grid = app_fixture_find (page_fixture_find (self, SAL_TYPE_IMAGE_GRID),
                                        GTK_TYPE_GRID_VIEW, NULL, NULL);

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_grid_view_get_model (grid)));
}

/* Images of class `label` that the current run takes for `predicted`. */
static gsize
count_predicted (PageFixture *self,
                 int          label,
                 int          predicted)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const gint16 *labels =
    sal_lab_model_get_predictions (sal_session_get_model (self->app.session));
  gsize n = 0;

  for (gsize i = 0; i < test->count; i++)
    n += test->labels[i] == label && labels[i] == predicted;
  return n;
}

/* --- tests ------------------------------------------------------------------- */

static void
test_runs_are_listed (PageFixture  *self,
                      gconstpointer page)
{
  g_autofree char *mode = read_cell (self, "PACT 4-bit", "mode");
  g_autofree char *bits = read_cell (self, "PACT 4-bit", "weight bits");
  g_autofree char *size = read_cell (self, "PACT 4-bit", "bytes");
  g_autofree char *full_size = read_cell (self, "Baseline", "bytes");

  g_assert_cmpstr (mode, ==, "PACT");
  g_assert_cmpstr (bits, ==, "4");
  g_assert_cmpint (atoi (size), >, 0);
  g_assert_cmpint (atoi (size), <, atoi (full_size));
}

static void
test_row_is_the_run_of_all_pages (PageFixture  *self,
                                  gconstpointer page)
{
  SalTable *runs = find_runs (self);

  g_assert_true (sal_table_get_selected (runs) == self->baseline);
  sal_session_set_run (self->app.session, self->pact);
  g_assert_true (sal_table_get_selected (runs) == self->pact);

  GListModel *rows = sal_table_get_rows (runs);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (rows, i);

    if (run == self->baseline)
      gtk_selection_model_select_item (GTK_SELECTION_MODEL (rows), i, TRUE);
  }
  g_assert_true (sal_session_get_run (self->app.session) == self->baseline);
}

static void
test_search_hides_runs (PageFixture  *self,
                        gconstpointer page)
{
  SalTable *runs = find_runs (self);
  const guint all = g_list_model_get_n_items (sal_table_get_rows (runs));

  sal_table_set_search (runs, "4-bit none-such");
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (runs)), ==, 0);
  sal_table_set_search (runs, "LENET");
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (runs)), ==, 2);
  sal_table_set_search (runs, "");
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (runs)), ==, all);
}

static gboolean
both_are_measured (gpointer fixture)
{
  g_autofree char *pact = read_cell (fixture, "PACT 4-bit", "masking area percent");
  g_autofree char *baseline = read_cell (fixture, "Baseline", "masking area percent");

  return *pact != '\0' && *baseline != '\0'
         && page_fixture_find_label (((PageFixture *) fixture)->window, "Measure missing") != NULL;
}

static gboolean
both_are_timed (gpointer fixture)
{
  g_autofree char *pact = read_cell (fixture, "PACT 4-bit", "ms per image");
  g_autofree char *accuracy = read_cell (fixture, "PACT 4-bit", "test accuracy percent");

  return *pact != '\0' && *accuracy != '\0';
}

static void
test_missing_numbers_are_measured (PageFixture  *self,
                                   gconstpointer page)
{
  g_autofree char *before = read_cell (self, "PACT 4-bit", "masking area percent");

  g_assert_cmpstr (before, ==, "");
  sal_table_set_search (find_runs (self), "lenet");
  g_signal_emit_by_name (page_fixture_find_label (self->window, "Measure missing"), "clicked");
  g_assert_nonnull (page_fixture_find_label (self->window, "Stop measuring"));
  app_fixture_wait (both_are_measured, self);
  app_fixture_wait (both_are_timed, self);
}

static void
test_measuring_can_be_stopped (PageFixture  *self,
                               gconstpointer page)
{
  sal_table_set_search (find_runs (self), "lenet");
  g_signal_emit_by_name (page_fixture_find_label (self->window, "Measure missing"), "clicked");
  g_signal_emit_by_name (page_fixture_find_label (self->window, "Stop measuring"), "clicked");
  g_assert_nonnull (page_fixture_find_label (self->window, "Measure missing"));
}

static void
test_matrix_counts_every_image (PageFixture  *self,
                                gconstpointer page)
{
  g_autofree char *path = g_build_filename (self->app.home, "matrix.csv", NULL);
  g_autofree char *csv = NULL;
  g_autoptr (GError) error = NULL;

  app_fixture_wait (all_are_predicted, self);
  sal_drawing_export (SAL_DRAWING (find_matrix (self)), path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &csv, NULL, &error);
  g_assert_no_error (error);

  g_auto (GStrv) lines = g_strsplit (csv, "\r\n", -1);
  int total = 0;

  g_assert_cmpuint (g_strv_length (lines), ==, CLASSES + 2);
  for (int row = 0; row < CLASSES; row++) {
    g_auto (GStrv) cells = g_strsplit (lines[row + 1], ",", -1);

    for (int column = 0; column < CLASSES; column++) {
      g_assert_cmpint (atoi (cells[column + 1]), ==, count_predicted (self, row, column));
      total += atoi (cells[column + 1]);
    }
  }
  g_assert_cmpint (total, ==, TEST_IMAGES);
}

/* Moves the cursor to a mistake; there is one in a random network. */
static void
go_to_mistake (PageFixture *self,
               int         *row,
               int         *column)
{
  SalConfusionView *matrix = find_matrix (self);

  app_fixture_wait (all_are_predicted, self);
  app_fixture_press (GTK_WIDGET (matrix), GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_true (sal_confusion_view_get_cell (matrix, row, column));
  g_assert_cmpint (*row, !=, *column);
}

static void
test_cell_opens_its_images (PageFixture  *self,
                            gconstpointer page)
{
  int row = -1;
  int column = -1;

  go_to_mistake (self, &row, &column);

  g_autofree char *words = sal_confusion_view_describe (find_matrix (self));
  const gsize n = count_predicted (self, row, column);
  g_autofree char *expected = g_strdup_printf ("%" G_GSIZE_FORMAT " image", n);

  g_assert_nonnull (strstr (words, expected));
  app_fixture_press (GTK_WIDGET (find_matrix (self)), GDK_KEY_Return, 0);
  g_assert_false (sal_page_is_shown (page_fixture_find (self, SAL_TYPE_COMPARE_PAGE)));
  g_assert_cmpuint (count_listed_images (self), ==, n);

  const guint image = sal_session_get_image (self->app.session);
  const gint16 *predicted =
    sal_lab_model_get_predictions (sal_session_get_model (self->app.session));

  g_assert_cmpint (sal_dataset_get_test (self->dataset)->labels[image], ==, row);
  g_assert_cmpint (predicted[image], ==, column);
}

static void
test_arrows_walk_from_cell_to_cell (PageFixture  *self,
                                    gconstpointer page)
{
  static const struct
  {
    guint key;
    int   row;
    int   column;
  } steps[] = {
    { GDK_KEY_Down, 0, 0 },
    { GDK_KEY_Down, 1, 0 },
    { GDK_KEY_Right, 1, 1 },
    { GDK_KEY_End, 1, CLASSES - 1 },
    { GDK_KEY_Right, 1, CLASSES - 1 },
    { GDK_KEY_Page_Down, CLASSES - 1, CLASSES - 1 },
    { GDK_KEY_Home, CLASSES - 1, 0 },
    { GDK_KEY_Up, CLASSES - 2, 0 },
  };

  app_fixture_wait (all_are_predicted, self);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    int row = -1;
    int column = -1;

    app_fixture_press (GTK_WIDGET (find_matrix (self)), steps[i].key, 0);
    g_assert_true (sal_confusion_view_get_cell (find_matrix (self), &row, &column));
    g_assert_cmpint (row, ==, steps[i].row);
    g_assert_cmpint (column, ==, steps[i].column);
  }

  int row = 0;
  int column = 0;

  app_fixture_press (GTK_WIDGET (find_matrix (self)), GDK_KEY_Escape, 0);
  g_assert_false (sal_confusion_view_get_cell (find_matrix (self), &row, &column));
}

static void
test_run_opens (PageFixture  *self,
                gconstpointer page)
{
  g_signal_emit_by_name (find_runs (self), "activated", self->pact);
  g_assert_true (sal_session_get_run (self->app.session) == self->pact);
  g_assert_false (sal_page_is_shown (page_fixture_find (self, SAL_TYPE_COMPARE_PAGE)));
}

static void
test_keys_sort (PageFixture  *self,
                gconstpointer page)
{
  SalTable *runs = find_runs (self);

  sal_table_set_search (runs, "lenet5");
  app_fixture_press (GTK_WIDGET (runs), GDK_KEY_Left, GDK_ALT_MASK);
  app_fixture_press (GTK_WIDGET (runs), GDK_KEY_Up, GDK_ALT_MASK);

  g_autofree char *ascending = sal_table_to_csv (runs);

  app_fixture_press (GTK_WIDGET (runs), GDK_KEY_Down, GDK_ALT_MASK);

  g_autofree char *descending = sal_table_to_csv (runs);

  g_assert_cmpint (strstr (ascending, ",Baseline") - ascending, <,
                   strstr (ascending, ",PACT 4-bit") - ascending);
  g_assert_cmpint (strstr (descending, ",Baseline") - descending, >,
                   strstr (descending, ",PACT 4-bit") - descending);
}

static char *
save (PageFixture *self,
      const char  *what)
{
  g_autofree char *path = g_build_filename (self->app.home, what, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  sal_compare_page_save (page_fixture_find (self, SAL_TYPE_COMPARE_PAGE), what, path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* A baseline with another seed repeats the one that is there. */
static void
test_seeds_are_one_row (PageFixture  *self,
                        gconstpointer page)
{
  SalModelInfo info = { .title = (char *) "again", .recipe = self->app.recipe };

  info.recipe.mode = SAL_MODE_BASELINE;
  info.recipe.seed++;
  info.test_accuracy = 0.5;

  g_autoptr (SalRunItem) run = sal_run_item_new_demo ("again", &info);

  sal_run_library_add (sal_session_get_runs (self->app.session), run);

  g_autofree char *csv = save (self, "seeds");
  const char *row = strstr (csv, ",2,\"1, 2\",3232,");

  g_assert_nonnull (row);
  g_assert_nonnull (strstr (row, ",lenet5"));
}

/* Where it stands among the others, as soon as both its numbers are known. */
static void
test_measured_runs_are_dots (PageFixture  *self,
                             gconstpointer page)
{
  SalDrawing *dots = app_fixture_find (page_fixture_find (self, SAL_TYPE_COMPARE_PAGE),
                                       SAL_TYPE_CHART, NULL, NULL);
  g_autofree char *path = g_build_filename (self->app.home, "dots.csv", NULL);
  g_autofree char *csv = NULL;
  g_autoptr (GError) error = NULL;

  sal_table_set_search (find_runs (self), "lenet5");
  g_signal_emit_by_name (page_fixture_find_label (self->window, "Measure missing"), "clicked");
  app_fixture_wait (both_are_measured, self);
  sal_drawing_export (dots, path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &csv, NULL, &error);
  g_assert_no_error (error);

  g_autofree char *area = read_cell (self, "PACT 4-bit", "masking area percent");
  g_autofree char *row = g_strdup_printf ("\n%.4s", area);

  g_assert_true (g_str_has_prefix (csv, "masking area percent,"));
  g_assert_nonnull (strstr (csv, "PACT 4-bit"));
  g_assert_nonnull (strstr (csv, row));
}

static void
test_report_holds_everything (PageFixture  *self,
                              gconstpointer page)
{
  sal_table_set_search (find_runs (self), "lenet5");
  app_fixture_wait (all_are_predicted, self);
  g_signal_emit_by_name (page_fixture_find_label (self->window, "Measure missing"), "clicked");
  app_fixture_wait (both_are_measured, self);

  static const char *const parts[] = {
    "<!DOCTYPE html>", "<td>PACT 4-bit</td>", "Student", "What Baseline confuses",
    "data:image/svg+xml;base64,", "While salient pixels are masked", "saliscope-cli train",
    "Learning rate", "</html>",
  };
  g_autofree char *report = save (self, "report");

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (report, parts[i]) == NULL)
      g_error ("the report has no %s", parts[i]);
}

static void
test_compared_runs_are_checked (PageFixture  *self,
                                gconstpointer page)
{
  GListStore *compared = sal_session_get_compared (self->app.session);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  before = read_cell (self, "PACT 4-bit", "compared");
  g_list_store_append (compared, self->pact);
  after = read_cell (self, "PACT 4-bit", "compared");
  g_assert_cmpstr (before, ==, "");
  g_assert_cmpstr (after, ==, "compared");
}

static void
test_no_run_says_what_to_do (PageFixture  *self,
                             gconstpointer page)
{
  sal_session_set_run (self->app.session, NULL);
  g_assert_null (sal_table_get_selected (find_runs (self)));
  g_assert_nonnull (page_fixture_find_label
                      (self->window, "Choose a run in the table: what it confuses is shown here."));
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/compare/lists runs", test_runs_are_listed },
    { "/compare/selects the run of all pages", test_row_is_the_run_of_all_pages },
    { "/compare/hides what is not searched for", test_search_hides_runs },
    { "/compare/measures what is missing", test_missing_numbers_are_measured },
    { "/compare/stops measuring", test_measuring_can_be_stopped },
    { "/compare/counts every image", test_matrix_counts_every_image },
    { "/compare/opens the images of a cell", test_cell_opens_its_images },
    { "/compare/walks from cell to cell", test_arrows_walk_from_cell_to_cell },
    { "/compare/opens a run", test_run_opens },
    { "/compare/sorts by keys", test_keys_sort },
    { "/compare/groups seeds", test_seeds_are_one_row },
    { "/compare/shows measured runs as dots", test_measured_runs_are_dots },
    { "/compare/saves a report", test_report_holds_everything },
    { "/compare/knows compared runs", test_compared_runs_are_checked },
    { "/compare/says what to do without a run", test_no_run_says_what_to_do },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("compare", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
