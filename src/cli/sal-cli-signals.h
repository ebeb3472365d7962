/* sal-cli-signals.h - Ctrl+C and a polite end, where there is something to keep
 *
 * A signal (SIGINT, SIGTERM) only sets a flag, which is looked at between two
 * pieces of work; the second one ends the process at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on; a flag that was set before is forgotten. */
void sal_cli_signals_catch (void);

/* Signals do again what they did before sal_cli_signals_catch(). */
void sal_cli_signals_release (void);

/* The signal that came, or 0. */
int sal_cli_signals_caught (void);

G_END_DECLS
