/* shot-stage.h - the program with its window, waited for and photographed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-application.h"

G_BEGIN_DECLS

typedef struct
{
  SalApplication *application;
  SalSession     *session;
  GtkWindow      *window;      /* the main window                             */
  SalRunItem     *run;         /* that is shown at the start                  */
} ShotStage;

/* Turns the main loop until `condition (data)` is TRUE. Ends the process with
 * a message that names `what` when that takes minutes. */
typedef gboolean (*ShotCondition) (gpointer data);
void shot_stage_wait (ShotCondition condition,
                      gpointer      data,
                      const char   *what);

/* Waits until the demo models with their curves and the data set are there. */
void shot_stage_wait_until_loaded (ShotStage *self);

/* Gives the main window this size, or the smallest that it can have, and waits
 * until it has it. */
void shot_stage_resize (ShotStage *self,
                        int        width,
                        int        height);

/* Waits until `window` is complete (no question to the lab is open, and it is
 * drawn the same twice) and saves it with its open popovers as STEM-WxH.png.
 * Its path, to be freed; NULL: it could not be made. */
char *shot_stage_save (ShotStage  *self,
                       GtkWindow  *window,
                       const char *stem);

/* The first visible widget of `type` below `root`, itself included, for which
 * `matches` (may be NULL) is TRUE; NULL if there is none. */
typedef gboolean (*ShotMatch) (GtkWidget *widget);
gpointer shot_stage_find (GtkWidget *root,
                          GType      type,
                          ShotMatch  matches);

G_END_DECLS
