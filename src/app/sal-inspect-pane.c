/* sal-inspect-pane.c - one pane of the Inspect page: a network, a method, bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-pane.h"

#include <math.h>

#include "nn/nn-saliency.h"
#include "nn/nn-statistics.h"
#include "plot-scale.h"
#include "sal-bars-view.h"
#include "sal-bit-widths.h"
#include "sal-colorbar.h"
#include "sal-page-runs.h"
#include "sal-run-dot.h"
#include "sal-square-bin.h"
#include "sal-ui.h"
#include "sal-wrap-box.h"

#define TOP_CLASSES 5

/* Colour images: the largest value of the channels, so that what is drawn and
 * read is a value of the raw map. */
#define REDUCTION PLOT_REDUCE_LARGEST

struct _SalInspectPane
{
  AdwBin       parent_instance;

  SalRunDot   *dot;
  GtkDropDown *run_list;
  GtkDropDown *method_list;
  GtkDropDown *bits_list;
  GtkWidget   *remove_button;
  GtkStack    *stack;
  GtkLabel    *message;
  SalMapView  *map_view;
  SalColorbar *colorbar;
  SalBarsView *bars;
  GtkLabel    *pixel_label;
  GtkLabel    *value_label;
  GtkLabel    *words_label;

  GPtrArray   *runs;           /* SalRunItem, rows of `run_list`  */
  gboolean     updating;
  gboolean     bits_set;       /* they do not follow the session  */
  float       *map;            /* (C, H, W) raw, or NULL          */
  NnShape      shape;
  double       run_scale;
  char        *explained;      /* name of the class               */
  char        *chosen_words;   /* what "as chosen" means now      */
  double       correlation;    /* to the first pane; NaN: none    */
  char        *first_name;     /* of the first pane's run         */
};

enum
{
  CHANGED,
  REMOVED,
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
    gtk_label_set_label (self->pixel_label, "no pixel pointed at");
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
    g_string_append_printf (words, "ρ %s to %s · ", number, self->first_name);
  else if (self->first_name != NULL && self->map != NULL)
    g_string_append (words, "no ρ: a map is constant · ");
  if (self->explained != NULL)
    g_string_append_printf (words, "explains %s", self->explained);
  gtk_label_set_label (self->words_label, words->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words_label),
                               self->first_name == NULL ? NULL
                               : "Spearman's rank correlation with the first pane's map, and the "
                               "class that is explained");
}

const char *
sal_inspect_pane_get_words (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return gtk_label_get_label (self->words_label);
}

static char *
bits_title (guint row)
{
  static const char *const titles[] = {
    [SAL_PANE_AS_TRAINED] = "as trained",
    [SAL_PANE_AS_CHOSEN] = "as chosen",
    [SAL_PANE_FULL_PRECISION] = "full precision",
  };

  if (row < G_N_ELEMENTS (titles))
    return g_strdup (titles[row]);
  return g_strdup_printf ("%d bits", 8 - (int) (row - SAL_PANE_8_BITS));
}

char *
sal_inspect_pane_describe (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  SalRunItem *run = sal_inspect_pane_get_run (self);
  g_autofree char *name = run == NULL ? g_strdup ("no run") : sal_page_name_run (run);
  const SalPaneBits row = sal_inspect_pane_get_bits (self);
  g_autofree char *bits = row == SAL_PANE_AS_CHOSEN && self->chosen_words != NULL
                          ? g_strdup (self->chosen_words) : bits_title (row);
  const NnSaliencyMethod *method =
    nn_saliency_method_find (sal_inspect_pane_get_method (self));

  return g_strdup_printf ("%s, %s, %s", name, method->title, bits);
}

static void
describe (SalInspectPane *self)
{
  g_autofree char *words = sal_inspect_pane_describe (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_object_set (self->map_view, "title", words, NULL);
  sal_run_dot_set_run (self->dot, sal_inspect_pane_get_run (self));
}

/* --- what is chosen ---------------------------------------------------------- */

static gboolean
lists_runs (SalInspectPane *self,
            GPtrArray      *runs)
{
  if (runs->len != self->runs->len)
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    if (g_ptr_array_index (runs, i) != g_ptr_array_index (self->runs, i))
      return FALSE;
  return TRUE;
}

void
sal_inspect_pane_set_runs (SalInspectPane *self,
                           GPtrArray      *runs)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  if (lists_runs (self, runs))
    return;

  g_autoptr (SalRunItem) chosen = NULL;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_set_object (&chosen, sal_inspect_pane_get_run (self));
  g_ptr_array_set_size (self->runs, 0);
  for (guint i = 0; i < runs->len; i++) {
    SalRunItem *run = g_ptr_array_index (runs, i);

    g_ptr_array_add (self->runs, g_object_ref (run));
    gtk_string_list_take (names, sal_page_name_run (run));
  }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->run_list, G_LIST_MODEL (names));
  self->updating = FALSE;
  sal_inspect_pane_set_run (self, chosen);
}

SalRunItem *
sal_inspect_pane_get_run (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  const guint row = gtk_drop_down_get_selected (self->run_list);

  return row < self->runs->len ? g_ptr_array_index (self->runs, row) : NULL;
}

void
sal_inspect_pane_set_run (SalInspectPane *self,
                          SalRunItem     *run)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  guint row = 0;

  if (run == NULL || !g_ptr_array_find (self->runs, run, &row))
    row = 0;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->run_list, row);
  self->updating = FALSE;
  describe (self);
}

const char *
sal_inspect_pane_get_method (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return nn_saliency_method (gtk_drop_down_get_selected (self->method_list))->name;
}

void
sal_inspect_pane_set_method (SalInspectPane *self,
                             const char     *method)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  self->updating = TRUE;
  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    if (g_str_equal (nn_saliency_method (i)->name, method))
      gtk_drop_down_set_selected (self->method_list, i);
  self->updating = FALSE;
  describe (self);
}

SalPaneBits
sal_inspect_pane_get_bits (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), SAL_PANE_AS_TRAINED);

  return gtk_drop_down_get_selected (self->bits_list);
}

static void
select_bits (SalInspectPane *self,
             SalPaneBits     bits)
{
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->bits_list, bits);
  self->updating = FALSE;
  describe (self);
}

void
sal_inspect_pane_set_bits (SalInspectPane *self,
                           SalPaneBits     bits)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  self->bits_set = TRUE;
  select_bits (self, bits);
}

void
sal_inspect_pane_follow (SalInspectPane *self,
                         SalSession     *session)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  if (!self->bits_set)
    select_bits (self, sal_inspect_pane_get_run (self) == sal_session_get_run (session)
                       ? SAL_PANE_AS_CHOSEN : SAL_PANE_AS_TRAINED);
}

/* Layers' own bits are those of the session's network: they mean nothing to
 * another one. */
static SalBits
chosen_bits (SalInspectPane *self,
             SalLabModel    *model,
             SalSession     *session)
{
  SalBits bits = *sal_session_get_bits (session);

  if (sal_inspect_pane_get_run (self) != sal_session_get_run (session))
    bits.n_layers = 0;
  bits = sal_bits_resolve (&bits, model);
  g_free (self->chosen_words);
  self->chosen_words = sal_bits_describe (&bits);
  describe (self);
  return bits;
}

SalBits
sal_inspect_pane_resolve_bits (SalInspectPane *self,
                               SalLabModel    *model,
                               SalSession     *session)
{
  const SalPaneBits row = sal_inspect_pane_get_bits (self);

  if (row == SAL_PANE_AS_TRAINED)
    return sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);
  if (row == SAL_PANE_AS_CHOSEN)
    return chosen_bits (self, model, session);
  if (row == SAL_PANE_FULL_PRECISION)
    return sal_lab_model_get_full_bits (model);
  return sal_page_move_bits (session, model, 8 - (int) (row - SAL_PANE_8_BITS));
}

static void
selected_cb (SalInspectPane *self)
{
  if (self->updating || gtk_drop_down_get_selected (self->run_list) >= self->runs->len)
    return;
  self->run_scale = 0;
  describe (self);
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
remove_clicked_cb (SalInspectPane *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

void
sal_inspect_pane_set_removable (SalInspectPane *self,
                                gboolean        removable)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  gtk_widget_set_visible (self->remove_button, removable);
}

/* --- answers ----------------------------------------------------------------- */

void
sal_inspect_pane_say (SalInspectPane *self,
                      const char     *message)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  g_clear_pointer (&self->map, g_free);
  g_clear_pointer (&self->explained, g_free);
  self->run_scale = 0;
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
  g_free (self->explained);
  self->explained = g_strdup (sal_dataset_get_class_name (dataset, answer->explained_class));
  sal_map_view_set_image (self->map_view, pixels, shape.channels, shape.height, shape.width);
  sal_map_view_set_map (self->map_view, answer->map, shape.channels, shape.height, shape.width,
                        REDUCTION);
  show_probabilities (self, answer, dataset);
  gtk_stack_set_visible_child_name (self->stack, "map");
  update_value (self);
  update_words (self);
}

double
sal_inspect_pane_get_own_scale (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), 0);

  int height = 0;
  int width = 0;
  const float *values = sal_map_view_get_values (self->map_view, &height, &width);
  PlotMapStats stats;

  if (values == NULL)
    return 0;
  plot_map_stats (values, (gsize) height * (gsize) width, &stats);
  return stats.robust > 0 ? stats.robust : stats.largest;
}

double
sal_inspect_pane_get_run_scale (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), 0);

  return self->run_scale;
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
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
list_choices (SalInspectPane *self)
{
  g_autoptr (GtkStringList) methods = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) bits = gtk_string_list_new (NULL);

  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    gtk_string_list_append (methods, nn_saliency_method (i)->title);
  for (guint i = 0; i <= SAL_PANE_2_BITS; i++)
    gtk_string_list_take (bits, bits_title (i));
  gtk_drop_down_set_model (self->method_list, G_LIST_MODEL (methods));
  gtk_drop_down_set_model (self->bits_list, G_LIST_MODEL (bits));
}

static void
sal_inspect_pane_init (SalInspectPane *self)
{
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
  self->correlation = NAN;
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  list_choices (self);
  self->updating = FALSE;
}

GtkWidget *
sal_inspect_pane_new (SalMapLink *link)
{
  SalInspectPane *self = g_object_new (SAL_TYPE_INSPECT_PANE, NULL);

  sal_map_view_set_link (self->map_view, link);
  g_signal_connect_object (link, "changed", G_CALLBACK (update_value), self, G_CONNECT_SWAPPED);
  sal_inspect_pane_say (self, "Choose a run above.");
  return GTK_WIDGET (self);
}
