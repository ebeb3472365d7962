/* sal-cli-train.c - `saliscope-cli train`: every field of a recipe is an option
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-data-import.h"
#include "sal-cli.h"
#include "sal-cli-output.h"
#include "sal-cli-training.h"
#include "sal-regular-file.h"

/* More than any recipe has, even with a network of one's own in it. */
#define MAX_RECIPE ((gsize) 1 << 20)

typedef struct
{
  SalCliTraining training;
  char          *preset;
  char          *recipe_file;
  GPtrArray     *settings; /* option, text, option, text ...: in typed order  */
  GPtrArray     *strings;  /* texts of the option entries                     */
} Options;

/* ---- options from the table of fields ------------------------------------------------ */

static gboolean
note_setting (const char *option,
              const char *value,
              gpointer    data,
              GError    **error)
{
  Options *options = data;
  SalRecipe trial;

  sal_recipe_init (&trial);
  if (!sal_recipe_set (&trial, option + 2, value, error))
    return FALSE;
  g_ptr_array_add (options->settings, g_strdup (option + 2));
  g_ptr_array_add (options->settings, g_strdup (value));
  return TRUE;
}

/* "A|B|C", or the kind of number. */
static char *
value_text (const SalField *field)
{
  static const char *const kinds[] = {
    [SAL_FIELD_TEXT] = "TEXT",
    [SAL_FIELD_INTEGER] = "N",
    [SAL_FIELD_REAL] = "NUMBER",
    [SAL_FIELD_CHOICE] = "NAME",
    [SAL_FIELD_SEED] = "N",
  };

  return field->choices != NULL ? g_strjoinv ("|", (char **) field->choices)
                                : g_strdup (kinds[field->type]);
}

static char *
help_text (const SalField *field)
{
  SalRecipe standard;

  sal_recipe_init (&standard);

  g_autofree char *value = sal_recipe_get (&standard, field);

  return g_strdup_printf ("%s (default: %s)", field->help, value);
}

/* A group of one option for each field. */
static GOptionGroup *
recipe_group (Options *options)
{
  GOptionGroup *group = g_option_group_new ("recipe", "Recipe:", "Show the recipe's options",
                                            options, NULL);
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    char *help = help_text (field);
    char *value = value_text (field);
    const GOptionEntry entry = {
      field->option, 0, 0, G_OPTION_ARG_CALLBACK, note_setting, help, value
    };

    g_ptr_array_add (options->strings, help);
    g_ptr_array_add (options->strings, value);
    g_array_append_val (entries, entry);
  }
  g_option_group_add_entries (group, (const GOptionEntry *) (gpointer) entries->data);
  return group;
}

static gboolean
parse (const SalCliCommand *command,
       int                  argc,
       char               **argv,
       Options             *options,
       GError             **error)
{
  g_auto (GStrv) arguments = NULL;
  g_autofree GOptionEntry *shared = sal_cli_training_entries (&options->training);
  GOptionGroup *group = recipe_group (options);
  const GOptionEntry entries[] = {
    { "preset", 'p', 0, G_OPTION_ARG_STRING, &options->preset,
      "Begin with a preset (see saliscope-cli models)", "NAME" },
    { "recipe", 'r', 0, G_OPTION_ARG_FILENAME, &options->recipe_file,
      "Begin with the recipe in a JSON file", "FILE" },
    { NULL },
  };

  g_option_group_add_entries (group, entries);
  return sal_cli_parse (command, argc, argv, shared, group, 0, 0, &arguments, error);
}

/* ---- recipe: file, then preset, then options -------------------------------------------- */

static gboolean
read_recipe_file (SalRecipe  *recipe,
                  const char *path,
                  GError    **error)
{
  g_autofree char *json = sal_regular_file_read_text (path, "a recipe", MAX_RECIPE, error);

  if (json == NULL)
    return FALSE;
  if (sal_recipe_from_json (recipe, json, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

static gboolean
as_usage (GError **error)
{
  if (*error != NULL)
    (*error)->domain = SAL_CLI_USAGE;
  return FALSE;
}

/* What would give `field` a meaning. Free the result. */
static char *
what_it_needs (const SalRecipe *recipe,
               const SalField  *field)
{
  const SalMode with = field->sgt_only ? SAL_MODE_SGT : SAL_MODE_PACT;
  const gboolean by_mode = (field->sgt_only && !sal_recipe_has_sgt (recipe)) ||
                           (field->pact_only && !sal_recipe_has_pact (recipe));

  return by_mode ? g_strdup_printf ("mode %s or %s", sal_mode_name (with),
                                    sal_mode_name (SAL_MODE_SGT_PACT))
                 : g_strdup (field->need->text);
}

/* An option that the recipe does not use is refused, not silently ignored. */
static gboolean
check_use (const SalRecipe *recipe,
           const char      *option,
           GError         **error)
{
  const SalField *field = sal_recipe_fields ();

  while (g_strcmp0 (field->option, option) != 0)
    field++;
  if (sal_recipe_uses (recipe, field))
    return TRUE;

  g_autofree char *needed = what_it_needs (recipe, field);

  g_set_error (error, SAL_CLI_USAGE, 0, "%s: this recipe does not use it; expected %s", option,
               needed);
  return FALSE;
}

static gboolean
make_recipe (const Options *options,
             SalRecipe     *recipe,
             GError       **error)
{
  sal_recipe_init (recipe);
  if (options->recipe_file != NULL && !read_recipe_file (recipe, options->recipe_file, error))
    return FALSE;
  if (options->preset != NULL && !sal_recipe_apply_preset (recipe, options->preset, error))
    return as_usage (error);
  for (guint i = 0; i < options->settings->len; i += 2)
    if (!sal_recipe_set (recipe, options->settings->pdata[i], options->settings->pdata[i + 1],
                         error))
      return as_usage (error);
  if (!sal_recipe_check (recipe, error))
    return as_usage (error);
  for (guint i = 0; i < options->settings->len; i += 2)
    if (!check_use (recipe, options->settings->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- training ----------------------------------------------------------------------------- */

static int
train (const SalCliTraining *options,
       const SalRecipe      *recipe,
       GError              **error)
{
  g_autoptr (SalDataset) dataset = sal_cli_dataset_open (recipe->dataset, error);
  g_autoptr (SalRunStore) store = NULL;
  NnPool *pool = NULL;

  if (dataset == NULL)
    return SAL_CLI_EXIT_FAILURE;
  if (!sal_cli_training_open (options, &store, &pool, error))
    return SAL_CLI_EXIT_FAILURE;

  SalTraining *training = sal_training_new (store, dataset, recipe, pool, error);
  int status = SAL_CLI_EXIT_FAILURE;

  if (training != NULL) {
    g_autofree char *title = sal_recipe_title (recipe);

    if (!options->quiet)
      g_printerr ("run %" G_GINT64_FORMAT ": %s\n", sal_training_get_run (training), title);
    status = sal_cli_training_drive (options, store, training, error);
    sal_training_free (training);
  }
  nn_pool_free (pool);
  return status;
}

int
sal_cli_train (const SalCliCommand *command,
               int                  argc,
               char               **argv,
               GError             **error)
{
  Options options = {
    .settings = g_ptr_array_new_with_free_func (g_free),
    .strings = g_ptr_array_new_with_free_func (g_free),
  };
  g_autoptr (GError) failure = NULL;
  SalRecipe recipe;
  int status = SAL_CLI_EXIT_FAILURE;

  if (parse (command, argc, argv, &options, &failure) &&
      make_recipe (&options, &recipe, &failure))
    status = train (&options.training, &recipe, &failure);

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  sal_cli_training_clear (&options.training);
  g_free (options.preset);
  g_free (options.recipe_file);
  g_ptr_array_unref (options.settings);
  g_ptr_array_unref (options.strings);
  return status;
}
