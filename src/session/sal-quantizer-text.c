/* sal-quantizer-text.c - a weight quantizer and its parameters as one text
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantizer-text.h"

#include <glib/gi18n.h>

#include "sal-error.h"
#include "sal-json.h"

char *
sal_quantizer_to_text (const NnModel *model)
{
  NnParamValues values;
  const NnWeightQuantizer *quantizer = nn_model_quantizer (model, &values);
  GString *text = g_string_new (quantizer->name);

  for (gsize i = 0; i < quantizer->n_params; i++) {
    char value[64];

    nn_param_format (&quantizer->params[i], values.value[i], value, sizeof value);
    g_string_append_printf (text, " %s=%s", quantizer->params[i].name, value);
  }
  return g_string_free (text, FALSE);
}

/* "dorefa, sawb". Free the result. */
static char *
list_names (void)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; nn_weight_quantizer (i) != NULL; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", nn_weight_quantizer (i)->name);
  return g_string_free (names, FALSE);
}

/* Sets the parameter that `word`, "name=value", names. */
static gboolean
read_parameter (const NnWeightQuantizer *quantizer,
                const char              *word,
                NnParamValues           *values,
                GError                 **error)
{
  g_auto (GStrv) sides = g_strsplit (word, "=", 2);
  const int row = sides[0] != NULL
                  ? nn_param_find (quantizer->params, quantizer->n_params, sides[0]) : -1;
  NnError nn_error;

  if (row < 0 || sides[1] == NULL) {
    g_autofree char *shown = sal_json_quotable (word);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("expected a parameter of %s, found “%s”"), quantizer->name, shown);
    return FALSE;
  }
  if (nn_param_parse (&quantizer->params[row], sides[1], &values->value[row], &nn_error) ==
      NN_OK)
    return TRUE;
  return sal_error_set_from_engine (error, &nn_error);
}

gboolean
sal_quantizer_from_text (const char               *text,
                         const NnWeightQuantizer **quantizer,
                         NnParamValues            *values,
                         GError                  **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 1 + NN_MAX_PARAMS);

  *quantizer = words[0] != NULL ? nn_weight_quantizer_find (words[0]) : NULL;
  if (*quantizer == NULL) {
    g_autofree char *names = list_names ();
    g_autofree char *shown = sal_json_quotable (text);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("expected a weight quantizer that this version knows (%s), found “%s”"),
                 names, shown);
    return FALSE;
  }
  *values = nn_param_defaults ((*quantizer)->params, (*quantizer)->n_params);
  for (gsize i = 1; words[i] != NULL; i++)
    if (!read_parameter (*quantizer, words[i], values, error))
      return FALSE;
  return TRUE;
}
