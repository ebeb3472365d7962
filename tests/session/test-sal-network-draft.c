/* test-sal-network-draft.c - shapes and problems of a text that is being typed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-network-draft.h"

static const NnShape mnist = { 1, 28, 28 };

static const char good[] =
  "# A small one\n"
  "conv2d conv1 out=4 kernel=3 padding=1\n"
  "relu act1\n"
  "\n"
  "max-pool pool1 size=2 stride=2\n"
  "flatten flat\n"
  "linear fc out=classes\n";

static const SalDraftLayer *
layer (const SalNetworkDraft *draft,
       guint                  index)
{
  g_assert_cmpint (index, <, draft->layers->len);
  return &g_array_index (draft->layers, SalDraftLayer, index);
}

static void
test_shapes (void)
{
  g_autoptr (SalNetworkDraft) draft = sal_network_draft_new (good, mnist, 10);

  g_assert_null (draft->problem);
  g_assert_cmpint (draft->layers->len, ==, 5);

  g_assert_cmpint (layer (draft, 0)->line, ==, 2);
  g_assert_cmpint (layer (draft, 0)->output.channels, ==, 4);
  g_assert_cmpint (layer (draft, 0)->output.height, ==, 28);
  g_assert_cmpint (layer (draft, 0)->parameters, ==, 4 * 9 + 4);
  g_assert_cmpint (layer (draft, 0)->macs, ==, 28 * 28 * 4 * 9);

  g_assert_cmpint (layer (draft, 2)->line, ==, 5);
  g_assert_cmpint (layer (draft, 2)->output.width, ==, 14);

  g_assert_cmpint (layer (draft, 4)->line, ==, 7);
  g_assert_cmpint (layer (draft, 4)->output.channels, ==, 10);
  g_assert_cmpint (draft->parameters, ==, 40 + 10 * 4 * 14 * 14 + 10);
  g_assert_cmpint (draft->macs, ==, 28 * 28 * 4 * 9 + 10 * 4 * 14 * 14);
}

/* What is before the line that is being typed keeps its shapes. */
static void
test_half_a_line (void)
{
  g_autoptr (SalNetworkDraft) draft =
    sal_network_draft_new ("conv2d conv1 out=4 kernel=3 padding=1\nrelu act1\nmax-po", mnist, 10);

  g_assert_nonnull (draft->problem);
  g_assert_cmpint (draft->line, ==, 3);
  g_assert_cmpint (draft->layers->len, ==, 2);
  g_assert_cmpint (layer (draft, 1)->output.channels, ==, 4);
}

/* Problems that the engine names by a layer, or by the end. */
static void
test_lines_of_problems (void)
{
  static const struct
  {
    const char *text;
    int         line;
  } cases[] = {
    { "conv2d a out=4 kernel=3\nconv2d b out=4 kernel=99\nlinear c out=classes\n", 2 },
    { "flatten a\n\nlinear b out=3\n", 3 },
    { "conv2d a out=4 kernel=3\nrelu b\n", 2 },
    { "# nothing\n", 0 },
    { "input channels=3 height=28 width=28\nflatten a\nlinear b out=classes\n", 0 },
    { "flatten a\nlinear a out=classes\n", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SalNetworkDraft) draft = sal_network_draft_new (cases[i].text, mnist, 10);

    g_test_message ("%s: %s", cases[i].text, draft->problem);
    g_assert_nonnull (draft->problem);
    g_assert_cmpint (draft->line, ==, cases[i].line);
  }
}

/* Every ready-made network can be the start of an own one, for other data, too. */
static void
test_starting (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset = sal_dataset_open ("glyphs", NULL, &error);
  SalRecipe recipe;

  g_assert_no_error (error);
  sal_recipe_init (&recipe);

  g_autofree char *text = sal_network_draft_text (&recipe, dataset, &error);
  g_autoptr (SalNetworkDraft) own = sal_network_draft_new (text, mnist, 10);
  g_autoptr (SalNetworkDraft) other = sal_network_draft_new (text, (NnShape) { 3, 32, 32 }, 7);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "# Own sgt-cnn\n"));
  g_assert_cmpstr (own->problem, ==, NULL);
  g_assert_cmpint (own->parameters, ==, 1199882);
  g_assert_cmpstr (other->problem, ==, NULL);

  g_assert_true (sal_recipe_set (&recipe, "network", text, &error));

  g_autofree char *title = sal_recipe_network_title (&recipe);
  g_autofree char *again = sal_network_draft_text (&recipe, dataset, &error);

  g_assert_cmpstr (title, ==, "Own sgt-cnn");
  g_assert_cmpstr (again, ==, text);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/network-draft/knows the shapes of all layers", test_shapes);
  g_test_add_func ("/network-draft/reads on before half a line", test_half_a_line);
  g_test_add_func ("/network-draft/finds the line of a problem", test_lines_of_problems);
  g_test_add_func ("/network-draft/starts from a ready-made network", test_starting);
  return g_test_run ();
}
