/* shot-scenes.h - what there is to photograph
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shot-stage.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;            /* of the pictures' files                      */
  const char *page;            /* of the main window that lies below          */
  gboolean    is_page;         /* in all sizes of the main window; else in one */

  /* Makes it so on the page, and returns the window to photograph. */
  GtkWindow *(*open) (ShotStage *stage);

  /* Puts everything back. */
  void (*close) (ShotStage *stage,
                 GtkWindow *window);
} ShotScene;

/* The scene at `index`, or NULL after the last. */
const ShotScene *shot_scene (guint index);

G_END_DECLS
