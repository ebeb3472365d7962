/* sal-csv.c - tables as comma-separated values (RFC 4180)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-csv.h"

#include <math.h>
#include <string.h>

void
sal_csv_append (GString    *csv,
                guint       column,
                const char *text)
{
  const gboolean quoted = strpbrk (text, ",\"\r\n") != NULL;

  if (column > 0)
    g_string_append_c (csv, ',');
  if (quoted)
    g_string_append_c (csv, '"');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *c);
  }
  if (quoted)
    g_string_append_c (csv, '"');
}

void
sal_csv_append_number (GString *csv,
                       guint    column,
                       double   number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "";

  if (isfinite (number))
    g_ascii_formatd (text, sizeof text, "%.9g", number);
  sal_csv_append (csv, column, text);
}

void
sal_csv_end_row (GString *csv)
{
  g_string_append (csv, "\r\n");
}
