/* plot-export.h - any drawing as a file: SVG, PDF, PNG; any curve as CSV
 *
 * Files are written to a temporary file beside the target and renamed, so
 * that a target is either the old file or the complete new one.  What the
 * figure shows (the recipe) is carried inside: PDF keywords, a PNG text
 * chunk, an SVG <metadata> element.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-series.h"
#include "plot-table.h"

#include <cairo.h>
#include <glib.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLOT_ERROR (plot_error_quark ())
GQuark plot_error_quark (void);

typedef enum
{
  PLOT_ERROR_WRITE,  /* the file cannot be written                            */
  PLOT_ERROR_FORMAT, /* no format has this name                               */
  PLOT_ERROR_SIZE,   /* too large or empty to be drawn                        */
} PlotError;

/* Draws into `cr` an area of `width` x `height` user units. */
typedef void (*PlotDrawFunc) (cairo_t *cr,
                              double   width,
                              double   height,
                              void    *data);

/* One format: a row of the table that file dialogs and --help show. */
typedef struct
{
  const char *extension; /* "svg", also its name                              */
  const char *title;     /* "SVG drawing"                                     */
  const char *mime_type;
} PlotFormat;

/* The formats of plot_export(), `n` of them. */
const PlotFormat *plot_export_formats (size_t *n);

/* Draws to the file `path`, in the format of its extension (any case).
 * `title` and `metadata` (UTF-8, or NULL) travel inside.  `scale` is pixels
 * per user unit for PNG and ignored by the vector formats.  `background` NULL
 * leaves what is not drawn transparent. */
gboolean plot_export (const char      *path,
                      double           width,
                      double           height,
                      double           scale,
                      const PlotColor *background,
                      const char      *title,
                      const char      *metadata,
                      PlotDrawFunc     draw,
                      void            *data,
                      GError         **error);

/* Writes `surface` as it is (one pixel a pixel), e.g. a map, as PNG. */
gboolean plot_export_surface (const char      *path,
                              cairo_surface_t *surface,
                              const char      *title,
                              const char      *metadata,
                              GError         **error);

/* Writes a table as CSV (RFC 4180, CRLF, UTF-8): a line of titles, numbers in
 * %.9g, an empty cell where there is none. */
gboolean plot_export_table (const char      *path,
                            const PlotTable *table,
                            GError         **error);

/* Writes shown series with x in [x_minimum, x_maximum] as CSV (RFC 4180,
 * CRLF, UTF-8): a column `x_name`, then one per series by its csv_name, raw
 * values in %.9g; smoothed series get a second column "name (smoothed W)",
 * series with an interval two more.  Rows are the union of all x; a cell
 * without a point is empty. */
gboolean plot_export_csv (const char       *path,
                          const char       *x_name,
                          const PlotSeries *series,
                          size_t            n_series,
                          double            x_minimum,
                          double            x_maximum,
                          GError          **error);

#ifdef __cplusplus
}
#endif
