/* test-schedule.c - learning-rate factors, and the order of an epoch
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-schedule.h"

#include <glib.h>
#include <string.h>

static void
test_every_schedule_has_its_own_name_and_title (void)
{
  int n = 0;

  for (; nn_schedule_name ((NnSchedule) n) != NULL; n++) {
    g_assert_nonnull (nn_schedule_title ((NnSchedule) n));
    for (int i = 0; i < n; i++) {
      g_assert_cmpstr (nn_schedule_name ((NnSchedule) i), !=, nn_schedule_name ((NnSchedule) n));
      g_assert_cmpstr (nn_schedule_title ((NnSchedule) i), !=,
                       nn_schedule_title ((NnSchedule) n));
    }
  }
  g_assert_cmpint (n, ==, NN_SCHEDULE_TRIANGULAR + 1);
  g_assert_null (nn_schedule_title ((NnSchedule) n));
}

/* `schedule` over `total` steps without warm-up, down to nothing. */
static double
factor (NnSchedule schedule,
        guint64    step,
        guint64    total)
{
  const NnRateCourse course = { .schedule = schedule, .total = total, .peak = 0.25 };

  return nn_rate_factor (&course, step);
}

static void
test_all_others_start_at_one_and_never_rise (void)
{
  for (int i = 0; i < NN_SCHEDULE_TRIANGULAR; i++) {
    double last = 1;

    g_assert_cmpfloat (factor ((NnSchedule) i, 0, 1000), ==, 1);
    for (guint64 step = 0; step <= 1200; step++) {
      const double found = factor ((NnSchedule) i, step, 1000);

      g_assert_cmpfloat (found, >=, 0);
      g_assert_cmpfloat (found, <=, last);
      last = found;
    }
  }
}

static void
test_no_steps_at_all_give_a_factor_of_one (void)
{
  for (int i = 0; nn_schedule_name ((NnSchedule) i) != NULL; i++)
    g_assert_cmpfloat (factor ((NnSchedule) i, 0, 0), ==, 1);
}

static void
test_cosine_falls_through_one_half_to_zero (void)
{
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_COSINE, 1, 3), 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_COSINE, 50, 100), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_COSINE, 100, 100), 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_COSINE, 150, 100), 0, 1e-12);
}

static void
test_steps_fall_at_one_half_and_three_quarters (void)
{
  g_assert_cmpfloat (factor (NN_SCHEDULE_STEP, 49, 100), ==, 1);
  g_assert_cmpfloat (factor (NN_SCHEDULE_STEP, 50, 100), ==, 0.1);
  g_assert_cmpfloat (factor (NN_SCHEDULE_STEP, 74, 100), ==, 0.1);
  g_assert_cmpfloat (factor (NN_SCHEDULE_STEP, 75, 100), ==, 0.01);
}

static void
test_constant_stays_at_one (void)
{
  g_assert_cmpfloat (factor (NN_SCHEDULE_CONSTANT, 99, 100), ==, 1);
}

static void
test_linear_falls_in_a_straight_line (void)
{
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_LINEAR, 25, 100), 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (factor (NN_SCHEDULE_LINEAR, 100, 100), 0, 1e-12);
}

static void
test_falling_schedules_end_at_the_final_factor (void)
{
  const NnSchedule falling[] = { NN_SCHEDULE_COSINE, NN_SCHEDULE_LINEAR,
                                 NN_SCHEDULE_TRIANGULAR };

  for (gsize i = 0; i < G_N_ELEMENTS (falling); i++) {
    const NnRateCourse course = { .schedule = falling[i], .total = 80, .peak = 0.5,
                                  .final = 0.07 };

    g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 80), 0.07, 1e-12);
    g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 800), 0.07, 1e-12);
  }
}

/* The published course of the fast CIFAR networks: np.interp over
 * [0, 0.23 T, T] of [0.2, 1, 0.07]. */
static void
test_triangular_rises_to_its_peak_and_falls (void)
{
  const NnRateCourse course = { .schedule = NN_SCHEDULE_TRIANGULAR, .total = 1000,
                                .initial = 0.2, .peak = 0.23, .final = 0.07 };

  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 0), 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 115), 0.6, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 230), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 615), 0.535, 1e-12);
}

static void
test_a_peak_at_an_end_of_the_run_is_only_one_side (void)
{
  NnRateCourse course = { .schedule = NN_SCHEDULE_TRIANGULAR, .total = 100, .peak = 0 };

  g_assert_cmpfloat (nn_rate_factor (&course, 0), ==, 1);
  course.peak = 1;
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 50), 0.5, 1e-12);
  g_assert_cmpfloat (nn_rate_factor (&course, 100), ==, 1);
}

static void
test_warm_up_comes_before_the_schedule (void)
{
  const NnRateCourse course = { .schedule = NN_SCHEDULE_COSINE, .total = 110, .warm_up = 10,
                                .initial = 0.2 };

  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 0), 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 5), 0.6, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 10), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 60), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_rate_factor (&course, 110), 0, 1e-12);
}

enum { N = 1000 };

static void
order_epoch (guint64  seed,
             guint64  epoch,
             guint32 *indices)
{
  for (guint32 i = 0; i < N; i++)
    indices[i] = i;
  nn_epoch_order (seed, epoch, indices, N);
}

static void
test_an_epoch_visits_every_image_once (void)
{
  for (guint64 epoch = 0; epoch < 20; epoch++) {
    guint32 indices[N];
    gboolean seen[N] = { FALSE };

    order_epoch (3, epoch, indices);
    for (gsize i = 0; i < N; i++) {
      g_assert_cmpuint (indices[i], <, N);
      g_assert_false (seen[indices[i]]);
      seen[indices[i]] = TRUE;
    }
  }
}

static void
test_the_order_is_a_function_of_seed_and_epoch (void)
{
  guint32 first[N], again[N];

  order_epoch (3, 5, first);
  order_epoch (3, 5, again);
  g_assert_cmpmem (first, sizeof first, again, sizeof again);
  order_epoch (3, 6, again);
  g_assert_cmpint (memcmp (first, again, sizeof first), !=, 0);
  order_epoch (4, 5, again);
  g_assert_cmpint (memcmp (first, again, sizeof first), !=, 0);
}

static void
test_orders_of_few_images_leave_the_rest_alone (void)
{
  guint32 indices[] = { 7, 9, 11 };

  nn_epoch_order (1, 1, indices, 0);
  g_assert_cmpuint (indices[0], ==, 7);
  nn_epoch_order (1, 1, indices, 1);
  g_assert_cmpuint (indices[0], ==, 7);
  nn_epoch_order (1, 1, indices, 2);
  g_assert_cmpuint (indices[0] + indices[1], ==, 16);
  g_assert_cmpuint (indices[2], ==, 11);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/names", test_every_schedule_has_its_own_name_and_title);
  g_test_add_func ("/schedule/never-rise", test_all_others_start_at_one_and_never_rise);
  g_test_add_func ("/schedule/no-steps", test_no_steps_at_all_give_a_factor_of_one);
  g_test_add_func ("/schedule/cosine", test_cosine_falls_through_one_half_to_zero);
  g_test_add_func ("/schedule/step", test_steps_fall_at_one_half_and_three_quarters);
  g_test_add_func ("/schedule/constant", test_constant_stays_at_one);
  g_test_add_func ("/schedule/linear", test_linear_falls_in_a_straight_line);
  g_test_add_func ("/schedule/final", test_falling_schedules_end_at_the_final_factor);
  g_test_add_func ("/schedule/triangular", test_triangular_rises_to_its_peak_and_falls);
  g_test_add_func ("/schedule/peak", test_a_peak_at_an_end_of_the_run_is_only_one_side);
  g_test_add_func ("/schedule/warm-up", test_warm_up_comes_before_the_schedule);
  g_test_add_func ("/schedule/epoch/permutation", test_an_epoch_visits_every_image_once);
  g_test_add_func ("/schedule/epoch/function", test_the_order_is_a_function_of_seed_and_epoch);
  g_test_add_func ("/schedule/epoch/few", test_orders_of_few_images_leave_the_rest_alone);
  return g_test_run ();
}
