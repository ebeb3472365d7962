/* sal-histogram-view.h - a distribution with its grid and clipping level
 *
 * The clipping level alpha can be dragged, or moved with the arrow keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-histogram.h"
#include "sal-drawing.h"

G_BEGIN_DECLS

/* Signal "alpha-moved" (double alpha) while it is dragged; the owner answers
 * with a new histogram. */
#define SAL_TYPE_HISTOGRAM_VIEW (sal_histogram_view_get_type ())
G_DECLARE_FINAL_TYPE (SalHistogramView, sal_histogram_view, SAL, HISTOGRAM_VIEW, SalDrawing)

GtkWidget *sal_histogram_view_new (void);

/* Shows a histogram; everything is copied. NULL: nothing. */
void sal_histogram_view_set (SalHistogramView    *self,
                             const PlotHistogram *histogram);

G_END_DECLS
