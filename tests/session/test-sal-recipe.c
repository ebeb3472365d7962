/* test-sal-recipe.c - one table of fields is options, JSON and presets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-recipe.h"

static SalRecipe
standard (void)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  return recipe;
}

static void
assert_same (const SalRecipe *a,
             const SalRecipe *b)
{
  g_autofree char *first = sal_recipe_to_json (a);
  g_autofree char *second = sal_recipe_to_json (b);

  g_assert_cmpstr (first, ==, second);
}

/* A text that differs from the default and is allowed. */
static char *
other_text (const SalField *field)
{
  SalRecipe recipe = standard ();
  g_autofree char *usual = sal_recipe_get (&recipe, field);

  if (field->choices != NULL)
    return g_strdup (g_str_equal (field->choices[0], usual) ? field->choices[1]
                                                            : field->choices[0]);
  if (g_str_equal (field->option, "bits"))
    return g_strdup ("mixed-4-2,conv1=8");
  if (g_str_equal (field->option, "alpha-start"))
    return g_strdup (SAL_ALPHA_FROM_DATA);
  if (field->type == SAL_FIELD_TEXT)
    return g_strdup ("/some where/mnist");
  if (field->type == SAL_FIELD_SEED)
    return g_strdup ("9223372036854775807");
  if (field->type == SAL_FIELD_INTEGER)
    return g_strdup ("3");
  return g_strdup ("0.1234567890123456");
}

/* ---- the table ---------------------------------------------------------------- */

static void
defaults_are_allowed (void)
{
  g_autoptr (GError) error = NULL;
  const SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_check (&recipe, &error));
  g_assert_no_error (error);
}

static void
every_field_has_words_and_a_place (void)
{
  guint fields = 0;

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++, fields++) {
    g_assert_cmpstr (field->title, !=, "");
    g_assert_cmpstr (field->help, !=, "");
    g_assert_false (g_str_has_suffix (field->help, "."));
    g_assert_cmpuint (field->offset + field->size, <=, sizeof (SalRecipe));
    if (field->type == SAL_FIELD_CHOICE)
      g_assert_nonnull (field->choices[0]);
  }
  g_assert_cmpuint (fields, >=, 44);
}

static void
every_field_is_read_back_as_it_was_set (void)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = other_text (field);
    SalRecipe recipe = standard ();

    g_assert_true (sal_recipe_set (&recipe, field->option, text, &error));
    g_assert_no_error (error);

    g_autofree char *back = sal_recipe_get (&recipe, field);

    g_assert_cmpstr (back, ==, text);
  }
}

static void
choices_are_those_of_the_engine (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_set (&recipe, "ranking", nn_ranking_name (NN_RANKING_SIGNED), &error));
  g_assert_true (sal_recipe_set (&recipe, "fill", nn_fill_name (NN_FILL_BLACK), &error));
  g_assert_true (sal_recipe_set (&recipe, "schedule", nn_schedule_name (NN_SCHEDULE_STEP), &error));
  g_assert_no_error (error);
  g_assert_cmpint (recipe.ranking, ==, NN_RANKING_SIGNED);
  g_assert_cmpint (recipe.fill, ==, NN_FILL_BLACK);
  g_assert_cmpint (recipe.schedule, ==, NN_SCHEDULE_STEP);
}

/* ---- refusals ------------------------------------------------------------------ */

static void
assert_refused (const char *option,
                const char *text,
                const char *expected)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();
  const SalRecipe before = recipe;

  g_assert_false (sal_recipe_set (&recipe, option, text, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, option));
  g_assert_nonnull (strstr (error->message, expected));
  assert_same (&recipe, &before);
}

static void
what_is_not_allowed_is_refused_with_the_reason (void)
{
  assert_refused ("masked-share", "0.96", "from 0 to 0.95");
  assert_refused ("masked-share", "nan", "a number");
  assert_refused ("masked-share", "0x1p-1", "a number");
  assert_refused ("masked-share", " 0.5", "a number");
  assert_refused ("masked-share", "0,5", "a number");
  assert_refused ("masked-share", "", "a number");
  assert_refused ("kl-weight", "inf", "a number");
  assert_refused ("epochs", "0", "from 1 to");
  assert_refused ("epochs", "2.5", "a whole number");
  assert_refused ("batch", "99999999999999999999", "a whole number");
  assert_refused ("seed", "-1", "a whole number from 0");
  assert_refused ("mode", "SGT", "one of baseline, sgt, pact, sgt+pact");
  assert_refused ("network", "resnet-2000", "one of sgt-cnn");
  assert_refused ("optimizer", "lion", "one of sgd");
  assert_refused ("dataset", "", "1 to 511 bytes");
  assert_refused ("colour", "red", "no field");
  assert_refused ("quantizer", "dithered", "one of dorefa, sawb, lsq, min-max");
  assert_refused ("bits", "conv1", "LAYER=BITS or mixed-HIGH-LOW");
  assert_refused ("bits", "conv1=9", "2 to 8");
  assert_refused ("bits", "mixed-4", "mixed-4-2");
  assert_refused ("alpha-start", "0", "from 0.001 to 1000");
  assert_refused ("alpha-start", "inf", "from 0.001 to 1000");
  assert_refused ("alpha-start", "-3", "from 0.001 to 1000");
}

static void
a_text_that_does_not_fit_is_refused (void)
{
  g_autofree char *longest = g_strnfill (511, 'a');
  g_autofree char *too_long = g_strnfill (512, 'a');
  SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_set (&recipe, "dataset", longest, NULL));
  g_assert_cmpstr (recipe.dataset, ==, longest);
  assert_refused ("dataset", too_long, "1 to 511 bytes");
}

static void
bits_are_checked_in_the_modes_that_use_them (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();

  recipe.weight_bits = 9;
  g_assert_false (sal_recipe_check (&recipe, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, "weight-bits"));
  g_assert_nonnull (strstr (error->message, "found 9"));

  recipe.mode = SAL_MODE_SGT;
  g_clear_error (&error);
  g_assert_true (sal_recipe_check (&recipe, &error));
  g_assert_no_error (error);
}

static void
a_recipe_with_wild_numbers_is_refused (void)
{
  SalRecipe recipe = standard ();

  recipe.fill = 77;
  g_assert_false (sal_recipe_check (&recipe, NULL));
  recipe = standard ();
  recipe.learning_rate = NAN;
  g_assert_false (sal_recipe_check (&recipe, NULL));
  recipe = standard ();
  recipe.dataset[0] = '\0';
  g_assert_false (sal_recipe_check (&recipe, NULL));
}

static void
assert_combination_refused (const char *options,
                            const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strsplit (options, " ", -1);
  SalRecipe recipe = standard ();

  for (gsize i = 0; words[i] != NULL; i += 2) {
    sal_recipe_set (&recipe, words[i], words[i + 1], &error);
    g_assert_no_error (error);
  }
  g_assert_false (sal_recipe_check (&recipe, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
values_that_cannot_go_together_are_refused (void)
{
  assert_combination_refused ("epochs 5 warm-up 5", "less than the run's 5 epochs, found 5");
  assert_combination_refused ("translate 2 crop-padding 4", "both shift");
  assert_combination_refused ("patience 3 validation-share 0", "without validation images");
  assert_refused ("ema", "1", "from 0 to 0.999999");
  assert_refused ("label-smoothing", "1", "from 0 to 0.9");
  assert_refused ("clip-norm", "-1", "from 0");
  assert_refused ("flip", "up", "one of none, random, alternating");
}

static gboolean
uses (const SalRecipe *recipe,
      const char      *option)
{
  const SalField *field = sal_recipe_fields ();

  while (!g_str_equal (field->option, option))
    field++;
  return sal_recipe_uses (recipe, field);
}

static void
fields_are_used_where_something_reads_them (void)
{
  SalRecipe recipe = standard ();

  g_assert_true (uses (&recipe, "momentum") && uses (&recipe, "nesterov"));
  g_assert_true (uses (&recipe, "warm-up") && uses (&recipe, "final-rate"));
  g_assert_false (uses (&recipe, "initial-rate") || uses (&recipe, "peak"));
  recipe.warm_up = 1;
  g_assert_true (uses (&recipe, "initial-rate"));
  recipe.schedule = NN_SCHEDULE_TRIANGULAR;
  g_assert_true (uses (&recipe, "peak"));
  g_assert_false (uses (&recipe, "warm-up"));
  recipe.schedule = NN_SCHEDULE_CONSTANT;
  g_assert_false (uses (&recipe, "final-rate"));
  g_strlcpy (recipe.optimizer, "adam", sizeof recipe.optimizer);
  g_assert_false (uses (&recipe, "momentum") || uses (&recipe, "nesterov"));
  recipe.validation_share = 0;
  g_assert_false (uses (&recipe, "patience"));
}

/* The course of a triangular schedule has its own rise: a warm-up that is left
 * in the recipe is not added to it. */
static void
the_course_follows_the_recipe (void)
{
  SalRecipe recipe = standard ();

  recipe.warm_up = 2.5;

  const NnRateCourse cosine = sal_recipe_rate_course (&recipe, 100);

  g_assert_cmpuint (cosine.total, ==, 1000);
  g_assert_cmpuint (cosine.warm_up, ==, 250);
  recipe.schedule = NN_SCHEDULE_TRIANGULAR;
  g_assert_cmpuint (sal_recipe_rate_course (&recipe, 100).warm_up, ==, 0);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void
json_carries_every_field (void)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = other_text (field);
    SalRecipe recipe = standard ();
    SalRecipe read = standard ();

    sal_recipe_set (&recipe, field->option, text, &error);

    g_autofree char *json = sal_recipe_to_json (&recipe);

    g_assert_true (sal_recipe_from_json (&read, json, &error));
    g_assert_no_error (error);
    assert_same (&read, &recipe);
  }
}

static void
json_numbers_are_short (void)
{
  const SalRecipe recipe = standard ();
  g_autofree char *json = sal_recipe_to_json (&recipe);

  g_assert_nonnull (strstr (json, "\"learning-rate\": 0.05,"));
}

static void
json_keeps_the_fields_that_it_does_not_name (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();

  recipe.epochs = 77;
  g_assert_true (sal_recipe_from_json (&recipe, "{\"batch\": 32}", &error));
  g_assert_cmpint (recipe.batch, ==, 32);
  g_assert_cmpint (recipe.epochs, ==, 77);
}

static void
json_that_is_not_a_recipe_changes_nothing (void)
{
  static const char *const texts[] = {
    "", "[]", "{", "{\"batch\": \"32\"}", "{\"batch\": 32.5}", "{\"batch\": 0}",
    "{\"batch\": 16, \"colour\": 1}", "{\"batch\": 16, \"mode\": 1}", "{\"batch\": null}",
    "{\"batch\": [16]}", "{\"seed\": -3}", "{\"batch\": 16, \"batch\": 32}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    const SalRecipe before = standard ();
    SalRecipe recipe = before;

    g_assert_false (sal_recipe_from_json (&recipe, texts[i], &error));
    g_test_message ("%s", error->message);
    g_assert_nonnull (error);
    assert_same (&recipe, &before);
  }
}

/* ---- for people ------------------------------------------------------------------ */

static void
titles_say_mode_bits_and_data (void)
{
  SalRecipe recipe = standard ();

  g_strlcpy (recipe.dataset, "mnist", sizeof recipe.dataset);

  g_autofree char *both = sal_recipe_title (&recipe);

  g_assert_cmpstr (both, ==, "SGT + PACT 4-bit · MNIST");

  recipe.activation_bits = 8;

  g_autofree char *apart = sal_recipe_title (&recipe);

  g_assert_cmpstr (apart, ==, "SGT + PACT W4/A8 · MNIST");

  g_strlcpy (recipe.bits, "mixed-4-2", sizeof recipe.bits);

  g_autofree char *mixed = sal_recipe_title (&recipe);

  g_assert_cmpstr (mixed, ==, "SGT + PACT mixed 4/2 · MNIST");
  g_strlcpy (recipe.bits, "fc1=2", sizeof recipe.bits);

  g_autofree char *own = sal_recipe_title (&recipe);

  g_assert_cmpstr (own, ==, "SGT + PACT W4/A8, fc1=2 · MNIST");

  recipe.mode = SAL_MODE_SGT;
  g_strlcpy (recipe.dataset, "/home/me/lungs", sizeof recipe.dataset);

  g_autofree char *folder = sal_recipe_title (&recipe);

  g_assert_cmpstr (folder, ==, "SGT · lungs");
}

static void
the_command_makes_the_recipe_again (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  SalRecipe recipe = standard ();
  SalRecipe again = standard ();
  int n = 0;

  sal_recipe_set (&recipe, "dataset", "/a folder/it's", &error);
  sal_recipe_set (&recipe, "mode", "pact", &error);
  sal_recipe_set (&recipe, "learning-rate", "0.1", &error);

  g_autofree char *command = sal_recipe_command (&recipe);

  g_test_message ("%s", command);
  g_assert_true (g_shell_parse_argv (command, &n, &words, &error));
  g_assert_cmpstr (words[0], ==, "saliscope-cli");
  g_assert_cmpstr (words[1], ==, "train");
  g_assert_cmpint (n, ==, 2 + 2 * 3);
  for (int i = 2; i < n; i += 2)
    g_assert_true (sal_recipe_set (&again, words[i] + 2, words[i + 1], &error));
  assert_same (&again, &recipe);
}

/* ---- presets ------------------------------------------------------------------------ */

static void
every_preset_is_an_allowed_recipe (void)
{
  guint n = 0;

  for (const SalPreset *preset; (preset = sal_preset (n)) != NULL; n++) {
    g_autoptr (GError) error = NULL;
    SalRecipe recipe = standard ();

    g_assert_cmpstr (preset->title, !=, "");
    g_assert_cmpstr (preset->summary, !=, "");
    g_assert_true (sal_recipe_apply_preset (&recipe, preset->name, &error));
    g_assert_true (sal_recipe_check (&recipe, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpuint (n, ==, 14);
  g_assert_cmpstr (sal_preset (0)->name, ==, "quick");
}

static void
presets_keep_data_and_seed (void)
{
  SalRecipe recipe = standard ();

  sal_recipe_set (&recipe, "dataset", "kmnist", NULL);
  sal_recipe_set (&recipe, "seed", "42", NULL);
  for (guint i = 0; sal_preset (i) != NULL; i++) {
    sal_recipe_apply_preset (&recipe, sal_preset (i)->name, NULL);
    g_assert_cmpstr (recipe.dataset, ==, "kmnist");
    g_assert_cmpint (recipe.seed, ==, 42);
  }
}

/* As far from the standard as each field by itself goes. */
static SalRecipe
unusual_recipe (void)
{
  SalRecipe recipe = standard ();

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    const gboolean is_number = field->type == SAL_FIELD_INTEGER || field->type == SAL_FIELD_REAL;
    g_autofree char *number = g_strdup_printf ("%g", field->maximum);
    const char *text = is_number ? number : "";

    for (gsize i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
      text = field->choices[i];
    sal_recipe_set (&recipe, field->option, text, NULL);
  }
  g_assert_true (sal_recipe_set (&recipe, "bits", "mixed-4-2", NULL));
  g_assert_true (sal_recipe_set (&recipe, "alpha-start", "data", NULL));
  return recipe;
}

/* What was set before a preset is chosen must not stay behind it. */
static void
presets_name_every_field_that_they_use (void)
{
  static const char *const kept[] = { "dataset", "seed", "from", "from-hash", NULL };

  for (guint i = 0; sal_preset (i) != NULL; i++) {
    SalRecipe fresh = standard ();
    SalRecipe after = unusual_recipe ();

    g_assert_true (sal_recipe_apply_preset (&fresh, sal_preset (i)->name, NULL));
    g_assert_true (sal_recipe_apply_preset (&after, sal_preset (i)->name, NULL));
    for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
      g_autofree char *expected = sal_recipe_get (&fresh, field);
      g_autofree char *found = sal_recipe_get (&after, field);

      if (g_strv_contains (kept, field->option) || !sal_recipe_uses (&fresh, field))
        continue;
      g_test_message ("%s: %s", sal_preset (i)->name, field->option);
      g_assert_cmpstr (found, ==, expected);
    }
  }
}

static void
presets_hold_the_published_values (void)
{
  SalRecipe paper = standard ();
  SalRecipe code = standard ();

  g_assert_true (sal_recipe_apply_preset (&paper, "paper-sgt-pact", NULL));
  g_assert_cmpint (paper.mode, ==, SAL_MODE_SGT_PACT);
  g_assert_cmpint (paper.weight_bits, ==, 4);
  g_assert_cmpint (paper.activation_bits, ==, 4);
  g_assert_cmpfloat (paper.masked_share, ==, 0.5);
  g_assert_cmpfloat (paper.kl_weight, ==, 1);

  g_assert_true (sal_recipe_apply_preset (&code, "reference-code", NULL));
  g_assert_cmpint (code.mode, ==, SAL_MODE_SGT);
  g_assert_cmpint (code.ranking, ==, NN_RANKING_SIGNED);
  g_assert_cmpint (code.target, ==, NN_TARGET_LOG_PROBABILITY);
  g_assert_cmpint (code.fill, ==, NN_FILL_UNIFORM);
  g_assert_cmpstr (code.optimizer, ==, "adadelta");
  g_assert_cmpfloat (code.learning_rate, ==, 1);
  g_assert_cmpint (code.batch, ==, 256);
}

static void
an_unknown_preset_is_refused_by_name (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();

  g_assert_false (sal_recipe_apply_preset (&recipe, "secret", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, "paper-sgt"));
}

/* ---- the engine ------------------------------------------------------------------------ */

static void
settings_reach_the_engine (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();
  NnTrainSettings settings;

  sal_recipe_set (&recipe, "masked-share", "0.25", NULL);
  sal_recipe_set (&recipe, "momentum", "0.8", NULL);
  sal_recipe_set (&recipe, "seed", "7", NULL);
  g_assert_true (sal_recipe_train_settings (&recipe, &settings, &error));
  g_assert_no_error (error);
  g_assert_true (settings.sgt);
  g_assert_cmpfloat (settings.masked_share, ==, 0.25);
  g_assert_cmpuint (settings.seed, ==, 7);
  g_assert_cmpstr (settings.optimizer->name, ==, "sgd");
  g_assert_cmpfloat (settings.optimizer_values.value[0], ==, 0.8);
  g_assert_cmpfloat (settings.optimizer_values.value[1], ==, 0);

  recipe.mode = SAL_MODE_PACT;
  g_assert_true (sal_recipe_train_settings (&recipe, &settings, &error));
  g_assert_false (settings.sgt);
}

static void
the_mode_chooses_the_activation (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset = sal_dataset_open ("glyphs", NULL, &error);
  SalRecipe recipe = standard ();

  g_assert_no_error (error);

  g_autofree char *with = sal_recipe_network_text (&recipe, dataset, &error);

  recipe.mode = SAL_MODE_SGT;

  g_autofree char *without = sal_recipe_network_text (&recipe, dataset, &error);

  g_assert_nonnull (strstr (with, "pact act1"));
  g_assert_null (strstr (with, "relu"));
  g_assert_nonnull (strstr (without, "relu act1"));
  g_assert_null (strstr (without, "pact"));
}

static void
bits_reach_the_model (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset = sal_dataset_open ("glyphs", NULL, &error);
  SalRecipe recipe = standard ();
  NnError nn_error;
  NnParamValues values;

  recipe.activation_bits = 3;
  recipe.amplitude = 1;

  g_autofree char *text = sal_recipe_network_text (&recipe, dataset, &error);
  NnModel *model = nn_model_new (text, &nn_error);

  g_assert_nonnull (model);
  g_assert_true (sal_recipe_set_up_model (&recipe, model, &error));
  g_assert_cmpint (nn_model_layer (model, 0).weight_bits, ==, 8);
  g_assert_cmpint (nn_model_layer (model, 1).activation_bits, ==, 3);
  g_assert_cmpint (nn_model_layer (model, 2).weight_bits, ==, 4);
  g_assert_cmpstr (nn_model_quantizer (model, &values)->name, ==, "dorefa");
  g_assert_cmpfloat (values.value[0], ==, 1);
  nn_model_free (model);
}

/* "--bits 4" is what people type. */
static void
one_width_is_that_of_all_layers (void)
{
  SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_set (&recipe, "bits", "fc1=2", NULL));
  g_assert_true (sal_recipe_set (&recipe, "bits", "3", NULL));
  g_assert_cmpint (recipe.weight_bits, ==, 3);
  g_assert_cmpint (recipe.activation_bits, ==, 3);
  g_assert_cmpstr (recipe.bits, ==, "");
}

/* Drawing them takes a second. */
static SalDataset *
glyphs (void)
{
  static SalDataset *dataset = NULL;

  if (dataset == NULL)
    dataset = sal_dataset_open ("glyphs", NULL, NULL);
  return dataset;
}

/* The network of `recipe` on glyphs, set up. */
static NnModel *
set_up (const SalRecipe *recipe)
{
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = glyphs ();
  g_autofree char *text = sal_recipe_network_text (recipe, dataset, &error);
  NnError nn_error;
  NnModel *model = nn_model_new (text, &nn_error);

  g_assert_true (sal_recipe_set_up_model (recipe, model, &error));
  return model;
}

static void
quantizers_and_their_parameters_reach_the_model (void)
{
  static const struct
  {
    const char *quantizer, *option, *choice;
  } rows[] = {
    { "dorefa", "amplitude", "one" },
    { "sawb", "sawb-gradient", "passed" },
    { "min-max", "granularity", "channel" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    SalRecipe recipe = standard ();
    NnParamValues values;

    g_assert_true (sal_recipe_set (&recipe, "quantizer", rows[i].quantizer, NULL));
    g_assert_true (sal_recipe_set (&recipe, rows[i].option, rows[i].choice, NULL));

    NnModel *model = set_up (&recipe);

    g_assert_cmpstr (nn_model_quantizer (model, &values)->name, ==, rows[i].quantizer);
    g_assert_cmpfloat (values.value[0], ==, 1);
    nn_model_free (model);
  }
}

static void
lsq_has_steps_to_learn_and_the_others_have_none (void)
{
  SalRecipe recipe = standard ();
  NnModel *without = set_up (&recipe);

  g_assert_true (sal_recipe_set (&recipe, "quantizer", "lsq", NULL));

  NnModel *with = set_up (&recipe);

  for (gsize i = 0; i < nn_model_layer_count (with); i++) {
    const NnLayerInfo layer = nn_model_layer (with, i);

    g_assert_cmpint (layer.step_tensor >= 0, ==, layer.weight_tensor >= 0);
    g_assert_cmpint (nn_model_layer (without, i).step_tensor, ==, -1);
  }
  nn_model_free (with);
  nn_model_free (without);
}

static void
own_bits_and_alpha_reach_the_model (void)
{
  SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_set (&recipe, "bits", "act2=3,fc1=2", NULL));
  g_assert_true (sal_recipe_set (&recipe, "alpha-start", "2.5", NULL));

  NnModel *model = set_up (&recipe);
  const gsize layers = nn_model_layer_count (model);

  for (gsize i = 0; i < layers; i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (g_str_equal (layer.name, "act2"))
      g_assert_cmpint (layer.activation_bits, ==, 3);
    if (g_str_equal (layer.name, "fc1"))
      g_assert_cmpint (layer.weight_bits, ==, 2);
    if (g_str_equal (layer.name, "conv2"))
      g_assert_cmpint (layer.weight_bits, ==, 4);
    if (layer.alpha_tensor >= 0)
      g_assert_cmpfloat (*nn_model_tensor (model, (gsize) layer.alpha_tensor).value, ==, 2.5f);
  }
  nn_model_free (model);
}

static const char *const own_network = "# Two layers\n"
                                       "flatten flat\n"
                                       "linear fc out=classes\n";

static void
assert_own (const SalRecipe *recipe)
{
  g_autofree char *title = sal_recipe_network_title (recipe);

  g_assert_true (sal_recipe_has_own_network (recipe));
  g_assert_cmpstr (title, ==, "Two layers");
  g_assert_cmpstr (recipe->network, ==, own_network);
}

static void
an_own_network_is_in_the_recipe (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mine.txt", NULL);
  SalRecipe recipe = standard ();
  SalRecipe again = standard ();

  g_assert_false (sal_recipe_has_own_network (&recipe));
  g_assert_true (g_file_set_contents (path, own_network, -1, NULL));
  g_assert_true (sal_recipe_set (&recipe, "network", path, &error));
  g_assert_no_error (error);
  assert_own (&recipe);

  g_autofree char *json = sal_recipe_to_json (&recipe);

  g_assert_true (sal_recipe_from_json (&again, json, &error));
  g_assert_no_error (error);
  assert_own (&again);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
an_own_network_that_does_not_fit_names_its_line (void)
{
  g_autoptr (GError) error = NULL;
  SalRecipe recipe = standard ();

  g_assert_true (sal_recipe_set (&recipe, "network", "flatten f\nliner fc out=10\n", &error));
  g_assert_null (sal_recipe_network_text (&recipe, glyphs (), &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (error->message, "line 2: "));
  assert_refused ("network", "/nowhere/mine.txt", "one of sgt-cnn");
  assert_refused ("network", "/dev/zero", "lines of a network");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe/defaults-are-allowed", defaults_are_allowed);
  g_test_add_func ("/recipe/fields-have-words", every_field_has_words_and_a_place);
  g_test_add_func ("/recipe/fields-read-back", every_field_is_read_back_as_it_was_set);
  g_test_add_func ("/recipe/choices", choices_are_those_of_the_engine);
  g_test_add_func ("/recipe/refusals", what_is_not_allowed_is_refused_with_the_reason);
  g_test_add_func ("/recipe/own-network/text", an_own_network_is_in_the_recipe);
  g_test_add_func ("/recipe/own-network/refusal", an_own_network_that_does_not_fit_names_its_line);
  g_test_add_func ("/recipe/long-texts", a_text_that_does_not_fit_is_refused);
  g_test_add_func ("/recipe/bits", bits_are_checked_in_the_modes_that_use_them);
  g_test_add_func ("/recipe/wild-numbers", a_recipe_with_wild_numbers_is_refused);
  g_test_add_func ("/recipe/combinations", values_that_cannot_go_together_are_refused);
  g_test_add_func ("/recipe/use", fields_are_used_where_something_reads_them);
  g_test_add_func ("/recipe/course", the_course_follows_the_recipe);
  g_test_add_func ("/recipe/json/every-field", json_carries_every_field);
  g_test_add_func ("/recipe/json/short-numbers", json_numbers_are_short);
  g_test_add_func ("/recipe/json/partial", json_keeps_the_fields_that_it_does_not_name);
  g_test_add_func ("/recipe/json/refusals", json_that_is_not_a_recipe_changes_nothing);
  g_test_add_func ("/recipe/titles", titles_say_mode_bits_and_data);
  g_test_add_func ("/recipe/command", the_command_makes_the_recipe_again);
  g_test_add_func ("/recipe/presets/allowed", every_preset_is_an_allowed_recipe);
  g_test_add_func ("/recipe/presets/keep", presets_keep_data_and_seed);
  g_test_add_func ("/recipe/presets/fields", presets_name_every_field_that_they_use);
  g_test_add_func ("/recipe/presets/values", presets_hold_the_published_values);
  g_test_add_func ("/recipe/presets/unknown", an_unknown_preset_is_refused_by_name);
  g_test_add_func ("/recipe/engine/settings", settings_reach_the_engine);
  g_test_add_func ("/recipe/engine/activation", the_mode_chooses_the_activation);
  g_test_add_func ("/recipe/engine/bits", bits_reach_the_model);
  g_test_add_func ("/recipe/one-width", one_width_is_that_of_all_layers);
  g_test_add_func ("/recipe/engine/quantizers", quantizers_and_their_parameters_reach_the_model);
  g_test_add_func ("/recipe/engine/steps", lsq_has_steps_to_learn_and_the_others_have_none);
  g_test_add_func ("/recipe/engine/own-bits", own_bits_and_alpha_reach_the_model);
  return g_test_run ();
}
