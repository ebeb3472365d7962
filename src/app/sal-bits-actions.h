/* sal-bits-actions.h - bit widths by key; their part in what can be undone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* GActionGroup:
 *   "more", "fewer"  moves weights and activations by one stop of the slider
 *   "as-trained"     back to what the network was trained at
 *
 * Everything in the session's bits is noted in its history. */
#define SAL_TYPE_BITS_ACTIONS (sal_bits_actions_get_type ())
G_DECLARE_FINAL_TYPE (SalBitsActions, sal_bits_actions, SAL, BITS_ACTIONS, GSimpleActionGroup)

SalBitsActions *sal_bits_actions_new (SalSession *session);

/* Gives `window` the group as "bits", and its keys [ and ], which an entry that
 * has the focus keeps for itself. */
void sal_bits_actions_install (GtkWidget  *window,
                               SalSession *session);

G_END_DECLS
