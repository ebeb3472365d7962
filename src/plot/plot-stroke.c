/* plot-stroke.c - one curve onto a cairo context, as cheaply as it allows
 *
 * The cost of an antialiased stroke is the length and the crossings of its
 * edges, not the number of points, so the way of drawing follows the vertical
 * distance that the pen would travel: a stroke, the outline of what the
 * columns cover, or boxes without antialiasing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-stroke.h"

#include <glib.h>
#include <math.h>

/* Pixels of vertical travel up to which separate points are stroked with
 * antialiasing. */
#define TRAVEL_BUDGET 30000.0

/* The same for a column of pixels: up to the first a stroke, unless the line
 * moves to and fro in most columns, which is more vertices than this; up to
 * the second an outline. */
#define SMOOTH_TRAVEL 4.0
#define SMOOTH_VERTICES 2
#define CALM_TRAVEL 60.0

/* Pixels within which the values of a column are one. */
#define FLAT 0.25

/* Round joins, which cost several times the line, stop here. */
#define MANY_VERTICES 600

/* Coordinates beyond this are drawn at it: cairo counts in 24.8 bits. */
#define FAR_AWAY 1e6

#define POINT_RADIUS 3.0

typedef struct
{
  double x;
  double y; /* NaN: the line breaks                                           */
} Vertex;

static bool
is_vector (cairo_t *cr)
{
  const cairo_surface_type_t type = cairo_surface_get_type (cairo_get_target (cr));

  return type == CAIRO_SURFACE_TYPE_SVG || type == CAIRO_SURFACE_TYPE_PDF
         || type == CAIRO_SURFACE_TYPE_PS;
}

/* The number of device pixels in `length` user units along x. */
static size_t
device_columns (cairo_t *cr,
                double   length)
{
  double dx = fabs (length);
  double dy = 0.0;

  cairo_user_to_device_distance (cr, &dx, &dy);
  return (size_t) fmin (fmax (ceil (hypot (dx, dy)), 1.0), 16384.0);
}

static double
pixel_of (const PlotScale *scale,
          double           value)
{
  const double pixel = plot_scale_to_pixel (scale, value);

  return isnan (pixel) ? NAN : fmin (fmax (pixel, -FAR_AWAY), FAR_AWAY);
}

static void
add_vertex (GArray *path,
            double  x,
            double  y)
{
  const Vertex vertex = { x, y };

  if (path->len > 0) {
    const Vertex last = g_array_index (path, Vertex, path->len - 1);

    if ((isnan (y) && isnan (last.y)) || (last.x == x && last.y == y))
      return;
  }
  g_array_append_val (path, vertex);
}

/* --- points or columns to a path ------------------------------------------ */

/* The points whose segments are seen: [begin, end) with one more on each
 * side. */
static void
visible (const PlotCurve *curve,
         const PlotScale *x,
         size_t          *begin,
         size_t          *end)
{
  const size_t first = plot_curve_find (curve, x->minimum, 0);
  const size_t after = plot_curve_find (curve, nextafter (x->maximum, INFINITY), first);

  *begin = first > 0 ? first - 1 : 0;
  *end = MIN (after + 1, curve->n);
}

static void
path_of_points (const PlotCurve *curve,
                size_t           begin,
                size_t           end,
                const PlotScale *x,
                const PlotScale *y,
                GArray          *path)
{
  for (size_t i = begin; i < end; i++) {
    const double px = pixel_of (x, plot_curve_x (curve, i));

    add_vertex (path, px, isnan (px) ? NAN : pixel_of (y, curve->y[i]));
  }
}

static void
path_of_columns (const PlotColumn *columns,
                 size_t            n,
                 const PlotScale  *x,
                 const PlotScale  *y,
                 GArray           *path)
{
  const double width = (x->end - x->start) / (double) n;

  for (size_t c = 0; c < n; c++) {
    const PlotColumn *column = &columns[c];
    const double px = x->start + width * ((double) c + 0.5);

    if (column->minimum > column->maximum)
      continue;

    /* A line that hardly moves within a pixel is one vertex: the stroke's cost
     * is their number. */
    if (isfinite (column->first) && isfinite (column->last) &&
        fabs (pixel_of (y, column->maximum) - pixel_of (y, column->minimum)) < FLAT) {
      add_vertex (path, px, pixel_of (y, (column->minimum + column->maximum) / 2.0));
      continue;
    }

    const bool rises = fabs (column->first - column->minimum)
                       <= fabs (column->first - column->maximum);
    const double values[] = {
      column->first,
      rises ? column->minimum : column->maximum,
      rises ? column->maximum : column->minimum,
      column->last,
    };

    for (int k = 0; k < 4; k++)
      add_vertex (path, px, isfinite (values[k]) ? pixel_of (y, values[k]) : NAN);
  }
}

static double
vertical_travel (const GArray *path)
{
  const Vertex *vertices = (const Vertex *) (const void *) path->data;
  double travel = 0.0;

  for (guint i = 1; i < path->len; i++) {
    const double step = fabs (vertices[i].y - vertices[i - 1].y);

    travel += isnan (step) ? 0.0 : step;
  }
  return travel;
}

/* --- path to cairo ------------------------------------------------------- */

static void
stroke_path (cairo_t       *cr,
             const GArray  *path,
             const PlotPen *pen,
             bool           antialias)
{
  const Vertex *vertices = (const Vertex *) (const void *) path->data;
  bool down = false;

  for (guint i = 0; i < path->len; i++) {
    const bool finite = !isnan (vertices[i].y);
    const bool ends = i + 1 == path->len || isnan (vertices[i + 1].y);

    if (finite && !down)
      cairo_move_to (cr, vertices[i].x, vertices[i].y);
    /* A point alone becomes a dot under the round cap. */
    if (finite && (down || ends))
      cairo_line_to (cr, vertices[i].x, vertices[i].y);
    down = finite;
  }
  if (!antialias)
    cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  plot_line_set (cr, pen->line);
  cairo_set_line_join (cr, path->len > MANY_VERTICES ? CAIRO_LINE_JOIN_BEVEL
                                                     : CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, pen->width);
  cairo_stroke (cr);
}

/* What the pen covers in a column: from its smallest to its largest value and
 * on to where the column before ended, and half the pen's width around. */
typedef struct
{
  double top;    /* NaN: the column is empty                                  */
  double bottom;
  bool   joined; /* the line comes from the column before                     */
} Span;

static void
measure_spans (const PlotColumn *columns,
               size_t            n,
               const PlotScale  *y,
               double            pen_width,
               Span             *spans)
{
  double before = NAN;

  for (size_t c = 0; c < n; c++) {
    const PlotColumn *column = &columns[c];

    if (column->minimum > column->maximum) {
      spans[c].top = NAN;
      continue;
    }

    const double from = isfinite (column->first) ? before : NAN;
    const double top = fmin (pixel_of (y, column->maximum), from);
    const double bottom = fmax (pixel_of (y, column->minimum), from);

    spans[c] = (Span) { top - pen_width / 2.0, bottom + pen_width / 2.0, !isnan (from) };
    before = isfinite (column->last) ? pixel_of (y, column->last) : NAN;
  }
}

/* Each column as a box, without antialiasing. */
static void
fill_boxes (cairo_t         *cr,
            const Span      *spans,
            size_t           n,
            const PlotScale *x)
{
  const double width = (x->end - x->start) / (double) n;

  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (size_t c = 0; c < n; c++)
    if (!isnan (spans[c].top))
      cairo_rectangle (cr, x->start + width * (double) c, spans[c].top,
                       width, spans[c].bottom - spans[c].top);
  cairo_fill (cr);
}

/* Adds the outline of columns [begin, end), which follow each other without a
 * break.  It never crosses itself, which is what makes it cheap. */
static void
add_envelope (cairo_t    *cr,
              const Span *spans,
              size_t      begin,
              size_t      end,
              double      start,
              double      width)
{
  const double left = start + width * (double) begin;
  const double right = start + width * (double) end;

  cairo_move_to (cr, left, spans[begin].top);
  for (size_t c = begin; c < end; c++)
    if (!isnan (spans[c].top))
      cairo_line_to (cr, start + width * ((double) c + 0.5), spans[c].top);
  cairo_line_to (cr, right, spans[end - 1].top);
  cairo_line_to (cr, right, spans[end - 1].bottom);
  for (size_t c = end; c-- > begin;)
    if (!isnan (spans[c].top))
      cairo_line_to (cr, start + width * ((double) c + 0.5), spans[c].bottom);
  cairo_line_to (cr, left, spans[begin].bottom);
  cairo_close_path (cr);
}

/* All columns as outlines, antialiased. */
static void
fill_envelope (cairo_t         *cr,
               const Span      *spans,
               size_t           n,
               const PlotScale *x)
{
  const double width = (x->end - x->start) / (double) n;
  size_t begin = n;
  size_t end = n;

  for (size_t c = 0; c < n; c++) {
    if (isnan (spans[c].top))
      continue;
    if (begin < n && !spans[c].joined) {
      add_envelope (cr, spans, begin, end, x->start, width);
      begin = n;
    }
    if (begin == n)
      begin = c;
    end = c + 1;
  }
  if (begin < n)
    add_envelope (cr, spans, begin, end, x->start, width);
  cairo_fill (cr);
}

/* Whether the path over `n` columns is drawn with a pen: it is as cheap as its
 * outline, or has dashes or gaps of its own. */
static bool
is_smooth (const GArray  *path,
           size_t         n,
           double         travel,
           const PlotPen *pen)
{
  return travel <= SMOOTH_TRAVEL
         && (pen->line != PLOT_LINE_SOLID || path->len <= SMOOTH_VERTICES * n);
}

/* Many points in each column: a stroke for a smooth line, otherwise what the
 * columns cover. */
static void
draw_columns (cairo_t         *cr,
              const PlotCurve *curve,
              size_t           n,
              const PlotScale *x,
              const PlotScale *y,
              const PlotPen   *pen,
              GArray          *path)
{
  PlotColumn *columns = g_new (PlotColumn, n);
  Span *spans = g_new (Span, n);

  plot_decimate (curve, x, y->log, columns, n);
  path_of_columns (columns, n, x, y, path);

  const double travel = vertical_travel (path) / (double) n;

  if (is_vector (cr) || is_smooth (path, n, travel, pen)) {
    stroke_path (cr, path, pen, true);
  } else {
    measure_spans (columns, n, y, pen->width, spans);
    (travel <= CALM_TRAVEL ? fill_envelope : fill_boxes) (cr, spans, n, x);
  }
  g_free (columns);
  g_free (spans);
}

void
plot_stroke_curve (cairo_t         *cr,
                   const PlotCurve *curve,
                   const PlotScale *x,
                   const PlotScale *y,
                   const PlotPen   *pen)
{
  const size_t n_columns = device_columns (cr, x->end - x->start);
  GArray *path = g_array_new (FALSE, FALSE, sizeof (Vertex));
  size_t begin;
  size_t end;

  visible (curve, x, &begin, &end);
  cairo_save (cr);
  plot_color_set (cr, pen->color);
  if (end - begin > 2 * n_columns) {
    draw_columns (cr, curve, n_columns, x, y, pen, path);
  } else {
    path_of_points (curve, begin, end, x, y, path);
    stroke_path (cr, path, pen, is_vector (cr) || vertical_travel (path) <= TRAVEL_BUDGET);
  }
  cairo_restore (cr);
  g_array_free (path, TRUE);
}

void
plot_stroke_points (cairo_t         *cr,
                    const PlotCurve *curve,
                    const PlotScale *x,
                    const PlotScale *y,
                    const PlotPen   *pen,
                    PlotColor        halo)
{
  const double radius = POINT_RADIUS * fmax (pen->width / 1.8, 0.8);
  size_t begin;
  size_t end;

  visible (curve, x, &begin, &end);
  if ((double) (end - begin) * radius * 2.5 > fabs (x->end - x->start))
    return;

  cairo_save (cr);
  for (size_t i = begin; i < end; i++) {
    const double px = pixel_of (x, plot_curve_x (curve, i));
    const double py = pixel_of (y, curve->y[i]);

    if (isnan (px) || isnan (py))
      continue;
    cairo_new_sub_path (cr);
    cairo_arc (cr, px, py, radius, 0.0, 2.0 * G_PI);
    plot_color_set (cr, halo);
    cairo_set_line_width (cr, 1.6);
    cairo_stroke_preserve (cr);
    plot_color_set (cr, pen->color);
    cairo_fill (cr);
  }
  cairo_restore (cr);
}

/* --- intervals ----------------------------------------------------------- */

/* Fills the polygon over vertices [begin, end) of both paths. */
static void
fill_between (cairo_t      *cr,
              const Vertex *lower,
              const Vertex *upper,
              size_t        begin,
              size_t        end)
{
  cairo_new_sub_path (cr);
  for (size_t i = begin; i < end; i++)
    cairo_line_to (cr, upper[i].x, upper[i].y);
  for (size_t i = end; i-- > begin;)
    cairo_line_to (cr, lower[i].x, lower[i].y);
  cairo_close_path (cr);
}

/* The pixel of an interval's end; on a log axis an end at or below zero lies
 * under everything. */
static double
edge_pixel (const PlotScale *y,
            double           value)
{
  if (!isfinite (value))
    return NAN;
  return y->log && value <= 0.0 ? y->start : pixel_of (y, value);
}

/* One vertex a point or, where points are dense, one a column: the smallest
 * lower or the largest upper value. */
static Vertex *
band_edge (const PlotCurve *curve,
           bool             upper,
           size_t           begin,
           size_t           end,
           const PlotScale *x,
           const PlotScale *y,
           size_t           n_columns,
           size_t          *n)
{
  const bool dense = end - begin > 2 * n_columns;
  const double width = (x->end - x->start) / (double) n_columns;
  Vertex *edge = g_new (Vertex, dense ? n_columns : end - begin);

  *n = dense ? n_columns : end - begin;
  if (dense) {
    PlotColumn *columns = g_new (PlotColumn, n_columns);

    plot_decimate (curve, x, y->log, columns, n_columns);
    for (size_t c = 0; c < n_columns; c++) {
      const double value = upper ? columns[c].maximum : columns[c].minimum;

      edge[c].x = x->start + width * ((double) c + 0.5);
      edge[c].y = edge_pixel (y, value);
    }
    g_free (columns);
  } else {
    for (size_t i = begin; i < end; i++) {
      edge[i - begin].x = pixel_of (x, plot_curve_x (curve, i));
      edge[i - begin].y = edge_pixel (y, curve->y[i]);
    }
  }
  return edge;
}

void
plot_stroke_band (cairo_t         *cr,
                  const PlotCurve *lower,
                  const PlotCurve *upper,
                  const PlotScale *x,
                  const PlotScale *y,
                  PlotColor        color)
{
  const size_t n_columns = device_columns (cr, x->end - x->start);
  size_t begin;
  size_t end;
  size_t n;

  visible (lower, x, &begin, &end);

  Vertex *low = band_edge (lower, false, begin, end, x, y, n_columns, &n);
  Vertex *high = band_edge (upper, true, begin, end, x, y, n_columns, &n);
  size_t start = 0;

  cairo_save (cr);
  for (size_t i = 0; i <= n; i++) {
    if (i < n && !isnan (low[i].x + low[i].y + high[i].y))
      continue;
    if (i > start)
      fill_between (cr, low, high, start, i);
    start = i + 1;
  }
  plot_color_set (cr, color);
  cairo_fill (cr);
  cairo_restore (cr);
  g_free (low);
  g_free (high);
}
