/* sal-table.h - a table that sorts, searches and knows its numbers
 *
 * Columns are rows of a table: how an item is shown and by what it is sorted
 * are said once, and serve the screen, the CSV file and the report.  A click
 * on a heading sorts; so do Alt+Left and Alt+Right (another column) and
 * Alt+Up and Alt+Down (the direction).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* One column; `data` is what sal_table_set_columns() was given. */
typedef struct
{
  const char *title;      /* the heading, marked with N_(); so is the tooltip */
  const char *name;       /* in the CSV file, with its unit                   */
  const char *tooltip;
  gboolean    expand;
  gboolean    only_saved; /* a number for the CSV file, not on screen         */

  /* What is shown; free the result. */
  char *(*text) (gpointer item,
                 gpointer data);

  /* What the CSV file has in its place, where that is translated. */
  char *(*saved_text) (gpointer item,
                       gpointer data);

  /* What it is sorted by and saved as, NaN where it is not known; NULL: by
   * its text. */
  double (*number) (gpointer item,
                    gpointer data);

  /* The same for columns that are known only when the table is made, by their
   * place; `number_at` is NULL where `text_at` gives words. */
  char *(*text_at) (gpointer item,
                    guint    column,
                    gpointer data);
  double (*number_at) (gpointer item,
                       guint    column,
                       gpointer data);

  /* A cell that is not a label: made once, then shown for many items. */
  GtkWidget *(*new_cell) (gpointer data);
  void       (*show_cell) (GtkWidget *cell,
                           gpointer   item,
                           gpointer   data);
} SalTableColumn;

/* Signals: "selected", by the user, and "activated" (GObject *item), by a
 * double click or Enter. */
#define SAL_TYPE_TABLE (sal_table_get_type ())
G_DECLARE_FINAL_TYPE (SalTable, sal_table, SAL, TABLE, AdwBin)

GtkWidget *sal_table_new (void);

/* Shows the items of `model` in `n` columns, which are borrowed; `label` names
 * the table to assistive tools.  Called once. */
void sal_table_set_columns (SalTable             *self,
                            const char           *label,
                            GListModel           *model,
                            const SalTableColumn *columns,
                            guint                 n,
                            gpointer              data);

/* Sorts by column `column`, the largest first if `descending`. */
void sal_table_sort (SalTable *self,
                     guint     column,
                     gboolean  descending);

/* Shows only items in whose text all words of `words` occur: as a word of its
 * own if any row of the table has it so, anywhere otherwise. */
void sal_table_set_search (SalTable   *self,
                           const char *words);

/* What is known of `item` has changed (NULL: of all). */
void sal_table_update (SalTable *self,
                       gpointer  item);

/* The item that is selected, or NULL. Borrowed. */
gpointer sal_table_get_selected (SalTable *self);
void     sal_table_set_selected (SalTable *self,
                                 gpointer  item);

/* The items that are shown, in the order in which they are. Borrowed. */
GListModel *sal_table_get_rows (SalTable *self);

/* All shown rows as CSV (RFC 4180), numbers in full, unknown ones empty. Free
 * the result. */
char *sal_table_to_csv (SalTable *self);

/* The same as the rows of an HTML table, as shown. Free the result. */
char *sal_table_to_html (SalTable *self);

G_END_DECLS
