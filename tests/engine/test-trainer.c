/* test-trainer.c - the training step against independent numbers and laws
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "golden.h"
#include "nn/nn-loss.h"
#include "nn/nn-trainer.h"

static const char narrow_network[] =
  "input channels=1 height=28 width=28\n"
  "conv2d conv1 out=6\n"
  "pact act1\n"
  "conv2d conv2 out=12\n"
  "pact act2\n"
  "max-pool pool\n"
  "flatten flat\n"
  "linear fc1 out=24\n"
  "pact act3\n"
  "linear fc2 out=10\n";

/* The golden files call the clipping level of act2 "alpha2". */
static char *
golden_name (const char *prefix,
             const char *tensor)
{
  const char *dot = strchr (tensor, '.');

  if (strcmp (dot, ".alpha") == 0)
    return g_strdup_printf ("%s.alpha%c", prefix, dot[-1]);
  return g_strdup_printf ("%s.%s", prefix, tensor);
}

static gboolean
is_in_file (Golden     *golden,
            const char *tensor)
{
  g_autofree char *name = golden_name ("param", tensor);

  return golden_has (golden, name);
}

static NnModel *
load_network (Golden *golden,
              int     bits)
{
  const NnWeightQuantizer *dorefa = nn_weight_quantizer_find ("dorefa");
  NnParamValues amplitude_one = nn_param_defaults (dorefa->params, dorefa->n_params);
  NnError error;
  NnModel *model = nn_model_new (narrow_network, &error);

  g_assert_cmpint (nn_param_parse (&dorefa->params[0], "one", &amplitude_one.value[0], &error),
                   ==, NN_OK);

  g_assert_nonnull (model);
  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    g_autofree char *name = golden_name ("param", tensor.name);
    gsize n;

    if (!is_in_file (golden, tensor.name))
      continue;
    memcpy (tensor.value, golden_floats (golden, name, &n), sizeof (float) * tensor.count);
    g_assert_cmpuint (n, ==, tensor.count);
  }
  g_assert_cmpint (nn_model_set_bits (model, bits, bits, NN_EDGES_FULL, &error), ==, NN_OK);
  nn_model_set_quantizer (model, dorefa, amplitude_one);
  return model;
}

static NnImages
golden_images (Golden *golden,
               guint8 *labels)
{
  const gint32 *wide = golden_ints (golden, "labels", NULL);

  for (int i = 0; i < 16; i++)
    labels[i] = (guint8) wide[i];
  return (NnImages) {
    .pixels = golden_bytes (golden, "images_u8", NULL),
    .labels = labels,
    .count = 16, .channels = 1, .height = 28, .width = 28, .classes = 10,
    .mean = { 0.1307f }, .std = { 0.3081f },
  };
}

static void
compare_tensors (Golden      *golden,
                 GoldenRule   rule,
                 const char  *prefix,
                 NnModel     *model,
                 const float *arena)
{
  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    g_autofree char *name = golden_name (prefix, tensor.name);

    if (is_in_file (golden, tensor.name))
      golden_compare (golden, name, rule, arena + (tensor.value - nn_model_parameters (model)),
                      tensor.count);
  }
}

/* The same step as nn_trainer_step() takes, put together from its parts: an
 * independent path to the same numbers, with the fill from outside. */
typedef struct
{
  NnModel           *model;
  NnPool            *pool;
  NnExec            *exec;
  const NnImages    *images;
  const float       *uniform;   /* (count, H W) in [0, 1): the file's; NULL: ours */
  NnTrainSettings    settings;
  float             *gradient;
  float             *momentum;
  guint64            steps;
  int                labels[16];
  guint8             mask[16 * 784];
  double             ce;
  double             kl;
} Parts;

static void
parts_begin (Parts                 *parts,
             NnModel               *model,
             NnPool                *pool,
             const NnImages        *images,
             const NnTrainSettings *settings,
             const float           *uniform)
{
  NnError error;

  *parts = (Parts) { .model = model, .pool = pool, .images = images, .settings = *settings,
                     .uniform = uniform };
  parts->exec = nn_exec_new (model, pool, NN_EXEC_GRADIENT, 32, &error);
  g_assert_nonnull (parts->exec);
  parts->gradient = g_new0 (float, nn_model_arena_count (model));
  parts->momentum = g_new0 (float, nn_model_arena_count (model));
}

static void
parts_end (Parts *parts)
{
  nn_exec_free (parts->exec);
  g_free (parts->gradient);
  g_free (parts->momentum);
}

/* x with the features of smallest |gradient| replaced by min + u (max - min). */
static void
mask_from_file (const float   *x,
                const guint32 *order,
                const float   *uniform,
                float         *masked)
{
  float low = x[0];
  float high = x[0];

  memcpy (masked, x, sizeof (float) * 784);
  for (int i = 0; i < 784; i++) {
    low = MIN (low, x[i]);
    high = MAX (high, x[i]);
  }
  for (int i = 0; i < 392; i++)
    masked[order[i]] = low + uniform[order[i]] * (high - low);
}

static void
parts_mask (Parts *parts)
{
  const NnShape shape = nn_model_input (parts->model);
  float *input = nn_exec_input (parts->exec);

  for (size_t i = 0; i < 16; i++) {
    guint32 order[784];
    guint32 scratch[2 * 784];
    float scores[784];

    nn_mask_scores (nn_exec_input_gradient (parts->exec) + i * 784, shape,
                    parts->settings.ranking, scores);
    nn_mask_order (scores, 784, false, order, scratch);
    for (int j = 0; j < 784; j++)
      parts->mask[i * 784 + order[j]] = j < 392;
    if (parts->uniform != NULL)
      mask_from_file (input + i * 784, order, parts->uniform + i * 784,
                      input + (16 + i) * 784);
    else
      nn_mask_apply (input + i * 784, shape, order, 392, parts->settings.fill, NULL,
                     parts->settings.seed, parts->steps, i, input + (16 + i) * 784);
  }
}

static void
parts_gradient (Parts *parts)
{
  float *logits_gradient = nn_exec_logits_gradient (parts->exec);
  const float *logits = nn_exec_logits (parts->exec);
  const NnPass pass = { .training = true, .seed = parts->settings.seed, .step = parts->steps };

  nn_images_gather (parts->images, NULL, 16, nn_exec_input (parts->exec), parts->labels);
  nn_exec_prepare (parts->exec);
  nn_exec_forward (parts->exec, 0, 16, NULL);
  memset (logits_gradient, 0, sizeof (float) * 160);
  for (int i = 0; i < 16; i++)
    logits_gradient[i * 10 + parts->labels[i]] = 1.0f;
  nn_exec_backward_input (parts->exec, 0, 16);
  parts_mask (parts);
  nn_exec_forward (parts->exec, 0, 32, &pass);
  memset (logits_gradient, 0, sizeof (float) * 320);
  parts->ce = nn_cross_entropy (logits, parts->labels, 16, 10, 0.0, 1.0, logits_gradient);
  parts->kl = nn_kl_divergence (logits, logits + 160, 16, 10, parts->settings.kl_weight,
                                logits_gradient, logits_gradient + 160);
  nn_exec_backward (parts->exec, 0, 32, parts->gradient);
}

static void
parts_update (Parts *parts,
              double learning_rate)
{
  const NnOptimizer *optimizer = parts->settings.optimizer;

  parts->steps++;
  optimizer->update (&parts->settings.optimizer_values, learning_rate,
                     parts->settings.weight_decay, parts->steps,
                     nn_model_arena_count (parts->model), nn_model_parameters (parts->model),
                     parts->gradient, &parts->momentum);
}

static NnTrainSettings
golden_settings (void)
{
  NnTrainSettings settings = nn_train_settings_default ();

  settings.batch = 16;
  settings.weight_decay = settings.alpha_decay = 5e-4;
  settings.sgt = true;
  return settings;
}

static void
check_mask (Golden *golden,
            Parts  *parts)
{
  const guint8 *expected = golden_bytes (golden, "sgt_mask", NULL);
  int differ = 0;

  for (int i = 0; i < 16 * 784; i++)
    differ += expected[i] != parts->mask[i];
  g_test_message ("%d of %d mask pixels differ", differ, 16 * 784);
  g_assert_cmpint (differ, <=, 16 * 784 / 100);
}

/* The file has the random numbers of its first step only. */
static void
check_losses (Golden *golden,
              Parts  *parts)
{
  const float *expected = golden_floats (golden, "losses", NULL);

  g_assert_cmpfloat_with_epsilon (parts->ce, expected[0], 1e-4 + 1e-3 * expected[0]);
  g_assert_cmpfloat_with_epsilon (parts->kl, expected[1], 1e-4 + 1e-3 * expected[1]);
  for (int step = 1; step < 5; step++) {
    parts_gradient (parts);
    parts_update (parts, 0.05);
    g_test_message ("step %d: CE %.6f KL %.6f, with other random numbers %.6f %.6f", step,
                    parts->ce, parts->kl, expected[2 * step], expected[2 * step + 1]);
    g_assert_cmpfloat_with_epsilon (parts->ce, expected[2 * step], 0.1);
  }
}

static void
golden_step (const char *file,
             int         bits,
             GoldenRule  rule)
{
  g_autoptr (Golden) golden = golden_open (file);
  const NnTrainSettings settings = golden_settings ();
  guint8 labels[16];
  NnError error;
  Parts parts;

  if (golden == NULL)
    return;

  NnPool *pool = nn_pool_new (2, 0, &error);
  NnModel *model = load_network (golden, bits);
  const NnImages images = golden_images (golden, labels);

  parts_begin (&parts, model, pool, &images, &settings, golden_floats (golden, "uniform", NULL));
  parts_gradient (&parts);
  golden_compare (golden, "logits", rule, nn_exec_logits (parts.exec), 160);
  golden_compare (golden, "input_grad", rule, nn_exec_input_gradient (parts.exec), 16 * 784);
  check_mask (golden, &parts);
  golden_compare (golden, "masked_input", GOLDEN_MOST, nn_exec_input (parts.exec) + 16 * 784,
                  16 * 784);
  golden_compare (golden, "masked_logits", rule, nn_exec_logits (parts.exec) + 160, 160);
  compare_tensors (golden, rule, "grad", model, parts.gradient);
  parts_update (&parts, 0.05);
  compare_tensors (golden, rule, "after1", model, nn_model_parameters (model));

  check_losses (golden, &parts);
  parts_end (&parts);
  nn_model_free (model);
  nn_pool_free (pool);
}

static void
test_golden_full_precision (void)
{
  golden_step ("cnn_step_32bit.safetensors", NN_BITS_OFF, GOLDEN_EVERY);
}

static void
test_golden_4_bits (void)
{
  golden_step ("cnn_step_4bit.safetensors", 4, GOLDEN_MOST);
}

static void
test_golden_2_bits (void)
{
  golden_step ("cnn_step_2bit.safetensors", 2, GOLDEN_MOST);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/golden/full-precision", test_golden_full_precision);
  g_test_add_func ("/trainer/golden/4-bits", test_golden_4_bits);
  g_test_add_func ("/trainer/golden/2-bits", test_golden_2_bits);
  return g_test_run ();
}
