/* sal-process.h - is the process that started something still the same one
 *
 * A process number alone is recycled, after minutes or after a reboot.  With
 * the time at which the process started and the boot it belongs to, it names
 * one process for good.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 pid;
  gint64 start;    /* clock ticks after boot; 0 where /proc does not tell */
  char   boot[40]; /* the kernel's boot id; "" where /proc does not tell   */
} SalProcess;

/* Fills in the calling process. */
void sal_process_get_self (SalProcess *self);

/* Whether that very process runs.  One that ended and was not reaped yet
 * does not.  Without /proc the process number must do. */
gboolean sal_process_is_alive (const SalProcess *self);

G_END_DECLS
