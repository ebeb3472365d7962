/* sal-training-weights.c - the weights that a run begins with
 *
 * Drawn by the seed, or those of another network.  The latter are in the run's
 * first checkpoint, so that going on never needs the file they came from; the
 * recipe records their hash.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-whiten.h"
#include "sal-calibration.h"
#include "sal-error.h"
#include "sal-model-source.h"
#include "sal-training-private.h"
#include "sal-weights-hash.h"

NnModel *
sal_training_build_model (SalTraining *self,
                          GError     **error)
{
  const SalRecipe *recipe = &self->recipe;
  g_autofree char *text = sal_recipe_network_text (recipe, self->dataset, error);
  NnError nn_error;

  if (text == NULL)
    return NULL;

  NnModel *model = nn_model_new (text, &nn_error);

  if (model == NULL) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  nn_model_initialise (model, (uint64_t) recipe->seed);
  if (!sal_recipe_set_up_model (recipe, model, error))
    g_clear_pointer (&model, nn_model_free);
  return model;
}

/* Mini-batches that clipping levels start from, where they do so from data. */
#define ALPHA_START_BATCHES 4

/* Clipping levels from the mini-batches that training begins with. */
static gboolean
measure_alphas (SalTraining *self,
                GError     **error)
{
  const gsize images = MIN (self->train->len, ALPHA_START_BATCHES * (gsize) self->recipe.batch);
  g_autofree guint32 *order = g_memdup2 (self->train->data, self->train->len * sizeof *order);
  NnError nn_error;

  if (!nn_model_has_pact (self->model))
    return TRUE;
  nn_epoch_order ((uint64_t) self->recipe.seed, 0, order, self->train->len);
  return nn_calibrate_alpha (self->model, self->pool, sal_dataset_get_train (self->dataset),
                             order, images, SAL_CALIBRATION_PERCENTILE, &nn_error) == NN_OK ||
         sal_error_set_from_engine (error, &nn_error);
}

/* What of the initial weights comes from the training images. */
static gboolean
whiten (SalTraining *self,
        GError     **error)
{
  NnError nn_error;

  if (!nn_whiten_wanted (self->model) ||
      nn_whiten_first_layer (self->model, sal_dataset_get_train (self->dataset),
                             (const uint32_t *) (gpointer) self->train->data,
                             MIN (self->train->len, NN_WHITEN_IMAGES), NN_WHITEN_EPSILON,
                             &nn_error) == NN_OK)
    return TRUE;
  return sal_error_set_from_engine (error, &nn_error);
}

/* ---- weights of another network ------------------------------------------ */

static gboolean
is_pact (const char *line)
{
  return g_str_has_prefix (line, "pact ");
}

/* A line of a network's text without what may differ: whether steps are learned
 * and whether weights are frozen; and the function of an activation that PACT
 * takes the place of, where `any_activation`. */
static char *
comparable_line (const char *line,
                 gboolean    any_activation)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GString) text = g_string_new (any_activation ? "activation" : words[0]);

  for (gsize i = 1; words[0] != NULL && words[i] != NULL; i++)
    if (!g_str_has_prefix (words[i], "step=") && !g_str_has_prefix (words[i], "frozen=") &&
        !(any_activation && g_str_has_prefix (words[i], "of=")))
      g_string_append_printf (text, " %s", words[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_activation (const char *line)
{
  return is_pact (line) || g_str_has_prefix (line, "relu ") || g_str_has_prefix (line, "gelu ");
}

/* The first difference is in the message. */
static gboolean
check_same_network (SalTraining   *self,
                    const NnModel *source,
                    GError       **error)
{
  g_auto (GStrv) ours = g_strsplit (nn_model_text (self->model), "\n", -1);
  g_auto (GStrv) theirs = g_strsplit (nn_model_text (source), "\n", -1);

  for (gsize i = 0; ours[i] != NULL || theirs[i] != NULL; i++) {
    const char *wanted = ours[i] != NULL ? ours[i] : "";
    const char *given = theirs[i] != NULL ? theirs[i] : "";
    const gboolean replaced = is_activation (wanted) && is_activation (given) &&
                              (is_pact (wanted) || is_pact (given));
    g_autofree char *expected = comparable_line (wanted, replaced);
    g_autofree char *found = comparable_line (given, replaced);

    if (!g_str_equal (expected, found)) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                   _("from: expected the recipe's network, found another in %s; line %zu is “%s” "
                     "instead of “%s”"), self->recipe.from, i + 1, found, expected);
      return FALSE;
    }
    if (ours[i] == NULL || theirs[i] == NULL)
      break;
  }
  return TRUE;
}

static gboolean
check_hash (SalTraining   *self,
            const NnModel *source,
            GError       **error)
{
  g_autofree char *hash = sal_weights_hash (source);
  const gboolean is_same = *self->recipe.from_hash == '\0' ||
                           g_str_equal (self->recipe.from_hash, hash);

  if (!is_same)
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("from: expected weights in %s with the SHA-256 %s, found %s"), self->recipe.from,
                 self->recipe.from_hash, hash);
  else
    g_strlcpy (self->recipe.from_hash, hash, sizeof self->recipe.from_hash);
  return is_same;
}

/* Every tensor that both have; clipping levels and steps may be missing. */
static void
copy_tensors (NnModel       *model,
              const NnModel *source)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor to = nn_model_tensor (model, i);

    for (gsize j = 0; j < nn_model_tensor_count (source); j++) {
      const NnTensor from = nn_model_tensor (source, j);

      if (g_str_equal (from.name, to.name) && from.count == to.count)
        memcpy (to.value, from.value, to.count * sizeof (float));
    }
  }
}

static gboolean
start_from (SalTraining   *self,
            const NnModel *source,
            GError       **error)
{
  const gboolean has_alphas = nn_model_has_pact (source) &&
                              !g_str_equal (self->recipe.alpha_start, SAL_ALPHA_FROM_DATA);

  if (!check_same_network (self, source, error) || !check_hash (self, source, error))
    return FALSE;
  copy_tensors (self->model, source);
  return has_alphas || measure_alphas (self, error);
}

static gboolean
load_and_start_from (SalTraining *self,
                     GError     **error)
{
  SalModelInfo info;
  NnModel *source = sal_model_source_load (self->recipe.from, self->store, NULL, &info, error);

  if (source == NULL) {
    g_prefix_error (error, "from: ");
    return FALSE;
  }

  const gboolean ok = start_from (self, source, error);

  nn_model_free (source);
  sal_model_info_clear (&info);
  return ok;
}

gboolean
sal_training_start_weights (SalTraining *self,
                            GError     **error)
{
  if (*self->recipe.from != '\0')
    return load_and_start_from (self, error);
  return whiten (self, error) &&
         (!g_str_equal (self->recipe.alpha_start, SAL_ALPHA_FROM_DATA) ||
          measure_alphas (self, error));
}
