/* test-sal-lab-curves.c - masking curves that form together, and one image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "nn/nn-statistics.h"

#define LIMIT 200

typedef struct
{
  SalCurveAnswer curves[SAL_LAB_MAX_CURVES];
  guint          n_curves;
  guint          n_finished;
  gboolean       done;
} Curves;

static void
curve_cb (const SalCurveAnswer *answer,
          gpointer              data)
{
  Curves *curves = data;
  SalCurveAnswer *known = &curves->curves[answer->curve];

  g_assert_null (answer->message);
  g_assert_cmpuint (answer->done, >, known->done);
  *known = *answer;
  curves->n_finished += answer->done == answer->total;
  curves->done = curves->n_finished == curves->n_curves;
}

static void
measure_curves (LabFixture            *self,
                const SalCurveRequest *requests,
                guint                  n,
                gsize                  limit,
                Curves                *curves)
{
  *curves = (Curves) { .n_curves = n };
  sal_lab_mask_curves (self->lab, "curves", requests, n, limit, curve_cb, curves);
  lab_fixture_wait (&curves->done);
}

static void
assert_curve_is (LabFixture           *self,
                 const SalCurveAnswer *answer,
                 const NnModel        *model,
                 int                   weight_bits,
                 int                   activation_bits,
                 const char           *method,
                 NnFill                fill,
                 NnMaskOrder           order,
                 gsize                 total)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);
  g_autofree guint32 *indices = sal_fixed_permutation (test->count);
  LabNetwork network = lab_fixture_prepare (self, model, weight_bits, activation_bits);
  NnMaskCurveSettings settings = nn_mask_curve_settings_default (test);
  NnError error;

  settings.saliency = nn_saliency_request (nn_saliency_method_find (method), test);
  settings.fill = fill;
  settings.order = order;

  NnMaskCurve *curve = nn_mask_curve_new (network.exec, test, indices, total, &settings, &error);

  g_assert_nonnull (curve);
  while (nn_mask_curve_step (curve))
    continue;
  g_assert_cmpuint (answer->done, ==, total);
  g_assert_cmpuint (answer->n_levels, ==, settings.n_levels);
  g_assert_cmpfloat (answer->area, ==, nn_mask_curve_area (curve));
  for (gsize i = 0; i < settings.n_levels; i++) {
    const gsize correct = nn_mask_curve_correct (curve, i);
    double lower;
    double upper;

    nn_wilson_interval (correct, total, &lower, &upper);
    g_assert_cmpfloat (answer->levels[i], ==, settings.levels[i]);
    g_assert_cmpfloat (answer->accuracy[i], ==, (double) correct / (double) total);
    g_assert_cmpfloat (answer->lower[i], ==, lower);
    g_assert_cmpfloat (answer->upper[i], ==, upper);
  }
  nn_mask_curve_free (curve);
  lab_fixture_clear (&network);
}

static void
test_curves_end_where_the_engine_does (LabFixture   *self,
                                       gconstpointer data)
{
  const SalCurveRequest requests[] = {
    { self->pact, sal_bits_uniform (3, 3), "gradient", NN_FILL_BACKGROUND,
      NN_ORDER_MOST_SALIENT_FIRST },
    { self->pact, sal_bits_uniform (3, 3), "smoothgrad", NN_FILL_UNIFORM,
      NN_ORDER_LEAST_SALIENT_FIRST },
    { self->relu, sal_bits_uniform (0, 0), NULL, NN_FILL_MEAN, NN_ORDER_RANDOM },
  };
  const NnModel *pact = sal_lab_model_get_model (self->pact);
  g_autofree Curves *curves = g_new0 (Curves, 1);

  measure_curves (self, requests, G_N_ELEMENTS (requests), LIMIT, curves);
  assert_curve_is (self, &curves->curves[0], pact, 3, 3, "gradient", NN_FILL_BACKGROUND,
                   NN_ORDER_MOST_SALIENT_FIRST, LIMIT);
  assert_curve_is (self, &curves->curves[1], pact, 3, 3, "smoothgrad", NN_FILL_UNIFORM,
                   NN_ORDER_LEAST_SALIENT_FIRST, LIMIT);
  assert_curve_is (self, &curves->curves[2], sal_lab_model_get_model (self->relu), 0, 0,
                   "gradient", NN_FILL_MEAN, NN_ORDER_RANDOM, LIMIT);
}

static void
test_no_limit_is_the_whole_test_set (LabFixture   *self,
                                     gconstpointer data)
{
  const SalCurveRequest request = {
    self->relu, sal_bits_uniform (0, 0), "gradient", NN_FILL_BLACK, NN_ORDER_MOST_SALIENT_FIRST
  };
  g_autofree Curves *curves = g_new0 (Curves, 1);

  measure_curves (self, &request, 1, 0, curves);
  assert_curve_is (self, &curves->curves[0], sal_lab_model_get_model (self->relu), 0, 0,
                   "gradient", NN_FILL_BLACK, NN_ORDER_MOST_SALIENT_FIRST, LAB_FIXTURE_TEST);
}

/* More networks of one text than executors for it: they take turns. */
static void
test_many_networks_share_executors (LabFixture   *self,
                                    gconstpointer data)
{
  SalCurveRequest requests[7];
  g_autofree Curves *curves = g_new0 (Curves, 1);
  NnModel *networks[7];

  for (guint i = 0; i < 7; i++) {
    networks[i] = lab_fixture_new_network ("pact", 20 + i);
    requests[i] = (SalCurveRequest) {
      sal_lab_model_new (networks[i], NULL, self->dataset), sal_bits_uniform (4, 4), "gradient",
      NN_FILL_MEAN, NN_ORDER_MOST_SALIENT_FIRST
    };
  }
  measure_curves (self, requests, 7, LIMIT, curves);
  for (guint i = 0; i < 7; i++) {
    assert_curve_is (self, &curves->curves[i], networks[i], 4, 4, "gradient", NN_FILL_MEAN,
                     NN_ORDER_MOST_SALIENT_FIRST, LIMIT);
    sal_lab_model_unref (requests[i].model);
    nn_model_free (networks[i]);
  }
}

static void
test_finished_curves_are_remembered (LabFixture   *self,
                                     gconstpointer data)
{
  const SalCurveRequest requests[] = {
    { self->pact, sal_bits_uniform (4, 4), "gradient", NN_FILL_MEAN, NN_ORDER_MOST_SALIENT_FIRST },
    { self->pact, sal_bits_uniform (4, 4), "gradient", NN_FILL_BLACK, NN_ORDER_MOST_SALIENT_FIRST },
  };
  g_autofree Curves *one = g_new0 (Curves, 1);
  g_autofree Curves *both = g_new0 (Curves, 1);
  g_autofree Curves *again = g_new0 (Curves, 1);

  measure_curves (self, requests, 1, LIMIT, one);

  const guint64 before = sal_lab_get_statistics (self->lab).long_steps;

  measure_curves (self, requests, 2, LIMIT, both);

  const guint64 between = sal_lab_get_statistics (self->lab).long_steps;

  measure_curves (self, requests, 2, LIMIT, again);

  const guint64 after = sal_lab_get_statistics (self->lab).long_steps;

  g_assert_cmpmem (one->curves[0].accuracy, sizeof one->curves[0].accuracy,
                   both->curves[0].accuracy, sizeof both->curves[0].accuracy);
  g_assert_cmpuint (between - before, >, 1);
  g_assert_cmpuint (after - between, ==, 1);
}

static void
unknown_cb (const SalCurveAnswer *answer,
            gpointer              data)
{
  guint *seen = data;

  if (answer->curve == 0)
    g_assert_nonnull (answer->message);
  else
    g_assert_null (answer->message);
  if (answer->curve == 0 || answer->done == answer->total)
    *seen |= 1u << answer->curve;
}

static void
test_impossible_curve_does_not_stop_the_others (LabFixture   *self,
                                                gconstpointer data)
{
  const SalCurveRequest requests[] = {
    { self->pact, sal_bits_uniform (4, 4), "no-such-method", NN_FILL_MEAN, 0 },
    { self->pact, sal_bits_uniform (4, 4), "gradient", NN_FILL_MEAN, 0 },
  };
  guint seen = 0;

  sal_lab_mask_curves (self->lab, "curves", requests, 2, LIMIT, unknown_cb, &seen);
  while (seen != 3)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- one image ----------------------------------------------------------- */

typedef struct
{
  float    masked[28 * 28];
  int      before;
  int      after;
  gboolean done;
} Masked;

static void
masked_cb (const SalMaskedAnswer *answer,
           gpointer               data)
{
  Masked *masked = data;

  g_assert_cmpuint (answer->n_panes, ==, 1);
  g_assert_null (answer->message[0]);
  memcpy (masked->masked, answer->masked[0], sizeof masked->masked);
  masked->before = answer->before[0];
  masked->after = answer->after[0];
  masked->done = TRUE;
}

static void
mask_image (LabFixture            *self,
            const SalCurveRequest *request,
            gsize                  image,
            double                 share,
            Masked                *masked)
{
  *masked = (Masked) { 0 };
  sal_lab_mask_image (self->lab, "masked", request, 1, share, lab_fixture_pixels (self, image),
                      lab_fixture_label (self, image), image, masked_cb, masked);
  lab_fixture_wait (&masked->done);
}

/* One by one, the masked images give the point of the curve: same ranking,
 * same fill, same random numbers. */
static void
test_masked_images_make_up_the_curve (LabFixture   *self,
                                      gconstpointer data)
{
  const SalCurveRequest requests[] = {
    { self->relu, sal_bits_uniform (0, 0), "gradient", NN_FILL_UNIFORM,
      NN_ORDER_MOST_SALIENT_FIRST },
    { self->relu, sal_bits_uniform (0, 0), NULL, NN_FILL_MEAN, NN_ORDER_RANDOM },
  };
  g_autofree guint32 *order = sal_fixed_permutation (LAB_FIXTURE_TEST);
  g_autofree Curves *curves = g_new0 (Curves, 1);

  measure_curves (self, requests, 2, LIMIT, curves);
  for (guint i = 0; i < 2; i++) {
    gsize correct = 0;
    gsize unmasked = 0;

    for (gsize image = 0; image < LIMIT; image++) {
      Masked masked;

      mask_image (self, &requests[i], order[image], curves->curves[i].levels[4], &masked);
      correct += masked.after == lab_fixture_label (self, order[image]);
      unmasked += masked.before == lab_fixture_label (self, order[image]);
    }
    g_assert_cmpfloat (curves->curves[i].accuracy[4], ==, (double) correct / LIMIT);
    g_assert_cmpfloat (curves->curves[i].accuracy[0], ==, (double) unmasked / LIMIT);
  }
}

static void
test_masked_share_is_kept (LabFixture   *self,
                           gconstpointer data)
{
  const SalCurveRequest request = {
    self->pact, sal_bits_uniform (4, 4), "gradient", NN_FILL_UNIFORM, NN_ORDER_MOST_SALIENT_FIRST
  };
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const guint32 index = 3;
  float x[28 * 28];
  guint changed = 0;
  Masked masked;

  nn_images_gather (test, &index, 1, x, NULL);
  mask_image (self, &request, index, 0.0, &masked);
  g_assert_cmpmem (masked.masked, sizeof x, x, sizeof x);
  g_assert_cmpint (masked.before, ==, masked.after);

  mask_image (self, &request, index, 0.5, &masked);
  for (guint i = 0; i < 28 * 28; i++)
    changed += masked.masked[i] != x[i];
  g_assert_cmpuint (changed, <=, 28 * 28 / 2);
  g_assert_cmpuint (changed, >, 28 * 28 / 4);
}

/* ---- flips --------------------------------------------------------------- */

typedef struct
{
  guint    n;
  guint32  images[LAB_FIXTURE_TEST];
  gsize    done;
  gboolean finished;
} Flips;

static void
flips_cb (const SalFlipsAnswer *answer,
          gpointer              data)
{
  Flips *flips = data;

  g_assert_null (answer->message);
  flips->n = answer->n_images;
  memcpy (flips->images, answer->images, answer->n_images * sizeof *answer->images);
  flips->done = answer->done;
  flips->finished = answer->finished;
}

static void
find_flips (LabFixture            *self,
            const SalCurveRequest *request,
            guint                  maximum,
            Flips                 *flips)
{
  *flips = (Flips) { 0 };
  sal_lab_find_flips (self->lab, "flips", request, 0.0, 0.3, maximum, flips_cb, flips);
  lab_fixture_wait (&flips->finished);
}

/* Each is right before and wrong after; and they are no fewer than the curve
 * falls. */
static void
test_flipped_images_are_found (LabFixture   *self,
                               gconstpointer data)
{
  const SalCurveRequest request = {
    self->relu, sal_bits_uniform (0, 0), "gradient", NN_FILL_UNIFORM, NN_ORDER_MOST_SALIENT_FIRST
  };
  g_autofree Curves *curves = g_new0 (Curves, 1);
  g_autofree Flips *flips = g_new0 (Flips, 1);

  measure_curves (self, &request, 1, 0, curves);
  find_flips (self, &request, LAB_FIXTURE_TEST, flips);
  g_assert_cmpuint (flips->done, ==, LAB_FIXTURE_TEST);
  g_assert_cmpuint (flips->n, >, 0);
  g_assert_cmpfloat (flips->n, >=, LAB_FIXTURE_TEST * (curves->curves[0].accuracy[0]
                                                       - curves->curves[0].accuracy[3]) - 0.5);
  for (guint i = 0; i < flips->n; i++) {
    Masked masked;

    mask_image (self, &request, flips->images[i], 0.3, &masked);
    g_assert_cmpint (masked.before, ==, lab_fixture_label (self, flips->images[i]));
    g_assert_cmpint (masked.after, !=, lab_fixture_label (self, flips->images[i]));
  }
}

static void
test_flips_end_at_the_maximum (LabFixture   *self,
                               gconstpointer data)
{
  const SalCurveRequest request = {
    self->relu, sal_bits_uniform (0, 0), NULL, NN_FILL_UNIFORM, NN_ORDER_RANDOM
  };
  g_autofree Flips *flips = g_new0 (Flips, 1);

  find_flips (self, &request, 3, flips);
  g_assert_cmpuint (flips->n, ==, 3);
  g_assert_cmpuint (flips->done, <=, LAB_FIXTURE_TEST);
}

#define ADD(name) \
  g_test_add ("/session/lab-curves/" #name, LabFixture, NULL, lab_fixture_set_up, \
              test_ ## name, lab_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (curves_end_where_the_engine_does);
  ADD (no_limit_is_the_whole_test_set);
  ADD (many_networks_share_executors);
  ADD (finished_curves_are_remembered);
  ADD (impossible_curve_does_not_stop_the_others);
  ADD (masked_images_make_up_the_curve);
  ADD (masked_share_is_kept);
  ADD (flipped_images_are_found);
  ADD (flips_end_at_the_maximum);
  return g_test_run ();
}
