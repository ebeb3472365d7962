/* plot-table.c - the numbers behind a drawing, as a table
 *
 * Series need not share their x: the rows are a merge of all of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-table.h"

#include "plot-decimate.h"

#include <glib/gi18n.h>
#include <math.h>

struct PlotTable
{
  GPtrArray *titles;
  GPtrArray *labels; /* one a row, or NULL: numbers everywhere                 */
  GArray    *values; /* (rows, numbers) of double                              */
};

/* --- rows and columns -------------------------------------------------------- */

PlotTable *
plot_table_new (const char *const *titles,
                bool               labels)
{
  PlotTable *self = g_new0 (PlotTable, 1);

  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->labels = labels ? g_ptr_array_new_with_free_func (g_free) : NULL;
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  for (size_t i = 0; titles[i] != NULL; i++)
    plot_table_add_column (self, titles[i]);
  return self;
}

void
plot_table_free (PlotTable *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->titles);
  if (self->labels != NULL)
    g_ptr_array_unref (self->labels);
  g_array_unref (self->values);
  g_free (self);
}

void
plot_table_add_column (PlotTable  *self,
                       const char *title)
{
  g_assert (self->values->len == 0);
  g_ptr_array_add (self->titles, g_strdup (title != NULL ? title : ""));
}

/* How many columns hold numbers. */
static size_t
n_numbers (const PlotTable *self)
{
  return self->titles->len - (self->labels != NULL);
}

void
plot_table_add_row (PlotTable    *self,
                    const char   *label,
                    const double *values)
{
  if (self->labels != NULL)
    g_ptr_array_add (self->labels, g_strdup (label));
  g_array_append_vals (self->values, values, (guint) n_numbers (self));
}

size_t
plot_table_n_rows (const PlotTable *self)
{
  if (self->labels != NULL)
    return self->labels->len;
  return self->values->len / MAX (n_numbers (self), 1);
}

size_t
plot_table_n_columns (const PlotTable *self)
{
  return self->titles->len;
}

bool
plot_table_has_labels (const PlotTable *self)
{
  return self->labels != NULL;
}

const char *
plot_table_title (const PlotTable *self,
                  size_t           column)
{
  return g_ptr_array_index (self->titles, column);
}

const char *
plot_table_label (const PlotTable *self,
                  size_t           row)
{
  return g_ptr_array_index (self->labels, row);
}

double
plot_table_value (const PlotTable *self,
                  size_t           row,
                  size_t           column)
{
  const size_t number = column - (self->labels != NULL);

  return g_array_index (self->values, double, row * n_numbers (self) + number);
}

/* --- curves ------------------------------------------------------------------ */

/* One column of values and the place in its curve. */
typedef struct
{
  PlotCurve curve;
  size_t    next;
  size_t    end;
} Column;

/* Which rows there are, and for whom. */
typedef struct
{
  double minimum;
  double maximum;
  bool   in_file; /* in the one language of files                             */
} Range;

static G_GNUC_FORMAT (2) const char *
in_language (const Range * range,
             const char  *words)
{
  return range->in_file ? words : _(words);
}

static void
add_column (PlotTable        *table,
            GArray           *columns,
            const PlotSeries *series,
            PlotCurve         curve,
            const char       *suffix,
            const Range      *range)
{
  const char *series_name = range->in_file && series->csv_name != NULL ? series->csv_name
                                                                       : series->name;
  char *name = g_strconcat (series_name != NULL ? series_name : "", suffix, NULL);
  Column column = { .curve = curve };

  column.next = plot_curve_find (&curve, range->minimum, 0);
  column.end = plot_curve_find (&curve, nextafter (range->maximum, INFINITY), column.next);
  g_array_append_val (columns, column);
  plot_table_add_column (table, name);
  g_free (name);
}

/* The columns of one series: raw, smoothed, interval. */
static void
add_series (PlotTable        *table,
            GArray           *columns,
            const PlotSeries *series,
            const Range      *range)
{
  const bool smoothed = series->trace != NULL && plot_trace_smoothing (series->trace) > 0.0;
  PlotCurve curve = plot_curve_of (series, false);

  add_column (table, columns, series, curve, "", range);
  if (smoothed) {
    char weight[MAX (PLOT_NUMBER_SIZE, G_ASCII_DTOSTR_BUF_SIZE)];

    if (range->in_file)
      g_ascii_formatd (weight, sizeof weight, "%.6g", plot_trace_smoothing (series->trace));
    else
      plot_format_short (plot_trace_smoothing (series->trace), 6, weight);

    char *suffix = g_strdup_printf (in_language (range, N_(" (smoothed %s)")), weight);

    add_column (table, columns, series, plot_curve_of (series, true), suffix, range);
    g_free (suffix);
  }
  if (series->trace == NULL && series->lower != NULL && series->upper != NULL) {
    curve.y = series->lower;
    add_column (table, columns, series, curve, in_language (range, N_(" (lower)")), range);
    curve.y = series->upper;
    add_column (table, columns, series, curve, in_language (range, N_(" (upper)")), range);
  }
}

/* The smallest x not yet taken; INFINITY when all columns are done. */
static double
next_x (const GArray *columns)
{
  double x = INFINITY;

  for (guint c = 0; c < columns->len; c++) {
    const Column *column = &g_array_index (columns, Column, c);

    if (column->next < column->end)
      x = fmin (x, plot_curve_x (&column->curve, column->next));
  }
  return x;
}

static void
take_row (GArray *columns,
          double  x,
          double *values)
{
  values[0] = x;
  for (guint c = 0; c < columns->len; c++) {
    Column *column = &g_array_index (columns, Column, c);
    const bool is_here = column->next < column->end
                         && plot_curve_x (&column->curve, column->next) == x;

    values[c + 1] = is_here ? column->curve.y[column->next++] : NAN;
  }
}

PlotTable *
plot_table_of_series (const char       *x_title,
                      const PlotSeries *series,
                      size_t            n_series,
                      double            x_minimum,
                      double            x_maximum,
                      bool              in_file)
{
  const Range range = { x_minimum, x_maximum, in_file };
  const char *const titles[] = { x_title, NULL };
  PlotTable *table = plot_table_new (titles, false);
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (Column));

  for (size_t i = 0; i < n_series; i++)
    if (!series[i].hidden)
      add_series (table, columns, &series[i], &range);

  double *values = g_new (double, columns->len + 1);

  for (double x = next_x (columns); isfinite (x); x = next_x (columns)) {
    take_row (columns, x, values);
    plot_table_add_row (table, NULL, values);
  }
  g_free (values);
  g_array_unref (columns);
  return table;
}
