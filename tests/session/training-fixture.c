/* training-fixture.c - a private store, small data and a tiny recipe, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "training-fixture.h"

#include <string.h>

#include "sal-fixture.h"
#include "sal-weights-hash.h"

#define TRAIN 120
#define TEST 40
#define SIZE 28
#define CLASSES 4

void
training_fixture_set_up (TrainingFixture *self,
                         gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  NnError nn_error;

  self->home = sal_fixture_make_folder ();
  self->folder = sal_fixture_make_folder ();
  sal_fixture_write (self->folder, "train-images-idx3-ubyte",
                     sal_fixture_images (TRAIN, SIZE, SIZE));
  sal_fixture_write (self->folder, "train-labels-idx1-ubyte",
                     sal_fixture_labels (TRAIN, CLASSES));
  sal_fixture_write (self->folder, "t10k-images-idx3-ubyte",
                     sal_fixture_images (TEST, SIZE, SIZE));
  sal_fixture_write (self->folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (TEST, CLASSES));
  self->dataset = sal_dataset_open (self->folder, NULL, &error);
  g_assert_no_error (error);
  self->store = sal_run_store_open (self->home, &error);
  g_assert_no_error (error);
  self->pool = nn_pool_new (2, 0, &nn_error);
  g_assert_nonnull (self->pool);

  sal_recipe_init (&self->recipe);
  g_strlcpy (self->recipe.dataset, self->folder, sizeof self->recipe.dataset);
  g_strlcpy (self->recipe.network, "lenet5", sizeof self->recipe.network);
  self->recipe.epochs = 2;
  self->recipe.batch = 20;
  self->recipe.validation_share = 0.2;
}

void
training_fixture_tear_down (TrainingFixture *self,
                            gconstpointer    data)
{
  sal_run_store_close (self->store);
  sal_dataset_unref (self->dataset);
  nn_pool_free (self->pool);
  sal_fixture_remove_folder (self->home);
  sal_fixture_remove_folder (self->folder);
}

void
training_fixture_add (const char *path,
                      void      (*test) (TrainingFixture *self,
                                         gconstpointer    data))
{
  g_test_add (path, TrainingFixture, NULL, training_fixture_set_up, test,
              training_fixture_tear_down);
}

SalTraining *
training_fixture_start (TrainingFixture *self)
{
  g_autoptr (GError) error = NULL;
  SalTraining *training = sal_training_new (self->store, self->dataset, &self->recipe,
                                            self->pool, &error);

  g_assert_no_error (error);
  return training;
}

SalTraining *
training_fixture_resume (TrainingFixture *self,
                         gint64           run)
{
  g_autoptr (GError) error = NULL;
  SalTraining *training = sal_training_resume (self->store, run, NULL, self->pool, &error);

  g_assert_no_error (error);
  return training;
}

void
training_fixture_train_to (SalTraining *training,
                           gint64       steps)
{
  g_autoptr (GError) error = NULL;

  while (sal_training_get_step (training) < steps) {
    const SalTrainingResult result = sal_training_step (training, &error);

    g_assert_no_error (error);
    g_assert_true (result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED);
  }
}

void
training_fixture_finish (SalTraining *training)
{
  g_autoptr (GError) error = NULL;
  SalTrainingResult result;

  do {
    result = sal_training_step (training, &error);
    g_assert_no_error (error);
  } while (result == SAL_TRAINING_STEPPED || result == SAL_TRAINING_VALIDATED);
  g_assert_cmpint (result, ==, SAL_TRAINING_FINISHED);
}

char *
training_fixture_file (TrainingFixture *self,
                       gint64           run,
                       const char      *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRun) row = sal_run_store_get (self->store, run, &error);

  g_assert_no_error (error);
  return g_build_filename (row->directory, name, NULL);
}

GBytes *
training_fixture_bytes (TrainingFixture *self,
                        gint64           run,
                        const char      *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = training_fixture_file (self, run, name);
  char *data = NULL;
  gsize size = 0;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

char *
training_fixture_hash (TrainingFixture *self,
                       gint64           run)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = training_fixture_file (self, run, "model.safetensors");
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);

  char *hash = sal_weights_hash (model);

  nn_model_free (model);
  return hash;
}

GBytes *
training_fixture_weights (const NnModel *model)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    g_byte_array_append (bytes, (const guint8 *) tensor.value,
                         (guint) (tensor.count * sizeof (float)));
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
training_fixture_reference (TrainingFixture *self)
{
  g_autoptr (SalTraining) training = training_fixture_start (self);

  training_fixture_finish (training);
  return training_fixture_weights (sal_training_get_model (training));
}
