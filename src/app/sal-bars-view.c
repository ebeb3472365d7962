/* sal-bars-view.c - class probabilities as horizontal bars
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bars-view.h"

#include <glib/gi18n.h>

#define MAX_ROWS 32

struct _SalBarsView
{
  SalDrawing parent_instance;

  GArray    *bars;  /* PlotBar, labels owned */
};

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
}

static PlotTable *
sal_bars_view_list_numbers (SalDrawing *drawing)
{
  SalBarsView *self = SAL_BARS_VIEW (drawing);
  const char *const titles[] = { _("class"), _("probability"), NULL };
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

static void
sal_bars_view_class_init (SalBarsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_bars_view_finalize;
  GTK_WIDGET_CLASS (klass)->measure = sal_bars_view_measure;
  SAL_DRAWING_CLASS (klass)->draw = sal_bars_view_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_bars_view_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_bars_view_name_numbers;
}

static void
sal_bars_view_init (SalBarsView *self)
{
  self->bars = g_array_new (FALSE, FALSE, sizeof (PlotBar));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sal_drawing_describe (SAL_DRAWING (self), _("Probabilities"),
                        _("Bars, the most probable class first. Ctrl+D lists the numbers."));
  g_array_set_clear_func (self->bars, clear_bar);
}

GtkWidget *
sal_bars_view_new (void)
{
  return g_object_new (SAL_TYPE_BARS_VIEW, NULL);
}
