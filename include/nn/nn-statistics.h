/* nn-statistics.h - intervals, areas and the agreement of two maps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Wilson's 95 % score interval of `correct` among `n` (n = 0: 0 and 1). */
void nn_wilson_interval (size_t  correct,
                         size_t  n,
                         double *lower,
                         double *upper);

/* Trapezoid area of y over ascending x (n >= 2), divided by x[n-1] - x[0]. */
double nn_area_under_curve (const double *x,
                            const double *y,
                            size_t        n);

/* Spearman's rank correlation with mean ranks for ties; NAN where one of the
 * two is constant.  `scratch` is (4 n) floats. */
double nn_spearman (const float *a,
                    const float *b,
                    size_t       n,
                    float       *scratch);

/* Share of the floor (share * n) largest |a| that are among those of |b|;
 * NAN where that is none.  `scratch` is (4 n) floats. */
double nn_top_overlap (const float *a,
                       const float *b,
                       size_t       n,
                       double       share,
                       float       *scratch);

/* Relevance mass: the share of the sum of |map| that lies where `truth` is not
 * 0; NAN where the map is 0 everywhere.  `map` is (channels, plane), `truth`
 * (plane).  Arras, Osman, Samek, "CLEVR-XAI: a benchmark dataset for the ground
 * truth evaluation of neural network explanations" (2022). */
double nn_relevance_mass (const float   *map,
                          const uint8_t *truth,
                          int            channels,
                          size_t         plane);

/* Mean of the values that are not NAN, and its 95 % interval by the normal
 * approximation, mean -+ 1.96 s / sqrt (n).  Returns n, the number of them; with
 * n = 0 all three are NAN, with n = 1 the interval is. */
size_t nn_mean_interval (const double *values,
                         size_t        count,
                         double       *mean,
                         double       *lower,
                         double       *upper);

#ifdef __cplusplus
}
#endif
