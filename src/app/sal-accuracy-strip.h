/* sal-accuracy-strip.h - test accuracy at each stop of a bit slider
 *
 * A small curve that stands below the slider, each point under its stop.
 * Pressing a point moves there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-bit-slider.h"
#include "sal-bit-widths.h"
#include "sal-drawing.h"

G_BEGIN_DECLS

/* What is known of one stop. */
typedef struct
{
  gsize    done;     /* test images; 0: nothing is known                       */
  gsize    total;
  double   accuracy; /* 0 .. 1                                                 */
  gboolean stale;    /* of another network or setting, dimmed                  */
} SalAccuracyPoint;

/* Networks that were trained at a stop's width instead of moved there. */
typedef struct
{
  double      accuracy; /* 0 .. 1; NaN: none                                   */
  const char *title;    /* of the run                                          */
} SalTrainedPoint;

/* Signal "stop-chosen" (guint index). */
#define SAL_TYPE_ACCURACY_STRIP (sal_accuracy_strip_get_type ())
G_DECLARE_FINAL_TYPE (SalAccuracyStrip, sal_accuracy_strip, SAL, ACCURACY_STRIP, SalDrawing)

/* The slider it stands below; not owned. */
void sal_accuracy_strip_set_slider (SalAccuracyStrip *self,
                                    SalBitSlider     *slider);

/* Copies what is known; `current` is the stop that is looked at. */
void sal_accuracy_strip_set_points (SalAccuracyStrip      *self,
                                    const SalAccuracyPoint points[SAL_N_BIT_STOPS],
                                    guint                  current);

/* Copies what is known of trained networks, drawn as diamonds. */
void sal_accuracy_strip_set_trained (SalAccuracyStrip     *self,
                                     const SalTrainedPoint trained[SAL_N_BIT_STOPS]);

G_END_DECLS
