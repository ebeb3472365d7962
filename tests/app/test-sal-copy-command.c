/* test-sal-copy-command.c - what is copied from each page does what it shows
 *
 * A small run is trained in the window; then the copied command lines are run
 * by the program that was just built, and a number of theirs is compared with
 * that of the page.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"

#include <string.h>

#include "sal-inspect-pane.h"
#include "sal-json.h"
#include "sal-page.h"
#include "sal-stat-card.h"

typedef struct
{
  AppFixture app;
  SalWindow *window;
  SalRunItem *run;
} Fixture;

/* --- the run ------------------------------------------------------------------- */

static gboolean
is_trained (gpointer data)
{
  Fixture *self = data;
  SalRunItem *run = sal_session_get_run (self->app.session);

  return sal_session_get_state (self->app.session) == SAL_WORKER_FINISHED && run != NULL
         && sal_run_item_get_state (run) == SAL_RUN_FINISHED
         && isfinite (sal_run_item_get_test_accuracy (run))
         && sal_run_item_get_model (run) != NULL
         && sal_lab_model_get_n_predicted (sal_run_item_get_model (run)) > 0;
}

static void
set_up (Fixture      *self,
        gconstpointer page)
{
  app_fixture_set_up (&self->app, NULL);
  /* Hardly trained: such a network takes the images for several classes. */
  self->app.recipe.epochs = 2;
  self->app.recipe.mode = SAL_MODE_PACT;
  self->app.recipe.learning_rate = 1e-4;
  sal_session_set_recipe (self->app.session, &self->app.recipe);
  self->window = sal_window_new (NULL, self->app.session);
  gtk_window_present (GTK_WINDOW (self->window));
  sal_session_start (self->app.session);
  app_fixture_wait (is_trained, self);
  self->run = sal_session_get_run (self->app.session);
  sal_window_show_page (self->window, page);
  app_fixture_settle ();
}

static void
tear_down (Fixture      *self,
           gconstpointer page)
{
  app_fixture_check_finalised (GTK_WINDOW (self->window));
  app_fixture_tear_down (&self->app, NULL);
}

/* --- commands ------------------------------------------------------------------ */

static gboolean
is_shown_page (GtkWidget    *widget,
               gconstpointer data)
{
  return sal_page_is_shown (SAL_PAGE (widget));
}

static char *
copy_command (Fixture *self)
{
  return sal_page_get_command (app_fixture_find (self->window, SAL_TYPE_PAGE, is_shown_page, NULL));
}

/* Runs the first of the copied lines, with `more` at its end. Free the result. */
static JsonNode *
run_command (const char *command,
             const char *more)
{
  const char *program = g_getenv ("SALISCOPE_CLI");
  g_auto (GStrv) lines = g_strsplit (command, "\n", 2);
  g_autofree char *line = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node = NULL;
  int status = 0;

  g_assert_true (g_str_has_prefix (lines[0], "saliscope-cli "));
  line = g_strdup_printf ("%s %s --json %s", program, lines[0] + strlen ("saliscope-cli "), more);
  g_spawn_command_line_sync (line, &output, &errors, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_printerr ("%s\n%s", line, errors);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  node = json_from_string (output, &error);
  g_assert_no_error (error);
  return node;
}

static double
get_number (JsonNode   *node,
            const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) found = json_path_query (path, node, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (found)), ==, 1);
  return json_array_get_double_element (json_node_get_array (found), 0);
}

/* --- pages --------------------------------------------------------------------- */

/* The same recipe, trained anew: the same bits, and so the same accuracy. */
static void
test_train (Fixture      *self,
            gconstpointer page)
{
  g_autofree char *command = copy_command (self);
  g_autoptr (JsonNode) result = run_command (command, "--quiet");

  g_assert_cmpfloat (get_number (result, "$.test_accuracy"), ==,
                     sal_run_item_get_test_accuracy (self->run));
  g_assert_cmpfloat (get_number (result, "$.run"), ==, 2);
}

static gboolean
has_title (GtkWidget    *widget,
           gconstpointer start)
{
  g_autofree char *title = NULL;

  g_object_get (widget, "title", &title, NULL);
  return g_str_has_prefix (title, start);
}

static gboolean
is_measured (gpointer data)
{
  SalStatCard *card = app_fixture_find (((Fixture *) data)->window, SAL_TYPE_STAT_CARD, has_title,
                                        "Test accuracy");

  SalStatCard *size_card = app_fixture_find (((Fixture *) data)->window, SAL_TYPE_STAT_CARD,
                                             has_title, "Size as packed");

  return !sal_stat_card_get_stale (card) && !sal_stat_card_get_stale (size_card)
         && g_str_has_suffix (sal_stat_card_get_caption (card), "all 40 · final");
}

static void
test_quantize (Fixture      *self,
               gconstpointer page)
{
  SalBits bits = sal_bits_uniform (6, 5);

  bits.refit_alpha = TRUE;
  bits.edges = NN_EDGES_SAME;
  sal_session_set_bits (self->app.session, &bits);
  app_fixture_settle ();
  app_fixture_wait (is_measured, self);

  g_autofree char *command = copy_command (self);
  g_autoptr (JsonNode) result = run_command (command, "");
  SalStatCard *card =
    app_fixture_find (self->window, SAL_TYPE_STAT_CARD, has_title, "Test accuracy");
  g_autofree char *accuracy =
    g_strdup_printf ("%.2f %%", 100 * get_number (result, "$.after.accuracy"));

  SalStatCard *size_card =
    app_fixture_find (self->window, SAL_TYPE_STAT_CARD, has_title, "Size as packed");
  g_autofree char *size = g_format_size ((guint64) get_number (result, "$.after.packed_bytes"));

  g_assert_cmpstr (sal_stat_card_get_value (card), ==, accuracy);
  g_assert_cmpstr (sal_stat_card_get_value (size_card), ==, size);
}

/* Moved, by another quantizer and with levels that fit. */
static void
set_helped_bits (Fixture *self)
{
  SalBits bits = sal_bits_uniform (3, 3);

  bits.refit_alpha = TRUE;
  bits.quantizer = nn_weight_quantizer_find ("sawb");
  sal_session_set_bits (self->app.session, &bits);
}

static gboolean
is_answered (gpointer data)
{
  return !sal_lab_is_busy (sal_session_get_lab (((Fixture *) data)->app.session));
}

static SalInspectPane *
first_pane (Fixture *self)
{
  return app_fixture_find (self->window, SAL_TYPE_INSPECT_PANE, NULL, NULL);
}

static gboolean
has_map (gpointer data)
{
  const float *map = NULL;
  NnShape shape;

  map = sal_inspect_pane_get_map (first_pane (data), &shape);
  return map != NULL;
}

static double
sum_of_map (SalInspectPane *pane)
{
  NnShape shape;
  const float *map = sal_inspect_pane_get_map (pane, &shape);
  double sum = 0;

  for (gsize i = 0; i < nn_shape_size (shape); i++)
    sum += map[i];
  return sum;
}

static void
test_inspect (Fixture      *self,
              gconstpointer page)
{
  set_helped_bits (self);
  sal_session_set_explain_class (self->app.session, SAL_EXPLAIN_LABEL);
  sal_inspect_pane_set_bits (first_pane (self), SAL_PANE_AS_CHOSEN);
  g_signal_emit_by_name (first_pane (self), "changed");
  app_fixture_settle ();
  app_fixture_wait (has_map, self);
  app_fixture_wait (is_answered, self);

  g_autofree char *command = copy_command (self);

  g_assert_nonnull (strstr (command, " --quantizer sawb --refit-alpha"));

  g_autoptr (JsonNode) result = run_command (command, "");
  const double sum = get_number (result, "$.maps[0].sum");

  g_assert_cmpfloat_with_epsilon (sum_of_map (first_pane (self)), sum, 1e-4 + 1e-4 * fabs (sum));
}

static GtkLabel *
find_area (Fixture *self)
{
  GtkGrid *table =
    app_fixture_find (app_fixture_find (self->window, SAL_TYPE_PAGE, is_shown_page, NULL),
                      GTK_TYPE_GRID, NULL, NULL);
  GtkWidget *label = table == NULL ? NULL : gtk_grid_get_child_at (table, 1, 1);

  return GTK_IS_LABEL (label) ? GTK_LABEL (label) : NULL;
}

static gboolean
has_area (gpointer data)
{
  GtkLabel *area = find_area (data);

  return area != NULL && g_ascii_isdigit (gtk_label_get_label (area)[0])
         && strstr (gtk_label_get_label (area), "…") == NULL;
}

static void
test_masking (Fixture      *self,
              gconstpointer page)
{
  app_fixture_wait (has_area, self);

  g_autofree char *command = copy_command (self);
  g_autoptr (JsonNode) result = run_command (command, "");
  g_autofree char *area = g_strdup_printf ("%.1f", 100 * get_number (result, "$[0].area"));

  g_assert_cmpstr (gtk_label_get_label (find_area (self)), ==, area);
}

static void
test_compare (Fixture      *self,
              gconstpointer page)
{
  g_autofree char *command = copy_command (self);
  g_autoptr (JsonNode) result = run_command (command, "");

  g_assert_cmpfloat (get_number (result, "$[0].test_accuracy"), ==,
                     sal_run_item_get_test_accuracy (self->run));
}

/* What no option says is not left out in silence. */
static void
test_nothing_that_cannot_be_said (Fixture      *self,
                                  gconstpointer page)
{
  SalBits bits = sal_bits_uniform (4, 4);

  bits.n_layers = 1;
  bits.layers[0] = (SalLayerBits) {
    .layer = 1, .weight_bits = SAL_BITS_LIKE_OTHERS, .activation_bits = SAL_BITS_LIKE_OTHERS,
    .alpha = 1.5f,
  };
  sal_session_set_bits (self->app.session, &bits);
  g_assert_null (copy_command (self));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    const char *page;
    void (*test) (Fixture *,
                  gconstpointer);
  } tests[] = {
    { "/copy-command/of Train trains the same run", "train", test_train },
    { "/copy-command/of Quantize measures the same accuracy", "quantize", test_quantize },
    { "/copy-command/of Inspect makes the same map", "inspect", test_inspect },
    { "/copy-command/of Masking finds the same area", "masking", test_masking },
    { "/copy-command/of Compare lists the same runs", "compare", test_compare },
    { "/copy-command/is none where it could not say all", "quantize",
      test_nothing_that_cannot_be_said },
  };
  const char *program = g_getenv ("SALISCOPE_CLI");

  if (!app_fixture_init (&argc, &argv))
    return 0;
  if (program == NULL || !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE)) {
    g_print ("1..0 # SKIP saliscope-cli is not built\n");
    return 0;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].page, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
