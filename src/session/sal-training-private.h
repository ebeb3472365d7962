/* sal-training-private.h - the state that the files of SalTraining share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-eval.h"
#include "nn/nn-trainer.h"
#include "sal-provenance.h"
#include "sal-training.h"

G_BEGIN_DECLS

/* Images in a mini-batch of validation and test. */
#define SAL_TRAINING_EVAL_BATCH 256

/* Training steps that the rate is measured over. */
#define SAL_TRAINING_RATE_WINDOW 32

/* What one recent step took: only time spent in steps counts, so that a pause
 * does not lower the rate. */
typedef struct
{
  double images;
  double seconds;
} SalStepTime;

struct _SalTraining
{
  /* What is trained, from the recipe. */
  SalRecipe   recipe;
  SalDataset *dataset;
  NnPool     *pool;       /* borrowed                                         */
  NnModel    *model;
  NnTrainer  *trainer;
  GArray     *train;      /* guint32, ascending                               */
  GArray     *validation; /* guint32, ascending                               */
  gint64      steps_per_epoch;
  gint64      total_steps;
  NnRateCourse course;    /* of the learning rate                             */

  /* Where the run is. */
  gint64   step;          /* mini-batches done                                */
  gint64   epochs_done;   /* epochs trained and validated                     */
  guint32 *order;         /* the epoch's permutation of `train`               */
  gint64   order_epoch;   /* which epoch `order` is of, or -1                 */
  NnModel *averaged;      /* the moving average; NULL without                 */
  NnExec  *exec;          /* of what is validated, made when needed           */
  NnEval   eval;
  gboolean validating;
  double   validation_seconds; /* of the last whole validation, 0 if none     */

  /* The model of the best epoch so far; best_step 0 if there is none. */
  NnModel *best;
  gint64   best_step;
  double   best_accuracy; /* on the validation images, NaN without any        */
  double   test_accuracy; /* of that model, NaN until measured                */
  NnExec  *test_exec;

  /* The record. */
  GArray     *metrics;    /* SalMetric                                        */
  GArray     *alphas;     /* float (metrics->len, n_alphas)                   */
  gsize       n_alphas;
  const float *alpha_values[SAL_RUN_MAX_ALPHAS]; /* in the model              */
  gsize       stored;     /* how many metrics the store has                   */
  SalMetric   pending;    /* an epoch's last row waits for its validation     */
  float       pending_alphas[SAL_RUN_MAX_ALPHAS];
  gboolean    has_pending;
  gint64      last_flush; /* monotonic microseconds                           */
  SalStepTime times[SAL_TRAINING_RATE_WINDOW];
  guint       n_times;    /* ever measured; a ring                            */
  double      seconds;    /* of training, over all sittings                   */
  char       *warning;
  SalProvenance *provenance;
  char       *notice;         /* that a sitting is not like those before      */

  /* The run in the store; NULL and -1 if nothing is recorded. */
  SalRunStore *store;
  gint64       run;
  char        *directory;
  SalRunState  state;
  gint64       n_events;     /* changes of the recipe so far                  */
  gint64       saved_step;   /* position of the checkpoint                    */
  gint64       saved_at;     /* monotonic microseconds                        */
  gint64       saving_time;  /* microseconds that it took                     */
  gint64       save_interval; /* microseconds between checkpoints             */
};

/* ---- sal-training.c ------------------------------------------------------ */

/* Builds all that follows from `recipe` and `dataset`.  The weights are drawn;
 * where the run `is_new` they take what they start with from the data as well,
 * while others get the weights of a checkpoint. */
SalTraining *sal_training_build (SalDataset      *dataset,
                                 const SalRecipe *recipe,
                                 gboolean         is_new,
                                 SalRunStore     *store,
                                 NnPool          *pool,
                                 GError         **error);

/* Whether nothing is left to train: all epochs are done, or the accuracy has
 * not risen for as many as the recipe's patience. */
gboolean sal_training_is_complete (SalTraining *self);

/* The network that is validated, tested and kept: the moving average if there
 * is one. */
const NnModel *sal_training_judged_model (SalTraining *self);

/* Sets the run's state here and in the store. */
gboolean sal_training_set_state (SalTraining *self,
                                 SalRunState  state,
                                 GError     **error);

/* ---- sal-training-weights.c ------------------------------------------------ */

/* The recipe's network with initial weights, set up; free the result. */
NnModel *sal_training_build_model (SalTraining *self,
                                   GError     **error);

/* Completes the weights of a new run's model: from the training images, or
 * those of the network that the recipe starts from, whose hash is noted. */
gboolean sal_training_start_weights (SalTraining *self,
                                     GError     **error);

/* ---- sal-training-record.c ------------------------------------------------ */

/* Finds the clipping levels that the record shows. */
void sal_training_record_begin (SalTraining *self);

/* Notes a step that took `seconds`.  The last step of an epoch is held back
 * until sal_training_record_validation(). */
void sal_training_record_step (SalTraining         *self,
                               const NnStepMetrics *measured,
                               double               learning_rate,
                               double               seconds);

/* Completes the epoch's row; NaN without validation images. */
void sal_training_record_validation (SalTraining *self,
                                     double       accuracy,
                                     double       ce);

/* Writes what is not in the store yet: always, or if a second has passed. */
gboolean sal_training_flush           (SalTraining *self,
                                       GError     **error);
gboolean sal_training_flush_sometimes (SalTraining *self,
                                       GError     **error);

/* From here on the run is one of the present recipe, in the store as well, where
 * `text` says what was changed. */
gboolean sal_training_note_change (SalTraining *self,
                                   const char  *text,
                                   GError     **error);

/* Reads the record back up to the checkpoint's step. */
gboolean sal_training_record_load (SalTraining *self,
                                   GError     **error);

/* Notes the warning if the first epoch left the network at chance. */
void sal_training_judge_first_epoch (SalTraining *self,
                                     double       accuracy);

/* ---- sal-training-checkpoint.c --------------------------------------------- */

/* Writes checkpoint.safetensors; nothing without a store. */
gboolean sal_training_write_checkpoint (SalTraining *self,
                                        GError     **error);

/* The same, if the last one is old enough and something was trained since, and
 * the loss is not that of a run about to diverge. */
gboolean sal_training_write_checkpoint_sometimes (SalTraining *self,
                                                  GError     **error);

/* Writes the best model as model.safetensors; nothing without a store. */
gboolean sal_training_write_best (SalTraining *self,
                                  GError     **error);

G_END_DECLS
