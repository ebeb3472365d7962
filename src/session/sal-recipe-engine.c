/* sal-recipe-engine.c - a recipe as the engine takes it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "nn/nn-model.h"
#include "sal-bits-text.h"
#include "sal-error.h"
#include "sal-recipe-private.h"

/* Whether the recipe's quantizer has steps to learn. */
static gboolean
learns_steps (const SalRecipe *recipe)
{
  return sal_recipe_has_pact (recipe) &&
         nn_weight_quantizer_find (recipe->quantizer)->start_step != NULL;
}

/* The text of the same network with steps to learn. */
static char *
text_with_steps (const char *text,
                 GError    **error)
{
  NnError nn_error;
  NnModel *model = nn_model_new (text, &nn_error);
  NnModel *copy = model != NULL ? nn_model_copy_with_steps (model, &nn_error) : NULL;
  char *with = copy != NULL ? g_strdup (nn_model_text (copy)) : NULL;

  if (copy == NULL)
    sal_error_set_from_engine (error, &nn_error);
  nn_model_free (copy);
  nn_model_free (model);
  return with;
}

gboolean
sal_recipe_has_own_network (const SalRecipe *recipe)
{
  return strchr (recipe->network, '\n') != NULL;
}

char *
sal_recipe_network_title (const SalRecipe *recipe)
{
  if (!sal_recipe_has_own_network (recipe))
    return g_strdup (recipe->network);

  const char *start = recipe->network + strspn (recipe->network, " \t\r\n");
  const gsize length = strcspn (start, "\r\n");
  g_autofree char *line = g_strndup (start, length);

  if (*line != '#')
    return g_strdup ("own network");
  g_strstrip (memmove (line, line + 1, length));
  return *line != '\0' ? g_steal_pointer (&line) : g_strdup ("own network");
}

static char *
own_network_text (const SalRecipe *recipe,
                  NnShape          shape,
                  int              classes,
                  GError         **error)
{
  NnError nn_error;
  NnModel *model = nn_own_network_new (recipe->network, shape, classes,
                                       sal_recipe_has_pact (recipe), &nn_error);

  if (model == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "network: %s", nn_error.message);
    return NULL;
  }

  char *text = g_strdup (nn_model_text (model));

  nn_model_free (model);
  return text;
}

static char *
table_network_text (const SalRecipe *recipe,
                    NnShape          shape,
                    int              classes,
                    GError         **error)
{
  g_autofree char *text = g_malloc (NN_NETWORK_TEXT_SIZE);
  NnError nn_error;

  if (nn_network_text (recipe->network, shape, classes,
                       sal_recipe_has_pact (recipe) ? "pact" : NULL,
                       text, NN_NETWORK_TEXT_SIZE, &nn_error) != NN_OK) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  return g_strdup (text);
}

char *
sal_recipe_network_text (const SalRecipe *recipe,
                         SalDataset      *dataset,
                         GError         **error)
{
  const NnImages *images = sal_dataset_get_train (dataset);
  const NnShape shape = { images->channels, images->height, images->width };
  g_autofree char *text = sal_recipe_has_own_network (recipe)
                          ? own_network_text (recipe, shape, images->classes, error)
                          : table_network_text (recipe, shape, images->classes, error);

  if (text == NULL)
    return NULL;
  return learns_steps (recipe) ? text_with_steps (text, error) : g_steal_pointer (&text);
}

/* Where the optimizer has such a parameter. */
static void
set_parameter (NnTrainSettings *settings,
               const char      *name,
               double           value)
{
  const NnOptimizer *optimizer = settings->optimizer;
  const int row = nn_param_find (optimizer->params, optimizer->n_params, name);

  if (row >= 0)
    settings->optimizer_values.value[row] = value;
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
  set_parameter (settings, "momentum", recipe->momentum);
  set_parameter (settings, "nesterov", recipe->nesterov);
  settings->weight_decay = recipe->weight_decay;
  settings->decay_scope = (NnDecayScope) recipe->decay_on;
  settings->alpha_decay = recipe->alpha_decay;
  settings->label_smoothing = recipe->label_smoothing;
  settings->shift_rate = recipe->shift_rate;
  settings->clip_norm = recipe->clip_norm;
  settings->average_decay = recipe->ema;
  settings->augment = (NnAugment) {
    .flip = (NnFlip) recipe->flip,
    .translate = recipe->translate,
    .crop_padding = recipe->crop_padding,
    .cutout = recipe->cutout,
  };
  settings->sgt = sal_recipe_has_sgt (recipe);
  settings->masked_share = recipe->masked_share;
  settings->kl_weight = recipe->kl_weight;
  settings->ranking = (NnRanking) recipe->ranking;
  settings->fill = (NnFill) recipe->fill;
  settings->target = (NnSaliencyTarget) recipe->target;
  return TRUE;
}

/* The parameters of the recipe's quantizer. */
static NnParamValues
quantizer_values (const SalRecipe         *recipe,
                  const NnWeightQuantizer *quantizer)
{
  const struct
  {
    const char *name;
    double      value;
  } settings[] = {
    { "amplitude", recipe->amplitude },
    { "gradient", recipe->sawb_gradient },
    { "granularity", recipe->granularity },
  };
  NnParamValues values = nn_param_defaults (quantizer->params, quantizer->n_params);

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    const int row = nn_param_find (quantizer->params, quantizer->n_params, settings[i].name);

    if (row >= 0)
      values.value[row] = settings[i].value;
  }
  return values;
}

static void
start_alphas (const SalRecipe *recipe,
              NnModel         *model)
{
  const float alpha = (float) g_ascii_strtod (recipe->alpha_start, NULL);

  if (g_str_equal (recipe->alpha_start, SAL_ALPHA_FROM_DATA))
    return;
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (nn_model_tensor (model, i).role == NN_TENSOR_ALPHA)
      *nn_model_tensor (model, i).value = MAX (alpha, NN_ALPHA_MINIMUM);
}

NnRateCourse
sal_recipe_rate_course (const SalRecipe *recipe,
                        gint64           steps_per_epoch)
{
  const gboolean rises = recipe->schedule == NN_SCHEDULE_TRIANGULAR;

  return (NnRateCourse) {
    .schedule = (NnSchedule) recipe->schedule,
    .total = (uint64_t) (steps_per_epoch * recipe->epochs),
    .warm_up = rises ? 0 : (uint64_t) rint (recipe->warm_up * (double) steps_per_epoch),
    .initial = recipe->initial_rate,
    .peak = recipe->peak,
    .final = recipe->final_rate,
  };
}

gboolean
sal_recipe_set_up_model (const SalRecipe *recipe,
                         NnModel         *model,
                         GError         **error)
{
  if (!sal_recipe_has_pact (recipe))
    return TRUE;

  const NnWeightQuantizer *quantizer = nn_weight_quantizer_find (recipe->quantizer);
  NnError nn_error;

  nn_model_set_quantizer (model, quantizer, quantizer_values (recipe, quantizer));
  if (nn_model_set_bits (model, recipe->weight_bits, recipe->activation_bits,
                         (NnEdgePolicy) recipe->edges, &nn_error) != NN_OK)
    return sal_error_set_from_engine (error, &nn_error);
  start_alphas (recipe, model);
  return sal_bits_text_apply (recipe->bits, model, (NnEdgePolicy) recipe->edges, error);
}
