/* sal-map-comparison.h - one image explained at full precision and at few bits
 *
 * Image, both maps and their difference on one scale, whose number is shown,
 * and what the network says at each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-lab.h"

G_BEGIN_DECLS

/* Properties:
 *   "method"  string, a name in the engine's table; notifies when chosen
 *
 * Signal "class-chosen" (int): one of the most probable classes was. */
#define SAL_TYPE_MAP_COMPARISON (sal_map_comparison_get_type ())
G_DECLARE_FINAL_TYPE (SalMapComparison, sal_map_comparison, SAL, MAP_COMPARISON, AdwBin)

/* The first pane of `answer` is full precision, the second the bits that
 * `here` describes; both have maps. `pixels` are the image's. */
void sal_map_comparison_show (SalMapComparison     *self,
                              const SalImageAnswer *answer,
                              guint                 image,
                              const guint8         *pixels,
                              SalDataset           *dataset,
                              const char           *here);

/* A newer answer is on its way. */
void sal_map_comparison_set_stale (SalMapComparison *self,
                                   gboolean          stale);

const char *sal_map_comparison_get_method (SalMapComparison *self);

G_END_DECLS
