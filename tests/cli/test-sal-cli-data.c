/* test-sal-cli-data.c - data sets are listed, downloaded and checked by commands
 *
 * Against a server of this test, on this computer only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "file-server.h"
#include "sal-fixture.h"

typedef struct
{
  char       *home;    /* $SALISCOPE_HOME                                       */
  char       *served;  /* mnist/ with files of the right names and other bytes  */
  FileServer *server;
  int         status;  /* of the last call                                      */
  char       *out;
  char       *err;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->home = sal_fixture_make_folder ();
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
  sal_fixture_remove_folder (self->home);
  sal_fixture_remove_folder (self->served);
  g_free (self->out);
  g_free (self->err);
}

/* Starts `saliscope-cli data ARGUMENTS --mirror ...` with the server's habit. */
static GSubprocess *
spawn (Fixture    *self,
       const char *arguments,
       const char *habit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *mirror = file_server_address (self->server, habit);
  g_autofree char *line =
    g_strdup_printf ("%s data %s", g_getenv ("SALISCOPE_CLI"), arguments);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_subprocess_launcher_setenv (launcher, "SALISCOPE_HOME", self->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "SALISCOPE_MIRROR", mirror, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "SALISCOPE_DATASETS_PATH");

  GSubprocess *process =
    g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);

  g_assert_no_error (error);
  return process;
}

static void
end (Fixture     *self,
     GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_free (self->out);
  g_free (self->err);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &self->out, &self->err,
                                                &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
  g_test_message ("%d: %s", self->status, self->err);
  g_object_unref (process);
}

static void
call (Fixture    *self,
      const char *arguments,
      const char *habit)
{
  end (self, spawn (self, arguments, habit));
}

/* The state of `id` as `data list` prints it; free it. */
static char *
listed_state (Fixture    *self,
              const char *id)
{
  call (self, "list --json", "plain");

  g_autoptr (JsonNode) root = json_from_string (self->out, NULL);
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
  call (self, "list", "plain");
  g_assert_cmpint (self->status, ==, 0);
  g_assert_nonnull (strstr (self->out, "CC BY-SA 3.0"));
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
    { "get", "plain", 2, "expected the name of a data set" },
    { "get imagenet", "plain", 1, "mnist, fashion-mnist" },
    { "get glyphs", "plain", 1, "built in" },
    { "get mnist", "missing", 1, "404" },
    { "get mnist", "page", 1, "web page" },
    { "get mnist", "plain", 1, "expected a file with SHA-256 440fcabf" },
    { "get mnist --mirror nowhere", "plain", 1, "nowhere" },
    { "verify mnist", "plain", 1, "data get mnist" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    call (self, cases[i].arguments, cases[i].habit);
    g_assert_cmpint (self->status, ==, cases[i].status);
    g_assert_cmpstr (self->out, ==, "");
    if (strstr (self->err, cases[i].words) == NULL)
      g_error ("“%s” does not say “%s”", self->err, cases[i].words);
  }
  assert_listed (self, "mnist", "to download");
}

static void
ctrl_c_keeps_what_is_there_and_says_how_to_go_on (Fixture      *self,
                                                  gconstpointer data)
{
  g_autofree char *part = g_build_filename (self->home, "datasets", "mnist.part",
                                            "train-images-idx3-ubyte.gz.part", NULL);
  GSubprocess *process = spawn (self, "get mnist", "hang");
  const gint64 patience = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  g_autofree char *bytes = NULL;
  gsize size = 0;

  while (size == 0 && g_get_monotonic_time () < patience) {
    g_usleep (5000);
    g_clear_pointer (&bytes, g_free);
    g_file_get_contents (part, &bytes, &size, NULL);
  }
  g_subprocess_send_signal (process, SIGINT);
  end (self, process);
  g_assert_cmpint (self->status, ==, 130);
  g_assert_cmpstr (self->out, ==, "");
  g_assert_nonnull (strstr (self->err, "go on with: saliscope-cli data get mnist"));
  assert_listed (self, "mnist", "partly here");
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
  call (self, "get mnist", "plain");
  g_assert_cmpint (self->status, ==, 0);
  g_assert_true (g_str_has_suffix (self->out, "/datasets/mnist\n"));
  assert_listed (self, "mnist", "present");
  call (self, "verify mnist --json", "plain");
  g_assert_cmpint (self->status, ==, 0);

  /* Labels of another order are not those of MNIST. */
  sal_fixture_write (self->home, "datasets/mnist/t10k-labels-idx1-ubyte.gz",
                     sal_fixture_labels (10000, 10));
  call (self, "verify mnist", "plain");
  g_assert_cmpint (self->status, ==, 1);
  g_assert_nonnull (strstr (self->out, "other bytes"));
  g_assert_nonnull (strstr (self->err, "found 1 missing or with other bytes"));
  call (self, "get mnist --replace", "plain");
  g_assert_cmpint (self->status, ==, 0);
  call (self, "verify mnist", "plain");
  g_assert_cmpint (self->status, ==, 0);
}

#define ADD(name, function) \
  g_test_add ("/cli-data/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list", the_list_says_what_is_there);
  ADD ("errors", what_cannot_be_got_is_one_sentence);
  ADD ("interrupt", ctrl_c_keeps_what_is_there_and_says_how_to_go_on);
  ADD ("mnist", the_real_mnist_is_got_and_verified);
  return g_test_run ();
}
