/* test-sal-throttle.c - asking often, doing now and then
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-throttle.h"

#define INTERVAL 40

typedef struct
{
  int calls;
  int wanted;
} Counter;

static void
count_cb (gpointer counter)
{
  ((Counter *) counter)->calls++;
}

static gboolean
has_wanted (gpointer counter)
{
  return ((Counter *) counter)->calls >= ((Counter *) counter)->wanted;
}

static gboolean
set_cb (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_set (gpointer done)
{
  return *(gboolean *) done;
}

static void
pass_time (guint milliseconds)
{
  gboolean done = FALSE;

  g_timeout_add (milliseconds, set_cb, &done);
  app_fixture_wait (is_set, &done);
}

static void
test_first_is_served_at_once (void)
{
  Counter counter = { 0 };
  SalThrottle *throttle = sal_throttle_new (INTERVAL, count_cb, &counter);

  sal_throttle_ask (throttle);
  g_assert_cmpint (counter.calls, ==, 1);
  sal_throttle_free (throttle);
}

static void
test_many_become_one (void)
{
  Counter counter = { .wanted = 2 };
  SalThrottle *throttle = sal_throttle_new (INTERVAL, count_cb, &counter);

  for (int i = 0; i < 100; i++)
    sal_throttle_ask (throttle);
  g_assert_cmpint (counter.calls, ==, 1);
  app_fixture_wait (has_wanted, &counter);
  pass_time (3 * INTERVAL);
  g_assert_cmpint (counter.calls, ==, 2);
  sal_throttle_free (throttle);
}

static void
test_cancelled_is_not_called (void)
{
  Counter counter = { 0 };
  SalThrottle *throttle = sal_throttle_new (INTERVAL, count_cb, &counter);

  sal_throttle_ask (throttle);
  sal_throttle_ask (throttle);
  sal_throttle_cancel (throttle);
  pass_time (3 * INTERVAL);
  g_assert_cmpint (counter.calls, ==, 1);

  /* It can be asked again. */
  sal_throttle_ask (throttle);
  g_assert_cmpint (counter.calls, ==, 2);
  sal_throttle_free (throttle);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/throttle/serves the first asking at once", test_first_is_served_at_once);
  g_test_add_func ("/throttle/serves many askings as one", test_many_become_one);
  g_test_add_func ("/throttle/forgets what was cancelled", test_cancelled_is_not_called);
  return g_test_run ();
}
