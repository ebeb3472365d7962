/* sal-glyph-shapes.h - the skeletons from which the glyphs are drawn
 *
 * A skeleton is one or more pen strokes.  Each stroke is a list of points that
 * a smooth curve runs through; a corner point breaks the smoothness.
 * Coordinates are hundredths of a box, x to the right and y down.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SAL_GLYPH_MAX_POINTS 24

typedef enum
{
  SAL_GLYPH_END,    /* after the last point of the skeleton */
  SAL_GLYPH_START,  /* the pen is put down here             */
  SAL_GLYPH_SMOOTH, /* the curve passes smoothly            */
  SAL_GLYPH_CORNER, /* the curve breaks                     */
} SalGlyphPointKind;

typedef struct
{
  gint8             x;
  gint8             y;
  SalGlyphPointKind kind;
} SalGlyphPoint;

typedef struct
{
  SalGlyphPoint points[SAL_GLYPH_MAX_POINTS]; /* ended by SAL_GLYPH_END */
} SalGlyphShape;

typedef struct
{
  const SalGlyphShape *shapes;
  guint                n;
} SalGlyphVariants;

/* The ways to write each of the ten digits. */
extern const SalGlyphVariants sal_glyph_digits[10];

/* Signs that mean nothing, written with the same pen. */
extern const SalGlyphVariants sal_glyph_signs;

G_END_DECLS
