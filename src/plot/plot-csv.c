/* plot-csv.c - curves as comma-separated values (RFC 4180)
 *
 * Series need not share their x: the rows are a merge of all of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-export.h"

#include "plot-decimate.h"
#include "plot-file.h"

#include <math.h>
#include <string.h>

/* One column of values and the place in its curve. */
typedef struct
{
  PlotCurve curve;
  size_t    next;
  size_t    end;
} Column;

/* A field, quoted only where it must be. */
static void
add_field (GString    *out,
           const char *field)
{
  if (strpbrk (field, ",\"\r\n") == NULL) {
    g_string_append (out, field);
    return;
  }
  g_string_append_c (out, '"');
  for (const char *c = field; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *c);
  }
  g_string_append_c (out, '"');
}

static void
add_number (GString *out,
            double   number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.9g", number));
}

static void
add_column (GArray           *columns,
            GString          *header,
            const PlotSeries *series,
            PlotCurve         curve,
            const char       *suffix,
            double            x_minimum,
            double            x_maximum)
{
  char *name = g_strconcat (series->name != NULL ? series->name : "", suffix, NULL);
  Column column = { .curve = curve };

  column.next = plot_curve_find (&curve, x_minimum, 0);
  column.end = plot_curve_find (&curve, nextafter (x_maximum, INFINITY), column.next);
  g_array_append_val (columns, column);
  g_string_append_c (header, ',');
  add_field (header, name);
  g_free (name);
}

/* The columns of one series: raw, smoothed, interval. */
static void
add_series (GArray           *columns,
            GString          *header,
            const PlotSeries *series,
            double            x_minimum,
            double            x_maximum)
{
  const bool smoothed = series->trace != NULL && plot_trace_smoothing (series->trace) > 0.0;
  PlotCurve curve = plot_curve_of (series, false);

  add_column (columns, header, series, curve, "", x_minimum, x_maximum);
  if (smoothed) {
    char weight[PLOT_NUMBER_SIZE];

    plot_format_short (plot_trace_smoothing (series->trace), 6, weight);

    char *suffix = g_strdup_printf (" (smoothed %s)", weight);

    add_column (columns, header, series, plot_curve_of (series, true), suffix,
                x_minimum, x_maximum);
    g_free (suffix);
  }
  if (series->trace == NULL && series->lower != NULL && series->upper != NULL) {
    curve.y = series->lower;
    add_column (columns, header, series, curve, " (lower)", x_minimum, x_maximum);
    curve.y = series->upper;
    add_column (columns, header, series, curve, " (upper)", x_minimum, x_maximum);
  }
}

/* The smallest x not yet written; INFINITY when all columns are done. */
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
add_row (GString *out,
         GArray  *columns,
         double   x)
{
  add_number (out, x);
  for (guint c = 0; c < columns->len; c++) {
    Column *column = &g_array_index (columns, Column, c);

    g_string_append_c (out, ',');
    if (column->next == column->end || plot_curve_x (&column->curve, column->next) != x)
      continue;

    const double y = column->curve.y[column->next++];

    if (!isnan (y))
      add_number (out, y);
  }
  g_string_append (out, "\r\n");
}

gboolean
plot_export_csv (const char       *path,
                 const char       *x_name,
                 const PlotSeries *series,
                 size_t            n_series,
                 double            x_minimum,
                 double            x_maximum,
                 GError          **error)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (Column));
  GString *out = g_string_new (NULL);

  add_field (out, x_name);
  for (size_t i = 0; i < n_series; i++)
    if (!series[i].hidden)
      add_series (columns, out, &series[i], x_minimum, x_maximum);
  g_string_append (out, "\r\n");
  for (double x = next_x (columns); isfinite (x); x = next_x (columns))
    add_row (out, columns, x);

  const gboolean done = plot_file_write (path, out->str, out->len, error);

  g_string_free (out, TRUE);
  g_array_unref (columns);
  return done;
}
