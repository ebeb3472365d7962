/* test-sal-dataset.c - what is opened, found and refused
 *
 * The data directory and the one directory of $SALISCOPE_DATASETS_PATH are
 * temporary folders, empty but for what a test puts there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sal-catalogue.h"
#include "sal-dataset.h"
#include "sal-directory.h"
#include "sal-error.h"
#include "sal-fixture.h"

static char *home;
static char *elsewhere;


static SalDataset *
open_good (const char *name)
{
  g_autoptr (GError) error = NULL;
  SalDataset *dataset = sal_dataset_open (name, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (dataset);
  return dataset;
}

/* A built-in data set, opened once for all tests: drawing takes a while. */
static SalDataset *
get_built_in (const char *id)
{
  static GHashTable *opened = NULL;

  if (opened == NULL)
    opened = g_hash_table_new (g_str_hash, g_str_equal);
  if (!g_hash_table_contains (opened, id))
    g_hash_table_insert (opened, (gpointer) id, open_good (id));
  return g_hash_table_lookup (opened, id);
}

/* Asserts that `name` is refused in one line that contains each of the
 * complaints. */
static void
assert_refused (const char  *name,
                SalErrorCode code,
                const char  *complaint,
                const char  *other_complaint)
{
  const char *const complaints[] = { complaint, other_complaint };
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_dataset_open (name, NULL, &error));
  g_assert_error (error, SAL_ERROR, (int) code);
  g_assert_null (strchr (error->message, '\n'));
  for (gsize i = 0; i < G_N_ELEMENTS (complaints); i++) {
    if (strstr (error->message, complaints[i]) == NULL)
      g_error ("\"%s\" does not contain \"%s\"", error->message, complaints[i]);
  }
}

/* Takes away what a test put into one of the two folders. */
static void
remove_again (const char *folder)
{
  g_autoptr (GError) error = NULL;

  sal_directory_remove (folder, &error);
  g_assert_no_error (error);
}

/* Mean and standard deviation, the plain way: in two passes. */
static void
assert_normalised_as_measured (SalDataset *dataset)
{
  const NnImages *train = sal_dataset_get_train (dataset);
  const NnImages *test = sal_dataset_get_test (dataset);
  const gsize n = train->count * nn_images_stride (train);
  double mean = 0.0;
  double variance = 0.0;

  for (gsize i = 0; i < n; i++)
    mean += train->pixels[i] / 255.0 / (double) n;
  for (gsize i = 0; i < n; i++) {
    const double deviation = train->pixels[i] / 255.0 - mean;

    variance += deviation * deviation / (double) n;
  }
  g_assert_cmpfloat_with_epsilon (train->mean[0], mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (train->std[0], sqrt (variance), 1e-6);
  g_assert_cmpfloat (test->mean[0], ==, train->mean[0]);
  g_assert_cmpfloat (test->std[0], ==, train->std[0]);
}

static void
test_every_row_of_the_table_is_complete (void)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++) {
    g_assert_true (g_hash_table_add (ids, (gpointer) kind->id));
    g_assert_cmpuint (strlen (kind->title), >, 0);
    g_assert_true (g_str_has_suffix (kind->summary, "."));
    g_assert_nonnull (kind->source);

    /* A block variant lacks the files of what it is made of. */
    if (!kind->built_in)
      assert_refused (kind->id, SAL_ERROR_NOT_FOUND, sal_catalogue_find (kind->files)->title,
                      "is not on this computer");
  }
  g_assert_cmpuint (g_hash_table_size (ids), >=, 5);
}

static void
test_built_in_sets_open_on_an_empty_computer (void)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++) {
    if (!kind->built_in)
      continue;

    SalDataset *dataset = get_built_in (kind->id);

    g_assert_cmpstr (sal_dataset_get_name (dataset), ==, kind->id);
    g_assert_cmpstr (sal_dataset_get_title (dataset), ==, kind->title);
    g_assert_cmpstr (sal_dataset_get_class_name (dataset, 7), ==, "7");
    assert_normalised_as_measured (dataset);
  }
}

static void
test_glyphs_come_with_their_truth (void)
{
  SalDataset *glyphs = get_built_in ("glyphs");
  const NnImages *train = sal_dataset_get_train (glyphs);
  const NnImages *test = sal_dataset_get_test (glyphs);
  const guint8 *truth = sal_dataset_get_test_truth (glyphs);
  const gsize n = test->count * nn_images_stride (test);
  double ink = 0.0, ground = 0.0;
  gsize n_ink = 0;

  g_assert_cmpuint (train->count, ==, 12000);
  g_assert_cmpuint (test->count, ==, 2000);
  g_assert_cmpint (train->channels, ==, 1);
  g_assert_cmpint (train->height, ==, 28);
  g_assert_cmpint (train->width, ==, 28);
  g_assert_cmpint (train->classes, ==, 10);
  g_assert_cmpint (test->classes, ==, 10);
  g_assert_nonnull (truth);
  for (gsize i = 0; i < n; i++) {
    n_ink += truth[i];
    *(truth[i] ? &ink : &ground) += test->pixels[i];
  }
  g_assert_cmpfloat (ink / (double) n_ink, >, 20.0 * ground / (double) (n - n_ink));
}

static void
test_glyphs_to_test_are_not_those_to_train (void)
{
  SalDataset *glyphs = get_built_in ("glyphs");
  const NnImages *train = sal_dataset_get_train (glyphs);
  const NnImages *test = sal_dataset_get_test (glyphs);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                       (GDestroyNotify) g_bytes_unref, NULL);

  for (gsize i = 0; i < train->count; i++)
    g_assert_true (g_hash_table_add (seen, g_bytes_new_static (train->pixels + i * 784, 784)));
  for (gsize i = 0; i < test->count; i++)
    g_assert_true (g_hash_table_add (seen, g_bytes_new_static (test->pixels + i * 784, 784)));
}

static void
test_blocks_are_twice_as_high (void)
{
  SalDataset *blocks = get_built_in ("glyphs-blocks");
  const NnImages *test = sal_dataset_get_test (blocks);
  const guint8 *truth = sal_dataset_get_test_truth (blocks);

  g_assert_cmpint (test->height, ==, 56);
  g_assert_cmpint (test->width, ==, 28);
  for (gsize i = 0; i < test->count; i++)
    g_assert_cmpuint (truth[i * 1568] + truth[i * 1568 + 784], ==, 1);
}

/* The block of image `i` that is the truth, 0 or 1; all of it must be. */
static gsize
truth_block (const guint8 *truth,
             gsize         i)
{
  const gsize plane = 28 * 28;
  const gsize block = truth[i * 2 * plane] != 0 ? 0 : 1;

  for (gsize p = 0; p < 2 * plane; p++)
    g_assert_cmpint (truth[i * 2 * plane + p], ==, p / plane == block);
  return block;
}

static void
test_any_grey_set_of_28_by_28_comes_in_blocks (void)
{
  const gsize plane = 28 * 28;
  char *folder = sal_fixture_make_folder ();
  gsize n_below = 0;

  sal_fixture_write (folder, "train-images-idx3-ubyte", sal_fixture_images (40, 28, 28));
  sal_fixture_write (folder, "train-labels-idx1-ubyte", sal_fixture_labels (40, 4));
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", sal_fixture_images (20, 28, 28));
  sal_fixture_write (folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (20, 4));

  g_autofree char *name = g_strconcat (folder, "-blocks", NULL);
  g_autoptr (SalDataset) base = open_good (folder);
  g_autoptr (SalDataset) blocks = open_good (name);
  g_autoptr (SalDataset) again = open_good (name);
  const NnImages *whole = sal_dataset_get_test (base);
  const NnImages *test = sal_dataset_get_test (blocks);
  const guint8 *truth = sal_dataset_get_test_truth (blocks);

  g_assert_cmpstr (sal_dataset_get_name (blocks), ==, name);
  g_assert_cmpstr (sal_dataset_get_hash (blocks), ==, sal_dataset_get_hash (again));
  g_assert_cmpint (test->height, ==, 56);
  g_assert_cmpuint (sal_dataset_get_train (blocks)->count, ==, 40);
  for (gsize i = 0; i < test->count; i++) {
    const gsize block = truth_block (truth, i);

    g_assert_cmpint (test->labels[i], ==, whole->labels[i]);
    g_assert_cmpmem (test->pixels + (2 * i + block) * plane, plane,
                     whole->pixels + i * plane, plane);
    n_below += block;
  }
  g_assert_cmpuint (n_below, >, 2);
  g_assert_cmpuint (n_below, <, 18);
  assert_normalised_as_measured (blocks);
  sal_fixture_remove_folder (folder);
}

static void
test_sets_of_other_shapes_do_not_come_in_blocks (void)
{
  char *folder = sal_fixture_make_folder ();
  g_autofree char *name = g_strconcat (folder, "-blocks", NULL);

  sal_fixture_write_set (folder);
  assert_refused (name, SAL_ERROR_BAD_SETTING, name, "grey images of 28 by 28");
  sal_fixture_remove_folder (folder);
}

static void
test_classes_have_names (void)
{
  g_autofree char *folder = g_build_filename (elsewhere, "fashion-mnist", NULL);

  sal_fixture_write_set (folder);

  g_autoptr (SalDataset) known = open_good ("fashion-mnist");
  g_autoptr (SalDataset) own = open_good (folder);

  g_assert_cmpstr (sal_dataset_get_class_name (known, 0), ==, "T-shirt/top");
  g_assert_cmpstr (sal_dataset_get_class_name (known, 9), ==, "Ankle boot");
  g_assert_cmpstr (sal_dataset_get_class_name (own, 0), ==, "0");
  g_assert_cmpstr (sal_dataset_get_class_name (own, 3), ==, "3");
  remove_again (folder);
}

static void
test_own_folder_is_opened_by_its_path (void)
{
  char *folder = sal_fixture_make_folder ();
  g_autofree char *title = g_path_get_basename (folder);

  sal_fixture_write_set (folder);

  g_autoptr (SalDataset) dataset = open_good (folder);
  const NnImages *train = sal_dataset_get_train (dataset);
  const NnImages *test = sal_dataset_get_test (dataset);

  g_assert_cmpstr (sal_dataset_get_name (dataset), ==, folder);
  g_assert_cmpstr (sal_dataset_get_title (dataset), ==, title);
  g_assert_null (sal_dataset_get_test_truth (dataset));
  g_assert_cmpuint (train->count, ==, 20);
  g_assert_cmpuint (test->count, ==, 8);
  g_assert_cmpint (train->height, ==, 5);
  g_assert_cmpint (train->width, ==, 6);
  g_assert_cmpint (train->classes, ==, 4);
  g_assert_cmpuint (train->pixels[0], ==, 11);
  g_assert_cmpuint (train->pixels[599], ==, (37 * 599 + 11) % 256);
  g_assert_cmpuint (train->labels[7], ==, 3);
  assert_normalised_as_measured (dataset);
  sal_fixture_remove_folder (folder);
}

static void
test_relative_path_becomes_absolute (void)
{
  char *folder = sal_fixture_make_folder ();
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *relative = g_build_filename (".", name, "..", name, NULL);

  sal_fixture_write_set (folder);
  g_assert_cmpint (g_chdir (parent), ==, 0);

  g_autoptr (SalDataset) dataset = open_good (relative);

  g_assert_cmpstr (sal_dataset_get_name (dataset), ==, folder);
  g_assert_cmpint (g_chdir (here), ==, 0);
  sal_fixture_remove_folder (folder);
}

static void
test_stays_open_when_the_files_are_gone (void)
{
  char *folder = sal_fixture_make_folder ();

  sal_fixture_write_set (folder);

  g_autoptr (SalDataset) dataset = open_good (folder);
  g_autoptr (SalDataset) second = sal_dataset_ref (dataset);

  sal_fixture_remove_folder (folder);
  sal_dataset_unref (g_steal_pointer (&dataset));
  g_assert_cmpuint (sal_dataset_get_train (second)->pixels[0], ==, 11);
}

static char *
hash_of (const char *name)
{
  g_autoptr (SalDataset) dataset = open_good (name);
  const char *hash = sal_dataset_get_hash (dataset);

  g_assert_cmpuint (strlen (hash), ==, 64);
  g_assert_cmpuint (strspn (hash, "0123456789abcdef"), ==, 64);
  return g_strdup (hash);
}

static void
test_hash_is_of_the_content (void)
{
  char *folder = sal_fixture_make_folder ();
  char *copy = sal_fixture_make_folder ();
  g_autoptr (GByteArray) plain = sal_fixture_images (20, 5, 6);

  sal_fixture_write_set (folder);
  sal_fixture_write_set (copy);
  sal_fixture_write (copy, "train-images-idx3-ubyte",
                     sal_fixture_compress (plain->data, plain->len));

  g_autofree char *hash = hash_of (folder);
  g_autofree char *hash_of_copy = hash_of (copy);

  g_assert_cmpstr (hash, ==, hash_of_copy);
  sal_fixture_remove_folder (folder);
  sal_fixture_remove_folder (copy);
}

static void
test_any_change_of_the_content_changes_the_hash (void)
{
  char *folder = sal_fixture_make_folder ();
  g_autofree char *before = NULL;
  GByteArray *bytes;

  sal_fixture_write_set (folder);
  before = hash_of (folder);

  bytes = sal_fixture_images (8, 5, 6);
  bytes->data[bytes->len - 1] ^= 1;
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", bytes);

  g_autofree char *pixel = hash_of (folder);

  sal_fixture_write_set (folder);
  bytes = sal_fixture_labels (20, 4);
  bytes->data[bytes->len - 1] ^= 1;
  sal_fixture_write (folder, "train-labels-idx1-ubyte", bytes);

  g_autofree char *label = hash_of (folder);

  /* The same bytes as images of another shape. */
  sal_fixture_write_set (folder);
  sal_fixture_write (folder, "train-images-idx3-ubyte", sal_fixture_images (20, 6, 5));
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", sal_fixture_images (8, 6, 5));

  g_autofree char *shape = hash_of (folder);

  g_assert_cmpstr (pixel, !=, before);
  g_assert_cmpstr (label, !=, before);
  g_assert_cmpstr (shape, !=, before);
  sal_fixture_remove_folder (folder);
}

static void
test_ids_are_found_in_the_data_directory_first (void)
{
  g_autofree char *in_home = g_build_filename (home, "datasets", "kmnist", NULL);
  g_autofree char *in_path = g_build_filename (elsewhere, "kmnist", NULL);

  assert_refused ("kmnist", SAL_ERROR_NOT_FOUND, in_home, in_path);

  sal_fixture_write_set (in_path);

  g_autoptr (SalDataset) found = open_good ("kmnist");

  g_assert_cmpuint (sal_dataset_get_train (found)->count, ==, 20);
  g_assert_cmpstr (sal_dataset_get_name (found), ==, "kmnist");
  g_assert_cmpstr (sal_dataset_get_title (found), ==, "KMNIST");
  g_assert_cmpstr (sal_dataset_get_class_name (found, 9), ==, "wo");
  g_assert_cmpint (sal_dataset_get_train (found)->classes, ==, 10);

  sal_fixture_write_set (in_home);
  sal_fixture_write (in_home, "train-images-idx3-ubyte", sal_fixture_images (12, 5, 6));
  sal_fixture_write (in_home, "train-labels-idx1-ubyte", sal_fixture_labels (12, 10));

  g_autoptr (SalDataset) found_first = open_good ("kmnist");

  g_assert_cmpuint (sal_dataset_get_train (found_first)->count, ==, 12);
  remove_again (in_home);
  remove_again (in_path);
}

static void
test_unknown_name_lists_what_is_known (void)
{
  assert_refused ("minst", SAL_ERROR_NOT_FOUND, "minst: expected a folder, an archive",
                  "mnist, fashion-mnist");
}

/* Replaces one file of a good set, and asserts the refusal. */
static void
assert_set_refused_with (const char *name,
                         GByteArray *bytes,
                         const char *complaint)
{
  char *folder = sal_fixture_make_folder ();

  sal_fixture_write_set (folder);
  sal_fixture_write (folder, name, bytes);
  assert_refused (folder, SAL_ERROR_BAD_FILE, name, complaint);
  sal_fixture_remove_folder (folder);
}

static void
test_counts_must_match (void)
{
  assert_set_refused_with ("train-labels-idx1-ubyte", sal_fixture_labels (19, 4),
                           "expected a label for each of the 20 images");
  assert_set_refused_with ("t10k-labels-idx1-ubyte", sal_fixture_labels (9, 4),
                           "found 9 labels");
}

static void
test_test_labels_must_be_known_from_training (void)
{
  assert_set_refused_with ("t10k-labels-idx1-ubyte", sal_fixture_labels (8, 5),
                           "expected labels from 0 to 3, found 4 at image 4");
}

static void
test_labels_of_known_sets_end_at_nine (void)
{
  g_autofree char *folder = g_build_filename (elsewhere, "mnist", NULL);

  sal_fixture_write_set (folder);
  sal_fixture_write (folder, "train-labels-idx1-ubyte", sal_fixture_labels (20, 11));
  assert_refused ("mnist", SAL_ERROR_BAD_FILE, "train-labels-idx1-ubyte",
                  "expected labels from 0 to 9, found 10 at image 10");
  remove_again (folder);
}

static void
test_one_class_is_not_enough (void)
{
  assert_set_refused_with ("train-labels-idx1-ubyte", sal_fixture_labels (20, 1),
                           "expected at least two classes, found the label 0 only");
}

static void
test_image_sizes_must_match (void)
{
  assert_set_refused_with ("t10k-images-idx3-ubyte", sal_fixture_images (8, 6, 5),
                           "expected images of 6 by 5 pixels");
  assert_set_refused_with ("train-images-idx3-ubyte", sal_fixture_images (20, 1, 1025),
                           "expected images of at most 1024 by 1024 pixels, found 1025 by 1");
}

static void
test_images_without_contrast_are_refused (void)
{
  char *folder = sal_fixture_make_folder ();
  GByteArray *bytes = sal_fixture_images (20, 5, 6);

  memset (bytes->data + 16, 200, 600);
  sal_fixture_write_set (folder);
  sal_fixture_write (folder, "train-images-idx3-ubyte", bytes);
  assert_refused (folder, SAL_ERROR_BAD_FILE, folder,
                  "expected training images with some contrast, found every pixel at 200");
  sal_fixture_remove_folder (folder);
}

static void
test_web_page_saved_as_gz_is_told (void)
{
  char *folder = sal_fixture_make_folder ();
  const char page[] = "<!DOCTYPE html><html><head><title>403 Forbidden</title>";

  sal_fixture_write (folder, "train-images-idx3-ubyte.gz",
                     g_byte_array_append (g_byte_array_new (), (const guint8 *) page,
                                          sizeof page - 1));
  sal_fixture_write (folder, "train-labels-idx1-ubyte", sal_fixture_labels (20, 4));
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", sal_fixture_images (8, 5, 6));
  sal_fixture_write (folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (8, 4));
  assert_refused (folder, SAL_ERROR_BAD_FILE, "train-images-idx3-ubyte.gz",
                  "expected an IDX file, found a web page");
  sal_fixture_remove_folder (folder);
}

static void
test_opening_can_be_cancelled (void)
{
  char *folder = sal_fixture_make_folder ();
  const char *const names[] = { "glyphs", folder };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  sal_fixture_write_set (folder);
  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (sal_dataset_open (names[i], cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  sal_fixture_remove_folder (folder);
}

static gpointer
read_everything (gpointer data)
{
  const NnImages *train = sal_dataset_get_train (data);
  const gsize n = train->count * nn_images_stride (train);
  gsize sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += train->pixels[i];
  sal_dataset_unref (data);
  return GSIZE_TO_POINTER (sum);
}

static void
test_threads_share_a_data_set (void)
{
  char *folder = sal_fixture_make_folder ();
  GThread *threads[4];
  gsize sums[4];

  sal_fixture_write_set (folder);

  SalDataset *dataset = open_good (folder);

  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("reader", read_everything, sal_dataset_ref (dataset));
  sal_dataset_unref (dataset);
  for (int i = 0; i < 4; i++)
    sums[i] = GPOINTER_TO_SIZE (g_thread_join (threads[i]));
  for (int i = 1; i < 4; i++)
    g_assert_cmpuint (sums[i], ==, sums[0]);
  sal_fixture_remove_folder (folder);
}

static void
test_mnist_is_what_was_published (void)
{
  const char *datasets = g_getenv ("SALISCOPE_DATASETS");
  static const gsize test_counts[10] = {
    980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
  };
  gsize counts[10] = { 0 };

  if (datasets == NULL) {
    g_test_skip ("SALISCOPE_DATASETS names no directory that holds mnist/");
    return;
  }

  g_autofree char *folder = g_build_filename (datasets, "mnist", NULL);
  g_autofree char *link = g_build_filename (elsewhere, "mnist", NULL);

  g_assert_cmpint (symlink (folder, link), ==, 0);

  g_autoptr (SalDataset) dataset = open_good ("mnist");
  const NnImages *train = sal_dataset_get_train (dataset);
  const NnImages *test = sal_dataset_get_test (dataset);

  remove_again (link);
  g_assert_cmpuint (train->count, ==, 60000);
  g_assert_cmpuint (test->count, ==, 10000);
  g_assert_cmpint (train->height, ==, 28);
  g_assert_cmpint (train->width, ==, 28);
  g_assert_cmpfloat (train->mean[0], ==, 0.1307f);
  g_assert_cmpfloat (train->std[0], ==, 0.3081f);
  g_assert_cmpuint (train->labels[0], ==, 5);
  g_assert_cmpuint (test->labels[0], ==, 7);
  for (gsize i = 0; i < test->count; i++)
    counts[test->labels[i]]++;
  g_assert_cmpmem (counts, sizeof counts, test_counts, sizeof test_counts);

  /* As a folder like any other, what is measured is what was published. */
  g_autoptr (SalDataset) own = open_good (folder);

  g_assert_cmpfloat_with_epsilon (sal_dataset_get_train (own)->mean[0], 0.1307, 5e-5);
  g_assert_cmpfloat_with_epsilon (sal_dataset_get_train (own)->std[0], 0.3081, 5e-5);
  g_assert_cmpstr (sal_dataset_get_hash (own), ==, sal_dataset_get_hash (dataset));
}

int
main (int    argc,
      char **argv)
{
  home = sal_fixture_make_folder ();
  elsewhere = sal_fixture_make_folder ();

  g_autofree char *path = g_strconcat ("/no/such/folder::", elsewhere, NULL);

  g_setenv ("SALISCOPE_HOME", home, TRUE);
  g_setenv ("SALISCOPE_DATASETS_PATH", path, TRUE);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset/every-row-of-the-table-is-complete",
                   test_every_row_of_the_table_is_complete);
  g_test_add_func ("/dataset/built-in-sets-open-on-an-empty-computer",
                   test_built_in_sets_open_on_an_empty_computer);
  g_test_add_func ("/dataset/glyphs-come-with-their-truth", test_glyphs_come_with_their_truth);
  g_test_add_func ("/dataset/glyphs-to-test-are-not-those-to-train",
                   test_glyphs_to_test_are_not_those_to_train);
  g_test_add_func ("/dataset/blocks-are-twice-as-high", test_blocks_are_twice_as_high);
  g_test_add_func ("/dataset/any-grey-set-of-28-by-28-comes-in-blocks",
                   test_any_grey_set_of_28_by_28_comes_in_blocks);
  g_test_add_func ("/dataset/sets-of-other-shapes-do-not-come-in-blocks",
                   test_sets_of_other_shapes_do_not_come_in_blocks);
  g_test_add_func ("/dataset/classes-have-names", test_classes_have_names);
  g_test_add_func ("/dataset/own-folder-is-opened-by-its-path",
                   test_own_folder_is_opened_by_its_path);
  g_test_add_func ("/dataset/relative-path-becomes-absolute",
                   test_relative_path_becomes_absolute);
  g_test_add_func ("/dataset/stays-open-when-the-files-are-gone",
                   test_stays_open_when_the_files_are_gone);
  g_test_add_func ("/dataset/hash-is-of-the-content", test_hash_is_of_the_content);
  g_test_add_func ("/dataset/any-change-of-the-content-changes-the-hash",
                   test_any_change_of_the_content_changes_the_hash);
  g_test_add_func ("/dataset/ids-are-found-in-the-data-directory-first",
                   test_ids_are_found_in_the_data_directory_first);
  g_test_add_func ("/dataset/unknown-name-lists-what-is-known",
                   test_unknown_name_lists_what_is_known);
  g_test_add_func ("/dataset/counts-must-match", test_counts_must_match);
  g_test_add_func ("/dataset/test-labels-must-be-known-from-training",
                   test_test_labels_must_be_known_from_training);
  g_test_add_func ("/dataset/labels-of-known-sets-end-at-nine",
                   test_labels_of_known_sets_end_at_nine);
  g_test_add_func ("/dataset/one-class-is-not-enough", test_one_class_is_not_enough);
  g_test_add_func ("/dataset/image-sizes-must-match", test_image_sizes_must_match);
  g_test_add_func ("/dataset/images-without-contrast-are-refused",
                   test_images_without_contrast_are_refused);
  g_test_add_func ("/dataset/web-page-saved-as-gz-is-told", test_web_page_saved_as_gz_is_told);
  g_test_add_func ("/dataset/opening-can-be-cancelled", test_opening_can_be_cancelled);
  g_test_add_func ("/dataset/threads-share-a-data-set", test_threads_share_a_data_set);
  g_test_add_func ("/dataset/mnist-is-what-was-published", test_mnist_is_what_was_published);

  const int status = g_test_run ();

  sal_fixture_remove_folder (home);
  sal_fixture_remove_folder (elsewhere);
  return status;
}
