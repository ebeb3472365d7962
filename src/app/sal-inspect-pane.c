/* sal-inspect-pane.c - one pane of the Inspect page: a network, a method, bits
 *
 * What can be chosen in its heading is in sal-inspect-pane-choice.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-pane-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-saliency.h"
#include "nn/nn-statistics.h"
#include "plot-scale.h"
#include "sal-page-runs.h"
#include "sal-square-bin.h"
#include "sal-tooltip.h"
#include "sal-ui.h"
#include "sal-words.h"
#include "sal-wrap-box.h"

#define TOP_CLASSES 5

/* Colour images: the largest value of the channels, so that what is drawn and
 * read is a value of the raw map. */
#define REDUCTION PLOT_REDUCE_LARGEST

enum
{
  CHANGED,
  REMOVED,
  SPREAD,
  CLASS_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalInspectPane, sal_inspect_pane, ADW_TYPE_BIN)

/* --- words ------------------------------------------------------------------- */

static void
update_value (SalInspectPane *self)
{
  SalMapLink *link = sal_map_view_get_link (self->map_view);
  int column = 0;
  int row = 0;
  char number[PLOT_NUMBER_SIZE];

  if (self->map == NULL || !sal_map_link_get_pixel (link, &column, &row)) {
    gtk_label_set_label (self->pixel_label, _("no pixel pointed at"));
    gtk_label_set_label (self->value_label, "");
    return;
  }
  plot_format_value (sal_map_view_get_value (self->map_view, column, row), 4, number);

  g_autofree char *pixel = g_strdup_printf ("(%d, %d)", row, column);

  gtk_label_set_label (self->pixel_label, pixel);
  gtk_label_set_label (self->value_label, number);
}

static void
update_words (SalInspectPane *self)
{
  g_autoptr (GString) words = g_string_new (NULL);
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (self->correlation, 0.01, number);
  if (self->first_name != NULL && isfinite (self->correlation))
    g_string_append_printf (words, _("ρ %s to %s"), number, self->first_name);
  else if (self->first_name != NULL && self->map != NULL)
    g_string_append (words, _("no ρ: a map is constant"));
  if (words->len > 0)
    g_string_append (words, " · ");
  if (self->explained != NULL)
    g_string_append_printf (words, _("explains %s"), self->explained);
  g_autofree char *unbroken = sal_words_unbroken (words->str);

  gtk_label_set_label (self->words_label, unbroken);
  sal_tooltip_set (GTK_WIDGET (self->words_label),
                   self->first_name == NULL ? NULL
                   : _("Spearman's rank correlation with the first pane's map, and the class that "
                       "is explained"));
}

const char *
sal_inspect_pane_get_words (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return gtk_label_get_label (self->words_label);
}

/* --- what is chosen ---------------------------------------------------------- */

static void
selected_cb (SalInspectPane *self)
{
  if (self->updating || gtk_drop_down_get_selected (self->run_list) >= self->runs->len)
    return;
  self->run_scale = self->run_largest = 0;
  sal_inspect_pane_update_title (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
bits_selected_cb (SalInspectPane *self)
{
  if (!self->updating)
    self->bits_set = TRUE;
  selected_cb (self);
}

static void
class_chosen_cb (SalInspectPane *self,
                 int             class)
{
  g_signal_emit (self, signals[CLASS_CHOSEN], 0, class);
}

static void
spread_clicked_cb (SalInspectPane *self)
{
  g_signal_emit (self, signals[SPREAD], 0);
}

static void
remove_clicked_cb (SalInspectPane *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

void
sal_inspect_pane_align (SalInspectPane *self,
                        GtkSizeGroup   *words)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  gtk_size_group_add_widget (words, GTK_WIDGET (self->words_label));
}

void
sal_inspect_pane_set_removable (SalInspectPane *self,
                                gboolean        removable)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  gtk_widget_set_visible (self->remove_button, removable);
  gtk_widget_set_visible (self->spread_button, removable);
}

/* --- answers ----------------------------------------------------------------- */

void
sal_inspect_pane_say (SalInspectPane *self,
                      const char     *message)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  g_clear_pointer (&self->map, g_free);
  g_clear_pointer (&self->explained, g_free);
  self->run_scale = self->run_largest = 0;
  self->correlation = NAN;
  sal_map_view_set_map (self->map_view, NULL, 0, 0, 0, REDUCTION);
  sal_map_view_set_image (self->map_view, NULL, 0, 0, 0);
  sal_bars_view_set_bars (self->bars, NULL, 0);
  sal_colorbar_set_scale (self->colorbar, 0);
  gtk_label_set_label (self->message, message);
  gtk_stack_set_visible_child_name (self->stack, "message");
  update_value (self);
  update_words (self);
}

static void
show_probabilities (SalInspectPane      *self,
                    const SalPaneAnswer *answer,
                    SalDataset          *dataset)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (int i = 0; i < answer->n_classes; i++)
    g_ptr_array_add (names, (gpointer) sal_dataset_get_class_name (dataset, i));
  sal_bars_view_set_probabilities (self->bars, answer->probabilities, (gsize) answer->n_classes,
                                   TOP_CLASSES, (char *const *) names->pdata);
}

/* Colours of a map without a sign begin at 0. */
static void
show_sign (SalInspectPane *self)
{
  const gboolean is_signed =
    nn_saliency_method_find (sal_inspect_pane_get_method (self))->is_signed;

  sal_map_view_set_signed (self->map_view, is_signed);
  sal_colorbar_set_signed (self->colorbar, is_signed);
}

void
sal_inspect_pane_show (SalInspectPane      *self,
                       const SalPaneAnswer *answer,
                       NnShape              shape,
                       const guint8        *pixels,
                       SalDataset          *dataset)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  if (answer->map == NULL || answer->probabilities == NULL) {
    sal_inspect_pane_say (self, answer->message);
    return;
  }
  g_free (self->map);
  self->map = g_memdup2 (answer->map, nn_shape_size (shape) * sizeof (float));
  self->shape = shape;
  /* The first answer may not know it yet: the last one is near. */
  if (answer->scale > 0)
    self->run_scale = answer->scale;
  if (answer->largest > 0)
    self->run_largest = answer->largest;
  g_free (self->explained);
  self->explained = g_strdup (sal_dataset_get_class_name (dataset, answer->explained_class));
  sal_map_view_set_image (self->map_view, pixels, shape.channels, shape.height, shape.width);
  sal_map_view_set_map (self->map_view, answer->map, shape.channels, shape.height, shape.width,
                        REDUCTION);
  show_sign (self);
  show_probabilities (self, answer, dataset);
  gtk_stack_set_visible_child_name (self->stack, "map");
  update_value (self);
  update_words (self);
}

double
sal_inspect_pane_get_own_scale (SalInspectPane *self,
                                SalScaleEnd     end)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), 0);

  int height = 0;
  int width = 0;
  const float *values = sal_map_view_get_values (self->map_view, &height, &width);
  PlotMapStats stats;

  if (values == NULL)
    return 0;
  plot_map_stats (values, (gsize) height * (gsize) width, &stats);
  return end == SAL_SCALE_END_ROBUST && stats.robust > 0 ? stats.robust : stats.largest;
}

double
sal_inspect_pane_get_run_scale (SalInspectPane *self,
                                SalScaleEnd     end)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), 0);

  return end == SAL_SCALE_END_ROBUST ? self->run_scale : self->run_largest;
}

void
sal_inspect_pane_set_scale (SalInspectPane *self,
                            double          scale)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  sal_map_view_set_scale (self->map_view, scale);
  sal_colorbar_set_scale (self->colorbar, scale);
}

void
sal_inspect_pane_set_mode (SalInspectPane *self,
                           SalMapMode      mode)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  sal_map_view_set_mode (self->map_view, mode);
}

void
sal_inspect_pane_compare (SalInspectPane *self,
                          SalInspectPane *first)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  g_clear_pointer (&self->first_name, g_free);
  self->correlation = NAN;
  if (first != NULL && first != self && self->map != NULL && first->map != NULL
      && nn_shape_size (first->shape) == nn_shape_size (self->shape)) {
    int height = 0;
    int width = 0;
    const float *mine = sal_map_view_get_values (self->map_view, &height, &width);
    const float *theirs = sal_map_view_get_values (first->map_view, &height, &width);
    const gsize n = (gsize) height * (gsize) width;
    g_autofree float *scratch = g_new (float, 4 * n);

    self->correlation = nn_spearman (mine, theirs, n, scratch);
    self->first_name = sal_page_name_run (sal_inspect_pane_get_run (first));
  }
  update_words (self);
}

const float *
sal_inspect_pane_get_map (SalInspectPane *self,
                          NnShape        *shape)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  *shape = self->shape;
  return self->map;
}

SalMapView *
sal_inspect_pane_get_map_view (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return self->map_view;
}

SalDrawing *
sal_inspect_pane_get_bars (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return SAL_DRAWING (self->bars);
}

SalDrawing *
sal_inspect_pane_get_colorbar (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return SAL_DRAWING (self->colorbar);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_inspect_pane_finalize (GObject *object)
{
  SalInspectPane *self = SAL_INSPECT_PANE (object);

  g_ptr_array_unref (self->runs);
  g_free (self->map);
  g_free (self->explained);
  g_free (self->chosen_words);
  g_free (self->edges);
  g_free (self->first_name);
  G_OBJECT_CLASS (sal_inspect_pane_parent_class)->finalize (object);
}

static void
sal_inspect_pane_class_init (SalInspectPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_inspect_pane_finalize;

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_INSPECT_PANE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", SAL_TYPE_INSPECT_PANE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SPREAD] = g_signal_new ("spread", SAL_TYPE_INSPECT_PANE, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLASS_CHOSEN] = g_signal_new ("class-chosen", SAL_TYPE_INSPECT_PANE, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);

  g_type_ensure (SAL_TYPE_BARS_VIEW);
  g_type_ensure (SAL_TYPE_COLORBAR);
  g_type_ensure (SAL_TYPE_MAP_VIEW);
  g_type_ensure (SAL_TYPE_RUN_DOT);
  g_type_ensure (SAL_TYPE_SQUARE_BIN);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-inspect-pane"));
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, dot);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, run_list);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, method_list);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, bits_list);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, remove_button);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, spread_button);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, stack);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, message);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, map_view);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, colorbar);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, bars);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, pixel_label);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, value_label);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPane, words_label);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, bits_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, spread_clicked_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sal_inspect_pane_init (SalInspectPane *self)
{
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
  self->correlation = NAN;
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  sal_inspect_pane_list_choices (self);
  self->updating = FALSE;
}

GtkWidget *
sal_inspect_pane_new (SalMapLink *link)
{
  SalInspectPane *self = g_object_new (SAL_TYPE_INSPECT_PANE, NULL);

  sal_map_view_set_link (self->map_view, link);
  g_signal_connect_object (link, "changed", G_CALLBACK (update_value), self, G_CONNECT_SWAPPED);
  sal_inspect_pane_say (self, _("Choose a run above."));
  return GTK_WIDGET (self);
}
