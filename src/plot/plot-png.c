/* plot-png.c - text inside PNG files, which cairo does not write itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-png.h"

#include <string.h>

/* The signature and the IHDR chunk, which comes first in every PNG file. */
#define AFTER_HEADER (8 + 25)

/* CRC-32 of ISO 3309, bit by bit: chunks of text are short. */
static guint32
crc32_of (const guint8 *bytes,
          gsize         n)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < n; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static void
append_number (GByteArray *bytes,
               guint32     number)
{
  const guint32 big_endian = GUINT32_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *) &big_endian, sizeof big_endian);
}

void
plot_png_insert_text (GByteArray *png,
                      const char *keyword,
                      const char *text)
{
  /* Behind the keyword: a separator; for iTXt also not compressed, no method,
   * no language, no translated keyword. */
  static const guint8 zeros[5] = { 0, 0, 0, 0, 0 };
  const gboolean ascii = g_str_is_ascii (text);
  GByteArray *chunk = g_byte_array_new ();
  GByteArray *whole = g_byte_array_new ();

  g_return_if_fail (png->len >= AFTER_HEADER);
  g_byte_array_append (chunk, (const guint8 *) (ascii ? "tEXt" : "iTXt"), 4);
  g_byte_array_append (chunk, (const guint8 *) keyword, (guint) strlen (keyword));
  g_byte_array_append (chunk, zeros, ascii ? 1 : sizeof zeros);
  g_byte_array_append (chunk, (const guint8 *) text, (guint) strlen (text));

  g_byte_array_append (whole, png->data, AFTER_HEADER);
  append_number (whole, chunk->len - 4);
  g_byte_array_append (whole, chunk->data, chunk->len);
  append_number (whole, crc32_of (chunk->data, chunk->len));
  g_byte_array_append (whole, png->data + AFTER_HEADER, png->len - AFTER_HEADER);

  g_byte_array_set_size (png, 0);
  g_byte_array_append (png, whole->data, whole->len);
  g_byte_array_unref (chunk);
  g_byte_array_unref (whole);
}
