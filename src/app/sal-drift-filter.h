/* sal-drift-filter.h - images by what the chosen bits change in them
 *
 * A choice, and the lab's answer to it: images whose class flips, or all of
 * them with those first whose prediction or explanation moved most.  It
 * follows the session's run and bits, and shows how far it has come.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"

#include "sal-image-list.h"

G_BEGIN_DECLS

typedef enum
{
  SAL_DRIFT_NONE,
  SAL_DRIFT_FLIPPED,
  SAL_DRIFT_PREDICTION,
  SAL_DRIFT_EXPLANATION,
} SalDriftChoice;

/* Property "session" (SalSession). Signal "changed": there is more to apply,
 * or less. */
#define SAL_TYPE_DRIFT_FILTER (sal_drift_filter_get_type ())
G_DECLARE_FINAL_TYPE (SalDriftFilter, sal_drift_filter, SAL, DRIFT_FILTER, SalSessionBin)

SalDriftChoice sal_drift_filter_get_choice (SalDriftFilter*self);
void           sal_drift_filter_set_choice (SalDriftFilter*self,
                                            SalDriftChoice choice);

/* Filters and sorts `list` by what is known so far. */
void sal_drift_filter_apply (SalDriftFilter*self,
                             SalImageList  *list);

G_END_DECLS
