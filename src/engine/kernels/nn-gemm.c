/* nn-gemm.c - matrix products through OpenBLAS, one thread a call
 *
 * Parallelism is ours (nn-pool): products of one image stay in its core's
 * cache, which is faster than letting BLAS split the product of a batch.
 * That needs the pthread flavour of OpenBLAS: the serial one gives wrong sums
 * from two threads at once, the OpenMP one starts threads of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-gemm.h"

#include <cblas.h>
#include <pthread.h>
#include <stdio.h>

#include "nn/nn-pool.h"

/* What openblas_get_parallel() answers. */
enum { FLAVOUR_SERIAL, FLAVOUR_PTHREAD, FLAVOUR_OPENMP };

void
nn_gemm (bool         transpose_a,
         bool         transpose_b,
         int          m,
         int          n,
         int          k,
         const float *a,
         int          lda,
         const float *b,
         int          ldb,
         float        beta,
         float       *c,
         int          ldc)
{
  cblas_sgemm (CblasRowMajor,
               transpose_a ? CblasTrans : CblasNoTrans,
               transpose_b ? CblasTrans : CblasNoTrans,
               m, n, k, 1.0f, a, lda, b, ldb, beta, c, ldc);
}

static void
set_one_thread (void)
{
  openblas_set_num_threads (1);
}

void
nn_blas_use_one_thread (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, set_one_thread);
}

const char *
nn_pool_blas_problem (void)
{
  switch (openblas_get_parallel ()) {
  case FLAVOUR_PTHREAD:
    return NULL;
  case FLAVOUR_SERIAL:
    return "the serial flavour of OpenBLAS gives wrong sums from two threads; "
           "install the pthread flavour (libopenblas0-pthread)";
  default:
    return "the OpenMP flavour of OpenBLAS starts threads of its own and is slow here; "
           "install the pthread flavour (libopenblas0-pthread)";
  }
}

static char blas_name[96];

static void
find_blas_name (void)
{
  char version[24] = "";

  if (sscanf (openblas_get_config (), "OpenBLAS %23s", version) != 1)
    version[0] = '\0';
  snprintf (blas_name, sizeof blas_name, "OpenBLAS %s %s", version, openblas_get_corename ());
}

const char *
nn_pool_blas_name (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, find_blas_name);
  return blas_name;
}
