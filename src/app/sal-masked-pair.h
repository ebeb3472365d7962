/* sal-masked-pair.h - an image, the same image masked, and what became of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-map-link.h"
#include "sal-run-item.h"

G_BEGIN_DECLS

#define SAL_TYPE_MASKED_PAIR (sal_masked_pair_get_type ())
G_DECLARE_FINAL_TYPE (SalMaskedPair, sal_masked_pair, SAL, MASKED_PAIR, AdwBin)

/* The pair of `run`, called `name`; `link` links the images of all pairs. */
GtkWidget *sal_masked_pair_new (SalRunItem *run,
                                const char *name,
                                SalMapLink *link);

/* Shows both images, bytes (C, H, W), copied; `before` and `after` name the
 * predicted classes. */
void sal_masked_pair_show (SalMaskedPair *self,
                           NnShape        shape,
                           const guint8  *image,
                           const guint8  *masked,
                           const char    *before,
                           const char    *after);

/* Shows no images, but why not. */
void sal_masked_pair_say (SalMaskedPair *self,
                          const char    *message);

/* "4 → 9", or what was said instead. */
const char *sal_masked_pair_get_words (SalMaskedPair *self);

G_END_DECLS
