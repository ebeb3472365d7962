/* nn-trainer.h - one training step in four modes
 *
 * Baseline, saliency-guided training (SGT), PACT, and both.  PACT is in the
 * network (pact layers, bit widths); SGT is in the step:
 *
 *     S   = d f_y (X) / dX           evaluation mode, data gradient only
 *     X~  = X with the floor (k d) features of smallest S replaced
 *     L   = CE (f (X), y) + lambda KL (f (X) || f (X~)) + decay
 *
 * Source: Ismail et al. 2021 (arXiv 2111.14338), Choi et al. 2018 (arXiv
 * 1805.06085), their union in arXiv 2412.03915.
 *
 * The unit of work is one mini-batch; the trainer never loops, calls back or
 * sleeps.  All randomness is a function of seed and step, so that a
 * checkpoint is weights, optimizer slots and the step number.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-augment.h"
#include "nn/nn-exec.h"
#include "nn/nn-images.h"
#include "nn/nn-mask.h"
#include "nn/nn-optimizer.h"
#include "nn/nn-schedule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the saliency of the true class is the gradient of. */
typedef enum
{
  NN_TARGET_LOGIT,
  NN_TARGET_LOG_PROBABILITY,
} NnSaliencyTarget;

const char *nn_saliency_target_name (NnSaliencyTarget target);

/* What weight decay is applied to; clipping levels have their own, and the
 * steps of weights none. */
typedef enum
{
  NN_DECAY_ALL,     /* all that is trained                                    */
  NN_DECAY_WEIGHTS, /* neither biases nor batch norm's scales and shifts      */
} NnDecayScope;

/* NULL past the last. */
const char *nn_decay_scope_name  (NnDecayScope scope);
const char *nn_decay_scope_title (NnDecayScope scope);

typedef struct
{
  size_t             batch;         /* 1 .. 32768                             */
  uint64_t           seed;
  const NnOptimizer *optimizer;
  NnParamValues      optimizer_values;
  double             weight_decay;  /* of all but clipping levels and steps   */
  NnDecayScope       decay_scope;
  double             alpha_decay;   /* of clipping levels: L2 as g += d alpha */
  double             shift_rate;    /* learning rate of batch norm's biases, as a
                                       multiple; their decay is divided by it  */
  double             label_smoothing;
  double             clip_norm;     /* longest gradient, over all parameters
                                       as one vector; 0: any                  */
  double             average_decay; /* of the moving average of the weights,
                                       per step, in [0, 1); 0: none           */
  NnAugment          augment;       /* of the images that are trained on      */
  size_t             steps_per_epoch; /* which steps are an epoch, for the
                                         alternating flip; 0: all are one     */

  bool               sgt;
  double             masked_share;  /* k in [0, 1)                            */
  double             kl_weight;     /* lambda >= 0                            */
  NnRanking          ranking;
  NnFill             fill;
  NnSaliencyTarget   target;
} NnTrainSettings;

/* Magnitude ranking of the logit's gradient, k = 0.5, lambda = 1, uniform
 * fill, batch 256, SGD with momentum 0.9. */
NnTrainSettings nn_train_settings_default (void);

/* What one step measured. */
typedef struct
{
  double ce;       /* mean over the mini-batch                                */
  double kl;       /* NAN without SGT                                         */
  double loss;     /* what was minimised, decay terms aside                   */
  size_t correct;  /* of `count`, by the clean forward pass                   */
  size_t count;
} NnStepMetrics;

typedef struct NnTrainer NnTrainer;

/* `model` and `pool` are borrowed and must outlive the trainer. */
NnTrainer *nn_trainer_new (NnModel               *model,
                           NnPool                *pool,
                           const NnTrainSettings *settings,
                           NnError               *error);

void nn_trainer_free (NnTrainer *trainer);

/* Trains on images[indices[0 .. count - 1]], count <= batch, at
 * `learning_rate`.  NN_ERROR_DIVERGED when the loss or its gradient is not
 * finite, NN_ERROR_SHAPE when the images are not of the model's shape or have
 * more classes, NN_ERROR_RANGE when the learning rate is negative or not
 * finite: the model is then left as it was before the step, but for steps of
 * weights, which are settled (see nn_model_settle_steps()) first. */
NnStatus nn_trainer_step (NnTrainer      *trainer,
                          const NnImages *images,
                          const uint32_t *indices,
                          size_t          count,
                          double          learning_rate,
                          NnStepMetrics  *metrics,
                          NnError        *error) NN_MUST_CHECK;

/* Steps taken so far: part of every random stream's name. */
uint64_t nn_trainer_steps (const NnTrainer *trainer);

/* Continuing from a checkpoint: sets the step count. */
void nn_trainer_set_steps (NnTrainer *trainer,
                           uint64_t   steps);

/* State array `slot` of the optimizer, laid out like nn_model_parameters()
 * (nn_model_arena_count() floats), or NULL past the last. */
float *nn_trainer_slot (NnTrainer *trainer,
                        int        slot);

/* The moving average of all parameters, laid out like nn_model_parameters(),
 * or NULL without `average_decay`: after step t (from 1)
 *
 *     average = d average + (1 - d) weights,  d = min (decay, t / (9 + t))
 *
 * so that a short run does not remember its initial weights.  It starts as
 * the weights that the model had in nn_trainer_new(), and where a quantizer's
 * steps were not settled then, with those of the first step; continuing from a
 * checkpoint, fill it. */
float *nn_trainer_average (NnTrainer *trainer);

/* Whether all parameters and running statistics are finite: a step whose
 * gradient is may still be too long. */
bool nn_trainer_is_finite (const NnTrainer *trainer);

/* The last step's gradient, as it was applied, laid out like nn_model_parameters(). */
const float *nn_trainer_gradient (const NnTrainer *trainer);

/* What SGT saw of image `i` of the last step; pointers are valid until the
 * next step.  Returns false without SGT or past the batch. */
typedef struct
{
  const float *x;        /* (C, H, W) normalised                              */
  const float *gradient; /* (C, H, W)                                         */
  const float *masked;   /* (C, H, W), X~                                     */
  int          label;
  double       kl;       /* of this image                                     */
} NnSgtView;

bool nn_trainer_sgt_view (const NnTrainer *trainer,
                          size_t           i,
                          NnSgtView       *view);

#ifdef __cplusplus
}
#endif
