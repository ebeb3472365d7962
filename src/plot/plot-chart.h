/* plot-chart.h - line charts
 *
 * A chart is a plain description filled in before each drawing; it owns
 * nothing.  Lay it out once (PlotLayout), draw it with that layout, and map
 * the pointer with the same layout:
 *
 *     PlotChart chart = {
 *       .title = "Loss", .series = series, .n_series = 2, .legend = true,
 *       .x = { .title = "step" }, PLOT_CHART_NO_POINTER,
 *     };
 *     plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
 *     plot_chart_layout (&chart, &style, bounds, &layout);
 *     plot_chart_draw (&chart, &style, &layout, cr);
 *
 * Cost is O(pixels), whatever the number of points (see plot-trace.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-geometry.h"
#include "plot-palette.h"
#include "plot-scale.h"
#include "plot-series.h"

#include <cairo.h>
#include <math.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The shown range in data; minimum < maximum. */
typedef struct
{
  const char *title;   /* "step", "accuracy, %"; NULL: none                   */
  double      minimum;
  double      maximum;
  bool        log;
} PlotAxis;

/* Something that happened at an x: "bits changed 8 → 4". */
typedef struct
{
  double      x;
  const char *label;
} PlotMark;

typedef struct
{
  const char       *title;      /* bold, top left; NULL: none                 */
  const char       *hint;       /* dim, after title and legend; NULL: none    */
  bool              legend;     /* names of the series beside the title       */
  double            header_inset; /* room left free at the title's right      */
  const char       *empty_text; /* shown while no series has a finite point   */

  const PlotSeries *series;
  size_t            n_series;
  const PlotMark   *marks;
  size_t            n_marks;

  PlotAxis          x;
  PlotAxis          y;

  double            crosshair;  /* data x under the pointer; NaN: none        */
  const char       *x_name;     /* of the readout, "step"; NULL: x.title      */
  double            handle;     /* data x of the draggable handle; NaN: none  */
  const char       *handle_label;
  double            selection_begin; /* stretch of the x axis; NaN: none      */
  double            selection_end;
} PlotChart;

/* For initialisers: nothing under the pointer, no handle, no selection. */
#define PLOT_CHART_NO_POINTER                                             \
  .crosshair = NAN, .handle = NAN, .selection_begin = NAN, .selection_end = NAN

typedef struct
{
  PlotRect  bounds; /* what was given                                         */
  PlotRect  inner;  /* where the data are                                     */
  PlotRect  header; /* title and legend; height 0 if there are none           */
  PlotScale x;
  PlotScale y;
} PlotLayout;

/* --- range --------------------------------------------------------------- */

enum
{
  PLOT_FIT_X = 1 << 0,
  PLOT_FIT_Y = 1 << 1, /* to what is visible in the x range                   */
};

/* Sets the ranges of the axes to the shown series: x tightly, y widened to
 * gridlines.  Without any finite point: 0..1. */
void plot_chart_fit (PlotChart *chart,
                     unsigned   what);

/* --- drawing ------------------------------------------------------------- */

/* Divides `bounds` (user units).  Sizes of labels are measured with the
 * style's font. */
void plot_chart_layout (const PlotChart *chart,
                        const PlotStyle *style,
                        PlotRect         bounds,
                        PlotLayout      *layout);

/* Draws into `cr`; the background is not painted.  The state of `cr` is kept. */
void plot_chart_draw (const PlotChart  *chart,
                      const PlotStyle  *style,
                      const PlotLayout *layout,
                      cairo_t          *cr);

/* --- pointer ------------------------------------------------------------- */

/* A point of a series, found from the pointer. */
typedef struct
{
  size_t series;
  size_t index;
  double x;
  double y;
  double distance; /* pixels */
} PlotHit;

/* The nearest drawn point (as the eye sees it: the smoothed curve) to a
 * pixel.  Returns false if no shown series has a finite point in range. */
bool plot_chart_nearest (const PlotChart  *chart,
                         const PlotLayout *layout,
                         double            pixel_x,
                         double            pixel_y,
                         PlotHit          *hit);

/* Whether a press at this pixel grabs the handle (its knob or its line). */
bool plot_chart_on_handle (const PlotChart  *chart,
                           const PlotLayout *layout,
                           double            pixel_x,
                           double            pixel_y);

/* The series whose legend entry lies at this pixel, or -1. */
int plot_chart_legend_at (const PlotChart  *chart,
                          const PlotStyle  *style,
                          const PlotLayout *layout,
                          double            pixel_x,
                          double            pixel_y);

#ifdef __cplusplus
}
#endif
