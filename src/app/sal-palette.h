/* sal-palette.h - the colours that all maps of the window are drawn in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "plot-palette.h"

G_BEGIN_DECLS

/* Property "palette" (uint): a PlotPalette. */
#define SAL_TYPE_PALETTE (sal_palette_get_type ())
G_DECLARE_FINAL_TYPE (SalPalette, sal_palette, SAL, PALETTE, GObject)

/* The one of the program; it lives as long as that. */
SalPalette *sal_palette_get_default (void);

/* Its colours for signed or for unsigned maps. */
PlotColormap sal_palette_get_colormap (SalPalette *self,
                                       gboolean    is_signed);

/* "white", "blue", "red": of 0, of the least and of the largest value. */
typedef struct
{
  const char *zero;
  const char *least;
  const char *largest;
} SalPaletteWords;

SalPaletteWords sal_palette_get_words (SalPalette *self,
                                       gboolean    is_signed);

G_END_DECLS
