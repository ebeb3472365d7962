/* test-sal-rng.c - the reader over the engine's random numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-rng.h"
#include "sal-rng.h"

#define N 200000

static void
test_words_are_the_engines (void)
{
  SalRng rng = sal_rng_start (11, SAL_RNG_GLYPH, 5);

  for (guint64 counter = 0; counter < 20; counter++) {
    guint32 block[4];

    nn_rng_block (11, sal_rng_stream (SAL_RNG_GLYPH, 5), counter, block);
    for (int i = 0; i < 4; i++)
      g_assert_cmpuint (sal_rng_word (&rng), ==, block[i]);
  }
}

static void
test_streams_differ (void)
{
  SalRng base = sal_rng_start (1, SAL_RNG_GLYPH, 1);
  SalRng other_seed = sal_rng_start (2, SAL_RNG_GLYPH, 1);
  SalRng other_purpose = sal_rng_start (1, SAL_RNG_SPLIT, 1);
  SalRng other_index = sal_rng_start (1, SAL_RNG_GLYPH, 2);
  const guint32 word = sal_rng_word (&base);

  g_assert_cmpuint (word, !=, sal_rng_word (&other_seed));
  g_assert_cmpuint (word, !=, sal_rng_word (&other_purpose));
  g_assert_cmpuint (word, !=, sal_rng_word (&other_index));
  /* Nor does the engine draw from this stream for what it does. */
  g_assert_cmpuint (sal_rng_stream (SAL_RNG_SPLIT, 0), >,
                    nn_rng_stream (NN_RANDOM_ORDER, G_MAXUINT32, 0xffffff));
}

static void
test_uniform_fills_its_range (void)
{
  SalRng rng = sal_rng_start (3, SAL_RNG_GLYPH, 0);
  double sum = 0.0;

  for (int i = 0; i < N; i++) {
    const double value = sal_rng_uniform (&rng, -2.0, 6.0);

    g_assert_cmpfloat (value, >=, -2.0);
    g_assert_cmpfloat (value, <, 6.0);
    sum += value;
  }
  g_assert_cmpfloat_with_epsilon (sum / N, 2.0, 0.03);
}

static void
test_below_is_fair (void)
{
  SalRng rng = sal_rng_start (4, SAL_RNG_GLYPH, 0);
  int counts[7] = { 0 };

  for (int i = 0; i < N; i++) {
    const guint32 value = sal_rng_below (&rng, 7);

    g_assert_cmpuint (value, <, 7);
    counts[value]++;
  }
  /* Five standard deviations. */
  for (int i = 0; i < 7; i++)
    g_assert_cmpfloat (fabs (counts[i] - N / 7.0), <, 5.0 * sqrt (N / 7.0));
}

static void
test_bell_has_mean_0_and_deviation_1 (void)
{
  SalRng rng = sal_rng_start (5, SAL_RNG_GLYPH, 0);
  double sum = 0.0;
  double squares = 0.0;

  for (int i = 0; i < N; i++) {
    const double value = sal_rng_bell (&rng);

    g_assert_cmpfloat (fabs (value), <=, 3.5);
    sum += value;
    squares += value * value;
  }
  g_assert_cmpfloat_with_epsilon (sum / N, 0.0, 0.012);
  g_assert_cmpfloat_with_epsilon (squares / N, 1.0, 0.015);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rng/words-are-the-engines", test_words_are_the_engines);
  g_test_add_func ("/rng/streams-differ", test_streams_differ);
  g_test_add_func ("/rng/uniform-fills-its-range", test_uniform_fills_its_range);
  g_test_add_func ("/rng/below-is-fair", test_below_is_fair);
  g_test_add_func ("/rng/bell-has-mean-0-and-deviation-1", test_bell_has_mean_0_and_deviation_1);
  return g_test_run ();
}
