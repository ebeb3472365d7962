/* sal-recipe.c - the table of a recipe's fields, and setting them from text
 *
 * Lists of names that belong to the engine (networks, optimizers, fills ...)
 * are read from its tables once, so that a new row there is a new choice here
 * without a change.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-recipe.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "nn/nn-model.h"
#include "sal-bits-text.h"
#include "sal-error.h"
#include "sal-number.h"
#include "sal-recipe-private.h"

#define MAX_CHOICES 32

static const char *const mode_names[] = { "baseline", "sgt", "pact", "sgt+pact", NULL };
static const char *const mode_titles[] = { "Baseline", "SGT", "PACT", "SGT + PACT", NULL };

/* In the order of NnEdgePolicy. */
static const char *const edge_names[] = { "8-bits", "full", "same", NULL };
static const char *const edge_titles[] = { "At least 8 bits", "Full precision",
                                           "Like all the others", NULL };

static const char *network_names[MAX_CHOICES];
static const char *network_titles[MAX_CHOICES];
static const char *optimizer_names[MAX_CHOICES];
static const char *optimizer_titles[MAX_CHOICES];
static const char *quantizer_names[MAX_CHOICES];
static const char *quantizer_titles[MAX_CHOICES];
static const char *amplitude_names[MAX_CHOICES];
static const char *sawb_gradient_names[MAX_CHOICES];
static const char *granularity_names[MAX_CHOICES];
static const char *ranking_names[MAX_CHOICES];
static const char *ranking_titles[MAX_CHOICES];
static const char *fill_names[MAX_CHOICES];
static const char *fill_titles[MAX_CHOICES];
static const char *target_names[MAX_CHOICES];
static const char *schedule_names[MAX_CHOICES];
static const char *schedule_titles[MAX_CHOICES];

/* ---- what fields need, and texts with a form ------------------------------- */

static gboolean
has_dorefa (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "dorefa");
}

static gboolean
has_sawb (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "sawb");
}

static gboolean
has_min_max (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "min-max");
}

static const SalFieldNeed needs_dorefa = { has_dorefa, "quantizer dorefa" };
static const SalFieldNeed needs_sawb = { has_sawb, "quantizer sawb" };
static const SalFieldNeed needs_min_max = { has_min_max, "quantizer min-max" };

/* One width is that of all layers. */
static gboolean
set_own_bits (SalRecipe  *recipe,
              const char *text,
              GError    **error)
{
  if (*text != '\0' && strspn (text, G_CSET_DIGITS) == strlen (text)) {
    recipe->bits[0] = '\0';
    return sal_recipe_set (recipe, "weight-bits", text, error) &&
           sal_recipe_set (recipe, "activation-bits", text, error);
  }
  if (!sal_bits_text_check (text, error))
    return FALSE;
  g_strlcpy (recipe->bits, text, sizeof recipe->bits);
  return TRUE;
}

static gboolean
set_alpha_start (SalRecipe  *recipe,
                 const char *text,
                 GError    **error)
{
  char *end = NULL;
  const double value = g_ascii_strtod (text, &end);
  const gboolean is_number = g_ascii_isdigit (*text) && *end == '\0' &&
                             strpbrk (text, "xX") == NULL && value >= 0.001 && value <= 1000;

  if (!is_number && !g_str_equal (text, SAL_ALPHA_FROM_DATA)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "alpha-start: expected a number from "
                 "0.001 to 1000 or “%s”, found “%s”", SAL_ALPHA_FROM_DATA, text);
    return FALSE;
  }
  g_strlcpy (recipe->alpha_start, text, sizeof recipe->alpha_start);
  return TRUE;
}

/* ---- fields ----------------------------------------------------------------- */

#define PLACE(member) \
  .offset = offsetof (SalRecipe, member), .size = sizeof (((SalRecipe *) NULL)->member)

static const SalField fields[] = {
  { "dataset", "Data set", "Built-in or downloaded data set by its id, or a folder that holds one",
    SAL_FIELD_TEXT, PLACE (dataset) },
  { "network", "Network", "Network to train, or a file with the text of an own one",
    SAL_FIELD_TEXT, PLACE (network),
    .choices = network_names, .choice_titles = network_titles, .own_text = TRUE },
  { "mode", "Mode", "Saliency-guided training, PACT quantization, both or neither",
    SAL_FIELD_CHOICE, PLACE (mode), .choices = mode_names, .choice_titles = mode_titles },
  { "weight-bits", "Weight bits", "Bit width of the weights: 2 to 8, or 32 for full precision",
    SAL_FIELD_INTEGER, PLACE (weight_bits), .minimum = 0, .maximum = 32, .pact_only = TRUE },
  { "activation-bits", "Activation bits",
    "Bit width of the activations: 2 to 8, 32 clips without rounding, 0 is plain ReLU",
    SAL_FIELD_INTEGER, PLACE (activation_bits), .minimum = 0, .maximum = 32, .pact_only = TRUE },
  { "edges", "First and last layer", "Bit width of the weights of the first and the last layer",
    SAL_FIELD_CHOICE, PLACE (edges),
    .choices = edge_names, .choice_titles = edge_titles, .pact_only = TRUE, .rare = TRUE },
  { "bits", "Own bits of layers",
    "Layers with other bits: mixed-4-2, or names such as conv2=4,act2=3",
    SAL_FIELD_TEXT, PLACE (bits), .pact_only = TRUE, .rare = TRUE, .may_be_empty = TRUE,
    .set = set_own_bits },
  { "quantizer", "Weight quantizer", "Rule that quantizes the weights",
    SAL_FIELD_TEXT, PLACE (quantizer),
    .choices = quantizer_names, .choice_titles = quantizer_titles, .pact_only = TRUE },
  { "amplitude", "DoReFa amplitude",
    "Amplitude of quantized weights: the layer's largest weight, or one as in the paper, "
    "which needs batch norm",
    SAL_FIELD_CHOICE, PLACE (amplitude), .choices = amplitude_names, .pact_only = TRUE,
    .need = &needs_dorefa, .rare = TRUE },
  { "sawb-gradient", "SAWB gradient",
    "Gradient of weights beyond the clip: clipped to nothing, or passed (SAWB+)",
    SAL_FIELD_CHOICE, PLACE (sawb_gradient), .choices = sawb_gradient_names, .pact_only = TRUE,
    .need = &needs_sawb, .rare = TRUE },
  { "granularity", "Min-max granularity",
    "Whether a layer has one grid, or each of its output channels",
    SAL_FIELD_CHOICE, PLACE (granularity), .choices = granularity_names, .pact_only = TRUE,
    .need = &needs_min_max, .rare = TRUE },
  { "alpha-start", "Alpha at the start",
    "Where PACT's clipping levels start: a number, or “data” for the range of the first batches",
    SAL_FIELD_TEXT, PLACE (alpha_start), .pact_only = TRUE, .rare = TRUE,
    .set = set_alpha_start },
  { "masked-share", "Masked share k", "Share of the pixels that SGT masks, least salient first",
    SAL_FIELD_REAL, PLACE (masked_share), .minimum = 0, .maximum = 0.95, .sgt_only = TRUE },
  { "kl-weight", "KL weight λ", "Weight of the divergence between clean and masked predictions",
    SAL_FIELD_REAL, PLACE (kl_weight), .minimum = 0, .maximum = 1000, .sgt_only = TRUE },
  { "ranking", "Ranking", "What orders the pixels: the gradient's magnitude, or its signed value",
    SAL_FIELD_CHOICE, PLACE (ranking),
    .choices = ranking_names, .choice_titles = ranking_titles, .sgt_only = TRUE },
  { "fill", "Fill", "What replaces a masked pixel",
    SAL_FIELD_CHOICE, PLACE (fill),
    .choices = fill_names, .choice_titles = fill_titles, .sgt_only = TRUE },
  { "target", "Saliency of", "What of the true class the gradient is taken of",
    SAL_FIELD_CHOICE, PLACE (target), .choices = target_names, .sgt_only = TRUE, .rare = TRUE },
  { "optimizer", "Optimizer", "Rule that updates the weights",
    SAL_FIELD_TEXT, PLACE (optimizer),
    .choices = optimizer_names, .choice_titles = optimizer_titles },
  { "learning-rate", "Learning rate", "Learning rate at the start",
    SAL_FIELD_REAL, PLACE (learning_rate), .minimum = 1e-8, .maximum = 100 },
  { "schedule", "Schedule", "How the learning rate falls over the run",
    SAL_FIELD_CHOICE, PLACE (schedule),
    .choices = schedule_names, .choice_titles = schedule_titles },
  { "momentum", "Momentum", "Momentum of the optimizer sgd; the others do not use it",
    SAL_FIELD_REAL, PLACE (momentum), .minimum = 0, .maximum = 0.999, .rare = TRUE },
  { "weight-decay", "Weight decay", "L2 penalty on weights and biases",
    SAL_FIELD_REAL, PLACE (weight_decay), .minimum = 0, .maximum = 1, .rare = TRUE },
  { "alpha-decay", "Alpha decay", "L2 penalty on PACT's clipping levels",
    SAL_FIELD_REAL, PLACE (alpha_decay), .minimum = 0, .maximum = 1, .pact_only = TRUE,
    .rare = TRUE },
  { "epochs", "Epochs", "How often every training image is seen",
    SAL_FIELD_INTEGER, PLACE (epochs), .minimum = 1, .maximum = 100000 },
  { "batch", "Batch size", "Images in a mini-batch",
    SAL_FIELD_INTEGER, PLACE (batch), .minimum = 1, .maximum = 65536 },
  { "validation-share", "Validation share",
    "Share of the training images that is kept apart to choose the best epoch",
    SAL_FIELD_REAL, PLACE (validation_share), .minimum = 0, .maximum = 0.5 },
  { "train-share", "Training share", "Share of the remaining training images that is used",
    SAL_FIELD_REAL, PLACE (train_share), .minimum = 0.001, .maximum = 1, .rare = TRUE },
  { "seed", "Seed", "Start of all random numbers: same seed, same run",
    SAL_FIELD_SEED, PLACE (seed), .minimum = 0 },
  { NULL },
};

/* ---- names from the engine's tables ------------------------------------ */

static void
fill_networks (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_network (i) != NULL; i++) {
    network_names[i] = nn_network (i)->name;
    network_titles[i] = nn_network (i)->title;
  }
}

static void
fill_optimizers (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_optimizer (i) != NULL; i++) {
    optimizer_names[i] = nn_optimizer (i)->name;
    optimizer_titles[i] = nn_optimizer (i)->title;
  }
}

static void
fill_quantizers (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_weight_quantizer (i) != NULL; i++) {
    quantizer_names[i] = nn_weight_quantizer (i)->name;
    quantizer_titles[i] = nn_weight_quantizer (i)->title;
  }
}

/* The choices of parameter `param` of a quantizer. */
static void
fill_choices (const char  *quantizer,
              const char  *param,
              const char **names)
{
  const NnWeightQuantizer *row = nn_weight_quantizer_find (quantizer);
  const char *const *choices =
    row->params[nn_param_find (row->params, row->n_params, param)].choices;

  for (gsize i = 0; choices[i] != NULL; i++)
    names[i] = choices[i];
}

static void
fill_enumerations (void)
{
  for (int i = NN_RANKING_MAGNITUDE; i <= NN_RANKING_SIGNED; i++) {
    ranking_names[i] = nn_ranking_name (i);
    ranking_titles[i] = nn_ranking_title (i);
  }
  for (int i = 0; i < NN_N_FILLS; i++) {
    fill_names[i] = nn_fill_name (i);
    fill_titles[i] = nn_fill_title (i);
  }
  for (int i = NN_TARGET_LOGIT; i <= NN_TARGET_LOG_PROBABILITY; i++)
    target_names[i] = nn_saliency_target_name (i);
  for (int i = NN_SCHEDULE_CONSTANT; i <= NN_SCHEDULE_STEP; i++) {
    schedule_names[i] = nn_schedule_name (i);
    schedule_titles[i] = nn_schedule_title (i);
  }
}

const SalField *
sal_recipe_fields (void)
{
  static gsize filled = 0;

  if (g_once_init_enter (&filled)) {
    fill_networks ();
    fill_optimizers ();
    fill_quantizers ();
    fill_choices ("dorefa", "amplitude", amplitude_names);
    fill_choices ("sawb", "gradient", sawb_gradient_names);
    fill_choices ("min-max", "granularity", granularity_names);
    fill_enumerations ();
    g_once_init_leave (&filled, 1);
  }
  return fields;
}

const SalField *
sal_recipe_find_field (const char *option)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++)
    if (g_str_equal (field->option, option))
      return field;
  return NULL;
}

const char *
sal_mode_name (SalMode mode)
{
  return mode_names[mode];
}

const char *
sal_mode_title (SalMode mode)
{
  return mode_titles[mode];
}

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
    .momentum = 0.9,
    .weight_decay = 5e-4,
    .alpha_decay = 5e-4,
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
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "%s: expected %s, found “%s”",
               field->option, expected, found);
  return FALSE;
}

static gboolean
refuse_choice (const SalField *field,
               const char     *found,
               GError        **error)
{
  g_autofree char *names = g_strjoinv (", ", (char **) field->choices);
  g_autofree char *expected = g_strconcat ("one of ", names, NULL);

  return refuse (field, expected, found, error);
}

static gboolean
refuse_range (const SalField *field,
              const char     *found,
              GError        **error)
{
  g_autofree char *expected =
    field->type == SAL_FIELD_SEED
    ? g_strdup ("a whole number from 0")
    : g_strdup_printf ("a %s from %g to %g",
                       field->type == SAL_FIELD_INTEGER ? "whole number" : "number",
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
      g_strdup_printf ("%d to %" G_GSIZE_FORMAT " bytes of UTF-8", field->may_be_empty ? 0 : 1,
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
    return refuse (field, "a file with the lines of a network", text, error);
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
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "A recipe has no field “%s”", option);
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
               "%s: expected 0, %d to %d or %d bits, found %d",
               option, NN_BITS_MIN, NN_BITS_MAX, NN_BITS_CLIP, bits);
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
         check_bits (recipe, "activation-bits", recipe->activation_bits, error);
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
