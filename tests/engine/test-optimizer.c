/* test-optimizer.c - every row of the table, by hand and by golden vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-optimizer.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "check-params.h"
#include "golden.h"

static NnParamValues
get_defaults (const NnOptimizer *optimizer)
{
  return nn_param_defaults (optimizer->params, optimizer->n_params);
}

static void
set_value (const NnOptimizer *optimizer,
           NnParamValues     *values,
           const char        *name,
           double             value)
{
  const int index = nn_param_find (optimizer->params, optimizer->n_params, name);

  g_assert_cmpint (index, >=, 0);
  g_assert_cmpint (nn_param_check (&optimizer->params[index], value, NULL), ==, NN_OK);
  values->value[index] = value;
}

static void
test_rows_are_complete (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++) {
    const NnOptimizer *optimizer = nn_optimizer (i);

    check_params (optimizer->name, optimizer->params, optimizer->n_params);
    g_assert_true (nn_optimizer_find (optimizer->name) == optimizer);
    g_assert_cmpint (optimizer->n_slots, <=, NN_OPTIMIZER_MAX_SLOTS);
    g_assert_cmpfloat (optimizer->learning_rate, >, 0);
    g_assert_cmpuint (strlen (optimizer->title), >, 0);
    g_assert_true (g_str_has_suffix (optimizer->summary, "."));
  }
  g_assert_null (nn_optimizer_find ("newton"));
}

/* Minimises (w - 3)^2 / 2 from 0 and returns the w that is reached. */
static double
descend (const NnOptimizer *optimizer,
         double             learning_rate,
         guint64            steps)
{
  const NnParamValues values = get_defaults (optimizer);
  float w = 0, a = 0, b = 0;
  float *const slots[] = { &a, &b };

  for (guint64 step = 1; step <= steps; step++) {
    const float g = w - 3;

    optimizer->update (&values, learning_rate, 0, step, 1, &w, &g, slots);
  }
  return w;
}

static void
test_every_row_finds_the_bottom_of_a_bowl (void)
{
  for (gsize i = 0; nn_optimizer (i) != NULL; i++)
    g_assert_cmpfloat_with_epsilon (descend (nn_optimizer (i), nn_optimizer (i)->learning_rate,
                                             20000), 3, 0.05);
}

/* The vector code and the loop behind it do the same. */
static void
test_every_row_treats_all_elements_alike (void)
{
  enum { N = 67 };

  for (gsize i = 0; nn_optimizer (i) != NULL; i++) {
    const NnOptimizer *optimizer = nn_optimizer (i);
    const NnParamValues values = get_defaults (optimizer);
    float w[N], g[N], a[N] = { 0 }, b[N] = { 0 };
    float *const slots[] = { a, b };

    for (int k = 0; k < N; k++) {
      w[k] = 0.7f;
      g[k] = -0.3f;
    }
    for (guint64 step = 1; step <= 3; step++)
      optimizer->update (&values, 0.1, 0.01, step, N, w, g, slots);
    for (int k = 1; k < N; k++)
      g_assert_cmpfloat (w[k], ==, w[0]);
    g_assert_cmpfloat (w[0], !=, 0.7f);
  }
}

/* Two steps from w = 1 with gradients 0.5 and -0.25, worked out by hand. */
typedef struct
{
  const char *name;
  const char *param;         /* that differs from its default, or NULL        */
  double      value;
  double      learning_rate;
  double      decay;
  double      expected[2];
} TwoSteps;

static const TwoSteps two_steps[] = {
  /* v = 0.5, 0.9 * 0.5 - 0.25 = 0.2 */
  { "sgd", NULL, 0, 0.1, 0, { 0.95, 0.93 } },
  /* 0.5 + 0.9 * 0.5; -0.25 + 0.9 * 0.2 */
  { "sgd", "nesterov", 1, 0.1, 0, { 0.905, 0.912 } },
  { "sgd", "momentum", 0, 0.1, 0, { 0.95, 0.975 } },
  /* g + 0.1 w: 0.6; 0.9 * 0.6 - 0.25 + 0.094 = 0.384 */
  { "sgd", NULL, 0, 0.1, 0.1, { 0.94, 0.9016 } },
  /* The first step is the learning rate.  Then the mean is
   * (0.9 * 0.05 - 0.025) / 0.19 = 0.105263, the mean square
   * (0.999 * 0.00025 + 0.0000625) / 0.001999 = 0.156203. */
  { "adam", NULL, 0, 0.01, 0, { 0.99, 0.987336623 } },
  /* The same steps behind a shrinking by 1 - 0.01 * 0.1. */
  { "adamw", NULL, 0, 0.01, 0.1, { 0.989, 0.985347623 } },
  /* s = 0.025, d = 0.5 sqrt (1e-6 / 0.025001) = 0.00316221; u = 9.99960e-7.
   * s = 0.02875, d = -0.25 sqrt (1.99996e-6 / 0.028751) = -0.00208510 */
  { "adadelta", NULL, 0, 1, 0, { 0.99683779, 0.99892289 } },
};

static void
test_two_steps_are_those_worked_out_by_hand (void)
{
  const float gradients[] = { 0.5f, -0.25f };

  for (gsize i = 0; i < G_N_ELEMENTS (two_steps); i++) {
    const TwoSteps *known = &two_steps[i];
    const NnOptimizer *optimizer = nn_optimizer_find (known->name);
    NnParamValues values = get_defaults (optimizer);
    float w = 1, a = 0, b = 0;
    float *const slots[] = { &a, &b };

    g_test_message ("%s", known->name);
    if (known->param != NULL)
      set_value (optimizer, &values, known->param, known->value);
    for (int k = 0; k < 2; k++) {
      optimizer->update (&values, known->learning_rate, known->decay, (guint64) k + 1, 1,
                         &w, &gradients[k], slots);
      g_assert_cmpfloat_with_epsilon (w, known->expected[k], 2e-6);
    }
  }
}

/* A golden trajectory and the settings behind it. */
typedef struct
{
  const char *tensor;
  const char *name;
  double      learning_rate;
  double      decay;
  double      momentum; /* of sgd                                             */
  double      nesterov;
} Trajectory;

static const Trajectory trajectories[] = {
  { "p.sgd", "sgd", 0.1, 0, 0, 0 },
  { "p.momentum", "sgd", 0.1, 5e-4, 0.9, 0 },
  { "p.nesterov", "sgd", 0.1, 5e-4, 0.9, 1 },
  { "p.adam", "adam", 1e-2, 0, 0, 0 },
  { "p.adamw", "adamw", 1e-2, 0.05, 0, 0 },
  { "p.adadelta", "adadelta", 1, 0, 0, 0 },
};

static void
check_trajectory (Golden           *golden,
                  const Trajectory *known)
{
  const NnOptimizer *optimizer = nn_optimizer_find (known->name);
  NnParamValues values = get_defaults (optimizer);
  gsize n, total;
  const float *start = golden_floats (golden, "p0", &n);
  const float *gradients = golden_floats (golden, "grads", &total);
  g_autofree float *w = g_memdup2 (start, n * sizeof *w);
  g_autofree float *a = g_new0 (float, n);
  g_autofree float *b = g_new0 (float, n);
  g_autofree float *found = g_new (float, total);
  float *const slots[] = { a, b };

  if (g_str_equal (known->name, "sgd")) {
    set_value (optimizer, &values, "momentum", known->momentum);
    set_value (optimizer, &values, "nesterov", known->nesterov);
  }
  for (gsize step = 0; step < total / n; step++) {
    optimizer->update (&values, known->learning_rate, known->decay, step + 1, n, w,
                       gradients + step * n, slots);
    memcpy (found + step * n, w, n * sizeof *w);
  }
  golden_compare (golden, known->tensor, GOLDEN_EVERY, found, total);
}

static void
test_golden_trajectories (void)
{
  g_autoptr (Golden) golden = golden_open ("optimizers.safetensors");

  if (golden == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (trajectories); i++)
    check_trajectory (golden, &trajectories[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimizer/rows-are-complete", test_rows_are_complete);
  g_test_add_func ("/optimizer/every-row-finds-the-bottom-of-a-bowl",
                   test_every_row_finds_the_bottom_of_a_bowl);
  g_test_add_func ("/optimizer/every-row-treats-all-elements-alike",
                   test_every_row_treats_all_elements_alike);
  g_test_add_func ("/optimizer/two-steps-are-those-worked-out-by-hand",
                   test_two_steps_are_those_worked_out_by_hand);
  g_test_add_func ("/optimizer/golden-trajectories", test_golden_trajectories);
  return g_test_run ();
}
