/* sal-lab-histogram.c - one layer's weights with their grid, and what its
 * activation is given
 *
 * The activations are looked at twice: once for their range and the exact
 * shares, once for the bins.  The weights shown are those before
 * quantization, which is what the grid is laid over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-eval.h"

/* Images whose activations are shown: few enough to answer at once. */
#define MAX_IMAGES 64

typedef struct
{
  SalLabJob    job;
  SalLabModel *model;
  SalBits      bits;
  int          layer;
} HistogramJob;

/* What one image's values were like: each image has its own, because pool
 * threads look at several at once. */
typedef struct
{
  size_t layer;
  float  alpha;
  struct
  {
    float  maximum;
    size_t n;
    size_t zeros;
    size_t clipped;
  } images[MAX_IMAGES];
} Range;

static void
observe_range (void        *data,
               size_t       layer,
               size_t       image,
               const float *values,
               size_t       n)
{
  Range *range = data;

  if (layer != range->layer)
    return;
  range->images[image].n = n;
  for (size_t i = 0; i < n; i++) {
    range->images[image].zeros += values[i] <= 0.0f;
    range->images[image].clipped += range->alpha > 0.0f && values[i] > range->alpha;
    if (values[i] > range->images[image].maximum)
      range->images[image].maximum = values[i];
  }
}

/* ---- weights ------------------------------------------------------------- */

static void
count_weights (const NnTensor     *weights,
               SalHistogramAnswer *answer)
{
  float minimum = weights->value[0];
  float maximum = weights->value[0];

  for (size_t i = 1; i < weights->count; i++) {
    minimum = MIN (minimum, weights->value[i]);
    maximum = MAX (maximum, weights->value[i]);
  }

  const double width = (double) maximum - (double) minimum;
  const double per_value = width > 0.0 ? SAL_HISTOGRAM_BINS / width : 0.0;

  for (size_t i = 0; i < weights->count; i++) {
    const int bin = (int) (per_value * ((double) weights->value[i] - (double) minimum));

    answer->weight_counts[MIN (bin, SAL_HISTOGRAM_BINS - 1)]++;
  }
  answer->weight_minimum = (double) minimum;
  answer->weight_maximum = (double) maximum;
}

/* The output channel whose largest weight is the largest of all. */
static size_t
widest_channel (const NnWeights *weights)
{
  size_t widest = 0;
  float largest = 0;

  for (size_t i = 0; i < weights->n; i++) {
    if (fabsf (weights->w[i]) > largest) {
      largest = fabsf (weights->w[i]);
      widest = i / (weights->n / weights->rows);
    }
  }
  return widest;
}

static void
find_levels (const NnModel      *model,
             size_t              layer,
             SalHistogramAnswer *answer)
{
  const NnWeights weights = nn_model_weights (model, layer);
  const NnWeightQuantizer *quantizer = nn_model_quantizer (model, NULL);

  answer->weight_bits = weights.bits;
  answer->by_channel = quantizer->by_channel != NULL && quantizer->by_channel (weights.values);
  if (weights.bits >= NN_BITS_MIN && weights.bits <= NN_BITS_MAX)
    answer->n_levels = quantizer->levels (&weights, widest_channel (&weights), answer->levels);
}

/* ---- activations --------------------------------------------------------- */

int
sal_lab_find_activation (const NnModel *model,
                         int            layer)
{
  for (size_t i = (size_t) layer + 1; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo info = nn_model_layer (model, i);

    if (info.kind->activation)
      return (int) i;
    if (info.weight_tensor >= 0)
      return -1;
  }
  return -1;
}

static double
summarise_range (const Range        *range,
                 size_t              n_images,
                 SalHistogramAnswer *answer)
{
  double maximum = answer->alpha;
  size_t zeros = 0;
  size_t clipped = 0;

  for (size_t i = 0; i < n_images; i++) {
    maximum = MAX (maximum, (double) range->images[i].maximum);
    zeros += range->images[i].zeros;
    clipped += range->images[i].clipped;
    answer->n_activation += range->images[i].n;
  }
  answer->zero_share = (double) zeros / (double) MAX (answer->n_activation, 1);
  answer->clipped_share = (double) clipped / (double) MAX (answer->n_activation, 1);
  return maximum > 0.0 ? maximum : 1.0;
}

static char *
count_activations (const SalLabState  *state,
                   const SalLabExec   *exec,
                   SalHistogramAnswer *answer)
{
  const NnLayerInfo info = nn_model_layer (exec->scratch, (size_t) answer->activation_layer);
  const size_t n = MIN (nn_exec_capacity (exec->exec), state->test.count);
  g_autofree Range *range = g_new0 (Range, 1);
  uint64_t bins[SAL_HISTOGRAM_BINS];
  uint64_t zeros;
  NnError error;

  g_strlcpy (answer->activation_name, info.name, sizeof answer->activation_name);
  answer->activation_bits = info.activation_bits;
  if (info.alpha_tensor >= 0)
    answer->alpha = (double) *nn_model_tensor (exec->scratch, (size_t) info.alpha_tensor).value;
  range->layer = (size_t) answer->activation_layer;
  range->alpha = (float) answer->alpha;
  nn_images_gather (&state->test, state->order, n, nn_exec_input (exec->exec), NULL);
  nn_exec_observe (exec->exec, 0, n, observe_range, range);
  answer->activation_maximum = summarise_range (range, n, answer);
  if (nn_activation_histogram (exec->exec, &state->test, state->order, n, range->layer,
                               (float) answer->activation_maximum, bins, SAL_HISTOGRAM_BINS,
                               &zeros, &error) != NN_OK)
    return g_strdup (error.message);
  for (int i = 0; i < SAL_HISTOGRAM_BINS; i++)
    answer->activation_counts[i] = (double) bins[i];
  return NULL;
}

/* ---- the question -------------------------------------------------------- */

static char *
fill_answer (HistogramJob       *self,
             SalLabCore         *core,
             SalHistogramAnswer *answer)
{
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  const gsize capacity = sal_lab_mini_batch (state, 2.0, MAX_IMAGES);
  char *message = NULL;
  const SalLabExec *exec = sal_lab_core_load (core, state, &self->bits, SAL_LAB_LABELS,
                                              capacity, &message);

  if (exec == NULL)
    return message;
  if (self->layer < 0 || (size_t) self->layer >= nn_model_layer_count (exec->scratch) ||
      nn_model_layer (exec->scratch, (size_t) self->layer).weight_tensor < 0)
    return g_strdup_printf (_("Layer %d of the network has no weights"), self->layer);

  const NnLayerInfo info = nn_model_layer (exec->scratch, (size_t) self->layer);
  const NnTensor weights = nn_model_tensor (exec->scratch, (size_t) info.weight_tensor);

  g_strlcpy (answer->name, info.name, sizeof answer->name);
  count_weights (&weights, answer);
  find_levels (exec->scratch, (size_t) self->layer, answer);
  answer->activation_layer = sal_lab_find_activation (exec->scratch, self->layer);
  return answer->activation_layer < 0 ? NULL : count_activations (state, exec, answer);
}

static gboolean
step_histogram (SalLabCore *core,
                SalLabJob  *job)
{
  HistogramJob *self = (HistogramJob *) job;
  SalHistogramAnswer *answer = g_new0 (SalHistogramAnswer, 1);

  answer->ticket = job->ticket;
  answer->layer = self->layer;
  answer->activation_layer = -1;
  answer->message = fill_answer (self, core, answer);
  sal_lab_job_answer (job, answer);
  return FALSE;
}

static void
deliver_histogram (SalLabJob *job,
                   gpointer   answer)
{
  ((SalHistogramCallback) job->callback) (answer, job->data);
}

static void
free_histogram_answer (gpointer data)
{
  SalHistogramAnswer *answer = data;

  g_free ((gpointer) answer->message);
  g_free (answer);
}

static void
free_histogram (SalLabJob *job)
{
  sal_lab_model_unref (((HistogramJob *) job)->model);
}

static const SalLabJobKind histogram_kind = {
  .name = "histogram",
  .step = step_histogram,
  .deliver = deliver_histogram,
  .free_answer = free_histogram_answer,
  .free = free_histogram,
};

guint64
sal_lab_histogram (SalLab              *self,
                   const char          *slot,
                   SalLabModel         *model,
                   SalBits              bits,
                   int                  layer,
                   SalHistogramCallback callback,
                   gpointer             data)
{
  HistogramJob *job = sal_lab_job_new (&histogram_kind, sizeof *job, SAL_LAB_QUICK,
                                       G_CALLBACK (callback), data);

  job->model = sal_lab_model_ref (model);
  job->bits = bits;
  job->layer = layer;
  return sal_lab_ask (self, slot, job);
}
