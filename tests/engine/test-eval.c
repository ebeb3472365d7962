/* test-eval.c - accuracy, probabilities, and what reaches activations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <math.h>
#include <string.h>

#include "nn/nn-augment.h"
#include "nn/nn-loss.h"
#include "small-network.h"

enum { CLASSES = 3, IMAGES = 50 };

static const NnShape small_shape = { .channels = 2, .height = 6, .width = 6 };

/* Images of one row of three pixels whose values are the logits. */
typedef struct
{
  NnModel *model;
  NnImages images;
} Transparent;

static const guint8 bytes[] = {
  9, 0, 0,
  0, 9, 0,
  0, 0, 9,
  5, 5, 0, /* a tie: the lowest index */
  0, 1, 2,
};
static const guint8 labels[] = { 0, 1, 0, 1, 2 };
static const int predictions[] = { 0, 1, 2, 0, 2 };

static void
transparent_set_up (Transparent  *transparent,
                    gconstpointer data)
{
  transparent->model = linear_network_new (1, 3, 3);
  memset (nn_model_parameters (transparent->model), 0,
          nn_model_arena_count (transparent->model) * sizeof (float));
  for (gsize i = 0; i < 3; i++)
    network_tensor (transparent->model, "fc.weight").value[4 * i] = 1;
  transparent->images = (NnImages) {
    bytes, labels, 5, 1, 1, 3, 3, { 0 }, { 1.0f / 255 }
  };
}

static void
transparent_tear_down (Transparent  *transparent,
                       gconstpointer data)
{
  nn_model_free (transparent->model);
}

/* -log softmax of class `label` of image `i`. */
static double
loss_of (gsize i)
{
  double sum = 0;

  for (gsize k = 0; k < 3; k++)
    sum += exp (bytes[3 * i + k]);
  return log (sum) - bytes[3 * i + labels[i]];
}

static void
test_counts_are_those_worked_out_by_hand (Transparent  *transparent,
                                          gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (transparent->model, 1, 4);
  int found[5];
  double loss = 0;
  NnEval eval = nn_eval_begin (runner->exec, &transparent->images, NULL, 5, found);

  g_assert_true (nn_eval_step (&eval, 2));
  g_assert_cmpuint (eval.done, ==, 2);
  g_assert_cmpuint (eval.correct, ==, 2);
  g_assert_true (nn_eval_step (&eval, 2));
  g_assert_false (nn_eval_step (&eval, 2));
  g_assert_false (nn_eval_step (&eval, 2));
  g_assert_cmpuint (eval.done, ==, 5);
  g_assert_cmpuint (eval.correct, ==, 3);
  g_assert_cmpmem (found, sizeof found, predictions, sizeof predictions);
  for (gsize i = 0; i < 5; i++)
    loss += loss_of (i);
  g_assert_cmpfloat_with_epsilon (eval.loss_sum, loss, 1e-4);
}

static void
test_a_list_of_indices_is_followed (Transparent  *transparent,
                                    gconstpointer data)
{
  const guint32 indices[] = { 4, 0, 0, 2 };
  g_autoptr (Runner) runner = runner_new (transparent->model, 1, 3);
  int found[4];
  NnEval eval = nn_eval_begin (runner->exec, &transparent->images, indices, 4, found);

  while (nn_eval_step (&eval, 100))
    continue;
  g_assert_cmpuint (eval.correct, ==, 3);
  for (gsize i = 0; i < 4; i++)
    g_assert_cmpint (found[i], ==, predictions[indices[i]]);
}

static void
test_no_images_are_done_at_once (Transparent  *transparent,
                                 gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (transparent->model, 1, 3);
  NnEval eval = nn_eval_begin (runner->exec, &transparent->images, NULL, 0, NULL);

  g_assert_false (nn_eval_step (&eval, 10));
  g_assert_cmpuint (eval.done, ==, 0);
}

static void
test_batches_and_threads_do_not_matter (void)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  const struct { int threads; size_t capacity; size_t batch; } cases[] = {
    { 1, 64, 64 }, { 1, 64, 7 }, { 3, 16, 100 }, { 2, 1, 1 },
  };
  int first[IMAGES], found[IMAGES];

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    g_autoptr (Runner) runner = runner_new (model, cases[c].threads, cases[c].capacity);
    NnEval eval = nn_eval_begin (runner->exec, &pictures->images, NULL, IMAGES,
                                 c == 0 ? first : found);

    while (nn_eval_step (&eval, cases[c].batch))
      continue;
    if (c > 0)
      g_assert_cmpmem (first, sizeof first, found, sizeof found);
  }
}

static void
test_probabilities_are_the_softmax_of_the_logits (Transparent  *transparent,
                                                  gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (transparent->model, 1, 2);
  float x[15], p[15], expected[15];

  nn_images_gather (&transparent->images, NULL, 5, x, NULL);
  nn_predict (runner->exec, x, 5, p);
  nn_softmax (x, 5, 3, expected);
  fixture_check_close ("probabilities", p, expected, 15, 1e-5, 1e-7);
}

/* An activation directly on the image: what reaches it is known. */
static NnModel *
exposed_network_new (const char *activation)
{
  g_autofree char *text = g_strdup_printf ("input channels=1 height=1 width=8\n"
                                           "%s act\n"
                                           "flatten flat\n"
                                           "linear fc out=2\n", activation);

  return fixture_model (text, 1);
}

/* With mean 0 and this deviation a byte is its own value, less an offset. */
static NnImages
exposed_images (const guint8 *pixels,
                size_t        count,
                int           offset)
{
  static const guint8 zeros[1000];

  g_assert_cmpuint (count, <=, sizeof zeros);
  return (NnImages) {
    pixels, zeros, count, 1, 1, 8, 2, { (float) offset / 255 }, { 1.0f / 255 }
  };
}

static void
test_histograms_count_what_reaches_an_activation (void)
{
  g_autoptr (NnModel) model = exposed_network_new ("relu");
  g_autoptr (Runner) runner = runner_new (model, 2, 1);
  /* Less 10: -10, 0, 1, 3, 4, 7, 8, 90; then all 5. */
  const guint8 pixels[] = { 0, 10, 11, 13, 14, 17, 18, 100, 15, 15, 15, 15, 15, 15, 15, 15 };
  const NnImages images = exposed_images (pixels, 2, 10);
  const guint64 expected[] = { 1, 2, 8, 3 };
  guint64 histogram[4], zeros;
  NnError error;

  /* Bins of width 2.25: no value touches a border. */
  g_assert_cmpint (nn_activation_histogram (runner->exec, &images, NULL, 2, 0, 9, histogram, 4,
                                            &zeros, &error), ==, NN_OK);
  g_assert_cmpuint (zeros, ==, 2);
  g_assert_cmpmem (histogram, sizeof histogram, expected, sizeof expected);
}

static void
test_histograms_do_not_depend_on_threads (void)
{
  enum { BINS = 31 };
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  const size_t layer = 1;
  guint64 histograms[2][BINS], zeros[2], total = 0;
  NnError error;

  for (int i = 0; i < 2; i++) {
    g_autoptr (Runner) runner = runner_new (model, i == 0 ? 1 : 4, 32);

    g_assert_cmpint (nn_activation_histogram (runner->exec, &pictures->images, NULL, IMAGES, layer,
                                              0.5f, histograms[i], BINS, &zeros[i], &error),
                     ==, NN_OK);
  }
  g_assert_cmpmem (histograms[0], sizeof histograms[0], histograms[1], sizeof histograms[1]);
  g_assert_cmpuint (zeros[0], ==, zeros[1]);
  for (gsize b = 0; b < BINS; b++)
    total += histograms[0][b];
  g_assert_cmpuint (total + zeros[0], ==,
                    IMAGES * nn_shape_size (nn_model_layer (model, layer).input));
}

static void
test_histograms_refuse_what_they_cannot_count (void)
{
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);
  g_autoptr (Runner) runner = runner_new (model, 1, 4);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, 4, CLASSES);
  NnImages narrow = pictures->images;
  const struct { size_t layer; float maximum; size_t bins; NnStatus status; } cases[] = {
    { 0, 1, 4, NN_ERROR_UNSUPPORTED },
    { 99, 1, 4, NN_ERROR_UNSUPPORTED },
    { 1, 0, 4, NN_ERROR_RANGE },
    { 1, NAN, 4, NN_ERROR_RANGE },
    { 1, 1, 0, NN_ERROR_RANGE },
    { 1, 1, NN_HISTOGRAM_MAX_BINS + 1, NN_ERROR_RANGE },
  };
  guint64 histogram[4], zeros;
  NnError error;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (nn_activation_histogram (runner->exec, &pictures->images, NULL, 4,
                                              cases[i].layer, cases[i].maximum, histogram,
                                              cases[i].bins, &zeros, &error),
                     ==, cases[i].status);
  narrow.width = 5;
  g_assert_cmpint (nn_activation_histogram (runner->exec, &narrow, NULL, 4, 1, 1, histogram, 4,
                                            &zeros, &error), ==, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error.message, "2 x 6 x 6"));
}

/* Alpha of an activation that sees the values 1 .. 200 five times each. */
static double
calibrate_on_a_ramp (double percentile,
                     int    threads)
{
  g_autoptr (NnModel) model = exposed_network_new ("pact");
  g_autoptr (NnPool) pool = fixture_pool (threads);
  guint8 pixels[1000];
  const NnImages images = exposed_images (pixels, 125, 0);
  NnError error;

  for (gsize i = 0; i < 1000; i++)
    pixels[i] = (guint8) (1 + i % 200);
  if (nn_calibrate_alpha (model, pool, &images, NULL, 125, percentile, &error) != NN_OK)
    g_error ("%s", error.message);
  return network_tensor (model, "act.alpha").value[0];
}

static void
test_alpha_is_the_percentile_of_what_it_sees (void)
{
  g_assert_cmpfloat_with_epsilon (calibrate_on_a_ramp (100, 1), 200, 0.1);
  g_assert_cmpfloat_with_epsilon (calibrate_on_a_ramp (99, 1), 198, 0.1);
  g_assert_cmpfloat_with_epsilon (calibrate_on_a_ramp (50, 1), 100, 0.1);
  g_assert_cmpfloat_with_epsilon (calibrate_on_a_ramp (0.5, 1), 1, 0.1);
}

static void
test_calibration_does_not_depend_on_threads (void)
{
  g_assert_cmpfloat (calibrate_on_a_ramp (97.3, 1), ==, calibrate_on_a_ramp (97.3, 4));
}

static void
test_calibration_changes_alphas_only (void)
{
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);
  g_autoptr (NnModel) other = small_network_new (TRUE, 1);
  g_autoptr (NnPool) pool = fixture_pool (2);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  NnError error;

  fixture_set_bits (model, 3, 2);
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &pictures->images, NULL, IMAGES, 99, &error),
                   ==, NN_OK);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    const NnTensor before = nn_model_tensor (other, i);

    if (tensor.role == NN_TENSOR_ALPHA)
      g_assert_cmpfloat (tensor.value[0], !=, before.value[0]);
    else
      fixture_check_same (tensor.name, tensor.value, before.value, tensor.count);
  }
  g_assert_cmpint (nn_model_layer (model, 0).weight_bits, ==, 3);
  g_assert_cmpint (nn_model_layer (model, 1).activation_bits, ==, 2);

  /* Bits do not take part: the same alphas without any. */
  g_assert_cmpint (nn_calibrate_alpha (other, pool, &pictures->images, NULL, IMAGES, 99, &error),
                   ==, NN_OK);
  fixture_check_same ("parameters", nn_model_parameters (model), nn_model_parameters (other),
                      nn_model_arena_count (model));
}

static void
test_a_silent_layer_keeps_its_alpha (void)
{
  g_autoptr (NnModel) model = exposed_network_new ("pact");
  g_autoptr (NnPool) pool = fixture_pool (1);
  const guint8 pixels[16] = { 0 };
  const NnImages images = exposed_images (pixels, 2, 10);
  NnError error;

  g_assert_cmpint (nn_calibrate_alpha (model, pool, &images, NULL, 2, 99, &error), ==, NN_OK);
  g_assert_cmpfloat (network_tensor (model, "act.alpha").value[0], ==, NN_ALPHA_START);
}

static void
test_alpha_does_not_fall_below_its_minimum (void)
{
  g_autoptr (NnModel) model = exposed_network_new ("pact");
  g_autoptr (NnPool) pool = fixture_pool (1);
  const guint8 pixels[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
  NnImages images = exposed_images (pixels, 1, 0);
  NnError error;

  images.std[0] = 1e3f;
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &images, NULL, 1, 99, &error), ==, NN_OK);
  g_assert_cmpfloat (network_tensor (model, "act.alpha").value[0], ==, NN_ALPHA_MINIMUM);
}

static void
test_calibration_refuses_what_it_cannot_do (void)
{
  g_autoptr (NnModel) model = small_network_new (TRUE, 1);
  g_autoptr (NnModel) relu = small_network_new (FALSE, 1);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, 4, CLASSES);
  NnImages many = pictures->images;
  NnError error;

  g_assert_cmpint (nn_calibrate_alpha (relu, pool, &pictures->images, NULL, 4, 99, &error),
                   ==, NN_ERROR_UNSUPPORTED);
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &pictures->images, NULL, 0, 99, &error),
                   ==, NN_ERROR_RANGE);
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &pictures->images, NULL, 4, 0, &error),
                   ==, NN_ERROR_RANGE);
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &pictures->images, NULL, 4, 101, &error),
                   ==, NN_ERROR_RANGE);
  many.classes = 4;
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &many, NULL, 4, 99, &error),
                   ==, NN_ERROR_SHAPE);
  network_tensor (model, "conv.bias").value[0] = NAN;
  g_assert_cmpint (nn_calibrate_alpha (model, pool, &pictures->images, NULL, 4, 99, &error),
                   ==, NN_ERROR_DIVERGED);
  g_assert_nonnull (strstr (error.message, "act1"));
}

/* ---- test-time augmentation --------------------------------------------------- */

/* The weights of views that are (mirrored, right, down), by hand. */
typedef struct
{
  double      weight;
  NnImageView view;
} WeightedView;

static const WeightedView flip_views[] = {
  { 0.5, { .mirrored = FALSE } }, { 0.5, { .mirrored = TRUE } },
};

static const WeightedView flip_translate_views[] = {
  { 0.25, { .mirrored = FALSE } },
  { 0.25, { .mirrored = TRUE } },
  { 0.125, { .mirrored = FALSE, .right = 1, .down = 1 } },
  { 0.125, { .mirrored = TRUE, .right = 1, .down = 1 } },
  { 0.125, { .mirrored = FALSE, .right = -1, .down = -1 } },
  { 0.125, { .mirrored = TRUE, .right = -1, .down = -1 } },
};

/* Adds the logits of all pictures in one view to `sum`. */
static void
add_view (Runner             *runner,
          const NnImages     *images,
          const WeightedView *view,
          double             *sum)
{
  nn_images_gather_view (runner->pool, &view->view, images, NULL, IMAGES,
                         nn_exec_input (runner->exec));
  nn_exec_forward (runner->exec, 0, IMAGES, NULL);
  for (gsize i = 0; i < IMAGES * CLASSES; i++)
    sum[i] += view->weight * (double) nn_exec_logits (runner->exec)[i];
}

static void
check_augmented (NnTestAugment       augment,
                 const WeightedView *views,
                 gsize               n_views)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  g_autoptr (Runner) by_hand = runner_new (model, 1, IMAGES);
  g_autoptr (Runner) runner = runner_new (model, 2, 20);
  double sum[IMAGES * CLASSES] = { 0 };
  double loss = 0;
  int found[IMAGES];
  NnEval eval = nn_eval_begin (runner->exec, &pictures->images, NULL, IMAGES, found);

  g_assert_cmpuint (nn_test_augment_views (augment), ==, n_views);
  for (gsize v = 0; v < n_views; v++)
    add_view (by_hand, &pictures->images, &views[v], sum);
  eval.augment = augment;
  while (nn_eval_step (&eval, 100))
    continue;
  for (gsize i = 0; i < IMAGES; i++) {
    float logits[CLASSES];
    const int label = pictures->images.labels[i];

    for (gsize k = 0; k < CLASSES; k++)
      logits[k] = (float) sum[i * CLASSES + k];
    g_assert_cmpint (found[i], ==, nn_argmax (logits, CLASSES));
    loss += nn_cross_entropy (logits, &label, 1, CLASSES, 0, 0, NULL);
  }
  g_assert_cmpfloat_with_epsilon (eval.loss_sum, loss, 1e-4);
}

static void
test_augmented_logits_are_the_mean_over_views (void)
{
  check_augmented (NN_TTA_FLIP, flip_views, G_N_ELEMENTS (flip_views));
  check_augmented (NN_TTA_FLIP_TRANSLATE, flip_translate_views,
                   G_N_ELEMENTS (flip_translate_views));
}

static void
test_a_list_of_indices_is_followed_with_views (void)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  g_autoptr (Runner) runner = runner_new (model, 1, 12);
  guint32 backwards[IMAGES];
  int in_order[IMAGES], found[IMAGES];
  NnEval all = nn_eval_begin (runner->exec, &pictures->images, NULL, IMAGES, in_order);

  for (guint32 i = 0; i < IMAGES; i++)
    backwards[i] = IMAGES - 1 - i;

  NnEval listed = nn_eval_begin (runner->exec, &pictures->images, backwards, IMAGES, found);

  all.augment = listed.augment = NN_TTA_FLIP_TRANSLATE;
  while (nn_eval_step (&all, 5) || nn_eval_step (&listed, 3))
    continue;
  g_assert_cmpuint (listed.correct, ==, all.correct);
  for (gsize i = 0; i < IMAGES; i++)
    g_assert_cmpint (found[i], ==, in_order[IMAGES - 1 - i]);
}

/* Where an image is its own mirror image, its logits are those of one view. */
static void
test_symmetric_images_are_the_same_flipped (void)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 1);
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  g_autoptr (Runner) runner = runner_new (model, 1, 64);
  const gsize rows = IMAGES * nn_images_stride (&pictures->images) / 6;
  g_autofree guint8 *symmetric = g_memdup2 (pictures->images.pixels, 6 * rows);
  NnImages images = pictures->images;

  for (gsize row = 0; row < rows; row++)
    for (gsize x = 0; x < 3; x++)
      symmetric[6 * row + 5 - x] = symmetric[6 * row + x];
  images.pixels = symmetric;

  NnEval plain = nn_eval_begin (runner->exec, &images, NULL, IMAGES, NULL);
  NnEval flipped = nn_eval_begin (runner->exec, &images, NULL, IMAGES, NULL);

  flipped.augment = NN_TTA_FLIP;
  while (nn_eval_step (&plain, 64))
    continue;
  while (nn_eval_step (&flipped, 64))
    continue;
  g_assert_cmpuint (flipped.correct, ==, plain.correct);
  g_assert_true (flipped.loss_sum == plain.loss_sum);
}

static void
test_images_of_one_row_cannot_be_moved (void)
{
  const NnImages row = { bytes, labels, 5, 1, 1, 3, 3, { 0 }, { 1.0f } };
  NnError error;

  g_assert_cmpint (nn_test_augment_check (NN_TTA_FLIP, &row, &error), ==, NN_OK);
  g_assert_cmpint (nn_test_augment_check (NN_TTA_FLIP_TRANSLATE, &row, &error), ==,
                   NN_ERROR_RANGE);
}

#define ADD_TRANSPARENT(path, test) \
  g_test_add ("/eval/" path, Transparent, NULL, transparent_set_up, test, \
              transparent_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_TRANSPARENT ("counts-are-those-worked-out-by-hand",
                   test_counts_are_those_worked_out_by_hand);
  ADD_TRANSPARENT ("a-list-of-indices-is-followed", test_a_list_of_indices_is_followed);
  ADD_TRANSPARENT ("no-images-are-done-at-once", test_no_images_are_done_at_once);
  ADD_TRANSPARENT ("probabilities-are-the-softmax-of-the-logits",
                   test_probabilities_are_the_softmax_of_the_logits);
  g_test_add_func ("/eval/batches-and-threads-do-not-matter",
                   test_batches_and_threads_do_not_matter);
  g_test_add_func ("/eval/augmented-logits-are-the-mean-over-views",
                   test_augmented_logits_are_the_mean_over_views);
  g_test_add_func ("/eval/a-list-of-indices-is-followed-with-views",
                   test_a_list_of_indices_is_followed_with_views);
  g_test_add_func ("/eval/symmetric-images-are-the-same-flipped",
                   test_symmetric_images_are_the_same_flipped);
  g_test_add_func ("/eval/images-of-one-row-cannot-be-moved",
                   test_images_of_one_row_cannot_be_moved);
  g_test_add_func ("/eval/histograms-count-what-reaches-an-activation",
                   test_histograms_count_what_reaches_an_activation);
  g_test_add_func ("/eval/histograms-do-not-depend-on-threads",
                   test_histograms_do_not_depend_on_threads);
  g_test_add_func ("/eval/histograms-refuse-what-they-cannot-count",
                   test_histograms_refuse_what_they_cannot_count);
  g_test_add_func ("/eval/alpha-is-the-percentile-of-what-it-sees",
                   test_alpha_is_the_percentile_of_what_it_sees);
  g_test_add_func ("/eval/calibration-does-not-depend-on-threads",
                   test_calibration_does_not_depend_on_threads);
  g_test_add_func ("/eval/calibration-changes-alphas-only",
                   test_calibration_changes_alphas_only);
  g_test_add_func ("/eval/a-silent-layer-keeps-its-alpha", test_a_silent_layer_keeps_its_alpha);
  g_test_add_func ("/eval/alpha-does-not-fall-below-its-minimum",
                   test_alpha_does_not_fall_below_its_minimum);
  g_test_add_func ("/eval/calibration-refuses-what-it-cannot-do",
                   test_calibration_refuses_what_it_cannot_do);
  return g_test_run ();
}
