/* test-sal-run-record.c - curves that grow, are resumed and are marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sal-run-record.h"

static SalMetric
metric (gint64 step)
{
  return (SalMetric) {
    .step = step,
    .ce = 2.0 / (double) step,
    .kl = NAN,
    .train_accuracy = 0.5,
    .validation_accuracy = step % 5 == 0 ? 0.25 : NAN,
    .validation_ce = NAN,
    .learning_rate = 0.1,
    .epoch = (double) step / 5,
    .images_per_second = 1000,
  };
}

static void
append (SalRunRecord *record,
        gint64        first,
        gint64        last)
{
  for (gint64 step = first; step <= last; step++) {
    const SalMetric row = metric (step);
    const float alphas[] = { 8 - (float) step / 100, 4 };

    sal_run_record_append (record, &row, 1, alphas, 2);
  }
}

static void
test_grows (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  append (record, 1, 10);
  g_assert_cmpuint (sal_run_record_length (record), ==, 10);
  g_assert_cmpuint (sal_run_record_n_alphas (record), ==, 2);
  g_assert_cmpfloat (plot_trace_y (sal_run_record_trace (record, SAL_CURVE_CE))[3], ==, 0.5);
  g_assert_null (sal_run_record_alpha (record, 2));
}

static void
test_percent (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  append (record, 1, 10);

  const PlotTrace *validation = sal_run_record_trace (record, SAL_CURVE_VALIDATION_ACCURACY);

  /* Only where it was measured, so that the points are joined. */
  g_assert_cmpuint (plot_trace_length (validation), ==, 2);
  g_assert_cmpfloat (plot_trace_x (validation)[1], ==, 10);
  g_assert_cmpfloat (plot_trace_y (validation)[1], ==, 25);
}

static void
test_resumes (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  append (record, 1, 10);
  append (record, 6, 8);

  const PlotTrace *ce = sal_run_record_trace (record, SAL_CURVE_CE);

  g_assert_cmpuint (sal_run_record_length (record), ==, 8);
  g_assert_cmpuint (plot_trace_length (ce), ==, 8);
  g_assert_cmpfloat (plot_trace_x (ce)[7], ==, 8);
  g_assert_cmpuint (plot_trace_length (sal_run_record_alpha (record, 0)), ==, 8);
}

static void
count_cb (int *count)
{
  ++*count;
}

static void
test_marks (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();
  int changes = 0;
  gsize n = 0;

  g_signal_connect_swapped (record, "changed", G_CALLBACK (count_cb), &changes);
  sal_run_record_mark (record, 7, "W3 A3");
  g_assert_cmpint (changes, ==, 1);
  g_assert_cmpfloat (sal_run_record_marks (record, &n)[0].x, ==, 7);
  g_assert_cmpuint (n, ==, 1);
}

/* What was changed after the checkpoint that a run goes on from did not happen. */
static void
test_marks_are_forgotten (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();
  gsize n = 0;

  append (record, 1, 10);
  sal_run_record_mark (record, 4, "W3 A3");
  sal_run_record_mark (record, 9, "W2 A2");
  append (record, 6, 6);
  g_assert_cmpfloat (sal_run_record_marks (record, &n)[0].x, ==, 4);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_epochs (void)
{
  g_autoptr (SalRunRecord) record = sal_run_record_new ();

  g_assert_cmpfloat (sal_run_record_get_steps_per_epoch (record), ==, 0);
  append (record, 1, 10);
  g_assert_cmpfloat (sal_run_record_get_steps_per_epoch (record), ==, 5);
  g_assert_cmpfloat (plot_trace_y (sal_run_record_trace (record,
                                                         SAL_CURVE_IMAGES_PER_SECOND))[9],
                     ==, 1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-record/grows", test_grows);
  g_test_add_func ("/run-record/accuracy is in percent, where measured", test_percent);
  g_test_add_func ("/run-record/steps that come again replace what followed", test_resumes);
  g_test_add_func ("/run-record/is marked", test_marks);
  g_test_add_func ("/run-record/forgets marks of steps that come again",
                   test_marks_are_forgotten);
  g_test_add_func ("/run-record/knows how long an epoch is", test_epochs);
  return g_test_run ();
}
