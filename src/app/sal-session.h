/* sal-session.h - the one state that all pages share
 *
 * Which run, which image, which class, which bits; the worker, the lab, the
 * list of runs.  Pages read it, change it and listen to its properties; they
 * never talk to each other.  Main thread only; whatever takes time happens in
 * the worker, the lab or a task, and is announced by a property's notify.
 *
 * Properties (all but the snapshot notify when they change):
 *
 *   "run"            SalRunItem or NULL: what the header names; NULL: a new run
 *   "dataset"        pointer, SalDataset of the run (or of the recipe), NULL
 *                    while it is being opened
 *   "model"          pointer, SalLabModel of the run, NULL while not loaded
 *   "image"          uint, index of the selected test image
 *   "explain-class"  int, a class, SAL_EXPLAIN_PREDICTED or SAL_EXPLAIN_LABEL
 *   "bits"           SAL_TYPE_BITS, the bit widths of the Quantize page
 *   "recipe"         pointer, what "Start training" would start
 *   "state"          SalWorkerState as int
 *   "snapshot"       pointer, notifies at most five times a second
 *
 * Signals: "failed" (const char *message) for the banner, "withdrawn" (const
 * char *message) when that is no longer so, "said" (const char *message) for a
 * toast.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset-cache.h"
#include "sal-history.h"
#include "sal-queued-run.h"
#include "sal-run-library.h"
#include "sal-worker.h"

G_BEGIN_DECLS

/* SalBits as a boxed type. */
#define SAL_TYPE_BITS (sal_bits_get_type ())
GType sal_bits_get_type (void);

#define SAL_TYPE_SESSION (sal_session_get_type ())
G_DECLARE_FINAL_TYPE (SalSession, sal_session, SAL, SESSION, GObject)

/* `home` is the directory of runs; NULL: the default. Starts worker and lab,
 * lists the runs and opens the first data set in the background. */
SalSession *sal_session_new (const char *home);

/* Stops training (a checkpoint is saved) and lets go of worker and lab. */
void sal_session_close (SalSession *self);

/* --- what is looked at ---------------------------------------------------- */

SalRunLibrary *sal_session_get_runs (SalSession *self);

SalRunItem *sal_session_get_run (SalSession *self);
void        sal_session_set_run (SalSession *self,
                                 SalRunItem *run);

/* Opens the data set that is wanted now, if it is not open: for one that came
 * to this computer meanwhile. */
void sal_session_update_dataset (SalSession *self);

SalDataset  *sal_session_get_dataset (SalSession *self);
SalLabModel *sal_session_get_model   (SalSession *self);

guint sal_session_get_image (SalSession *self);
void  sal_session_set_image (SalSession *self,
                             guint       image);

int  sal_session_get_explain_class (SalSession *self);
void sal_session_set_explain_class (SalSession *self,
                                    int         explain_class);

const SalBits *sal_session_get_bits (SalSession *self);
void           sal_session_set_bits (SalSession    *self,
                                     const SalBits *bits);

/* What can be undone in the whole window. Borrowed. */
SalHistory *sal_session_get_history (SalSession *self);

/* Loads the network of `run` in the background: "model" of the item notifies
 * when it is there, at once when it is there already.  For a run that is
 * being trained this is a copy of the weights of this moment.  The current
 * run's network is loaded without being asked for. */
void sal_session_request_model (SalSession *self,
                                SalRunItem *run);

/* Whether `run` has saved a network that can be loaded. */
gboolean sal_session_has_network (SalSession *self,
                                  SalRunItem *run);

/* What is missing, and where it was expected, where `run` must have saved a
 * network that is not there: its file or its whole folder; or why it could not
 * be read.  NULL where it is there, or was not saved yet.  Free the result. */
char *sal_session_explain_lost_network (SalSession *self,
                                        SalRunItem *run);

/* Whether networks of a run in training should be renewed as it goes on: a
 * page that shows them sets it while it is visible.  Calls are counted: when
 * pages change, the new one is shown before the old one is hidden. */
void sal_session_set_live (SalSession *self,
                           gboolean    live);

/* --- engines -------------------------------------------------------------- */

SalWorker *sal_session_get_worker (SalSession *self);
SalLab    *sal_session_get_lab    (SalSession *self);

/* --- training ------------------------------------------------------------- */

SalWorkerState sal_session_get_state (SalSession *self);

/* The newest snapshot, or NULL before the first. Borrowed. Its metrics have
 * been moved into the record of its run. */
SalSnapshot *sal_session_get_snapshot (SalSession *self);

/* The run that the worker has open, or NULL. */
SalRunItem *sal_session_get_active_run (SalSession *self);

/* Whether a run is being trained or paused. */
gboolean sal_session_is_training (SalSession *self);

/* Whether the current run is the one that the worker trains or has paused. */
gboolean sal_session_is_live_run (SalSession *self);

/* The data sets it opens: their signal "importing" tells of long ones. */
SalDatasetCache *sal_session_get_datasets (SalSession *self);

const SalRecipe *sal_session_get_recipe (SalSession *self);
void             sal_session_set_recipe (SalSession      *self,
                                         const SalRecipe *recipe);

/* Sets up a new run by `recipe`, which begins with no other: no run is current. */
void sal_session_set_up_run (SalSession      *self,
                             const SalRecipe *recipe);

/* Starts the recipe as a new run, or puts it in the queue while a run is being
 * trained or paused. */
void sal_session_start (SalSession *self);

/* Ablation: trains the recipe in all four modes, one after the other, from
 * the same seed: the same first weights and the same order of mini-batches.
 * The runs are compared as they come. */
void sal_session_start_all_modes (SalSession *self);

/* Starts the recipe as a new run that begins with the weights that the current
 * run has now.  Where it is being trained it is stopped, with a checkpoint; a
 * run beside it is waited for. */
void sal_session_branch (SalSession *self);

/* Starts a run of `steps` steps that begins with the weights of the current run
 * and is trained at the session's bits; the same otherwise. */
void sal_session_fine_tune (SalSession *self,
                            int         steps);

/* Whether the current run has weights to begin with. */
gboolean sal_session_can_branch (SalSession *self);

/* The runs that are started one after the other when the present one is done or
 * has failed: SalQueuedRun.  Stopping empties the queue; closing does not, and
 * it is remembered. Borrowed. */
GListModel *sal_session_get_queue (SalSession *self);

/* Puts a run at the end of the queue, where it waits even if nothing is being
 * trained; one that cannot be started is left out. */
void sal_session_put_off (SalSession      *self,
                          const SalRecipe *recipe,
                          SalSeries        series);

/* Begins with a queue that waits while nothing is being trained. */
void sal_session_start_queue (SalSession *self);

/* Takes the run at `position` off the queue. */
void sal_session_cancel_queued (SalSession *self,
                                guint       position);

/* The runs whose curves are drawn beside those of the current one: a
 * GListStore of SalRunItem, for the user to fill. Borrowed. */
GListStore *sal_session_get_compared (SalSession *self);

/* Pauses, goes on, resumes the current run or starts the recipe: what the
 * button in the header says. */
void sal_session_toggle (SalSession *self);

/* Goes on with the current run, which has diverged, from its last good
 * checkpoint at another learning rate; a run without one begins anew. */
void sal_session_resume_at (SalSession *self,
                            double      learning_rate);

/* Saves a checkpoint and closes the run that is trained. */
void sal_session_stop (SalSession *self);

/* Changes the bits of the run that is trained, from its next step on. */
void sal_session_change_bits (SalSession *self,
                              int         weight_bits,
                              int         activation_bits);

/* Reads a model file and, once it is read, shows it as a run of the list. */
void sal_session_open_file (SalSession *self,
                            GFile      *file);

/* Removes a run from the store. */
void sal_session_delete_run (SalSession *self,
                             SalRunItem *run);

/* --- words ---------------------------------------------------------------- */

void sal_session_fail     (SalSession *self,
                           const char *message);
void sal_session_withdraw (SalSession *self,
                           const char *message);
void sal_session_say      (SalSession *self,
                           const char *message);

G_END_DECLS
