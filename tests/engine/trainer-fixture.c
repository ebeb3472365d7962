/* trainer-fixture.c - training in four modes on pictures that are easy to tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "trainer-fixture.h"

#include <string.h>

enum { BATCH = 20, PICTURES = 90 };

const TrainingMode training_modes[N_TRAINING_MODES] = {
  { "baseline", "relu", NN_BITS_OFF, FALSE },
  { "sgt", "relu", NN_BITS_OFF, TRUE },
  { "pact", "pact", 4, FALSE },
  { "sgt-pact", "pact", 4, TRUE },
};

const char training_small_network[] =
  "input channels=1 height=9 width=8\n"
  "conv2d conv out=4\n"
  "pact act1\n"
  "max-pool pool\n"
  "flatten flat\n"
  "linear fc1 out=16\n"
  "pact act2\n"
  "linear fc2 out=4\n";

NnTrainSettings
training_settings (const TrainingMode *mode)
{
  NnTrainSettings settings = nn_train_settings_default ();

  settings.batch = BATCH;
  settings.sgt = mode->sgt;
  settings.weight_decay = settings.alpha_decay = 5e-4;
  return settings;
}

Training *
training_new_with_model (NnModel               *model,
                         const NnTrainSettings *settings,
                         int                    threads)
{
  Training *training = g_new0 (Training, 1);

  training->model = model;
  training->pool = fixture_pool (threads);
  training->pictures = fixture_pictures (nn_model_input (model), PICTURES,
                                         nn_model_classes (model));
  training_restart (training, settings);
  return training;
}

Training *
training_new (const char            *network,
              const TrainingMode    *mode,
              const NnTrainSettings *settings,
              int                    threads)
{
  const NnShape shape = { 1, 28, 28 };
  NnModel *model = fixture_network (network, shape, mode->activation);

  fixture_set_bits (model, mode->bits, mode->bits);
  fixture_set_alphas (model, 1);
  return training_new_with_model (model, settings, threads);
}

void
training_restart (Training              *training,
                  const NnTrainSettings *settings)
{
  NnError error;

  nn_trainer_free (training->trainer);
  training->trainer = nn_trainer_new (training->model, training->pool, settings, &error);
  if (training->trainer == NULL)
    g_error ("%s", error.message);
}

void
training_free (Training *training)
{
  nn_trainer_free (training->trainer);
  nn_model_free (training->model);
  nn_pool_free (training->pool);
  pictures_free (training->pictures);
  g_free (training);
}

NnStatus
training_try_step (Training      *training,
                   gsize          count,
                   double         learning_rate,
                   NnStepMetrics *metrics,
                   NnError       *error)
{
  const guint64 step = nn_trainer_steps (training->trainer);
  g_autofree guint32 *indices = g_new (guint32, count);

  for (gsize i = 0; i < count; i++)
    indices[i] = (guint32) ((step * count + 7 * i) % PICTURES);
  return nn_trainer_step (training->trainer, &training->pictures->images, indices, count,
                          learning_rate, metrics, error);
}

NnStepMetrics
training_step (Training *training,
               gsize     count,
               double    learning_rate)
{
  NnStepMetrics metrics;
  NnError error;

  if (training_try_step (training, count, learning_rate, &metrics, &error) != NN_OK)
    g_error ("%s", error.message);
  return metrics;
}

void
training_check_same (const char *what,
                     Training   *found,
                     Training   *expected)
{
  const gsize n = nn_model_arena_count (expected->model);
  float *slot;

  fixture_check_same (what, nn_model_parameters (found->model),
                      nn_model_parameters (expected->model), n);
  for (int s = 0; (slot = nn_trainer_slot (expected->trainer, s)) != NULL; s++)
    fixture_check_same (what, nn_trainer_slot (found->trainer, s), slot, n);
}
