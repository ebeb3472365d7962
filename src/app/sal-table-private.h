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
  char                **words;     /* casefolded, or NULL                      */
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

/* What columns say is translated where it is shown: nothing stays nothing. */
const char *sal_table_translate (const char *words);

G_END_DECLS
