/* test-sal-chart-growth.c - a chart of a run in training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "app-fixture.h"
#include "sal-chart.h"

#define EPOCH 40

/* Where it is clipped, cairo smooths edges a little differently, and can leave
 * out the faintest pixel of a letter. */
#define ROUNDING 24
#define SPECK 8

typedef struct
{
  GtkWindow *window;
  SalChart  *chart;
  PlotTrace *training;
  PlotTrace *validation;
  PlotTrace *other;      /* of a run that is done */
  int        step;
} Fixture;

/* A loss that falls, with noise. */
static double
loss_at (int step)
{
  return 2 * exp (-step / 150.0) + 0.1 * sin (step * 12.9898);
}

static void
append (Fixture *self,
        int      n)
{
  for (int i = 0; i < n; i++) {
    self->step++;
    plot_trace_append (self->training, self->step, loss_at (self->step));
    if (self->step % EPOCH == 0)
      plot_trace_append (self->validation, self->step, loss_at (self->step) + 0.1);
  }
}

/* A step, as the page tells it. */
static void
grow (Fixture *self)
{
  append (self, 1);
  sal_chart_grow (self->chart);
}

static gboolean
is_drawn (gpointer chart)
{
  return gtk_widget_get_mapped (chart) && gtk_widget_get_width (chart) > 0;
}

static void
set_up (Fixture      *self,
        gconstpointer with_other)
{
  self->training = plot_trace_new ();
  self->validation = plot_trace_new ();
  self->other = plot_trace_new ();
  for (int i = 0; i < 2000; i++)
    plot_trace_append (self->other, i, loss_at (i) + 0.3);
  plot_trace_set_smoothing (self->training, 0.9);

  const PlotSeries series[] = {
    { .name = "training", .color = plot_run_color (0, false), .trace = self->training },
    { .name = "validation", .color = plot_run_color (1, false), .trace = self->validation,
      .line = PLOT_LINE_DASHED, .points = true },
    { .name = "another run", .color = plot_run_color (2, false), .trace = self->other },
  };

  self->window = GTK_WINDOW (gtk_window_new ());
  self->chart = SAL_CHART (sal_chart_new ());
  g_object_set (self->chart, "title", "Loss", "x-title", "step", "legend", TRUE, NULL);
  sal_chart_set_live (self->chart, TRUE);
  append (self, 100);
  sal_chart_set_series (self->chart, series, GPOINTER_TO_INT (with_other) ? 3 : 2);
  gtk_window_set_default_size (self->window, 600, 400);
  gtk_window_set_child (self->window, GTK_WIDGET (self->chart));
  gtk_window_present (self->window);
  app_fixture_wait (is_drawn, self->chart);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->chart));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  app_fixture_check_finalised (self->window);
  plot_trace_free (self->training);
  plot_trace_free (self->validation);
  plot_trace_free (self->other);
}

static cairo_surface_t *
create_picture (SalChart *chart)
{
  return cairo_image_surface_create (CAIRO_FORMAT_ARGB32,
                                     gtk_widget_get_width (GTK_WIDGET (chart)),
                                     gtk_widget_get_height (GTK_WIDGET (chart)));
}

/* What the widget gives the window. */
static GskRenderNode *
take_node (SalChart *chart)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  GTK_WIDGET_GET_CLASS (chart)->snapshot (GTK_WIDGET (chart), snapshot);
  return gtk_snapshot_free_to_node (snapshot);
}

static cairo_surface_t *
draw_node (SalChart      *chart,
           GskRenderNode *node)
{
  cairo_surface_t *picture = create_picture (chart);
  cairo_t *cr = cairo_create (picture);

  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  return picture;
}

/* The same chart, from nothing. */
static cairo_surface_t *
draw_whole (SalChart *chart)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (chart));
  const PlotRect bounds = sal_drawing_get_bounds (SAL_DRAWING (chart));
  g_autoptr (GskRenderNode) node =
    gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, bounds.width, bounds.height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  SAL_DRAWING_GET_CLASS (chart)->draw (SAL_DRAWING (chart), cr, &style, bounds);
  cairo_destroy (cr);
  return draw_node (chart, node);
}

static int
count_differences (cairo_surface_t *a,
                   cairo_surface_t *b)
{
  const int width = cairo_image_surface_get_width (a);
  const int height = cairo_image_surface_get_height (a);
  int n = 0;

  cairo_surface_flush (a);
  cairo_surface_flush (b);
  for (int y = 0; y < height; y++) {
    const guint8 *row_a = cairo_image_surface_get_data (a) +
                          (gsize) y * cairo_image_surface_get_stride (a);
    const guint8 *row_b = cairo_image_surface_get_data (b) +
                          (gsize) y * cairo_image_surface_get_stride (b);

    for (int i = 0; i < 4 * width; i++)
      n += ABS (row_a[i] - row_b[i]) > ROUNDING;
  }
  return n;
}

static void
check_picture (SalChart      *chart,
               GskRenderNode *node)
{
  cairo_surface_t *grown = draw_node (chart, node);
  cairo_surface_t *whole = draw_whole (chart);

  g_assert_cmpint (count_differences (grown, whole), <=, SPECK);
  cairo_surface_destroy (grown);
  cairo_surface_destroy (whole);
}

static gboolean
is_node (GskRenderNode    *node,
         GskRenderNodeType type)
{
  return gsk_render_node_get_node_type (node) == type;
}

/* The drawing of everything: the first part is cut out of it, or is all of it
 * where there is no strip. */
static GskRenderNode *
get_base (GskRenderNode *node)
{
  GskRenderNode *part =
    is_node (node, GSK_CONTAINER_NODE) ? gsk_container_node_get_child (node, 0) : node;

  return is_node (part, GSK_CLIP_NODE) ? gsk_clip_node_get_child (part) : part;
}

/* Grows by `n` points and checks each picture.  Returns how often everything
 * was drawn. */
static int
grow_checked (Fixture *self,
              int      n)
{
  g_autoptr (GskRenderNode) base = NULL;
  int whole = 0;

  for (int i = 0; i < n; i++) {
    g_autoptr (GskRenderNode) node = NULL;

    grow (self);
    node = take_node (self->chart);
    check_picture (self->chart, node);
    whole += get_base (node) != base;
    g_clear_pointer (&base, gsk_render_node_unref);
    base = gsk_render_node_ref (get_base (node));
  }
  return whole;
}

/* Once for each fifth that the run is longer, or twice, and for each epoch. */
static void
test_strip (Fixture      *self,
            gconstpointer data)
{
  g_assert_cmpint (grow_checked (self, 200), <=, 1 + 2 * 7 + 200 / EPOCH);
}

static void
test_beside_another (Fixture      *self,
                     gconstpointer data)
{
  g_assert_cmpint (grow_checked (self, 200), <=, 15);
}

static void
test_changes (Fixture      *self,
              gconstpointer data)
{
  grow_checked (self, 3);
  plot_trace_set_smoothing (self->training, 0.5);
  sal_chart_update (self->chart);
  grow_checked (self, 3);
  sal_chart_set_marks (self->chart, &(const PlotMark) { 20, "bits 8 → 4" }, 1);
  grow_checked (self, 3);
  g_object_set (self->chart, "log-y", TRUE, NULL);
  grow_checked (self, 3);
  sal_chart_set_x_range (self->chart, 10, 60);
  grow_checked (self, 3);
  sal_chart_set_x_range (self->chart, 0, 0);
  gtk_window_set_default_size (self->window, 500, 300);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->chart));
  grow_checked (self, 3);
  plot_trace_truncate (self->training, 50);
  self->step = 50;
  grow_checked (self, 3);
}

/* Columns right of the last pixel that curves leave a colour on. */
static int
measure_room (Fixture *self)
{
  cairo_surface_t *picture = draw_whole (self->chart);
  const PlotColor color = plot_run_color (0, false);
  const int width = cairo_image_surface_get_width (picture);
  const int height = cairo_image_surface_get_height (picture);
  int room = width;

  cairo_surface_flush (picture);
  for (int y = height / 5; y < height; y++) {
    const guint8 *row = cairo_image_surface_get_data (picture) +
                        (gsize) y * cairo_image_surface_get_stride (picture);

    for (int x = width - room; x < width; x++)
      if (fabs (row[4 * x] - 255 * color.blue) < 2 && fabs (row[4 * x + 1] - 255 * color.green) < 2
          && fabs (row[4 * x + 2] - 255 * color.red) < 2 && row[4 * x + 3] > 250)
        room = width - x - 1;
  }
  cairo_surface_destroy (picture);
  return room;
}

static void
test_room (Fixture      *self,
           gconstpointer data)
{
  int room = 0;

  grow_checked (self, 1);
  room = measure_room (self);
  g_assert_cmpint (room, >, 30);
  grow_checked (self, 4);
  g_assert_cmpint (measure_room (self), <, room);
  sal_chart_set_live (self->chart, FALSE);
  g_assert_cmpint (measure_room (self), <, 20);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add ("/chart growth/only a strip is drawn again", Fixture, GINT_TO_POINTER (0),
              set_up, test_strip, tear_down);
  g_test_add ("/chart growth/a strip in mid-chart, beside a longer run", Fixture,
              GINT_TO_POINTER (1), set_up, test_beside_another, tear_down);
  g_test_add ("/chart growth/whatever else changes is seen", Fixture, GINT_TO_POINTER (0),
              set_up, test_changes, tear_down);
  g_test_add ("/chart growth/room is left only while points come", Fixture, GINT_TO_POINTER (0),
              set_up, test_room, tear_down);
  return g_test_run ();
}
