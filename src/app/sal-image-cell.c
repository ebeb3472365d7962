/* sal-image-cell.c - one image of the grid with its caption
 *
 * A wrong prediction is said in words ("8 · 5 → 6") and by a bar below the
 * image, so that it is not told by colour alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-image-cell.h"

#include <glib/gi18n.h>

#include "plot-map.h"
#include "sal-tooltip.h"

#define IMAGE_SIZE 46
#define GAP 2
#define RADIUS 4

struct _SalImageCell
{
  GtkWidget        parent_instance;

  GtkWidget       *caption;
  cairo_surface_t *surface;
  SalDataset      *dataset;    /* what is shown; NULL: nothing                */
  guint            index;
  int              prediction;
  gboolean         wrong;
};

G_DEFINE_FINAL_TYPE (SalImageCell, sal_image_cell, GTK_TYPE_WIDGET)

guint
sal_image_cell_get_index (SalImageCell *self)
{
  g_return_val_if_fail (SAL_IS_IMAGE_CELL (self), 0);

  return self->index;
}

static void
set_words (SalImageCell *self,
           SalDataset   *dataset,
           int           prediction)
{
  const char *label =
    sal_dataset_get_class_name (dataset, sal_dataset_get_test (dataset)->labels[self->index]);
  const char *predicted = prediction < 0 ? NULL : sal_dataset_get_class_name (dataset, prediction);
  g_autofree char *caption = self->wrong
                             ? g_strdup_printf ("%u · %s→%s", self->index, label, predicted)
                             : g_strdup_printf ("%u · %s", self->index, label);
  g_autoptr (GString) words = g_string_new (NULL);

  if (predicted == NULL)
    g_string_printf (words, _("Image %u, class %s"), self->index, label);
  else
    g_string_printf (words, self->wrong ? _("Image %u, class %s, wrongly predicted %s")
                     : _("Image %u, class %s, predicted %s"), self->index, label, predicted);
  gtk_label_set_label (GTK_LABEL (self->caption), caption);
  sal_tooltip_set (GTK_WIDGET (self), words->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words->str, -1);
}

void
sal_image_cell_show (SalImageCell *self,
                     SalDataset   *dataset,
                     guint         index,
                     int           prediction)
{
  g_return_if_fail (SAL_IS_IMAGE_CELL (self));

  /* Many cells are told of new predictions that are not theirs. */
  if (dataset == self->dataset && index == self->index && prediction == self->prediction)
    return;
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (dataset == NULL)
    return;

  const NnImages *images = sal_dataset_get_test (dataset);

  self->dataset = sal_dataset_ref (dataset);
  self->index = index;
  self->prediction = prediction;
  self->wrong = prediction >= 0 && prediction != images->labels[index];
  self->surface = plot_map_image_surface (images->pixels + index * nn_images_stride (images),
                                          images->channels, images->height, images->width);
  if (self->wrong)
    gtk_widget_add_css_class (self->caption, "error");
  else
    gtk_widget_remove_css_class (self->caption, "error");
  set_words (self, dataset, prediction);
}

/* --- the widget -------------------------------------------------------------- */

static void
sal_image_cell_measure (GtkWidget     *widget,
                        GtkOrientation orientation,
                        int            for_size,
                        int           *minimum,
                        int           *natural,
                        int           *minimum_baseline,
                        int           *natural_baseline)
{
  int caption = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    gtk_widget_measure (SAL_IMAGE_CELL (widget)->caption, orientation, -1, &caption,
                        NULL, NULL, NULL);
  *minimum = IMAGE_SIZE + (orientation == GTK_ORIENTATION_VERTICAL ? GAP + caption : 0);
  *natural = *minimum;
}

static void
sal_image_cell_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  const GtkAllocation below = { 0, IMAGE_SIZE + GAP, width, height - IMAGE_SIZE - GAP };

  gtk_widget_size_allocate (SAL_IMAGE_CELL (widget)->caption, &below, -1);
}

static void
sal_image_cell_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  SalImageCell *self = SAL_IMAGE_CELL (widget);
  const int width = gtk_widget_get_width (widget);

  if (self->surface != NULL) {
    const PlotMapView view = { 0, 0, cairo_image_surface_get_width (self->surface),
                               cairo_image_surface_get_height (self->surface) };
    const PlotRect box = { (width - IMAGE_SIZE) / 2, 0, IMAGE_SIZE, IMAGE_SIZE };
    cairo_t *cr =
      gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, IMAGE_SIZE));

    plot_map_draw (cr, self->surface, box, view, RADIUS);
    if (self->wrong) {
      const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

      plot_color_set (cr, plot_style_default (dark).alert);
      cairo_rectangle (cr, box.x, IMAGE_SIZE - 3, IMAGE_SIZE, 3);
      cairo_fill (cr);
    }
    cairo_destroy (cr);
  }
  gtk_widget_snapshot_child (widget, self->caption, snapshot);
}

static void
sal_image_cell_dispose (GObject *object)
{
  SalImageCell *self = SAL_IMAGE_CELL (object);

  g_clear_pointer (&self->caption, gtk_widget_unparent);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  G_OBJECT_CLASS (sal_image_cell_parent_class)->dispose (object);
}

static void
sal_image_cell_class_init (SalImageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_image_cell_dispose;
  widget_class->measure = sal_image_cell_measure;
  widget_class->size_allocate = sal_image_cell_size_allocate;
  widget_class->snapshot = sal_image_cell_snapshot;
  gtk_widget_class_set_css_name (widget_class, "image");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sal_image_cell_init (SalImageCell *self)
{
  self->caption = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->caption), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->caption, "image-caption");
  gtk_widget_set_parent (self->caption, GTK_WIDGET (self));
}

GtkWidget *
sal_image_cell_new (void)
{
  return g_object_new (SAL_TYPE_IMAGE_CELL, NULL);
}
