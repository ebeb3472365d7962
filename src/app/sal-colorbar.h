/* sal-colorbar.h - the colours of a map with the numbers at their ends
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-drawing.h"

G_BEGIN_DECLS

#define SAL_TYPE_COLORBAR (sal_colorbar_get_type ())
G_DECLARE_FINAL_TYPE (SalColorbar, sal_colorbar, SAL, COLORBAR, SalDrawing)

/* Whether the left end is the negative of the right one (as at first), or 0. */
void sal_colorbar_set_signed (SalColorbar *self,
                              gboolean     is_signed);

/* The value at the right end.  0 or NaN: not known, no numbers. */
void sal_colorbar_set_scale (SalColorbar *self,
                             double       scale);

G_END_DECLS
