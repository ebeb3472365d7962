/* sal-throttle.h - something that is asked for often is done now and then
 *
 * The first asking is served at once, those that follow within the interval
 * together at its end: dragging shows what happens, and the last position
 * always counts.  Main thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SalThrottle SalThrottle;

typedef void (*SalThrottleFunc) (gpointer data);

/* Calls `func` at most once in `interval` milliseconds. */
SalThrottle *sal_throttle_new (guint           interval,
                               SalThrottleFunc func,
                               gpointer        data);

/* Nothing is called after this. */
void sal_throttle_free (SalThrottle *self);

/* Asks for a call: before this returns if none was within the interval. */
void sal_throttle_ask (SalThrottle *self);

/* Forgets what was asked for. */
void sal_throttle_cancel (SalThrottle *self);

G_END_DECLS
