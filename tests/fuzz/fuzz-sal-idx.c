/* fuzz-sal-idx.c - the reader of IDX files against mutated files
 *
 * Good files are bent at random, always in the same way (the seed is fixed):
 * plain ones, compressed ones, and ones that are bent and then compressed
 * well, so that the damage gets past the checksum.  Whatever comes in, the
 * reader gives an error in words, or data of the size that the header
 * promises, no larger than the file can hold.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "mutations.h"
#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-idx.h"

#define SEED 19981118
#define N_MUTANTS 100000
#define MAX_MUTATIONS 4
#define MAX_EXPANSION 1032

/* Most of what is decided is decided in the first bytes. */
static void
set_a_header_byte (GByteArray *file,
                   GRand      *rand)
{
  static const guint8 bytes[] = { 0, 1, 2, 3, 4, 7, 8, 9, 0x7f, 0x80, 0xff };

  file->data[pick (rand, MIN (file->len, 16))] = bytes[pick (rand, G_N_ELEMENTS (bytes))];
}

static void
set_a_dimension (GByteArray *file,
                 GRand      *rand)
{
  static const guint32 sizes[] = {
    0, 1, 2, 3, 5, 6, 30, 256, 65536, 0x7fffffff, 0x80000000, 0xffffffff
  };
  const guint32 size = GUINT32_TO_BE (sizes[pick (rand, G_N_ELEMENTS (sizes))]);
  const guint at = 4 + 4 * pick (rand, 3);

  if (at + 4 <= file->len)
    memcpy (file->data + at, &size, 4);
}

static void
repeat_the_file (GByteArray *file,
                 GRand      *rand)
{
  g_autofree guint8 *copy = g_memdup2 (file->data, file->len);

  if (file->len < 100000)
    g_byte_array_append (file, copy, file->len);
}

static void
mutate (GByteArray *file,
        GRand      *rand)
{
  static const Mutation mutations[] = {
    flip_a_bit, set_a_header_byte, set_a_dimension, cut_the_end,
    append_bytes, remove_a_piece, repeat_the_file,
  };

  mutate_with (file, rand, mutations, G_N_ELEMENTS (mutations), pick (rand, MAX_MUTATIONS + 1));
}

/* Bends a good file, before or after compressing it or both. */
static GByteArray *
make_mutant (GRand *rand,
             guint  n_dimensions)
{
  g_autoptr (GByteArray) plain = n_dimensions == 3 ? sal_fixture_images (4, 5, 6)
                                                   : sal_fixture_labels (30, 10);

  mutate (plain, rand);
  if (pick (rand, 2) == 0)
    return g_steal_pointer (&plain);

  GByteArray *compressed = sal_fixture_compress (plain->data, plain->len);

  if (pick (rand, 2) == 0)
    mutate (compressed, rand);
  return compressed;
}

/* Every byte can be read, and there are as many as promised. */
static void
assert_sound (const SalIdx *idx,
              guint         n_dimensions,
              gsize         file_size)
{
  guint64 product = 1;
  volatile guint8 sum = 0;

  g_assert_cmpuint (idx->n_dimensions, ==, n_dimensions);
  for (guint d = 0; d < n_dimensions; d++) {
    g_assert_cmpuint (idx->shape[d], >, 0);
    product *= idx->shape[d];
  }
  g_assert_cmpuint (idx->n_bytes, ==, product);
  g_assert_cmpuint (idx->n_bytes, <=, file_size * MAX_EXPANSION);
  for (gsize i = 0; i < idx->n_bytes; i++)
    sum += idx->data[i];
}

static void
assert_error_in_words (const GError *error)
{
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, "mutant: expected "));
  g_assert_nonnull (strstr (error->message, "found "));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
mutants_are_refused_or_sound (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  guint n_good = 0;

  for (guint i = 0; i < N_MUTANTS; i++) {
    const guint n_dimensions = pick (rand, 2) == 0 ? 1 : 3;
    g_autoptr (GByteArray) mutant = make_mutant (rand, n_dimensions);
    /* A copy of exact size: a read past its end is a fault. */
    g_autofree guint8 *bytes = g_memdup2 (mutant->data, mutant->len);
    g_autoptr (GError) error = NULL;
    g_autoptr (SalIdx) idx = sal_idx_parse (bytes, mutant->len, "mutant", n_dimensions,
                                            &error);

    if (idx != NULL) {
      g_assert_no_error (error);
      assert_sound (idx, n_dimensions, mutant->len);
      n_good++;
    } else {
      assert_error_in_words (error);
    }
  }
  /* Both ways out are taken. */
  g_test_message ("%u of %d mutants were still good files", n_good, N_MUTANTS);
  g_assert_cmpuint (n_good, >, N_MUTANTS / 20);
  g_assert_cmpuint (n_good, <, N_MUTANTS / 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-idx/mutants-are-refused-or-sound", mutants_are_refused_or_sound);
  return g_test_run ();
}
