/* sal-cli-model.c - the networks that commands are about, and at which bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-model.h"

#include <string.h>

#include "sal-bits-text.h"
#include "sal-calibration.h"
#include "sal-cli-data-import.h"
#include "sal-cli.h"
#include "sal-error.h"
#include "sal-model-source.h"
#include "sal-quantizer-text.h"
#include "sal-requantize.h"

/* ---- loading ------------------------------------------------------------------- */

gboolean
sal_cli_model_load (SalCliModel *self,
                    const char  *name,
                    const char  *home,
                    GError     **error)
{
  g_autoptr (SalRunStore) store = NULL;

  *self = (SalCliModel) { .name = g_strdup (name) };
  if (sal_model_source_is_run (name)) {
    store = sal_run_store_open (home, error);
    if (store == NULL)
      return FALSE;
  }
  self->model = sal_model_source_load (name, store, &self->path, &self->info, error);
  return self->model != NULL;
}

void
sal_cli_model_clear (SalCliModel *self)
{
  g_free (self->name);
  g_free (self->path);
  nn_model_free (self->model);
  sal_model_info_clear (&self->info);
  g_clear_pointer (&self->dataset, sal_dataset_unref);
}

/* ---- data ------------------------------------------------------------------------ */

static gboolean
check_shape (const SalCliModel *self,
             GError           **error)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const NnShape shape = nn_model_input (self->model);

  if (test->channels == shape.channels && test->height == shape.height &&
      test->width == shape.width && test->classes == nn_model_classes (self->model) &&
      test->count > 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               "%s: expected test images of %d x %d x %d in %d classes, found %"
               G_GSIZE_FORMAT " of %d x %d x %d in %d", sal_dataset_get_title (self->dataset),
               shape.channels, shape.height, shape.width, nn_model_classes (self->model),
               test->count, test->channels, test->height, test->width, test->classes);
  return FALSE;
}

gboolean
sal_cli_model_open_data (SalCliModel *self,
                         const char  *name,
                         GError     **error)
{
  self->dataset = sal_cli_dataset_open (name != NULL ? name : self->info.recipe.dataset, error);
  if (self->dataset == NULL || !check_shape (self, error))
    return FALSE;
  if (!g_str_equal (sal_dataset_get_hash (self->dataset), self->info.dataset_hash))
    g_printerr ("saliscope-cli: %s is not the data that %s was trained on\n",
                sal_dataset_get_title (self->dataset), self->name);
  return TRUE;
}

static NnImages
as_trained (const SalCliModel *self,
            const NnImages    *images)
{
  NnImages view = *images;

  memcpy (view.mean, self->info.mean, sizeof view.mean);
  memcpy (view.std, self->info.std, sizeof view.std);
  return view;
}

NnImages
sal_cli_model_train_images (const SalCliModel *self)
{
  return as_trained (self, sal_dataset_get_train (self->dataset));
}

NnImages
sal_cli_model_test_images (const SalCliModel *self)
{
  return as_trained (self, sal_dataset_get_test (self->dataset));
}

NnPool *
sal_cli_pool_new (int      threads,
                  GError **error)
{
  NnError nn_error;
  NnPool *pool = nn_pool_new (threads, 0, &nn_error);

  if (pool == NULL)
    sal_error_set_from_engine (error, &nn_error);
  else if (nn_pool_blas_problem () != NULL)
    g_printerr ("saliscope-cli: %s\n", nn_pool_blas_problem ());
  return pool;
}

/* ---- bits ------------------------------------------------------------------------- */

void
sal_cli_bits_entries (SalCliBits   *self,
                      GOptionEntry *entries)
{
  const GOptionEntry filled[SAL_CLI_BITS_ENTRIES] = {
    { "bits", 'b', 0, G_OPTION_ARG_STRING, &self->text,
      "Bit width of weights and activations: 2 to 8, or 32 (default: as trained); or of layers: "
      "mixed-4-2, conv2=4,act2=3", "N" },
    { "weight-bits", 0, 0, G_OPTION_ARG_INT, &self->weight_bits, "Bit width of the weights", "N" },
    { "activation-bits", 0, 0, G_OPTION_ARG_INT, &self->activation_bits,
      "Bit width of the activations", "N" },
    { "edges", 0, 0, G_OPTION_ARG_STRING, &self->edges,
      "Weights of the first and the last layer: 8-bits, full or same (default: as in the recipe)",
      "NAME" },
    { "quantizer", 'q', 0, G_OPTION_ARG_STRING, &self->quantizer,
      "Weight quantizer, with its parameters: “lsq”, “min-max granularity=channel”", "TEXT" },
    { "refit-alpha", 0, 0, G_OPTION_ARG_NONE, &self->refit_alpha,
      "Fit PACT's clipping levels to the new bits", NULL },
    { "reestimate", 0, 0, G_OPTION_ARG_NONE, &self->reestimate,
      "Estimate the statistics of batch norm at the new bits", NULL },
  };

  memcpy (entries, filled, sizeof filled);
}

static gboolean
check_width (int         bits,
             const char *option,
             GError    **error)
{
  return bits == SAL_CLI_AS_TRAINED || nn_bits_valid (bits) ||
         sal_cli_usage (error, "%s: expected %d to %d or %d bits, found %d", option,
                        NN_BITS_MIN, NN_BITS_MAX, NN_BITS_CLIP, bits);
}

void
sal_cli_bits_clear (SalCliBits *self)
{
  g_clear_pointer (&self->edges, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->own, g_free);
  g_clear_pointer (&self->quantizer, g_free);
}

/* --bits: a number for all layers, or text for layers apart. */
static gboolean
parse_bits (SalCliBits *self,
            GError    **error)
{
  g_autoptr (GError) refusal = NULL;
  gint64 bits = 0;

  if (self->text == NULL)
    return TRUE;
  if (strchr (self->text, '=') == NULL && !g_str_has_prefix (self->text, "mixed")) {
    const gboolean ok = sal_cli_parse_integer (self->text, "bits", 0, NN_BITS_CLIP, &bits, error);

    self->bits = (int) bits;
    return ok;
  }
  if (!sal_bits_text_check (self->text, &refusal))
    return sal_cli_usage (error, "%s", refusal->message);
  self->own = g_strdup (self->text);
  return TRUE;
}

gboolean
sal_cli_bits_check (SalCliBits *self,
                    GError    **error)
{
  const NnWeightQuantizer *quantizer;
  NnParamValues values;
  SalRecipe trial;
  g_autoptr (GError) refusal = NULL;

  if (!parse_bits (self, error) ||
      !check_width (self->bits, "bits", error) ||
      !check_width (self->weight_bits, "weight-bits", error) ||
      !check_width (self->activation_bits, "activation-bits", error))
    return FALSE;
  if (self->weight_bits == SAL_CLI_AS_TRAINED)
    self->weight_bits = self->bits;
  if (self->activation_bits == SAL_CLI_AS_TRAINED)
    self->activation_bits = self->bits;
  if (self->quantizer != NULL &&
      !sal_quantizer_from_text (self->quantizer, &quantizer, &values, &refusal))
    return sal_cli_usage (error, "quantizer: %s", refusal->message);

  sal_recipe_init (&trial);
  return self->edges == NULL || sal_recipe_set (&trial, "edges", self->edges, &refusal) ||
         sal_cli_usage (error, "%s", refusal->message);
}

static NnEdgePolicy
edge_policy (const SalCliModel *self,
             const SalCliBits  *bits)
{
  SalRecipe recipe = self->info.recipe;

  if (bits->edges != NULL)
    sal_recipe_set (&recipe, "edges", bits->edges, NULL);
  return (NnEdgePolicy) recipe.edges;
}

/* Sets what was asked for and leaves the other half as it was trained. */
static NnStatus
set_bits (NnModel          *model,
          const NnModel    *trained,
          const SalCliBits *bits,
          NnEdgePolicy      edges,
          NnError          *error)
{
  const gboolean keeps_weights = bits->weight_bits == SAL_CLI_AS_TRAINED;
  const gboolean keeps_activations = bits->activation_bits == SAL_CLI_AS_TRAINED;
  NnStatus status = nn_model_set_bits (model, keeps_weights ? NN_BITS_OFF : bits->weight_bits,
                                       keeps_activations ? NN_BITS_OFF : bits->activation_bits,
                                       edges, error);

  for (gsize i = 0; status == NN_OK && i < nn_model_layer_count (trained); i++) {
    const NnLayerInfo layer = nn_model_layer (trained, i);

    if (keeps_weights && layer.weight_tensor >= 0)
      status = nn_model_set_weight_bits (model, i, layer.weight_bits, error);
    if (status == NN_OK && keeps_activations && layer.alpha_tensor >= 0)
      status = nn_model_set_activation_bits (model, i, layer.activation_bits, error);
  }
  return status;
}

static gboolean
set_quantizer (NnModel   **model,
               const char *text,
               GError    **error)
{
  const NnWeightQuantizer *quantizer;
  NnParamValues values;

  return text == NULL ||
         (sal_quantizer_from_text (text, &quantizer, &values, error) &&
          sal_requantize_set_quantizer (model, quantizer, values, error));
}

static gboolean
help (const SalCliModel *self,
      const SalCliBits  *bits,
      NnModel           *model,
      NnPool            *pool,
      GError           **error)
{
  const SalRequantize how = { .refit_alpha = bits->refit_alpha, .reestimate = bits->reestimate };

  if (!bits->refit_alpha && !bits->reestimate)
    return TRUE;

  const NnImages train = sal_cli_model_train_images (self);

  return sal_requantize_check (&how, model, error) &&
         sal_requantize (&how, model, &self->info.recipe, self->dataset, &train, pool, error);
}

NnModel *
sal_cli_model_at_bits (const SalCliModel *self,
                       const SalCliBits  *bits,
                       NnPool            *pool,
                       gboolean          *is_calibrated,
                       GError           **error)
{
  const gboolean quantizes = (bits->activation_bits >= NN_BITS_MIN &&
                              bits->activation_bits <= NN_BITS_MAX) ||
                             (bits->own != NULL &&
                              sal_bits_text_has_activations (bits->own, self->model));
  NnError nn_error;
  NnModel *model = NULL;

  *is_calibrated = quantizes && !nn_model_has_pact (self->model);
  if (*is_calibrated) {
    const NnImages train = sal_cli_model_train_images (self);

    model = sal_calibrated_copy (self->model, &train, pool, error);
    if (model == NULL)
      return NULL;
  } else {
    model = nn_model_copy (self->model, &nn_error);
  }
  if (model == NULL ||
      set_bits (model, self->model, bits, edge_policy (self, bits), &nn_error) != NN_OK) {
    sal_error_set_from_engine (error, &nn_error);
    g_clear_pointer (&model, nn_model_free);
  }
  if (model != NULL && bits->own != NULL &&
      !sal_bits_text_apply (bits->own, model, edge_policy (self, bits), error))
    g_clear_pointer (&model, nn_model_free);
  if (model != NULL && !(set_quantizer (&model, bits->quantizer, error) &&
                         help (self, bits, model, pool, error)))
    g_clear_pointer (&model, nn_model_free);
  return model;
}

static char *
widths_text (const SalCliBits *self)
{
  if (self->weight_bits == self->activation_bits)
    return self->weight_bits == SAL_CLI_AS_TRAINED ? g_strdup ("as trained")
                                                   : g_strdup_printf ("%d", self->weight_bits);

  g_autofree char *weights = self->weight_bits == SAL_CLI_AS_TRAINED
                             ? g_strdup ("as trained")
                             : g_strdup_printf ("%d", self->weight_bits);
  g_autofree char *activations = self->activation_bits == SAL_CLI_AS_TRAINED
                                 ? g_strdup ("as trained")
                                 : g_strdup_printf ("%d", self->activation_bits);

  return g_strdup_printf ("W %s, A %s", weights, activations);
}

static char *
bits_text (const SalCliBits *self)
{
  const gboolean is_trained = self->weight_bits == SAL_CLI_AS_TRAINED &&
                              self->activation_bits == SAL_CLI_AS_TRAINED;
  g_autofree char *widths = widths_text (self);
  g_autofree char *own = self->own != NULL ? sal_bits_text_title (self->own) : NULL;

  if (own == NULL)
    return g_steal_pointer (&widths);
  return is_trained ? g_steal_pointer (&own) : g_strdup_printf ("%s; %s", widths, own);
}

char *
sal_cli_bits_text (const SalCliBits *self)
{
  g_autofree char *bits = bits_text (self);
  GString *text = g_string_new (bits);

  if (self->quantizer != NULL)
    g_string_append_printf (text, ", %s", self->quantizer);
  if (self->refit_alpha)
    g_string_append (text, ", alpha re-fitted");
  if (self->reestimate)
    g_string_append (text, ", statistics re-estimated");
  return g_string_free (text, FALSE);
}
