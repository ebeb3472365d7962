/* sal-requantize.h - what helps a trained network at bits it was not trained at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-pool.h"
#include "sal-recipe.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean refit_alpha;  /* clipping levels of least squared error             */
  gboolean reestimate;   /* batch norm's running statistics                    */
  int      fine_tune;    /* steps of training; 0: none                         */
  gsize    images;       /* to measure on; 0: SAL_CALIBRATION_IMAGES           */
} SalRequantize;

/* Whether all of it can be done to `model`, which is at its new bits already;
 * SAL_ERROR_BAD_SETTING says why not. */
gboolean sal_requantize_check (const SalRequantize *how,
                               const NnModel       *model,
                               GError             **error);

/* Gives `*model` weight quantizer `quantizer`.  Where it has steps to learn
 * and the model has none, the model is replaced by a copy that has. */
gboolean sal_requantize_set_quantizer (NnModel                **model,
                                       const NnWeightQuantizer *quantizer,
                                       NnParamValues            values,
                                       GError                 **error);

/* Does it, in this order: statistics, clipping levels (and statistics once
 * more, because the levels move them), training.  Images to measure on are a
 * fixed choice of `train`, whose normalisation is the model's.  It is trained
 * on those of them that `recipe`, by which the model was made, does not keep
 * for validation, in its mode and with its optimizer; the learning rate falls
 * from a tenth of the recipe's along a cosine. */
gboolean sal_requantize (const SalRequantize *how,
                         NnModel             *model,
                         const SalRecipe     *recipe,
                         SalDataset          *dataset,
                         const NnImages      *train,
                         NnPool              *pool,
                         GError             **error);

G_END_DECLS
