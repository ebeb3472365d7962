/* sal-chart-growth.c - a chart that grows is drawn again only where it grew
 *
 * A curve that is being trained gets a few points a second, most of a chart
 * stays as it was, and drawing all of it takes time from the training.  So
 * the axis ends a little beyond the data and stands still until they reach
 * it; a drawing of the whole chart is kept, and with the points that follow
 * only a strip of it is drawn again, the one that curves grow in.  Whatever
 * else changes, and a curve that leaves the strip, gives up that drawing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-chart-private.h"

/* What the axis leaves free, times the range of the data; and how wide the
 * strip is, times the width of the chart. */
#define ROOM 0.2

/* How far from a curve's point what is drawn for it reaches: a dot and its
 * halo, the cap of a line. */
#define REACH 8

struct _SalChartBase
{
  GskRenderNode *node;
  int            begin;    /* of the strip                                    */
  int            end;
  PlotStyle      style;
  char          *font_family;
  PlotLayout     layout;
  GArray        *lengths;  /* of the series, size_t                           */
};

static void
free_base (SalChartBase *base)
{
  gsk_render_node_unref (base->node);
  g_free (base->font_family);
  g_array_unref (base->lengths);
  g_free (base);
}

void
sal_chart_forget_base (SalChart *self)
{
  g_clear_pointer (&self->base, free_base);
}

/* --- the axis ---------------------------------------------------------------- */

/* The last x of all series that are shown. */
static double
find_last_x (const PlotChart *chart)
{
  double last = -INFINITY;

  for (size_t i = 0; i < chart->n_series; i++) {
    double low;
    double high;

    if (!chart->series[i].hidden && plot_series_x_range (&chart->series[i], &low, &high))
      last = MAX (last, high);
  }
  return last;
}

void
sal_chart_make_room (SalChart  *self,
                     PlotChart *chart)
{
  const double last = find_last_x (chart);

  if (!self->is_live || !isfinite (last) || last <= chart->x.minimum)
    return;
  if (!(self->room_end > last))
    self->room_end = last + ROOM * (last - chart->x.minimum);
  chart->x.maximum = self->room_end;
}

void
sal_chart_set_live (SalChart *self,
                    gboolean  is_live)
{
  g_return_if_fail (SAL_IS_CHART (self));

  if (self->is_live == is_live)
    return;
  self->is_live = is_live;
  self->room_end = NAN;
  sal_chart_redraw (self);
}

void
sal_chart_grow (SalChart *self)
{
  g_return_if_fail (SAL_IS_CHART (self));

  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- what still stands --------------------------------------------------------- */

static gboolean
same_scale (const PlotScale *a,
            const PlotScale *b)
{
  return a->minimum == b->minimum && a->maximum == b->maximum && a->start == b->start
         && a->end == b->end && a->log == b->log;
}

static gboolean
same_rect (const PlotRect *a,
           const PlotRect *b)
{
  return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

static gboolean
same_layout (const PlotLayout *a,
             const PlotLayout *b)
{
  return same_rect (&a->bounds, &b->bounds) && same_rect (&a->inner, &b->inner)
         && same_scale (&a->x, &b->x) && same_scale (&a->y, &b->y);
}

static gboolean
same_color (PlotColor a,
            PlotColor b)
{
  return a.red == b.red && a.green == b.green && a.blue == b.blue && a.alpha == b.alpha;
}

/* The colours of a style go together. */
static gboolean
same_style (const SalChartBase *base,
            const PlotStyle    *style)
{
  return base->style.dark == style->dark && base->style.font_size == style->font_size
         && same_color (base->style.background, style->background)
         && same_color (base->style.dim, style->dim)
         && g_strcmp0 (base->font_family, style->font_family) == 0;
}

/* Where the series is drawn that had `length` points: of its last one on. */
static double
find_pixel (const PlotScale  *x,
            const PlotSeries *series,
            size_t            length)
{
  return length == 0 ? -INFINITY
         : plot_scale_to_pixel (x, plot_series_x (series, length - 1));
}

/* Whether series have grown in the strip only. */
static gboolean
has_grown_inside (const SalChartBase *base,
                  const PlotChart    *chart)
{
  const gboolean is_open = base->end >= base->layout.bounds.width;

  if (base->lengths->len != chart->n_series)
    return FALSE;
  for (size_t i = 0; i < chart->n_series; i++) {
    const PlotSeries *series = &chart->series[i];
    const size_t before = g_array_index (base->lengths, size_t, i);
    const size_t now = plot_series_length (series);

    if (now == before || series->hidden)
      continue;
    if (now < before
        || !(find_pixel (&base->layout.x, series, before) - REACH >= base->begin)
        || !(is_open || find_pixel (&base->layout.x, series, now) + REACH <= base->end))
      return FALSE;
  }
  return TRUE;
}

static gboolean
stands (SalChart        *self,
        const PlotStyle *style)
{
  return self->base != NULL && same_style (self->base, style)
         && same_layout (&self->base->layout, &self->layout)
         && has_grown_inside (self->base, &self->chart);
}

/* --- drawing --------------------------------------------------------------------- */

static GskRenderNode *
draw (SalChart        *self,
      const PlotStyle *style,
      int              begin,
      int              end)
{
  GskRenderNode *node = gsk_cairo_node_new (
    &GRAPHENE_RECT_INIT (begin, 0, end - begin, self->layout.bounds.height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  plot_chart_draw (&self->chart, style, &self->layout, cr);
  cairo_destroy (cr);
  return node;
}

/* The strip begins where those end that have grown since `before`, which may
 * be NULL: then where the longest ends. */
static int
place_strip (SalChart           *self,
             const SalChartBase *before)
{
  const PlotScale *x = &self->layout.x;
  double begin = plot_scale_to_pixel (x, find_last_x (&self->chart));

  for (size_t i = 0; before != NULL && i < MIN (before->lengths->len, self->chart.n_series); i++) {
    const PlotSeries *series = &self->chart.series[i];
    const size_t length = plot_series_length (series);

    if (length > g_array_index (before->lengths, size_t, i) && !series->hidden)
      begin = MIN (begin, find_pixel (x, series, length));
  }
  return isfinite (begin) ? CLAMP ((int) begin - REACH - 1, 0, (int) self->layout.bounds.width) : 0;
}

static SalChartBase *
create_base (SalChart           *self,
             const PlotStyle    *style,
             const SalChartBase *before)
{
  SalChartBase *base = g_new0 (SalChartBase, 1);
  const int width = (int) self->layout.bounds.width;

  base->node = draw (self, style, 0, width);
  base->begin = place_strip (self, before);
  base->end = MIN (base->begin + (int) (ROOM * width) + 2 * REACH, width);
  base->style = *style;
  base->font_family = g_strdup (style->font_family);
  base->layout = self->layout;
  base->lengths = g_array_new (FALSE, FALSE, sizeof (size_t));
  for (size_t i = 0; i < self->chart.n_series; i++) {
    const size_t length = plot_series_length (&self->chart.series[i]);

    g_array_append_val (base->lengths, length);
  }
  return base;
}

/* GTK loses what is clipped to nothing. */
static void
append_part (SalChart      *self,
             GtkSnapshot   *snapshot,
             GskRenderNode *node,
             int            begin,
             int            end)
{
  if (begin >= end)
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (begin, 0, end - begin,
                                                         self->layout.bounds.height));
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_pop (snapshot);
}

void
sal_chart_snapshot_growth (SalChart    *self,
                           GtkSnapshot *snapshot)
{
  SalDrawing *drawing = SAL_DRAWING (self);
  const PlotStyle style = sal_drawing_get_style (drawing);
  g_autoptr (GskRenderNode) strip = NULL;

  plot_chart_layout (sal_chart_prepare (self), &style, sal_drawing_get_bounds (drawing),
                     &self->layout);
  if (!stands (self, &style)) {
    SalChartBase *before = self->base;

    self->base = create_base (self, &style, before);
    g_clear_pointer (&before, free_base);
  }

  const SalChartBase *base = self->base;

  append_part (self, snapshot, base->node, 0, base->begin);
  append_part (self, snapshot, base->node, base->end, (int) self->layout.bounds.width);
  /* What touches a border would be left out: it is drawn beyond them. */
  strip = draw (self, &style, base->begin - REACH, base->end + REACH);
  append_part (self, snapshot, strip, base->begin, base->end);
}
