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
#include <string.h>

#include "nn/nn-exec.h"
#include "nn/nn-integer.h"
#include "nn/nn-rng.h"
#include "nn/nn-trainer.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-error.h"

/* Each repeat lasts at least this long. */
#define REPEAT_SECONDS 0.25
#define MAX_REPEATS 100
#define SEED 1

typedef struct
{
  int      repeats;
  int      threads;
  int      batch;      /* 0: that of the row                                   */
  char    *rows;       /* pattern, such as "sgt-cnn"; NULL: all                */
  gboolean peer;
  gboolean json;
} Options;

typedef enum
{
  TRAIN,
  INFER,
  INFER_INTEGER, /* on integer units, where the peer simulates them            */
} Work;

/* One thing that is timed; names are the peer's, too. */
typedef struct
{
  const char *name;
  const char *network;
  NnShape     shape;
  SalMode     mode;
  Work        work;
  int         batch;
  const char *peer;    /* the peer's row, where its name is another            */
} Row;

static const Row rows[] = {
  { "sgt-cnn/train-fp32", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_BASELINE, TRAIN, 256 },
  { "sgt-cnn/train-sgt", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_SGT, TRAIN, 256 },
  { "sgt-cnn/train-pact4", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, TRAIN, 256 },
  { "sgt-cnn/train-sgt-pact4", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_SGT_PACT, TRAIN, 256 },
  { "sgt-cnn/infer-fp32", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_BASELINE, INFER, 256 },
  { "sgt-cnn/infer-4bit", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, INFER, 256 },
  { "sgt-cnn/infer-4bit-integer", "sgt-cnn", { 1, 28, 28 }, SAL_MODE_PACT, INFER_INTEGER, 256,
    "sgt-cnn/infer-4bit" },
  { "resnet-20/train-fp32", "resnet-20", { 3, 32, 32 }, SAL_MODE_BASELINE, TRAIN, 128 },
  { "resnet-20/train-sgt-pact4", "resnet-20", { 3, 32, 32 }, SAL_MODE_SGT_PACT, TRAIN, 128 },
  { "resnet-20/infer-fp32", "resnet-20", { 3, 32, 32 }, SAL_MODE_BASELINE, INFER, 128 },
};

typedef struct
{
  const Row *row;
  int        batch;
  double     median;   /* images a second                                      */
  double     minimum;
  double     maximum;
  double     peer;     /* NaN where not measured                               */
} Result;

/* ---- what is timed ------------------------------------------------------------------- */

/* Random bytes with labels 0, 1 ... 9, 0 ... */
typedef struct
{
  NnImages images;
  guint8  *pixels;
  guint8  *labels;
} Data;

static Data
make_data (NnShape shape,
           gsize   count)
{
  const gsize size = count * nn_shape_size (shape);
  Data data = { .pixels = g_malloc (size), .labels = g_malloc (count) };

  for (gsize i = 0; i < size; i += 16) {
    guint32 words[4];

    nn_rng_block (SEED, nn_rng_stream (NN_RANDOM_NOISE, 0, 0), i, words);
    memcpy (data.pixels + i, words, MIN (sizeof words, size - i));
  }
  for (gsize i = 0; i < count; i++)
    data.labels[i] = (guint8) (i % 10);
  data.images = (NnImages) {
    .pixels = data.pixels, .labels = data.labels, .count = count,
    .channels = shape.channels, .height = shape.height, .width = shape.width, .classes = 10,
    .mean = { 0.5f, 0.5f, 0.5f, 0.5f }, .std = { 0.3f, 0.3f, 0.3f, 0.3f },
  };
  return data;
}

static void
free_data (Data *data)
{
  g_free (data->pixels);
  g_free (data->labels);
}

/* A step of either kind on one and the same mini-batch. */
typedef struct
{
  Data          data;
  NnModel      *model;
  NnTrainer    *trainer;  /* or NULL                                           */
  NnExec       *exec;     /* or NULL                                           */
  NnIntegerNet *integer;  /* or NULL                                           */
  gsize         batch;
} Bench;

static gboolean
has_network (const char *name)
{
  for (gsize i = 0; nn_network (i) != NULL; i++)
    if (g_str_equal (nn_network (i)->name, name))
      return TRUE;
  return FALSE;
}

static NnModel *
make_model (const Row       *row,
            const SalRecipe *recipe,
            GError         **error)
{
  static char text[NN_NETWORK_TEXT_SIZE];
  NnError nn_error;
  NnModel *model = NULL;

  if (nn_network_text (row->network, row->shape, 10,
                       sal_recipe_has_pact (recipe) ? "pact" : NULL, text, sizeof text,
                       &nn_error) == NN_OK)
    model = nn_model_new (text, &nn_error);
  if (model == NULL) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  nn_model_initialise (model, SEED);
  if (!sal_recipe_set_up_model (recipe, model, error))
    g_clear_pointer (&model, nn_model_free);
  return model;
}

static gboolean
make_step (Bench           *self,
           const Row       *row,
           const SalRecipe *recipe,
           NnPool          *pool,
           GError         **error)
{
  NnTrainSettings settings;
  NnError nn_error;

  if (!sal_recipe_train_settings (recipe, &settings, error))
    return FALSE;
  if (row->work == TRAIN)
    self->trainer = nn_trainer_new (self->model, pool, &settings, &nn_error);
  else if (row->work == INFER)
    self->exec = nn_exec_new (self->model, pool, NN_EXEC_INFERENCE, self->batch, &nn_error);
  else
    self->integer = nn_integer_net_new (self->model, pool, self->batch, NULL, &nn_error);
  if (self->trainer == NULL && self->exec == NULL && self->integer == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  if (self->exec != NULL)
    nn_exec_prepare (self->exec);
  return TRUE;
}

static gboolean
bench_begin (Bench     *self,
             const Row *row,
             gsize      batch,
             NnPool    *pool,
             GError   **error)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  recipe.mode = row->mode;
  recipe.batch = (int) batch;
  *self = (Bench) { .batch = batch };
  self->model = make_model (row, &recipe, error);
  if (self->model == NULL)
    return FALSE;
  self->data = make_data (row->shape, batch);
  return make_step (self, row, &recipe, pool, error);
}

static void
bench_end (Bench *self)
{
  nn_trainer_free (self->trainer);
  nn_exec_free (self->exec);
  nn_integer_net_free (self->integer);
  nn_model_free (self->model);
  free_data (&self->data);
}

static gboolean
bench_step (Bench   *self,
            GError **error)
{
  const NnPass pass = { 0 };
  NnStepMetrics metrics;
  NnError nn_error;
  g_autofree guint32 *indices = NULL;

  if (self->exec != NULL) {
    nn_images_gather (&self->data.images, NULL, self->batch, nn_exec_input (self->exec), NULL);
    nn_exec_forward (self->exec, 0, self->batch, &pass);
    return TRUE;
  }
  if (self->integer != NULL) {
    nn_integer_net_forward_images (self->integer, &self->data.images, NULL, self->batch);
    return TRUE;
  }
  indices = g_new (guint32, self->batch);
  for (gsize i = 0; i < self->batch; i++)
    indices[i] = (guint32) i;
  return nn_trainer_step (self->trainer, &self->data.images, indices, self->batch, 1e-4, &metrics,
                          &nn_error) == NN_OK ||
         sal_error_set_from_engine (error, &nn_error);
}

/* ---- timing ---------------------------------------------------------------------------- */

static int
compare_rates (gconstpointer a,
               gconstpointer b)
{
  const double first = *(const double *) a;
  const double second = *(const double *) b;

  return (first > second) - (first < second);
}

/* Images a second over steps that last REPEAT_SECONDS together. */
static gboolean
time_repeat (Bench   *bench,
             double  *rate,
             GError **error)
{
  const gint64 begin = g_get_monotonic_time ();
  gint64 steps = 0;
  double seconds = 0;

  do {
    if (!bench_step (bench, error))
      return FALSE;
    steps++;
    seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  } while (seconds < REPEAT_SECONDS);
  *rate = (double) (steps * (gint64) bench->batch) / seconds;
  return TRUE;
}

static gboolean
time_row (Bench   *bench,
          int      repeats,
          Result  *result,
          GError **error)
{
  double rates[MAX_REPEATS];

  /* The first steps touch the memory for the first time. */
  for (int i = 0; i < 2; i++)
    if (!bench_step (bench, error))
      return FALSE;
  for (int i = 0; i < repeats; i++)
    if (!time_repeat (bench, &rates[i], error))
      return FALSE;

  qsort (rates, (size_t) repeats, sizeof *rates, compare_rates);
  result->minimum = rates[0];
  result->maximum = rates[repeats - 1];
  result->median = (rates[(repeats - 1) / 2] + rates[repeats / 2]) / 2;
  return TRUE;
}

/* ---- peer ------------------------------------------------------------------------------ */

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

/* Reads {"ROW": {"images_per_second": N}}. */
static double
peer_rate (const char *json,
           const char *row)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root) ||
      !json_object_has_member (json_node_get_object (root), row))
    return NAN;
  return json_object_get_double_member_with_default (
    json_object_get_object_member (json_node_get_object (root), row), "images_per_second", NAN);
}

/* NaN, and a line on stderr from the script, where it cannot run. */
static double
run_peer (const Result  *result,
          const Options *options,
          int            threads)
{
  g_autofree char *script = peer_script ();
  const char *row = result->row->peer != NULL ? result->row->peer : result->row->name;
  g_autofree char *repeats = g_strdup_printf ("%d", options->repeats);
  g_autofree char *batch = g_strdup_printf ("%d", result->batch);
  g_autofree char *thread_text = g_strdup_printf ("%d", threads);
  const char *argv[] = {
    "python3", script, "--rows", row, "--repeats", repeats, "--batch", batch,
    "--threads", thread_text, NULL
  };
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &json, NULL,
                     NULL, &error)) {
    g_printerr ("saliscope-cli: the peer cannot run: %s\n", error->message);
    return NAN;
  }
  return peer_rate (json, row);
}

/* ---- printing -------------------------------------------------------------------------- */

static void
print_text (const GArray *results,
            gboolean      with_peer)
{
  static const char *const heading[] = { "row", "batch", "images/s", "range", "peer", "ratio" };
  const guint columns = with_peer ? 6 : 4;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < columns; i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < results->len; i++) {
    const Result *result = &g_array_index (results, Result, i);

    g_ptr_array_add (cells, g_strdup (result->row->name));
    g_ptr_array_add (cells, g_strdup_printf ("%d", result->batch));
    g_ptr_array_add (cells, g_strdup_printf ("%.0f", result->median));
    g_ptr_array_add (cells, g_strdup_printf ("%.0f – %.0f", result->minimum, result->maximum));
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

static void
print_json (const GArray *results,
            int           threads)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "blas", nn_pool_blas_name ());
  sal_cli_json_integer (builder, "threads", threads);
  json_builder_set_member_name (builder, "rows");
  json_builder_begin_object (builder);
  for (guint i = 0; i < results->len; i++) {
    const Result *result = &g_array_index (results, Result, i);

    json_builder_set_member_name (builder, result->row->name);
    json_builder_begin_object (builder);
    sal_cli_json_integer (builder, "batch", result->batch);
    sal_cli_json_real (builder, "images_per_second", result->median);
    sal_cli_json_real (builder, "min", result->minimum);
    sal_cli_json_real (builder, "max", result->maximum);
    sal_cli_json_real (builder, "peer_images_per_second", result->peer);
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
run_row (const Row     *row,
         const Options *options,
         NnPool        *pool,
         gboolean      *with_peer,
         GArray        *results,
         GError       **error)
{
  Result result = {
    .row = row, .batch = options->batch > 0 ? options->batch : row->batch, .peer = NAN
  };
  Bench bench;
  const gboolean ok = bench_begin (&bench, row, (gsize) result.batch, pool, error) &&
                      time_row (&bench, options->repeats, &result, error);

  bench_end (&bench);
  if (!ok)
    return FALSE;
  g_printerr ("%s: %.0f images/s\n", row->name, result.median);
  if (*with_peer) {
    result.peer = run_peer (&result, options, nn_pool_threads (pool));
    *with_peer = isfinite (result.peer);
  }
  g_array_append_val (results, result);
  return TRUE;
}

static gboolean
is_asked (const Row     *row,
          const Options *options)
{
  return has_network (row->network) &&
         (options->rows == NULL || g_pattern_match_simple (options->rows, row->name));
}

static int
run (const Options *options,
     GError       **error)
{
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (Result));
  NnPool *pool = sal_cli_pool_new (options->threads, error);
  gboolean with_peer = options->peer;
  gboolean ok = pool != NULL;

  for (gsize i = 0; ok && i < G_N_ELEMENTS (rows); i++)
    if (is_asked (&rows[i], options))
      ok = run_row (&rows[i], options, pool, &with_peer, results, error);
  if (ok && results->len == 0)
    ok = sal_cli_usage (error, "rows: no row matches “%s”", options->rows);
  if (ok && options->json)
    print_json (results, nn_pool_threads (pool));
  else if (ok)
    print_text (results, options->peer);
  nn_pool_free (pool);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_bench (const SalCliCommand *command,
               int                  argc,
               char               **argv,
               GError             **error)
{
  Options options = { .repeats = 5 };
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry entries[] = {
    { "rows", 0, 0, G_OPTION_ARG_STRING, &options.rows,
      "Only the rows that match, such as 'sgt-cnn/train-*'", "PATTERN" },
    { "repeats", 'r', 0, G_OPTION_ARG_INT, &options.repeats,
      "Times each row is timed; the median counts (default: 5)", "N" },
    { "batch", 'b', 0, G_OPTION_ARG_INT, &options.batch,
      "Images in a step (default: 256, ResNet-20 128)", "N" },
    { "threads", 't', 0, G_OPTION_ARG_INT, &options.threads,
      "Threads to compute with (default: one for each processor)", "N" },
    { "peer", 'p', 0, G_OPTION_ARG_NONE, &options.peer,
      "Time the same steps in PyTorch, if python3 has it, and print the ratios", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print the result as JSON", NULL },
    { NULL },
  };
  int status = SAL_CLI_EXIT_FAILURE;

  if (sal_cli_parse (command, argc, argv, entries, NULL, 0, 0, &arguments, error)) {
    if (options.repeats < 1 || options.repeats > MAX_REPEATS || options.batch < 0)
      sal_cli_usage (error, "bench: expected 1 to %d repeats and a positive batch", MAX_REPEATS);
    else
      status = run (&options, error);
  }
  g_free (options.rows);
  return status;
}
