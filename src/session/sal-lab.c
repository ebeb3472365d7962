/* sal-lab.c - the lab's thread, its queue and the way back to the main thread
 *
 * One mutex guards the queue and the outbox; it is never held while anything
 * is computed or called back.  The lab thread runs at normal priority, so
 * that it goes before training, which is nice.  Cancelling happens on the
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

struct _SalLab
{
  GObject         parent_instance;

  int             threads;
  pthread_t       thread;
  gboolean        running;    /* main thread                                  */
  GHashTable     *slots;      /* main thread: key of a job to the job         */
  GSource        *source;     /* wakes the main context; ready when asked     */
  guint64         last_ticket;

  pthread_mutex_t mutex;      /* guards what follows                          */
  pthread_cond_t  wake;
  gboolean        stopping;
  GQueue          queues[SAL_LAB_N_PRIORITIES];
  GQueue          outbox;     /* Letter                                       */
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

/* ---- the lab thread ------------------------------------------------------ */

/* Takes the next question off the queues, or NULL. The mutex is held. */
static SalLabJob *
take_job (SalLab *self)
{
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    if (!g_queue_is_empty (&self->queues[i]))
      return g_queue_pop_head (&self->queues[i]);
  return NULL;
}

static gboolean
is_idle (SalLab *self)
{
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    if (!g_queue_is_empty (&self->queues[i]))
      return FALSE;
  return TRUE;
}

static void
count_step (SalLab        *self,
            SalLabJob     *job,
            SalLabPriority priority)
{
  SalLabStatistics *statistics = &self->statistics;

  if (priority != SAL_LAB_QUICK)
    statistics->long_steps++;
  if (job->asked_at == G_MAXUINT64)
    return;
  statistics->started++;
  if (priority == SAL_LAB_QUICK)
    statistics->longest_wait = MAX (statistics->longest_wait,
                                    statistics->long_steps - job->asked_at);
  job->asked_at = G_MAXUINT64;
}

/* Quick questions go on at once; those of longer ones take turns. */
static void
put_back (SalLab    *self,
          SalLabJob *job)
{
  if (job->priority == SAL_LAB_QUICK)
    g_queue_push_head (&self->queues[job->priority], job);
  else
    g_queue_push_tail (&self->queues[job->priority], job);
}

/* One mini-batch of `job`. The mutex is held before and after. */
static void
do_step (SalLab     *self,
         SalLabCore *core,
         SalLabJob  *job)
{
  if (atomic_load (&job->cancelled)) {
    pthread_mutex_unlock (&self->mutex);
    job_unref (job);
    pthread_mutex_lock (&self->mutex);
    return;
  }
  count_step (self, job, job->priority);
  pthread_mutex_unlock (&self->mutex);

  const gboolean more = job->kind->step (core, job);

  pthread_mutex_lock (&self->mutex);
  if (more)
    put_back (self, job);
  else
    send_letter (self, job, NULL);
}

/* Or for the time to look whether models were dropped. The mutex is held. */
static void
wait_for_question (SalLab *self)
{
  struct timespec until;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += SWEEP_SECONDS;
  pthread_cond_timedwait (&self->wake, &self->mutex, &until);
}

static void *
run_lab (void *data)
{
  SalLab *self = data;
  SalLabCore *core = sal_lab_core_new (self->threads);

  pthread_mutex_lock (&self->mutex);
  while (!self->stopping) {
    SalLabJob *job = take_job (self);

    if (job != NULL) {
      do_step (self, core, job);
      continue;
    }
    pthread_mutex_unlock (&self->mutex);
    const guint models = sal_lab_core_sweep (core);
    pthread_mutex_lock (&self->mutex);
    self->statistics.models = models;
    if (!self->stopping && is_idle (self))
      wait_for_question (self);
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

  g_return_val_if_fail (SAL_IS_LAB (self) && self->running && slot != NULL, 0);
  asked->lab = self;
  asked->ticket = ++self->last_ticket;
  asked->key = g_strconcat (asked->kind->name, "/", slot, NULL);
  g_hash_table_replace (self->slots, asked->key, job_ref (asked));

  const guint64 ticket = asked->ticket;

  pthread_mutex_lock (&self->mutex);
  asked->asked_at = self->statistics.long_steps;
  self->statistics.asked++;
  g_queue_push_tail (&self->queues[asked->priority], asked);
  pthread_cond_signal (&self->wake);
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

SalLabStatistics
sal_lab_get_statistics (SalLab *self)
{
  pthread_mutex_lock (&self->mutex);
  const SalLabStatistics statistics = self->statistics;
  pthread_mutex_unlock (&self->mutex);
  return statistics;
}

static void
stop_thread (SalLab *self)
{
  if (!self->running)
    return;
  pthread_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);
  self->running = FALSE;
}

static void
sal_lab_dispose (GObject *object)
{
  SalLab *self = SAL_LAB (object);

  stop_thread (self);
  g_clear_pointer (&self->slots, g_hash_table_unref);
  if (self->source != NULL) {
    g_source_destroy (self->source);
    g_clear_pointer (&self->source, g_source_unref);
  }
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    g_queue_clear_full (&self->queues[i], job_unref);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) free_letter);
  G_OBJECT_CLASS (sal_lab_parent_class)->dispose (object);
}

static void
sal_lab_finalize (GObject *object)
{
  SalLab *self = SAL_LAB (object);

  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->wake);
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
sal_lab_init (SalLab *self)
{
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->wake, &attributes);
  pthread_condattr_destroy (&attributes);
  pthread_mutex_init (&self->mutex, NULL);
  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, job_cancel_and_unref);
  for (guint i = 0; i < SAL_LAB_N_PRIORITIES; i++)
    g_queue_init (&self->queues[i]);
  g_queue_init (&self->outbox);

  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

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
  if (pthread_create (&self->thread, NULL, run_lab, self) != 0)
    g_error ("could not start the thread that answers questions");
  self->running = TRUE;
  return self;
}

void
sal_lab_emit_predictions (SalLab      *self,
                          SalLabModel *model)
{
  g_signal_emit (self, signals[SIGNAL_PREDICTIONS], 0, model);
}
