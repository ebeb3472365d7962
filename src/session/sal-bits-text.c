/* sal-bits-text.c - bit widths layer by layer, as people write them
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bits-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sal-error.h"
#include "sal-json.h"

#define MIXED "mixed-"

/* One item of the text: a layer and its width, or two widths for all. */
typedef struct
{
  char *layer; /* NULL: mixed                                                 */
  int   bits;  /* of the layer, or of the first half                          */
  int   low;   /* of the second half                                          */
} Item;

static void
item_clear (Item *item)
{
  g_clear_pointer (&item->layer, g_free);
}

static gboolean
parse_width (const char *text,
             const char *item,
             int        *bits,
             GError    **error)
{
  gint64 value = 0;

  if (g_ascii_string_to_signed (text, 10, 0, NN_BITS_CLIP, &value, NULL) &&
      nn_bits_valid ((int) value)) {
    *bits = (int) value;
    return TRUE;
  }

  g_autofree char *shown = sal_json_quotable (item);

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("bits: expected a width of 0, %d to %d or %d, found “%s”"), NN_BITS_MIN,
               NN_BITS_MAX, NN_BITS_CLIP, shown);
  return FALSE;
}

static gboolean
parse_mixed (const char *text,
             Item       *item,
             GError    **error)
{
  g_auto (GStrv) widths = g_strsplit (text + strlen (MIXED), "-", 3);

  if (g_strv_length (widths) == 2)
    return parse_width (widths[0], text, &item->bits, error) &&
           parse_width (widths[1], text, &item->low, error);

  g_autofree char *shown = sal_json_quotable (text);

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("bits: expected mixed-HIGH-LOW such as mixed-4-2, found “%s”"), shown);
  return FALSE;
}

/* Fills `item`, which the caller clears. */
static gboolean
parse_item (const char *text,
            Item       *item,
            GError    **error)
{
  const char *equals = strchr (text, '=');

  if (g_str_has_prefix (text, MIXED) && equals == NULL)
    return parse_mixed (text, item, error);
  if (equals != NULL && equals != text) {
    item->layer = g_strndup (text, (gsize) (equals - text));
    return parse_width (equals + 1, text, &item->bits, error);
  }

  g_autofree char *shown = sal_json_quotable (text);

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("bits: expected LAYER=BITS or mixed-HIGH-LOW, found “%s”"), shown);
  return FALSE;
}

/* The items of `text`: GArray of Item, or NULL. */
static GArray *
parse (const char *text,
       GError    **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) items = g_array_new (FALSE, TRUE, sizeof (Item));

  g_array_set_clear_func (items, (GDestroyNotify) item_clear);
  for (gsize i = 0; *text != '\0' && words[i] != NULL; i++) {
    Item item = { NULL };

    g_array_append_val (items, item);
    if (!parse_item (g_strstrip (words[i]), &g_array_index (items, Item, i), error))
      return NULL;
  }
  return g_steal_pointer (&items);
}

gboolean
sal_bits_text_check (const char *text,
                     GError    **error)
{
  g_autoptr (GArray) items = parse (text, error);

  return items != NULL;
}

/* ---- layers ------------------------------------------------------------------ */

static gboolean
has_bits (const NnLayerInfo *layer)
{
  return layer->weight_tensor >= 0 || layer->alpha_tensor >= 0;
}

static gboolean
refuse_layer (const NnModel *model,
              const char    *name,
              GError       **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *shown = sal_json_quotable (name);
  gboolean exists = FALSE;

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    exists = exists || g_str_equal (layer.name, name);
    if (has_bits (&layer))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", layer.name);
  }
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               exists ? _("bits: layer “%s” has neither weights nor quantized activations; those "
                          "that have are %s")
               : _("bits: the network has no layer “%s”; those with bits are %s"),
               shown, names->str);
  return FALSE;
}

/* The index of layer `name`, or -1. */
static int
find_layer (const NnModel *model,
            const char    *name)
{
  for (gsize i = 0; i < nn_model_layer_count (model); i++)
    if (g_str_equal (nn_model_layer (model, i).name, name))
      return (int) i;
  return -1;
}

static NnStatus
set_layer (NnModel *model,
           gsize    index,
           int      bits,
           NnError *error)
{
  return nn_model_layer (model, index).weight_tensor >= 0
         ? nn_model_set_weight_bits (model, index, bits, error)
         : nn_model_set_activation_bits (model, index, bits, error);
}

static gboolean
apply_to_layer (const Item *item,
                NnModel    *model,
                GError    **error)
{
  const int index = find_layer (model, item->layer);
  NnError nn_error;

  if (index < 0)
    return refuse_layer (model, item->layer, error);

  const NnLayerInfo layer = nn_model_layer (model, (gsize) index);

  if (!has_bits (&layer))
    return refuse_layer (model, item->layer, error);
  return set_layer (model, (gsize) index, item->bits, &nn_error) == NN_OK ||
         sal_error_set_from_engine (error, &nn_error);
}

/* The first half, rounded up, gets item->bits, the others item->low.  What the
 * policy makes of first and last layer is the engine's business. */
static NnStatus
mix_weights (const Item  *item,
             NnModel     *model,
             NnEdgePolicy edges,
             NnError     *error)
{
  const gsize n = nn_model_layer_count (model);
  NnStatus status = nn_model_set_bits (model, item->low, item->low, edges, error);
  gsize count = 0;
  gsize seen = 0;

  for (gsize i = 0; i < n; i++)
    count += nn_model_layer (model, i).weight_tensor >= 0;
  for (gsize i = 0; i < n && status == NN_OK && seen < (count + 1) / 2; i++) {
    if (nn_model_layer (model, i).weight_tensor < 0)
      continue;
    if (edges == NN_EDGES_SAME || (seen > 0 && seen < count - 1))
      status = nn_model_set_weight_bits (model, i, item->bits, error);
    seen++;
  }
  return status;
}

static NnStatus
mix_activations (const Item *item,
                 NnModel    *model,
                 NnError    *error)
{
  const gsize n = nn_model_layer_count (model);
  NnStatus status = NN_OK;
  gsize count = 0;
  gsize seen = 0;

  for (gsize i = 0; i < n; i++)
    count += nn_model_layer (model, i).alpha_tensor >= 0;
  for (gsize i = 0; i < n && status == NN_OK; i++) {
    if (nn_model_layer (model, i).alpha_tensor < 0)
      continue;
    status = nn_model_set_activation_bits (model, i, seen < (count + 1) / 2 ? item->bits
                                                                            : item->low, error);
    seen++;
  }
  return status;
}

gboolean
sal_bits_text_apply (const char  *text,
                     NnModel     *model,
                     NnEdgePolicy edges,
                     GError     **error)
{
  g_autoptr (GArray) items = parse (text, error);
  NnError nn_error;

  if (items == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++) {
    const Item *item = &g_array_index (items, Item, i);

    if (item->layer != NULL) {
      if (!apply_to_layer (item, model, error))
        return FALSE;
    } else if (mix_weights (item, model, edges, &nn_error) != NN_OK ||
               mix_activations (item, model, &nn_error) != NN_OK) {
      return sal_error_set_from_engine (error, &nn_error);
    }
  }
  return TRUE;
}

gboolean
sal_bits_text_has_activations (const char    *text,
                               const NnModel *model)
{
  g_autoptr (GArray) items = parse (text, NULL);

  for (guint i = 0; items != NULL && i < items->len; i++) {
    const Item *item = &g_array_index (items, Item, i);
    const int index = item->layer != NULL ? find_layer (model, item->layer) : -1;

    if (item->layer == NULL ||
        (index >= 0 && nn_model_layer (model, (gsize) index).weight_tensor < 0))
      return TRUE;
  }
  return FALSE;
}

char *
sal_bits_text_title (const char *text)
{
  g_autoptr (GArray) items = parse (text, NULL);

  if (items == NULL || items->len != 1 || g_array_index (items, Item, 0).layer != NULL)
    return g_strdup (text);
  return g_strdup_printf ("mixed %d/%d", g_array_index (items, Item, 0).bits,
                          g_array_index (items, Item, 0).low);
}
