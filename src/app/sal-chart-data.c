/* sal-chart-data.c - the curves and the marks of a chart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-chart-private.h"

/* --- curves ------------------------------------------------------------------- */

static void
clear_series (gpointer data)
{
  g_free ((char *) ((PlotSeries *) data)->name);
  g_free ((char *) ((PlotSeries *) data)->csv_name);
}

void
sal_chart_set_series (SalChart         *self,
                      const PlotSeries *series,
                      gsize             n)
{
  g_return_if_fail (SAL_IS_CHART (self));

  g_array_set_size (self->series, 0);
  for (gsize i = 0; i < n; i++) {
    PlotSeries copy = series[i];

    copy.name = g_strdup (copy.name != NULL ? copy.name : "");
    copy.csv_name = g_strdup (copy.csv_name);
    copy.hidden = copy.hidden || g_hash_table_contains (self->hidden, copy.name);
    g_array_append_val (self->series, copy);
  }
  self->room_end = NAN;
  sal_chart_describe (self);
  sal_chart_redraw (self);
}

void
sal_chart_update (SalChart *self)
{
  g_return_if_fail (SAL_IS_CHART (self));

  sal_chart_redraw (self);
}

/* --- marks -------------------------------------------------------------------- */

static void
clear_mark (gpointer data)
{
  g_free ((char *) ((PlotMark *) data)->label);
}

static gboolean
has_marks (SalChart       *self,
           const PlotMark *marks,
           gsize           n)
{
  gboolean same = self->marks->len == n;

  for (gsize i = 0; i < n && same; i++) {
    const PlotMark *own = &g_array_index (self->marks, PlotMark, i);

    same = own->x == marks[i].x && g_strcmp0 (own->label, marks[i].label) == 0;
  }
  return same;
}

void
sal_chart_set_marks (SalChart       *self,
                     const PlotMark *marks,
                     gsize           n)
{
  g_return_if_fail (SAL_IS_CHART (self));

  if (has_marks (self, marks, n))
    return;
  g_array_set_size (self->marks, 0);
  for (gsize i = 0; i < n; i++) {
    const PlotMark copy = { marks[i].x, g_strdup (marks[i].label) };

    g_array_append_val (self->marks, copy);
  }
  self->chart.marks = (const PlotMark *) (gpointer) self->marks->data;
  self->chart.n_marks = n;
  sal_chart_redraw (self);
}

/* --- life -------------------------------------------------------------------- */

void
sal_chart_data_init (SalChart *self)
{
  self->series = g_array_new (FALSE, FALSE, sizeof (PlotSeries));
  g_array_set_clear_func (self->series, clear_series);
  self->marks = g_array_new (FALSE, FALSE, sizeof (PlotMark));
  g_array_set_clear_func (self->marks, clear_mark);
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
sal_chart_data_finalize (SalChart *self)
{
  g_array_unref (self->series);
  g_array_unref (self->marks);
  g_hash_table_unref (self->hidden);
}
