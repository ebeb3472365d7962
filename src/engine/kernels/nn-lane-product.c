/* nn-lane-product.c - matrix products whose columns are vector lanes
 *
 * For products that BLAS is slow at: an inner dimension of 16 to 64, many
 * small matrices.  A block of C stays in registers; its size is what the
 * registers of each instruction set hold, and one function per set is chosen
 * by what the CPU has.  This file alone is compiled with -ffp-contract=fast:
 * a fused multiply-add is what the machine's speed is made of.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-lane-product.h"

#include "nn-kernel.h"

#define INLINE static inline __attribute__ ((always_inline))
#define UNROLL _Pragma("GCC unroll 24")

/* A and B as the block functions walk them. */
typedef struct
{
  int          k;
  const float *a;
  size_t       a_row;
  size_t       a_step;
  const float *b;
  size_t       b_row;
  float       *c;
  size_t       c_row;
  bool         add;
} Product;

/* R rows of V vectors of C, both constants where this is inlined: the sums
 * are registers then. */
INLINE void
block (const Product *product,
       int            first,
       const int      R,
       const int      V)
{
  const size_t row = product->a_row;
  const float *a[3];
  const float *b = product->b;
  float *c = product->c + (size_t) first * product->c_row;
  NnLanes sum[12][2];

  /* Three pointers and the multiples of one stride reach twelve rows. */
  for (int i = 0; i < 3; i++)
    a[i] = product->a + ((size_t) first + 4 * (size_t) i) * row;
  UNROLL
  for (int i = 0; i < R * V; i++)
    sum[i / V][i % V] = (NnLanes) { 0 };
  for (int i = 0; i < product->k; i++) {
    UNROLL
    for (int r = 0; r < R; r++) {
      const float factor = a[r / 4][(size_t) (r % 4) * row];

      UNROLL
      for (int v = 0; v < V; v++)
        sum[r][v] += factor * *(const NnLanes *) (b + v * NN_LANES);
    }
    for (int j = 0; j < 3; j++)
      a[j] += product->a_step;
    b += product->b_row;
  }
  UNROLL
  for (int i = 0; i < R * V; i++) {
    NnLanes *to = (NnLanes *) (c + (size_t) (i / V) * product->c_row + i % V * NN_LANES);

    if (product->add)
      *to += sum[i / V][i % V];
    else
      *to = sum[i / V][i % V];
  }
}

/* All rows, in blocks of R, then of what is left. */
INLINE void
all_rows (const Product *product,
          int            rows,
          const int      R,
          const int      V)
{
  int r = 0;

  for (; r + R <= rows; r += R)
    block (product, r, R, V);
  if (R > 8 && r + 8 <= rows) {
    block (product, r, 8, V);
    r += 8;
  }
  if (R > 4 && r + 4 <= rows) {
    block (product, r, 4, V);
    r += 4;
  }
  if (R > 2 && r + 2 <= rows) {
    block (product, r, 2, V);
    r += 2;
  }
  for (; r < rows; r++)
    block (product, r, 1, V);
}

/* Vectors one by one: for CPUs with 16 registers that are narrower. */
INLINE void
by_single_vectors (const Product *product,
                   int            rows,
                   int            columns,
                   const int      R)
{
  Product part = *product;

  for (int v = 0; v < columns; v += NN_LANES) {
    part.b = product->b + v;
    part.c = product->c + v;
    all_rows (&part, rows, R, 1);
  }
}

static void
product_baseline (const Product *product,
                  int            rows,
                  int            columns)
{
  by_single_vectors (product, rows, columns, 2);
}

#if defined (__x86_64__) && defined (__GNUC__)
__attribute__ ((target ("arch=x86-64-v3"))) static void
product_avx2 (const Product *product,
              int            rows,
              int            columns)
{
  by_single_vectors (product, rows, columns, 6);
}

__attribute__ ((target ("arch=x86-64-v4"))) static void
product_avx512 (const Product *product,
                int            rows,
                int            columns)
{
  if (columns == 2 * NN_LANES)
    all_rows (product, rows, 12, 2);
  else
    all_rows (product, rows, 12, 1);
}
#endif

void
nn_lane_product (int          rows,
                 int          columns,
                 int          k,
                 const float *a,
                 size_t       a_row,
                 size_t       a_step,
                 const float *b,
                 size_t       b_row,
                 float       *c,
                 size_t       c_row,
                 bool         add)
{
  const Product product = { k, a, a_row, a_step, b, b_row, c, c_row, add };

#if defined (__x86_64__) && defined (__GNUC__)
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512vl") &&
      __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512dq")) {
    product_avx512 (&product, rows, columns);
    return;
  }
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma") &&
      __builtin_cpu_supports ("bmi2")) {
    product_avx2 (&product, rows, columns);
    return;
  }
#endif
  product_baseline (&product, rows, columns);
}
