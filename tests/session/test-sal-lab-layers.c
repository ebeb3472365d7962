/* test-sal-lab-layers.c - the lab says what some bits make of each layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <math.h>

#include "sal-requantize.h"

typedef struct
{
  gboolean            done;
  char               *message;
  guint               n_layers;
  SalLayerDescription layers[8];
} Told;

static void
layers_cb (const SalLayersAnswer *answer,
           gpointer               data)
{
  Told *told = data;

  told->message = g_strdup (answer->message);
  told->n_layers = MIN (answer->n_layers, G_N_ELEMENTS (told->layers));
  for (guint i = 0; i < told->n_layers; i++)
    told->layers[i] = answer->layers[i];
  told->done = TRUE;
}

static Told
ask (LabFixture  *self,
     SalLabModel *model,
     SalBits      bits)
{
  Told told = { FALSE };

  sal_lab_describe_layers (self->lab, "layers", model, bits, layers_cb, &told);
  lab_fixture_wait (&told.done);
  return told;
}

static void
test_each_layer_with_weights_is_told (LabFixture   *self,
                                      gconstpointer data)
{
  static const char *const names[] = { "conv1", "conv2", "fc" };
  static const int weight_bits[] = { 8, 3, 8 };
  const Told told = ask (self, self->pact, sal_bits_uniform (3, 4));

  g_assert_null (told.message);
  g_assert_cmpuint (told.n_layers, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < told.n_layers; i++) {
    g_assert_cmpstr (told.layers[i].name, ==, names[i]);
    g_assert_cmpint (told.layers[i].weight_bits, ==, weight_bits[i]);
  }
  g_assert_cmpint (told.layers[1].activation_bits, ==, 4);
  g_assert_cmpfloat_with_epsilon (told.layers[1].alpha, 0.8, 1e-6);
  g_assert_cmpint (told.layers[2].activation_layer, ==, -1);
}

/* Each bit halves the step between levels: some 6 dB, as long as rounding
 * outweighs the curve of tanh. */
static void
test_a_bit_is_worth_six_decibels (LabFixture   *self,
                                  gconstpointer data)
{
  const Told three = ask (self, self->pact, sal_bits_uniform (3, 4));
  const Told four = ask (self, self->pact, sal_bits_uniform (4, 4));

  g_assert_cmpfloat_with_epsilon (four.layers[1].weight_sqnr - three.layers[1].weight_sqnr,
                                  6.02, 1.0);
}

static void
test_full_precision_has_no_noise (LabFixture   *self,
                                  gconstpointer data)
{
  const Told told = ask (self, self->pact, sal_lab_model_get_full_bits (self->pact));

  g_assert_cmpint (told.layers[1].weight_bits, ==, NN_BITS_OFF);
  g_assert_true (isnan (told.layers[1].weight_sqnr));
}

/* A network without pact is given clipping levels when its activations are
 * to be rounded. */
static void
test_clipping_levels_are_calibrated (LabFixture   *self,
                                     gconstpointer data)
{
  const Told off = ask (self, self->relu, sal_bits_uniform (4, 0));
  const Told few = ask (self, self->relu, sal_bits_uniform (4, 4));

  g_assert_cmpfloat (off.layers[0].alpha, ==, 0.0);
  g_assert_cmpint (off.layers[0].activation_bits, ==, 0);
  g_assert_cmpfloat (few.layers[0].alpha, >, 0.0);
  g_assert_cmpint (few.layers[0].activation_bits, ==, 4);
}

static void
test_another_quantizer_has_another_grid (LabFixture   *self,
                                         gconstpointer data)
{
  SalBits bits = sal_bits_uniform (3, 4);
  const Told own = ask (self, self->pact, bits);

  bits.quantizer = nn_weight_quantizer_find ("sawb");

  const Told other = ask (self, self->pact, bits);

  g_assert_cmpfloat (other.layers[1].weight_sqnr, !=, own.layers[1].weight_sqnr);
  g_assert_cmpfloat (other.layers[1].alpha, ==, own.layers[1].alpha);
}

/* What the engine fits by itself, on the same images. */
static void
test_clipping_levels_are_fitted (LabFixture   *self,
                                 gconstpointer data)
{
  const SalRequantize how = { .refit_alpha = TRUE };
  const NnImages train = sal_lab_model_get_images (self->pact,
                                                   sal_dataset_get_train (self->dataset));
  SalBits bits = sal_bits_uniform (3, 3);
  g_autoptr (GError) error = NULL;
  NnError nn_error;
  NnModel *model = nn_model_copy (sal_lab_model_get_model (self->pact), &nn_error);

  g_assert_cmpint (nn_model_set_bits (model, 3, 3, NN_EDGES_8_BITS, &nn_error), ==, NN_OK);
  sal_requantize (&how, model, NULL, self->dataset, &train, self->pool, &error);
  g_assert_no_error (error);
  bits.refit_alpha = TRUE;

  const Told fitted = ask (self, self->pact, bits);
  const NnLayerInfo layer = nn_model_layer (model, (size_t) fitted.layers[0].activation_layer);

  g_assert_cmpfloat_with_epsilon (fitted.layers[0].alpha,
                                  *nn_model_tensor (model, (size_t) layer.alpha_tensor).value,
                                  1e-6);
  g_assert_cmpfloat (fabs (fitted.layers[0].alpha - 0.8), >, 1e-3);
  nn_model_free (model);
}

/* At full precision nothing is rounded: there is nothing to fit to. */
static void
test_fitting_means_nothing_without_rounding (LabFixture   *self,
                                             gconstpointer data)
{
  SalBits bits = sal_lab_model_get_full_bits (self->pact);

  bits.refit_alpha = TRUE;
  bits.reestimate = TRUE;

  const Told told = ask (self, self->pact, bits);

  g_assert_null (told.message);
  g_assert_cmpfloat_with_epsilon (told.layers[0].alpha, 0.8, 1e-6);
}

static void
test_impossible_bits_say_why (LabFixture   *self,
                              gconstpointer data)
{
  Told told = ask (self, self->pact, sal_bits_uniform (9, 4));

  g_assert_cmpuint (told.n_layers, ==, 0);
  g_assert_nonnull (told.message);
  g_free (told.message);
}

#define ADD(name) \
  g_test_add ("/session/lab-layers/" #name, LabFixture, NULL, lab_fixture_set_up, \
              test_ ## name, lab_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (each_layer_with_weights_is_told);
  ADD (a_bit_is_worth_six_decibels);
  ADD (full_precision_has_no_noise);
  ADD (clipping_levels_are_calibrated);
  ADD (another_quantizer_has_another_grid);
  ADD (clipping_levels_are_fitted);
  ADD (fitting_means_nothing_without_rounding);
  ADD (impossible_bits_say_why);
  return g_test_run ();
}
