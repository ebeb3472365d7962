/* test-lane-product.c - products in vector lanes against plain loops
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine-fixture.h"
#include "kernels/nn-lane-product.h"

enum { MOST_ROWS = 29, MOST_STEPS = 40, ROW = 48 };

typedef struct
{
  float *a; /* (MOST_ROWS, ROW), or transposed                                */
  float *b; /* (MOST_STEPS, ROW)                                              */
  float *c; /* (MOST_ROWS, ROW)                                               */
} Matrices;

static float *
draw (guint64 seed)
{
  float *values = aligned_alloc (64, sizeof (float) * ROW * ROW);

  fixture_normal (seed, values, ROW * ROW);
  return values;
}

static Matrices
draw_matrices (void)
{
  return (Matrices) { draw (1), draw (2), draw (3) };
}

static void
free_matrices (Matrices *matrices)
{
  free (matrices->a);
  free (matrices->b);
  free (matrices->c);
}

/* What element (r, j) must be, as the sum of products in double. */
static double
expected_element (const Matrices *matrices,
                  gboolean        transposed,
                  int             k,
                  int             r,
                  int             j,
                  double          start)
{
  for (int i = 0; i < k; i++)
    start += (double) matrices->a[transposed ? i * ROW + r : r * ROW + i] *
             (double) matrices->b[i * ROW + j];
  return start;
}

static void
check_product (gboolean transposed,
               gboolean add,
               int      rows,
               int      columns,
               int      k)
{
  Matrices matrices = draw_matrices ();
  g_autofree float *before = g_memdup2 (matrices.c, sizeof (float) * ROW * ROW);

  nn_lane_product (rows, columns, k, matrices.a, transposed ? 1 : ROW, transposed ? ROW : 1,
                   matrices.b, ROW, matrices.c, ROW, add);
  for (int r = 0; r < ROW; r++)
    for (int j = 0; j < ROW; j++) {
      const float start = before[r * ROW + j];
      const float found = matrices.c[r * ROW + j];
      const double expected = expected_element (&matrices, transposed, k, r, j,
                                                add ? (double) start : 0);

      if (r >= rows || j >= columns)
        g_assert_cmpfloat (found, ==, start);
      else
        g_assert_cmpfloat_with_epsilon ((double) found, expected, 2e-5);
    }
  free_matrices (&matrices);
}

static void
test_products_of_all_sizes_agree_with_plain_loops (void)
{
  const int steps[] = { 1, 2, 7, 16, MOST_STEPS };

  for (int rows = 1; rows <= MOST_ROWS; rows++)
    for (int columns = 16; columns <= 32; columns += 16)
      for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
        for (int mode = 0; mode < 4; mode++)
          check_product (mode / 2 == 1, mode % 2 == 1, rows, columns, steps[i]);
}

static void
test_an_element_has_the_same_bits_in_every_product (void)
{
  enum { STEPS = 33 };
  Matrices matrices = draw_matrices ();
  float alone[32];

  for (int r = 0; r < MOST_ROWS; r++) {
    _Alignas (64) float one[32];

    nn_lane_product (1, 32, STEPS, matrices.a + r * ROW, ROW, 1, matrices.b, ROW, one, 32, FALSE);
    memcpy (alone, one, sizeof alone);
    nn_lane_product (1, 16, STEPS, matrices.a + r * ROW, ROW, 1, matrices.b, ROW, one, 32, FALSE);
    g_assert_cmpmem (one, sizeof one, alone, sizeof alone);
    for (int rows = r + 1; rows <= MOST_ROWS; rows++) {
      nn_lane_product (rows, 32, STEPS, matrices.a, ROW, 1, matrices.b, ROW, matrices.c, ROW,
                       FALSE);
      g_assert_cmpmem (matrices.c + r * ROW, sizeof alone, alone, sizeof alone);
    }
  }
  free_matrices (&matrices);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lane-product/sizes", test_products_of_all_sizes_agree_with_plain_loops);
  g_test_add_func ("/lane-product/bits", test_an_element_has_the_same_bits_in_every_product);
  return g_test_run ();
}
