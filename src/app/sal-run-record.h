/* sal-run-record.h - the curves of one run, ready for charts
 *
 * Filled either from the store (a whole record, read off the main thread) or
 * from the worker's snapshots as they come.  The x of every trace is the
 * step.  Belongs to the main thread once it has been handed over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-chart.h"
#include "sal-run-store.h"

G_BEGIN_DECLS

/* One curve that every run has. */
typedef enum
{
  SAL_CURVE_CE,
  SAL_CURVE_KL,
  SAL_CURVE_TRAIN_ACCURACY,      /* percent                                   */
  SAL_CURVE_VALIDATION_ACCURACY, /* percent, at the ends of epochs            */
  SAL_CURVE_VALIDATION_CE,
  SAL_CURVE_LEARNING_RATE,
  SAL_CURVE_IMAGES_PER_SECOND,
  SAL_N_CURVES,
} SalCurve;

/* GObject; signal "changed" after points came or went. */
#define SAL_TYPE_RUN_RECORD (sal_run_record_get_type ())
G_DECLARE_FINAL_TYPE (SalRunRecord, sal_run_record, SAL, RUN_RECORD, GObject)

SalRunRecord *sal_run_record_new (void);

/* Number of metrics so far. */
gsize sal_run_record_length (SalRunRecord *self);

/* Appends `n` metrics with `n_alphas` clipping levels each (`alphas` is
 * (n, n_alphas) or NULL).  Metrics from a step that is there already replace
 * what was recorded from that step on. */
void sal_run_record_append (SalRunRecord    *self,
                            const SalMetric *metrics,
                            gsize            n,
                            const float     *alphas,
                            gsize            n_alphas);

/* A curve; belongs to the record. */
PlotTrace *sal_run_record_trace (SalRunRecord *self,
                                 SalCurve      curve);

/* The clipping level of pact layer `index`, or NULL past the last. */
PlotTrace *sal_run_record_alpha (SalRunRecord *self,
                                 gsize         index);

gsize sal_run_record_n_alphas (SalRunRecord *self);

/* Smooths cross entropy, KL and training accuracy by `weight` in [0, 1]. */
void sal_run_record_set_smoothing (SalRunRecord *self,
                                   double        weight);

/* Remembers that something happened at `step`, such as "4 → 3 bits". */
void sal_run_record_mark (SalRunRecord *self,
                          double        step,
                          const char   *label);

/* Steps of one epoch; 0 while there are no metrics. */
double sal_run_record_get_steps_per_epoch (SalRunRecord *self);

/* The marks, `n` of them; valid until the next mark. */
const PlotMark *sal_run_record_marks (SalRunRecord *self,
                                      gsize        *n);

G_END_DECLS
