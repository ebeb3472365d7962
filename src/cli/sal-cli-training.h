/* sal-cli-training.h - what `train`, `resume` and `reproduce` share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-training.h"

G_BEGIN_DECLS

/* Options of these commands; strings belong to the caller. */
typedef struct
{
  char    *home;     /* of the store; NULL: the default                        */
  char    *output;   /* where to put a copy of the model; NULL: nowhere        */
  int      threads;
  double   checkpoint_seconds;
  gboolean json;
  gboolean quiet;
} SalCliTraining;

void sal_cli_training_clear (SalCliTraining *options);

/* The entries of these options, NULL-terminated, which are set to their
 * defaults. Free with g_free(). */
GOptionEntry *sal_cli_training_entries (SalCliTraining *options);

/* Opens store and pool; one warning line on stderr if the BLAS library is
 * not fit for several threads. */
gboolean sal_cli_training_open (const SalCliTraining *options,
                                SalRunStore         **store,
                                NnPool              **pool,
                                GError              **error);

/* Trains with progress until `steps` are done and recorded (an epoch's last is
 * once it is validated), or nothing is left. SIGINT and SIGTERM end it with the
 * status 130. */
int sal_cli_training_go (const SalCliTraining *options,
                         SalTraining          *training,
                         gint64                steps,
                         GError              **error);

/* Saves a checkpoint of a recorded run and says how to go on: the status 130. */
int sal_cli_training_stop (SalTraining *training,
                           GError     **error);

/* Trains to the end, measures on the test images and prints the result.
 * SIGINT and SIGTERM save a checkpoint and return the status 130. */
int sal_cli_training_drive (const SalCliTraining *options,
                            SalRunStore          *store,
                            SalTraining          *training,
                            GError              **error);

G_END_DECLS
