/* sal-image-format.c - what picture files say of themselves, where gdk-pixbuf does not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-image-format.h"

#include <string.h>

static guint32
read_big (const guint8 *at,
          int           n)
{
  guint32 value = 0;

  for (int i = 0; i < n; i++)
    value = value << 8 | at[i];
  return value;
}

static guint32
read_little (const guint8 *at,
             int           n)
{
  guint32 value = 0;

  for (int i = n - 1; i >= 0; i--)
    value = value << 8 | at[i];
  return value;
}

/* Chunks of length, name, data and checksum, the last of them IEND. */
gboolean
sal_image_format_is_whole_png (const guint8 *bytes,
                               gsize         n_bytes)
{
  for (gsize at = 8; at + 12 <= n_bytes; at += 12 + (gsize) read_big (bytes + at, 4))
    if (memcmp (bytes + at + 4, "IEND", 4) == 0)
      return TRUE;
  return FALSE;
}

/* The end of image marker after `at`; a 0xff of the picture itself is followed
 * by 0 or by the marker of a restart. */
static gboolean
has_jpeg_end (const guint8 *bytes,
              gsize         n_bytes,
              gsize         at)
{
  for (; at + 1 < n_bytes; at++)
    if (bytes[at] == 0xff && bytes[at + 1] == 0xd9)
      return TRUE;
  return FALSE;
}

/* Segments of marker, length and data up to the first scan: a small picture may
 * lie in one of them, with an end of its own. */
gboolean
sal_image_format_is_whole_jpeg (const guint8 *bytes,
                                gsize         n_bytes)
{
  gsize at = 2;

  while (at + 4 <= n_bytes) {
    if (bytes[at] != 0xff || bytes[at + 1] == 0xda)
      return has_jpeg_end (bytes, n_bytes, at);
    /* Any number of 0xff may stand before a marker. */
    at += bytes[at + 1] == 0xff ? 1 : 2 + (gsize) read_big (bytes + at + 2, 2);
  }
  return FALSE;
}

gboolean
sal_image_format_is_whole_webp (const guint8 *bytes,
                                gsize         n_bytes)
{
  return n_bytes >= 12 && (guint64) read_little (bytes + 4, 4) + 8 <= n_bytes;
}

gboolean
sal_image_format_is_whole_bmp (const guint8 *bytes,
                               gsize         n_bytes)
{
  return n_bytes >= 6 && read_little (bytes + 2, 4) <= n_bytes;
}

gboolean
sal_image_format_measure_webp (const guint8 *bytes,
                               gsize         n_bytes,
                               int          *width,
                               int          *height)
{
  if (n_bytes < 30 || memcmp (bytes + 12, "VP8X", 4) != 0)
    return FALSE;
  *width = (int) read_little (bytes + 24, 3) + 1;
  *height = (int) read_little (bytes + 27, 3) + 1;
  return TRUE;
}
