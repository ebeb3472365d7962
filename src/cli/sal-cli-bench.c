/* sal-cli-bench.c - `saliscope-cli bench`: images a second, beside a peer's
 *
 * Absolute numbers drift between machines and hours, so a claim is a ratio:
 * with --peer each row is followed at once by the same step in PyTorch
 * (tests/bench/peer.py).  Input is random; the time of a step does not depend
 * on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-machine.h"
#include "nn/nn-pool.h"
#include "sal-cli-bench.h"
#include "sal-cli-entries.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-provenance.h"

static const SalCliBenchRow rows[] = {
  { "sgt-cnn/train-fp32", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_TRAIN, 256 },
  { "sgt-cnn/train-sgt", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_SGT, SAL_CLI_BENCH_TRAIN, 256 },
  { "sgt-cnn/train-pact4", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, SAL_CLI_BENCH_TRAIN, 256 },
  { "sgt-cnn/train-sgt-pact4", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_SGT_PACT, SAL_CLI_BENCH_TRAIN,
    256 },
  { "sgt-cnn/infer-fp32", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_INFER, 256 },
  { "sgt-cnn/infer-4bit", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, SAL_CLI_BENCH_INFER, 256 },
  { "sgt-cnn/infer-4bit-integer", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, SAL_CLI_BENCH_INTEGER,
    256, "sgt-cnn/infer-4bit" },
  { "resnet20/train-fp32", "resnet20", { 3, 32, 32 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_TRAIN, 128 },
  { "resnet20/train-sgt-pact4", "resnet20", { 3, 32, 32 }, SAL_MODE_SGT_PACT, SAL_CLI_BENCH_TRAIN,
    128 },
  { "resnet20/infer-fp32", "resnet20", { 3, 32, 32 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_INFER, 128 },
  { "resnet20/infer-4bit", "resnet20", { 3, 32, 32 }, SAL_MODE_PACT, SAL_CLI_BENCH_INFER, 128 },
  { "resnet20/infer-4bit-integer", "resnet20", { 3, 32, 32 }, SAL_MODE_PACT, SAL_CLI_BENCH_INTEGER,
    128, "resnet20/infer-4bit" },
  { "cifar-fast/train-fp32", "cifar-fast", { 3, 32, 32 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_TRAIN,
    256 },
  { "cifar-fast/infer-fp32", "cifar-fast", { 3, 32, 32 }, SAL_MODE_BASELINE, SAL_CLI_BENCH_INFER,
    256 },
};

static gboolean
has_network (const char *name)
{
  for (gsize i = 0; nn_network (i) != NULL; i++)
    if (g_str_equal (nn_network (i)->name, name))
      return TRUE;
  return FALSE;
}

/* ---- printing -------------------------------------------------------------------------- */

static void
print_text (const GArray *results,
            gboolean      with_peer)
{
  static const char *const heading[] = { "row", "batch", "images/s", "range", "MiB", "peer",
                                         "ratio" };
  const guint columns = with_peer ? 7 : 5;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < columns; i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < results->len; i++) {
    const SalCliBenchResult *result = &g_array_index (results, SalCliBenchResult, i);

    g_ptr_array_add (cells, g_strdup (result->row->name));
    g_ptr_array_add (cells, g_strdup_printf ("%d", result->batch));
    g_ptr_array_add (cells, g_strdup_printf ("%.0f", result->median));
    g_ptr_array_add (cells, g_strdup_printf ("%.0f – %.0f", result->minimum, result->maximum));
    g_ptr_array_add (cells, isfinite (result->memory)
                            ? g_strdup_printf ("%.0f", result->memory / 1048576) : g_strdup ("–"));
    if (with_peer && isfinite (result->peer)) {
      g_ptr_array_add (cells, g_strdup_printf ("%.0f", result->peer));
      g_ptr_array_add (cells, g_strdup_printf ("%.2f", result->median / result->peer));
    } else if (with_peer) {
      g_ptr_array_add (cells, g_strdup ("–"));
      g_ptr_array_add (cells, g_strdup ("–"));
    }
  }
  sal_cli_print_table (cells, columns);
}

/* What the numbers were measured with. */
static void
begin_json (JsonBuilder *builder,
            int          threads)
{
  g_autofree char *program = sal_provenance_program ();

  sal_cli_json_text (builder, "program", program);
  sal_cli_json_text (builder, "cpu", nn_machine_cpu ());
  sal_cli_json_text (builder, "kernels", nn_machine_kernels ());
  sal_cli_json_text (builder, "blas", nn_pool_blas_name ());
  sal_cli_json_integer (builder, "threads", threads);
}

static void
print_json (const GArray *results,
            int           threads)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  begin_json (builder, threads);
  json_builder_set_member_name (builder, "rows");
  json_builder_begin_object (builder);
  for (guint i = 0; i < results->len; i++) {
    const SalCliBenchResult *result = &g_array_index (results, SalCliBenchResult, i);

    json_builder_set_member_name (builder, result->row->name);
    json_builder_begin_object (builder);
    sal_cli_json_integer (builder, "batch", result->batch);
    sal_cli_json_real (builder, "images_per_second", result->median);
    sal_cli_json_real (builder, "min", result->minimum);
    sal_cli_json_real (builder, "max", result->maximum);
    sal_cli_json_real (builder, "peer_images_per_second", result->peer);
    sal_cli_json_real (builder, "memory", result->memory);
    sal_cli_json_real (builder, "peer_memory", result->peer_memory);
    sal_cli_json_real (builder, "ratio", result->median / result->peer);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* ---- command --------------------------------------------------------------------------- */

/* `*with_peer` turns FALSE where the peer cannot run, so that it is tried and
 * complained of once. */
static gboolean
run_row (const SalCliBenchRow     *row,
         const SalCliBenchOptions *options,
         NnPool                   *pool,
         gboolean                 *with_peer,
         GArray                   *results,
         GError                  **error)
{
  SalCliBenchResult result = {
    .row = row, .batch = options->batch > 0 ? options->batch : row->batch,
    .memory = NAN, .peer = NAN, .peer_memory = NAN,
  };

  if (!sal_cli_bench_time (&result, options->repeats, pool, error))
    return FALSE;
  g_printerr ("%s: %.0f images/s\n", row->name, result.median);
  if (*with_peer) {
    sal_cli_bench_run_peer (&result, options, nn_pool_threads (pool));
    *with_peer = isfinite (result.peer);
  }
  g_array_append_val (results, result);
  return TRUE;
}

/* Of layers without a pattern: one row a network, in full precision. */
static gboolean
is_asked (const SalCliBenchRow     *row,
          const SalCliBenchOptions *options)
{
  const gboolean is_training = row->work == SAL_CLI_BENCH_TRAIN;
  const gboolean is_plain = row->mode == SAL_MODE_BASELINE;

  return has_network (row->network) &&
         (options->network == NULL || g_str_equal (options->network, row->network)) &&
         (options->rows == NULL || g_pattern_match_simple (options->rows, row->name)) &&
         (!options->layers || (is_training && (is_plain || options->rows != NULL)));
}

static gboolean
run_rows (const SalCliBenchOptions *options,
          NnPool                   *pool,
          guint                    *asked,
          GError                  **error)
{
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (SalCliBenchResult));
  gboolean with_peer = options->peer;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (is_asked (&rows[i], options) &&
        !run_row (&rows[i], options, pool, &with_peer, results, error))
      return FALSE;
  *asked = results->len;
  if (options->json && results->len > 0)
    print_json (results, nn_pool_threads (pool));
  else if (results->len > 0)
    print_text (results, options->peer);
  return TRUE;
}

static gboolean
run_layers (const SalCliBenchOptions *options,
            NnPool                   *pool,
            guint                    *asked,
            GError                  **error)
{
  const double rate = nn_pool_product_rate (pool);
  g_autoptr (JsonBuilder) builder = options->json ? json_builder_new () : NULL;

  if (builder != NULL) {
    json_builder_begin_object (builder);
    begin_json (builder, nn_pool_threads (pool));
    sal_cli_json_real (builder, "product_gflops", rate / 1e9);
    json_builder_set_member_name (builder, "networks");
    json_builder_begin_array (builder);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (!is_asked (&rows[i], options))
      continue;
    if (!sal_cli_bench_layers (&rows[i], options, pool, rate, builder, error))
      return FALSE;
    (*asked)++;
  }
  if (builder != NULL && *asked > 0) {
    json_builder_end_array (builder);
    json_builder_end_object (builder);
    sal_cli_json_print (builder);
  }
  return TRUE;
}

static int
run (const SalCliBenchOptions *options,
     GError                  **error)
{
  NnPool *pool = sal_cli_pool_new (options->threads, error);
  guint asked = 0;
  gboolean ok = pool != NULL &&
                (options->layers ? run_layers : run_rows) (options, pool, &asked, error);

  if (ok && asked == 0)
    ok = sal_cli_usage (error, "bench: no row matches rows “%s” and network “%s”",
                        options->rows != NULL ? options->rows : "*",
                        options->network != NULL ? options->network : "*");
  nn_pool_free (pool);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_bench (const SalCliCommand *command,
               int                  argc,
               char               **argv,
               GError             **error)
{
  SalCliBenchOptions options = { .repeats = 5 };
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry entries[] = {
    { "rows", 0, 0, G_OPTION_ARG_STRING, &options.rows,
      "Only the rows that match, such as 'sgt-cnn/train-*'", "PATTERN" },
    { "network", 'n', 0, G_OPTION_ARG_STRING, &options.network, "Only this network", "NAME" },
    { "layers", 'l', 0, G_OPTION_ARG_NONE, &options.layers,
      "Time every layer of the networks, beside large matrix products", NULL },
    { "repeats", 'r', 0, G_OPTION_ARG_INT, &options.repeats,
      "Times each row is timed; the median counts (default: 5)", "N" },
    { "batch", 'b', 0, G_OPTION_ARG_INT, &options.batch,
      "Images in a step (default: that of the row)", "N" },
    sal_cli_threads_entry (&options.threads),
    { "peer", 'p', 0, G_OPTION_ARG_NONE, &options.peer,
      "Time the same steps in PyTorch, if python3 has it, and print the ratios", NULL },
    sal_cli_json_entry (&options.json),
    { NULL },
  };
  int status = SAL_CLI_EXIT_FAILURE;

  if (sal_cli_parse (command, argc, argv, entries, NULL, 0, 0, &arguments, error)) {
    if (options.repeats < 1 || options.repeats > SAL_CLI_BENCH_MAX_REPEATS || options.batch < 0)
      sal_cli_usage (error, "bench: expected 1 to %d repeats and a positive batch",
                     SAL_CLI_BENCH_MAX_REPEATS);
    else
      status = run (&options, error);
  }
  g_free (options.rows);
  g_free (options.network);
  return status;
}
