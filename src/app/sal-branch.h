/* sal-branch.h - recipes of runs that begin with the weights of another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-run-item.h"

G_BEGIN_DECLS

/* How many steps "Fine-Tune Here" trains unless told, and at most. */
#define SAL_FINE_TUNE_STEPS 100
#define SAL_FINE_TUNE_MAX_STEPS 100000

/* Whether `run` has weights to begin with; one that `is_live` has. */
gboolean sal_branch_is_possible (SalRunItem *run,
                                 gboolean    is_live);

/* Makes `recipe` begin with the weights that `run` has now: the network it
 * kept, or for one that is not finished its checkpoint, which a run that
 * `is_live` has when it was stopped. */
gboolean sal_branch_set_origin (SalRecipe  *recipe,
                                SalRunItem *run,
                                gboolean    is_live,
                                GError    **error);

/* What `recipe` begins with, in words: "run 12"; NULL for weights drawn by the
 * seed.  Free the result. */
char *sal_branch_origin_title (const SalRecipe *recipe);

/* Makes `recipe`, that of the run of `model`, train `steps` steps at `bits`: in
 * its mode with PACT, at a tenth of its learning rate that falls along a
 * cosine. */
void sal_branch_fine_tune (SalRecipe     *recipe,
                           SalLabModel   *model,
                           const SalBits *bits,
                           int            steps);

G_END_DECLS
