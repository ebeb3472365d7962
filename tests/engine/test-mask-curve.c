/* test-mask-curve.c - accuracy while pixels are masked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-mask-curve.h"

#include <math.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-statistics.h"
#include "small-network.h"

enum { WIDTH = 10, CLASSES = 2, IMAGES = 20 };

/* One row of ten pixels.  Class 1 is "pixel 3 is bright" and everything else
 * hardly matters: the logits are 0 and 8 x3 - 4 + 0.01 (x4 + ... + x9). */
typedef struct
{
  NnModel            *model;
  NnImages            images;
  guint8              pixels[IMAGES * WIDTH];
  guint8              labels[IMAGES];
  NnMaskCurveSettings settings;
} Known;

static void
known_set_up (Known        *known,
              gconstpointer data)
{
  known->model = linear_network_new (1, WIDTH, CLASSES);
  memset (nn_model_parameters (known->model), 0,
          nn_model_arena_count (known->model) * sizeof (float));

  float *weights = network_tensor (known->model, "fc.weight").value + WIDTH;

  for (int p = 4; p < WIDTH; p++)
    weights[p] = 0.01f * (float) p;
  weights[3] = 8;
  network_tensor (known->model, "fc.bias").value[1] = -4;

  for (int i = 0; i < IMAGES; i++) {
    known->labels[i] = (guint8) (i % 2);
    known->pixels[i * WIDTH + 3] = i % 2 == 1 ? 255 : 0;
    known->pixels[i * WIDTH + 9] = 128;
  }
  known->images = (NnImages) {
    known->pixels, known->labels, IMAGES, 1, 1, WIDTH, CLASSES, { 0 }, { 1 }
  };
  known->settings = nn_mask_curve_settings_default (&known->images);
  known->settings.fill = NN_FILL_BLACK;
}

static void
known_tear_down (Known        *known,
                 gconstpointer data)
{
  nn_model_free (known->model);
}

/* Runs a whole curve and returns it. */
static NnMaskCurve *
run_curve (Runner                    *runner,
           const NnImages            *images,
           const NnMaskCurveSettings *settings,
           size_t                     total)
{
  NnError error;
  NnMaskCurve *curve = nn_mask_curve_new (runner->exec, images, NULL, total, settings, &error);

  if (curve == NULL)
    g_error ("%s", error.message);
  while (nn_mask_curve_step (curve))
    continue;
  g_assert_cmpuint (nn_mask_curve_done (curve), ==, total);
  g_assert_false (nn_mask_curve_step (curve));
  return curve;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnMaskCurve, nn_mask_curve_free)

static void
test_defaults_are_ten_levels_of_the_gradient (Known        *known,
                                              gconstpointer data)
{
  const NnMaskCurveSettings settings = nn_mask_curve_settings_default (&known->images);

  g_assert_cmpstr (settings.saliency.method->name, ==, "gradient");
  g_assert_cmpint (settings.ranking, ==, NN_RANKING_MAGNITUDE);
  g_assert_cmpint (settings.fill, ==, NN_FILL_BACKGROUND);
  g_assert_cmpint (settings.order, ==, NN_ORDER_MOST_SALIENT_FIRST);
  g_assert_cmpuint (settings.n_levels, ==, 10);
  g_assert_cmpfloat (settings.levels[0], ==, 0);
  g_assert_cmpfloat_with_epsilon (settings.levels[9], 0.9, 1e-12);
}

static void
test_the_pixel_that_matters_goes_first (Known        *known,
                                        gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 8);
  g_autoptr (NnMaskCurve) curve = run_curve (runner, &known->images, &known->settings, IMAGES);

  g_assert_cmpuint (nn_mask_curve_correct (curve, 0), ==, IMAGES);
  for (gsize level = 1; level < 10; level++)
    g_assert_cmpuint (nn_mask_curve_correct (curve, level), ==, IMAGES / 2);
  /* 1 falls to 1/2 within the first of nine steps. */
  g_assert_cmpfloat_with_epsilon (nn_mask_curve_area (curve), (0.75 + 8 * 0.5) / 9, 1e-9);
}

static void
test_the_pixel_that_matters_goes_last (Known        *known,
                                       gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 8);

  known->settings.order = NN_ORDER_LEAST_SALIENT_FIRST;

  g_autoptr (NnMaskCurve) curve = run_curve (runner, &known->images, &known->settings, IMAGES);

  for (gsize level = 0; level < 10; level++)
    g_assert_cmpuint (nn_mask_curve_correct (curve, level), ==, IMAGES);
  g_assert_cmpfloat_with_epsilon (nn_mask_curve_area (curve), 1, 1e-9);
}

static void
test_a_random_order_hits_it_sooner_or_later (Known        *known,
                                             gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 8);

  known->settings.order = NN_ORDER_RANDOM;

  g_autoptr (NnMaskCurve) curve = run_curve (runner, &known->images, &known->settings, IMAGES);
  g_autoptr (NnMaskCurve) again = run_curve (runner, &known->images, &known->settings, IMAGES);

  known->settings.seed++;

  g_autoptr (NnMaskCurve) other = run_curve (runner, &known->images, &known->settings, IMAGES);
  gsize differences = 0;

  for (gsize level = 0; level < 10; level++) {
    const size_t correct = nn_mask_curve_correct (curve, level);

    g_assert_cmpuint (correct, ==, nn_mask_curve_correct (again, level));
    g_assert_cmpuint (correct, >=, IMAGES / 2);
    differences += correct != nn_mask_curve_correct (other, level);
    if (level > 0)
      g_assert_cmpuint (correct, <=, nn_mask_curve_correct (curve, level - 1));
  }
  g_assert_cmpuint (differences, >, 0);
  g_assert_cmpfloat (nn_mask_curve_area (curve), >, (0.75 + 8 * 0.5) / 9);
  g_assert_cmpfloat (nn_mask_curve_area (curve), <, 1);
}

static void
test_every_share_masks_its_floor_of_pixels (Known        *known,
                                            gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 8);

  known->settings.n_levels = 3;
  known->settings.levels[0] = 0.0999;
  known->settings.levels[1] = 0.1;
  known->settings.levels[2] = 1;

  g_autoptr (NnMaskCurve) curve = run_curve (runner, &known->images, &known->settings, IMAGES);

  g_assert_cmpuint (nn_mask_curve_correct (curve, 0), ==, IMAGES);
  g_assert_cmpuint (nn_mask_curve_correct (curve, 1), ==, IMAGES / 2);
  g_assert_cmpuint (nn_mask_curve_correct (curve, 2), ==, IMAGES / 2);
}

static void
test_counts_can_be_read_at_any_step (Known        *known,
                                     gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 6);
  g_autoptr (NnMaskCurve) curve = nn_mask_curve_new (runner->exec, &known->images, NULL, IMAGES,
                                                     &known->settings, NULL);

  g_assert_cmpuint (nn_mask_curve_done (curve), ==, 0);
  g_assert_true (isnan (nn_mask_curve_area (curve)));
  g_assert_true (nn_mask_curve_step (curve));
  g_assert_cmpuint (nn_mask_curve_done (curve), ==, 6);
  g_assert_cmpuint (nn_mask_curve_correct (curve, 0), ==, 6);
  g_assert_cmpuint (nn_mask_curve_correct (curve, 1), ==, 3);
  g_assert_cmpfloat_with_epsilon (nn_mask_curve_area (curve), (0.75 + 8 * 0.5) / 9, 1e-9);
}

/* A curve of the small network with random fills, all orders. */
static void
run_small (const NnModel *model,
           NnMaskOrder    order,
           int            threads,
           size_t         capacity,
           size_t        *correct)
{
  const NnShape shape = nn_model_input (model);
  g_autoptr (Pictures) pictures = fixture_pictures (shape, IMAGES, 3);
  g_autoptr (Runner) runner = runner_new (model, threads, capacity);
  NnMaskCurveSettings settings = nn_mask_curve_settings_default (&pictures->images);

  settings.order = order;
  settings.fill = NN_FILL_UNIFORM;
  settings.seed = 5;

  g_autoptr (NnMaskCurve) curve = run_curve (runner, &pictures->images, &settings, IMAGES);

  for (gsize level = 0; level < 10; level++)
    correct[level] = nn_mask_curve_correct (curve, level);
}

static void
test_batches_and_threads_do_not_matter (void)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 4);

  for (NnMaskOrder order = 0; nn_mask_order_name (order) != NULL; order++) {
    size_t one[10], other[10];

    run_small (model, order, 1, 32, one);
    run_small (model, order, 3, 32, other);
    g_assert_cmpmem (one, sizeof one, other, sizeof other);
    run_small (model, order, 1, 7, other);
    g_assert_cmpmem (one, sizeof one, other, sizeof other);
  }
}

static void
test_nothing_masked_is_plain_accuracy (void)
{
  g_autoptr (NnModel) model = small_network_new (FALSE, 4);
  g_autoptr (Pictures) pictures = fixture_pictures (nn_model_input (model), IMAGES, 3);
  g_autoptr (Runner) runner = runner_new (model, 1, 8);
  const NnMaskCurveSettings settings = nn_mask_curve_settings_default (&pictures->images);
  g_autoptr (NnMaskCurve) curve = run_curve (runner, &pictures->images, &settings, IMAGES);
  NnEval eval = nn_eval_begin (runner->exec, &pictures->images, NULL, IMAGES, NULL);

  while (nn_eval_step (&eval, 8))
    continue;
  g_assert_cmpuint (nn_mask_curve_correct (curve, 0), ==, eval.correct);
}

static void
test_the_list_of_images_is_followed (Known        *known,
                                     gconstpointer data)
{
  const guint32 odd[] = { 1, 3, 5, 7, 9 };
  g_autoptr (Runner) runner = runner_new (known->model, 1, 2);
  g_autoptr (NnMaskCurve) curve = nn_mask_curve_new (runner->exec, &known->images, odd, 5,
                                                     &known->settings, NULL);

  while (nn_mask_curve_step (curve))
    continue;
  g_assert_cmpuint (nn_mask_curve_correct (curve, 0), ==, 5);
  g_assert_cmpuint (nn_mask_curve_correct (curve, 1), ==, 0);
}

static void
check_refused (Known   *known,
               NnStatus status)
{
  g_autoptr (Runner) runner = runner_new (known->model, 1, 2);
  NnError error = { NN_OK, "" };

  g_assert_null (nn_mask_curve_new (runner->exec, &known->images, NULL, IMAGES,
                                    &known->settings, &error));
  g_assert_cmpint (error.status, ==, status);
}

static void
test_levels_that_make_no_curve_are_refused (Known        *known,
                                            gconstpointer data)
{
  known->settings.levels[3] = 0.9;
  check_refused (known, NN_ERROR_RANGE);
  known->settings.levels[3] = 1.1;
  check_refused (known, NN_ERROR_RANGE);
  known->settings.levels[3] = NAN;
  check_refused (known, NN_ERROR_RANGE);
  known->settings.n_levels = 0;
  check_refused (known, NN_ERROR_RANGE);
  known->settings.n_levels = NN_MASK_MAX_LEVELS + 1;
  check_refused (known, NN_ERROR_RANGE);
}

static void
test_images_of_another_network_are_refused (Known        *known,
                                            gconstpointer data)
{
  known->images.classes = CLASSES + 1;
  check_refused (known, NN_ERROR_SHAPE);
  known->images.classes = CLASSES;
  known->images.width--;
  check_refused (known, NN_ERROR_SHAPE);
}

static void
test_golden_curve (void)
{
  enum { TOTAL = 1000 };
  g_autoptr (Golden) golden = golden_open ("explain.safetensors");
  g_autoptr (Digits) digits = golden != NULL ? digits_new () : NULL;

  if (digits == NULL)
    return;

  g_autoptr (NnModel) model = explained_network_new (golden);
  g_autoptr (Runner) runner = runner_new (model, 2, 200);
  NnMaskCurveSettings settings = nn_mask_curve_settings_default (&digits->images);
  const gint32 *expected = golden_ints (golden, "masking_correct_of_1000", NULL);

  settings.fill = NN_FILL_BLACK;

  g_autoptr (NnMaskCurve) curve = run_curve (runner, &digits->images, &settings, TOTAL);

  for (gsize level = 0; level < 10; level++) {
    g_test_message ("level %" G_GSIZE_FORMAT ": %zu, expected %d", level,
                    nn_mask_curve_correct (curve, level), expected[level]);
    g_assert_cmpint ((int) nn_mask_curve_correct (curve, level), ==, expected[level]);
  }
}

#define ADD_KNOWN(path, test) \
  g_test_add ("/mask-curve/" path, Known, NULL, known_set_up, test, known_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_KNOWN ("defaults-are-ten-levels-of-the-gradient",
             test_defaults_are_ten_levels_of_the_gradient);
  ADD_KNOWN ("the-pixel-that-matters-goes-first", test_the_pixel_that_matters_goes_first);
  ADD_KNOWN ("the-pixel-that-matters-goes-last", test_the_pixel_that_matters_goes_last);
  ADD_KNOWN ("a-random-order-hits-it-sooner-or-later",
             test_a_random_order_hits_it_sooner_or_later);
  ADD_KNOWN ("every-share-masks-its-floor-of-pixels", test_every_share_masks_its_floor_of_pixels);
  ADD_KNOWN ("counts-can-be-read-at-any-step", test_counts_can_be_read_at_any_step);
  ADD_KNOWN ("the-list-of-images-is-followed", test_the_list_of_images_is_followed);
  ADD_KNOWN ("levels-that-make-no-curve-are-refused", test_levels_that_make_no_curve_are_refused);
  ADD_KNOWN ("images-of-another-network-are-refused", test_images_of_another_network_are_refused);
  g_test_add_func ("/mask-curve/batches-and-threads-do-not-matter",
                   test_batches_and_threads_do_not_matter);
  g_test_add_func ("/mask-curve/nothing-masked-is-plain-accuracy",
                   test_nothing_masked_is_plain_accuracy);
  g_test_add_func ("/mask-curve/golden-curve", test_golden_curve);
  return g_test_run ();
}
