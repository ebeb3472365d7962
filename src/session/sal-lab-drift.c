/* sal-lab-drift.c - how far each test image moves between full precision and
 * some bits
 *
 * Both networks see the same mini-batch, in the order of the fixed
 * permutation, and explain the same class: the one predicted at full
 * precision.  What was measured stays with the model, so that returning to a
 * bit width, or looking again after a cancelled question, goes on where it
 * was.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <math.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "nn/nn-statistics.h"

#define ANSWER_INTERVAL (200 * G_TIME_SPAN_MILLISECOND)

/* At most this many widths and methods of one model are remembered. */
#define MAX_DRIFTS 32

typedef struct
{
  SalLabJob job;
  SalLabModel*model;
  SalBits bits;
  char*method;                         /* NULL: probabilities                 */
  gint64 answered_at;
} DriftJob;

/* ---- what was measured ------------------------------------------------------ */

void
sal_lab_drift_free (SalLabDrift*drift)
{
  g_free (drift->drift);
  g_free (drift->flipped);
  g_free (drift);
}

static SalLabDrift*
find_drift (SalLabState           *state,
            const SalBits         *bits,
            const NnSaliencyMethod*method)
{
  for (guint i = 0; i < state->drifts->len; i++) {
    SalLabDrift*drift = g_ptr_array_index (state->drifts, i);

    if (drift->method == method && sal_bits_equal (&drift->bits, bits))
      return drift;
  }

  SalLabDrift*drift = g_new0 (SalLabDrift, 1);

  drift->bits = *bits;
  drift->method = method;
  drift->drift = g_new (float, state->test.count);
  drift->flipped = g_new0 (guint8, state->test.count);
  for (gsize i = 0; i < state->test.count; i++)
    drift->drift[i] = NAN;
  if (state->drifts->len >= MAX_DRIFTS)
    g_ptr_array_remove_index (state->drifts, 0);
  g_ptr_array_add (state->drifts, drift);
  return drift;
}

/* ---- measuring -------------------------------------------------------------- */

/* One mini-batch, seen by one of the two networks. */
typedef struct
{
  const float*x;          /* (n, C, H, W)                                      */
  const guint64*ids;      /* (n)                                               */
  gsize n;
  float*p;                /* (n, classes)                                      */
  float*maps;             /* (n, C, H, W); NULL without a method               */
} View;

/* `classes` (n) are set where `predict`, else explained. */
static gboolean
look (SalLabCore            *core,
      SalLabState           *state,
      const SalBits         *bits,
      const NnSaliencyMethod*method,
      const View            *view,
      gboolean               predict,
      int                   *classes,
      char                 **message)
{
  const SalLabExec*exec = sal_lab_core_load_maps (core, state, bits, message);

  if (exec == NULL)
    return FALSE;

  const gsize n_classes = (gsize) nn_model_classes (exec->scratch);

  nn_predict (exec->exec, view->x, view->n, view->p);
  for (gsize i = 0; predict && i < view->n; i++)
    classes[i] = nn_argmax (view->p + i * n_classes, (int) n_classes);
  if (method != NULL) {
    const NnSaliencyRequest request = nn_saliency_request (method, &state->test);

    nn_saliency_explain (exec->exec, &request, view->x, classes, view->ids, view->n, view->maps);
  }
  return TRUE;
}

/* Half the sum of what the probabilities differ by: 0 .. 1. */
static float
compare_probabilities (const float*a,
                       const float*b,
                       gsize       n)
{
  float sum = 0.0f;

  for (gsize i = 0; i < n; i++)
    sum += fabsf (a[i] - b[i]);
  return 0.5f * sum;
}

/* 1 - Spearman: 0 for the same order of pixels.  A map without any order is
 * like another of that kind, and unlike all others. */
static float
compare_maps (const float*a,
              const float*b,
              gsize       n)
{
  g_autofree float*scratch = g_new (float, 4 * n);
  const double agreement = nn_spearman (a, b, n, scratch);

  if (isfinite (agreement))
    return (float) (1.0 - agreement);
  return memcmp (a, b, n * sizeof *a) == 0 ? 0.0f : 1.0f;
}

static void
note (const SalLabState*state,
      const View       *full,
      const View       *moved,
      gsize             n_classes,
      SalLabDrift      *drift)
{
  const gsize size = nn_images_stride (&state->test);

  for (gsize i = 0; i < full->n; i++) {
    const guint32 index = state->order[drift->done + i];
    const float*p = full->p + i * n_classes;
    const float*q = moved->p + i * n_classes;

    drift->flipped[index] = nn_argmax (p, (int) n_classes) != nn_argmax (q, (int) n_classes);
    drift->drift[index] = drift->method == NULL ? compare_probabilities (p, q, n_classes)
                          : compare_maps (full->maps + i * size, moved->maps + i * size, size);
  }
  drift->done += full->n;
}

static gsize
choose_batch (const SalLabState*state,
              const SalLabDrift*drift)
{
  const double passes = drift->method == NULL ? 2.0
                        : 2.0 * (1.0 + sal_lab_method_passes (drift->method));

  return MIN (state->test.count - drift->done,
              sal_lab_mini_batch (state, passes, SAL_SCALE_IMAGES));
}

/* One mini-batch; FALSE with `*message`. */
static gboolean
advance (SalLabCore *core,
         SalLabState*state,
         SalLabDrift*drift,
         char      **message)
{
  const SalBits full_bits = sal_lab_model_get_full_bits (state->model);
  const gsize n = choose_batch (state, drift);
  const gsize n_classes = (gsize) nn_model_classes (sal_lab_model_get_model (state->model));
  const gsize size = nn_images_stride (&state->test);
  const gsize n_maps = drift->method == NULL ? 0 : n * size;
  g_autofree float*x = g_new (float, n * size);
  g_autofree float*p = g_new (float, 2 * n * n_classes);
  g_autofree float*maps = g_new (float, 2 * n_maps);
  g_autofree guint64*ids = g_new (guint64, n);
  g_autofree int*classes = g_new (int, n);
  const View full = { x, ids, n, p, maps };
  const View moved = { x, ids, n, p + n * n_classes, maps + n_maps };

  if (state->problem != NULL) {
    *message = g_strdup (state->problem);
    return FALSE;
  }
  for (gsize i = 0; i < n; i++)
    ids[i] = state->order[drift->done + i];
  nn_images_gather (&state->test, state->order + drift->done, n, x, NULL);
  if (!look (core, state, &full_bits, drift->method, &full, TRUE, classes, message)
      || !look (core, state, &drift->bits, drift->method, &moved, FALSE, classes, message))
    return FALSE;
  note (state, &full, &moved, n_classes, drift);
  return TRUE;
}

/* ---- the question ------------------------------------------------------------ */

static void
free_drift_answer (gpointer data)
{
  SalDriftAnswer*answer = data;

  g_free (answer->drift);
  g_free (answer->flipped);
  g_free ((gpointer) answer->message);
  g_free (answer);
}

/* Takes `message`. */
static void
send_drift (DriftJob         *self,
            const SalLabState*state,
            const SalLabDrift*drift,
            char             *message)
{
  SalDriftAnswer*answer = g_new0 (SalDriftAnswer, 1);

  answer->ticket = self->job.ticket;
  answer->message = message;
  if (message == NULL) {
    answer->done = drift->done;
    answer->total = state->test.count;
    answer->drift = g_memdup2 (drift->drift, state->test.count * sizeof *drift->drift);
    answer->flipped = g_memdup2 (drift->flipped, state->test.count);
  }
  self->answered_at = g_get_monotonic_time ();
  sal_lab_job_answer (self, answer);
}

static gboolean
step_drift (SalLabCore*core,
            SalLabJob *job)
{
  DriftJob*self = (DriftJob*) job;
  SalLabState*state = sal_lab_core_get_state (core, self->model);
  char*message = NULL;
  const NnSaliencyMethod*method =
    self->method == NULL ? NULL : sal_lab_find_method (self->method, &message);
  SalLabDrift*drift = message == NULL ? find_drift (state, &self->bits, method) : NULL;

  if (drift == NULL
      || (drift->done < state->test.count && !advance (core, state, drift, &message))) {
    send_drift (self, state, NULL, message);
    return FALSE;
  }
  if (drift->done >= SAL_ESTIMATE_IMAGES)
    job->priority = SAL_LAB_LONG;
  if (drift->done == state->test.count
      || g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL)
    send_drift (self, state, drift, NULL);
  return drift->done < state->test.count;
}

static void
deliver_drift (SalLabJob*job,
               gpointer  answer)
{
  ((SalDriftCallback) job->callback) (answer, job->data);
}

static void
free_drift (SalLabJob*job)
{
  DriftJob*self = (DriftJob*) job;

  sal_lab_model_unref (self->model);
  g_free (self->method);
}

static const SalLabJobKind drift_kind = {
  .name = "drift",
  .step = step_drift,
  .deliver = deliver_drift,
  .free_answer = free_drift_answer,
  .free = free_drift,
};

guint64
sal_lab_measure_drift (SalLab          *self,
                       const char      *slot,
                       SalLabModel     *model,
                       SalBits          bits,
                       const char      *method,
                       SalDriftCallback callback,
                       gpointer         data)
{
  DriftJob*job = sal_lab_job_new (&drift_kind, sizeof *job, SAL_LAB_ESTIMATE,
                                  G_CALLBACK (callback), data);

  job->model = sal_lab_model_ref (model);
  job->bits = bits;
  job->method = g_strdup (method);
  return sal_lab_ask (self, slot, job);
}
