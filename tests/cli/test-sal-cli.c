/* test-sal-cli.c - the program as its users call it, without a display
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <signal.h>
#include <string.h>

#include "cli-fixture.h"
#include "sal-cli.h"
#include "sal-model-file.h"
#include "sal-provenance.h"
#include "sal-run-store.h"

static void
assert_begins (CliFixture   *self,
               const char   *name,
               gconstpointer magic,
               gsize         n)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, n);
  g_assert_cmpmem (text, n, magic, n);
}

/* ---- help and usage ---------------------------------------------------------------- */

static void
every_command_has_help (CliFixture   *self,
                        gconstpointer data)
{
  g_autofree char *overview = cli_output (self, "--help");

  for (const SalCliCommand *command = sal_cli_commands (); command->name != NULL; command++) {
    g_autofree char *arguments = g_strdup_printf ("%s --help", command->name);
    g_autofree char *help = cli_output (self, arguments);

    g_assert_nonnull (strstr (overview, command->name));
    g_assert_nonnull (strstr (help, command->summary));
    g_assert_nonnull (strstr (help, "Examples:"));
    g_assert_nonnull (strstr (help, command->examples));
  }
}

static void
every_field_of_a_recipe_is_an_option (CliFixture   *self,
                                      gconstpointer data)
{
  g_autofree char *help = cli_output (self, "train --help");

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    g_autofree char *option = g_strdup_printf ("--%s=", field->option);

    g_assert_nonnull (strstr (help, option));
    g_assert_nonnull (strstr (help, field->help));
  }
}

static void
wrong_usage_is_status_two_and_one_line (CliFixture   *self,
                                        gconstpointer data)
{
  cli_assert_fails (self, "", 2, "--help");
  cli_assert_fails (self, "paint", 2, "paint");
  cli_assert_fails (self, "train --colour red", 2, "--colour");
  cli_assert_fails (self, "train more", 2, "more");
  cli_assert_fails (self, "train --masked-share 2", 2, "masked-share");
  cli_assert_fails (self, "train --weight-bits 9", 2, "weight-bits");
  cli_assert_fails (self, "train --mode sgtpact", 2, "sgt+pact");
  cli_assert_fails (self, "train --mode baseline --weight-bits 4", 2, "weight-bits");
  cli_assert_fails (self, "train --mode pact --masked-share 0.3", 2, "masked-share");
  cli_assert_fails (self, "train --preset none", 2, "paper-sgt");
  cli_assert_fails (self, "resume", 2, "RUN");
  cli_assert_fails (self, "resume twelve", 2, "twelve");
  cli_assert_fails (self, "reproduce", 2, "MODEL");
  cli_assert_fails (self, "reproduce demo:sgt --steps 5", 2, "steps");
  cli_assert_fails (self, "reproduce demo:sgt --steps -5", 2, "steps");
  cli_assert_fails (self, "reproduce demo:sgt --steps 5 --record", 2, "--record");
  cli_assert_fails (self, "eval", 2, "MODEL");
  cli_assert_fails (self, "eval demo:sgt --bits 1", 2, "bits");
  cli_assert_fails (self, "eval demo:sgt --bits 4 --edges round", 2, "edges");
  cli_assert_fails (self, "eval demo:sgt --tta spin", 2, "flip+translate");
  cli_assert_fails (self, "eval demo:sgt --integer --tta flip", 2, "--integer");
  cli_assert_fails (self, "explain demo:sgt", 2, "--index");
  cli_assert_fails (self, "explain demo:sgt --index 0 --method magic", 2, "magic");
  cli_assert_fails (self, "explain demo:sgt --index 0 --class ten", 2, "ten");
  cli_assert_fails (self, "explain demo:sgt --index 1000000", 2, "index");
  cli_assert_fails (self, "mask", 2, "MODEL");
  cli_assert_fails (self, "mask demo:sgt --fill red", 2, "red");
  cli_assert_fails (self, "mask demo:sgt --levels 50,10", 2, "ascending");
  cli_assert_fails (self, "runs", 2, "list");
  cli_assert_fails (self, "runs show", 2, "run");
  cli_assert_fails (self, "data info", 2, "data info");
  cli_assert_fails (self, "bench --repeats 0", 2, "repeats");
  cli_assert_fails (self, "bench --rows nothing", 2, "nothing");
}

static void
what_is_missing_is_status_one_and_one_line (CliFixture   *self,
                                            gconstpointer data)
{
  cli_assert_fails (self, "eval no-such-file", 1, "no-such-file");
  cli_assert_fails (self, "eval 99", 1, "99");
  cli_assert_fails (self, "eval demo:none", 1, "none");
  cli_assert_fails (self, "mask demo:sgt no-such-file -n 10", 1, "no-such-file");
  cli_assert_fails (self, "explain demo:sgt --image no-such-file", 1, "no-such-file");
  cli_assert_fails (self, "explain demo:sgt --index 0 --png no/such/folder/a.png", 1,
                    "no/such/folder");
  cli_assert_fails (self, "resume 99", 1, "99");
  cli_assert_fails (self, "reproduce 99", 1, "99");
  cli_assert_fails (self, "reproduce demo:sgt --dataset no-such-data", 1, "no-such-data");
  cli_assert_fails (self, "runs show 99", 1, "99");
  cli_assert_fails (self, "runs delete 99", 1, "99");
  cli_assert_fails (self, "data info no-such-data", 1, "no-such-data");
  cli_assert_fails (self, "train --dataset no-such-data", 1, "no-such-data");
  cli_assert_fails (self, "train --recipe no-such-file", 1, "no-such-file");
  cli_assert_fails (self, "train --recipe /", 1, "/: expected a regular file, found a folder");
  cli_assert_fails (self, "train --recipe /dev/zero", 1, "found a device or pipe");
}

/* ---- tables --------------------------------------------------------------------------- */

/* A result that nobody got is no success. */
static void
a_full_output_is_status_one (CliFixture   *self,
                             gconstpointer data)
{
  g_autofree char *script =
    g_strdup_printf ("'%s' models --json > /dev/full", g_getenv ("SALISCOPE_CLI"));
  const char *const argv[] = { "/bin/sh", "-c", script, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &message, &status,
                &error);
  g_assert_no_error (error);
  g_assert_false (g_spawn_check_wait_status (status, &error));
  g_assert_error (error, G_SPAWN_EXIT_ERROR, 1);
  g_assert_nonnull (strstr (message, "could not be written"));
}

static void
the_tables_are_printed (CliFixture   *self,
                        gconstpointer data)
{
  g_autoptr (JsonNode) models = cli_json (self, "models --json");
  g_autoptr (JsonNode) sets = cli_json (self, "data list --json");
  g_autofree char *text = cli_output (self, "models");
  JsonObject *tables = json_node_get_object (models);

  for (gsize i = 0; nn_network (i) != NULL; i++)
    g_assert_nonnull (strstr (text, nn_network (i)->summary));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (tables, "layers")), >=,
                    8);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (tables, "methods")), >=,
                    4);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (sets)), >=, 5);
}

static void
a_data_set_is_described (CliFixture   *self,
                         gconstpointer data)
{
  g_autofree char *arguments = g_strdup_printf ("data info %s --json --png sheet.png", self->data);
  g_autoptr (JsonNode) info = cli_json (self, arguments);
  JsonObject *object = json_node_get_object (info);

  g_assert_cmpint (json_object_get_int_member (object, "train"), ==, 400);
  g_assert_cmpint (json_object_get_int_member (object, "test"), ==, 40);
  g_assert_cmpuint (strlen (json_object_get_string_member (object, "sha256")), ==, 64);
  assert_begins (self, "sheet.png", "\211PNG\r\n\032\n", 8);
}

/* ---- a run from training to its curves --------------------------------------------------- */

static void
a_run_is_trained_measured_and_deleted (CliFixture   *self,
                                       gconstpointer data)
{
  g_autofree char *options = cli_train_options (self, 1);
  g_autofree char *train = g_strdup_printf ("%s --json --output best.safetensors", options);
  g_autoptr (JsonNode) result = cli_json (self, train);
  JsonObject *trained = json_node_get_object (result);
  g_autoptr (JsonNode) list = cli_json (self, "runs list --json");
  g_autoptr (JsonNode) show = cli_json (self, "runs show 1 --json");
  g_autoptr (JsonNode) eval = cli_json (self, "eval 1 --json");
  g_autofree char *again = cli_output (self, "runs show 1");
  JsonArray *results = json_object_get_array_member (json_node_get_object (eval), "results");

  g_assert_cmpint (json_object_get_int_member (trained, "run"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (trained, "steps"), ==, 23);
  g_assert_cmpstr (json_object_get_string_member (trained, "state"), ==, "finished");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (list)), ==, 1);
  g_assert_cmpuint (json_array_get_length (
                      json_object_get_array_member (json_node_get_object (show), "metrics")),
                    ==, 23);
  g_assert_cmpfloat (
    json_object_get_double_member (json_array_get_object_element (results, 0), "accuracy"), ==,
    json_object_get_double_member (trained, "test_accuracy"));
  g_assert_nonnull (strstr (again, options));

  g_autofree char *program = sal_provenance_program ();
  JsonObject *provenance =
    json_object_get_object_member (json_node_get_object (show), "provenance");
  JsonObject *sitting = json_array_get_object_element (
    json_object_get_array_member (provenance, "sittings"), 0);

  g_assert_nonnull (strstr (again, program));
  g_assert_cmpuint (strlen (json_object_get_string_member (provenance, "data_hash")), ==, 64);
  g_assert_cmpint (json_object_get_int_member (sitting, "last_step"), ==, 23);

  g_autofree char *path = g_build_filename (self->folder, "best.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);
  nn_model_free (model);
  g_free (cli_output (self, "runs delete 1"));
  cli_assert_fails (self, "runs show 1", 1, "1");
}

static void
a_recipe_file_gives_the_same_run_as_its_options (CliFixture   *self,
                                                 gconstpointer data)
{
  g_autofree char *options = cli_train_options (self, 1);
  g_autofree char *path = g_build_filename (self->folder, "recipe.json", NULL);
  g_autofree char *train = g_strdup_printf ("%s --json", options);
  g_autoptr (JsonNode) first = cli_json (self, train);
  g_autofree char *recipe =
    json_to_string (json_object_get_member (json_node_get_object (first), "recipe"), FALSE);

  g_assert_true (g_file_set_contents (path, recipe, -1, NULL));

  g_autoptr (JsonNode) second = cli_json (self, "train --recipe recipe.json --json");
  g_autofree char *again =
    json_to_string (json_object_get_member (json_node_get_object (second), "recipe"), FALSE);

  g_assert_cmpstr (again, ==, recipe);
  g_assert_cmpfloat (
    json_object_get_double_member (json_node_get_object (first), "validation_accuracy"), ==,
    json_object_get_double_member (json_node_get_object (second), "validation_accuracy"));
}

static void
accuracy_is_measured_at_every_width (CliFixture   *self,
                                     gconstpointer data)
{
  g_autoptr (JsonNode) pact = cli_json (self, "eval demo:pact --all-bits -n 200 --json");
  g_autoptr (JsonNode) plain = cli_json (self, "eval demo:baseline --bits 4 -n 200 --json");
  JsonArray *rows = json_object_get_array_member (json_node_get_object (pact), "results");
  JsonArray *one = json_object_get_array_member (json_node_get_object (plain), "results");
  gint64 last = G_MAXINT64;

  g_assert_cmpuint (json_array_get_length (rows), ==, 9);
  for (guint i = 1; i < 9; i++) {
    JsonObject *row = json_array_get_object_element (rows, i);
    const gint64 bytes = json_object_get_int_member (row, "packed_bytes");

    g_assert_cmpint (bytes, <, last);
    last = bytes;
    g_assert_false (json_object_get_boolean_member (row, "alpha_calibrated"));
  }
  g_assert_cmpfloat (
    json_object_get_double_member (json_array_get_object_element (rows, 0), "accuracy"), >, 0.9);
  g_assert_true (json_object_get_boolean_member (json_array_get_object_element (one, 0),
                                                 "alpha_calibrated"));
}

static void
integer_units_count_the_same_images_as_correct (CliFixture   *self,
                                                gconstpointer data)
{
  g_autoptr (JsonNode) float_node = cli_json (self, "eval demo:pact -n 500 --json");
  g_autoptr (JsonNode) integer_node = cli_json (self, "eval demo:pact -n 500 --integer --json");
  JsonArray *simulated = json_object_get_array_member (json_node_get_object (float_node),
                                                       "results");
  JsonArray *found = json_object_get_array_member (json_node_get_object (integer_node), "results");
  JsonObject *row = json_array_get_object_element (found, 0);

  g_assert_cmpint (json_object_get_int_member (row, "correct"), ==,
                   json_object_get_int_member (json_array_get_object_element (simulated, 0),
                                               "correct"));
  g_assert_cmpfloat (json_object_get_double_member (row, "integer_share"), >, 0.5);
  g_assert_nonnull (json_object_get_string_member (row, "integer_kernel"));
  cli_assert_fails (self, "eval demo:pact --bits 32 --integer", 1, "integers");
}

/* Digits are not their mirror images: what is measured over views differs, and
 * nobody must take it for the accuracy. */
static void
test_time_augmentation_is_called_so (CliFixture   *self,
                                     gconstpointer data)
{
  const char *const names[] = { "none", "flip", "flip+translate" };
  gint64 correct[G_N_ELEMENTS (names)];

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *call = g_strdup_printf ("eval demo:sgt -n 300 --json --tta %s", names[i]);
    g_autoptr (JsonNode) node = cli_json (self, call);
    JsonObject *object = json_node_get_object (node);
    JsonArray *rows = json_object_get_array_member (object, "results");

    g_assert_cmpstr (json_object_get_string_member (object, "test_time_augmentation"), ==,
                     names[i]);
    correct[i] = json_object_get_int_member (json_array_get_object_element (rows, 0), "correct");
  }
  g_assert_cmpint (correct[0], !=, correct[1]);

  g_autofree char *text = cli_output (self, "eval demo:sgt -n 300 --tta flip");
  g_autofree char *plain = cli_output (self, "eval demo:sgt -n 300");

  g_assert_nonnull (strstr (text, "with test-time augmentation: flip\n"));
  g_assert_null (strstr (plain, "augmentation"));
}

static void
an_image_is_explained (CliFixture   *self,
                       gconstpointer data)
{
  g_autoptr (JsonNode) node =
    cli_json (self, "explain demo:sgt-pact --index 4 --method gradient,input-x-gradient --bits 3 "
              "--class 7 --png maps.png --npy maps.npy --json");
  JsonObject *object = json_node_get_object (node);
  const char npy[] = "\223NUMPY";

  g_assert_cmpstr (json_object_get_string_member (object, "explained_class"), ==, "7");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "maps")), ==, 2);
  assert_begins (self, "maps.png", "\211PNG\r\n\032\n", 8);
  assert_begins (self, "maps.npy", npy, sizeof npy - 1);

  /* The picture that came out goes in again, as anybody's image. */
  g_autofree char *own = cli_output (self, "explain demo:sgt-pact --image maps.png --png own.svg");

  g_assert_nonnull (strstr (own, "true class  unknown"));
  assert_begins (self, "own.svg", "<?xml", 5);
}

/* Any picture that an import or the window takes, by its bytes. */
static void
pictures_of_all_kinds_are_explained (CliFixture   *self,
                                     gconstpointer data)
{
  static const char *const types[] = { "png", "jpeg", "tiff", "bmp" };
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 60, 40);
  g_autofree char *path = g_build_filename (self->folder, "picture", NULL);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0xffffffff);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_assert_true (gdk_pixbuf_save (pixbuf, path, types[i], &error, NULL));

    g_autofree char *output = cli_output (self, "explain demo:sgt --image picture");

    g_assert_nonnull (strstr (output, "true class  unknown"));
  }
  g_assert_true (g_file_set_contents (path, "no picture", -1, &error));
  cli_assert_fails (self, "explain demo:sgt --image picture", 1,
                    "picture: expected a picture (PNG, JPEG, WebP");
}

static void
masking_curves_are_written (CliFixture   *self,
                            gconstpointer data)
{
  g_autoptr (JsonNode) node = cli_json (self, "mask demo:baseline demo:sgt -n 200 --levels 0,30,60 "
                                        "--csv curves.csv --svg curves.svg --json");
  JsonArray *curves = json_node_get_array (node);

  g_assert_cmpuint (json_array_get_length (curves), ==, 4);
  for (guint i = 0; i < 4; i++) {
    JsonObject *curve = json_array_get_object_element (curves, i);

    g_assert_cmpint (json_object_get_boolean_member (curve, "random"), ==, i % 2);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (curve, "accuracy")),
                      ==, 3);
  }
  g_assert_cmpfloat (
    json_object_get_double_member (json_array_get_object_element (curves, 0), "area"), <,
    json_object_get_double_member (json_array_get_object_element (curves, 1), "area"));
  assert_begins (self, "curves.csv", "\"masked pixels, %\",demo:baseline", 32);
  assert_begins (self, "curves.svg", "<?xml", 5);
}

static void
a_step_is_timed (CliFixture   *self,
                 gconstpointer data)
{
  g_autoptr (JsonNode) node =
    cli_json (self, "bench --rows sgt-cnn/infer-fp32 --repeats 1 --batch 8 --json");
  JsonObject *rows = json_object_get_object_member (json_node_get_object (node), "rows");
  JsonObject *row = json_object_get_object_member (rows, "sgt-cnn/infer-fp32");

  g_assert_cmpfloat (json_object_get_double_member (row, "images_per_second"), >, 0);
  g_assert_true (json_object_get_null_member (row, "ratio"));
}

static void
every_layer_is_timed (CliFixture   *self,
                      gconstpointer data)
{
  g_autoptr (JsonNode) node = cli_json (self, "bench --layers --network sgt-cnn --batch 4 "
                                        "--repeats 1 --json");
  JsonObject *object = json_node_get_object (node);
  JsonArray *networks = json_object_get_array_member (object, "networks");
  JsonObject *network = json_array_get_object_element (networks, 0);
  JsonArray *layers = json_object_get_array_member (network, "layers");
  JsonObject *first = json_array_get_object_element (layers, 0);

  g_assert_cmpfloat (json_object_get_double_member (object, "product_gflops"), >, 0);
  g_assert_cmpuint (json_array_get_length (networks), ==, 1);
  g_assert_cmpuint (json_array_get_length (layers), ==, 11);
  g_assert_cmpstr (json_object_get_string_member (first, "name"), ==, "conv1");
  for (guint i = 0; i < 3; i++) {
    static const char *const passes[] = { "forward", "data_gradient", "weight_gradient" };
    JsonObject *pass = json_object_get_object_member (first, passes[i]);

    g_assert_cmpfloat (json_object_get_double_member (pass, "microseconds"), >, 0);
    g_assert_cmpfloat (json_object_get_double_member (pass, "gflops"), >, 0);
  }
  cli_assert_fails (self, "bench --layers --network nosuch", 2, "nosuch");
}

/* ---- signals --------------------------------------------------------------------------------- */

/* Waits until the run has been recorded beyond its first epoch. */
static void
wait_for_second_epoch (CliFixture *self,
                       gint64      id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = sal_run_store_open (self->home, &error);
  const gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  g_assert_no_error (error);
  for (;;) {
    g_autoptr (SalRun) row = sal_run_store_get (store, id, NULL);

    g_assert_cmpint (g_get_monotonic_time (), <, end);
    if (row != NULL && row->step >= 23)
      return;
    g_usleep (1000);
  }
}

/* Trains once without and once with `signal`, and compares the models. */
static CliCall
interrupt (CliFixture *self,
           int         signal)
{
  g_autofree char *options = cli_train_options (self, 12);

  g_free (cli_output (self, options));

  GSubprocess *process = cli_spawn (self, options);

  wait_for_second_epoch (self, 2);
  g_subprocess_send_signal (process, signal);

  const CliCall call = cli_end (process);

  g_free (cli_output (self, "resume 2"));

  g_autofree char *whole = cli_model_hash (self, 1);
  g_autofree char *resumed = cli_model_hash (self, 2);

  g_assert_cmpstr (whole, ==, resumed);
  return call;
}

static void
ctrl_c_saves_and_says_how_to_go_on (CliFixture   *self,
                                    gconstpointer data)
{
  g_auto (CliCall) call = interrupt (self, SIGINT);

  g_assert_cmpint (call.status, ==, 130);
  g_assert_cmpstr (call.out, ==, "");
  g_assert_nonnull (strstr (call.err, "saliscope-cli resume 2"));
}

static void
a_polite_end_saves_too (CliFixture   *self,
                        gconstpointer data)
{
  g_auto (CliCall) call = interrupt (self, SIGTERM);

  g_assert_cmpint (call.status, ==, 130);
}

static void
a_kill_costs_nothing_but_time (CliFixture   *self,
                               gconstpointer data)
{
  g_auto (CliCall) call = interrupt (self, SIGKILL);

  g_assert_cmpint (call.status, ==, -SIGKILL);
}

/* A new machine has no language set, and a terminal that reads UTF-8. */
static void
test_plain_locale_speaks_utf8 (CliFixture   *self,
                               gconstpointer data)
{
  g_autofree char *before = g_strdup (g_getenv ("LC_ALL"));

  g_setenv ("LC_ALL", "C", TRUE);

  g_autofree char *out = cli_output (self, "data list");

  if (before != NULL)
    g_setenv ("LC_ALL", before, TRUE);
  else
    g_unsetenv ("LC_ALL");
  g_assert_nonnull (strstr (out, "11.6\u00a0MB"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cli_fixture_add ("/cli/help/commands", every_command_has_help);
  cli_fixture_add ("/cli/help/fields", every_field_of_a_recipe_is_an_option);
  cli_fixture_add ("/cli/status/usage", wrong_usage_is_status_two_and_one_line);
  cli_fixture_add ("/cli/status/missing", what_is_missing_is_status_one_and_one_line);
  cli_fixture_add ("/cli/status/full-output", a_full_output_is_status_one);
  cli_fixture_add ("/cli/tables", the_tables_are_printed);
  cli_fixture_add ("/cli/data", a_data_set_is_described);
  cli_fixture_add ("/cli/train", a_run_is_trained_measured_and_deleted);
  cli_fixture_add ("/cli/recipe-file", a_recipe_file_gives_the_same_run_as_its_options);
  cli_fixture_add ("/cli/eval", accuracy_is_measured_at_every_width);
  cli_fixture_add ("/cli/eval/integer", integer_units_count_the_same_images_as_correct);
  cli_fixture_add ("/cli/eval/test-time-augmentation", test_time_augmentation_is_called_so);
  cli_fixture_add ("/cli/explain", an_image_is_explained);
  cli_fixture_add ("/cli/explain pictures of all kinds", pictures_of_all_kinds_are_explained);
  cli_fixture_add ("/cli/mask", masking_curves_are_written);
  cli_fixture_add ("/cli/bench", a_step_is_timed);
  cli_fixture_add ("/cli/bench-layers", every_layer_is_timed);
  cli_fixture_add ("/cli/signals/interrupt", ctrl_c_saves_and_says_how_to_go_on);
  cli_fixture_add ("/cli/signals/terminate", a_polite_end_saves_too);
  cli_fixture_add ("/cli/signals/kill", a_kill_costs_nothing_but_time);
  cli_fixture_add ("/cli/speaks UTF-8 where no language is set", test_plain_locale_speaks_utf8);
  return g_test_run ();
}
