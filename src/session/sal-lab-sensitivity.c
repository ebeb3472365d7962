/* sal-lab-sensitivity.c - what each layer at few bits costs by itself
 *
 * Every other layer stays at full precision, so that the rows can be
 * compared.  Accuracies are the lab's ordinary estimates and are remembered;
 * maps are compared by rank, because networks differ in the magnitude of
 * their gradients.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "nn/nn-statistics.h"

typedef struct
{
  SalLabJob            job;
  SalLabModel         *model;
  SalBits              bits;
  char                *method;
  SalSensitivityAnswer answer;
  float               *full_maps;  /* (images, C, H, W)                       */
  int                 *classes;    /* what they explain: full precision's own */
  gsize                full_done;  /* images with these                       */
  gsize                row_done;   /* images of the row compared so far       */
  double               agreement;  /* summed over images where it is defined  */
  gsize                n_agreement;
} SensitivityJob;

static void
free_sensitivity_answer (gpointer data)
{
  SalSensitivityAnswer *answer = data;

  g_free (answer->rows);
  g_free ((gpointer) answer->message);
  g_free (answer);
}

static void
send_sensitivity (SensitivityJob *self)
{
  SalSensitivityAnswer *answer = g_memdup2 (&self->answer, sizeof *answer);

  answer->ticket = self->job.ticket;
  answer->rows = g_memdup2 (answer->rows, answer->total * sizeof *answer->rows);
  answer->message = g_strdup (answer->message);
  sal_lab_job_answer (self, answer);
}

/* ---- rows ---------------------------------------------------------------- */

static void
add_row (GArray            *rows,
         int                layer,
         const NnLayerInfo *info,
         gboolean           is_activation)
{
  SalLayerSensitivity row = { .layer = layer, .is_activation = is_activation };

  g_strlcpy (row.name, info->name, sizeof row.name);
  g_array_append_val (rows, row);
}

static gboolean
is_narrow (int bits)
{
  return bits >= NN_BITS_MIN && bits <= NN_BITS_MAX;
}

/* Layers whose weights or activations the bits would quantize.  A relu or gelu
 * is one: it is given an alpha when it is asked for. */
static void
find_rows (SensitivityJob *self)
{
  const NnModel *model = sal_lab_model_get_model (self->model);
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (SalLayerSensitivity));

  for (size_t i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo info = nn_model_layer (model, i);

    if (info.weight_tensor >= 0 && is_narrow (self->bits.weight_bits))
      add_row (rows, (int) i, &info, FALSE);
    if (info.kind->activation && is_narrow (self->bits.activation_bits))
      add_row (rows, (int) i, &info, TRUE);
  }
  self->answer.total = rows->len;
  self->answer.rows = (SalLayerSensitivity *) g_array_free (rows, FALSE);
}

/* Full precision but for one layer. */
static SalBits
row_bits (const SensitivityJob      *self,
          const SalLayerSensitivity *row)
{
  SalBits bits = sal_lab_model_get_full_bits (self->model);

  bits.quantizer = self->bits.quantizer;
  bits.n_layers = 1;
  bits.layers[0] = (SalLayerBits) {
    .layer = (gint16) row->layer,
    .weight_bits = (gint8) (row->is_activation ? SAL_BITS_LIKE_OTHERS : self->bits.weight_bits),
    .activation_bits = (gint8) (row->is_activation ? self->bits.activation_bits
                                : SAL_BITS_LIKE_OTHERS),
  };
  return bits;
}

/* ---- maps ---------------------------------------------------------------- */

/* Maps of test images order[first .. first + n - 1]; `classes` is filled with
 * the predictions when `predict`. */
static gboolean
explain_images (SalLabCore             *core,
                SalLabState            *state,
                const SalBits          *bits,
                const NnSaliencyMethod *method,
                gsize                   first,
                gsize                   n,
                gboolean                predict,
                int                    *classes,
                float                  *maps,
                char                  **message)
{
  const SalLabExec *exec = sal_lab_core_load_maps (core, state, bits, message);
  const NnSaliencyRequest request = nn_saliency_request (method, &state->test);
  const gsize n_classes = (gsize) nn_model_classes (sal_lab_model_get_model (state->model));
  g_autofree float *x = g_new (float, n * nn_images_stride (&state->test));
  g_autofree guint64 *ids = g_new (guint64, n);

  if (exec == NULL)
    return FALSE;
  nn_images_gather (&state->test, state->order + first, n, x, NULL);
  if (predict) {
    g_autofree float *p = g_new (float, n * n_classes);

    nn_predict (exec->exec, x, n, p);
    for (gsize i = 0; i < n; i++)
      classes[i] = nn_argmax (p + i * n_classes, (int) n_classes);
  }
  for (gsize i = 0; i < n; i++)
    ids[i] = state->order[first + i];
  nn_saliency_explain (exec->exec, &request, x, classes, ids, n, maps);
  return TRUE;
}

static void
compare_maps (SensitivityJob *self,
              gsize           first,
              gsize           n,
              gsize           size,
              const float    *maps)
{
  g_autofree float *scratch = g_new (float, 4 * size);

  for (gsize i = 0; i < n; i++) {
    const double agreement = nn_spearman (self->full_maps + (first + i) * size, maps + i * size,
                                          size, scratch);

    if (isnan (agreement))
      continue;
    self->agreement += agreement;
    self->n_agreement++;
  }
}

/* One mini-batch of maps: of full precision first, then of `row`. Whether it
 * could be done. */
static gboolean
advance_maps (SensitivityJob            *self,
              SalLabCore                *core,
              SalLabState               *state,
              const SalLayerSensitivity *row,
              const NnSaliencyMethod    *method,
              gsize                      total,
              char                     **message)
{
  const gsize size = nn_images_stride (&state->test);
  const gsize batch = sal_lab_mini_batch (state, 1.0 + sal_lab_method_passes (method), total);

  if (self->full_done < total) {
    const SalBits full = sal_lab_model_get_full_bits (self->model);
    const gsize n = MIN (batch, total - self->full_done);

    if (!explain_images (core, state, &full, method, self->full_done, n, TRUE,
                         self->classes + self->full_done,
                         self->full_maps + self->full_done * size, message))
      return FALSE;
    self->full_done += n;
    return TRUE;
  }

  const SalBits bits = row_bits (self, row);
  const gsize n = MIN (batch, total - self->row_done);
  g_autofree float *maps = g_new (float, n * size);

  if (!explain_images (core, state, &bits, method, self->row_done, n, FALSE,
                       self->classes + self->row_done, maps, message))
    return FALSE;
  compare_maps (self, self->row_done, n, size, maps);
  self->row_done += n;
  return TRUE;
}

/* ---- the question -------------------------------------------------------- */

static void
finish_row (SensitivityJob       *self,
            SalLayerSensitivity  *row,
            gsize                 n_images,
            const SalLabAccuracy *accuracy)
{
  const double n = (double) MAX (n_images, 1);

  row->accuracy = (double) accuracy->estimate_correct / n;
  row->agreement = self->n_agreement > 0
                   ? self->agreement / (double) self->n_agreement
                   : NAN;
  self->answer.full_accuracy = (double) accuracy->estimate_full_correct / n;
  self->answer.n_images = n_images;
  self->answer.done++;
  self->row_done = 0;
  self->agreement = 0.0;
  self->n_agreement = 0;
  send_sensitivity (self);
}

/* One mini-batch of the next row; FALSE with `*message`. */
static gboolean
advance_row (SensitivityJob *self,
             SalLabCore     *core,
             char          **message)
{
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  SalLayerSensitivity *row = &self->answer.rows[self->answer.done];
  const NnSaliencyMethod *method = sal_lab_find_method (self->method, message);
  const gsize n_maps = MIN (state->test.count, SAL_SCALE_IMAGES);
  const SalBits bits = row_bits (self, row);

  if (method == NULL)
    return FALSE;
  if (self->row_done < n_maps)
    return advance_maps (self, core, state, row, method, n_maps, message);

  /* Others may have measured more of it: the row is what they had at the
   * estimate. */
  const gsize n_images = MIN (state->test.count, SAL_ESTIMATE_IMAGES);
  const SalLabAccuracy *accuracy = sal_lab_accuracy_advance (core, state, &bits,
                                                             n_images, message);

  if (accuracy == NULL)
    return FALSE;
  if (accuracy->done >= n_images)
    finish_row (self, row, n_images, accuracy);
  return TRUE;
}

static gboolean
step_sensitivity (SalLabCore *core,
                  SalLabJob  *job)
{
  SensitivityJob *self = (SensitivityJob *) job;
  char *message = NULL;

  if (self->answer.total == 0)
    message = g_strdup (_("Sensitivity is measured at 2 to 8 bits of weights or activations"));
  else if (advance_row (self, core, &message))
    return self->answer.done < self->answer.total;
  self->answer.message = message;
  send_sensitivity (self);
  return FALSE;
}

static void
deliver_sensitivity (SalLabJob *job,
                     gpointer   answer)
{
  ((SalSensitivityCallback) job->callback) (answer, job->data);
}

static void
free_sensitivity (SalLabJob *job)
{
  SensitivityJob *self = (SensitivityJob *) job;

  sal_lab_model_unref (self->model);
  g_free (self->method);
  g_free (self->answer.rows);
  g_free ((gpointer) self->answer.message);
  g_free (self->full_maps);
  g_free (self->classes);
}

static const SalLabJobKind sensitivity_kind = {
  .name = "sensitivity",
  .step = step_sensitivity,
  .deliver = deliver_sensitivity,
  .free_answer = free_sensitivity_answer,
  .free = free_sensitivity,
};

guint64
sal_lab_measure_sensitivity (SalLab                *self,
                             const char            *slot,
                             SalLabModel           *model,
                             SalBits                bits,
                             const char            *method,
                             SalSensitivityCallback callback,
                             gpointer               data)
{
  SensitivityJob *job = sal_lab_job_new (&sensitivity_kind, sizeof *job, SAL_LAB_LONG,
                                         G_CALLBACK (callback), data);
  const NnImages *test = sal_dataset_get_test (sal_lab_model_get_dataset (model));

  job->model = sal_lab_model_ref (model);
  job->bits = bits;
  job->method = g_strdup (method);
  job->full_maps = g_new (float, SAL_SCALE_IMAGES * nn_images_stride (test));
  job->classes = g_new (int, SAL_SCALE_IMAGES);
  find_rows (job);
  return sal_lab_ask (self, slot, job);
}
