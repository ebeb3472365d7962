/* test-model.c - weights, copies, bit widths and ready-made networks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "nn/nn-whiten.h"

static const char relu_network[] =
  "input channels=2 height=8 width=7\n"
  "conv2d relu out=3\n"
  "relu act1\n"
  "pact act2\n"
  "max-pool pool\n"
  "flatten flat\n"
  "linear fc1 out=5\n"
  "relu relu2\n"
  "linear fc2 out=4\n";

enum { RELU_PARAMETERS = 3 * 18 + 3 + 1 + 5 * 18 + 5 + 4 * 5 + 4 };

static void
test_tensors_lie_one_after_the_other_in_the_arena (void)
{
  g_autoptr (NnModel) model = fixture_model (relu_network, 1);
  const char *names[] = { "relu.weight", "relu.bias", "act2.alpha", "fc1.weight", "fc1.bias",
                          "fc2.weight", "fc2.bias" };
  const float *next = nn_model_parameters (model);
  gsize count = 0;

  g_assert_cmpuint (nn_model_tensor_count (model), ==, G_N_ELEMENTS (names));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    gsize product = 1;

    for (int d = 0; d < tensor.rank; d++)
      product *= tensor.shape[d];
    g_assert_cmpstr (tensor.name, ==, names[i]);
    g_assert_cmpuint (tensor.count, ==, product);
    g_assert_cmpuint ((guintptr) tensor.value % 64, ==, 0);
    g_assert_true (tensor.value == next);
    next = tensor.value + (tensor.count + 15) / 16 * 16;
    count += tensor.count;
  }
  g_assert_cmpuint (nn_model_parameter_count (model), ==, count);
  g_assert_cmpuint (count, ==, RELU_PARAMETERS);
  g_assert_true (next == nn_model_parameters (model) + nn_model_arena_count (model));
}

static void
test_layers_say_what_they_are (void)
{
  g_autoptr (NnModel) model = fixture_model (relu_network, 1);
  const NnLayerInfo conv = nn_model_layer (model, 0);
  const NnLayerInfo pact = nn_model_layer (model, 2);
  const NnLayerInfo last = nn_model_layer (model, 7);

  g_assert_cmpuint (nn_model_layer_count (model), ==, 8);
  g_assert_cmpstr (conv.name, ==, "relu");
  g_assert_cmpstr (conv.kind->name, ==, "conv2d");
  g_assert_cmpint (conv.input.channels * 100 + conv.input.height * 10 + conv.input.width, ==, 287);
  g_assert_cmpint (conv.output.channels * 100 + conv.output.height * 10 + conv.output.width, ==,
                   365);
  g_assert_cmpint (conv.weight_tensor, ==, 0);
  g_assert_cmpint (conv.alpha_tensor, ==, -1);
  g_assert_cmpuint (conv.macs, ==, 3 * 18 * 30);
  g_assert_cmpint (pact.weight_tensor, ==, -1);
  g_assert_cmpint (pact.alpha_tensor, ==, 2);
  g_assert_cmpuint (pact.macs, ==, 0);
  g_assert_cmpuint (last.macs, ==, 20);
  g_assert_cmpuint (nn_model_macs (model), ==, 3 * 18 * 30 + 90 + 20);
  g_assert_cmpint (nn_model_classes (model), ==, 4);
  g_assert_cmpint (nn_model_input (model).width, ==, 7);
  g_assert_true (nn_model_has_pact (model));
}

static void
test_initial_weights_are_uniform_within_fan_in_and_named_by_seed (void)
{
  g_autoptr (NnModel) model = fixture_model (relu_network, 1);
  g_autoptr (NnModel) same = fixture_model (relu_network, 1);
  g_autoptr (NnModel) other = fixture_model (relu_network, 2);
  const double fan_in[] = { 18, 18, 0, 18, 18, 5, 5 };
  const gsize bytes = sizeof (float) * nn_model_arena_count (model);

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    double largest = 0;

    for (gsize j = 0; j < tensor.count; j++)
      largest = MAX (largest, fabs ((double) tensor.value[j]));
    if (tensor.role == NN_TENSOR_ALPHA)
      g_assert_cmpfloat (tensor.value[0], ==, NN_ALPHA_START);
    else
      g_assert_cmpfloat (largest, <=, 1 / sqrt (fan_in[i]) * (1 + 1e-6));
    if (tensor.count > 50)
      g_assert_cmpfloat (largest, >=, 0.9 / sqrt (fan_in[i]));
  }
  g_assert_cmpint (memcmp (nn_model_parameters (model), nn_model_parameters (same), bytes), ==, 0);
  g_assert_cmpint (memcmp (nn_model_parameters (model), nn_model_parameters (other), bytes), !=,
                   0);
}

static void
test_a_new_model_is_empty_but_for_alpha (void)
{
  NnError error;
  g_autoptr (NnModel) model = nn_model_new (relu_network, &error);

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    const float expected = tensor.role == NN_TENSOR_ALPHA ? NN_ALPHA_START : 0;

    for (gsize j = 0; j < tensor.count; j++)
      g_assert_cmpfloat (tensor.value[j], ==, expected);
  }
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    g_assert_cmpint (nn_model_layer (model, i).weight_bits, ==, NN_BITS_OFF);
    g_assert_cmpint (nn_model_layer (model, i).activation_bits, ==, NN_BITS_OFF);
  }
}

/* Values of the quantizer that differ from its defaults where it has any. */
static NnParamValues
other_values (const NnWeightQuantizer *quantizer)
{
  NnParamValues values = nn_param_defaults (quantizer->params, quantizer->n_params);

  for (gsize i = 0; i < quantizer->n_params; i++)
    values.value[i] = values.value[i] == quantizer->params[i].maximum
                      ? quantizer->params[i].minimum : quantizer->params[i].maximum;
  return values;
}

static void
check_equal (NnModel *model,
             NnModel *expected)
{
  NnParamValues values = { { 0 } };
  NnParamValues expected_values = { { 0 } };

  g_assert_cmpstr (nn_model_text (model), ==, nn_model_text (expected));
  fixture_check_same ("weights", nn_model_parameters (model), nn_model_parameters (expected),
                      nn_model_arena_count (expected));
  g_assert_true (nn_model_quantizer (model, &values) ==
                 nn_model_quantizer (expected, &expected_values));
  g_assert_cmpmem (&values, sizeof values, &expected_values, sizeof expected_values);
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    g_assert_cmpint (nn_model_layer (model, i).weight_bits, ==,
                     nn_model_layer (expected, i).weight_bits);
    g_assert_cmpint (nn_model_layer (model, i).activation_bits, ==,
                     nn_model_layer (expected, i).activation_bits);
  }
}

static void
test_copies_and_assignments_take_everything_along (void)
{
  for (gsize q = 0; nn_weight_quantizer (q) != NULL; q++) {
    const NnWeightQuantizer *quantizer = nn_weight_quantizer (q);
    g_autoptr (NnModel) model = fixture_model (relu_network, 3);
    g_autoptr (NnModel) target = fixture_model (relu_network, 4);
    NnError error;

    fixture_set_bits (model, 4, 3);
    g_assert_cmpint (nn_model_set_weight_bits (model, 5, 7, &error), ==, NN_OK);
    nn_model_set_quantizer (model, quantizer, other_values (quantizer));

    g_autoptr (NnModel) copy = nn_model_copy (model, &error);

    check_equal (copy, model);
    nn_model_assign (target, model);
    check_equal (target, model);
    nn_model_parameters (copy)[0] += 1;
    check_equal (target, model);
  }
}

static const char learned_steps[] =
  "input channels=2 height=4 width=5\n"
  "conv2d conv out=3 kernel=2 step=learned\n"
  "pact act\n"
  "flatten flat\n"
  "linear fc out=4\n";

/* The step of layer 0, which "conv.step" holds. */
static float *
step_of (NnModel *model)
{
  return nn_model_tensor (model, (gsize) nn_model_layer (model, 0).step_tensor).value;
}

static void
use_lsq (NnModel *model)
{
  nn_model_set_quantizer (model, nn_weight_quantizer_find ("lsq"), (NnParamValues) { { 0 } });
}

static void
test_a_learned_step_is_a_tensor_of_its_layer (void)
{
  g_autoptr (NnModel) model = fixture_model (learned_steps, 5);
  const NnLayerInfo layer = nn_model_layer (model, 0);
  const NnTensor step = nn_model_tensor (model, (gsize) layer.step_tensor);

  g_assert_cmpstr (step.name, ==, "conv.step");
  g_assert_cmpint (step.role, ==, NN_TENSOR_STEP);
  g_assert_cmpuint (step.count, ==, 1);
  g_assert_cmpint (nn_model_layer (model, 3).step_tensor, ==, -1);
  g_assert_nonnull (strstr (nn_model_text (model), "step=learned"));
}

/* Looking at other bits and coming back keeps what was learned; settling at
 * other bits starts again. */
static void
test_a_step_belongs_to_the_bits_it_was_learned_at (void)
{
  g_autoptr (NnModel) model = fixture_model (learned_steps, 5);

  use_lsq (model);
  fixture_set_bits (model, 4, 4);
  g_assert_cmpfloat (nn_model_weights (model, 0).step, ==, 0);
  nn_model_settle_steps (model);

  const NnWeights weights = nn_model_weights (model, 0);
  const float start = nn_weight_quantizer_find ("lsq")->start_step (&weights);

  g_assert_cmpfloat (*step_of (model), ==, start);
  *step_of (model) = 0.25f;
  g_assert_cmpfloat (nn_model_weights (model, 0).step, ==, 0.25f);
  fixture_set_bits (model, 3, 4);
  g_assert_cmpfloat (nn_model_weights (model, 0).step, ==, 0);
  fixture_set_bits (model, 4, 4);
  nn_model_settle_steps (model);
  g_assert_cmpfloat (nn_model_weights (model, 0).step, ==, 0.25f);
  fixture_set_bits (model, 3, 4);
  nn_model_settle_steps (model);
  g_assert_cmpfloat (*step_of (model), >, start);
  nn_model_adopt_steps (model);
  g_assert_cmpfloat (nn_model_weights (model, 0).step, ==, *step_of (model));
}

/* One that has a step already keeps it. */
static void
test_a_copy_with_steps_has_one_for_all_weights (void)
{
  g_autoptr (NnModel) model = fixture_model (learned_steps, 5);
  NnError error;

  use_lsq (model);
  fixture_set_bits (model, 4, 4);
  nn_model_settle_steps (model);
  *step_of (model) = 0.25f;

  g_autoptr (NnModel) copy = nn_model_copy_with_steps (model, &error);

  g_assert_cmpint (nn_model_layer (copy, 3).step_tensor, >=, 0);
  g_assert_cmpfloat (*step_of (copy), ==, 0.25f);
  g_assert_cmpfloat (nn_model_weights (copy, 3).step, >, NN_STEP_MINIMUM);
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo from = nn_model_layer (model, i);
    const NnLayerInfo to = nn_model_layer (copy, i);

    g_assert_cmpint (from.weight_bits, ==, to.weight_bits);
    if (from.weight_tensor >= 0) {
      const NnTensor expected = nn_model_tensor (model, (gsize) from.weight_tensor);
      const NnTensor found = nn_model_tensor (copy, (gsize) to.weight_tensor);

      fixture_check_same (expected.name, found.value, expected.value, expected.count);
    }
  }
}

/* Codes of 4 bits and a scale of four bytes for each grid; biases, and alpha,
 * as they are. */
static void
test_packed_bytes_count_the_scales_of_all_grids (void)
{
  g_autoptr (NnModel) model = fixture_model (learned_steps, 5);
  const NnWeightQuantizer *min_max = nn_weight_quantizer_find ("min-max");
  NnParamValues values = nn_param_defaults (min_max->params, min_max->n_params);
  const guint64 codes = 3 * 2 * 2 * 2 / 2 + 4 * 36 / 2;
  const guint64 others = 4 * (3 + 4 + 1);

  fixture_set_bits (model, 4, 4);
  use_lsq (model);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, codes + others + 2 * 4);
  values.value[0] = 1;
  nn_model_set_quantizer (model, min_max, values);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, codes + others + (3 + 4) * 4);
}

static void
check_bits (NnModel   *model,
            const int *weight_bits,
            const int *activation_bits)
{
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    g_assert_cmpint (nn_model_layer (model, i).weight_bits, ==, weight_bits[i]);
    g_assert_cmpint (nn_model_layer (model, i).activation_bits, ==, activation_bits[i]);
  }
}

static const char three_weights[] =
  "input channels=1 height=6 width=6\n"
  "conv2d first out=2\n"
  "pact act1\n"
  "flatten flat\n"
  "linear middle out=6\n"
  "pact act2\n"
  "linear last out=3\n"
  "relu end\n";

/* Bits of all weights, a policy for the edges, and what the edges get. */
typedef struct
{
  int          bits;
  NnEdgePolicy edges;
  int          edge_bits;
} Policy;

static const Policy policies[] = {
  { 4, NN_EDGES_SAME, 4 },
  { 4, NN_EDGES_8_BITS, 8 },
  { 2, NN_EDGES_8_BITS, 8 },
  { 8, NN_EDGES_8_BITS, 8 },
  { 4, NN_EDGES_FULL, NN_BITS_OFF },
  { 8, NN_EDGES_FULL, NN_BITS_OFF },
  { NN_BITS_OFF, NN_EDGES_SAME, NN_BITS_OFF },
  { NN_BITS_OFF, NN_EDGES_8_BITS, NN_BITS_OFF },
  { NN_BITS_OFF, NN_EDGES_FULL, NN_BITS_OFF },
  { NN_BITS_CLIP, NN_EDGES_SAME, NN_BITS_CLIP },
  { NN_BITS_CLIP, NN_EDGES_8_BITS, NN_BITS_CLIP },
};

static void
test_edges_are_treated_by_their_policy (void)
{
  g_autoptr (NnModel) model = fixture_model (three_weights, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (policies); i++) {
    const Policy p = policies[i];
    const int weights[] = { p.edge_bits, 0, 0, p.bits, 0, p.edge_bits, 0 };
    const int activations[] = { 0, 3, 0, 0, 3, 0, 0 };
    NnError error;

    g_assert_cmpint (nn_model_set_bits (model, p.bits, 3, p.edges, &error), ==, NN_OK);
    check_bits (model, weights, activations);
  }
}

static void
test_frozen_edges_stay_full_unless_they_are_to_be_like_all_others (void)
{
  const NnShape shape = { 3, 32, 32 };
  g_autoptr (NnModel) model = fixture_network ("cifar-fast", shape, "pact");
  NnError error;

  g_assert_cmpint (nn_model_set_bits (model, 4, 4, NN_EDGES_8_BITS, &error), ==, NN_OK);
  g_assert_cmpint (nn_model_layer (model, 0).weight_bits, ==, NN_BITS_OFF);
  g_assert_cmpint (nn_model_layer (model, 2).weight_bits, ==, 4);
  g_assert_cmpint (nn_model_set_bits (model, 4, 4, NN_EDGES_SAME, &error), ==, NN_OK);
  g_assert_cmpint (nn_model_layer (model, 0).weight_bits, ==, 4);
}

static void
test_bits_that_do_not_exist_are_refused_and_change_nothing (void)
{
  const int refused[] = { -1, 1, 9, 16, 31, 33, G_MAXINT, G_MININT };
  const int weights[] = { 5, 0, 0, 5, 0, 5, 0 };
  const int activations[] = { 0, 6, 0, 0, 6, 0, 0 };
  g_autoptr (NnModel) model = fixture_model (three_weights, 1);

  fixture_set_bits (model, 5, 6);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    const int bits = refused[i];
    g_autofree char *number = g_strdup_printf ("not %d", bits);
    NnError error = { NN_OK, "" };

    g_assert_cmpint (nn_model_set_bits (model, bits, 4, NN_EDGES_SAME, &error), ==,
                     NN_ERROR_RANGE);
    g_assert_nonnull (strstr (error.message, number));
    g_assert_cmpint (nn_model_set_bits (model, 4, bits, NN_EDGES_SAME, NULL), ==, NN_ERROR_RANGE);
    g_assert_cmpint (nn_model_set_weight_bits (model, 0, bits, NULL), ==, NN_ERROR_RANGE);
    g_assert_cmpint (nn_model_set_activation_bits (model, 1, bits, NULL), ==, NN_ERROR_RANGE);
    check_bits (model, weights, activations);
  }
}

static void
test_layers_without_weights_or_alpha_refuse_bits_by_name (void)
{
  g_autoptr (NnModel) model = fixture_model (three_weights, 1);

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);
    NnError error = { NN_OK, "" };

    g_assert_cmpint (nn_model_set_weight_bits (model, i, 4, &error), ==,
                     layer.weight_tensor >= 0 ? NN_OK : NN_ERROR_UNSUPPORTED);
    g_assert_true (error.status == NN_OK || strstr (error.message, layer.name) != NULL);
    error = (NnError) { NN_OK, "" };
    g_assert_cmpint (nn_model_set_activation_bits (model, i, 4, &error), ==,
                     layer.alpha_tensor >= 0 ? NN_OK : NN_ERROR_UNSUPPORTED);
    g_assert_true (error.status == NN_OK || strstr (error.message, layer.name) != NULL);
  }
}

static void
test_the_packed_size_falls_with_the_bits (void)
{
  /* Weights 18, 192 and 18 numbers; biases and alphas 2 + 1 + 6 + 1 + 3. */
  g_autoptr (NnModel) model = fixture_model (three_weights, 1);
  const guint64 rest = 4 * 13;
  const guint64 scales = 3 * 4;
  NnError error;

  g_assert_cmpuint (nn_model_packed_bytes (model), ==, 4 * (18 + 192 + 18) + rest);
  fixture_set_bits (model, NN_BITS_CLIP, NN_BITS_CLIP);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, 4 * (18 + 192 + 18) + rest);
  fixture_set_bits (model, 8, 8);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, 18 + 192 + 18 + scales + rest);
  fixture_set_bits (model, 3, 2);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, 7 + 72 + 7 + scales + rest);
  g_assert_cmpint (nn_model_set_bits (model, 2, 2, NN_EDGES_FULL, &error), ==, NN_OK);
  g_assert_cmpuint (nn_model_packed_bytes (model), ==, 4 * 18 + 48 + 4 + 4 * 18 + rest);
}

static void
compute_logits (const NnModel *model,
                const float   *x,
                gsize          count,
                float         *logits)
{
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, count);
  const gsize classes = (gsize) nn_model_classes (model);

  memcpy (nn_exec_input (exec), x, sizeof (float) * count * nn_shape_size (nn_model_input (model)));
  nn_exec_forward (exec, 0, count, NULL);
  memcpy (logits, nn_exec_logits (exec), sizeof (float) * count * classes);
}

static void
check_copy_with_pact (const NnModel *model)
{
  enum { COUNT = 10 };
  NnError error;
  g_autoptr (NnModel) copy = nn_model_copy_with_pact (model, &error);
  const gsize size = COUNT * nn_shape_size (nn_model_input (model));
  const gsize logits = COUNT * (gsize) nn_model_classes (model);
  g_autofree float *x = g_new (float, size);
  g_autofree float *expected = g_new (float, logits);
  g_autofree float *found = g_new (float, logits);

  g_assert_nonnull (copy);
  fixture_normal (1, x, size);
  compute_logits (model, x, COUNT, expected);
  compute_logits (copy, x, COUNT, found);
  fixture_check_same (nn_model_text (model), found, expected, logits);
  for (gsize i = 0; i < nn_model_layer_count (copy); i++) {
    const NnLayerInfo before = nn_model_layer (model, i);
    const NnLayerInfo after = nn_model_layer (copy, i);

    g_assert_cmpstr (after.name, ==, before.name);
    g_assert_cmpint (after.weight_bits, ==, before.weight_bits);
    g_assert_cmpint (after.kind->activation, ==, before.kind->activation);
    if (before.kind->activation)
      g_assert_cmpstr (after.kind->name, ==, "pact");
    if (before.kind->activation && before.alpha_tensor < 0) {
      g_assert_cmpint (after.activation_bits, ==, NN_BITS_OFF);
      g_assert_cmpfloat (nn_model_tensor (copy, (gsize) after.alpha_tensor).value[0], ==,
                         NN_ALPHA_START);
    }
  }
}

static void
test_the_copy_with_pact_computes_the_same_until_its_bits_are_set (void)
{
  const NnShape shape = { 1, 28, 28 };
  g_autoptr (NnModel) model = fixture_model (relu_network, 5);
  NnError error;

  nn_model_tensor (model, 2).value[0] = 0.25f;
  check_copy_with_pact (model);
  fixture_set_bits (model, 4, 3);
  check_copy_with_pact (model);

  for (gsize i = 0; nn_network (i) != NULL; i++) {
    g_autoptr (NnModel) network = fixture_network (nn_network (i)->name, shape, "relu");
    g_autoptr (NnModel) pact = fixture_network (nn_network (i)->name, shape, "pact");
    g_autoptr (NnModel) copy = nn_model_copy_with_pact (network, &error);

    check_copy_with_pact (network);
    g_assert_cmpstr (nn_model_text (copy), ==, nn_model_text (pact));
  }

  g_autoptr (NnModel) gelu = fixture_network ("cifar-fast", shape, "gelu");
  g_autoptr (NnModel) copy = nn_model_copy_with_pact (gelu, &error);

  check_copy_with_pact (gelu);
  g_assert_nonnull (strstr (nn_model_text (copy), "\npact g3-act2 of=gelu\n"));
}

static void
test_ready_made_networks_build_for_grey_and_colour_images (void)
{
  const NnShape shapes[] = { { 1, 28, 28 }, { 3, 32, 32 }, { 1, 32, 28 } };
  const char *activations[] = { "relu", "pact" };

  for (gsize i = 0; nn_network (i) != NULL; i++) {
    g_assert_nonnull (nn_network (i)->title);
    g_assert_nonnull (nn_network (i)->summary);
    for (gsize s = 0; s < G_N_ELEMENTS (shapes); s++)
      for (gsize a = 0; a < G_N_ELEMENTS (activations); a++) {
        g_autoptr (NnModel) model = fixture_network (nn_network (i)->name, shapes[s],
                                                     activations[a]);

        g_assert_cmpint (nn_model_classes (model), ==, 10);
        g_assert_cmpint (nn_model_has_pact (model), ==, a == 1);
        g_assert_cmpint (nn_model_input (model).height, ==, shapes[s].height);
      }
  }
}

static void
test_the_network_of_the_paper_is_as_published (void)
{
  const NnShape shape = { 1, 28, 28 };
  g_autoptr (NnModel) relu = fixture_network ("sgt-cnn", shape, "relu");
  g_autoptr (NnModel) pact = fixture_network ("sgt-cnn", shape, "pact");

  g_assert_cmpuint (nn_model_parameter_count (relu), ==, 1199882);
  g_assert_cmpuint (nn_model_parameter_count (pact), ==, 1199882 + 3);
  /* 32 9 26^2 + 64 288 24^2 + 9216 128 + 128 10. */
  g_assert_cmpuint (nn_model_macs (relu), ==, 11992448);
  g_assert_cmpuint (nn_model_macs (pact), ==, 11992448);
  g_assert_cmpstr (nn_model_text (relu), ==,
                   "input channels=1 height=28 width=28\n"
                   "conv2d conv1 out=32\n"
                   "relu act1\n"
                   "conv2d conv2 out=64\n"
                   "relu act2\n"
                   "max-pool pool\n"
                   "dropout drop1 rate=0.25\n"
                   "flatten flat\n"
                   "linear fc1 out=128\n"
                   "relu act3\n"
                   "dropout drop2\n"
                   "linear fc2 out=10\n");
}

/* Numbers that training finds, alphas aside. */
static gsize
trained_count (const NnModel *model)
{
  gsize count = 0;

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (nn_model_tensor_is_trained (model, i) && tensor.role != NN_TENSOR_ALPHA)
      count += tensor.count;
  }
  return count;
}

static gsize
count_kind (const NnModel *model,
            const char    *kind)
{
  gsize count = 0;

  for (gsize i = 0; i < nn_model_layer_count (model); i++)
    count += g_str_equal (nn_model_layer (model, i).kind->name, kind);
  return count;
}

/* For colour images of 32 x 32 and ten classes. */
static const struct
{
  const char *name;
  gsize       weights;
  guint64     macs;
  gsize       activations;
} published[] = {
  /* 0.27 M and 40.6 M (arXiv 1512.03385, table 6, and its FLOPs). */
  { "resnet20", 269722, 40551040, 19 },
  /* 11.17 M and 0.56 G with the 3 x 3 stem. */
  { "resnet18", 11173962, 555422720, 17 },
  /* 4.6 M and 0.61 G. */
  { "vgg-small", 4660106, 607600640, 6 },
  /* 1.97 M: biases of the patches, three groups, their shifts, the linear layer; convolutions
   * work on planes of 31, 31 and 15, 15 and 7, 7 and 3. */
  { "cifar-fast", 24 + 50688 + 737280 + 1179648 + 1152 + 2560,
    (288 + 13824) * 961 + (36864 + 147456) * 225 + (589824 + 589824) * 49 + 589824 * 9 + 2560, 7 },
};

static void
test_networks_for_colour_images_have_their_published_size (void)
{
  const NnShape shape = { 3, 32, 32 };

  for (gsize i = 0; i < G_N_ELEMENTS (published); i++) {
    g_autoptr (NnModel) own = fixture_network (published[i].name, shape, NULL);
    g_autoptr (NnModel) pact = fixture_network (published[i].name, shape, "pact");

    g_assert_cmpuint (trained_count (own), ==, published[i].weights);
    g_assert_cmpuint (trained_count (pact), ==, published[i].weights);
    g_assert_cmpuint (nn_model_macs (own), ==, published[i].macs);
    g_assert_cmpuint (nn_model_macs (pact), ==, published[i].macs);
    g_assert_cmpuint (count_kind (pact, "pact"), ==, published[i].activations);
    g_assert_cmpuint (count_kind (pact, "relu") + count_kind (pact, "gelu"), ==, 0);
    g_assert_false (nn_model_has_pact (own));
  }
}

static void
test_a_network_has_an_activation_of_its_own (void)
{
  const NnShape shape = { 3, 32, 32 };

  for (gsize i = 0; nn_network (i) != NULL; i++) {
    g_autoptr (NnModel) own = fixture_network (nn_network (i)->name, shape, NULL);
    g_autoptr (NnModel) relu = fixture_network (nn_network (i)->name, shape, "relu");
    const gsize expected = count_kind (relu, "relu");

    g_assert_cmpuint (expected, >, 0);
    g_assert_cmpuint (count_kind (own, nn_network (i)->activation), ==, expected);
  }
}

/* The first convolution of the fast network has as many filters as a patch of
 * the input has values, and their negatives. */
static void
test_whitening_filters_follow_the_channels (void)
{
  for (int channels = 1; channels <= 4; channels++) {
    const NnShape shape = { channels, 28, 28 };
    g_autoptr (NnModel) model = fixture_network ("cifar-fast", shape, NULL);

    g_assert_cmpint (nn_model_layer (model, 0).output.channels, ==, 2 * channels * 4);
    g_assert_true (nn_whiten_wanted (model));
    g_assert_false (nn_model_tensor_is_trained (model, 0));
  }
}

static void
test_images_that_are_too_small_are_refused_with_a_sentence (void)
{
  const NnShape small = { 1, 3, 3 };
  char text[NN_NETWORK_TEXT_SIZE];

  for (gsize i = 0; nn_network (i) != NULL; i++) {
    NnError error = { NN_OK, "" };

    /* Residual networks only halve with padding: one pixel is left. */
    if (strncmp (nn_network (i)->name, "resnet", 6) == 0)
      continue;
    g_assert_cmpint (nn_network_text (nn_network (i)->name, small, 10, "relu", text, sizeof text,
                                      &error), ==, NN_ERROR_SHAPE);
    g_assert_nonnull (strstr (error.message, "does not fit"));
  }
}

static void
test_networks_are_refused_by_name_activation_classes_and_room (void)
{
  const NnShape shape = { 1, 28, 28 };
  char text[4096];
  NnError error = { NN_OK, "" };

  g_assert_cmpint (nn_network_text ("sgt", shape, 10, "relu", text, sizeof text, &error), ==,
                   NN_ERROR_UNKNOWN_NAME);
  g_assert_nonnull (strstr (error.message, "\"sgt\""));
  g_assert_cmpint (nn_network_text ("lenet5", shape, 10, "swish", text, sizeof text, &error), ==,
                   NN_ERROR_UNKNOWN_NAME);
  g_assert_nonnull (strstr (error.message, "\"swish\""));
  g_assert_cmpint (nn_network_text ("lenet5", shape, 10, "max-pool", text, sizeof text, &error),
                   ==, NN_ERROR_UNKNOWN_NAME);
  g_assert_cmpint (nn_network_text ("lenet5", shape, 0, "relu", text, sizeof text, &error), ==,
                   NN_ERROR_RANGE);
  g_assert_cmpint (nn_network_text ("lenet5", shape, -3, "relu", text, sizeof text, NULL), ==,
                   NN_ERROR_RANGE);
  g_assert_cmpint (nn_network_text ("lenet5", shape, 10, "relu", text, sizeof text, &error), ==,
                   NN_OK);

  const gsize needed = strlen (text) + 1;

  for (gsize size = 0; size <= needed; size++)
    g_assert_cmpint (nn_network_text ("lenet5", shape, 10, "relu", text, size, &error), ==,
                     size < needed ? NN_ERROR_RANGE : NN_OK);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/arena", test_tensors_lie_one_after_the_other_in_the_arena);
  g_test_add_func ("/model/layers", test_layers_say_what_they_are);
  g_test_add_func ("/model/initial-weights",
                   test_initial_weights_are_uniform_within_fan_in_and_named_by_seed);
  g_test_add_func ("/model/new", test_a_new_model_is_empty_but_for_alpha);
  g_test_add_func ("/model/copies", test_copies_and_assignments_take_everything_along);
  g_test_add_func ("/model/bits/edges", test_edges_are_treated_by_their_policy);
  g_test_add_func ("/model/bits/frozen",
                   test_frozen_edges_stay_full_unless_they_are_to_be_like_all_others);
  g_test_add_func ("/model/bits/refused",
                   test_bits_that_do_not_exist_are_refused_and_change_nothing);
  g_test_add_func ("/model/bits/unsupported",
                   test_layers_without_weights_or_alpha_refuse_bits_by_name);
  g_test_add_func ("/model/bits/packed", test_the_packed_size_falls_with_the_bits);
  g_test_add_func ("/model/copy-with-pact",
                   test_the_copy_with_pact_computes_the_same_until_its_bits_are_set);
  g_test_add_func ("/model/networks/build",
                   test_ready_made_networks_build_for_grey_and_colour_images);
  g_test_add_func ("/model/networks/paper", test_the_network_of_the_paper_is_as_published);
  g_test_add_func ("/model/networks/published",
                   test_networks_for_colour_images_have_their_published_size);
  g_test_add_func ("/model/networks/activation", test_a_network_has_an_activation_of_its_own);
  g_test_add_func ("/model/networks/whitening", test_whitening_filters_follow_the_channels);
  g_test_add_func ("/model/networks/small",
                   test_images_that_are_too_small_are_refused_with_a_sentence);
  g_test_add_func ("/model/networks/refused",
                   test_networks_are_refused_by_name_activation_classes_and_room);
  g_test_add_func ("/model/steps/tensor", test_a_learned_step_is_a_tensor_of_its_layer);
  g_test_add_func ("/model/steps/bits", test_a_step_belongs_to_the_bits_it_was_learned_at);
  g_test_add_func ("/model/steps/copy", test_a_copy_with_steps_has_one_for_all_weights);
  g_test_add_func ("/model/steps/packed-bytes", test_packed_bytes_count_the_scales_of_all_grids);
  return g_test_run ();
}
