/* nn-mask-curve.h - accuracy while the most salient pixels are masked
 *
 * The experiment of arXiv 2111.14338 and 2412.03915: rank the pixels of every
 * test image by its saliency, replace the first p percent, measure accuracy
 * without retraining.  A job like NnEval: one mini-batch a step, all levels.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-mask.h"
#include "nn/nn-saliency.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NN_MASK_MAX_LEVELS 101

typedef enum
{
  NN_ORDER_MOST_SALIENT_FIRST,
  NN_ORDER_LEAST_SALIENT_FIRST,
  NN_ORDER_RANDOM, /* the control; the method is not used                     */
} NnMaskOrder;

/* As in recipes and on the command line; NULL past the last. */
const char *nn_mask_order_name (NnMaskOrder order);

typedef struct
{
  NnSaliencyRequest saliency;  /* of the true class                           */
  NnRanking         ranking;
  NnFill            fill;
  NnMaskOrder       order;
  uint64_t          seed;      /* random order and random fills               */
  double            levels[NN_MASK_MAX_LEVELS]; /* shares in [0, 1], ascending */
  size_t            n_levels;
  size_t            batch;     /* images of a step, at most the exec's capacity;
                                  0: as many                                  */
} NnMaskCurveSettings;

/* Gradient, magnitude, background, most salient first, 0, 10 .. 90 %. */
NnMaskCurveSettings nn_mask_curve_settings_default (const NnImages *images);

typedef struct NnMaskCurve NnMaskCurve;

/* `exec` is a prepared NN_EXEC_GRADIENT, `images` and `indices` (total; NULL:
 * the first `total`) are borrowed. */
NnMaskCurve *nn_mask_curve_new (NnExec                    *exec,
                                const NnImages            *images,
                                const uint32_t            *indices,
                                size_t                     total,
                                const NnMaskCurveSettings *settings,
                                NnError                   *error);

void nn_mask_curve_free (NnMaskCurve *curve);

/* Does the next mini-batch; returns whether images are left. */
bool nn_mask_curve_step (NnMaskCurve *curve);

size_t nn_mask_curve_done (const NnMaskCurve *curve);

/* How many of the images done so far are right at level `level`. */
size_t nn_mask_curve_correct (const NnMaskCurve *curve,
                              size_t             level);

/* Area under accuracy (0..1) over the levels so far: trapezoid over the
 * shares, divided by the width of their range.  NAN before the first step;
 * with one level, the accuracy there. */
double nn_mask_curve_area (const NnMaskCurve *curve);

#ifdef __cplusplus
}
#endif
