/* test-recalibrate.c - clipping levels and statistics measured again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <math.h>
#include <string.h>

#include "small-network.h"

enum { IMAGES = 64, CLASSES = 3 };

static const NnShape shape = { .channels = 1, .height = 6, .width = 6 };

static const char pact_network[] =
  "input channels=1 height=6 width=6\n"
  "conv2d conv out=4\n"
  "pact act1\n"
  "flatten flat\n"
  "linear fc1 out=8\n"
  "pact act2\n"
  "linear fc2 out=3\n";

static const char norm_network[] =
  "input channels=1 height=6 width=6\n"
  "conv2d conv out=4\n"
  "batch-norm norm1\n"
  "pact act1\n"
  "flatten flat\n"
  "linear fc out=3\n";

static float *
tensor_value (NnModel    *model,
              const char *name,
              gsize      *n)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (g_str_equal (nn_model_tensor (model, i).name, name)) {
      *n = nn_model_tensor (model, i).count;
      return nn_model_tensor (model, i).value;
    }
  g_assert_not_reached ();
}

static float
alpha_of (NnModel    *model,
          const char *layer)
{
  g_autofree char *name = g_strconcat (layer, ".alpha", NULL);
  gsize n;

  return *tensor_value (model, name, &n);
}

static void
refit (NnModel        *model,
       const NnImages *images,
       int             threads)
{
  g_autoptr (NnPool) pool = fixture_pool (threads);
  NnError error;

  if (nn_refit_alpha (model, pool, images, NULL, images->count, &error) != NN_OK)
    g_error ("%s", error.message);
}

/* What one layer gets to see. */
typedef struct
{
  gsize   layer;
  GArray *values;
} Seen;

static void
observe (void        *data,
         gsize        layer,
         gsize        image,
         const float *values,
         gsize        n)
{
  Seen *seen = data;

  if (layer == seen->layer)
    g_array_append_vals (seen->values, values, (guint) n);
}

/* The squared difference between ReLU and PACT over those values. */
static double
squared_error (const GArray *values,
               int           bits,
               float         alpha)
{
  g_autofree float *y = g_new (float, values->len);
  double sum = 0;

  nn_pact_forward ((const float *) (gpointer) values->data, values->len, alpha, bits, y, NULL);
  for (guint i = 0; i < values->len; i++) {
    const double x = MAX (g_array_index (values, float, i), 0);

    sum += (x - y[i]) * (x - y[i]);
  }
  return sum;
}

/* Against all levels of a grid over the values themselves. */
static void
test_alpha_is_the_level_of_least_squared_error (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnPool) pool = fixture_pool (1);

  for (int bits = 2; bits <= 8; bits += 2) {
    g_autoptr (NnModel) model = fixture_model (pact_network, 1);
    g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (float));
    Seen seen = { 1, values };

    fixture_set_bits (model, 8, bits);
    refit (model, &pictures->images, 2);

    g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, IMAGES);

    nn_images_gather (&pictures->images, NULL, IMAGES, nn_exec_input (exec), NULL);
    nn_exec_observe (exec, 0, IMAGES, observe, &seen);

    const double found = squared_error (values, bits, alpha_of (model, "act1"));
    double least = INFINITY;

    for (float alpha = 0.01f; alpha < 4; alpha += 0.01f)
      least = MIN (least, squared_error (values, bits, alpha));
    g_assert_cmpuint (values->len, >, 0);
    g_assert_cmpfloat (found, <=, 1.02 * least);
  }
}

static void
test_fewer_bits_clip_lower (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  float last = INFINITY;

  for (int bits = 8; bits >= 2; bits -= 3) {
    g_autoptr (NnModel) model = fixture_model (pact_network, 1);

    fixture_set_bits (model, 8, bits);
    refit (model, &pictures->images, 1);
    g_assert_cmpfloat (alpha_of (model, "act1"), <, last);
    g_assert_cmpfloat (alpha_of (model, "act1"), >, 0);
    last = alpha_of (model, "act1");
  }
}

static void
test_refitting_changes_alphas_that_round_and_nothing_else (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnModel) model = fixture_model (pact_network, 1);
  NnError error;

  fixture_set_bits (model, 4, 4);
  g_assert_cmpint (nn_model_set_activation_bits (model, 4, NN_BITS_CLIP, &error), ==, NN_OK);

  g_autoptr (NnModel) before = nn_model_copy (model, &error);
  g_autoptr (NnModel) other = nn_model_copy (model, &error);

  refit (model, &pictures->images, 1);
  refit (other, &pictures->images, 3);
  g_assert_cmpfloat (alpha_of (model, "act1"), !=, NN_ALPHA_START);
  g_assert_cmpfloat (alpha_of (model, "act2"), ==, NN_ALPHA_START);
  fixture_check_same ("whatever the threads", nn_model_parameters (model),
                      nn_model_parameters (other), nn_model_arena_count (model));
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (tensor.role != NN_TENSOR_ALPHA)
      fixture_check_same (tensor.name, tensor.value, nn_model_tensor (before, i).value,
                          tensor.count);
  }
}

/* All inputs of act1 are negative: nothing to fit, and nothing to fail. */
static void
test_a_silent_layer_keeps_its_alpha (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnModel) model = fixture_model (pact_network, 1);
  gsize n;
  float *bias = tensor_value (model, "conv.bias", &n);

  for (gsize i = 0; i < n; i++)
    bias[i] = -1e6f;
  fixture_set_bits (model, 4, 4);
  refit (model, &pictures->images, 1);
  g_assert_cmpfloat (alpha_of (model, "act1"), ==, NN_ALPHA_START);
}

static void
test_what_cannot_be_measured_is_refused (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (pact_network, 1);
  const NnImages *images = &pictures->images;
  NnError error;

  fixture_set_bits (model, 4, NN_BITS_CLIP);
  g_assert_cmpint (nn_refit_alpha (model, pool, images, NULL, IMAGES, &error), ==,
                   NN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error.message, "no activation"));
  fixture_set_bits (model, 4, 4);
  g_assert_cmpint (nn_refit_alpha (model, pool, images, NULL, 0, &error), ==, NN_ERROR_RANGE);
  g_assert_cmpint (nn_reestimate_statistics (model, pool, images, NULL, IMAGES, 16, &error), ==,
                   NN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error.message, "batch norm"));
  nn_model_parameters (model)[0] = NAN;
  g_assert_cmpint (nn_refit_alpha (model, pool, images, NULL, IMAGES, &error), ==,
                   NN_ERROR_DIVERGED);
}

/* Two mini-batches: the mean of what each of them has, measured here from what
 * reaches the batch norm. */
static void
test_statistics_are_the_mean_of_the_mini_batches (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (norm_network, 1);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (float));
  Seen seen = { 1, values };
  const gsize plane = 16, channels = 4, batch = IMAGES / 2;
  NnError error;
  gsize n;

  fixture_set_bits (model, 4, 4);
  g_assert_cmpint (nn_reestimate_statistics (model, pool, &pictures->images, NULL, IMAGES, batch,
                                             &error), ==, NN_OK);

  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, IMAGES);

  nn_images_gather (&pictures->images, NULL, IMAGES, nn_exec_input (exec), NULL);
  nn_exec_observe (exec, 0, IMAGES, observe, &seen);
  g_assert_cmpuint (values->len, ==, IMAGES * channels * plane);

  const float *mean = tensor_value (model, "norm1.running_mean", &n);
  const float *variance = tensor_value (model, "norm1.running_var", &n);

  for (gsize c = 0; c < channels; c++) {
    double expected = 0;
    double spread = 0;

    for (gsize half = 0; half < 2; half++) {
      double sum = 0, squares = 0;

      for (gsize i = half * batch; i < (half + 1) * batch; i++)
        for (gsize p = 0; p < plane; p++) {
          const double x = g_array_index (values, float, (i * channels + c) * plane + p);

          sum += x;
          squares += x * x;
        }

      const double count = (double) (batch * plane);

      expected += sum / count / 2;
      spread += (squares - sum * sum / count) / (count - 1) / 2;
    }
    g_assert_cmpfloat_with_epsilon (mean[c], expected, 1e-5);
    g_assert_cmpfloat_with_epsilon (variance[c], spread, 1e-5);
  }
}

static void
test_statistics_that_are_not_finite_change_nothing (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, CLASSES);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (norm_network, 1);
  NnError error;

  pictures->images.mean[0] = NAN;

  g_autoptr (NnModel) before = nn_model_copy (model, &error);

  g_assert_cmpint (nn_reestimate_statistics (model, pool, &pictures->images, NULL, IMAGES, 16,
                                             &error), ==, NN_ERROR_DIVERGED);
  fixture_check_same ("parameters", nn_model_parameters (model), nn_model_parameters (before),
                      nn_model_arena_count (model));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recalibrate/alpha/least-error",
                   test_alpha_is_the_level_of_least_squared_error);
  g_test_add_func ("/recalibrate/alpha/fewer-bits", test_fewer_bits_clip_lower);
  g_test_add_func ("/recalibrate/alpha/nothing-else",
                   test_refitting_changes_alphas_that_round_and_nothing_else);
  g_test_add_func ("/recalibrate/alpha/silent", test_a_silent_layer_keeps_its_alpha);
  g_test_add_func ("/recalibrate/refused", test_what_cannot_be_measured_is_refused);
  g_test_add_func ("/recalibrate/statistics/mean",
                   test_statistics_are_the_mean_of_the_mini_batches);
  g_test_add_func ("/recalibrate/statistics/not-finite",
                   test_statistics_that_are_not_finite_change_nothing);
  return g_test_run ();
}
