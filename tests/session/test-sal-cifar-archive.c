/* test-sal-cifar-archive.c - CIFAR's archives, of their real layout and size
 *
 * They are made here, with other pixels, served by a server of this test,
 * downloaded with the hash they have, unpacked, trained on and verified.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "archive-fixture.h"
#include "file-server.h"
#include "sal-dataset-files.h"
#include "sal-fixture.h"
#include "training-fixture.h"

#define PIXELS 3072

/* A set of the catalogue, and what its archive holds. */
typedef struct
{
  const char *id;
  const char *folder;
  const char *train[6];
  const char *test;
  const char *names;        /* the file with the names of the classes           */
  gsize       train_count;  /* of a file                                        */
  gsize       label_bytes;
  gsize       classes;
} Kind;

static const Kind kinds[] = {
  {
    "cifar-10", "cifar-10-batches-bin",
    { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
      "data_batch_5.bin" },
    "test_batch.bin", "batches.meta.txt", 10000, 1, 10
  },
  {
    "cifar-100", "cifar-100-binary", { "train.bin" }, "test.bin", "fine_label_names.txt",
    50000, 2, 100
  },
};

typedef struct
{
  TrainingFixture   training;
  char             *served;
  FileServer       *server;
  SalCatalogueFile  files[2];
  SalCatalogueEntry entry;
  GMainLoop        *loop;
  char             *folder; /* of the download                                  */
} Fixture;

/* ---- archives ------------------------------------------------------------------------ */

/* The label of an image is its number; a coarse one before it says nothing. */
static GByteArray *
make_images (const Kind *kind,
             gsize       count)
{
  const gsize record = kind->label_bytes + PIXELS;
  GByteArray *bytes = g_byte_array_sized_new ((guint) (count * record));

  g_byte_array_set_size (bytes, (guint) (count * record));
  for (gsize i = 0; i < count; i++) {
    guint8 *at = bytes->data + i * record;

    at[0] = 77;
    at[kind->label_bytes - 1] = (guint8) (i % kind->classes);
    for (gsize p = 0; p < PIXELS; p++)
      at[kind->label_bytes + p] = (guint8) (i + p * (1 + i % kind->classes));
  }
  return bytes;
}

/* The names of the catalogue, a line each, and an empty line as in the original. */
static GByteArray *
make_names (const SalCatalogueEntry *entry)
{
  g_autofree char *lines = g_strjoinv ("\n", (char **) entry->class_names);
  char *text = g_strconcat (lines, "\n\n", NULL);

  return g_byte_array_new_take ((guint8 *) text, strlen (text));
}

static void
add_member (struct archive *archive,
            const Kind     *kind,
            const char     *name,
            GByteArray     *bytes)
{
  g_autofree char *path = g_build_filename (kind->folder, name, NULL);

  archive_fixture_add (archive, path, bytes);
}

static void
write_archive (const Kind              *kind,
               const SalCatalogueEntry *entry,
               const char              *path)
{
  struct archive *archive = archive_fixture_begin (path);

  for (gsize i = 0; kind->train[i] != NULL; i++)
    add_member (archive, kind, kind->train[i], make_images (kind, kind->train_count));
  add_member (archive, kind, kind->names, make_names (entry));
  add_member (archive, kind, "readme.html", make_names (entry));
  add_member (archive, kind, kind->test, make_images (kind, 10000));
  archive_fixture_end (archive);
}

/* ---- fixture --------------------------------------------------------------------------- */

/* Serves the archive, and makes an entry of the catalogue with its hash. */
static void
set_up (Fixture      *self,
        gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *bytes = NULL;
  gsize n;

  training_fixture_set_up (&self->training, NULL);
  g_setenv ("SALISCOPE_HOME", self->training.home, TRUE);
  self->served = sal_fixture_make_folder ();
  self->server = file_server_start (self->served);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->entry = *sal_catalogue_find (kind->id);
  self->files[0] = self->entry.files[0];

  g_autofree char *folder = g_build_filename (self->served, kind->id, NULL);
  g_autofree char *path = g_build_filename (folder, self->files[0].name, NULL);

  sal_fixture_write (folder, "placeholder", g_byte_array_new ());
  write_archive (kind, &self->entry, path);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  self->files[0].size = self->entry.size = n;
  self->files[0].sha256 =
    g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, n);
  self->entry.files = self->files;
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  file_server_stop (self->server);
  sal_fixture_remove_folder (self->served);
  g_main_loop_unref (self->loop);
  g_free ((char *) self->files[0].sha256);
  g_free (self->folder);
  g_unsetenv ("SALISCOPE_HOME");
  training_fixture_tear_down (&self->training, NULL);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Fixture *self = data;
  g_autoptr (GError) error = NULL;

  self->folder = sal_dataset_files_get_finish (result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (self->loop);
}

static void
download (Fixture *self)
{
  g_autofree char *mirror = file_server_address (self->server, "plain");
  const SalDatasetFilesRequest request = { .entry = &self->entry, .mirror = mirror };

  sal_dataset_files_get_async (&request, NULL, NULL, NULL, got_cb, self);
  g_main_loop_run (self->loop);
}

/* ---- the story --------------------------------------------------------------------------- */

static void
assert_images (const Kind     *kind,
               const NnImages *images,
               gsize           count)
{
  g_assert_cmpuint (images->count, ==, count);
  g_assert_cmpint (images->channels, ==, 3);
  g_assert_cmpint (images->height, ==, 32);
  g_assert_cmpint (images->width, ==, 32);
  for (gsize i = 0; i < count; i++) {
    const gsize number = i % kind->train_count;

    g_assert_cmpuint (images->labels[i], ==, number % kind->classes);
    g_assert_cmpuint (images->pixels[i * PIXELS + 5], ==,
                      (guint8) (number + 5 * (1 + number % kind->classes)));
  }
}

static void
test_it_is_downloaded_unpacked_trained_on_and_verified (Fixture      *self,
                                                        gconstpointer data)
{
  const Kind *kind = data;
  TrainingFixture *training = &self->training;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *found = NULL;
  SalDatasetFileState state;

  download (self);
  sal_dataset_unref (training->dataset);
  training->dataset = sal_dataset_open (kind->id, NULL, &error);
  g_assert_no_error (error);
  assert_images (kind, sal_dataset_get_train (training->dataset), 50000);
  assert_images (kind, sal_dataset_get_test (training->dataset), 10000);
  for (gsize c = 0; c < kind->classes; c++)
    g_assert_cmpstr (sal_dataset_get_class_name (training->dataset, (int) c), ==,
                     self->entry.class_names[c]);

  g_strlcpy (training->recipe.dataset, kind->id, sizeof training->recipe.dataset);

  SalTraining *run = training_fixture_start (training);

  training_fixture_train_to (run, 3);
  sal_training_free (run);
  g_assert_true (sal_dataset_files_check (self->files, self->folder, &state, &path, &found, NULL,
                                          &error));
  g_assert_cmpint (state, ==, SAL_DATASET_FILE_GOOD);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strconcat ("/cifar-archive/", kinds[i].id, NULL);

    g_test_add (path, Fixture, &kinds[i], set_up,
                test_it_is_downloaded_unpacked_trained_on_and_verified, tear_down);
  }
  return g_test_run ();
}
