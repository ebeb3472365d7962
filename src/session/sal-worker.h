/* sal-worker.h - training on its own thread, seen through a one-slot mailbox
 *
 * The model belongs to the worker thread while a run is open; the window
 * never touches it.  Commands go in; immutable, reference-counted snapshots
 * with a generation number come out.  The mailbox holds one snapshot: a new
 * one replaces an unread one and carries its unread metric points forward.
 * At most one main-loop source is pending, and a snapshot is built only when
 * the last one was taken and 200 ms have passed.
 *
 * All functions are called from the main thread and return at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-training.h"

G_BEGIN_DECLS

typedef enum
{
  SAL_WORKER_IDLE,      /* no run                                             */
  SAL_WORKER_PREPARING, /* opening data, building the network                 */
  SAL_WORKER_TRAINING,
  SAL_WORKER_PAUSED,
  SAL_WORKER_STOPPING,
  SAL_WORKER_FINISHED,
  SAL_WORKER_FAILED,    /* `message` says why                                 */
} SalWorkerState;

/* How many images the SGT strip shows. */
#define SAL_SNAPSHOT_SGT_IMAGES 4

/* What the window knows of the run at one moment. Immutable. */
typedef struct
{
  gatomicrefcount ref_count;
  guint64         generation;       /* grows by one with each run             */
  guint64         serial;           /* grows with each snapshot               */
  SalWorkerState  state;
  char           *message;          /* error or progress text, or NULL        */
  gboolean        diverged;         /* why the state is FAILED                */
  gint64          run;              /* id in the store, or -1                 */
  char           *title;
  gint64          step;
  gint64          total_steps;
  double          epoch;
  int             epochs;
  int             weight_bits;      /* of the recipe at this moment           */
  int             activation_bits;
  double          images_per_second;
  double          seconds_left;
  double          best_validation_accuracy;
  double          test_accuracy;    /* NaN until finished                     */
  gsize           first_metric;     /* index of metrics[0] in the run's record */
  GArray         *metrics;          /* SalMetric, those not yet seen          */
  GArray         *alphas;           /* float (metrics->len, n_alphas)         */
  gsize           n_alphas;
  NnModel        *model;            /* a copy of the weights at this moment,
                                       or NULL when not asked for; read only  */
  guint           n_sgt;            /* images in the strip                    */
  NnShape         sgt_shape;
  float          *sgt_x;            /* (n_sgt, C, H, W) each                  */
  float          *sgt_gradient;
  float          *sgt_masked;
  double          sgt_kl[SAL_SNAPSHOT_SGT_IMAGES];
} SalSnapshot;

SalSnapshot *sal_snapshot_ref   (SalSnapshot *self);
void         sal_snapshot_unref (SalSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalSnapshot, sal_snapshot_unref)

/* GObject; signal "snapshot" (no arguments) on the main thread when the
 * mailbox has something new. */
#define SAL_TYPE_WORKER (sal_worker_get_type ())
G_DECLARE_FINAL_TYPE (SalWorker, sal_worker, SAL, WORKER, GObject)

/* `home` is the store's directory (NULL: default); `threads` 0 means all. */
SalWorker *sal_worker_new (const char *home,
                           int         threads);

/* Takes the newest snapshot out of the mailbox, or NULL. */
SalSnapshot *sal_worker_take_snapshot (SalWorker *self);

/* Commands. start and resume stop what runs (saving a checkpoint) first. */
void sal_worker_start  (SalWorker       *self,
                        const SalRecipe *recipe);
void sal_worker_resume (SalWorker *self,
                        gint64     run);

/* The same at another learning rate: how a run that diverged goes on. */
void sal_worker_resume_at (SalWorker *self,
                           gint64     run,
                           double     learning_rate);

void sal_worker_pause  (SalWorker *self); /* saves a checkpoint               */
void sal_worker_go_on  (SalWorker *self); /* after pause, without reloading   */
void sal_worker_stop   (SalWorker *self); /* saves a checkpoint, closes run   */

/* Changes bit widths in mid-run. */
void sal_worker_set_bits (SalWorker *self,
                          int        weight_bits,
                          int        activation_bits);

/* Asks for a copy of the model in the next snapshot. */
void sal_worker_request_model (SalWorker *self);

/* The state as of the last snapshot taken. */
SalWorkerState sal_worker_get_state (SalWorker *self);

G_END_DECLS
