/* mutations.c - ways to damage a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mutations.h"

#include <stdio.h>

guint
pick (GRand *rand,
      guint  below)
{
  return below > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) below) : 0;
}

void
flip_a_bit (GByteArray *file,
            GRand      *rand)
{
  file->data[pick (rand, file->len)] ^= (guint8) (1 << pick (rand, 8));
}

void
set_a_byte (GByteArray *file,
            GRand      *rand)
{
  static const guint8 bytes[] = { 0, 1, 0x7f, 0x80, 0xff, '"', '{', '0', '9', '-' };

  file->data[pick (rand, file->len)] = bytes[pick (rand, G_N_ELEMENTS (bytes))];
}

void
cut_the_end (GByteArray *file,
             GRand      *rand)
{
  g_byte_array_set_size (file, pick (rand, file->len));
}

void
append_bytes (GByteArray *file,
              GRand      *rand)
{
  for (guint n = 1 + pick (rand, 70); n > 0; n--) {
    const guint8 byte = (guint8) pick (rand, 256);

    g_byte_array_append (file, &byte, 1);
  }
}

void
remove_a_piece (GByteArray *file,
                GRand      *rand)
{
  const guint at = pick (rand, file->len);

  g_byte_array_remove_range (file, at, 1 + pick (rand, MIN (16, file->len - at)));
}

static void
double_a_piece (GByteArray *file,
                GRand      *rand)
{
  const guint at = pick (rand, file->len);
  const guint length = 1 + pick (rand, MIN (64, file->len - at));
  g_autofree guint8 *piece = g_memdup2 (file->data + at, length);

  g_byte_array_append (file, piece, length);
}

void
mutate_with (GByteArray     *file,
             GRand          *rand,
             const Mutation *mutations,
             gsize           n,
             guint           times)
{
  for (; times > 0 && file->len > 0; times--)
    mutations[pick (rand, (guint) n)] (file, rand);
}

void
mutate_bytes (GByteArray *file,
              GRand      *rand,
              guint       most)
{
  static const Mutation mutations[] = {
    flip_a_bit, set_a_byte, cut_the_end, append_bytes, remove_a_piece, double_a_piece,
  };

  mutate_with (file, rand, mutations, G_N_ELEMENTS (mutations), 1 + pick (rand, most));
}

void
write_mutant (const char       *path,
              const GByteArray *file)
{
  FILE *stream = fopen (path, "wb");

  g_assert_nonnull (stream);
  g_assert_cmpuint (fwrite (file->data, 1, file->len, stream), ==, file->len);
  g_assert_cmpint (fclose (stream), ==, 0);
}
