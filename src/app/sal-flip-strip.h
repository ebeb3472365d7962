/* sal-flip-strip.h - the images that flip along a stretch of a masking curve
 *
 * One line of images that grows while the lab looks at the test set; choosing
 * one makes it the session's image.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Hidden until there is a stretch. */
#define SAL_TYPE_FLIP_STRIP (sal_flip_strip_get_type ())
G_DECLARE_FINAL_TYPE (SalFlipStrip, sal_flip_strip, SAL, FLIP_STRIP, AdwBin)

/* Shows the flips between `from` and `to` (shares, 0 .. 1) on one of `n`
 * curves, of which the user chooses; `chosen` is the first choice.  The same
 * curves keep the user's. */
void sal_flip_strip_show (SalFlipStrip          *self,
                          SalSession            *session,
                          const SalCurveRequest *requests,
                          const char *const     *names,
                          guint                  n,
                          guint                  chosen,
                          double                 from,
                          double                 to);

/* Stops looking; what was found stays where it is. */
void sal_flip_strip_cancel (SalFlipStrip *self);

/* Stops looking and hides. */
void sal_flip_strip_clear (SalFlipStrip *self);

guint sal_flip_strip_get_n_images (SalFlipStrip *self);

G_END_DECLS
