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
  GtkEditable    *search;
  AdwBin         *bin;
  SalTable       *table;
  GListStore     *rows;     /* SalNumbersRow                                   */
  PlotTable      *numbers;
  SalTableColumn *columns;
};

enum
{
  REFRESH,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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

/* Adds rows for those of the numbers that have none yet. */
static void
add_rows (SalNumbersWindow *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  const size_t stride = get_stride (self->numbers);

  for (size_t i = n * stride; i < plot_table_n_rows (self->numbers); i += stride) {
    SalNumbersRow *row = g_object_new (SAL_TYPE_NUMBERS_ROW, NULL);

    row->index = i;
    g_ptr_array_add (rows, row);
  }
  g_list_store_splice (self->rows, n, 0, rows->pdata, rows->len);
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

  g_free (self->columns);
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
  return g_strdup_printf (_("%s of %s rows: zoom in, and refresh, to read all"),
                          shown_text, total_text);
}

static void
search_changed_cb (SalNumbersWindow *self)
{
  sal_table_set_search (self->table, gtk_editable_get_text (self->search));
}

/* The columns of a table are what they are: other ones are another table. */
static void
make_table (SalNumbersWindow *self)
{
  GtkWidget *table = sal_table_new ();
  g_autoptr (GListStore) old = self->rows;

  adw_bin_set_child (self->bin, NULL);
  self->table = SAL_TABLE (table);
  self->rows = g_list_store_new (SAL_TYPE_NUMBERS_ROW);
  make_columns (self);
  add_rows (self);
  sal_table_set_columns (self->table, gtk_window_get_title (GTK_WINDOW (self)),
                         G_LIST_MODEL (self->rows), self->columns,
                         (guint) plot_table_n_columns (self->numbers), self);
  adw_bin_set_child (self->bin, table);
  search_changed_cb (self);
}

static gboolean
have_same_columns (const PlotTable *a,
                   const PlotTable *b)
{
  if (plot_table_n_columns (a) != plot_table_n_columns (b)
      || plot_table_has_labels (a) != plot_table_has_labels (b))
    return FALSE;
  for (size_t i = 0; i < plot_table_n_columns (a); i++)
    if (!g_str_equal (plot_table_title (a, i), plot_table_title (b, i)))
      return FALSE;
  return TRUE;
}

void
sal_numbers_window_set_numbers (SalNumbersWindow *self,
                                PlotTable        *table)
{
  g_return_if_fail (SAL_IS_NUMBERS_WINDOW (self));
  g_return_if_fail (table != NULL);

  g_autoptr (PlotTable) old = self->numbers;
  g_autofree char *rows = describe_rows (table);

  adw_window_title_set_subtitle (self->title, rows);
  self->numbers = table;
  if (old == NULL || !have_same_columns (old, table)) {
    make_table (self);
    return;
  }
  if (get_stride (old) != get_stride (table)
      || plot_table_n_rows (table) < plot_table_n_rows (old))
    g_list_store_remove_all (self->rows);
  /* Columns lie in the table that goes. */
  for (size_t i = 0; i < plot_table_n_columns (table); i++)
    self->columns[i].title = self->columns[i].name = plot_table_title (table, i);
  add_rows (self);
  sal_table_update (self->table, NULL);
}

/* Panes may have gone, and their drawings with them. */
static void
refresh_cb (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  gboolean is_known = FALSE;

  g_signal_emit (widget, signals[REFRESH], 0, &is_known);
  gtk_widget_action_set_enabled (widget, "numbers.refresh", is_known);
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

  g_clear_object (&self->rows);
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
  signals[REFRESH] = g_signal_new ("refresh", SAL_TYPE_NUMBERS_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                   g_signal_accumulator_true_handled, NULL, NULL,
                                   G_TYPE_BOOLEAN, 0);
  gtk_widget_class_install_action (widget_class, "numbers.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "numbers.refresh", NULL, refresh_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK,
                                       "numbers.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "numbers.copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-numbers-window"));
  gtk_widget_class_bind_template_child (widget_class, SalNumbersWindow, title);
  gtk_widget_class_bind_template_child (widget_class, SalNumbersWindow, bin);
  gtk_widget_class_bind_template_child (widget_class, SalNumbersWindow, search);
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

  adw_window_title_set_title (self->title, title);
  sal_numbers_window_set_numbers (self, table);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->table));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
