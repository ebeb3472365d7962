/* test-initialise.c - how the weights of a convolution start
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"

/* A model of one convolution, its weights drawn from `seed`. */
static NnModel *
convolution (const char *settings,
             int         channels,
             guint64     seed)
{
  g_autofree char *text = g_strdup_printf ("input channels=%d height=7 width=7\n"
                                           "conv2d t %s\n"
                                           "global-average-pool p\n", channels, settings);

  return fixture_model (text, seed);
}

static void
test_the_default_is_uniform_and_is_left_out_of_the_text (void)
{
  g_autoptr (NnModel) plain = convolution ("out=6", 3, 1);
  g_autoptr (NnModel) given = convolution ("out=6 init=uniform", 3, 1);

  g_assert_cmpstr (nn_model_text (plain), ==, nn_model_text (given));
  g_assert_cmpmem (nn_model_parameters (plain), nn_model_arena_count (plain) * sizeof (float),
                   nn_model_parameters (given), nn_model_arena_count (given) * sizeof (float));
}

static void
test_kaiming_is_normal_with_two_over_fan_in (void)
{
  g_autoptr (NnModel) model = convolution ("out=512 init=kaiming", 4, 3);
  const NnTensor weight = nn_model_tensor (model, 0);
  const double n = (double) weight.count;
  const double variance = 2.0 / (4 * 9);
  double sum = 0;
  double squares = 0;
  gsize beyond_two = 0;

  for (gsize i = 0; i < weight.count; i++) {
    const double w = (double) weight.value[i];

    sum += w;
    squares += w * w;
    beyond_two += w * w > 4 * variance;
  }
  /* Five standard errors each; 4.55 % lie beyond two deviations. */
  g_assert_cmpfloat (fabs (sum / n), <, 5 * sqrt (variance / n));
  g_assert_cmpfloat (fabs (squares / n / variance - 1), <, 5 * sqrt (2 / n));
  g_assert_cmpfloat (fabs ((double) beyond_two / n - 0.0455), <, 5 * sqrt (0.0455 / n));
}

static void
test_biases_do_not_depend_on_how_weights_are_drawn (void)
{
  g_autoptr (NnModel) uniform = convolution ("out=6", 3, 1);
  g_autoptr (NnModel) kaiming = convolution ("out=6 init=kaiming", 3, 1);

  g_assert_cmpmem (nn_model_tensor (uniform, 1).value, 6 * sizeof (float),
                   nn_model_tensor (kaiming, 1).value, 6 * sizeof (float));
}

/* The identity on as many channels as both sides have; the rest as uniform. */
static void
check_dirac (int channels,
             int out,
             int kernel)
{
  g_autofree char *settings = g_strdup_printf ("out=%d kernel=%d", out, kernel);
  g_autofree char *with = g_strconcat (settings, " init=dirac", NULL);
  g_autoptr (NnModel) dirac = convolution (with, channels, 5);
  g_autoptr (NnModel) uniform = convolution (settings, channels, 5);
  const float *found = nn_model_tensor (dirac, 0).value;
  const float *drawn = nn_model_tensor (uniform, 0).value;

  for (int o = 0; o < out; o++)
    for (int c = 0; c < channels; c++)
      for (int i = 0; i < kernel; i++)
        for (int j = 0; j < kernel; j++) {
          const int at = ((o * channels + c) * kernel + i) * kernel + j;
          const gboolean one = o == c && i == kernel / 2 && j == kernel / 2;

          g_assert_cmpfloat (found[at], ==, o >= channels ? drawn[at] : one ? 1 : 0);
        }
}

static void
test_dirac_passes_the_first_channels_on (void)
{
  check_dirac (2, 5, 3);
  check_dirac (4, 2, 3);
  check_dirac (3, 3, 1);
  check_dirac (3, 4, 2);
}

static void
test_a_dirac_convolution_computes_its_input (void)
{
  const char *text = "input channels=2 height=5 width=4\n"
                     "conv2d t out=2 padding=1 init=dirac\n"
                     "flatten flat\n";
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, 1);

  memset (nn_model_tensor (model, 1).value, 0, 2 * sizeof (float));
  fixture_normal (1, nn_exec_input (exec), 40);
  nn_exec_prepare (exec);
  nn_exec_forward (exec, 0, 1, NULL);
  for (gsize i = 0; i < 40; i++)
    g_assert_cmpfloat (nn_exec_logits (exec)[i], ==, nn_exec_input (exec)[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initialise/uniform", test_the_default_is_uniform_and_is_left_out_of_the_text);
  g_test_add_func ("/initialise/kaiming", test_kaiming_is_normal_with_two_over_fan_in);
  g_test_add_func ("/initialise/bias", test_biases_do_not_depend_on_how_weights_are_drawn);
  g_test_add_func ("/initialise/dirac", test_dirac_passes_the_first_channels_on);
  g_test_add_func ("/initialise/identity", test_a_dirac_convolution_computes_its_input);
  return g_test_run ();
}
