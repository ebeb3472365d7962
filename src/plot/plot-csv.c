/* plot-csv.c - curves as comma-separated values (RFC 4180)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-export.h"

#include "plot-file.h"

#include <math.h>
#include <string.h>

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
add_row (GString         *out,
         const PlotTable *table,
         size_t           row)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (size_t c = 0; c < plot_table_n_columns (table); c++) {
    const gboolean words = c == 0 && plot_table_has_labels (table);
    const double value = words ? NAN : plot_table_value (table, row, c);

    if (c > 0)
      g_string_append_c (out, ',');
    if (words)
      add_field (out, plot_table_label (table, row));
    if (!isnan (value))
      g_string_append (out, g_ascii_formatd (text, sizeof text, "%.9g", value));
  }
  g_string_append (out, "\r\n");
}

gboolean
plot_export_table (const char      *path,
                   const PlotTable *table,
                   GError         **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (size_t c = 0; c < plot_table_n_columns (table); c++) {
    if (c > 0)
      g_string_append_c (out, ',');
    add_field (out, plot_table_title (table, c));
  }
  g_string_append (out, "\r\n");
  for (size_t row = 0; row < plot_table_n_rows (table); row++)
    add_row (out, table, row);
  return plot_file_write (path, out->str, out->len, error);
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
  g_autoptr (PlotTable) table =
    plot_table_of_series (x_name, series, n_series, x_minimum, x_maximum, true);

  return plot_export_table (path, table, error);
}
