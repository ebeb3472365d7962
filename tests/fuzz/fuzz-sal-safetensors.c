/* fuzz-sal-safetensors.c - the container reader against mutated files
 *
 * Good files are bent at random, always in the same way (the seed is fixed).
 * Whatever comes in, the reader gives an error in words or tensors whose
 * every byte can be read; under AddressSanitizer this is strict.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "mutations.h"
#include "sal-error.h"
#include "sal-safetensors.h"

#define SEED 20240229
#define N_MUTANTS 60000
#define MAX_MUTATIONS 4
#define PREFIX 8

static const struct
{
  const char *header;
  gsize       data_size;
} originals[] = {
  { "{}", 0 },
  { "{\"__metadata__\":{\"what\":\"caf\\u00e9 \\ud83d\\ude00\",\"rtol\":\"1e-5\"},"
    "\"conv1.weight\":{\"dtype\":\"F32\",\"shape\":[2,1,3,3],\"data_offsets\":[0,72]},"
    "\"conv1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[72,80]}}  ", 80 },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
    "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[1,9]},"
    "\"c\":{\"dtype\":\"I32\",\"shape\":[0,4],\"data_offsets\":[9,9]}}", 9 },
};

/* Replaces `removed` bytes at `position` by `text`. */
static void
splice (GByteArray *file,
        guint       position,
        guint       removed,
        const char *text)
{
  const guint old_length = file->len;
  const guint added = (guint) strlen (text);

  removed = MIN (removed, old_length - position);
  g_byte_array_set_size (file, old_length + added);
  memmove (file->data + position + added, file->data + position + removed,
           old_length - position - removed);
  memcpy (file->data + position, text, added);
  g_byte_array_set_size (file, old_length + added - removed);
}

static void
insert_a_word (GByteArray *file,
               GRand      *rand)
{
  static const char *const words[] = {
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "-1", "0", "1e9",
    "9223372036854775807", "18446744073709551616", "\"F16\"", "\"a\":", "__metadata__", "\xff",
    "[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "/**/", "4611686018427387904,4,", " ",
  };

  splice (file, pick (rand, file->len), pick (rand, 3),
          words[pick (rand, G_N_ELEMENTS (words))]);
}

static void
replace_a_number (GByteArray *file,
                  GRand      *rand)
{
  static const char *const numbers[] = {
    "0", "1", "2", "3", "4", "8", "9", "72", "80", "-1", "4294967296", "9223372036854775807",
  };
  guint position = pick (rand, file->len);
  guint length = 0;

  while (position < file->len && !g_ascii_isdigit (file->data[position]))
    position++;
  while (position + length < file->len && g_ascii_isdigit (file->data[position + length]))
    length++;
  if (length > 0)
    splice (file, position, length, numbers[pick (rand, G_N_ELEMENTS (numbers))]);
}

static void
set_the_header_length (GByteArray *file,
                       GRand      *rand)
{
  const guint64 length = (guint64) 1 << pick (rand, 64);

  if (file->len >= PREFIX)
    memcpy (file->data, &length, PREFIX);
}

static GByteArray *
make_original (GRand   *rand,
               guint64 *rest)
{
  const guint which = pick (rand, G_N_ELEMENTS (originals));
  const guint64 length = strlen (originals[which].header);
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) &length, PREFIX);
  g_byte_array_append (file, (const guint8 *) originals[which].header, (guint) length);
  for (gsize i = 0; i < originals[which].data_size; i++)
    g_byte_array_append (file, &(guint8) { (guint8) i }, 1);
  *rest = PREFIX + originals[which].data_size;
  return file;
}

static GBytes *
make_mutant (GRand *rand)
{
  static const Mutation mutations[] = {
    flip_a_bit, set_a_byte, cut_the_end, remove_a_piece, insert_a_word, replace_a_number,
    replace_a_number, set_the_header_length,
  };
  guint64 rest;
  GByteArray *file = make_original (rand, &rest);

  mutate_with (file, rand, mutations, G_N_ELEMENTS (mutations), 1 + pick (rand, MAX_MUTATIONS));
  /* Mostly give the header its true length again, so that its content counts. */
  if (pick (rand, 4) > 0 && file->len >= rest) {
    const guint64 length = file->len - rest;

    memcpy (file->data, &length, PREFIX);
  }
  return g_byte_array_free_to_bytes (file);
}

/* Reads every byte and holds the promises of the header file. */
static void
assert_sound (SalSafetensors *file,
              gsize           file_size)
{
  gsize total = 0;

  for (guint i = 0; i < sal_safetensors_get_n_tensors (file); i++) {
    static const gsize sizes[] = { 4, 4, 8, 1 };
    const SalTensor *tensor = sal_safetensors_get_tensor (file, i);
    const guint8 *data = tensor->data;
    const gsize size = tensor->n_elements * sizes[tensor->type];
    gsize product = 1;
    guint sum = 0;

    for (guint d = 0; d < tensor->n_dimensions; d++)
      product *= tensor->shape[d];
    for (gsize b = 0; b < size; b++)
      sum += data[b];
    total += size;
    g_assert_cmpuint (product, ==, tensor->n_elements);
    g_assert_cmpuint ((guintptr) data % MAX (sizes[tensor->type], 4), ==, 0);
    g_assert_cmpuint (sum, <=, size * 255);
    g_assert_true (g_utf8_validate (tensor->name, -1, NULL));
    g_assert_true (sal_safetensors_find (file, tensor->name) == tensor);
  }
  g_assert_cmpuint (total, <=, file_size);
}

static void
mutants_are_refused_or_sound (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  guint n_accepted = 0;

  for (guint i = 0; i < N_MUTANTS; i++) {
    g_autoptr (GBytes) mutant = make_mutant (rand);
    g_autoptr (GError) error = NULL;
    g_autoptr (SalSafetensors) file = sal_safetensors_parse (mutant, "mutant", &error);

    if (file != NULL) {
      g_assert_no_error (error);
      assert_sound (file, g_bytes_get_size (mutant));
      n_accepted++;
      continue;
    }
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
    g_assert_true (g_str_has_prefix (error->message, "mutant: "));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
  g_test_message ("%u of %d mutants were accepted", n_accepted, N_MUTANTS);
  /* Both ends of the reader were reached. */
  g_assert_cmpuint (n_accepted, >, N_MUTANTS / 100);
  g_assert_cmpuint (n_accepted, <, N_MUTANTS / 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/safetensors", mutants_are_refused_or_sound);
  return g_test_run ();
}
