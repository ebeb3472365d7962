/* sal-training-bits.c - other bit widths in the middle of a run
 *
 * What belongs to the old bits is left behind at once, not when the next step
 * is trained, so that the state of a run is in its arrays alone and a pause
 * between a change and the next step changes nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-training-private.h"

/* Steps for the present bits, in the average as well. */
static void
settle_steps (SalTraining *self)
{
  if (self->averaged != NULL) {
    sal_training_judged_model (self);
    nn_model_settle_steps (self->averaged);
    memcpy (nn_trainer_average (self->trainer), nn_model_parameters (self->averaged),
            nn_model_arena_count (self->averaged) * sizeof (float));
  }
  nn_model_settle_steps (self->model);
}

gboolean
sal_training_set_bits (SalTraining *self,
                       int          weight_bits,
                       int          activation_bits,
                       GError     **error)
{
  NnError nn_error;

  if (!sal_recipe_has_pact (&self->recipe)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("Bits can be changed in the modes with PACT; this run is trained as %s"),
                 sal_mode_title (self->recipe.mode));
    return FALSE;
  }
  if (nn_model_set_bits (self->model, weight_bits, activation_bits,
                         (NnEdgePolicy) self->recipe.edges, &nn_error) != NN_OK)
    return sal_error_set_from_engine (error, &nn_error);
  settle_steps (self);
  self->validating = FALSE;
  self->best_accuracy = NAN;
  self->recipe.weight_bits = weight_bits;
  self->recipe.activation_bits = activation_bits;
  self->recipe.bits[0] = '\0';

  g_autofree char *text = g_strdup_printf ("W%d A%d", weight_bits, activation_bits);

  return sal_training_note_change (self, text, error);
}
