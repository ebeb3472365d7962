/* sal-run-record.c - the curves of one run, ready for charts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-record.h"

struct _SalRunRecord
{
  GObject    parent_instance;

  PlotTrace *traces[SAL_N_CURVES];
  PlotTrace *alphas[SAL_RUN_MAX_ALPHAS];
  gsize      n_alphas;
  gsize      length;
  gint64     last_step;
  double     steps_per_epoch;
  GArray    *marks;    /* PlotMark, labels owned */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalRunRecord, sal_run_record, G_TYPE_OBJECT)

/* Which member of a metric a curve shows, and in what unit. */
static const struct
{
  gsize    offset;
  double   unit;
  gboolean sparse;   /* NaN means "not measured here", not a gap */
  gboolean smoothed;
} curves[SAL_N_CURVES] = {
  [SAL_CURVE_CE] = { G_STRUCT_OFFSET (SalMetric, ce), 1, FALSE, TRUE },
  [SAL_CURVE_KL] = { G_STRUCT_OFFSET (SalMetric, kl), 1, FALSE, TRUE },
  [SAL_CURVE_TRAIN_ACCURACY] = { G_STRUCT_OFFSET (SalMetric, train_accuracy), 100, FALSE, TRUE },
  [SAL_CURVE_VALIDATION_ACCURACY] = { G_STRUCT_OFFSET (SalMetric, validation_accuracy), 100, TRUE },
  [SAL_CURVE_VALIDATION_CE] = { G_STRUCT_OFFSET (SalMetric, validation_ce), 1, TRUE },
  [SAL_CURVE_LEARNING_RATE] = { G_STRUCT_OFFSET (SalMetric, learning_rate), 1 },
  [SAL_CURVE_IMAGES_PER_SECOND] = { G_STRUCT_OFFSET (SalMetric, images_per_second), 1 },
};

gsize
sal_run_record_length (SalRunRecord *self)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), 0);

  return self->length;
}

gsize
sal_run_record_n_alphas (SalRunRecord *self)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), 0);

  return self->n_alphas;
}

PlotTrace *
sal_run_record_trace (SalRunRecord *self,
                      SalCurve      curve)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), NULL);

  return self->traces[curve];
}

PlotTrace *
sal_run_record_alpha (SalRunRecord *self,
                      gsize         index)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), NULL);

  return index < self->n_alphas ? self->alphas[index] : NULL;
}

static void
append_metric (SalRunRecord    *self,
               const SalMetric *metric,
               const float     *alphas)
{
  for (int curve = 0; curve < SAL_N_CURVES; curve++) {
    const double value = G_STRUCT_MEMBER (double, metric, curves[curve].offset);

    if (!curves[curve].sparse || isfinite (value))
      plot_trace_append (self->traces[curve], metric->step, curves[curve].unit * value);
  }
  for (gsize i = 0; alphas != NULL && i < self->n_alphas; i++)
    plot_trace_append (self->alphas[i], metric->step, alphas[i]);
  self->last_step = metric->step;
  if (metric->epoch > 0)
    self->steps_per_epoch = (double) metric->step / metric->epoch;
  self->length++;
}

/* Forgets what was recorded at `step` and later. */
static void
truncate_record (SalRunRecord *self,
                 gint64        step)
{
  for (int curve = 0; curve < SAL_N_CURVES; curve++)
    plot_trace_truncate (self->traces[curve], step - 1);
  for (gsize i = 0; i < self->n_alphas; i++)
    plot_trace_truncate (self->alphas[i], step - 1);
  self->length = plot_trace_length (self->traces[SAL_CURVE_CE]);
  for (guint i = self->marks->len; i > 0; i--)
    if (g_array_index (self->marks, PlotMark, i - 1).x > (double) step)
      g_array_remove_index (self->marks, i - 1);
}

void
sal_run_record_append (SalRunRecord    *self,
                       const SalMetric *metrics,
                       gsize            n,
                       const float     *alphas,
                       gsize            n_alphas)
{
  g_return_if_fail (SAL_IS_RUN_RECORD (self));
  g_return_if_fail (n_alphas <= SAL_RUN_MAX_ALPHAS);

  if (n == 0)
    return;
  while (self->n_alphas < n_alphas)
    self->alphas[self->n_alphas++] = plot_trace_new ();
  if (self->length > 0 && metrics[0].step <= self->last_step)
    truncate_record (self, metrics[0].step);
  for (gsize i = 0; i < n; i++)
    append_metric (self, &metrics[i], alphas == NULL ? NULL : &alphas[i * n_alphas]);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
sal_run_record_set_smoothing (SalRunRecord *self,
                              double        weight)
{
  g_return_if_fail (SAL_IS_RUN_RECORD (self));

  for (int curve = 0; curve < SAL_N_CURVES; curve++) {
    if (curves[curve].smoothed)
      plot_trace_set_smoothing (self->traces[curve], weight);
  }
}

void
sal_run_record_mark (SalRunRecord *self,
                     double        step,
                     const char   *label)
{
  g_return_if_fail (SAL_IS_RUN_RECORD (self));

  const PlotMark mark = { .x = step, .label = g_strdup (label) };

  g_array_append_val (self->marks, mark);
  g_signal_emit (self, signals[CHANGED], 0);
}

double
sal_run_record_get_steps_per_epoch (SalRunRecord *self)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), 0);

  return self->steps_per_epoch;
}

const PlotMark *
sal_run_record_marks (SalRunRecord *self,
                      gsize        *n)
{
  g_return_val_if_fail (SAL_IS_RUN_RECORD (self), NULL);

  *n = self->marks->len;
  return (const PlotMark *) (gpointer) self->marks->data;
}

static void
sal_run_record_finalize (GObject *object)
{
  SalRunRecord *self = SAL_RUN_RECORD (object);

  for (int curve = 0; curve < SAL_N_CURVES; curve++)
    plot_trace_free (self->traces[curve]);
  for (gsize i = 0; i < self->n_alphas; i++)
    plot_trace_free (self->alphas[i]);
  g_array_unref (self->marks);
  G_OBJECT_CLASS (sal_run_record_parent_class)->finalize (object);
}

static void
sal_run_record_class_init (SalRunRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_run_record_finalize;

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_RUN_RECORD, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
clear_mark (gpointer data)
{
  g_free ((char *) ((PlotMark *) data)->label);
}

static void
sal_run_record_init (SalRunRecord *self)
{
  for (int curve = 0; curve < SAL_N_CURVES; curve++)
    self->traces[curve] = plot_trace_new ();
  self->marks = g_array_new (FALSE, FALSE, sizeof (PlotMark));
  g_array_set_clear_func (self->marks, clear_mark);
}

SalRunRecord *
sal_run_record_new (void)
{
  return g_object_new (SAL_TYPE_RUN_RECORD, NULL);
}
