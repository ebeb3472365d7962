/* test-mask.c - pixels are ranked and replaced as the header says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-mask.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "nn/nn-rng.h"

static void
check_order (const float   *scores,
             gsize          n,
             gboolean       descending,
             const guint32 *expected)
{
  g_autofree guint32 *order = g_new (guint32, n);
  g_autofree guint32 *scratch = g_new (guint32, 2 * n);

  nn_mask_order (scores, n, descending, order, scratch);
  g_assert_cmpmem (order, n * sizeof *order, expected, n * sizeof *expected);
}

static void
test_order_is_ascending_with_lowest_index_first_among_equals (void)
{
  const float scores[] = { 2, -1, 2, 0, -1, 1e30f, -1e30f };
  const guint32 expected[] = { 6, 1, 4, 3, 0, 2, 5 };

  check_order (scores, G_N_ELEMENTS (scores), FALSE, expected);
}

static void
test_descending_turns_the_scores_but_not_the_rule_for_equals (void)
{
  const float scores[] = { 2, -1, 2, 0, -1, 1e30f, -1e30f };
  const guint32 expected[] = { 5, 0, 2, 3, 1, 4, 6 };

  check_order (scores, G_N_ELEMENTS (scores), TRUE, expected);
}

static void
test_the_two_zeros_are_equal_and_tiny_numbers_are_not (void)
{
  const float scores[] = { 0.0f, -0.0f, 1e-45f, 0.0f, -1e-45f, INFINITY, -INFINITY };
  const guint32 ascending[] = { 6, 4, 0, 1, 3, 2, 5 };
  const guint32 descending[] = { 5, 2, 0, 1, 3, 4, 6 };

  check_order (scores, G_N_ELEMENTS (scores), FALSE, ascending);
  check_order (scores, G_N_ELEMENTS (scores), TRUE, descending);
}

/* With few distinct values, so that there are many ties. */
static void
test_long_orders_are_sorted_permutations (void)
{
  enum { N = 5000 };
  g_autofree float *scores = g_new (float, N);
  g_autofree guint32 *order = g_new (guint32, N);
  g_autofree guint32 *scratch = g_new (guint32, 2 * N);

  nn_rng_normal (1, 1, scores, N);
  for (gsize i = 0; i < N; i++)
    scores[i] = roundf (scores[i] * 100) / 100;
  nn_mask_order (scores, N, false, order, scratch);
  for (gsize i = 1; i < N; i++) {
    g_assert_cmpuint (order[i], <, N);
    g_assert_true (scores[order[i - 1]] < scores[order[i]]
                   || (scores[order[i - 1]] == scores[order[i]] && order[i - 1] < order[i]));
  }
}

static void
test_no_scores_have_an_empty_order (void)
{
  guint32 none[1];

  nn_mask_order (NULL, 0, false, none, none);
}

/* Two channels of two pixels. */
static const NnShape two_by_two = { .channels = 2, .height = 1, .width = 2 };
static const float two_maps[] = { 1, -4, -3, 2 };

static void
test_scores_are_channel_means (void)
{
  float scores[2];

  nn_mask_scores (two_maps, two_by_two, NN_RANKING_MAGNITUDE, scores);
  g_assert_cmpfloat (scores[0], ==, 2);
  g_assert_cmpfloat (scores[1], ==, 3);
  nn_mask_scores (two_maps, two_by_two, NN_RANKING_SIGNED, scores);
  g_assert_cmpfloat (scores[0], ==, -1);
  g_assert_cmpfloat (scores[1], ==, -1);
}

static void
test_a_random_order_is_a_permutation_named_by_seed_and_sample (void)
{
  enum { N = 100 };
  guint32 order[N], again[N], other[N];
  gboolean seen[N] = { FALSE };

  nn_mask_random_order (N, 5, 1, order);
  nn_mask_random_order (N, 5, 1, again);
  nn_mask_random_order (N, 5, 2, other);
  g_assert_cmpmem (order, sizeof order, again, sizeof again);
  g_assert_true (memcmp (order, other, sizeof order) != 0);
  for (gsize i = 0; i < N; i++) {
    g_assert_false (seen[order[i]]);
    seen[order[i]] = TRUE;
  }
}

/* Three colours of 2 x 3 pixels, all different. */
enum { COLOURS = 3, PIXELS = 6, VALUES = COLOURS * PIXELS };

static const NnShape colour_shape = { .channels = COLOURS, .height = 2, .width = 3 };
static const float black[COLOURS] = { -7, -8, -9 };
static const guint32 colour_order[PIXELS] = { 4, 1, 5, 0, 2, 3 };

static void
draw_image (float *x)
{
  for (int i = 0; i < VALUES; i++)
    x[i] = (float) (i * i) / 10;
}

/* What pixel of channel `c` of image x may become. */
static void
check_fill (NnFill       fill,
            const float *x,
            int          c,
            float        value)
{
  const float *channel = x + c * PIXELS;
  double mean = 0;

  for (int p = 0; p < PIXELS; p++)
    mean += channel[p] / PIXELS;
  switch (fill) {
  case NN_FILL_UNIFORM:
    g_assert_cmpfloat (value, >=, channel[0]);
    g_assert_cmpfloat (value, <=, channel[PIXELS - 1]);
    break;

  case NN_FILL_MEAN:
    g_assert_cmpfloat_with_epsilon (value, mean, 1e-5);
    break;

  case NN_FILL_BACKGROUND:
    g_assert_cmpfloat (value, ==, channel[0]);
    break;

  default:
    g_assert_cmpfloat (value, ==, black[c]);
    break;
  }
}

static void
test_masking_replaces_the_first_of_the_order_in_all_colours (void)
{
  float x[VALUES], masked[VALUES], in_place[VALUES];

  draw_image (x);
  for (NnFill fill = 0; fill < NN_N_FILLS; fill++) {
    for (gsize count = 0; count <= PIXELS; count++) {
      memcpy (in_place, x, sizeof x);
      nn_mask_apply (x, colour_shape, colour_order, count, fill, black, 1, 2, 3, masked);
      nn_mask_apply (in_place, colour_shape, colour_order, count, fill, black, 1, 2, 3, in_place);
      g_assert_cmpmem (masked, sizeof masked, in_place, sizeof in_place);
      for (int c = 0; c < COLOURS; c++) {
        for (gsize rank = 0; rank < PIXELS; rank++) {
          const gsize at = (gsize) c * PIXELS + colour_order[rank];

          if (rank < count)
            check_fill (fill, x, c, masked[at]);
          else
            g_assert_cmpfloat (masked[at], ==, x[at]);
        }
      }
    }
  }
}

static void
test_noise_is_named_and_nested (void)
{
  float x[VALUES], some[VALUES], more[VALUES], other[VALUES];

  draw_image (x);
  nn_mask_apply (x, colour_shape, colour_order, 3, NN_FILL_UNIFORM, black, 1, 2, 3, some);
  nn_mask_apply (x, colour_shape, colour_order, 6, NN_FILL_UNIFORM, black, 1, 2, 3, more);
  nn_mask_apply (x, colour_shape, colour_order, 6, NN_FILL_UNIFORM, black, 1, 2, 4, other);
  for (int c = 0; c < COLOURS; c++) {
    for (gsize rank = 0; rank < 3; rank++) {
      const gsize at = (gsize) c * PIXELS + colour_order[rank];

      g_assert_cmpfloat (some[at], ==, more[at]);
      g_assert_cmpfloat (some[at], !=, other[at]);
    }
  }
}

static void
test_colours_get_noise_of_their_own (void)
{
  float x[VALUES], masked[VALUES];

  for (int i = 0; i < VALUES; i++)
    x[i] = (float) (i % PIXELS);
  nn_mask_apply (x, colour_shape, colour_order, PIXELS, NN_FILL_UNIFORM, black, 1, 2, 3, masked);
  for (int p = 0; p < PIXELS; p++) {
    g_assert_cmpfloat (masked[p], !=, masked[PIXELS + p]);
    g_assert_cmpfloat (masked[p], !=, masked[2 * PIXELS + p]);
  }
}

static void
test_names_are_unique_and_end (void)
{
  for (NnFill fill = 0; fill < NN_N_FILLS; fill++) {
    g_assert_nonnull (nn_fill_title (fill));
    for (NnFill other = 0; other < fill; other++)
      g_assert_cmpstr (nn_fill_name (fill), !=, nn_fill_name (other));
  }
  g_assert_null (nn_fill_name (NN_N_FILLS));
  g_assert_null (nn_fill_title (NN_N_FILLS));
  g_assert_cmpstr (nn_ranking_name (NN_RANKING_MAGNITUDE), ==, "magnitude");
  g_assert_cmpstr (nn_ranking_name (NN_RANKING_SIGNED), ==, "signed");
  g_assert_nonnull (nn_ranking_title (NN_RANKING_SIGNED));
  g_assert_null (nn_ranking_name (NN_RANKING_SIGNED + 1));
  g_assert_null (nn_ranking_title (NN_RANKING_SIGNED + 1));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/order-is-ascending-with-lowest-index-first-among-equals",
                   test_order_is_ascending_with_lowest_index_first_among_equals);
  g_test_add_func ("/mask/descending-turns-the-scores-but-not-the-rule-for-equals",
                   test_descending_turns_the_scores_but_not_the_rule_for_equals);
  g_test_add_func ("/mask/the-two-zeros-are-equal-and-tiny-numbers-are-not",
                   test_the_two_zeros_are_equal_and_tiny_numbers_are_not);
  g_test_add_func ("/mask/long-orders-are-sorted-permutations",
                   test_long_orders_are_sorted_permutations);
  g_test_add_func ("/mask/no-scores-have-an-empty-order", test_no_scores_have_an_empty_order);
  g_test_add_func ("/mask/scores-are-channel-means", test_scores_are_channel_means);
  g_test_add_func ("/mask/a-random-order-is-a-permutation-named-by-seed-and-sample",
                   test_a_random_order_is_a_permutation_named_by_seed_and_sample);
  g_test_add_func ("/mask/masking-replaces-the-first-of-the-order-in-all-colours",
                   test_masking_replaces_the_first_of_the_order_in_all_colours);
  g_test_add_func ("/mask/noise-is-named-and-nested", test_noise_is_named_and_nested);
  g_test_add_func ("/mask/colours-get-noise-of-their-own", test_colours_get_noise_of_their_own);
  g_test_add_func ("/mask/names-are-unique-and-end", test_names_are_unique_and_end);
  return g_test_run ();
}
