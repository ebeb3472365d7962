/* sal-cli-signals.c - Ctrl+C and a polite end, where there is something to keep
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-signals.h"

#include <signal.h>

static const int numbers[] = { SIGINT, SIGTERM };

static struct sigaction before[G_N_ELEMENTS (numbers)];

/* Set by the handler. */
static volatile sig_atomic_t caught;

static void
catch_cb (int number)
{
  caught = number;
}

void
sal_cli_signals_catch (void)
{
  struct sigaction action = { .sa_handler = catch_cb, .sa_flags = (int) SA_RESETHAND };

  sigemptyset (&action.sa_mask);
  caught = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, &before[i]);
}

void
sal_cli_signals_release (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &before[i], NULL);
}

int
sal_cli_signals_caught (void)
{
  return (int) caught;
}
