/* sal-command.h - the command line that does what a page shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-item.h"

G_BEGIN_DECLS

/* How saliscope-cli is told of a run: its number, "demo:NAME" or a path,
 * quoted for a shell. Free the result. */
char *sal_command_name_run (SalRunItem *run);

/* Appends what asks for `bits` of `model`: nothing where they are as it was
 * trained.  Clipping levels moved by hand have no option. */
void sal_command_add_bits (GString       *command,
                           const SalBits *bits,
                           SalLabModel   *model);

/* Appends the quantizer, and the help that `bits` ask for: options of
 * "quantize" only. */
void sal_command_add_help (GString       *command,
                           const SalBits *bits);

G_END_DECLS
