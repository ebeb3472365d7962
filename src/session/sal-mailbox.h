/* sal-mailbox.h - one slot between the worker thread and the main thread
 *
 * Snapshots go one way, the newest replaces an unread one of the same run and
 * takes over its metric points and its model, so that nothing that was asked
 * for is lost however rarely the window looks.  A pthread mutex (which
 * ThreadSanitizer understands) is held for pointer work only, never while
 * anything is computed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <pthread.h>

#include "sal-worker.h"

G_BEGIN_DECLS

typedef struct
{
  pthread_mutex_t mutex;
  SalSnapshot    *slot;
} SalMailbox;

void sal_mailbox_init  (SalMailbox *self);
void sal_mailbox_clear (SalMailbox *self);

/* Worker: puts `snapshot` (which nobody else may hold yet) into the slot. */
void sal_mailbox_post (SalMailbox  *self,
                       SalSnapshot *snapshot);

/* Worker: whether the last snapshot was taken. */
gboolean sal_mailbox_is_empty (SalMailbox *self);

/* Main: empties the slot; NULL if nothing new is there. */
SalSnapshot *sal_mailbox_take (SalMailbox *self);

/* An empty snapshot with one reference. */
SalSnapshot *sal_snapshot_new (void);

G_END_DECLS
