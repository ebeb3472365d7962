/* sal-bit-slider.c - a slider from full precision down to 2 bits
 *
 * A GtkScale over the stops, so that keys, wheel and assistive technologies
 * work as everywhere; its value is the index of the stop.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bit-slider.h"

#include <glib/gi18n.h>

#include "sal-bit-widths.h"
#include "sal-words.h"

struct _SalBitSlider
{
  AdwBin   parent_instance;

  GtkRange *scale;
  int       bits;
  char     *title;
};

enum
{
  PROP_BITS = 1,
  PROP_TITLE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalBitSlider, sal_bit_slider, ADW_TYPE_BIN)

static void
describe (SalBitSlider *self)
{
  g_autofree char *bits = sal_words_bits (self->bits);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->title != NULL ? self->title : _("Bit width"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  self->bits == NN_BITS_OFF ? _("off, full precision") : bits,
                                  -1);
}

static void
value_changed_cb (SalBitSlider *self)
{
  const double value = gtk_range_get_value (self->scale);
  const int bits = sal_bit_stop_get_bits ((guint) CLAMP (value + 0.5, 0, SAL_N_BIT_STOPS - 1));

  if (bits == self->bits)
    return;
  self->bits = bits;
  describe (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BITS]);
}

int
sal_bit_slider_get_bits (SalBitSlider *self)
{
  g_return_val_if_fail (SAL_IS_BIT_SLIDER (self), NN_BITS_OFF);

  return self->bits;
}

void
sal_bit_slider_set_bits (SalBitSlider *self,
                         int           bits)
{
  g_return_if_fail (SAL_IS_BIT_SLIDER (self));

  gtk_range_set_value (self->scale, sal_bit_stop_find (bits));
}

/* The knob's middle runs from one end of the trough to the other. */
gboolean
sal_bit_slider_get_stop_x (SalBitSlider *self,
                           guint         index,
                           GtkWidget    *widget,
                           double       *x)
{
  GdkRectangle range;
  graphene_point_t point;

  g_return_val_if_fail (SAL_IS_BIT_SLIDER (self), FALSE);

  gtk_range_get_range_rect (self->scale, &range);
  if (range.width <= 0)
    return FALSE;

  const double middle = range.x + (double) range.width * index / (SAL_N_BIT_STOPS - 1);

  if (!gtk_widget_compute_point (GTK_WIDGET (self->scale), widget,
                                 &GRAPHENE_POINT_INIT ((float) middle, 0), &point))
    return FALSE;
  *x = (double) point.x;
  return TRUE;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_bit_slider_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  SalBitSlider *self = SAL_BIT_SLIDER (object);

  switch (id) {
  case PROP_BITS:
    g_value_set_int (value, self->bits);
    break;
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_bit_slider_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  SalBitSlider *self = SAL_BIT_SLIDER (object);

  switch (id) {
  case PROP_BITS:
    sal_bit_slider_set_bits (self, g_value_get_int (value));
    break;
  case PROP_TITLE:
    g_free (self->title);
    self->title = g_value_dup_string (value);
    describe (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_bit_slider_finalize (GObject *object)
{
  g_free (SAL_BIT_SLIDER (object)->title);
  G_OBJECT_CLASS (sal_bit_slider_parent_class)->finalize (object);
}

static void
sal_bit_slider_class_init (SalBitSliderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_bit_slider_get_property;
  object_class->set_property = sal_bit_slider_set_property;
  object_class->finalize = sal_bit_slider_finalize;

  properties[PROP_BITS] =
    g_param_spec_int ("bits", NULL, NULL, NN_BITS_OFF, NN_BITS_MAX, NN_BITS_OFF,
                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_bit_slider_init (SalBitSlider *self)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0,
                                               SAL_N_BIT_STOPS - 1, 1);

  self->scale = GTK_RANGE (scale);
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_range_set_round_digits (self->scale, 0);
  gtk_range_set_increments (self->scale, 1, 1);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    gtk_scale_add_mark (GTK_SCALE (scale), i, GTK_POS_BOTTOM, sal_bit_stop_get_title (i));
  gtk_widget_add_css_class (scale, "bit-scale");
  g_signal_connect_object (scale, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), scale);
  describe (self);
}

GtkWidget *
sal_bit_slider_new (void)
{
  return g_object_new (SAL_TYPE_BIT_SLIDER, NULL);
}
