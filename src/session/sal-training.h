/* sal-training.h - one run, a step at a time, with its record on disk
 *
 * Joins data set, model, trainer, run store and checkpoints.  The command
 * line drives it from the main thread, the window from its worker; it never
 * loops by itself.  Everything that decides the run is in the recipe: the
 * same recipe gives the same bits, with and without pause, kill and resume.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-model-file.h"
#include "sal-run-store.h"

G_BEGIN_DECLS

typedef struct _SalTraining SalTraining;

/* Starts a new run (a row in `store`, which may be NULL: then nothing is
 * recorded).  `dataset` is kept by reference, `pool` is borrowed. */
SalTraining *sal_training_new (SalRunStore     *store,
                               SalDataset      *dataset,
                               const SalRecipe *recipe,
                               NnPool          *pool,
                               GError         **error);

/* Goes on with run `run` from its checkpoint, exactly. Opens the data set by
 * itself when `dataset` is NULL; refuses data whose hash differs, and a run
 * that is being trained (SAL_ERROR_BUSY).  A finished run can be opened; there
 * is nothing left to train.  A run that was killed before its first checkpoint
 * begins anew. */
SalTraining *sal_training_resume (SalRunStore *store,
                                  gint64       run,
                                  SalDataset  *dataset,
                                  NnPool      *pool,
                                  GError     **error);

/* Flushes metrics; a run that is not finished is left "paused" with a
 * checkpoint if it was saved, else "interrupted". */
void sal_training_free (SalTraining *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalTraining, sal_training_free)

/* What the next call of sal_training_step() will do or has done. */
typedef enum
{
  SAL_TRAINING_STEPPED,   /* one mini-batch                                   */
  SAL_TRAINING_VALIDATED, /* a mini-batch of validation; an epoch ends when
                             the last is done                                 */
  SAL_TRAINING_FINISHED,
  SAL_TRAINING_DIVERGED,  /* `error` says how; the best model and the last
                             checkpoint are kept, whose weights are finite    */
  SAL_TRAINING_FAILED,    /* disk or store; `error` says what                 */
} SalTrainingResult;

/* Does one unit of work (one mini-batch of training or validation, some tens
 * of milliseconds).  At the end of each epoch the model with the best
 * validation accuracy so far is saved as model.safetensors, and a checkpoint. */
SalTrainingResult sal_training_step (SalTraining *self,
                                     GError     **error);

/* Within an epoch a checkpoint is saved after `seconds`, or later where saving
 * would cost more than a fiftieth of the time (0: after every step).  It
 * changes no bits: it decides only what a kill costs. */
#define SAL_TRAINING_CHECKPOINT_SECONDS 20

void sal_training_set_checkpoint_interval (SalTraining *self,
                                           double       seconds);

/* Saves a checkpoint now (pause, Ctrl+C); the run becomes "paused". */
gboolean sal_training_save (SalTraining *self,
                            GError     **error);

gint64           sal_training_get_run         (SalTraining *self); /* or -1   */
const SalRecipe *sal_training_get_recipe      (SalTraining *self);
SalDataset      *sal_training_get_dataset     (SalTraining *self);
const NnModel   *sal_training_get_model       (SalTraining *self);
const NnTrainer *sal_training_get_trainer     (SalTraining *self);
gint64           sal_training_get_step        (SalTraining *self);
gint64           sal_training_get_total_steps (SalTraining *self);
double           sal_training_get_epoch       (SalTraining *self); /* fractional */
double           sal_training_get_rate        (SalTraining *self); /* images/s  */
double           sal_training_get_seconds_left (SalTraining *self);
double           sal_training_get_best_accuracy (SalTraining *self); /* validation */
const NnModel   *sal_training_get_best_model    (SalTraining *self); /* its model,
                                    or NULL before the end of the first epoch */

/* All metrics of this run so far (from the store when resumed): GArray of
 * SalMetric, owned by the training, growing; and the alphas beside them
 * (n, n_alphas). */
const GArray *sal_training_get_metrics (SalTraining *self);
const GArray *sal_training_get_alphas  (SalTraining *self,
                                        gsize       *n_alphas);

/* Whether the run ended before its last epoch because the validation accuracy
 * had not risen for as many epochs as the recipe's patience. */
gboolean sal_training_stopped_early (SalTraining *self);

/* A sentence for the user when the network did not leave chance in its first
 * epoch, with the likely cause, or when another program or machine trained it
 * before, so that its bits may differ; else NULL. */
const char *sal_training_get_warning (SalTraining *self);

/* Changes the bit widths of all layers from the next step on, in the modes
 * with PACT: in the recipe, too, and as an event of the run in the store.  The
 * choice of the best epoch starts anew: its accuracy was that of other bits.  So
 * do learned steps, and a validation that has begun. */
gboolean sal_training_set_bits (SalTraining *self,
                                int          weight_bits,
                                int          activation_bits,
                                GError     **error);

/* Changes the highest learning rate from the next step on, and saves a
 * checkpoint: in the recipe, too, and as an event of the run in the store.  How
 * a run that diverged goes on once it is resumed, such as at a tenth.
 * SAL_ERROR_BAD_SETTING for a rate that no recipe may have, and where nothing
 * is left to train. */
gboolean sal_training_set_learning_rate (SalTraining *self,
                                         double       learning_rate,
                                         GError     **error);

/* Evaluates the best model of the run (the current one before the end of the
 * first epoch) on the test set, a mini-batch a call: SAL_TRAINING_VALIDATED
 * while images are left.  With the last one the accuracy is in `*accuracy`, in
 * the store and in model.safetensors, and the result is SAL_TRAINING_FINISHED.
 * Nothing may be trained in between. */
SalTrainingResult sal_training_test_step (SalTraining *self,
                                          double      *accuracy,
                                          GError     **error);

/* The same in one go, blocking. */
gboolean sal_training_measure_test (SalTraining *self,
                                    double      *accuracy,
                                    GError     **error);

G_END_DECLS
