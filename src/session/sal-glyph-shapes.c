/* sal-glyph-shapes.c - the skeletons from which the glyphs are drawn
 *
 * Drawn for this project, point by point.  The unused points at the end of a
 * row are zero, which is SAL_GLYPH_END.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-glyph-shapes.h"

#define START SAL_GLYPH_START
#define SMOOTH SAL_GLYPH_SMOOTH
#define CORNER SAL_GLYPH_CORNER

static const SalGlyphShape zeros[] = {
  { { { 52,  8, START }, { 28, 20, SMOOTH }, { 18, 50, SMOOTH }, { 28, 82, SMOOTH },
      { 50, 92, SMOOTH }, { 73, 82, SMOOTH }, { 83, 50, SMOOTH }, { 73, 19, SMOOTH },
      { 49,  8, SMOOTH } } },
  { { { 68, 14, START }, { 44,  9, SMOOTH }, { 23, 32, SMOOTH }, { 20, 66, SMOOTH },
      { 40, 92, SMOOTH }, { 68, 84, SMOOTH }, { 80, 54, SMOOTH }, { 72, 22, SMOOTH },
      { 54,  8, SMOOTH } } },
  { { { 50,  8, START }, { 27, 21, SMOOTH }, { 20, 50, SMOOTH }, { 27, 79, SMOOTH },
      { 50, 92, SMOOTH }, { 73, 79, SMOOTH }, { 80, 50, SMOOTH }, { 73, 21, SMOOTH },
      { 50,  8, SMOOTH } } },
};

static const SalGlyphShape ones[] = {
  { { { 54,  8, START }, { 48, 92, SMOOTH } } },
  { { { 37, 29, START }, { 55,  9, CORNER }, { 52, 92, SMOOTH } } },
  { { { 35, 27, START }, { 54,  9, CORNER }, { 54, 92, SMOOTH }, { 30, 92, START },
      { 77, 92, SMOOTH } } },
  { { { 50,  8, START }, { 51, 50, SMOOTH }, { 50, 92, SMOOTH } } },
};

static const SalGlyphShape twos[] = {
  { { { 22, 28, START }, { 34, 11, SMOOTH }, { 56,  8, SMOOTH }, { 76, 24, SMOOTH },
      { 70, 46, SMOOTH }, { 45, 70, SMOOTH }, { 20, 91, CORNER }, { 82, 90, SMOOTH } } },
  { { { 24, 24, START }, { 46,  8, SMOOTH }, { 72, 18, SMOOTH }, { 70, 44, SMOOTH },
      { 46, 72, SMOOTH }, { 27, 88, SMOOTH }, { 24, 76, SMOOTH }, { 40, 76, SMOOTH },
      { 62, 89, SMOOTH }, { 82, 84, SMOOTH } } },
  { { { 20, 20, START }, { 50,  8, SMOOTH }, { 78, 26, SMOOTH }, { 58, 54, SMOOTH },
      { 22, 92, CORNER }, { 80, 92, SMOOTH } } },
};

static const SalGlyphShape threes[] = {
  { { { 24, 17, START }, { 48,  8, SMOOTH }, { 73, 21, SMOOTH }, { 67, 40, SMOOTH },
      { 44, 48, CORNER }, { 71, 56, SMOOTH }, { 78, 76, SMOOTH }, { 54, 92, SMOOTH },
      { 22, 83, SMOOTH } } },
  { { { 24, 10, START }, { 76, 10, CORNER }, { 46, 42, CORNER }, { 72, 53, SMOOTH },
      { 79, 74, SMOOTH }, { 54, 92, SMOOTH }, { 22, 82, SMOOTH } } },
  { { { 22, 22, START }, { 46,  8, SMOOTH }, { 72, 22, SMOOTH }, { 48, 47, CORNER },
      { 78, 66, SMOOTH }, { 60, 91, SMOOTH }, { 20, 84, SMOOTH } } },
};

static const SalGlyphShape fours[] = {
  { { { 34, 10, START }, { 27, 34, SMOOTH }, { 20, 58, CORNER }, { 82, 58, SMOOTH },
      { 66, 32, START }, { 64, 60, SMOOTH }, { 62, 92, SMOOTH } } },
  { { { 63, 92, START }, { 63,  8, CORNER }, { 18, 64, CORNER }, { 85, 64, SMOOTH } } },
  { { { 26, 12, START }, { 24, 44, SMOOTH }, { 40, 56, SMOOTH }, { 70, 50, SMOOTH },
      { 74, 10, START }, { 70, 52, SMOOTH }, { 64, 92, SMOOTH } } },
};

static const SalGlyphShape fives[] = {
  { { { 75, 10, START }, { 35, 10, CORNER }, { 29, 46, CORNER }, { 52, 38, SMOOTH },
      { 77, 56, SMOOTH }, { 70, 84, SMOOTH }, { 44, 92, SMOOTH }, { 20, 82, SMOOTH } } },
  { { { 34, 12, START }, { 28, 46, CORNER }, { 54, 40, SMOOTH }, { 78, 60, SMOOTH },
      { 66, 88, SMOOTH }, { 40, 92, SMOOTH }, { 20, 80, SMOOTH }, { 34, 11, START },
      { 78,  9, SMOOTH } } },
  { { { 70,  9, START }, { 38, 12, CORNER }, { 32, 44, SMOOTH }, { 56, 46, SMOOTH },
      { 74, 64, SMOOTH }, { 60, 88, SMOOTH }, { 22, 90, SMOOTH } } },
};

static const SalGlyphShape sixes[] = {
  { { { 68, 10, START }, { 42, 24, SMOOTH }, { 24, 56, SMOOTH }, { 30, 84, SMOOTH },
      { 52, 92, SMOOTH }, { 74, 78, SMOOTH }, { 69, 57, SMOOTH }, { 48, 51, SMOOTH },
      { 28, 66, SMOOTH } } },
  { { { 60,  8, START }, { 36, 38, SMOOTH }, { 23, 68, SMOOTH }, { 36, 90, SMOOTH },
      { 62, 90, SMOOTH }, { 76, 72, SMOOTH }, { 62, 54, SMOOTH }, { 38, 58, SMOOTH },
      { 25, 72, SMOOTH } } },
  { { { 56,  8, START }, { 30, 34, SMOOTH }, { 24, 70, SMOOTH }, { 48, 92, SMOOTH },
      { 72, 76, SMOOTH }, { 62, 54, SMOOTH }, { 36, 58, SMOOTH }, { 26, 74, SMOOTH } } },
};

static const SalGlyphShape sevens[] = {
  { { { 20, 12, START }, { 80, 12, CORNER }, { 58, 48, SMOOTH }, { 42, 92, SMOOTH } } },
  { { { 20, 12, START }, { 80, 12, CORNER }, { 58, 48, SMOOTH }, { 42, 92, SMOOTH },
      { 36, 52, START }, { 74, 50, SMOOTH } } },
  { { { 20, 26, START }, { 21, 12, CORNER }, { 80, 11, CORNER }, { 62, 44, SMOOTH },
      { 52, 92, SMOOTH } } },
  { { { 18, 16, START }, { 50, 12, SMOOTH }, { 80, 10, CORNER }, { 54, 92, SMOOTH } } },
};

static const SalGlyphShape eights[] = {
  { { { 70, 20, START }, { 50,  8, SMOOTH }, { 29, 20, SMOOTH }, { 35, 38, SMOOTH },
      { 53, 48, SMOOTH }, { 74, 65, SMOOTH }, { 71, 84, SMOOTH }, { 50, 92, SMOOTH },
      { 27, 83, SMOOTH }, { 28, 64, SMOOTH }, { 49, 49, SMOOTH }, { 68, 36, SMOOTH },
      { 71, 20, SMOOTH } } },
  { { { 50,  8, START }, { 30, 18, SMOOTH }, { 32, 38, SMOOTH }, { 50, 46, SMOOTH },
      { 69, 37, SMOOTH }, { 70, 18, SMOOTH }, { 51,  8, SMOOTH }, { 50, 46, START },
      { 27, 58, SMOOTH }, { 25, 80, SMOOTH }, { 50, 92, SMOOTH }, { 76, 80, SMOOTH },
      { 73, 58, SMOOTH }, { 51, 46, SMOOTH } } },
  { { { 66, 16, START }, { 42,  8, SMOOTH }, { 30, 26, SMOOTH }, { 50, 46, SMOOTH },
      { 72, 66, SMOOTH }, { 58, 91, SMOOTH }, { 32, 86, SMOOTH }, { 30, 64, SMOOTH },
      { 52, 46, SMOOTH }, { 72, 26, SMOOTH }, { 60,  9, SMOOTH } } },
};

static const SalGlyphShape nines[] = {
  { { { 74, 26, START }, { 54,  9, SMOOTH }, { 31, 16, SMOOTH }, { 25, 37, SMOOTH },
      { 43, 50, SMOOTH }, { 64, 43, SMOOTH }, { 74, 25, CORNER }, { 71, 58, SMOOTH },
      { 64, 92, SMOOTH } } },
  { { { 73, 28, START }, { 55,  8, SMOOTH }, { 32, 15, SMOOTH }, { 25, 36, SMOOTH },
      { 42, 50, SMOOTH }, { 64, 43, SMOOTH }, { 74, 26, CORNER }, { 74, 60, SMOOTH },
      { 58, 88, SMOOTH }, { 30, 88, SMOOTH } } },
  { { { 72, 24, START }, { 48,  8, SMOOTH }, { 26, 26, SMOOTH }, { 34, 48, SMOOTH },
      { 58, 46, SMOOTH }, { 72, 24, CORNER }, { 60, 92, SMOOTH } } },
};

static const SalGlyphShape signs[] = {
  { { { 14, 20, START }, { 86, 20, CORNER }, { 14, 50, CORNER }, { 86, 50, CORNER },
      { 14, 80, CORNER }, { 86, 80, SMOOTH } } },
  { { { 34, 12, START }, { 30, 88, SMOOTH }, { 70, 12, START }, { 66, 88, SMOOTH },
      { 14, 36, START }, { 86, 32, SMOOTH }, { 14, 70, START }, { 86, 66, SMOOTH } } },
  { { { 16, 16, START }, { 84, 16, CORNER }, { 84, 84, CORNER }, { 16, 84, CORNER },
      { 16, 16, SMOOTH }, { 18, 18, START }, { 82, 82, SMOOTH } } },
  { { { 50, 12, START }, { 86, 86, CORNER }, { 14, 86, CORNER }, { 50, 12, SMOOTH },
      { 50, 40, START }, { 50, 86, SMOOTH } } },
  { { { 12, 38, START }, { 28, 20, SMOOTH }, { 44, 38, SMOOTH }, { 60, 20, SMOOTH },
      { 76, 38, SMOOTH }, { 90, 24, SMOOTH }, { 12, 76, START }, { 28, 58, SMOOTH },
      { 44, 76, SMOOTH }, { 60, 58, SMOOTH }, { 76, 76, SMOOTH }, { 90, 62, SMOOTH } } },
  { { { 50, 10, START }, { 50, 90, SMOOTH }, { 12, 50, START }, { 88, 50, SMOOTH },
      { 22, 22, START }, { 78, 78, SMOOTH }, { 78, 22, START }, { 22, 78, SMOOTH } } },
};

#define VARIANTS(array) { array, G_N_ELEMENTS (array) }

const SalGlyphVariants sal_glyph_digits[10] = {
  VARIANTS (zeros),
  VARIANTS (ones),
  VARIANTS (twos),
  VARIANTS (threes),
  VARIANTS (fours),
  VARIANTS (fives),
  VARIANTS (sixes),
  VARIANTS (sevens),
  VARIANTS (eights),
  VARIANTS (nines),
};

const SalGlyphVariants sal_glyph_signs = VARIANTS (signs);
