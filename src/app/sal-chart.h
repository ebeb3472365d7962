/* sal-chart.h - a line chart to look at closely
 *
 * Wraps src/plot's chart: a crosshair with the values under the pointer, zoom
 * by scrolling (Ctrl: the y axis), pan by dragging, follow by double click;
 * arrow keys move the crosshair, + and - zoom, 0 follows, Escape lets go.  A
 * click on a legend entry hides or shows its curve.  Zoom and pan are kept
 * while data stream in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-chart.h"
#include "sal-drawing.h"

G_BEGIN_DECLS

/* Properties:
 *   "title", "hint", "empty-text", "x-title", "y-title", "x-name" (strings)
 *   "csv-name"   string, not translated, what x is called in files
 *   "legend", "log-x", "log-y" (booleans)
 *   "header-inset" double, room left free at the right of the title, for
 *                buttons that lie over the chart
 *   "follow"     boolean, all data are shown and the view grows with them
 *   "crosshair"  double, data x under the pointer, NaN: none; bind it between
 *                charts to link them
 *   "handle"     double, data x of a handle that can be dragged, NaN: none
 *   "handle-step" double, what an arrow key moves the handle by
 *   "selectable" boolean, dragging selects a stretch of x, and only with Shift
 *                pans; Shift with the arrow keys selects from the handle on
 *
 * Signals:
 *   "handle-moved"                    by the user
 *   "selection-changed" (double begin, double end)  NaN: nothing is selected
 *   "view-changed"                    zoomed or panned by the user */
#define SAL_TYPE_CHART (sal_chart_get_type ())
G_DECLARE_FINAL_TYPE (SalChart, sal_chart, SAL, CHART, SalDrawing)

GtkWidget *sal_chart_new (void);

/* Shows `n` curves.  The structs and their names are copied; the numbers
 * (traces, arrays) are borrowed and must live until the next call.  Which
 * curves are hidden is kept by name. */
void sal_chart_set_series (SalChart         *self,
                           const PlotSeries *series,
                           gsize             n);

/* Tells that the borrowed numbers have changed. */
void sal_chart_update (SalChart *self);

/* Whether points are still to come: the x axis leaves room for them. */
void sal_chart_set_live (SalChart *self,
                         gboolean  is_live);

/* Tells that points were added to the end of traces, and nothing else: a live
 * chart draws only where they are. */
void sal_chart_grow (SalChart *self);

/* Marks on the x axis; copied. */
void sal_chart_set_marks (SalChart       *self,
                          const PlotMark *marks,
                          gsize           n);

/* Fixes the y axis instead of following the data (such as 0..100 %);
 * minimum == maximum follows again. */
void sal_chart_set_y_range (SalChart *self,
                            double    minimum,
                            double    maximum);

/* The shown range of x; set with minimum == maximum: follow. */
void sal_chart_get_x_range (SalChart *self,
                            double   *minimum,
                            double   *maximum);
void sal_chart_set_x_range (SalChart *self,
                            double    minimum,
                            double    maximum);

double sal_chart_get_handle (SalChart *self);
void   sal_chart_set_handle (SalChart   *self,
                             double      x,
                             const char *label);

void sal_chart_set_selection (SalChart *self,
                              double    begin,
                              double    end);

G_END_DECLS
