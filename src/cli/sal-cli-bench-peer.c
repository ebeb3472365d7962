/* sal-cli-bench-peer.c - the same steps in PyTorch (tests/bench/peer.py)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sal-cli-bench.h"

/* The script lies in the source tree: found from where the program is called,
 * or from where it was built. Free the result. */
static char *
peer_script (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (program != NULL ? program : ".");
  g_autofree char *built = g_build_filename (folder, "..", "..", "..", "tests", "bench",
                                             "peer.py", NULL);

  return g_file_test ("tests/bench/peer.py", G_FILE_TEST_EXISTS)
         ? g_strdup ("tests/bench/peer.py") : g_steal_pointer (&built);
}

/* Reads {"ROW": {"images_per_second": N, "memory": N}}. */
static void
read_result (SalCliBenchResult *result,
             const char        *json,
             const char        *row)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root) ||
      !json_object_has_member (json_node_get_object (root), row))
    return;

  JsonObject *object = json_object_get_object_member (json_node_get_object (root), row);

  result->peer = json_object_get_double_member_with_default (object, "images_per_second", NAN);
  result->peer_memory = json_object_get_double_member_with_default (object, "memory", NAN);
}

void
sal_cli_bench_run_peer (SalCliBenchResult        *result,
                        const SalCliBenchOptions *options,
                        int                       threads)
{
  g_autofree char *script = peer_script ();
  g_autofree char *repeats = g_strdup_printf ("%d", options->repeats);
  g_autofree char *batch = g_strdup_printf ("%d", result->batch);
  g_autofree char *thread_text = g_strdup_printf ("%d", threads);
  const char *row = result->row->peer != NULL ? result->row->peer : result->row->name;
  const char *argv[] = {
    "python3", script, "--rows", row, "--repeats", repeats, "--batch", batch,
    "--threads", thread_text, NULL
  };
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  if (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &json, NULL, NULL,
                    &error))
    read_result (result, json, row);
  else
    g_printerr ("saliscope-cli: the peer cannot run: %s\n", error->message);
}
