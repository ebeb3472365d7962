/* nn-norm.h - batch norm over one plane, or over 16 of them on lanes
 *
 * One function for each of its passes and layouts: a plane (n) of one channel,
 * and pixels (n, 16) of 16 channels.  Parameters of a channel lie one after the
 * other: a plane reads the first, lanes read sixteen.  The sums of a channel
 * are taken in a fixed number of partial sums, so that their order does not
 * depend on the CPU; it does depend on the layout.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* y = x factor + summand. */
void nn_norm_plane_scale (const float *x,
                          size_t       n,
                          const float *factor,
                          const float *summand,
                          float       *y);
void nn_norm_lanes_scale (const float *x,
                          size_t       n,
                          const float *factor,
                          const float *summand,
                          float       *y);

/* Adds the sum of x - centre and that of its square to sums (channels, 2). */
void nn_norm_plane_sums (const float *x,
                         size_t       n,
                         const float *centre,
                         double      *sums);
void nn_norm_lanes_sums (const float *x,
                         size_t       n,
                         const float *centre,
                         double      *sums);

/* The same of dy and dy (x - centre). */
void nn_norm_plane_gradient_sums (const float *x,
                                  const float *dy,
                                  size_t       n,
                                  const float *centre,
                                  double      *sums);
void nn_norm_lanes_gradient_sums (const float *x,
                                  const float *dy,
                                  size_t       n,
                                  const float *centre,
                                  double      *sums);

/* dx = a dy + b x + c, or += where `adds`; x NULL: dx = a dy.  (a, b, c) are
 * coefficients (channels, 3). */
void nn_norm_plane_input_gradient (const float *x,
                                   const float *dy,
                                   size_t       n,
                                   const float *coefficients,
                                   bool         adds,
                                   float       *dx);
void nn_norm_lanes_input_gradient (const float *x,
                                   const float *dy,
                                   size_t       n,
                                   const float *coefficients,
                                   bool         adds,
                                   float       *dx);
