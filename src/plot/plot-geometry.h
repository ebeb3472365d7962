/* plot-geometry.h - rectangles, in the user units of a cairo context
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* x grows to the right and y downwards, as in cairo and GTK. */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
} PlotRect;

/* Whether the point lies in `rect`, its left and top edge included. */
static inline bool
plot_rect_contains (const PlotRect *rect,
                    double          x,
                    double          y)
{
  return x >= rect->x && x < rect->x + rect->width
         && y >= rect->y && y < rect->y + rect->height;
}

#ifdef __cplusplus
}
#endif
