/* sal-filmstrip-accuracy.c - the accuracies of the frames
 *
 * They are measured one frame after the other, so that they do not slow down
 * each other and what else is asked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-filmstrip-private.h"

#include <math.h>

static void measure_next (SalFilmstrip *self);

static void
measured_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  SalFilmstrip *self = data;
  SalFilmstripFrame *frame = &self->frames[self->measuring];
  const gboolean over = answer->done == answer->total || answer->message != NULL;

  frame->accuracy = answer->message == NULL ? answer->accuracy : NAN;
  frame->is_final = over;
  sal_filmstrip_describe_frame (self, self->measuring);
  if (over)
    measure_next (self);
}

/* A network in training is another one before it is measured. */
static gboolean
is_settled (SalFilmstrip *self)
{
  return !sal_session_is_live_run (self->session)
         || sal_session_get_state (self->session) != SAL_WORKER_TRAINING;
}

/* Begins with the first frame that is not measured to the end. */
static void
measure_next (SalFilmstrip *self)
{
  SalLab *lab = sal_session_get_lab (self->session);

  if (lab == NULL || !is_settled (self))
    return;

  self->measuring = 0;
  while (self->measuring < SAL_FILMSTRIP_FRAMES && self->frames[self->measuring].is_final)
    self->measuring++;
  if (self->measured != NULL && self->measuring < SAL_FILMSTRIP_FRAMES
      && gtk_widget_get_mapped (GTK_WIDGET (self)))
    sal_lab_measure_accuracy (lab, SAL_FILMSTRIP_ACCURACY_SLOT, self->measured,
                              sal_filmstrip_bits (self, self->measuring, self->measured),
                              measured_cb, self);
}

void
sal_filmstrip_measure (SalFilmstrip *self)
{
  SalLabModel *model = sal_session_get_model (self->session);
  const SalBits bits = model == NULL ? self->measured_bits : sal_filmstrip_bits (self, 1, model);

  if (model != self->measured || !sal_bits_equal (&bits, &self->measured_bits)) {
    g_clear_pointer (&self->measured, sal_lab_model_unref);
    self->measured = model == NULL ? NULL : sal_lab_model_ref (model);
    self->measured_bits = bits;
    for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
      self->frames[i].accuracy = NAN;
      self->frames[i].is_final = FALSE;
      sal_filmstrip_describe_frame (self, i);
    }
  }
  measure_next (self);
}
