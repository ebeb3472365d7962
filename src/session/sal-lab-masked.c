/* sal-lab-masked.c - one image masked to a share, and what each network then
 * takes it for
 *
 * The same ranking, fill and random numbers as the masking curves use for
 * this image, so that a point of a curve can be looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <glib/gi18n.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"

/* As the curves do: a share that was written as 0.29 is not quite 0.29. */
#define SHARE_ROUNDING 1e-9

typedef struct
{
  SalLabJob       job;
  SalCurveRequest requests[SAL_LAB_MAX_CURVES];
  guint           n_requests;
  guint           n_done;
  double          share;
  guint8         *pixels;
  int             label;
  guint64         image_id;
  SalMaskedAnswer answer;
} MaskedJob;

static void
clear_masked_answer (SalMaskedAnswer *answer)
{
  for (guint i = 0; i < answer->n_panes; i++) {
    g_free (answer->masked[i]);
    g_free ((gpointer) answer->message[i]);
  }
}

static void
free_masked_answer (gpointer data)
{
  clear_masked_answer (data);
  g_free (data);
}

static int
predict_class (const SalLabExec *exec,
               const float      *x)
{
  const gsize n_classes = (gsize) nn_model_classes (exec->scratch);
  g_autofree float *p = g_new (float, n_classes);

  nn_predict (exec->exec, x, 1, p);
  return nn_argmax (p, (int) n_classes);
}

void
sal_lab_rank_pixels (const NnMaskCurveSettings *settings,
                     NnShape                    shape,
                     const float               *map,
                     guint64                    image_id,
                     guint32                   *order)
{
  const gsize n_pixels = (gsize) shape.height * (gsize) shape.width;

  if (settings->order == NN_ORDER_RANDOM) {
    nn_mask_random_order (n_pixels, settings->seed, image_id, order);
    return;
  }

  g_autofree float *scores = g_new (float, n_pixels);
  g_autofree guint32 *scratch = g_new (guint32, 2 * n_pixels);

  nn_mask_scores (map, shape, settings->ranking, scores);
  nn_mask_order (scores, n_pixels, settings->order == NN_ORDER_MOST_SALIENT_FIRST, order, scratch);
}

void
sal_lab_mask_pixels (const NnMaskCurveSettings *settings,
                     NnShape                    shape,
                     const float               *x,
                     const guint32             *order,
                     double                     share,
                     guint64                    image_id,
                     float                     *masked)
{
  const double n_pixels = (double) shape.height * (double) shape.width;

  nn_mask_apply (x, shape, order, (gsize) (share * n_pixels + SHARE_ROUNDING), settings->fill,
                 settings->saliency.black, settings->seed, 0, image_id, masked);
}

static char *
mask_pane (MaskedJob  *self,
           SalLabCore *core,
           guint       index)
{
  const SalCurveRequest *request = &self->requests[index];
  SalLabState *state = sal_lab_core_get_state (core, request->model);
  SalMaskedAnswer *answer = &self->answer;
  NnMaskCurveSettings settings;
  char *message = NULL;
  const SalLabExec *exec = NULL;

  if (sal_curve_request_settings (request, &state->test, &settings, &message))
    exec = sal_lab_core_load_single (core, state, &request->bits, &message);
  if (exec == NULL)
    return message;
  if (!sal_shapes_equal (nn_model_input (exec->scratch), answer->shape))
    return g_strdup (_("The network takes images of another shape"));

  const gsize size = nn_shape_size (answer->shape);
  g_autofree float *x = g_new (float, size);
  g_autofree float *map = g_new (float, size);
  g_autofree guint32 *order = g_new (guint32, size);

  sal_lab_normalise (state, self->pixels, x);
  answer->before[index] = predict_class (exec, x);
  if (settings.order != NN_ORDER_RANDOM) {
    const int explained = self->label >= 0 ? self->label : answer->before[index];

    nn_saliency_explain (exec->exec, &settings.saliency, x, &explained, &self->image_id, 1, map);
  }
  sal_lab_rank_pixels (&settings, answer->shape, map, self->image_id, order);
  answer->masked[index] = g_new (float, size);
  sal_lab_mask_pixels (&settings, answer->shape, x, order, self->share, self->image_id,
                       answer->masked[index]);
  answer->after[index] = predict_class (exec, answer->masked[index]);
  return NULL;
}

static gboolean
step_masked (SalLabCore *core,
             SalLabJob  *job)
{
  MaskedJob *self = (MaskedJob *) job;
  const guint index = self->n_done++;

  self->answer.message[index] = mask_pane (self, core, index);
  if (self->n_done < self->n_requests)
    return TRUE;
  self->answer.ticket = job->ticket;
  sal_lab_job_answer (job, g_memdup2 (&self->answer, sizeof self->answer));
  self->answer.n_panes = 0; /* its arrays went with the copy */
  return FALSE;
}

static void
deliver_masked (SalLabJob *job,
                gpointer   answer)
{
  ((SalMaskedCallback) job->callback) (answer, job->data);
}

static void
free_masked (SalLabJob *job)
{
  MaskedJob *self = (MaskedJob *) job;

  for (guint i = 0; i < self->n_requests; i++)
    sal_curve_request_clear (&self->requests[i]);
  clear_masked_answer (&self->answer);
  g_free (self->pixels);
}

static const SalLabJobKind masked_kind = {
  .name = "masked",
  .step = step_masked,
  .deliver = deliver_masked,
  .free_answer = free_masked_answer,
  .free = free_masked,
};

guint64
sal_lab_mask_image (SalLab                *self,
                    const char            *slot,
                    const SalCurveRequest *curves,
                    guint                  n_curves,
                    double                 share,
                    const guint8          *pixels,
                    int                    label,
                    guint64                image_id,
                    SalMaskedCallback      callback,
                    gpointer               data)
{
  g_return_val_if_fail (n_curves >= 1 && n_curves <= SAL_LAB_MAX_CURVES, 0);

  MaskedJob *job = sal_lab_job_new (&masked_kind, sizeof *job, SAL_LAB_QUICK,
                                    G_CALLBACK (callback), data);
  const NnShape shape = nn_model_input (sal_lab_model_get_model (curves[0].model));

  for (guint i = 0; i < n_curves; i++)
    job->requests[i] = sal_curve_request_copy (&curves[i]);
  job->n_requests = n_curves;
  job->share = CLAMP (share, 0.0, 1.0);
  job->pixels = g_memdup2 (pixels, nn_shape_size (shape));
  job->label = label;
  job->image_id = image_id;
  job->answer.shape = shape;
  job->answer.n_panes = n_curves;
  return sal_lab_ask (self, slot, job);
}
