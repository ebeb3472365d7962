/* sal-queued-run.h - a run that is to be started when others are done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "sal-recipe.h"

G_BEGIN_DECLS

/* Where in a series of runs that are compared with each other it stands. */
typedef enum
{
  SAL_SERIES_NONE,
  SAL_SERIES_FIRST,   /* what was compared before is not any more */
  SAL_SERIES_NEXT,
} SalSeries;

/* An entry of sal_session_get_queue(). */
#define SAL_TYPE_QUEUED_RUN (sal_queued_run_get_type ())
G_DECLARE_FINAL_TYPE (SalQueuedRun, sal_queued_run, SAL, QUEUED_RUN, GObject)

SalQueuedRun *sal_queued_run_new (const SalRecipe *recipe,
                                  SalSeries        series);

const SalRecipe *sal_queued_run_get_recipe (SalQueuedRun *self);
const char      *sal_queued_run_get_title  (SalQueuedRun *self);
SalSeries        sal_queued_run_get_series (SalQueuedRun *self);

G_END_DECLS
