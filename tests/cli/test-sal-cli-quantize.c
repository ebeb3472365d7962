/* test-sal-cli-quantize.c - bits of layers, and networks moved to other bits
 *
 * With the bundled networks and their built-in data.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "cli-fixture.h"

static JsonObject *
member (JsonNode   *node,
        const char *name)
{
  return json_object_get_object_member (json_node_get_object (node), name);
}

static void
layers_have_bits_of_their_own (CliFixture   *self,
                               gconstpointer data)
{
  g_autoptr (JsonNode) all = cli_json (self, "eval demo:pact --bits 4 -n 100 --json");
  g_autoptr (JsonNode) own = cli_json (self, "eval demo:pact --bits fc1=2,act2=3 -n 100 --json");
  JsonObject *uniform = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (all), "results"), 0);
  JsonObject *apart = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (own), "results"), 0);

  g_assert_cmpint (json_object_get_int_member (apart, "packed_bytes"), <,
                   json_object_get_int_member (uniform, "packed_bytes"));
  g_assert_cmpstr (json_object_get_string_member (apart, "layer_bits"), ==, "fc1=2,act2=3");
  cli_assert_fails (self, "eval demo:pact --bits fc7=2", 1, "conv1, act1, conv2");
  cli_assert_fails (self, "mask demo:pact --bits fc1=1", 2, "fc1=1");
  cli_assert_fails (self, "explain demo:pact --index 1 --bits pool=2", 1, "pool");
}

/* A file of this name has so many bytes after its header, whose length comes
 * first. */
static void
assert_packed (CliFixture *self,
               const char *name,
               gint64      n_bytes)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint64 header = 0;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &size, &error));
  memcpy (&header, bytes, sizeof header);
  header = GUINT64_FROM_LE (header);
  g_assert_cmpint ((gint64) (size - sizeof header - header), ==, n_bytes);
}

/* What is printed is what the file is worth. */
static void
a_network_is_moved_to_other_bits_and_saved (CliFixture   *self,
                                            gconstpointer data)
{
  g_autoptr (JsonNode) moved = cli_json (self, "quantize demo:pact --bits 2 --fine-tune 20 -n 300 "
                                         "-o two.safetensors --packed packed.safetensors "
                                         "--json");
  g_autoptr (JsonNode) read = cli_json (self, "eval two.safetensors -n 300 --json");
  JsonObject *before = member (moved, "before");
  JsonObject *plain = member (moved, "moved");
  JsonObject *after = member (moved, "after");
  JsonObject *file = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (read), "results"), 0);

  g_assert_cmpint (json_object_get_int_member (after, "packed_bytes"), <,
                   json_object_get_int_member (before, "packed_bytes"));
  g_assert_cmpfloat (json_object_get_double_member (after, "accuracy"), >,
                     json_object_get_double_member (plain, "accuracy"));
  g_assert_cmpint (json_object_get_int_member (file, "correct"), ==,
                   json_object_get_int_member (after, "correct"));
  g_assert_cmpint (json_object_get_int_member (file, "packed_bytes"), ==,
                   json_object_get_int_member (after, "packed_bytes"));
  assert_packed (self, "packed.safetensors",
                 json_object_get_int_member (after, "packed_bytes"));
}

/* A learned step is part of the file as well. */
static void
a_network_is_moved_to_another_quantizer (CliFixture   *self,
                                         gconstpointer data)
{
  g_autoptr (JsonNode) moved = cli_json (self, "quantize demo:baseline --bits 3 --quantizer lsq "
                                         "--refit-alpha --fine-tune 5 -n 200 -o lsq.safetensors "
                                         "--json");
  g_autoptr (JsonNode) read = cli_json (self, "eval lsq.safetensors -n 200 --json");
  g_autoptr (JsonNode) channel = cli_json (self, "quantize demo:pact -n 200 --json "
                                           "--quantizer 'min-max granularity=channel'");
  JsonObject *file = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (read), "results"), 0);

  g_assert_true (json_object_get_boolean_member (json_node_get_object (moved),
                                                 "alpha_calibrated"));
  g_assert_cmpint (json_object_get_int_member (file, "correct"), ==,
                   json_object_get_int_member (member (moved, "after"), "correct"));
  g_assert_cmpint (json_object_get_int_member (member (channel, "after"), "packed_bytes"), >,
                   json_object_get_int_member (member (channel, "before"), "packed_bytes"));
}

static void
what_cannot_be_applied_is_refused (CliFixture   *self,
                                   gconstpointer data)
{
  cli_assert_fails (self, "quantize demo:pact", 2, "--bits");
  cli_assert_fails (self, "quantize demo:pact --bits 3 --quantizer dithered", 2, "dorefa, sawb");
  cli_assert_fails (self, "quantize demo:pact --bits 3 --csv x.csv", 2, "--table");
  cli_assert_fails (self, "quantize demo:pact --table --bits 3", 2, "--bits");
  cli_assert_fails (self, "quantize demo:pact --bits 3 --fine-tune -2", 2, "fine-tune");
  cli_assert_fails (self, "quantize demo:pact --bits 3 --reestimate", 1, "no batch norm");
  cli_assert_fails (self, "quantize demo:pact --bits 32 --refit-alpha", 1, "rounded");
  cli_assert_fails (self, "quantize demo:baseline --weight-bits 4 --refit-alpha", 1,
                    "without PACT");
}

static void
a_table_has_all_widths (CliFixture   *self,
                        gconstpointer data)
{
  g_autoptr (JsonNode) table = cli_json (self, "quantize demo:pact --table --fine-tune 2 -n 50 "
                                         "--calibration 64 --csv table.csv --json");
  JsonArray *rows = json_object_get_array_member (json_node_get_object (table), "rows");
  g_autofree char *path = g_build_filename (self->folder, "table.csv", NULL);
  g_autofree char *csv = NULL;

  g_assert_cmpuint (json_array_get_length (rows), ==, 7);
  for (guint i = 0; i < 7; i++) {
    JsonObject *row = json_array_get_object_element (rows, i);

    g_assert_cmpint (json_object_get_int_member (row, "bits"), ==, 8 - (int) i);
    g_assert_true (json_object_has_member (json_object_get_object_member (row, "plain"),
                                           "accuracy"));
    g_assert_true (json_object_get_null_member (row, "both"));
  }
  g_assert_true (g_file_get_contents (path, &csv, NULL, NULL));

  g_auto (GStrv) lines = g_strsplit (g_strchomp (csv), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 7 * 3);
}

static double
area_of_first (JsonNode *curves)
{
  return json_object_get_double_member (
    json_array_get_object_element (json_node_get_array (curves), 0), "area");
}

/* What "quantize" saves with, the commands that measure measure with. */
static void
commands_that_measure_help_a_network (CliFixture   *self,
                                      gconstpointer data)
{
  g_autoptr (JsonNode) saved = cli_json (self, "quantize demo:pact --bits 2 --refit-alpha "
                                         "--quantizer sawb -n 200 -o two.safetensors --json");
  g_autofree char *file = cli_output (self, "explain two.safetensors --index 3");
  g_autofree char *same = cli_output (self, "explain demo:pact --index 3 --bits 2 --refit-alpha "
                                      "--quantizer sawb");
  g_autofree char *plain = cli_output (self, "explain demo:pact --index 3 --bits 2");
  g_autoptr (JsonNode) curve = cli_json (self, "mask two.safetensors -n 50 --levels 0,50 --json");
  g_autoptr (JsonNode) helped = cli_json (self, "mask demo:pact -n 50 --levels 0,50 --bits 2 "
                                          "--refit-alpha --quantizer sawb --json");

  g_assert_nonnull (strstr (same, "bits: 2, sawb, alpha re-fitted"));
  g_assert_cmpstr (strchr (file, '\n'), ==, strchr (same, '\n'));
  g_assert_cmpstr (strchr (file, '\n'), !=, strchr (plain, '\n'));
  g_assert_cmpfloat (area_of_first (helped), ==, area_of_first (curve));

  cli_assert_fails (self, "explain demo:pact --index 3 --bits 32 --refit-alpha", 1, "rounded");
  cli_assert_fails (self, "mask demo:pact -n 50 --bits 3 --reestimate", 1, "no batch norm");
  cli_assert_fails (self, "eval demo:pact --quantizer dithered", 2, "dorefa, sawb");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cli_fixture_add ("/cli-quantize/layers", layers_have_bits_of_their_own);
  cli_fixture_add ("/cli-quantize/move", a_network_is_moved_to_other_bits_and_saved);
  cli_fixture_add ("/cli-quantize/quantizer", a_network_is_moved_to_another_quantizer);
  cli_fixture_add ("/cli-quantize/measured", commands_that_measure_help_a_network);
  cli_fixture_add ("/cli-quantize/refusals", what_cannot_be_applied_is_refused);
  cli_fixture_add ("/cli-quantize/table", a_table_has_all_widths);
  return g_test_run ();
}
