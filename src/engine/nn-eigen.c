/* nn-eigen.c - eigenvectors of small symmetric matrices
 *
 * Cyclic Jacobi rotations: nothing converges faster to the last digit on
 * matrices this small, and the order of the work depends on nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-eigen.h"

#include <math.h>
#include <string.h>

/* Convergence is quadratic: eight sweeps are usual. */
#define MAX_SWEEPS 60

/* Sums of squares on and off the diagonal. */
static void
measure (const double *matrix,
         size_t        n,
         double       *diagonal,
         double       *rest)
{
  *diagonal = 0;
  *rest = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      *(i == j ? diagonal : rest) += matrix[i * n + j] * matrix[i * n + j];
}

/* (a, b) becomes (c a - s b, s a + c b), for n pairs that lie `stride` apart. */
static void
rotate (double *a,
        double *b,
        size_t  n,
        size_t  stride,
        double  c,
        double  s)
{
  for (size_t i = 0; i < n * stride; i += stride) {
    const double first = a[i];
    const double second = b[i];

    a[i] = c * first - s * second;
    b[i] = s * first + c * second;
  }
}

/* Turns the plane of axes p and q so that their element vanishes. */
static void
annihilate (double *matrix,
            double *vectors,
            size_t  n,
            size_t  p,
            size_t  q)
{
  const double element = matrix[p * n + q];

  if (element == 0)
    return;

  /* The smaller root of t^2 + 2 theta t - 1. */
  const double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * element);
  const double t = copysign (1, theta) / (fabs (theta) + hypot (theta, 1));
  const double c = 1 / sqrt (t * t + 1);
  const double s = t * c;

  rotate (matrix + p * n, matrix + q * n, n, 1, c, s);
  rotate (matrix + p, matrix + q, n, n, c, s);
  rotate (vectors + p * n, vectors + q * n, n, 1, c, s);
}

static void
sweep_until_diagonal (double *matrix,
                      double *vectors,
                      size_t  n)
{
  for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    double diagonal;
    double rest;

    measure (matrix, n, &diagonal, &rest);
    if (rest <= 1e-30 * diagonal)
      return;
    for (size_t p = 0; p + 1 < n; p++)
      for (size_t q = p + 1; q < n; q++)
        annihilate (matrix, vectors, n, p, q);
  }
}

static void
swap (double *a,
      double *b,
      size_t  n)
{
  for (size_t i = 0; i < n; i++) {
    const double kept = a[i];

    a[i] = b[i];
    b[i] = kept;
  }
}

static void
sort_descending (double *values,
                 double *vectors,
                 size_t  n)
{
  for (size_t i = 0; i + 1 < n; i++) {
    size_t largest = i;

    for (size_t j = i + 1; j < n; j++)
      if (values[j] > values[largest])
        largest = j;
    if (largest == i)
      continue;
    swap (&values[i], &values[largest], 1);
    swap (vectors + i * n, vectors + largest * n, n);
  }
}

/* The sign of an eigenvector is free: the largest component decides. */
static void
choose_sign (double *vector,
             size_t  n)
{
  size_t largest = 0;

  for (size_t i = 1; i < n; i++)
    if (fabs (vector[i]) > fabs (vector[largest]))
      largest = i;
  if (vector[largest] < 0)
    for (size_t i = 0; i < n; i++)
      vector[i] = -vector[i];
}

void
nn_eigen_symmetric (double *matrix,
                    size_t  n,
                    double *values,
                    double *vectors)
{
  memset (vectors, 0, sizeof (double) * n * n);
  for (size_t i = 0; i < n; i++)
    vectors[i * n + i] = 1;
  sweep_until_diagonal (matrix, vectors, n);
  for (size_t i = 0; i < n; i++)
    values[i] = matrix[i * n + i];
  sort_descending (values, vectors, n);
  for (size_t i = 0; i < n; i++)
    choose_sign (vectors + i * n, n);
}
