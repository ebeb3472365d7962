/* sal-model-metadata.c - the text values of a model file's metadata
 *
 * Everything that is read comes from a file that nobody vouches for: each
 * value is checked and refused by its key.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-model-metadata.h"

#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-json.h"
#include "sal-quantizer-text.h"

#define MAX_DEPTH 2

static gboolean bad_value (GError    **error,
                           const char *name,
                           const char *key,
                           const char *format,
                           ...) G_GNUC_PRINTF (4, 5);

/* "FILE: metadata “key”: what was expected and found". */
static gboolean
bad_value (GError    **error,
           const char *name,
           const char *key,
           const char *format,
           ...)
{
  va_list list;

  va_start (list, format);

  g_autofree char *text = g_strdup_vprintf (format, list);

  va_end (list);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: metadata “%s”: %s", name, key, text);
  return FALSE;
}

/* ---- writing ------------------------------------------------------------ */

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

char *
sal_metadata_from_strings (char **strings)
{
  JsonArray *array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (gsize i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  json_node_take_array (node, array);
  return json_to_string (node, FALSE);
}

char *
sal_metadata_from_floats (const float *values,
                          gsize        n)
{
  GString *text = g_string_new ("[");

  for (gsize i = 0; i < n; i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, "%.9g", values[i]);
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", number);
  }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

char *
sal_metadata_from_weight_bits (const NnModel *model)
{
  g_autoptr (JsonObject) object = json_object_new ();

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (layer.weight_tensor >= 0)
      json_object_set_int_member (object, layer.name, layer.weight_bits);
  }
  return object_to_text (object);
}

char *
sal_metadata_from_activation_bits (const NnModel *model)
{
  g_autoptr (JsonObject) object = json_object_new ();

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (layer.alpha_tensor >= 0)
      json_object_set_int_member (object, layer.name, layer.activation_bits);
  }
  return object_to_text (object);
}

/* ---- reading ------------------------------------------------------------ */

const char *
sal_metadata_require (SalSafetensors *file,
                      const char     *name,
                      const char     *key,
                      GError        **error)
{
  const char *value = sal_safetensors_get_metadata (file, key);

  if (value == NULL)
    bad_value (error, name, key, "expected a value, found none");
  return value;
}

/* The JSON of `key`, which must be of kind `type`. */
static JsonNode *
require_json (SalSafetensors *file,
              const char     *name,
              const char     *key,
              JsonNodeType    type,
              GError        **error)
{
  const char *text = sal_metadata_require (file, name, key, error);

  if (text == NULL)
    return NULL;

  JsonNode *node = sal_json_parse (text, strlen (text), MAX_DEPTH, name, error);

  if (node == NULL) {
    g_prefix_error (error, "metadata “%s” of ", key);
    return NULL;
  }
  if (json_node_get_node_type (node) != type) {
    bad_value (error, name, key, "expected an %s, found %s",
               type == JSON_NODE_ARRAY ? "array" : "object", json_node_type_name (node));
    g_clear_pointer (&node, json_node_unref);
  }
  return node;
}

static JsonNode *
require_array (SalSafetensors *file,
               const char     *name,
               const char     *key,
               gsize           n,
               GError        **error)
{
  g_autoptr (JsonNode) node = require_json (file, name, key, JSON_NODE_ARRAY, error);

  if (node == NULL)
    return NULL;

  const guint found = json_array_get_length (json_node_get_array (node));

  if (found != n) {
    bad_value (error, name, key, "expected %" G_GSIZE_FORMAT " items, found %u", n, found);
    return NULL;
  }
  return g_steal_pointer (&node);
}

char **
sal_metadata_read_strings (SalSafetensors *file,
                           const char     *name,
                           const char     *key,
                           gsize           n,
                           GError        **error)
{
  g_autoptr (JsonNode) node = require_array (file, name, key, n, error);

  if (node == NULL)
    return NULL;

  JsonArray *array = json_node_get_array (node);
  g_auto (GStrv) strings = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++) {
    JsonNode *item = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_VALUE (item) || json_node_get_value_type (item) != G_TYPE_STRING) {
      bad_value (error, name, key, "expected texts, found item %u that is %s", i,
                 json_node_type_name (item));
      return NULL;
    }
    strings[i] = sal_json_one_line (json_node_get_string (item));
  }
  return g_steal_pointer (&strings);
}

gboolean
sal_metadata_read_floats (SalSafetensors *file,
                          const char     *name,
                          const char     *key,
                          gboolean        positive,
                          float          *values,
                          gsize           n,
                          GError        **error)
{
  g_autoptr (JsonNode) node = require_array (file, name, key, n, error);

  if (node == NULL)
    return FALSE;

  JsonArray *array = json_node_get_array (node);

  for (guint i = 0; i < n; i++) {
    JsonNode *item = json_array_get_element (array, i);
    const GType type = JSON_NODE_HOLDS_VALUE (item) ? json_node_get_value_type (item)
                                                    : G_TYPE_INVALID;
    const double value = type == G_TYPE_DOUBLE || type == G_TYPE_INT64
                         ? json_node_get_double (item) : NAN;

    if (!isfinite ((float) value) || (positive && !((float) value > 0)))
      return bad_value (error, name, key, "expected %s numbers, found that item %u is not one",
                        positive ? "positive" : "finite", i);
    values[i] = (float) value;
  }
  return TRUE;
}

gboolean
sal_metadata_read_integer (SalSafetensors *file,
                           const char     *name,
                           const char     *key,
                           gint64          fallback,
                           gint64         *value,
                           GError        **error)
{
  const char *text = sal_safetensors_get_metadata (file, key);

  *value = fallback;
  if (text == NULL || g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, value, NULL))
    return TRUE;

  g_autofree char *shown = sal_json_quotable (text);

  return bad_value (error, name, key, "expected a whole number from 0, found “%s”", shown);
}

gboolean
sal_metadata_read_real (SalSafetensors *file,
                        const char     *name,
                        const char     *key,
                        double          maximum,
                        double         *value,
                        GError        **error)
{
  const char *text = sal_safetensors_get_metadata (file, key);

  *value = NAN;
  if (text == NULL)
    return TRUE;

  char *end = NULL;
  const double found = g_ascii_strtod (text, &end);

  if (end != text && *end == '\0' && found >= 0 && found <= maximum) {
    *value = found;
    return TRUE;
  }

  g_autofree char *shown = sal_json_quotable (text);

  return bad_value (error, name, key, "expected a number from 0 to %g, found “%s”", maximum,
                    shown);
}

/* ---- quantizer and bits -------------------------------------------------- */

gboolean
sal_metadata_apply_quantizer (SalSafetensors *file,
                              const char     *name,
                              NnModel        *model,
                              GError        **error)
{
  const char *text = sal_metadata_require (file, name, "quantizer", error);
  const NnWeightQuantizer *quantizer = NULL;
  NnParamValues values;
  g_autoptr (GError) refusal = NULL;

  if (text == NULL)
    return FALSE;
  if (!sal_quantizer_from_text (text, &quantizer, &values, &refusal))
    return bad_value (error, name, "quantizer", "%s", refusal->message);
  nn_model_set_quantizer (model, quantizer, values);
  return TRUE;
}

static gboolean
find_layer (const NnModel *model,
            const char    *layer,
            gsize         *index)
{
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    if (g_str_equal (nn_model_layer (model, i).name, layer)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

typedef NnStatus (*SetBits) (NnModel *model,
                             size_t   layer,
                             int      bits,
                             NnError *error);

static gboolean
apply_bits (SalSafetensors *file,
            const char     *name,
            const char     *key,
            NnModel        *model,
            SetBits         set,
            GError        **error)
{
  g_autoptr (JsonNode) root = require_json (file, name, key, JSON_NODE_OBJECT, error);

  if (root == NULL)
    return FALSE;

  JsonObjectIter iter;
  const char *layer = NULL;
  JsonNode *node = NULL;

  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &layer, &node)) {
    g_autofree char *shown = sal_json_quotable (layer);
    gsize index = 0;
    NnError nn_error;

    if (!find_layer (model, layer, &index))
      return bad_value (error, name, key, "expected layers of the network, found “%s”", shown);
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
      return bad_value (error, name, key, "expected a whole number for “%s”, found %s", shown,
                        json_node_type_name (node));

    const gint64 bits = json_node_get_int (node);

    if (set (model, index, (int) CLAMP (bits, G_MININT, G_MAXINT), &nn_error) != NN_OK)
      return bad_value (error, name, key, "“%s”: %s", shown, nn_error.message);
  }
  return TRUE;
}

gboolean
sal_metadata_apply_bits (SalSafetensors *file,
                         const char     *name,
                         NnModel        *model,
                         GError        **error)
{
  return apply_bits (file, name, "weight_bits", model, nn_model_set_weight_bits, error) &&
         apply_bits (file, name, "activation_bits", model, nn_model_set_activation_bits, error);
}
