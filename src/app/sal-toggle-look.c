/* sal-toggle-look.c - what the button that starts and pauses training says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-toggle-look.h"

#include <glib/gi18n.h>

#include "sal-text-scale.h"

/* Room enough, if text has its usual size. */
#define ROOMY_WIDTH 1040

static const SalToggleLook looks[] = {
  [SAL_WORKER_IDLE] = { "media-playback-start-symbolic", N_("Start"),
                        N_("Start training (F5)"), TRUE },
  [SAL_WORKER_PREPARING] = { "media-playback-pause-symbolic", N_("Pause"),
                             N_("The data set is being opened"), FALSE, TRUE },
  [SAL_WORKER_TRAINING] = { "media-playback-pause-symbolic", N_("Pause"),
                            N_("Pause training and save a checkpoint (F5)"), TRUE, TRUE },
  [SAL_WORKER_PAUSED] = { "media-playback-start-symbolic", N_("Continue"),
                          N_("Go on with training (F5)"), TRUE, TRUE },
  [SAL_WORKER_STOPPING] = { "media-playback-start-symbolic", N_("Start"),
                            N_("The checkpoint is being saved") },
  [SAL_WORKER_FINISHED] = { "media-playback-start-symbolic", N_("Start"),
                            N_("Start training (F5)"), TRUE },
  [SAL_WORKER_FAILED] = { "media-playback-start-symbolic", N_("Start"),
                          N_("Start training (F5)"), TRUE },
};

static const SalToggleLook resume_look = {
  "media-playback-start-symbolic", N_("Resume"),
  N_("Go on with this run from its checkpoint (F5)"), TRUE,
};

/* Where nothing is trained, a run that was stopped goes on. */
const SalToggleLook *
sal_toggle_look (SalWorkerState state,
                 SalRunItem    *run)
{
  const gboolean resumes = looks[state].can_toggle && !looks[state].can_stop && run != NULL
                           && sal_run_item_can_resume (run);

  return resumes ? &resume_look : &looks[state];
}

gboolean
sal_toggle_look_has_room (GtkWidget *window,
                          int        width)
{
  return width >= ROOMY_WIDTH * sal_text_scale (window);
}
