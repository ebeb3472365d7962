/* training-fixture.h - a private store, small data and a tiny recipe, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-pool.h"
#include "sal-training.h"

G_BEGIN_DECLS

/* 120 images to train on, of which 24 are kept to validate, in mini-batches
 * of 20: five steps an epoch, the last of them smaller. */
#define TRAINING_STEPS_PER_EPOCH 5

typedef struct
{
  char        *home;     /* of the store                                       */
  char        *folder;   /* of the data                                        */
  SalDataset  *dataset;
  SalRunStore *store;
  NnPool      *pool;
  SalRecipe    recipe;   /* LeNet-5, two epochs                                */
} TrainingFixture;

/* For g_test_add(). */
void training_fixture_set_up    (TrainingFixture *self,
                                 gconstpointer    data);
void training_fixture_tear_down (TrainingFixture *self,
                                 gconstpointer    data);

/* A test of its own with this fixture alone. */
void training_fixture_add (const char *path,
                           void      (*test) (TrainingFixture *self,
                                              gconstpointer    data));

/* Starts a run of the recipe; it must work. */
SalTraining *training_fixture_start (TrainingFixture *self);

/* Goes on with run `run`; it must work. */
SalTraining *training_fixture_resume (TrainingFixture *self,
                                      gint64           run);

/* Does units of work until `steps` are trained. */
void training_fixture_train_to (SalTraining *training,
                                gint64       steps);

/* Does all there is to do. */
void training_fixture_finish (SalTraining *training);

/* The path of `name` in the folder of a run. Free the result. */
char *training_fixture_file (TrainingFixture *self,
                             gint64           run,
                             const char      *name);

/* All bytes of that file. */
GBytes *training_fixture_bytes (TrainingFixture *self,
                                gint64           run,
                                const char      *name);

/* sal_weights_hash() of its model.safetensors. Free the result. */
char *training_fixture_hash (TrainingFixture *self,
                             gint64           run);

/* Copies of all weights of a model. */
GBytes *training_fixture_weights (const NnModel *model);

/* Trains the recipe without a stop and gives the weights at its end. */
GBytes *training_fixture_reference (TrainingFixture *self);

G_END_DECLS
