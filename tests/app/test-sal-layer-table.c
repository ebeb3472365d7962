/* test-sal-layer-table.c - the layers of a network, and which costs most
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-layer-table.h"

static const SalLayerDescription layers[] = {
  { .layer = 0, .name = "conv1", .activation_layer = 1, .weight_bits = 8, .activation_bits = 2 },
  { .layer = 2, .name = "conv2", .activation_layer = 3, .weight_bits = 2, .activation_bits = 2 },
  { .layer = 5, .name = "fc1", .activation_layer = -1, .weight_bits = 2 },
};

/* What each layer costs: weights and activations of the convolutions, weights
 * of the last. */
static SalLayerSensitivity costs[] = {
  { .layer = 0, .name = "conv1", .accuracy = 0.970, .agreement = 0.99 },
  { .layer = 1, .name = "conv1", .is_activation = TRUE, .accuracy = 0.968, .agreement = 0.97 },
  { .layer = 2, .name = "conv2", .accuracy = 0.939, .agreement = 0.85 },
  { .layer = 3, .name = "conv2", .is_activation = TRUE, .accuracy = 0.960, .agreement = 0.61 },
  { .layer = 5, .name = "fc1", .accuracy = 0.966, .agreement = 0.93 },
};

static SalLayerTable *
make_table (void)
{
  SalLayerTable *table = SAL_LAYER_TABLE (g_object_ref_sink (sal_layer_table_new ()));

  sal_layer_table_set_layers (table, layers, G_N_ELEMENTS (layers));
  return table;
}

static SalSensitivityAnswer
answer_of (SalLayerSensitivity *rows,
           guint                done)
{
  return (SalSensitivityAnswer) {
    .done = done, .total = G_N_ELEMENTS (costs), .n_images = 500, .full_accuracy = 0.970,
    .rows = rows,
  };
}

static gboolean
is_words (GtkWidget    *widget,
          gconstpointer data)
{
  return gtk_widget_has_css_class (widget, "layer-words");
}

static GtkWidget *
words_of (SalLayerTable *table)
{
  GtkWidget *words = app_fixture_find (table, GTK_TYPE_LABEL, is_words, NULL);

  g_assert_nonnull (words);
  return words;
}

static void
assert_says (SalLayerTable *table,
             const char    *words)
{
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (words_of (table))), ==, words);
  g_assert_cmpint (gtk_widget_get_visible (words_of (table)), ==, *words != '\0');
}

static void
test_says_which_layer_costs_most (void)
{
  g_autoptr (SalLayerTable) table = make_table ();
  const SalSensitivityAnswer answer = answer_of (costs, G_N_ELEMENTS (costs));

  assert_says (table, "");
  sal_layer_table_set_sensitivity (table, &answer);
  assert_says (table, "The weights of conv2 cost most accuracy (−3.1 points at 2 bits). "
               "The activations after conv2 change the map most (Spearman 0.61 at 2 bits).");
}

static void
test_says_nothing_before_all_is_measured (void)
{
  g_autoptr (SalLayerTable) table = make_table ();
  const SalSensitivityAnswer some = answer_of (costs, 4);
  const SalSensitivityAnswer all = answer_of (costs, G_N_ELEMENTS (costs));

  sal_layer_table_set_sensitivity (table, &some);
  assert_says (table, "");
  sal_layer_table_set_sensitivity (table, &all);
  sal_layer_table_set_sensitivity (table, NULL);
  assert_says (table, "");
}

static void
test_says_nothing_of_differences_that_are_none (void)
{
  g_autoptr (SalLayerTable) table = make_table ();
  SalLayerSensitivity harmless[G_N_ELEMENTS (costs)];

  for (guint i = 0; i < G_N_ELEMENTS (costs); i++) {
    harmless[i] = costs[i];
    harmless[i].accuracy = 0.970;
    harmless[i].agreement = 0.999;
  }

  const SalSensitivityAnswer answer = answer_of (harmless, G_N_ELEMENTS (costs));

  sal_layer_table_set_sensitivity (table, &answer);
  assert_says (table, "");

  harmless[4].agreement = 0.9;
  sal_layer_table_set_sensitivity (table, &answer);
  assert_says (table, "The weights of fc1 change the map most (Spearman 0.90 at 2 bits).");

  /* Two that cost the same: neither costs most. */
  harmless[2].accuracy = harmless[3].accuracy = 0.95;
  sal_layer_table_set_sensitivity (table, &answer);
  assert_says (table, "The weights of fc1 change the map most (Spearman 0.90 at 2 bits).");
  harmless[1].accuracy = 0.94;
  sal_layer_table_set_sensitivity (table, &answer);
  assert_says (table, "The activations after conv1 cost most accuracy (−3.0 points at 2 bits). "
               "The weights of fc1 change the map most (Spearman 0.90 at 2 bits).");
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/layer-table/says which layer costs most", test_says_which_layer_costs_most);
  g_test_add_func ("/layer-table/says nothing before all is measured",
                   test_says_nothing_before_all_is_measured);
  g_test_add_func ("/layer-table/says nothing of differences that are none",
                   test_says_nothing_of_differences_that_are_none);
  return g_test_run ();
}
