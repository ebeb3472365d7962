/* sal-experiment.h - runs that differ in nothing but the seed, as one row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-measurer.h"
#include "sal-seeds.h"

G_BEGIN_DECLS

#define SAL_TYPE_EXPERIMENT (sal_experiment_get_type ())
G_DECLARE_FINAL_TYPE (SalExperiment, sal_experiment, SAL, EXPERIMENT, GObject)

/* The experiments of the runs in `model` (SalRunItem), in the order of their
 * first runs: GPtrArray of SalExperiment.  Of runs with the same seed, which
 * repeat nothing, the first that is finished counts. */
GPtrArray *sal_experiment_group (GListModel *model);

/* The recipe that the runs share, but for the seed. */
const SalRecipe *sal_experiment_get_recipe (SalExperiment *self);

/* Seeds with a finished run. */
guint sal_experiment_get_n_seeds (SalExperiment *self);

/* "1, 2, 3". Free the result. */
char *sal_experiment_get_seeds (SalExperiment *self);

/* The test accuracy and the masking area over seeds, 0..1, as far as they are
 * measured. */
SalSeedsInterval sal_experiment_get_accuracy (SalExperiment  *self,
                                              SalRunMeasurer *measurer);
SalSeedsInterval sal_experiment_get_area     (SalExperiment  *self,
                                              SalRunMeasurer *measurer);

G_END_DECLS
