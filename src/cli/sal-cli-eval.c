/* sal-cli-eval.c - `saliscope-cli eval`: accuracy on the test images
 *
 * In float32 as the network was trained, or with --integer on integer units
 * as it would be deployed; the labels are the same.  A mean over several views
 * of an image (--tta) is another quantity, and always called so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-integer.h"
#include "nn/nn-statistics.h"
#include "sal-cli-accuracy.h"
#include "sal-cli-entries.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-error.h"

#define BATCH 256

typedef struct
{
  SalCliBits bits;
  gboolean   all_bits;
  gboolean   integer;
  char      *tta;
  char      *dataset;
  char      *home;
  int        images;
  int        threads;
  gboolean   json;
  NnTestAugment augment;
} Options;

typedef struct
{
  SalCliBits bits;
  gboolean   is_calibrated;
  gsize      correct;
  gsize      total;
  double     lower;
  double     upper;
  guint64    bytes;
  double     images_per_second;
  char       kernel[32];     /* of integer units; empty: float32               */
  double     integer_share;  /* of the multiply-adds                           */
} Result;

/* ---- measuring ------------------------------------------------------------------------ */

static void
show_progress (SalCliProgress *progress,
               gsize           done,
               gsize           total,
               const char     *bits)
{
  if (!sal_cli_progress_is_due (progress))
    return;

  g_autofree char *line =
    g_strdup_printf ("%s: %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT " images", bits, done, total);

  sal_cli_progress_show (progress, line);
}

static gboolean
count_correct (const Options  *options,
               NnModel        *at_bits,
               NnPool         *pool,
               const NnImages *test,
               gsize           images,
               Result         *result,
               GError        **error)
{
  g_autofree char *text = sal_cli_bits_text (&result->bits);
  SalCliAccuracy accuracy;

  if (!sal_cli_accuracy_measure (&accuracy, at_bits, test, images, options->augment, pool, text,
                                 error))
    return FALSE;
  result->correct = accuracy.correct;
  return TRUE;
}

static gboolean
count_correct_on_integers (const Options  *options,
                           NnModel        *at_bits,
                           NnPool         *pool,
                           const NnImages *test,
                           gsize           images,
                           Result         *result,
                           GError        **error)
{
  SalCliProgress progress = sal_cli_progress_begin ();
  g_autofree char *text = sal_cli_bits_text (&result->bits);
  NnError nn_error;
  NnIntegerNet *net = nn_integer_net_new (at_bits, pool, BATCH, NULL, &nn_error);

  if (net == NULL)
    return sal_error_set_from_engine (error, &nn_error);

  NnIntegerEval eval = nn_integer_eval_begin (net, test, images, NULL);

  while (nn_integer_eval_step (&eval))
    show_progress (&progress, eval.done, eval.total, text);
  sal_cli_progress_end (&progress);
  g_strlcpy (result->kernel, nn_integer_net_kernel (net), sizeof result->kernel);
  result->integer_share = (double) nn_integer_net_integer_macs (net) /
                          (double) nn_model_macs (at_bits);
  result->correct = eval.correct;
  nn_integer_net_free (net);
  return TRUE;
}

typedef gboolean (*CountFunc) (const Options  *options,
                               NnModel        *at_bits,
                               NnPool         *pool,
                               const NnImages *test,
                               gsize           images,
                               Result         *result,
                               GError        **error);

static gboolean
evaluate (const SalCliModel *model,
          const Options     *options,
          NnModel           *at_bits,
          NnPool            *pool,
          gsize              images,
          Result            *result,
          GError           **error)
{
  const NnImages test = sal_cli_model_test_images (model);
  const gint64 begin = g_get_monotonic_time ();

  const CountFunc count = options->integer ? count_correct_on_integers : count_correct;

  if (!count (options, at_bits, pool, &test, images, result, error))
    return FALSE;
  result->total = images;
  nn_wilson_interval (result->correct, images, &result->lower, &result->upper);
  result->bytes = nn_model_packed_bytes (at_bits);
  result->images_per_second = (double) images * G_USEC_PER_SEC /
                              (double) MAX (1, g_get_monotonic_time () - begin);
  return TRUE;
}

static gboolean
measure (const SalCliModel *model,
         const Options     *options,
         const SalCliBits  *bits,
         NnPool            *pool,
         GArray            *results,
         GError           **error)
{
  const gsize all = sal_dataset_get_test (model->dataset)->count;
  const gsize images = sal_cli_images_limit (options->images, all);
  Result result = { .bits = *bits };
  NnModel *at_bits = sal_cli_model_at_bits (model, bits, pool, &result.is_calibrated, error);

  if (at_bits == NULL)
    return FALSE;

  const gboolean ok = evaluate (model, options, at_bits, pool, images, &result, error);

  nn_model_free (at_bits);
  if (ok)
    g_array_append_val (results, result);
  return ok;
}

/* One row as asked; or full precision, which integer units do not have, and
 * every width. */
static gboolean
measure_all (const SalCliModel *model,
             const Options     *options,
             NnPool            *pool,
             GArray            *results,
             GError           **error)
{
  static const int widths[] = { SAL_CLI_AS_TRAINED, 32, 8, 7, 6, 5, 4, 3, 2 };

  if (!options->all_bits)
    return measure (model, options, &options->bits, pool, results, error);
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    SalCliBits bits = options->bits;

    bits.bits = bits.weight_bits = bits.activation_bits = widths[i];
    bits.text = bits.own = NULL;
    /* Nothing is rounded there that levels could be fitted to. */
    bits.refit_alpha = bits.refit_alpha && widths[i] != NN_BITS_CLIP;

    if (options->integer && (widths[i] < NN_BITS_MIN || widths[i] > NN_BITS_MAX))
      continue;
    if (!measure (model, options, &bits, pool, results, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- printing --------------------------------------------------------------------------- */

/* What is to be said of a row beside its numbers. Free the result. */
static char *
remark_of (const Result *result)
{
  const char *calibrated = result->is_calibrated ? "PACT added, alpha calibrated" : "";

  if (*result->kernel == '\0')
    return g_strdup (calibrated);
  return g_strdup_printf ("%.1f %% of the products on integers (%s)%s%s",
                          100 * result->integer_share, result->kernel,
                          *calibrated != '\0' ? "; " : "", calibrated);
}

static void
add_row (GPtrArray    *cells,
         const Result *result)
{
  g_ptr_array_add (cells, sal_cli_bits_text (&result->bits));
  g_ptr_array_add (cells, sal_cli_percent ((double) result->correct / (double) result->total));
  g_ptr_array_add (cells, g_strdup_printf ("%.2f – %.2f", 100 * result->lower,
                                           100 * result->upper));
  g_ptr_array_add (cells, g_strdup_printf ("%.1f", (double) result->bytes / 1024));
  g_ptr_array_add (cells, g_strdup_printf ("%.0f", result->images_per_second));
  g_ptr_array_add (cells, remark_of (result));
}

static void
print_text (const SalCliModel *model,
            const Options     *options,
            const GArray      *results)
{
  static const char *const heading[] = { "bits", "accuracy", "95 %", "KiB", "images/s", "" };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < results->len; i++)
    add_row (cells, &g_array_index (results, Result, i));
  g_print ("%s, %" G_GSIZE_FORMAT " test images of %s", model->info.title,
           g_array_index (results, Result, 0).total, sal_dataset_get_title (model->dataset));
  if (options->augment != NN_TTA_NONE)
    g_print (", with test-time augmentation: %s", nn_test_augment_name (options->augment));
  g_print ("\n");
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
}

/* Null where it is as trained. */
static void
json_bits (JsonBuilder *builder,
           const char  *name,
           int          bits)
{
  if (bits == SAL_CLI_AS_TRAINED)
    sal_cli_json_text (builder, name, NULL);
  else
    sal_cli_json_integer (builder, name, bits);
}

static void
json_result (JsonBuilder  *builder,
             const Result *result)
{
  json_builder_begin_object (builder);
  json_bits (builder, "weight_bits", result->bits.weight_bits);
  json_bits (builder, "activation_bits", result->bits.activation_bits);
  sal_cli_json_text (builder, "layer_bits", result->bits.own);
  sal_cli_json_real (builder, "accuracy", (double) result->correct / (double) result->total);
  sal_cli_json_real (builder, "lower", result->lower);
  sal_cli_json_real (builder, "upper", result->upper);
  sal_cli_json_integer (builder, "correct", (gint64) result->correct);
  sal_cli_json_integer (builder, "images", (gint64) result->total);
  sal_cli_json_integer (builder, "packed_bytes", (gint64) result->bytes);
  sal_cli_json_real (builder, "images_per_second", result->images_per_second);
  if (*result->kernel != '\0') {
    sal_cli_json_text (builder, "integer_kernel", result->kernel);
    sal_cli_json_real (builder, "integer_share", result->integer_share);
  }
  json_builder_set_member_name (builder, "alpha_calibrated");
  json_builder_add_boolean_value (builder, result->is_calibrated);
  json_builder_end_object (builder);
}

static void
print_json (const SalCliModel *model,
            const Options     *options,
            const GArray      *results)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "model", model->path);
  sal_cli_json_text (builder, "title", model->info.title);
  sal_cli_json_text (builder, "dataset", sal_dataset_get_name (model->dataset));
  sal_cli_json_text (builder, "test_time_augmentation", nn_test_augment_name (options->augment));
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  for (guint i = 0; i < results->len; i++)
    json_result (builder, &g_array_index (results, Result, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* ---- command ------------------------------------------------------------------------------ */

/* Integer units are told from the simulation by equal labels, image by image,
 * which a mean of logits would blur. */
static gboolean
parse_augment (Options *options,
               GError **error)
{
  if (options->tta == NULL)
    return TRUE;
  for (int i = 0; nn_test_augment_name ((NnTestAugment) i) != NULL; i++)
    if (g_str_equal (nn_test_augment_name ((NnTestAugment) i), options->tta)) {
      options->augment = (NnTestAugment) i;
      if (i == NN_TTA_NONE || !options->integer)
        return TRUE;
      return sal_cli_usage (error, "tta: integer units look at each image once; expected --integer "
                            "or --tta %s, found both", options->tta);
    }
  return sal_cli_usage (error, "tta: expected none, flip or flip+translate, found “%s”",
                        options->tta);
}

static int
run (const Options *options,
     const char    *name,
     GError       **error)
{
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (Result));
  SalCliModel model;
  NnPool *pool = NULL;
  const gboolean ok = sal_cli_model_load (&model, name, options->home, error) &&
                      sal_cli_model_open_data (&model, options->dataset, error) &&
                      (pool = sal_cli_pool_new (options->threads, error)) != NULL &&
                      measure_all (&model, options, pool, results, error);

  if (ok)
    (options->json ? print_json : print_text) (&model, options, results);
  nn_pool_free (pool);
  sal_cli_model_clear (&model);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_eval (const SalCliCommand *command,
              int                  argc,
              char               **argv,
              GError             **error)
{
  Options options = { .bits = SAL_CLI_BITS_NONE };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_BITS_ENTRIES + 9] = {
    { "all-bits", 'a', 0, G_OPTION_ARG_NONE, &options.all_bits,
      "Measure at 32 and 8 to 2 bits", NULL },
    { "integer", 'i', 0, G_OPTION_ARG_NONE, &options.integer,
      "Run it on integer units, as it would be deployed", NULL },
    { "tta", 0, 0, G_OPTION_ARG_STRING, &options.tta,
      "Test-time augmentation: none, flip (mean of an image and its mirror image) or "
      "flip+translate (and moved by a pixel)", "VIEWS" },
    sal_cli_dataset_entry (&options.dataset),
    sal_cli_images_entry (&options.images),
    sal_cli_home_entry (&options.home),
    sal_cli_threads_entry (&options.threads),
    sal_cli_json_entry (&options.json),
  };
  int status = SAL_CLI_EXIT_FAILURE;

  sal_cli_bits_entries (&options.bits, entries + 8);
  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, 1, &arguments, error) &&
      sal_cli_images_check (options.images, error) &&
      sal_cli_bits_check (&options.bits, error) && parse_augment (&options, error))
    status = run (&options, arguments[0], error);
  sal_cli_bits_clear (&options.bits);
  g_free (options.tta);
  g_free (options.dataset);
  g_free (options.home);
  return status;
}
