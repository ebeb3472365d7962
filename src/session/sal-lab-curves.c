/* sal-lab-curves.c - masking curves that grow together, and one masked image
 *
 * The curve that has come least far is given the next mini-batch, so that all
 * can be compared while they form.  Curves stay with the model, finished or
 * not: a question with one more curve goes on where the others are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-statistics.h"

/* Curves that are remembered of one model: two questions at least. */
#define MAX_CURVES (2 * SAL_LAB_MAX_CURVES)

#define ANSWER_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

SalCurveRequest
sal_curve_request_copy (const SalCurveRequest *request)
{
  SalCurveRequest copy = *request;

  sal_lab_model_ref (copy.model);
  copy.method = g_strdup (request->method);
  return copy;
}

void
sal_curve_request_clear (SalCurveRequest *request)
{
  sal_lab_model_unref (request->model);
  g_free ((gpointer) request->method);
}

gboolean
sal_curve_request_settings (const SalCurveRequest *request,
                            const NnImages        *images,
                            NnMaskCurveSettings   *settings,
                            char                 **message)
{
  *settings = nn_mask_curve_settings_default (images);
  settings->fill = request->fill;
  settings->order = request->order;
  if (request->order == NN_ORDER_RANDOM)
    return TRUE;

  const NnSaliencyMethod *method = sal_lab_find_method (request->method, message);

  if (method != NULL)
    settings->saliency = nn_saliency_request (method, images);
  return method != NULL;
}

/* ---- curves of one model ---------------------------------------------------- */

/* The executor may still be somebody else's: it is the core's. */
static void
stop_measuring (SalLabCurve *curve)
{
  if (curve->curve == NULL)
    return;
  g_clear_pointer (&curve->curve, nn_mask_curve_free);
  curve->exec->pins--;
  curve->exec = NULL;
}

void
sal_lab_curve_free (SalLabCurve *curve)
{
  stop_measuring (curve);
  g_free (curve);
}

static void
forget_oldest_curve (SalLabState *state)
{
  SalLabCurve *oldest = NULL;

  for (guint i = 0; i < state->curves->len; i++) {
    SalLabCurve *curve = g_ptr_array_index (state->curves, i);

    if (oldest == NULL || curve->used < oldest->used)
      oldest = curve;
  }
  g_ptr_array_remove_fast (state->curves, oldest);
}

static SalLabCurve *
find_curve (SalLabState               *state,
            const SalCurveRequest     *request,
            const NnMaskCurveSettings *settings,
            gsize                      total)
{
  const NnSaliencyMethod *method =
    request->order == NN_ORDER_RANDOM ? NULL : settings->saliency.method;

  for (guint i = 0; i < state->curves->len; i++) {
    SalLabCurve *curve = g_ptr_array_index (state->curves, i);

    if (curve->method == method && curve->fill == request->fill &&
        curve->order == request->order && curve->total == total &&
        sal_bits_equal (&curve->bits, &request->bits))
      return curve;
  }
  if (state->curves->len >= MAX_CURVES)
    forget_oldest_curve (state);

  SalLabCurve *curve = g_new0 (SalLabCurve, 1);

  curve->bits = request->bits;
  curve->method = method;
  curve->fill = request->fill;
  curve->order = request->order;
  curve->total = total;
  g_ptr_array_add (state->curves, curve);
  return curve;
}

/* Forward passes that one image costs: one for each level, and its map. */
static double
count_passes (const NnMaskCurveSettings *settings)
{
  const double levels = (double) settings->n_levels;

  if (settings->order == NN_ORDER_RANDOM)
    return levels;
  return levels + sal_lab_method_passes (settings->saliency.method);
}

static gboolean
start_measuring (SalLabCore                *core,
                 SalLabState               *state,
                 SalLabCurve               *curve,
                 const NnMaskCurveSettings *settings,
                 char                     **message)
{
  NnMaskCurveSettings measured = *settings;
  SalLabExec *exec = sal_lab_core_load_maps (core, state, &curve->bits, message);
  NnError error;

  if (exec == NULL)
    return FALSE;
  /* Twice as long a step as others take: fewer images would leave one of two
   * threads without a slice, and a curve half as fast. */
  measured.batch = sal_lab_mini_batch (state, count_passes (settings) / 2.0, SAL_SCALE_IMAGES);
  curve->curve = nn_mask_curve_new (exec->exec, &state->test, state->order, curve->total,
                                    &measured, &error);
  if (curve->curve == NULL) {
    *message = g_strdup (error.message);
    return FALSE;
  }
  curve->exec = exec;
  exec->pins++;
  return TRUE;
}

static void
record_answer (SalLabCurve               *curve,
               const NnMaskCurveSettings *settings)
{
  SalCurveAnswer *answer = &curve->answer;

  answer->done = curve->done;
  answer->total = curve->total;
  answer->n_levels = settings->n_levels;
  memcpy (answer->levels, settings->levels, sizeof answer->levels);
  for (gsize i = 0; i < settings->n_levels; i++) {
    const gsize correct = nn_mask_curve_correct (curve->curve, i);

    answer->accuracy[i] = (double) correct / (double) curve->done;
    nn_wilson_interval (correct, curve->done, &answer->lower[i], &answer->upper[i]);
  }
  answer->area = nn_mask_curve_area (curve->curve);
}

/* One mini-batch of a curve that is not finished. */
static gboolean
advance_curve (SalLabCore                *core,
               SalLabState               *state,
               SalLabCurve               *curve,
               const NnMaskCurveSettings *settings,
               char                     **message)
{
  if (curve->curve == NULL && !start_measuring (core, state, curve, settings, message))
    return FALSE;
  if (!sal_lab_core_reload (core, curve->exec, state, &curve->bits, message))
    return FALSE;

  const gboolean more = nn_mask_curve_step (curve->curve);

  curve->done = nn_mask_curve_done (curve->curve);
  record_answer (curve, settings);
  if (!more)
    stop_measuring (curve);
  return TRUE;
}

/* ---- the question about curves ---------------------------------------------- */

typedef struct
{
  SalLabJob job;
  guint     n_curves;
  SalCurveRequest requests[SAL_LAB_MAX_CURVES];
  gsize     limit;
  gboolean  failed[SAL_LAB_MAX_CURVES];
  gsize     answered[SAL_LAB_MAX_CURVES]; /* images done in the last answer   */
  gint64    answered_at;
} CurvesJob;

static void
free_curve_answer (gpointer data)
{
  SalCurveAnswer *answer = data;

  g_free ((gpointer) answer->message);
  g_free (answer);
}

/* Sends what a curve has come to; takes `message`. */
static void
send_curve (CurvesJob            *self,
            guint                 index,
            const SalCurveAnswer *known,
            char                 *message)
{
  SalCurveAnswer *answer = g_new0 (SalCurveAnswer, 1);

  if (known != NULL)
    *answer = *known;
  answer->ticket = self->job.ticket;
  answer->curve = index;
  answer->message = message;
  sal_lab_job_answer (self, answer);
}

/* The record behind request `index`; NULL where it failed, perhaps just now. */
static SalLabCurve *
get_curve (CurvesJob           *self,
           SalLabCore          *core,
           guint                index,
           NnMaskCurveSettings *settings)
{
  const SalCurveRequest *request = &self->requests[index];
  SalLabState *state = sal_lab_core_get_state (core, request->model);
  const gsize count = state->test.count;
  char *message = NULL;

  if (self->failed[index])
    return NULL;
  if (!sal_curve_request_settings (request, &state->test, settings, &message)) {
    self->failed[index] = TRUE;
    send_curve (self, index, NULL, message);
    return NULL;
  }

  SalLabCurve *curve = find_curve (state, request, settings,
                                   self->limit == 0 ? count : MIN (self->limit, count));

  curve->used = sal_lab_core_tick (core);
  return curve;
}

/* The unfinished curve that has come least far, or -1. */
static int
find_last_curve (CurvesJob  *self,
                 SalLabCore *core)
{
  gsize least = G_MAXSIZE;
  int last = -1;

  for (guint i = 0; i < self->n_curves; i++) {
    NnMaskCurveSettings settings;
    const SalLabCurve *curve = get_curve (self, core, i, &settings);

    if (curve != NULL && curve->done < curve->total && curve->done < least) {
      least = curve->done;
      last = (int) i;
    }
  }
  return last;
}

static void
send_curves (CurvesJob  *self,
             SalLabCore *core)
{
  for (guint i = 0; i < self->n_curves; i++) {
    NnMaskCurveSettings settings;
    const SalLabCurve *curve = get_curve (self, core, i, &settings);

    if (curve == NULL || curve->done == self->answered[i])
      continue;
    send_curve (self, i, &curve->answer, NULL);
    self->answered[i] = curve->done;
  }
  self->answered_at = g_get_monotonic_time ();
}

static gboolean
step_curves (SalLabCore *core,
             SalLabJob  *job)
{
  CurvesJob *self = (CurvesJob *) job;
  const int index = find_last_curve (self, core);

  if (index >= 0) {
    NnMaskCurveSettings settings;
    SalLabCurve *curve = get_curve (self, core, (guint) index, &settings);
    SalLabState *state = sal_lab_core_get_state (core, self->requests[index].model);
    char *message = NULL;

    if (!advance_curve (core, state, curve, &settings, &message)) {
      self->failed[index] = TRUE;
      send_curve (self, (guint) index, NULL, message);
    }
  }
  if (index < 0 || g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL)
    send_curves (self, core);
  return index >= 0;
}

static void
deliver_curve (SalLabJob *job,
               gpointer   answer)
{
  ((SalCurveCallback) job->callback) (answer, job->data);
}

static void
free_curves (SalLabJob *job)
{
  CurvesJob *self = (CurvesJob *) job;

  for (guint i = 0; i < self->n_curves; i++)
    sal_curve_request_clear (&self->requests[i]);
}

static const SalLabJobKind curves_kind = {
  .name = "curves",
  .step = step_curves,
  .deliver = deliver_curve,
  .free_answer = free_curve_answer,
  .free = free_curves,
};

guint64
sal_lab_mask_curves (SalLab                *self,
                     const char            *slot,
                     const SalCurveRequest *curves,
                     guint                  n_curves,
                     gsize                  limit,
                     SalCurveCallback       callback,
                     gpointer               data)
{
  g_return_val_if_fail (n_curves >= 1 && n_curves <= SAL_LAB_MAX_CURVES, 0);

  CurvesJob *job = sal_lab_job_new (&curves_kind, sizeof *job, SAL_LAB_LONG,
                                    G_CALLBACK (callback), data);

  for (guint i = 0; i < n_curves; i++)
    job->requests[i] = sal_curve_request_copy (&curves[i]);
  job->n_curves = n_curves;
  job->limit = limit;
  return sal_lab_ask (self, slot, job);
}
