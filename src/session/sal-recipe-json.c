/* sal-recipe-json.c - a recipe as JSON, as a title and as a command
 *
 * Written here and not by json-glib for the sake of its numbers (see
 * sal-number.c): the JSON of two equal recipes is equal.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "sal-bits-text.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-number.h"
#include "sal-recipe-private.h"

/* A recipe is flat; its file is small. */
#define MAX_DEPTH 4

/* ---- writing ------------------------------------------------------------ */

static void
append_string (GString    *json,
               const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);

  g_autofree char *quoted = json_to_string (node, FALSE);

  g_string_append (json, quoted);
}

char *
sal_recipe_to_json (const SalRecipe *recipe)
{
  GString *json = g_string_new ("{");

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_autofree char *text = sal_recipe_get (recipe, field);

    if (json->len > 1)
      g_string_append (json, ", ");
    g_string_append_printf (json, "\"%s\": ", field->option);
    if (field->type == SAL_FIELD_TEXT || field->type == SAL_FIELD_CHOICE)
      append_string (json, text);
    else
      g_string_append (json, text);
  }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

/* ---- reading ------------------------------------------------------------ */

/* A member as the text that sal_recipe_set() takes, or NULL if its kind does
 * not fit the field. */
static char *
member_text (const SalField *field,
             JsonNode       *node)
{
  const GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                  : G_TYPE_INVALID;
  const gboolean is_text = field->type == SAL_FIELD_TEXT || field->type == SAL_FIELD_CHOICE;

  if (is_text)
    return type == G_TYPE_STRING ? json_node_dup_string (node) : NULL;
  if (type == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (type == G_TYPE_DOUBLE)
    return sal_number_format (json_node_get_double (node));
  return NULL;
}

static gboolean
set_from_member (SalRecipe  *recipe,
                 const char *key,
                 JsonNode   *node,
                 GError    **error)
{
  const SalField *field = sal_recipe_find_field (key);

  if (field == NULL) {
    g_autofree char *shown = sal_json_quotable (key);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, _("A recipe has no field “%s”"),
                 shown);
    return FALSE;
  }

  g_autofree char *text = member_text (field, node);

  if (text == NULL) {
    g_autofree char *found = json_to_string (node, FALSE);
    g_autofree char *shown = sal_json_quotable (found);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 field->type == SAL_FIELD_TEXT || field->type == SAL_FIELD_CHOICE
                 ? _("%s: expected a text, found %s") : _("%s: expected a number, found %s"), key,
                 shown);
    return FALSE;
  }
  return sal_recipe_set (recipe, key, text, error);
}

gboolean
sal_recipe_set_from_object (SalRecipe  *recipe,
                            JsonObject *object,
                            GError    **error)
{
  SalRecipe result = *recipe;
  JsonObjectIter iter;
  const char *key = NULL;
  JsonNode *node = NULL;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &node))
    if (!set_from_member (&result, key, node, error))
      return FALSE;

  *recipe = result;
  return TRUE;
}

gboolean
sal_recipe_from_json (SalRecipe  *recipe,
                      const char *json,
                      GError    **error)
{
  g_autoptr (JsonNode) root = sal_json_parse (json, strlen (json), MAX_DEPTH, "recipe", error);

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("recipe: expected a JSON object, found %s"),
                 JSON_NODE_HOLDS_ARRAY (root) ? _("an array") : json_node_type_name (root));
    return FALSE;
  }
  return sal_recipe_set_from_object (recipe, json_node_get_object (root), error);
}

/* ---- for people --------------------------------------------------------- */

typedef const char *(*Translate) (const char *words) G_GNUC_FORMAT (1);

static const char *
keep (const char *words)
{
  return words;
}

static const char *
translate (const char *words)
{
  return _(words);
}

/* "MNIST", or the last part of a folder's path. Free the result. */
static char *
dataset_title (const char *dataset,
               Translate   in_language)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    if (g_str_equal (kind->id, dataset))
      return g_strdup (in_language (kind->title));
  return g_path_get_basename (dataset);
}

/* "4-bit", "W4/A8", "mixed 4/2" or "W4/A4, conv2=2". Free the result. */
static char *
bits_title (const SalRecipe *recipe,
            Translate        in_language)
{
  g_autofree char *own = *recipe->bits == '\0' ? NULL : sal_bits_text_title (recipe->bits);

  if (own != NULL && g_str_has_prefix (recipe->bits, "mixed"))
    return g_steal_pointer (&own);
  if (own == NULL && recipe->weight_bits == recipe->activation_bits)
    return g_strdup_printf (in_language (N_("%d-bit")), recipe->weight_bits);
  return g_strdup_printf ("W%d/A%d%s%s", recipe->weight_bits, recipe->activation_bits,
                          own != NULL ? ", " : "", own != NULL ? own : "");
}

static char *
make_title (const SalRecipe *recipe,
            Translate        in_language)
{
  g_autofree char *dataset = dataset_title (recipe->dataset, in_language);
  const char *mode = in_language (sal_mode_title (recipe->mode));

  if (!sal_recipe_has_pact (recipe))
    return g_strdup_printf ("%s · %s", mode, dataset);

  g_autofree char *bits = bits_title (recipe, in_language);

  return g_strdup_printf ("%s %s · %s", mode, bits, dataset);
}

char *
sal_recipe_title (const SalRecipe *recipe)
{
  return make_title (recipe, keep);
}

char *
sal_recipe_title_translated (const SalRecipe *recipe)
{
  return make_title (recipe, translate);
}

/* Quoted for a shell where it has to be. */
static void
append_word (GString    *command,
             const char *word)
{
  static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+-._/=:,@%";

  if (*word != '\0' && strspn (word, plain) == strlen (word)) {
    g_string_append (command, word);
    return;
  }

  g_autofree char *quoted = g_shell_quote (word);

  g_string_append (command, quoted);
}

char *
sal_recipe_command (const SalRecipe *recipe)
{
  GString *command = g_string_new ("saliscope-cli train");
  SalRecipe standard;

  sal_recipe_init (&standard);
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_autofree char *ours = sal_recipe_get (recipe, field);
    g_autofree char *usual = sal_recipe_get (&standard, field);

    if (g_str_equal (ours, usual) || !sal_recipe_uses (recipe, field))
      continue;
    g_string_append_printf (command, " --%s ", field->option);
    append_word (command, ours);
  }
  return g_string_free (command, FALSE);
}
