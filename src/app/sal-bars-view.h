/* sal-bars-view.h - class probabilities as horizontal bars
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-bars.h"
#include "sal-drawing.h"

G_BEGIN_DECLS

/* Signal "class-chosen" (int): the row of a class was pressed, or Enter on it;
 * Up and Down move among them. */
#define SAL_TYPE_BARS_VIEW (sal_bars_view_get_type ())
G_DECLARE_FINAL_TYPE (SalBarsView, sal_bars_view, SAL, BARS_VIEW, SalDrawing)

GtkWidget *sal_bars_view_new (void);

/* Shows `n` rows; everything is copied. */
void sal_bars_view_set_bars (SalBarsView   *self,
                             const PlotBar *bars,
                             gsize          n);

/* Shows the `k` most probable of `n` classes, labelled
 * from `class_names` (n); they can be chosen. */
void sal_bars_view_set_probabilities (SalBarsView *self,
                                      const float *probabilities,
                                      gsize        n,
                                      gsize        k,
                                      char *const *class_names);

G_END_DECLS
