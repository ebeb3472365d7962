/* test-exact-kill.c - threads, pauses and kills leave no trace in a run's bits
 *
 * Processes are killed at random moments: the seed is printed, and
 * `--seed SEED` draws the same ones.  Half of the killed processes save a
 * checkpoint after every step, so that many a kill falls into the writing of a
 * file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>

#include "exact-fixture.h"

/* Over all rows of the table. */
#define KILLS 50
#define PAUSES 3

#define NEVER (-1)

static void
threads_do_not_matter (ExactFixture *self,
                       gconstpointer data)
{
  exact_fixture_finish (exact_fixture_train (self, "--threads 1"));
  exact_fixture_finish (exact_fixture_train (self, "--threads 2"));
  exact_fixture_finish (exact_fixture_train (self, "--threads 4 --checkpoint-seconds 0.05"));

  g_auto (ExactBits) one = exact_fixture_bits (self, 1);
  g_auto (ExactBits) two = exact_fixture_bits (self, 2);
  g_auto (ExactBits) four = exact_fixture_bits (self, 3);

  exact_assert_same (&one, &two);
  exact_assert_same (&one, &four);
}

/* ---- signals ----------------------------------------------------------------------- */

static gboolean
is_running (GSubprocess *process)
{
  /* NULL once the process was waited for. */
  return g_subprocess_get_identifier (process) != NULL;
}

/* Waits until the run has recorded `step` steps, or the process has ended. */
static void
wait_for_step (ExactFixture *self,
               GSubprocess  *process,
               gint64        run,
               gint64        step)
{
  while (is_running (process) && exact_fixture_step (self, run) < step) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (2000);
  }
}

/* Sends `number` `delay` microseconds after `step` was recorded (NEVER: after
 * the process was started). FALSE if it had ended by itself; or, of a pause, if
 * it came before the program listens, which is a kill. */
static gboolean
interrupt (ExactFixture *self,
           GSubprocess  *process,
           gint64        run,
           gint64        step,
           int           delay,
           int           number)
{
  gboolean hit;

  if (step != NEVER)
    wait_for_step (self, process, run, step);
  g_usleep ((gulong) delay);
  g_subprocess_send_signal (process, number);
  g_subprocess_wait (process, NULL, NULL);
  hit = number == SIGKILL ? g_subprocess_get_if_signaled (process)
                          : g_subprocess_get_if_exited (process) &&
        g_subprocess_get_exit_status (process) == 128 + SIGINT;
  g_object_unref (process);
  return hit;
}

/* Starts run 2 if there is none, else goes on with it. */
static GSubprocess *
go_on (ExactFixture *self,
       const char   *more)
{
  return exact_fixture_step (self, 2) < 0 ? exact_fixture_train (self, more)
                                          : exact_fixture_resume (self, 2, more);
}

static void
assert_run_2_is_like_run_1 (ExactFixture *self)
{
  exact_fixture_finish (go_on (self, ""));

  g_auto (ExactBits) whole = exact_fixture_bits (self, 1);
  g_auto (ExactBits) pieces = exact_fixture_bits (self, 2);

  exact_assert_same (&whole, &pieces);
}

/* A step somewhere in the `i`th of `n` parts of the run that is to come. */
static gint64
draw_step (gint64 done,
           gint64 total,
           guint  i,
           guint  n)
{
  const gint64 part = MAX (1, (total - done) / (n - i));

  return MAX (0, done) + g_test_rand_int_range (0, (gint32) part + 1);
}

static void
pauses_do_not_matter (ExactFixture *self,
                      gconstpointer data)
{
  exact_fixture_finish (exact_fixture_train (self, ""));

  const gint64 total = exact_fixture_step (self, 1);
  guint hits = 0;

  for (guint i = 0; i < PAUSES; i++) {
    const gint64 step = MAX (1, draw_step (exact_fixture_step (self, 2), total - 5, i, PAUSES));

    hits += interrupt (self, go_on (self, "--checkpoint-seconds 0.02"), 2, step,
                       g_test_rand_int_range (0, 5000), SIGINT);
  }
  g_test_message ("%u of %d pauses came before the end", hits, PAUSES);
  g_assert_cmpuint (hits, >, 0);
  assert_run_2_is_like_run_1 (self);
}

static guint
count_cases (void)
{
  guint n = 0;

  while (exact_cases ()[n].name != NULL)
    n++;
  return n;
}

static void
kills_do_not_matter (ExactFixture *self,
                     gconstpointer data)
{
  const guint kills = (KILLS + count_cases () - 1) / count_cases ();
  const gint64 begin = g_get_monotonic_time ();
  guint hits = 0;

  exact_fixture_finish (exact_fixture_train (self, ""));

  const gint64 total = exact_fixture_step (self, 1);
  const int seconds = (int) ((g_get_monotonic_time () - begin) / 2);

  for (guint i = 0; i < kills; i++) {
    const gboolean is_at_step = i % 2 == 0;
    const gint64 step = draw_step (exact_fixture_step (self, 2), total, i, kills);
    GSubprocess *process = go_on (self, i % 4 < 2 ? "--checkpoint-seconds 0"
                                                  : "--checkpoint-seconds 0.1");

    hits += interrupt (self, process, 2, is_at_step ? step : NEVER,
                       g_test_rand_int_range (0, is_at_step ? 20000 : seconds), SIGKILL);
  }
  g_test_message ("%u of %u kills came before the end", hits, kills);
  g_assert_cmpuint (hits, >, kills / 4);
  assert_run_2_is_like_run_1 (self);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  exact_fixture_add ("threads", threads_do_not_matter);
  exact_fixture_add ("pause", pauses_do_not_matter);
  exact_fixture_add ("kill", kills_do_not_matter);
  return g_test_run ();
}
