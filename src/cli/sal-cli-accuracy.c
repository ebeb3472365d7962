/* sal-cli-accuracy.c - accuracy on test images, with progress
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-accuracy.h"

#include "nn/nn-statistics.h"
#include "sal-error.h"

#define BATCH 256

static void
show_progress (SalCliProgress *progress,
               const NnEval   *eval,
               const char     *title)
{
  if (!sal_cli_progress_is_due (progress))
    return;

  g_autofree char *line =
    g_strdup_printf ("%s: %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT " images", title, eval->done,
                     eval->total);

  sal_cli_progress_show (progress, line);
}

gboolean
sal_cli_accuracy_measure (SalCliAccuracy *self,
                          const NnModel  *model,
                          const NnImages *test,
                          gsize           images,
                          NnTestAugment   augment,
                          NnPool         *pool,
                          const char     *title,
                          GError        **error)
{
  const gint64 begin = g_get_monotonic_time ();
  const gsize total = images > 0 ? MIN (images, test->count) : test->count;
  SalCliProgress progress = sal_cli_progress_begin ();
  NnError nn_error;

  if (nn_test_augment_check (augment, test, &nn_error) != NN_OK)
    return sal_error_set_from_engine (error, &nn_error);

  NnExec *exec = nn_exec_new (model, pool, NN_EXEC_INFERENCE, BATCH, &nn_error);

  if (exec == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  nn_exec_prepare (exec);

  NnEval eval = nn_eval_begin (exec, test, NULL, total, NULL);

  eval.augment = augment;
  while (nn_eval_step (&eval, BATCH))
    show_progress (&progress, &eval, title);
  sal_cli_progress_end (&progress);
  nn_exec_free (exec);

  *self = (SalCliAccuracy) { .correct = eval.correct, .total = eval.total };
  nn_wilson_interval (eval.correct, eval.total, &self->lower, &self->upper);
  self->bytes = nn_model_packed_bytes (model);
  self->images_per_second = (double) eval.total * G_USEC_PER_SEC /
                            (double) MAX (1, g_get_monotonic_time () - begin);
  return TRUE;
}

void
sal_cli_accuracy_add_cells (const SalCliAccuracy *self,
                            GPtrArray            *cells)
{
  g_ptr_array_add (cells, sal_cli_percent ((double) self->correct / (double) self->total));
  g_ptr_array_add (cells, g_strdup_printf ("%.2f – %.2f", 100 * self->lower, 100 * self->upper));
  g_ptr_array_add (cells, g_strdup_printf ("%.1f", (double) self->bytes / 1024));
}

void
sal_cli_accuracy_json (const SalCliAccuracy *self,
                       JsonBuilder          *builder)
{
  sal_cli_json_real (builder, "accuracy", (double) self->correct / (double) self->total);
  sal_cli_json_real (builder, "lower", self->lower);
  sal_cli_json_real (builder, "upper", self->upper);
  sal_cli_json_integer (builder, "correct", (gint64) self->correct);
  sal_cli_json_integer (builder, "images", (gint64) self->total);
  sal_cli_json_integer (builder, "packed_bytes", (gint64) self->bytes);
  sal_cli_json_real (builder, "images_per_second", self->images_per_second);
}
