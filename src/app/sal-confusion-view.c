/* sal-confusion-view.c - a confusion matrix to walk about in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-confusion-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-matrix.h"
#include "sal-atomic-file.h"
#include "sal-csv.h"
#include "sal-words.h"

/* Room for text around the cells of an exported or shown matrix. */
#define MARGIN 2.0

typedef struct
{
  int row;
  int column;
} Cell;

static const Cell nowhere = { -1, -1 };

struct _SalConfusionView
{
  SalDrawing parent_instance;

  double    *counts;
  char     **names;
  guint      n;
  Cell       cursor;
  Cell       hovered;
  double     pointer_x;  /* where the pointer was last; NAN: not here          */
  double     pointer_y;
};

enum
{
  CELL_CHANGED,
  CELL_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalConfusionView, sal_confusion_view, SAL_TYPE_DRAWING)

static Cell
shown_cell (SalConfusionView *self)
{
  const Cell cell = self->hovered.row >= 0 ? self->hovered : self->cursor;

  return cell.row < (int) self->n && cell.column < (int) self->n ? cell : nowhere;
}

static PlotMatrix
get_matrix (SalConfusionView *self)
{
  const Cell cell = shown_cell (self);

  return (PlotMatrix) {
    .counts = self->counts,
    .names = (const char *const *) self->names,
    .n = self->n,
    .row = cell.row,
    .column = cell.column,
  };
}

/* --- drawing ----------------------------------------------------------------- */

/* In the middle of a widget that is wider than high. */
static PlotRect
place_cells (const PlotMatrix *matrix,
             const PlotStyle  *style,
             PlotRect          bounds)
{
  PlotRect cells =
    plot_matrix_layout (matrix, style,
                        (PlotRect) { bounds.x + MARGIN, bounds.y + MARGIN,
                                     bounds.width - 2 * MARGIN, bounds.height - 2 * MARGIN });

  cells.x += (double) (int) (MAX (bounds.x + bounds.width - MARGIN - cells.x - cells.width, 0) / 2);
  return cells;
}

static void
sal_confusion_view_draw (SalDrawing      *drawing,
                         cairo_t         *cr,
                         const PlotStyle *style,
                         PlotRect         bounds)
{
  const PlotMatrix matrix = get_matrix (SAL_CONFUSION_VIEW (drawing));

  if (matrix.n > 0)
    plot_matrix_draw (&matrix, style, place_cells (&matrix, style, bounds), cr);
}

static gboolean
sal_confusion_view_write_csv (SalDrawing *drawing,
                              const char *path,
                              GError    **error)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (drawing);
  g_autoptr (GString) csv = g_string_new (NULL);

  sal_csv_append (csv, 0, "true class");
  for (guint i = 0; i < self->n; i++)
    sal_csv_append (csv, i + 1, self->names[i]);
  sal_csv_end_row (csv);
  for (guint row = 0; row < self->n; row++) {
    sal_csv_append (csv, 0, self->names[row]);
    for (guint column = 0; column < self->n; column++)
      sal_csv_append_number (csv, column + 1, self->counts[row * self->n + column]);
    sal_csv_end_row (csv);
  }
  return sal_atomic_file_write (path, &(GOutputVector) { csv->str, csv->len }, 1, error);
}

/* --- numbers ------------------------------------------------------------------ */

static PlotTable *
sal_confusion_view_list_numbers (SalDrawing *drawing,
                                 gboolean    in_file)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (drawing);
  const char *const titles[] = { sal_drawing_word (N_("true class"), in_file), NULL };

  if (self->n == 0)
    return NULL;

  PlotTable *table = plot_table_new (titles, true);

  for (guint column = 0; column < self->n; column++) {
    g_autofree char *said = g_strdup_printf (_("said %s"), self->names[column]);

    plot_table_add_column (table, said);
  }
  for (guint row = 0; row < self->n; row++)
    plot_table_add_row (table, self->names[row], self->counts + row * self->n);
  return table;
}

static char *
sal_confusion_view_name_numbers (SalDrawing *drawing)
{
  return g_strdup (_("Confusion matrix"));
}

/* --- cells ------------------------------------------------------------------- */

static double
row_total (SalConfusionView *self,
           int               row)
{
  double total = 0;

  for (guint i = 0; i < self->n; i++)
    total += self->counts[(guint) row * self->n + i];
  return total;
}

static double
get_count (SalConfusionView *self,
           Cell              cell)
{
  return self->counts[(guint) cell.row * self->n + (guint) cell.column];
}

gboolean
sal_confusion_view_get_cell (SalConfusionView *self,
                             int              *row,
                             int              *column)
{
  g_return_val_if_fail (SAL_IS_CONFUSION_VIEW (self), FALSE);

  const Cell cell = shown_cell (self);

  *row = cell.row;
  *column = cell.column;
  return cell.row >= 0;
}

char *
sal_confusion_view_describe (SalConfusionView *self)
{
  g_return_val_if_fail (SAL_IS_CONFUSION_VIEW (self), NULL);

  const Cell cell = shown_cell (self);

  if (cell.row < 0)
    return g_strdup ("");

  const double count = get_count (self, cell);
  const double total = row_total (self, cell.row);
  g_autofree char *images = sal_words_count ((gint64) count);

  return g_strdup_printf (ngettext ("true %s, said %s: %s image, %.1f %% of class %s",
                                    "true %s, said %s: %s images, %.1f %% of class %s",
                                    (gulong) count),
                          self->names[cell.row], self->names[cell.column], images,
                          total > 0 ? 100 * count / total : 0, self->names[cell.row]);
}

static void
changed (SalConfusionView *self)
{
  g_autofree char *words = sal_confusion_view_describe (self);

  sal_drawing_set_value (SAL_DRAWING (self), words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CELL_CHANGED], 0);
}

static void
activate (SalConfusionView *self,
          Cell              cell)
{
  if (cell.row >= 0 && get_count (self, cell) > 0)
    g_signal_emit (self, signals[CELL_ACTIVATED], 0, cell.row, cell.column);
}

static void
free_numbers (SalConfusionView *self)
{
  g_clear_pointer (&self->counts, g_free);
  g_clear_pointer (&self->names, g_strfreev);
  self->n = 0;
}

void
sal_confusion_view_set (SalConfusionView  *self,
                        const double      *counts,
                        const char *const *names,
                        guint              n)
{
  g_return_if_fail (SAL_IS_CONFUSION_VIEW (self));

  free_numbers (self);
  self->counts = g_memdup2 (counts, (gsize) n * n * sizeof *counts);
  self->names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    self->names[i] = g_strdup (names[i]);
  self->n = n;
  changed (self);
}

/* --- the pointer ------------------------------------------------------------- */

static Cell
cell_at (SalConfusionView *self,
         double            x,
         double            y)
{
  const PlotMatrix matrix = get_matrix (self);
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self));
  const PlotRect cells = place_cells (&matrix, &style, sal_drawing_get_bounds (SAL_DRAWING (self)));
  Cell cell = nowhere;

  plot_matrix_cell_at (&matrix, cells, x, y, &cell.row, &cell.column);
  return cell;
}

static void
hover (SalConfusionView *self,
       Cell              cell)
{
  if (cell.row == self->hovered.row && cell.column == self->hovered.column)
    return;
  self->hovered = cell;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   cell.row >= 0 && get_count (self, cell) > 0 ? "pointer" : NULL);
  changed (self);
}

static void
motion_cb (SalConfusionView *self,
           double            x,
           double            y)
{
  /* GTK repeats where the pointer is when anything is laid out anew; keys may
   * have gone elsewhere meanwhile. */
  if (x == self->pointer_x && y == self->pointer_y)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  hover (self, self->n > 0 ? cell_at (self, x, y) : nowhere);
}

static void
leave_cb (SalConfusionView *self)
{
  self->pointer_x = NAN;
  hover (self, nowhere);
}

static void
released_cb (SalConfusionView *self,
             int               n_press,
             double            x,
             double            y)
{
  const Cell cell = self->n > 0 ? cell_at (self, x, y) : nowhere;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (cell.row < 0)
    return;
  self->cursor = cell;
  changed (self);
  activate (self, cell);
}

/* --- keys -------------------------------------------------------------------- */

static void
move_to (SalConfusionView *self,
         Cell              cell)
{
  const int last = (int) self->n - 1;

  self->hovered = nowhere;
  self->cursor = (Cell) { CLAMP (cell.row, 0, last), CLAMP (cell.column, 0, last) };
  changed (self);
}

static gboolean
move_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (widget);
  Cell cell = self->cursor;
  int rows = 0;
  int columns = 0;

  if (self->n == 0)
    return FALSE;
  g_variant_get (arguments, "(ii)", &rows, &columns);
  if (cell.row < 0)
    move_to (self, (Cell) { 0, 0 });
  else
    move_to (self, (Cell) { cell.row + rows, cell.column + columns });
  return TRUE;
}

/* Mistakes in the order in which they are walked: the frequent ones first. */
static gboolean
comes_before (SalConfusionView *self,
              Cell              a,
              Cell              b)
{
  const double difference = get_count (self, a) - get_count (self, b);

  if (difference != 0)
    return difference > 0;
  return a.row != b.row ? a.row < b.row : a.column < b.column;
}

static gboolean
is_mistake (SalConfusionView *self,
            Cell              cell)
{
  return cell.row != cell.column && get_count (self, cell) > 0;
}

/* The mistake next to the cursor in that order; from anywhere else the most
 * frequent one. */
static Cell
next_mistake (SalConfusionView *self,
              gboolean          forward)
{
  const Cell from = self->cursor;
  const gboolean on_mistake = from.row >= 0 && is_mistake (self, from);
  const int n = (int) self->n;
  Cell found = nowhere;

  for (int i = 0; i < n * n; i++) {
    const Cell cell = { i / n, i % n };

    if (!is_mistake (self, cell) || (cell.row == from.row && cell.column == from.column))
      continue;
    if (on_mistake && comes_before (self, from, cell) != forward)
      continue;
    if (found.row < 0
        || comes_before (self, cell, found) == (forward || !on_mistake))
      found = cell;
  }
  return found;
}

static gboolean
mistake_key_cb (GtkWidget *widget,
                GVariant  *arguments,
                gpointer   data)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (widget);
  const Cell cell =
    self->n == 0 ? nowhere : next_mistake (self, g_variant_get_boolean (arguments));

  if (cell.row >= 0)
    move_to (self, cell);
  return TRUE;
}

static gboolean
activate_key_cb (GtkWidget *widget,
                 GVariant  *arguments,
                 gpointer   data)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (widget);

  activate (self, shown_cell (self));
  return TRUE;
}

static gboolean
escape_key_cb (GtkWidget *widget,
               GVariant  *arguments,
               gpointer   data)
{
  SalConfusionView *self = SAL_CONFUSION_VIEW (widget);

  self->cursor = nowhere;
  self->hovered = nowhere;
  changed (self);
  return TRUE;
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    int   rows;
    int   columns;
  } moves[] = {
    { GDK_KEY_Up, -1, 0 },
    { GDK_KEY_Down, 1, 0 },
    { GDK_KEY_Left, 0, -1 },
    { GDK_KEY_Right, 0, 1 },
    { GDK_KEY_Home, 0, -G_MAXINT16 },
    { GDK_KEY_End, 0, G_MAXINT16 },
    { GDK_KEY_Page_Up, -G_MAXINT16, 0 },
    { GDK_KEY_Page_Down, G_MAXINT16, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_key_cb, "(ii)",
                                  moves[i].rows, moves[i].columns);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_CONTROL_MASK, mistake_key_cb,
                                "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_CONTROL_MASK, mistake_key_cb,
                                "b", FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, activate_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, activate_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, activate_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_key_cb, NULL);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_confusion_view_finalize (GObject *object)
{
  free_numbers (SAL_CONFUSION_VIEW (object));
  G_OBJECT_CLASS (sal_confusion_view_parent_class)->finalize (object);
}

static void
sal_confusion_view_class_init (SalConfusionViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_confusion_view_finalize;
  SAL_DRAWING_CLASS (klass)->draw = sal_confusion_view_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_confusion_view_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_confusion_view_name_numbers;
  SAL_DRAWING_CLASS (klass)->write_csv = sal_confusion_view_write_csv;
  signals[CELL_CHANGED] =
    g_signal_new ("cell-changed", SAL_TYPE_CONFUSION_VIEW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CELL_ACTIVATED] =
    g_signal_new ("cell-activated", SAL_TYPE_CONFUSION_VIEW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
  add_keys (GTK_WIDGET_CLASS (klass));
}

static void
sal_confusion_view_init (SalConfusionView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->cursor = nowhere;
  self->hovered = nowhere;
  self->pointer_x = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sal_drawing_describe (SAL_DRAWING (self), _("Confusion matrix"),
                        _("Arrow keys go from cell to cell, with Ctrl from mistake to mistake, "
                          "Enter shows the images of a cell, Ctrl+D lists the numbers."));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
sal_confusion_view_new (void)
{
  return g_object_new (SAL_TYPE_CONFUSION_VIEW, NULL);
}
