/* trainer-fixture.h - training in four modes on pictures that are easy to tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "engine-fixture.h"

/* One way to train. */
typedef struct
{
  const char *name;
  const char *activation;
  int         bits;
  gboolean    sgt;
} TrainingMode;

enum { N_TRAINING_MODES = 4 };

/* Baseline, SGT, PACT at 4 bits, and both. */
extern const TrainingMode training_modes[N_TRAINING_MODES];

/* A network in the middle of training. */
typedef struct
{
  NnModel   *model;
  NnPool    *pool;
  NnTrainer *trainer;
  Pictures  *pictures;
} Training;

/* Default settings of a mode, for batches of 20. */
NnTrainSettings training_settings (const TrainingMode *mode);

/* Begins to train a ready-made network on 1 x 28 x 28 pictures. */
Training *training_new (const char            *network,
                        const TrainingMode    *mode,
                        const NnTrainSettings *settings,
                        int                    threads);

/* The same with `model`, which is taken over, and pictures of its shape. */
Training *training_new_with_model (NnModel               *model,
                                   const NnTrainSettings *settings,
                                   int                    threads);

/* A new trainer of the same model, as after a restart. */
void training_restart (Training              *training,
                       const NnTrainSettings *settings);

void training_free (Training *training);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Training, training_free)

/* Step number nn_trainer_steps() on `count` pictures that follow from it. */
NnStatus training_try_step (Training      *training,
                            gsize          count,
                            double         learning_rate,
                            NnStepMetrics *metrics,
                            NnError       *error);

/* The same, which must succeed. */
NnStepMetrics training_step (Training *training,
                             gsize     count,
                             double    learning_rate);

/* Fails the test unless weights and optimizer state are the same bits. */
void training_check_same (const char *what,
                          Training   *found,
                          Training   *expected);

/* A small network without random layers on 1 x 9 x 8 images: 4 classes. */
extern const char training_small_network[];
