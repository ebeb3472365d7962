/* sal-session-private.h - what the files of SalSession share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session.h"

G_BEGIN_DECLS

struct _SalSession
{
  GObject          parent_instance;

  SalRunLibrary   *runs;
  SalDatasetCache *datasets;
  SalWorker       *worker;
  SalLab          *lab;

  SalRunItem      *run;
  gboolean         run_was_chosen;
  SalDataset      *dataset;
  guint            image;
  int              explain_class;
  SalBits          bits;
  SalHistory      *history;
  GHashTable      *loading_models; /* SalRunItem whose network is being loaded */

  SalRecipe        recipe;
  SalWorkerState   state;
  SalSnapshot     *snapshot;
  SalRunItem      *active_run;     /* what the worker has open                 */
  guint64          generation;     /* of the run that was last announced       */
  GListStore      *queue;          /* SalQueuedRun, to be started after this run */
  gboolean         follows;        /* the run that is being opened is shown    */
  gboolean         compares;       /* each run of the series joins the others  */
  GListStore      *compared;       /* SalRunItem                               */
  SalRecipe        started;        /* the recipe of the last start             */
  char            *warning;        /* of the worker, the last that was shown   */
  int              live;           /* pages that ask for renewed networks      */
  gboolean         model_requested;
  gint64           model_time;     /* monotonic, of the last live network      */
  gint64           move_time;      /* the same, of the last other bits or image */
};

typedef enum
{
  SAL_SESSION_RUN = 1,
  SAL_SESSION_DATASET,
  SAL_SESSION_MODEL,
  SAL_SESSION_IMAGE,
  SAL_SESSION_EXPLAIN_CLASS,
  SAL_SESSION_BITS,
  SAL_SESSION_RECIPE,
  SAL_SESSION_STATE,
  SAL_SESSION_SNAPSHOT,
  SAL_SESSION_N_PROPS,
} SalSessionProperty;

enum
{
  SAL_SESSION_FAILED,
  SAL_SESSION_WITHDRAWN,
  SAL_SESSION_SAID,
  SAL_SESSION_N_SIGNALS,
};

void sal_session_notify (SalSession        *self,
                         SalSessionProperty property);

/* Reads the saved network of `run`, if it has saved one yet; the present one
 * stays until it is there. */
void sal_session_load_model (SalSession *self,
                             SalRunItem *run);

/* The current run has another network, or there is another current run. */
void sal_session_network_changed (SalSession *self);

void     sal_session_open_training      (SalSession *self,
                                         const char *home);
void     sal_session_close_training     (SalSession *self);
void     sal_session_request_live_model (SalSession *self);

/* Stops what is trained, with a checkpoint, and starts `recipe`. */
void sal_session_start_recipe (SalSession      *self,
                               const SalRecipe *recipe);

/* The run before is done, or has failed: the next one, if there is one. */
void sal_session_start_next  (SalSession *self);
void sal_session_clear_queue (SalSession *self);

G_END_DECLS
