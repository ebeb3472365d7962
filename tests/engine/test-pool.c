/* test-pool.c - every job is done once, whatever the number of threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "nn/nn-pool.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine-fixture.h"

enum { MAX_THREADS = 8, MAX_JOBS = 1000 };

/* How often each job was done, and by whom. */
typedef struct
{
  guint8 done[MAX_JOBS];
  guint8 seen[MAX_THREADS];
} Count;

static void
count_job (void  *data,
           size_t job,
           int    thread)
{
  Count *count = data;

  count->done[job]++;
  count->seen[thread] = 1;
}

static void
check_round (NnPool *pool,
             gsize   jobs)
{
  Count count = { { 0 } };

  nn_pool_run (pool, count_job, &count, jobs);
  for (gsize i = 0; i < MAX_JOBS; i++)
    g_assert_cmpint (count.done[i], ==, i < jobs ? 1 : 0);
  for (int i = nn_pool_threads (pool); i < MAX_THREADS; i++)
    g_assert_cmpint (count.seen[i], ==, 0);
}

static void
test_every_job_is_done_exactly_once (void)
{
  const gsize jobs[] = { 0, 1, 2, 3, 7, 8, 9, 64, MAX_JOBS };

  for (int threads = 1; threads <= MAX_THREADS; threads++) {
    g_autoptr (NnPool) pool = fixture_pool (threads);

    g_assert_cmpint (nn_pool_threads (pool), ==, threads);
    for (gsize round = 0; round < 100; round++)
      check_round (pool, jobs[round % G_N_ELEMENTS (jobs)]);
  }
}

/* Rounds follow each other so closely that a thread which slept through one
 * would be seen in the next. */
static void
test_short_rounds_do_not_run_into_each_other (void)
{
  g_autoptr (NnPool) pool = fixture_pool (4);

  for (gsize round = 0; round < 3000; round++)
    check_round (pool, 2 + round % 5);
}

static void
test_pools_that_never_ran_are_freed (void)
{
  for (int threads = 1; threads <= MAX_THREADS; threads++)
    nn_pool_free (fixture_pool (threads));
  nn_pool_free (NULL);
}

static void
test_no_number_means_one_thread_a_processor (void)
{
  g_autoptr (NnPool) pool = fixture_pool (0);

  g_assert_cmpint (nn_pool_threads (pool), >=, 1);
  g_assert_cmpint (nn_pool_threads (pool), <=, (int) sysconf (_SC_NPROCESSORS_CONF));
}

static void
test_a_number_out_of_range_is_refused (void)
{
  const int refused[] = { -1, 257, G_MAXINT, G_MININT };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *number = g_strdup_printf ("%d", refused[i]);
    NnError error = { NN_OK, "" };

    g_assert_null (nn_pool_new (refused[i], 0, &error));
    g_assert_cmpint (error.status, ==, NN_ERROR_RANGE);
    g_assert_nonnull (strstr (error.message, number));
    g_assert_null (nn_pool_new (refused[i], 0, NULL));
  }
}

static int
own_niceness (void)
{
  return getpriority (PRIO_PROCESS, (id_t) gettid ());
}

static void
read_niceness (void  *data,
               size_t job,
               int    thread)
{
  int *niceness = data;

  niceness[thread] = own_niceness ();
  g_usleep (1000);
}

static void
test_only_started_threads_are_nice (void)
{
  const int before = own_niceness ();
  NnError error;
  g_autoptr (NnPool) pool = nn_pool_new (2, 5, &error);
  int niceness[2] = { before, MAX (before, 5) };

  g_assert_nonnull (pool);
  nn_pool_run (pool, read_niceness, niceness, 50);
  g_assert_cmpint (niceness[0], ==, before);
  g_assert_cmpint (niceness[1], ==, MAX (before, 5));
}

static gpointer
be_nice_thrice (gpointer data)
{
  int *niceness = data;

  nn_pool_be_nice (12);
  niceness[0] = own_niceness ();
  nn_pool_be_nice (5);
  niceness[1] = own_niceness ();
  nn_pool_be_nice (0);
  niceness[2] = own_niceness ();
  return NULL;
}

static void
test_a_thread_is_never_less_nice_than_before (void)
{
  const int before = own_niceness ();
  int niceness[3];

  g_thread_join (g_thread_new ("nice", be_nice_thrice, niceness));
  for (gsize i = 0; i < G_N_ELEMENTS (niceness); i++)
    g_assert_cmpint (niceness[i], ==, MAX (before, 12));
  g_assert_cmpint (own_niceness (), ==, before);
}

static void
test_the_blas_library_is_the_right_one (void)
{
  g_assert_cmpstr (nn_pool_blas_problem (), ==, NULL);
  g_assert_true (g_str_has_prefix (nn_pool_blas_name (), "OpenBLAS "));
  g_assert_true (nn_pool_blas_name () == nn_pool_blas_name ());
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/every-job-once", test_every_job_is_done_exactly_once);
  g_test_add_func ("/pool/short-rounds", test_short_rounds_do_not_run_into_each_other);
  g_test_add_func ("/pool/never-ran", test_pools_that_never_ran_are_freed);
  g_test_add_func ("/pool/one-thread-a-processor", test_no_number_means_one_thread_a_processor);
  g_test_add_func ("/pool/out-of-range", test_a_number_out_of_range_is_refused);
  g_test_add_func ("/pool/niceness", test_only_started_threads_are_nice);
  g_test_add_func ("/pool/never-less-nice", test_a_thread_is_never_less_nice_than_before);
  g_test_add_func ("/pool/blas", test_the_blas_library_is_the_right_one);
  return g_test_run ();
}
