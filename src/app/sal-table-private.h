/* sal-table-private.h - what the files of the table share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-table.h"

G_BEGIN_DECLS

struct _SalTable
{
  AdwBin                parent_instance;

  GtkColumnView        *view;
  GtkSingleSelection   *selection;
  GtkFilter            *filter;
  GPtrArray            *sorters;   /* GtkSorter of each column                 */
  GHashTable           *cells;     /* GtkListItem that are shown -> column     */
  const SalTableColumn *columns;
  guint                 n_columns;
  gpointer              data;
  GListModel           *model;     /* all rows                                 */
  char                **words;     /* searched for, casefolded, or NULL        */
  gboolean             *whole;     /* of each: some row has it for itself      */
  guint                 sorted;    /* by this column, from the keyboard        */
  gboolean              descending;
  gboolean              updating;
};

/* What a row has in a column. Free the result. */
char *sal_table_column_text (SalTable *self,
                             guint     column,
                             gpointer  item);

gboolean sal_table_has_numbers (SalTable *self,
                                guint     column);

double sal_table_column_number (SalTable *self,
                                guint     column,
                                gpointer  item);

/* Passes the rows that are searched for. */
GtkFilter *sal_table_new_filter (SalTable *self);

/* Rows came or went: what their words mean may have changed. */
void sal_table_search_again (SalTable *self);

/* What columns say is translated where it is shown: nothing stays nothing. */
const char *sal_table_translate (const char *words);

G_END_DECLS
