/* sal-network-editor.h - the window in which a network is written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Property "session" (SalSession): whose recipe is given the network. */
#define SAL_TYPE_NETWORK_EDITOR (sal_network_editor_get_type ())
G_DECLARE_FINAL_TYPE (SalNetworkEditor, sal_network_editor, SAL, NETWORK_EDITOR, AdwWindow)

/* Shows the editor of `parent`, with the text of the recipe's network; not
 * modal. */
void sal_network_editor_open (GtkWindow  *parent,
                              SalSession *session);

G_END_DECLS
