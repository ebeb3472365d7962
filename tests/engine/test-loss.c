/* test-loss.c - losses agree with closed forms, slopes and golden vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-loss.h"

#include <glib.h>
#include <math.h>

#include "golden.h"
#include "nn/nn-rng.h"

static const float no_opinion[] = { 3, 3, 3, 3 };
/* Probabilities 1/2, 1/4, 1/8, 1/8. */
static const float halves[] = { 3 * G_LN2, 2 * G_LN2, G_LN2, G_LN2 };

static void
test_softmax_is_a_share_of_exponentials (void)
{
  float p[4];

  nn_softmax (halves, 1, 4, p);
  g_assert_cmpfloat_with_epsilon (p[0], 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[1], 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[2], 0.125, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[3], 0.125, 1e-6);
}

static void
test_softmax_survives_large_logits_and_works_in_place (void)
{
  float p[] = { 1e4f, 1e4f, -1e4f, 0 };

  nn_softmax (p, 2, 2, p);
  g_assert_cmpfloat (p[0], ==, 0.5f);
  g_assert_cmpfloat (p[1], ==, 0.5f);
  g_assert_cmpfloat (p[2], ==, 0);
  g_assert_cmpfloat (p[3], ==, 1);
}

static void
test_cross_entropy_of_no_opinion_is_log_classes (void)
{
  const int labels[] = { 2 };

  g_assert_cmpfloat_with_epsilon (nn_cross_entropy (no_opinion, labels, 1, 4, 0, 1, NULL),
                                  log (4), 1e-9);
  g_assert_cmpfloat_with_epsilon (nn_cross_entropy (no_opinion, labels, 1, 4, 0.3, 1, NULL),
                                  log (4), 1e-9);
}

static void
test_cross_entropy_with_smoothing_mixes_all_classes (void)
{
  const int labels[] = { 0 };
  const double nats[] = { G_LN2, 2 * G_LN2, 3 * G_LN2, 3 * G_LN2 };
  const double mean = (nats[0] + nats[1] + nats[2] + nats[3]) / 4;

  g_assert_cmpfloat_with_epsilon (nn_cross_entropy (halves, labels, 1, 4, 0, 1, NULL),
                                  nats[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (nn_cross_entropy (halves, labels, 1, 4, 0.2, 1, NULL),
                                  0.8 * nats[0] + 0.2 * mean, 1e-6);
}

static void
test_kl_divergence_from_no_opinion_is_missing_entropy (void)
{
  /* Entropy of (1/2, 1/4, 1/8, 1/8) is 7/4 bits, of no opinion 2 bits. */
  g_assert_cmpfloat_with_epsilon (nn_kl_divergence (halves, no_opinion, 1, 4, 1, NULL, NULL),
                                  0.25 * G_LN2, 1e-6);
  g_assert_cmpfloat_with_epsilon (nn_kl_divergence (halves, halves, 1, 4, 1, NULL, NULL),
                                  0, 1e-12);
}

static void
test_losses_that_are_not_finite_are_nan (void)
{
  const float broken[] = { 1, NAN, 0, INFINITY };
  const int labels[] = { 0, 0 };

  for (gsize i = 0; i < 2; i++) {
    g_assert_true (isnan (nn_cross_entropy (broken + 2 * i, labels, 1, 2, 0, 1, NULL)));
    g_assert_true (isnan (nn_kl_divergence (broken + 2 * i, halves, 1, 2, 1, NULL, NULL)));
  }
}

static void
test_correct_counts_take_the_lowest_index_on_ties (void)
{
  const float logits[] = { 1, 2, 2, 0, 0, 0, -3, -2, -1 };
  const int labels[] = { 2, 0, 2 };

  g_assert_cmpint (nn_argmax (logits, 3), ==, 1);
  g_assert_cmpuint (nn_count_correct (logits, labels, 3, 3), ==, 2);
}

enum { ROWS = 5, CLASSES = 7, VALUES = ROWS * CLASSES };

/* Random logits, those of a masked input and labels. */
typedef struct
{
  float logits[VALUES];
  float masked[VALUES];
  int   labels[ROWS];
} Batch;

static Batch
draw_batch (void)
{
  Batch batch;

  nn_rng_normal (1, 1, batch.logits, VALUES);
  nn_rng_normal (1, 2, batch.masked, VALUES);
  for (int i = 0; i < ROWS; i++)
    batch.labels[i] = (3 * i) % CLASSES;
  return batch;
}

/* A loss as a function of a batch alone. */
typedef double (*Loss) (const Batch *batch);

static double
smoothed (const Batch *batch)
{
  return nn_cross_entropy (batch->logits, batch->labels, ROWS, CLASSES, 0.1, 1, NULL);
}

static double
divergence (const Batch *batch)
{
  return nn_kl_divergence (batch->logits, batch->masked, ROWS, CLASSES, 1, NULL, NULL);
}

/* `gradient` must be 1 + weight * slope of `loss` at batch->values. */
static void
check_slopes (Loss         loss,
              Batch       *batch,
              float       *values,
              double       weight,
              const float *gradient)
{
  for (gsize i = 0; i < VALUES; i++) {
    const float before = values[i];
    const float step = 1.0f / 128;

    values[i] = before + step;
    const double above = loss (batch);
    values[i] = before - step;
    const double below = loss (batch);
    values[i] = before;
    g_assert_cmpfloat_with_epsilon (gradient[i], 1 + weight * (above - below) / (2 * step), 1e-4);
  }
}

static void
fill_ones (float *values)
{
  for (gsize i = 0; i < VALUES; i++)
    values[i] = 1;
}

static void
test_gradients_are_the_slopes_of_the_losses (void)
{
  Batch batch = draw_batch ();
  float gradient[VALUES], masked_gradient[VALUES];

  fill_ones (gradient);
  nn_cross_entropy (batch.logits, batch.labels, ROWS, CLASSES, 0.1, 2.5, gradient);
  check_slopes (smoothed, &batch, batch.logits, 2.5, gradient);

  fill_ones (gradient);
  fill_ones (masked_gradient);
  nn_kl_divergence (batch.logits, batch.masked, ROWS, CLASSES, 2.5, gradient, masked_gradient);
  check_slopes (divergence, &batch, batch.logits, 2.5, gradient);
  check_slopes (divergence, &batch, batch.masked, 2.5, masked_gradient);
}

static void
test_golden_cross_entropy (void)
{
  g_autoptr (Golden) golden = golden_open ("losses.safetensors");
  const struct { double smoothing; const char *loss; const char *gradient; } cases[] = {
    { 0, "ce", "dce" },
    { 0.1, "ce_smooth0.1", "dce_smooth0.1" },
  };

  if (golden == NULL)
    return;

  gsize n, values;
  const gint32 *labels = golden_ints (golden, "labels", &n);
  const float *logits = golden_floats (golden, "logits", &values);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree float *gradient = g_new0 (float, values);
    const double loss = nn_cross_entropy (logits, labels, n, (int) (values / n),
                                          cases[i].smoothing, 1, gradient);

    golden_compare_scalar (golden, cases[i].loss, loss);
    golden_compare (golden, cases[i].gradient, GOLDEN_EVERY, gradient, values);
  }
}

static void
test_golden_kl_divergence (void)
{
  g_autoptr (Golden) golden = golden_open ("losses.safetensors");

  if (golden == NULL)
    return;

  gsize n, values;

  golden_ints (golden, "labels", &n);

  const float *logits = golden_floats (golden, "logits", &values);
  const float *masked = golden_floats (golden, "logits_masked", NULL);
  g_autofree float *gradient = g_new0 (float, values);
  g_autofree float *masked_gradient = g_new0 (float, values);

  golden_compare_scalar (golden, "kl",
                         nn_kl_divergence (logits, masked, n, (int) (values / n), 1,
                                           gradient, masked_gradient));
  golden_compare (golden, "dkl_logits", GOLDEN_EVERY, gradient, values);
  golden_compare (golden, "dkl_logits_masked", GOLDEN_EVERY, masked_gradient, values);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/softmax-is-a-share-of-exponentials",
                   test_softmax_is_a_share_of_exponentials);
  g_test_add_func ("/loss/softmax-survives-large-logits-and-works-in-place",
                   test_softmax_survives_large_logits_and_works_in_place);
  g_test_add_func ("/loss/cross-entropy-of-no-opinion-is-log-classes",
                   test_cross_entropy_of_no_opinion_is_log_classes);
  g_test_add_func ("/loss/cross-entropy-with-smoothing-mixes-all-classes",
                   test_cross_entropy_with_smoothing_mixes_all_classes);
  g_test_add_func ("/loss/kl-divergence-from-no-opinion-is-missing-entropy",
                   test_kl_divergence_from_no_opinion_is_missing_entropy);
  g_test_add_func ("/loss/losses-that-are-not-finite-are-nan",
                   test_losses_that_are_not_finite_are_nan);
  g_test_add_func ("/loss/correct-counts-take-the-lowest-index-on-ties",
                   test_correct_counts_take_the_lowest_index_on_ties);
  g_test_add_func ("/loss/gradients-are-the-slopes-of-the-losses",
                   test_gradients_are_the_slopes_of_the_losses);
  g_test_add_func ("/loss/golden-cross-entropy", test_golden_cross_entropy);
  g_test_add_func ("/loss/golden-kl-divergence", test_golden_kl_divergence);
  return g_test_run ();
}
