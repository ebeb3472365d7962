/* sal-quantize-page-layer.c - what the selected layer has for itself
 *
 * Its weights, and the activation that follows it: bit widths other than the
 * sliders say, and a clipping level other than it was trained to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page-private.h"

#include <glib/gi18n.h>

#include "sal-bits-text.h"
#include "sal-error.h"
#include "sal-words.h"

/* What sal-bits-text.h says of it: early layers keep more. */
#define MIXED "mixed-4-2"

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

/* `what` is the letter of weights or of activations. */
static void
fill_list (GtkDropDown *list,
           const char  *what)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *like_others = g_strdup_printf (_("%s like others"), what);

  gtk_string_list_append (titles, like_others);
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++) {
    const int bits = sal_bit_stop_get_bits (i);
    g_autofree char *width = bits == NN_BITS_OFF ? g_strdup (sal_bit_stop_get_title (i))
                             : sal_words_bits (bits);
    g_autofree char *title = g_strdup_printf ("%s %s", what, width);

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

/* The network with MIXED, or NULL with an error. Its layers are those of
 * `source` at the same indices. */
static NnModel *
make_mixed (const NnModel *source,
            NnEdgePolicy   edges,
            GError       **error)
{
  NnError engine_error;
  NnModel *mixed = nn_model_has_pact (source) ? nn_model_copy (source, &engine_error)
                   : nn_model_copy_with_pact (source, &engine_error);

  if (mixed == NULL)
    g_set_error_literal (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, engine_error.message);
  else if (sal_bits_text_apply (MIXED, mixed, edges, error))
    return mixed;
  nn_model_free (mixed);
  return NULL;
}

/* FALSE: there are more layers than can have bits of their own. */
static gboolean
take_layers (const NnModel *mixed,
             SalBits       *bits)
{
  gboolean fits = TRUE;

  for (gsize i = 0; i < nn_model_layer_count (mixed); i++) {
    const NnLayerInfo info = nn_model_layer (mixed, i);
    SalLayerBits layer = sal_bits_get_layer (bits, (int) i);

    if (info.weight_tensor >= 0)
      layer.weight_bits = (gint8) info.weight_bits;
    if (info.alpha_tensor >= 0)
      layer.activation_bits = (gint8) info.activation_bits;
    fits = sal_bits_set_layer (bits, &layer) && fits;
  }
  return fits;
}

void
sal_quantize_page_mix_bits (SalQuantizePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (session), self->model);
  g_autoptr (GError) error = NULL;
  NnModel *mixed = make_mixed (sal_lab_model_get_model (self->model), bits.edges, &error);

  if (mixed == NULL)
    sal_session_say (session, error->message);
  else if (!take_layers (mixed, &bits))
    sal_session_say (session, _("The network has too many layers to give each its own bits."));
  else
    sal_session_set_bits (session, &bits);
  nn_model_free (mixed);
}
