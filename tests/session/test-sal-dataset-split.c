/* test-sal-dataset-split.c - the validation part: exact, stratified, repeatable
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-dataset.h"
#include "sal-fixture.h"

#define MAX_CLASSES 256

typedef struct
{
  GArray *train;
  GArray *validation;
} Split;

static Split
split (SalDataset *dataset,
       double      fraction,
       guint64     seed)
{
  Split parts;

  sal_dataset_split (dataset, fraction, seed, &parts.train, &parts.validation);
  return parts;
}

static void
split_clear (Split *parts)
{
  g_array_unref (parts->train);
  g_array_unref (parts->validation);
}

static gboolean
arrays_equal (const GArray *a,
              const GArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (guint32)) == 0;
}

/* Marks the images of `indices`, which must ascend. */
static void
mark (const GArray *indices,
      gsize         count,
      guint8       *marks)
{
  for (guint i = 0; i < indices->len; i++) {
    const guint32 index = g_array_index (indices, guint32, i);

    g_assert_cmpuint (index, <, count);
    if (i > 0)
      g_assert_cmpuint (g_array_index (indices, guint32, i - 1), <, index);
    marks[index]++;
  }
}

static void
assert_disjoint_and_complete (const Split *parts,
                              gsize        count)
{
  g_autofree guint8 *marks = g_malloc0 (count);

  mark (parts->train, count, marks);
  mark (parts->validation, count, marks);
  for (gsize i = 0; i < count; i++)
    g_assert_cmpuint (marks[i], ==, 1);
}

/* Each class gives its share, within one image. */
static void
assert_stratified (const Split    *parts,
                   const NnImages *images,
                   double          fraction)
{
  int all[MAX_CLASSES] = { 0 };
  int chosen[MAX_CLASSES] = { 0 };

  for (gsize i = 0; i < images->count; i++)
    all[images->labels[i]]++;
  for (guint i = 0; i < parts->validation->len; i++)
    chosen[images->labels[g_array_index (parts->validation, guint32, i)]]++;
  for (int c = 0; c < images->classes; c++)
    g_assert_cmpfloat (fabs (chosen[c] - fraction * all[c]), <, 1.0);
}

/* A folder whose classes have very different sizes: class c has c + 1 of each
 * 10 images, the last of them only 2 images. */
static SalDataset *
open_uneven (char **folder)
{
  GByteArray *labels = sal_fixture_labels (107, 1);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 107; i++) {
    const int within = i % 10;

    labels->data[8 + i] = (guint8) (i < 2 ? 4 : within < 1 ? 0 : within < 3 ? 1 :
                                    within < 6 ? 2 : 3);
  }
  *folder = sal_fixture_make_folder ();
  sal_fixture_write (*folder, "train-images-idx3-ubyte", sal_fixture_images (107, 5, 6));
  sal_fixture_write (*folder, "train-labels-idx1-ubyte", labels);
  sal_fixture_write (*folder, "t10k-images-idx3-ubyte", sal_fixture_images (8, 5, 6));
  sal_fixture_write (*folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (8, 4));

  SalDataset *dataset = sal_dataset_open (*folder, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static void
test_parts_are_exact_disjoint_complete_and_stratified (void)
{
  static const double fractions[] = { 0.0, 0.01, 0.1, 1.0 / 6.0, 0.25, 0.5, 0.77, 0.99 };
  char *folder;
  g_autoptr (SalDataset) dataset = open_uneven (&folder);
  const NnImages *images = sal_dataset_get_train (dataset);

  for (gsize i = 0; i < G_N_ELEMENTS (fractions); i++) {
    for (guint64 seed = 0; seed < 20; seed++) {
      Split parts = split (dataset, fractions[i], seed);

      g_assert_cmpuint (parts.validation->len, ==, (guint) floor (fractions[i] * 107 + 0.5));
      g_assert_cmpuint (parts.train->len, ==, 107 - parts.validation->len);
      assert_disjoint_and_complete (&parts, images->count);
      assert_stratified (&parts, images, fractions[i]);
      split_clear (&parts);
    }
  }
  sal_fixture_remove_folder (folder);
}

static void
test_glyphs_split_evenly (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset = sal_dataset_open ("glyphs", NULL, &error);
  const NnImages *images = sal_dataset_get_train (dataset);
  int counts[10] = { 0 };

  g_assert_no_error (error);

  Split parts = split (dataset, 0.1, 42);

  g_assert_cmpuint (parts.validation->len, ==, 1200);
  assert_disjoint_and_complete (&parts, images->count);
  for (guint i = 0; i < parts.validation->len; i++)
    counts[images->labels[g_array_index (parts.validation, guint32, i)]]++;
  for (int c = 0; c < 10; c++)
    g_assert_cmpint (counts[c], ==, 120);
  split_clear (&parts);
}

static void
test_same_seed_same_split (void)
{
  char *folder;
  g_autoptr (SalDataset) dataset = open_uneven (&folder);
  Split first = split (dataset, 0.3, 5);
  Split again = split (dataset, 0.3, 5);
  Split other = split (dataset, 0.3, 6);

  g_assert_true (arrays_equal (first.train, again.train));
  g_assert_true (arrays_equal (first.validation, again.validation));
  g_assert_false (arrays_equal (first.validation, other.validation));
  split_clear (&first);
  split_clear (&again);
  split_clear (&other);
  sal_fixture_remove_folder (folder);
}

/* Over many seeds each image of a class is chosen about equally often. */
static void
test_every_image_has_the_same_chance (void)
{
  char *folder;
  g_autoptr (SalDataset) dataset = open_uneven (&folder);
  int chosen[107] = { 0 };
  const int n_seeds = 2000;

  for (int seed = 0; seed < n_seeds; seed++) {
    Split parts = split (dataset, 0.5, (guint64) seed);

    for (guint i = 0; i < parts.validation->len; i++)
      chosen[g_array_index (parts.validation, guint32, i)]++;
    split_clear (&parts);
  }
  /* The standard deviation is about 22; classes of odd size are off by half an
   * image of ten. */
  for (int i = 0; i < 107; i++) {
    g_assert_cmpint (chosen[i], >, 1000 - 250);
    g_assert_cmpint (chosen[i], <, 1000 + 250);
  }
  sal_fixture_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset-split/parts-are-exact-disjoint-complete-and-stratified",
                   test_parts_are_exact_disjoint_complete_and_stratified);
  g_test_add_func ("/dataset-split/glyphs-split-evenly", test_glyphs_split_evenly);
  g_test_add_func ("/dataset-split/same-seed-same-split", test_same_seed_same_split);
  g_test_add_func ("/dataset-split/every-image-has-the-same-chance",
                   test_every_image_has_the_same_chance);
  return g_test_run ();
}
