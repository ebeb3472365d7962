/* sal-calibration.c - bits for networks that were trained without them
 *
 * The images are a seeded choice, so that the same network gets the same
 * clipping levels wherever it is asked.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-calibration.h"

#include "nn/nn-rng.h"
#include "sal-error.h"

guint32 *
sal_fixed_permutation (gsize n)
{
  guint32 *order = g_new (guint32, n);

  for (gsize i = 0; i < n; i++)
    order[i] = (guint32) i;
  nn_rng_shuffle (0, nn_rng_stream (NN_RANDOM_SHUFFLE, 0, 0), order, n);
  return order;
}

NnModel *
sal_calibrated_copy (const NnModel  *model,
                     const NnImages *train,
                     NnPool         *pool,
                     GError        **error)
{
  g_autofree guint32 *order = sal_fixed_permutation (train->count);
  NnError nn_error;
  NnModel *copy = nn_model_copy_with_pact (model, &nn_error);

  if (copy == NULL ||
      nn_calibrate_alpha (copy, pool, train, order, MIN (train->count, SAL_CALIBRATION_IMAGES),
                          SAL_CALIBRATION_PERCENTILE, &nn_error) != NN_OK) {
    sal_error_set_from_engine (error, &nn_error);
    g_clear_pointer (&copy, nn_model_free);
  }
  return copy;
}
