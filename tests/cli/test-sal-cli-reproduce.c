/* test-sal-cli-reproduce.c - runs are trained again, and every bit is compared
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <string.h>

#include "cli-fixture.h"
#include "sal-fixture.h"
#include "sal-model-file.h"
#include "sal-run-store.h"

/* With state of its own for everything: average, clipping levels, steps. */
#define SETTINGS "--mode sgt+pact --quantizer lsq --edges full --alpha-start data --ema 0.9 " \
  "--flip alternating --quiet"

static char *
file_of_run_1 (CliFixture *self,
               const char *name)
{
  return g_build_filename (self->home, "runs", "1", name, NULL);
}

static void
train (CliFixture *self,
       int         epochs)
{
  g_autofree char *options = cli_train_options (self, epochs);
  g_autofree char *arguments = g_strdup_printf ("%s %s", options, SETTINGS);

  g_free (cli_output (self, arguments));
}

/* The JSON of a call that finds other bits, or else the same. */
static JsonNode *
reproduce (CliFixture *self,
           gboolean    same,
           const char *format,
           ...) G_GNUC_PRINTF (3, 4);

static JsonNode *
reproduce (CliFixture *self,
           gboolean    same,
           const char *format,
           ...)
{
  va_list list;

  va_start (list, format);

  g_autofree char *what = g_strdup_vprintf (format, list);

  va_end (list);

  g_autofree char *arguments = g_strdup_printf ("reproduce --json --quiet %s", what);
  g_auto (CliCall) call = cli_run (self, arguments);
  JsonNode *node = json_from_string (call.out, NULL);

  g_test_message ("%s -> %d %s", arguments, call.status, call.err);
  g_assert_cmpint (call.status, ==, same ? 0 : 1);
  g_assert_cmpint (strstr (call.err, "expected the same bits, found others") == NULL, ==, same);
  g_assert_nonnull (node);
  g_assert_cmpint (json_object_get_boolean_member (json_node_get_object (node), "same"), ==, same);
  return node;
}

static gint64
integer (JsonNode   *node,
         const char *name)
{
  return json_object_get_int_member (json_node_get_object (node), name);
}

/* What `what` was, by the list of differences; NULL if it is not there. */
static const char *
difference (JsonNode   *node,
            const char *what)
{
  JsonArray *rows = json_object_get_array_member (json_node_get_object (node), "differences");

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    JsonObject *row = json_array_get_object_element (rows, i);

    if (g_str_equal (json_object_get_string_member (row, "what"), what))
      return json_object_get_string_member (row, "then");
  }
  return NULL;
}

static guint
count_runs (CliFixture *self)
{
  g_autoptr (JsonNode) list = cli_json (self, "runs list --json");

  return json_array_get_length (json_node_get_array (list));
}

/* ---- the same bits ------------------------------------------------------------------ */

static void
a_run_gives_the_same_bits_and_leaves_none_behind (CliFixture   *self,
                                                  gconstpointer data)
{
  train (self, 2);

  g_autofree char *checkpoint = file_of_run_1 (self, "checkpoint.safetensors");
  g_autoptr (JsonNode) run = reproduce (self, TRUE, "1 --threads 1");
  g_autoptr (JsonNode) part = reproduce (self, TRUE, "1 --steps 5");
  g_autoptr (JsonNode) file = reproduce (self, TRUE, "%s", checkpoint);
  g_autofree char *hash = cli_model_hash (self, 1);
  JsonObject *found = json_node_get_object (run);

  g_assert_cmpint (integer (run, "compared_steps"), ==, integer (run, "step"));
  g_assert_cmpstr (json_object_get_string_member (found, "weights_now"), ==, hash);
  g_assert_null (difference (run, "kernels"));
  g_assert_cmpint (integer (part, "compared_steps"), ==, 5);
  g_assert_true (json_object_get_null_member (json_node_get_object (part), "weights_now"));
  g_assert_cmpint (integer (file, "compared_steps"), ==, 0);
  g_assert_cmpint (integer (file, "step"), ==, 46);
  g_assert_cmpuint (count_runs (self), ==, 1);
}

static void
the_new_run_is_recorded_if_asked_for (CliFixture   *self,
                                      gconstpointer data)
{
  train (self, 2);

  g_autoptr (JsonNode) node = reproduce (self, TRUE, "1 --record");
  g_autofree char *first = cli_model_hash (self, 1);
  g_autofree char *second = cli_model_hash (self, 2);
  g_autoptr (JsonNode) show = cli_json (self, "runs show 2 --json");
  JsonObject *found = json_node_get_object (node);

  g_assert_cmpint (integer (node, "run"), ==, 2);
  g_assert_cmpint (integer (node, "compared_steps"), ==, 46);
  g_assert_cmpfloat (json_object_get_double_member (found, "test_accuracy_now"), ==,
                     json_object_get_double_member (found, "test_accuracy_then"));
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (show), "state"), ==,
                   "finished");
}

/* The second run starts with the weights of the first, as it says by number. */
static void
a_run_that_starts_from_another_gives_the_same_bits (CliFixture   *self,
                                                    gconstpointer data)
{
  g_autofree char *options = cli_train_options (self, 1);
  g_autofree char *first = g_strdup_printf ("%s --mode baseline --quiet", options);
  g_autofree char *second = g_strdup_printf ("%s --mode pact --from 1 --quiet", options);

  g_free (cli_output (self, first));
  g_free (cli_output (self, second));

  g_autofree char *source = file_of_run_1 (self, "model.safetensors");
  g_autoptr (JsonNode) by_number = reproduce (self, TRUE, "2");
  g_autoptr (JsonNode) by_file = reproduce (self, TRUE, "2 --from %s", source);

  cli_assert_fails (self, "reproduce 1 --from demo:sgt", 2, "from");
  cli_assert_fails (self, "reproduce 2 --from 2", 1, "from: expected weights in");
}

/* ---- other bits ---------------------------------------------------------------------- */

/* Saves the model of run 1 as other.safetensors: one bit of a weight is another,
 * and the kernels that it was trained with were. */
static void
change_one_bit (CliFixture *self)
{
  g_autofree char *from = file_of_run_1 (self, "model.safetensors");
  g_autofree char *to = g_build_filename (self->folder, "other.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  SalModelInfo info;
  NnModel *model = sal_model_file_load (from, &info, &error);
  guint32 bits;

  g_assert_no_error (error);
  memcpy (&bits, nn_model_tensor (model, 0).value, sizeof bits);
  bits ^= 1;
  memcpy (nn_model_tensor (model, 0).value, &bits, sizeof bits);
  g_clear_pointer (&info.provenance, g_free);
  info.provenance = g_strdup ("{\"data_hash\": \"\", \"sittings\": [{\"kernels\": \"abacus\"}]}");
  sal_model_file_save (to, model, &info, &error);
  g_assert_no_error (error);
  nn_model_free (model);
  sal_model_info_clear (&info);
}

static void
one_bit_of_a_weight_is_noticed (CliFixture   *self,
                                gconstpointer data)
{
  train (self, 1);
  change_one_bit (self);

  g_autoptr (JsonNode) node = reproduce (self, FALSE, "other.safetensors");
  g_auto (CliCall) text = cli_run (self, "reproduce other.safetensors");

  g_assert_cmpstr (difference (node, "kernels"), ==, "abacus");
  g_assert_cmpint (text.status, ==, 1);
  g_assert_nonnull (strstr (text.out, "kernels              abacus, now "));
  g_assert_nonnull (strstr (text.out, "result               other bits\n"));
}

static void
one_bit_of_a_loss_is_noticed (CliFixture   *self,
                              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  train (self, 1);

  g_autoptr (SalRunStore) store = sal_run_store_open (self->home, &error);
  g_autoptr (GArray) metrics = sal_run_store_load_metrics (store, 1, NULL, NULL, &error);
  SalMetric row = g_array_index (metrics, SalMetric, 6);
  const double was = row.ce;

  row.ce *= 1 + 3e-16;
  g_assert_cmpfloat (row.ce, !=, was);
  sal_run_store_append (store, 1, &row, 1, NULL, 0, &error);
  g_assert_no_error (error);

  g_autoptr (JsonNode) before = reproduce (self, TRUE, "1 --steps 6");
  g_autoptr (JsonNode) node = reproduce (self, FALSE, "1 --steps 9");
  JsonObject *first =
    json_object_get_object_member (json_node_get_object (node), "first_difference");

  g_assert_cmpint (json_object_get_int_member (first, "step"), ==, 7);
  g_assert_cmpstr (json_object_get_string_member (first, "what"), ==, "cross entropy");
  g_assert_cmpfloat (json_object_get_double_member (first, "now"), ==, was);
}

static void
bits_that_were_changed_in_mid_run_are_told (CliFixture   *self,
                                            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  train (self, 1);

  g_autoptr (SalRunStore) store = sal_run_store_open (self->home, &error);
  g_autoptr (SalRun) run = sal_run_store_get (store, 1, &error);

  sal_run_store_change_recipe (store, 1, 12, "W4 A4", run->title, run->recipe_json, &error);
  g_assert_no_error (error);

  g_autoptr (JsonNode) node = reproduce (self, TRUE, "1 --steps 3");

  g_assert_cmpstr (difference (node, "recipe"), ==, "W4 A4 after step 12");
}

static void
other_data_is_refused (CliFixture   *self,
                       gconstpointer data)
{
  train (self, 1);
  sal_fixture_write (self->folder, "train-images-idx3-ubyte", sal_fixture_images (390, 28, 28));
  sal_fixture_write (self->folder, "train-labels-idx1-ubyte", sal_fixture_labels (390, 4));
  sal_fixture_write (self->folder, "t10k-images-idx3-ubyte", sal_fixture_images (40, 28, 28));
  sal_fixture_write (self->folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (40, 4));

  g_autofree char *other = g_strdup_printf ("reproduce 1 --dataset %s", self->folder);
  g_autoptr (JsonNode) moved = reproduce (self, TRUE, "1 --dataset %s", self->data);

  cli_assert_fails (self, other, 1, "expected the data it was trained on");
}

/* ---- signals ---------------------------------------------------------------------------- */

static void
an_end_before_the_end_records_nothing (CliFixture   *self,
                                       gconstpointer data)
{
  train (self, 30);

  GSubprocess *process = cli_spawn (self, "reproduce 1");

  /* Once it says how far it is, it listens. */
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));

  g_free (g_data_input_stream_read_line (lines, NULL, NULL, NULL));
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 130);
  g_object_unref (process);
  g_assert_cmpuint (count_runs (self), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cli_fixture_add ("/cli/reproduce/same", a_run_gives_the_same_bits_and_leaves_none_behind);
  cli_fixture_add ("/cli/reproduce/record", the_new_run_is_recorded_if_asked_for);
  cli_fixture_add ("/cli/reproduce/weight", one_bit_of_a_weight_is_noticed);
  cli_fixture_add ("/cli/reproduce/loss", one_bit_of_a_loss_is_noticed);
  cli_fixture_add ("/cli/reproduce/from", a_run_that_starts_from_another_gives_the_same_bits);
  cli_fixture_add ("/cli/reproduce/bits", bits_that_were_changed_in_mid_run_are_told);
  cli_fixture_add ("/cli/reproduce/data", other_data_is_refused);
  cli_fixture_add ("/cli/reproduce/interrupt", an_end_before_the_end_records_nothing);
  return g_test_run ();
}
