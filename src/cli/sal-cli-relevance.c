/* sal-cli-relevance.c - `saliscope-cli relevance`: how much of a map is on the truth
 *
 * A number without the share that a map of noise would have says nothing: the
 * area of the truth is printed beside it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-exec.h"
#include "nn/nn-saliency.h"
#include "nn/nn-statistics.h"
#include "sal-cli-entries.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-error.h"

/* Images that are explained at a time. */
#define CAPACITY 64

typedef struct
{
  char      *method;
  char      *dataset;
  char      *home;
  int        images;
  int        threads;
  gboolean   json;
  SalCliBits bits;
  const NnSaliencyMethod *row;
} Options;

typedef struct
{
  char    *name;
  gboolean is_calibrated;
  gsize    images;       /* whose maps are not 0 everywhere                  */
  double   mean;
  double   lower;
  double   upper;
  double   area;         /* share of the pixels that are in the truth        */
} Share;

static void
free_share (gpointer data)
{
  Share *share = data;

  g_free (share->name);
  g_free (share);
}

/* ---- measuring -------------------------------------------------------------------------- */

static double
truth_area (const guint8 *truth,
            gsize         n)
{
  gsize inside = 0;

  for (gsize i = 0; i < n; i++)
    inside += truth[i] != 0;
  return (double) inside / (double) n;
}

/* The mass of images `first` ... `first` + `n` - 1 on their truth. */
static void
measure_batch (NnExec                  *exec,
               const NnSaliencyRequest *request,
               const NnImages          *test,
               const guint8            *truth,
               gsize                    first,
               gsize                    n,
               double                  *masses)
{
  const gsize stride = nn_images_stride (test);
  const gsize plane = (gsize) test->height * (gsize) test->width;
  g_autofree float *x = g_new (float, n * stride);
  g_autofree float *maps = g_new (float, n * stride);
  guint32 indices[CAPACITY];
  guint64 ids[CAPACITY];
  int labels[CAPACITY];

  for (gsize i = 0; i < n; i++) {
    indices[i] = (guint32) (first + i);
    ids[i] = first + i;
  }
  nn_images_gather (test, indices, n, x, labels);
  nn_saliency_explain (exec, request, x, labels, ids, n, maps);
  for (gsize i = 0; i < n; i++)
    masses[first + i] = nn_relevance_mass (maps + i * stride, truth + (first + i) * plane,
                                           test->channels, plane);
}

static void
measure (const SalCliModel *model,
         const Options     *options,
         NnExec            *exec,
         Share             *share)
{
  const NnImages test = sal_cli_model_test_images (model);
  const guint8 *truth = sal_dataset_get_test_truth (model->dataset);
  const NnSaliencyRequest request = nn_saliency_request (options->row, &test);
  const gsize count = sal_cli_images_limit (options->images, test.count);
  g_autofree double *masses = g_new (double, count);
  SalCliProgress progress = sal_cli_progress_begin ();

  for (gsize first = 0; first < count; first += CAPACITY) {
    measure_batch (exec, &request, &test, truth, first, MIN (CAPACITY, count - first), masses);
    if (sal_cli_progress_is_due (&progress)) {
      g_autofree char *line =
        g_strdup_printf ("%s: %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT " images", share->name, first,
                         count);

      sal_cli_progress_show (&progress, line);
    }
  }
  sal_cli_progress_end (&progress);
  share->images = nn_mean_interval (masses, count, &share->mean, &share->lower, &share->upper);
  share->area = truth_area (truth, count * (gsize) test.height * (gsize) test.width);
}

static gboolean
measure_model (const SalCliModel *model,
               const Options     *options,
               NnPool            *pool,
               Share             *share,
               GError           **error)
{
  NnError nn_error;

  if (sal_dataset_get_test_truth (model->dataset) == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 "%s: expected a data set whose truth is known, such as glyphs or mnist-blocks",
                 sal_dataset_get_name (model->dataset));
    return FALSE;
  }

  NnModel *at_bits = sal_cli_model_at_bits (model, &options->bits, pool, &share->is_calibrated,
                                            error);

  if (at_bits == NULL)
    return FALSE;

  NnExec *exec = nn_exec_new (at_bits, pool, NN_EXEC_GRADIENT, CAPACITY, &nn_error);
  const gboolean ok = exec != NULL || sal_error_set_from_engine (error, &nn_error);

  if (ok) {
    nn_exec_prepare (exec);
    measure (model, options, exec, share);
  }
  nn_exec_free (exec);
  nn_model_free (at_bits);
  return ok;
}

static gboolean
measure_named (const char    *name,
               const Options *options,
               NnPool        *pool,
               GPtrArray     *shares,
               GError       **error)
{
  SalCliModel model;
  Share *share = g_new0 (Share, 1);

  share->name = g_strdup (name);
  g_ptr_array_add (shares, share);

  const gboolean ok = sal_cli_model_load (&model, name, options->home, error) &&
                      sal_cli_model_open_data (&model, options->dataset, error) &&
                      measure_model (&model, options, pool, share, error);

  sal_cli_model_clear (&model);
  return ok;
}

/* ---- printing ---------------------------------------------------------------------------- */

static void
print_text (const GPtrArray *shares)
{
  static const char *const heading[] = { "model", "on the truth", "95 %", "at random", "images",
                                         "" };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < shares->len; i++) {
    const Share *share = shares->pdata[i];

    g_ptr_array_add (cells, g_strdup (share->name));
    g_ptr_array_add (cells, sal_cli_percent (share->mean));
    g_ptr_array_add (cells, isnan (share->lower)
                            ? g_strdup ("–")
                            : g_strdup_printf ("%.2f – %.2f", 100 * share->lower,
                                               100 * share->upper));
    g_ptr_array_add (cells, sal_cli_percent (share->area));
    g_ptr_array_add (cells, g_strdup_printf ("%" G_GSIZE_FORMAT, share->images));
    g_ptr_array_add (cells, g_strdup (share->is_calibrated ? "PACT added, alpha calibrated"
                                                           : ""));
  }
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
}

static void
print_json (const GPtrArray *shares,
            const Options   *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < shares->len; i++) {
    const Share *share = shares->pdata[i];

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "model", share->name);
    sal_cli_json_text (builder, "method", options->row->name);
    sal_cli_json_integer (builder, "images", (gint64) share->images);
    sal_cli_json_real (builder, "share", share->mean);
    sal_cli_json_real (builder, "lower", share->lower);
    sal_cli_json_real (builder, "upper", share->upper);
    sal_cli_json_real (builder, "random", share->area);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  sal_cli_json_print (builder);
}

/* ---- command ----------------------------------------------------------------------- */

static gboolean
check (Options *options,
       GError **error)
{
  options->row = sal_cli_method_find (options->method != NULL ? options->method : "gradient",
                                      error);
  return options->row != NULL && sal_cli_images_check (options->images, error) &&
         sal_cli_bits_check (&options->bits, error);
}

static int
run (const Options *options,
     char         **names,
     GError       **error)
{
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func (free_share);
  NnPool *pool = sal_cli_pool_new (options->threads, error);
  gboolean ok = pool != NULL;

  for (guint i = 0; ok && names[i] != NULL; i++)
    ok = measure_named (names[i], options, pool, shares, error);
  if (ok && options->json)
    print_json (shares, options);
  else if (ok)
    print_text (shares);
  nn_pool_free (pool);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_relevance (const SalCliCommand *command,
                   int                  argc,
                   char               **argv,
                   GError             **error)
{
  Options options = { .bits = SAL_CLI_BITS_NONE };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_BITS_ENTRIES + 7] = {
    { "method", 'm', 0, G_OPTION_ARG_STRING, &options.method,
      "Explanation method, of the true class (default: gradient)", "NAME" },
    sal_cli_images_entry (&options.images),
    sal_cli_dataset_entry (&options.dataset),
    sal_cli_home_entry (&options.home),
    sal_cli_threads_entry (&options.threads),
    sal_cli_json_entry (&options.json),
  };
  int status = SAL_CLI_EXIT_FAILURE;

  sal_cli_bits_entries (&options.bits, entries + 6);
  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, G_MAXUINT, &arguments, error) &&
      check (&options, error))
    status = run (&options, arguments, error);
  sal_cli_bits_clear (&options.bits);
  g_free (options.method);
  g_free (options.dataset);
  g_free (options.home);
  return status;
}
