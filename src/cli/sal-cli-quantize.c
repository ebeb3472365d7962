/* sal-cli-quantize.c - `saliscope-cli quantize`: a trained network at other bits
 *
 * Prints accuracy and size before and after, and can save the result.  What
 * cannot be applied to the network is refused, not left out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-quantize.h"

#include <math.h>

#include "sal-bits-text.h"
#include "sal-cli-entries.h"
#include "sal-cli.h"
#include "sal-error.h"
#include "sal-packed-file.h"
#include "sal-quantizer-text.h"

/* The network at three moments; `moved` equals `after` where nothing else was
 * done. */
typedef struct
{
  SalCliAccuracy before;
  SalCliAccuracy moved;
  SalCliAccuracy after;
  gboolean       is_calibrated;
  gboolean       is_helped;
} Result;

/* The same without help, which is measured apart. */
static SalCliBits
without_help (const SalCliBits *bits)
{
  SalCliBits unhelped = *bits;

  unhelped.refit_alpha = unhelped.reestimate = FALSE;
  return unhelped;
}

NnModel *
sal_cli_quantize_copy (const SalCliModel *model,
                       const SalCliBits  *bits,
                       NnPool            *pool,
                       gboolean          *is_calibrated,
                       GError           **error)
{
  const SalCliBits unhelped = without_help (bits);

  return sal_cli_model_at_bits (model, &unhelped, pool, is_calibrated, error);
}

/* ---- saving -------------------------------------------------------------------- */

static char *
make_title (const SalCliQuantize *options,
            const SalCliModel    *model)
{
  g_autofree char *bits = sal_cli_bits_text (&options->bits);
  GString *title = g_string_new (NULL);

  g_string_printf (title, "%s, moved to %s", model->info.title, bits);
  if (options->how.fine_tune > 0)
    g_string_append_printf (title, ", fine-tuned %d steps", options->how.fine_tune);
  return g_string_free (title, FALSE);
}

/* The file's recipe stays that of the training; bits and quantizer are the
 * network's own. */
static gboolean
save (const SalCliQuantize *options,
      const SalCliModel    *model,
      const NnModel        *result,
      const SalCliAccuracy *accuracy,
      GError              **error)
{
  g_autofree char *title = make_title (options, model);
  SalModelInfo info = model->info;

  info.title = title;
  if (options->packed != NULL && !sal_packed_file_write (options->packed, result, &info, error))
    return FALSE;
  if (options->output == NULL)
    return TRUE;
  info.step += options->how.fine_tune;
  info.validation_accuracy = NAN;
  info.test_accuracy = accuracy->total == sal_dataset_get_test (model->dataset)->count
                       ? (double) accuracy->correct / (double) accuracy->total : NAN;
  return sal_model_file_save (options->output, result, &info, error);
}

/* ---- one setting ------------------------------------------------------------------ */

static gboolean
measure (const SalCliQuantize *options,
         const SalCliModel    *model,
         const NnModel        *network,
         NnPool               *pool,
         const char           *title,
         SalCliAccuracy       *accuracy,
         GError              **error)
{
  const NnImages test = sal_cli_model_test_images (model);

  return sal_cli_accuracy_measure (accuracy, network, &test, (gsize) options->images,
                                   NN_TTA_NONE, pool, title, error);
}

static gboolean
quantize (const SalCliQuantize *options,
          const SalCliModel    *model,
          NnModel              *copy,
          NnPool               *pool,
          Result               *result,
          GError              **error)
{
  const NnImages train = sal_cli_model_train_images (model);

  result->is_helped = options->how.refit_alpha || options->how.reestimate ||
                      options->how.fine_tune > 0;
  if (!sal_requantize_check (&options->how, copy, error) ||
      !measure (options, model, model->model, pool, "before", &result->before, error) ||
      !measure (options, model, copy, pool, "moved", &result->moved, error))
    return FALSE;
  result->after = result->moved;
  return (!result->is_helped ||
          (sal_requantize (&options->how, copy, &model->info.recipe, model->dataset, &train, pool,
                           error) &&
           measure (options, model, copy, pool, "after", &result->after, error))) &&
         save (options, model, copy, &result->after, error);
}

/* ---- printing ----------------------------------------------------------------------- */

static void
add_row (GPtrArray            *cells,
         char                 *title,
         const SalCliAccuracy *accuracy)
{
  g_ptr_array_add (cells, title);
  sal_cli_accuracy_add_cells (accuracy, cells);
}

/* "alpha re-fitted, fine-tuned 200 steps". Free the result. */
static char *
describe_help (const SalRequantize *how)
{
  GString *text = g_string_new (NULL);

  if (how->refit_alpha)
    g_string_append (text, "alpha re-fitted");
  if (how->reestimate)
    g_string_append_printf (text, "%sstatistics re-estimated", text->len > 0 ? ", " : "");
  if (how->fine_tune > 0)
    g_string_append_printf (text, "%sfine-tuned %d steps", text->len > 0 ? ", " : "",
                            how->fine_tune);
  return g_string_free (text, FALSE);
}

static void
print_text (const SalCliQuantize *options,
            const SalCliModel    *model,
            const Result         *result)
{
  static const char *const heading[] = { "", "accuracy", "95 %", "KiB" };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  const SalCliBits unhelped = without_help (&options->bits);
  g_autofree char *bits = sal_cli_bits_text (&unhelped);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  add_row (cells, g_strdup ("before"), &result->before);
  add_row (cells, g_strdup_printf ("at %s%s", bits,
                                   result->is_calibrated ? ", PACT added" : ""), &result->moved);
  if (result->is_helped)
    add_row (cells, describe_help (&options->how), &result->after);
  g_print ("%s, %" G_GSIZE_FORMAT " test images of %s\n", model->info.title,
           result->before.total, sal_dataset_get_title (model->dataset));
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
  if (options->output != NULL)
    g_print ("saved as %s\n", options->output);
  if (options->packed != NULL)
    g_print ("packed as %s\n", options->packed);
}

static void
json_member (JsonBuilder          *builder,
             const char           *name,
             const SalCliAccuracy *accuracy)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  sal_cli_accuracy_json (accuracy, builder);
  json_builder_end_object (builder);
}

static void
print_json (const SalCliQuantize *options,
            const SalCliModel    *model,
            const Result         *result)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *bits = sal_cli_bits_text (&options->bits);
  g_autofree char *help = describe_help (&options->how);

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "model", model->path);
  sal_cli_json_text (builder, "dataset", sal_dataset_get_name (model->dataset));
  sal_cli_json_text (builder, "bits", bits);
  sal_cli_json_text (builder, "quantizer", options->bits.quantizer);
  sal_cli_json_text (builder, "helped_by", help);
  json_builder_set_member_name (builder, "alpha_calibrated");
  json_builder_add_boolean_value (builder, result->is_calibrated);
  json_member (builder, "before", &result->before);
  json_member (builder, "moved", &result->moved);
  json_member (builder, "after", &result->after);
  sal_cli_json_text (builder, "output", options->output);
  sal_cli_json_text (builder, "packed", options->packed);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* ---- command -------------------------------------------------------------------------- */

static gboolean
quantize_once (const SalCliQuantize *options,
               const SalCliModel    *model,
               NnPool               *pool,
               GError              **error)
{
  Result result = { .is_calibrated = FALSE };
  NnModel *copy = sal_cli_quantize_copy (model, &options->bits, pool, &result.is_calibrated, error);
  const gboolean ok = copy != NULL && quantize (options, model, copy, pool, &result, error);

  if (ok)
    (options->json ? print_json : print_text) (options, model, &result);
  nn_model_free (copy);
  return ok;
}

static int
run (const SalCliQuantize *options,
     const char           *name,
     GError              **error)
{
  SalCliModel model;
  NnPool *pool = NULL;
  const gboolean ok = sal_cli_model_load (&model, name, options->home, error) &&
                      sal_cli_model_open_data (&model, options->dataset, error) &&
                      (pool = sal_cli_pool_new (options->threads, error)) != NULL &&
                      (options->table ? sal_cli_quantize_table : quantize_once) (options, &model,
                                                                                pool, error);

  nn_pool_free (pool);
  sal_cli_model_clear (&model);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

static gboolean
check_numbers (SalCliQuantize *options,
               GError        **error)
{
  if (!sal_cli_images_check (options->images, error))
    return FALSE;
  if (options->calibration < 0)
    return sal_cli_usage (error, "calibration: expected a number from 0, found %d",
                          options->calibration);
  if (options->how.fine_tune < (options->table ? -1 : 0))
    return sal_cli_usage (error, "fine-tune: expected a number of steps from 0, found %d",
                          options->how.fine_tune);
  options->how.images = (gsize) options->calibration;
  return TRUE;
}

static gboolean
check_options (SalCliQuantize *options,
               GError        **error)
{
  if (!options->table && options->how.fine_tune == -1)
    options->how.fine_tune = 0;
  if (!check_numbers (options, error) || !sal_cli_bits_check (&options->bits, error))
    return FALSE;
  options->how.refit_alpha = options->bits.refit_alpha;
  options->how.reestimate = options->bits.reestimate;
  if (options->csv != NULL && !options->table)
    return sal_cli_usage (error, "csv: expected --table with it");
  if (options->table && (options->output != NULL || options->packed != NULL ||
                         options->bits.text != NULL ||
                         options->how.refit_alpha || options->how.reestimate))
    return sal_cli_usage (error, "table: it tries all widths and settings; expected none of "
                          "--bits, --refit-alpha, --reestimate, --output and --packed with it");
  if (!options->table && options->bits.quantizer == NULL && options->bits.own == NULL &&
      options->bits.weight_bits == SAL_CLI_AS_TRAINED &&
      options->bits.activation_bits == SAL_CLI_AS_TRAINED)
    return sal_cli_usage (error, "quantize: expected --bits, --quantizer or --table");
  return TRUE;
}

int
sal_cli_quantize (const SalCliCommand *command,
                  int                  argc,
                  char               **argv,
                  GError             **error)
{
  SalCliQuantize options = { .bits = SAL_CLI_BITS_NONE, .how.fine_tune = -1 };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_BITS_ENTRIES + 12] = {
    { "fine-tune", 0, 0, G_OPTION_ARG_INT, &options.how.fine_tune,
      "Train so many steps at the new bits (default: 0; in a table 100)", "STEPS" },
    { "calibration", 0, 0, G_OPTION_ARG_INT, &options.calibration,
      "Training images to measure levels and statistics on (default: 512)", "N" },
    { "table", 0, 0, G_OPTION_ARG_NONE, &options.table,
      "Measure 8 to 2 bits against everything that helps", NULL },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, "Write the table as CSV", "FILE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Save the network", "FILE" },
    { "packed", 0, 0, G_OPTION_ARG_FILENAME, &options.packed,
      "Write its parameters packed at their bits, as they would be shipped", "FILE" },
    sal_cli_dataset_entry (&options.dataset),
    sal_cli_images_entry (&options.images),
    sal_cli_home_entry (&options.home),
    sal_cli_threads_entry (&options.threads),
    sal_cli_json_entry (&options.json),
  };
  int status = SAL_CLI_EXIT_FAILURE;

  sal_cli_bits_entries (&options.bits, entries + 11);
  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, 1, &arguments, error) &&
      check_options (&options, error))
    status = run (&options, arguments[0], error);
  sal_cli_bits_clear (&options.bits);
  g_free (options.csv);
  g_free (options.output);
  g_free (options.packed);
  g_free (options.dataset);
  g_free (options.home);
  return status;
}
