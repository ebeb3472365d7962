/* sal-glyphs.h - built-in images of digits, drawn from stroke skeletons
 *
 * Needs no files and no network, and the truth is known by construction: which
 * pixels are ink.  Image `i` of a seed depends on the seed and `i` only, so
 * that any number of threads and any count give the same images.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Side of one block in pixels. */
#define SAL_GLYPHS_SIDE 28

typedef enum
{
  /* One digit, 28 x 28. The truth is its ink. */
  SAL_GLYPHS_DIGIT,
  /* A digit above or below a sign that means nothing, 56 high and 28 wide.
   * The truth is the block of the digit. After BlockMNIST: Shah, Jain,
   * Netrapalli, "Do input gradients highlight discriminative features?",
   * https://arxiv.org/abs/2102.12781 */
  SAL_GLYPHS_BLOCKS,
} SalGlyphsLayout;

/* Height of one image: 28 or 56 pixels. The width is 28. */
int sal_glyphs_height (SalGlyphsLayout layout);

/* Draws images 0 ... count - 1 of `seed`, grey (0 is the ground, 255 full ink),
 * on `n_threads` threads (0: one per processor).
 *
 *   pixels  (count, height, 28)
 *   labels  (count), 0 ... 9, each digit once among every ten images
 *   truth   (count, height, 28), 1 where ink covers at least a quarter of the
 *           pixel (of the digit's block: everywhere), else 0; NULL to leave
 *           it out
 *
 * FALSE if `cancellable` (may be NULL) was cancelled; the arrays are then
 * partly filled. */
gboolean sal_glyphs_draw (SalGlyphsLayout layout,
                          guint64         seed,
                          gsize           count,
                          guint           n_threads,
                          guint8         *pixels,
                          guint8         *labels,
                          guint8         *truth,
                          GCancellable   *cancellable);

/* The blocks layout with `blocks` (count, 28, 28) in the place of drawn digits:
 * each stands above or below a sign of its own.  `pixels` and `truth` (may be
 * NULL) are (count, 56, 28). */
gboolean sal_glyphs_stack (guint64       seed,
                           const guint8 *blocks,
                           gsize         count,
                           guint         n_threads,
                           guint8       *pixels,
                           guint8       *truth,
                           GCancellable *cancellable);

G_END_DECLS
