/* test-sal-quantize-page.c - the bits are moved, and everything follows
 *
 * The networks are hardly trained and the images are noise: what is compared
 * are widgets with each other and with the session, not with the truth.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-bit-slider.h"
#include "sal-histogram-view.h"
#include "sal-layer-table.h"
#include "sal-quantize-page.h"
#include "sal-stat-card.h"

#include <math.h>
#include <string.h>

typedef struct
{
  SalSession      *session;
  SalWindow       *window;
  SalQuantizePage *page;
} Story;

/* --- finding ------------------------------------------------------------------- */

static gboolean
has_title_prefix (GtkWidget    *widget,
                  gconstpointer data)
{
  g_autofree char *title = NULL;

  g_object_get (widget, "title", &title, NULL);
  return title != NULL && g_str_has_prefix (title, data);
}

static SalStatCard *
find_card (Story      *self,
           const char *title)
{
  SalStatCard *card = app_fixture_find (self->page, SAL_TYPE_STAT_CARD, has_title_prefix, title);

  g_assert_nonnull (card);
  return card;
}

static SalBitSlider *
find_slider (Story      *self,
             const char *title)
{
  SalBitSlider *slider = app_fixture_find (self->page, SAL_TYPE_BIT_SLIDER, has_title_prefix,
                                           title);

  g_assert_nonnull (slider);
  return slider;
}

static gpointer
find_label (Story      *self,
            GType       type,
            const char *label)
{
  return app_fixture_find (self->page, type, app_fixture_has_label, label);
}

/* --- driving -------------------------------------------------------------------- */

/* What an arrow key does. */
static void
press_arrow (SalBitSlider *slider,
             GtkScrollType direction)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (app_fixture_find (slider, GTK_TYPE_SCALE, NULL, NULL), "move-slider",
                         direction, &handled);
}

static void
activate (Story      *self,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL));
}

/* --- conditions ----------------------------------------------------------------- */

static gboolean
is_shown (gpointer page)
{
  return sal_page_is_shown (page);
}

static gboolean
is_hidden (gpointer page)
{
  return !sal_page_is_shown (page);
}

static void
show_page (Story      *self,
           const char *name)
{
  const gboolean shows = g_str_equal (name, "quantize");

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), "win.page", "s", name));
  app_fixture_wait (shows ? is_shown : is_hidden, self->page);
}

static gboolean
has_some_steps (gpointer session)
{
  SalRunItem *run = sal_session_get_active_run (session);
  SalRunRecord *record = run == NULL ? NULL : sal_run_item_get_record (run);

  return record != NULL && sal_run_record_length (record) >= 5;
}

static gboolean
is_idle_with_model (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_IDLE
         && sal_session_get_model (session) != NULL;
}

/* Everything that follows the slider is answered, and the accuracy is that of
 * all test images. */
static gboolean
is_final (gpointer data)
{
  static const char *const titles[] = {
    "Test accuracy", "Against full precision", "Saliency kept", "Size as packed", "Prediction",
  };
  Story *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++) {
    SalStatCard *card = find_card (self, titles[i]);

    if (sal_stat_card_get_stale (card) || sal_stat_card_get_value (card)[0] == '\0')
      return FALSE;
  }
  return g_str_has_suffix (sal_stat_card_get_caption (find_card (self, "Test accuracy")),
                           "all 40 · final");
}

static gboolean
layers_are_measured (gpointer data)
{
  Story *self = data;

  return find_label (self, GTK_TYPE_LABEL, "alone at 3 bits") != NULL;
}

static gboolean
histograms_are_there (gpointer data)
{
  Story *self = data;
  SalLayerTable *table = app_fixture_find (self->page, SAL_TYPE_LAYER_TABLE, NULL, NULL);
  GtkWidget *view = app_fixture_find (self->page, SAL_TYPE_HISTOGRAM_VIEW, NULL, NULL);

  return sal_layer_table_get_n_rows (table) == 5
         && !gtk_widget_has_css_class (gtk_widget_get_parent (view), "stale");
}

/* --- set-up --------------------------------------------------------------------- */

static Story
open_story (AppFixture *fixture)
{
  Story self = { .session = fixture->session };

  self.window = sal_window_new (NULL, fixture->session);
  gtk_window_present (GTK_WINDOW (self.window));
  app_fixture_settle ();
  self.page = app_fixture_find (self.window, SAL_TYPE_QUANTIZE_PAGE, NULL, NULL);
  return self;
}

/* A network that was trained for a moment at 4 bits, on the page. */
static Story
open_network (AppFixture *fixture)
{
  Story self = open_story (fixture);

  sal_session_set_run (self.session, NULL);
  sal_session_set_recipe (self.session, &fixture->recipe);
  sal_session_start (self.session);
  app_fixture_wait (has_some_steps, self.session);
  sal_session_stop (self.session);
  app_fixture_wait (is_idle_with_model, self.session);
  show_page (&self, "quantize");
  app_fixture_wait (is_final, &self);
  return self;
}

/* --- tests ---------------------------------------------------------------------- */

static void
test_says_what_to_do (AppFixture   *fixture,
                      gconstpointer data)
{
  Story self = open_story (fixture);

  sal_session_set_run (self.session, NULL);
  show_page (&self, "quantize");

  GtkWidget *label = find_label (&self, GTK_TYPE_LABEL,
                                 "Choose a trained network above, or train one first.");

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_get_mapped (label));
  g_assert_nonnull (find_label (&self, GTK_TYPE_BUTTON, "Train a Network"));
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

/* One that was stopped within its first epoch, or has lost what it saved. */
static SalRunItem *
make_run_without_network (AppFixture *fixture,
                          gint64      id,
                          SalRunState state,
                          const char *directory)
{
  g_autofree char *json = sal_recipe_to_json (&fixture->recipe);
  const SalRun run = {
    .id = id,
    .title = (char *) "Stopped",
    .recipe_json = json,
    .state = state,
    .validation_accuracy = state == SAL_RUN_FINISHED ? 0.5 : NAN,
    .test_accuracy = NAN,
    .directory = (char *) directory,
  };

  return sal_run_item_new (&run);
}

static void
check_pages_say (Story      *self,
                 const char *words)
{
  static const char *const pages[] = { "quantize", "compare", "train" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    show_page (self, pages[i]);
    g_assert_nonnull (find_label (self, GTK_TYPE_LABEL, words));
  }
}

/* What the pages say of a finished run whose network is gone. */
static void
check_lost_network (Story      *self,
                    AppFixture *fixture,
                    gint64      id,
                    const char *directory,
                    const char *words)
{
  g_autoptr (SalRunItem) run =
    make_run_without_network (fixture, id, SAL_RUN_FINISHED, directory);
  g_autofree char *found = sal_session_explain_lost_network (self->session, run);

  g_assert_cmpstr (found, ==, words);
  sal_run_library_add (sal_session_get_runs (self->session), run);
  sal_session_set_run (self->session, run);
  check_pages_say (self, words);
}

static void
test_says_where_a_lost_network_was_expected (AppFixture   *fixture,
                                             gconstpointer data)
{
  Story self = open_story (fixture);
  g_autofree char *gone = g_build_filename (fixture->home, "gone", NULL);
  g_autofree char *no_folder =
    g_strdup_printf ("The folder of this run is missing: it was expected at %s.", gone);
  g_autofree char *no_file =
    g_strdup_printf ("The network of this run is missing: it was expected at %s%s.",
                     fixture->home, "/model.safetensors");

  check_lost_network (&self, fixture, 78, gone, no_folder);
  check_lost_network (&self, fixture, 79, fixture->home, no_file);
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static gboolean
has_given_up (gpointer session)
{
  g_autofree char *words =
    sal_session_explain_lost_network (session, sal_session_get_run (session));

  return words != NULL;
}

/* A network that is damaged is not waited for for ever, nor read again and
 * again; it is where somebody asks anew. */
static void
test_says_why_a_network_cannot_be_read (AppFixture   *fixture,
                                        gconstpointer data)
{
  Story self = open_story (fixture);
  g_autofree char *path = g_build_filename (fixture->home, "model.safetensors", NULL);
  g_autoptr (SalRunItem) run =
    make_run_without_network (fixture, 80, SAL_RUN_FINISHED, fixture->home);

  g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));
  g_assert_true (sal_session_has_network (self.session, run));
  sal_run_library_add (sal_session_get_runs (self.session), run);
  sal_session_set_run (self.session, run);
  app_fixture_wait (has_given_up, self.session);

  g_autofree char *words = sal_session_explain_lost_network (self.session, run);

  g_assert_nonnull (strstr (words, path));
  check_pages_say (&self, words);
  sal_session_request_model (self.session, run);
  app_fixture_settle ();
  g_assert_true (has_given_up (self.session));
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_says_that_a_run_has_no_network (AppFixture   *fixture,
                                     gconstpointer data)
{
  Story self = open_story (fixture);
  g_autoptr (SalRunItem) run =
    make_run_without_network (fixture, 77, SAL_RUN_INTERRUPTED, fixture->home);

  g_assert_false (sal_session_has_network (self.session, run));
  g_assert_null (sal_session_explain_lost_network (self.session, run));
  sal_run_library_add (sal_session_get_runs (self.session), run);
  sal_session_set_run (self.session, run);
  show_page (&self, "quantize");
  g_assert_nonnull (find_label (&self, GTK_TYPE_LABEL,
                                "This run was stopped before the end of its first epoch and has "
                                "saved no network. Resume it, or choose another run above."));
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_follows_the_slider (AppFixture   *fixture,
                         gconstpointer data)
{
  Story self = open_network (fixture);
  SalBitSlider *slider = find_slider (&self, "Bit width");
  g_autofree char *size_of_four =
    g_strdup (sal_stat_card_get_value (find_card (&self, "Size as packed")));

  g_assert_cmpint (sal_bit_slider_get_bits (slider), ==, 4);
  find_card (&self, "Test accuracy, trained here");

  press_arrow (slider, GTK_SCROLL_STEP_RIGHT);
  g_assert_cmpint (sal_session_get_bits (self.session)->weight_bits, ==, 3);
  g_assert_cmpint (sal_session_get_bits (self.session)->activation_bits, ==, 3);
  g_assert_true (sal_stat_card_get_stale (find_card (&self, "Test accuracy, moved here")));
  app_fixture_wait (is_final, &self);
  g_assert_cmpstr (sal_stat_card_get_value (find_card (&self, "Size as packed")), !=,
                   size_of_four);
  g_assert_nonnull (find_label (&self, GTK_TYPE_LABEL, "3 bits"));
  app_fixture_wait (layers_are_measured, &self);

  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_full_precision_loses_nothing (AppFixture   *fixture,
                                   gconstpointer data)
{
  Story self = open_network (fixture);

  for (int i = 0; i < 9; i++)
    activate (&self, "bits.more");
  g_assert_cmpint (sal_session_get_bits (self.session)->weight_bits, ==, NN_BITS_OFF);
  app_fixture_wait (is_final, &self);
  find_card (&self, "Test accuracy, full precision");
  g_assert_cmpstr (sal_stat_card_get_value (find_card (&self, "Against full precision")), ==,
                   "0.00");
  g_assert_cmpstr (sal_stat_card_get_caption (find_card (&self, "Against full precision")), ==,
                   "points · 0 labels flip");
  g_assert_cmpstr (sal_stat_card_get_value (find_card (&self, "Saliency kept")), ==, "ρ 1.00");
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_weights_and_activations_apart (AppFixture   *fixture,
                                    gconstpointer data)
{
  Story self = open_network (fixture);
  SalBitSlider *activations = find_slider (&self, "Bit width of the activations");

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (activations)));
  gtk_toggle_button_set_active (find_label (&self, GTK_TYPE_TOGGLE_BUTTON, "apart"), TRUE);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (activations)));

  press_arrow (find_slider (&self, "Bit width of the weights"), GTK_SCROLL_STEP_RIGHT);
  press_arrow (activations, GTK_SCROLL_STEP_LEFT);
  g_assert_cmpint (sal_session_get_bits (self.session)->weight_bits, ==, 3);
  g_assert_cmpint (sal_session_get_bits (self.session)->activation_bits, ==, 5);
  app_fixture_wait (is_final, &self);
  g_assert_nonnull (find_label (&self, GTK_TYPE_LABEL, "W 3 · A 5 bits"));

  gtk_toggle_button_set_active (find_label (&self, GTK_TYPE_TOGGLE_BUTTON, "W = A"), TRUE);
  g_assert_cmpint (sal_session_get_bits (self.session)->activation_bits, ==, 3);
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_undo (AppFixture   *fixture,
           gconstpointer data)
{
  Story self = open_network (fixture);
  SalBitSlider *slider = find_slider (&self, "Bit width");

  activate (&self, "bits.fewer");
  activate (&self, "bits.fewer");
  g_assert_cmpint (sal_bit_slider_get_bits (slider), ==, 2);
  activate (&self, "history.undo");
  g_assert_cmpint (sal_bit_slider_get_bits (slider), ==, 4);
  g_assert_cmpint (sal_session_get_bits (self.session)->weight_bits, ==, SAL_BITS_AS_TRAINED);
  activate (&self, "history.redo");
  g_assert_cmpint (sal_bit_slider_get_bits (slider), ==, 2);
  activate (&self, "bits.as-trained");
  g_assert_cmpint (sal_bit_slider_get_bits (slider), ==, 4);
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

/* The layer that follows the selected one is given a clipping level. */
static void
test_alpha_is_dragged (AppFixture   *fixture,
                       gconstpointer data)
{
  Story self = open_network (fixture);
  SalHistogramView *view = app_fixture_find (self.page, SAL_TYPE_HISTOGRAM_VIEW, NULL, NULL);

  app_fixture_wait (histograms_are_there, &self);
  view = SAL_HISTOGRAM_VIEW (gtk_widget_get_next_sibling (GTK_WIDGET (view)));
  g_signal_emit_by_name (view, "alpha-moved", 0.5);
  g_assert_cmpuint (sal_session_get_bits (self.session)->n_layers, ==, 1);
  g_assert_cmpfloat (sal_session_get_bits (self.session)->layers[0].alpha, ==, 0.5);
  app_fixture_wait (is_final, &self);
  find_card (&self, "Test accuracy, moved here");
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static gboolean
is_about_activations (GtkWidget    *widget,
                      gconstpointer data)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), data) == 0;
}

/* The selected layer is given 8 bits of its own, and is like the others again. */
static void
test_layer_has_bits_of_its_own (AppFixture   *fixture,
                                gconstpointer data)
{
  Story self = open_network (fixture);
  GtkDropDown *list = app_fixture_find (self.page, GTK_TYPE_DROP_DOWN, is_about_activations,
                                        "Activations after the selected layer");

  app_fixture_wait (histograms_are_there, &self);
  gtk_drop_down_set_selected (list, 2);
  g_assert_cmpuint (sal_session_get_bits (self.session)->n_layers, ==, 1);
  g_assert_cmpint (sal_session_get_bits (self.session)->layers[0].activation_bits, ==, 8);
  app_fixture_wait (is_final, &self);
  gtk_drop_down_set_selected (list, 0);
  g_assert_cmpuint (sal_session_get_bits (self.session)->n_layers, ==, 0);
  app_fixture_wait (is_final, &self);
  find_card (&self, "Test accuracy, trained here");
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_asks_nothing_while_hidden (AppFixture   *fixture,
                                gconstpointer data)
{
  Story self = open_network (fixture);

  show_page (&self, "train");
  activate (&self, "bits.fewer");
  app_fixture_settle ();
  g_assert_false (sal_stat_card_get_stale (find_card (&self, "Test accuracy")));
  find_card (&self, "Test accuracy, trained here");

  show_page (&self, "quantize");
  app_fixture_wait (is_final, &self);
  find_card (&self, "Test accuracy, moved here");
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_follows_the_image (AppFixture   *fixture,
                        gconstpointer data)
{
  Story self = open_network (fixture);

  sal_session_set_image (self.session, 7);
  g_assert_true (sal_stat_card_get_stale (find_card (&self, "Prediction")));
  g_assert_false (sal_stat_card_get_stale (find_card (&self, "Test accuracy")));
  app_fixture_wait (is_final, &self);
  g_assert_nonnull (find_label (&self, GTK_TYPE_LABEL, "Saliency of image 7"));
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static gboolean
has_row (GtkWidget    *widget,
         gconstpointer text)
{
  GtkDropDown *list = GTK_DROP_DOWN (widget);
  GListModel *rows = gtk_drop_down_get_model (list);

  for (guint i = 0; GTK_IS_STRING_LIST (rows) && i < g_list_model_get_n_items (rows); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (rows), i), text))
      return TRUE;
  return FALSE;
}

/* Chooses in the list of grids, by the row after that of the network's own. */
static void
choose_quantizer (Story *self,
                  guint  index)
{
  GtkDropDown *list = app_fixture_find (self->page, GTK_TYPE_DROP_DOWN, has_row,
                                        "grid: as trained");

  g_assert_nonnull (list);
  gtk_drop_down_set_selected (list, 1 + index);
}

static gboolean
is_called (GtkWidget    *widget,
           gconstpointer label)
{
  return g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)), label) == 0;
}

static GtkCheckButton *
find_refit (Story *self)
{
  return app_fixture_find (self->page, GTK_TYPE_CHECK_BUTTON, is_called, "Re-fit alpha");
}

static void
test_quantizer_and_help_are_tried (AppFixture   *fixture,
                                   gconstpointer data)
{
  Story self = open_network (fixture);
  GtkCheckButton *refit = find_refit (&self);

  choose_quantizer (&self, 1);
  g_assert_true (sal_session_get_bits (self.session)->quantizer == nn_weight_quantizer (1));
  app_fixture_wait (is_final, &self);
  find_card (&self, "Test accuracy, moved here");
  gtk_check_button_set_active (refit, TRUE);
  g_assert_true (sal_session_get_bits (self.session)->refit_alpha);
  app_fixture_wait (is_final, &self);
  sal_history_finish_step (sal_session_get_history (self.session));
  activate (&self, "bits.as-trained");
  g_assert_null (sal_session_get_bits (self.session)->quantizer);
  g_assert_false (gtk_check_button_get_active (refit));
  activate (&self, "history.undo");
  g_assert_true (gtk_check_button_get_active (refit));
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

static void
test_mixed_bits (AppFixture   *fixture,
                 gconstpointer data)
{
  Story self = open_network (fixture);
  const SalBits *bits = sal_session_get_bits (self.session);

  g_signal_emit_by_name (find_label (&self, GTK_TYPE_BUTTON, "Mixed 4/2"), "clicked");
  g_assert_cmpuint (bits->n_layers, >, 0);
  app_fixture_wait (is_final, &self);
  activate (&self, "history.undo");
  g_assert_cmpuint (bits->n_layers, ==, 0);
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

/* The command line, with the private store and few images, by the program
 * that was just built. */
static void
run_command (AppFixture *fixture,
             const char *command)
{
  const char *program = g_getenv ("SALISCOPE_CLI");
  g_autofree char *line = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (program == NULL || !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE)) {
    g_test_skip ("saliscope-cli is not built");
    return;
  }
  g_assert_true (g_str_has_prefix (command, "saliscope-cli "));
  line = g_strdup_printf ("%s %s --home %s --images 10 --json", program,
                          command + strlen ("saliscope-cli "), fixture->home);
  g_spawn_command_line_sync (line, NULL, &errors, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s", line, errors);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

static void
test_command_runs (AppFixture   *fixture,
                   gconstpointer data)
{
  Story self = open_network (fixture);

  activate (&self, "bits.fewer");
  choose_quantizer (&self, 0);
  gtk_check_button_set_active (find_refit (&self), TRUE);
  app_fixture_wait (is_final, &self);

  g_autofree char *command = sal_page_get_command (SAL_PAGE (self.page));

  g_assert_nonnull (strstr (command, " quantize "));
  g_assert_nonnull (strstr (command, " --weight-bits 3 --activation-bits 3 "));
  g_assert_nonnull (strstr (command, " --refit-alpha"));
  run_command (fixture, command);
  app_fixture_check_finalised (GTK_WINDOW (self.window));
}

#define ADD(path, test) \
  g_test_add ("/quantize-page/" path, AppFixture, NULL, app_fixture_set_up, test, \
              app_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  ADD ("says what to do without a network", test_says_what_to_do);
  ADD ("says that a run has no network", test_says_that_a_run_has_no_network);
  ADD ("says where a lost network was expected", test_says_where_a_lost_network_was_expected);
  ADD ("says why a network cannot be read", test_says_why_a_network_cannot_be_read);
  ADD ("follows the slider until it is final", test_follows_the_slider);
  ADD ("full precision loses nothing", test_full_precision_loses_nothing);
  ADD ("weights and activations apart", test_weights_and_activations_apart);
  ADD ("undoes and redoes", test_undo);
  ADD ("a clipping level is dragged", test_alpha_is_dragged);
  ADD ("a layer has bits of its own", test_layer_has_bits_of_its_own);
  ADD ("asks nothing while hidden", test_asks_nothing_while_hidden);
  ADD ("follows the selected image", test_follows_the_image);
  ADD ("another grid and fitted levels are tried", test_quantizer_and_help_are_tried);
  ADD ("mixed bits are given and taken back", test_mixed_bits);
  ADD ("the copied command runs", test_command_runs);
  return g_test_run ();
}
