/* sal-lab-flips.c - images that a network loses along a stretch of a masking
 * curve
 *
 * Every image is looked at as the curve does, at the two ends of the stretch
 * only; those found so far are shown while the others are looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"

#define ANSWER_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  SalLabJob       job;
  SalCurveRequest request;
  double          ends[2];     /* shares                                      */
  guint           maximum;
  GArray         *images;      /* guint32: found                              */
  gsize           done;
  guint           n_answered;
  gint64          answered_at;
} FlipsJob;

static void
free_flips_answer (gpointer data)
{
  SalFlipsAnswer *answer = data;

  g_free (answer->images);
  g_free ((gpointer) answer->message);
  g_free (answer);
}

/* Takes `message`. */
static void
send_flips (FlipsJob *self,
            gsize     total,
            gboolean  finished,
            char     *message)
{
  SalFlipsAnswer *answer = g_new0 (SalFlipsAnswer, 1);

  answer->ticket = self->job.ticket;
  answer->done = self->done;
  answer->total = total;
  answer->finished = finished;
  answer->n_images = self->images->len;
  answer->images = g_memdup2 (self->images->data, self->images->len * sizeof (guint32));
  answer->message = message;
  self->n_answered = self->images->len;
  self->answered_at = g_get_monotonic_time ();
  sal_lab_job_answer (self, answer);
}

/* A mini-batch of images, looked at. */
typedef struct
{
  const NnMaskCurveSettings *settings;
  NnShape                    shape;
  gsize                      n;
  const guint32             *indices; /* (n)                                  */
  float                     *x;       /* (n, C, H, W)                         */
  guint32                   *orders;  /* (n, H W)                             */
  int                       *labels;  /* (n)                                  */
} Batch;

static void
rank_images (const SalLabExec *exec,
             Batch            *batch)
{
  const gsize size = nn_shape_size (batch->shape);
  const gsize n_pixels = (gsize) batch->shape.height * (gsize) batch->shape.width;
  g_autofree float *maps = g_new (float, batch->n * size);
  g_autofree guint64 *ids = g_new (guint64, batch->n);

  for (gsize i = 0; i < batch->n; i++)
    ids[i] = batch->indices[i];
  if (batch->settings->order != NN_ORDER_RANDOM)
    nn_saliency_explain (exec->exec, &batch->settings->saliency, batch->x, batch->labels, ids,
                         batch->n, maps);
  for (gsize i = 0; i < batch->n; i++)
    sal_lab_rank_pixels (batch->settings, batch->shape, maps + i * size, ids[i],
                         batch->orders + i * n_pixels);
}

/* right[i]: whether image i is classified rightly with `share` masked. */
static void
classify (const SalLabExec *exec,
          const Batch      *batch,
          double            share,
          gboolean         *right)
{
  const gsize size = nn_shape_size (batch->shape);
  const gsize n_pixels = (gsize) batch->shape.height * (gsize) batch->shape.width;
  const gsize n_classes = (gsize) nn_model_classes (exec->scratch);
  g_autofree float *masked = g_new (float, batch->n * size);
  g_autofree float *p = g_new (float, batch->n * n_classes);

  for (gsize i = 0; i < batch->n; i++)
    sal_lab_mask_pixels (batch->settings, batch->shape, batch->x + i * size,
                         batch->orders + i * n_pixels, share, batch->indices[i],
                         masked + i * size);
  nn_predict (exec->exec, masked, batch->n, p);
  for (gsize i = 0; i < batch->n; i++)
    right[i] = nn_argmax (p + i * n_classes, (int) n_classes) == batch->labels[i];
}

static void
look_at_images (FlipsJob                  *self,
                const SalLabState         *state,
                const SalLabExec          *exec,
                const NnMaskCurveSettings *settings,
                gsize                      n)
{
  const NnShape shape = nn_model_input (exec->scratch);
  const gsize size = nn_shape_size (shape);
  g_autofree float *x = g_new (float, n * size);
  g_autofree guint32 *orders = g_new (guint32, n * size);
  g_autofree int *labels = g_new (int, n);
  g_autofree gboolean *before = g_new (gboolean, n);
  g_autofree gboolean *after = g_new (gboolean, n);
  Batch batch = { settings, shape, n, state->order + self->done, x, orders, labels };

  nn_images_gather (&state->test, batch.indices, n, x, labels);
  rank_images (exec, &batch);
  classify (exec, &batch, self->ends[0], before);
  classify (exec, &batch, self->ends[1], after);
  for (gsize i = 0; i < n && self->images->len < self->maximum; i++)
    if (before[i] && !after[i])
      g_array_append_val (self->images, batch.indices[i]);
  self->done += n;
}

/* One mini-batch; FALSE with `*message`. */
static gboolean
advance_flips (FlipsJob    *self,
               SalLabCore  *core,
               SalLabState *state,
               char       **message)
{
  NnMaskCurveSettings settings;

  if (!sal_curve_request_settings (&self->request, &state->test, &settings, message))
    return FALSE;

  const SalLabExec *exec = sal_lab_core_load_maps (core, state, &self->request.bits, message);
  const double passes = 2.0 + sal_lab_method_passes (settings.saliency.method);
  const gsize n = MIN (state->test.count - self->done,
                       sal_lab_mini_batch (state, passes, SAL_SCALE_IMAGES));

  if (exec == NULL)
    return FALSE;
  look_at_images (self, state, exec, &settings, n);
  return TRUE;
}

static gboolean
step_flips (SalLabCore *core,
            SalLabJob  *job)
{
  FlipsJob *self = (FlipsJob *) job;
  SalLabState *state = sal_lab_core_get_state (core, self->request.model);
  char *message = NULL;

  if (!advance_flips (self, core, state, &message)) {
    send_flips (self, state->test.count, TRUE, message);
    return FALSE;
  }

  if (self->done >= SAL_ESTIMATE_IMAGES)
    job->priority = SAL_LAB_LONG;

  const gboolean finished = self->done == state->test.count || self->images->len == self->maximum;

  if (finished || (self->images->len > self->n_answered &&
                   g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL))
    send_flips (self, state->test.count, finished, NULL);
  return !finished;
}

static void
deliver_flips (SalLabJob *job,
               gpointer   answer)
{
  ((SalFlipsCallback) job->callback) (answer, job->data);
}

static void
free_flips (SalLabJob *job)
{
  FlipsJob *self = (FlipsJob *) job;

  sal_curve_request_clear (&self->request);
  g_array_unref (self->images);
}

static const SalLabJobKind flips_kind = {
  .name = "flips",
  .step = step_flips,
  .deliver = deliver_flips,
  .free_answer = free_flips_answer,
  .free = free_flips,
};

guint64
sal_lab_find_flips (SalLab                *self,
                    const char            *slot,
                    const SalCurveRequest *curve,
                    double                 from,
                    double                 to,
                    guint                  maximum,
                    SalFlipsCallback       callback,
                    gpointer               data)
{
  FlipsJob *job = sal_lab_job_new (&flips_kind, sizeof *job, SAL_LAB_ESTIMATE,
                                   G_CALLBACK (callback), data);

  job->request = sal_curve_request_copy (curve);
  job->ends[0] = CLAMP (from, 0.0, 1.0);
  job->ends[1] = CLAMP (to, 0.0, 1.0);
  job->maximum = maximum;
  job->images = g_array_new (FALSE, FALSE, sizeof (guint32));
  return sal_lab_ask (self, slot, job);
}
