/* sal-cli-quantize-table.c - bit widths against everything that helps
 *
 * A setting that the network cannot have is a column without numbers, with
 * the reason below the table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sal-cli-quantize.h"
#include "sal-error.h"

enum { FIRST_WIDTH = 8, LAST_WIDTH = 2, N_WIDTHS = FIRST_WIDTH - LAST_WIDTH + 1 };

typedef struct
{
  const char   *name;   /* in JSON                                             */
  const char   *title;
  SalRequantize how;
} Column;

enum { PLAIN, REFITTED, REESTIMATED, BOTH, FINE_TUNED, N_COLUMNS };

typedef struct
{
  Column         columns[N_COLUMNS];
  char          *reasons[N_COLUMNS];            /* why it has no numbers       */
  gboolean       has[N_WIDTHS][N_COLUMNS];
  SalCliAccuracy cells[N_WIDTHS][N_COLUMNS];
  char          *fine_tuned_title;
} Table;

static void
table_init (Table                *self,
            const SalCliQuantize *options)
{
  const int steps = options->how.fine_tune < 0 ? SAL_CLI_TABLE_STEPS : options->how.fine_tune;
  const gsize images = options->how.images;

  *self = (Table) { .fine_tuned_title = g_strdup_printf ("fine-tuned %d steps", steps) };
  self->columns[PLAIN] = (Column) { "plain", "plain", { .images = images } };
  self->columns[REFITTED] = (Column) { "alpha_refitted", "alpha re-fitted",
                                       { .refit_alpha = TRUE, .images = images } };
  self->columns[REESTIMATED] = (Column) { "statistics_reestimated", "statistics re-estimated",
                                          { .reestimate = TRUE, .images = images } };
  self->columns[BOTH] = (Column) { "both", "both", { .refit_alpha = TRUE, .reestimate = TRUE,
                                                     .images = images } };
  self->columns[FINE_TUNED] = (Column) { "fine_tuned", self->fine_tuned_title,
                                         { .fine_tune = steps } };
  if (steps == 0)
    self->reasons[FINE_TUNED] = g_strdup ("0 steps were asked for");
}

static void
table_clear (Table *self)
{
  for (int column = 0; column < N_COLUMNS; column++)
    g_free (self->reasons[column]);
  g_free (self->fine_tuned_title);
}

/* ---- measuring ------------------------------------------------------------------- */

static gboolean
measure_cell (Table                *self,
              const SalCliQuantize *options,
              const SalCliModel    *model,
              NnModel              *copy,
              NnPool               *pool,
              int                   row,
              int                   column,
              GError              **error)
{
  const NnImages train = sal_cli_model_train_images (model);
  const NnImages test = sal_cli_model_test_images (model);
  const Column *what = &self->columns[column];
  g_autofree char *title = g_strdup_printf ("%d bits, %s", FIRST_WIDTH - row, what->title);
  g_autoptr (GError) refusal = NULL;

  if (!sal_requantize_check (&what->how, copy, &refusal)) {
    self->reasons[column] = g_strdup (refusal->message);
    return TRUE;
  }
  if (!sal_requantize (&what->how, copy, &model->info.recipe, model->dataset, &train, pool,
                       error) ||
      !sal_cli_accuracy_measure (&self->cells[row][column], copy, &test,
                                 (gsize) options->images, NN_TTA_NONE, pool, title, error))
    return FALSE;
  self->has[row][column] = TRUE;
  return TRUE;
}

static gboolean
measure_row (Table                *self,
             const SalCliQuantize *options,
             const SalCliModel    *model,
             NnPool               *pool,
             int                   row,
             GError              **error)
{
  SalCliBits bits = options->bits;
  gboolean ok = TRUE;

  bits.weight_bits = bits.activation_bits = FIRST_WIDTH - row;
  for (int column = 0; column < N_COLUMNS && ok; column++) {
    gboolean is_calibrated;

    if (self->reasons[column] != NULL)
      continue;

    NnModel *copy = sal_cli_quantize_copy (model, &bits, pool, &is_calibrated, error);

    ok = copy != NULL &&
         measure_cell (self, options, model, copy, pool, row, column, error);
    nn_model_free (copy);
  }
  return ok;
}

/* ---- printing ---------------------------------------------------------------------- */

static void
print_text (const Table       *self,
            const SalCliModel *model)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (cells, g_strdup ("bits"));
  g_ptr_array_add (cells, g_strdup ("KiB"));
  for (int column = 0; column < N_COLUMNS; column++)
    g_ptr_array_add (cells, g_strdup (self->columns[column].title));
  for (int row = 0; row < N_WIDTHS; row++) {
    g_ptr_array_add (cells, g_strdup_printf ("%d", FIRST_WIDTH - row));
    g_ptr_array_add (cells, g_strdup_printf ("%.1f",
                                             (double) self->cells[row][PLAIN].bytes / 1024));
    for (int column = 0; column < N_COLUMNS; column++) {
      const SalCliAccuracy *cell = &self->cells[row][column];

      g_ptr_array_add (cells, sal_cli_percent (self->has[row][column]
                                               ? (double) cell->correct / (double) cell->total
                                               : NAN));
    }
  }
  g_print ("%s, %" G_GSIZE_FORMAT " test images of %s\n", model->info.title,
           self->cells[0][PLAIN].total, sal_dataset_get_title (model->dataset));
  sal_cli_print_table (cells, N_COLUMNS + 2);
  for (int column = 0; column < N_COLUMNS; column++)
    if (self->reasons[column] != NULL)
      g_print ("%s: %s\n", self->columns[column].title, self->reasons[column]);
}

static void
json_row (const Table *self,
          JsonBuilder *builder,
          int          row)
{
  json_builder_begin_object (builder);
  sal_cli_json_integer (builder, "bits", FIRST_WIDTH - row);
  for (int column = 0; column < N_COLUMNS; column++) {
    json_builder_set_member_name (builder, self->columns[column].name);
    if (!self->has[row][column]) {
      json_builder_add_null_value (builder);
      continue;
    }
    json_builder_begin_object (builder);
    sal_cli_accuracy_json (&self->cells[row][column], builder);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
print_json (const Table       *self,
            const SalCliModel *model)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "model", model->path);
  sal_cli_json_text (builder, "dataset", sal_dataset_get_name (model->dataset));
  json_builder_set_member_name (builder, "rows");
  json_builder_begin_array (builder);
  for (int row = 0; row < N_WIDTHS; row++)
    json_row (self, builder, row);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* One line a number: bits, what was done, accuracy with its interval, bytes. */
static gboolean
write_csv (const Table *self,
           const char  *path,
           GError     **error)
{
  g_autoptr (GString) text = g_string_new ("bits,setting,accuracy,lower,upper,images,bytes\n");

  for (int row = 0; row < N_WIDTHS; row++)
    for (int column = 0; column < N_COLUMNS; column++) {
      const SalCliAccuracy *cell = &self->cells[row][column];
      char accuracy[3][G_ASCII_DTOSTR_BUF_SIZE];

      if (!self->has[row][column])
        continue;
      g_ascii_formatd (accuracy[0], sizeof accuracy[0], "%.6f",
                       (double) cell->correct / (double) cell->total);
      g_ascii_formatd (accuracy[1], sizeof accuracy[1], "%.6f", cell->lower);
      g_ascii_formatd (accuracy[2], sizeof accuracy[2], "%.6f", cell->upper);
      g_string_append_printf (text, "%d,%s,%s,%s,%s,%" G_GSIZE_FORMAT ",%" G_GUINT64_FORMAT "\n",
                              FIRST_WIDTH - row, self->columns[column].title, accuracy[0],
                              accuracy[1], accuracy[2], cell->total, cell->bytes);
    }
  return g_file_set_contents (path, text->str, (gssize) text->len, error);
}

gboolean
sal_cli_quantize_table (const SalCliQuantize *options,
                        const SalCliModel    *model,
                        NnPool               *pool,
                        GError              **error)
{
  Table table;
  gboolean ok = TRUE;

  table_init (&table, options);
  for (int row = 0; row < N_WIDTHS && ok; row++)
    ok = measure_row (&table, options, model, pool, row, error);
  ok = ok && (options->csv == NULL || write_csv (&table, options->csv, error));
  if (ok)
    (options->json ? print_json : print_text) (&table, model);
  table_clear (&table);
  return ok;
}
