/* nn-lane-product.h - matrix products whose columns are vector lanes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* C (rows, columns) = A (rows, k) B (k, columns), or += where `add`, all
 * addressed by strides in floats:
 *
 *     A[r][i] = a[r a_row + i a_step]
 *     B[i][j] = b[i b_row + j]
 *     C[r][j] = c[r c_row + j]
 *
 * `columns` is 16 or 32 and b and c are aligned to 64 bytes, as are their
 * rows.  Each element is summed over i in order, from 0, with fused multiply-adds
 * where the CPU has them, so that its bits do not depend on where in the
 * matrix it stands, nor on the sizes. */
void nn_lane_product (int          rows,
                      int          columns,
                      int          k,
                      const float *a,
                      size_t       a_row,
                      size_t       a_step,
                      const float *b,
                      size_t       b_row,
                      float       *c,
                      size_t       c_row,
                      bool         add);
