/* test-layer-gradient.c - gradients of every layer against finite differences
 *
 * The loss is dot (logits, fixed vector), so that between the kinks of relu,
 * pact and max-pool it is linear in every single number, but for batch norm in
 * training, which is smooth; images are drawn until each keeps clear of kinks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "layer-cases.h"
#include "nn-model-private.h"

/* How far a step moves any number, and how far from kinks images stay. */
#define STEP (1.0f / 256)
#define MARGIN 0.03f

typedef struct
{
  const NnModel *model;
  float          clearance; /* least distance from a kink                     */
} Clearance;

static const float *
alpha_of (const Clearance *clearance,
          const NnLayer   *layer)
{
  return layer->alpha >= 0 ? clearance->model->tensors[layer->alpha].info.value : NULL;
}

static void
keep_least (float *least,
            float  value)
{
  *least = MIN (*least, fabsf (value));
}

/* The distance between the two largest values of each window. */
static void
measure_windows (const NnLayer *layer,
                 const float   *values,
                 float         *least)
{
  const int size = (int) layer_value (layer, "size");
  const int stride = layer_value (layer, "stride") > 0 ? (int) layer_value (layer, "stride") : size;
  const NnShape in = layer->input;

  for (int c = 0; c < in.channels; c++)
    for (int y = 0; y + size <= in.height; y += stride)
      for (int x = 0; x + size <= in.width; x += stride) {
        float first = -INFINITY;
        float second = -INFINITY;

        for (int i = 0; i < size * size; i++) {
          const float value = values[(c * in.height + y + i / size) * in.width + x + i % size];

          second = MAX (second, MIN (value, first));
          first = MAX (first, value);
        }
        keep_least (least, first - second);
      }
}

static void
measure_clearance (void        *data,
                   size_t       index,
                   size_t       image,
                   const float *values,
                   size_t       n)
{
  Clearance *clearance = data;
  const NnLayer *layer = &clearance->model->layers[index];
  const char *kind = layer->ops->kind.name;
  const float *alpha = alpha_of (clearance, layer);
  const gboolean of_gelu = alpha != NULL && layer_value (layer, "of") == 1;

  if (strcmp (kind, "max-pool") == 0)
    measure_windows (layer, values, &clearance->clearance);
  if (strcmp (kind, "relu") != 0 && strcmp (kind, "pact") != 0)
    return;
  for (size_t i = 0; i < n; i++) {
    const double x = (double) values[i];
    const float y = of_gelu ? (float) (x * 0.5 * erfc (-x * M_SQRT1_2)) : values[i];

    if (!of_gelu || layer->activation_bits != NN_BITS_OFF)
      keep_least (&clearance->clearance, values[i]);
    if (alpha != NULL && layer->activation_bits != NN_BITS_OFF)
      keep_least (&clearance->clearance, y - *alpha);
  }
}

/* Everything that a finite difference needs. */
typedef struct
{
  const LayerCase *test;
  NnModel    *model;
  NnExec     *exec;
  gsize       count;
  gsize       size;    /* of one image                                        */
  gsize       classes;
  float      *x;       /* (count, size)                                       */
  float      *weights; /* (count, classes): loss = dot (logits, weights)      */
} Slopes;

/* Draws images until each keeps clear of all kinks. */
static void
draw_images (Slopes *slopes,
             NnPool *pool)
{
  g_autoptr (NnExec) exec = fixture_exec (slopes->model, pool, NN_EXEC_INFERENCE, 1);
  guint64 seed = 1;

  for (gsize i = 0; i < slopes->count; i++) {
    Clearance clearance;

    do {
      clearance = (Clearance) { slopes->model, INFINITY };
      fixture_normal (seed++, nn_exec_input (exec), slopes->size);
      nn_exec_observe (exec, 0, 1, measure_clearance, &clearance);
      g_assert_cmpuint (seed, <, 100000);
    } while (clearance.clearance < MARGIN);
    memcpy (slopes->x + i * slopes->size, nn_exec_input (exec), sizeof (float) * slopes->size);
  }
}

static void
forward_slopes (Slopes *slopes)
{
  const NnPass pass = { .training = slopes->test->training, .seed = 5, .step = 7 };

  memcpy (nn_exec_input (slopes->exec), slopes->x, sizeof (float) * slopes->count * slopes->size);
  nn_exec_prepare (slopes->exec);
  nn_exec_forward (slopes->exec, 0, slopes->count, &pass);
}

static double
loss_of_slopes (Slopes *slopes)
{
  const float *logits = nn_exec_logits (slopes->exec);
  double loss = 0;

  forward_slopes (slopes);
  for (gsize i = 0; i < slopes->count * slopes->classes; i++)
    loss += (double) logits[i] * (double) slopes->weights[i];
  return loss;
}

/* `gradient` (n) must be the slopes of the loss in `values` (n); at most
 * `probes` of them are tried. */
static void
check_slopes (Slopes      *slopes,
              const char  *what,
              float       *values,
              const float *gradient,
              gsize        n,
              gsize        probes)
{
  const gsize stride = n / probes + 1;

  for (gsize i = 0; i < n; i += stride) {
    const float before = values[i];
    const float above = before + STEP;
    const float below = before - STEP;

    values[i] = above;
    const double loss_above = loss_of_slopes (slopes);
    values[i] = below;
    const double loss_below = loss_of_slopes (slopes);
    values[i] = before;

    const double slope = (loss_above - loss_below) / ((double) above - (double) below);

    if (!(fabs ((double) gradient[i] - slope) <= 2e-3 + 2e-3 * fabs (slope)))
      g_error ("%s of %s\nin a batch of %" G_GSIZE_FORMAT ": element %" G_GSIZE_FORMAT
               " has gradient %g but slope %g",
               what, slopes->test->text, slopes->count, i, (double) gradient[i], slope);
  }
}

static void
fill_logits_gradient (Slopes *slopes)
{
  memcpy (nn_exec_logits_gradient (slopes->exec), slopes->weights,
          sizeof (float) * slopes->count * slopes->classes);
}

static void
check_gradients (Slopes *slopes,
                 gsize   probes)
{
  const gsize values = slopes->count * slopes->size;
  g_autofree float *gradient = g_new (float, nn_model_arena_count (slopes->model) + 1);
  g_autofree float *input_gradient = g_new (float, values);

  forward_slopes (slopes);
  fill_logits_gradient (slopes);
  nn_exec_backward_input (slopes->exec, 0, slopes->count);
  memcpy (input_gradient, nn_exec_input_gradient (slopes->exec), sizeof (float) * values);
  fill_logits_gradient (slopes);
  nn_exec_backward (slopes->exec, 0, slopes->count, gradient);

  check_slopes (slopes, "input", slopes->x, input_gradient, values, probes);
  for (gsize i = 0; i < nn_model_tensor_count (slopes->model); i++) {
    const NnTensor tensor = nn_model_tensor (slopes->model, i);

    if (!nn_model_tensor_is_trained (slopes->model, i))
      continue;
    check_slopes (slopes, tensor.name, tensor.value,
                  gradient + nn_model_tensor_offset (slopes->model, i), tensor.count, probes);
  }
}

static void
check_case (const LayerCase *test,
            NnPool          *pool,
            gsize            count)
{
  g_autoptr (NnModel) model = fixture_model (test->text, 2);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, count);
  const gsize size = nn_shape_size (nn_model_input (model));
  const gsize classes = (gsize) nn_model_classes (model);
  g_autofree float *x = g_new (float, count * size);
  g_autofree float *weights = g_new (float, count * classes);
  Slopes slopes = { .test = test, .model = model, .exec = exec, .count = count, .size = size,
                    .classes = classes, .x = x, .weights = weights };

  fixture_set_alphas (model, 0.6f);
  fixture_set_bits (model, NN_BITS_OFF, test->activation_bits);
  fixture_normal (77, weights, count * classes);
  draw_images (&slopes, pool);
  check_gradients (&slopes, count == 1 ? 300 : 20);
}

static void
test_gradients_are_the_slopes_of_the_loss (void)
{
  g_autoptr (NnPool) pool = fixture_pool (1);

  for (gsize i = 0; i < n_layer_cases; i++)
    for (gsize b = 0; b < n_layer_batch_sizes; b++)
      check_case (&layer_cases[i], pool, layer_batch_sizes[b]);
}

enum { N_ROUNDED = 40 };

/* What clipped values and, for PACT+, rounded ones tell of alpha. */
static double
naive_alpha_gradient (const float *x,
                      const float *g,
                      double       alpha,
                      int          bits,
                      gboolean     plus)
{
  const double n = pow (2, bits) - 1;
  double sum = 0;

  for (gsize i = 0; i < N_ROUNDED; i++) {
    const double z = (double) x[i] * n / alpha;

    if ((double) x[i] >= alpha)
      sum += (double) g[i];
    else if (x[i] > 0 && plus)
      sum += (double) g[i] * (rint (z) - z) / n;
  }
  return sum;
}

static void
check_alpha_gradient (const char *text,
                      gboolean    plus,
                      int         bits)
{
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autofree float *gradient = g_new (float, nn_model_arena_count (model));
  float g[N_ROUNDED];

  fixture_set_alphas (model, 1.3f);
  fixture_set_bits (model, bits, bits);

  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, 1);

  fixture_normal (1, nn_exec_input (exec), N_ROUNDED);
  fixture_normal (2, g, N_ROUNDED);
  nn_exec_forward (exec, 0, 1, NULL);
  memcpy (nn_exec_logits_gradient (exec), g, sizeof g);
  nn_exec_backward (exec, 0, 1, gradient);
  g_assert_cmpfloat_with_epsilon (gradient[0],
                                  naive_alpha_gradient (nn_exec_input (exec), g, (double) 1.3f,
                                                        bits, plus), 1e-4);
}

static void
test_alpha_learns_from_clipping_and_in_pact_plus_from_rounding (void)
{
  const char *pact = "input channels=2 height=4 width=5\npact t\nflatten flat\n";
  const char *plus = "input channels=2 height=4 width=5\npact t gradient=pact+\nflatten flat\n";

  for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits++) {
    check_alpha_gradient (pact, FALSE, bits);
    check_alpha_gradient (plus, TRUE, bits);
  }
}

static void
check_ties (int size)
{
  g_autofree char *text = g_strdup_printf ("input channels=2 height=%d width=%d\n"
                                           "max-pool t size=%d\n"
                                           "flatten flat\n", 2 * size, 2 * size, size);
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, 1);
  const float *gradient = nn_exec_input_gradient (exec);
  const int width = 2 * size;

  for (int i = 0; i < 2 * width * width; i++)
    nn_exec_input (exec)[i] = 3;
  nn_exec_forward (exec, 0, 1, NULL);
  for (int i = 0; i < 8; i++)
    nn_exec_logits_gradient (exec)[i] = 1;
  nn_exec_backward_input (exec, 0, 1);
  for (int i = 0; i < 2 * width * width; i++) {
    const gboolean first = i / width % size == 0 && i % width % size == 0;

    g_assert_cmpfloat (gradient[i], ==, first ? 1 : 0);
  }
}

static void
test_the_first_of_equal_values_wins_its_window (void)
{
  check_ties (2);
  check_ties (3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layer-gradient/slopes", test_gradients_are_the_slopes_of_the_loss);
  g_test_add_func ("/layer-gradient/alpha",
                   test_alpha_learns_from_clipping_and_in_pact_plus_from_rounding);
  g_test_add_func ("/layer-gradient/ties", test_the_first_of_equal_values_wins_its_window);
  return g_test_run ();
}
