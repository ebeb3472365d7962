/* sal-worker-private.h - what the two sides of the worker share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <pthread.h>

#include "sal-mailbox.h"
#include "sal-worker.h"

G_BEGIN_DECLS

typedef enum
{
  SAL_COMMAND_START,
  SAL_COMMAND_RESUME,
  SAL_COMMAND_PAUSE,
  SAL_COMMAND_GO_ON,
  SAL_COMMAND_STOP,
  SAL_COMMAND_SET_BITS,
  SAL_COMMAND_REQUEST_MODEL,
  SAL_COMMAND_QUIT,
  SAL_N_COMMANDS,
} SalCommandKind;

/* One command, by value but for the reference that it owns. */
typedef struct
{
  SalCommandKind kind;
  guint64        generation;      /* of the run that start or resume opens    */
  GCancellable  *cancellable;     /* gives up opening its data; or NULL       */
  SalRecipe      recipe;
  gint64         run;
  double         learning_rate;   /* to go on with; 0: that of the run        */
  int            weight_bits;
  int            activation_bits;
} SalCommand;

void sal_command_free (SalCommand *command);

/* What lies between the threads; outlives the worker's thread. */
typedef struct
{
  pthread_mutex_t mutex;          /* of the queue                             */
  pthread_cond_t  wake;
  GQueue          commands;       /* SalCommand                               */
  SalMailbox      mailbox;
  GSource        *news;           /* made ready when the mailbox is filled    */
  char           *home;           /* constant                                 */
  int             threads;        /* constant                                 */
} SalWorkerLink;

/* The thread's function; `data` is the SalWorkerLink. Returns NULL. */
void *sal_worker_thread (void *data);

G_END_DECLS
