/* test-whiten.c - filters from the patches of images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "nn/nn-whiten.h"

enum { CHANNELS = 3, HEIGHT = 9, WIDTH = 11, COUNT = 300, K = CHANNELS * 4 };

#define TEXT(out, settings) \
  "input channels=3 height=9 width=11\n" \
  "conv2d t out=" out " kernel=2 frozen=yes " settings "\n" \
  "gelu act\n" \
  "global-average-pool p\n"

typedef struct
{
  guint8   pixels[COUNT * CHANNELS * HEIGHT * WIDTH];
  guint8   labels[COUNT];
  NnImages images;
} Photographs;

/* Neighbouring pixels and channels are alike, as in photographs. */
static void
paint (Photographs *photographs)
{
  const gsize n = sizeof photographs->pixels;
  g_autofree float *noise = g_new (float, n + 64);

  fixture_normal (9, noise, n + 64);
  for (gsize i = 0; i < n; i++) {
    const gsize pixel = i % (HEIGHT * WIDTH) + i / (CHANNELS * HEIGHT * WIDTH) * (HEIGHT * WIDTH);
    const float shared = noise[pixel] + noise[pixel + 1] + noise[pixel + WIDTH];

    photographs->pixels[i] = (guint8) CLAMP (120 + 30 * shared + 8 * noise[n - i], 0, 255);
  }
  memset (photographs->labels, 0, sizeof photographs->labels);
  photographs->images = (NnImages) {
    .pixels = photographs->pixels, .labels = photographs->labels, .count = COUNT,
    .channels = CHANNELS, .height = HEIGHT, .width = WIDTH, .classes = 2,
    .mean = { 0.4f, 0.5f, 0.45f }, .std = { 0.2f, 0.25f, 0.22f },
  };
}

static void
whiten (NnModel           *model,
        const Photographs *photographs,
        double             epsilon)
{
  NnError error;

  if (nn_whiten_first_layer (model, &photographs->images, NULL, COUNT, epsilon, &error) != NN_OK)
    g_error ("%s", error.message);
}

/* The covariance of what filters [0, n) give on all patches. */
static void
output_covariance (const Photographs *photographs,
                   const float       *filters,
                   gsize              n,
                   double            *covariance)
{
  g_autofree float *x = g_new (float, CHANNELS * HEIGHT * WIDTH);
  double sums[2 * K] = { 0 };
  double patches = 0;

  memset (covariance, 0, sizeof (double) * n * n);
  for (guint32 image = 0; image < COUNT; image++) {
    nn_images_gather (&photographs->images, &image, 1, x, NULL);
    for (int row = 0; row + 1 < HEIGHT; row++)
      for (int column = 0; column + 1 < WIDTH; column++) {
        double y[2 * K] = { 0 };

        for (gsize f = 0; f < n; f++)
          for (int j = 0; j < K; j++)
            y[f] += (double) (filters[f * K + (gsize) j] *
                              x[(j / 4 * HEIGHT + row + j / 2 % 2) * WIDTH + column + j % 2]);
        for (gsize a = 0; a < n; a++) {
          sums[a] += y[a];
          for (gsize b = 0; b < n; b++)
            covariance[a * n + b] += y[a] * y[b];
        }
        patches++;
      }
  }
  for (gsize a = 0; a < n; a++)
    for (gsize b = 0; b < n; b++)
      covariance[a * n + b] = covariance[a * n + b] / patches -
                              sums[a] * sums[b] / (patches * patches);
}

static void
test_patches_become_uncorrelated_with_variance_one (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);
  g_autoptr (NnModel) model = fixture_model (TEXT ("24", "init=whiten"), 1);
  double covariance[K * K];

  paint (photographs);
  whiten (model, photographs, 0);
  output_covariance (photographs, nn_model_tensor (model, 0).value, K, covariance);
  for (int a = 0; a < K; a++)
    for (int b = 0; b < K; b++)
      g_assert_cmpfloat (fabs (covariance[a * K + b] - (a == b ? 1 : 0)), <, 2e-3);
}

static void
test_the_second_half_is_the_first_negated_and_the_bias_vanishes (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);
  g_autoptr (NnModel) model = fixture_model (TEXT ("24", "init=whiten"), 1);
  const float *weight = nn_model_tensor (model, 0).value;

  paint (photographs);
  whiten (model, photographs, NN_WHITEN_EPSILON);
  for (int i = 0; i < K * K; i++)
    g_assert_cmpfloat (weight[i + K * K], ==, -weight[i]);
  for (int i = 0; i < 2 * K; i++)
    g_assert_cmpfloat (nn_model_tensor (model, 1).value[i], ==, 0);
}

static void
test_fewer_filters_are_the_directions_of_largest_variance (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);
  g_autoptr (NnModel) all = fixture_model (TEXT ("24", "init=whiten"), 1);
  g_autoptr (NnModel) few = fixture_model (TEXT ("6", "init=whiten"), 1);
  const float *weight = nn_model_tensor (all, 0).value;
  double last = 0;

  paint (photographs);
  whiten (all, photographs, 0);
  whiten (few, photographs, 0);
  g_assert_cmpmem (nn_model_tensor (few, 0).value, 3 * K * sizeof (float),
                   weight, 3 * K * sizeof (float));
  /* 1 / length^2 is the variance. */
  for (int i = 0; i < K; i++) {
    double length = 0;

    for (int j = 0; j < K; j++)
      length += (double) (weight[i * K + j] * weight[i * K + j]);
    g_assert_cmpfloat (length, >=, last);
    last = length;
  }
}

static void
test_epsilon_bounds_what_is_constant (void)
{
  g_autofree Photographs *photographs = g_new0 (Photographs, 1);
  g_autoptr (NnModel) model = fixture_model (TEXT ("24", "init=whiten"), 1);

  paint (photographs);
  memset (photographs->pixels, 77, sizeof photographs->pixels);
  whiten (model, photographs, 0.01);
  for (int i = 0; i < 2 * K * K; i++)
    g_assert_cmpfloat (fabsf (nn_model_tensor (model, 0).value[i]), <=, 10.001f);
}

static void
test_the_same_images_give_the_same_bits_and_others_do_not (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);
  g_autoptr (NnModel) first = fixture_model (TEXT ("24", "init=whiten"), 1);
  g_autoptr (NnModel) second = fixture_model (TEXT ("24", "init=whiten"), 2);
  g_autoptr (NnModel) half = fixture_model (TEXT ("24", "init=whiten"), 1);
  const gsize bytes = 2 * K * K * sizeof (float);
  guint32 indices[COUNT / 2];
  NnError error;

  paint (photographs);
  for (guint32 i = 0; i < COUNT / 2; i++)
    indices[i] = COUNT - 1 - i;
  whiten (first, photographs, NN_WHITEN_EPSILON);
  whiten (second, photographs, NN_WHITEN_EPSILON);
  g_assert_cmpint (nn_whiten_first_layer (half, &photographs->images, indices, COUNT / 2,
                                          NN_WHITEN_EPSILON, &error), ==, NN_OK);
  g_assert_cmpmem (nn_model_tensor (first, 0).value, bytes,
                   nn_model_tensor (second, 0).value, bytes);
  g_assert_cmpint (memcmp (nn_model_tensor (first, 0).value, nn_model_tensor (half, 0).value,
                           bytes), !=, 0);
}

static void
test_networks_that_do_not_ask_for_it_stay_as_they_are (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);
  g_autoptr (NnModel) plain = fixture_model (TEXT ("24", ""), 1);
  g_autoptr (NnModel) before = fixture_model (TEXT ("24", ""), 1);
  g_autoptr (NnModel) wanted = fixture_model (TEXT ("24", "init=whiten"), 1);

  paint (photographs);
  g_assert_false (nn_whiten_wanted (plain));
  g_assert_true (nn_whiten_wanted (wanted));
  whiten (plain, photographs, NN_WHITEN_EPSILON);
  fixture_check_same ("plain", nn_model_parameters (plain), nn_model_parameters (before),
                      nn_model_arena_count (plain));
}

static void
check_refused (const char     *text,
               const NnImages *images,
               gsize           count,
               NnStatus        status,
               const char     *sentence)
{
  g_autoptr (NnModel) model = fixture_model (text, 1);
  NnError error = { NN_OK, "" };

  g_assert_cmpint (nn_whiten_first_layer (model, images, NULL, count, NN_WHITEN_EPSILON, &error),
                   ==, status);
  if (strstr (error.message, sentence) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error.message, sentence);
}

static void
test_filters_and_images_that_do_not_fit_are_refused_with_a_sentence (void)
{
  g_autofree Photographs *photographs = g_new (Photographs, 1);

  paint (photographs);
  check_refused (TEXT ("23", "init=whiten"), &photographs->images, COUNT, NN_ERROR_UNSUPPORTED,
                 "\"t\": whitening 12 values gives an even number of filters up to 24, not 23");
  check_refused (TEXT ("26", "init=whiten"), &photographs->images, COUNT, NN_ERROR_UNSUPPORTED,
                 "up to 24, not 26");
  check_refused (TEXT ("24", "init=whiten"), &photographs->images, 0, NN_ERROR_SHAPE, "no images");
  photographs->images.height = HEIGHT - 1;
  check_refused (TEXT ("24", "init=whiten"), &photographs->images, COUNT, NN_ERROR_SHAPE, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/whiten/identity", test_patches_become_uncorrelated_with_variance_one);
  g_test_add_func ("/whiten/negatives",
                   test_the_second_half_is_the_first_negated_and_the_bias_vanishes);
  g_test_add_func ("/whiten/largest", test_fewer_filters_are_the_directions_of_largest_variance);
  g_test_add_func ("/whiten/epsilon", test_epsilon_bounds_what_is_constant);
  g_test_add_func ("/whiten/same", test_the_same_images_give_the_same_bits_and_others_do_not);
  g_test_add_func ("/whiten/unwanted", test_networks_that_do_not_ask_for_it_stay_as_they_are);
  g_test_add_func ("/whiten/refused",
                   test_filters_and_images_that_do_not_fit_are_refused_with_a_sentence);
  return g_test_run ();
}
