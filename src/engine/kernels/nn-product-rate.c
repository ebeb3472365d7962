/* nn-product-rate.c - how fast this machine multiplies matrices
 *
 * Measured where and when it is asked, because rates drift between machines
 * and hours: only ratios within one process say something.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <time.h>

#include "nn-gemm.h"
#include "nn/nn-pool.h"

/* Three matrices of 4 MiB a thread: beyond the cache of a core, as large
 * products are. */
#define SIDE 1024
#define PRODUCTS 2 /* of one thread in one round */
#define ROUNDS 12

/* (threads, 3, SIDE, SIDE) */
static void
multiply (void  *data,
          size_t job,
          int    thread)
{
  const size_t size = (size_t) SIDE * SIDE;
  float *a = (float *) data + 3 * size * job;

  (void) thread;
  for (int i = 0; i < PRODUCTS; i++)
    nn_gemm (false, false, SIDE, SIDE, SIDE, a, SIDE, a + size, SIDE, 0, a + 2 * size, SIDE);
}

static double
seconds_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

double
nn_pool_product_rate (NnPool *pool)
{
  const size_t threads = (size_t) nn_pool_threads (pool);
  const size_t floats = threads * 3 * SIDE * SIDE;
  const double flop = 2.0 * SIDE * SIDE * SIDE * PRODUCTS * (double) threads;
  float *matrices = malloc (floats * sizeof *matrices);
  double best = 0;

  if (matrices == NULL)
    return 0;
  for (size_t i = 0; i < floats; i++)
    matrices[i] = (float) (i % 17) - 8;
  for (int round = 0; round < ROUNDS; round++) {
    const double begin = seconds_now ();

    nn_pool_run (pool, multiply, matrices, threads);

    const double rate = flop / (seconds_now () - begin);

    best = rate > best ? rate : best;
  }
  free (matrices);
  return best;
}
