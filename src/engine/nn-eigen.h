/* nn-eigen.h - eigenvectors of small symmetric matrices
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* The eigenvalues of `matrix` (n, n), largest first, in `values` (n), and its
 * eigenvectors in the rows of `vectors` (n, n): of length 1, and with a
 * largest component (the first among equals) above 0, so that the result is
 * unique where no two eigenvalues are equal.  The matrix must be symmetric
 * and finite; it is overwritten.  Takes time as n^3: for n up to hundreds. */
void nn_eigen_symmetric (double *matrix,
                         size_t  n,
                         double *values,
                         double *vectors);
