/* sal-calibration.h - bits for networks that were trained without them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-eval.h"

G_BEGIN_DECLS

/* Alpha is this percentile of the positive inputs of its layer, over this
 * many seeded training images. */
#define SAL_CALIBRATION_PERCENTILE 99.9
#define SAL_CALIBRATION_IMAGES 512

/* The fixed permutation of 0 .. n - 1 whose first images stand for all of a
 * data set: here, and wherever an estimate is made. Free with g_free(). */
guint32 *sal_fixed_permutation (gsize n);

/* A copy of a network without PACT whose activations are pact layers, with
 * clipping levels measured on `train`. Free with nn_model_free(). */
NnModel *sal_calibrated_copy (const NnModel  *model,
                              const NnImages *train,
                              NnPool         *pool,
                              GError        **error);

G_END_DECLS
