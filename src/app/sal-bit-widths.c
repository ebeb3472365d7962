/* sal-bit-widths.c - the bit widths a person chooses, and what they mean
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bit-widths.h"

#include <glib/gi18n.h>

#include "sal-words.h"

static const struct
{
  int         bits;
  const char *title;
} stops[SAL_N_BIT_STOPS] = {
  { NN_BITS_OFF, N_("off") },
  { 8, "8" },
  { 7, "7" },
  { 6, "6" },
  { 5, "5" },
  { 4, "4" },
  { 3, "3" },
  { 2, "2" },
};

/* --- stops ------------------------------------------------------------------- */

int
sal_bit_stop_get_bits (guint index)
{
  g_return_val_if_fail (index < SAL_N_BIT_STOPS, NN_BITS_OFF);

  return stops[index].bits;
}

const char *
sal_bit_stop_get_word (guint index)
{
  g_return_val_if_fail (index < SAL_N_BIT_STOPS, NULL);

  return stops[index].title;
}

const char *
sal_bit_stop_get_title (guint index)
{
  g_return_val_if_fail (index < SAL_N_BIT_STOPS, NULL);

  return _(stops[index].title);
}

guint
sal_bit_stop_find (int bits)
{
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    if (stops[i].bits == bits)
      return i;
  return 0;
}

/* --- as trained -------------------------------------------------------------- */

/* The layers with weights that tell how the network was trained. */
typedef struct
{
  int n;
  int first;  /* weight bits */
  int middle;
  int activation;
} TrainedBits;

static TrainedBits
read_bits (const NnModel *model)
{
  const size_t n_layers = nn_model_layer_count (model);
  TrainedBits trained = { 0 };
  int n = 0;

  for (size_t i = 0; i < n_layers; i++)
    trained.n += nn_model_layer (model, i).weight_tensor >= 0;
  for (size_t i = 0; i < n_layers; i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (layer.weight_tensor >= 0 && n == 0)
      trained.first = layer.weight_bits;
    if (layer.weight_tensor >= 0 && n == trained.n / 2)
      trained.middle = layer.weight_bits;
    n += layer.weight_tensor >= 0;
    if (layer.alpha_tensor >= 0 && trained.activation == NN_BITS_OFF)
      trained.activation = layer.activation_bits;
  }
  return trained;
}

static int
normalise (int bits)
{
  return bits == NN_BITS_CLIP ? NN_BITS_OFF : bits;
}

SalBits
sal_bits_get_trained (SalLabModel *model)
{
  g_return_val_if_fail (model != NULL, sal_bits_uniform (NN_BITS_OFF, NN_BITS_OFF));

  const TrainedBits trained = read_bits (sal_lab_model_get_model (model));
  const int first = normalise (trained.first);
  const int middle = normalise (trained.middle);
  SalBits bits = sal_bits_uniform (middle, trained.activation);

  /* Between 8 bits and "the same" nothing can be told at 8 bits, and at
   * none. */
  if (middle != NN_BITS_OFF && first == NN_BITS_OFF)
    bits.edges = NN_EDGES_FULL;
  else if (middle != NN_BITS_OFF && middle < 8 && first == middle)
    bits.edges = NN_EDGES_SAME;
  return bits;
}

static gboolean
has_layer (SalLabModel        *model,
           const SalLayerBits *layer)
{
  const NnModel *network = sal_lab_model_get_model (model);

  if (layer->layer < 0 || (size_t) layer->layer >= nn_model_layer_count (network))
    return FALSE;

  const NnLayerInfo info = nn_model_layer (network, (size_t) layer->layer);
  const gboolean activates = info.kind->activation;

  return activates || (layer->alpha == 0 && info.weight_tensor >= 0);
}

SalBits
sal_bits_make_explicit (const SalBits *bits,
                        SalLabModel   *model)
{
  g_return_val_if_fail (bits != NULL, sal_bits_uniform (NN_BITS_OFF, NN_BITS_OFF));
  g_return_val_if_fail (model != NULL, *bits);

  const SalBits trained = sal_bits_get_trained (model);
  SalBits made = *bits;

  if (bits->weight_bits == SAL_BITS_AS_TRAINED) {
    made.weight_bits = trained.weight_bits;
    made.edges = trained.edges;
  }
  if (bits->activation_bits == SAL_BITS_AS_TRAINED)
    made.activation_bits = trained.activation_bits;
  made.weight_bits = normalise (made.weight_bits);
  made.activation_bits = normalise (made.activation_bits);
  return made;
}

static gboolean
rounds_activations (const SalBits *bits)
{
  gboolean rounds = bits->activation_bits >= NN_BITS_MIN && bits->activation_bits <= NN_BITS_MAX;

  for (guint i = 0; i < bits->n_layers; i++)
    rounds = rounds || (bits->layers[i].activation_bits >= NN_BITS_MIN
                        && bits->layers[i].activation_bits <= NN_BITS_MAX);
  return rounds;
}

/* Drops what means nothing to the network at these bits. */
static void
drop_idle_help (SalBits     *bits,
                SalLabModel *model)
{
  const NnModel *network = sal_lab_model_get_model (model);

  if (bits->quantizer == nn_model_quantizer (network, NULL))
    bits->quantizer = NULL;
  if (!nn_model_has_batch_norm (network))
    bits->reestimate = FALSE;
  if (!rounds_activations (bits))
    bits->refit_alpha = FALSE;
  if (!sal_bits_are_full (bits, model))
    return;
  bits->quantizer = NULL;
  bits->refit_alpha = FALSE;
  bits->reestimate = FALSE;
}

SalBits
sal_bits_resolve (const SalBits *bits,
                  SalLabModel   *model)
{
  const int full_activations = sal_lab_model_get_full_bits (model).activation_bits;
  SalBits resolved = sal_bits_make_explicit (bits, model);

  if (resolved.activation_bits == NN_BITS_OFF)
    resolved.activation_bits = full_activations;
  if (resolved.weight_bits == NN_BITS_OFF
      || (resolved.weight_bits == NN_BITS_MAX && resolved.edges == NN_EDGES_SAME))
    resolved.edges = NN_EDGES_8_BITS;

  resolved.n_layers = 0;
  for (guint i = 0; i < MIN (bits->n_layers, SAL_BITS_MAX_LAYERS); i++) {
    SalLayerBits layer = bits->layers[i];

    if (layer.activation_bits == NN_BITS_OFF)
      layer.activation_bits = (gint8) full_activations;
    if (has_layer (model, &layer))
      resolved.layers[resolved.n_layers++] = layer;
  }
  drop_idle_help (&resolved, model);
  return resolved;
}

gboolean
sal_bits_are_full (const SalBits *bits,
                   SalLabModel   *model)
{
  g_return_val_if_fail (bits != NULL && model != NULL, FALSE);

  return bits->weight_bits == NN_BITS_OFF && normalise (bits->activation_bits) == NN_BITS_OFF
         && bits->n_layers == 0;
}

char *
sal_bits_describe (const SalBits *bits)
{
  g_return_val_if_fail (bits != NULL, NULL);

  const guint weights = sal_bit_stop_find (bits->weight_bits);
  const guint activations = sal_bit_stop_find (bits->activation_bits);

  if (weights == 0 && activations == 0)
    return g_strdup (_("full precision"));
  if (weights == activations)
    return sal_words_bits (bits->weight_bits);
  if (activations == 0)
    return g_strdup_printf (_("W %d · A off"), bits->weight_bits);
  if (weights == 0)
    return g_strdup_printf (_("W off · A %d bits"), bits->activation_bits);
  return g_strdup_printf (_("W %d · A %d bits"), bits->weight_bits, bits->activation_bits);
}

/* Whether the first or the last layer with weights has bits of its own. */
static gboolean
edges_have_own_bits (const SalBits *bits,
                     SalLabModel   *model)
{
  const NnModel *network = sal_lab_model_get_model (model);
  int first = -1;
  int last = -1;

  for (size_t i = 0; i < nn_model_layer_count (network); i++) {
    if (nn_model_layer (network, i).weight_tensor < 0)
      continue;
    first = first < 0 ? (int) i : first;
    last = (int) i;
  }
  return sal_bits_get_layer (bits, first).weight_bits != SAL_BITS_LIKE_OTHERS
         || sal_bits_get_layer (bits, last).weight_bits != SAL_BITS_LIKE_OTHERS;
}

char *
sal_bits_describe_edges (const SalBits *bits,
                         SalLabModel   *model)
{
  g_return_val_if_fail (bits != NULL && model != NULL, NULL);

  const SalBits made = sal_bits_make_explicit (bits, model);

  if (made.weight_bits == NN_BITS_OFF || edges_have_own_bits (&made, model))
    return NULL;
  if (made.edges == NN_EDGES_FULL)
    return g_strdup (_("first, last layer: full precision"));
  if (made.edges == NN_EDGES_8_BITS && made.weight_bits < NN_BITS_MAX)
    return g_strdup (_("first, last layer: 8 bits"));
  return NULL;
}

/* --- layers with settings of their own ----------------------------------------- */

static guint
find_layer (const SalBits *bits,
            int            layer)
{
  guint i = 0;

  while (i < bits->n_layers && bits->layers[i].layer != layer)
    i++;
  return i;
}

static gboolean
is_like_others (const SalLayerBits *layer)
{
  return layer->weight_bits == SAL_BITS_LIKE_OTHERS
         && layer->activation_bits == SAL_BITS_LIKE_OTHERS && layer->alpha == 0;
}

SalLayerBits
sal_bits_get_layer (const SalBits *bits,
                    int            layer)
{
  const SalLayerBits like_others = {
    .layer = (gint16) layer,
    .weight_bits = SAL_BITS_LIKE_OTHERS,
    .activation_bits = SAL_BITS_LIKE_OTHERS,
  };

  g_return_val_if_fail (bits != NULL, like_others);

  const guint i = find_layer (bits, layer);

  return i < bits->n_layers ? bits->layers[i] : like_others;
}

gboolean
sal_bits_set_layer (SalBits            *bits,
                    const SalLayerBits *layer)
{
  g_return_val_if_fail (bits != NULL && layer != NULL, FALSE);

  const guint i = find_layer (bits, layer->layer);

  if (i < bits->n_layers && is_like_others (layer))
    bits->layers[i] = bits->layers[--bits->n_layers];
  else if (i < bits->n_layers)
    bits->layers[i] = *layer;
  else if (i == SAL_BITS_MAX_LAYERS)
    return FALSE;
  else if (!is_like_others (layer))
    bits->layers[bits->n_layers++] = *layer;
  return TRUE;
}
