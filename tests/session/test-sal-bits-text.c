/* test-sal-bits-text.c - bit widths layer by layer, as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bits-text.h"

#include <string.h>

#include "sal-error.h"

static const char network[] =
  "input channels=1 height=8 width=8\n"
  "conv2d conv1 out=2\n"
  "pact act1\n"
  "conv2d conv2 out=2\n"
  "pact act2\n"
  "flatten flat\n"
  "linear fc1 out=6\n"
  "pact act3\n"
  "linear fc2 out=4\n"
  "pact act4\n"
  "linear fc3 out=3\n";

/* The widths that `text` gives to the layers, those of 8-bit weights and
 * activations where it says nothing: "conv1 8 act1 8 ...". */
static char *
widths_after (const char  *text,
              NnEdgePolicy edges)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) widths = g_string_new (NULL);
  NnError nn_error;
  NnModel *model = nn_model_new (network, &nn_error);

  g_assert_cmpint (nn_model_set_bits (model, 8, 8, NN_EDGES_SAME, &nn_error), ==, NN_OK);
  g_assert_true (sal_bits_text_apply (text, model, edges, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (layer.weight_tensor >= 0 || layer.alpha_tensor >= 0)
      g_string_append_printf (widths, "%s%s %d", i > 0 ? " " : "", layer.name,
                              layer.weight_tensor >= 0 ? layer.weight_bits
                                                       : layer.activation_bits);
  }
  nn_model_free (model);
  return g_string_free (g_steal_pointer (&widths), FALSE);
}

static void
assert_widths (const char  *text,
               NnEdgePolicy edges,
               const char  *expected)
{
  g_autofree char *widths = widths_after (text, edges);

  g_assert_cmpstr (widths, ==, expected);
}

static void
layers_are_named (void)
{
  assert_widths ("", NN_EDGES_8_BITS,
                 "conv1 8 act1 8 conv2 8 act2 8 fc1 8 act3 8 fc2 8 act4 8 fc3 8");
  assert_widths ("conv2=4,act3=2, fc3=32", NN_EDGES_8_BITS,
                 "conv1 8 act1 8 conv2 4 act2 8 fc1 8 act3 2 fc2 8 act4 8 fc3 32");
  assert_widths ("conv2=4,conv2=3", NN_EDGES_8_BITS,
                 "conv1 8 act1 8 conv2 3 act2 8 fc1 8 act3 8 fc2 8 act4 8 fc3 8");
}

/* Five layers of weights: three early ones; four activations: two. */
static void
mixed_is_wide_early_and_narrow_late (void)
{
  assert_widths ("mixed-4-2", NN_EDGES_SAME,
                 "conv1 4 act1 4 conv2 4 act2 4 fc1 4 act3 2 fc2 2 act4 2 fc3 2");
  assert_widths ("mixed-4-2", NN_EDGES_8_BITS,
                 "conv1 8 act1 4 conv2 4 act2 4 fc1 4 act3 2 fc2 2 act4 2 fc3 8");
  assert_widths ("mixed-4-2", NN_EDGES_FULL,
                 "conv1 0 act1 4 conv2 4 act2 4 fc1 4 act3 2 fc2 2 act4 2 fc3 0");
  assert_widths ("mixed-6-3,fc2=5", NN_EDGES_SAME,
                 "conv1 6 act1 6 conv2 6 act2 6 fc1 6 act3 3 fc2 5 act4 3 fc3 3");
}

static void
assert_refused (const char *text,
                const char *expected)
{
  g_autoptr (GError) error = NULL;
  NnError nn_error;
  NnModel *model = nn_model_new (network, &nn_error);

  g_assert_false (sal_bits_text_apply (text, model, NN_EDGES_SAME, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  nn_model_free (model);
}

static void
what_cannot_be_is_refused_with_what_can (void)
{
  assert_refused ("conv7=4", "conv1, act1, conv2, act2, fc1, act3, fc2, act4, fc3");
  assert_refused ("conv7=4", "no layer “conv7”");
  assert_refused ("flat=4", "layer “flat” has neither weights");
  assert_refused ("conv1=1", "conv1=1");
  assert_refused ("conv1=", "conv1=");
  assert_refused ("=4", "LAYER=BITS");
  assert_refused ("conv1=4,", "LAYER=BITS");
  assert_refused ("conv1=4;fc1=2", "conv1=4;fc1=2");
  assert_refused ("mixed", "LAYER=BITS");
  assert_refused ("mixed-4-2-1", "mixed-HIGH-LOW");
  assert_refused ("mixed-4-9", "2 to 8");
  assert_refused ("\xff\xfe=4", "no layer");
}

static void
texts_say_whether_activations_have_bits (void)
{
  NnError nn_error;
  NnModel *model = nn_model_new (network, &nn_error);

  g_assert_true (sal_bits_text_has_activations ("mixed-4-2", model));
  g_assert_true (sal_bits_text_has_activations ("conv1=4,act1=4", model));
  g_assert_false (sal_bits_text_has_activations ("conv1=4,fc2=3", model));
  g_assert_false (sal_bits_text_has_activations ("", model));
  nn_model_free (model);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bits-text/names", layers_are_named);
  g_test_add_func ("/bits-text/mixed", mixed_is_wide_early_and_narrow_late);
  g_test_add_func ("/bits-text/refusals", what_cannot_be_is_refused_with_what_can);
  g_test_add_func ("/bits-text/activations", texts_say_whether_activations_have_bits);
  return g_test_run ();
}
