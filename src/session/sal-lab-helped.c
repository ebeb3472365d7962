/* sal-lab-helped.c - networks that were helped to the bits they are asked at
 *
 * Clipping levels are fitted again, and statistics measured again, for one
 * set of bits; what came out is kept beside the model, so that only the first
 * question at these bits waits for it.  It is never written anywhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include "sal-requantize.h"

/* Each pane of a question may need one of its own. */
#define MAX_HELPED (2 * SAL_LAB_MAX_PANES)

void
sal_lab_helped_free (SalLabHelped *helped)
{
  nn_model_free (helped->model);
  g_free (helped);
}

/* Of what is asked that which means something to `model` at its bits. */
static SalRequantize
choose_help (const SalBits *bits,
             const NnModel *model)
{
  const SalRequantize refit = { .refit_alpha = TRUE };

  return (SalRequantize) {
    .refit_alpha = bits->refit_alpha && sal_requantize_check (&refit, model, NULL),
    .reestimate = bits->reestimate && nn_model_has_batch_norm (model),
  };
}

static gboolean
help (SalLabState   *state,
      NnModel       *model,
      const SalBits *bits,
      NnPool        *pool,
      char         **message)
{
  SalDataset *dataset = sal_lab_model_get_dataset (state->model);
  const NnImages train = sal_lab_model_get_images (state->model, sal_dataset_get_train (dataset));
  const SalRequantize how = choose_help (bits, model);
  g_autoptr (GError) error = NULL;

  if (sal_requantize (&how, model, &sal_lab_model_get_info (state->model)->recipe, dataset,
                      &train, pool, &error))
    return TRUE;
  *message = g_strdup (error->message);
  return FALSE;
}

static NnModel *
make_helped (SalLabState   *state,
             const NnModel *source,
             const SalBits *bits,
             NnPool        *pool,
             char         **message)
{
  NnError error;
  NnModel *model = nn_model_copy (source, &error);

  if (model == NULL || sal_bits_apply (bits, source, model, &error) != NN_OK)
    *message = g_strdup (error.message);
  else if (help (state, model, bits, pool, message))
    return model;
  nn_model_free (model);
  return NULL;
}

const NnModel *
sal_lab_help (SalLabCore    *core,
              SalLabState   *state,
              const NnModel *source,
              const SalBits *bits,
              char         **message)
{
  for (guint i = 0; i < state->helped->len; i++) {
    const SalLabHelped *known = g_ptr_array_index (state->helped, i);

    if (sal_bits_equal (&known->bits, bits))
      return known->model;
  }

  NnModel *model = make_helped (state, source, bits, sal_lab_core_get_pool (core), message);

  if (model == NULL)
    return NULL;

  SalLabHelped *helped = g_new0 (SalLabHelped, 1);

  helped->bits = *bits;
  helped->model = model;
  if (state->helped->len >= MAX_HELPED)
    g_ptr_array_remove_index (state->helped, 0);
  g_ptr_array_add (state->helped, helped);
  return model;
}
