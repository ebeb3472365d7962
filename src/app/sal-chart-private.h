/* sal-chart-private.h - what the files of SalChart share
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

/* What a growing chart looked like when all of it was drawn. */
typedef struct _SalChartBase SalChartBase;

struct _SalChart
{
  SalDrawing   parent_instance;

  PlotChart    chart;         /* strings owned, series in `series`            */
  const char  *csv_name;      /* owned                                        */
  char        *handle_label;
  GArray      *series;        /* PlotSeries, names owned                      */
  GArray      *marks;         /* PlotMark, labels owned                       */
  GHashTable  *hidden;        /* names of hidden curves                       */
  PlotLayout   layout;        /* of the last drawing                          */

  gboolean     fit_x;
  gboolean     fit_y;
  double       y_minimum;     /* fixed range of y; equal: fitted              */
  double       y_maximum;
  double       handle_step;
  gboolean     selectable;

  gboolean      is_live;      /* points are still to come                     */
  double        room_end;     /* of the x axis as it grows; NaN: none yet     */
  SalChartBase *base;         /* NULL: none                                   */

  SalChartDrag drag;
  double       drag_x;        /* where the pointer was last                   */
  double       drag_y;
};

/* The chart as it is to be drawn or asked, with ranges fitted. */
const PlotChart *sal_chart_prepare (SalChart *self);

/* Draws all of it again, whatever has changed. */
void sal_chart_redraw (SalChart *self);

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

/* For those who cannot see it: title and curves. */
void sal_chart_describe (SalChart *self);

/* Curves and marks: sal-chart-data.c. */
void sal_chart_data_init     (SalChart *self);
void sal_chart_data_finalize (SalChart *self);

/* Growing: sal-chart-growth.c. */

/* Lets the fitted x axis of a live chart end beyond its data. */
void sal_chart_make_room       (SalChart  *self,
                                PlotChart *chart);
void sal_chart_snapshot_growth (SalChart    *self,
                                GtkSnapshot *snapshot);
void sal_chart_forget_base     (SalChart *self);

/* Pointer and keys: sal-chart-input.c. */
void sal_chart_input_class_init (GtkWidgetClass *widget_class);
void sal_chart_input_init       (SalChart *self);

G_END_DECLS
