/* sal-recipe.c - setting a recipe's fields from text, and checking them
 *
 * What is allowed is in the table of fields; only what fields must be to each
 * other is here.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-recipe.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "nn/nn-model.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-number.h"
#include "sal-recipe-private.h"

/* ---- defaults ----------------------------------------------------------- */

void
sal_recipe_init (SalRecipe *recipe)
{
  *recipe = (SalRecipe) {
    .dataset = "glyphs",
    .network = "sgt-cnn",
    .mode = SAL_MODE_SGT_PACT,
    .weight_bits = 4,
    .activation_bits = 4,
    .edges = NN_EDGES_8_BITS,
    .quantizer = "dorefa",
    .alpha_start = "8",
    .masked_share = 0.5,
    .kl_weight = 1,
    .ranking = NN_RANKING_MAGNITUDE,
    .fill = NN_FILL_UNIFORM,
    .target = NN_TARGET_LOGIT,
    .optimizer = "sgd",
    .learning_rate = 0.05,
    .schedule = NN_SCHEDULE_COSINE,
    .initial_rate = 0.2,
    .peak = 0.23,
    .momentum = 0.9,
    .weight_decay = 5e-4,
    .alpha_decay = 5e-4,
    .shift_rate = 1,
    .epochs = 10,
    .batch = 256,
    .validation_share = 0.1,
    .train_share = 1,
    .seed = 1,
  };
}

/* ---- text to field ------------------------------------------------------ */

static gpointer
place (SalRecipe      *recipe,
       const SalField *field)
{
  return (char *) recipe + field->offset;
}

static gconstpointer
place_const (const SalRecipe *recipe,
             const SalField  *field)
{
  return (const char *) recipe + field->offset;
}

/* "expected X, found Y" for every refusal of this file. */
static gboolean
refuse (const SalField *field,
        const char     *expected,
        const char     *found,
        GError        **error)
{
  g_autofree char *shown = sal_json_quotable (found);

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, _("%s: expected %s, found “%s”"),
               field->option, expected, shown);
  return FALSE;
}

static gboolean
refuse_choice (const SalField *field,
               const char     *found,
               GError        **error)
{
  g_autofree char *names = g_strjoinv (", ", (char **) field->choices);
  g_autofree char *expected = g_strdup_printf (_("one of %s"), names);

  return refuse (field, expected, found, error);
}

static gboolean
refuse_range (const SalField *field,
              const char     *found,
              GError        **error)
{
  g_autofree char *expected =
    field->type == SAL_FIELD_SEED
    ? g_strdup (_("a whole number from 0"))
    : g_strdup_printf (field->type == SAL_FIELD_INTEGER ? _("a whole number from %g to %g")
                                                        : _("a number from %g to %g"),
                       field->minimum, field->maximum);

  return refuse (field, expected, found, error);
}

static int
find_choice (const SalField *field,
             const char     *text)
{
  for (int i = 0; field->choices[i] != NULL; i++)
    if (g_str_equal (field->choices[i], text))
      return i;
  return -1;
}

static gboolean
store_text (SalRecipe      *recipe,
            const SalField *field,
            const char     *text,
            GError        **error)
{
  if (!g_utf8_validate (text, -1, NULL) || strlen (text) >= field->size ||
      (*text == '\0' && !field->may_be_empty)) {
    g_autofree char *expected =
      g_strdup_printf (_("%d to %zu bytes of UTF-8"), field->may_be_empty ? 0 : 1,
                       field->size - 1);
    g_autofree char *found = g_utf8_make_valid (text, MIN (strlen (text), 40));

    return refuse (field, expected, found, error);
  }
  if (field->set != NULL)
    return field->set (recipe, text, error);
  g_strlcpy (place (recipe, field), text, field->size);
  return TRUE;
}

/* Own text is known by its line ends: a recipe then needs no file. */
static gboolean
set_own_text (SalRecipe      *recipe,
              const SalField *field,
              const char     *text,
              GError        **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *read = NULL;
  gsize length = 0;

  if (strchr (text, '\n') != NULL)
    return store_text (recipe, field, text, error);
  file = g_file_new_for_commandline_arg (text);
  stream = g_file_read (file, NULL, NULL);
  if (stream == NULL)
    return refuse_choice (field, text, error);
  read = g_malloc0 (field->size + 2);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), read, field->size, &length, NULL, error))
    return FALSE;
  if (memchr (read, '\0', length) != NULL || strchr (read, '\n') == NULL)
    return refuse (field, _("a file with the lines of a network"), text, error);
  return store_text (recipe, field, read, error);
}

static gboolean
set_text (SalRecipe      *recipe,
          const SalField *field,
          const char     *text,
          GError        **error)
{
  if (field->choices == NULL || find_choice (field, text) >= 0)
    return store_text (recipe, field, text, error);
  if (field->own_text)
    return set_own_text (recipe, field, text, error);
  return refuse_choice (field, text, error);
}

static gboolean
set_integer (SalRecipe      *recipe,
             const SalField *field,
             const char     *text,
             GError        **error)
{
  gint64 value = 0;

  if (!g_ascii_string_to_signed (text, 10, (gint64) field->minimum, (gint64) field->maximum,
                                 &value, NULL))
    return refuse_range (field, text, error);
  *(int *) place (recipe, field) = (int) value;
  return TRUE;
}

static gboolean
set_seed (SalRecipe      *recipe,
          const SalField *field,
          const char     *text,
          GError        **error)
{
  gint64 value = 0;

  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &value, NULL))
    return refuse_range (field, text, error);
  *(gint64 *) place (recipe, field) = value;
  return TRUE;
}

static gboolean
set_real (SalRecipe      *recipe,
          const SalField *field,
          const char     *text,
          GError        **error)
{
  char *end = NULL;
  const double value = g_ascii_strtod (text, &end);

  /* The first character keeps out what strtod() also reads: spaces, "nan",
   * "infinity"; the second keeps out hexadecimal numbers. */
  if (strchr ("+-.0123456789", *text) == NULL || strpbrk (text, "xX") != NULL || end == text ||
      *end != '\0' || !(value >= field->minimum && value <= field->maximum))
    return refuse_range (field, text, error);
  *(double *) place (recipe, field) = value;
  return TRUE;
}

static gboolean
set_choice (SalRecipe      *recipe,
            const SalField *field,
            const char     *text,
            GError        **error)
{
  const int choice = find_choice (field, text);

  if (choice < 0)
    return refuse_choice (field, text, error);
  *(int *) place (recipe, field) = choice;
  return TRUE;
}

typedef gboolean (*SetFunc) (SalRecipe      *recipe,
                             const SalField *field,
                             const char     *text,
                             GError        **error);

static const SetFunc setters[] = {
  [SAL_FIELD_TEXT] = set_text,
  [SAL_FIELD_INTEGER] = set_integer,
  [SAL_FIELD_REAL] = set_real,
  [SAL_FIELD_CHOICE] = set_choice,
  [SAL_FIELD_SEED] = set_seed,
};

gboolean
sal_recipe_set (SalRecipe  *recipe,
                const char *option,
                const char *text,
                GError    **error)
{
  const SalField *field = sal_recipe_find_field (option);

  if (field == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, _("A recipe has no field “%s”"),
                 option);
    return FALSE;
  }
  return setters[field->type] (recipe, field, text, error);
}

/* ---- field to text ------------------------------------------------------ */

char *
sal_recipe_get (const SalRecipe *recipe,
                const SalField  *field)
{
  gconstpointer value = place_const (recipe, field);

  switch (field->type) {
  case SAL_FIELD_TEXT:
    return g_strdup (value);
  case SAL_FIELD_INTEGER:
    return g_strdup_printf ("%d", *(const int *) value);
  case SAL_FIELD_REAL:
    return sal_number_format (*(const double *) value);
  case SAL_FIELD_CHOICE:
    return g_strdup (field->choices[*(const int *) value]);
  case SAL_FIELD_SEED:
    return g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) value);
  }
  g_return_val_if_reached (NULL);
}

/* ---- check -------------------------------------------------------------- */

static gboolean
check_choice (const SalRecipe *recipe,
              const SalField  *field,
              GError         **error)
{
  const int value = *(const int *) place_const (recipe, field);

  for (int i = 0; field->choices[i] != NULL; i++)
    if (i == value)
      return TRUE;

  g_autofree char *found = g_strdup_printf ("%d", value);

  return refuse_choice (field, found, error);
}

/* Sends the field once through its own text, so that there is one place that
 * knows what is allowed. */
static gboolean
check_field (const SalRecipe *recipe,
             const SalField  *field,
             GError         **error)
{
  SalRecipe copy = *recipe;

  if (field->type == SAL_FIELD_CHOICE && !check_choice (recipe, field, error))
    return FALSE;

  g_autofree char *text = sal_recipe_get (recipe, field);

  return sal_recipe_set (&copy, field->option, text, error);
}

static gboolean
check_bits (const SalRecipe *recipe,
            const char      *option,
            int              bits,
            GError         **error)
{
  if (!sal_recipe_has_pact (recipe) || nn_bits_valid (bits))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("%s: expected 0, %d to %d or %d bits, found %d"),
               option, NN_BITS_MIN, NN_BITS_MAX, NN_BITS_CLIP, bits);
  return FALSE;
}

static gboolean
check_warm_up (const SalRecipe *recipe,
               GError         **error)
{
  if (recipe->schedule == NN_SCHEDULE_TRIANGULAR || recipe->warm_up < recipe->epochs)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("warm-up: expected less than the run's %d epochs, found %g"),
               recipe->epochs, recipe->warm_up);
  return FALSE;
}

static gboolean
check_shifts (const SalRecipe *recipe,
              GError         **error)
{
  if (recipe->translate == 0 || recipe->crop_padding == 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("crop-padding: expected 0 beside a translate of %d, because both shift the "
                 "images, found %d"), recipe->translate, recipe->crop_padding);
  return FALSE;
}

static gboolean
check_patience (const SalRecipe *recipe,
                GError         **error)
{
  if (recipe->patience == 0 || recipe->validation_share > 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("patience: expected 0 without validation images, found %d"), recipe->patience);
  return FALSE;
}

gboolean
sal_recipe_check (const SalRecipe *recipe,
                  GError         **error)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++)
    if (!check_field (recipe, field, error))
      return FALSE;

  return check_bits (recipe, "weight-bits", recipe->weight_bits, error) &&
         check_bits (recipe, "activation-bits", recipe->activation_bits, error) &&
         check_warm_up (recipe, error) && check_shifts (recipe, error) &&
         check_patience (recipe, error);
}

gboolean
sal_recipe_has_pact (const SalRecipe *recipe)
{
  return recipe->mode == SAL_MODE_PACT || recipe->mode == SAL_MODE_SGT_PACT;
}

gboolean
sal_recipe_has_sgt (const SalRecipe *recipe)
{
  return recipe->mode == SAL_MODE_SGT || recipe->mode == SAL_MODE_SGT_PACT;
}

gboolean
sal_recipe_uses (const SalRecipe *recipe,
                 const SalField  *field)
{
  return (!field->sgt_only || sal_recipe_has_sgt (recipe)) &&
         (!field->pact_only || sal_recipe_has_pact (recipe)) &&
         (field->need == NULL || field->need->holds (recipe));
}
