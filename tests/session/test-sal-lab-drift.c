/* test-sal-lab-drift.c - how far images move between full precision and bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <math.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"

typedef struct
{
  guint n_answers;
  gsize done;
  gsize total;
  float*drift;
  guint8*flipped;
  char*message;
  gboolean finished;
} Drift;

static void
drift_cb (const SalDriftAnswer*answer,
          gpointer             data)
{
  Drift*drift = data;

  drift->n_answers++;
  drift->message = g_strdup (answer->message);
  drift->done = answer->done;
  drift->total = answer->total;
  g_free (drift->drift);
  g_free (drift->flipped);
  drift->drift = g_memdup2 (answer->drift, answer->total * sizeof *answer->drift);
  drift->flipped = g_memdup2 (answer->flipped, answer->total);
  drift->finished = answer->message != NULL || answer->done == answer->total;
}

static Drift
measure (LabFixture *self,
         SalLabModel*model,
         int         bits,
         const char *method)
{
  Drift drift = { 0 };

  sal_lab_measure_drift (self->lab, "drift", model, sal_bits_uniform (bits, bits), method,
                         drift_cb, &drift);
  lab_fixture_wait (&drift.finished);
  return drift;
}

static void
clear (Drift*drift)
{
  g_free (drift->drift);
  g_free (drift->flipped);
  g_free (drift->message);
}

static void
predict (LabFixture*self,
         int        weight_bits,
         int        activation_bits,
         gsize      n,
         float     *p)
{
  LabNetwork network = lab_fixture_prepare (self, sal_lab_model_get_model (self->pact),
                                            weight_bits, activation_bits);
  const NnImages*test = sal_dataset_get_test (self->dataset);
  g_autofree float*x = g_new (float, nn_images_stride (test));

  for (guint32 i = 0; i < n; i++) {
    nn_images_gather (test, &i, 1, x, NULL);
    nn_predict (network.exec, x, 1, p + i * (gsize) test->classes);
  }
  lab_fixture_clear (&network);
}

/* Half the sum of the differences of the engine's own probabilities. */
static void
test_probabilities (LabFixture   *self,
                    gconstpointer data)
{
  enum { N = 64 };
  const gsize classes = (gsize) sal_dataset_get_test (self->dataset)->classes;
  g_autofree float*full = g_new (float, N * classes);
  g_autofree float*moved = g_new (float, N * classes);
  Drift drift = measure (self, self->pact, 2, NULL);

  g_assert_null (drift.message);
  g_assert_cmpuint (drift.total, ==, LAB_FIXTURE_TEST);
  predict (self, NN_BITS_OFF, NN_BITS_CLIP, N, full);
  predict (self, 2, 2, N, moved);
  for (gsize i = 0; i < N; i++) {
    const float*p = full + i * classes;
    const float*q = moved + i * classes;
    double sum = 0;

    for (gsize c = 0; c < classes; c++)
      sum += fabs (p[c] - q[c]) / 2;
    g_assert_cmpfloat_with_epsilon (drift.drift[i], sum, 1e-4);
    if (drift.flipped[i] != (nn_argmax (p, (int) classes) != nn_argmax (q, (int) classes)))
      g_assert_cmpfloat_with_epsilon (p[nn_argmax (p, (int) classes)],
                                      p[nn_argmax (q, (int) classes)], 1e-4);
  }
  clear (&drift);
}

/* Maps of the same order have not moved, and none is further than opposite. */
static void
test_maps (LabFixture   *self,
           gconstpointer data)
{
  Drift few = measure (self, self->pact, 2, "gradient");
  Drift many = measure (self, self->pact, 8, "gradient");
  double sum_few = 0;
  double sum_many = 0;

  for (gsize i = 0; i < few.total; i++) {
    g_assert_true (few.drift[i] >= 0.0f && few.drift[i] <= 2.0f);
    sum_few += few.drift[i];
    sum_many += many.drift[i];
  }
  g_assert_cmpfloat (sum_many, <, sum_few);
  clear (&few);
  clear (&many);
}

/* Full precision compared with itself. */
static void
test_full (LabFixture   *self,
           gconstpointer data)
{
  Drift drift = { 0 };

  sal_lab_measure_drift (self->lab, "drift", self->pact, sal_lab_model_get_full_bits (self->pact),
                         NULL, drift_cb, &drift);
  lab_fixture_wait (&drift.finished);
  for (gsize i = 0; i < drift.total; i++) {
    g_assert_cmpfloat (drift.drift[i], ==, 0.0f);
    g_assert_cmpint (drift.flipped[i], ==, 0);
  }
  clear (&drift);
}

static void
test_remembered (LabFixture   *self,
                 gconstpointer data)
{
  Drift first = measure (self, self->pact, 3, NULL);
  Drift again = measure (self, self->pact, 3, NULL);

  g_assert_cmpuint (again.n_answers, ==, 1);
  g_assert_cmpmem (first.drift, first.total * sizeof (float),
                   again.drift, again.total * sizeof (float));
  clear (&first);
  clear (&again);
}

static void
test_unknown_method (LabFixture   *self,
                     gconstpointer data)
{
  Drift drift = measure (self, self->pact, 3, "tea leaves");

  g_assert_nonnull (drift.message);
  g_assert_nonnull (strstr (drift.message, "tea leaves"));
  clear (&drift);
}

int
main (int   argc,
      char**argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lab-drift/is the distance of the engine's probabilities", LabFixture, NULL,
              lab_fixture_set_up, test_probabilities, lab_fixture_tear_down);
  g_test_add ("/lab-drift/of maps grows with fewer bits", LabFixture, NULL,
              lab_fixture_set_up, test_maps, lab_fixture_tear_down);
  g_test_add ("/lab-drift/is nothing at full precision", LabFixture, NULL,
              lab_fixture_set_up, test_full, lab_fixture_tear_down);
  g_test_add ("/lab-drift/is remembered", LabFixture, NULL,
              lab_fixture_set_up, test_remembered, lab_fixture_tear_down);
  g_test_add ("/lab-drift/names a method that does not exist", LabFixture, NULL,
              lab_fixture_set_up, test_unknown_method, lab_fixture_tear_down);
  return g_test_run ();
}
