/* sal-command.h - the command line that does what a page shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-item.h"
#include "sal-run-library.h"

G_BEGIN_DECLS

/* How saliscope-cli is told of a run: its number, "demo:NAME" or a path,
 * quoted for a shell. Free the result. */
char *sal_command_name_run (SalRunItem *run);

/* Appends what asks for `bits` of `model`, its quantizer and what helps it
 * there: nothing where they are as it was trained.  Help that would mean
 * nothing, which the lab leaves out, is left out; clipping levels moved by hand
 * have no option. */
void sal_command_add_bits (GString       *command,
                           const SalBits *bits,
                           SalLabModel   *model);

/* Whether a command line can say what `bits` are: a clipping level that was
 * dragged cannot be given to any command. */
gboolean sal_command_can_say (const SalBits *bits);

/* Adds to each line of `command` where the runs are, unless that is where the
 * command line looks by itself.  Takes `command`, NULL stays NULL. */
char *sal_command_at_home (char          *command,
                           SalRunLibrary *runs);

G_END_DECLS
