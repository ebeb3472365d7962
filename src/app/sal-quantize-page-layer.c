/* sal-quantize-page-layer.c - what the selected layer has for itself
 *
 * Its weights, and the activation that follows it: bit widths other than the
 * sliders say, and a clipping level other than it was trained to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page-private.h"

/* Rows of the lists: like the others, then the stops of a slider. */
static guint
row_of_bits (int bits)
{
  return bits == SAL_BITS_LIKE_OTHERS ? 0 : 1 + sal_bit_stop_find (bits);
}

static gint8
bits_of_row (guint row)
{
  if (row == 0 || row == GTK_INVALID_LIST_POSITION)
    return SAL_BITS_LIKE_OTHERS;
  return (gint8) sal_bit_stop_get_bits (row - 1);
}

static void
fill_list (GtkDropDown *list,
           const char  *what)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *like_others = g_strdup_printf ("%s like others", what);

  gtk_string_list_append (titles, like_others);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    g_autofree char *title = g_strdup_printf ("%s %s%s", what, sal_bit_stop_get_title (i),
                                              i == 0 ? "" : " bits");

    gtk_string_list_append (titles, title);
  }
  gtk_drop_down_set_model (list, G_LIST_MODEL (titles));
}

void
sal_quantize_page_fill_own_bits (SalQuantizePage *self)
{
  self->updating = TRUE;
  fill_list (self->own_weight_list, "W");
  fill_list (self->own_activation_list, "A");
  self->updating = FALSE;
}

void
sal_quantize_page_show_own_bits (SalQuantizePage *self)
{
  const SalBits *bits = sal_session_get_bits (sal_page_get_session (SAL_PAGE (self)));
  const gboolean was_updating = self->updating;
  SalLayerDescription layer = { .activation_layer = -1 };
  const gboolean selected = sal_layer_table_get_selected (self->layers, &layer);

  self->updating = TRUE;
  if (selected)
    gtk_drop_down_set_selected (self->own_weight_list,
                                row_of_bits (sal_bits_get_layer (bits, layer.layer).weight_bits));
  if (layer.activation_layer >= 0)
    gtk_drop_down_set_selected (self->own_activation_list,
                                row_of_bits (sal_bits_get_layer (bits, layer.activation_layer)
                                             .activation_bits));
  gtk_widget_set_visible (GTK_WIDGET (self->own_weight_list), selected);
  gtk_widget_set_visible (GTK_WIDGET (self->own_activation_list), layer.activation_layer >= 0);
  self->updating = was_updating;
}

void
sal_quantize_page_take_own_bits (SalQuantizePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLayerDescription selected;

  if (!sal_layer_table_get_selected (self->layers, &selected))
    return;

  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (session), self->model);
  SalLayerBits layer = sal_bits_get_layer (&bits, selected.layer);

  layer.weight_bits = bits_of_row (gtk_drop_down_get_selected (self->own_weight_list));
  sal_bits_set_layer (&bits, &layer);
  if (selected.activation_layer >= 0) {
    layer = sal_bits_get_layer (&bits, selected.activation_layer);
    layer.activation_bits = bits_of_row (gtk_drop_down_get_selected (self->own_activation_list));
    sal_bits_set_layer (&bits, &layer);
  }
  sal_session_set_bits (session, &bits);
}

void
sal_quantize_page_set_alpha (SalQuantizePage *self,
                             double           alpha)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLayerDescription selected;

  if (self->model == NULL || !sal_layer_table_get_selected (self->layers, &selected)
      || selected.activation_layer < 0)
    return;

  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (session), self->model);
  SalLayerBits layer = sal_bits_get_layer (&bits, selected.activation_layer);

  layer.alpha = (float) alpha;
  sal_bits_set_layer (&bits, &layer);
  sal_session_set_bits (session, &bits);
}
