/* sal-dataset-measure.c - what is known of a data set only after reading it
 *
 * Bytes are counted first, so that the sums have 256 terms and no rounding to
 * speak of.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>

#include "sal-dataset-private.h"
#include "sal-error.h"

static void
count_bytes (const NnImages *images,
             int             channel,
             guint64         counts[256])
{
  const gsize plane = (gsize) images->height * (gsize) images->width;

  for (gsize i = 0; i < images->count; i++) {
    const guint8 *pixels =
      images->pixels + i * nn_images_stride (images) + (gsize) channel * plane;

    for (gsize p = 0; p < plane; p++)
      counts[pixels[p]]++;
  }
}

/* Mean and variance of a channel's values in 0 ... 1. */
static void
measure_channel (const NnImages *images,
                 int             channel,
                 double         *mean,
                 double         *variance)
{
  const double n = (double) images->count * images->height * images->width;
  guint64 counts[256] = { 0 };
  double sum = 0.0;
  double sum_of_squares = 0.0;

  count_bytes (images, channel, counts);
  for (int byte = 0; byte < 256; byte++) {
    const double value = byte / 255.0;

    sum += (double) counts[byte] * value;
    sum_of_squares += (double) counts[byte] * value * value;
  }
  *mean = sum / n;
  *variance = sum_of_squares / n - *mean * *mean;
}

gboolean
sal_dataset_measure_normalisation (NnImages *images,
                                   GError  **error)
{
  gboolean has_contrast = FALSE;

  for (int channel = 0; channel < images->channels; channel++) {
    double mean, variance;

    measure_channel (images, channel, &mean, &variance);
    images->mean[channel] = (float) mean;
    /* A channel that is not used becomes 0. */
    images->std[channel] = variance < 1e-10 ? 1.0f : (float) sqrt (variance);
    has_contrast = has_contrast || variance >= 1e-10;
  }
  if (!has_contrast)
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("expected training images with some contrast, found every pixel "
                   "at %.0f of 255"), (double) images->mean[0] * 255.0);
  return has_contrast;
}

static void
hash_part (GChecksum      *checksum,
           const NnImages *part)
{
  const guint64 shape[] = {
    GUINT64_TO_LE ((guint64) part->count),
    GUINT64_TO_LE ((guint64) part->channels),
    GUINT64_TO_LE ((guint64) part->height),
    GUINT64_TO_LE ((guint64) part->width),
    GUINT64_TO_LE ((guint64) part->classes),
  };
  const gsize n = part->count * nn_images_stride (part);
  const gsize piece = 1 << 20;

  g_checksum_update (checksum, (const guchar *) shape, sizeof shape);
  for (gsize i = 0; i < n; i += piece)
    g_checksum_update (checksum, part->pixels + i, (gssize) MIN (piece, n - i));
  g_checksum_update (checksum, part->labels, (gssize) part->count);
}

char *
sal_dataset_measure_hash (const NnImages *train,
                          const NnImages *test)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  hash_part (checksum, train);
  hash_part (checksum, test);
  return g_strdup (g_checksum_get_string (checksum));
}
