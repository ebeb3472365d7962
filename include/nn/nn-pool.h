/* nn-pool.h - a small pool of threads for data-parallel work
 *
 * A call cuts work into numbered jobs whose size never depends on the number
 * of threads; whoever is free takes the next number.  Anything that is summed
 * is summed afterwards in job order, so that one thread and sixteen give the
 * same bits.  One caller at a time per pool.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

#include "nn/nn-status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct NnPool NnPool;

/* Runs job number `job` on thread `thread` in [0, nn_pool_threads()). */
typedef void (*NnPoolJob) (void  *data,
                           size_t job,
                           int    thread);

/* Starts `threads` - 1 threads (the caller of nn_pool_run() is thread 0);
 * 0 means one for each processor this process may use.  1 <= threads <= 256.
 * The started threads are at least `niceness` (0..19) nice, not the caller.
 * Also sets OpenBLAS to one thread a call, once for the process. */
NnPool *nn_pool_new (int      threads,
                     int      niceness,
                     NnError *error);

void nn_pool_free (NnPool *pool);

int nn_pool_threads (const NnPool *pool);

/* Makes the calling thread `niceness` nice, or leaves it as it is where it is
 * that nice already: never less nice than what started it. */
void nn_pool_be_nice (int niceness);

/* Runs jobs 0 .. jobs - 1 and returns when all are done. */
void nn_pool_run (NnPool   *pool,
                  NnPoolJob run,
                  void     *data,
                  size_t    jobs);

/* NULL when the BLAS library in use is safe to call from several threads at
 * once; else a sentence that says why not and what to install. */
const char *nn_pool_blas_problem (void);

/* Describes the BLAS library and its CPU kernels, such as
 * "OpenBLAS 0.3.21 SkylakeX". */
const char *nn_pool_blas_name (void);

/* Floating-point operations a second of large single-threaded matrix products
 * that run on all threads of the pool at once (best of several, about a second
 * in all): the rate that the layers' own can be compared with.  0 without
 * memory for the matrices. */
double nn_pool_product_rate (NnPool *pool);

#ifdef __cplusplus
}
#endif
