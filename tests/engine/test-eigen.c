/* test-eigen.c - eigenvectors of symmetric matrices by what defines them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "nn-eigen.h"

enum { MOST = 48 };

typedef struct
{
  gsize  n;
  double matrix[MOST * MOST];
  double values[MOST];
  double vectors[MOST * MOST];
} Problem;

static void
solve (Problem *problem)
{
  double work[MOST * MOST];

  memcpy (work, problem->matrix, sizeof work);
  nn_eigen_symmetric (work, problem->n, problem->values, problem->vectors);
}

static double
largest_element (const Problem *problem)
{
  double largest = 0;

  for (gsize i = 0; i < problem->n * problem->n; i++)
    largest = MAX (largest, fabs (problem->matrix[i]));
  return largest;
}

/* A v = lambda v for every pair. */
static void
check_definition (const Problem *problem)
{
  const gsize n = problem->n;

  for (gsize v = 0; v < n; v++)
    for (gsize i = 0; i < n; i++) {
      const double *vector = problem->vectors + v * n;
      double sum = 0;

      for (gsize j = 0; j < n; j++)
        sum += problem->matrix[i * n + j] * vector[j];
      g_assert_cmpfloat (fabs (sum - problem->values[v] * vector[i]), <=,
                         1e-13 * (double) n * largest_element (problem));
    }
}

static void
check_orthonormal (const Problem *problem)
{
  const gsize n = problem->n;

  for (gsize a = 0; a < n; a++)
    for (gsize b = 0; b < n; b++) {
      double dot = 0;

      for (gsize i = 0; i < n; i++)
        dot += problem->vectors[a * n + i] * problem->vectors[b * n + i];
      g_assert_cmpfloat (fabs (dot - (a == b ? 1 : 0)), <=, 1e-13 * (double) n);
    }
}

static void
check_order_and_signs (const Problem *problem)
{
  for (gsize v = 0; v < problem->n; v++) {
    double least = 0;
    double most = 0;

    for (gsize i = 0; i < problem->n; i++) {
      least = MIN (least, problem->vectors[v * problem->n + i]);
      most = MAX (most, problem->vectors[v * problem->n + i]);
    }
    g_assert_cmpfloat (most, >=, -least);
    if (v > 0)
      g_assert_cmpfloat (problem->values[v], <=, problem->values[v - 1]);
  }
}

static void
check (Problem *problem)
{
  solve (problem);
  check_definition (problem);
  check_orthonormal (problem);
  check_order_and_signs (problem);
}

static void
test_a_matrix_of_two_has_the_roots_of_its_polynomial (void)
{
  Problem problem = { .n = 2, .matrix = { 2, 1, 1, 2 } };

  check (&problem);
  g_assert_cmpfloat_with_epsilon (problem.values[0], 3, 1e-14);
  g_assert_cmpfloat_with_epsilon (problem.values[1], 1, 1e-14);
  g_assert_cmpfloat_with_epsilon (problem.vectors[0], M_SQRT1_2, 1e-14);
  g_assert_cmpfloat_with_epsilon (problem.vectors[1], M_SQRT1_2, 1e-14);
}

static void
test_diagonal_repeated_and_vanishing_values (void)
{
  Problem diagonal = { .n = 3, .matrix = { -1, 0, 0, 0, 5, 0, 0, 0, 5 } };
  Problem zero = { .n = 4 };
  Problem one = { .n = 1, .matrix = { -7 } };
  Problem rank_one = { .n = 3, .matrix = { 1, 2, 3, 2, 4, 6, 3, 6, 9 } };

  check (&diagonal);
  g_assert_cmpfloat (diagonal.values[0], ==, 5);
  g_assert_cmpfloat (diagonal.values[2], ==, -1);
  check (&zero);
  check (&one);
  g_assert_cmpfloat (one.values[0], ==, -7);
  g_assert_cmpfloat (one.vectors[0], ==, 1);
  check (&rank_one);
  g_assert_cmpfloat_with_epsilon (rank_one.values[0], 14, 1e-13);
  g_assert_cmpfloat_with_epsilon (rank_one.values[1], 0, 1e-13);
}

static void
test_random_matrices_of_many_sizes_and_magnitudes (void)
{
  const gsize sizes[] = { 2, 3, 4, 12, 27, MOST };
  const double magnitudes[] = { 1e-12, 1, 1e9 };
  float random[MOST * MOST];

  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (gsize m = 0; m < G_N_ELEMENTS (magnitudes); m++) {
      Problem problem = { .n = sizes[s] };

      fixture_normal (s, random, sizes[s] * sizes[s]);
      for (gsize i = 0; i < sizes[s]; i++)
        for (gsize j = 0; j < sizes[s]; j++)
          problem.matrix[i * sizes[s] + j] =
            magnitudes[m] * (double) (random[i * sizes[s] + j] + random[j * sizes[s] + i]);
      check (&problem);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eigen/two", test_a_matrix_of_two_has_the_roots_of_its_polynomial);
  g_test_add_func ("/eigen/special", test_diagonal_repeated_and_vanishing_values);
  g_test_add_func ("/eigen/random", test_random_matrices_of_many_sizes_and_magnitudes);
  return g_test_run ();
}
