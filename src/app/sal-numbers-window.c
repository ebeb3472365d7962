/* sal-numbers-window.c - the numbers of a drawing as a table to read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-numbers-window.h"

#include <glib/gi18n.h>

#include "plot-scale.h"
#include "sal-table.h"
#include "sal-ui.h"
#include "sal-words.h"

#define DIGITS 6

struct _SalNumbersWindow
{
  AdwWindow       parent_instance;

  AdwWindowTitle *title;
  SalTable       *table;
  PlotTable      *numbers;
  SalTableColumn *columns;
};

G_DEFINE_FINAL_TYPE (SalNumbersWindow, sal_numbers_window, ADW_TYPE_WINDOW)

/* --- rows -------------------------------------------------------------------- */

#define SAL_TYPE_NUMBERS_ROW (sal_numbers_row_get_type ())
G_DECLARE_FINAL_TYPE (SalNumbersRow, sal_numbers_row, SAL, NUMBERS_ROW, GObject)

struct _SalNumbersRow
{
  GObject parent_instance;

  size_t  index;
};

G_DEFINE_FINAL_TYPE (SalNumbersRow, sal_numbers_row, G_TYPE_OBJECT)

static void
sal_numbers_row_class_init (SalNumbersRowClass *klass)
{
}

static void
sal_numbers_row_init (SalNumbersRow *self)
{
}

/* Every how many-th row is listed. */
static size_t
get_stride (const PlotTable *numbers)
{
  return MAX ((plot_table_n_rows (numbers) + SAL_NUMBERS_MAX_ROWS - 1) / SAL_NUMBERS_MAX_ROWS, 1);
}

static GListModel *
list_rows (const PlotTable *numbers)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  GListStore *store = g_list_store_new (SAL_TYPE_NUMBERS_ROW);

  for (size_t i = 0; i < plot_table_n_rows (numbers); i += get_stride (numbers)) {
    SalNumbersRow *row = g_object_new (SAL_TYPE_NUMBERS_ROW, NULL);

    row->index = i;
    g_ptr_array_add (rows, row);
  }
  g_list_store_splice (store, 0, 0, rows->pdata, rows->len);
  return G_LIST_MODEL (store);
}

/* --- columns ----------------------------------------------------------------- */

static double
cell_number (gpointer item,
             guint    column,
             gpointer data)
{
  const SalNumbersWindow *self = data;

  return plot_table_value (self->numbers, SAL_NUMBERS_ROW (item)->index, column);
}

static char *
cell_text (gpointer item,
           guint    column,
           gpointer data)
{
  const SalNumbersWindow *self = data;
  char number[PLOT_NUMBER_SIZE];

  if (column == 0 && plot_table_has_labels (self->numbers))
    return g_strdup (plot_table_label (self->numbers, SAL_NUMBERS_ROW (item)->index));
  plot_format_value (cell_number (item, column, data), DIGITS, number);
  return g_strdup (number);
}

static void
make_columns (SalNumbersWindow *self)
{
  const size_t n = plot_table_n_columns (self->numbers);

  self->columns = g_new0 (SalTableColumn, n);
  for (size_t i = 0; i < n; i++) {
    const gboolean words = i == 0 && plot_table_has_labels (self->numbers);

    self->columns[i] = (SalTableColumn) {
      .title = plot_table_title (self->numbers, i),
      .name = plot_table_title (self->numbers, i),
      .expand = words,
      .text_at = cell_text,
      .number_at = words ? NULL : cell_number,
    };
  }
}

/* --- what is shown ----------------------------------------------------------- */

/* Never a silent thinning. */
static char *
describe_rows (const PlotTable *numbers)
{
  const gulong total = plot_table_n_rows (numbers);
  const gulong shown = (total + get_stride (numbers) - 1) / get_stride (numbers);
  g_autofree char *total_text = sal_words_count ((gint64) total);
  g_autofree char *shown_text = sal_words_count ((gint64) shown);

  if (shown == total)
    return g_strdup_printf (ngettext ("%s row", "%s rows", total), total_text);
  return g_strdup_printf (_("%s of %s rows: zoom in, and open the table again, to read all"),
                          shown_text, total_text);
}

static void
search_changed_cb (SalNumbersWindow *self,
                   GtkSearchEntry   *entry)
{
  sal_table_set_search (self->table, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

char *
sal_numbers_window_to_csv (SalNumbersWindow *self)
{
  g_return_val_if_fail (SAL_IS_NUMBERS_WINDOW (self), NULL);

  return sal_table_to_csv (self->table);
}

static void
copy_cb (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  g_autofree char *csv = sal_numbers_window_to_csv (SAL_NUMBERS_WINDOW (widget));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), csv);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_numbers_window_finalize (GObject *object)
{
  SalNumbersWindow *self = SAL_NUMBERS_WINDOW (object);

  plot_table_free (self->numbers);
  g_free (self->columns);
  G_OBJECT_CLASS (sal_numbers_window_parent_class)->finalize (object);
}

static void
sal_numbers_window_class_init (SalNumbersWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_numbers_window_finalize;
  g_type_ensure (SAL_TYPE_TABLE);
  gtk_widget_class_install_action (widget_class, "numbers.copy", NULL, copy_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "numbers.copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-numbers-window"));
  gtk_widget_class_bind_template_child (widget_class, SalNumbersWindow, title);
  gtk_widget_class_bind_template_child (widget_class, SalNumbersWindow, table);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
sal_numbers_window_init (SalNumbersWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SalNumbersWindow *
sal_numbers_window_open (GtkWindow  *parent,
                         const char *title,
                         PlotTable  *table)
{
  g_return_val_if_fail (table != NULL, NULL);

  SalNumbersWindow *self = g_object_new (SAL_TYPE_NUMBERS_WINDOW, "transient-for", parent,
                                         "destroy-with-parent", TRUE, "title", title, NULL);
  g_autofree char *rows = describe_rows (table);
  g_autoptr (GListModel) model = list_rows (table);

  self->numbers = table;
  make_columns (self);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, rows);
  sal_table_set_columns (self->table, title, model, self->columns,
                         (guint) plot_table_n_columns (table), self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
