/* sal-weights-hash.c - whether two networks are the same to the last bit
 *
 * Not the hash of a file: the same weights have the same hash whatever else a
 * file says.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-weights-hash.h"

#include <string.h>

static void
add_number (GChecksum *checksum,
            guint64    number)
{
  const guint64 little = GUINT64_TO_LE (number);

  g_checksum_update (checksum, (const guchar *) &little, sizeof little);
}

static void
add_values (GChecksum   *checksum,
            const float *values,
            gsize        count)
{
  for (gsize i = 0; i < count; i++) {
    guint32 bits;

    memcpy (&bits, &values[i], sizeof bits);
    bits = GUINT32_TO_LE (bits);
    g_checksum_update (checksum, (const guchar *) &bits, sizeof bits);
  }
}

char *
sal_weights_hash (const NnModel *model)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    g_checksum_update (checksum, (const guchar *) tensor.name, (gssize) strlen (tensor.name) + 1);
    add_number (checksum, (guint64) tensor.rank);
    for (int axis = 0; axis < tensor.rank; axis++)
      add_number (checksum, tensor.shape[axis]);
    add_values (checksum, tensor.value, tensor.count);
  }
  return g_strdup (g_checksum_get_string (checksum));
}
