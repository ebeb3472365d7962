/* sal-branch.c - recipes of runs that begin with the weights of another
 *
 * A run is as many epochs as its recipe says; a number of steps is a share of
 * the training images that comes out at so many mini-batches.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-branch.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-bit-widths.h"
#include "sal-model-source.h"

#define CHECKPOINT "checkpoint.safetensors"
#define MODEL "model.safetensors"
#define DEMO "demo:"

static char *
run_file (SalRunItem *run,
          const char *name)
{
  return g_build_filename (sal_run_item_get_directory (run), name, NULL);
}

static gboolean
has_file (SalRunItem *run,
          const char *name)
{
  g_autofree char *path = run_file (run, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
sal_branch_is_possible (SalRunItem *run,
                        gboolean    is_live)
{
  return is_live || sal_run_item_get_resource (run) != NULL || sal_run_item_get_file (run) != NULL
         || sal_run_item_has_checkpoint (run) || has_file (run, MODEL);
}

static char *
origin (SalRunItem *run,
        gboolean    is_live)
{
  const char *resource = sal_run_item_get_resource (run);
  const gboolean is_finished = sal_run_item_get_state (run) == SAL_RUN_FINISHED;

  if (resource != NULL)
    return g_strconcat (DEMO, resource, NULL);
  if (sal_run_item_get_file (run) != NULL)
    return g_strdup (sal_run_item_get_file (run));
  if (is_live || (!is_finished && sal_run_item_has_checkpoint (run)))
    return run_file (run, CHECKPOINT);
  return g_strdup_printf ("%" G_GINT64_FORMAT, sal_run_item_get_id (run));
}

gboolean
sal_branch_set_origin (SalRecipe  *recipe,
                       SalRunItem *run,
                       gboolean    is_live,
                       GError    **error)
{
  g_autofree char *name = origin (run, is_live);

  *recipe->from_hash = '\0';
  return sal_recipe_set (recipe, "from", name, error);
}

char *
sal_branch_origin_title (const SalRecipe *recipe)
{
  g_autofree char *name = g_path_get_basename (recipe->from);
  g_autofree char *folder = g_path_get_dirname (recipe->from);
  g_autofree char *run = g_path_get_basename (folder);

  if (*recipe->from == '\0')
    return NULL;
  if (sal_model_source_is_run (recipe->from))
    return g_strdup_printf (_("run %s"), recipe->from);
  if (g_str_has_prefix (recipe->from, DEMO))
    return g_strdup_printf (_("demo %s"), recipe->from + strlen (DEMO));
  if (g_str_equal (name, CHECKPOINT) && sal_model_source_is_run (run))
    return g_strdup_printf (_("a checkpoint of run %s"), run);
  return g_steal_pointer (&name);
}

/* ---- fine-tuning ----------------------------------------------------------------- */

/* "conv2=4,act2=3" of the layers that differ; as much as a recipe can hold. */
static void
write_layers (SalRecipe     *recipe,
              const NnModel *model,
              const SalBits *bits)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < bits->n_layers; i++) {
    const SalLayerBits *own = &bits->layers[i];
    const NnLayerInfo layer = nn_model_layer (model, (gsize) own->layer);
    const int width = layer.weight_tensor >= 0 ? own->weight_bits : own->activation_bits;

    if (width >= 0)
      g_string_append_printf (text, "%s%s=%d", text->len > 0 ? "," : "", layer.name, width);
  }
  g_strlcpy (recipe->bits, text->len < sizeof recipe->bits ? text->str : "", sizeof recipe->bits);
}

static void
write_bits (SalRecipe     *recipe,
            SalLabModel   *model,
            const SalBits *bits)
{
  const SalBits explicit = sal_bits_make_explicit (bits, model);
  const gboolean had_pact = sal_recipe_has_pact (recipe);

  recipe->mode = sal_recipe_has_sgt (recipe) ? SAL_MODE_SGT_PACT : SAL_MODE_PACT;
  recipe->weight_bits = explicit.weight_bits;
  recipe->activation_bits = explicit.activation_bits;
  recipe->edges = (int) explicit.edges;
  if (explicit.quantizer != NULL)
    g_strlcpy (recipe->quantizer, explicit.quantizer->name, sizeof recipe->quantizer);
  if (!had_pact)
    g_strlcpy (recipe->alpha_start, SAL_ALPHA_FROM_DATA, sizeof recipe->alpha_start);
  write_layers (recipe, sal_lab_model_get_model (model), &explicit);
}

static void
write_steps (SalRecipe  *recipe,
             SalDataset *dataset,
             int         steps)
{
  g_autoptr (GArray) train = NULL;
  g_autoptr (GArray) validation = NULL;

  sal_dataset_split (dataset, recipe->validation_share, (guint64) recipe->seed, &train,
                     &validation);

  const double wanted = (double) steps * recipe->batch;

  recipe->epochs = (int) MAX (1, ceil (wanted / train->len));
  recipe->train_share = CLAMP (wanted / ((double) recipe->epochs * train->len), 0.001, 1);
}

void
sal_branch_fine_tune (SalRecipe     *recipe,
                      SalLabModel   *model,
                      const SalBits *bits,
                      int            steps)
{
  write_bits (recipe, model, bits);
  recipe->learning_rate /= 10;
  recipe->schedule = NN_SCHEDULE_COSINE;
  recipe->warm_up = 0;
  recipe->final_rate = 0;
  recipe->patience = 0;
  recipe->ema = 0;
  write_steps (recipe, sal_lab_model_get_dataset (model), steps);
}
