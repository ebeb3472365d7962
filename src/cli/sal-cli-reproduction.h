/* sal-cli-reproduction.h - what a run was, what it is now, and what differs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-cli-model.h"
#include "sal-training.h"

G_BEGIN_DECLS

/* The first row of a record that has other bits. */
typedef struct
{
  gint64      step;   /* 0: there is none                                      */
  const char *what;   /* "cross entropy"                                       */
  double      then;
  double      now;
} SalCliDeviation;

/* One attempt. */
typedef struct
{
  SalCliModel     model;       /* what is to come out                          */
  GArray         *metrics;     /* its record: SalMetric; NULL for a file       */
  GArray         *alphas;      /* float (metrics->len, n_alphas)               */
  gsize           n_alphas;
  gint64          compared;    /* rows of the record that were compared        */
  SalCliDeviation deviation;
  char           *weights_then; /* sal_weights_hash()                          */
  char           *weights_now; /* NULL: training did not come so far           */
  double          validation_accuracy; /* of those now, or NaN                 */
  GPtrArray      *differences; /* SalDifference: of what decides bits          */
  gint64          run;         /* that recorded it, or -1                      */
  double          test_accuracy; /* of that run, or NaN                        */
} SalCliReproduction;

void sal_cli_reproduction_clear (SalCliReproduction *self);

/* Loads run or file `name`, with the run's record from `store`. */
gboolean sal_cli_reproduction_open (SalCliReproduction *self,
                                    const char         *name,
                                    const char         *home,
                                    SalRunStore        *store,
                                    GError            **error);

/* Notes where program and machine differ from those of then. */
void sal_cli_reproduction_note_means (SalCliReproduction *self);

/* Compares the network that `training`, which has come to the model's step,
 * has then; and notes where bits of layers or the quantizer differ. */
gboolean sal_cli_reproduction_compare_weights (SalCliReproduction *self,
                                               SalTraining        *training,
                                               GError            **error);

/* Compares the first `steps` rows of both records, as far as there are any. */
void sal_cli_reproduction_compare_record (SalCliReproduction *self,
                                          SalTraining        *training,
                                          gint64              steps);

/* Whether nothing that was compared has other bits. */
gboolean sal_cli_reproduction_is_same (const SalCliReproduction *self);

void sal_cli_reproduction_print (const SalCliReproduction *self,
                                 gboolean                  as_json);

G_END_DECLS
