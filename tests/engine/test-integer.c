/* test-integer.c - the integer network is the simulated one
 *
 * Both are run on the same images.  Where a value lies on the boundary of two
 * codes, the order of a float sum may decide: so a few logits may differ, but
 * labels may not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-integer.h"

#include <math.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "small-network.h"
#include "trainer-fixture.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnIntegerNet, nn_integer_net_free)

enum { IMAGES = 70 };

static NnIntegerNet *
integer_net (const NnModel *model,
             NnPool        *pool,
             gsize          capacity,
             const char    *kernel)
{
  NnError error = { NN_OK, "" };
  NnIntegerNet *net = nn_integer_net_new (model, pool, capacity, kernel, &error);

  if (net == NULL)
    g_error ("%s", error.message);
  return net;
}

/* ---- generated networks --------------------------------------------------------- */

/* Every kind of layer, in places where codes, floats and both are wanted. */
static const char *const networks[] = {
  /* a plain chain; channels that are no multiple of anything */
  "input channels=2 height=9 width=8\n"
  "conv2d c1 out=5\n"
  "pact a1\n"
  "conv2d c2 out=19 kernel=2\n"
  "pact a2\n"
  "max-pool p\n"
  "flatten f\n"
  "linear l1 out=33\n"
  "pact a3\n"
  "dropout d\n"
  "linear l2 out=4\n",
  /* padding, stride, pooling that overlaps, a border in front of linear */
  "input channels=3 height=11 width=13\n"
  "conv2d c1 out=20 padding=1\n"
  "pact a1\n"
  "max-pool p1 size=3 stride=1\n"
  "conv2d c2 out=70 stride=2 padding=2\n"
  "pact a2\n"
  "dropout d\n"
  "conv2d c3 out=16 kernel=1\n"
  "pact a3\n"
  "flatten f\n"
  "linear l out=5\n",
  /* average pooling and layers in float between */
  "input channels=1 height=12 width=12\n"
  "conv2d c1 out=6 kernel=5 padding=2\n"
  "pact a1\n"
  "average-pool p1\n"
  "conv2d c2 out=12\n"
  "relu r\n"
  "average-pool p2\n"
  "pact a2\n"
  "flatten f\n"
  "linear l1 out=17\n"
  "scale s factor=0.5\n"
  "pact a3\n"
  "linear l2 out=3\n",
  /* pact first, and behind the pooling; the mean of a plane */
  "input channels=4 height=6 width=6\n"
  "pact a0\n"
  "conv2d c1 out=8\n"
  "max-pool p1\n"
  "pact a1\n"
  "conv2d c2 out=32 kernel=2\n"
  "pact a2\n"
  "global-average-pool g\n"
  "flatten f\n"
  "linear l out=6\n",
};

/* 3 x 3 convolutions of enough channels and even size for tiles: with a pool
 * on the tiles, a pool that is not, and a factor that turns the order around. */
static const char *const tiled_networks[] = {
  "input channels=1 height=12 width=18\n"
  "conv2d c1 out=17 padding=1\n"
  "pact a1\n"
  "conv2d c2 out=35 padding=1\n"
  "pact a2\n"
  "max-pool p1\n"
  "conv2d c3 out=16 padding=1\n"
  "pact a3\n"
  "max-pool p2 stride=1\n"
  "conv2d c4 out=16 padding=1\n"
  "pact a4\n"
  "flatten f\n"
  "linear l out=7\n",
  "input channels=2 height=10 width=10\n"
  "conv2d c1 out=16\n"
  "pact a1\n"
  "conv2d c2 out=64 bias=no\n"
  "batch-norm n2\n"
  "pact a2\n"
  "max-pool p1 size=2 stride=2\n"
  "conv2d c3 out=64 padding=2\n"
  "pact a3\n"
  "flatten f\n"
  "linear l out=4\n",
};

/* Residual networks: both kinds of shortcut, either order of the two ways, and
 * values that several layers read. */
static const char *const residual_networks[] = {
  "input channels=3 height=10 width=10\n"
  "conv2d c0 out=8 padding=1 bias=no\n"
  "batch-norm n0\n"
  "pact a0\n"
  "conv2d c1 out=8 padding=1 bias=no\n"
  "batch-norm n1\n"
  "pact a1\n"
  "conv2d c2 out=8 padding=1 bias=no\n"
  "batch-norm n2\n"
  "add s1 with=a0\n"
  "pact a2\n"
  "conv2d c3 out=20 stride=2 padding=1 bias=no\n"
  "batch-norm n3\n"
  "pact a3\n"
  "conv2d c4 out=20 padding=1 bias=no\n"
  "batch-norm n4\n"
  "shortcut w from=a2 out=20 stride=2\n"
  "add s2 from=n4 with=w\n"
  "pact a4\n"
  "global-average-pool g\n"
  "flatten f\n"
  "linear l out=4\n",
  "input channels=2 height=8 width=8\n" /* tiles, with what is added */
  "conv2d c0 out=24 padding=1\n"
  "pact a0\n"
  "conv2d c1 out=24 padding=1\n"
  "batch-norm n1\n"
  "pact a1\n"
  "conv2d c2 out=24 padding=1\n"
  "batch-norm n2\n"
  "add s with=a0\n"
  "pact a2\n"
  "max-pool p\n"
  "flatten f\n"
  "linear l out=4\n",
  "input channels=2 height=8 width=9\n"
  "conv2d c0 out=12\n"
  "pact a0\n"
  "conv2d c1 out=24 stride=2 padding=1\n"
  "batch-norm n1\n"
  "relu r1\n"
  "batch-norm n1b\n"
  "pact a1\n"
  "conv2d c2 out=24 padding=1\n"
  "batch-norm n2 scale=no\n"
  "conv2d w from=a0 out=24 kernel=1 stride=2\n"
  "batch-norm nw\n"
  "add s1 from=n2 with=nw\n"
  "pact a2\n"
  "dropout d\n"
  "conv2d c3 out=24 padding=1\n"
  "add s2 from=d with=c3\n"
  "pact a3\n"
  "add s3 with=d\n"
  "flatten f\n"
  "linear l1 out=10\n"
  "batch-norm n5\n"
  "pact a5\n"
  "linear l2 out=5\n",
};

typedef struct
{
  NnModel *model;
  NnPool  *pool;
  gsize    size;
  gsize    classes;
  float   *x;       /* (IMAGES, size)                                          */
} Subject;

/* Statistics and factors of batch norms as after some training. */
static void
disturb_norms (NnModel *model)
{
  for (gsize t = 0; t < nn_model_tensor_count (model); t++) {
    const NnTensor tensor = nn_model_tensor (model, t);
    const gboolean is_around_one = tensor.role == NN_TENSOR_VARIANCE
                                   || tensor.role == NN_TENSOR_SCALE;

    if (!is_around_one && tensor.role != NN_TENSOR_MEAN)
      continue;
    fixture_normal (t, tensor.value, tensor.count);
    for (gsize i = 0; i < tensor.count; i++)
      tensor.value[i] = (tensor.role == NN_TENSOR_SCALE ? 0.7f : 0.2f) * tensor.value[i]
                        + (is_around_one ? 1.0f : 0.0f);
  }
}

static Subject *
subject_new (const char *text,
             const char *quantizer,
             int         bits,
             int         threads)
{
  Subject *subject = g_new0 (Subject, 1);
  const NnWeightQuantizer *row = nn_weight_quantizer_find (quantizer);

  g_assert_nonnull (row);
  subject->model = fixture_model (text, 5);
  subject->pool = fixture_pool (threads);
  nn_model_set_quantizer (subject->model, row, nn_param_defaults (row->params, row->n_params));
  fixture_set_bits (subject->model, bits, bits);
  fixture_set_alphas (subject->model, 1.5f);
  disturb_norms (subject->model);
  subject->size = nn_shape_size (nn_model_input (subject->model));
  subject->classes = (gsize) nn_model_classes (subject->model);
  subject->x = g_new (float, IMAGES * subject->size);
  fixture_normal (9, subject->x, IMAGES * subject->size);
  return subject;
}

static void
subject_free (Subject *subject)
{
  g_free (subject->x);
  nn_model_free (subject->model);
  nn_pool_free (subject->pool);
  g_free (subject);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subject, subject_free)

/* (IMAGES, classes); free the result. */
static float *
simulated_logits (Subject *subject)
{
  g_autoptr (NnExec) exec = fixture_exec (subject->model, subject->pool, NN_EXEC_INFERENCE,
                                          IMAGES);

  memcpy (nn_exec_input (exec), subject->x, IMAGES * subject->size * sizeof (float));
  nn_exec_forward (exec, 0, IMAGES, NULL);
  return g_memdup2 (nn_exec_logits (exec), IMAGES * subject->classes * sizeof (float));
}

static float *
integer_logits (Subject    *subject,
                const char *kernel)
{
  g_autoptr (NnIntegerNet) net = integer_net (subject->model, subject->pool, IMAGES, kernel);

  memcpy (nn_integer_net_input (net), subject->x, IMAGES * subject->size * sizeof (float));
  nn_integer_net_forward (net, IMAGES);
  return g_memdup2 (nn_integer_net_logits (net), IMAGES * subject->classes * sizeof (float));
}

/* How far apart the logits of one image are, as a share of their range. */
static double
distance (const float *a,
          const float *b,
          gsize        n)
{
  double worst = 0;
  double range = 1e-6;

  for (gsize i = 0; i < n; i++) {
    worst = fmax (worst, fabs ((double) a[i] - (double) b[i]));
    range = fmax (range, fabs ((double) b[i]));
  }
  return worst / range;
}

/* How many of the images have the simulation's logits. */
static gsize
count_agreeing (const char *text,
                const char *quantizer,
                int         bits)
{
  g_autoptr (Subject) subject = subject_new (text, quantizer, bits, 1);
  g_autofree float *simulated = simulated_logits (subject);
  g_autofree float *found = integer_logits (subject, NULL);
  gsize equal = 0;

  for (gsize i = 0; i < IMAGES; i++)
    equal += distance (found + i * subject->classes, simulated + i * subject->classes,
                       subject->classes) < 1e-4;
  g_test_message ("%s at %d bits: %" G_GSIZE_FORMAT " of %d images have the same logits",
                  quantizer, bits, equal, IMAGES);
  return equal;
}

/* At few bits a channel has few different sums: where one of them lies on a
 * boundary, it does so in many images. */
static void
check_all_agree (const char *const *texts,
                 gsize              n_texts)
{
  gsize equal = 0;
  gsize total = 0;

  for (gsize n = 0; n < n_texts; n++)
    for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits++)
      for (gsize q = 0; nn_weight_quantizer (q) != NULL; q++) {
        const gsize agreeing = count_agreeing (texts[n], nn_weight_quantizer (q)->name, bits);

        g_assert_cmpuint (agreeing, >=, IMAGES / 2);
        equal += agreeing;
        total += IMAGES;
      }
  g_assert_cmpfloat ((double) equal, >=, 0.99 * (double) total);
}

static void
test_logits_are_those_of_the_simulation (void)
{
  check_all_agree (networks, G_N_ELEMENTS (networks));
}

static void
test_logits_of_tiled_convolutions_are_those_of_the_simulation (void)
{
  check_all_agree (tiled_networks, G_N_ELEMENTS (tiled_networks));
}

static void
test_logits_of_residual_networks_are_those_of_the_simulation (void)
{
  check_all_agree (residual_networks, G_N_ELEMENTS (residual_networks));
}

/* Where both ways of an addition are codes, all of a residual network but its
 * first convolution and the means in front of its last layer is integers. */
static void
test_residual_blocks_stay_codes (void)
{
  g_autoptr (Subject) subject = subject_new (residual_networks[0], "dorefa", 4, 1);
  g_autoptr (NnIntegerNet) net = integer_net (subject->model, subject->pool, 1, NULL);
  const gsize last = nn_model_layer_count (subject->model) - 1;

  g_assert_cmpuint (nn_integer_net_integer_macs (net), ==,
                    nn_model_macs (subject->model) - nn_model_layer (subject->model, 0).macs
                    - nn_model_layer (subject->model, last).macs);
}

static void
check_kernels (const char *const *texts,
               gsize              n_texts)
{
  for (gsize n = 0; n < n_texts; n++)
    for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits += 3) {
      g_autoptr (Subject) subject = subject_new (texts[n], "dorefa", bits, 1);
      g_autofree float *expected = integer_logits (subject, "portable");

      for (gsize k = 0; nn_integer_kernel_name (k) != NULL; k++)
        if (nn_integer_kernel_available (k)) {
          g_autofree float *found = integer_logits (subject, nn_integer_kernel_name (k));

          fixture_check_same (nn_integer_kernel_name (k), found, expected,
                              IMAGES * subject->classes);
        }
    }
}

static void
test_all_kernels_give_the_same_bits (void)
{
  check_kernels (networks, G_N_ELEMENTS (networks));
  check_kernels (tiled_networks, G_N_ELEMENTS (tiled_networks));
  check_kernels (residual_networks, G_N_ELEMENTS (residual_networks));
}

static void
test_any_number_of_threads_gives_the_same_bits (void)
{
  g_autoptr (Subject) one = subject_new (networks[1], "dorefa", 4, 1);
  g_autoptr (Subject) three = subject_new (networks[1], "dorefa", 4, 3);
  g_autofree float *expected = integer_logits (one, NULL);
  g_autofree float *found = integer_logits (three, NULL);

  fixture_check_same ("logits", found, expected, IMAGES * one->classes);
}

static void
test_a_batch_equals_its_images_one_by_one (void)
{
  for (gsize n = 0; n < G_N_ELEMENTS (networks); n++) {
    g_autoptr (Subject) subject = subject_new (networks[n], "dorefa", 4, 2);
    g_autofree float *expected = integer_logits (subject, NULL);
    g_autoptr (NnIntegerNet) net = integer_net (subject->model, subject->pool, 1, NULL);

    for (gsize i = 0; i < IMAGES; i++) {
      memcpy (nn_integer_net_input (net), subject->x + i * subject->size,
              subject->size * sizeof (float));
      nn_integer_net_forward (net, 1);
      g_assert_cmpfloat (distance (nn_integer_net_logits (net), expected + i * subject->classes,
                                   subject->classes), <, 1e-4);
    }
  }
}

/* All but the first convolution, which reads floats. */
static void
test_the_share_on_integer_units_is_counted (void)
{
  g_autoptr (Subject) subject = subject_new (networks[0], "dorefa", 4, 1);
  g_autoptr (NnIntegerNet) net = integer_net (subject->model, subject->pool, 1, NULL);

  g_assert_cmpuint (nn_integer_net_integer_macs (net), ==,
                    nn_model_macs (subject->model) - nn_model_layer (subject->model, 0).macs);
  g_assert_cmpuint (nn_integer_net_capacity (net), ==, 1);
}

/* ---- trained networks ----------------------------------------------------------- */

/* Trains for a few steps, so that weights and clipping levels are not as they
 * were drawn. */
static void
train (NnModel        *model,
       const NnImages *images,
       NnPool         *pool,
       int             steps)
{
  NnTrainSettings settings = nn_train_settings_default ();
  NnStepMetrics metrics;
  NnError error = { NN_OK, "" };
  guint32 indices[32];

  settings.batch = G_N_ELEMENTS (indices);

  g_autoptr (NnTrainer) trainer = nn_trainer_new (model, pool, &settings, &error);

  g_assert_nonnull (trainer);
  for (int step = 0; step < steps; step++) {
    for (gsize i = 0; i < G_N_ELEMENTS (indices); i++)
      indices[i] = (guint32) (((gsize) step * G_N_ELEMENTS (indices) + i) % images->count);
    g_assert_cmpint (nn_trainer_step (trainer, images, indices, G_N_ELEMENTS (indices), 0.05,
                                      &metrics, &error), ==, NN_OK);
  }
}

static void
check_labels (const NnModel  *model,
              const NnImages *images,
              NnPool         *pool)
{
  g_autofree int *simulated = g_new (int, images->count);
  g_autofree int *found = g_new (int, images->count);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, 256);
  g_autoptr (NnIntegerNet) net = integer_net (model, pool, 256, NULL);
  NnEval eval = nn_eval_begin (exec, images, NULL, images->count, simulated);
  NnIntegerEval integer = nn_integer_eval_begin (net, images, images->count, found);

  while (nn_eval_step (&eval, 256))
    continue;
  while (nn_integer_eval_step (&integer))
    continue;
  g_assert_cmpuint (integer.done, ==, images->count);
  g_assert_cmpuint (integer.correct, ==, eval.correct);
  g_assert_cmpmem (found, images->count * sizeof (int), simulated, images->count * sizeof (int));
}

static void
test_labels_of_a_trained_network_are_those_of_the_simulation (void)
{
  g_autoptr (NnModel) model = fixture_network ("sgt-cnn-small", (NnShape) { 1, 28, 28 }, "pact");
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (Pictures) pictures = fixture_pictures ((NnShape) { 1, 28, 28 }, 300, 10);
  NnError error;

  for (int bits = 2; bits <= 4; bits++) {
    g_assert_cmpint (nn_model_set_bits (model, bits, bits, NN_EDGES_8_BITS, &error), ==, NN_OK);
    train (model, &pictures->images, pool, 20);
    check_labels (model, &pictures->images, pool);
  }
}

static void
test_labels_of_all_test_digits_are_those_of_the_simulation (void)
{
  g_autoptr (Digits) digits = digits_new ();
  g_autoptr (NnModel) model = fixture_network ("sgt-cnn-small", (NnShape) { 1, 28, 28 }, "pact");
  g_autoptr (NnPool) pool = fixture_pool (1);
  NnError error;

  if (digits == NULL)
    return;
  g_assert_cmpint (nn_model_set_bits (model, 4, 4, NN_EDGES_8_BITS, &error), ==, NN_OK);
  train (model, &digits->images, pool, 60);
  check_labels (model, &digits->images, pool);
}

/* ---- refusals ------------------------------------------------------------------- */

static void
check_refused (const NnModel *model,
               gsize          capacity,
               const char    *kernel,
               NnStatus       status,
               const char    *reason)
{
  g_autoptr (NnPool) pool = fixture_pool (1);
  NnError error = { NN_OK, "" };

  g_assert_null (nn_integer_net_new (model, pool, capacity, kernel, &error));
  g_assert_cmpint (error.status, ==, status);
  g_assert_nonnull (strstr (error.message, reason));
}

static void
test_networks_without_integer_layers_are_refused_with_the_reason (void)
{
  g_autoptr (NnModel) relu = small_network_new (FALSE, 1);
  g_autoptr (NnModel) pact = small_network_new (TRUE, 1);
  g_autoptr (NnModel) empty = fixture_model ("input channels=3 height=1 width=1\nrelu r\n", 1);

  fixture_set_bits (relu, 4, 4);
  check_refused (relu, 1, NULL, NN_ERROR_UNSUPPORTED, "does not come from a pact layer");
  fixture_set_bits (pact, NN_BITS_OFF, 4);
  check_refused (pact, 1, NULL, NN_ERROR_UNSUPPORTED, "full precision");
  fixture_set_bits (pact, 4, NN_BITS_CLIP);
  check_refused (pact, 1, NULL, NN_ERROR_UNSUPPORTED, "does not come from a pact layer");
  check_refused (empty, 1, NULL, NN_ERROR_UNSUPPORTED, "no weights");
}

static void
test_networks_that_diverged_are_refused (void)
{
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);

  fixture_set_bits (model, 4, 4);
  network_tensor (model, "act1.alpha").value[0] = 0;
  check_refused (model, 1, NULL, NN_ERROR_DIVERGED, "act1.alpha");
  network_tensor (model, "act1.alpha").value[0] = 1;
  network_tensor (model, "conv.weight").value[3] = NAN;
  check_refused (model, 1, NULL, NN_ERROR_DIVERGED, "conv.weight");
}

static void
test_other_mistakes_are_refused (void)
{
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);

  fixture_set_bits (model, 4, 4);
  check_refused (model, 1, "abacus", NN_ERROR_UNKNOWN_NAME, "abacus");
  check_refused (model, 0, NULL, NN_ERROR_RANGE, "1 to");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integer/logits", test_logits_are_those_of_the_simulation);
  g_test_add_func ("/integer/tiles",
                   test_logits_of_tiled_convolutions_are_those_of_the_simulation);
  g_test_add_func ("/integer/residual",
                   test_logits_of_residual_networks_are_those_of_the_simulation);
  g_test_add_func ("/integer/residual/share", test_residual_blocks_stay_codes);
  g_test_add_func ("/integer/kernels", test_all_kernels_give_the_same_bits);
  g_test_add_func ("/integer/threads", test_any_number_of_threads_gives_the_same_bits);
  g_test_add_func ("/integer/one-by-one", test_a_batch_equals_its_images_one_by_one);
  g_test_add_func ("/integer/share", test_the_share_on_integer_units_is_counted);
  g_test_add_func ("/integer/labels",
                   test_labels_of_a_trained_network_are_those_of_the_simulation);
  g_test_add_func ("/integer/digits", test_labels_of_all_test_digits_are_those_of_the_simulation);
  g_test_add_func ("/integer/refused",
                   test_networks_without_integer_layers_are_refused_with_the_reason);
  g_test_add_func ("/integer/diverged", test_networks_that_diverged_are_refused);
  g_test_add_func ("/integer/mistakes", test_other_mistakes_are_refused);
  return g_test_run ();
}
