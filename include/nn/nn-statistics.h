/* nn-statistics.h - intervals, areas and the agreement of two maps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

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

#ifdef __cplusplus
}
#endif
