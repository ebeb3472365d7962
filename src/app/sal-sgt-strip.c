/* sal-sgt-strip.c - what saliency-guided training sees at this moment
 *
 * One drawing instead of sixteen widgets: it changes with every snapshot.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-sgt-strip.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-map.h"
#include "plot-scale.h"
#include "plot-text.h"
#include "sal-text-scale.h"

enum
{
  IMAGE,
  GRADIENT,
  MASK,
  MASKED,
  N_PARTS,
};

#define LEAST_SIDE 40
#define MOST_SIDE 84
#define GAP 3
#define GROUP_GAP 10
#define KL_WIDTH 36   /* of text of its usual size */

struct _SalSgtStrip
{
  SalDrawing       parent_instance;

  guint            n;
  cairo_surface_t *parts[SAL_SNAPSHOT_SGT_IMAGES][N_PARTS];
  char            *notices[SAL_SNAPSHOT_SGT_IMAGES];  /* on gradients, or NULL */
  double           kl[SAL_SNAPSHOT_SGT_IMAGES];
};

G_DEFINE_FINAL_TYPE (SalSgtStrip, sal_sgt_strip, SAL_TYPE_DRAWING)

static void
clear (SalSgtStrip *self)
{
  for (guint i = 0; i < self->n; i++) {
    for (int part = 0; part < N_PARTS; part++)
      g_clear_pointer (&self->parts[i][part], cairo_surface_destroy);
    g_clear_pointer (&self->notices[i], g_free);
  }
  self->n = 0;
}

/* --- surfaces ---------------------------------------------------------------- */

static cairo_surface_t *
image_surface (SalDataset  *dataset,
               NnShape      shape,
               const float *x)
{
  const NnImages *images = sal_dataset_get_test (dataset);
  SalModelInfo info = { 0 };
  g_autofree guint8 *pixels = g_new (guint8, shape.channels * shape.height * shape.width);

  memcpy (info.mean, images->mean, sizeof info.mean);
  memcpy (info.std, images->std, sizeof info.std);
  sal_lab_denormalise (&info, shape, x, pixels);
  return plot_map_image_surface (pixels, shape.channels, shape.height, shape.width);
}

/* `*notice` is what its colours cannot say, or NULL. */
static cairo_surface_t *
gradient_surface (NnShape      shape,
                  const float *gradient,
                  char       **notice)
{
  const gsize n = (gsize) shape.height * shape.width;
  g_autofree float *values = g_new (float, n);
  PlotMapStats stats;
  char text[96];

  plot_map_reduce (gradient, shape.channels, shape.height, shape.width, PLOT_REDUCE_SUM, values);
  plot_map_stats (values, n, &stats);
  *notice = g_strdup (plot_map_notice (&stats, n, text, sizeof text));
  return plot_map_heat_surface (values, shape.height, shape.width, PLOT_COLORMAP_DIVERGING,
                                stats.robust);
}

/* Light where the image is kept. */
static cairo_surface_t *
mask_surface (NnShape      shape,
              const float *x,
              const float *masked)
{
  const gsize n = (gsize) shape.height * shape.width;
  g_autofree guint8 *mask = g_new0 (guint8, n);

  for (gsize i = 0; i < n; i++) {
    mask[i] = 1;
    for (int channel = 0; channel < shape.channels; channel++) {
      if (x[channel * n + i] != masked[channel * n + i])
        mask[i] = 0;
    }
  }
  return plot_map_mask_surface (mask, shape.height, shape.width);
}

gboolean
sal_sgt_strip_show (SalSgtStrip        *self,
                    const SalSgtImages *images,
                    SalDataset         *dataset)
{
  g_return_val_if_fail (SAL_IS_SGT_STRIP (self), FALSE);

  const guint n =
    images == NULL || dataset == NULL ? 0 : MIN (images->n, SAL_SNAPSHOT_SGT_IMAGES);
  g_autoptr (GString) words = g_string_new (NULL);

  clear (self);
  for (guint i = 0; i < n; i++) {
    const NnShape shape = images->shape;
    const gsize offset = i * (gsize) shape.channels * shape.height * shape.width;
    const float *x = images->x + offset;
    const float *masked = images->masked + offset;

    self->parts[i][IMAGE] = image_surface (dataset, shape, x);
    self->parts[i][GRADIENT] =
      gradient_surface (shape, images->gradient + offset, &self->notices[i]);
    self->parts[i][MASK] = mask_surface (shape, x, masked);
    self->parts[i][MASKED] = image_surface (dataset, shape, masked);
    self->kl[i] = images->kl[i];
    g_string_append (words, i == 0 ? "" : ", ");
    g_string_append_printf (words, _("divergence %.3f"), self->kl[i]);
    if (self->notices[i] != NULL)
      g_string_append_printf (words, _(" (gradient: %s)"), self->notices[i]);
  }
  self->n = n;
  sal_drawing_set_value (SAL_DRAWING (self), words->str);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return n > 0;
}

/* --- numbers ------------------------------------------------------------------ */

static PlotTable *
sal_sgt_strip_list_numbers (SalDrawing *drawing,
                            gboolean    in_file)
{
  SalSgtStrip *self = SAL_SGT_STRIP (drawing);
  const char *const titles[] = {
    sal_drawing_word (N_("image"), in_file), sal_drawing_word (N_("KL"), in_file), NULL,
  };
  PlotTable *table = self->n == 0 ? NULL : plot_table_new (titles, false);

  for (guint i = 0; i < self->n; i++)
    plot_table_add_row (table, NULL, (const double[]) { i + 1, self->kl[i] });
  return table;
}

static char *
sal_sgt_strip_name_numbers (SalDrawing *drawing)
{
  return g_strdup (_("Images that saliency-guided training masks"));
}

/* --- drawing ----------------------------------------------------------------- */

/* With its middle at y. */
static void
draw_number (cairo_t         *cr,
             const PlotStyle *style,
             double           value,
             double           x,
             double           y)
{
  PlotText text = plot_text_begin (style);
  char number[PLOT_NUMBER_SIZE];

  g_snprintf (number, sizeof number, "%.3f", value);
  plot_text_draw (&text, cr, PLOT_FONT_BODY, style->dim, number, x, y, 0, 0.5);
  plot_text_end (&text);
}

/* What the number beside the pictures takes. */
static int
kl_width (SalSgtStrip *self)
{
  return (int) ceil (KL_WIDTH * sal_text_scale (GTK_WIDGET (self)));
}

static int
group_width (SalSgtStrip *self,
             int          side)
{
  return N_PARTS * (side + GAP) + kl_width (self);
}

/* Of pictures of which all groups fit the width; no smaller than they can be. */
static int
get_side (SalSgtStrip *self,
          double       width)
{
  const double step = (width + GROUP_GAP) / SAL_SNAPSHOT_SGT_IMAGES;
  const double side = (step - GROUP_GAP - kl_width (self)) / N_PARTS - GAP;

  return (int) CLAMP (side, LEAST_SIDE, MOST_SIDE);
}

/* From left to right, the first of them at `target`. */
static void
draw_parts (SalSgtStrip     *self,
            cairo_t         *cr,
            const PlotStyle *style,
            guint            image,
            PlotRect         target)
{
  for (int part = 0; part < N_PARTS; part++) {
    cairo_surface_t *surface = self->parts[image][part];
    const PlotMapView view = { 0, 0, cairo_image_surface_get_width (surface),
                               cairo_image_surface_get_height (surface) };

    plot_map_draw (cr, surface, target, view, 4);
    if (part == GRADIENT && self->notices[image] != NULL)
      plot_map_draw_notice (cr, style, target, self->notices[image]);
    target.x += target.width + GAP;
  }
}

/* As many images as fit, spread over the width. */
static void
sal_sgt_strip_draw (SalDrawing      *drawing,
                    cairo_t         *cr,
                    const PlotStyle *style,
                    PlotRect         bounds)
{
  SalSgtStrip *self = SAL_SGT_STRIP (drawing);
  const int side = get_side (self, bounds.width);
  const int group = group_width (self, side);
  const guint fitting = (guint) MAX (1, (bounds.width + GROUP_GAP) / (group + GROUP_GAP));
  const guint n = MIN (self->n, fitting);
  const double step = n > 0 ? MIN (bounds.width / n, group + 8 * GROUP_GAP) : 0;

  for (guint i = 0; i < n; i++) {
    const PlotRect first = { bounds.x + floor (i * step), bounds.y, side, side };

    draw_parts (self, cr, style, i, first);
    draw_number (cr, style, self->kl[i], first.x + N_PARTS * (side + GAP) + 1,
                 bounds.y + side / 2.0);
  }
}

static GtkSizeRequestMode
sal_sgt_strip_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sal_sgt_strip_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  SalSgtStrip *self = SAL_SGT_STRIP (widget);
  const int widest = group_width (self, MOST_SIDE) + GROUP_GAP;

  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = for_size < 0 ? LEAST_SIDE : get_side (self, for_size);
    *natural = *minimum;
  } else {
    *minimum = group_width (self, LEAST_SIDE);
    *natural = SAL_SNAPSHOT_SGT_IMAGES * widest - GROUP_GAP;
  }
}

static void
sal_sgt_strip_finalize (GObject *object)
{
  clear (SAL_SGT_STRIP (object));
  G_OBJECT_CLASS (sal_sgt_strip_parent_class)->finalize (object);
}

static void
sal_sgt_strip_class_init (SalSgtStripClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_sgt_strip_finalize;
  GTK_WIDGET_CLASS (klass)->get_request_mode = sal_sgt_strip_get_request_mode;
  GTK_WIDGET_CLASS (klass)->measure = sal_sgt_strip_measure;
  SAL_DRAWING_CLASS (klass)->draw = sal_sgt_strip_draw;
  SAL_DRAWING_CLASS (klass)->list_numbers = sal_sgt_strip_list_numbers;
  SAL_DRAWING_CLASS (klass)->name_numbers = sal_sgt_strip_name_numbers;
}

static void
sal_sgt_strip_init (SalSgtStrip *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sal_drawing_describe (SAL_DRAWING (self), _("Images that saliency-guided training masks"),
                        _("Each with its gradient, its mask and what is left of it. Ctrl+D lists "
                          "the numbers."));
}
