/* test-sal-inspect-page.c - panes side by side: run, method, class, bits, export
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "page-fixture.h"
#include "sal-directory.h"
#include "sal-filmstrip-figure.h"
#include "sal-filmstrip.h"
#include "sal-image-bytes.h"
#include "sal-inspect-page.h"
#include "sal-inspect-pane.h"
#include "sal-numbers-window.h"

#define N_PIXELS (28 * 28)

/* --- what is shown ----------------------------------------------------------- */

static gboolean
is_of_run (GtkWidget    *pane,
           gconstpointer run)
{
  return sal_inspect_pane_get_run (SAL_INSPECT_PANE (pane)) == run;
}

static SalInspectPane *
find_pane (PageFixture *self,
           SalRunItem  *run)
{
  return app_fixture_find (self->window, SAL_TYPE_INSPECT_PANE, is_of_run, run);
}

static gboolean
has_map (gpointer pane)
{
  NnShape shape;

  return sal_inspect_pane_get_map (pane, &shape) != NULL;
}

static gboolean
has_run_scale (gpointer pane)
{
  return sal_inspect_pane_get_run_scale (pane, SAL_SCALE_END_ROBUST) > 0;
}

static SalInspectPane *
wait_for_pane (PageFixture *self,
               SalRunItem  *run)
{
  SalInspectPane *pane = find_pane (self, run);

  g_assert_nonnull (pane);
  app_fixture_wait (has_map, pane);
  return pane;
}

static float *
copy_map (SalInspectPane *pane)
{
  NnShape shape;
  const float *map = sal_inspect_pane_get_map (pane, &shape);

  g_assert_cmpuint (nn_shape_size (shape), ==, N_PIXELS);
  return g_memdup2 (map, N_PIXELS * sizeof (float));
}

/* A pane and the map it had. */
typedef struct
{
  SalInspectPane *pane;
  float          *map;
} OldMap;

static gboolean
has_other_map (gpointer data)
{
  const OldMap *old = data;
  NnShape shape;
  const float *map = sal_inspect_pane_get_map (old->pane, &shape);

  return map != NULL && memcmp (map, old->map, N_PIXELS * sizeof (float)) != 0;
}

static void
wait_for_other_map (SalInspectPane *pane,
                    float          *map)
{
  OldMap old = { pane, map };

  app_fixture_wait (has_other_map, &old);
}

static int
count_panes (PageFixture *self)
{
  GtkWidget *pane = page_fixture_find (self, SAL_TYPE_INSPECT_PANE);
  int n = 0;

  for (; pane != NULL; pane = gtk_widget_get_next_sibling (pane))
    n++;
  return n;
}

static gboolean
says (SalInspectPane *pane,
      const char     *words)
{
  return strstr (sal_inspect_pane_get_words (pane), words) != NULL;
}

static gboolean
explains_two (gpointer pane)
{
  return says (pane, "explains 2");
}

static gboolean
has_no_correlation (gpointer pane)
{
  return says (pane, "no ρ: a map is constant");
}

static gboolean
has_icon (GtkWidget    *button,
          gconstpointer name)
{
  return g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), name) == 0;
}

/* --- tests ------------------------------------------------------------------- */

static void
test_shows_runs_at_once (PageFixture  *self,
                         gconstpointer page)
{
  SalInspectPane *first = wait_for_pane (self, self->baseline);
  SalInspectPane *second = wait_for_pane (self, self->pact);

  g_assert_nonnull (page_fixture_find_label (self->window, "Image 0 · true class 0"));
  g_assert_false (says (first, "ρ"));
  g_assert_true (says (second, "ρ "));
  g_assert_true (says (second, " to Baseline"));
  app_fixture_wait (has_run_scale, first);
  app_fixture_wait (has_run_scale, second);
}

static void
test_follows_the_image (PageFixture  *self,
                        gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  g_autofree float *map = copy_map (pane);

  for (guint image = 1; image <= 7; image++)
    sal_session_set_image (self->app.session, image);
  wait_for_other_map (pane, map);
  g_assert_nonnull (page_fixture_find_label (self->window, "Image 7 · true class 3"));
}

static void
test_changes_method (PageFixture  *self,
                     gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->pact);
  g_autofree float *map = copy_map (pane);
  /* The first list names the run, the first one beside bits the method. */
  GtkWidget *heading =
    gtk_widget_get_parent (app_fixture_find (pane, GTK_TYPE_DROP_DOWN, NULL, NULL));
  GtkDropDown *method =
    app_fixture_find (gtk_widget_get_next_sibling (heading), GTK_TYPE_DROP_DOWN, NULL, NULL);

  gtk_drop_down_set_selected (method, 1);
  g_assert_cmpstr (sal_inspect_pane_get_method (pane), !=, "gradient");
  wait_for_other_map (pane, map);
}

static void
test_keys_choose_the_class (PageFixture  *self,
                            gconstpointer page)
{
  GtkWidget *inspect = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  SalInspectPane *pane = wait_for_pane (self, self->pact);

  app_fixture_press (inspect, GDK_KEY_2, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), ==, 2);
  app_fixture_wait (explains_two, pane);

  /* There are four classes. */
  app_fixture_press (inspect, GDK_KEY_9, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), ==, 2);
  app_fixture_press (inspect, GDK_KEY_t, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), ==, SAL_EXPLAIN_LABEL);
}

/* The most probable classes are chosen in their bars, by keys. */
static void
test_bars_choose_the_class (PageFixture  *self,
                            gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->pact);
  GtkWidget *bars = GTK_WIDGET (sal_inspect_pane_get_bars (pane));
  g_autofree float *map = copy_map (pane);

  gtk_test_widget_wait_for_draw (bars);
  g_assert_true (gtk_widget_get_focusable (bars));
  app_fixture_press (bars, GDK_KEY_Down, 0);
  app_fixture_press (bars, GDK_KEY_Down, 0);
  app_fixture_press (bars, GDK_KEY_Return, 0);

  const int third = sal_session_get_explain_class (self->app.session);

  g_assert_cmpint (third, >=, 0);
  wait_for_other_map (pane, map);

  /* Once more: the prediction again. */
  app_fixture_press (bars, GDK_KEY_Return, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), ==, SAL_EXPLAIN_PREDICTED);
  app_fixture_press (bars, GDK_KEY_Up, 0);
  app_fixture_press (bars, GDK_KEY_space, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), >=, 0);
  g_assert_cmpint (sal_session_get_explain_class (self->app.session), !=, third);
}

static gboolean
mentions (GtkWidget    *label,
          gconstpointer words)
{
  return strstr (gtk_label_get_label (GTK_LABEL (label)), words) != NULL;
}

/* Nothing is cut off at the end of a scale that says so. */
static void
test_scale_has_two_ends (PageFixture  *self,
                         gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  GtkWidget *inspect = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  g_autofree float *map = copy_map (pane);
  float largest = 0;

  app_fixture_wait (has_run_scale, pane);
  for (int i = 0; i < N_PIXELS; i++)
    largest = MAX (largest, fabsf (map[i]));
  g_assert_cmpfloat (sal_inspect_pane_get_own_scale (pane, SAL_SCALE_END_LARGEST), ==,
                     (double) largest);
  g_assert_cmpfloat (sal_inspect_pane_get_own_scale (pane, SAL_SCALE_END_ROBUST), <,
                     (double) largest);
  g_assert_cmpfloat (sal_inspect_pane_get_run_scale (pane, SAL_SCALE_END_LARGEST), >,
                     sal_inspect_pane_get_run_scale (pane, SAL_SCALE_END_ROBUST));
  g_assert_nonnull (app_fixture_find (inspect, GTK_TYPE_LABEL, mentions, "99th percentile"));
  gtk_toggle_button_set_active (page_fixture_find_label (inspect, "All"), TRUE);
  g_assert_null (app_fixture_find (inspect, GTK_TYPE_LABEL, mentions, "99th percentile"));
  g_assert_nonnull (app_fixture_find (inspect, GTK_TYPE_LABEL, mentions, "the largest value"));
}

static void
test_crosshair_is_linked (PageFixture  *self,
                          gconstpointer page)
{
  SalInspectPane *first = wait_for_pane (self, self->baseline);
  SalInspectPane *second = wait_for_pane (self, self->pact);
  GtkWidget *view = GTK_WIDGET (sal_inspect_pane_get_map_view (first));
  int column = 0;
  int row = 0;

  gtk_test_widget_wait_for_draw (view);
  app_fixture_press (view, GDK_KEY_Right, 0);
  g_assert_true (sal_map_link_get_pixel (
                   sal_map_view_get_link (sal_inspect_pane_get_map_view (second)), &column, &row));
  g_assert_cmpint (column, ==, 15);
  g_assert_cmpint (row, ==, 14);
  g_assert_nonnull (page_fixture_find_label (first, "(14, 15)"));
  g_assert_nonnull (page_fixture_find_label (second, "(14, 15)"));
}

static void
test_adds_and_removes_panes (PageFixture  *self,
                             gconstpointer page)
{
  GtkWidget *inspect = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);

  wait_for_pane (self, self->baseline);
  g_assert_cmpint (count_panes (self), ==, 2);
  for (int i = 0; i < 3; i++)
    gtk_widget_activate_action (inspect, "inspect.add-pane", NULL);
  g_assert_cmpint (count_panes (self), ==, 4);
  for (int left = 4; left > 1; left--)
    g_signal_emit_by_name (page_fixture_find (self, SAL_TYPE_INSPECT_PANE), "removed");
  g_assert_cmpint (count_panes (self), ==, 1);
  app_fixture_wait (has_map, page_fixture_find (self, SAL_TYPE_INSPECT_PANE));
}

static void
test_gives_all_panes_the_choice_of_one (PageFixture  *self,
                                        gconstpointer page)
{
  SalInspectPane *first = wait_for_pane (self, self->baseline);
  SalInspectPane *second = wait_for_pane (self, self->pact);
  g_autofree float *map = copy_map (second);

  sal_inspect_pane_set_method (first, "smoothgrad");
  sal_inspect_pane_set_bits (first, SAL_PANE_2_BITS);
  g_signal_emit_by_name (app_fixture_find (first, GTK_TYPE_BUTTON, has_icon,
                                           "view-dual-symbolic"), "clicked");
  g_assert_cmpstr (sal_inspect_pane_get_method (second), ==, "smoothgrad");
  g_assert_cmpint (sal_inspect_pane_get_bits (second), ==, SAL_PANE_2_BITS);
  wait_for_other_map (second, map);
}

/* The way from the page as it opens to all networks at 2 bits and back. */
static void
test_strip_moves_all_panes (PageFixture  *self,
                            gconstpointer page)
{
  SalInspectPane *first = wait_for_pane (self, self->baseline);
  SalInspectPane *second = wait_for_pane (self, self->pact);
  GtkWidget *strip = page_fixture_find (self, SAL_TYPE_FILMSTRIP);
  GtkToggleButton *all = app_fixture_find (strip, GTK_TYPE_TOGGLE_BUTTON, app_fixture_has_label,
                                           "in all panes");

  g_assert_false (gtk_toggle_button_get_active (all));
  g_signal_emit_by_name (all, "clicked");
  g_assert_true (gtk_toggle_button_get_active (all));
  g_assert_cmpint (sal_inspect_pane_get_bits (first), ==, SAL_PANE_AS_CHOSEN);
  g_assert_cmpint (sal_inspect_pane_get_bits (second), ==, SAL_PANE_AS_CHOSEN);
  g_signal_emit_by_name (all, "clicked");
  g_assert_false (gtk_toggle_button_get_active (all));

  SalInspectPane *current =
    sal_session_get_run (self->app.session) == sal_inspect_pane_get_run (first) ? first : second;

  g_assert_cmpint (sal_inspect_pane_get_bits (current), ==, SAL_PANE_AS_CHOSEN);
  g_assert_cmpint (sal_inspect_pane_get_bits (current == first ? second : first), ==,
                   SAL_PANE_AS_TRAINED);
}

static void
test_constant_map_is_said (PageFixture  *self,
                           gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->pact);

  page_fixture_silence (self, self->pact);
  app_fixture_wait (has_no_correlation, pane);
  g_assert_cmpfloat (sal_inspect_pane_get_own_scale (pane, SAL_SCALE_END_ROBUST), ==, 0);
}

static void
test_frame_chooses_bits (PageFixture  *self,
                         gconstpointer page)
{
  SalFilmstrip *strip = page_fixture_find (self, SAL_TYPE_FILMSTRIP);
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  g_autofree float *map = copy_map (pane);
  GtkWidget *title = page_fixture_find_label (strip, "3 bits");

  g_signal_emit_by_name (gtk_widget_get_ancestor (title, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpint (sal_session_get_bits (self->app.session)->weight_bits, ==, 3);
  g_assert_cmpint (sal_session_get_bits (self->app.session)->activation_bits, ==, 3);
  g_assert_true (gtk_toggle_button_get_active (
                   GTK_TOGGLE_BUTTON (gtk_widget_get_ancestor (title, GTK_TYPE_BUTTON))));
  /* The pane of the current run follows. */
  wait_for_other_map (pane, map);
}

/* What is chosen concerns the current run, whichever that is. */
static void
test_current_run_follows_the_bits (PageFixture  *self,
                                   gconstpointer page)
{
  SalInspectPane *baseline = wait_for_pane (self, self->baseline);
  SalInspectPane *pact = wait_for_pane (self, self->pact);

  g_assert_cmpint (sal_inspect_pane_get_bits (baseline), ==, SAL_PANE_AS_CHOSEN);
  g_assert_cmpint (sal_inspect_pane_get_bits (pact), ==, SAL_PANE_AS_TRAINED);
  sal_session_set_run (self->app.session, self->pact);
  g_assert_cmpint (sal_inspect_pane_get_bits (baseline), ==, SAL_PANE_AS_TRAINED);
  g_assert_cmpint (sal_inspect_pane_get_bits (pact), ==, SAL_PANE_AS_CHOSEN);

  /* Bits that were set stay. */
  sal_inspect_pane_set_bits (pact, SAL_PANE_2_BITS);
  sal_session_set_run (self->app.session, self->baseline);
  g_assert_cmpint (sal_inspect_pane_get_bits (pact), ==, SAL_PANE_2_BITS);
}

static gsize
size_of_file (const char *folder,
              const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (gsize) status.st_size : 0;
}

/* What the frames of a filmstrip are written by; it is never on screen. */
static SalFilmstripFigure *
find_figure (PageFixture *self)
{
  return app_fixture_find (page_fixture_find (self, SAL_TYPE_FILMSTRIP),
                           SAL_TYPE_FILMSTRIP_FIGURE, NULL, NULL);
}

/* All frames have maps, or nothing is written. */
static gboolean
has_all_frames (gpointer data)
{
  PageFixture *self = data;
  g_autofree char *path = g_build_filename (self->app.home, "strip.npy", NULL);

  return sal_drawing_export (SAL_DRAWING (find_figure (self)), path, NULL);
}

static void
activate_key (GtkWidget  *widget,
              const char *trigger)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
    const guint n = !GTK_IS_SHORTCUT_CONTROLLER (controller) ? 0
                    : g_list_model_get_n_items (G_LIST_MODEL (controller));

    for (guint k = 0; k < n; k++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
      g_autofree char *keys = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

      if (strstr (keys, trigger) != NULL) {
        gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, NULL);
        return;
      }
    }
  }
  g_assert_not_reached ();
}

static void
test_saves_the_filmstrip (PageFixture  *self,
                          gconstpointer page)
{
  const char *const names[] = { "strip.png", "strip.svg", "strip.csv", "frame.npy" };
  SalFilmstripFigure *figure = find_figure (self);
  GtkWidget *title = page_fixture_find_label (page_fixture_find (self, SAL_TYPE_FILMSTRIP),
                                              "3 bits");
  GtkWidget *button = gtk_widget_get_ancestor (title, GTK_TYPE_BUTTON);
  SalMapView *frame = app_fixture_find (button, SAL_TYPE_MAP_VIEW, NULL, NULL);
  g_autofree char *file_name = NULL;
  g_autofree char *metadata = NULL;
  g_autofree char *csv = NULL;
  const gsize map = 28 * 28 * sizeof (float);
  GtkWidget *menu;

  app_fixture_wait (has_all_frames, self);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (self->app.home, names[i], NULL);
    g_autoptr (GError) error = NULL;

    sal_drawing_export (g_str_has_prefix (names[i], "frame") ? SAL_DRAWING (frame)
                        : SAL_DRAWING (figure), path, &error);
    g_assert_no_error (error);
    if (g_str_has_suffix (path, ".csv"))
      g_assert_true (g_file_get_contents (path, &csv, NULL, NULL));
  }
  g_assert_cmpuint (size_of_file (self->app.home, "strip.npy"), ==, 128 + 7 * map);
  g_assert_cmpuint (size_of_file (self->app.home, "frame.npy"), ==, 128 + map);
  g_assert_cmpuint (size_of_file (self->app.home, "strip.png"), >, 10000);
  g_assert_cmpuint (size_of_file (self->app.home, "strip.svg"), >, 10000);
  g_assert_true (g_str_has_prefix (csv, "bits,row,column,value\r\noff,0,0,"));
  g_assert_nonnull (strstr (csv, "\r\n3,27,27,"));

  g_object_get (frame, "export-name", &file_name, "export-metadata", &metadata, NULL);
  g_assert_cmpstr (file_name, ==, "image-0-bits-3");
  g_assert_true (g_str_has_prefix (metadata, "3 bits\nImage 0 · "));
  g_assert_nonnull (strstr (metadata, "first, last layer: 8 bits"));
  g_assert_nonnull (strstr (metadata, "\"mode\""));

  /* Its menu and its table open from the button, which has the focus. */
  g_assert_null (app_fixture_find (button, GTK_TYPE_POPOVER_MENU, NULL, NULL));
  activate_key (button, "Menu");
  menu = app_fixture_find (button, GTK_TYPE_POPOVER_MENU, NULL, NULL);
  g_assert_nonnull (menu);
  app_fixture_settle ();
  gtk_popover_popdown (GTK_POPOVER (menu));
  app_fixture_settle ();
  activate_key (button, "<Control>d");
  app_fixture_settle ();

  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (SAL_IS_NUMBERS_WINDOW (window)) {
      gtk_window_destroy (window);
      return;
    }
  }
  g_assert_not_reached ();
}

static void
test_saves (PageFixture  *self,
            gconstpointer page)
{
  static const char *const names[] = {
    "image-0-pane-1-baseline-gradient-full-precision.npy",
    "image-0-pane-2-pact-4-bit-gradient-as-trained.npy",
  };
  SalInspectPage *inspect = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("saliscope-inspect-XXXXXX", &error);
  g_autofree char *figure = g_build_filename (folder, "panes.png", NULL);

  wait_for_pane (self, self->baseline);
  wait_for_pane (self, self->pact);
  g_assert_true (sal_inspect_page_save (inspect, folder, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpuint (size_of_file (folder, names[i]), ==, 128 + N_PIXELS * sizeof (float));
  g_assert_true (sal_inspect_page_save (inspect, figure, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (size_of_file (folder, "panes.png"), >, 1000);
  sal_directory_remove (folder, &error);
  g_assert_no_error (error);
}

/* Drawing on a pane asks about what was drawn, until another image is chosen. */
static void
test_draws (PageFixture  *self,
            gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  SalMapView *view = sal_inspect_pane_get_map_view (pane);
  g_autofree float *map = copy_map (pane);
  gboolean paintable = FALSE;

  gtk_toggle_button_set_active (app_fixture_find (page_fixture_find (self, SAL_TYPE_INSPECT_PAGE),
                                                  GTK_TYPE_TOGGLE_BUTTON, has_icon,
                                                  "document-edit-symbolic"), TRUE);
  g_object_get (view, "paintable", &paintable, NULL);
  g_assert_true (paintable);
  /* A dot that changes no pixel is no drawing. */
  g_signal_emit_by_name (view, "paint", 100, 100, FALSE);
  g_assert_nonnull (page_fixture_find_label (self->window, "Image 0 · true class 0"));
  for (int row = 5; row < 20; row++)
    g_signal_emit_by_name (view, "paint", 14, row, FALSE);
  g_assert_nonnull (page_fixture_find_label (self->window, "Image 0, drawn on · true class 0"));
  wait_for_other_map (pane, map);
  sal_session_set_image (self->app.session, 3);
  g_assert_nonnull (page_fixture_find_label (self->window, "Image 3 · true class 3"));
}

static gboolean
shows_file (gpointer window)
{
  return page_fixture_find_label (window, "cross.jpeg") != NULL;
}

static gboolean
shows_banner (gpointer window)
{
  return gtk_info_bar_get_revealed (app_fixture_find (window, GTK_TYPE_INFO_BAR, NULL, NULL));
}

static gboolean
shows_no_banner (gpointer window)
{
  return !shows_banner (window);
}

/* The network's input is shown, and it is what the command line makes of the
 * same file. */
static void
check_input (PageFixture *self,
             const char  *path)
{
  GtkWidget *view =
    app_fixture_find (page_fixture_find (self, SAL_TYPE_INSPECT_PAGE), SAL_TYPE_MAP_VIEW, NULL,
                      NULL);
  g_autofree char *npy = g_build_filename (self->app.home, "input.npy", NULL);
  g_autofree char *file = NULL;
  g_autofree char *saved = NULL;
  guint8 pixels[N_PIXELS];
  gsize n_file = 0;
  gsize n_saved = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (gtk_widget_get_mapped (view));
  sal_drawing_export (SAL_DRAWING (view), npy, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &file, &n_file, &error));
  g_assert_true (g_file_get_contents (npy, &saved, &n_saved, &error));
  g_assert_true (sal_image_bytes_decode ((const guint8 *) file, n_file, (NnShape) { 1, 28, 28 },
                                         pixels, &error));
  g_assert_cmpmem (saved + n_saved - N_PIXELS, N_PIXELS, pixels, N_PIXELS);
}

static void
test_opens_files (PageFixture  *self,
                  gconstpointer page)
{
  SalInspectPage *inspect = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  g_autofree float *map = copy_map (pane);
  g_autofree char *path = g_build_filename (self->app.home, "cross.jpeg", NULL);
  g_autofree char *wrong_path = g_build_filename (self->app.home, "text.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) wrong_file = g_file_new_for_path (wrong_path);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 100, 60);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0x80c0ffff);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "jpeg", &error, NULL));
  sal_inspect_page_open (inspect, file);
  app_fixture_wait (shows_file, self->window);
  wait_for_other_map (pane, map);
  check_input (self, path);

  g_assert_true (g_file_set_contents (wrong_path, "no picture", -1, &error));
  sal_inspect_page_open (inspect, wrong_file);
  app_fixture_wait (shows_banner, self->window);
  g_assert_true (shows_file (self->window));
  sal_inspect_page_open (inspect, file);
  app_fixture_wait (shows_no_banner, self->window);
}

/* A run that was stopped in its first epoch has saved nothing that could be
 * loaded, however many steps it has. */
static void
test_says_that_there_is_no_network (PageFixture  *self,
                                    gconstpointer page)
{
  g_autofree char *json = sal_recipe_to_json (&self->app.recipe);
  const SalRun run = {
    .id = 7,
    .title = (char *) "Stopped",
    .recipe_json = json,
    .state = SAL_RUN_PAUSED,
    .step = 30,
    .total_steps = 1000,
    .validation_accuracy = NAN,
    .test_accuracy = NAN,
    .directory = self->app.home,
  };
  g_autoptr (SalRunItem) stopped = sal_run_item_new (&run);

  sal_run_library_add (sal_session_get_runs (self->app.session), stopped);
  sal_session_set_run (self->app.session, stopped);
  app_fixture_settle ();
  g_assert_nonnull (page_fixture_find_label (self->window, "This run has no network yet."));
}

/* A page that nobody sees asks nothing. */
static void
test_hidden_page_rests (PageFixture  *self,
                        gconstpointer page)
{
  SalInspectPane *pane = wait_for_pane (self, self->baseline);
  g_autofree float *map = copy_map (pane);

  sal_window_show_page (self->window, "train");
  app_fixture_settle ();
  sal_session_set_image (self->app.session, 5);

  OldMap old = { pane, map };
  const gint64 end = g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    app_fixture_settle ();
  g_assert_false (has_other_map (&old));
  sal_window_show_page (self->window, "inspect");
  wait_for_other_map (pane, map);
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/inspect/shows the runs at once", test_shows_runs_at_once },
    { "/inspect/follows the image", test_follows_the_image },
    { "/inspect/changes the method", test_changes_method },
    { "/inspect/chooses the class by keys", test_keys_choose_the_class },
    { "/inspect/chooses the class in the bars", test_bars_choose_the_class },
    { "/inspect/ends its scale at the largest value", test_scale_has_two_ends },
    { "/inspect/links the crosshair", test_crosshair_is_linked },
    { "/inspect/adds and removes panes", test_adds_and_removes_panes },
    { "/inspect/gives all panes the choice of one", test_gives_all_panes_the_choice_of_one },
    { "/inspect/moves all panes with the strip", test_strip_moves_all_panes },
    { "/inspect/says that a map is constant", test_constant_map_is_said },
    { "/inspect/moves the network by a frame", test_frame_chooses_bits },
    { "/inspect/lets the current run follow the bits", test_current_run_follows_the_bits },
    { "/inspect/saves maps and figure", test_saves },
    { "/inspect/saves the filmstrip and its frames", test_saves_the_filmstrip },
    { "/inspect/explains what is drawn", test_draws },
    { "/inspect/explains image files", test_opens_files },
    { "/inspect/says that there is no network", test_says_that_there_is_no_network },
    { "/inspect/rests while hidden", test_hidden_page_rests },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("inspect", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
