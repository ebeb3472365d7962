/* sal-recipe-engine.c - a recipe as the engine takes it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-model.h"
#include "sal-error.h"
#include "sal-recipe-private.h"

/* The largest text of a network that a recipe can name. */
#define MAX_TEXT 65536

char *
sal_recipe_network_text (const SalRecipe *recipe,
                         SalDataset      *dataset,
                         GError         **error)
{
  const NnImages *images = sal_dataset_get_train (dataset);
  const NnShape shape = { images->channels, images->height, images->width };
  g_autofree char *text = g_malloc (MAX_TEXT);
  NnError nn_error;

  if (nn_network_text (recipe->network, shape, images->classes,
                       sal_recipe_has_pact (recipe) ? "pact" : "relu",
                       text, MAX_TEXT, &nn_error) != NN_OK) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  return g_strdup (text);
}

static void
set_momentum (NnTrainSettings *settings,
              double           momentum)
{
  const NnOptimizer *optimizer = settings->optimizer;
  const int row = nn_param_find (optimizer->params, optimizer->n_params, "momentum");

  if (row >= 0)
    settings->optimizer_values.value[row] = momentum;
}

gboolean
sal_recipe_train_settings (const SalRecipe *recipe,
                           NnTrainSettings *settings,
                           GError         **error)
{
  if (!sal_recipe_check (recipe, error))
    return FALSE;

  const NnOptimizer *optimizer = nn_optimizer_find (recipe->optimizer);

  *settings = nn_train_settings_default ();
  settings->batch = (size_t) recipe->batch;
  settings->seed = (uint64_t) recipe->seed;
  settings->optimizer = optimizer;
  settings->optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);
  set_momentum (settings, recipe->momentum);
  settings->weight_decay = recipe->weight_decay;
  settings->alpha_decay = recipe->alpha_decay;
  settings->sgt = sal_recipe_has_sgt (recipe);
  settings->masked_share = recipe->masked_share;
  settings->kl_weight = recipe->kl_weight;
  settings->ranking = (NnRanking) recipe->ranking;
  settings->fill = (NnFill) recipe->fill;
  settings->target = (NnSaliencyTarget) recipe->target;
  return TRUE;
}

gboolean
sal_recipe_set_up_model (const SalRecipe *recipe,
                         NnModel         *model,
                         GError         **error)
{
  if (!sal_recipe_has_pact (recipe))
    return TRUE;

  const NnWeightQuantizer *quantizer = nn_weight_quantizer_find (SAL_RECIPE_QUANTIZER);
  const int row = nn_param_find (quantizer->params, quantizer->n_params, "amplitude");
  NnParamValues values = nn_param_defaults (quantizer->params, quantizer->n_params);
  NnError nn_error;

  values.value[row] = recipe->amplitude;
  nn_model_set_quantizer (model, quantizer, values);
  if (nn_model_set_bits (model, recipe->weight_bits, recipe->activation_bits,
                         (NnEdgePolicy) recipe->edges, &nn_error) != NN_OK)
    return sal_error_set_from_engine (error, &nn_error);
  return TRUE;
}
