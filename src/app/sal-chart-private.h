/* sal-chart-private.h - what the two files of SalChart share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-chart.h"

G_BEGIN_DECLS

/* What a drag that has begun does. */
typedef enum
{
  SAL_CHART_DRAG_NONE,
  SAL_CHART_DRAG_PAN,
  SAL_CHART_DRAG_HANDLE,
  SAL_CHART_DRAG_SELECT,
} SalChartDrag;

struct _SalChart
{
  SalDrawing   parent_instance;

  PlotChart    chart;         /* strings owned, series in `series`            */
  const char  *csv_name;      /* owned                                        */
  char        *handle_label;
  GArray      *series;        /* PlotSeries, names owned                      */
  GHashTable  *hidden;        /* names of hidden curves                       */
  PlotLayout   layout;        /* of the last drawing                          */

  gboolean     fit_x;
  gboolean     fit_y;
  double       y_minimum;     /* fixed range of y; equal: fitted              */
  double       y_maximum;
  double       handle_step;
  gboolean     selectable;

  SalChartDrag drag;
  double       drag_x;        /* where the pointer was last                   */
  double       drag_y;
};

/* The chart as it is to be drawn or asked, with ranges fitted. */
const PlotChart *sal_chart_prepare (SalChart *self);

void sal_chart_set_crosshair (SalChart *self,
                              double    x);
void sal_chart_follow        (SalChart *self,
                              gboolean  follow);
void sal_chart_move_handle   (SalChart *self,
                              double    x);
void sal_chart_view_changed  (SalChart *self);
void sal_chart_select        (SalChart *self,
                              double    begin,
                              double    end);

/* Pointer and keys: sal-chart-input.c. */
void sal_chart_input_class_init (GtkWidgetClass *widget_class);
void sal_chart_input_init       (SalChart *self);

G_END_DECLS
