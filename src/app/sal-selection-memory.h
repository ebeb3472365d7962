/* sal-selection-memory.h - run, image and bits from one start to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session.h"

G_BEGIN_DECLS

/* Image and bits are there at once; the run when the runs are listed, unless
 * a file was opened meanwhile. */
void sal_selection_memory_restore (GSettings  *settings,
                                   SalSession *session);
void sal_selection_memory_save    (GSettings  *settings,
                                   SalSession *session);

/* Whether a demo was shown last, or nothing that is remembered. */
gboolean sal_selection_memory_is_demo (GSettings *settings);

G_END_DECLS
