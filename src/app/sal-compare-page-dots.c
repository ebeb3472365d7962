/* sal-compare-page-dots.c - accuracy against explanation: each run as a dot
 *
 * What is good in both stands at the top left; runs of one experiment that lie
 * far apart say how much is chance.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <math.h>

#include "sal-page-runs.h"

/* More names leave no room for the dots; each is said where the pointer is. */
#define MAX_NAMES 8

/* Of a line with points of the size that these have. */
#define DOT_WIDTH 3

/* Of the width, at each side. */
#define MARGIN 0.06

/* FALSE: it is not measured. */
static gboolean
add_dot (SalComparePage *self,
         SalRunItem     *run,
         double         *at,
         GArray         *series)
{
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const SalRunMeasure *measure = sal_run_measurer_get (self->measurer, run);

  if (!isfinite (measure->area) || !isfinite (measure->accuracy))
    return FALSE;

  g_autofree char *name = sal_page_name_run (run);
  const PlotSeries dot = {
    .name = g_intern_string (name),
    .color = sal_run_item_get_color (run, dark),
    .line = PLOT_LINE_NONE,
    .points = TRUE,
    .width = DOT_WIDTH,
    .x = &at[0],
    .y = &at[1],
    .n = 1,
  };

  at[0] = 100 * measure->area;
  at[1] = 100 * measure->accuracy;
  g_array_append_val (series, dot);
  return TRUE;
}

/* No dot stands on the edge. A view that somebody chose stays while the dots
 * do. */
static void
show_all (SalComparePage *self,
          const GArray   *series)
{
  double first = INFINITY;
  double last = -INFINITY;

  for (guint i = 0; i < series->len; i++) {
    const double x = g_array_index (series, PlotSeries, i).x[0];

    first = MIN (first, x);
    last = MAX (last, x);
  }
  if (series->len == 0 || (first == self->first_place && last == self->last_place))
    return;
  self->first_place = first;
  self->last_place = last;

  const double margin = first < last ? MARGIN * (last - first) : 1;

  sal_chart_set_x_range (self->dots, first - margin, last + margin);
}

void
sal_compare_page_show_dots (SalComparePage *self)
{
  GListModel *runs =
    G_LIST_MODEL (sal_session_get_runs (sal_page_get_session (SAL_PAGE (self))));
  const guint n = g_list_model_get_n_items (runs);
  g_autoptr (GArray) series = g_array_new (FALSE, FALSE, sizeof (PlotSeries));
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  double *places = g_new (double, 2 * n + 1);

  for (guint i = 0; i < n; i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (runs, i);

    if (add_dot (self, run, &places[2 * i], series))
      g_ptr_array_add (shown, g_steal_pointer (&run));
  }

  /* A chart that is still empty tells of the runs that are to be measured. */
  if (shown->len == 0) {
    g_ptr_array_unref (shown);
    shown = sal_page_choose_runs (sal_page_get_session (SAL_PAGE (self)), MAX_NAMES);
  }

  g_autofree char *metadata = sal_page_describe_recipes (shown);

  g_object_set (self->dots, "legend", series->len <= MAX_NAMES, "export-metadata", metadata, NULL);
  sal_chart_set_series (self->dots, (const PlotSeries *) (gpointer) series->data, series->len);
  show_all (self, series);
  /* It has borrowed the former until now. */
  g_free (self->places);
  self->places = places;
}

void
sal_compare_page_set_up_dots (SalComparePage *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (sal_compare_page_show_dots), self, G_CONNECT_SWAPPED);
}
