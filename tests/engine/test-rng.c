/* test-rng.c - random numbers are a pure function of seed, stream and place
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-rng.h"

#include <glib.h>
#include <math.h>

/* Known answers of Philox4x32-10: counter, key and block as the authors of
 * the generator publish them. */
typedef struct
{
  guint32 counter[4];
  guint32 key[2];
  guint32 block[4];
} KnownAnswer;

static const KnownAnswer known_answers[] = {
  {
    { 0x00000000, 0x00000000, 0x00000000, 0x00000000 },
    { 0x00000000, 0x00000000 },
    { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 },
  },
  {
    { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
    { 0xffffffff, 0xffffffff },
    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd },
  },
  {
    { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
    { 0xa4093822, 0x299f31d0 },
    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 },
  },
};

static guint64
join (const guint32 *words)
{
  return words[0] | (guint64) words[1] << 32;
}

static void
test_blocks_are_the_published_ones (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_answers); i++) {
    const KnownAnswer *known = &known_answers[i];
    guint32 block[4];

    nn_rng_block (join (known->key), join (known->counter + 2), join (known->counter), block);
    g_assert_cmpmem (block, sizeof block, known->block, sizeof known->block);
  }
}

static void
test_streams_differ_in_purpose_step_and_sample (void)
{
  const guint64 streams[] = {
    nn_rng_stream (NN_RANDOM_DROPOUT, 7, 3),
    nn_rng_stream (NN_RANDOM_FILL, 7, 3),
    nn_rng_stream (NN_RANDOM_DROPOUT, 3, 7),
    nn_rng_stream (NN_RANDOM_DROPOUT, G_MAXUINT32, 3),
    nn_rng_stream (NN_RANDOM_DROPOUT, 7, 0xffffff),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++) {
    for (gsize j = 0; j < i; j++)
      g_assert_cmpuint (streams[i], !=, streams[j]);
  }
}

static void
test_words_are_the_blocks_one_after_another (void)
{
  enum { N = 203 };
  guint32 words[N];

  nn_rng_words (42, 99, words, N);
  for (gsize i = 0; i < N; i++) {
    guint32 block[4];

    nn_rng_block (42, 99, i / 4, block);
    g_assert_cmpuint (words[i], ==, block[i % 4]);
  }
}

static void
test_blocks_begin_anywhere (void)
{
  enum { FIRST = 5, N = 37 };
  guint32 words[4 * N];

  nn_rng_blocks (42, 99, FIRST, words, N);
  for (gsize i = 0; i < 4 * N; i++) {
    guint32 block[4];

    nn_rng_block (42, 99, FIRST + i / 4, block);
    g_assert_cmpuint (words[i], ==, block[i % 4]);
  }
}

static void
test_uniform_numbers_are_the_blocks_words (void)
{
  enum { N = 1003 };
  float out[N];

  nn_rng_uniform (42, 99, out, N);
  for (gsize i = 0; i < N; i++) {
    guint32 block[4];

    nn_rng_block (42, 99, i / 4, block);
    g_assert_cmpfloat (out[i], ==, (float) (block[i % 4] >> 8) / 16777216.0f);
  }
}

static void
test_a_shorter_request_is_a_beginning_of_a_longer_one (void)
{
  enum { N = 517 };
  float all[N];

  for (gsize n = 1; n < N; n += 37) {
    float some[N];

    nn_rng_normal (1, 2, all, N);
    nn_rng_normal (1, 2, some, n);
    g_assert_cmpmem (some, n * sizeof *some, all, n * sizeof *all);
    nn_rng_uniform (1, 2, all, N);
    nn_rng_uniform (1, 2, some, n);
    g_assert_cmpmem (some, n * sizeof *some, all, n * sizeof *all);
  }
}

/* Mean of x^power. */
static double
moment (const float *x,
        gsize        n,
        int          power)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += pow (x[i], power);
  return sum / (double) n;
}

static void
test_moments_are_those_of_the_distributions (void)
{
  enum { N = 200000 };
  g_autofree float *x = g_new (float, N);

  nn_rng_uniform (5, 6, x, N);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 1), 0.5, 0.004);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 2), 1.0 / 3, 0.004);

  nn_rng_normal (5, 6, x, N);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 1), 0, 0.012);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 2), 1, 0.02);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 3), 0, 0.05);
  g_assert_cmpfloat_with_epsilon (moment (x, N, 4), 3, 0.15);
}

static void
test_a_shuffle_is_a_permutation_named_by_its_seed (void)
{
  enum { N = 1000 };
  guint32 items[N], again[N], other[N];
  gboolean seen[N] = { FALSE };

  for (guint32 i = 0; i < N; i++)
    items[i] = again[i] = other[i] = i;
  nn_rng_shuffle (1, 0, items, N);
  nn_rng_shuffle (1, 0, again, N);
  nn_rng_shuffle (2, 0, other, N);

  for (gsize i = 0; i < N; i++) {
    g_assert_false (seen[items[i]]);
    seen[items[i]] = TRUE;
  }
  g_assert_cmpmem (items, sizeof items, again, sizeof again);
  g_assert_true (memcmp (items, other, sizeof items) != 0);
  nn_rng_shuffle (1, 0, items, 0);
}

static void
test_every_permutation_is_as_likely (void)
{
  enum { DRAWS = 24000 };
  int counts[64] = { 0 };

  for (guint64 seed = 0; seed < DRAWS; seed++) {
    guint32 items[] = { 0, 1, 2 };

    nn_rng_shuffle (seed, nn_rng_stream (NN_RANDOM_SHUFFLE, 0, 0), items, 3);
    counts[items[0] * 16 + items[1] * 4 + items[2]]++;
  }

  int kinds = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
    if (counts[i] == 0)
      continue;
    kinds++;
    /* Five standard deviations: sqrt (24000 / 6 * 5 / 6) = 58. */
    g_assert_cmpint (ABS (counts[i] - DRAWS / 6), <, 290);
  }
  g_assert_cmpint (kinds, ==, 6);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rng/blocks-are-the-published-ones", test_blocks_are_the_published_ones);
  g_test_add_func ("/rng/streams-differ-in-purpose-step-and-sample",
                   test_streams_differ_in_purpose_step_and_sample);
  g_test_add_func ("/rng/words-are-the-blocks-one-after-another",
                   test_words_are_the_blocks_one_after_another);
  g_test_add_func ("/rng/blocks-begin-anywhere", test_blocks_begin_anywhere);
  g_test_add_func ("/rng/uniform-numbers-are-the-blocks-words",
                   test_uniform_numbers_are_the_blocks_words);
  g_test_add_func ("/rng/a-shorter-request-is-a-beginning-of-a-longer-one",
                   test_a_shorter_request_is_a_beginning_of_a_longer_one);
  g_test_add_func ("/rng/moments-are-those-of-the-distributions",
                   test_moments_are_those_of_the_distributions);
  g_test_add_func ("/rng/a-shuffle-is-a-permutation-named-by-its-seed",
                   test_a_shuffle_is_a_permutation_named_by_its_seed);
  g_test_add_func ("/rng/every-permutation-is-as-likely", test_every_permutation_is_as_likely);
  return g_test_run ();
}
