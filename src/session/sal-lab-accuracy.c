/* sal-lab-accuracy.c - test accuracy at some bits, and all test predictions
 *
 * Images are measured in one fixed order, and what was measured of a model at
 * some bits stays with the model: a number is a function of how many images
 * are done, whoever asked and however often they changed their mind.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include "nn/nn-eval.h"
#include "nn/nn-statistics.h"

/* The most images of one mini-batch. */
#define BATCH_CAPACITY 128

/* What an image counts for: more than the one pass that it is.  Mini-batches
 * of labels are behind most of what is asked, and a question about the image
 * that is looked at waits for the one that has begun. */
#define PASSES 1.5

/* At most this many widths of one model are remembered. */
#define MAX_ACCURACIES 256

#define ANSWER_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* ---- measuring ----------------------------------------------------------- */

/* Predicts the test images indices[0 .. n - 1] (NULL: first, first + 1 ...),
 * n at most a mini-batch. */
static gboolean
predict (SalLabCore    *core,
         SalLabState   *state,
         const SalBits *bits,
         const guint32 *indices,
         gsize          n,
         gint16        *labels,
         guint64       *packed_bytes,
         char         **message)
{
  const gsize capacity = sal_lab_mini_batch (state, PASSES, BATCH_CAPACITY);
  const SalLabExec *exec = sal_lab_core_load (core, state, bits, SAL_LAB_LABELS, capacity,
                                              message);
  int predictions[BATCH_CAPACITY];

  if (exec == NULL)
    return FALSE;
  g_assert (n <= capacity);

  NnEval eval = nn_eval_begin (exec->exec, &state->test, indices, n, predictions);

  while (nn_eval_step (&eval, n))
    continue;
  for (gsize i = 0; i < n; i++)
    labels[i] = (gint16) predictions[i];
  *packed_bytes = exec->packed_bytes;
  return TRUE;
}

static SalLabAccuracy *
find_accuracy (SalLabState   *state,
               const SalBits *bits)
{
  for (guint i = 0; i < state->accuracies->len; i++) {
    SalLabAccuracy *accuracy = &g_array_index (state->accuracies, SalLabAccuracy, i);

    if (sal_bits_equal (&accuracy->bits, bits))
      return accuracy;
  }

  const SalLabAccuracy accuracy = { .bits = *bits };

  if (state->accuracies->len >= MAX_ACCURACIES)
    g_array_remove_index (state->accuracies, 0);
  g_array_append_val (state->accuracies, accuracy);
  return &g_array_index (state->accuracies, SalLabAccuracy, state->accuracies->len - 1);
}

static void
count_labels (const SalLabState *state,
              const gint16      *labels,
              gsize              n,
              SalLabAccuracy    *accuracy)
{
  for (gsize i = 0; i < n; i++) {
    const gint16 truth = state->test.labels[state->order[accuracy->done + i]];
    const gint16 full = state->full_labels[accuracy->done + i];

    accuracy->correct += labels[i] == truth;
    accuracy->full_correct += full == truth;
    accuracy->flips += labels[i] != full;
  }
  accuracy->done += n;
  if (accuracy->done <= SAL_ESTIMATE_IMAGES) {
    accuracy->estimate_correct = accuracy->correct;
    accuracy->estimate_full_correct = accuracy->full_correct;
  }
}

const SalLabAccuracy *
sal_lab_accuracy_advance (SalLabCore    *core,
                          SalLabState   *state,
                          const SalBits *bits,
                          gsize          until,
                          char         **message)
{
  SalLabAccuracy *accuracy = find_accuracy (state, bits);
  gint16 labels[BATCH_CAPACITY];

  until = MIN (until, state->test.count);
  if (accuracy->done >= until)
    return accuracy;

  const gsize n = MIN (until - accuracy->done, sal_lab_mini_batch (state, PASSES, BATCH_CAPACITY));
  guint64 full_bytes;

  if (state->full_done < accuracy->done + n) {
    const SalBits full = sal_lab_model_get_full_bits (state->model);
    const gsize missing = accuracy->done + n - state->full_done;

    if (!predict (core, state, &full, state->order + state->full_done, missing,
                  state->full_labels + state->full_done, &full_bytes, message))
      return NULL;
    state->full_done += missing;
    return accuracy;
  }
  if (!predict (core, state, bits, state->order + accuracy->done, n, labels,
                &accuracy->packed_bytes, message))
    return NULL;
  count_labels (state, labels, n, accuracy);
  return accuracy;
}

/* ---- the question about accuracy ------------------------------------------ */

typedef struct
{
  SalLabJob    job;
  SalLabModel *model;
  SalBits      bits;
  gint64       answered_at; /* 0: not yet                                     */
} AccuracyJob;

static void
free_accuracy_answer (gpointer data)
{
  SalAccuracyAnswer *answer = data;

  g_free ((gpointer) answer->message);
  g_free (answer);
}

static void
send_accuracy (AccuracyJob          *self,
               const SalLabState    *state,
               const SalLabAccuracy *accuracy)
{
  const double done = (double) MAX (accuracy->done, 1);
  SalAccuracyAnswer *answer = g_new0 (SalAccuracyAnswer, 1);

  answer->ticket = self->job.ticket;
  answer->done = accuracy->done;
  answer->total = state->test.count;
  answer->accuracy = (double) accuracy->correct / done;
  nn_wilson_interval (accuracy->correct, accuracy->done, &answer->lower, &answer->upper);
  answer->flips = accuracy->flips;
  answer->full_accuracy = (double) accuracy->full_correct / done;
  answer->packed_bytes = accuracy->packed_bytes;
  self->answered_at = g_get_monotonic_time ();
  sal_lab_job_answer (self, answer);
}

/* Takes `message`. */
static void
send_accuracy_problem (AccuracyJob *self,
                       char        *message)
{
  SalAccuracyAnswer *answer = g_new0 (SalAccuracyAnswer, 1);

  answer->ticket = self->job.ticket;
  answer->message = message;
  sal_lab_job_answer (self, answer);
}

static gboolean
step_accuracy (SalLabCore *core,
               SalLabJob  *job)
{
  AccuracyJob *self = (AccuracyJob *) job;
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  const gsize total = state->test.count;
  const gsize estimate = MIN (total, SAL_ESTIMATE_IMAGES);
  char *message = NULL;
  const gboolean refining = job->priority == SAL_LAB_LONG;
  const SalLabAccuracy *accuracy = sal_lab_accuracy_advance (core, state, &self->bits,
                                                             refining ? total : estimate,
                                                             &message);

  if (accuracy == NULL) {
    send_accuracy_problem (self, message);
    return FALSE;
  }
  if (accuracy->done < estimate)
    return TRUE;
  job->priority = SAL_LAB_LONG;
  if (accuracy->done == total ||
      g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL)
    send_accuracy (self, state, accuracy);
  return accuracy->done < total;
}

static void
deliver_accuracy (SalLabJob *job,
                  gpointer   answer)
{
  ((SalAccuracyCallback) job->callback) (answer, job->data);
}

static void
free_accuracy (SalLabJob *job)
{
  sal_lab_model_unref (((AccuracyJob *) job)->model);
}

static const SalLabJobKind accuracy_kind = {
  .name = "accuracy",
  .step = step_accuracy,
  .deliver = deliver_accuracy,
  .free_answer = free_accuracy_answer,
  .free = free_accuracy,
};

guint64
sal_lab_measure_accuracy (SalLab             *self,
                          const char         *slot,
                          SalLabModel        *model,
                          SalBits             bits,
                          SalAccuracyCallback callback,
                          gpointer            data)
{
  AccuracyJob *job = sal_lab_job_new (&accuracy_kind, sizeof *job, SAL_LAB_ESTIMATE,
                                      G_CALLBACK (callback), data);

  job->model = sal_lab_model_ref (model);
  job->bits = bits;
  return sal_lab_ask (self, slot, job);
}

/* ---- predictions of the whole test set -------------------------------------- */

typedef struct
{
  SalLabJob    job;
  SalLabModel *model;
  gboolean     calibrated;
  GArray      *labels;      /* gint16: predicted and not yet sent             */
  gsize        done;
  double       seconds;     /* an image, in the fastest mini-batch yet; 0: none */
  gint64       answered_at;
} PredictionsJob;

/* A stretch of labels on its way to the model. */
typedef struct
{
  gsize   first;
  GArray *labels;
  double  seconds;
} Stretch;

static void
free_stretch (gpointer data)
{
  Stretch *stretch = data;

  g_array_unref (stretch->labels);
  g_free (stretch);
}

static void
send_stretch (PredictionsJob *self)
{
  Stretch *stretch = g_new (Stretch, 1);

  stretch->labels = g_steal_pointer (&self->labels);
  stretch->first = self->done - stretch->labels->len;
  stretch->seconds = self->seconds;
  self->labels = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->answered_at = g_get_monotonic_time ();
  sal_lab_job_answer (self, stretch);
}

/* Whatever else the processors do makes a mini-batch slower, never faster. */
static void
time_mini_batch (PredictionsJob *self,
                 gint64          microseconds,
                 gsize           n)
{
  const double seconds = (double) MAX (microseconds, 1) / G_USEC_PER_SEC / (double) n;

  if (self->seconds == 0 || seconds < self->seconds)
    self->seconds = seconds;
}

static gboolean
step_predictions (SalLabCore *core,
                  SalLabJob  *job)
{
  PredictionsJob *self = (PredictionsJob *) job;
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  const SalBits bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);
  const gsize total = state->test.count;
  const gsize n = MIN (total - self->done, sal_lab_mini_batch (state, PASSES, BATCH_CAPACITY));
  g_autofree char *message = NULL;
  guint32 indices[BATCH_CAPACITY];
  gint16 labels[BATCH_CAPACITY];
  guint64 packed_bytes;

  if (sal_lab_model_is_forgotten (self->model, 1))
    return FALSE;
  /* A network that is looked at is about to be asked about its bits, and who
   * drags a slider should not wait for its calibration. */
  if (!self->calibrated && !nn_model_has_pact (sal_lab_model_get_model (self->model))) {
    self->calibrated = TRUE;
    if (state->problem == NULL && sal_lab_core_get_pool (core) != NULL)
      sal_lab_model_get_with_pact (self->model, sal_lab_core_get_pool (core), &message);
    return TRUE;
  }
  for (gsize i = 0; i < n; i++)
    indices[i] = (guint32) (self->done + i);

  const gint64 begin = g_get_monotonic_time ();

  /* A network that cannot be run has no predictions. */
  if (!predict (core, state, &bits, indices, n, labels, &packed_bytes, &message))
    return FALSE;
  time_mini_batch (self, g_get_monotonic_time () - begin, n);
  g_array_append_vals (self->labels, labels, (guint) n);
  self->done += n;
  if (self->done == total ||
      g_get_monotonic_time () - self->answered_at >= ANSWER_INTERVAL)
    send_stretch (self);
  return self->done < total;
}

static void
deliver_predictions (SalLabJob *job,
                     gpointer   answer)
{
  SalLabModel *model = ((PredictionsJob *) job)->model;
  const Stretch *stretch = answer;

  sal_lab_model_set_predictions (model, stretch->first, (const gint16 *) stretch->labels->data,
                                 stretch->labels->len, stretch->seconds);
  sal_lab_emit_predictions (job->lab, model);
}

static void
free_predictions (SalLabJob *job)
{
  PredictionsJob *self = (PredictionsJob *) job;

  g_array_unref (self->labels);
  sal_lab_model_unref (self->model);
}

static const SalLabJobKind predictions_kind = {
  .name = "predictions",
  .desk = SAL_LAB_BACK,
  .step = step_predictions,
  .deliver = deliver_predictions,
  .free_answer = free_stretch,
  .free = free_predictions,
};

void
sal_lab_predict_test (SalLab      *self,
                      SalLabModel *model)
{
  if (!sal_lab_model_claim_predictions (model))
    return;

  PredictionsJob *job = sal_lab_job_new (&predictions_kind, sizeof *job, SAL_LAB_LONG, NULL, NULL);
  g_autofree char *slot = g_strdup_printf ("%p", (void *) model);

  job->model = sal_lab_model_ref (model);
  job->labels = g_array_new (FALSE, FALSE, sizeof (gint16));
  sal_lab_ask (self, slot, job);
}
