/* sal-table.c - a table that sorts, searches and knows its numbers
 *
 * How it is written to files is in sal-table-save.c, what a search finds in
 * sal-table-search.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-table-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-tab-exit.h"

/* What a table of many rows asks for. */
#define MAX_HEIGHT 420

enum
{
  SELECTED,
  ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalTable, sal_table, ADW_TYPE_BIN)

/* --- columns ----------------------------------------------------------------- */

/* What a function of one column is called with. */
typedef struct
{
  SalTable *table;
  guint     column;
} ColumnData;

static ColumnData *
new_column_data (SalTable *self,
                 guint     column)
{
  ColumnData *data = g_new (ColumnData, 1);

  *data = (ColumnData) { self, column };
  return data;
}

char *
sal_table_column_text (SalTable *self,
                       guint     column,
                       gpointer  item)
{
  const SalTableColumn *how = &self->columns[column];

  return how->text != NULL ? how->text (item, self->data)
         : how->text_at (item, column, self->data);
}

gboolean
sal_table_has_numbers (SalTable *self,
                       guint     column)
{
  return self->columns[column].number != NULL || self->columns[column].number_at != NULL;
}

double
sal_table_column_number (SalTable *self,
                         guint     column,
                         gpointer  item)
{
  const SalTableColumn *how = &self->columns[column];

  return how->number != NULL ? how->number (item, self->data)
         : how->number_at (item, column, self->data);
}

/* Unknown numbers are the smallest: they come last where the best is first. */
static int
compare_numbers (double a,
                 double b)
{
  if (isnan (a) || isnan (b))
    return !isnan (a) - !isnan (b);
  return (a > b) - (a < b);
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const ColumnData *self = data;

  if (sal_table_has_numbers (self->table, self->column))
    return compare_numbers (sal_table_column_number (self->table, self->column, (gpointer) a),
                            sal_table_column_number (self->table, self->column, (gpointer) b));

  g_autofree char *first = sal_table_column_text (self->table, self->column, (gpointer) a);
  g_autofree char *second = sal_table_column_text (self->table, self->column, (gpointer) b);

  return g_utf8_collate (first, second);
}

static void
show_item (SalTable    *self,
           GtkListItem *item,
           guint        index)
{
  const SalTableColumn *column = &self->columns[index];
  GtkWidget *cell = gtk_list_item_get_child (item);

  if (column->show_cell != NULL) {
    column->show_cell (cell, gtk_list_item_get_item (item), self->data);
    return;
  }

  g_autofree char *text = sal_table_column_text (self, index, gtk_list_item_get_item (item));

  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (cell)), text) != 0)
    gtk_label_set_label (GTK_LABEL (cell), text);
}

static void
setup_cb (ColumnData  *data,
          GtkListItem *item)
{
  const SalTableColumn *column = &data->table->columns[data->column];

  if (column->new_cell != NULL) {
    gtk_list_item_set_child (item, column->new_cell (data->table->data));
    return;
  }

  const gboolean is_number = sal_table_has_numbers (data->table, data->column);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           column->expand ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  if (is_number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (ColumnData  *data,
         GtkListItem *item)
{
  g_hash_table_insert (data->table->cells, item, GUINT_TO_POINTER (data->column));
  show_item (data->table, item, data->column);
}

static void
unbind_cb (ColumnData  *data,
           GtkListItem *item)
{
  if (data->table->cells != NULL)
    g_hash_table_remove (data->table->cells, item);
}

static void
free_column_data (gpointer  data,
                  GClosure *closure)
{
  g_free (data);
}

const char *
sal_table_translate (const char *words)
{
  return words == NULL || *words == '\0' ? words : _(words);
}

static void
add_column (SalTable *self,
            guint     index)
{
  const SalTableColumn *column = &self->columns[index];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_items,
                                                         new_column_data (self, index), g_free));

  g_ptr_array_add (self->sorters, g_object_ref (sorter));
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), new_column_data (self, index),
                         free_column_data, G_CONNECT_SWAPPED);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cb), new_column_data (self, index),
                         free_column_data, G_CONNECT_SWAPPED);
  g_signal_connect_data (factory, "unbind", G_CALLBACK (unbind_cb), new_column_data (self, index),
                         free_column_data, G_CONNECT_SWAPPED);

  g_autoptr (GtkColumnViewColumn) made =
    gtk_column_view_column_new (sal_table_translate (column->title), factory);

  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_expand (made, column->expand);
  gtk_column_view_column_set_visible (made, !column->only_saved);
  gtk_column_view_append_column (self->view, made);
  g_object_unref (sorter);
}

/* The view makes the headings itself, in the order of the columns, each a
 * box in a bin. */
static void
dress_headings (SalTable *self)
{
  GtkWidget *heading = gtk_widget_get_first_child (gtk_widget_get_first_child
                                                     (GTK_WIDGET (self->view)));

  for (guint i = 0; i < self->n_columns && heading != NULL; i++) {
    GtkWidget *box = gtk_widget_get_first_child (heading);

    gtk_widget_set_tooltip_text (heading, sal_table_translate (self->columns[i].tooltip));
    /* A title over numbers ends where they end, its arrow before it. */
    if (GTK_IS_BOX (box) && sal_table_has_numbers (self, i)) {
      gtk_widget_set_halign (box, GTK_ALIGN_END);
      gtk_box_reorder_child_after (GTK_BOX (box), gtk_widget_get_last_child (box), NULL);
    }
    heading = gtk_widget_get_next_sibling (heading);
  }
}

/* --- order ------------------------------------------------------------------- */

void
sal_table_sort (SalTable *self,
                guint     column,
                gboolean  descending)
{
  g_return_if_fail (SAL_IS_TABLE (self));
  g_return_if_fail (column < self->n_columns);

  g_autoptr (GtkColumnViewColumn) found =
    g_list_model_get_item (gtk_column_view_get_columns (self->view), column);

  self->sorted = column;
  self->descending = descending;
  gtk_column_view_sort_by_column (self->view, found,
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

static gboolean
sort_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  SalTable *self = SAL_TABLE (widget);
  const int step = g_variant_get_int32 (arguments);
  const guint n = self->n_columns;
  guint column = self->sorted;

  do
    column = (column + n + (guint) step) % n;
  while (self->columns[column].only_saved);
  sal_table_sort (self, column, self->descending);
  return TRUE;
}

static gboolean
direction_key_cb (GtkWidget *widget,
                  GVariant  *arguments,
                  gpointer   data)
{
  SalTable *self = SAL_TABLE (widget);

  sal_table_sort (self, self->sorted, g_variant_get_boolean (arguments));
  return TRUE;
}

/* --- selection --------------------------------------------------------------- */

gpointer
sal_table_get_selected (SalTable *self)
{
  g_return_val_if_fail (SAL_IS_TABLE (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

GListModel *
sal_table_get_rows (SalTable *self)
{
  g_return_val_if_fail (SAL_IS_TABLE (self), NULL);

  return G_LIST_MODEL (self->selection);
}

static guint
find_row (SalTable *self,
          gpointer  item)
{
  const guint n = g_list_model_get_n_items (sal_table_get_rows (self));

  for (guint i = 0; item != NULL && i < n; i++) {
    g_autoptr (GObject) row = g_list_model_get_item (sal_table_get_rows (self), i);

    if (row == item)
      return i;
  }
  return GTK_INVALID_LIST_POSITION;
}

void
sal_table_set_selected (SalTable *self,
                        gpointer  item)
{
  g_return_if_fail (SAL_IS_TABLE (self));

  const guint row = find_row (self, item);

  if (row == gtk_single_selection_get_selected (self->selection))
    return;
  self->updating = TRUE;
  gtk_single_selection_set_selected (self->selection, row);
  self->updating = FALSE;
  if (row != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)),
                                "list.scroll-to-item", "u", row);
}

static void
selected_cb (SalTable *self)
{
  if (!self->updating && sal_table_get_selected (self) != NULL)
    g_signal_emit (self, signals[SELECTED], 0);
}

static void
activated_cb (SalTable *self,
              guint     row)
{
  g_autoptr (GObject) item = g_list_model_get_item (sal_table_get_rows (self), row);

  if (item != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, item);
}

void
sal_table_update (SalTable *self,
                  gpointer  item)
{
  g_return_if_fail (SAL_IS_TABLE (self));

  GHashTableIter iter;
  gpointer cell = NULL;
  gpointer column = NULL;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, &column))
    if (item == NULL || gtk_list_item_get_item (cell) == item)
      show_item (self, cell, GPOINTER_TO_UINT (column));
  self->updating = TRUE;
  for (guint i = 0; i < self->sorters->len; i++)
    if (sal_table_has_numbers (self, i))
      gtk_sorter_changed (g_ptr_array_index (self->sorters, i), GTK_SORTER_CHANGE_DIFFERENT);
  self->updating = FALSE;
}

/* --- life -------------------------------------------------------------------- */

void
sal_table_set_columns (SalTable             *self,
                       const char           *label,
                       GListModel           *model,
                       const SalTableColumn *columns,
                       guint                 n,
                       gpointer              data)
{
  g_return_if_fail (SAL_IS_TABLE (self));
  g_return_if_fail (self->columns == NULL);

  self->model = g_object_ref (model);
  self->columns = columns;
  self->n_columns = n;
  self->data = data;
  for (guint i = 0; i < n; i++)
    add_column (self, i);
  dress_headings (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);

  GtkFilterListModel *filtered =
    gtk_filter_list_model_new (g_object_ref (model), g_object_ref (self->filter));
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);
  GtkSortListModel *sorted =
    gtk_sort_list_model_new (G_LIST_MODEL (filtered), g_object_ref (sorter));

  self->updating = TRUE;
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (sorted));
  self->updating = FALSE;
  g_object_unref (sorted);

  /* After the filter, which has to know of rows before it is told of words. */
  g_signal_connect_object (model, "items-changed", G_CALLBACK (sal_table_search_again), self,
                           G_CONNECT_SWAPPED);
}

static void
sal_table_dispose (GObject *object)
{
  SalTable *self = SAL_TABLE (object);

  /* Rows end with the view, and ask for what they were shown by. */
  if (self->view != NULL)
    gtk_column_view_set_model (self->view, NULL);
  self->view = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->sorters, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  g_clear_pointer (&self->words, g_strfreev);
  g_clear_pointer (&self->whole, g_free);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (sal_table_parent_class)->dispose (object);
}

static void
sal_table_class_init (SalTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_table_dispose;
  signals[SELECTED] = g_signal_new ("selected", SAL_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", SAL_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, sort_key_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_ALT_MASK, sort_key_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, direction_key_cb,
                                "b", FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, direction_key_cb,
                                "b", TRUE);
}

static void
sal_table_init (SalTable *self)
{
  GtkWidget *window = gtk_scrolled_window_new ();

  self->cells = g_hash_table_new (NULL, NULL);
  self->sorters = g_ptr_array_new_with_free_func (g_object_unref);
  self->filter = sal_table_new_filter (self);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb),
                           self, G_CONNECT_SWAPPED);

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (g_object_ref
                                                                            (self->selection))));
  gtk_column_view_set_show_row_separators (self->view, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  sal_tab_exit_add (GTK_WIDGET (self->view));
  g_signal_connect_object (self->view, "activate", G_CALLBACK (activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (window), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (window), MAX_HEIGHT);
  gtk_widget_set_hexpand (window, TRUE);
  gtk_widget_set_vexpand (window, TRUE);
  adw_bin_set_child (ADW_BIN (self), window);
}

GtkWidget *
sal_table_new (void)
{
  return g_object_new (SAL_TYPE_TABLE, NULL);
}
