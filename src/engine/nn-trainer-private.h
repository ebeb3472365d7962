/* nn-trainer-private.h - the state that the files of the trainer share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-model-private.h"
#include "nn/nn-trainer.h"

struct NnTrainer
{
  NnModel        *model;
  NnPool         *pool;
  NnTrainSettings settings;
  NnExec         *exec;
  uint64_t        steps;
  size_t          last_count;  /* images of the last step                     */
  float          *gradient;    /* arena layout                                */
  float          *slots[NN_OPTIMIZER_MAX_SLOTS];
  float          *average;     /* arena layout; NULL without                  */
  double         *squares;     /* (chunks): sums of squared gradients         */
  int            *labels;      /* (batch)                                     */
  float          *input_gradient; /* (batch, C, H, W): S, kept for the view   */
  float          *scores;      /* (threads, H W)                              */
  uint32_t       *order;       /* (threads, 3 H W): order and scratch         */
};

/* ---- nn-trainer-settings.c --------------------------------------------------- */

/* NN_ERROR_RANGE for settings that cannot train on images of `shape`. */
NnStatus nn_train_settings_check (const NnTrainSettings *settings,
                                  NnShape                shape,
                                  NnError               *error) NN_MUST_CHECK;

/* ---- nn-trainer-update.c ------------------------------------------------------ */

/* Number of pieces in which the update goes through the arena: what
 * trainer->squares has room for. */
size_t nn_trainer_chunks (const NnTrainer *trainer);

/* Applies trainer->gradient to the model as step trainer->steps + 1.
 * NN_ERROR_DIVERGED where it is not finite: nothing has changed then. */
NnStatus nn_trainer_update (NnTrainer *trainer,
                            double     learning_rate,
                            NnError   *error) NN_MUST_CHECK;

/* nn_model_settle_steps(), in the moving average as well. */
void nn_trainer_settle_steps (NnTrainer *trainer);

/* Takes the weights after step trainer->steps into the moving average. */
void nn_trainer_update_average (NnTrainer *trainer);
