/* sal-accuracy-strip.c - test accuracy at each stop of a bit slider
 *
 * The y axis spans what is known, but never less than ten points, so that
 * noise does not look like a cliff.  Estimates are hollow: they are of fewer
 * images than the filled points beside them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-accuracy-strip.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"
#include "plot-text.h"
#include "sal-words.h"

#define LEAST_SPAN 0.1
#define STALE_OPACITY 0.4
#define HEIGHT 46

struct _SalAccuracyStrip
{
  SalDrawing       parent_instance;

  SalBitSlider    *slider;  /* weak */
  SalAccuracyPoint points[SAL_N_BIT_STOPS];
  SalTrainedPoint  trained[SAL_N_BIT_STOPS]; /* titles owned                   */
  guint            current;
};

enum
{
  STOP_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalAccuracyStrip, sal_accuracy_strip, SAL_TYPE_DRAWING)

/* --- drawing ----------------------------------------------------------------- */

/* Without a slider, as in an exported figure of another size, the stops share
 * the width. */
static double
stop_x (SalAccuracyStrip *self,
        guint             index,
        PlotRect          bounds)
{
  const double share = (index + 0.5) / SAL_N_BIT_STOPS;
  double x = 0;

  if (self->slider != NULL && bounds.width == gtk_widget_get_width (GTK_WIDGET (self))
      && sal_bit_slider_get_stop_x (self->slider, index, GTK_WIDGET (self), &x))
    return x;
  return bounds.x + share * bounds.width;
}

static PlotScale
accuracy_scale (SalAccuracyStrip *self,
                double            bottom,
                double            top)
{
  double minimum = 1;
  double maximum = 0;

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    if (self->points[i].done > 0) {
      minimum = MIN (minimum, self->points[i].accuracy);
      maximum = MAX (maximum, self->points[i].accuracy);
    }
    if (isfinite (self->trained[i].accuracy)) {
      minimum = MIN (minimum, self->trained[i].accuracy);
      maximum = MAX (maximum, self->trained[i].accuracy);
    }
  }
  return plot_scale_new (MIN (minimum, maximum - LEAST_SPAN), maximum, bottom, top, FALSE);
}

static void
draw_line (SalAccuracyStrip *self,
           cairo_t          *cr,
           const PlotStyle  *style,
           PlotRect          bounds,
           const PlotScale  *scale)
{
  gboolean pen_down = FALSE;

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    const double x = stop_x (self, i, bounds);
    const double y = plot_scale_to_pixel (scale, self->points[i].accuracy);

    if (self->points[i].done > 0 && pen_down)
      cairo_line_to (cr, x, y);
    else if (self->points[i].done > 0)
      cairo_move_to (cr, x, y);
    pen_down = self->points[i].done > 0;
  }
  plot_color_set (cr, plot_color_fade (style->accent, 0.5));
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
draw_point (SalAccuracyStrip *self,
            cairo_t          *cr,
            PlotText         *text,
            guint             index,
            double            x,
            double            y,
            double            bottom)
{
  const PlotStyle *style = text->style;
  const SalAccuracyPoint *point = &self->points[index];
  const gboolean current = index == self->current;
  const double opacity = point->stale ? STALE_OPACITY : 1;
  const PlotColor ink = plot_color_fade (current ? style->foreground : style->dim, opacity);
  char number[PLOT_NUMBER_SIZE] = "–";

  if (point->done > 0) {
    cairo_arc (cr, x, y, current ? 4 : 2.5, 0, 2 * G_PI);
    plot_color_set (cr, style->background);
    cairo_fill_preserve (cr);
    plot_color_set (cr, plot_color_fade (style->accent, opacity));
    if (point->done == point->total)
      cairo_fill_preserve (cr);
    cairo_set_line_width (cr, 1.5);
    cairo_stroke (cr);
    plot_format_tick (100 * point->accuracy, 0.1, number);
  }
  plot_text_draw (text, cr, current ? PLOT_FONT_BOLD : PLOT_FONT_SMALL, ink, number,
                  x, bottom, 0.5, 1);
}

static void
draw_diamond (cairo_t         *cr,
              const PlotStyle *style,
              double           x,
              double           y)
{
  const double radius = 5;

  cairo_move_to (cr, x, y - radius);
  cairo_line_to (cr, x + radius, y);
  cairo_line_to (cr, x, y + radius);
  cairo_line_to (cr, x - radius, y);
  cairo_close_path (cr);
  plot_color_set (cr, style->alert);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
sal_accuracy_strip_draw (SalDrawing      *drawing,
                         cairo_t         *cr,
                         const PlotStyle *style,
                         PlotRect         bounds)
{
  SalAccuracyStrip *self = SAL_ACCURACY_STRIP (drawing);
  PlotText text = plot_text_begin (style);
  const double bottom = bounds.y + bounds.height - 1;
  const double line = plot_text_height (&text, PLOT_FONT_BOLD);
  const PlotScale scale = accuracy_scale (self, bottom - line - 6, bounds.y + 5);

  draw_line (self, cr, style, bounds, &scale);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    draw_point (self, cr, &text, i, stop_x (self, i, bounds),
                plot_scale_to_pixel (&scale, self->points[i].accuracy), bottom);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    if (isfinite (self->trained[i].accuracy))
      draw_diamond (cr, style, stop_x (self, i, bounds),
                    plot_scale_to_pixel (&scale, self->trained[i].accuracy));
  plot_text_end (&text);
}

/* --- words ------------------------------------------------------------------- */

static char *
describe_point (SalAccuracyStrip *self,
                guint             index)
{
  const SalAccuracyPoint *point = &self->points[index];
  const int bits = sal_bit_stop_get_bits (index);
  g_autofree char *where = bits == NN_BITS_OFF ? g_strdup (_("full precision"))
                           : sal_words_bits (bits);

  g_autofree char *done = sal_words_count ((gint64) point->done);
  GString *text = g_string_new (NULL);

  if (point->done == 0)
    g_string_append_printf (text, _("%s: not measured yet"), where);
  else if (point->done < point->total)
    g_string_append_printf (text, _("%s: %.2f %% of %s test images (estimate)"), where,
                            100 * point->accuracy, done);
  else
    g_string_append_printf (text, _("%s: %.2f %% of %s test images"), where,
                            100 * point->accuracy, done);
  if (isfinite (self->trained[index].accuracy)) {
    g_string_append (text, "; ");
    g_string_append_printf (text, _("trained there, %s: %.2f %%"), self->trained[index].title,
                            100 * self->trained[index].accuracy);
  }
  return g_string_free (text, FALSE);
}

static void
describe (SalAccuracyStrip *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    g_autofree char *point = describe_point (self, i);

    g_string_append_printf (text, "%s%s", i == 0 ? "" : ", ", point);
  }
  sal_drawing_set_value (SAL_DRAWING (self), text->str);
}

void
sal_accuracy_strip_set_points (SalAccuracyStrip      *self,
                               const SalAccuracyPoint points[SAL_N_BIT_STOPS],
                               guint                  current)
{
  g_return_if_fail (SAL_IS_ACCURACY_STRIP (self));

  memcpy (self->points, points, sizeof self->points);
  self->current = current;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_accuracy_strip_set_trained (SalAccuracyStrip     *self,
                                const SalTrainedPoint trained[SAL_N_BIT_STOPS])
{
  g_return_if_fail (SAL_IS_ACCURACY_STRIP (self));

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    g_free ((char *) self->trained[i].title);
    self->trained[i].accuracy = trained[i].accuracy;
    self->trained[i].title = g_strdup (trained[i].title);
  }
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_accuracy_strip_set_slider (SalAccuracyStrip *self,
                               SalBitSlider     *slider)
{
  g_return_if_fail (SAL_IS_ACCURACY_STRIP (self));

  g_set_weak_pointer (&self->slider, slider);
}

/* --- numbers ------------------------------------------------------------------ */

static PlotTable *
sal_accuracy_strip_list_numbers (SalDrawing *drawing,
                                 gboolean    in_file)
{
  SalAccuracyStrip *self = SAL_ACCURACY_STRIP (drawing);
  const char *const titles[] = {
    sal_drawing_word (N_("bits"), in_file), sal_drawing_word (N_("accuracy, %"), in_file),
    sal_drawing_word (N_("test images"), in_file),
    sal_drawing_word (N_("trained there, %"), in_file), NULL,
  };
  PlotTable *table = plot_table_new (titles, true);

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    const SalAccuracyPoint *point = &self->points[i];
    const char *label = sal_drawing_word (sal_bit_stop_get_word (i), in_file);

    plot_table_add_row (table, label, (const double[]) {
      point->done > 0 ? 100 * point->accuracy : NAN, (double) point->done,
      100 * self->trained[i].accuracy,
    });
  }
  return table;
}

static char *
sal_accuracy_strip_name_numbers (SalDrawing *drawing)
{
  return g_strdup (_("Test accuracy by bit width"));
}

/* --- the pointer ------------------------------------------------------------- */

static guint
stop_at (SalAccuracyStrip *self,
         double            x)
{
  const PlotRect bounds = sal_drawing_get_bounds (SAL_DRAWING (self));
  guint nearest = 0;

  for (guint i = 1; i < SAL_N_BIT_STOPS; i++)
    if (fabs (stop_x (self, i, bounds) - x) < fabs (stop_x (self, nearest, bounds) - x))
      nearest = i;
  return nearest;
}

static void
pressed_cb (SalAccuracyStrip *self,
            int               n_press,
            double            x,
            double            y)
{
  g_signal_emit (self, signals[STOP_CHOSEN], 0, stop_at (self, x));
}

static gboolean
sal_accuracy_strip_query_tooltip (GtkWidget  *widget,
                                  int         x,
                                  int         y,
                                  gboolean    keyboard,
                                  GtkTooltip *tooltip)
{
  SalAccuracyStrip *self = SAL_ACCURACY_STRIP (widget);
  g_autofree char *text = describe_point (self, keyboard ? self->current : stop_at (self, x));

  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* --- keys -------------------------------------------------------------------- */

static gboolean
key_cb (GtkWidget *widget,
        GVariant  *arguments,
        gpointer   data)
{
  SalAccuracyStrip *self = SAL_ACCURACY_STRIP (widget);
  const int stop = (int) self->current + g_variant_get_int32 (arguments);

  if (stop >= 0 && stop < SAL_N_BIT_STOPS)
    g_signal_emit (self, signals[STOP_CHOSEN], 0, (guint) stop);
  return TRUE;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_accuracy_strip_measure (GtkWidget     *widget,
                            GtkOrientation orientation,
                            int            for_size,
                            int           *minimum,
                            int           *natural,
                            int           *minimum_baseline,
                            int           *natural_baseline)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (widget));

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL
             ? 120 : (int) ceil (HEIGHT * style.font_size / 12);
  *natural = *minimum;
}

static void
sal_accuracy_strip_finalize (GObject *object)
{
  SalAccuracyStrip *self = SAL_ACCURACY_STRIP (object);

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    g_free ((char *) self->trained[i].title);
  g_clear_weak_pointer (&self->slider);
  G_OBJECT_CLASS (sal_accuracy_strip_parent_class)->finalize (object);
}

static void
sal_accuracy_strip_class_init (SalAccuracyStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_accuracy_strip_finalize;
  widget_class->measure = sal_accuracy_strip_measure;
  widget_class->query_tooltip = sal_accuracy_strip_query_tooltip;
  SAL_DRAWING_CLASS (klass)->draw = sal_accuracy_strip_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_accuracy_strip_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_accuracy_strip_name_numbers;
  signals[STOP_CHOSEN] =
    g_signal_new ("stop-chosen", SAL_TYPE_ACCURACY_STRIP, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, key_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, key_cb, "i", 1);
}

static void
sal_accuracy_strip_init (SalAccuracyStrip *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    self->trained[i].accuracy = NAN;
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sal_drawing_describe (SAL_DRAWING (self), _("Test accuracy by bit width"),
                        _("Left and right choose a bit width, Ctrl+D lists the numbers."));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
}
