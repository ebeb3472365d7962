/* sal-table-save.c - tables as files: CSV for programs, HTML for reports
 *
 * Rows come as they are sorted and found by a search.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-table-private.h"

#include "sal-csv.h"

static void
append_csv_cell (SalTable *self,
                 guint     column,
                 gpointer  item,
                 GString  *csv)
{
  if (sal_table_has_numbers (self, column)) {
    sal_csv_append_number (csv, column, sal_table_column_number (self, column, item));
    return;
  }

  const SalTableColumn *how = &self->columns[column];
  g_autofree char *text = how->saved_text != NULL ? how->saved_text (item, self->data)
                                                  : sal_table_column_text (self, column, item);

  sal_csv_append (csv, column, text);
}

char *
sal_table_to_csv (SalTable *self)
{
  g_return_val_if_fail (SAL_IS_TABLE (self), NULL);

  GString *csv = g_string_new (NULL);
  const guint n = g_list_model_get_n_items (sal_table_get_rows (self));

  for (guint i = 0; i < self->n_columns; i++)
    sal_csv_append (csv, i, self->columns[i].name);
  sal_csv_end_row (csv);
  for (guint row = 0; row < n; row++) {
    g_autoptr (GObject) item = g_list_model_get_item (sal_table_get_rows (self), row);

    for (guint i = 0; i < self->n_columns; i++)
      append_csv_cell (self, i, item, csv);
    sal_csv_end_row (csv);
  }
  return g_string_free (csv, FALSE);
}

static void
append_html_cell (GString    *html,
                  const char *tag,
                  gboolean    is_number,
                  const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append_printf (html, "<%s%s>%s</%s>", tag, is_number ? " class=\"number\"" : "",
                          escaped, tag);
}

char *
sal_table_to_html (SalTable *self)
{
  g_return_val_if_fail (SAL_IS_TABLE (self), NULL);

  GString *html = g_string_new ("<table>\n<thead><tr>");
  const guint n = g_list_model_get_n_items (sal_table_get_rows (self));

  for (guint i = 0; i < self->n_columns; i++)
    if (!self->columns[i].only_saved)
      append_html_cell (html, "th", sal_table_has_numbers (self, i),
                        sal_table_translate (self->columns[i].title));
  g_string_append (html, "</tr></thead>\n<tbody>\n");
  for (guint row = 0; row < n; row++) {
    g_autoptr (GObject) item = g_list_model_get_item (sal_table_get_rows (self), row);

    g_string_append (html, "<tr>");
    for (guint i = 0; i < self->n_columns; i++) {
      g_autofree char *text = sal_table_column_text (self, i, item);

      if (!self->columns[i].only_saved)
        append_html_cell (html, "td", sal_table_has_numbers (self, i), text);
    }
    g_string_append (html, "</tr>\n");
  }
  g_string_append (html, "</tbody>\n</table>\n");
  return g_string_free (html, FALSE);
}
