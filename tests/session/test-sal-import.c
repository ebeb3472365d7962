/* test-sal-import.c - folders and archives of pictures, and CIFAR's binary files
 *
 * Pictures are one colour each, so that what came out can be told by a byte.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "archive-fixture.h"
#include "sal-dataset-file.h"
#include "sal-dataset-library.h"
#include "sal-directory.h"
#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-import.h"

/* Everything lies below one temporary folder. */
typedef struct
{
  char *home;
  char *source;
  char *target;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->home = sal_fixture_make_folder ();
  self->source = g_build_filename (self->home, "pictures", NULL);
  self->target = g_build_filename (self->home, "set.saldata", NULL);
  g_assert_true (sal_directory_make (self->source, NULL));
  g_setenv ("SALISCOPE_HOME", self->home, TRUE);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_unsetenv ("SALISCOPE_HOME");
  g_free (self->source);
  g_free (self->target);
  sal_fixture_remove_folder (self->home);
}

/* A picture whose upper left pixel is white and all others are `rgb`. */
static GByteArray *
make_picture (const char *kind,
              int         width,
              int         height,
              guint32     rgb)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize n;

  gdk_pixbuf_fill (pixbuf, rgb << 8 | 0xff);
  memset (gdk_pixbuf_get_pixels (pixbuf), 255, 3);
  gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &n, kind, &error, NULL);
  g_assert_no_error (error);
  return g_byte_array_new_take ((guint8 *) bytes, n);
}

static void
write_picture (const Fixture *self,
               const char    *name,
               guint32        rgb)
{
  sal_fixture_write (self->source, name, make_picture ("png", 8, 6, rgb));
}

static void
write_text (const Fixture *self,
            const char    *name,
            const char    *text)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  sal_fixture_write (self->source, name, bytes);
}

/* Cats are red, dogs are green: `n` of each in `folder`. */
static void
write_classes (const Fixture *self,
               const char    *folder,
               int            n)
{
  for (int i = 0; i < n; i++) {
    g_autofree char *cat = g_strdup_printf ("%scat/%03d.png", folder, i);
    g_autofree char *dog = g_strdup_printf ("%sdog/%03d.png", folder, i);

    write_picture (self, cat, 0xff0000);
    write_picture (self, dog, 0x00ff00);
  }
}

static SalDataset *
import_with (const Fixture          *self,
             const char             *source,
             const SalImportOptions *options)
{
  g_autoptr (GError) error = NULL;

  sal_import (source, self->target, options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  SalDataset *dataset = sal_dataset_file_open (self->target, "set", NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static SalDataset *
import (const Fixture *self,
        const char    *source)
{
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;

  return import_with (self, source, &options);
}

static void
assert_refused (const Fixture *self,
                const char    *source,
                int            code,
                const char    *complaint)
{
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;
  g_autoptr (GError) error = NULL;

  g_assert_false (sal_import (source, self->target, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, code);
  if (strstr (error->message, complaint) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, complaint);
  g_assert_true (g_str_has_prefix (error->message, source));
  g_assert_false (g_file_test (self->target, G_FILE_TEST_EXISTS));
}

/* The last pixel of an image says which class it is. */
static void
assert_labels_fit_colours (const NnImages *images)
{
  const gsize plane = (gsize) images->height * (gsize) images->width;

  for (gsize i = 0; i < images->count; i++) {
    const guint8 *last = images->pixels + i * nn_images_stride (images) + plane - 1;

    g_assert_cmpint (last[0], ==, images->labels[i] == 0 ? 255 : 0);
    g_assert_cmpint (last[plane], ==, images->labels[i] == 0 ? 0 : 255);
  }
}

/* ---- layouts ------------------------------------------------------------------------- */

static void
test_parts_and_classes_are_folders (Fixture      *self,
                                    gconstpointer data)
{
  write_classes (self, "archive/train/", 7);
  write_classes (self, "archive/test/", 2);
  write_text (self, "archive/readme.txt", "not a picture");

  g_autoptr (SalDataset) dataset = import (self, self->source);
  const NnImages *train = sal_dataset_get_train (dataset);

  g_assert_cmpuint (train->count, ==, 14);
  g_assert_cmpuint (sal_dataset_get_test (dataset)->count, ==, 4);
  g_assert_cmpint (train->classes, ==, 2);
  g_assert_cmpstr (sal_dataset_get_class_name (dataset, 0), ==, "cat");
  g_assert_cmpstr (sal_dataset_get_class_name (dataset, 1), ==, "dog");
  g_assert_cmpstr (sal_dataset_get_title (dataset), ==, "pictures");
  g_assert_null (sal_dataset_get_note (dataset));
  assert_labels_fit_colours (train);
  assert_labels_fit_colours (sal_dataset_get_test (dataset));
}

static void
test_small_pictures_keep_their_size_and_each_channel_its_mean (Fixture      *self,
                                                               gconstpointer data)
{
  write_classes (self, "", 10);

  g_autoptr (SalDataset) dataset = import (self, self->source);
  const NnImages *train = sal_dataset_get_train (dataset);
  /* Half of the images are red; one pixel of 48 is white in all. */
  const double mean = (1.0 + 47 * 0.5) / 48;

  g_assert_cmpint (train->channels, ==, 3);
  g_assert_cmpint (train->height, ==, 6);
  g_assert_cmpint (train->width, ==, 8);
  g_assert_cmpfloat_with_epsilon (train->mean[0], mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (train->mean[1], mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (train->mean[2], 1.0 / 48, 1e-6);
  g_assert_cmpfloat (sal_dataset_get_test (dataset)->mean[2], ==, train->mean[2]);
}

static void
test_classes_are_called_as_their_folders (Fixture      *self,
                                          gconstpointer data)
{
  static const char *const folders[] = {
    "-rf", "a\\b", "größe 日本", "it's \"so\"", "two\nlines"
  };
  static const char *const names[] = {
    "-rf", "a\\b", "größe 日本", "it's \"so\"", "two lines"
  };

  for (gsize c = 0; c < G_N_ELEMENTS (folders); c++)
    for (int i = 0; i < 2; i++) {
      g_autofree char *name = g_strdup_printf ("%s/%d a.png", folders[c], i);

      write_picture (self, name, 0xff0000);
    }

  g_autoptr (SalDataset) dataset = import (self, self->source);

  g_assert_cmpint (sal_dataset_get_train (dataset)->classes, ==, G_N_ELEMENTS (names));
  for (gsize c = 0; c < G_N_ELEMENTS (names); c++)
    g_assert_cmpstr (sal_dataset_get_class_name (dataset, (int) c), ==, names[c]);
}

static void
test_pictures_of_several_sizes_become_32_by_32 (Fixture      *self,
                                                gconstpointer data)
{
  write_classes (self, "", 3);
  sal_fixture_write (self->source, "cat/large.png", make_picture ("png", 90, 40, 0xff0000));
  sal_fixture_write (self->source, "dog/photo.jpg", make_picture ("jpeg", 40, 90, 0x00ff00));

  g_autoptr (SalDataset) dataset = import (self, self->source);

  g_assert_cmpint (sal_dataset_get_train (dataset)->height, ==, 32);
  g_assert_cmpint (sal_dataset_get_train (dataset)->width, ==, 32);
}

static void
test_size_and_grey_may_be_chosen (Fixture      *self,
                                  gconstpointer data)
{
  const SalImportOptions options = { .size = 5, .is_grey = TRUE, .test_share = 0.5 };

  write_classes (self, "", 4);

  g_autoptr (SalDataset) dataset = import_with (self, self->source, &options);
  const NnImages *train = sal_dataset_get_train (dataset);

  g_assert_cmpint (train->channels, ==, 1);
  g_assert_cmpint (train->width, ==, 5);
  g_assert_cmpuint (train->count, ==, 4);
  g_assert_cmpuint (sal_dataset_get_test (dataset)->count, ==, 4);
  for (gsize i = 0; i < train->count; i++)
    g_assert_cmpint (train->pixels[i * 25 + 24], ==, train->labels[i] == 0 ? 76 : 150);
}

static void
test_the_seed_alone_decides_the_split (Fixture      *self,
                                       gconstpointer data)
{
  SalImportOptions options = SAL_IMPORT_DEFAULTS;

  write_classes (self, "", 30);
  for (guint32 i = 0; i < 30; i++) {
    g_autofree char *name = g_strdup_printf ("cat/%03u.png", i);

    write_picture (self, name, i << 16);
  }

  g_autoptr (SalDataset) first = import_with (self, self->source, &options);
  g_autoptr (SalDataset) again = import_with (self, self->source, &options);

  options.seed = 5;

  g_autoptr (SalDataset) other = import_with (self, self->source, &options);

  g_assert_cmpuint (sal_dataset_get_test (first)->count, ==, 6);
  g_assert_cmpstr (sal_dataset_get_hash (first), ==, sal_dataset_get_hash (again));
  g_assert_cmpstr (sal_dataset_get_hash (first), !=, sal_dataset_get_hash (other));
}

static void
test_loops_of_links_end (Fixture      *self,
                         gconstpointer data)
{
  g_autofree char *loop = g_build_filename (self->source, "cat", "loop", NULL);

  write_classes (self, "", 3);
  g_assert_cmpint (symlink (self->source, loop), ==, 0);

  g_autoptr (SalDataset) dataset = import (self, self->source);

  g_assert_cmpuint (sal_dataset_get_train (dataset)->count, ==, 4);
}

/* ---- archives -------------------------------------------------------------------------- */

/* An archive of 6 cats and 6 dogs, and one more entry called `extra`. */
static char *
write_archive (const Fixture *self,
               const char    *name,
               const char    *extra)
{
  char *path = g_build_filename (self->home, name, NULL);
  struct archive *archive = archive_fixture_begin (path);

  for (int i = 0; i < 6; i++) {
    g_autofree char *cat = g_strdup_printf ("./top/cat/%d.png", i);
    g_autofree char *dog = g_strdup_printf ("./top/dog/%d.png", i);

    archive_fixture_add (archive, cat, make_picture ("png", 8, 6, 0xff0000));
    archive_fixture_add (archive, dog, make_picture ("png", 8, 6, 0x00ff00));
  }
  if (extra != NULL)
    archive_fixture_add (archive, extra, make_picture ("png", 8, 6, 0xff0000));
  archive_fixture_end (archive);
  return path;
}

static void
test_archives_are_as_folders (Fixture      *self,
                              gconstpointer data)
{
  g_autofree char *hash = NULL;

  for (const char *const *name = archive_fixture_names; *name != NULL; name++) {
    g_autofree char *path = write_archive (self, *name, NULL);
    g_autoptr (SalDataset) dataset = import (self, path);

    assert_labels_fit_colours (sal_dataset_get_train (dataset));
    g_assert_cmpuint (sal_dataset_get_train (dataset)->count, ==, 10);
    g_assert_cmpstr (sal_dataset_get_title (dataset), ==, "set");
    if (hash != NULL)
      g_assert_cmpstr (sal_dataset_get_hash (dataset), ==, hash);
    g_free (hash);
    hash = g_strdup (sal_dataset_get_hash (dataset));
  }
}

/* Wherever it is cut, there is an error in words or fewer pictures. */
static void
test_cut_archives_are_refused_or_shorter (Fixture      *self,
                                          gconstpointer data)
{
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;

  for (const char *const *name = archive_fixture_names; *name != NULL; name++) {
    g_autofree char *path = write_archive (self, *name, NULL);
    g_autofree char *bytes = NULL;
    gsize n;

    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    for (gsize length = 0; length < n - 1; length += 1 + n / 9) {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
      if (!sal_import (path, self->target, &options, NULL, NULL, NULL, &error)) {
        g_assert_cmpint (error->domain, ==, SAL_ERROR);
        g_assert_true (g_str_has_prefix (error->message, path));
      }
    }
  }
}

static void
test_names_that_lead_out_lead_nowhere (Fixture      *self,
                                       gconstpointer data)
{
  g_autofree char *path = write_archive (self, "evil.tar", "../../outside/evil.png");
  g_autofree char *outside = g_build_filename (self->home, "outside", NULL);
  g_autoptr (GError) error = NULL;
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;

  (void) sal_import (path, self->target, &options, NULL, NULL, NULL, &error);
  g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
}

static void
test_a_picture_that_is_there_twice_is_refused (Fixture      *self,
                                               gconstpointer data)
{
  g_autofree char *path = write_archive (self, "twice.tar", "top/cat/3.png");

  assert_refused (self, path, SAL_ERROR_BAD_FILE, "found top/cat/3.png twice");
}

/* ---- what is wrong ------------------------------------------------------------------------ */

static void
test_a_few_unreadable_pictures_are_left_out_and_named (Fixture      *self,
                                                       gconstpointer data)
{
  write_classes (self, "train/", 20);
  write_classes (self, "test/", 5);
  write_text (self, "train/dog/007.png", "<html>not found</html>");
  write_text (self, "test/cat/001.png", "");

  g_autoptr (SalDataset) dataset = import (self, self->source);

  g_assert_cmpuint (sal_dataset_get_train (dataset)->count, ==, 39);
  g_assert_cmpuint (sal_dataset_get_test (dataset)->count, ==, 9);
  assert_labels_fit_colours (sal_dataset_get_train (dataset));
  assert_labels_fit_colours (sal_dataset_get_test (dataset));
  g_assert_true (g_str_has_prefix (sal_dataset_get_note (dataset), "2 of 50 pictures could not be "
                                   "read and were left out; the first is test/cat/001.png: "
                                   "expected a picture"));
}

static void
test_many_unreadable_pictures_are_refused (Fixture      *self,
                                           gconstpointer data)
{
  write_classes (self, "", 5);
  write_text (self, "cat/002.png", "x");
  write_text (self, "dog/004.png", "x");
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE,
                  "more than a tenth of 10 files unreadable; the first is cat/002.png: ");
}

static void
test_folders_that_are_no_classes_are_refused (Fixture      *self,
                                              gconstpointer data)
{
  g_autofree char *empty = g_build_filename (self->source, "bird", NULL);

  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "found no picture");
  write_picture (self, "1.png", 0xff0000);
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "found pictures in no folder");
  write_picture (self, "cat/1.png", 0xff0000);
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "found only “cat”");
  write_classes (self, "", 3);
  g_assert_true (sal_directory_make (empty, NULL));
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "found none in bird");
}

static void
test_too_many_classes_are_refused (Fixture      *self,
                                   gconstpointer data)
{
  for (int i = 0; i < 257; i++) {
    g_autofree char *name = g_strdup_printf ("%03d/a.png", i);

    write_picture (self, name, 0xff0000);
  }
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "2 to 256 classes, found 257");
}

static void
test_options_out_of_range_are_refused (Fixture      *self,
                                       gconstpointer data)
{
  const SalImportOptions bad[] = {
    { .size = -1, .test_share = 0.1 },
    { .size = SAL_IMPORT_MAX_SIZE + 1, .test_share = 0.1 },
    { .test_share = 0.0 },
    { .test_share = 1.0 },
    { .test_share = (double) NAN },
  };

  write_classes (self, "", 3);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (sal_import (self->source, self->target, &bad[i], NULL, NULL, NULL, &error));
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  }
}

static void
cancel_cb (gsize    done,
           gsize    total,
           gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_a_cancelled_import_leaves_nothing (Fixture      *self,
                                        gconstpointer data)
{
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) directory = NULL;
  guint n = 0;

  write_classes (self, "", 40);
  g_assert_false (sal_import (self->source, self->target, &options, cancel_cb, cancellable,
                              cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  directory = g_dir_open (self->home, 0, NULL);
  while (g_dir_read_name (directory) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 1);
}

/* ---- cache and library ----------------------------------------------------------------------- */

static void
count_cb (gsize    done,
          gsize    total,
          gpointer data)
{
  (*(int *) data)++;
}

static SalDataset *
open_source (const Fixture *self,
             int           *n_reports)
{
  g_autoptr (GError) error = NULL;
  SalDataset *dataset;

  *n_reports = 0;
  dataset = sal_dataset_open_with_progress (self->source, count_cb, n_reports, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static void
test_a_folder_is_imported_again_only_when_it_changed (Fixture      *self,
                                                      gconstpointer data)
{
  int n_reports;

  write_classes (self, "", 5);

  g_autoptr (SalDataset) first = open_source (self, &n_reports);

  g_assert_cmpint (n_reports, >, 0);
  g_assert_cmpstr (sal_dataset_get_name (first), ==, self->source);

  g_autoptr (SalDataset) again = open_source (self, &n_reports);

  g_assert_cmpint (n_reports, ==, 0);
  g_assert_cmpstr (sal_dataset_get_hash (first), ==, sal_dataset_get_hash (again));
  write_picture (self, "dog/more.png", 0x00ff00);

  g_autoptr (SalDataset) changed = open_source (self, &n_reports);

  g_assert_cmpint (n_reports, >, 0);
  g_assert_cmpuint (sal_dataset_get_train (changed)->count, ==, 9);
}

/* Every bent byte in front of the pixels, and every cut, is noticed. */
static void
test_damaged_files_are_refused (Fixture      *self,
                                gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize n;

  write_classes (self, "", 5);
  sal_dataset_unref (import (self, self->source));
  g_assert_true (g_file_get_contents (self->target, &bytes, &n, NULL));
  for (gsize i = 0; i < 900; i += 7) {
    g_autofree char *bent = g_memdup2 (bytes, n);
    g_autoptr (GError) error = NULL;
    const gboolean is_header = i < 64 || strlen (bytes + 64) > i - 64;

    bent[i] ^= 0x41;
    g_assert_true (g_file_set_contents (self->target, bent, (gssize) n, NULL));

    g_autoptr (SalDataset) dataset = sal_dataset_file_open (self->target, NULL, NULL, &error);

    g_assert_true ((dataset == NULL) == is_header);
    if (is_header)
      g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  }
  for (gsize length = 0; length < n; length += 1 + n / 31) {
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (self->target, bytes, (gssize) length, NULL));
    g_assert_null (sal_dataset_file_open (self->target, NULL, NULL, &error));
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  }
  /* The labels are the last bytes. */
  bytes[n - 64] = 9;
  g_assert_true (g_file_set_contents (self->target, bytes, (gssize) n, NULL));

  g_autoptr (GError) error = NULL;

  g_assert_null (sal_dataset_file_open (self->target, NULL, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
}

static void
test_a_named_set_needs_its_source_no_more (Fixture      *self,
                                           gconstpointer data)
{
  const SalImportOptions options = { .title = "Pe\nts", .test_share = 0.2 };
  g_autoptr (GError) error = NULL;

  write_classes (self, "", 5);
  sal_dataset_library_import (self->source, "pets", &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sal_directory_remove (self->source, NULL));

  g_autoptr (SalDataset) dataset = sal_dataset_open ("pets", NULL, &error);
  g_autoptr (GPtrArray) list = sal_dataset_library_list ();

  g_assert_no_error (error);
  g_assert_cmpstr (sal_dataset_get_name (dataset), ==, "pets");
  g_assert_cmpstr (sal_dataset_get_title (dataset), ==, "Pe ts");
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (sal_dataset_library_remove ("pets", NULL));
  g_assert_false (sal_dataset_library_remove ("pets", NULL));
}

/* Half of a file is listed with what is wrong with it, and not opened. */
static void
test_a_damaged_set_is_listed (Fixture      *self,
                              gconstpointer data)
{
  const SalImportOptions options = { .test_share = 0.2 };
  g_autofree char *path = g_build_filename (g_getenv ("SALISCOPE_HOME"), "datasets",
                                            "pets.saldata", NULL);
  g_autoptr (GError) error = NULL;

  write_classes (self, "", 5);
  sal_dataset_library_import (self->source, "pets", &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 1000), ==, 0);

  g_autoptr (GPtrArray) list = sal_dataset_library_list ();
  const SalLibraryEntry *entry = list->pdata[0];

  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (entry->name, ==, "pets");
  g_assert_nonnull (strstr (entry->problem, "found a file that is cut"));
  g_assert_null (entry->label.title);
  g_assert_null (sal_dataset_library_open ("pets", NULL));
  g_assert_true (sal_dataset_library_remove ("pets", NULL));
}

static void
test_names_are_checked (Fixture      *self,
                        gconstpointer data)
{
  static const char *const bad[] = { "", "../x", "a/b", ".x", "Pets", "mnist", "cifar-10" };
  g_autofree char *suggested = sal_dataset_library_suggest_name ("/data/My Pets.tar.gz");
  g_autofree char *known = sal_dataset_library_suggest_name ("/data/mnist");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (sal_dataset_library_check_name (bad[i], NULL));
  g_assert_cmpstr (suggested, ==, "my-pets");
  g_assert_cmpstr (known, ==, "mnist-own");
}

/* ---- CIFAR --------------------------------------------------------------------------------- */

/* `n` images; pixel p of image i is i + p, the class is i modulo `classes`. */
static GByteArray *
make_cifar (gsize n,
            gsize label_bytes,
            int   classes)
{
  GByteArray *bytes = g_byte_array_new ();

  for (gsize i = 0; i < n; i++) {
    guint8 record[2 + 3072] = { 0 };

    record[label_bytes - 1] = (guint8) (i % (gsize) classes);
    for (gsize p = 0; p < 3072; p++)
      record[label_bytes + p] = (guint8) (i + p);
    g_byte_array_append (bytes, record, (guint) (label_bytes + 3072));
  }
  return bytes;
}

static void
write_cifar_10 (const Fixture *self)
{
  for (int i = 1; i <= 5; i++) {
    g_autofree char *name = g_strdup_printf ("cifar-10-batches-bin/data_batch_%d.bin", i);

    sal_fixture_write (self->source, name, make_cifar (4, 1, 10));
  }
  sal_fixture_write (self->source, "cifar-10-batches-bin/test_batch.bin", make_cifar (3, 1, 10));
}

static void
test_cifar_10_is_read (Fixture      *self,
                       gconstpointer data)
{
  write_cifar_10 (self);

  g_autoptr (SalDataset) dataset = import (self, self->source);
  const NnImages *train = sal_dataset_get_train (dataset);

  g_assert_cmpstr (sal_dataset_get_title (dataset), ==, "CIFAR-10");
  g_assert_cmpuint (train->count, ==, 20);
  g_assert_cmpuint (sal_dataset_get_test (dataset)->count, ==, 3);
  g_assert_cmpint (train->classes, ==, 10);
  g_assert_cmpstr (sal_dataset_get_class_name (dataset, 9), ==, "truck");
  g_assert_cmpint (train->labels[6], ==, 2);
  g_assert_cmpint (train->pixels[6 * 3072 + 100], ==, 102);
}

static void
test_cifar_100_takes_the_fine_labels (Fixture      *self,
                                      gconstpointer data)
{
  sal_fixture_write (self->source, "train.bin", make_cifar (100, 2, 100));
  sal_fixture_write (self->source, "test.bin", make_cifar (2, 2, 100));

  g_autoptr (SalDataset) dataset = import (self, self->source);

  g_assert_cmpint (sal_dataset_get_train (dataset)->classes, ==, 100);
  g_assert_cmpint (sal_dataset_get_train (dataset)->labels[77], ==, 77);
  g_assert_cmpstr (sal_dataset_get_class_name (dataset, 99), ==, "worm");
}

static void
test_damaged_cifar_is_refused (Fixture      *self,
                               gconstpointer data)
{
  GByteArray *cut = make_cifar (4, 1, 10);
  g_autofree char *batch = g_build_filename (self->source, "cifar-10-batches-bin",
                                             "data_batch_3.bin", NULL);

  write_cifar_10 (self);
  g_byte_array_set_size (cut, cut->len - 1);
  sal_fixture_write (self->source, "cifar-10-batches-bin/data_batch_3.bin", cut);
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "data_batch_3.bin to hold whole");
  sal_fixture_write (self->source, "cifar-10-batches-bin/data_batch_3.bin", make_cifar (20, 1, 20));
  assert_refused (self, self->source, SAL_ERROR_BAD_FILE, "labels from 0 to 9 in data_batch_3.bin");
  g_assert_cmpint (g_unlink (batch), ==, 0);
  assert_refused (self, self->source, SAL_ERROR_NOT_FOUND, "found no data_batch_3.bin");
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*run) (Fixture      *self,
                      gconstpointer data);
  } tests[] = {
    { "parts-and-classes-are-folders", test_parts_and_classes_are_folders },
    { "small-pictures-keep-their-size-and-each-channel-its-mean",
      test_small_pictures_keep_their_size_and_each_channel_its_mean },
    { "classes-are-called-as-their-folders", test_classes_are_called_as_their_folders },
    { "pictures-of-several-sizes-become-32-by-32", test_pictures_of_several_sizes_become_32_by_32 },
    { "size-and-grey-may-be-chosen", test_size_and_grey_may_be_chosen },
    { "the-seed-alone-decides-the-split", test_the_seed_alone_decides_the_split },
    { "loops-of-links-end", test_loops_of_links_end },
    { "archives-are-as-folders", test_archives_are_as_folders },
    { "cut-archives-are-refused-or-shorter", test_cut_archives_are_refused_or_shorter },
    { "names-that-lead-out-lead-nowhere", test_names_that_lead_out_lead_nowhere },
    { "a-picture-that-is-there-twice-is-refused", test_a_picture_that_is_there_twice_is_refused },
    { "a-few-unreadable-pictures-are-left-out-and-named",
      test_a_few_unreadable_pictures_are_left_out_and_named },
    { "many-unreadable-pictures-are-refused", test_many_unreadable_pictures_are_refused },
    { "folders-that-are-no-classes-are-refused", test_folders_that_are_no_classes_are_refused },
    { "too-many-classes-are-refused", test_too_many_classes_are_refused },
    { "options-out-of-range-are-refused", test_options_out_of_range_are_refused },
    { "a-cancelled-import-leaves-nothing", test_a_cancelled_import_leaves_nothing },
    { "a-folder-is-imported-again-only-when-it-changed",
      test_a_folder_is_imported_again_only_when_it_changed },
    { "damaged-files-are-refused", test_damaged_files_are_refused },
    { "a-named-set-needs-its-source-no-more", test_a_named_set_needs_its_source_no_more },
    { "a-damaged-set-is-listed", test_a_damaged_set_is_listed },
    { "names-are-checked", test_names_are_checked },
    { "cifar-10-is-read", test_cifar_10_is_read },
    { "cifar-100-takes-the-fine-labels", test_cifar_100_takes_the_fine_labels },
    { "damaged-cifar-is-refused", test_damaged_cifar_is_refused },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/import/", tests[i].path, NULL);

    g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
  }
  return g_test_run ();
}
