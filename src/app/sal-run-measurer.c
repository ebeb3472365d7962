/* sal-run-measurer.c - what is measured of runs once they are trained
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-measurer.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-saliency.h"
#include "nn/nn-statistics.h"
#include "sal-page-runs.h"
#include "sal-words.h"

#define SLOT "compare"

/* What is known of one run. */
typedef struct
{
  SalRunItem*run;
  SalRunMeasure measure;
  char*message;
} Entry;

struct _SalRunMeasurer
{
  GObject parent_instance;

  SalSession*session;
  GHashTable*entries;    /* SalRunItem -> Entry                               */
  GPtrArray*queue;       /* SalRunItem                                        */
  guint position;        /* in the queue, of the one that is measured         */
};

enum
{
  PROP_RUNNING = 1,
  N_PROPS,
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static GParamSpec*properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalRunMeasurer,sal_run_measurer,G_TYPE_OBJECT)

static void advance (SalRunMeasurer *self);

/* --- what the network says --------------------------------------------------- */

/* Of the test images, those that are predicted rightly; only when all are
 * predicted. */
static gboolean
count_correct (SalLabModel *model,
               gsize       *correct)
{
  const NnImages*test = sal_dataset_get_test (sal_lab_model_get_dataset (model));
  const gint16 *predicted = sal_lab_model_get_predictions (model);

  *correct = 0;
  if (sal_lab_model_get_n_predicted (model) < test->count)
    return FALSE;
  for (gsize i = 0; i < test->count; i++)
    *correct += predicted[i] == test->labels[i];
  return TRUE;
}

static void
read_accuracy (Entry       *entry,
               SalLabModel *model)
{
  SalRunMeasure *measure = &entry->measure;
  gsize correct = 0;

  measure->accuracy = sal_run_item_get_test_accuracy (entry->run);
  if (model == NULL)
    return;
  measure->n_images = sal_dataset_get_test (sal_lab_model_get_dataset (model))->count;
  if (count_correct (model, &correct) && !isfinite (measure->accuracy))
    measure->accuracy = (double) correct / (double) measure->n_images;
  if (isfinite (measure->accuracy))
    nn_wilson_interval ((size_t) rint (measure->accuracy * (double) measure->n_images),
                        measure->n_images, &measure->lower, &measure->upper);
}

static void
read_model (Entry *entry)
{
  SalLabModel *model = sal_run_item_get_model (entry->run);

  read_accuracy (entry, model);
  if (model == NULL)
    return;
  entry->measure.packed_bytes = nn_model_packed_bytes (sal_lab_model_get_model (model));
  if (sal_lab_model_get_seconds (model) > 0)
    entry->measure.seconds = sal_lab_model_get_seconds (model);
}

static Entry *
get_entry (SalRunMeasurer *self,
           SalRunItem     *run)
{
  return g_hash_table_lookup (self->entries, run);
}

static void
forget_area (Entry *entry)
{
  entry->measure.area = NAN;
  entry->measure.area_done = 0;
  entry->measure.area_total = 0;
  entry->measure.message = NULL;
  g_clear_pointer (&entry->message, g_free);
}

/* Another network: that of a run that is being trained changes. */
static void
model_changed_cb (SalRunMeasurer *self,
                  GParamSpec     *pspec,
                  SalRunItem     *run)
{
  Entry *entry = get_entry (self, run);

  forget_area (entry);
  read_model (entry);
  g_signal_emit (self, signals[CHANGED], 0, run);
  if (sal_run_measurer_is_running (self))
    advance (self);
}

static void
summary_changed_cb (SalRunMeasurer *self,
                    GParamSpec     *pspec,
                    SalRunItem     *run)
{
  read_model (get_entry (self, run));
  g_signal_emit (self, signals[CHANGED], 0, run);
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->run);
  g_free (entry->message);
  g_free (entry);
}

static Entry *
add_entry (SalRunMeasurer *self,
           SalRunItem     *run)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->run = g_object_ref (run);
  entry->measure.seconds = NAN;
  entry->measure.lower = NAN;
  entry->measure.upper = NAN;
  forget_area (entry);
  read_model (entry);
  g_hash_table_insert (self->entries, run, entry);
  g_signal_connect_object (run, "notify::model", G_CALLBACK (model_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::summary", G_CALLBACK (summary_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return entry;
}

const SalRunMeasure *
sal_run_measurer_get (SalRunMeasurer *self,
                      SalRunItem     *run)
{
  g_return_val_if_fail (SAL_IS_RUN_MEASURER (self), NULL);
  g_return_val_if_fail (SAL_IS_RUN_ITEM (run), NULL);

  Entry *entry = get_entry (self, run);

  return &(entry != NULL ? entry : add_entry (self, run))->measure;
}

gboolean
sal_run_measurer_lacks (SalRunMeasurer *self,
                        SalRunItem     *run)
{
  const SalRunMeasure *measure = sal_run_measurer_get (self, run);

  if (sal_run_item_get_model (run) == NULL && !sal_session_has_network (self->session, run))
    return FALSE;
  return measure->message == NULL
         && (measure->area_total == 0 || measure->area_done < measure->area_total
             || !isfinite (measure->seconds) || !isfinite (measure->accuracy));
}

static void
predictions_grown_cb (SalRunMeasurer *self,
                      gpointer        model)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;

    if (sal_run_item_get_model (entry->run) != model)
      continue;
    read_model (entry);
    g_signal_emit (self, signals[CHANGED], 0, entry->run);
    return;
  }
}

/* --- the queue --------------------------------------------------------------- */

gboolean
sal_run_measurer_is_running (SalRunMeasurer *self)
{
  g_return_val_if_fail (SAL_IS_RUN_MEASURER (self), FALSE);

  return self->position < self->queue->len;
}

static SalRunItem *
current_run (SalRunMeasurer *self)
{
  return sal_run_measurer_is_running (self) ? g_ptr_array_index (self->queue, self->position)
         : NULL;
}

char *
sal_run_measurer_get_progress (SalRunMeasurer *self)
{
  g_return_val_if_fail (SAL_IS_RUN_MEASURER (self), NULL);

  SalRunItem *run = current_run (self);

  if (run == NULL)
    return g_strdup ("");

  const SalRunMeasure *measure = sal_run_measurer_get (self, run);
  g_autofree char *name = sal_page_name_run (run);
  g_autofree char *done = sal_words_count ((gint64) measure->area_done);
  g_autofree char *total = sal_words_count ((gint64) measure->area_total);

  if (measure->area_total == 0)
    return g_strdup_printf (_("%s: loading · run %u of %u"), name, self->position + 1,
                            self->queue->len);
  return g_strdup_printf (_("%s: %s of %s images · run %u of %u"), name, done, total,
                          self->position + 1, self->queue->len);
}

static void
finish_run (SalRunMeasurer *self)
{
  self->position++;
  advance (self);
}

static void
keep_curve (SalRunMeasure        *measure,
            const SalCurveAnswer *answer)
{
  measure->n_levels = answer->n_levels;
  for (gsize i = 0; i < answer->n_levels; i++) {
    measure->shares[i] = 100 * answer->levels[i];
    measure->accuracies[i] = 100 * answer->accuracy[i];
    measure->lowers[i] = 100 * answer->lower[i];
    measure->uppers[i] = 100 * answer->upper[i];
  }
}

static void
answered_cb (const SalCurveAnswer *answer,
             gpointer              data)
{
  SalRunMeasurer *self = data;
  SalRunItem *run = current_run (self);
  Entry *entry = run == NULL ? NULL : get_entry (self, run);

  if (entry == NULL)
    return;
  g_free (entry->message);
  entry->message = g_strdup (answer->message);
  entry->measure.message = entry->message;
  entry->measure.area = answer->message == NULL ? answer->area : NAN;
  entry->measure.area_done = answer->done;
  entry->measure.area_total = answer->total;
  keep_curve (&entry->measure, answer);
  g_signal_emit (self, signals[CHANGED], 0, run);
  if (answer->message != NULL || answer->done == answer->total)
    finish_run (self);
}

static void
measure (SalRunMeasurer *self,
         SalLabModel    *model)
{
  SalLab *lab = sal_session_get_lab (self->session);
  const SalCurveRequest request = {
    .model = model,
    .bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED),
    .method = nn_saliency_method (0)->name,
    .fill = NN_FILL_BACKGROUND,
    .order = NN_ORDER_MOST_SALIENT_FIRST,
  };

  sal_lab_predict_test (lab, model);
  sal_lab_mask_curves (lab, SLOT,&request,1,0,answered_cb,self);
}

/* The next run that lacks something; its network is loaded first. */
static void
advance (SalRunMeasurer *self)
{
  while (self->position < self->queue->len
         && !sal_run_measurer_lacks (self,current_run (self)))
    self->position++;

  SalRunItem *run = current_run (self);

  if (run == NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  else if (sal_run_item_get_model (run) != NULL)
    measure (self, sal_run_item_get_model (run));
  else
    sal_session_request_model (self->session, run);
}

void
sal_run_measurer_start (SalRunMeasurer *self,
                        GPtrArray      *runs)
{
  g_return_if_fail (SAL_IS_RUN_MEASURER (self));

  if (sal_session_get_lab (self->session) == NULL)
    return;
  g_ptr_array_set_size (self->queue, 0);
  for (guint i = 0; i < runs->len; i++)
    if (sal_run_measurer_lacks (self, g_ptr_array_index (runs, i)))
      g_ptr_array_add (self->queue, g_object_ref (g_ptr_array_index (runs, i)));
  self->position = 0;
  if (self->queue->len == 0)
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  advance (self);
}

void
sal_run_measurer_stop (SalRunMeasurer *self)
{
  g_return_if_fail (SAL_IS_RUN_MEASURER (self));

  SalLab *lab = sal_session_get_lab (self->session);

  if (lab != NULL)
    sal_lab_cancel (lab, SLOT);
  if (!sal_run_measurer_is_running (self))
    return;
  g_ptr_array_set_size (self->queue,0);
  g_object_notify_by_pspec (G_OBJECT (self),properties[PROP_RUNNING]);
}

/* The session has said what is wrong with a file; the others can be
 * measured. */
static void
failed_cb (SalRunMeasurer *self)
{
  SalRunItem*run = current_run (self);

  if (run != NULL && sal_run_item_get_model (run) == NULL)
    finish_run (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_run_measurer_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (id) {
  case PROP_RUNNING:
    g_value_set_boolean (value,sal_run_measurer_is_running (SAL_RUN_MEASURER (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_run_measurer_dispose (GObject *object)
{
  SalRunMeasurer *self = SAL_RUN_MEASURER (object);

  if (self->session != NULL)
    sal_run_measurer_stop (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sal_run_measurer_parent_class)->dispose (object);
}

static void
sal_run_measurer_finalize (GObject *object)
{
  SalRunMeasurer *self = SAL_RUN_MEASURER (object);

  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->queue);
  G_OBJECT_CLASS (sal_run_measurer_parent_class)->finalize (object);
}

static void
sal_run_measurer_class_init (SalRunMeasurerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_run_measurer_get_property;
  object_class->dispose = sal_run_measurer_dispose;
  object_class->finalize = sal_run_measurer_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_RUN_MEASURER, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, SAL_TYPE_RUN_ITEM);
}

static void
sal_run_measurer_init (SalRunMeasurer *self)
{
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, free_entry);
  self->queue = g_ptr_array_new_with_free_func (g_object_unref);
}

SalRunMeasurer *
sal_run_measurer_new (SalSession *session)
{
  SalRunMeasurer *self = g_object_new (SAL_TYPE_RUN_MEASURER, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (sal_session_get_lab (session), "predictions",
                           G_CALLBACK (predictions_grown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
