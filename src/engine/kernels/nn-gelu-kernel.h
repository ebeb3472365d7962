/* nn-gelu-kernel.h - the Gaussian error linear unit over arrays
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* y = x Phi (x) = x (1 + erf (x / sqrt 2)) / 2 (Hendrycks and Gimpel,
 * arXiv 1606.08415) over n values, within 3e-7 max (1, |x|); y may be x.
 * Where `slope` is not NULL it gets the derivative Phi (x) + x phi (x). */
void nn_gelu (const float *x,
              size_t       n,
              float       *y,
              float       *slope);

/* dx = dy slope; dx may be dy. */
void nn_gelu_backward (const float *dy,
                       const float *slope,
                       size_t       n,
                       float       *dx);
