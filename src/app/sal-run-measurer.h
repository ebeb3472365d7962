/* sal-run-measurer.h - what is measured of runs once they are trained
 *
 * Size, speed and test accuracy come from the network and its predictions,
 * the area from the lab's masking curves by the defaults of the Masking page
 * (gradient, background, most salient first).  Runs are measured one after
 * the other; what is known stays while the program runs.  Main thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session.h"

G_BEGIN_DECLS

/* NaN or 0 where it is not known. */
typedef struct
{
  guint64     packed_bytes;  /* of the network at its bits, with its tables   */
  double      seconds;       /* to predict an image, see
                                sal_lab_model_get_seconds()                   */
  double      accuracy;      /* on the test set, 0..1: recorded when it was
                                trained, else counted here                    */
  double      lower;         /* Wilson 95 %                                   */
  double      upper;
  gsize       n_images;      /* of the test set                               */
  double      area;          /* under the masking curve, 0..1                 */
  gsize       area_done;     /* images; final when it is area_total           */
  gsize       area_total;
  gsize       n_levels;      /* of the curve, all in percent                  */
  double      shares[NN_MASK_MAX_LEVELS];
  double      accuracies[NN_MASK_MAX_LEVELS];
  double      lowers[NN_MASK_MAX_LEVELS];
  double      uppers[NN_MASK_MAX_LEVELS];
  const char *message;       /* why there is no area; borrowed                */
} SalRunMeasure;

/* Property "running" (boolean).  Signal "changed" (SalRunItem *run). */
#define SAL_TYPE_RUN_MEASURER (sal_run_measurer_get_type ())
G_DECLARE_FINAL_TYPE (SalRunMeasurer, sal_run_measurer, SAL, RUN_MEASURER, GObject)

SalRunMeasurer *sal_run_measurer_new (SalSession *session);

const SalRunMeasure *sal_run_measurer_get (SalRunMeasurer *self,
                                           SalRunItem     *run);

/* Whether something can be measured that is not known. */
gboolean sal_run_measurer_lacks (SalRunMeasurer *self,
                                 SalRunItem     *run);

/* Measures what is lacking of `runs` (SalRunItem), in their order, in the
 * background.  Replaces what was going on. */
void sal_run_measurer_start (SalRunMeasurer *self,
                             GPtrArray      *runs);
void sal_run_measurer_stop  (SalRunMeasurer *self);

gboolean sal_run_measurer_is_running (SalRunMeasurer *self);

/* "SGT · 3: 2,560 of 10,000 images · run 2 of 5", or "". Free the result. */
char *sal_run_measurer_get_progress (SalRunMeasurer *self);

G_END_DECLS
