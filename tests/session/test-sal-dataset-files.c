/* test-sal-dataset-files.c - a public data set is on the computer whole or not at all
 *
 * The catalogue's entry is one of this test; the real files of MNIST are
 * downloaded where $SALISCOPE_DATASETS has them, from a server of this test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "file-server.h"
#include "sal-dataset-files.h"
#include "sal-dataset.h"
#include "sal-error.h"
#include "sal-fixture.h"

#define N_FILES 3

typedef struct
{
  char                  *served;   /* the folder of the server, with own/a.gz ...  */
  char                  *folder;   /* where downloads go                           */
  FileServer            *server;
  char                  *digests[N_FILES];
  SalCatalogueFile       files[N_FILES + 1];
  SalCatalogueEntry      entry;
  SalDatasetFilesRequest request;
  char                  *mirror;
  GCancellable          *cancellable;

  GMainLoop             *loop;
  char                  *result;
  GError                *error;
  guint64                bytes;    /* of the last report                           */
  guint                  reports;
  gboolean               cancels;  /* at the first report                          */
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  static const char *const names[N_FILES] = { "a.gz", "b.gz", "c.tar.gz" };
  static const guint sizes[N_FILES] = { 300000, 200, 1000 };

  self->served = sal_fixture_make_folder ();
  self->folder = sal_fixture_make_folder ();
  for (gsize i = 0; i < N_FILES; i++) {
    GByteArray *bytes = sal_fixture_images (1, 1, sizes[i] - 16);
    g_autofree char *path = g_build_filename ("own", names[i], NULL);

    self->digests[i] = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
    self->files[i] = (SalCatalogueFile) { names[i], bytes->len, self->digests[i], NULL };
    self->entry.size += bytes->len;
    sal_fixture_write (self->served, path, bytes);
  }
  self->entry.id = "own";
  self->entry.files = self->files;
  self->server = file_server_start (self->served);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  self->request.entry = &self->entry;
  self->request.directory = self->folder;
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  file_server_stop (self->server);
  sal_fixture_remove_folder (self->served);
  sal_fixture_remove_folder (self->folder);
  for (gsize i = 0; i < N_FILES; i++)
    g_free (self->digests[i]);
  g_main_loop_unref (self->loop);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self->result);
  g_free (self->mirror);
}

static void
progress_cb (guint64  bytes,
             guint64  total,
             gpointer data)
{
  Fixture *self = data;

  g_assert_cmpuint (total, ==, self->request.entry->size);
  g_assert_cmpuint (bytes, <=, total);
  g_assert_cmpuint (bytes, >=, self->bytes);
  g_assert_null (self->result);
  self->bytes = bytes;
  self->reports++;
  if (self->cancels)
    g_cancellable_cancel (self->cancellable);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Fixture *self = data;

  self->result = sal_dataset_files_get_finish (result, &self->error);
  g_main_loop_quit (self->loop);
}

/* Gets the set from the server with this habit. */
static void
get (Fixture    *self,
     const char *habit)
{
  g_free (self->mirror);
  g_clear_error (&self->error);
  g_clear_pointer (&self->result, g_free);
  self->mirror = file_server_address (self->server, habit);
  self->request.mirror = self->mirror;
  self->bytes = 0;
  sal_dataset_files_get_async (&self->request, progress_cb, self, self->cancellable, got_cb, self);
  g_main_loop_run (self->loop);

  /* Nothing is reported afterwards. */
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

static char *
path_of (Fixture    *self,
         const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static gboolean
exists (Fixture    *self,
        const char *name)
{
  g_autofree char *path = path_of (self, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
assert_complete (Fixture *self)
{
  g_autofree char *folder = path_of (self, "own");

  g_assert_no_error (self->error);
  g_assert_cmpstr (self->result, ==, folder);
  g_assert_false (exists (self, "own.part"));
  g_assert_cmpuint (sal_dataset_files_kept (&self->entry, self->folder), ==, 0);
  for (gsize i = 0; i < N_FILES; i++) {
    SalDatasetFileState state;
    g_autofree char *path = NULL;
    g_autofree char *found = NULL;

    g_assert_true (sal_dataset_files_check (&self->files[i], folder, &state, &path, &found, NULL,
                                            NULL));
    g_assert_cmpint (state, ==, SAL_DATASET_FILE_GOOD);
  }
}

static void
assert_asked (Fixture    *self,
              const char *log)
{
  g_autofree char *asked = file_server_take_log (self->server);

  g_assert_cmpstr (asked, ==, log);
}

static void
test_all (Fixture      *self,
          gconstpointer data)
{
  get (self, "plain");
  assert_complete (self);
  assert_asked (self, "plain plain plain");
  g_assert_cmpuint (self->reports, >=, 1);

  get (self, "plain");
  assert_complete (self);
  assert_asked (self, "");
}

static void
test_missing (Fixture      *self,
              gconstpointer data)
{
  g_autofree char *last = g_build_filename (self->served, "own", "c.tar.gz", NULL);
  g_autofree char *hidden = g_strconcat (last, ".hidden", NULL);

  g_rename (last, hidden);
  get (self, "plain");
  g_assert_error (self->error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (self->error->message, "/plain/own/c.tar.gz"));
  g_assert_false (exists (self, "own"));
  g_assert_cmpuint (sal_dataset_files_kept (&self->entry, self->folder), ==, 300200);
  assert_asked (self, "plain plain plain");

  g_rename (hidden, last);
  get (self, "plain");
  assert_complete (self);
  assert_asked (self, "plain");
}

static void
test_nothing_there (Fixture      *self,
                    gconstpointer data)
{
  get (self, "missing");
  g_assert_error (self->error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_false (exists (self, "own"));
  g_assert_false (exists (self, "own.part"));
}

static void
test_cancel (Fixture      *self,
             gconstpointer data)
{
  self->cancels = TRUE;
  get (self, "hang");
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (exists (self, "own"));
  g_assert_cmpuint (sal_dataset_files_kept (&self->entry, self->folder), >, 0);

  self->cancels = FALSE;
  g_cancellable_reset (self->cancellable);
  get (self, "plain");
  assert_complete (self);
}

static void
test_own_bytes (Fixture      *self,
                gconstpointer data)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autofree char *path = path_of (self, "own/b.gz");

  g_byte_array_append (bytes, (const guint8 *) "mine", 4);
  sal_fixture_write (self->folder, "own/b.gz", bytes);
  get (self, "plain");
  g_assert_error (self->error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (self->error->message, path));
  g_assert_nonnull (strstr (self->error->message, self->digests[1]));

  self->request.replace = TRUE;
  get (self, "plain");
  assert_complete (self);
}

static void
test_states (Fixture      *self,
             gconstpointer data)
{
  static const struct
  {
    const char         *name;   /* what is in the folder                            */
    SalDatasetFileState state;  /* of b.gz                                          */
  } cases[] = {
    { "c.tar.gz", SAL_DATASET_FILE_MISSING },
    { "b.gz", SAL_DATASET_FILE_WRONG },
    { "b", SAL_DATASET_FILE_UNPACKED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *folder = sal_fixture_make_folder ();
    g_autofree char *path = NULL;
    g_autofree char *found = NULL;
    SalDatasetFileState state;

    sal_fixture_write (folder, cases[i].name, sal_fixture_images (1, 1, 7));
    g_assert_true (sal_dataset_files_check (&self->files[1], folder, &state, &path, &found, NULL,
                                            NULL));
    g_assert_cmpint (state, ==, cases[i].state);
    g_assert_true ((found != NULL) == (state == SAL_DATASET_FILE_WRONG));
    sal_fixture_remove_folder (g_steal_pointer (&folder));
  }
}

static void
test_bad_mirror (Fixture      *self,
                 gconstpointer data)
{
  self->request.mirror = "ftp://example.org";
  sal_dataset_files_get_async (&self->request, NULL, NULL, NULL, got_cb, self);
  g_main_loop_run (self->loop);
  g_assert_error (self->error, SAL_ERROR, SAL_ERROR_BAD_SETTING);
  g_assert_nonnull (strstr (self->error->message, "ftp://example.org"));
}

/* The files of $SALISCOPE_DATASETS are compressed differently from those of
 * the catalogue, which knows their content. */
static void
test_mnist (Fixture      *self,
            gconstpointer data)
{
  const char *datasets = g_getenv ("SALISCOPE_DATASETS");

  if (datasets == NULL) {
    g_test_skip ("the files of MNIST are read below $SALISCOPE_DATASETS, which is not set");
    return;
  }
  file_server_stop (self->server);
  self->server = file_server_start (datasets);
  self->request.entry = sal_catalogue_find ("mnist");
  get (self, "plain");
  g_assert_no_error (self->error);

  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) mnist = sal_dataset_open (self->result, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sal_dataset_get_train (mnist)->count, ==, 60000);
}

#define ADD(name, function) \
  g_test_add ("/dataset-files/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("all files are fetched, and only once", test_all);
  ADD ("without one of them nothing is there", test_missing);
  ADD ("a server without them leaves no trace", test_nothing_there);
  ADD ("cancelling keeps what is there", test_cancel);
  ADD ("own bytes are replaced only when asked for", test_own_bytes);
  ADD ("a file is good, wrong, unpacked or missing", test_states);
  ADD ("a bad mirror is named", test_bad_mirror);
  ADD ("the real MNIST is fetched and opens", test_mnist);
  return g_test_run ();
}
