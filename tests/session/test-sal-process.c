/* test-sal-process.c - a recycled process number is another process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sal-process.h"

static void
this_process_is_alive (void)
{
  SalProcess process;

  sal_process_get_self (&process);
  g_assert_cmpint (process.pid, ==, getpid ());
  g_assert_true (sal_process_is_alive (&process));
}

static void
same_number_with_another_start_is_another_process (void)
{
  SalProcess process;

  sal_process_get_self (&process);
  g_assert_cmpint (process.start, >, 0);
  process.start--;
  g_assert_false (sal_process_is_alive (&process));
}

static void
same_number_after_a_reboot_is_another_process (void)
{
  SalProcess process;

  sal_process_get_self (&process);
  g_assert_cmpuint (process.boot[0], !=, '\0');
  process.boot[0] = 'x';
  g_assert_false (sal_process_is_alive (&process));
}

static void
nobody_is_not_alive (void)
{
  const SalProcess nobody = { 0 };

  g_assert_false (sal_process_is_alive (&nobody));
}

static void
a_killed_process_is_dead_before_it_is_reaped (void)
{
  SalProcess process;
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);

  const pid_t child = fork ();

  if (child == 0) {
    SalProcess self;

    sal_process_get_self (&self);
    if (write (ends[1], &self, sizeof self) != sizeof self)
      _exit (1);
    pause ();
    _exit (0);
  }
  g_assert_cmpint (read (ends[0], &process, sizeof process), ==, sizeof process);
  g_assert_cmpint (process.pid, ==, child);
  g_assert_true (sal_process_is_alive (&process));

  siginfo_t info;

  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_false (sal_process_is_alive (&process));
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_false (sal_process_is_alive (&process));
  close (ends[0]);
  close (ends[1]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/this-one-is-alive", this_process_is_alive);
  g_test_add_func ("/process/recycled-number", same_number_with_another_start_is_another_process);
  g_test_add_func ("/process/reboot", same_number_after_a_reboot_is_another_process);
  g_test_add_func ("/process/nobody", nobody_is_not_alive);
  g_test_add_func ("/process/killed", a_killed_process_is_dead_before_it_is_reaped);
  return g_test_run ();
}
