/* sal-filmstrip.h - one image explained by one network at falling bit widths
 *
 * Shows the session's run, image and class; a frame that is pressed makes its
 * bits the session's.  Asks the lab itself, and only while it is mapped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-inspect-pane.h"
#include "sal-own-image.h"

G_BEGIN_DECLS

#define SAL_TYPE_FILMSTRIP (sal_filmstrip_get_type ())
G_DECLARE_FINAL_TYPE (SalFilmstrip, sal_filmstrip, SAL, FILMSTRIP, AdwBin)

/* Once. */
void sal_filmstrip_set_session (SalFilmstrip *self,
                                SalSession   *session);

/* Shows this image instead of the session's while there is one in it. Once. */
void sal_filmstrip_set_own_image (SalFilmstrip *self,
                                  SalOwnImage  *own);

/* A name in the engine's table of methods. */
void sal_filmstrip_set_method (SalFilmstrip *self,
                               const char   *method);

/* How the frames are drawn: as the panes are. */
void sal_filmstrip_set_look (SalFilmstrip  *self,
                             SalMapMode     mode,
                             SalScaleChoice choice,
                             SalScaleEnd    end);

G_END_DECLS
