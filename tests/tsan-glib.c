/* tsan-glib.c - tells ThreadSanitizer what GLib's own locks order
 *
 * GLib is not instrumented, and its locks are futexes: what one thread hands to
 * another through GTask, GMutex or a thread pool looks like a race.  The suite
 * "tsan" preloads this library, which stands before the functions that are such
 * a hand-over, names the order to ThreadSanitizer, and calls GLib's.  Every
 * program of a test loads it, the shells too: it is linked with neither.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdlib.h>

/* Of ThreadSanitizer, where the program has it.  What one thread did before
 * it releases an address, another sees after it acquires it. */
void __tsan_acquire (void *address) __attribute__ ((weak));
void __tsan_release (void *address) __attribute__ ((weak));

static void
acquire (gconstpointer address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire ((void *) address);
}

static void
release (gconstpointer address)
{
  if (__tsan_release != NULL)
    __tsan_release ((void *) address);
}

/* GLib's own function of this name. */
#define REAL(name) ((typeof (&name))find (&found_ ## name, #name))

static void *
find (void      **found,
      const char *name)
{
  if (__atomic_load_n (found, __ATOMIC_ACQUIRE) == NULL)
    __atomic_store_n (found, dlsym (RTLD_NEXT, name), __ATOMIC_RELEASE);
  return *found;
}

/* ---- locks ------------------------------------------------------------------ */

static void *found_g_mutex_lock;
static void *found_g_mutex_trylock;
static void *found_g_mutex_unlock;
static void *found_g_cond_wait;
static void *found_g_cond_wait_until;

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  const gboolean locked = REAL (g_mutex_trylock) (mutex);

  if (locked)
    acquire (mutex);
  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond  *cond,
             GMutex *mutex)
{
  release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end)
{
  release (mutex);

  const gboolean signalled = REAL (g_cond_wait_until) (cond, mutex, end);

  acquire (mutex);
  return signalled;
}

/* ---- objects ---------------------------------------------------------------- */

static void *found_g_object_new_valist;
static void *found_g_object_unref;

/* Who makes an object sees its class, whoever initialised that. */
gpointer
g_object_new (GType       type,
              const char *first_property,
              ...)
{
  va_list properties;

  va_start (properties, first_property);

  gpointer object = REAL (g_object_new_valist) (type, first_property, properties);

  va_end (properties);
  acquire (GSIZE_TO_POINTER (type));
  release (GSIZE_TO_POINTER (type));
  return object;
}

/* Who drops the last reference sees what the others did before they dropped
 * theirs. */
void
g_object_unref (gpointer object)
{
  acquire (object);
  release (object);
  REAL (g_object_unref) (object);
}

/* ---- pools of threads ------------------------------------------------------- */

static void *found_g_thread_pool_new;
static void *found_g_thread_pool_push;
static void *found_g_thread_pool_free;

/* Takes the place of the pool's user data. */
typedef struct
{
  GFunc    func;
  gpointer data;
  char     finished;   /* its address stands for the end of the tasks */
} Pool;

static void
run_in_pool (gpointer task,
             gpointer data)
{
  Pool *pool = data;

  acquire (pool);
  pool->func (task, pool->data);
  release (&pool->finished);
}

GThreadPool *
g_thread_pool_new (GFunc    func,
                   gpointer data,
                   int      max_threads,
                   gboolean exclusive,
                   GError **error)
{
  Pool *pool = malloc (sizeof *pool);

  *pool = (Pool) { func, data, 0 };
  return REAL (g_thread_pool_new) (run_in_pool, pool, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool,
                    gpointer     task,
                    GError     **error)
{
  release (pool->user_data);
  return REAL (g_thread_pool_push) (pool, task, error);
}

void
g_thread_pool_free (GThreadPool *pool,
                    gboolean     immediate,
                    gboolean     wait)
{
  Pool *own = pool->user_data;

  REAL (g_thread_pool_free) (pool, immediate, wait);
  if (!wait)
    return;
  acquire (&own->finished);
  free (own);
}

/* ---- results of tasks ------------------------------------------------------- */

static void *found_g_task_return_boolean;
static void *found_g_task_return_int;
static void *found_g_task_return_pointer;
static void *found_g_task_return_error;
static void *found_g_task_propagate_boolean;
static void *found_g_task_propagate_int;
static void *found_g_task_propagate_pointer;

void
g_task_return_boolean (GTask   *task,
                       gboolean result)
{
  release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_int (GTask *task,
                   gssize result)
{
  release (task);
  REAL (g_task_return_int) (task, result);
}

void
g_task_return_pointer (GTask         *task,
                       gpointer       result,
                       GDestroyNotify destroy)
{
  release (task);
  REAL (g_task_return_pointer) (task, result, destroy);
}

void
g_task_return_error (GTask  *task,
                     GError *error)
{
  release (task);
  REAL (g_task_return_error) (task, error);
}

gboolean
g_task_propagate_boolean (GTask   *task,
                          GError **error)
{
  acquire (task);
  return REAL (g_task_propagate_boolean) (task, error);
}

gssize
g_task_propagate_int (GTask   *task,
                      GError **error)
{
  acquire (task);
  return REAL (g_task_propagate_int) (task, error);
}

gpointer
g_task_propagate_pointer (GTask   *task,
                          GError **error)
{
  acquire (task);
  return REAL (g_task_propagate_pointer) (task, error);
}

/* ---- calls in another main loop --------------------------------------------- */

static void *found_g_main_context_invoke_full;

typedef struct
{
  GSourceFunc    func;
  gpointer       data;
  GDestroyNotify destroy;
} Call;

static gboolean
run_call (gpointer data)
{
  Call *call = data;

  acquire (call);
  return call->func (call->data);
}

static void
free_call (gpointer data)
{
  Call *call = data;

  if (call->destroy != NULL)
    call->destroy (call->data);
  free (call);
}

void
g_main_context_invoke_full (GMainContext  *context,
                            int            priority,
                            GSourceFunc    func,
                            gpointer       data,
                            GDestroyNotify destroy)
{
  Call *call = malloc (sizeof *call);

  *call = (Call) { func, data, destroy };
  release (call);
  REAL (g_main_context_invoke_full) (context, priority, run_call, call, free_call);
}

void
g_main_context_invoke (GMainContext *context,
                       GSourceFunc   func,
                       gpointer      data)
{
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, func, data, NULL);
}
