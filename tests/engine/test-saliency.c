/* test-saliency.c - every row of the table of explanation methods
 *
 * A linear network has maps in closed form: its gradient is its weights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-saliency.h"

#include <math.h>
#include <string.h>

#include "check-params.h"
#include "golden.h"
#include "nn-saliency-private.h"
#include "small-network.h"

enum { PIXELS = 72, CLASSES = 3, IMAGES = 7 };

static const NnShape small_shape = { .channels = 2, .height = 6, .width = 6 };
static const guint64 ids[IMAGES] = { 100, 3, 5000000, 7, 8, 9, 10 };

static NnSaliencyRequest
request (const char     *method,
         const NnImages *images)
{
  const NnSaliencyMethod *row = nn_saliency_method_find (method);

  g_assert_nonnull (row);
  return nn_saliency_request (row, images);
}

static void
set_value (NnSaliencyRequest *wanted,
           const char        *name,
           const char        *text)
{
  const NnSaliencyMethod *method = wanted->method;
  const int index = nn_param_find (method->params, method->n_params, name);

  g_assert_cmpint (index, >=, 0);
  g_assert_cmpint (nn_param_parse (&method->params[index], text, &wanted->values.value[index],
                                   NULL), ==, NN_OK);
}

static void
test_rows_are_complete (void)
{
  for (gsize i = 0; nn_saliency_method (i) != NULL; i++) {
    const NnSaliencyMethod *method = nn_saliency_method (i);

    check_params (method->name, method->params, method->n_params);
    g_assert_true (nn_saliency_method_find (method->name) == method);
    g_assert_cmpuint (strlen (method->title), >, 0);
    g_assert_cmpuint (strlen (method->source), >, 0);
    g_assert_true (g_str_has_suffix (method->summary, "."));
  }
  g_assert_null (nn_saliency_method_find ("tea-leaves"));
}

static void
test_requests_know_defaults_and_black (void)
{
  g_autoptr (Pictures) pictures = fixture_pictures (small_shape, 1, CLASSES);
  const NnSaliencyRequest wanted = request ("integrated-gradients", &pictures->images);

  g_assert_cmpfloat (wanted.values.value[0], ==, 32);
  g_assert_cmpfloat (wanted.values.value[1], ==, 0);
  g_assert_cmpfloat_with_epsilon (wanted.black[0], -0.3 / 0.3, 1e-6);
  g_assert_cmpfloat_with_epsilon (wanted.black[1], -0.31 / 0.29, 1e-6);
}

/* Two colours of three pixels, two classes. */
typedef struct
{
  NnModel      *model;
  Runner       *runner;
  Pictures *pictures;
  float         x[6];
  const float  *w;   /* of class 1 */
  float         map[6];
} Linear;

static const NnShape linear_shape = { .channels = 2, .height = 1, .width = 3 };

static void
linear_set_up (Linear       *linear,
               gconstpointer data)
{
  linear->model = linear_network_new (2, 3, 2);
  linear->runner = runner_new (linear->model, 1, 4);
  linear->pictures = fixture_pictures (linear_shape, 1, 2);
  nn_images_gather (&linear->pictures->images, NULL, 1, linear->x, NULL);
  linear->w = network_tensor (linear->model, "fc.weight").value + 6;
}

static void
linear_tear_down (Linear       *linear,
                  gconstpointer data)
{
  pictures_free (linear->pictures);
  runner_free (linear->runner);
  nn_model_free (linear->model);
}

static void
linear_explain (Linear                  *linear,
                const NnSaliencyRequest *wanted)
{
  const int class = 1;

  nn_saliency_explain (linear->runner->exec, wanted, linear->x, &class, NULL, 1, linear->map);
}

static void
test_gradients_of_a_linear_network_are_its_weights (Linear       *linear,
                                                    gconstpointer data)
{
  const char *const methods[] = { "gradient", "absolute-gradient", "smoothgrad" };

  for (gsize m = 0; m < G_N_ELEMENTS (methods); m++) {
    const NnSaliencyRequest wanted = request (methods[m], &linear->pictures->images);

    linear_explain (linear, &wanted);
    for (gsize i = 0; i < 6; i++)
      g_assert_cmpfloat_with_epsilon (linear->map[i], m == 1 ? fabsf (linear->w[i]) : linear->w[i],
                                      1e-6);
  }
}

static void
test_input_times_gradient_splits_a_linear_logit (Linear       *linear,
                                                 gconstpointer data)
{
  const NnSaliencyRequest wanted = request ("input-x-gradient", &linear->pictures->images);

  linear_explain (linear, &wanted);
  for (gsize i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (linear->map[i], linear->w[i] * linear->x[i], 1e-6);
}

static void
test_integrated_gradients_count_from_the_baseline (Linear       *linear,
                                                   gconstpointer data)
{
  NnSaliencyRequest wanted = request ("integrated-gradients", &linear->pictures->images);

  linear_explain (linear, &wanted);
  for (gsize i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (linear->map[i],
                                    linear->w[i] * (linear->x[i] - wanted.black[i / 3]), 1e-5);

  set_value (&wanted, "baseline", "mean");
  linear_explain (linear, &wanted);
  for (gsize i = 0; i < 6; i++) {
    const float *channel = linear->x + i / 3 * 3;
    const float mean = (channel[0] + channel[1] + channel[2]) / 3;

    g_assert_cmpfloat_with_epsilon (linear->map[i], linear->w[i] * (linear->x[i] - mean), 1e-5);
  }
}

static void
test_integrated_gradients_of_the_baseline_are_zero (Linear       *linear,
                                                    gconstpointer data)
{
  const char *const baselines[] = { "black", "mean", "noise" };

  for (gsize b = 0; b < G_N_ELEMENTS (baselines); b++) {
    NnSaliencyRequest wanted = request ("integrated-gradients", &linear->pictures->images);

    set_value (&wanted, "baseline", baselines[b]);
    for (gsize i = 0; i < 6; i++)
      linear->x[i] = wanted.black[i / 3];
    linear_explain (linear, &wanted);
    for (gsize i = 0; i < 6; i++)
      g_assert_cmpfloat_with_epsilon (linear->map[i], 0, 1e-6);
  }
}

/* A small network and images, normalised. */
typedef struct
{
  NnModel      *model;
  Pictures *pictures;
  float         x[IMAGES * PIXELS];
  int           labels[IMAGES];
} Small;

static void
small_set_up (Small        *small,
              gconstpointer data)
{
  small->model = small_network_new (FALSE, 11);
  small->pictures = fixture_pictures (small_shape, IMAGES, CLASSES);
  nn_images_gather (&small->pictures->images, NULL, IMAGES, small->x, small->labels);
}

static void
small_tear_down (Small        *small,
                 gconstpointer data)
{
  pictures_free (small->pictures);
  nn_model_free (small->model);
}

/* A request for row `row`, with `choice` of its first choice parameter;
 * FALSE past the last choice. */
static gboolean
next_request (const Small       *small,
              gsize              row,
              int                choice,
              NnSaliencyRequest *wanted)
{
  const NnSaliencyMethod *method = nn_saliency_method (row);

  *wanted = nn_saliency_request (method, &small->pictures->images);
  wanted->seed = 21;
  for (gsize p = 0; p < method->n_params; p++) {
    const NnParam *param = &method->params[p];

    if (param->type == NN_PARAM_CHOICE) {
      if (param->choices[choice] == NULL)
        return FALSE;
      wanted->values.value[p] = choice;
      return TRUE;
    }
  }
  return choice == 0;
}

/* What is checked of every row with every choice. */
typedef void (*Property) (Small                   *small,
                          const NnSaliencyRequest *wanted);

static void
for_each_request (Small   *small,
                  Property property)
{
  NnSaliencyRequest wanted;

  for (gsize row = 0; nn_saliency_method (row) != NULL; row++) {
    for (int choice = 0; next_request (small, row, choice, &wanted); choice++) {
      g_test_message ("%s, choice %d", wanted.method->name, choice);
      property (small, &wanted);
    }
  }
}

static void
explain_all (Small                   *small,
             const NnSaliencyRequest *wanted,
             int                      threads,
             size_t                   capacity,
             float                   *maps)
{
  g_autoptr (Runner) runner = runner_new (small->model, threads, capacity);

  nn_saliency_explain (runner->exec, wanted, small->x, small->labels, ids, IMAGES, maps);
}

static void
check_batches (Small                   *small,
               const NnSaliencyRequest *wanted)
{
  const size_t capacities[] = { 1, 3, 5, 64 };
  g_autoptr (Runner) runner = runner_new (small->model, 1, 16);
  float alone[IMAGES * PIXELS], together[IMAGES * PIXELS];

  for (gsize i = 0; i < IMAGES; i++)
    nn_saliency_explain (runner->exec, wanted, small->x + i * PIXELS, &small->labels[i], &ids[i],
                         1, alone + i * PIXELS);
  for (gsize c = 0; c < G_N_ELEMENTS (capacities); c++) {
    explain_all (small, wanted, 1, capacities[c], together);
    fixture_check_close (wanted->method->name, together, alone, G_N_ELEMENTS (alone),
                         1e-5, 1e-6);
  }
}

static void
test_one_image_alone_is_as_in_any_batch (Small        *small,
                                         gconstpointer data)
{
  for_each_request (small, check_batches);
}

static void
check_threads (Small                   *small,
               const NnSaliencyRequest *wanted)
{
  float one[IMAGES * PIXELS], three[IMAGES * PIXELS];

  explain_all (small, wanted, 1, 16, one);
  explain_all (small, wanted, 3, 16, three);
  g_assert_cmpmem (one, sizeof one, three, sizeof three);
}

static void
test_threads_change_no_bit (Small        *small,
                            gconstpointer data)
{
  for_each_request (small, check_threads);
}

/* Is the map a function of the seed? */
static gboolean
is_random (const NnSaliencyRequest *wanted)
{
  return g_str_equal (wanted->method->name, "smoothgrad")
         || (g_str_equal (wanted->method->name, "integrated-gradients")
             && wanted->values.value[1] == 2);
}

static void
check_seeds (Small                   *small,
             const NnSaliencyRequest *wanted)
{
  NnSaliencyRequest other = *wanted;
  float maps[IMAGES * PIXELS], again[IMAGES * PIXELS], others[IMAGES * PIXELS];

  other.seed++;
  explain_all (small, wanted, 1, 16, maps);
  explain_all (small, wanted, 1, 16, again);
  explain_all (small, &other, 1, 16, others);
  g_assert_cmpmem (maps, sizeof maps, again, sizeof again);
  g_assert_cmpint (memcmp (maps, others, sizeof maps) != 0, ==, is_random (wanted));
}

static void
test_seeds_change_random_methods_only (Small        *small,
                                       gconstpointer data)
{
  for_each_request (small, check_seeds);
}

static void
check_sign (Small                   *small,
            const NnSaliencyRequest *wanted)
{
  float maps[IMAGES * PIXELS];
  gsize negative = 0, positive = 0;

  explain_all (small, wanted, 1, 16, maps);
  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++) {
    g_assert_true (isfinite (maps[i]));
    negative += maps[i] < 0;
    positive += maps[i] > 0;
  }
  g_assert_cmpuint (positive, >, 0);
  g_assert_cmpint (negative > 0, ==, wanted->method->is_signed);
}

static void
test_maps_have_a_sign_where_the_row_says_so (Small        *small,
                                             gconstpointer data)
{
  for_each_request (small, check_sign);
}

static void
check_quantized (Small                   *small,
                 const NnSaliencyRequest *wanted)
{
  NnModel *full = small->model;
  g_autoptr (NnModel) quantized = small_network_new (TRUE, 11);
  float before[IMAGES * PIXELS], maps[IMAGES * PIXELS];

  explain_all (small, wanted, 1, 16, before);
  g_assert_cmpint (nn_model_set_bits (quantized, 2, 2, NN_EDGES_SAME, NULL), ==, NN_OK);
  small->model = quantized;
  explain_all (small, wanted, 1, 16, maps);
  small->model = full;
  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    g_assert_true (isfinite (maps[i]));
  g_assert_true (memcmp (before, maps, sizeof maps) != 0);
}

static void
test_quantized_networks_are_explained_as_they_run (Small        *small,
                                                   gconstpointer data)
{
  for_each_request (small, check_quantized);
}

static void
test_explaining_changes_no_weight (Small        *small,
                                   gconstpointer data)
{
  const gsize size = nn_model_arena_count (small->model) * sizeof (float);
  g_autofree float *before = g_memdup2 (nn_model_parameters (small->model), size);
  const NnSaliencyRequest wanted = request ("smoothgrad", &small->pictures->images);
  float maps[IMAGES * PIXELS];

  explain_all (small, &wanted, 2, 16, maps);
  g_assert_cmpmem (before, size, nn_model_parameters (small->model), size);
}

/* The chosen logit of image 0 as it is in small->x. */
static double
compute_logit (Small  *small,
               Runner *runner)
{
  memcpy (nn_exec_input (runner->exec), small->x, PIXELS * sizeof *small->x);
  nn_exec_forward (runner->exec, 0, 1, NULL);
  return nn_exec_logits (runner->exec)[small->labels[0]];
}

static void
test_the_gradient_is_the_slope_of_the_logit (Small        *small,
                                             gconstpointer data)
{
  g_autoptr (Runner) runner = runner_new (small->model, 1, 1);
  const NnSaliencyRequest wanted = request ("gradient", &small->pictures->images);
  const float step = 1.0f / 1024;
  float map[PIXELS];

  nn_saliency_explain (runner->exec, &wanted, small->x, small->labels, NULL, 1, map);
  for (gsize i = 0; i < PIXELS; i++) {
    const float before = small->x[i];

    small->x[i] = before + step;
    const double above = compute_logit (small, runner);
    small->x[i] = before - step;
    const double below = compute_logit (small, runner);
    small->x[i] = before;
    g_assert_cmpfloat_with_epsilon (map[i], (above - below) / (2 * step), 2e-3);
  }
}

static void
check_completeness (Small                   *small,
                    const NnSaliencyRequest *wanted)
{
  g_autoptr (Runner) runner = runner_new (small->model, 1, 3);
  NnSaliencyRequest fine = *wanted;
  float maps[IMAGES * PIXELS];
  double expected[IMAGES], found[IMAGES];

  if (g_str_equal (wanted->method->name, "integrated-gradients"))
    set_value (&fine, "steps", "256");
  nn_saliency_explain (runner->exec, &fine, small->x, small->labels, ids, IMAGES, maps);
  nn_saliency_completeness (runner->exec, &fine, small->x, small->labels, ids, IMAGES, maps,
                            expected, found);
  for (gsize i = 0; i < IMAGES; i++) {
    if (g_str_equal (wanted->method->name, "integrated-gradients")) {
      g_assert_cmpfloat (fabs (expected[i]), >, 1e-4);
      g_assert_cmpfloat_with_epsilon (found[i], expected[i], 2e-3);
    } else {
      g_assert_true (isnan (expected[i]));
      g_assert_true (isnan (found[i]));
    }
  }
}

static void
test_integrated_gradients_are_complete (Small        *small,
                                        gconstpointer data)
{
  for_each_request (small, check_completeness);
}

/* The golden network with the first 8 test digits in it. */
typedef struct
{
  Golden  *golden;
  Digits  *digits;
  NnModel *model;
  Runner  *runner;
  float    x[8 * 784];
  int      labels[8];
  float    maps[8 * 784];
} Explained;

static void
explained_set_up (Explained    *explained,
                  gconstpointer data)
{
  explained->golden = golden_open ("explain.safetensors");
  explained->digits = explained->golden != NULL ? digits_new () : NULL;
  if (explained->digits == NULL)
    return;
  explained->model = explained_network_new (explained->golden);
  explained->runner = runner_new (explained->model, 2, 64);
  nn_images_gather (&explained->digits->images, NULL, 8, explained->x, explained->labels);
}

static void
explained_tear_down (Explained    *explained,
                     gconstpointer data)
{
  g_clear_pointer (&explained->runner, runner_free);
  g_clear_pointer (&explained->model, nn_model_free);
  g_clear_pointer (&explained->digits, digits_free);
  g_clear_pointer (&explained->golden, golden_close);
}

static void
test_golden_logits (Explained    *explained,
                    gconstpointer data)
{
  if (explained->model == NULL)
    return;
  memcpy (nn_exec_input (explained->runner->exec), explained->x, sizeof explained->x);
  nn_exec_forward (explained->runner->exec, 0, 8, NULL);
  golden_compare (explained->golden, "logits", GOLDEN_EVERY,
                  nn_exec_logits (explained->runner->exec), 80);
}

static void
test_golden_maps (Explained    *explained,
                  gconstpointer data)
{
  /* A path and a cloud of images meet kinks, where rounding decides. */
  const struct { const char *method; const char *tensor; GoldenRule rule; } cases[] = {
    { "gradient", "gradient", GOLDEN_EVERY },
    { "input-x-gradient", "input_x_gradient", GOLDEN_EVERY },
    { "integrated-gradients", "integrated_gradients", GOLDEN_MOST },
  };

  if (explained->model == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const NnSaliencyRequest wanted = request (cases[i].method, &explained->digits->images);

    nn_saliency_explain (explained->runner->exec, &wanted, explained->x, explained->labels, NULL,
                         8, explained->maps);
    golden_compare (explained->golden, cases[i].tensor, cases[i].rule, explained->maps,
                    G_N_ELEMENTS (explained->maps));
  }
}

static void
test_golden_smoothgrad (Explained    *explained,
                        gconstpointer data)
{
  if (explained->model == NULL)
    return;

  const NnSaliencyRequest wanted = request ("smoothgrad", &explained->digits->images);
  const float *noise = golden_floats (explained->golden, "smoothgrad_noise", NULL);

  nn_saliency_explain_with_noise (explained->runner->exec, &wanted, explained->x,
                                  explained->labels, 8, noise, explained->maps);
  golden_compare (explained->golden, "smoothgrad", GOLDEN_MOST, explained->maps,
                  G_N_ELEMENTS (explained->maps));
}

#define ADD_LINEAR(path, test) \
  g_test_add ("/saliency/" path, Linear, NULL, linear_set_up, test, linear_tear_down)
#define ADD_SMALL(path, test) \
  g_test_add ("/saliency/" path, Small, NULL, small_set_up, test, small_tear_down)
#define ADD_GOLDEN(path, test) \
  g_test_add ("/saliency/" path, Explained, NULL, explained_set_up, test, \
              explained_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saliency/rows-are-complete", test_rows_are_complete);
  g_test_add_func ("/saliency/requests-know-defaults-and-black",
                   test_requests_know_defaults_and_black);
  ADD_LINEAR ("gradients-of-a-linear-network-are-its-weights",
              test_gradients_of_a_linear_network_are_its_weights);
  ADD_LINEAR ("input-times-gradient-splits-a-linear-logit",
              test_input_times_gradient_splits_a_linear_logit);
  ADD_LINEAR ("integrated-gradients-count-from-the-baseline",
              test_integrated_gradients_count_from_the_baseline);
  ADD_LINEAR ("integrated-gradients-of-the-baseline-are-zero",
              test_integrated_gradients_of_the_baseline_are_zero);
  ADD_SMALL ("one-image-alone-is-as-in-any-batch", test_one_image_alone_is_as_in_any_batch);
  ADD_SMALL ("threads-change-no-bit", test_threads_change_no_bit);
  ADD_SMALL ("seeds-change-random-methods-only", test_seeds_change_random_methods_only);
  ADD_SMALL ("maps-have-a-sign-where-the-row-says-so", test_maps_have_a_sign_where_the_row_says_so);
  ADD_SMALL ("quantized-networks-are-explained-as-they-run",
             test_quantized_networks_are_explained_as_they_run);
  ADD_SMALL ("explaining-changes-no-weight", test_explaining_changes_no_weight);
  ADD_SMALL ("the-gradient-is-the-slope-of-the-logit", test_the_gradient_is_the_slope_of_the_logit);
  ADD_SMALL ("integrated-gradients-are-complete", test_integrated_gradients_are_complete);
  ADD_GOLDEN ("golden-logits", test_golden_logits);
  ADD_GOLDEN ("golden-maps", test_golden_maps);
  ADD_GOLDEN ("golden-smoothgrad", test_golden_smoothgrad);
  return g_test_run ();
}
