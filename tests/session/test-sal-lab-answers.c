/* test-sal-lab-answers.c - the lab says what the engine says when asked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "nn/nn-statistics.h"

#define AS_TRAINED sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED)

/* ---- one image ----------------------------------------------------------- */

#define MAX_PANES 6

typedef struct
{
  float    x[28 * 28];
  float    probabilities[MAX_PANES][10];
  float    maps[MAX_PANES][28 * 28];
  int      classes[MAX_PANES];
  float    scales[MAX_PANES];
  guint64  bytes[MAX_PANES];
  gboolean messages[MAX_PANES];
  guint    answers;
  gboolean answered;
  gboolean scaled;
} Picture;

static void
picture_cb (const SalImageAnswer *answer,
            gpointer              data)
{
  Picture *picture = data;

  picture->answered = TRUE;
  picture->answers++;
  picture->scaled = TRUE;
  memcpy (picture->x, answer->x, sizeof picture->x);
  for (guint i = 0; i < answer->n_panes; i++) {
    const SalPaneAnswer *pane = &answer->panes[i];

    picture->messages[i] = pane->message != NULL;
    if (pane->message != NULL)
      continue;
    memcpy (picture->probabilities[i], pane->probabilities, sizeof picture->probabilities[i]);
    memcpy (picture->maps[i], pane->map, sizeof picture->maps[i]);
    picture->classes[i] = pane->explained_class;
    picture->scales[i] = pane->scale;
    picture->bytes[i] = pane->packed_bytes;
    picture->scaled = picture->scaled && pane->scale > 0.0f;
  }
}

/* Asks, and waits for the panes or for their scales too. */
static void
take_picture (LabFixture           *self,
              const SalPaneRequest *panes,
              guint                 n_panes,
              int                   explain_class,
              gboolean              with_scales,
              Picture              *picture)
{
  memset (picture, 0, sizeof *picture);
  sal_lab_explain (self->lab, "picture", panes, n_panes, lab_fixture_pixels (self, 5),
                   lab_fixture_label (self, 5), explain_class, 5, picture_cb, picture);
  lab_fixture_wait (with_scales ? &picture->scaled : &picture->answered);
}

/* Prediction and map of test image 5 by the engine itself. */
static void
explain_directly (LabFixture *self,
                  LabNetwork *network,
                  const char *method,
                  int         class_index,
                  float      *probabilities,
                  float      *map)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const NnSaliencyRequest request = nn_saliency_request (nn_saliency_method_find (method), test);
  const guint32 index = 5;
  const guint64 id = 5;
  float x[28 * 28];

  nn_images_gather (test, &index, 1, x, NULL);
  nn_predict (network->exec, x, 1, probabilities);
  if (class_index < 0)
    class_index = nn_argmax (probabilities, 10);
  nn_saliency_explain (network->exec, &request, x, &class_index, &id, 1, map);
}

static void
assert_pane_is (LabFixture    *self,
                const Picture *picture,
                guint          pane,
                const NnModel *model,
                int            weight_bits,
                int            activation_bits,
                const char    *method,
                int            class_index)
{
  LabNetwork network = lab_fixture_prepare (self, model, weight_bits, activation_bits);
  float probabilities[10];
  float map[28 * 28];

  explain_directly (self, &network, method, class_index, probabilities, map);
  g_assert_cmpmem (picture->probabilities[pane], sizeof probabilities, probabilities,
                   sizeof probabilities);
  g_assert_cmpmem (picture->maps[pane], sizeof map, map, sizeof map);
  g_assert_cmpuint (picture->bytes[pane], ==, nn_model_packed_bytes (network.model));
  lab_fixture_clear (&network);
}

static void
test_panes_are_what_the_engine_says (LabFixture   *self,
                                     gconstpointer data)
{
  const SalPaneRequest panes[] = {
    { self->pact, sal_bits_uniform (2, 3), "gradient" },
    { self->pact, sal_bits_uniform (8, 8), "integrated-gradients" },
    { self->pact, sal_bits_uniform (0, 32), "smoothgrad" },
    { self->relu, sal_bits_uniform (0, 0), "input-x-gradient" },
    { self->relu, sal_bits_uniform (4, 0), "gradient" },
  };
  const NnModel *pact = sal_lab_model_get_model (self->pact);
  const NnModel *relu = sal_lab_model_get_model (self->relu);
  Picture picture;

  take_picture (self, panes, G_N_ELEMENTS (panes), SAL_EXPLAIN_PREDICTED, FALSE, &picture);
  assert_pane_is (self, &picture, 0, pact, 2, 3, "gradient", -1);
  assert_pane_is (self, &picture, 1, pact, 8, 8, "integrated-gradients", -1);
  assert_pane_is (self, &picture, 2, pact, 0, 32, "smoothgrad", -1);
  assert_pane_is (self, &picture, 3, relu, 0, 0, "input-x-gradient", -1);
  assert_pane_is (self, &picture, 4, relu, 4, 0, "gradient", -1);
}

static void
test_as_trained_leaves_the_bits (LabFixture   *self,
                                 gconstpointer data)
{
  const SalPaneRequest panes[] = {
    { self->pact, AS_TRAINED, "gradient" },
    { self->pact, { .weight_bits = 4, .activation_bits = 4, .edges = NN_EDGES_SAME }, "gradient" },
    { self->pact, { .weight_bits = SAL_BITS_AS_TRAINED, .activation_bits = 2 }, "gradient" },
    { self->pact, { .weight_bits = 4, .activation_bits = 2, .edges = NN_EDGES_SAME }, "gradient" },
    { self->pact, { .weight_bits = 2, .activation_bits = SAL_BITS_AS_TRAINED }, "gradient" },
    { self->pact, { .weight_bits = 2, .activation_bits = 4 }, "gradient" },
  };
  Picture picture;

  take_picture (self, panes, 6, 0, FALSE, &picture);
  for (guint i = 0; i < 6; i += 2) {
    g_assert_cmpmem (picture.maps[i], sizeof picture.maps[i],
                     picture.maps[i + 1], sizeof picture.maps[i + 1]);
    g_assert_cmpuint (picture.bytes[i], ==, picture.bytes[i + 1]);
  }
  g_assert_cmpint (memcmp (picture.maps[0], picture.maps[2], sizeof picture.maps[0]), !=, 0);
}

static void
test_class_to_explain_is_chosen (LabFixture   *self,
                                 gconstpointer data)
{
  const SalPaneRequest pane = { self->pact, AS_TRAINED, "gradient" };
  Picture picture;

  take_picture (self, &pane, 1, SAL_EXPLAIN_LABEL, FALSE, &picture);
  g_assert_cmpint (picture.classes[0], ==, lab_fixture_label (self, 5));
  take_picture (self, &pane, 1, SAL_EXPLAIN_PREDICTED, FALSE, &picture);
  g_assert_cmpint (picture.classes[0], ==, nn_argmax (picture.probabilities[0], 10));
  take_picture (self, &pane, 1, 8, FALSE, &picture);
  g_assert_cmpint (picture.classes[0], ==, 8);
}

static void
test_layer_has_bits_of_its_own (LabFixture   *self,
                                gconstpointer data)
{
  SalPaneRequest panes[2] = {
    { self->pact, sal_bits_uniform (0, 32), "gradient" },
    { self->pact, sal_bits_uniform (0, 32), "gradient" },
  };
  NnError error;
  Picture picture;

  panes[0].bits.n_layers = 1;
  panes[0].bits.layers[0] = (SalLayerBits) { 3, 2, SAL_BITS_LIKE_OTHERS, 0.0f };
  panes[1].bits.n_layers = 1;
  panes[1].bits.layers[0] = (SalLayerBits) { 4, SAL_BITS_LIKE_OTHERS, 3, 0.05f };
  take_picture (self, panes, 2, 1, FALSE, &picture);

  LabNetwork network = lab_fixture_prepare (self, sal_lab_model_get_model (self->pact), 0, 32);
  float probabilities[10];
  float map[28 * 28];

  g_assert_cmpint (nn_model_set_weight_bits (network.model, 3, 2, &error), ==, NN_OK);
  nn_exec_prepare (network.exec);
  explain_directly (self, &network, "gradient", 1, probabilities, map);
  g_assert_cmpmem (picture.maps[0], sizeof map, map, sizeof map);

  const NnTensor alpha = nn_model_tensor (network.model,
                                          (size_t) nn_model_layer (network.model, 4).alpha_tensor);

  *alpha.value = 0.05f;
  g_assert_cmpint (nn_model_set_weight_bits (network.model, 3, 0, &error), ==, NN_OK);
  g_assert_cmpint (nn_model_set_activation_bits (network.model, 4, 3, &error), ==, NN_OK);
  nn_exec_prepare (network.exec);
  explain_directly (self, &network, "gradient", 1, probabilities, map);
  g_assert_cmpmem (picture.maps[1], sizeof map, map, sizeof map);
  lab_fixture_clear (&network);
}

static void
test_network_without_pact_is_given_it (LabFixture   *self,
                                       gconstpointer data)
{
  const SalPaneRequest panes[] = {
    { self->relu, sal_bits_uniform (4, 4), "gradient" },
    { self->relu, sal_bits_uniform (0, 0), "gradient" },
  };
  g_autoptr (GError) error = NULL;
  NnModel *with_pact = sal_calibrated_copy (sal_lab_model_get_model (self->relu),
                                            sal_dataset_get_train (self->dataset), self->pool,
                                            &error);
  Picture picture;

  g_assert_no_error (error);
  /* Both desks want the calibrated network at once. */
  sal_lab_predict_test (self->lab, self->relu);
  take_picture (self, panes, 2, SAL_EXPLAIN_PREDICTED, FALSE, &picture);
  assert_pane_is (self, &picture, 0, with_pact, 4, 4, "gradient", -1);
  assert_pane_is (self, &picture, 1, sal_lab_model_get_model (self->relu), 0, 0, "gradient", -1);
  nn_model_free (with_pact);
}

static void
test_impossible_panes_say_why (LabFixture   *self,
                               gconstpointer data)
{
  const SalPaneRequest panes[] = {
    { self->pact, AS_TRAINED, "no-such-method" },
    { self->pact, sal_bits_uniform (7, 9), "gradient" },
    { self->pact, AS_TRAINED, "gradient" },
  };
  Picture picture;

  take_picture (self, panes, 3, 0, FALSE, &picture);
  g_assert_true (picture.messages[0]);
  g_assert_true (picture.messages[1]);
  g_assert_false (picture.messages[2]);
}

static int
compare_floats (const void *a,
                const void *b)
{
  return *(const float *) a < *(const float *) b ? -1 : *(const float *) a > *(const float *) b;
}

static void
test_scale_is_a_percentile_over_test_images (LabFixture   *self,
                                             gconstpointer data)
{
  const SalPaneRequest panes[] = {
    { self->pact, sal_bits_uniform (3, 3), "gradient" },
    { self->pact, sal_bits_uniform (3, 3), "smoothgrad" },
  };
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const NnSaliencyRequest request = nn_saliency_request (nn_saliency_method_find ("smoothgrad"),
                                                         test);
  LabNetwork network = lab_fixture_prepare (self, sal_lab_model_get_model (self->pact), 3, 3);
  const gsize size = 28 * 28;
  const gsize n = SAL_SCALE_IMAGES * size;
  g_autofree guint32 *order = sal_fixed_permutation (test->count);
  g_autofree float *maps = g_new (float, n);
  Picture picture;

  for (gsize i = 0; i < SAL_SCALE_IMAGES; i++) {
    const guint64 id = order[i];
    float x[28 * 28];
    float p[10];
    int class_index;

    nn_images_gather (test, &order[i], 1, x, NULL);
    nn_predict (network.exec, x, 1, p);
    class_index = nn_argmax (p, 10);
    nn_saliency_explain (network.exec, &request, x, &class_index, &id, 1, maps + i * size);
  }
  for (gsize i = 0; i < n; i++)
    maps[i] = fabsf (maps[i]);
  qsort (maps, n, sizeof *maps, compare_floats);

  take_picture (self, panes, 2, SAL_EXPLAIN_PREDICTED, TRUE, &picture);
  g_assert_cmpfloat_with_epsilon (picture.scales[1], maps[(gsize) (0.99 * (double) (n - 1))],
                                  1e-5f * picture.scales[1]);
  g_assert_cmpfloat (picture.scales[0], >, 0.0f);

  const float scale = picture.scales[0];

  /* Remembered: the first answer has it. */
  take_picture (self, panes, 2, SAL_EXPLAIN_PREDICTED, FALSE, &picture);
  g_assert_cmpfloat (picture.scales[0], ==, scale);
  lab_fixture_clear (&network);
}

static SalLabModel *
new_large_model (LabFixture *self)
{
  char text[2048];
  NnError error;

  g_assert_cmpint (nn_network_text ("sgt-cnn", (NnShape) { 1, 28, 28 }, 10, "relu", text,
                                    sizeof text, &error), ==, NN_OK);

  NnModel *network = nn_model_new (text, &error);

  g_assert_nonnull (network);
  nn_model_initialise (network, 1);

  SalLabModel *model = sal_lab_model_new (network, NULL, self->dataset);

  nn_model_free (network);
  return model;
}

/* A scale that takes long is not begun while somebody may be dragging. */
static void
test_scales_that_take_long_wait_for_rest (LabFixture   *self,
                                          gconstpointer data)
{
  g_autoptr (SalLabModel) model = new_large_model (self);
  const SalPaneRequest pane = { model, sal_bits_uniform (3, 3), "integrated-gradients" };
  Picture picture;

  take_picture (self, &pane, 1, SAL_EXPLAIN_PREDICTED, FALSE, &picture);

  /* Again: what was prepared for the first question is there. */
  const gint64 asked_at = g_get_monotonic_time ();

  take_picture (self, &pane, 1, SAL_EXPLAIN_PREDICTED, FALSE, &picture);

  const guint64 steps = sal_lab_get_statistics (self->lab).long_steps;

  while (g_get_monotonic_time () < asked_at + 300 * G_TIME_SPAN_MILLISECOND)
    g_main_context_iteration (NULL, FALSE);

  const guint64 steps_later = sal_lab_get_statistics (self->lab).long_steps;

  /* On a machine that is so busy nothing is said by this. */
  if (g_get_monotonic_time () < asked_at + 390 * G_TIME_SPAN_MILLISECOND)
    g_assert_cmpuint (steps_later, ==, steps);
  lab_fixture_wait (&picture.scaled);
  g_assert_cmpuint (sal_lab_get_statistics (self->lab).long_steps, >, steps);
  g_assert_cmpfloat (picture.scales[0], >, 0.0f);
}

static void
test_input_is_normalised_and_comes_back (LabFixture   *self,
                                         gconstpointer data)
{
  const SalPaneRequest pane = { self->pact, AS_TRAINED, "gradient" };
  const NnShape shape = { 1, 28, 28 };
  guint8 pixels[28 * 28];
  Picture picture;

  take_picture (self, &pane, 1, 0, FALSE, &picture);
  sal_lab_denormalise (sal_lab_model_get_info (self->pact), shape, picture.x, pixels);
  g_assert_cmpmem (pixels, sizeof pixels, lab_fixture_pixels (self, 5), sizeof pixels);
}

/* ---- accuracy ------------------------------------------------------------ */

typedef struct
{
  SalAccuracyAnswer first;
  SalAccuracyAnswer last;
  guint             answers;
  gboolean          done;
} Accuracy;

static void
accuracy_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  Accuracy *accuracy = data;

  g_assert_null (answer->message);
  if (accuracy->answers++ == 0)
    accuracy->first = *answer;
  accuracy->last = *answer;
  accuracy->done = answer->done == answer->total;
}

static Accuracy
measure_accuracy (LabFixture  *self,
                  SalLabModel *model,
                  SalBits      bits)
{
  Accuracy accuracy = { 0 };

  sal_lab_measure_accuracy (self->lab, "accuracy", model, bits, accuracy_cb, &accuracy);
  lab_fixture_wait (&accuracy.done);
  return accuracy;
}

/* Predictions of the engine itself for `n` images in the order given. */
static gsize
evaluate_directly (LabFixture    *self,
                   const NnModel *model,
                   int            weight_bits,
                   int            activation_bits,
                   const guint32 *indices,
                   gsize          n,
                   int           *predictions)
{
  LabNetwork network = lab_fixture_prepare (self, model, weight_bits, activation_bits);
  NnEval eval = nn_eval_begin (network.exec, sal_dataset_get_test (self->dataset), indices, n,
                               predictions);

  while (nn_eval_step (&eval, 32))
    continue;
  lab_fixture_clear (&network);
  return eval.correct;
}

static gsize
count_differences (const int *a,
                   const int *b,
                   gsize      n)
{
  gsize differences = 0;

  for (gsize i = 0; i < n; i++)
    differences += a[i] != b[i];
  return differences;
}

static void
test_accuracy_ends_at_that_of_the_whole_test_set (LabFixture   *self,
                                                  gconstpointer data)
{
  const NnModel *model = sal_lab_model_get_model (self->pact);
  const gsize n = LAB_FIXTURE_TEST;
  g_autofree guint32 *order = sal_fixed_permutation (n);
  g_autofree int *full = g_new (int, n);
  g_autofree int *quantized = g_new (int, n);
  const Accuracy accuracy = measure_accuracy (self, self->pact, sal_bits_uniform (2, 2));
  double lower;
  double upper;

  /* The first answer is the one about a random sample of 500 images. */
  gsize correct = evaluate_directly (self, model, 2, 2, order, SAL_ESTIMATE_IMAGES, quantized);

  g_assert_cmpuint (accuracy.first.done, ==, SAL_ESTIMATE_IMAGES);
  g_assert_cmpuint (accuracy.first.total, ==, n);
  g_assert_cmpfloat (accuracy.first.accuracy, ==, (double) correct / SAL_ESTIMATE_IMAGES);

  correct = evaluate_directly (self, model, 2, 2, NULL, n, quantized);
  nn_wilson_interval (correct, n, &lower, &upper);
  g_assert_cmpuint (accuracy.last.done, ==, n);
  g_assert_cmpfloat (accuracy.last.accuracy, ==, (double) correct / (double) n);
  g_assert_cmpfloat (accuracy.last.lower, ==, lower);
  g_assert_cmpfloat (accuracy.last.upper, ==, upper);

  /* Full precision of a pact network clips and does not round. */
  correct = evaluate_directly (self, model, 0, 32, NULL, n, full);
  g_assert_cmpfloat (accuracy.last.full_accuracy, ==, (double) correct / (double) n);
  g_assert_cmpuint (accuracy.last.flips, ==, count_differences (full, quantized, n));
  g_assert_cmpuint (accuracy.last.flips, >, 0);
}

static void
test_full_precision_does_not_flip (LabFixture   *self,
                                   gconstpointer data)
{
  SalLabModel *models[] = { self->relu, self->pact };

  for (guint i = 0; i < 2; i++) {
    const Accuracy accuracy = measure_accuracy (self, models[i],
                                                sal_lab_model_get_full_bits (models[i]));

    g_assert_cmpuint (accuracy.last.flips, ==, 0);
    g_assert_cmpfloat (accuracy.last.accuracy, ==, accuracy.last.full_accuracy);
  }
  g_assert_cmpint (sal_lab_model_get_full_bits (self->relu).activation_bits, ==, 0);
  g_assert_cmpint (sal_lab_model_get_full_bits (self->pact).activation_bits, ==, 32);
}

static void
test_accuracy_is_remembered (LabFixture   *self,
                             gconstpointer data)
{
  const Accuracy before = measure_accuracy (self, self->pact, sal_bits_uniform (3, 3));
  const Accuracy other = measure_accuracy (self, self->pact, sal_bits_uniform (5, 5));
  const guint64 steps = sal_lab_get_statistics (self->lab).long_steps;
  const Accuracy after = measure_accuracy (self, self->pact, sal_bits_uniform (3, 3));

  g_assert_cmpuint (other.last.packed_bytes, >, before.last.packed_bytes);
  g_assert_cmpuint (after.answers, ==, 1);
  g_assert_cmpfloat (after.last.accuracy, ==, before.last.accuracy);
  g_assert_cmpuint (after.last.flips, ==, before.last.flips);
  g_assert_cmpuint (sal_lab_get_statistics (self->lab).long_steps - steps, <=, 1);
}

/* The only other model of the lab has other weights: its answers must not be
 * taken for these, though both run in the same executors. */
static void
test_models_of_one_text_are_told_apart (LabFixture   *self,
                                        gconstpointer data)
{
  const SalBits bits = sal_bits_uniform (4, 4);

  for (guint64 seed = 11; seed < 17; seed++) {
    NnModel *network = lab_fixture_new_network ("pact", seed);
    g_autoptr (SalLabModel) model = sal_lab_model_new (network, NULL, self->dataset);
    const Accuracy accuracy = measure_accuracy (self, model, bits);
    const gsize correct = evaluate_directly (self, network, 4, 4, NULL, LAB_FIXTURE_TEST, NULL);

    g_assert_cmpfloat (accuracy.last.accuracy, ==, (double) correct / LAB_FIXTURE_TEST);
    nn_model_free (network);
  }
}

/* ---- predictions --------------------------------------------------------- */

typedef struct
{
  guint    signals;
  gboolean done;
} Predicted;

static void
predictions_cb (SalLab      *lab,
                SalLabModel *model,
                Predicted   *predicted)
{
  const gsize n = sal_lab_model_get_n_predicted (model);
  const gint16 *predictions = sal_lab_model_get_predictions (model);

  predicted->signals++;
  for (gsize i = 0; i < LAB_FIXTURE_TEST; i++)
    g_assert_true ((predictions[i] >= 0) == (i < n));
  predicted->done = n == LAB_FIXTURE_TEST;
}

static void
test_predictions_fill_in_the_background (LabFixture   *self,
                                         gconstpointer data)
{
  const gint16 *predictions = sal_lab_model_get_predictions (self->relu);
  g_autofree int *expected = g_new (int, LAB_FIXTURE_TEST);
  Predicted predicted = { 0 };

  g_assert_cmpint (predictions[0], ==, -1);
  g_signal_connect (self->lab, "predictions", G_CALLBACK (predictions_cb), &predicted);
  sal_lab_predict_test (self->lab, self->relu);
  sal_lab_predict_test (self->lab, self->relu);
  lab_fixture_wait (&predicted.done);
  evaluate_directly (self, sal_lab_model_get_model (self->relu), 0, 0, NULL, LAB_FIXTURE_TEST,
                     expected);
  for (gsize i = 0; i < LAB_FIXTURE_TEST; i++)
    g_assert_cmpint (predictions[i], ==, expected[i]);
}

/* ---- histograms ---------------------------------------------------------- */

static void
histogram_cb (const SalHistogramAnswer *answer,
              gpointer                  data)
{
  *(SalHistogramAnswer **) data = g_memdup2 (answer, sizeof *answer);
}

static SalHistogramAnswer *
take_histogram (LabFixture  *self,
                SalLabModel *model,
                SalBits      bits,
                int          layer)
{
  SalHistogramAnswer *answer = NULL;

  sal_lab_histogram (self->lab, "histogram", model, bits, layer, histogram_cb, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return answer;
}

static double
sum_counts (const double *counts)
{
  double sum = 0.0;

  for (int i = 0; i < SAL_HISTOGRAM_BINS; i++)
    sum += counts[i];
  return sum;
}

static void
test_histogram_counts_every_value (LabFixture   *self,
                                   gconstpointer data)
{
  g_autofree SalHistogramAnswer *answer = take_histogram (self, self->pact,
                                                          sal_bits_uniform (3, 4), 3);
  const NnModel *model = sal_lab_model_get_model (self->pact);
  const NnLayerInfo layer = nn_model_layer (model, 3);
  const NnTensor tensor = nn_model_tensor (model, (size_t) layer.weight_tensor);
  const NnWeightQuantizer *quantizer = nn_model_quantizer (model, NULL);
  NnWeights weights = nn_model_weights (model, 3);
  float levels[256];

  weights.bits = 3;
  g_assert_null (answer->message);
  g_assert_cmpstr (answer->name, ==, "conv2");
  g_assert_cmpfloat (sum_counts (answer->weight_counts), ==, (double) tensor.count);
  g_assert_cmpint (answer->weight_bits, ==, 3);
  g_assert_cmpuint (answer->n_levels, ==, quantizer->levels (&weights, 0, levels));
  g_assert_cmpmem (answer->levels, answer->n_levels * sizeof *levels,
                   levels, answer->n_levels * sizeof *levels);

  g_assert_cmpint (answer->activation_layer, ==, 4);
  g_assert_cmpstr (answer->activation_name, ==, "act2");
  g_assert_cmpfloat_with_epsilon (answer->alpha, 0.8, 1e-6);
  g_assert_cmpuint (answer->n_activation % (8 * 11 * 11), ==, 0);
  g_assert_cmpuint (answer->n_activation, >, 0);
  g_assert_cmpfloat_with_epsilon (sum_counts (answer->activation_counts)
                                  + answer->zero_share * (double) answer->n_activation,
                                  (double) answer->n_activation, 0.5);
}

/* The share that is clipped grows as alpha is dragged down. */
static void
test_histogram_follows_a_dragged_alpha (LabFixture   *self,
                                        gconstpointer data)
{
  double clipped = -1.0;

  for (float alpha = 0.4f; alpha > 0.02f; alpha /= 2.0f) {
    SalBits bits = AS_TRAINED;

    bits.n_layers = 1;
    bits.layers[0] = (SalLayerBits) { 4, SAL_BITS_LIKE_OTHERS, SAL_BITS_LIKE_OTHERS, alpha };

    g_autofree SalHistogramAnswer *answer = take_histogram (self, self->pact, bits, 3);

    g_assert_cmpfloat (answer->alpha, ==, (double) alpha);
    g_assert_cmpfloat (answer->clipped_share, >, clipped);
    clipped = answer->clipped_share;
  }
}

static void
test_histogram_of_the_last_layer_has_no_activation (LabFixture   *self,
                                                    gconstpointer data)
{
  g_autofree SalHistogramAnswer *last = take_histogram (self, self->relu, AS_TRAINED, 6);
  g_autofree SalHistogramAnswer *first = take_histogram (self, self->relu, AS_TRAINED, 0);

  g_assert_cmpstr (last->name, ==, "fc");
  g_assert_cmpint (last->activation_layer, ==, -1);
  g_assert_cmpuint (last->n_activation, ==, 0);
  g_assert_cmpuint (last->n_levels, ==, 0);
  g_assert_cmpstr (first->activation_name, ==, "act1");
  g_assert_cmpfloat (first->alpha, ==, 0.0);
  g_assert_cmpfloat (first->clipped_share, ==, 0.0);
}

static void
message_cb (const SalHistogramAnswer *answer,
            gpointer                  data)
{
  g_assert_nonnull (answer->message);
  *(gboolean *) data = TRUE;
}

static void
test_histogram_of_a_layer_without_weights_says_so (LabFixture   *self,
                                                   gconstpointer data)
{
  gboolean done = FALSE;

  sal_lab_histogram (self->lab, "histogram", self->relu, AS_TRAINED, 1, message_cb, &done);
  lab_fixture_wait (&done);
  done = FALSE;
  sal_lab_histogram (self->lab, "histogram", self->relu, AS_TRAINED, 99, message_cb, &done);
  lab_fixture_wait (&done);
}

/* ---- sensitivity --------------------------------------------------------- */

typedef struct
{
  SalLayerSensitivity rows[16];
  guint               total;
  guint               answers;
  gboolean            done;
} Sensitivity;

static void
sensitivity_cb (const SalSensitivityAnswer *answer,
                gpointer                    data)
{
  Sensitivity *sensitivity = data;

  g_assert_null (answer->message);
  g_assert_cmpuint (answer->n_images, ==, SAL_ESTIMATE_IMAGES);
  g_assert_cmpuint (answer->done, ==, ++sensitivity->answers);
  sensitivity->total = answer->total;
  memcpy (sensitivity->rows, answer->rows, answer->done * sizeof *answer->rows);
  sensitivity->done = answer->done == answer->total;
}

static void
test_sensitivity_has_a_row_for_each_layer (LabFixture   *self,
                                           gconstpointer data)
{
  static const char *const names[] = { "conv1", "act1", "conv2", "act2", "fc" };
  SalLabModel *models[] = { self->pact, self->relu };

  for (guint i = 0; i < 2; i++) {
    Sensitivity sensitivity = { 0 };

    sal_lab_measure_sensitivity (self->lab, "sensitivity", models[i], sal_bits_uniform (2, 2),
                                 "gradient", sensitivity_cb, &sensitivity);
    lab_fixture_wait (&sensitivity.done);
    g_assert_cmpuint (sensitivity.total, ==, G_N_ELEMENTS (names));
    for (guint row = 0; row < G_N_ELEMENTS (names); row++) {
      g_assert_cmpstr (sensitivity.rows[row].name, ==, names[row]);
      g_assert_cmpfloat (sensitivity.rows[row].agreement, >, 0.0);
      g_assert_cmpfloat (sensitivity.rows[row].agreement, <=, 1.0);
    }
    g_assert_cmpfloat (sensitivity.rows[2].agreement, <, 1.0);
  }
}

#define ADD(name) \
  g_test_add ("/session/lab-answers/" #name, LabFixture, NULL, lab_fixture_set_up, \
              test_ ## name, lab_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (panes_are_what_the_engine_says);
  ADD (as_trained_leaves_the_bits);
  ADD (class_to_explain_is_chosen);
  ADD (layer_has_bits_of_its_own);
  ADD (network_without_pact_is_given_it);
  ADD (impossible_panes_say_why);
  ADD (scale_is_a_percentile_over_test_images);
  ADD (scales_that_take_long_wait_for_rest);
  ADD (input_is_normalised_and_comes_back);
  ADD (accuracy_ends_at_that_of_the_whole_test_set);
  ADD (full_precision_does_not_flip);
  ADD (accuracy_is_remembered);
  ADD (models_of_one_text_are_told_apart);
  ADD (predictions_fill_in_the_background);
  ADD (histogram_counts_every_value);
  ADD (histogram_follows_a_dragged_alpha);
  ADD (histogram_of_the_last_layer_has_no_activation);
  ADD (histogram_of_a_layer_without_weights_says_so);
  ADD (sensitivity_has_a_row_for_each_layer);
  return g_test_run ();
}
