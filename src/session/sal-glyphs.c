/* sal-glyphs.c - built-in images of digits, drawn from stroke skeletons
 *
 * A skeleton goes through five steps, each with its own random numbers from
 * the image's stream: its points are jittered; a smooth curve is traced
 * through them; the curve is bent by a lattice (elastic), then scaled, sheared
 * and turned (affine); Cairo strokes it with an elliptic nib; and the coverage
 * becomes ink of some intensity with a little noise.  No function of libm is
 * used and Cairo rounds coordinates to 1/256 pixel, so that the images do not
 * hang on the last bit of a sine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-glyphs.h"

#include <cairo.h>
#include <string.h>

#include "nn/nn-pool.h"
#include "nn/nn-rng.h"
#include "sal-glyph-shapes.h"
#include "sal-rng.h"

#define SIDE SAL_GLYPHS_SIDE
#define PLANE (SIDE * SIDE)

/* Pieces into which the curve between two points is cut. */
#define CURVE_STEPS 6
#define MAX_VERTICES (SAL_GLYPH_MAX_POINTS * CURVE_STEPS)

/* Coverage (of 255) from which a pixel is ink in the truth. */
#define TRUTH_COVERAGE 64

/* Of the threads that draw. */
#define NICENESS 5

/* Images that a thread takes at a time. */
#define CHUNK 50

/* How far the writing strays. Lengths are in units of the skeleton's box (1),
 * except where they are in pixels. */
static const struct
{
  double jitter;                        /* standard deviation of a point      */
  double bend;                          /* of a lattice node                  */
  double turn;                          /* largest tan (angle / 2)            */
  double shear;                         /* largest                            */
  double height[2];                     /* of the box, pixels                 */
  double aspect[2];                     /* width / height of the box          */
  double drift;                         /* from the centre, pixels            */
  double pen[2];                        /* width, pixels                      */
  double nib[2];                        /* narrow / wide axis of the pen      */
  double ink[2];                        /* intensity of full coverage, of 255 */
  double noise[2];                      /* standard deviation, of 255         */
} hand = {
  .jitter = 0.012,
  .bend = 0.12,
  .turn = 0.15,
  .shear = 0.30,
  .height = { 18.0, 27.0 },
  .aspect = { 0.65, 1.0 },
  .drift = 2.5,
  .pen = { 1.7, 3.4 },
  .nib = { 0.6, 1.0 },
  .ink = { 165.0, 255.0 },
  .noise = { 0.0, 12.0 },
};

typedef struct
{
  double x;
  double y;
} Point;

/* A curve as short straight pieces. */
typedef struct
{
  Point    vertices[MAX_VERTICES];
  gboolean starts[MAX_VERTICES];        /* the pen is put down here */
  int      n;
} Path;

/* A linear map: x' = xx x + xy y, y' = yx x + yy y. */
typedef struct
{
  double xx, xy, yx, yy;
} LinearMap;

/* Nodes along a side: 2 x 2 cells and the border that a cubic spline needs. */
#define LATTICE 5

typedef struct
{
  Point nodes[LATTICE][LATTICE];
} Lattice;

static double
uniform_in (SalRng      *rng,
            const double range[2])
{
  return sal_rng_uniform (rng, range[0], range[1]);
}

static double
uniform_about_zero (SalRng *rng,
                    double  largest)
{
  return sal_rng_uniform (rng, -largest, largest);
}

/* Moves each point of the skeleton a little, into the unit box's units. */
static int
jitter_points (SalRng              *rng,
               const SalGlyphShape *shape,
               Point                points[SAL_GLYPH_MAX_POINTS])
{
  int n = 0;

  while (n < SAL_GLYPH_MAX_POINTS && shape->points[n].kind != SAL_GLYPH_END) {
    points[n].x = shape->points[n].x / 100.0 + hand.jitter * sal_rng_bell (rng);
    points[n].y = shape->points[n].y / 100.0 + hand.jitter * sal_rng_bell (rng);
    n++;
  }
  return n;
}

/* Whether the curve passes smoothly through point `i`, that is, has a
 * neighbour on both sides and no corner. */
static gboolean
is_smooth (const SalGlyphShape *shape,
           int                  n,
           int                  i)
{
  return shape->points[i].kind == SAL_GLYPH_SMOOTH &&
         i + 1 < n && shape->points[i + 1].kind != SAL_GLYPH_START;
}

/* Tangents at both ends of the piece i - 1 ... i: Catmull-Rom where the curve
 * is smooth, and where it ends such that the piece is a parabola. */
static void
find_tangents (const SalGlyphShape *shape,
               const Point         *points,
               int                  n,
               int                  i,
               Point               *from,
               Point               *to)
{
  const Point a = points[i - 1];
  const Point b = points[i];
  const Point chord = { b.x - a.x, b.y - a.y };
  const gboolean smooth_from = is_smooth (shape, n, i - 1);
  const gboolean smooth_to = is_smooth (shape, n, i);

  *from = *to = chord;
  if (smooth_from)
    *from = (Point) { (b.x - points[i - 2].x) / 2, (b.y - points[i - 2].y) / 2 };
  if (smooth_to)
    *to = (Point) { (points[i + 1].x - a.x) / 2, (points[i + 1].y - a.y) / 2 };
  if (smooth_to && !smooth_from)
    *from = (Point) { 2 * chord.x - to->x, 2 * chord.y - to->y };
  if (smooth_from && !smooth_to)
    *to = (Point) { 2 * chord.x - from->x, 2 * chord.y - from->y };
}

static void
add_vertex (Path    *path,
            Point    at,
            gboolean starts)
{
  path->vertices[path->n] = at;
  path->starts[path->n] = starts;
  path->n++;
}

/* Traces the smooth curve through the points (cubic Hermite pieces). */
static void
trace_curve (const SalGlyphShape *shape,
             const Point         *points,
             int                  n,
             Path                *path)
{
  path->n = 0;
  for (int i = 0; i < n; i++) {
    if (shape->points[i].kind == SAL_GLYPH_START) {
      add_vertex (path, points[i], TRUE);
      continue;
    }

    const Point a = points[i - 1];
    const Point b = points[i];
    Point from, to;

    find_tangents (shape, points, n, i, &from, &to);
    for (int step = 1; step <= CURVE_STEPS; step++) {
      const double t = (double) step / CURVE_STEPS;
      const double s = 1.0 - t;
      const double h_a = s * s * (1 + 2 * t);
      const double h_b = t * t * (3 - 2 * t);
      const double h_from = t * s * s;
      const double h_to = -t * t * s;
      const Point at = {
        h_a * a.x + h_b * b.x + h_from * from.x + h_to * to.x,
        h_a * a.y + h_b * b.y + h_from * from.y + h_to * to.y,
      };

      add_vertex (path, at, FALSE);
    }
  }
}

/* Weights of the uniform cubic B-spline, whose second derivative is continuous,
 * at `x` (0 ... 1); returns the first of the four nodes that they belong to. */
static int
weigh_nodes (double x,
             double weights[4])
{
  const double scaled = CLAMP (x, 0.0, 1.0) * (LATTICE - 3);
  const int first = MIN ((int) scaled, LATTICE - 4);
  const double t = scaled - first;
  const double s = 1.0 - t;

  weights[0] = s * s * s / 6;
  weights[1] = (4 - 3 * t * t * (2 - t)) / 6;
  weights[2] = (4 - 3 * s * s * (2 - s)) / 6;
  weights[3] = t * t * t / 6;
  return first;
}

static Point
bend_point (const Lattice *lattice,
            Point          p)
{
  double across[4], down[4];
  const int column = weigh_nodes (p.x, across);
  const int row = weigh_nodes (p.y, down);

  for (int j = 0; j < 4; j++) {
    for (int i = 0; i < 4; i++) {
      const Point node = lattice->nodes[row + j][column + i];

      p.x += down[j] * across[i] * node.x;
      p.y += down[j] * across[i] * node.y;
    }
  }
  return p;
}

static void
bend_path (SalRng *rng,
           Path   *path)
{
  Lattice lattice;

  for (int j = 0; j < LATTICE; j++) {
    for (int i = 0; i < LATTICE; i++) {
      lattice.nodes[j][i].x = hand.bend * sal_rng_bell (rng);
      lattice.nodes[j][i].y = hand.bend * sal_rng_bell (rng);
    }
  }
  for (int i = 0; i < path->n; i++)
    path->vertices[i] = bend_point (&lattice, path->vertices[i]);
}

/* A random size, slant and turn. */
static LinearMap
choose_map (SalRng *rng)
{
  const double height = uniform_in (rng, hand.height);
  const double width = height * uniform_in (rng, hand.aspect);
  const double shear = uniform_about_zero (rng, hand.shear);
  const double t = uniform_about_zero (rng, hand.turn);
  const double cosine = (1 - t * t) / (1 + t * t);
  const double sine = 2 * t / (1 + t * t);

  return (LinearMap) {
    .xx = cosine * width,
    .xy = cosine * shear * width - sine * height,
    .yx = sine * width,
    .yy = sine * shear * width + cosine * height,
  };
}

/* Puts the extent low ... high near the middle of the frame: out = scale * in +
 * shift. What is too large for the frame is made to fit. */
static void
choose_place (SalRng *rng,
              double  low,
              double  high,
              double  margin,
              double *scale,
              double *shift)
{
  const double extent = high - low;
  const double space = SIDE - 2 * margin;

  *scale = extent > space ? space / extent : 1.0;

  const double room = (space - *scale * extent) / 2;

  *shift = SIDE / 2.0 - *scale * (low + high) / 2
           + uniform_about_zero (rng, MIN (room, hand.drift));
}

static void
place_path (SalRng *rng,
            double  pen_width,
            Path   *path)
{
  const LinearMap map = choose_map (rng);
  const double margin = pen_width / 2 + 1.0;
  Point low = { G_MAXDOUBLE, G_MAXDOUBLE };
  Point high = { -G_MAXDOUBLE, -G_MAXDOUBLE };
  Point scale, shift;

  for (int i = 0; i < path->n; i++) {
    const Point p = path->vertices[i];
    const Point q = {
      map.xx * p.x + map.xy * p.y,
      map.yx * p.x + map.yy * p.y,
    };

    low = (Point) { MIN (low.x, q.x), MIN (low.y, q.y) };
    high = (Point) { MAX (high.x, q.x), MAX (high.y, q.y) };
    path->vertices[i] = q;
  }

  choose_place (rng, low.x, high.x, margin, &scale.x, &shift.x);
  choose_place (rng, low.y, high.y, margin, &scale.y, &shift.y);

  for (int i = 0; i < path->n; i++) {
    path->vertices[i].x = scale.x * path->vertices[i].x + shift.x;
    path->vertices[i].y = scale.y * path->vertices[i].y + shift.y;
  }
}

/* Strokes the path with a nib that is an ellipse at some angle. */
static void
stroke_path (SalRng     *rng,
             const Path *path,
             double      pen_width,
             cairo_t    *cr)
{
  const double narrow = uniform_in (rng, hand.nib);
  const double t = sal_rng_uniform (rng, -1.0, 1.0);
  const double cosine = (1 - t * t) / (1 + t * t);
  const double sine = 2 * t / (1 + t * t);
  cairo_matrix_t nib;

  cairo_new_path (cr);
  for (int i = 0; i < path->n; i++) {
    const Point p = path->vertices[i];

    if (path->starts[i])
      cairo_move_to (cr, p.x, p.y);
    else
      cairo_line_to (cr, p.x, p.y);
  }

  cairo_save (cr);
  cairo_matrix_init (&nib, cosine, sine, -sine * narrow, cosine * narrow, 0, 0);
  cairo_transform (cr, &nib);
  cairo_set_line_width (cr, pen_width);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Draws one shape; the surface then holds the ink's coverage. */
static void
draw_shape (SalRng              *rng,
            const SalGlyphShape *shape,
            cairo_t             *cr)
{
  const double pen_width = uniform_in (rng, hand.pen);
  Point points[SAL_GLYPH_MAX_POINTS];
  Path path;

  const int n = jitter_points (rng, shape, points);

  trace_curve (shape, points, n, &path);
  bend_path (rng, &path);
  place_path (rng, pen_width, &path);

  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  stroke_path (rng, &path, pen_width, cr);
}

/* Coverage to grey: ink of some intensity, and noise. `truth` may be NULL. */
static void
develop (SalRng          *rng,
         cairo_surface_t *surface,
         guint8          *pixels,
         guint8          *truth)
{
  const double ink = uniform_in (rng, hand.ink) / 255.0;
  const double noise = uniform_in (rng, hand.noise);
  const int stride = cairo_image_surface_get_stride (surface);

  cairo_surface_flush (surface);

  const guint8 *coverage = cairo_image_surface_get_data (surface);

  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) {
      const guint8 c = coverage[y * stride + x];
      const double grey = ink * c + noise * sal_rng_bell (rng);

      pixels[y * SIDE + x] = (guint8) (CLAMP (grey, 0.0, 255.0) + 0.5);
      if (truth != NULL)
        truth[y * SIDE + x] = c >= TRUTH_COVERAGE;
    }
  }
}

static void
draw_block (SalRng                 *rng,
            const SalGlyphVariants *variants,
            cairo_t                *cr,
            guint8                 *pixels,
            guint8                 *truth)
{
  const guint32 variant = sal_rng_below (rng, variants->n);

  draw_shape (rng, &variants->shapes[variant], cr);
  develop (rng, cairo_get_target (cr), pixels, truth);
}

/* Each ten images hold each digit once, in random order. */
static int
choose_label (guint64 seed,
              gsize   index)
{
  guint32 digits[10] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

  nn_rng_shuffle (seed, sal_rng_stream (SAL_RNG_GLYPH_LABELS, index / 10),
                  digits, G_N_ELEMENTS (digits));
  return (int) digits[index % 10];
}

/* What all threads share. */
typedef struct
{
  SalGlyphsLayout layout;
  guint64         seed;
  gsize           count;
  const guint8   *blocks;               /* NULL: digits are drawn  */
  guint8         *pixels;
  guint8         *labels;               /* with drawn digits       */
  guint8         *truth;
  GCancellable   *cancellable;
  gsize           n_taken;              /* images taken, atomic */
} Job;

static void
draw_digit (const Job *job,
            gsize      index,
            SalRng    *rng,
            cairo_t   *cr,
            guint8    *pixels,
            guint8    *truth)
{
  const int label = choose_label (job->seed, index);

  job->labels[index] = (guint8) label;
  draw_block (rng, &sal_glyph_digits[label], cr, pixels, truth);
}

static void
draw_image (const Job *job,
            gsize      index,
            cairo_t   *cr)
{
  const gsize stride = (gsize) sal_glyphs_height (job->layout) * SIDE;
  guint8 *pixels = job->pixels + index * stride;
  guint8 *truth = job->truth != NULL ? job->truth + index * stride : NULL;
  SalRng rng = sal_rng_start (job->seed, SAL_RNG_GLYPH, index);

  if (job->layout == SAL_GLYPHS_DIGIT) {
    draw_digit (job, index, &rng, cr, pixels, truth);
    return;
  }

  const guint32 digit_row = sal_rng_below (&rng, 2);

  if (job->blocks != NULL)
    memcpy (pixels + digit_row * PLANE, job->blocks + index * PLANE, PLANE);
  else
    draw_digit (job, index, &rng, cr, pixels + digit_row * PLANE, NULL);
  draw_block (&rng, &sal_glyph_signs, cr, pixels + (1 - digit_row) * PLANE, NULL);
  if (truth != NULL) {
    memset (truth, 0, stride);
    memset (truth + digit_row * PLANE, 1, PLANE);
  }
}

/* Takes chunks of images until none is left. */
static gpointer
draw_chunks (gpointer data)
{
  Job *job = data;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  gsize first;

  cairo_set_antialias (cr, CAIRO_ANTIALIAS_GOOD);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  while (!g_cancellable_is_cancelled (job->cancellable) &&
         (first = g_atomic_pointer_add (&job->n_taken, CHUNK)) < job->count) {
    const gsize end = MIN (first + CHUNK, job->count);

    for (gsize i = first; i < end; i++)
      draw_image (job, i, cr);
  }

  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return NULL;
}

/* A thread of its own: it leaves the processor to a window that is being
 * built. */
static gpointer
draw_aside (gpointer data)
{
  nn_pool_be_nice (NICENESS);
  return draw_chunks (data);
}

int
sal_glyphs_height (SalGlyphsLayout layout)
{
  return layout == SAL_GLYPHS_BLOCKS ? 2 * SIDE : SIDE;
}

/* Draws all images on `n_threads` threads (0: one per processor). */
static gboolean
run_job (Job  *job,
         guint n_threads)
{
  g_autoptr (GPtrArray) helpers = g_ptr_array_new ();

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (helpers, g_thread_new ("glyphs", draw_aside, job));
  for (guint i = 0; i < helpers->len; i++)
    g_thread_join (g_ptr_array_index (helpers, i));

  return !g_cancellable_is_cancelled (job->cancellable);
}

gboolean
sal_glyphs_draw (SalGlyphsLayout layout,
                 guint64         seed,
                 gsize           count,
                 guint           n_threads,
                 guint8         *pixels,
                 guint8         *labels,
                 guint8         *truth,
                 GCancellable   *cancellable)
{
  Job job = {
    .layout = layout,
    .seed = seed,
    .count = count,
    .pixels = pixels,
    .labels = labels,
    .truth = truth,
    .cancellable = cancellable,
  };

  return run_job (&job, n_threads);
}

gboolean
sal_glyphs_stack (guint64       seed,
                  const guint8 *blocks,
                  gsize         count,
                  guint         n_threads,
                  guint8       *pixels,
                  guint8       *truth,
                  GCancellable *cancellable)
{
  Job job = {
    .layout = SAL_GLYPHS_BLOCKS,
    .seed = seed,
    .count = count,
    .blocks = blocks,
    .pixels = pixels,
    .truth = truth,
    .cancellable = cancellable,
  };

  return run_job (&job, n_threads);
}
