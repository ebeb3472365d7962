/* sal-fill-comparison.h - whether the order of curves depends on the fill
 *
 * What replaces a masked pixel may decide which explanation looks better
 * (arXiv 1806.10758, 2202.00449): the areas of all curves (runs by methods) with
 * all fills, side by side, and a sentence about their order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Curves that are compared at most: those of one fill are one question. */
#define SAL_FILL_MAX_RUNS SAL_LAB_MAX_CURVES

/* Test images of a comparison, the same for all fills. */
#define SAL_FILL_IMAGES 500

/* Areas that are less than this apart, in percent, are not put in an order. */
#define SAL_FILL_MARGIN 1.0

#define SAL_TYPE_FILL_COMPARISON (sal_fill_comparison_get_type ())
G_DECLARE_FINAL_TYPE (SalFillComparison, sal_fill_comparison, SAL, FILL_COMPARISON, AdwBin)

/* What is compared: `requests` (n) with networks, method and order, and the
 * names of the curves; their fill is what the others are held against.  Copied;
 * what was measured before is forgotten where it does not fit any more. */
void sal_fill_comparison_set_requests (SalFillComparison     *self,
                                       SalSession            *session,
                                       const SalCurveRequest *requests,
                                       const char *const     *names,
                                       guint                  n);

/* Whether it is time to measure: it can wait until the curves themselves are
 * there. */
void sal_fill_comparison_set_allowed (SalFillComparison *self,
                                      gboolean           allowed);

/* The sentence about `areas` (n runs, NN_N_FILLS) in percent, NaN where it is
 * not known; `fill` is what the others are held against. `*depends` says
 * whether the order does. Free the result. */
char *sal_fill_comparison_judge (const double      *areas,
                                 const char *const *names,
                                 guint              n,
                                 NnFill             fill,
                                 gboolean          *depends);

G_END_DECLS
