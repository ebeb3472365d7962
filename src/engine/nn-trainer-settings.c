/* nn-trainer-settings.c - what a trainer can be told, and what it refuses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn-trainer-private.h"
#include "nn-words.h"

#define MAX_BATCH 32768

const char *
nn_saliency_target_name (NnSaliencyTarget target)
{
  static const char *const names[] = {
    [NN_TARGET_LOGIT] = N_("logit"),
    [NN_TARGET_LOG_PROBABILITY] = N_("log-probability"),
  };

  return (size_t) target < sizeof names / sizeof names[0] ? names[target] : NULL;
}

typedef struct
{
  const char *name;
  const char *title;
} DecayScopeRow;

static const DecayScopeRow decay_scopes[] = {
  [NN_DECAY_ALL] = { "all", N_("All parameters") },
  [NN_DECAY_WEIGHTS] = { "weights", N_("Weights only") },
};

enum { N_DECAY_SCOPES = sizeof decay_scopes / sizeof decay_scopes[0] };

const char *
nn_decay_scope_name (NnDecayScope scope)
{
  return (size_t) scope < N_DECAY_SCOPES ? decay_scopes[scope].name : NULL;
}

const char *
nn_decay_scope_title (NnDecayScope scope)
{
  return (size_t) scope < N_DECAY_SCOPES ? decay_scopes[scope].title : NULL;
}

NnTrainSettings
nn_train_settings_default (void)
{
  const NnOptimizer *optimizer = nn_optimizer_find ("sgd");

  return (NnTrainSettings) {
    .batch = 256,
    .seed = 1,
    .optimizer = optimizer,
    .optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params),
    .shift_rate = 1.0,
    .masked_share = 0.5,
    .kl_weight = 1.0,
    .ranking = NN_RANKING_MAGNITUDE,
    .fill = NN_FILL_UNIFORM,
    .target = NN_TARGET_LOGIT,
  };
}

/* One number of the settings, and where it must lie: [minimum, below). */
typedef struct
{
  double      value;
  double      minimum;
  double      below;
  const char *expected;
} Limit;

static NnStatus
check_numbers (const NnTrainSettings *settings,
               NnError               *error)
{
  const Limit limits[] = {
    { settings->masked_share, 0, 1, "the masked share k must be at least 0 and below 1" },
    { settings->kl_weight, 0, INFINITY, "the KL weight must not be negative" },
    { settings->weight_decay, 0, INFINITY, "the weight decay must not be negative" },
    { settings->alpha_decay, 0, INFINITY, "the decay of alpha must not be negative" },
    { settings->shift_rate, 1e-6, INFINITY,
      "the learning rate of batch norm's biases must be positive" },
    { settings->label_smoothing, 0, 1, "label smoothing must be in [0, 1)" },
    { settings->clip_norm, 0, INFINITY,
      "the longest gradient must be a length, or 0 for any" },
    { settings->average_decay, 0, 1,
      "the decay of the moving average must be in [0, 1)" },
  };

  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    if (!(limits[i].value >= limits[i].minimum && limits[i].value < limits[i].below))
      return nn_error_set (error, NN_ERROR_RANGE, "%s, not %g",
                           limits[i].expected, limits[i].value);
  return NN_OK;
}

NnStatus
nn_train_settings_check (const NnTrainSettings *settings,
                         NnShape                shape,
                         NnError               *error)
{
  NnStatus status = check_numbers (settings, error);

  if (status == NN_OK && (settings->batch < 1 || settings->batch > MAX_BATCH))
    status = nn_error_set (error, NN_ERROR_RANGE, "the batch must be 1 to %d, not %zu", MAX_BATCH,
                           settings->batch);
  if (status == NN_OK)
    status = nn_augment_check (&settings->augment, shape, error);
  for (size_t i = 0; status == NN_OK && i < settings->optimizer->n_params; i++)
    status = nn_param_check (&settings->optimizer->params[i],
                             settings->optimizer_values.value[i], error);
  return status;
}
