/* sal-sgt-strip.h - what saliency-guided training sees at this moment
 *
 * A few images of the last mini-batch: the image, the gradient, the mask, the
 * masked image, and the divergence that it costs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-drawing.h"
#include "sal-session.h"

G_BEGIN_DECLS

#define SAL_TYPE_SGT_STRIP (sal_sgt_strip_get_type ())
G_DECLARE_FINAL_TYPE (SalSgtStrip, sal_sgt_strip, SAL, SGT_STRIP, SalDrawing)

/* What saliency-guided training makes of some images; borrowed. */
typedef struct
{
  NnShape       shape;
  guint         n;
  const float  *x;         /* (n, C, H, W) each, normalised                   */
  const float  *gradient;
  const float  *masked;
  const double *kl;        /* (n)                                             */
} SalSgtImages;

/* Shows up to SAL_SNAPSHOT_SGT_IMAGES images, normalised as those of
 * `dataset`; either may be NULL: nothing. Returns whether there is something
 * to show. */
gboolean sal_sgt_strip_show (SalSgtStrip        *self,
                             const SalSgtImages *images,
                             SalDataset         *dataset);

G_END_DECLS
