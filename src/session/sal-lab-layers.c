/* sal-lab-layers.c - what some bits make of each layer
 *
 * The signal-to-quantization-noise ratio is that of the weights as they are
 * stored: the network's own quantizer rounds a copy of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <math.h>

typedef struct
{
  SalLabJob    job;
  SalLabModel *model;
  SalBits      bits;
} LayersJob;

/* 10 log10 (sum w^2 / sum (w - wq)^2), in double. */
static double
weight_sqnr (const NnModel *model,
             int            layer)
{
  const NnWeights weights = nn_model_weights (model, (size_t) layer);
  g_autofree float *quantized = g_new (float, weights.n);
  double signal = 0.0;
  double noise = 0.0;

  if (weights.bits < NN_BITS_MIN || weights.bits > NN_BITS_MAX)
    return NAN;
  nn_model_quantizer (model, NULL)->quantize (&weights, quantized);
  for (size_t i = 0; i < weights.n; i++) {
    const double error = (double) weights.w[i] - (double) quantized[i];

    signal += (double) weights.w[i] * (double) weights.w[i];
    noise += error * error;
  }
  return signal > 0.0 && noise > 0.0 ? 10.0 * log10 (signal / noise) : NAN;
}

static SalLayerDescription
describe_layer (const NnModel *model,
                int            layer)
{
  const NnLayerInfo info = nn_model_layer (model, (size_t) layer);
  const int activation = sal_lab_find_activation (model, layer);
  SalLayerDescription description = {
    .layer = layer,
    .weight_bits = info.weight_bits,
    .weight_sqnr = weight_sqnr (model, layer),
    .activation_layer = activation,
  };

  g_strlcpy (description.name, info.name, sizeof description.name);
  if (activation >= 0) {
    const NnLayerInfo follows = nn_model_layer (model, (size_t) activation);

    description.activation_bits = follows.activation_bits;
    if (follows.alpha_tensor >= 0)
      description.alpha = (double) *nn_model_tensor (model, (size_t) follows.alpha_tensor).value;
  }
  return description;
}

static char *
fill_answer (const LayersJob *self,
             SalLabCore      *core,
             SalLayersAnswer *answer)
{
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  char *message = NULL;
  const SalLabExec *exec = sal_lab_core_load_single (core, state, &self->bits, &message);

  if (exec == NULL)
    return message;

  const size_t n = nn_model_layer_count (exec->scratch);

  answer->layers = g_new0 (SalLayerDescription, n);
  for (size_t i = 0; i < n; i++)
    if (nn_model_layer (exec->scratch, i).weight_tensor >= 0)
      answer->layers[answer->n_layers++] = describe_layer (exec->scratch, (int) i);
  return NULL;
}

static gboolean
step_layers (SalLabCore *core,
             SalLabJob  *job)
{
  SalLayersAnswer *answer = g_new0 (SalLayersAnswer, 1);

  answer->ticket = job->ticket;
  answer->message = fill_answer ((LayersJob *) job, core, answer);
  sal_lab_job_answer (job, answer);
  return FALSE;
}

static void
deliver_layers (SalLabJob *job,
                gpointer   answer)
{
  ((SalLayersCallback) job->callback) (answer, job->data);
}

static void
free_layers_answer (gpointer data)
{
  SalLayersAnswer *answer = data;

  g_free (answer->layers);
  g_free ((gpointer) answer->message);
  g_free (answer);
}

static void
free_layers (SalLabJob *job)
{
  sal_lab_model_unref (((LayersJob *) job)->model);
}

static const SalLabJobKind layers_kind = {
  .name = "layers",
  .step = step_layers,
  .deliver = deliver_layers,
  .free_answer = free_layers_answer,
  .free = free_layers,
};

guint64
sal_lab_describe_layers (SalLab           *self,
                         const char       *slot,
                         SalLabModel      *model,
                         SalBits           bits,
                         SalLayersCallback callback,
                         gpointer          data)
{
  LayersJob *job = sal_lab_job_new (&layers_kind, sizeof *job, SAL_LAB_QUICK,
                                    G_CALLBACK (callback), data);

  job->model = sal_lab_model_ref (model);
  job->bits = bits;
  return sal_lab_ask (self, slot, job);
}
