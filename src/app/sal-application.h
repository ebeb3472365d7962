/* sal-application.h - the program: options, actions, keys, one window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

#define SAL_TYPE_APPLICATION (sal_application_get_type ())
G_DECLARE_FINAL_TYPE (SalApplication, sal_application, SAL, APPLICATION, AdwApplication)

SalApplication *sal_application_new (void);

/* What all pages share; made at start-up, NULL before. */
SalSession *sal_application_get_session (SalApplication *self);

G_END_DECLS
