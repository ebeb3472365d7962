/* cli-fixture.c - calls of the program, and what came of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli-fixture.h"

#include <string.h>

#include "sal-fixture.h"
#include "sal-model-file.h"
#include "sal-weights-hash.h"

/* ---- fixture --------------------------------------------------------------------- */

void
cli_fixture_set_up (CliFixture   *self,
                    gconstpointer data)
{
  self->home = sal_fixture_make_folder ();
  self->folder = sal_fixture_make_folder ();
  self->data = sal_fixture_make_folder ();
  sal_fixture_write (self->data, "train-images-idx3-ubyte", sal_fixture_images (400, 28, 28));
  sal_fixture_write (self->data, "train-labels-idx1-ubyte", sal_fixture_labels (400, 4));
  sal_fixture_write (self->data, "t10k-images-idx3-ubyte", sal_fixture_images (40, 28, 28));
  sal_fixture_write (self->data, "t10k-labels-idx1-ubyte", sal_fixture_labels (40, 4));
}

void
cli_fixture_tear_down (CliFixture   *self,
                       gconstpointer data)
{
  sal_fixture_remove_folder (self->home);
  sal_fixture_remove_folder (self->folder);
  sal_fixture_remove_folder (self->data);
  g_free (self->mirror);
}

void
cli_fixture_add (const char *path,
                 void      (*test) (CliFixture   *self,
                                    gconstpointer data))
{
  g_test_add (path, CliFixture, NULL, cli_fixture_set_up, test, cli_fixture_tear_down);
}

/* Starts the program with `arguments`, as a shell would split them. */
GSubprocess *
cli_spawn (CliFixture *self,
           const char *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *line = g_strdup_printf ("%s %s", g_getenv ("SALISCOPE_CLI"), arguments);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_subprocess_launcher_set_cwd (launcher, self->folder);
  g_subprocess_launcher_setenv (launcher, "SALISCOPE_HOME", self->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "SALISCOPE_MIRROR",
                                self->mirror != NULL ? self->mirror : "http://127.0.0.1:9/", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "SALISCOPE_DATASETS_PATH");
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");

  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv,
                                                       &error);

  g_assert_no_error (error);
  return process;
}

CliCall
cli_end (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;
  CliCall call = { 0 };

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &call.out, &call.err,
                                                &error));
  g_assert_no_error (error);
  call.status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                                     : -g_subprocess_get_term_sig (process);
  g_object_unref (process);
  return call;
}

CliCall
cli_run (CliFixture *self,
         const char *arguments)
{
  return cli_end (cli_spawn (self, arguments));
}

void
cli_call_clear (CliCall *call)
{
  g_free (call->out);
  g_free (call->err);
}

/* Runs a call that must work and gives what it printed. Free the result. */
char *
cli_output (CliFixture *self,
            const char *arguments)
{
  g_auto (CliCall) call = cli_run (self, arguments);

  if (call.status != 0)
    g_test_message ("%s: %s", arguments, call.err);
  g_assert_cmpint (call.status, ==, 0);
  return g_steal_pointer (&call.out);
}

JsonNode *
cli_json (CliFixture *self,
          const char *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cli_output (self, arguments);
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

/* One line that begins with the program's name. */
void
cli_assert_fails (CliFixture *self,
                  const char *arguments,
                  int         status,
                  const char *words)
{
  g_auto (CliCall) call = cli_run (self, arguments);

  g_test_message ("%s -> %d %s", arguments, call.status, call.err);
  g_assert_cmpint (call.status, ==, status);
  g_assert_cmpstr (call.out, ==, "");
  g_assert_true (g_str_has_prefix (call.err, "saliscope-cli: "));
  g_assert_true (strchr (call.err, '\n') == call.err + strlen (call.err) - 1);
  g_assert_nonnull (strstr (call.err, words));
}

/* The options of a run that takes a second or so: `epochs` on the small data. */
char *
cli_train_options (CliFixture *self,
                   int         epochs)
{
  return g_strdup_printf ("train --dataset %s --network lenet5 --epochs %d --batch 16 --seed 3",
                          self->data, epochs);
}

/* Free the result. */
char *
cli_model_hash (CliFixture *self,
                gint64      id)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  g_autofree char *path = g_build_filename (self->home, "runs", number, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);

  char *hash = sal_weights_hash (model);

  nn_model_free (model);
  return hash;
}
