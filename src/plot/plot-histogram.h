/* plot-histogram.h - distributions of weights and activations
 *
 * Bars, the levels of a quantization grid as vertical lines, and a draggable
 * clipping level alpha with the clipped region shaded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-palette.h"
#include "plot-scale.h"

#include <cairo.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A plain description; everything is borrowed.  Bin i counts values in
 * [minimum + i w, minimum + (i + 1) w), w = (maximum - minimum) / n_bins. */
typedef struct
{
  const char   *title;      /* bold; NULL: none                               */
  const char   *hint;       /* dim, after it; NULL: none                      */
  PlotColor     color;      /* of the bars                                    */
  const double *counts;     /* (n_bins), each >= 0                            */
  size_t        n_bins;
  double        minimum;
  double        maximum;    /* > minimum                                      */
  bool          log_counts; /* heights follow log (1 + count)                 */

  const double *levels;     /* (n_levels) grid of the quantizer, or NULL      */
  size_t        n_levels;

  double        alpha;      /* clipping level; NaN: none                      */
  double        clipped;    /* share of values above alpha, 0..1; NaN: unsaid */
} PlotHistogram;

typedef struct
{
  PlotRect  bounds;
  PlotRect  inner;
  PlotScale x;
  PlotScale y;   /* of drawn heights: counts, or log (1 + count)              */
} PlotHistogramLayout;

void plot_histogram_layout (const PlotHistogram *histogram,
                            const PlotStyle     *style,
                            PlotRect             bounds,
                            PlotHistogramLayout *layout);

void plot_histogram_draw (const PlotHistogram       *histogram,
                          const PlotStyle           *style,
                          const PlotHistogramLayout *layout,
                          cairo_t                   *cr);

/* Whether a press at this pixel grabs the alpha marker. */
bool plot_histogram_on_alpha (const PlotHistogram       *histogram,
                              const PlotHistogramLayout *layout,
                              double                     pixel_x,
                              double                     pixel_y);

/* The bin under the pixel, or -1. */
int plot_histogram_bin_at (const PlotHistogram       *histogram,
                           const PlotHistogramLayout *layout,
                           double                     pixel_x,
                           double                     pixel_y);

/* Counts `n` values into `counts` (n_bins, set to zero first); the maximum
 * itself falls into the last bin.  Values outside and values that are not
 * finite are counted nowhere.  Returns the number counted. */
size_t plot_histogram_count (const float *values,
                             size_t       n,
                             double       minimum,
                             double       maximum,
                             double      *counts,
                             size_t       n_bins);

#ifdef __cplusplus
}
#endif
