/* sal-training-rate.c - another learning rate in the middle of a run
 *
 * What a run that diverged goes on with.  A checkpoint follows at once: a kill
 * must not bring back the rate that the run failed at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-error.h"

#include <glib/gi18n.h>
#include "sal-number.h"
#include "sal-training-private.h"

static gboolean
check_state (SalTraining *self,
             GError     **error)
{
  if (self->state == SAL_RUN_FINISHED)
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("learning-rate: the run is finished; nothing is left to train at another one"));
  if (self->state == SAL_RUN_DIVERGED)
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("learning-rate: these weights have diverged; resume the run from its checkpoint "
                   "first"));
  return self->state != SAL_RUN_FINISHED && self->state != SAL_RUN_DIVERGED;
}

gboolean
sal_training_set_learning_rate (SalTraining *self,
                                double       learning_rate,
                                GError     **error)
{
  SalRecipe recipe = self->recipe;

  recipe.learning_rate = learning_rate;
  if (!check_state (self, error) || !sal_recipe_check (&recipe, error))
    return FALSE;
  if (learning_rate == self->recipe.learning_rate)
    return TRUE;
  self->recipe = recipe;

  g_autofree char *number = sal_number_format (learning_rate);
  g_autofree char *text = g_strdup_printf ("learning rate %s", number);

  return sal_training_note_change (self, text, error) &&
         sal_training_write_checkpoint (self, error);
}
