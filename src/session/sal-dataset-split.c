/* sal-dataset-split.c - a validation part of the training images
 *
 * Stratified: each class gives its share, rounded down, and the classes that
 * lost most by the rounding give one more until the total is exact.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-rng.h"
#include "sal-dataset.h"
#include "sal-rng.h"

#define MAX_CLASSES 256

/* How many images of each class go to the validation part. */
static void
choose_quotas (const gsize counts[MAX_CLASSES],
               gsize       total,
               double      fraction,
               gsize       quotas[MAX_CLASSES])
{
  gsize missing = (gsize) floor (fraction * (double) total + 0.5);
  double lost[MAX_CLASSES];

  for (int c = 0; c < MAX_CLASSES; c++) {
    const double share = fraction * (double) counts[c];

    quotas[c] = (gsize) floor (share);
    lost[c] = share - floor (share);
    missing -= quotas[c];
  }
  for (; missing > 0; missing--) {
    int most = 0;

    for (int c = 1; c < MAX_CLASSES; c++) {
      if (lost[c] > lost[most])
        most = c;
    }
    quotas[most]++;
    lost[most] = -1.0;
  }
}

/* Marks `quota` images of class `label`, chosen by a seeded permutation. */
static void
mark_class (const NnImages *images,
            int             label,
            gsize           quota,
            guint64         seed,
            guint8         *marks)
{
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < images->count; i++) {
    if (images->labels[i] == label)
      g_array_append_val (indices, i);
  }
  nn_rng_shuffle (seed, sal_rng_stream (SAL_RNG_SPLIT, (guint64) label),
                  (guint32 *) indices->data, indices->len);
  for (gsize i = 0; i < quota; i++)
    marks[g_array_index (indices, guint32, i)] = 1;
}

void
sal_dataset_split (SalDataset *self,
                   double      fraction,
                   guint64     seed,
                   GArray    **train,
                   GArray    **validation)
{
  const NnImages *images = sal_dataset_get_train (self);
  g_autofree guint8 *marks = g_malloc0 (images->count);
  gsize counts[MAX_CLASSES] = { 0 };
  gsize quotas[MAX_CLASSES];

  g_return_if_fail (fraction >= 0.0 && fraction < 1.0);

  for (gsize i = 0; i < images->count; i++)
    counts[images->labels[i]]++;
  choose_quotas (counts, images->count, fraction, quotas);
  for (int c = 0; c < images->classes; c++)
    mark_class (images, c, quotas[c], seed, marks);

  *train = g_array_new (FALSE, FALSE, sizeof (guint32));
  *validation = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 i = 0; i < images->count; i++)
    g_array_append_val (marks[i] ? *validation : *train, i);
}
