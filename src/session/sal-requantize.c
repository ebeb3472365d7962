/* sal-requantize.c - what helps a trained network at bits it was not trained at
 *
 * The calling thread computes until it is done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-requantize.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "sal-calibration.h"
#include "sal-error.h"

/* Of the recipe's learning rate: the network has learned already. */
#define FINE_TUNE_SHARE 0.1

/* Images in a mini-batch of statistics. */
#define STATISTICS_BATCH 128

/* ---- what can be done --------------------------------------------------------- */

static gboolean
refuse (GError    **error,
        const char *reason)
{
  g_set_error_literal (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, reason);
  return FALSE;
}

static gboolean
rounds_activations (const NnModel *model)
{
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const int bits = nn_model_layer (model, i).activation_bits;

    if (bits >= NN_BITS_MIN && bits <= NN_BITS_MAX)
      return TRUE;
  }
  return FALSE;
}

gboolean
sal_requantize_check (const SalRequantize *how,
                      const NnModel       *model,
                      GError             **error)
{
  if (how->refit_alpha && !nn_model_has_pact (model))
    return refuse (error, _("Alpha cannot be fitted again: the network was trained without PACT "
                            "and its activations get no bits (expected 2 to 8)"));
  if (how->refit_alpha && !rounds_activations (model))
    return refuse (error, _("Alpha cannot be fitted again: no activation of the network is "
                            "rounded at these bits (expected 2 to 8)"));
  if (how->reestimate && !nn_model_has_batch_norm (model))
    return refuse (error, _("Statistics cannot be estimated again: the network has no batch norm"));
  return TRUE;
}

gboolean
sal_requantize_set_quantizer (NnModel                **model,
                              const NnWeightQuantizer *quantizer,
                              NnParamValues            values,
                              GError                 **error)
{
  NnError nn_error;

  nn_model_set_quantizer (*model, quantizer, values);
  if (quantizer->start_step == NULL)
    return TRUE;

  NnModel *copy = nn_model_copy_with_steps (*model, &nn_error);

  if (copy == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  nn_model_free (*model);
  *model = copy;
  return TRUE;
}

/* ---- doing it -------------------------------------------------------------------- */

static gboolean
measure (const SalRequantize *how,
         NnModel             *model,
         const NnImages      *train,
         NnPool              *pool,
         GError             **error)
{
  g_autofree guint32 *order = sal_fixed_permutation (train->count);
  const gsize images = MIN (train->count, how->images > 0 ? how->images : SAL_CALIBRATION_IMAGES);
  const gboolean twice = how->reestimate && how->refit_alpha;
  NnError nn_error;

  if ((how->reestimate && nn_reestimate_statistics (model, pool, train, order, images,
                                                    STATISTICS_BATCH, &nn_error) != NN_OK) ||
      (how->refit_alpha && nn_refit_alpha (model, pool, train, order, images,
                                           &nn_error) != NN_OK) ||
      (twice && nn_reestimate_statistics (model, pool, train, order, images,
                                          STATISTICS_BATCH, &nn_error) != NN_OK))
    return sal_error_set_from_engine (error, &nn_error);
  return TRUE;
}

/* Everything that the steps of fine-tuning share. */
typedef struct
{
  NnTrainer      *trainer;
  const NnImages *train;
  const GArray   *indices;  /* guint32                                         */
  guint32        *order;    /* of this epoch                                   */
  gsize           batch;
  guint64         seed;
} FineTuning;

/* Step `step` of `total`, at learning rate `rate`. */
static NnStatus
take_step (FineTuning *tuning,
           gsize       step,
           double      rate,
           NnError    *error)
{
  const gsize per_epoch = (tuning->indices->len + tuning->batch - 1) / tuning->batch;
  const gsize first = step % per_epoch * tuning->batch;
  NnStepMetrics metrics;

  if (first == 0) {
    memcpy (tuning->order, tuning->indices->data, tuning->indices->len * sizeof (guint32));
    nn_epoch_order (tuning->seed, step / per_epoch, tuning->order, tuning->indices->len);
  }
  return nn_trainer_step (tuning->trainer, tuning->train, tuning->order + first,
                          MIN (tuning->batch, tuning->indices->len - first), rate, &metrics,
                          error);
}

static gboolean
take_steps (FineTuning *tuning,
            int         steps,
            double      rate,
            GError    **error)
{
  NnStatus status = NN_OK;
  NnError nn_error;

  for (int step = 0; step < steps && status == NN_OK; step++)
    status = take_step (tuning, (gsize) step, rate * 0.5 * (1 + cos (G_PI * step / steps)),
                        &nn_error);
  return status == NN_OK || sal_error_set_from_engine (error, &nn_error);
}

static gboolean
fine_tune (NnModel         *model,
           const SalRecipe *recipe,
           SalDataset      *dataset,
           const NnImages  *train,
           NnPool          *pool,
           int              steps,
           GError         **error)
{
  g_autoptr (GArray) indices = NULL;
  g_autoptr (GArray) validation = NULL;
  NnTrainSettings settings;
  NnError nn_error;

  if (!sal_recipe_train_settings (recipe, &settings, error))
    return FALSE;
  sal_dataset_split (dataset, recipe->validation_share, (guint64) recipe->seed, &indices,
                     &validation);
  if (indices->len == 0)
    return refuse (error, _("The network cannot be fine-tuned: there are no images to train on"));

  settings.steps_per_epoch = (indices->len + settings.batch - 1) / settings.batch;

  g_autofree guint32 *order = g_new (guint32, indices->len);
  FineTuning tuning = {
    .trainer = nn_trainer_new (model, pool, &settings, &nn_error),
    .train = train,
    .indices = indices,
    .order = order,
    .batch = settings.batch,
    .seed = settings.seed,
  };

  if (tuning.trainer == NULL)
    return sal_error_set_from_engine (error, &nn_error);

  const gboolean ok = take_steps (&tuning, steps, FINE_TUNE_SHARE * recipe->learning_rate, error);

  nn_trainer_free (tuning.trainer);
  return ok;
}

gboolean
sal_requantize (const SalRequantize *how,
                NnModel             *model,
                const SalRecipe     *recipe,
                SalDataset          *dataset,
                const NnImages      *train,
                NnPool              *pool,
                GError             **error)
{
  return sal_requantize_check (how, model, error) &&
         measure (how, model, train, pool, error) &&
         (how->fine_tune <= 0 ||
          fine_tune (model, recipe, dataset, train, pool, how->fine_tune, error));
}
