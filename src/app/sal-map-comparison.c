/* sal-map-comparison.c - one image explained at full precision and at few bits
 *
 * The four views are linked: a crosshair in one is a crosshair in all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-map-comparison.h"

#include <glib/gi18n.h>

#include "nn/nn-saliency.h"
#include "sal-bars-view.h"
#include "sal-colorbar.h"
#include "sal-map-view.h"
#include "sal-square-bin.h"
#include "sal-tiles.h"
#include "sal-tooltip.h"
#include "sal-ui.h"

#define TOP_CLASSES 5

struct _SalMapComparison
{
  AdwBin       parent_instance;

  GtkLabel    *heading;
  SalColorbar *colorbar;
  GtkDropDown *method_list;
  GtkWidget   *maps;
  GtkWidget   *bars;
  SalMapView  *image_view;
  SalMapView  *full_view;
  SalMapView  *here_view;
  SalMapView  *difference_view;
  GtkLabel    *image_caption;
  GtkLabel    *full_caption;
  GtkLabel    *here_caption;
  GtkLabel    *difference_caption;
  GtkLabel    *here_label;
  SalBarsView *full_bars;
  SalBarsView *here_bars;

  SalMapLink  *link;
};

enum
{
  PROP_METHOD = 1,
  N_PROPS,
};

enum
{
  CLASS_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalMapComparison, sal_map_comparison, ADW_TYPE_BIN)

/* --- maps -------------------------------------------------------------------- */

static void
show_map (SalMapView  *view,
          const float *map,
          NnShape      shape)
{
  sal_map_view_set_map (view, map, shape.channels, shape.height, shape.width, PLOT_REDUCE_LARGEST);
}

static double
robust_magnitude (SalMapView *view)
{
  int height = 0;
  int width = 0;
  const float *values = sal_map_view_get_values (view, &height, &width);
  PlotMapStats stats;

  plot_map_stats (values, (size_t) height * (size_t) width, &stats);
  return stats.robust;
}

/* The difference has a sign, whatever the method. */
static void
show_sign (SalMapComparison *self)
{
  const gboolean is_signed =
    nn_saliency_method_find (sal_map_comparison_get_method (self))->is_signed;

  sal_map_view_set_signed (self->full_view, is_signed);
  sal_map_view_set_signed (self->here_view, is_signed);
}

static void
show_maps (SalMapComparison     *self,
           const SalImageAnswer *answer)
{
  const NnShape shape = answer->shape;
  const gsize n = (gsize) shape.channels * (gsize) shape.height * (gsize) shape.width;
  const float *full = answer->panes[0].map;
  const float *here = answer->panes[1].map;
  g_autofree float *difference = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    difference[i] = here[i] - full[i];
  show_sign (self);
  show_map (self->full_view, full, shape);
  show_map (self->here_view, here, shape);
  show_map (self->difference_view, difference, shape);

  const double scale = MAX (robust_magnitude (self->full_view), robust_magnitude (self->here_view));

  sal_map_view_set_scale (self->full_view, scale);
  sal_map_view_set_scale (self->here_view, scale);
  sal_map_view_set_scale (self->difference_view, scale);
  sal_colorbar_set_scale (self->colorbar, scale);
}

/* --- words ------------------------------------------------------------------- */

static void
set_caption (GtkLabel   *label,
             const char *format,
             ...) G_GNUC_PRINTF (2, 3);

static void
set_caption (GtkLabel   *label,
             const char *format,
             ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (g_strcmp0 (gtk_label_get_label (label), text) == 0)
    return;
  gtk_label_set_label (label, text);
  sal_tooltip_set (GTK_WIDGET (label), text);
}

static void
show_captions (SalMapComparison     *self,
               const SalImageAnswer *answer,
               guint                 image,
               SalDataset           *dataset,
               const char           *here)
{
  const int label = sal_dataset_get_test (dataset)->labels[image];
  const int full_class = answer->panes[0].explained_class;
  const int here_class = answer->panes[1].explained_class;

  set_caption (self->heading, _("Saliency of image %u"), image);
  set_caption (self->image_caption, _("true class %s"),
               sal_dataset_get_class_name (dataset, label));
  set_caption (self->full_caption, _("full precision: %s"),
               sal_dataset_get_class_name (dataset, full_class));
  set_caption (self->here_caption, "%s: %s", here,
               sal_dataset_get_class_name (dataset, here_class));
  set_caption (self->difference_caption, full_class == here_class ? _("difference")
               : _("difference of two classes"));
  set_caption (self->here_label, "%s", here);
}

static void
show_bars (SalBarsView         *view,
           const SalPaneAnswer *answer,
           SalDataset          *dataset)
{
  const gsize n = (gsize) answer->n_classes;
  g_autofree char **names = g_new (char *, n);

  for (gsize i = 0; i < n; i++)
    names[i] = (char *) sal_dataset_get_class_name (dataset, (int) i);
  sal_bars_view_set_probabilities (view, answer->probabilities, n, TOP_CLASSES, names);
}

void
sal_map_comparison_show (SalMapComparison     *self,
                         const SalImageAnswer *answer,
                         guint                 image,
                         const guint8         *pixels,
                         SalDataset           *dataset,
                         const char           *here)
{
  g_return_if_fail (SAL_IS_MAP_COMPARISON (self));
  g_return_if_fail (answer->n_panes == 2);

  const NnShape shape = answer->shape;

  sal_map_view_set_image (self->image_view, pixels, shape.channels, shape.height, shape.width);
  show_maps (self, answer);
  show_captions (self, answer, image, dataset, here);
  show_bars (self->full_bars, &answer->panes[0], dataset);
  show_bars (self->here_bars, &answer->panes[1], dataset);
  sal_map_comparison_set_stale (self, FALSE);
}

static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

void
sal_map_comparison_set_stale (SalMapComparison *self,
                              gboolean          stale)
{
  g_return_if_fail (SAL_IS_MAP_COMPARISON (self));

  set_class (self->maps, "stale", stale);
  set_class (self->bars, "stale", stale);
}

/* --- the method -------------------------------------------------------------- */

const char *
sal_map_comparison_get_method (SalMapComparison *self)
{
  g_return_val_if_fail (SAL_IS_MAP_COMPARISON (self), NULL);

  const guint selected = gtk_drop_down_get_selected (self->method_list);

  return nn_saliency_method (selected == GTK_INVALID_LIST_POSITION ? 0 : selected)->name;
}

static void
method_selected_cb (SalMapComparison *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_METHOD]);
}

static void
class_chosen_cb (SalMapComparison *self,
                 int               class)
{
  g_signal_emit (self, signals[CLASS_CHOSEN], 0, class);
}

static void
list_methods (SalMapComparison *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  for (size_t i = 0; nn_saliency_method (i) != NULL; i++)
    gtk_string_list_append (titles, _(nn_saliency_method (i)->title));
  gtk_drop_down_set_model (self->method_list, G_LIST_MODEL (titles));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_map_comparison_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  switch (id) {
  case PROP_METHOD:
    g_value_set_string (value, sal_map_comparison_get_method (SAL_MAP_COMPARISON (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_map_comparison_finalize (GObject *object)
{
  g_object_unref (SAL_MAP_COMPARISON (object)->link);
  G_OBJECT_CLASS (sal_map_comparison_parent_class)->finalize (object);
}

static void
sal_map_comparison_class_init (SalMapComparisonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_map_comparison_get_property;
  object_class->finalize = sal_map_comparison_finalize;

  properties[PROP_METHOD] = g_param_spec_string ("method", NULL, NULL, NULL,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CLASS_CHOSEN] = g_signal_new ("class-chosen", SAL_TYPE_MAP_COMPARISON,
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                        G_TYPE_INT);

  g_type_ensure (SAL_TYPE_MAP_VIEW);
  g_type_ensure (SAL_TYPE_BARS_VIEW);
  g_type_ensure (SAL_TYPE_COLORBAR);
  g_type_ensure (SAL_TYPE_SQUARE_BIN);
  g_type_ensure (SAL_TYPE_TILES);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-map-comparison"));
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, heading);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, colorbar);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, method_list);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, maps);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, bars);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, image_view);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, full_view);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, here_view);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, difference_view);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, image_caption);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, full_caption);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, here_caption);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, difference_caption);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, here_label);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, full_bars);
  gtk_widget_class_bind_template_child (widget_class, SalMapComparison, here_bars);
  gtk_widget_class_bind_template_callback (widget_class, method_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
}

static void
sal_map_comparison_init (SalMapComparison *self)
{
  self->link = sal_map_link_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  SalMapView *const views[] = {
    self->image_view, self->full_view, self->here_view, self->difference_view,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++) {
    sal_map_view_set_link (views[i], self->link);
    sal_map_view_set_mode (views[i], i == 0 ? SAL_MAP_IMAGE : SAL_MAP_HEAT);
  }
  list_methods (self);
}
