/* sal-lab.c - the lab's threads, their queues and the way back
 *
 * There are two desks, each with a thread and a pool: one at normal priority,
 * which goes before training, for whoever waits; one that only takes what
 * training leaves, for what nobody waits for.  One mutex guards the queues
 * and the outbox; it is never held while anything is computed or called back.
 * Cancelling happens on the
 * main thread, where callbacks are made too: an answer that was sent before
 * its question was replaced is dropped there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <pthread.h>
#include <time.h>

/* How long a model that was dropped may stay while nothing is asked. */
#define SWEEP_SECONDS 1

/* How long after the last quick question nobody is dragging any more. */
#define STILL_MICROSECONDS (400 * G_TIME_SPAN_MILLISECOND)

/* An answer on its way, or the news that a question is finished. */
typedef struct
{
  SalLabJob *job;
  gpointer   answer; /* NULL: finished                                        */
} Letter;

/* Ready when a letter was sent. */
typedef struct
{
  GSource source;
  SalLab *lab;
} LetterSource;

/* A thread that answers, and what it has to do. */
typedef struct
{
  SalLab        *lab;
  int            niceness;
  pthread_t      thread;
  gboolean       running;   /* main thread                                    */
  pthread_cond_t wake;
  GQueue         queues[SAL_LAB_N_PRIORITIES];
  gint64         still_at;  /* when what waits for rest may go on             */
  guint          models;    /* held when it last had nothing to do            */
} Desk;

static const int niceness[SAL_LAB_N_DESKS] = {
  [SAL_LAB_FRONT] = 0,
  [SAL_LAB_BACK] = 19,
};

struct _SalLab
{
  GObject          parent_instance;

  int              threads;
  GHashTable      *slots;     /* main thread: key of a job to the job         */
  GSource         *source;    /* wakes the main context; ready when asked     */
  guint64          last_ticket;

  pthread_mutex_t  mutex;     /* guards what follows                          */
  gboolean         stopping;
  Desk             desks[SAL_LAB_N_DESKS];
  GQueue           outbox;    /* Letter                                       */
  SalLabStatistics statistics;
};

G_DEFINE_FINAL_TYPE (SalLab, sal_lab, G_TYPE_OBJECT)

enum
{
  SIGNAL_PREDICTIONS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

gpointer
sal_lab_job_new (const SalLabJobKind *kind,
                 gsize                size,
                 SalLabPriority       priority,
                 GCallback            callback,
                 gpointer             data)
{
  SalLabJob *job = g_malloc0 (size);

  job->kind = kind;
  job->priority = priority;
  atomic_init (&job->ref_count, 1);
  atomic_init (&job->cancelled, false);
  job->callback = callback;
  job->data = data;
  return job;
}

static SalLabJob *
job_ref (SalLabJob *job)
{
  atomic_fetch_add_explicit (&job->ref_count, 1, memory_order_relaxed);
  return job;
}

static void
job_unref (gpointer data)
{
  SalLabJob *job = data;

  if (atomic_fetch_sub_explicit (&job->ref_count, 1, memory_order_acq_rel) > 1)
    return;
  g_free (job->key);
  job->kind->free (job);
  g_free (job);
}

/* For the slot table: who leaves it is not answered any more. */
static void
job_cancel_and_unref (gpointer data)
{
  SalLabJob *job = data;

  atomic_store (&job->cancelled, true);
  job_unref (job);
}

/* Takes the job, and wakes the main context. The mutex is held. */
static void
send_letter (SalLab    *self,
             SalLabJob *job,
             gpointer   answer)
{
  Letter *letter = g_new (Letter, 1);

  letter->job = job;
  letter->answer = answer;
  g_queue_push_tail (&self->outbox, letter);
  g_source_set_ready_time (self->source, 0);
}

void
sal_lab_job_answer (gpointer job,
                    gpointer answer)
{
  SalLabJob *asked = job;
  SalLab *self = asked->lab;

  pthread_mutex_lock (&self->mutex);
  send_letter (self, job_ref (asked), answer);
  self->statistics.answers++;
  pthread_mutex_unlock (&self->mutex);
}

/* ---- the threads of the desks ------------------------------------------------------ */

/* Where the next question is, or NULL. The mutex is held. */
static GQueue *
find_queue (Desk *desk)
{
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    if (!g_queue_is_empty (&desk->queues[i])
        && (i != SAL_LAB_STILL || g_get_monotonic_time () >= desk->still_at))
      return &desk->queues[i];
  return NULL;
}

static void
count_step (SalLabStatistics *statistics,
            SalLabJob        *job)
{
  if (job->priority != SAL_LAB_QUICK && job->kind->desk == SAL_LAB_FRONT)
    statistics->long_steps++;
  if (job->asked_at == G_MAXUINT64)
    return;
  statistics->started++;
  if (job->priority == SAL_LAB_QUICK)
    statistics->longest_wait = MAX (statistics->longest_wait,
                                    statistics->long_steps - job->asked_at);
  job->asked_at = G_MAXUINT64;
}

/* Quick questions go on at once; those of longer ones take turns. */
static void
put_back (Desk      *desk,
          SalLabJob *job)
{
  if (job->priority == SAL_LAB_QUICK)
    g_queue_push_head (&desk->queues[job->priority], job);
  else
    g_queue_push_tail (&desk->queues[job->priority], job);
}

/* One mini-batch of `job`. The mutex is held before and after. */
static void
do_step (Desk       *desk,
         SalLabCore *core,
         SalLabJob  *job)
{
  SalLab *self = desk->lab;

  if (atomic_load (&job->cancelled)) {
    pthread_mutex_unlock (&self->mutex);
    job_unref (job);
    pthread_mutex_lock (&self->mutex);
    return;
  }
  count_step (&self->statistics, job);
  pthread_mutex_unlock (&self->mutex);

  const gboolean more = job->kind->step (core, job);

  pthread_mutex_lock (&self->mutex);
  if (more)
    put_back (desk, job);
  else
    send_letter (self, job, NULL);
}

/* Or for the time of one that waits for rest, or that to look whether models
 * were dropped.  The mutex is held. */
static void
wait_for_question (Desk *desk)
{
  const gint64 sweep_at = g_get_monotonic_time () + SWEEP_SECONDS * G_USEC_PER_SEC;
  const gint64 wake_at = g_queue_is_empty (&desk->queues[SAL_LAB_STILL])
                         ? sweep_at : MIN (sweep_at, desk->still_at);
  const struct timespec until = {
    .tv_sec = wake_at / G_USEC_PER_SEC,
    .tv_nsec = wake_at % G_USEC_PER_SEC * 1000,
  };

  pthread_cond_timedwait (&desk->wake, &desk->lab->mutex, &until);
}

static void *
run_desk (void *data)
{
  Desk *desk = data;
  SalLab *self = desk->lab;
  SalLabCore *core = sal_lab_core_new (self->threads, desk->niceness);

  nn_pool_be_nice (desk->niceness);
  pthread_mutex_lock (&self->mutex);
  while (!self->stopping) {
    GQueue *queue = find_queue (desk);

    if (queue != NULL) {
      do_step (desk, core, g_queue_pop_head (queue));
      continue;
    }
    pthread_mutex_unlock (&self->mutex);
    const guint models = sal_lab_core_sweep (core);
    pthread_mutex_lock (&self->mutex);
    desk->models = models;
    if (!self->stopping && find_queue (desk) == NULL)
      wait_for_question (desk);
  }
  pthread_mutex_unlock (&self->mutex);
  sal_lab_core_free (core);
  return NULL;
}

/* ---- the main thread ----------------------------------------------------- */

static void
free_letter (Letter *letter)
{
  if (letter->answer != NULL)
    letter->job->kind->free_answer (letter->answer);
  job_unref (letter->job);
  g_free (letter);
}

/* A callback may ask, cancel, and dispose of the lab. */
static void
open_letter (SalLab       *self,
             const Letter *letter)
{
  SalLabJob *job = letter->job;

  if (atomic_load (&job->cancelled))
    return;
  if (letter->answer != NULL)
    job->kind->deliver (job, letter->answer);
  else if (self->slots != NULL && g_hash_table_lookup (self->slots, job->key) == job)
    g_hash_table_remove (self->slots, job->key);
}

static gboolean
dispatch_letters (GSource    *source,
                  GSourceFunc callback,
                  gpointer    data)
{
  SalLab *self = ((LetterSource *) source)->lab;

  g_object_add_weak_pointer (G_OBJECT (self), (gpointer *) &self);
  g_source_set_ready_time (source, -1);
  pthread_mutex_lock (&self->mutex);
  GQueue letters = self->outbox;
  g_queue_init (&self->outbox);
  pthread_mutex_unlock (&self->mutex);

  for (Letter *letter; (letter = g_queue_pop_head (&letters)) != NULL;) {
    if (self != NULL)
      open_letter (self, letter);
    free_letter (letter);
  }
  if (self != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self), (gpointer *) &self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs letter_source_functions = { .dispatch = dispatch_letters };

guint64
sal_lab_ask (SalLab     *self,
             const char *slot,
             gpointer    job)
{
  SalLabJob *asked = job;

  g_return_val_if_fail (SAL_IS_LAB (self) && self->slots != NULL && slot != NULL, 0);
  asked->lab = self;
  asked->ticket = ++self->last_ticket;
  asked->key = g_strconcat (asked->kind->name, "/", slot, NULL);
  g_hash_table_replace (self->slots, asked->key, job_ref (asked));

  const guint64 ticket = asked->ticket;
  Desk *desk = &self->desks[asked->kind->desk];

  pthread_mutex_lock (&self->mutex);
  asked->asked_at = self->statistics.long_steps;
  if (asked->priority == SAL_LAB_QUICK)
    desk->still_at = g_get_monotonic_time () + STILL_MICROSECONDS;
  self->statistics.asked++;
  g_queue_push_tail (&desk->queues[asked->priority], asked);
  pthread_cond_signal (&desk->wake);
  pthread_mutex_unlock (&self->mutex);
  return ticket;
}

static gboolean
is_in_slot (gpointer key,
            gpointer job,
            gpointer slot)
{
  return g_str_equal (strchr (key, '/') + 1, slot);
}

void
sal_lab_cancel (SalLab     *self,
                const char *slot)
{
  g_return_if_fail (SAL_IS_LAB (self) && slot != NULL);
  if (self->slots != NULL)
    g_hash_table_foreach_remove (self->slots, is_in_slot, (gpointer) slot);
}

gboolean
sal_lab_is_busy (SalLab *self)
{
  g_return_val_if_fail (SAL_IS_LAB (self), FALSE);

  return self->slots != NULL && g_hash_table_size (self->slots) > 0;
}

SalLabStatistics
sal_lab_get_statistics (SalLab *self)
{
  pthread_mutex_lock (&self->mutex);
  SalLabStatistics statistics = self->statistics;
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    statistics.models += self->desks[i].models;
  pthread_mutex_unlock (&self->mutex);
  return statistics;
}

static void
stop_desks (SalLab *self)
{
  pthread_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    pthread_cond_signal (&self->desks[i].wake);
  pthread_mutex_unlock (&self->mutex);
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    if (self->desks[i].running) {
      pthread_join (self->desks[i].thread, NULL);
      self->desks[i].running = FALSE;
    }
}

static void
sal_lab_dispose (GObject *object)
{
  SalLab *self = SAL_LAB (object);

  stop_desks (self);
  g_clear_pointer (&self->slots, g_hash_table_unref);
  if (self->source != NULL) {
    g_source_destroy (self->source);
    g_clear_pointer (&self->source, g_source_unref);
  }
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    for (guint j = 0; j < SAL_LAB_N_PRIORITIES; j++)
      g_queue_clear_full (&self->desks[i].queues[j], job_unref);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) free_letter);
  G_OBJECT_CLASS (sal_lab_parent_class)->dispose (object);
}

static void
sal_lab_finalize (GObject *object)
{
  SalLab *self = SAL_LAB (object);

  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    pthread_cond_destroy (&self->desks[i].wake);
  pthread_mutex_destroy (&self->mutex);
  G_OBJECT_CLASS (sal_lab_parent_class)->finalize (object);
}

static void
sal_lab_class_init (SalLabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sal_lab_dispose;
  object_class->finalize = sal_lab_finalize;

  signals[SIGNAL_PREDICTIONS] =
    g_signal_new ("predictions", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
init_desk (SalLab *self,
           Desk   *desk,
           int     nice)
{
  pthread_condattr_t attributes;

  desk->lab = self;
  desk->niceness = nice;
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&desk->wake, &attributes);
  pthread_condattr_destroy (&attributes);
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    g_queue_init (&desk->queues[i]);
}

static void
sal_lab_init (SalLab *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  pthread_mutex_init (&self->mutex, NULL);
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++)
    init_desk (self, &self->desks[i], niceness[i]);
  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, job_cancel_and_unref);
  g_queue_init (&self->outbox);

  self->source = g_source_new (&letter_source_functions, sizeof (LetterSource));
  ((LetterSource *) self->source)->lab = self;
  g_source_set_name (self->source, "SalLab answers");
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_attach (self->source, context);
}

SalLab *
sal_lab_new (int threads)
{
  SalLab *self = g_object_new (SAL_TYPE_LAB, NULL);

  self->threads = threads;
  for (guint i = 0; i < SAL_LAB_N_DESKS; i++) {
    if (pthread_create (&self->desks[i].thread, NULL, run_desk, &self->desks[i]) != 0)
      g_error ("could not start a thread that answers questions");
    self->desks[i].running = TRUE;
  }
  return self;
}

void
sal_lab_emit_predictions (SalLab      *self,
                          SalLabModel *model)
{
  g_signal_emit (self, signals[SIGNAL_PREDICTIONS], 0, model);
}
