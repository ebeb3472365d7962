/* sal-session-bin.h - a widget about the session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Property "session" (SalSession), set once and kept as long as the widget. */
#define SAL_TYPE_SESSION_BIN (sal_session_bin_get_type ())
G_DECLARE_DERIVABLE_TYPE (SalSessionBin, sal_session_bin, SAL, SESSION_BIN, AdwBin)

struct _SalSessionBinClass
{
  AdwBinClass parent_class;

  /* The session is there. */
  void (*attach) (SalSessionBin *self,
                  SalSession    *session);
};

G_END_DECLS
