/* test-sal-cli-resume.c - a run that diverges goes on as its message says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "cli-fixture.h"

/* Nothing in it holds the values back. */
static const char linear_network[] = "flatten f\n"
                                     "linear a out=32\n"
                                     "linear b out=32\n"
                                     "linear c out=classes\n";

/* The call that trains it for an epoch. Free the result. */
static char *
training_at (CliFixture *self,
             const char *learning_rate)
{
  g_autofree char *path = g_build_filename (self->folder, "linear.txt", NULL);
  g_autofree char *options = cli_train_options (self, 1);

  g_assert_true (g_file_set_contents (path, linear_network, -1, NULL));
  return g_strdup_printf ("%s --network linear.txt --optimizer sgd --learning-rate %s --quiet",
                          options, learning_rate);
}

static void
a_run_that_diverges_says_how_it_goes_on (CliFixture   *self,
                                         gconstpointer data)
{
  g_autofree char *train = training_at (self, "100");
  g_autofree char *slower = training_at (self, "0.05");

  cli_assert_fails (self, train, 1, "The run has diverged: the loss of step ");
  cli_assert_fails (self, "resume 1 --quiet", 1,
                    "with a lower one: saliscope-cli resume 1 --learning-rate 10\n");

  g_autoptr (JsonNode) diverged = cli_json (self, "runs show 1 --json");

  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (diverged), "state"), ==,
                   "diverged");
  g_free (cli_output (self, "resume 1 --learning-rate 0.05 --quiet"));
  g_free (cli_output (self, slower));

  g_autofree char *resumed = cli_model_hash (self, 1);
  g_autofree char *expected = cli_model_hash (self, 2);

  g_assert_cmpstr (resumed, ==, expected);
}

static void
another_learning_rate_is_part_of_the_run (CliFixture   *self,
                                          gconstpointer data)
{
  g_autofree char *train = training_at (self, "100");

  cli_assert_fails (self, train, 1, "diverged");
  g_free (cli_output (self, "resume 1 --learning-rate 0.05 --quiet"));

  g_autoptr (JsonNode) node = cli_json (self, "runs show 1 --json");
  JsonObject *run = json_node_get_object (node);
  JsonArray *events = json_object_get_array_member (run, "events");
  JsonObject *event = json_array_get_object_element (events, 0);

  g_assert_cmpstr (json_object_get_string_member (run, "state"), ==, "finished");
  g_assert_cmpfloat (json_object_get_double_member (
                       json_object_get_object_member (run, "recipe"), "learning-rate"), ==, 0.05);
  g_assert_cmpuint (json_array_get_length (events), ==, 1);
  g_assert_cmpint (json_object_get_int_member (event, "step"), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (event, "text"), ==, "learning rate 0.05");
  cli_assert_fails (self, "resume 1 --learning-rate 0.01", 1, "finished");
}

static void
a_learning_rate_out_of_range_is_wrong_usage (CliFixture   *self,
                                             gconstpointer data)
{
  cli_assert_fails (self, "resume 1 --learning-rate 0", 2, "learning-rate");
  cli_assert_fails (self, "resume 1 --learning-rate fast", 2, "learning-rate");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cli_fixture_add ("/cli/resume/diverged", a_run_that_diverges_says_how_it_goes_on);
  cli_fixture_add ("/cli/resume/event", another_learning_rate_is_part_of_the_run);
  cli_fixture_add ("/cli/resume/usage", a_learning_rate_out_of_range_is_wrong_usage);
  return g_test_run ();
}
