/* test-sal-masking-page.c - curves that form, a handle that masks, a table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn/nn-saliency.h"
#include "page-fixture.h"
#include "sal-chart.h"
#include "sal-choices.h"
#include "sal-fill-comparison.h"
#include "sal-flip-strip.h"
#include "sal-image-list.h"
#include "sal-masked-pair.h"
#include "sal-masking-page.h"
#include "sal-pane-bits.h"
#include "sal-segments.h"

static const char all_images[] = "40 of 40 images · final";

/* --- what is shown ----------------------------------------------------------- */

static gboolean
is_final (gpointer window)
{
  return page_fixture_find_label (window, all_images) != NULL;
}

/* Pairs come and go with the runs that are shown: look again each time. */
static gboolean
shows_arrow (gpointer fixture)
{
  PageFixture *self = fixture;
  SalMaskedPair *pair = app_fixture_find (self->window, SAL_TYPE_MASKED_PAIR, NULL, NULL);

  return pair != NULL && strstr (sal_masked_pair_get_words (pair), "→") != NULL;
}

static gboolean
mentions_label (GtkWidget    *widget,
                gconstpointer words)
{
  return GTK_IS_LABEL (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), words) != NULL;
}

static gboolean
mentions_check (GtkWidget    *widget,
                gconstpointer words)
{
  return g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)), words) == 0;
}

static GtkGrid *
find_table (PageFixture *self)
{
  return app_fixture_find (page_fixture_find (self, SAL_TYPE_MASKING_PAGE), GTK_TYPE_GRID,
                           NULL, NULL);
}

/* Column 1 of the row of run `name` is its area, 2 that against random. */
static GtkLabel *
find_number (PageFixture *self,
             const char  *name,
             int          column)
{
  GtkWidget *child = NULL;

  for (int row = 0; (child = gtk_grid_get_child_at (find_table (self), 0, row)) != NULL; row++)
    if (page_fixture_find_label (child, name) != NULL)
      return GTK_LABEL (gtk_grid_get_child_at (find_table (self), column, row));
  g_error ("no row of %s", name);
}

static GtkCheckButton *
find_check (PageFixture *self,
            const char  *name)
{
  GtkWidget *label = page_fixture_find_label (find_table (self), name);

  g_assert_nonnull (label);
  return GTK_CHECK_BUTTON (gtk_widget_get_ancestor (label, GTK_TYPE_CHECK_BUTTON));
}

static gboolean
has_title_end (SalMaskingPage *masking,
               const char     *end)
{
  g_autofree char *title = NULL;

  g_object_get (app_fixture_find (masking, SAL_TYPE_CHART, NULL, NULL), "title", &title, NULL);
  return g_str_has_suffix (title, end);
}

static char *
save_csv (PageFixture *self)
{
  g_autofree char *path = g_build_filename (self->app.home, "curves.csv", NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  SalMaskingPage *page = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);

  sal_drawing_export (app_fixture_find (page, SAL_TYPE_CHART, NULL, NULL), path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* --- tests ------------------------------------------------------------------- */

static void
test_curves_appear (PageFixture  *self,
                    gconstpointer page)
{
  app_fixture_wait (is_final, self->window);
  for (int column = 1; column <= 2; column++) {
    const char *number = gtk_label_get_label (find_number (self, "PACT 4\u2011bit", column));

    g_assert_cmpstr (number, !=, "–");
    g_assert_null (strstr (number, "…"));
  }

  g_autofree char *csv = save_csv (self);

  g_assert_nonnull (strstr (csv, "\"masked pixels, %\""));
  g_assert_nonnull (strstr (csv, "Baseline, random"));
  g_assert_nonnull (strstr (csv, "\n90,"));
}

static void
test_handle_masks_the_image (PageFixture  *self,
                             gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);
  SalChart *chart = app_fixture_find (masking, SAL_TYPE_CHART, NULL, NULL);

  app_fixture_wait (shows_arrow, self);
  g_assert_nonnull (page_fixture_find_label (masking, "25 % masked"));
  app_fixture_press (GTK_WIDGET (chart), GDK_KEY_Right, 0);
  g_assert_nonnull (page_fixture_find_label (masking, "26 % masked"));
  app_fixture_press (GTK_WIDGET (chart), GDK_KEY_Left, GDK_CONTROL_MASK);
  g_assert_nonnull (page_fixture_find_label (masking, "16 % masked"));
  app_fixture_press (GTK_WIDGET (chart), GDK_KEY_End, 0);
  g_assert_nonnull (page_fixture_find_label (masking, "90 % masked"));
}

static void
test_nothing_masked_changes_nothing (PageFixture  *self,
                                     gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);

  app_fixture_press (app_fixture_find (masking, SAL_TYPE_CHART, NULL, NULL), GDK_KEY_Home, 0);
  g_assert_nonnull (page_fixture_find_label (masking, "0 % masked"));
  app_fixture_wait (is_final, self->window);
  app_fixture_wait (shows_arrow, self);

  SalMaskedPair *pair = page_fixture_find (self, SAL_TYPE_MASKED_PAIR);
  g_auto (GStrv) classes = g_strsplit (sal_masked_pair_get_words (pair), " → ", 2);

  g_assert_cmpstr (classes[0], ==, classes[1]);
}

static void
test_runs_are_checked (PageFixture  *self,
                       gconstpointer page)
{
  app_fixture_wait (is_final, self->window);
  gtk_check_button_set_active (find_check (self, "Baseline"), FALSE);
  g_assert_cmpstr (gtk_label_get_label (find_number (self, "Baseline", 1)), ==, "–");

  g_autofree char *without = save_csv (self);

  g_assert_nonnull (strstr (without, "PACT 4-bit, random"));
  g_assert_null (strstr (without, "Baseline"));

  /* What was measured comes back at once. */
  gtk_check_button_set_active (find_check (self, "Baseline"), TRUE);
  app_fixture_wait (is_final, self->window);
  g_assert_cmpstr (gtk_label_get_label (find_number (self, "Baseline", 1)), !=, "–");
}

static void
test_settings_start_anew (PageFixture  *self,
                          gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);
  SalSegments *order = app_fixture_find (masking, SAL_TYPE_SEGMENTS, NULL, NULL);

  app_fixture_wait (is_final, self->window);

  g_autofree char *most = save_csv (self);

  sal_segments_set_selected (order, 1);
  g_assert_true (has_title_end (masking, "least salient first"));
  g_assert_cmpstr (gtk_label_get_label (find_number (self, "Baseline", 1)), ==, "–");
  app_fixture_wait (is_final, self->window);

  g_autofree char *least = save_csv (self);

  g_assert_cmpstr (most, !=, least);
}

/* --- several at once --------------------------------------------------------- */

static SalChoices *
find_choices (PageFixture *self,
              int          index)
{
  GtkWidget *choices = page_fixture_find (self, SAL_TYPE_CHOICES);

  for (int i = 0; i < index; i++)
    choices = gtk_widget_get_next_sibling (choices);
  return SAL_CHOICES (choices);
}

/* As a press on the row in the opened list does. */
static void
choose (SalChoices *choices,
        guint       index,
        gboolean    chosen)
{
  sal_choices_choose (choices, index, chosen);
  g_signal_emit_by_name (choices, "changed");
}

static guint
count_columns (const char *csv)
{
  gboolean quoted = FALSE;
  guint n = 1;

  for (const char *c = csv; *c != '\r'; c++) {
    quoted = quoted != (*c == '"');
    n += *c == ',' && !quoted;
  }
  return n;
}

/* Two runs by two methods with two fills are eight curves, and a control of
 * the current run with each fill. */
static void
test_methods_and_fills_together (PageFixture  *self,
                                 gconstpointer page)
{
  app_fixture_wait (is_final, self->window);

  g_autofree char *one = save_csv (self);

  choose (find_choices (self, 0), 1, TRUE);
  choose (find_choices (self, 1), NN_FILL_MEAN, TRUE);
  app_fixture_wait (is_final, self->window);

  g_autofree char *several = save_csv (self);
  const char *method = nn_saliency_method (1)->title;
  g_autofree char *name = g_strdup_printf ("PACT 4-bit · %s · %s", method,
                                           nn_fill_title (NN_FILL_MEAN));
  g_autofree char *control = g_strdup_printf ("Baseline · %s, random",
                                              nn_fill_title (NN_FILL_MEAN));
  g_autofree char *row = g_strdup_printf ("%s\u00a0· %s", method, nn_fill_title (NN_FILL_MEAN));

  g_assert_cmpuint (count_columns (one), ==, 1 + 3 * (2 + 1));
  g_assert_cmpuint (count_columns (several), ==, 1 + 3 * (8 + 2));
  g_assert_nonnull (strstr (several, name));
  g_assert_nonnull (strstr (several, control));
  g_assert_nonnull (page_fixture_find_label (find_table (self), row));
  g_assert_cmpstr (gtk_label_get_label (find_number (self, row, 2)), !=, "–");

  /* What was measured stays when the others go. */
  choose (find_choices (self, 0), 1, FALSE);
  choose (find_choices (self, 1), NN_FILL_MEAN, FALSE);
  app_fixture_wait (is_final, self->window);

  g_autofree char *again = save_csv (self);

  g_assert_cmpstr (again, ==, one);
}

/* No choice leads to more curves than are measured at once. */
static void
test_choices_are_limited (PageFixture  *self,
                          gconstpointer page)
{
  SalChoices *methods = find_choices (self, 0);
  SalChoices *fills = find_choices (self, 1);
  guint n_methods = 1;

  for (guint fill = 0; fill < NN_N_FILLS; fill++)
    choose (fills, fill, TRUE);
  while (nn_saliency_method (n_methods) != NULL) {
    GtkCheckButton *check =
      app_fixture_find (methods, GTK_TYPE_CHECK_BUTTON, mentions_check,
                        nn_saliency_method (n_methods)->title);

    if (!gtk_widget_get_sensitive (GTK_WIDGET (check)))
      break;
    choose (methods, n_methods++, TRUE);
  }
  g_assert_cmpuint (2 * NN_N_FILLS * (n_methods + 1), ==, SAL_LAB_MAX_CURVES);
}

/* The networks are moved to other bits, and back to their own. */
static void
test_bits_are_chosen (PageFixture  *self,
                      gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);
  GtkDropDown *list = app_fixture_find (masking, GTK_TYPE_DROP_DOWN, NULL, NULL);
  const SalBits three = sal_bits_uniform (3, 3);

  app_fixture_wait (is_final, self->window);

  g_autofree char *trained = save_csv (self);

  gtk_drop_down_set_selected (list, SAL_PANE_2_BITS);
  app_fixture_wait (is_final, self->window);

  g_autofree char *two = save_csv (self);
  g_autofree char *command = sal_page_get_command (SAL_PAGE (masking));

  g_assert_cmpstr (two, !=, trained);
  g_assert_nonnull (strstr (command, " --weight-bits 2 --activation-bits 2 "));

  gtk_drop_down_set_selected (list, SAL_PANE_AS_CHOSEN);
  sal_session_set_bits (self->app.session, &three);
  app_fixture_wait (is_final, self->window);

  g_autofree char *three_csv = save_csv (self);

  g_assert_true (has_title_end (masking, "3 bits · most salient first"));
  g_assert_cmpstr (three_csv, !=, two);
  gtk_drop_down_set_selected (list, SAL_PANE_AS_TRAINED);
  app_fixture_wait (is_final, self->window);

  g_autofree char *again = save_csv (self);

  g_assert_cmpstr (again, ==, trained);
}

static gboolean
has_stop_icon (GtkWidget    *button,
               gconstpointer name)
{
  return g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), name) == 0;
}

static void
test_stops_and_goes_on (PageFixture  *self,
                        gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);

  app_fixture_wait (is_final, self->window);
  choose (find_choices (self, 0), 1, TRUE);

  GtkWidget *stop = app_fixture_find (masking, GTK_TYPE_BUTTON, has_stop_icon,
                                      "media-playback-stop-symbolic");

  g_signal_emit_by_name (stop, "clicked");

  const gint64 end = g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    app_fixture_settle ();
  g_assert_false (is_final (self->window));
  g_signal_emit_by_name (stop, "clicked");
  app_fixture_wait (is_final, self->window);
  g_assert_false (gtk_widget_get_visible (stop));
}

static gboolean
has_verdict (gpointer comparison)
{
  static const char *const endings[] = { "change places.", "apart." };
  GtkLabel *verdict = NULL;

  for (GtkWidget *grid = app_fixture_find (comparison, GTK_TYPE_GRID, NULL, NULL); grid != NULL;
       grid = gtk_widget_get_next_sibling (grid))
    verdict = GTK_IS_LABEL (grid) ? GTK_LABEL (grid) : verdict;
  return g_str_has_suffix (gtk_label_get_label (verdict), endings[0])
         || g_str_has_suffix (gtk_label_get_label (verdict), endings[1]);
}

static void
test_fills_are_compared (PageFixture  *self,
                         gconstpointer page)
{
  SalFillComparison *comparison = page_fixture_find (self, SAL_TYPE_FILL_COMPARISON);

  app_fixture_wait (is_final, self->window);
  app_fixture_wait (has_verdict, comparison);
}

static void
test_page_comes_back (PageFixture  *self,
                      gconstpointer page)
{
  sal_window_show_page (self->window, "train");
  app_fixture_settle ();
  sal_window_show_page (self->window, "masking");
  app_fixture_wait (is_final, self->window);
}

static gboolean
has_looked_for_flips (gpointer strip)
{
  return app_fixture_find (strip, GTK_TYPE_LABEL, mentions_label,
                           "40 of 40 images looked at") != NULL;
}

/* The stretch is chosen by keys: from the handle on, ten percent a press. */
static void
test_brushing_shows_flips (PageFixture  *self,
                           gconstpointer page)
{
  SalMaskingPage *masking = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);
  SalFlipStrip *strip = page_fixture_find (self, SAL_TYPE_FLIP_STRIP);
  SalChart *chart = app_fixture_find (masking, SAL_TYPE_CHART, NULL, NULL);

  app_fixture_wait (is_final, self->window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (strip)));
  sal_chart_set_handle (chart, 0, NULL);
  for (int i = 0; i < 9; i++)
    app_fixture_press (GTK_WIDGET (chart), GDK_KEY_Right, GDK_SHIFT_MASK | GDK_CONTROL_MASK);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (strip)));
  app_fixture_wait (has_looked_for_flips, strip);
  g_assert_nonnull (page_fixture_find_label (strip, "Right with 0 % masked, wrong with 90 %"));

  const guint n = sal_flip_strip_get_n_images (strip);
  g_autofree char *words = g_strdup_printf ("%u flip · 40 of 40 images looked at", n);
  GtkListView *list = app_fixture_find (strip, GTK_TYPE_LIST_VIEW, NULL, NULL);
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (list));

  g_assert_nonnull (page_fixture_find_label (strip, words));
  for (guint i = 0; i < n; i++) {
    gtk_single_selection_set_selected (selection, i);

    SalImageItem *item = gtk_single_selection_get_selected_item (selection);

    g_assert_cmpuint (sal_session_get_image (self->app.session), ==,
                      sal_image_item_get_index (item));
  }
  app_fixture_press (GTK_WIDGET (chart), GDK_KEY_Escape, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (strip)));
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/masking/shows curves and areas", test_curves_appear },
    { "/masking/masks the image at the handle", test_handle_masks_the_image },
    { "/masking/changes nothing at no share", test_nothing_masked_changes_nothing },
    { "/masking/draws the checked runs", test_runs_are_checked },
    { "/masking/starts anew with other settings", test_settings_start_anew },
    { "/masking/shows several methods and fills at once", test_methods_and_fills_together },
    { "/masking/limits what is chosen to what is measured", test_choices_are_limited },
    { "/masking/masks at other bits", test_bits_are_chosen },
    { "/masking/stops and goes on", test_stops_and_goes_on },
    { "/masking/compares fills", test_fills_are_compared },
    { "/masking/comes back", test_page_comes_back },
    { "/masking-page/a stretch of a curve shows the images that flip there",
      test_brushing_shows_flips },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("masking", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
