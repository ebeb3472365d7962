/* sal-lab-explain.c - predictions and maps of one image, pane by pane
 *
 * Panes are answered side by side, one thread each, because one image alone
 * keeps one thread busy; a few make a mini-batch, so that a newer question
 * need not wait for all.
 * When the panes are answered the question lives on at a lower priority for
 * the scales that are not known yet, and is answered again.  Those of methods
 * with many passes wait until no newer question comes: while somebody drags
 * they would be given up before they are whole, and hold up the next maps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"

#define PANES_AT_ONCE 4
#define PANES_BESIDE_AT_ONCE 2

#define SCALE_PERCENTILE 0.99

/* At most this many scales of one model are remembered. */
#define MAX_SCALES 256

/* How often a question is answered again while scales arrive. */
#define ANSWER_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  SalLabModel *model;
  SalBits      bits;
  char        *method;
  gboolean     scale_known;
} Pane;

typedef struct
{
  SalLabJob      job;
  Pane           panes[SAL_LAB_MAX_PANES];
  guint          n_done;        /* panes with maps                            */
  guint8        *pixels;
  int            label;
  int            explain_class;
  guint64        image_id;
  SalImageAnswer answer;        /* as far as it is known                      */
  gint64         answered_at;
  float         *magnitudes;    /* of the scale that is being measured        */
  gsize          scale_images;  /* done of it                                 */
} ExplainJob;

static void
clear_image_answer (SalImageAnswer *answer)
{
  g_free (answer->x);
  for (guint i = 0; i < answer->n_panes; i++) {
    g_free (answer->panes[i].probabilities);
    g_free (answer->panes[i].map);
    g_free ((gpointer) answer->panes[i].message);
  }
}

static void
free_image_answer (gpointer data)
{
  clear_image_answer (data);
  g_free (data);
}

static SalImageAnswer *
copy_image_answer (const SalImageAnswer *answer)
{
  SalImageAnswer *copy = g_memdup2 (answer, sizeof *answer);
  const gsize size = nn_shape_size (answer->shape) * sizeof (float);

  copy->x = g_memdup2 (answer->x, size);
  for (guint i = 0; i < copy->n_panes; i++) {
    SalPaneAnswer *pane = &copy->panes[i];

    pane->probabilities = g_memdup2 (pane->probabilities,
                                     (gsize) pane->n_classes * sizeof (float));
    if (pane->map != NULL)
      pane->map = g_memdup2 (pane->map, size);
    pane->message = g_strdup (pane->message);
  }
  return copy;
}

static void
send_answer (ExplainJob *self)
{
  self->answered_at = g_get_monotonic_time ();
  self->answer.ticket = self->job.ticket;
  sal_lab_job_answer (self, copy_image_answer (&self->answer));
}

/* ---- panes --------------------------------------------------------------- */

static int
choose_class (const ExplainJob *self,
              const float      *probabilities,
              int               n_classes)
{
  const int asked = self->explain_class == SAL_EXPLAIN_LABEL ? self->label : self->explain_class;

  if (asked >= 0 && asked < n_classes)
    return asked;
  return nn_argmax (probabilities, n_classes);
}

static const SalLabScale *
find_scale (const SalLabState      *state,
            const SalBits          *bits,
            const NnSaliencyMethod *method)
{
  for (guint i = 0; i < state->scales->len; i++) {
    const SalLabScale *scale = &g_array_index (state->scales, SalLabScale, i);

    if (scale->method == method && sal_bits_equal (&scale->bits, bits))
      return scale;
  }
  return NULL;
}

/* Takes the scale from those remembered, if it is there. */
static void
recall_scale (const SalLabState      *state,
              const NnSaliencyMethod *method,
              Pane                   *pane,
              SalPaneAnswer          *answer)
{
  const SalLabScale *scale = find_scale (state, &pane->bits, method);

  pane->scale_known = scale != NULL;
  answer->scale = scale != NULL ? scale->scale : 0.0f;
  answer->largest = scale != NULL ? scale->largest : 0.0f;
}

/* What answers one pane. */
typedef struct
{
  const ExplainJob  *job;
  Pane              *pane;
  const SalLabState *state;
  const NnModel     *source;
  SalLabExec        *exec;     /* busy; NULL: the answer is a message         */
  NnSaliencyRequest  request;
  double             cost;     /* passes                                      */
  SalPaneAnswer     *answer;
} PaneWork;

/* Job `index` of the lab's pool.  A question that was replaced while others of
 * its panes were answered is not worth the time of the newer one. */
static void
answer_pane (void  *data,
             size_t index,
             int    thread)
{
  const PaneWork *work = (const PaneWork *) data + index;
  SalPaneAnswer *answer = work->answer;
  char *message = NULL;

  if (work->exec == NULL || atomic_load (&work->job->job.cancelled))
    return;
  if (!sal_lab_exec_fill (work->exec, work->state, work->source, &work->pane->bits, &message)) {
    answer->message = message;
    return;
  }

  NnExec *exec = work->exec->exec;
  const gsize size = nn_shape_size (work->job->answer.shape);
  g_autofree float *x = g_new (float, size);

  sal_lab_normalise (work->state, work->job->pixels, x);
  answer->packed_bytes = work->exec->packed_bytes;
  answer->n_classes = nn_model_classes (work->exec->scratch);
  answer->probabilities = g_new (float, answer->n_classes);
  answer->map = g_new (float, size);
  nn_predict (exec, x, 1, answer->probabilities);
  answer->explained_class = choose_class (work->job, answer->probabilities, answer->n_classes);
  nn_saliency_explain (exec, &work->request, x, &answer->explained_class, &work->job->image_id, 1,
                       answer->map);
}

/* Gets pane `index` ready to be answered; FALSE where it has to wait, because
 * the panes before it have all executors. */
static gboolean
prepare_pane (ExplainJob *self,
              SalLabCore *core,
              guint       index,
              PaneWork   *work)
{
  Pane *pane = &self->panes[index];
  SalPaneAnswer *answer = &self->answer.panes[index];
  SalLabState *state = sal_lab_core_get_state (core, pane->model);
  char *message = NULL;
  const NnModel *source = NULL;
  const NnSaliencyMethod *method = sal_lab_find_method (pane->method, &message);
  SalLabExec *exec = method == NULL
                     ? NULL
                     : sal_lab_core_reserve_single (core, state, &pane->bits, &source, &message);

  if (exec == NULL && message == NULL)
    return FALSE;
  if (exec != NULL && !sal_shapes_equal (nn_model_input (exec->scratch), self->answer.shape)) {
    message = g_strdup (_("The network takes images of another shape"));
    exec = NULL;
  }
  *work = (PaneWork) { self, pane, state, source, exec, .answer = answer };
  answer->message = message;
  if (exec != NULL) {
    exec->busy = TRUE;
    work->request = nn_saliency_request (method, &state->test);
    work->cost = sal_lab_method_passes (method);
    recall_scale (state, method, pane, answer);
  }
  return TRUE;
}

/* The most passes first: a pane that takes long is not begun when all others
 * are done and one thread is left with it. */
static int
compare_cost (const void *a,
              const void *b)
{
  const double x = ((const PaneWork *) a)->cost;
  const double y = ((const PaneWork *) b)->cost;

  return (x < y) - (x > y);
}

/* Answers the next few panes. */
static void
answer_panes (ExplainJob *self,
              SalLabCore *core)
{
  PaneWork work[PANES_AT_ONCE];
  const guint at_once = self->job.priority == SAL_LAB_BESIDE ? PANES_BESIDE_AT_ONCE
                        : PANES_AT_ONCE;
  guint n = 0;

  while (n < at_once && self->n_done < self->answer.n_panes &&
         prepare_pane (self, core, self->n_done, &work[n])) {
    self->n_done++;
    n++;
  }
  qsort (work, n, sizeof *work, compare_cost);
  if (sal_lab_core_get_pool (core) != NULL)
    nn_pool_run (sal_lab_core_get_pool (core), answer_pane, work, n);
  for (guint i = 0; i < n; i++) {
    if (work[i].exec != NULL)
      work[i].exec->busy = FALSE;
    if (work[i].answer->message != NULL)
      work[i].pane->scale_known = TRUE;
  }
}

/* ---- scales -------------------------------------------------------------- */

static int
compare_floats (const void *a,
                const void *b)
{
  const float x = *(const float *) a;
  const float y = *(const float *) b;

  return (x > y) - (x < y);
}


/* |map| of test images order[first .. first + n - 1], each explained for its
 * prediction. */
static void
measure_magnitudes (const SalLabState       *state,
                    const SalLabExec        *exec,
                    const NnSaliencyRequest *request,
                    gsize                    first,
                    gsize                    n,
                    float                   *magnitudes)
{
  const gsize size = nn_images_stride (&state->test);
  const gsize n_classes = (gsize) nn_model_classes (sal_lab_model_get_model (state->model));
  g_autofree float *x = g_new (float, n * size);
  g_autofree float *p = g_new (float, n * n_classes);
  g_autofree int *classes = g_new (int, n);
  g_autofree guint64 *ids = g_new (guint64, n);

  nn_images_gather (&state->test, state->order + first, n, x, NULL);
  nn_predict (exec->exec, x, n, p);
  for (gsize i = 0; i < n; i++) {
    classes[i] = nn_argmax (p + i * n_classes, (int) n_classes);
    ids[i] = state->order[first + i];
  }
  nn_saliency_explain (exec->exec, request, x, classes, ids, n, magnitudes);
  for (gsize i = 0; i < n * size; i++)
    magnitudes[i] = fabsf (magnitudes[i]);
}

static void
remember_scale (ExplainJob             *self,
                SalLabState            *state,
                const SalBits          *bits,
                const NnSaliencyMethod *method)
{
  const gsize n = self->scale_images * nn_images_stride (&state->test);

  qsort (self->magnitudes, n, sizeof *self->magnitudes, compare_floats);

  const SalLabScale scale = {
    .bits = *bits,
    .method = method,
    .scale = self->magnitudes[(gsize) (SCALE_PERCENTILE * (double) (n - 1))],
    .largest = self->magnitudes[n - 1],
  };

  if (state->scales->len >= MAX_SCALES)
    g_array_remove_index (state->scales, 0);
  g_array_append_val (state->scales, scale);
  self->scale_images = 0;
}

static double
count_passes (const Pane *pane)
{
  return sal_lab_method_passes (nn_saliency_method_find (pane->method));
}

/* How many images of a scale are explained at once. */
static gsize
count_scale_batch (const SalLabState *state,
                   const Pane        *pane)
{
  return sal_lab_mini_batch (state, 1.0 + count_passes (pane), SAL_SCALE_IMAGES);
}

/* One mini-batch towards the scale of `pane`, which has a map. */
static void
advance_scale (ExplainJob    *self,
               SalLabCore    *core,
               Pane          *pane,
               SalPaneAnswer *answer)
{
  g_autofree char *message = NULL;
  SalLabState *state = sal_lab_core_get_state (core, pane->model);
  const NnSaliencyMethod *method = nn_saliency_method_find (pane->method);

  recall_scale (state, method, pane, answer);
  if (pane->scale_known) {
    self->scale_images = 0;
    return;
  }

  const gsize batch = count_scale_batch (state, pane);
  const SalLabExec *exec = sal_lab_core_load_maps (core, state, &pane->bits, &message);

  pane->scale_known = exec == NULL;
  if (exec == NULL)
    return;

  const NnSaliencyRequest request = nn_saliency_request (method, &state->test);
  const gsize size = nn_images_stride (&state->test);
  const gsize total = MIN (state->test.count, SAL_SCALE_IMAGES);
  const gsize n = MIN (total - self->scale_images, batch);

  if (self->magnitudes == NULL)
    self->magnitudes = g_new (float, SAL_SCALE_IMAGES * size);
  measure_magnitudes (state, exec, &request, self->scale_images, n,
                      self->magnitudes + self->scale_images * size);
  self->scale_images += n;
  if (self->scale_images < total)
    return;
  remember_scale (self, state, &pane->bits, method);
  recall_scale (state, method, pane, answer);
}

/* The one that costs least, or -1: it need not wait for the others. */
static int
find_pane_without_scale (const ExplainJob *self)
{
  int best = -1;

  for (guint i = 0; i < self->answer.n_panes; i++)
    if (!self->panes[i].scale_known
        && (best < 0 || count_passes (&self->panes[i]) < count_passes (&self->panes[best])))
      best = (int) i;
  return best;
}

/* How the rest of the question waits: a mini-batch of a method with many
 * passes has not even one image. */
static SalLabPriority
choose_priority (ExplainJob *self,
                 SalLabCore *core)
{
  const int i = find_pane_without_scale (self);

  if (i < 0)
    return SAL_LAB_SCALE;

  const SalLabState *state = sal_lab_core_get_state (core, self->panes[i].model);

  return count_scale_batch (state, &self->panes[i]) == 1 ? SAL_LAB_STILL : SAL_LAB_SCALE;
}

static gboolean
step_scales (ExplainJob *self,
             SalLabCore *core)
{
  const int i = find_pane_without_scale (self);

  advance_scale (self, core, &self->panes[i], &self->answer.panes[i]);
  if (!self->panes[i].scale_known)
    return TRUE;

  const gboolean more = find_pane_without_scale (self) >= 0;

  self->job.priority = choose_priority (self, core);
  if (!more || self->job.priority == SAL_LAB_STILL
      || g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL)
    send_answer (self);
  return more;
}

/* ---- the question -------------------------------------------------------- */

static gboolean
step_explain (SalLabCore *core,
              SalLabJob  *job)
{
  ExplainJob *self = (ExplainJob *) job;

  if (self->n_done == self->answer.n_panes)
    return step_scales (self, core);

  if (self->n_done == 0)
    sal_lab_normalise (sal_lab_core_get_state (core, self->panes[0].model), self->pixels,
                       self->answer.x);
  answer_panes (self, core);
  if (self->n_done < self->answer.n_panes)
    return TRUE;
  send_answer (self);
  job->priority = choose_priority (self, core);
  return find_pane_without_scale (self) >= 0;
}

static void
deliver_explain (SalLabJob *job,
                 gpointer   answer)
{
  ((SalImageCallback) job->callback) (answer, job->data);
}

static void
free_explain (SalLabJob *job)
{
  ExplainJob *self = (ExplainJob *) job;

  for (guint i = 0; i < self->answer.n_panes; i++) {
    sal_lab_model_unref (self->panes[i].model);
    g_free (self->panes[i].method);
  }
  clear_image_answer (&self->answer);
  g_free (self->pixels);
  g_free (self->magnitudes);
}

static const SalLabJobKind explain_kind = {
  .name = "explain",
  .step = step_explain,
  .deliver = deliver_explain,
  .free_answer = free_image_answer,
  .free = free_explain,
};

static guint64
ask (SalLab               *self,
     const char           *slot,
     SalLabPriority        priority,
     const SalPaneRequest *panes,
     guint                 n_panes,
     const guint8         *pixels,
     int                   label,
     int                   explain_class,
     guint64               image_id,
     SalImageCallback      callback,
     gpointer              data)
{
  g_return_val_if_fail (n_panes >= 1 && n_panes <= SAL_LAB_MAX_PANES, 0);

  ExplainJob *job = sal_lab_job_new (&explain_kind, sizeof *job, priority, G_CALLBACK (callback),
                                     data);
  const NnShape shape = nn_model_input (sal_lab_model_get_model (panes[0].model));

  for (guint i = 0; i < n_panes; i++) {
    job->panes[i].model = sal_lab_model_ref (panes[i].model);
    job->panes[i].bits = panes[i].bits;
    job->panes[i].method = g_strdup (panes[i].method);
  }
  job->pixels = g_memdup2 (pixels, nn_shape_size (shape));
  job->label = label;
  job->explain_class = explain_class;
  job->image_id = image_id;
  job->answer.shape = shape;
  job->answer.x = g_new0 (float, nn_shape_size (shape));
  job->answer.n_panes = n_panes;

  return sal_lab_ask (self, slot, job);
}

guint64
sal_lab_explain (SalLab               *self,
                 const char           *slot,
                 const SalPaneRequest *panes,
                 guint                 n_panes,
                 const guint8         *pixels,
                 int                   label,
                 int                   explain_class,
                 guint64               image_id,
                 SalImageCallback      callback,
                 gpointer              data)
{
  return ask (self, slot, SAL_LAB_QUICK, panes, n_panes, pixels, label, explain_class, image_id,
              callback, data);
}

guint64
sal_lab_explain_beside (SalLab               *self,
                        const char           *slot,
                        const SalPaneRequest *panes,
                        guint                 n_panes,
                        const guint8         *pixels,
                        int                   label,
                        int                   explain_class,
                        guint64               image_id,
                        SalImageCallback      callback,
                        gpointer              data)
{
  return ask (self, slot, SAL_LAB_BESIDE, panes, n_panes, pixels, label, explain_class, image_id,
              callback, data);
}
