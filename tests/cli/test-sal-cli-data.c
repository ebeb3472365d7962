/* test-sal-cli-data.c - data sets are listed, downloaded and checked by commands
 *
 * Against a server of this test, on this computer only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "cli-fixture.h"
#include "file-server.h"
#include "sal-fixture.h"

typedef struct
{
  CliFixture  cli;
  char       *served; /* mnist/ with files of the right names and other bytes  */
  FileServer *server;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  cli_fixture_set_up (&self->cli, NULL);
  self->served = sal_fixture_make_folder ();
  sal_fixture_write (self->served, "mnist/train-images-idx3-ubyte.gz",
                     sal_fixture_images (200, 28, 28));
  self->server = file_server_start (self->served);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  file_server_stop (self->server);
  sal_fixture_remove_folder (self->served);
  cli_fixture_tear_down (&self->cli, NULL);
}

/* Starts the program with the server, which has this habit, as its mirror. */
static GSubprocess *
spawn (Fixture    *self,
       const char *arguments,
       const char *habit)
{
  g_free (self->cli.mirror);
  self->cli.mirror = file_server_address (self->server, habit);
  return cli_spawn (&self->cli, arguments);
}

static CliCall
call (Fixture    *self,
      const char *arguments,
      const char *habit)
{
  CliCall result = cli_end (spawn (self, arguments, habit));

  g_test_message ("%s: %d: %s", arguments, result.status, result.err);
  return result;
}

/* A call that must end with `status`, and says `words` on stdout or stderr. */
static void
assert_call (Fixture    *self,
             const char *arguments,
             int         status,
             const char *words)
{
  g_auto (CliCall) result = call (self, arguments, "plain");

  g_assert_cmpint (result.status, ==, status);
  if (strstr (result.out, words) == NULL && strstr (result.err, words) == NULL)
    g_error ("“%s%s” does not say “%s”", result.out, result.err, words);
}

/* The state of `id` as `data list` prints it; free it. */
static char *
listed_state (Fixture    *self,
              const char *id)
{
  g_autoptr (JsonNode) root = cli_json (&self->cli, "data list --json");
  JsonArray *sets = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (sets); i++) {
    JsonObject *set = json_array_get_object_element (sets, i);

    if (g_str_equal (json_object_get_string_member (set, "id"), id))
      return g_strdup (json_object_get_string_member (set, "state"));
  }
  return NULL;
}

static void
assert_listed (Fixture    *self,
               const char *id,
               const char *state)
{
  g_autofree char *listed = listed_state (self, id);

  g_assert_cmpstr (listed, ==, state);
}

static void
the_list_says_what_is_there (Fixture      *self,
                             gconstpointer data)
{
  assert_listed (self, "glyphs", "built in");
  assert_listed (self, "mnist", "to download");
  assert_call (self, "data list", 0, "CC BY-SA 3.0");
}

static void
a_damaged_import_is_listed_with_what_to_do (Fixture      *self,
                                            gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->cli.home, "datasets", NULL);
  g_autofree char *path = g_build_filename (folder, "pets.saldata", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "no data set", -1, NULL));
  assert_listed (self, "pets", "damaged");
  assert_call (self, "data list", 0, "pets is damaged: ");
  assert_call (self, "data list", 0, "saliscope-cli data remove pets\n");
  assert_call (self, "data list", 0, "saliscope-cli data import PATH --name pets\n");
  assert_call (self, "data remove pets", 0, "");
  assert_listed (self, "pets", NULL);
}

/* Where other languages write 11,6 MB. */
static void
the_list_is_the_same_in_every_language (Fixture      *self,
                                        gconstpointer data)
{
  const locale_t locale = newlocale (LC_ALL_MASK, "de_DE.UTF-8", (locale_t) 0);

  if (locale == (locale_t) 0) {
    g_test_skip ("there is no locale de_DE.UTF-8");
    return;
  }
  freelocale (locale);

  g_autofree char *english = cli_output (&self->cli, "data list");

  g_setenv ("LC_ALL", "de_DE.UTF-8", TRUE);

  g_autofree char *german = cli_output (&self->cli, "data list");

  g_unsetenv ("LC_ALL");
  g_assert_cmpstr (german, ==, english);
}

static void
what_cannot_be_got_is_one_sentence (Fixture      *self,
                                    gconstpointer data)
{
  static const struct
  {
    const char *arguments;
    const char *habit;
    int         status;
    const char *words;
  } cases[] = {
    { "data get", "plain", 2, "expected the name of a data set" },
    { "data get imagenet", "plain", 1, "mnist, fashion-mnist" },
    { "data get glyphs", "plain", 1, "built in" },
    { "data get mnist", "missing", 1, "404" },
    { "data get mnist", "page", 1, "web page" },
    { "data get mnist", "plain", 1, "expected a file with SHA-256 440fcabf" },
    { "data get mnist --mirror nowhere", "plain", 1, "nowhere" },
    { "data verify mnist", "plain", 1, "data get mnist" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (CliCall) result = call (self, cases[i].arguments, cases[i].habit);

    g_assert_cmpint (result.status, ==, cases[i].status);
    g_assert_cmpstr (result.out, ==, "");
    if (strstr (result.err, cases[i].words) == NULL)
      g_error ("“%s” does not say “%s”", result.err, cases[i].words);
  }
  assert_listed (self, "mnist", "to download");
}

static void
ctrl_c_keeps_what_is_there_and_says_how_to_go_on (Fixture      *self,
                                                  gconstpointer data)
{
  g_autofree char *part = g_build_filename (self->cli.home, "datasets", "mnist.part",
                                            "train-images-idx3-ubyte.gz.part", NULL);
  GSubprocess *process = spawn (self, "data get mnist", "hang");
  const gint64 patience = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  g_autofree char *bytes = NULL;
  gsize size = 0;

  while (size == 0 && g_get_monotonic_time () < patience) {
    g_usleep (5000);
    g_clear_pointer (&bytes, g_free);
    g_file_get_contents (part, &bytes, &size, NULL);
  }
  g_subprocess_send_signal (process, SIGINT);

  g_auto (CliCall) result = cli_end (process);

  g_assert_cmpint (result.status, ==, 130);
  g_assert_cmpstr (result.out, ==, "");
  g_assert_nonnull (strstr (result.err, "go on with: saliscope-cli data get mnist"));
  assert_listed (self, "mnist", "partly here");
}

/* CIFAR-10 with a fifth of its images: 36 MB, which take a while. */
static void
write_cifar (Fixture *self)
{
  for (int i = 0; i <= 5; i++) {
    g_autofree char *name = i > 0 ? g_strdup_printf ("data_batch_%d.bin", i)
                                  : g_strdup ("test_batch.bin");
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_set_size (bytes, 3073 * 2000);
    for (guint b = 0; b < bytes->len; b++)
      bytes->data[b] = (guint8) (b % 3073 == 0 ? b / 3073 % 10 : b * i);
    sal_fixture_write (self->cli.folder, name, bytes);
  }
}

/* Whenever it comes, the set is there whole or not at all. */
static void
an_import_that_is_stopped_leaves_nothing (Fixture      *self,
                                          gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->cli.home, "datasets", NULL);
  static const int signals[] = { SIGINT, SIGTERM };

  write_cifar (self);
  for (guint i = 0; i < 16; i++) {
    GSubprocess *process = spawn (self, "data import . --name own", "plain");

    g_usleep (4000 * i);
    g_subprocess_send_signal (process, signals[i % 2]);

    g_auto (CliCall) result = cli_end (process);
    g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
    const char *name = directory != NULL ? g_dir_read_name (directory) : NULL;

    /* Before and after it listens, a signal ends it as any program. */
    g_assert_true (result.status == 0 || result.status == 130 ||
                   result.status == -signals[i % 2]);
    g_assert_true (name != NULL || result.status != 0);
    if (name != NULL) {
      g_assert_cmpstr (name, ==, "own.saldata");
      assert_call (self, "data info own", 0, "10000 to train on");
      assert_call (self, "data remove own", 0, "");
    }
  }
}

static void
the_real_mnist_is_got_and_verified (Fixture      *self,
                                    gconstpointer data)
{
  const char *datasets = g_getenv ("SALISCOPE_DATASETS");

  if (datasets == NULL) {
    g_test_skip ("the files of MNIST are read below $SALISCOPE_DATASETS, which is not set");
    return;
  }
  file_server_stop (self->server);
  self->server = file_server_start (datasets);
  assert_call (self, "data get mnist", 0, "/datasets/mnist\n");
  assert_listed (self, "mnist", "present");
  assert_call (self, "data verify mnist --json", 0, "good");

  /* Labels of another order are not those of MNIST. */
  sal_fixture_write (self->cli.home, "datasets/mnist/t10k-labels-idx1-ubyte.gz",
                     sal_fixture_labels (10000, 10));
  assert_call (self, "data verify mnist", 1, "other bytes");
  assert_call (self, "data verify mnist", 1, "found 1 missing or with other bytes");
  assert_call (self, "data get mnist --replace", 0, "/datasets/mnist\n");
  assert_call (self, "data verify mnist", 0, "good");
}

#define ADD(name, function) \
  g_test_add ("/cli-data/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list", the_list_says_what_is_there);
  ADD ("list-damaged", a_damaged_import_is_listed_with_what_to_do);
  ADD ("list-language", the_list_is_the_same_in_every_language);
  ADD ("errors", what_cannot_be_got_is_one_sentence);
  ADD ("interrupt", ctrl_c_keeps_what_is_there_and_says_how_to_go_on);
  ADD ("import-interrupt", an_import_that_is_stopped_leaves_nothing);
  ADD ("mnist", the_real_mnist_is_got_and_verified);
  return g_test_run ();
}
