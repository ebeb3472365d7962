/* sal-bars-view.c - class probabilities as horizontal bars
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bars-view.h"

#include <glib/gi18n.h>

#include "plot-shape.h"

#define MAX_ROWS 32

struct _SalBarsView
{
  SalDrawing parent_instance;

  GArray    *bars;     /* PlotBar, labels owned                      */
  int        classes[MAX_ROWS]; /* of the rows, where `n_classes`    */
  guint      n_classes;         /* rows that can be chosen, or 0     */
  guint      row;               /* where the keys are                */
};

enum
{
  CLASS_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalBarsView, sal_bars_view, SAL_TYPE_DRAWING)

static void
sal_bars_view_draw (SalDrawing      *drawing,
                    cairo_t         *cr,
                    const PlotStyle *style,
                    PlotRect         bounds)
{
  SalBarsView *self = SAL_BARS_VIEW (drawing);

  plot_bars_draw (cr, style, bounds, (const PlotBar *) (gpointer) self->bars->data,
                  self->bars->len);
  if (self->row >= self->n_classes || !gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return;

  const double height = plot_bars_height (style, 1);
  const PlotRect row = { bounds.x - 2, bounds.y + self->row * height, bounds.width + 4, height };

  plot_shape_rounded (cr, row, 4);
  plot_color_set (cr, style->accent);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

/* --- choosing a class -------------------------------------------------------- */

static void
choose (SalBarsView *self,
        guint        row)
{
  if (row < self->n_classes)
    g_signal_emit (self, signals[CLASS_CHOSEN], 0, self->classes[row]);
}

static guint
row_at (SalBarsView *self,
        double       y)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self));

  return y < 0 ? self->n_classes : (guint) (y / plot_bars_height (&style, 1));
}

static void
pressed_cb (SalBarsView *self,
            int          n_press,
            double       x,
            double       y)
{
  self->row = row_at (self, y);
  choose (self, self->row);
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   data)
{
  SalBarsView *self = SAL_BARS_VIEW (widget);
  const int row = (int) self->row + g_variant_get_int32 (arguments);

  if (row < 0 || row >= (int) self->n_classes)
    return FALSE;
  self->row = (guint) row;
  gtk_widget_queue_draw (widget);
  return TRUE;
}

static gboolean
choose_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  SalBarsView *self = SAL_BARS_VIEW (widget);

  choose (self, self->row);
  return self->n_classes > 0;
}

static PlotTable *
sal_bars_view_list_numbers (SalDrawing *drawing,
                            gboolean    in_file)
{
  SalBarsView *self = SAL_BARS_VIEW (drawing);
  const char *const titles[] = {
    sal_drawing_word (N_("class"), in_file), sal_drawing_word (N_("probability"), in_file), NULL,
  };
  PlotTable *table = self->bars->len == 0 ? NULL : plot_table_new (titles, true);

  for (guint i = 0; i < self->bars->len; i++) {
    const PlotBar *bar = &g_array_index (self->bars, PlotBar, i);

    plot_table_add_row (table, bar->label, &bar->share);
  }
  return table;
}

static char *
sal_bars_view_name_numbers (SalDrawing *drawing)
{
  return g_strdup (_("Probabilities"));
}

static void
describe (SalBarsView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->bars->len; i++) {
    const PlotBar *bar = &g_array_index (self->bars, PlotBar, i);

    g_string_append_printf (text, "%s%s %.1f %%", i == 0 ? "" : ", ", bar->label,
                            100 * bar->share);
  }
  sal_drawing_set_value (SAL_DRAWING (self), text->str);
}

void
sal_bars_view_set_bars (SalBarsView   *self,
                        const PlotBar *bars,
                        gsize          n)
{
  g_return_if_fail (SAL_IS_BARS_VIEW (self));

  const gboolean resized = self->bars->len != n;

  self->n_classes = 0;
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);

  g_array_set_size (self->bars, 0);
  for (gsize i = 0; i < n; i++) {
    PlotBar bar = bars[i];

    bar.label = g_strdup (bar.label);
    g_array_append_val (self->bars, bar);
  }
  describe (self);
  if (resized)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_bars_view_set_probabilities (SalBarsView *self,
                                 const float *probabilities,
                                 gsize        n,
                                 gsize        k,
                                 char *const *class_names)
{
  size_t top[MAX_ROWS];
  PlotBar bars[MAX_ROWS];
  const size_t rows = plot_top (probabilities, n, MIN (k, MAX_ROWS), top);

  for (size_t i = 0; i < rows; i++)
    bars[i] = (PlotBar) { .label = class_names[top[i]], .share = probabilities[top[i]] };
  sal_bars_view_set_bars (self, bars, rows);
  for (size_t i = 0; i < rows; i++)
    self->classes[i] = (int) top[i];
  self->n_classes = (guint) rows;
  self->row = MIN (self->row, rows > 0 ? (guint) rows - 1 : 0);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
}

static void
sal_bars_view_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  SalBarsView *self = SAL_BARS_VIEW (widget);
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self));

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL
             ? 80 : (int) (plot_bars_height (&style, self->bars->len) + 0.999);
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 180 : *minimum;
}

static void
clear_bar (gpointer data)
{
  g_free ((char *) ((PlotBar *) data)->label);
}

static void
sal_bars_view_finalize (GObject *object)
{
  g_array_unref (SAL_BARS_VIEW (object)->bars);
  G_OBJECT_CLASS (sal_bars_view_parent_class)->finalize (object);
}

static const guint choosing_keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space };

static void
sal_bars_view_class_init (SalBarsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_bars_view_finalize;
  GTK_WIDGET_CLASS (klass)->measure = sal_bars_view_measure;
  SAL_DRAWING_CLASS (klass)->draw = sal_bars_view_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_bars_view_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_bars_view_name_numbers;

  signals[CLASS_CHOSEN] = g_signal_new ("class-chosen", SAL_TYPE_BARS_VIEW, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);

  gtk_widget_class_add_binding (GTK_WIDGET_CLASS (klass), GDK_KEY_Up, 0, move_cb, "i", -1);
  gtk_widget_class_add_binding (GTK_WIDGET_CLASS (klass), GDK_KEY_Down, 0, move_cb, "i", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (choosing_keys); i++)
    gtk_widget_class_add_binding (GTK_WIDGET_CLASS (klass), choosing_keys[i], 0, choose_cb, NULL);
}

static void
sal_bars_view_init (SalBarsView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  self->bars = g_array_new (FALSE, FALSE, sizeof (PlotBar));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sal_drawing_describe (SAL_DRAWING (self), _("Probabilities"),
                        _("Bars, the most probable class first. Up and Down move among them, "
                          "Enter explains the class. Ctrl+D lists the numbers."));
  g_array_set_clear_func (self->bars, clear_bar);
}

GtkWidget *
sal_bars_view_new (void)
{
  return g_object_new (SAL_TYPE_BARS_VIEW, NULL);
}
