/* sal-toggle-look.h - what the button that starts and pauses training says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "sal-run-item.h"
#include "sal-worker.h"

G_BEGIN_DECLS

/* The words are marked, not translated. */
typedef struct
{
  const char *icon;
  const char *label;
  const char *tooltip;
  gboolean    can_toggle;
  gboolean    can_stop;
} SalToggleLook;

/* With a worker in `state`, while `run` (may be NULL) is looked at. */
const SalToggleLook *sal_toggle_look (SalWorkerState state,
                                      SalRunItem    *run);

/* Whether a window of `width` has room for the word beside the icon. */
gboolean sal_toggle_look_has_room (GtkWidget *window,
                                   int        width);

G_END_DECLS
