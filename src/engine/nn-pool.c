/* nn-pool.c - threads that take numbered jobs until none is left
 *
 * A mutex and two conditions wake the threads and wait for them; the job
 * numbers are handed out by one atomic counter.  Nothing spins, so that a
 * pool on a busy machine takes no time from others while it waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "nn/nn-pool.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernels/nn-gemm.h"

#define MAX_THREADS 256

struct NnPool
{
  int             threads;
  int             niceness;
  pthread_t      *handles;  /* (threads - 1)                                  */
  pthread_mutex_t mutex;
  pthread_cond_t  wake;
  pthread_cond_t  finished;
  unsigned        round;    /* grows with each run                            */
  int             active;   /* started threads that still work on this round  */
  bool            closing;

  NnPoolJob       job;
  void           *data;
  size_t          jobs;
  atomic_size_t   next;
};

typedef struct
{
  NnPool *pool;
  int     thread;
} ThreadStart;

static void
take_jobs (NnPool *pool,
           int     thread)
{
  for (;;) {
    const size_t job = atomic_fetch_add_explicit (&pool->next, 1, memory_order_relaxed);

    if (job >= pool->jobs)
      return;
    pool->job (pool->data, job, thread);
  }
}

void
nn_pool_be_nice (int niceness)
{
  const id_t self = (id_t) gettid ();

  /* The superuser could go back, too. */
  if (niceness > getpriority (PRIO_PROCESS, self))
    setpriority (PRIO_PROCESS, self, niceness);
}

static void *
thread_main (void *data)
{
  const ThreadStart start = *(ThreadStart *) data;
  NnPool *pool = start.pool;
  unsigned round = 0;

  free (data);
  nn_pool_be_nice (pool->niceness);
  pthread_mutex_lock (&pool->mutex);
  for (;;) {
    while (pool->round == round && !pool->closing)
      pthread_cond_wait (&pool->wake, &pool->mutex);
    if (pool->closing)
      break;
    round = pool->round;
    pthread_mutex_unlock (&pool->mutex);
    take_jobs (pool, start.thread);
    pthread_mutex_lock (&pool->mutex);
    if (--pool->active == 0)
      pthread_cond_signal (&pool->finished);
  }
  pthread_mutex_unlock (&pool->mutex);
  return NULL;
}

static int
available_processors (void)
{
  cpu_set_t set;

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    return CPU_COUNT (&set) < MAX_THREADS ? CPU_COUNT (&set) : MAX_THREADS;
  return 1;
}

static bool
start_thread (NnPool *pool,
              int     thread)
{
  ThreadStart *start = malloc (sizeof *start);

  if (start == NULL)
    return false;
  start->pool = pool;
  start->thread = thread;
  if (pthread_create (&pool->handles[thread - 1], NULL, thread_main, start) != 0) {
    free (start);
    return false;
  }
  return true;
}

NnPool *
nn_pool_new (int      threads,
             int      niceness,
             NnError *error)
{
  if (threads < 0 || threads > MAX_THREADS) {
    nn_error_set (error, NN_ERROR_RANGE, "the number of threads must be 0 to %d, not %d",
                  MAX_THREADS, threads);
    return NULL;
  }
  NnPool *pool = calloc (1, sizeof *pool);
  const int wanted = threads == 0 ? available_processors () : threads;

  if (pool == NULL || (pool->handles = calloc ((size_t) wanted, sizeof (pthread_t))) == NULL) {
    free (pool);
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for a pool of %d threads", wanted);
    return NULL;
  }
  nn_blas_use_one_thread ();
  pthread_mutex_init (&pool->mutex, NULL);
  pthread_cond_init (&pool->wake, NULL);
  pthread_cond_init (&pool->finished, NULL);
  pool->niceness = niceness;
  for (pool->threads = 1; pool->threads < wanted; pool->threads++)
    if (!start_thread (pool, pool->threads)) {
      nn_error_set (error, NN_ERROR_MEMORY, "could not start thread %d of %d",
                    pool->threads + 1, wanted);
      nn_pool_free (pool);
      return NULL;
    }
  return pool;
}

void
nn_pool_free (NnPool *pool)
{
  if (pool == NULL)
    return;
  pthread_mutex_lock (&pool->mutex);
  pool->closing = true;
  pthread_cond_broadcast (&pool->wake);
  pthread_mutex_unlock (&pool->mutex);
  for (int i = 1; i < pool->threads; i++)
    pthread_join (pool->handles[i - 1], NULL);
  pthread_cond_destroy (&pool->finished);
  pthread_cond_destroy (&pool->wake);
  pthread_mutex_destroy (&pool->mutex);
  free (pool->handles);
  free (pool);
}

int
nn_pool_threads (const NnPool *pool)
{
  return pool->threads;
}

void
nn_pool_run (NnPool   *pool,
             NnPoolJob run,
             void     *data,
             size_t    jobs)
{
  if (pool->threads == 1 || jobs <= 1) {
    for (size_t job = 0; job < jobs; job++)
      run (data, job, 0);
    return;
  }
  pthread_mutex_lock (&pool->mutex);
  assert (pool->active == 0);
  pool->job = run;
  pool->data = data;
  pool->jobs = jobs;
  atomic_store_explicit (&pool->next, 0, memory_order_relaxed);
  pool->active = pool->threads - 1;
  pool->round++;
  pthread_cond_broadcast (&pool->wake);
  pthread_mutex_unlock (&pool->mutex);

  take_jobs (pool, 0);

  pthread_mutex_lock (&pool->mutex);
  while (pool->active > 0)
    pthread_cond_wait (&pool->finished, &pool->mutex);
  pthread_mutex_unlock (&pool->mutex);
}
