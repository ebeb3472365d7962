/* nn-gemm.h - the one door to BLAS
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>

/* C (m, n) = op (A) (m, k) op (B) (k, n) + beta C, all row-major with leading
 * dimensions; op transposes where the flag is set. */
void nn_gemm (bool         transpose_a,
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
              int          ldc);

/* Makes every BLAS call run on the thread that makes it.  The setting is the
 * library's, for the whole process. */
void nn_blas_use_one_thread (void);
