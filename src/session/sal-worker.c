/* sal-worker.c - the main thread's side of the worker
 *
 * Commands go into a queue, snapshots come out of the mailbox.  One source
 * lives as long as the worker and is made ready by each new snapshot, so that
 * however fast snapshots come, one dispatch at most is waiting.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-worker.h"

#include "sal-worker-private.h"

struct _SalWorker
{
  GObject        parent_instance;

  SalWorkerLink  link;
  pthread_t      thread;
  gboolean       is_running;    /* the thread, until dispose                  */
  GCancellable  *opening;       /* of the newest start or resume              */
  guint64        generation;    /* of the newest start or resume              */
  SalWorkerState state;         /* of the last snapshot taken                 */
};

enum
{
  SIGNAL_SNAPSHOT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalWorker, sal_worker, G_TYPE_OBJECT)

void
sal_command_free (SalCommand *command)
{
  g_clear_object (&command->cancellable);
  g_free (command);
}

/* ---- commands -------------------------------------------------------------- */

/* Takes `command`. */
static void
send (SalWorker  *self,
      SalCommand *command)
{
  pthread_mutex_lock (&self->link.mutex);
  g_queue_push_tail (&self->link.commands, command);
  pthread_cond_signal (&self->link.wake);
  pthread_mutex_unlock (&self->link.mutex);
}

static SalCommand *
new_command (SalCommandKind kind)
{
  SalCommand *command = g_new0 (SalCommand, 1);

  command->kind = kind;
  return command;
}

static void
give_up_opening (SalWorker *self)
{
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
}

/* From here on snapshots of earlier runs are dropped. */
static SalCommand *
new_generation (SalWorker     *self,
                SalCommandKind kind)
{
  SalCommand *command = new_command (kind);

  give_up_opening (self);
  self->opening = g_cancellable_new ();
  command->generation = ++self->generation;
  command->cancellable = g_object_ref (self->opening);
  return command;
}

void
sal_worker_start (SalWorker       *self,
                  const SalRecipe *recipe)
{
  SalCommand *command = new_generation (self, SAL_COMMAND_START);

  command->recipe = *recipe;
  send (self, command);
}

void
sal_worker_resume (SalWorker *self,
                   gint64     run)
{
  sal_worker_resume_at (self, run, 0);
}

void
sal_worker_resume_at (SalWorker *self,
                      gint64     run,
                      double     learning_rate)
{
  SalCommand *command = new_generation (self, SAL_COMMAND_RESUME);

  command->run = run;
  command->learning_rate = learning_rate;
  send (self, command);
}

void
sal_worker_pause (SalWorker *self)
{
  send (self, new_command (SAL_COMMAND_PAUSE));
}

void
sal_worker_go_on (SalWorker *self)
{
  send (self, new_command (SAL_COMMAND_GO_ON));
}

void
sal_worker_stop (SalWorker *self)
{
  give_up_opening (self);
  send (self, new_command (SAL_COMMAND_STOP));
}

void
sal_worker_set_bits (SalWorker *self,
                     int        weight_bits,
                     int        activation_bits)
{
  SalCommand *command = new_command (SAL_COMMAND_SET_BITS);

  command->weight_bits = weight_bits;
  command->activation_bits = activation_bits;
  send (self, command);
}

void
sal_worker_request_model (SalWorker *self)
{
  send (self, new_command (SAL_COMMAND_REQUEST_MODEL));
}

/* ---- snapshots --------------------------------------------------------------- */

SalSnapshot *
sal_worker_take_snapshot (SalWorker *self)
{
  SalSnapshot *snapshot = sal_mailbox_take (&self->link.mailbox);

  if (snapshot != NULL && snapshot->generation < self->generation)
    g_clear_pointer (&snapshot, sal_snapshot_unref);
  if (snapshot != NULL)
    self->state = snapshot->state;
  return snapshot;
}

SalWorkerState
sal_worker_get_state (SalWorker *self)
{
  return self->state;
}

/* The source is disarmed first: a snapshot that comes while handlers run arms
 * it again. */
static gboolean
news_dispatch (GSource    *source,
               GSourceFunc callback,
               gpointer    data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static gboolean
news_cb (gpointer data)
{
  SalWorker *self = data;

  g_object_ref (self);
  g_signal_emit (self, signals[SIGNAL_SNAPSHOT], 0);
  g_object_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSource *
new_source (SalWorker *self)
{
  static GSourceFuncs functions = { .dispatch = news_dispatch };
  GSource *source = g_source_new (&functions, sizeof (GSource));

  g_source_set_static_name (source, "SalWorker snapshot");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, news_cb, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* ---- life --------------------------------------------------------------------- */

SalWorker *
sal_worker_new (const char *home,
                int         threads)
{
  SalWorker *self = g_object_new (SAL_TYPE_WORKER, NULL);

  self->link.home = g_strdup (home);
  self->link.threads = threads;
  self->link.news = new_source (self);
  self->is_running = pthread_create (&self->thread, NULL, sal_worker_thread, &self->link) == 0;
  if (!self->is_running)
    g_error ("No thread can be started for training");
  return self;
}

/* Waits for the step at hand and the checkpoint after it. */
static void
join (SalWorker *self)
{
  if (!self->is_running)
    return;
  give_up_opening (self);
  send (self, new_command (SAL_COMMAND_QUIT));
  pthread_join (self->thread, NULL);
  self->is_running = FALSE;
}

static void
sal_worker_dispose (GObject *object)
{
  SalWorker *self = SAL_WORKER (object);

  join (self);
  if (self->link.news != NULL) {
    g_source_destroy (self->link.news);
    g_clear_pointer (&self->link.news, g_source_unref);
  }
  G_OBJECT_CLASS (sal_worker_parent_class)->dispose (object);
}

static void
sal_worker_finalize (GObject *object)
{
  SalWorker *self = SAL_WORKER (object);

  g_queue_clear_full (&self->link.commands, (GDestroyNotify) sal_command_free);
  pthread_mutex_destroy (&self->link.mutex);
  pthread_cond_destroy (&self->link.wake);
  sal_mailbox_clear (&self->link.mailbox);
  g_free (self->link.home);
  G_OBJECT_CLASS (sal_worker_parent_class)->finalize (object);
}

static void
sal_worker_class_init (SalWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sal_worker_dispose;
  object_class->finalize = sal_worker_finalize;
  signals[SIGNAL_SNAPSHOT] = g_signal_new ("snapshot", SAL_TYPE_WORKER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sal_worker_init (SalWorker *self)
{
  pthread_mutex_init (&self->link.mutex, NULL);
  pthread_cond_init (&self->link.wake, NULL);
  g_queue_init (&self->link.commands);
  sal_mailbox_init (&self->link.mailbox);
}
