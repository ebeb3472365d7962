/* sal-session-queue.c - which run is started when
 *
 * One run is trained at a time.  What is started meanwhile waits its turn,
 * unless it branches off the very run that is being trained: to begin with its
 * weights of this moment it takes its place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-private.h"

#include <glib/gi18n.h>

#include "sal-branch.h"
#include "sal-queued-run.h"

GListModel *
sal_session_get_queue (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->queue);
}

GListStore *
sal_session_get_compared (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), NULL);

  return self->compared;
}

void
sal_session_clear_queue (SalSession *self)
{
  g_list_store_remove_all (self->queue);
  self->compares = FALSE;
}

void
sal_session_cancel_queued (SalSession *self,
                           guint       position)
{
  g_return_if_fail (SAL_IS_SESSION (self));
  g_return_if_fail (position < g_list_model_get_n_items (G_LIST_MODEL (self->queue)));

  g_list_store_remove (self->queue, position);
}

static void
start (SalSession   *self,
       SalQueuedRun *run)
{
  const SalSeries series = sal_queued_run_get_series (run);

  if (series == SAL_SERIES_FIRST)
    g_list_store_remove_all (self->compared);
  self->compares = series != SAL_SERIES_NONE;
  sal_session_start_recipe (self, sal_queued_run_get_recipe (run));
}

void
sal_session_start_next (SalSession *self)
{
  g_autoptr (SalQueuedRun) next = g_list_model_get_item (G_LIST_MODEL (self->queue), 0);
  /* Who looks at another run by now, or sets one up, is not disturbed. */
  const gboolean watched = self->run != NULL && self->run == self->active_run;

  if (next != NULL) {
    g_list_store_remove (self->queue, 0);
    start (self, next);
    self->follows = watched;
  } else {
    self->compares = FALSE;
    if (self->state == SAL_WORKER_FINISHED)
      sal_session_say (self, _("Training is finished"));
  }
}

void
sal_session_put_off (SalSession      *self,
                     const SalRecipe *recipe,
                     SalSeries        series)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  g_autoptr (SalQueuedRun) run = sal_queued_run_new (recipe, series);

  if (sal_recipe_check (recipe, NULL))
    g_list_store_append (self->queue, run);
}

void
sal_session_start_queue (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (sal_session_is_training (self) || g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0)
    return;
  sal_session_start_next (self);
  self->follows = TRUE;
}

/* FALSE: the recipe cannot be started, which was said. */
static gboolean
check (SalSession      *self,
       const SalRecipe *recipe)
{
  g_autoptr (GError) error = NULL;

  if (sal_recipe_check (recipe, &error))
    return TRUE;
  sal_session_fail (self, error->message);
  return FALSE;
}

static void
enqueue (SalSession      *self,
         const SalRecipe *recipe,
         SalSeries        series)
{
  g_autoptr (SalQueuedRun) run = sal_queued_run_new (recipe, series);

  if (sal_session_is_training (self)) {
    g_list_store_append (self->queue, run);
    if (series != SAL_SERIES_NEXT)
      sal_session_say (self, _("Added to the queue: it starts when the present run is done"));
  } else {
    start (self, run);
  }
}

void
sal_session_start (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  if (check (self, &self->recipe))
    enqueue (self, &self->recipe, SAL_SERIES_NONE);
}

void
sal_session_start_all_modes (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  SalRecipe recipe = self->recipe;

  for (recipe.mode = 0; recipe.mode < SAL_N_MODES; recipe.mode++)
    if (!check (self, &recipe))
      return;
  for (recipe.mode = 0; recipe.mode < SAL_N_MODES; recipe.mode++)
    enqueue (self, &recipe, recipe.mode == 0 ? SAL_SERIES_FIRST : SAL_SERIES_NEXT);
}

/* --- from the weights of another run ------------------------------------------ */

gboolean
sal_session_can_branch (SalSession *self)
{
  g_return_val_if_fail (SAL_IS_SESSION (self), FALSE);

  return self->run != NULL
         && sal_branch_is_possible (self->run, sal_session_is_live_run (self));
}

/* The worker stops the run that is trained, and so saves the checkpoint that
 * the new one begins with, before it starts this one. */
static void
start_from_run (SalSession *self,
                SalRecipe  *recipe)
{
  const gboolean is_live = sal_session_is_live_run (self);
  g_autoptr (GError) error = NULL;

  if (!sal_branch_set_origin (recipe, self->run, is_live, &error)) {
    sal_session_fail (self, error->message);
    return;
  }
  if (!check (self, recipe))
    return;
  if (is_live) {
    g_autofree char *words =
      g_strdup_printf (_("Run %lld was stopped here; Resume goes on with it"),
                       (long long) sal_run_item_get_id (self->run));

    self->compares = FALSE;
    sal_session_say (self, words);
    sal_session_start_recipe (self, recipe);
  } else {
    enqueue (self, recipe, SAL_SERIES_NONE);
  }
}

void
sal_session_branch (SalSession *self)
{
  g_return_if_fail (SAL_IS_SESSION (self));

  SalRecipe recipe = self->recipe;

  if (sal_session_can_branch (self))
    start_from_run (self, &recipe);
}

void
sal_session_fine_tune (SalSession *self,
                       int         steps)
{
  g_return_if_fail (SAL_IS_SESSION (self));
  g_return_if_fail (steps > 0 && steps <= SAL_FINE_TUNE_MAX_STEPS);

  SalLabModel *model = sal_session_get_model (self);

  if (model == NULL || !sal_session_can_branch (self))
    return;

  SalRecipe recipe = *sal_run_item_get_recipe (self->run);

  sal_branch_fine_tune (&recipe, model, &self->bits, steps);
  start_from_run (self, &recipe);
}
