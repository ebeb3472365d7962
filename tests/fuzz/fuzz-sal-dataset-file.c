/* fuzz-sal-dataset-file.c - the reader of imported data sets against damage
 *
 * A good file is bent at random, always in the same way.  The header has a
 * checksum and labels are checked, so what opens has images of the shape it
 * says, and labels that are classes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>

#include "mutations.h"
#include "sal-dataset-file.h"
#include "sal-error.h"
#include "sal-fixture.h"

#define SEED 20240404
#define N_MUTANTS 5000

enum { TRAIN = 7, TEST = 3, CLASSES = 3, SIZE = 2 * 5 * 4 };

static void
fill (SalDatasetWriter *writer,
      int               part,
      gsize             count)
{
  for (gsize i = 0; i < count; i++) {
    for (gsize p = 0; p < SIZE; p++)
      sal_dataset_writer_pixels (writer, part, i)[p] = (guint8) (i * 17 + p * 5);
    *sal_dataset_writer_label (writer, part, i) = (guint8) (i % CLASSES);
  }
}

/* The bytes of a good file. */
static GByteArray *
good_file (const char *path)
{
  const char *classes[] = { "cat", "dog", "eel", NULL };
  const SalDatasetLabel label = { .title = (char *) "Pets", .source = (char *) "/pets.zip",
                                  .fingerprint = (char *) "f", .class_names = (char **) classes };
  const gsize counts[] = { TRAIN, TEST };
  const guint8 left_out[TRAIN + TEST] = { 0 };
  g_autoptr (GError) error = NULL;
  SalDatasetWriter *writer = sal_dataset_writer_new (path, &label, (NnShape) { 2, 5, 4 }, counts,
                                                     &error);
  char *bytes = NULL;
  gsize length = 0;

  g_assert_no_error (error);
  fill (writer, 0, TRAIN);
  fill (writer, 1, TEST);
  g_assert_true (sal_dataset_writer_finish (writer, left_out, NULL, NULL, &error));
  g_assert_true (g_file_get_contents (path, &bytes, &length, &error));
  g_assert_no_error (error);
  return g_byte_array_new_take ((guint8 *) bytes, length);
}

static void
assert_sound (const NnImages *images)
{
  volatile guint8 sum = 0;

  g_assert_cmpint (images->channels * images->height * images->width, ==, SIZE);
  for (gsize i = 0; i < images->count; i++) {
    g_assert_cmpuint (images->labels[i], <, CLASSES);
    for (gsize p = 0; p < SIZE; p++)
      sum += images->pixels[i * SIZE + p];
  }
}

static void
assert_error_in_words (const GError *error)
{
  g_assert_true (error->domain == SAL_ERROR);
  g_assert_nonnull (strstr (error->message, "expected"));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
mutants_are_refused_or_sound (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "pets.saldata", NULL);
  g_autoptr (GByteArray) good = good_file (path);
  guint n_good = 0;

  for (guint i = 0; i < N_MUTANTS; i++) {
    g_autoptr (GByteArray) mutant = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    g_byte_array_append (mutant, good->data, good->len);
    mutate_bytes (mutant, rand, 3);
    write_mutant (path, mutant);

    g_autoptr (SalDataset) dataset = sal_dataset_file_open (path, NULL, NULL, &error);

    if (dataset == NULL) {
      assert_error_in_words (error);
      continue;
    }
    assert_sound (sal_dataset_get_train (dataset));
    assert_sound (sal_dataset_get_test (dataset));
    n_good++;
  }
  g_test_message ("%u of %d mutants were still good files", n_good, N_MUTANTS);
  g_assert_cmpuint (n_good, >, 0);
  g_assert_cmpuint (n_good, <, N_MUTANTS / 2);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-dataset-file/mutants-are-refused-or-sound",
                   mutants_are_refused_or_sound);
  return g_test_run ();
}
