/* test-exec-norm.c - batch norm and residual networks over whole batches
 *
 * Layer by layer they are checked in test-layer.c and test-layer-gradient.c;
 * here is what only a batch has: its statistics, its branches, and a residual
 * block as an independent implementation runs it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "golden.h"
#include "nn-model-private.h"

static const char *const text = "input channels=2 height=3 width=5\n"
                                "conv2d a out=3 kernel=1 bias=no\n"
                                "batch-norm n momentum=0.25 epsilon=1e-09\n"
                                "flatten flat\n";

enum { CAPACITY = 40, SIZE = 30, OUTPUTS = 45, PLANE = 15, CHANNELS = 3 };

typedef struct
{
  NnModel *model;
  NnPool  *pool;
  NnExec  *exec;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->model = fixture_model (text, 3);
  fixture->pool = fixture_pool (2);
  fixture->exec = fixture_exec (fixture->model, fixture->pool, NN_EXEC_GRADIENT, CAPACITY);
  fixture_normal (1, nn_exec_input (fixture->exec), CAPACITY * SIZE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  nn_exec_free (fixture->exec);
  nn_pool_free (fixture->pool);
  nn_model_free (fixture->model);
}

static void
train (Fixture *fixture,
       gsize    first,
       gsize    count,
       gsize    branch)
{
  const NnPass pass = { .training = TRUE, .branch = branch };

  nn_exec_forward (fixture->exec, first, count, &pass);
}

/* Mean and variance of a channel of the outputs of some images. */
static void
measure (const float *values,
         gsize        first,
         gsize        count,
         gsize        channel,
         double      *mean,
         double      *variance)
{
  const double n = (double) (count * PLANE);
  double sum = 0;
  double squares = 0;

  for (gsize i = first; i < first + count; i++)
    for (gsize p = 0; p < PLANE; p++) {
      const double value = (double) values[i * OUTPUTS + channel * PLANE + p];

      sum += value;
      squares += value * value;
    }
  *mean = sum / n;
  *variance = squares / n - *mean * *mean;
}

static void
check_normalised (Fixture *fixture,
                  gsize    first,
                  gsize    count)
{
  for (gsize c = 0; c < CHANNELS; c++) {
    double mean, variance;

    measure (nn_exec_logits (fixture->exec), first, count, c, &mean, &variance);
    g_assert_cmpfloat_with_epsilon (mean, 0, 1e-5);
    g_assert_cmpfloat_with_epsilon (variance, 1, 1e-3);
  }
}

static void
test_each_branch_is_normalised_by_its_own_statistics (Fixture      *fixture,
                                                      gconstpointer data)
{
  float *input = nn_exec_input (fixture->exec);

  for (gsize i = 20 * SIZE; i < CAPACITY * SIZE; i++)
    input[i] = 3 * input[i] + 2;
  train (fixture, 0, 20, 0);
  train (fixture, 20, 17, 1);
  check_normalised (fixture, 0, 20);
  check_normalised (fixture, 20, 17);
}

/* What the norm sees, on a network without it. */
static void
measure_convolution (Fixture *fixture,
                     gsize    count,
                     gsize    channel,
                     double  *mean,
                     double  *variance)
{
  g_autoptr (NnModel) bare = fixture_model ("input channels=2 height=3 width=5\n"
                                            "conv2d a out=3 kernel=1 bias=no\n"
                                            "flatten flat\n", 3);
  g_autoptr (NnExec) exec = fixture_exec (bare, fixture->pool, NN_EXEC_INFERENCE, CAPACITY);

  memcpy (nn_exec_input (exec), nn_exec_input (fixture->exec), sizeof (float) * CAPACITY * SIZE);
  nn_exec_forward (exec, 0, count, NULL);
  measure (nn_exec_logits (exec), 0, count, channel, mean, variance);
}

static void
test_running_statistics_follow_by_the_momentum (Fixture      *fixture,
                                                gconstpointer data)
{
  const NnLayer *norm = &fixture->model->layers[1];
  const float *means = fixture->model->tensors[norm->mean].info.value;
  const float *variances = fixture->model->tensors[norm->variance].info.value;

  train (fixture, 0, 21, 0);
  g_assert_cmpfloat (means[0], ==, 0); /* only where it is asked for           */
  nn_exec_update_statistics (fixture->exec, 0, -1, fixture->model);
  for (gsize c = 0; c < CHANNELS; c++) {
    double mean, variance;

    measure_convolution (fixture, 21, c, &mean, &variance);
    variance *= 21.0 * PLANE / (21 * PLANE - 1);
    g_assert_cmpfloat_with_epsilon ((double) means[c], 0.25 * mean, 1e-6);
    g_assert_cmpfloat_with_epsilon ((double) variances[c], 0.75 + 0.25 * variance, 1e-5);
  }
}

static void
test_evaluation_uses_what_was_measured (Fixture      *fixture,
                                        gconstpointer data)
{
  train (fixture, 0, CAPACITY, 0);
  nn_exec_update_statistics (fixture->exec, 0, 1, fixture->model);
  nn_exec_forward (fixture->exec, 0, CAPACITY, NULL);
  for (gsize c = 0; c < CHANNELS; c++) {
    double mean, variance;

    measure (nn_exec_logits (fixture->exec), 0, CAPACITY, c, &mean, &variance);
    g_assert_cmpfloat_with_epsilon (mean, 0, 1e-5);
    g_assert_cmpfloat_with_epsilon (variance, 1, 5e-3); /* the unbiased one     */
  }
}

/* A value far from zero, as ReLU networks have them, loses no digits. */
static void
test_a_large_mean_does_not_spoil_the_variance (Fixture      *fixture,
                                               gconstpointer data)
{
  float *input = nn_exec_input (fixture->exec);

  for (gsize i = 0; i < CAPACITY * SIZE; i++)
    input[i] += 300;
  for (int step = 0; step < 60; step++) {
    train (fixture, 0, CAPACITY, 0);
    nn_exec_update_statistics (fixture->exec, 0, -1, fixture->model);
  }
  check_normalised (fixture, 0, CAPACITY);
}

static void
test_gradients_of_two_branches_are_those_of_each_added (Fixture      *fixture,
                                                        gconstpointer data)
{
  const gsize arena = nn_model_arena_count (fixture->model);
  g_autofree float *weights = g_new (float, CAPACITY * OUTPUTS);
  g_autofree float *both = g_new (float, arena);
  g_autofree float *one = g_new (float, arena);
  g_autofree float *other = g_new (float, arena);
  float *gradient = nn_exec_logits_gradient (fixture->exec);
  const gsize bytes = sizeof (float) * CAPACITY * OUTPUTS;

  fixture_normal (9, weights, CAPACITY * OUTPUTS);
  train (fixture, 19, 19, 1);
  train (fixture, 0, 19, 0);
  memcpy (gradient, weights, bytes);
  nn_exec_backward (fixture->exec, 0, 38, both);
  memcpy (gradient, weights, bytes);
  nn_exec_backward (fixture->exec, 0, 19, one);
  memcpy (gradient, weights, bytes);
  nn_exec_backward (fixture->exec, 19, 19, other);
  for (gsize i = 0; i < arena; i++)
    one[i] += other[i];
  fixture_check_close ("both branches", both, one, arena, 1e-4, 1e-4);
}

/* The golden block: stride 2, option-A shortcut, PACT after each sum. */
static const char *const block = "input channels=8 height=12 width=12\n"
                                 "conv2d conv1 out=16 stride=2 padding=1 bias=no\n"
                                 "batch-norm bn1\n"
                                 "pact alpha1\n"
                                 "conv2d conv2 out=16 padding=1 bias=no\n"
                                 "shortcut short out=16 stride=2 from=input\n"
                                 "batch-norm bn2 from=conv2\n"
                                 "add sum with=short\n"
                                 "pact alpha2\n"
                                 "flatten flat\n";

enum { BLOCK_IMAGES = 6, BLOCK_INPUT = 8 * 144, BLOCK_OUTPUT = 16 * 36 };

/* "bn1.weight", and "alpha1" for "alpha1.alpha". */
static char *
golden_name (const char     *prefix,
             const NnTensor *tensor)
{
  g_autofree char *name = g_strdup (tensor->name);

  if (g_str_has_suffix (name, ".alpha"))
    name[strlen (name) - strlen (".alpha")] = '\0';
  return g_strconcat (prefix, name, NULL);
}

static NnModel *
load_block (Golden *golden,
            int     bits)
{
  NnModel *model = fixture_model (block, 1);
  NnParamValues values;

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    g_autofree char *name = golden_name ("param.", &tensor);

    if (golden_has (golden, name))
      memcpy (tensor.value, golden_floats (golden, name, NULL), sizeof (float) * tensor.count);
  }
  nn_model_quantizer (model, &values);
  values.value[0] = 1; /* amplitude one: batch norm follows                    */
  nn_model_set_quantizer (model, nn_weight_quantizer_find ("dorefa"), values);
  fixture_set_bits (model, bits, bits);
  return model;
}

static void
compare_block (Golden     *golden,
               NnModel    *model,
               const char *prefix,
               GoldenRule  rule,
               float      *values)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    g_autofree char *name = golden_name (prefix, &tensor);

    if (golden_has (golden, name))
      golden_compare (golden, name, rule, values + nn_model_tensor_offset (model, i), tensor.count);
  }
}

static void
check_golden_block (const char *file,
                    int         bits,
                    GoldenRule  rule)
{
  g_autoptr (Golden) golden = golden_open (file);

  if (golden == NULL)
    return;

  g_autoptr (NnPool) pool = fixture_pool (2);
  g_autoptr (NnModel) model = load_block (golden, bits);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, BLOCK_IMAGES);
  g_autofree float *gradient = g_new (float, nn_model_arena_count (model));
  const float *g = golden_floats (golden, "g", NULL);
  const NnPass pass = { .training = TRUE };
  const gsize outputs = BLOCK_IMAGES * BLOCK_OUTPUT;

  memcpy (nn_exec_input (exec), golden_floats (golden, "x", NULL),
          sizeof (float) * BLOCK_IMAGES * BLOCK_INPUT);
  nn_exec_forward (exec, 0, BLOCK_IMAGES, &pass);
  golden_compare (golden, "y_train", rule, nn_exec_logits (exec), outputs);
  memcpy (nn_exec_logits_gradient (exec), g, sizeof (float) * outputs);
  nn_exec_backward_input (exec, 0, BLOCK_IMAGES);
  golden_compare (golden, "dx", rule, nn_exec_input_gradient (exec), BLOCK_IMAGES * BLOCK_INPUT);
  memcpy (nn_exec_logits_gradient (exec), g, sizeof (float) * outputs);
  nn_exec_backward (exec, 0, BLOCK_IMAGES, gradient);
  compare_block (golden, model, "grad.", rule, gradient);
  nn_exec_update_statistics (exec, 0, -1, model);
  compare_block (golden, model, "", rule, nn_model_parameters (model));
  nn_exec_forward (exec, 0, BLOCK_IMAGES, NULL);
  golden_compare (golden, "y_eval", rule, nn_exec_logits (exec), outputs);
}

static void
test_golden_block_in_full_precision (void)
{
  check_golden_block ("resblock_32bit.safetensors", NN_BITS_CLIP, GOLDEN_EVERY);
}

static void
test_golden_block_at_4_bits (void)
{
  check_golden_block ("resblock_4bit.safetensors", 4, GOLDEN_MOST);
}

#define ADD_TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/exec-norm/branches", test_each_branch_is_normalised_by_its_own_statistics);
  ADD_TEST ("/exec-norm/momentum", test_running_statistics_follow_by_the_momentum);
  ADD_TEST ("/exec-norm/evaluation", test_evaluation_uses_what_was_measured);
  ADD_TEST ("/exec-norm/large-mean", test_a_large_mean_does_not_spoil_the_variance);
  ADD_TEST ("/exec-norm/gradients", test_gradients_of_two_branches_are_those_of_each_added);
  g_test_add_func ("/exec-norm/golden/full-precision", test_golden_block_in_full_precision);
  g_test_add_func ("/exec-norm/golden/4-bits", test_golden_block_at_4_bits);
  return g_test_run ();
}
