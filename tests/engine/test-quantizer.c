/* test-quantizer.c - PACT, and every row of the table of weight quantizers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-quantizer.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "check-params.h"
#include "golden.h"
#include "kernels/nn-kernel.h"
#include "nn/nn-rng.h"

static void
test_valid_bits_are_off_two_to_eight_and_clip (void)
{
  for (int bits = -1; bits <= 40; bits++)
    g_assert_cmpint (nn_bits_valid (bits), ==,
                     bits == 0 || (bits >= 2 && bits <= 8) || bits == 32);
}

static void
test_rounding_is_half_to_even (void)
{
  for (float x = -9; x <= 9; x += 0.125f)
    g_assert_cmpfloat (nn_round_even (x), ==, rintf (x));
  g_assert_cmpfloat (nn_round_even (4194303.5f), ==, 4194304);
  g_assert_cmpfloat (nn_round_even (0.49999997f), ==, 0);
}

/* 2 bits and alpha 3: levels 0, 1, 2, 3; halves go to the even one. */
static void
test_pact_rounds_to_levels_up_to_alpha (void)
{
  const float x[] = { -1, 0, 0.25f, 0.5f, 1.5f, 1.75f, 2.5f, 2.75f, 3, 9 };
  const float levels[] = { 0, 0, 0, 0, 2, 2, 2, 3, 3, 3 };
  const guint8 regions[] = { 0, 0, 1, 1, 1, 1, 1, 1, 2, 2 };
  float y[G_N_ELEMENTS (x)];
  guint8 region[G_N_ELEMENTS (x)];

  nn_pact_forward (x, G_N_ELEMENTS (x), 3, 2, y, region);
  for (gsize i = 0; i < G_N_ELEMENTS (x); i++) {
    g_assert_cmpfloat (y[i], ==, levels[i]);
    g_assert_cmpint (region[i], ==, regions[i]);
  }
}

static void
test_pact_without_bits_is_relu_and_with_32_it_clips (void)
{
  const float x[] = { -1, 0.3f, 99 };
  float y[3];
  guint8 region[3];

  nn_pact_forward (x, 3, 3, NN_BITS_OFF, y, region);
  g_assert_cmpfloat (y[0], ==, 0);
  g_assert_cmpfloat (y[1], ==, 0.3f);
  g_assert_cmpfloat (y[2], ==, 99);
  g_assert_cmpint (region[2], ==, 1);

  nn_pact_forward (x, 3, 3, NN_BITS_CLIP, y, region);
  g_assert_cmpfloat (y[1], ==, 0.3f);
  g_assert_cmpfloat (y[2], ==, 3);
  g_assert_cmpint (region[2], ==, 2);
}

/* At every length up to a few blocks of the vector code, in place. */
static void
test_pact_sends_the_gradient_inside_or_to_alpha (void)
{
  enum { N = 1100 };
  float g[N];
  guint8 region[N];

  for (int n = 0; n <= N; n++) {
    double sum = 0;

    for (int i = 0; i < n; i++) {
      g[i] = (float) (i + 1);
      region[i] = (guint8) (i * 7 % 11 % 3);
      sum += region[i] == 2 ? i + 1 : 0;
    }
    g_assert_cmpfloat (nn_pact_backward (g, region, (gsize) n, g), ==, sum);
    for (int i = 0; i < n; i++)
      g_assert_cmpfloat (g[i], ==, region[i] == 1 ? i + 1 : 0);
  }
}

static void
test_pact_in_place_is_the_same (void)
{
  enum { N = 137 };
  float x[N], y[N];
  guint8 region[N], again[N];

  for (int bits = 2; bits <= 8; bits++) {
    nn_rng_normal (1, (guint64) bits, x, N);
    nn_pact_forward (x, N, 1.25f, bits, y, region);
    nn_pact_forward (x, N, 1.25f, bits, x, again);
    g_assert_cmpmem (x, sizeof x, y, sizeof y);
    g_assert_cmpmem (region, sizeof region, again, sizeof again);
    /* What lies on levels stays there. */
    nn_pact_forward (x, N, 1.25f, bits, x, NULL);
    g_assert_cmpmem (x, sizeof x, y, sizeof y);
  }
}

static void
test_pact_lets_nan_through (void)
{
  const int widths[] = { NN_BITS_OFF, 4, NN_BITS_CLIP };

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    float values[20];

    for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
      values[k] = NAN;
    nn_pact_forward (values, G_N_ELEMENTS (values), 1, widths[i], values, NULL);
    for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
      g_assert_true (isnan (values[k]));
  }
}

enum { WEIGHTS = 301, MAX_LEVELS = 256 };

/* What is checked of a row with these parameters at these bits. */
typedef void (*Property) (const NnWeightQuantizer *quantizer,
                          const NnParamValues     *values,
                          int                      bits);

/* Weights of one output channel, whose step is not learned. */
static NnWeights
make_weights (const NnParamValues *values,
              int                  bits,
              const float         *w,
              gsize                n)
{
  return (NnWeights) { .values = values, .bits = bits, .w = w, .n = n, .rows = 1 };
}

static void
quantize (const NnWeightQuantizer *quantizer,
          const NnParamValues     *values,
          int                      bits,
          const float             *w,
          gsize                    n,
          float                   *wq)
{
  const NnWeights weights = make_weights (values, bits, w, n);

  quantizer->quantize (&weights, wq);
}

static void
backward (const NnWeightQuantizer *quantizer,
          const NnParamValues     *values,
          int                      bits,
          const float             *w,
          const float             *g,
          gsize                    n,
          float                   *dw)
{
  const NnWeights weights = make_weights (values, bits, w, n);

  quantizer->backward (&weights, g, dw, NULL);
}

/* Runs `property` on every row, with its defaults and with each choice of
 * each parameter, at every bit width. */
static void
for_each_row (Property property)
{
  for (gsize row = 0; nn_weight_quantizer (row) != NULL; row++) {
    const NnWeightQuantizer *quantizer = nn_weight_quantizer (row);
    const NnParamValues defaults = nn_param_defaults (quantizer->params, quantizer->n_params);

    for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits++) {
      g_test_message ("%s, %d bits", quantizer->name, bits);
      property (quantizer, &defaults, bits);
      for (gsize p = 0; p < quantizer->n_params; p++) {
        NnParamValues values = defaults;

        for (int v = 0; quantizer->params[p].type == NN_PARAM_CHOICE
             && quantizer->params[p].choices[v] != NULL; v++) {
          values.value[p] = v;
          property (quantizer, &values, bits);
        }
      }
    }
  }
}

/* Random weights, ascending. */
static void
draw_ascending (float *w)
{
  nn_rng_uniform (3, 4, w, WEIGHTS);
  for (gsize i = 0; i < WEIGHTS; i++)
    w[i] = ((float) i + w[i]) / WEIGHTS * 3 - 1.25f;
}

static void
check_levels (const NnWeightQuantizer *quantizer,
              const NnParamValues     *values,
              int                      bits)
{
  float w[WEIGHTS], wq[WEIGHTS], levels[MAX_LEVELS];

  draw_ascending (w);
  quantize (quantizer, values, bits, w, WEIGHTS, wq);

  const NnWeights weights = make_weights (values, bits, w, WEIGHTS);
  const gsize n = quantizer->levels (&weights, 0, levels);

  g_assert_cmpuint (n, >=, 2);
  g_assert_cmpuint (n, <=, 1u << bits);
  for (gsize k = 1; k < n; k++)
    g_assert_cmpfloat (levels[k - 1], <, levels[k]);
  for (gsize i = 0; i < WEIGHTS; i++) {
    gsize k = 0;

    while (k < n && levels[k] != wq[i])
      k++;
    g_assert_cmpuint (k, <, n);
  }
}

static void
test_quantized_weights_lie_on_the_levels (void)
{
  for_each_row (check_levels);
}

static void
check_monotone (const NnWeightQuantizer *quantizer,
                const NnParamValues     *values,
                int                      bits)
{
  float w[WEIGHTS], wq[WEIGHTS];

  draw_ascending (w);
  quantize (quantizer, values, bits, w, WEIGHTS, wq);
  for (gsize i = 1; i < WEIGHTS; i++)
    g_assert_cmpfloat (wq[i - 1], <=, wq[i]);
  g_assert_cmpfloat (wq[0], <, wq[WEIGHTS - 1]);
}

static void
test_a_larger_weight_gets_no_lower_level (void)
{
  for_each_row (check_monotone);
}

static void
check_extremes (const NnWeightQuantizer *quantizer,
                const NnParamValues     *values,
                int                      bits)
{
  float w[5] = { 0 }, g[] = { 1, -1, 2, 0, 3 }, out[5];

  quantize (quantizer, values, bits, w, 5, out);
  for (gsize i = 0; i < 5; i++)
    g_assert_true (isfinite (out[i]));
  backward (quantizer, values, bits, w, g, 5, out);
  for (gsize i = 0; i < 5; i++)
    g_assert_true (isfinite (out[i]));

  w[2] = 1e30f;
  quantize (quantizer, values, bits, w, 5, out);
  for (gsize i = 0; i < 5; i++)
    g_assert_true (isfinite (out[i]));
  backward (quantizer, values, bits, w, g, 5, g);
  for (gsize i = 0; i < 5; i++)
    g_assert_true (isfinite (g[i]));
}

static void
test_vanishing_and_huge_weights_stay_finite (void)
{
  for_each_row (check_extremes);
}

/* The gradient has the sign of the one that came, and is linear in it. */
static void
check_gradient (const NnWeightQuantizer *quantizer,
                const NnParamValues     *values,
                int                      bits)
{
  float w[WEIGHTS], g[WEIGHTS], dw[WEIGHTS], doubled[WEIGHTS];

  draw_ascending (w);
  nn_rng_normal (3, 5, g, WEIGHTS);
  backward (quantizer, values, bits, w, g, WEIGHTS, dw);
  for (gsize i = 0; i < WEIGHTS; i++) {
    g_assert_cmpfloat (dw[i] * g[i], >=, 0);
    doubled[i] = 2 * g[i];
  }
  backward (quantizer, values, bits, w, doubled, WEIGHTS, doubled);
  for (gsize i = 0; i < WEIGHTS; i++)
    g_assert_cmpfloat (doubled[i], ==, 2 * dw[i]);
}

static void
test_gradients_keep_their_sign (void)
{
  for_each_row (check_gradient);
}

static void
test_rows_are_complete (void)
{
  for (gsize row = 0; nn_weight_quantizer (row) != NULL; row++) {
    const NnWeightQuantizer *quantizer = nn_weight_quantizer (row);

    check_params (quantizer->name, quantizer->params, quantizer->n_params);
    g_assert_true (nn_weight_quantizer_find (quantizer->name) == quantizer);
    g_assert_cmpuint (strlen (quantizer->title), >, 0);
    g_assert_true (g_str_has_suffix (quantizer->summary, "."));
  }
  g_assert_null (nn_weight_quantizer_find ("dithered"));
}

/* The defaults, with `choice` for `param` (NULL: nothing else). */
static NnParamValues
set_param (const NnWeightQuantizer *quantizer,
           const char              *param,
           const char              *choice)
{
  NnParamValues values = nn_param_defaults (quantizer->params, quantizer->n_params);

  if (param != NULL) {
    const int index = nn_param_find (quantizer->params, quantizer->n_params, param);

    g_assert_cmpint (nn_param_parse (&quantizer->params[index], choice, &values.value[index],
                                     NULL), ==, NN_OK);
  }
  return values;
}

/* Two channels, of which the second is a hundred times smaller: with one grid
 * it vanishes, with its own it does not. */
static void
test_min_max_by_channel_keeps_small_channels (void)
{
  const NnWeightQuantizer *min_max = nn_weight_quantizer_find ("min-max");
  const NnParamValues tensor = set_param (min_max, "granularity", "tensor");
  const NnParamValues channel = set_param (min_max, "granularity", "channel");
  const float w[] = { 3, -1.1f, 0.03f, -0.019f };
  const float g[] = { 1, -2, 3, -4 };
  NnWeights weights = { .values = &tensor, .bits = 3, .w = w, .n = 4, .rows = 2 };
  float out[4], levels[MAX_LEVELS];

  min_max->quantize (&weights, out);
  g_assert_cmpfloat (out[0], ==, 3);
  g_assert_cmpfloat (out[1], ==, -1);
  g_assert_cmpfloat (out[2], ==, 0);
  g_assert_false (min_max->by_channel (&tensor));

  weights.values = &channel;
  min_max->quantize (&weights, out);
  g_assert_cmpfloat (out[1], ==, -1);
  g_assert_cmpfloat_with_epsilon (out[2], 0.03, 1e-7);
  g_assert_cmpfloat_with_epsilon (out[3], -0.02, 1e-7);
  g_assert_true (min_max->by_channel (&channel));
  g_assert_cmpuint (min_max->levels (&weights, 1, levels), ==, 7);
  g_assert_cmpfloat_with_epsilon (levels[6], 0.03, 1e-7);

  min_max->backward (&weights, g, out, NULL);
  g_assert_cmpmem (out, sizeof out, g, sizeof g);
}

/* 2 bits, E w^2 = 1 and E|w| = 1: the clip is 3.12 - 2.064 = 1.056, with
 * levels at thirds of it. */
static void
test_sawb_clips_at_its_statistics (void)
{
  const NnWeightQuantizer *sawb = nn_weight_quantizer_find ("sawb");
  const NnParamValues clipped = set_param (sawb, "gradient", "clipped");
  const NnParamValues passed = set_param (sawb, "gradient", "passed");
  const float w[] = { 1, -1, 1, -1 };
  const float wide[] = { 0.1f, -0.1f, 0.1f, 4 };
  const float g[] = { 1, 2, 3, 4 };
  float out[4];

  quantize (sawb, &clipped, 2, w, 4, out);
  g_assert_cmpfloat_with_epsilon (out[0], 1.056, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[1], -1.056, 1e-6);
  backward (sawb, &clipped, 2, wide, g, 4, out);
  g_assert_cmpfloat (out[0], ==, 1);
  g_assert_cmpfloat (out[3], ==, 4);

  /* sqrt (E w^2) and E|w| are 1.0025 and 1: at 8 bits the formula is below 0,
   * so that the largest weight is the clip. */
  const float flat[] = { 1.1f, -0.9f, 1, 1 };

  quantize (sawb, &clipped, 8, flat, 4, out);
  g_assert_cmpfloat_with_epsilon (out[0], 1.1, 1e-6);

  /* A clip of 2.71: 4 lies beyond it. */
  const float tail[] = { 0.5f, -0.5f, 0.5f, 0.5f, -0.5f, 0.5f, 0.5f, 4 };
  const float ones[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
  float slope[8];

  backward (sawb, &clipped, 2, tail, ones, 8, slope);
  g_assert_cmpfloat (slope[0], ==, 1);
  g_assert_cmpfloat (slope[7], ==, 0);
  backward (sawb, &passed, 2, tail, ones, 8, slope);
  g_assert_cmpfloat (slope[7], ==, 1);
}

/* Step 0.5 at 3 bits: codes -4 to 3; -0.3 is code -0.6, which rounds to -1. */
static void
test_lsq_follows_its_formula (void)
{
  const NnWeightQuantizer *lsq = nn_weight_quantizer_find ("lsq");
  const NnParamValues values = set_param (lsq, NULL, NULL);
  const float w[] = { 0.6f, -0.3f, 2, -9 };
  const float g[] = { 1, 2, 4, 8 };
  const float levels[] = { 0.5f, -0.5f, 1.5f, -2 };
  const float slopes[] = { 1, 2, 0, 0 };
  const double dstep = (1 * (1 - 1.2) + 2 * (-1 + 0.6) + 4 * 3 + 8 * -4) / sqrt (4 * 3);
  NnWeights weights = { .values = &values, .bits = 3, .w = w, .n = 4, .rows = 1, .step = 0.5f };
  float out[4], found = NAN;

  lsq->quantize (&weights, out);
  g_assert_cmpmem (out, sizeof out, levels, sizeof levels);
  lsq->backward (&weights, g, out, &found);
  g_assert_cmpmem (out, sizeof out, slopes, sizeof slopes);
  g_assert_cmpfloat_with_epsilon (found, dstep, 1e-5);

  /* 2 E|w| / sqrt (3), and used where nothing is learned. */
  weights.step = 0;
  g_assert_cmpfloat_with_epsilon (lsq->start_step (&weights), 2 * 11.9 / 4 / sqrt (3), 1e-5);
  lsq->quantize (&weights, out);
  g_assert_cmpfloat_with_epsilon (out[3], -3 * lsq->start_step (&weights), 1e-5);
}

/* tanh (w) in shares of the largest: 1, 1/2, -1/10, -1.  At 2 bits codes
 * rint (3 (share / 2 + 1/2)) are 3, 2, 1, 0: levels 1, 1/3, -1/3, -1. */
static void
test_dorefa_follows_its_formula (void)
{
  const NnWeightQuantizer *dorefa = nn_weight_quantizer_find ("dorefa");
  const NnParamValues one = set_param (dorefa, "amplitude", "one");
  const NnParamValues max = set_param (dorefa, "amplitude", "max");
  const float w[] = { atanhf (0.8f), atanhf (0.4f), atanhf (-0.08f), atanhf (-0.8f) };
  const float g[] = { 1, 1, 1, -2 };
  const double levels[] = { 1, 1.0 / 3, -1.0 / 3, -1 };
  const double slopes[] = { 0.36 / 0.8, 0.84 / 0.8, 0.9936 / 0.8, -0.72 / 0.8 };
  float out[4];

  quantize (dorefa, &one, 2, w, 4, out);
  for (gsize i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], levels[i], 1e-6);
  quantize (dorefa, &max, 2, w, 4, out);
  for (gsize i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], levels[i] * w[0], 1e-6);
  backward (dorefa, &one, 2, w, g, 4, out);
  for (gsize i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], slopes[i], 1e-6);
  backward (dorefa, &max, 2, w, g, 4, out);
  for (gsize i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], slopes[i] * w[0], 1e-6);
}

/* The slope shows how close to tanh the vector code comes. */
static void
test_dorefa_has_an_accurate_hyperbolic_tangent (void)
{
  const NnWeightQuantizer *dorefa = nn_weight_quantizer_find ("dorefa");
  const NnParamValues one = set_param (dorefa, "amplitude", "one");

  for (double x = 1e-3; x < 6; x *= 1.01) {
    const float w[] = { (float) x, 20 };
    const float g[] = { 1, 1 };
    float dw[2];

    backward (dorefa, &one, 8, w, g, 2, dw);
    g_assert_cmpfloat_with_epsilon (dw[0], 1 - pow (tanh (w[0]), 2), 1e-6);
  }
}

static void
test_golden_pact (void)
{
  g_autoptr (Golden) golden = golden_open ("pact.safetensors");
  const int widths[] = { 2, 3, 4, 5, 8, 32 };

  if (golden == NULL)
    return;

  gsize n;
  const float *x = golden_floats (golden, "x", &n);
  const float *g = golden_floats (golden, "g", NULL);
  const float alpha = *golden_floats (golden, "alpha", NULL);
  g_autofree float *out = g_new (float, n);
  g_autofree guint8 *region = g_new (guint8, n);

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    g_autofree char *y = g_strdup_printf ("y.%d", widths[i]);
    g_autofree char *dx = g_strdup_printf ("dx.%d", widths[i]);
    g_autofree char *dalpha = g_strdup_printf ("dalpha.%d", widths[i]);

    nn_pact_forward (x, n, alpha, widths[i], out, region);
    golden_compare (golden, y, GOLDEN_EVERY, out, n);
    golden_compare_scalar (golden, dalpha, nn_pact_backward (g, region, n, out));
    golden_compare (golden, dx, GOLDEN_EVERY, out, n);
  }
}

/* Compares a row with golden vectors at all widths that there are. */
static void
check_golden (Golden     *golden,
              GoldenRule  rule,
              const char *prefix,
              const char *name,
              const char *param,
              const char *choice)
{
  const NnWeightQuantizer *quantizer = nn_weight_quantizer_find (name);
  const NnParamValues values = set_param (quantizer, param, choice);
  gsize n;
  const float *w = golden_floats (golden, "w", &n);
  const float *g = golden_floats (golden, "g", NULL);
  g_autofree float *out = g_new (float, n);
  guint widths = 0;

  for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits++) {
    g_autofree char *wq = g_strdup_printf ("%s.wq.%d", prefix, bits);
    g_autofree char *dw = g_strdup_printf ("%s.dw.%d", prefix, bits);
    const NnWeights weights = { &values, bits, w, n, 32, 0 };

    if (!golden_has (golden, wq))
      continue;
    widths++;
    quantizer->quantize (&weights, out);
    golden_compare (golden, wq, rule, out, n);
    quantizer->backward (&weights, g, out, NULL);
    if (golden_has (golden, dw))
      golden_compare (golden, dw, GOLDEN_EVERY, out, n);
  }
  g_assert_cmpuint (widths, >=, 4);
}

static void
test_golden_weights (void)
{
  g_autoptr (Golden) golden = golden_open ("weights.safetensors");

  if (golden == NULL)
    return;
  check_golden (golden, GOLDEN_EVERY, "dorefa", "dorefa", "amplitude", "one");
  check_golden (golden, GOLDEN_EVERY, "dorefa_max", "dorefa", "amplitude", "max");
  check_golden (golden, GOLDEN_EVERY, "minmax_tensor", "min-max", "granularity", "tensor");
  check_golden (golden, GOLDEN_EVERY, "minmax_channel", "min-max", "granularity", "channel");
  check_golden (golden, GOLDEN_EVERY, "lsq", "lsq", NULL, NULL);
  /* The clip is a small difference of large numbers: summed in another order
   * it moves by 3e-7, and at 5 bits one weight lies that close to a boundary. */
  check_golden (golden, GOLDEN_MOST, "sawb", "sawb", "gradient", "clipped");
}

/* The highest level is the clip. */
static void
test_golden_sawb_clip (void)
{
  g_autoptr (Golden) golden = golden_open ("weights.safetensors");
  const int widths[] = { 2, 3, 4, 5, 8 };

  if (golden == NULL)
    return;

  const NnWeightQuantizer *sawb = nn_weight_quantizer_find ("sawb");
  const NnParamValues values = nn_param_defaults (sawb->params, sawb->n_params);
  gsize n;
  const float *w = golden_floats (golden, "w", &n);

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    g_autofree char *clip = g_strdup_printf ("sawb.clip.%d", widths[i]);
    const NnWeights weights = make_weights (&values, widths[i], w, n);
    float levels[MAX_LEVELS];
    const gsize count = sawb->levels (&weights, 0, levels);

    golden_compare_scalar (golden, clip, (double) levels[count - 1]);
  }
}

static void
test_golden_lsq_step (void)
{
  g_autoptr (Golden) golden = golden_open ("weights.safetensors");
  const int widths[] = { 2, 3, 4, 8 };

  if (golden == NULL)
    return;

  const NnWeightQuantizer *lsq = nn_weight_quantizer_find ("lsq");
  const NnParamValues values = nn_param_defaults (lsq->params, lsq->n_params);
  gsize n;
  const float *w = golden_floats (golden, "w", &n);
  const float *g = golden_floats (golden, "g", NULL);
  g_autofree float *dw = g_new (float, n);

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    g_autofree char *s = g_strdup_printf ("lsq.s.%d", widths[i]);
    g_autofree char *ds = g_strdup_printf ("lsq.ds.%d", widths[i]);
    NnWeights weights = make_weights (&values, widths[i], w, n);
    float dstep = NAN;

    golden_compare_scalar (golden, s, (double) lsq->start_step (&weights));
    weights.step = *golden_floats (golden, s, NULL);
    lsq->backward (&weights, g, dw, &dstep);
    golden_compare_scalar (golden, ds, (double) dstep);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quantizer/valid-bits-are-off-two-to-eight-and-clip",
                   test_valid_bits_are_off_two_to_eight_and_clip);
  g_test_add_func ("/quantizer/rounding-is-half-to-even", test_rounding_is_half_to_even);
  g_test_add_func ("/quantizer/pact-rounds-to-levels-up-to-alpha",
                   test_pact_rounds_to_levels_up_to_alpha);
  g_test_add_func ("/quantizer/pact-without-bits-is-relu-and-with-32-it-clips",
                   test_pact_without_bits_is_relu_and_with_32_it_clips);
  g_test_add_func ("/quantizer/pact-sends-the-gradient-inside-or-to-alpha",
                   test_pact_sends_the_gradient_inside_or_to_alpha);
  g_test_add_func ("/quantizer/pact-in-place-is-the-same", test_pact_in_place_is_the_same);
  g_test_add_func ("/quantizer/pact-lets-nan-through", test_pact_lets_nan_through);
  g_test_add_func ("/quantizer/quantized-weights-lie-on-the-levels",
                   test_quantized_weights_lie_on_the_levels);
  g_test_add_func ("/quantizer/a-larger-weight-gets-no-lower-level",
                   test_a_larger_weight_gets_no_lower_level);
  g_test_add_func ("/quantizer/vanishing-and-huge-weights-stay-finite",
                   test_vanishing_and_huge_weights_stay_finite);
  g_test_add_func ("/quantizer/gradients-keep-their-sign", test_gradients_keep_their_sign);
  g_test_add_func ("/quantizer/rows-are-complete", test_rows_are_complete);
  g_test_add_func ("/quantizer/dorefa-follows-its-formula", test_dorefa_follows_its_formula);
  g_test_add_func ("/quantizer/dorefa-has-an-accurate-hyperbolic-tangent",
                   test_dorefa_has_an_accurate_hyperbolic_tangent);
  g_test_add_func ("/quantizer/golden-pact", test_golden_pact);
  g_test_add_func ("/quantizer/min-max-by-channel-keeps-small-channels",
                   test_min_max_by_channel_keeps_small_channels);
  g_test_add_func ("/quantizer/sawb-clips-at-its-statistics", test_sawb_clips_at_its_statistics);
  g_test_add_func ("/quantizer/lsq-follows-its-formula", test_lsq_follows_its_formula);
  g_test_add_func ("/quantizer/golden-weights", test_golden_weights);
  g_test_add_func ("/quantizer/golden-sawb-clip", test_golden_sawb_clip);
  g_test_add_func ("/quantizer/golden-lsq-step", test_golden_lsq_step);
  return g_test_run ();
}
