/* cli-fixture.h - calls of the program, and what came of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *home;   /* $SALISCOPE_HOME                                              */
  char *folder; /* the program's working directory                              */
  char *data;   /* a small data set                                             */
  char *mirror; /* where downloads come from; NULL at first: from nowhere       */
} CliFixture;

/* For g_test_add(). */
void cli_fixture_set_up    (CliFixture   *self,
                            gconstpointer data);
void cli_fixture_tear_down (CliFixture   *self,
                            gconstpointer data);

/* A test of its own with this fixture alone. */
void cli_fixture_add (const char *path,
                      void      (*test) (CliFixture   *self,
                                         gconstpointer data));

/* One call of the program and what came of it; the status is negative after a
 * signal. */
typedef struct
{
  int   status;
  char *out;
  char *err;
} CliCall;

void cli_call_clear (CliCall *call);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliCall, cli_call_clear)

/* Starts the program with `arguments`, as a shell would split them. */
GSubprocess *cli_spawn (CliFixture *self,
                        const char *arguments);

/* Waits for its end. Takes `process`. */
CliCall cli_end (GSubprocess *process);

CliCall cli_run (CliFixture *self,
                 const char *arguments);

/* Runs a call that must work and gives what it printed, or the JSON that it
 * printed. Free the results. */
char     *cli_output (CliFixture *self,
                      const char *arguments);
JsonNode *cli_json   (CliFixture *self,
                      const char *arguments);

/* Runs a call that must end with `status`, nothing on stdout and one line on
 * stderr, which begins with the program's name and has `words` in it. */
void cli_assert_fails (CliFixture *self,
                       const char *arguments,
                       int         status,
                       const char *words);

/* The call of a training that takes a second or so: `epochs` of 23 steps on
 * the small data. Free the result. */
char *cli_train_options (CliFixture *self,
                         int         epochs);

/* The hash of the weights that run `id` left. Free the result. */
char *cli_model_hash (CliFixture *self,
                      gint64      id);

G_END_DECLS
