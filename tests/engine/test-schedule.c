/* test-schedule.c - learning-rate factors, and the order of an epoch
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-trainer.h"

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
  g_assert_cmpint (n, ==, NN_SCHEDULE_STEP + 1);
  g_assert_null (nn_schedule_title ((NnSchedule) n));
}

static void
test_all_schedules_start_at_one_and_never_rise (void)
{
  for (int i = 0; nn_schedule_name ((NnSchedule) i) != NULL; i++) {
    double last = 1;

    g_assert_cmpfloat (nn_schedule_factor ((NnSchedule) i, 0, 1000), ==, 1);
    for (guint64 step = 0; step <= 1200; step++) {
      const double factor = nn_schedule_factor ((NnSchedule) i, step, 1000);

      g_assert_cmpfloat (factor, >=, 0);
      g_assert_cmpfloat (factor, <=, last);
      last = factor;
    }
  }
}

static void
test_no_steps_at_all_give_a_factor_of_one (void)
{
  for (int i = 0; nn_schedule_name ((NnSchedule) i) != NULL; i++)
    g_assert_cmpfloat (nn_schedule_factor ((NnSchedule) i, 0, 0), ==, 1);
}

static void
test_cosine_falls_through_one_half_to_zero (void)
{
  g_assert_cmpfloat_with_epsilon (nn_schedule_factor (NN_SCHEDULE_COSINE, 1, 3), 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_schedule_factor (NN_SCHEDULE_COSINE, 50, 100), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_schedule_factor (NN_SCHEDULE_COSINE, 100, 100), 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (nn_schedule_factor (NN_SCHEDULE_COSINE, 150, 100), 0, 1e-12);
}

static void
test_steps_fall_at_one_half_and_three_quarters (void)
{
  g_assert_cmpfloat (nn_schedule_factor (NN_SCHEDULE_STEP, 49, 100), ==, 1);
  g_assert_cmpfloat (nn_schedule_factor (NN_SCHEDULE_STEP, 50, 100), ==, 0.1);
  g_assert_cmpfloat (nn_schedule_factor (NN_SCHEDULE_STEP, 74, 100), ==, 0.1);
  g_assert_cmpfloat (nn_schedule_factor (NN_SCHEDULE_STEP, 75, 100), ==, 0.01);
}

static void
test_constant_stays_at_one (void)
{
  g_assert_cmpfloat (nn_schedule_factor (NN_SCHEDULE_CONSTANT, 99, 100), ==, 1);
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
  g_test_add_func ("/schedule/never-rise", test_all_schedules_start_at_one_and_never_rise);
  g_test_add_func ("/schedule/no-steps", test_no_steps_at_all_give_a_factor_of_one);
  g_test_add_func ("/schedule/cosine", test_cosine_falls_through_one_half_to_zero);
  g_test_add_func ("/schedule/step", test_steps_fall_at_one_half_and_three_quarters);
  g_test_add_func ("/schedule/constant", test_constant_stays_at_one);
  g_test_add_func ("/schedule/epoch/permutation", test_an_epoch_visits_every_image_once);
  g_test_add_func ("/schedule/epoch/function", test_the_order_is_a_function_of_seed_and_epoch);
  g_test_add_func ("/schedule/epoch/few", test_orders_of_few_images_leave_the_rest_alone);
  return g_test_run ();
}
